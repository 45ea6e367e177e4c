// What waits for whoever validates, what is under way, what was refused; and the way to each logbook's readers.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';
import { Act, type DoneWord, Hidden, Opening, type OpeningLine, Outcome } from './openings.tsx';
import type { RefusalCodeOf } from './parts.tsx';

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
  const { validations: words } = page.text.pages.openings;
  const { uai, name, pending, active, refused } = school;
  return (
    <section class="of-school" id={`school-${uai}`}>
      <p class="towards">{name}</p>
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
            <WithReason page={page} token={token} line={line} act="end" summary={words.endOpen} label={words.end} />
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
                <WithReason page={page} token={token} line={line} act="lift" summary={words.lift} label={words.lift} />
              </Opening>
            ))}
          </ul>
        </>
      )}
    </section>
  );
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
        about={`${line.colleague}, ${line.logbook.title}`}
        main
      />
      <WithReason page={page} token={token} line={line} act="refuse" summary={words.refuseOpen} label={words.refuse} />
    </>
  );
}

/** What is not done without saying why; closed until one wants it. */
function WithReason(props: {
  page: Page;
  token: string;
  line: OpeningLine;
  act: 'refuse' | 'end' | 'lift';
  summary: string;
  label: string;
}): VNode {
  const { page, token, line, act, summary, label } = props;
  const { validations: words } = page.text.pages.openings;
  const field = `reason-${act}-${line.id}`;
  return (
    <details class="reasoned">
      <summary>
        {summary} <span class="aloud">{`${line.colleague}, ${line.logbook.title}`}</span>
      </summary>
      <form method="post" action="/validations" class="act with-field">
        <Hidden token={token} act={act} grant={line.id} />
        <label for={field}>{words.reason}</label>
        <p class="hint" id={`${field}-hint`}>
          {words.reasonHint}
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
