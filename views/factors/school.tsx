// A code for somebody who has lost their second factors: chosen among those who hold one, or signed beside, and shown once.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Done, Fault, type RefusalCodeOf, Token } from '../parts.tsx';

/** What was asked for and waits for another's signature. */
export interface AskLine {
  readonly id: string;
  readonly name: string;
  /** Who asked; none for the operator. */
  readonly by?: string | undefined;
  /** Whether it is whoever reads who asked. */
  readonly own: boolean;
  readonly day: string;
}

interface SchoolShown {
  readonly uai: string;
  readonly name: string;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly asks: readonly AskLine[];
}

export interface LostFactorData {
  readonly token: string;
  /** The schools one looks after, each with those who hold a factor there. */
  readonly schools: readonly SchoolShown[];
  /** A code that was just issued: shown this once. */
  readonly issued?: { readonly name: string; readonly code: string; readonly until: string } | undefined;
  readonly done?: keyof Page['text']['pages']['factors']['school']['done'] | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function lostFactorPage(page: Page, { token, schools, issued, done, fault }: LostFactorData): VNode {
  const { school: words, notDone } = page.text.pages.factors;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={notDone} code={fault} />}
      {done && <Done>{words.done[done]}</Done>}
      {issued && (
        <output class="done" id="issued" tabindex={-1} autofocus>
          <strong>{words.issued(issued.name)}</strong>
          <code class="code-given">{issued.code}</code>
          <span>{words.until(issued.until)}</span>
          <span>{words.where}</span>
        </output>
      )}
      <p class="lead">{words.intro}</p>
      <p>{words.twoPersons}</p>
      {schools.map((school) => (
        <section key={school.uai}>
          <h2>{school.name}</h2>
          <Asks page={page} token={token} school={school} />
          {school.people.length === 0 ? <p>{words.nobody}</p> : <Choose page={page} token={token} school={school} />}
        </section>
      ))}
    </Layout>
  );
}

interface PartProps {
  readonly page: Page;
  readonly token: string;
  readonly school: SchoolShown;
}

function Choose({ page, token, school: { uai, people } }: PartProps): VNode {
  const words = page.text.pages.factors.school;
  return (
    <form method="post" action="/school/factors" id={`issue-${uai}`}>
      <Token value={token} />
      <input type="hidden" name="act" value="issue" />
      <input type="hidden" name="school" value={uai} />
      <div class="field">
        <label for={`person-${uai}`}>{words.who}</label>
        <select id={`person-${uai}`} name="person" required>
          <option value="">{words.choose}</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">{words.submit}</button>
    </form>
  );
}

function Asks({ page, token, school: { uai, asks } }: PartProps): VNode | null {
  if (asks.length === 0) return null;
  const words = page.text.pages.factors.school;
  const act = (ask: AskLine, name: 'sign' | 'drop', label: string) => (
    <form method="post" action="/school/factors" id={`${name}-${uai}-${ask.id}`} class={name === 'drop' ? 'quiet' : ''}>
      <Token value={token} />
      <input type="hidden" name="act" value={name} />
      <input type="hidden" name="school" value={uai} />
      <input type="hidden" name="person" value={ask.id} />
      <button type="submit">
        {label} <span class="aloud">{words.about(ask.name)}</span>
      </button>
    </form>
  );
  return (
    <>
      <h3>{words.asks}</h3>
      <ul class="openings">
        {asks.map((ask) => (
          <li key={ask.id} class="opening">
            <p class="what">{ask.name}</p>
            <p class="small">{words.askedBy(ask.by ?? words.byOperator, ask.day)}</p>
            <p class="small">{ask.own ? words.own : words.signHint}</p>
            <div class="acts">
              {!ask.own && act(ask, 'sign', words.sign)}
              {act(ask, 'drop', ask.own ? words.takeBack : words.drop)}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
