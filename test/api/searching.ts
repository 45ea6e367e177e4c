// A module that searches: the cast by name, its questions, and the ways in which an answer is read.
import { expect } from 'vitest';
import { cast } from '../cast.ts';
import type { Engine } from '../databases.ts';
import { extras, type Name } from '../rights/school.ts';
import { type Answer, openApi, type Served, type ServedModule } from './harness.ts';

export const SUBJECT = '/access/v1/search/subject';
export const RESOURCE = '/access/v1/search/resource';
export const ACTION = '/access/v1/search/action';

/** The cast and those beside. */
export const everyone = [...Object.keys(cast), ...Object.keys(extras)] as Name[];

export interface Page {
  readonly page?: { readonly next_token: string; readonly count: number; readonly total: number };
  readonly results: readonly { readonly type?: string; readonly id?: string; readonly name?: string }[];
}

export interface Searching {
  readonly api: Served;
  readonly module: ServedModule;
  /** The module's own, with the scope `rights`. */
  readonly token: string;
  /** The `sub` of everyone. */
  readonly subs: Readonly<Record<Name, string>>;
  /** The key of every logbook, by audience and subject: `6A MATHS`. */
  readonly books: Readonly<Record<string, string>>;
  user(who: Name): { type: string; id: string };
  book(name: string): { type: string; id: string };
  /** Who may do this to that? */
  whoMay(action: string, book: string): object;
  /** Which logbooks may she read, or write? */
  whichMay(who: Name, action?: string): object;
  /** What may she do to that? */
  whatMay(who: Name, book: string): object;
  ask(path: string, body: unknown, token?: string): Promise<Answer>;
  /** What was found; anything but 200 fails. */
  search(path: string, body: unknown, token?: string): Promise<Page>;
  /** 400, naming the member. */
  refused(path: string, body: unknown, member: string, token?: string): Promise<void>;
  /** Every page in turn, as a client that only sends the token back reads them. */
  pages(path: string, body: object, limit: number): Promise<Page[]>;
  /** What was found, by name and in the order of names. */
  named(page: Page): string[];
}

export async function openSearching(open: Engine['open']): Promise<Searching> {
  const api = await openApi(open);
  const module = await api.module();
  const own = await module.token('rights');
  const names = new Map<string, string>();
  const subs = {} as Record<Name, string>;
  for (const name of everyone) {
    subs[name] = await module.sub(name);
    names.set(subs[name], name);
  }
  const books = await booksOf(api);
  for (const [name, id] of Object.entries(books)) names.set(id, name);

  const user = (who: Name) => ({ type: 'user', id: subs[who] });
  const book = (name: string) => ({ type: 'logbook', id: books[name]! });
  const ask = (path: string, body: unknown, token = own) => api.ask(path, { token, method: 'POST', body });
  const search = async (path: string, body: unknown, token = own): Promise<Page> => {
    const answer = await ask(path, body, token);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ results: expect.any(Array) })]);
    return answer.body as unknown as Page;
  };
  return {
    api,
    module,
    token: own,
    subs,
    books,
    user,
    book,
    whoMay: (name, of) => ({ subject: { type: 'user' }, action: { name }, resource: book(of) }),
    whichMay: (who, name = 'read') => ({ subject: user(who), action: { name }, resource: { type: 'logbook' } }),
    whatMay: (who, of) => ({ subject: user(who), resource: book(of) }),
    ask,
    search,
    refused: async (path, body, member, token) => {
      const answer = await ask(path, body, token);
      expect([answer.status, answer.body.code, answer.body.details]).toEqual([400, 'bad_request', { member }]);
    },
    pages: async (path, body, limit) => {
      const read = [await search(path, { ...body, page: { limit } })];
      for (let next = read[0]!.page!.next_token; next; next = read.at(-1)!.page!.next_token) {
        read.push(await search(path, { ...body, page: { token: next } }));
        expect(read.length).toBeLessThan(500);
      }
      return read;
    },
    named: ({ results }) => results.map(({ id, name }) => name ?? names.get(id!) ?? `unknown ${id}`).sort(),
  };
}

/** The results of several pages. */
export function resultsOf(read: readonly Page[]): Page['results'] {
  return read.flatMap((one) => one.results);
}

async function booksOf({ db }: Served): Promise<Record<string, string>> {
  const rows = await db('logbook')
    .join('audience', 'audience.id', 'logbook.audience')
    .select('logbook.id', 'audience.code', 'logbook.subject');
  return Object.fromEntries(rows.map(({ id, code, subject }) => [`${code} ${subject}`, id]));
}
