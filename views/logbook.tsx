// One logbook: who may read it and why, today or on a past day; and for whoever keeps it, its openings to colleagues.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';
import { Act, type DoneWord, Hidden, Opening, type OpeningLine, Outcome } from './openings.tsx';
import type { RefusalCodeOf } from './parts.tsx';

/** Who may read, at one instant: staff by reason, families as a count. */
export interface ReadersShown {
  readonly staff: readonly {
    readonly rule: keyof Page['text']['pages']['openings']['readers'];
    /** Why, as a sentence. */
    readonly why: string;
    readonly people: readonly { readonly name: string; readonly until?: string }[];
  }[];
  readonly families: readonly { readonly category: 'pupil' | 'guardian'; readonly count: number }[];
  /** The end of those who have none of their own. */
  readonly until: string;
}

export interface PastShown {
  /** What was asked, as typed. */
  readonly day: string;
  readonly time: string;
  /** The instant as it is read; none when it is no past instant. */
  readonly when?: string;
  readonly enforced?: ReadersShown;
  readonly known?: ReadersShown;
  readonly added?: ReadersShown;
  readonly removed?: ReadersShown;
}

export interface LogbookData {
  readonly id: string;
  readonly title: string;
  readonly school: string;
  readonly token: string;
  readonly today: ReadersShown;
  readonly past: PastShown;
  readonly openings: readonly OpeningLine[];
  /** What only whoever keeps it is shown. */
  readonly keeping?:
    | {
        readonly colleagues: readonly {
          readonly id: string;
          readonly name: string;
          readonly function: keyof Page['text']['pages']['openings']['functions'];
        }[];
        readonly days: { readonly first: string; readonly last: string; readonly lastText: string };
        readonly typed?: { readonly colleague: string; readonly from: string; readonly until: string } | undefined;
      }
    | undefined;
  readonly done?: DoneWord | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function logbookPage(page: Page, data: LogbookData): VNode {
  const { logbook: words, notDone } = page.text.pages.openings;
  const { title, school, past, done, fault } = data;
  const asks = data.keeping ? data.openings.filter(({ standing }) => standing === 'asked') : [];
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : `${title} · ${words.title}`} wide>
      <p class="towards">
        <a href="/logbooks">{words.back}</a> · {school}
      </p>
      <h1>{words.heading(title)}</h1>
      <Outcome page={page} done={done} fault={fault} />
      {asks.length > 0 && <Asks page={page} data={data} asks={asks} />}
      {past.when ? <Past page={page} id={data.id} past={past} /> : <Today page={page} readers={data.today} />}
      <Openings page={page} data={data} />
      {data.keeping && <Offer page={page} data={data} keeping={data.keeping} />}
      <AskPast page={page} data={data} />
    </Layout>
  );
}

function Today({ page, readers }: { page: Page; readers: ReadersShown }): VNode {
  const { logbook: words } = page.text.pages.openings;
  return (
    <section id="readers">
      <h2>{words.readers}</h2>
      <p>{words.readersIntro}</p>
      <Readers page={page} readers={readers} />
    </section>
  );
}

function Readers({ page, readers }: { page: Page; readers: ReadersShown }): VNode {
  const { logbook: words, readers: names } = page.text.pages.openings;
  const { staff, families, until } = readers;
  return (
    <div class="readers">
      {staff.length > 0 && (
        <div>
          <h3>{words.staff}</h3>
          <p class="small">{words.untilEnd(until)}</p>
          <dl>
            {staff.map(({ rule, why, people }) => (
              <div key={rule} data-rule={rule}>
                <dt>
                  {names[rule]}
                  <span class="small">{why}</span>
                </dt>
                <dd>
                  <ul>
                    {people.map(({ name, until: own }) => (
                      <li key={name}>
                        {name}
                        {own && <span class="small"> {words.until(own)}</span>}
                      </li>
                    ))}
                  </ul>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      {families.length > 0 && (
        <div class="families">
          <h3>{words.families}</h3>
          <ul>
            {families.map(({ category, count }) => (
              <li key={category}>
                {category === 'pupil' ? words.pupils(String(count)) : words.guardians(String(count))}
              </li>
            ))}
          </ul>
          <p class="small">{words.familiesHint}</p>
        </div>
      )}
    </div>
  );
}

function Past({ page, id, past }: { page: Page; id: string; past: PastShown }): VNode {
  const { logbook: words } = page.text.pages.openings;
  const { when = '', enforced, known, added, removed } = past;
  const same = isEmpty(added) && isEmpty(removed);
  return (
    <section id="past">
      <h2>{words.pastTitle(when)}</h2>
      <p>
        <a href={`/logbooks/${id}`}>{words.today}</a>
      </p>
      <h3>{words.enforced}</h3>
      {enforced && !isEmpty(enforced) ? <Readers page={page} readers={enforced} /> : <p>{words.noLogbook}</p>}
      {same && <p id="same">{words.same}</p>}
      {!same && known && (
        <>
          <h3>{words.known}</h3>
          {isEmpty(known) ? <p>{words.noLogbook}</p> : <Readers page={page} readers={known} />}
          <Difference page={page} heading={words.added} readers={added} />
          <Difference page={page} heading={words.removed} readers={removed} />
        </>
      )}
    </section>
  );
}

function Difference(props: { page: Page; heading: string; readers: ReadersShown | undefined }): VNode | null {
  const { page, heading, readers } = props;
  if (!readers || isEmpty(readers)) return null;
  return (
    <div class="difference">
      <h3>{heading}</h3>
      <Readers page={page} readers={readers} />
    </div>
  );
}

function isEmpty(readers: ReadersShown | undefined): boolean {
  return !readers || (readers.staff.length === 0 && readers.families.length === 0);
}

function Asks({ page, data, asks }: { page: Page; data: LogbookData; asks: readonly OpeningLine[] }): VNode {
  const { logbook: words } = page.text.pages.openings;
  const { id, token, keeping } = data;
  const action = `/logbooks/${id}`;
  return (
    <section id="asks">
      <h2>{words.asks}</h2>
      <p>{words.asksIntro}</p>
      <ul class="openings">
        {asks.map((line) => (
          <Opening key={line.id} page={page} line={line} heading={words.askedFor(line.colleague)}>
            <form method="post" action={action} class="act with-field">
              <Hidden token={token} act="accept" grant={line.id} />
              <label for={`until-${line.id}`}>{words.until_}</label>
              <input
                id={`until-${line.id}`}
                name="until"
                type="date"
                required
                min={keeping?.days.first}
                max={keeping?.days.last}
                value={line.lastDay}
              />
              <button type="submit">
                {words.accept} <span class="aloud">{line.colleague}</span>
              </button>
            </form>
            <Act
              action={action}
              token={token}
              act="decline"
              grant={line.id}
              label={words.decline}
              about={line.colleague}
            />
          </Opening>
        ))}
      </ul>
    </section>
  );
}

function Openings({ page, data }: { page: Page; data: LogbookData }): VNode {
  const { logbook: words } = page.text.pages.openings;
  const { id, token, keeping } = data;
  const lines = data.openings.filter(({ standing }) => standing !== 'asked');
  return (
    <section id="openings">
      <h2>{words.openings}</h2>
      {lines.length === 0 && <p>{words.openingsNone}</p>}
      <ul class="openings">
        {lines.map((line) => (
          <Opening key={line.id} page={page} line={line} heading={line.colleague}>
            {keeping && ['offered', 'granted', 'toCome'].includes(line.standing) && (
              <Act
                action={`/logbooks/${id}`}
                token={token}
                act="end"
                grant={line.id}
                label={line.standing === 'offered' ? words.withdraw : words.end}
                about={line.colleague}
              />
            )}
          </Opening>
        ))}
      </ul>
    </section>
  );
}

function Offer(props: { page: Page; data: LogbookData; keeping: NonNullable<LogbookData['keeping']> }): VNode {
  const { page, data, keeping } = props;
  const { logbook: words, functions } = page.text.pages.openings;
  const { colleagues, days, typed } = keeping;
  return (
    <section id="offer">
      <h2>{words.offer}</h2>
      <p>{words.offerIntro}</p>
      <form method="post" action={`/logbooks/${data.id}`} id="offer-form">
        <Hidden token={data.token} act="offer" />
        <div class="field">
          <label for="colleague">{words.colleague}</label>
          <select id="colleague" name="colleague" required>
            <option value="">{words.choose}</option>
            {colleagues.map((one) => (
              <option key={one.id} value={one.id} selected={typed?.colleague === one.id}>
                {`${one.name}, ${functions[one.function]}`}
              </option>
            ))}
          </select>
        </div>
        <div class="pair">
          <div class="field">
            <label for="from">{words.from}</label>
            <p class="hint" id="from-hint">
              {words.fromHint}
            </p>
            <input
              id="from"
              name="from"
              type="date"
              min={days.first}
              max={days.last}
              value={typed?.from ?? ''}
              aria-describedby="from-hint"
            />
          </div>
          <div class="field">
            <label for="until">{words.until_}</label>
            <p class="hint" id="until-hint">
              {words.untilHint(days.lastText)}
            </p>
            <input
              id="until"
              name="until"
              type="date"
              required
              min={days.first}
              max={days.last}
              value={typed?.until ?? ''}
              aria-describedby="until-hint"
            />
          </div>
        </div>
        <button type="submit" id="offer-submit">
          {words.offerSubmit}
        </button>
      </form>
    </section>
  );
}

function AskPast({ page, data }: { page: Page; data: LogbookData }): VNode {
  const { logbook: words } = page.text.pages.openings;
  const { past, id } = data;
  const wrong = past.day !== '' && !past.when;
  return (
    <section id="ask-past">
      <h2>{words.pastHeading}</h2>
      <p>{words.pastIntro}</p>
      <form method="get" action={`/logbooks/${id}`} id="past-form">
        {wrong && (
          <p class="fault" role="alert" id="past-fault">
            {words.wrongDay}
          </p>
        )}
        <div class="pair">
          <div class="field">
            <label for="day">{words.day}</label>
            <input
              id="day"
              name="day"
              type="date"
              required
              value={past.day}
              aria-invalid={wrong ? 'true' : undefined}
              aria-describedby={wrong ? 'past-fault' : undefined}
            />
          </div>
          <div class="field">
            <label for="time">{words.time}</label>
            <input id="time" name="time" type="time" required value={past.time} />
          </div>
        </div>
        <button type="submit">{words.pastSubmit}</button>
      </form>
    </section>
  );
}
