// From which school a resource is opened, when there are several: one button each.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { Token } from '../parts.tsx';

export interface SchoolChoiceData {
  readonly uid: string;
  readonly token: string;
  readonly resource: string;
  readonly schools: readonly { readonly uai: string; readonly name: string }[];
}

export function schoolChoicePage(page: Page, { uid, token, resource, schools }: SchoolChoiceData): VNode {
  const { school: words, title, cancel } = page.text.pages.launching;
  return (
    <Layout page={page} title={title}>
      <h1>{words.heading(resource)}</h1>
      <p class="lead">{words.intro}</p>
      <form method="post" action={`/interaction/${uid}`}>
        <Token value={token} />
        {schools.map(({ uai, name }) => (
          <p key={uai}>
            <button type="submit" name="school" value={uai} id={`school-${uai}`} class="main">
              {name}
            </button>
          </p>
        ))}
      </form>
      <form method="post" action={`/interaction/${uid}/cancel`} class="quiet">
        <Token value={token} />
        <button id="cancel" type="submit">
          {cancel}
        </button>
      </form>
    </Layout>
  );
}
