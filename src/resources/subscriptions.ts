// Subscriptions: a distributor writes, changes, removes and reads its own, and nobody else's.
import { audit } from '../audit/audit.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { type Db, inPieces, inTransaction, isUniqueViolation, onPostgres } from '../storage/storage.ts';
import { type Violation, validityOf, violationsOf } from './rules.ts';
import { type FieldName, readSheet, type Sheet } from './sheet.ts';

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

/** A distributor's act: `distributor` is what its machine was registered for, `actor` the key of the module. */
interface Act {
  readonly id: string;
  readonly distributor: string;
  readonly actor: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

type Fields = Readonly<Record<string, unknown>>;

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

/**
 * Creates a subscription. Refuses `subscription_exists` for an id that anybody has, or had; `distributor_other` when the
 * fields name another distributor; `subscription_refused`, with every rule that is broken, and nothing stored.
 */
export async function createSubscription(
  db: Db,
  { id, fields, ...act }: Act & { fields: Fields },
): Promise<Subscription> {
  return inTransaction(db, async (tx) => {
    const { sheet, startsAt, endsAt } = await examine(tx, { ...act, id }, fields);
    const { distributor, at } = act;
    const row: Row = {
      id,
      distributor,
      sheet: JSON.stringify(sheet),
      starts_at: startsAt,
      ends_at: endsAt,
      created_at: at,
      changed_at: at,
      removed_at: null,
    };
    await tx('subscription').insert({ ...row, resource: sheet.idRessource, nature: sheet.codeNatureUAI ?? null });
    const schools = (sheet.uaiEtab ?? []).map((school) => ({ subscription: id, school }));
    for (const piece of inPieces(schools)) await tx('subscription_school').insert(piece);
    await trace(tx, 'created', { id, ...act });
    return toSubscription(row);
  }).catch((error) => {
    throw isUniqueViolation(error)
      ? new Refusal('subscription_exists', `expected an id that nobody has: \`${id}\``)
      : error;
  });
}

/**
 * Writes a subscription again, or with `partly` the fields that are given. Its schools never change: they may be left
 * out, or be the same. Refuses `unknown_subscription` for one that is removed, or another's, and as `createSubscription`.
 */
export async function changeSubscription(
  db: Db,
  { id, fields, partly = false, ...act }: Act & { fields: Fields; partly?: boolean },
): Promise<Subscription> {
  return inTransaction(db, async (tx) => {
    const before = await own(tx, { id, ...act });
    const { uaiEtab, codeNatureUAI } = before.sheet;
    const kept = { ...(uaiEtab && { uaiEtab }), ...(codeNatureUAI && { codeNatureUAI }) };
    const asked = partly ? { ...before.sheet, ...fields } : { ...kept, ...fields };
    const { sheet, startsAt, endsAt } = await examine(tx, { id, ...act }, asked, changesSchools(before.sheet));
    await tx('subscription')
      .where({ id })
      .update({
        resource: sheet.idRessource,
        sheet: JSON.stringify(sheet),
        starts_at: startsAt,
        ends_at: endsAt,
        changed_at: act.at,
      });
    await trace(tx, 'changed', { id, ...act });
    return { ...before, sheet, startsAt, endsAt, changedAt: act.at };
  });
}

/** Removes a subscription: it opens nothing any more, and stays to be listed among those removed. `unknown_subscription`. */
export async function removeSubscription(db: Db, act: Act): Promise<void> {
  const { id, at } = act;
  await inTransaction(db, async (tx) => {
    await own(tx, act);
    await tx('subscription').where({ id }).update({ removed_at: at, changed_at: at });
    await trace(tx, 'removed', act);
  });
}

/** One of a distributor's own; `unknown_subscription` for all others alike. */
export async function findSubscription(db: Db, wanted: Pick<Act, 'id' | 'distributor'>): Promise<Subscription> {
  return own(db, wanted);
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

interface Examined {
  readonly sheet: Sheet;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Reads and judges fields; all that is wrong is told at once. */
async function examine(
  tx: Db,
  { id, distributor }: Pick<Act, 'id' | 'distributor'>,
  fields: Fields,
  more: (sheet: Sheet) => FieldName | undefined = () => undefined,
): Promise<Examined> {
  const { sheet: read, misread } = readSheet(fields);
  const sheet = { idAbonnement: id, ...read };
  if (read.idDistributeurCom !== undefined && read.idDistributeurCom !== distributor && isDistributor(read))
    throw new Refusal('distributor_other', 'expected the `idDistributeurCom` of whoever asks');
  const known = await listSchools(tx, sheet.uaiEtab ?? []);
  const degrees = new Map(known.map((school) => [school.uai, school.degree]));
  const changed = more(sheet) ?? (sheet.idAbonnement === id ? undefined : 'idAbonnement');
  const violations: Violation[] = [
    ...violationsOf(sheet, { degrees }, misread),
    ...(changed ? [{ rule: 'UNCHANGED', field: changed } as const] : []),
  ];
  if (violations.length > 0)
    throw new Refusal('subscription_refused', `${violations.length} rule(s) broken`, { violations });
  return { sheet, ...validityOf(sheet) };
}

function isDistributor({ idDistributeurCom = '' }: Sheet): boolean {
  return /^\d{9}_\d{16}$/.test(idDistributeurCom);
}

function changesSchools(before: Sheet): (sheet: Sheet) => FieldName | undefined {
  const sorted = ({ uaiEtab = [] }: Sheet) => [...uaiEtab].sort().join();
  return (sheet) => {
    if (sorted(sheet) !== sorted(before)) return 'uaiEtab';
    return sheet.codeNatureUAI === before.codeNatureUAI ? undefined : 'codeNatureUAI';
  };
}

async function own(db: Db, { id, distributor }: Pick<Act, 'id' | 'distributor'>): Promise<Subscription> {
  const query = db('subscription').where({ id, distributor }).whereNull('removed_at');
  // two acts on one subscription follow each other
  if (db.isTransaction && onPostgres(db)) query.forUpdate();
  const row = (await query.first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_subscription', 'expected a subscription of whoever asks');
  return toSubscription(row);
}

async function trace(tx: Db, what: 'created' | 'changed' | 'removed', { id, actor, at }: Act): Promise<void> {
  await audit(tx, { at, event: `subscription.${what}`, actor, details: { subscription: id } });
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
