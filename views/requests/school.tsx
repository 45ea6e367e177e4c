// Requests at the schools of whoever handles them: what waits with its clock, what is to be carried or sent, what closed lately.
import type { ComponentChildren, VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { colon, type RefusalCodeOf, Token } from '../parts.tsx';
import { aboutText, Outcome, type RequestLine, Standing } from './parts.tsx';

export interface HandledLine extends RequestLine {
  /** Who asks: a name of the directory, or as a letter writes it. */
  readonly person: string;
  readonly attached: boolean;
  readonly online: boolean;
  readonly mandate?: readonly [reference: string, holder: string] | undefined;
}

export interface SchoolRequests {
  readonly uai: string;
  readonly name: string;
  /** Late first, then by the day they are due. */
  readonly open: readonly HandledLine[];
  readonly upstream: readonly HandledLine[];
  readonly letters: readonly HandledLine[];
  readonly closed: readonly HandledLine[];
  /** Whether letters may be recorded, and the register seen. */
  readonly files: boolean;
  readonly oversees: boolean;
}

export interface SchoolRequestsData {
  readonly token: string;
  readonly schools: readonly SchoolRequests[];
  readonly done?: keyof Page['text']['pages']['requests']['school']['done'] | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function schoolRequestsPage(page: Page, { token, schools, done, fault }: SchoolRequestsData): VNode {
  const { requests: words } = page.text.pages;
  const { school: text } = words;
  return (
    <Layout page={page} title={fault ? `${words.notDone} · ${text.title}` : text.title} wide>
      <h1>{text.heading}</h1>
      <Outcome page={page} done={done && text.done[done]} fault={fault} />
      <p class="lead">{text.intro}</p>
      {schools.map((school) => (
        <School key={school.uai} page={page} token={token} school={school} />
      ))}
    </Layout>
  );
}

function School({ page, token, school }: { page: Page; token: string; school: SchoolRequests }): VNode {
  const { school: text } = page.text.pages.requests;
  const late = school.open.filter((line) => line.late).length;
  return (
    <section class="of-school" id={`school-${school.uai}`}>
      <p class="towards">{school.name}</p>
      <h2>{text.open(String(school.open.length))}</h2>
      {late > 0 && (
        <p>
          <strong class="waiting">{text.late(String(late))}</strong>
        </p>
      )}
      {school.open.length === 0 && <p>{text.none}</p>}
      <Lines page={page} lines={school.open} />
      <p class="acts">
        {school.files && (
          <a class="button" href={`/school/requests/letters?school=${school.uai}`}>
            {text.paper}
          </a>
        )}
        {school.oversees && <a href={`/school/register?school=${school.uai}`}>{text.register}</a>}
      </p>
      <Section title={text.upstream} intro={text.upstreamIntro} lines={school.upstream}>
        <Lines page={page} lines={school.upstream} act={{ token, name: 'forward', label: text.forward }} />
      </Section>
      <Section title={text.letters} intro={text.lettersIntro} lines={school.letters}>
        <Lines page={page} lines={school.letters} act={{ token, name: 'sent', label: text.sent }} />
      </Section>
      <Section title={text.closed} lines={school.closed}>
        <Lines page={page} lines={school.closed} />
      </Section>
    </section>
  );
}

function Section(props: {
  title: string;
  intro?: string;
  lines: readonly HandledLine[];
  children: ComponentChildren;
}): VNode | null {
  if (props.lines.length === 0) return null;
  return (
    <>
      <h2>{props.title}</h2>
      {props.intro && <p class="hint">{props.intro}</p>}
      {props.children}
    </>
  );
}

function Lines(props: {
  page: Page;
  lines: readonly HandledLine[];
  act?: { readonly token: string; readonly name: string; readonly label: string };
}): VNode {
  const { page, lines, act } = props;
  const { school: text } = page.text.pages.requests;
  return (
    <ul class="openings">
      {lines.map((line) => (
        <li class={line.state === 'open' ? 'opening' : 'opening closed'} key={line.id} id={`request-${line.id}`}>
          <p class="what">
            <a href={`/school/requests/${line.id}`}>
              {line.attached ? line.person : text.unattached(line.person)}
              {colon(page)}
              {aboutText(page, line)}
            </a>
          </p>
          {line.wanted && (
            <p>
              {page.text.pages.requests.wanted}
              {colon(page)}
              <strong>{line.wanted}</strong>
            </p>
          )}
          <Standing page={page} line={line} />
          <p class="small">
            {line.online ? text.online : text.onPaper}
            {line.mandate && ` · ${text.mandate(line.mandate)}`}
          </p>
          {act && (
            <form method="post" action="/school/requests" class="act">
              <Token value={act.token} />
              <input type="hidden" name="act" value={act.name} />
              <input type="hidden" name="request" value={line.id} />
              <button type="submit">
                {act.label} <span class="aloud">{line.person}</span>
              </button>
            </form>
          )}
        </li>
      ))}
    </ul>
  );
}
