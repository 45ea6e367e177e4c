// Incident files for those in charge: asking, signing beside, refusing, ending; and the log that an open one shows.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface IncidentShown {
  readonly id: string;
  /** Whose log. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly motive: string;
  readonly state: keyof Page['text']['pages']['data']['incidents']['states'];
  readonly askedBy: string;
  readonly askedOn: string;
  readonly openUntil?: string;
  readonly reason?: string;
  /** What the reader may do. */
  readonly acts: readonly ('read' | 'sign' | 'refuse' | 'end')[];
}

export interface IncidentsData {
  readonly token: string;
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    /** The key of the file that the form asks for, once, and the token of that form; none for who may not ask. */
    readonly ask?: { readonly key: string; readonly token: string } | undefined;
    readonly files: readonly IncidentShown[];
  }[];
  readonly done?: 'asked' | 'signed' | 'refused' | 'ended' | undefined;
  readonly fault?: RefusalCodeOf | undefined;
  /** What was typed in a form that was refused, and at which school. */
  readonly typed?:
    | {
        readonly school: string;
        readonly person: string;
        readonly motive: string;
        readonly from: string;
        readonly to: string;
      }
    | undefined;
}

export function incidentsPage(page: Page, { token, schools, done, fault, typed }: IncidentsData): VNode {
  const { incidents: words } = page.text.pages.data;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={words.notDone} code={fault} />}
      {done && (
        <output class="done" id="done" tabindex={-1} autofocus>
          {words.done[done]}
        </output>
      )}
      <p class="lead">{words.intro}</p>
      <p id="never">
        <strong>{words.never}</strong>
      </p>
      {schools.map((school) => (
        <section key={school.uai} id={`school-${school.uai}`}>
          <h2>{school.name}</h2>
          {school.files.length === 0 && <p>{words.none}</p>}
          <ul class="openings">
            {school.files.map((file) => (
              <File key={file.id} page={page} token={token} file={file} />
            ))}
          </ul>
          {school.ask && (
            <Ask
              page={page}
              ask={school.ask}
              school={school.uai}
              typed={typed?.school === school.uai ? typed : undefined}
              fault={fault}
            />
          )}
        </section>
      ))}
    </Layout>
  );
}

function File({ page, token, file }: { page: Page; token: string; file: IncidentShown }): VNode {
  const { incidents: words } = page.text.pages.data;
  const { id, name, from, to, motive, state, askedBy, askedOn, openUntil, reason, acts } = file;
  const simple = acts.filter((act): act is 'sign' | 'end' => act === 'sign' || act === 'end');
  return (
    <li class="opening" id={`file-${id}`} data-state={state}>
      <p class="what">{words.about(name)}</p>
      <p class="small">
        {words.days(from, to)} · {words.states[state]}
        {openUntil && `, ${words.openUntil(openUntil)}`}
      </p>
      <p>{words.reason(motive)}</p>
      <p class="small">{words.askedBy(askedBy, askedOn)}</p>
      {reason && <p class="small">{words.reason(reason)}</p>}
      <div class="acts">
        {acts.includes('read') && (
          <a class="button" href={`/school/incidents/${id}`}>
            {words.read}
          </a>
        )}
        {simple.map((act) => (
          <form method="post" action="/school/incidents" class="act" key={act}>
            <Hidden token={token} act={act} file={id} />
            <button type="submit" class={act === 'end' ? 'second' : undefined}>
              {words[act]} <span class="aloud">{words.about(name)}</span>
            </button>
          </form>
        ))}
        {acts.includes('refuse') && (
          <details>
            <summary>{words.refuse}</summary>
            <form method="post" action="/school/incidents" class="act with-field">
              <Hidden token={token} act="refuse" file={id} />
              <label for={`reason-${id}`}>{words.why}</label>
              <input id={`reason-${id}`} name="reason" type="text" maxlength={500} required autocomplete="off" />
              <button type="submit">
                {words.refuse} <span class="aloud">{words.about(name)}</span>
              </button>
            </form>
          </details>
        )}
      </div>
    </li>
  );
}

function Hidden({ token, act, file }: { token: string; act: string; file: string }): VNode {
  return (
    <>
      <Token value={token} />
      <input type="hidden" name="act" value={act} />
      <input type="hidden" name="file" value={file} />
    </>
  );
}

/** The field that a refusal is about. */
const faultyFields: Partial<Record<RefusalCodeOf, 'person' | 'motive' | 'dates'>> = {
  unknown_person: 'person',
  person_ambiguous: 'person',
  motive_missing: 'motive',
  dates_refused: 'dates',
};

function Ask(props: {
  page: Page;
  ask: { readonly key: string; readonly token: string };
  school: string;
  typed: IncidentsData['typed'];
  fault: IncidentsData['fault'];
}): VNode {
  const { page, ask, school, typed } = props;
  const { incidents: words } = page.text.pages.data;
  const id = (name: string) => `${name}-${school}`;
  const fault = typed && props.fault && faultyFields[props.fault];
  const described = (name: string, field: string) => ({
    'aria-describedby': fault === field ? `${id(name)} fault` : id(name),
    'aria-invalid': fault === field ? ('true' as const) : undefined,
  });
  return (
    <details open={typed !== undefined} id={`ask-${school}`}>
      <summary>{words.ask}</summary>
      <form method="post" action="/school/incidents">
        <Hidden token={ask.token} act="ask" file={ask.key} />
        <input type="hidden" name="school" value={school} />
        <p class="hint">{words.never}</p>
        <div class="field">
          <label for={id('person')}>{words.person}</label>
          <p class="hint" id={id('person-hint')}>
            {words.personHint}
          </p>
          <input
            id={id('person')}
            name="person"
            type="text"
            required
            maxlength={200}
            autocomplete="off"
            value={typed?.person}
            {...described('person-hint', 'person')}
          />
        </div>
        <div class="field">
          <label for={id('motive')}>{words.motive}</label>
          <p class="hint" id={id('motive-hint')}>
            {words.motiveHint}
          </p>
          <textarea
            id={id('motive')}
            name="motive"
            required
            maxlength={1000}
            rows={4}
            {...described('motive-hint', 'motive')}
          >
            {typed?.motive}
          </textarea>
        </div>
        <p class="hint" id={id('dates-hint')}>
          {words.datesHint}
        </p>
        <div class="pair">
          {(['from', 'to'] as const).map((name) => (
            <div class="field" key={name}>
              <label for={id(name)}>{words[name]}</label>
              <input
                id={id(name)}
                name={name}
                type="date"
                required
                value={typed?.[name]}
                {...described('dates-hint', 'dates')}
              />
            </div>
          ))}
        </div>
        <button type="submit">{words.submit}</button>
      </form>
    </details>
  );
}

export interface IncidentLogData {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly motive: string;
  readonly events: readonly {
    readonly when: string;
    readonly event: string;
    /** What it was about, as it is read. */
    readonly about?: string;
    readonly module?: string;
    readonly answer?: 'allowed' | 'denied';
  }[];
  readonly cut: boolean;
}

export function incidentLogPage(page: Page, data: IncidentLogData): VNode {
  const { incidents: words } = page.text.pages.data;
  return (
    <Layout page={page} title={words.title} wide>
      <p>
        <a href="/school/incidents">{words.back}</a>
      </p>
      <h1>{words.log(data.name)}</h1>
      <p class="lead">{words.days(data.from, data.to)}</p>
      <p>{words.reason(data.motive)}</p>
      <p>
        <strong>{words.never}</strong>
      </p>
      <p class="small">{words.logIntro}</p>
      {data.cut && <p class="waiting">{words.cut}</p>}
      {data.events.length === 0 && <p>{words.logNone}</p>}
      <ul class="openings" id="events">
        {data.events.map(({ when, event, about, module, answer }) => (
          <li class="opening">
            <p class="what">{when}</p>
            <p class="small">
              {words.events[event] ?? <code>{event}</code>}
              {about && ` · ${about}`}
              {module && ` · ${module}`}
              {answer && ` · ${words.answer} : ${words[answer]}`}
            </p>
          </li>
        ))}
      </ul>
    </Layout>
  );
}
