// One logbook: who may read it and why, today or on a past day; and for whoever keeps it, its openings to colleagues.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import type { RefusalCodeOf } from '../parts.tsx';
import { Act, type DoneWord, Hidden, Opening, type OpeningLine, Outcome } from './openings.tsx';
import { AskPast, Past, type PastShown, type ReadersShown, Today } from './readers.tsx';

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
  const asks = data.keeping && !past.when ? data.openings.filter(({ standing }) => standing === 'asked') : [];
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : `${title} · ${words.title}`} wide>
      <p class="towards">
        <a href="/logbooks">{words.back}</a> · {school}
      </p>
      <h1>{words.heading(title)}</h1>
      <Outcome page={page} done={done} fault={fault} />
      {asks.length > 0 && <Asks page={page} data={data} asks={asks} />}
      {past.when ? <Past page={page} id={data.id} past={past} /> : <Today page={page} readers={data.today} />}
      {!past.when && <Openings page={page} data={data} />}
      {!past.when && data.keeping && <Offer page={page} data={data} keeping={data.keeping} />}
      <AskPast page={page} id={data.id} past={past} />
    </Layout>
  );
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
