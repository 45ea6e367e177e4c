// Slowing guesses down: every try is counted before it is judged, and waits grow instead of locks closing.
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Db } from '../storage/storage.ts';

/*
 * The policy (ASVS 6.1.1).
 * - A try is reserved in one atomic statement before any hash is computed: two hundred at once are counted as two hundred.
 * - `pair`: one identifier from one address. Five wrong tries are free, then each waits twice as long as the last, to a minute.
 * - `account`: one identifier from all addresses it never signed in from. Thirty are free: a spread attack is slowed.
 * - `address`: one address, whatever the identifiers. Many are free, since a whole school may stand behind one.
 * - Somebody who has signed in from an address before is held there by their own `pair` only: what others try elsewhere,
 *   or on others' accounts from the same school, never keeps them out.
 * - A try that comes too early is counted but does not lengthen the wait, so no one is kept out for ever by hammering.
 * - Whoever waits is answered like whoever is wrong. Unknown identifiers are counted exactly like known ones.
 * - `code`: tries at the holder's check of one activation code.
 */
const MINUTE = 60_000;
const limits = {
  pair: { free: 5, longest: MINUTE },
  account: { free: 30, longest: MINUTE },
  address: { free: 300, longest: 10_000 },
  code: { free: 5, longest: MINUTE },
} as const;

export type ScopeKind = keyof typeof limits;

/** What tries are counted on: a kind, and a keyed hash. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly key: string;
}

/** After the first try of a scope, how long its count lives. */
const WINDOW = 60 * MINUTE;

/** How long an address counts as one a person signs in from. */
const KNOWN_FOR = 180 * 24 * 60 * MINUTE;

/** The first wait; each next one is twice as long. */
const FIRST_WAIT = 1_000;

/** A scope, hashed under a key that is not in the database: neither addresses nor what was typed can be read back. */
export function scopeOf(key: Buffer, kind: ScopeKind, ...parts: readonly string[]): Scope {
  return { kind, key: keyed(key, JSON.stringify([kind, ...parts])) };
}

/** What is kept of an address: a keyed hash of it, or of the /64 that one IPv6 subscriber has. */
export function addressHash(key: Buffer, address: string): string {
  return keyed(key, JSON.stringify(['address', networkOf(address)]));
}

/**
 * Counts one try on each scope, and says for each whether it is let through.
 * One statement: it reads and writes the same row at once, on both engines.
 */
export async function reserve(db: Db, scopes: readonly Scope[], at: number): Promise<boolean[]> {
  return count(db, { scopes, at, failures: 1 });
}

/** Counts a try that was turned away elsewhere: it lengthens no wait here. The same work as `reserve`. */
export async function countOnly(db: Db, scopes: readonly Scope[], at: number): Promise<void> {
  await count(db, { scopes, at, failures: 0 });
}

async function count(
  db: Db,
  { scopes, at, failures }: { scopes: readonly Scope[]; at: number; failures: 0 | 1 },
): Promise<boolean[]> {
  const values = scopes.map(() => '(?, ?, 1, ?, 1, ?, ?)').join(', ');
  const bindings = scopes.flatMap(({ key, kind }) => [key, kind, failures, at, at + WINDOW]);
  const result = await db.raw(`${INSERT} values ${values} ${COUNT} returning scope, admitted`, bindings);
  const rows = (Array.isArray(result) ? result : result.rows) as { scope: string; admitted: number }[];
  const admitted = new Map(rows.map((row) => [row.scope, row.admitted === 1]));
  return scopes.map(({ key }) => admitted.get(key) ?? false);
}

/** Gives a try back: that of `cleared` proved right, and its count starts afresh; of the others one try is taken off. */
export async function release(
  db: Db,
  { cleared, returned }: { cleared?: Scope | undefined; returned: readonly Scope[] },
): Promise<void> {
  const fresh = cleared?.key ?? '';
  await db('throttle')
    .whereIn('scope', [fresh, ...returned.map(({ key }) => key)])
    .update({
      failures: db.raw('case when scope = ? or failures < 1 then 0 else failures - 1 end', [fresh]),
      until: db.raw('case when scope = ? then 0 else until end', [fresh]),
    });
}

/** The addresses a person signs in from: whether this is one. The same query whoever asks. */
export async function knownUntil(db: Db, person: string, address: string, at: number): Promise<number> {
  const row = (await db('known_address').where({ person, address }).first('expires_at')) as
    | { expires_at: number }
    | undefined;
  return row && row.expires_at > at ? row.expires_at : 0;
}

/** Remembers that a person signed in from an address; written once a day at most. */
export async function rememberAddress(
  db: Db,
  { person, address, until, at }: { person: string; address: string; until: number; at: number },
): Promise<void> {
  const expires = at + KNOWN_FOR;
  if (expires - until < 24 * 60 * MINUTE) return;
  await db('known_address').insert({ person, address, expires_at: expires }).onConflict(['person', 'address']).merge();
}

/** Removes counts and addresses that have ended, a bounded number at a time. Returns how many went; any node may call it. */
export async function purgeThrottle(db: Db, at: number, most = 1_000): Promise<number> {
  const counts = await db('throttle')
    .whereIn('scope', db('throttle').where('expires_at', '<=', at).limit(most).select('scope'))
    .where('expires_at', '<=', at)
    .delete();
  const ended = (await db('known_address').where('expires_at', '<=', at).limit(most).select('person', 'address')) as {
    person: string;
    address: string;
  }[];
  let addresses = 0;
  for (const { person, address } of ended)
    addresses += await db('known_address').where({ person, address }).where('expires_at', '<=', at).delete();
  return counts + addresses;
}

const INSERT = 'insert into throttle (scope, kind, tries, failures, admitted, until, expires_at)';

/** In `set`, the right-hand sides all see the row as it was. `excluded.until` is the instant of this try. */
const FRESH = 'throttle.expires_at <= excluded.until';
/** A wait that is longer than any can be comes from a clock that was put back: it does not hold. */
const EARLY = `not (${FRESH}) and throttle.until > excluded.until and throttle.until <= excluded.until + ${MINUTE}`;
const COUNT = `on conflict (scope) do update set
  tries = case when ${FRESH} then 1 else throttle.tries + 1 end,
  failures = case when ${FRESH} then excluded.failures when ${EARLY} then throttle.failures
    else throttle.failures + excluded.failures end,
  admitted = case when ${EARLY} then 0 else 1 end,
  until = case when ${FRESH} then excluded.until when ${EARLY} or excluded.failures = 0 then throttle.until
    else excluded.until + ${waits()} end,
  expires_at = case when ${FRESH} then excluded.expires_at else throttle.expires_at end`;

/** The wait that the next try must keep, from how many failures there were before this one. */
function waits(): string {
  const cases = Object.entries(limits).map(([kind, { free, longest }]) => {
    const steps: string[] = [];
    for (let wait = FIRST_WAIT, step = 0; wait < longest; wait *= 2, step += 1)
      steps.push(`when throttle.failures < ${free + step} then ${wait}`);
    return `when '${kind}' then case when throttle.failures < ${free - 1} then 0 ${steps.join(' ')} else ${longest} end`;
  });
  return `(case throttle.kind ${cases.join(' ')} else 0 end)`;
}

function keyed(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** An IPv4 address as it is, also when written inside IPv6; of an IPv6 address the first 64 bits. */
function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (inside?.[1]) return inside[1];
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':').length : 0;
  if (tail !== undefined) while (groups.length < 8 - after) groups.push('0');
  const words = tail ? [...groups, ...tail.split(':')] : groups;
  return words
    .slice(0, 4)
    .map((word) => Number.parseInt(word, 16).toString(16))
    .join(':');
}
