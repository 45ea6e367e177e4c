// Assertions that were received: each counts once, for the browser that asked for it, and is let go of within the hour.
import { hash, randomBytes } from 'node:crypto';
import { sealWith } from '../storage/seal.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import type { Assertion, Verified } from './assertion.ts';

const TABLE = 'upstream_assertion';

/** How long a browser may take to come for its assertion, and to do what is asked of it then; milliseconds. */
const TAKEN_WITHIN = 2 * 60_000;
const USED_WITHIN = 30 * 60_000;

/** How long it is remembered that an assertion came: longer than any is good for. */
const REMEMBERED = 24 * 3600_000;

/** How long after its use the same browser may come again, as a double click does. */
const AGAIN = 60_000;

/** What a browser has come for. */
export interface Taken {
  /** What it is named by from now on. */
  readonly id: string;
  readonly assertion: Assertion;
}

/** An assertion that was used: whose it was, and whom it let in, when it was a moment ago. */
export interface Used {
  readonly provider: string;
  readonly person: string | undefined;
  /** When they showed who they are; UTC milliseconds. */
  readonly authenticatedAt: number;
}

interface Row {
  id: string;
  provider: string;
  authenticated_at: number;
  payload: Buffer | null;
  taken_at: number | null;
  used_at: number | null;
  person: string | null;
}

/** Keeps an assertion under a handle, told once; nothing when it came before, however many come at once. */
export async function keepAssertion(
  db: Db,
  key: Buffer,
  { assertion, id: own, request, at }: Verified & { at: number },
): Promise<string | undefined> {
  const id = digest('assertion', assertion.provider, own);
  const handle = randomBytes(24).toString('base64url');
  try {
    await db(TABLE).insert({
      id,
      provider: assertion.provider,
      handle: digest('handle', handle),
      request: digest('request', request),
      payload: sealWith(key).close(id, assertion),
      authenticated_at: assertion.at,
      received_at: at,
      expires_at: at + REMEMBERED,
      taken_at: null,
      used_at: null,
      person: null,
    });
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
  return handle;
}

/** Hands an assertion to the browser whose request it answers, once and within minutes; says which request that was. */
export async function takeAssertion(
  db: Db,
  { handle, requests, at }: { handle: string; requests: readonly string[]; at: number },
): Promise<{ id: string; request: string } | undefined> {
  const asked = new Map(requests.map((request) => [digest('request', request), request]));
  const [row] = (await db(TABLE)
    .where({ handle: digest('handle', handle), taken_at: null })
    .whereIn('request', [...asked.keys()])
    .where('received_at', '>', at - TAKEN_WITHIN)
    .update({ taken_at: at })
    .returning(['id', 'request'])) as { id: string; request: string }[];
  return row && { id: row.id, request: asked.get(row.request) ?? '' };
}

/** What was taken and not used yet; or that it was used. Nothing for what is unknown, or was let go of. */
export async function takenAssertion(
  db: Db,
  key: Buffer,
  { id, at }: { id: string; at: number },
): Promise<Taken | Used | undefined> {
  const row = (await db(TABLE).where({ id }).first()) as Row | undefined;
  if (!row?.taken_at || row.taken_at <= at - USED_WITHIN) return undefined;
  if (row.used_at !== null) {
    const person = row.used_at > at - AGAIN ? (row.person ?? undefined) : undefined;
    return { provider: row.provider, person, authenticatedAt: Number(row.authenticated_at) };
  }
  return row.payload === null ? undefined : { id, assertion: sealWith(key).openOnce<Assertion>(id, row.payload) };
}

/** Uses an assertion up to let a person in, in the caller's transaction; false when it was used already. */
export async function useAssertion(
  tx: Db,
  { id, person, at }: { id: string; person: string; at: number },
): Promise<boolean> {
  if (!tx.isTransaction) return inTransaction(tx, (inside) => useAssertion(inside, { id, person, at }));
  const used = await tx(TABLE)
    .where({ id, used_at: null })
    .whereNotNull('taken_at')
    .update({ used_at: at, person, payload: null });
  return used === 1;
}

/** Lets go of what assertions said half an hour ago, and of assertions that no longer verify. Any node may call it. */
export async function purgeAssertions(db: Db, at: number): Promise<number> {
  await db(TABLE)
    .where('received_at', '<=', at - USED_WITHIN - TAKEN_WITHIN)
    .where((row) => row.whereNotNull('payload').orWhereNotNull('person'))
    .update({ payload: null, person: null });
  return db(TABLE).where('expires_at', '<=', at).delete();
}

function digest(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
