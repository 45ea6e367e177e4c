// What the walks do and read: sign in to the demo, and the logbooks that a page of the module lists.
import type { Demo } from '../../src/demo/demo.ts';
import { DEMO_PASSWORD, identifierOf } from '../../src/demo/people.ts';
import type { SampleCastName } from '../../src/feed/sample/cast.ts';
import { answerFactorsAt } from '../second-factor.ts';
import { openWalker, type Visited, type Walker, wordsOf } from './walker.ts';

/** A new browser in which someone has signed in to the module, reading the notice on the way. */
export async function signedIn(demo: Demo, who: SampleCastName): Promise<{ walker: Walker; shelves: Visited }> {
  answerFactorsAt(demo.issuer, demo.db);
  const walker = openWalker();
  const home = await walker.visit(demo.module);
  const login = await walker.follow(home, 'Se connecter avec Préau');
  return { walker, shelves: await passLogin(walker, login, who) };
}

/** Types the identifier and the password, then reads the notice when it is due. */
export async function passLogin(walker: Walker, login: Visited, who: SampleCastName): Promise<Visited> {
  const next = await walker.submit(login, 'login', { login: identifierOf(who), password: DEMO_PASSWORD });
  return next.html.includes('class="received"') ? walker.submit(next, 'submit') : next;
}

/** Whether a page is Préau's own, asking for a password. */
export function asksPassword(page: Visited, demo: Demo): boolean {
  return page.url.startsWith(demo.issuer) && page.html.includes('name="password"');
}

export interface Listed {
  readonly url: string;
  /** Subject and audience: « Mathématiques, 6EME A ». */
  readonly title: string;
  readonly writes: boolean;
  readonly why: string;
}

/** The logbooks that « Mes cahiers » lists, under each of its headings. */
export function shelvesOn(page: Visited): Record<string, Listed[]> {
  const shelves: Record<string, Listed[]> = {};
  for (const part of page.html.split('<section class="school"').slice(1)) {
    const heading = wordsOf(part.match(/<h2[^>]*>([\s\S]*?)<small>/)?.[1] ?? '');
    shelves[heading] = [...part.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, row = '']) => listed(row, page.url));
  }
  return shelves;
}

/** The titles of every logbook on the page, those written in marked with a star. */
export function titlesOn(page: Visited): string[] {
  return Object.values(shelvesOn(page))
    .flat()
    .map(({ title, writes }) => (writes ? `${title} *` : title))
    .sort();
}

/** The address of the logbook of a title. */
export function urlOf(page: Visited, title: string): string {
  const found = Object.values(shelvesOn(page))
    .flat()
    .find((one) => one.title === title);
  if (!found) throw new Error(`no « ${title} » among ${titlesOn(page).join(' | ')}`);
  return found.url;
}

function listed(row: string, base: string): Listed {
  return {
    url: new URL(row.match(/href="([^"]+)"/)?.[1] ?? '', base).href,
    title: wordsOf(row.match(/<a class="title"[^>]*>([\s\S]*?)<\/a>/)?.[1] ?? '').replace(' ,', ','),
    writes: row.includes('Lire et écrire'),
    why: wordsOf(row.match(/<p class="why">([\s\S]*?)<\/p>/)?.[1] ?? ''),
  };
}
