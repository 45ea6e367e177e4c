// The front page: what Préau is, for somebody who has just arrived; a greeting, for somebody signed in.
import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';

/** Where each way on leads. Its words are `home.ways` of the texts. */
const addresses = {
  ownLogbooks: '/logbooks',
  otherLogbooks: '/logbooks',
  validations: '/validations',
  incidents: '/school/incidents',
  circles: '/circles',
  family: '/family',
  disputes: '/school/disputes',
  informing: '/school/notices',
  opening: '/school/opening',
  letters: '/school/letters',
  requests: '/school/requests',
  requestRegister: '/school/register',
  workstations: '/school/workstations',
  pupilsReset: '/school/reset',
  account: '/account',
  me: '/me',
  myRequests: '/me/requests',
} as const;

export type WayName = keyof typeof addresses;

/** A way on from the front page; `count` is how much waits there. */
export interface Way {
  readonly to: WayName;
  readonly count?: number;
}

export interface HomeData {
  readonly person?: { readonly name: string; readonly since: number; readonly ways: readonly Way[] } | undefined;
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

function greeting(page: Page, { name, since, ways }: NonNullable<HomeData['person']>): VNode {
  const { home } = page.text.pages;
  const time = new Intl.DateTimeFormat(page.locale, { timeStyle: 'short', timeZone: 'Europe/Paris' }).format(since);
  return (
    <Layout page={page} title={home.title}>
      <p class="towards">{home.since(time)}</p>
      <h1 id="person">{home.hello(name)}</h1>
      <p class="lead">{home.signedIn}</p>
      {ways.length > 0 && (
        <ul class="ways">
          {ways.map(({ to, count = 0 }) => (
            <li>
              <a id={`to-${to}`} href={addresses[to]}>
                {home.ways[to].title}
              </a>
              <span>{home.ways[to].answer(count)}</span>
            </li>
          ))}
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
