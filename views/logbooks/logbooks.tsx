// The logbooks whose readers one may see, what colleagues open to one, and asking for one more.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import type { RefusalCodeOf } from '../parts.tsx';
import { Act, type DoneWord, Hidden, Opening, type OpeningLine, Outcome } from './openings.tsx';

export interface LogbookLink {
  readonly id: string;
  readonly title: string;
  readonly keepers: readonly string[];
  /** Requests that wait for an answer. */
  readonly waiting: number;
}

export interface LogbooksData {
  readonly token: string;
  /** What the person was told lately, the newest first. */
  readonly news: readonly {
    readonly id: string;
    readonly sentence: string;
    readonly day: string;
    readonly motive?: string;
  }[];
  readonly kept: readonly LogbookLink[];
  /** Those of others: all of them, or what was looked for. */
  readonly schools: readonly { readonly name: string; readonly logbooks: readonly LogbookLink[] }[];
  /** Where there are many: what is looked for among them, empty for all. */
  readonly search?: { readonly typed: string; readonly all: number } | undefined;
  readonly received: readonly OpeningLine[];
  /** What may be asked for; none when the person asks for nothing. */
  readonly askable: readonly { readonly id: string; readonly label: string }[];
  readonly days: { readonly first: string; readonly last: string };
  readonly typed?: { readonly logbook: string; readonly until: string } | undefined;
  readonly done?: DoneWord | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function logbooksPage(page: Page, data: LogbooksData): VNode {
  const { logbooks: words } = page.text.pages.openings;
  const { kept, schools, search, received, askable, done, fault } = data;
  return (
    <Layout page={page} title={fault ? `${page.text.pages.openings.notDone} · ${words.title}` : words.title} wide>
      <h1>{kept.length > 0 ? words.heading : words.headingOthers}</h1>
      <Outcome page={page} done={done} fault={fault} />
      <p class="lead">{words.intro}</p>
      {data.news.length > 0 && <News page={page} news={data.news} />}
      {(kept.length > 0 || (schools.length === 0 && !search)) && (
        <section id="kept">
          <h2>{words.kept}</h2>
          {kept.length > 0 ? <Links page={page} logbooks={kept} /> : <p>{words.none}</p>}
        </section>
      )}
      {search && <Search page={page} search={search} found={schools.length > 0} />}
      {schools.map(({ name, logbooks }) => (
        <section key={name} class="of-school">
          <h2>{name}</h2>
          <Links page={page} logbooks={logbooks} keepers />
        </section>
      ))}
      {(askable.length > 0 || received.length > 0) && <Received page={page} data={data} />}
      {askable.length > 0 && <Ask page={page} data={data} />}
    </Layout>
  );
}

function News({ page, news }: { page: Page; news: LogbooksData['news'] }): VNode {
  const { openings } = page.text.pages;
  return (
    <section id="news">
      <h2>{openings.news.heading}</h2>
      <ul class="openings">
        {news.map(({ id, sentence, day, motive }) => (
          <li key={id} class="opening">
            <p>{sentence}</p>
            <p class="small">
              {[openings.on(day), motive && openings.inspections.motive(motive)].filter(Boolean).join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Search(props: { page: Page; search: NonNullable<LogbooksData['search']>; found: boolean }): VNode {
  const { page, search, found } = props;
  const { logbooks: words } = page.text.pages.openings;
  return (
    <search>
      <form method="get" action="/logbooks" class="act with-field" id="search-form">
        <label for="find">{words.search}</label>
        <p class="hint" id="find-hint">
          {words.searchHint}
        </p>
        <input
          id="find"
          name="find"
          type="text"
          value={search.typed}
          maxlength={100}
          autocomplete="off"
          aria-describedby="find-hint"
        />
        <button type="submit">{words.searchSubmit}</button>
        {search.typed !== '' && <a href="/logbooks">{words.searchAll(search.all)}</a>}
        {!found && (
          <p class="hint" id="none-found">
            {words.searchNone}
          </p>
        )}
      </form>
    </search>
  );
}

function Links(props: { page: Page; logbooks: readonly LogbookLink[]; keepers?: boolean }): VNode {
  const { page, logbooks, keepers } = props;
  const { logbooks: words } = page.text.pages.openings;
  return (
    <ul class="links">
      {logbooks.map((one) => (
        <li key={one.id}>
          <a href={`/logbooks/${one.id}`}>{one.title}</a>
          {keepers && one.keepers.length > 0 && <span class="small"> {one.keepers.join(', ')}</span>}
          {one.waiting > 0 && <strong class="waiting"> {words.waiting(String(one.waiting))}</strong>}
        </li>
      ))}
    </ul>
  );
}

function Received({ page, data }: { page: Page; data: LogbooksData }): VNode {
  const { logbooks: words } = page.text.pages.openings;
  return (
    <section id="received">
      <h2>{words.received}</h2>
      {data.received.length === 0 && <p>{words.receivedNone}</p>}
      <ul class="openings">
        {data.received.map((line) => (
          <Opening key={line.id} page={page} line={line} heading={line.logbook.title}>
            {['asked', 'offered', 'granted', 'toCome'].includes(line.standing) && (
              <Act
                action="/logbooks"
                token={data.token}
                act="renounce"
                grant={line.id}
                label={words.renounce}
                about={line.logbook.title}
              />
            )}
          </Opening>
        ))}
      </ul>
    </section>
  );
}

function Ask({ page, data }: { page: Page; data: LogbooksData }): VNode {
  const { logbooks: words } = page.text.pages.openings;
  const { askable, days, typed, token } = data;
  return (
    <section id="ask">
      <h2>{words.ask}</h2>
      <p>{words.askIntro}</p>
      <form method="post" action="/logbooks" id="ask-form">
        <Hidden token={token} act="ask" />
        <div class="field">
          <label for="logbook">{words.askLogbook}</label>
          <select id="logbook" name="logbook" required>
            <option value="">{words.askChoose}</option>
            {askable.map(({ id, label }) => (
              <option key={id} value={id} selected={typed?.logbook === id}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="until">{words.askUntil}</label>
          <p class="hint" id="until-hint">
            {words.askUntilHint}
          </p>
          <input
            id="until"
            name="until"
            type="date"
            min={days.first}
            max={days.last}
            value={typed?.until ?? days.last}
            aria-describedby="until-hint"
          />
        </div>
        <button type="submit">{words.askSubmit}</button>
      </form>
    </section>
  );
}
