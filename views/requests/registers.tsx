// The register of requests for the data protection officer, and the register of processing for everybody.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { aboutText, Line } from './parts.tsx';
import type { HandledLine } from './school.tsx';

export interface RequestRegisterData {
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    readonly lines: readonly (HandledLine & {
      readonly reason?: string | undefined;
      readonly close: number;
      /** Where the document of the mandate is. */
      readonly document?: string | undefined;
    })[];
  }[];
}

export function requestRegisterPage(page: Page, { schools }: RequestRegisterData): VNode {
  const { requests: words } = page.text.pages;
  const { register: text } = words;
  return (
    <Layout page={page} title={text.title} wide>
      <h1>{text.heading}</h1>
      <p class="lead">{text.intro}</p>
      <p class="acts">
        <a href="/processing">{text.processing}</a>
        <a href="/report">{text.report}</a>
      </p>
      {schools.map(({ uai, name, lines }) => (
        <section key={uai} id={`school-${uai}`}>
          <h2>{name}</h2>
          <p class="acts">
            <a class="button" href={`/school/register/${uai}.csv`}>
              {text.csv} <span class="aloud">{name}</span>
            </a>
            <a class="button" href={`/school/register/${uai}.json`}>
              {text.json} <span class="aloud">{name}</span>
            </a>
          </p>
          {lines.length === 0 ? <p>{text.none}</p> : <Lines page={page} name={name} lines={lines} />}
        </section>
      ))}
    </Layout>
  );
}

function Lines(props: { page: Page; name: string; lines: RequestRegisterData['schools'][number]['lines'] }): VNode {
  const { page, name, lines } = props;
  const { requests: words } = page.text.pages;
  const { columns, close: closeWords } = words.register;
  return (
    <section class="scroll" aria-label={name} tabindex={0}>
      <table>
        <thead>
          <tr>
            {Object.values(columns).map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td data-column={columns.received}>{line.received}</td>
              <td data-column={columns.person}>
                {line.person}
                {line.mandate && <span class="small"> {words.school.mandate(line.mandate)}</span>}
                {line.document && (
                  <>
                    {' '}
                    <a href={line.document}>
                      {words.school.document} <span class="aloud">{line.person}</span>
                    </a>
                  </>
                )}
              </td>
              <td data-column={columns.kind}>{aboutText(page, line)}</td>
              <td data-column={columns.due}>{line.late ? <strong class="waiting">{line.due}</strong> : line.due}</td>
              <td data-column={columns.state}>{words.states[line.state]}</td>
              <td data-column={columns.answer}>
                {[line.decided, line.reason].filter(Boolean).join(' · ')}
                {line.close > 0 && (
                  <>
                    {' '}
                    <strong class="waiting">{closeWords(String(line.close))}</strong>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** An entry of the register of processing, in one language. */
export interface EntryShown {
  readonly entry: string;
  readonly version: number;
  readonly hash: string;
  readonly since: string;
  readonly until?: string | undefined;
  readonly title: string;
  /** What it says, under the label of each part. */
  readonly parts: readonly {
    readonly part: keyof Page['text']['pages']['register']['page']['labels'];
    readonly lines: readonly string[];
  }[];
}

export interface ProcessingData {
  /** YYYY-MM-DD */
  readonly day: string;
  readonly today: string;
  readonly wrongDay: boolean;
  readonly entries: readonly EntryShown[];
}

export function processingPage(page: Page, { day, today, wrongDay, entries }: ProcessingData): VNode {
  const { page: text } = page.text.pages.register;
  return (
    <Layout page={page} title={text.title} wide>
      <h1>{text.heading}</h1>
      <p class="lead">{text.intro}</p>
      {wrongDay && (
        <p class="fault" role="alert">
          {text.wrongDay}
        </p>
      )}
      <form method="get" action="/processing" class="past">
        <Line id="day" label={text.day} type="date" value={day} max={today} required />
        <button type="submit">{text.show}</button>
      </form>
      {entries.length === 0 && <p>{text.empty}</p>}
      {entries.map((entry) => (
        <Entry key={entry.entry} page={page} entry={entry} />
      ))}
    </Layout>
  );
}

export function Entry({ page, entry }: { page: Page; entry: EntryShown }): VNode {
  const { page: text } = page.text.pages.register;
  const { version, since, until, hash, title, parts } = entry;
  const inForce = until ? text.versionUntil(String(version), since, until) : text.version(String(version), since);
  return (
    <section class="entry" id={`entry-${entry.entry.replace(':', '-')}`}>
      <h2>{title}</h2>
      <p class="small">
        {inForce} · {text.fingerprint('')}
        <code>{hash.slice(0, 16)}</code>
      </p>
      <dl>
        {parts
          .filter(({ lines }) => lines.length > 0)
          .map(({ part, lines }) => (
            <div key={part}>
              <dt>{text.labels[part]}</dt>
              <dd>
                {lines.length === 1 ? (
                  lines[0]
                ) : (
                  <ul>
                    {lines.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                )}
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
