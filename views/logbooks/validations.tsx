// What waits for whoever validates, what is under way, what was refused; and the way to each logbook's readers.
import type { ComponentChildren, VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import type { RefusalCodeOf } from '../parts.tsx';
import { Act, type DoneWord, Hidden, Opening, type OpeningLine, Outcome } from './openings.tsx';

export interface ValidationsData {
  readonly token: string;
  readonly schools: readonly SchoolToDecide[];
  readonly done?: DoneWord | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export interface SchoolToDecide {
  readonly uai: string;
  readonly name: string;
  /** `own` is what the person offers or receives, and leaves to another. */
  readonly pending: readonly (OpeningLine & { readonly own: boolean })[];
  readonly active: readonly OpeningLine[];
  readonly refused: readonly OpeningLine[];
  /** Where the person approves inspections: those that wait, and those under way. */
  readonly inspections?: { readonly pending: readonly InspectionLine[]; readonly active: readonly InspectionLine[] };
  /** Whether the person decides on openings there. */
  readonly decides: boolean;
}

export interface InspectionLine {
  readonly id: string;
  readonly inspector: string;
  /** The teachers and classes named. */
  readonly named: string;
  readonly motive: string;
  readonly from: string;
  readonly until: string;
}

export function validationsPage(page: Page, { token, schools, done, fault }: ValidationsData): VNode {
  const { validations: words, notDone } = page.text.pages.openings;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      <Outcome page={page} done={done} fault={fault} />
      <p class="lead">{words.intro}</p>
      {schools.map((school) => (
        <School key={school.uai} page={page} token={token} school={school} />
      ))}
      <section>
        <h2>{words.readers}</h2>
        <p>
          <a href="/logbooks">{words.readersLink}</a>
        </p>
      </section>
    </Layout>
  );
}

function School({ page, token, school }: { page: Page; token: string; school: SchoolToDecide }): VNode {
  const { uai, name, inspections, decides } = school;
  return (
    <section class="of-school" id={`school-${uai}`}>
      <p class="towards">{name}</p>
      {decides && <Openings page={page} token={token} school={school} />}
      {inspections && <Inspections page={page} token={token} inspections={inspections} />}
    </section>
  );
}

function Openings({ page, token, school }: { page: Page; token: string; school: SchoolToDecide }): VNode {
  const { validations: words } = page.text.pages.openings;
  const { pending, active, refused } = school;
  return (
    <>
      <h2>{words.pending}</h2>
      {pending.length === 0 && <p>{words.pendingNone}</p>}
      <ul class="openings pending">
        {pending.map((line) => (
          <Opening
            key={line.id}
            page={page}
            line={line}
            heading={<Proposal page={page} line={line} words="proposes" />}
          >
            {line.own ? <p class="own">{words.own}</p> : <Decide page={page} token={token} line={line} />}
          </Opening>
        ))}
      </ul>
      <h2>{words.active}</h2>
      {active.length === 0 && <p>{words.activeNone}</p>}
      <ul class="openings active">
        {active.map((line) => (
          <Opening key={line.id} page={page} line={line} heading={<Proposal page={page} line={line} words="opened" />}>
            <WithReason
              page={page}
              token={token}
              id={line.id}
              about={aboutOf(line)}
              act="end"
              summary={words.endOpen}
              label={words.end}
            />
          </Opening>
        ))}
      </ul>
      {refused.length > 0 && (
        <>
          <h2>{words.refused}</h2>
          <p>{words.liftHint}</p>
          <ul class="openings refused">
            {refused.map((line) => (
              <Opening
                key={line.id}
                page={page}
                line={line}
                heading={<Proposal page={page} line={line} words="wanted" />}
              >
                <WithReason
                  page={page}
                  token={token}
                  id={line.id}
                  about={aboutOf(line)}
                  act="lift"
                  summary={words.lift}
                  label={words.lift}
                />
              </Opening>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Inspections(props: {
  page: Page;
  token: string;
  inspections: NonNullable<SchoolToDecide['inspections']>;
}): VNode | null {
  const { page, token, inspections } = props;
  const { inspections: words, validations } = page.text.pages.openings;
  const { pending, active } = inspections;
  return (
    <>
      {pending.length > 0 && <h2>{words.pending}</h2>}
      <ul class="openings inspections-pending">
        {pending.map((line) => (
          <Inspection key={line.id} page={page} line={line} heading={words.asks([line.inspector, line.named])}>
            <Act
              action="/validations"
              token={token}
              act="approve-inspection"
              grant={line.id}
              label={words.approve}
              about={line.inspector}
              main
            />
            <WithReason
              page={page}
              token={token}
              id={line.id}
              about={line.inspector}
              act="refuse-inspection"
              summary={validations.refuseOpen}
              label={validations.refuse}
              hint={words.refuseHint}
            />
          </Inspection>
        ))}
      </ul>
      {active.length > 0 && <h2>{words.active}</h2>}
      <ul class="openings inspections-active">
        {active.map((line) => (
          <Inspection key={line.id} page={page} line={line} heading={words.reads([line.inspector, line.named])}>
            <WithReason
              page={page}
              token={token}
              id={line.id}
              about={line.inspector}
              act="end-inspection"
              summary={validations.endOpen}
              label={validations.end}
              hint={words.refuseHint}
            />
          </Inspection>
        ))}
      </ul>
    </>
  );
}

function Inspection(props: { page: Page; line: InspectionLine; heading: string; children: ComponentChildren }): VNode {
  const { page, line, heading, children } = props;
  const { openings } = page.text.pages;
  return (
    <li class="opening" id={`inspection-${line.id}`}>
      <p class="what">{heading}</p>
      <p class="small">
        {openings.fromTo([line.from, line.until])} · {openings.inspections.motive(line.motive)}
      </p>
      <div class="acts">{children}</div>
    </li>
  );
}

function aboutOf({ colleague, logbook }: OpeningLine): string {
  return `${colleague}, ${logbook.title}`;
}

function Proposal(props: { page: Page; line: OpeningLine; words: 'proposes' | 'opened' | 'wanted' }): VNode {
  const { page, line } = props;
  const { [props.words]: sentence } = page.text.pages.openings.validations;
  return (
    <>
      <a href={`/logbooks/${line.logbook.id}`}>{line.logbook.title}</a>
      {' : '}
      {sentence([line.owner ?? '', line.colleague])}
    </>
  );
}

function Decide({ page, token, line }: { page: Page; token: string; line: OpeningLine }): VNode {
  const { validations: words } = page.text.pages.openings;
  return (
    <>
      <Act
        action="/validations"
        token={token}
        act="validate"
        grant={line.id}
        label={words.validate}
        about={aboutOf(line)}
        main
      />
      <WithReason
        page={page}
        token={token}
        id={line.id}
        about={aboutOf(line)}
        act="refuse"
        summary={words.refuseOpen}
        label={words.refuse}
      />
    </>
  );
}

/** What is not done without saying why; closed until one wants it. */
function WithReason(props: {
  page: Page;
  token: string;
  id: string;
  about: string;
  act: 'refuse' | 'end' | 'lift' | 'refuse-inspection' | 'end-inspection';
  summary: string;
  label: string;
  hint?: string;
}): VNode {
  const { page, token, id, about, act, summary, label } = props;
  const { validations: words } = page.text.pages.openings;
  const field = `reason-${act}-${id}`;
  return (
    <details class="reasoned">
      <summary>
        {summary} <span class="aloud">{about}</span>
      </summary>
      <form method="post" action="/validations" class="act with-field">
        <Hidden token={token} act={act} grant={id} />
        <label for={field}>{words.reason}</label>
        <p class="hint" id={`${field}-hint`}>
          {props.hint ?? words.reasonHint}
        </p>
        <input
          id={field}
          name="reason"
          type="text"
          required
          maxlength={200}
          autocomplete="off"
          aria-describedby={`${field}-hint`}
        />
        <button type="submit">{label}</button>
      </form>
    </details>
  );
}
