// The front page: what Préau is, for somebody who has just arrived; a greeting, for somebody signed in.

import type { VNode } from 'preact';
import { Layout, type Page } from './layout.tsx';
import { dateForms } from './text/dates.ts';

/** Where each way on leads, in what it is about. Their words are `home.ways` of the texts. */
const parts = {
  daily: {
    ownLogbooks: '/logbooks',
    otherLogbooks: '/logbooks',
    resources: '/resources',
    family: '/family',
    licences: '/licences',
    circles: '/circles',
    validations: '/validations',
  },
  school: {
    letters: '/school/letters',
    disputes: '/school/disputes',
    requests: '/school/requests',
    requestRegister: '/school/register',
    informing: '/school/notices',
    opening: '/school/opening',
    assigners: '/school/assigners',
    workstations: '/school/workstations',
    lostFactors: '/school/factors',
    nationalGar: '/school/gar',
    certificates: '/school/certificates',
    statistics: '/school/statistics',
    publishers: '/school/publishers',
    incidents: '/school/incidents',
    pupilsReset: '/school/reset',
  },
  oneself: {
    factorCode: '/account/factors',
    account: '/account',
    me: '/me',
    myRequests: '/me/requests',
  },
} as const;

type Part = keyof typeof parts;

export type WayName = { [Name in Part]: keyof (typeof parts)[Name] }[Part];

/** A way on from the front page; `count` is how much waits there. */
export interface Way {
  readonly to: WayName;
  readonly count?: number;
}

/** A service to open where one learns or works. */
export interface ServiceShown {
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  readonly address?: string | undefined;
  /** The names of the schools it is open from, where there are several. */
  readonly schools: readonly string[];
}

export interface HomeData {
  readonly person?:
    | {
        readonly name: string;
        readonly since: number;
        readonly services: readonly ServiceShown[];
        readonly ways: readonly Way[];
      }
    | undefined;
}

export function homePage(page: Page, { person }: HomeData): VNode {
  return person ? greeting(page, person) : welcome(page);
}

function welcome(page: Page): VNode {
  const { home, card, login } = page.text.pages;
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
          <p>
            <a href="/card">{card.link}</a>
          </p>
          <p>
            <a href="/reset">{login.forgotten}</a>
          </p>
        </section>
        <section>
          <h2>{home.children}</h2>
          <p>{home.childrenAnswer}</p>
        </section>
      </div>
    </Layout>
  );
}

function greeting(page: Page, { name, since, services, ways }: NonNullable<HomeData['person']>): VNode {
  const { home } = page.text.pages;
  const time = new Intl.DateTimeFormat(dateForms[page.locale], { timeStyle: 'short', timeZone: 'Europe/Paris' }).format(
    since,
  );
  return (
    <Layout page={page} title={home.title}>
      <p class="towards">{home.since(time)}</p>
      <h1 id="person">{home.hello(name)}</h1>
      <p class="lead">{leadOf(page, { services, ways })}</p>
      <Services page={page} services={services} />
      {(Object.keys(parts) as Part[]).map((part) => (
        <WaysOn key={part} page={page} part={part} ways={ways} />
      ))}
      <p>{home.shared}</p>
      <p>
        <a class="button" id="sign-out" href="/session/end">
          {home.signOut}
        </a>
      </p>
    </Layout>
  );
}

/** Where to go from here. */
function leadOf(page: Page, { services, ways }: Pick<NonNullable<HomeData['person']>, 'services' | 'ways'>): string {
  const { home } = page.text.pages;
  if (services.some(({ address }) => address)) return home.signedIn;
  return ways.some(({ to }) => to === 'family') ? home.signedInFamily : home.signedInElsewhere;
}

function Services({ page, services }: { page: Page; services: readonly ServiceShown[] }): VNode | null {
  const { home } = page.text.pages;
  if (services.length === 0) return null;
  return (
    <section id="services">
      <h2>{home.services}</h2>
      <ul class="ways">
        {services.map(({ name, purpose, address, schools }) => (
          <li key={name}>
            {address ? <a href={address}>{name}</a> : <strong>{name}</strong>}
            <span>{purpose}</span>
            {schools.length > 0 && <span>{home.servicesAt(schools)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The ways of a part, in the order in which the part names them. */
function WaysOn({ page, part, ways }: { page: Page; part: Part; ways: readonly Way[] }): VNode | null {
  const { home } = page.text.pages;
  const shown = Object.entries(parts[part]).flatMap(([name, href]) => {
    const way = ways.find(({ to }) => to === name);
    return way ? [{ ...way, href }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <>
      <h2>{home.parts[part]}</h2>
      <ul class="ways">
        {shown.map(({ to, href, count = 0 }) => (
          <li key={to}>
            <a id={`to-${to}`} href={href}>
              {home.ways[to].title}
            </a>
            <span>{home.ways[to].answer(count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
