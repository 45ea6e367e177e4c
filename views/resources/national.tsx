// What of a school leaves for the national GAR at night, and what holds it back, in words that say what to do.
import type { VNode } from 'preact';
import type { FaultCode, NoteCode } from '../../src/export/problems.ts';
import { Layout, type Page } from '../layout.tsx';

/** How many of the same, and some of them. */
export interface Found<Code extends string> {
  readonly code: Code;
  readonly count: number;
  readonly which: readonly string[];
}

export interface NationalData {
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    readonly state: 'sent' | 'held' | 'closed';
    readonly counts: Readonly<Record<'pupils' | 'staff' | 'groups' | 'assigners', number>>;
    /** Days, as they are read. */
    readonly since: string;
    readonly sent: string | undefined;
    readonly held: string | undefined;
    readonly faults: readonly Found<FaultCode>[];
    readonly notes: readonly Found<NoteCode>[];
  }[];
}

export function nationalPage(page: Page, { schools }: NationalData): VNode {
  const { nationalGar: words } = page.text.pages;
  return (
    <Layout page={page} title={words.title}>
      <h1>{words.heading}</h1>
      <p class="lead">{words.intro}</p>
      {schools.length === 0 && <p>{words.none}</p>}
      {schools.map((school) => (
        <section key={school.uai} class="of-school" id={`school-${school.uai}`}>
          <h2>{school.name}</h2>
          <State page={page} school={school} />
          {school.state !== 'closed' && (
            <ul>
              {words.counts(school.counts).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          {school.notes.length > 0 && (
            <>
              <h3>{words.toKnow}</h3>
              <Lines page={page} found={school.notes} told={words.notes} />
              {school.notes.some(({ code }) => code === 'no_assigner') && (
                <p>
                  <a href="/school/assigners">{words.toAssigners}</a>
                </p>
              )}
            </>
          )}
          <p class="small">
            {words.since(school.since)} {school.sent ? words.sent(school.sent) : words.neverSent}{' '}
            {school.held && words.heldOn(school.held)}
          </p>
        </section>
      ))}
    </Layout>
  );
}

function State({ page, school }: { page: Page; school: NationalData['schools'][number] }): VNode {
  const { nationalGar: words } = page.text.pages;
  if (school.state === 'closed') return <p>{words.closed}</p>;
  if (school.state === 'sent') return <p>{words.ready}</p>;
  return (
    <div class="fault">
      <p>{words.held}</p>
      <Lines page={page} found={school.faults} told={words.faults} />
    </div>
  );
}

function Lines<Code extends string>(props: {
  page: Page;
  found: readonly Found<Code>[];
  told: Readonly<Record<Code, string>>;
}): VNode {
  const { nationalGar: words } = props.page.text.pages;
  return (
    <ul>
      {props.found.map(({ code, count, which }) => (
        <li key={code}>
          {props.told[code]}
          {(which.length > 0 || count > 1) && (
            <>
              <br />
              <strong>
                {words.found([
                  String(count),
                  [...which, ...(which.length > 0 && count > which.length ? ['…'] : [])].join(', '),
                ])}
              </strong>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
