// Slowing guesses down: every try is counted before it is judged, and waits grow instead of locks closing.
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { inBatches } from '../storage/batches.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { type Db, onPostgres } from '../storage/storage.ts';

/*
 * The policy (ASVS 6.1.1).
 * - A try is reserved in one atomic statement before any hash is computed: two hundred at once are counted as two hundred.
 * - `pair`: one identifier from one address. Five wrong tries are free, then each waits twice as long as the last, to a minute.
 * - `browser`: one person from one browser that they came in from since their password was set, wherever it is. As `pair`.
 * - `account`: one identifier from all other addresses and browsers. Thirty are free: a spread attack is slowed.
 * - `address`: one address, whatever the identifiers. Many are free, since a whole school may stand behind one.
 * - Who is in a browser that they signed in from before is held by their own `browser` only: neither who shares the address
 *   nor who tries elsewhere keeps them out. A number that was taken from such a browser opens no more guesses than one place.
 * - Who has signed in from an address before is held there by their own `pair` only: what others try elsewhere, or on
 *   others' accounts from the same school, never keeps them out; what others there try on this very account may.
 * - A shared workstation counts as an address of its own, trusted no more than the one it is at. At an address that someone
 *   signs in from, tries at all workstations there share one `account`: who walks along them opens no new guesses at each,
 *   and nobody elsewhere fills it.
 * - Who is in a browser never seen, at an address from where others try their account all the time, cannot be told from
 *   those others before the password is judged. A new password by a link or a code makes the browser one they came in from.
 * - A try that comes too early is counted but does not lengthen the wait, so no one is kept out for ever by hammering.
 * - Whoever waits is answered like whoever is wrong. Unknown identifiers are counted exactly like known ones.
 * - `factor`: tries at a second factor, after the right password. A browser that has signed in before is counted by itself.
 * - `code`: tries at the holder's check of one code, that opens an account or resets a password.
 * - `proof`: tries at the password of a person who is signed in already. Nobody else can make them wait.
 * - `response`: responses that say they answer one request to a provider of identities. Who did not make it cannot name it.
 * - `mail`: mails that a person asks us to send to an address not yet proven theirs.
 * - `ask`: resets asked for from one address, whatever the identifiers.
 */
const MINUTE = 60_000;
const limits = {
  pair: { free: 5, longest: MINUTE },
  browser: { free: 5, longest: MINUTE },
  account: { free: 30, longest: MINUTE },
  address: { free: 300, longest: 10_000 },
  code: { free: 5, longest: MINUTE },
  factor: { free: 5, longest: 10 * MINUTE },
  proof: { free: 5, longest: MINUTE },
  response: { free: 100, longest: 10_000 },
  mail: { free: 5, longest: 10 * MINUTE },
  ask: { free: 100, longest: 10_000 },
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
export async function reserve(source: Source, scopes: readonly Scope[], at: number): Promise<boolean[]> {
  return count(source, { scopes, at, failures: 1 });
}

/** Counts a try that was turned away elsewhere: it lengthens no wait here. The same work as `reserve`. */
export async function countOnly(source: Source, scopes: readonly Scope[], at: number): Promise<void> {
  await count(source, { scopes, at, failures: 0 });
}

async function count(
  source: Source,
  { scopes, at, failures }: { scopes: readonly Scope[]; at: number; failures: 0 | 1 },
): Promise<boolean[]> {
  const values = scopes.map(() => '(?, ?, 1, ?, 1, 0, ?)').join(', ');
  const bindings = scopes.flatMap(({ key, kind }) => [key, kind, failures, at + WINDOW]);
  const sql = `${INSERT} values ${values} ${COUNT} returning scope, admitted`;
  const rows = await rowsOf<{ scope: string; admitted: number }>(source, sql, bindings);
  const admitted = new Map(rows.map((row) => [row.scope, row.admitted === 1]));
  return scopes.map(({ key }) => admitted.get(key) ?? false);
}

/**
 * Gives a try back: that of `cleared` proved right, and its count starts afresh; of the others one try is taken off.
 * One statement, which takes the rows in the order in which a try counts them: in another, each would wait for the other.
 */
export async function release(
  source: Source,
  { cleared, returned }: { cleared?: Scope | undefined; returned: readonly Scope[] },
): Promise<void> {
  const keys = [...(cleared ? [cleared] : []), ...returned].map(({ key }) => key);
  if (keys.length === 0) return;
  const right = cleared?.key ?? '';
  await rowsOf(
    source,
    `${INSERT} select scope, kind, tries, failures, admitted, until, expires_at from throttle
     where scope in (${keys.map(() => '?').join(', ')}) order by kind, scope ${GIVE_BACK}`,
    [...keys, right, right],
  );
}

/** The addresses a person signs in from: whether this is one. The same query whoever asks. */
export async function knownUntil(source: Source, person: string, address: string, at: number): Promise<number> {
  const sql = 'select expires_at from known_address where person = ? and address = ?';
  const [row] = await rowsOf<{ expires_at: number }>(source, sql, [person, address]);
  return row && row.expires_at > at ? row.expires_at : 0;
}

/** Reads, in a statement on accounts, until when an address counts as one their holder signs in from. */
export const addressKnown = {
  column: 'known_address.expires_at as known_until',
  join: 'left join known_address on known_address.person = account.person and known_address.address = ?',
} as const;

/** Remembers that a person signed in from an address; written once a day at most. */
export async function rememberAddress(
  source: Source,
  { person, address, until, at }: { person: string; address: string; until: number; at: number },
): Promise<void> {
  const expires = at + KNOWN_FOR;
  if (expires - until < 24 * 60 * MINUTE) return;
  const sql = `insert into known_address (person, address, expires_at) values (?, ?, ?)
    on conflict (person, address) do update set expires_at = excluded.expires_at`;
  await rowsOf(source, sql, [person, address, expires]);
}

/** Forgets the addresses a person signs in from. */
export async function forgetAddresses(tx: Db, person: string): Promise<void> {
  await tx('known_address').where({ person }).delete();
}

const PURGED_AT_ONCE = 1_000;

/**
 * Removes counts and addresses that have ended, a few at a time until none is left or it is told to stop. Returns how
 * many went; any node may call it, and none waits for a row that a try or another node holds.
 */
export async function purgeThrottle(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  const [counts, addresses] = [
    () =>
      db('throttle')
        .whereIn('scope', ended(db, 'throttle', at).select('scope'))
        .delete(),
    () =>
      db('known_address')
        .whereIn(['person', 'address'], ended(db, 'known_address', at).select('person', 'address'))
        .delete(),
  ];
  return (await inBatches(counts, stop)) + (await inBatches(addresses, stop));
}

function ended(db: Db, table: 'throttle' | 'known_address', at: number) {
  const rows = db(table).where('expires_at', '<=', at).limit(PURGED_AT_ONCE);
  return onPostgres(db) ? rows.forUpdate().skipLocked() : rows;
}

const INSERT = 'insert into throttle (scope, kind, tries, failures, admitted, until, expires_at)';

/** In `set`, the right-hand sides all see the row as it was. This is the instant of this try. */
const AT = `(excluded.expires_at - ${WINDOW})`;
const FRESH = `throttle.expires_at <= ${AT}`;
/**
 * Before the end of a wait. Without one `until` is 0: of two tries at once, the first to begin may be the last to come here.
 * A wait that is longer than any can be comes from a clock that was put back: it does not hold.
 */
const EARLY = `not (${FRESH}) and throttle.until > ${AT} and throttle.until <= ${AT} + ${10 * MINUTE}`;
const COUNT = `on conflict (scope) do update set
  tries = case when ${FRESH} then 1 else throttle.tries + 1 end,
  failures = case when ${FRESH} then excluded.failures when ${EARLY} then throttle.failures
    else throttle.failures + excluded.failures end,
  admitted = case when ${EARLY} then 0 else 1 end,
  until = case when ${FRESH} then 0 when ${EARLY} or excluded.failures = 0 then throttle.until else ${waitsUntil()} end,
  expires_at = case when ${FRESH} then excluded.expires_at else throttle.expires_at end`;

/** On rows that are there, and in their order. */
const GIVE_BACK = `on conflict (scope) do update set
  failures = case when throttle.scope = ? or throttle.failures = 0 then 0 else throttle.failures - 1 end,
  until = case when throttle.scope = ? then 0 else throttle.until end`;

/** The end of the wait that the next try must keep, from how many failures there were before this one; 0 for none. */
function waitsUntil(): string {
  const cases = Object.entries(limits).map(([kind, { free, longest }]) => {
    const steps: string[] = [];
    for (let wait = FIRST_WAIT, step = 0; wait < longest; wait *= 2, step += 1)
      steps.push(`when throttle.failures < ${free + step} then ${AT} + ${wait}`);
    const last = `else ${AT} + ${longest} end`;
    return `when '${kind}' then case when throttle.failures < ${free - 1} then 0 ${steps.join(' ')} ${last}`;
  });
  return `(case throttle.kind ${cases.join(' ')} else 0 end)`;
}

function keyed(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** An IPv4 address as it is, also when written inside IPv6; of an IPv6 address the first 64 bits. Some proxies add a port. */
function networkOf(address: string): string {
  const alone = address.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  const plain = alone.replace(/%.*$/, '').toLowerCase();
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
