// Pages of a search: which part is answered, and the token with which the same caller goes on with the same question.
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { badMember, isObject, type Json } from './body.ts';

/** The most results that one answer holds, whatever is asked. */
export const MAX_RESULTS = 1_000;

/** How long a token is good for, in milliseconds; each page gives a new one. */
export const TOKEN_LASTS = 3_600_000;

/** A result, and the key that gives it its place: results are told in the order of their keys, by code unit. */
export interface Found {
  readonly key: string;
  readonly entity: object;
}

/** What a request says of pages; nothing when it leaves the matter to us. */
export interface PageAsked {
  readonly token?: string;
  readonly limit?: number;
  /** What is said of the order or the choice of results, of which we know none: kept the same, as one text. */
  readonly properties?: string;
}

/**
 * Where a page begins: behind the last key that was told. The limit and the properties are those of the first request,
 * none if it gave none.
 */
export interface Place {
  readonly after: string;
  readonly limit: number | null;
  readonly properties?: string | undefined;
}

/** Who asks what, as one text: a token is good for nothing else. */
export type Asked = string;

/** Reads the member `page`; what it holds besides `token`, `limit` and `properties` is ignored. */
export function readPage({ page }: Json): PageAsked | undefined {
  if (page === undefined) return undefined;
  if (!isObject(page)) throw badMember('page', 'expected `page` to be an object');
  const { token, limit, properties } = page;
  if (token !== undefined && typeof token !== 'string')
    throw badMember('page.token', 'expected `page.token` to be a string');
  if (limit !== undefined && !isCount(limit))
    throw badMember('page.limit', 'expected `page.limit` to be a whole number, 0 or more');
  if (properties !== undefined && !isObject(properties))
    throw badMember('page.properties', 'expected `page.properties` to be an object');
  return {
    ...(token !== undefined && { token }),
    ...(limit !== undefined && { limit }),
    ...(properties !== undefined && { properties: digestOf(properties) }),
  };
}

/** Who asks what: the same whatever the order of the members. Deeper than anything we read, differences do not count. */
export function askedBy(caller: { client: string; person: string | undefined }, question: unknown): Asked {
  return digestOf([caller.client, caller.person ?? null, question]);
}

function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(canonical(value, 0)), 'base64url');
}

/**
 * Where the page that is asked for begins. A token alone inherits its limit. Refuses, naming `page.token`, one that we
 * did not give to this caller for this question or that has expired; naming `page.limit` or `page.properties`, others
 * than its own.
 */
export function placeOf(key: Buffer, page: PageAsked | undefined, asked: Asked, at: number): Place {
  if (page?.token === undefined) return { after: '', limit: page?.limit ?? null, properties: page?.properties };
  const place = openToken(key, page.token, asked, at);
  if (!place)
    throw badMember(
      'page.token',
      'expected `page.token` to be the last `next_token` of the same question: ask again from the first page',
    );
  if (page.limit !== undefined && page.limit !== place.limit)
    throw badMember('page.limit', 'expected `page.limit` to be that of the first page, or to be left out');
  if (page.properties !== undefined && page.properties !== place.properties)
    throw badMember('page.properties', 'expected `page.properties` to be those of the first page, or to be left out');
  return place;
}

/**
 * The answer: the results behind a place, as many as its limit and ours allow. What was added or removed since the
 * last page moves nothing else, for a page begins behind a key and not after a number of results. A limit of 0 tells
 * none, and how many there are; its token, which keeps that limit as any other, leads to the same again.
 */
export function pageOf(
  key: Buffer,
  found: readonly Found[],
  { place, page, asked, at }: { place: Place; page: PageAsked | undefined; asked: Asked; at: number },
): object {
  const rest = found.filter((one) => one.key > place.after).sort((a, b) => (a.key < b.key ? -1 : 1));
  const told = rest.slice(0, Math.min(place.limit ?? MAX_RESULTS, MAX_RESULTS));
  const results = told.map((one) => one.entity);
  const whole = told.length === rest.length;
  if (!page && whole) return { results };
  const after = told.at(-1)?.key ?? place.after;
  const next_token = whole ? '' : makeToken(key, { ...place, after }, asked, at);
  return { page: { next_token, count: results.length, total: found.length }, results };
}

/** The token for what lies behind a place: what it says, until when, and our seal over both and over who asks what. */
export function makeToken(key: Buffer, { after, limit, properties }: Place, asked: Asked, at: number): string {
  const said = Buffer.from(JSON.stringify([at + TOKEN_LASTS, limit, after, properties])).toString('base64url');
  return `${said}.${seal(key, said, asked)}`;
}

function openToken(key: Buffer, token: string, asked: Asked, at: number): Place | undefined {
  const [said = '', mac = '', ...more] = token.split('.');
  if (more.length > 0 || !equal(mac, seal(key, said, asked))) return undefined;
  const [until, limit, after, properties] = JSON.parse(Buffer.from(said, 'base64url').toString()) as [
    number,
    number | null,
    string,
    string | null,
  ];
  return until > at ? { after, limit, properties: properties ?? undefined } : undefined;
}

function seal(key: Buffer, said: string, asked: Asked): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([asked, said]))
    .digest('base64url');
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

const DEEPEST = 50;

function canonical(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return ['array', ...value.map((item) => canonical(item, depth + 1))];
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const inOrder = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return ['object', ...inOrder.map(([name, member]) => [name, canonical(member, depth + 1)])];
}
