// For whoever decides at a school: people who say that they do not represent a pupil, and joins to undo on request.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { type RefusalCodeOf, Token } from '../parts.tsx';
import { type FamilyDone, FamilyOutcome } from './family.tsx';

export interface DisputeLine {
  readonly id: string;
  readonly person: string;
  /** The pupil, with the class. */
  readonly child: string;
  readonly day: string;
  readonly decision?: string;
}

export interface DisputesData {
  readonly token: string;
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    readonly open: readonly DisputeLine[];
    readonly upheld: readonly DisputeLine[];
    readonly joins: readonly { readonly id: string; readonly person: string; readonly day: string }[];
  }[];
  /** What was typed, and for what. */
  readonly typed?: { readonly id: string; readonly decision: string; readonly outcome: string } | undefined;
  readonly done?: FamilyDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function disputesPage(page: Page, data: DisputesData): VNode {
  const { disputes: words, notDone } = page.text.pages.family;
  const { schools, done, fault } = data;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      <FamilyOutcome page={page} done={done} fault={fault} />
      <p class="lead">{words.intro}</p>
      {schools.map((school) => (
        <section key={school.uai} class="of-school" id={`school-${school.uai}`}>
          <p class="towards">{school.name}</p>
          <h2>{words.open}</h2>
          {school.open.length === 0 && <p>{words.openNone}</p>}
          <ul class="openings pending">
            {school.open.map((line) => (
              <Line key={line.id} page={page} line={line} says={words.says}>
                <Settle page={page} data={data} id={line.id} outcomes={['upheld', 'withdrawn']} />
              </Line>
            ))}
          </ul>
          {school.upheld.length > 0 && <Upheld page={page} data={data} lines={school.upheld} />}
          <h2>{words.records}</h2>
          <p>{school.joins.length > 0 ? words.recordsIntro : words.recordsNone}</p>
          <Joins page={page} data={data} joins={school.joins} />
        </section>
      ))}
    </Layout>
  );
}

function Upheld({ page, data, lines }: { page: Page; data: DisputesData; lines: readonly DisputeLine[] }): VNode {
  const { disputes: words } = page.text.pages.family;
  return (
    <>
      <h2>{words.upheld}</h2>
      <ul class="openings">
        {lines.map((line) => (
          <Line key={line.id} page={page} line={line} says={words.upheldLine}>
            <details open={data.typed?.id === line.id}>
              <summary>
                {words.withdrawOpen} <span class="aloud">{line.child}</span>
              </summary>
              <Settle page={page} data={data} id={line.id} outcomes={['withdrawn']} />
            </details>
          </Line>
        ))}
      </ul>
    </>
  );
}

function Line(props: {
  page: Page;
  line: DisputeLine;
  says: (names: readonly [string, string]) => string;
  children: VNode;
}): VNode {
  const { page, line, says, children } = props;
  return (
    <li class="opening" id={`dispute-${line.id}`}>
      <p class="what">{says([line.person, line.child])}</p>
      <p class="small">{[page.text.pages.family.on(line.day), line.decision].filter(Boolean).join(' · ')}</p>
      <div class="acts">{children}</div>
    </li>
  );
}

function Settle(props: {
  page: Page;
  data: DisputesData;
  id: string;
  outcomes: readonly ('upheld' | 'withdrawn')[];
}): VNode {
  const { page, data, id, outcomes } = props;
  const { disputes: words } = page.text.pages.family;
  const typed = data.typed?.id === id ? data.typed : undefined;
  const labels = { upheld: words.uphold, withdrawn: words.withdraw };
  return (
    <form method="post" action="/school/disputes" class="act">
      <Token value={data.token} />
      <input type="hidden" name="id" value={id} />
      <Reference
        id={`decision-${id}`}
        label={words.decision}
        hint={words.decisionHint}
        value={typed?.decision}
        faulty={typed !== undefined && data.fault === 'decision_missing'}
      />
      <p class="choices">
        {outcomes.map((outcome) => (
          <button
            key={outcome}
            type="submit"
            name="outcome"
            value={outcome}
            class={outcomes.length > 1 && outcome === 'withdrawn' ? 'second' : undefined}
          >
            {labels[outcome]}
          </button>
        ))}
      </p>
    </form>
  );
}

function Joins({
  page,
  data,
  joins,
}: {
  page: Page;
  data: DisputesData;
  joins: DisputesData['schools'][number]['joins'];
}) {
  const { disputes: words, on } = page.text.pages.family;
  return (
    <ul class="openings">
      {joins.map(({ id, person, day }) => (
        <li key={id} class="opening" id={`join-${id}`}>
          <p class="what">{person}</p>
          <p class="small">{on(day)}</p>
          <div class="acts">
            <details open={data.typed?.id === id}>
              <summary>
                {words.separate} <span class="aloud">{person}</span>
              </summary>
              <form method="post" action="/school/disputes" class="act">
                <Token value={data.token} />
                <input type="hidden" name="id" value={id} />
                <input type="hidden" name="outcome" value="separated" />
                <Reference
                  id={`decision-${id}`}
                  label={words.request}
                  hint={words.requestHint}
                  value={data.typed?.id === id ? data.typed.decision : undefined}
                  faulty={data.typed?.id === id && data.fault === 'decision_missing'}
                />
                <button type="submit">{words.separate}</button>
              </form>
            </details>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Reference(props: {
  id: string;
  label: string;
  hint: string;
  value?: string | undefined;
  faulty: boolean;
}): VNode {
  const { id, label, hint, value, faulty } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <input
        id={id}
        name="decision"
        type="text"
        required
        maxlength={200}
        value={value}
        autocomplete="off"
        aria-invalid={faulty ? 'true' : undefined}
        aria-describedby={faulty ? `${id}-hint fault` : `${id}-hint`}
      />
    </div>
  );
}
