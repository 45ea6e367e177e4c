// Subscriptions as they are kept: read by all who work with them, written by the acts of their distributor.
import { Refusal } from '../../errors.ts';
import { type Db, inPieces, onPostgres } from '../../storage/storage.ts';
import { arkOf } from '../ark.ts';
import type { Sheet } from '../sheet.ts';

export interface Subscription {
  readonly id: string;
  /** As its distributor wrote it. */
  readonly sheet: Sheet;
  /** SIREN_ISNI. */
  readonly distributor: string;
  /** UTC milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly removedAt?: number;
}

interface Row {
  id: string;
  distributor: string;
  sheet: string;
  starts_at: number;
  ends_at: number;
  created_at: number;
  changed_at: number;
  removed_at: number | null;
}

/** Those of a school, live at an instant, by id: named for it, or for all of its nature. */
export async function subscriptionsOf(
  db: Db,
  { school, natures, at }: { school: string; natures: readonly string[]; at: number },
): Promise<Subscription[]> {
  const named = db('subscription_school').where({ school }).select('subscription');
  const rows = (await db('subscription')
    .where((which) => which.whereIn('id', named).orWhereIn('nature', [...natures]))
    .whereNull('removed_at')
    .where('starts_at', '<=', at)
    .where('ends_at', '>', at)
    .orderBy('id')) as Row[];
  return rows.map(toSubscription);
}

/** Subscriptions by id, whoever's they are and removed ones among them, in the order of their ids. */
export async function subscriptionsByKey(db: Db, ids: readonly string[]): Promise<Subscription[]> {
  const rows: Row[] = [];
  for (const piece of inPieces([...new Set(ids)].sort()))
    rows.push(...((await db('subscription').whereIn('id', piece).orderBy('id')) as Row[]));
  return rows.map(toSubscription);
}

/**
 * The same, held until the end of the transaction: what is given by them follows each other. To be called before any
 * school is locked.
 */
export async function holdSubscriptions(tx: Db, ids: readonly string[]): Promise<Subscription[]> {
  const sorted = [...new Set(ids)].sort();
  if (onPostgres(tx))
    for (const piece of inPieces(sorted))
      await tx('subscription').whereIn('id', piece).orderBy('id').forUpdate().select('id');
  return subscriptionsByKey(tx, sorted);
}

/** All of a distributor's own, removed ones among them, by id. */
export async function ownSubscriptions(db: Db, distributor: string): Promise<Subscription[]> {
  return ((await db('subscription').where({ distributor }).orderBy('id')) as Row[]).map(toSubscription);
}

/**
 * Those of a school that may open something there from an instant on, by id: named for it, or for all of its nature;
 * not removed, and not over. Some have not begun.
 */
export async function subscriptionsAt(
  db: Db,
  { school, natures, at }: { school: string; natures: readonly string[]; at: number },
): Promise<Subscription[]> {
  const named = db('subscription_school').where({ school }).select('subscription');
  const rows = (await db('subscription')
    .where((which) => which.whereIn('id', named).orWhereIn('nature', [...natures]))
    .whereNull('removed_at')
    .where('ends_at', '>', at)
    .orderBy('id')) as Row[];
  return rows.map(toSubscription);
}

/** Those to a resource, neither removed nor over, by id. */
export async function subscriptionsTo(
  db: Db,
  { resource, at }: { readonly resource: string; readonly at: number },
): Promise<Subscription[]> {
  const live = db('subscription').where({ resource }).whereNull('removed_at').where('ends_at', '>', at);
  return ((await live.orderBy('id')) as Row[]).map(toSubscription);
}

/** Those that are for all schools of a nature, neither removed nor over. */
export async function natureSubscriptions(db: Db, at: number): Promise<{ id: string; nature: string }[]> {
  const live = db('subscription').whereNotNull('nature').whereNull('removed_at').where('ends_at', '>', at);
  return live.orderBy('id').select('id', 'nature');
}

/** One of a distributor's own; `unknown_subscription` for those removed, and for all others alike. */
export async function findOwn(
  db: Db,
  { id, distributor }: { readonly id: string; readonly distributor: string },
): Promise<Subscription> {
  const query = db('subscription').where({ id, distributor }).whereNull('removed_at');
  // two acts on one subscription follow each other
  if (db.isTransaction && onPostgres(db)) query.forUpdate();
  const row = (await query.first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_subscription', 'expected a subscription of whoever asks');
  return toSubscription(row);
}

/** Writes a new one, with its schools. Throws a unique violation when the id is taken. */
export async function insertSubscription(tx: Db, { sheet, ...one }: Subscription): Promise<void> {
  await tx('subscription').insert({
    id: one.id,
    distributor: one.distributor,
    created_at: one.createdAt,
    ...told(sheet, one),
  });
  const schools = (sheet.uaiEtab ?? []).map((school) => ({ subscription: one.id, school }));
  for (const piece of inPieces(schools)) await tx('subscription_school').insert(piece);
}

/** Writes one instead of what was; its schools stay. */
export async function updateSubscription(tx: Db, { id, sheet, ...one }: Subscription): Promise<void> {
  await tx('subscription').where({ id }).update(told(sheet, one));
}

function told(
  sheet: Sheet,
  { startsAt, endsAt, changedAt, removedAt }: Pick<Subscription, 'startsAt' | 'endsAt' | 'changedAt' | 'removedAt'>,
) {
  return {
    resource: arkOf(sheet.idRessource ?? ''),
    nature: sheet.codeNatureUAI ?? null,
    sheet: JSON.stringify(sheet),
    starts_at: startsAt,
    ends_at: endsAt,
    changed_at: changedAt,
    removed_at: removedAt ?? null,
  };
}

function toSubscription(row: Row): Subscription {
  return {
    id: row.id,
    sheet: JSON.parse(row.sheet) as Sheet,
    distributor: row.distributor,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    ...(row.removed_at !== null && { removedAt: row.removed_at }),
  };
}

/** Every distributor that ever wrote one, in order. */
export async function distributorsKnown(db: Db): Promise<string[]> {
  return db('subscription').distinct('distributor').orderBy('distributor').pluck('distributor');
}
