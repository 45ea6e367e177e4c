// A code for somebody who has lost their second factors: chosen among those who hold one, shown once.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Fault, type RefusalCodeOf, Token } from '../parts.tsx';

export interface LostFactorData {
  readonly token: string;
  /** The schools one looks after, each with those who hold a factor there. */
  readonly schools: readonly {
    readonly uai: string;
    readonly name: string;
    readonly people: readonly { readonly id: string; readonly name: string }[];
  }[];
  /** A code that was just issued: shown this once. */
  readonly issued?: { readonly name: string; readonly code: string; readonly until: string } | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function lostFactorPage(page: Page, { token, schools, issued, fault }: LostFactorData): VNode {
  const { school: words, notDone } = page.text.pages.factors;
  return (
    <Layout page={page} title={fault ? `${notDone} · ${words.title}` : words.title} wide>
      <h1>{words.heading}</h1>
      {fault && <Fault page={page} heading={notDone} code={fault} />}
      {issued && (
        <output class="done" id="issued">
          <strong>{words.issued(issued.name)}</strong>
          <code class="code-given">{issued.code}</code>
          <span>{words.until(issued.until)}</span>
          <span>{words.where}</span>
        </output>
      )}
      <p class="lead">{words.intro}</p>
      {schools.map(({ uai, name, people }) => (
        <section key={uai}>
          <h2>{name}</h2>
          {people.length === 0 ? (
            <p>{words.nobody}</p>
          ) : (
            <form method="post" action="/school/factors" id={`issue-${uai}`}>
              <Token value={token} />
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
          )}
        </section>
      ))}
    </Layout>
  );
}
