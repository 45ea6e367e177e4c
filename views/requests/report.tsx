// The one report for the three questions: what the register said, the notice in force, who could read, by category, on a day.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { colon } from '../parts.tsx';
import { Line, Select } from './parts.tsx';
import { Entry, type EntryShown } from './registers.tsx';

export interface ReportData {
  readonly objects: readonly { readonly value: string; readonly label: string }[];
  readonly typed: { readonly object: string; readonly key: string; readonly day: string; readonly time: string };
  readonly today: string;
  readonly fault?: 'wrongDay' | 'unknown' | undefined;
  readonly report?: ReportShown | undefined;
}

export interface ReportShown {
  readonly when: string;
  readonly object: string;
  readonly entries: readonly EntryShown[];
  readonly notices: readonly {
    readonly school: string;
    readonly version?: string;
    readonly since?: string;
    readonly href?: string;
  }[];
  readonly enforced: readonly ReadersShown[];
  /** None when it says the same. */
  readonly known?: readonly ReadersShown[] | undefined;
}

/** Of what, and who could read it: why, and how many when that may be told. */
export interface ReadersShown {
  readonly about?: string | undefined;
  readonly readers: readonly { readonly why: string; readonly count: string }[];
}

export function reportPage(page: Page, { objects, typed, today, fault, report }: ReportData): VNode {
  const { report: text } = page.text.pages.register;
  return (
    <Layout page={page} title={report ? `${report.object} · ${text.title}` : text.title} wide>
      <h1>{text.heading}</h1>
      {fault && (
        <p class="fault" role="alert" id="fault">
          {text[fault]}
        </p>
      )}
      <p class="lead">{text.intro}</p>
      <form method="get" action="/report" class="past">
        <Select id="object" label={text.object} groups={[{ choices: objects }]} value={typed.object} />
        <Line id="day" label={text.day} type="date" value={typed.day} max={today} required />
        <Line id="time" label={text.time} type="time" value={typed.time} />
        <details open={typed.key !== ''}>
          <summary>{text.byKey}</summary>
          <Line id="key" label={text.byKey} hint={text.byKeyHint} value={typed.key} />
        </details>
        <button type="submit">{text.submit}</button>
      </form>
      {report && <Answer page={page} report={report} />}
    </Layout>
  );
}

function Answer({ page, report }: { page: Page; report: ReportShown }): VNode {
  const { report: text } = page.text.pages.register;
  return (
    <article id="report">
      <p class="towards">{text.on(report.when)}</p>
      <h2>{report.object}</h2>
      <section id="report-readers">
        <h2>{text.readers}</h2>
        <h3>{text.enforced}</h3>
        <Readers page={page} of={report.enforced} />
        {report.known ? (
          <>
            <h3>{text.known}</h3>
            <Readers page={page} of={report.known} />
          </>
        ) : (
          <p>{text.same}</p>
        )}
      </section>
      <section id="report-notice">
        <h2>{text.notice}</h2>
        {report.notices.map(({ school, version, since, href }) => (
          <p key={school}>
            {school}
            {colon(page)}
            {version && since ? text.noticeOf(version, since) : text.noticeNone}
            {href && (
              <>
                {' '}
                <a href={href}>
                  {text.noticeLink} <span class="aloud">{school}</span>
                </a>
              </>
            )}
          </p>
        ))}
      </section>
      <section id="report-entries">
        <h2>{text.entries}</h2>
        {report.entries.length === 0 && <p>{text.entriesNone}</p>}
        {report.entries.map((entry) => (
          <Entry key={entry.entry} page={page} entry={entry} />
        ))}
      </section>
      <p class="hint">{text.print}</p>
    </article>
  );
}

function Readers({ page, of }: { page: Page; of: readonly ReadersShown[] }): VNode {
  const { report: text } = page.text.pages.register;
  if (of.every(({ readers }) => readers.length === 0)) return <p>{text.nobody}</p>;
  return (
    <>
      {of.map(({ about, readers }) => (
        <div key={about ?? ''} class="readers-by">
          {about && <p class="small">{about}</p>}
          <ul>
            {readers.map(({ why, count }) => (
              <li key={why}>
                {why} <span class="small">{count}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}
