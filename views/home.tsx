// The front page: what Préau is, for somebody who has just arrived; a greeting, for somebody signed in.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';

export interface HomeData {
  readonly person?:
    | {
        readonly name: string;
        readonly since: number;
        /** What the pages about logbooks have for them: their own, or others’. */
        readonly logbooks?: 'own' | 'others';
        /** How many openings wait for their decision; none said when they decide on nothing. */
        readonly waiting?: number;
      }
    | undefined;
}

export function homePage(page: Page, { person }: HomeData): VNode {
  return person ? greeting(page, person) : welcome(page);
}

function welcome(page: Page): VNode {
  const { home } = page.text.pages;
  return (
    <Layout page={page} title={home.title} wide>
      <h1>{home.heading}</h1>
      <p class="lead">{home.intro}</p>
      <div class="posts">
        <section>
          <h2>{home.first}</h2>
          <p>{home.firstAnswer}</p>
          <p>
            <a class="button" href="/activation">
              {home.activate}
            </a>
          </p>
        </section>
        <section>
          <h2>{home.how}</h2>
          <p>{home.howAnswer}</p>
        </section>
        <section>
          <h2>{home.children}</h2>
          <p>{home.childrenAnswer}</p>
        </section>
      </div>
    </Layout>
  );
}

function greeting(page: Page, { name, since, logbooks, waiting }: NonNullable<HomeData['person']>): VNode {
  const { home } = page.text.pages;
  const time = new Intl.DateTimeFormat(page.locale, { timeStyle: 'short', timeZone: 'Europe/Paris' }).format(since);
  return (
    <Layout page={page} title={home.title}>
      <p class="towards">{home.since(time)}</p>
      <h1 id="person">{home.hello(name)}</h1>
      <p class="lead">{home.signedIn}</p>
      {(logbooks || waiting !== undefined) && (
        <ul class="ways">
          {logbooks && (
            <li>
              <a id="to-logbooks" href="/logbooks">
                {logbooks === 'own' ? home.logbooks : home.otherLogbooks}
              </a>
              <span>{logbooks === 'own' ? home.logbooksAnswer : home.otherLogbooksAnswer}</span>
            </li>
          )}
          {waiting !== undefined && (
            <li>
              <a id="to-validations" href="/validations">
                {home.validations}
              </a>
              <span>{home.validationsAnswer(waiting)}</span>
            </li>
          )}
        </ul>
      )}
      <p>{home.shared}</p>
      <p>
        <a class="button" id="sign-out" href="/session/end">
          {home.signOut}
        </a>
      </p>
    </Layout>
  );
}
