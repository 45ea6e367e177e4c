// Subscriptions: a distributor writes, changes, removes and reads its own, and nobody else's; what they open follows at once.
import { audit } from '../audit/audit.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, isUniqueViolation } from '../storage/storage.ts';
import { arkOf } from './ark.ts';
import { follow } from './licences/following.ts';
import { seatsIn, standingAssignments } from './licences/records.ts';
import { closeSubscription, deriveForSubscription, MOST_AT_ONCE } from './offers.ts';
import { keepResources } from './records/resources.ts';
import { findOwn, insertSubscription, type Subscription, updateSubscription } from './records/subscriptions.ts';
import { type Violation, validityOf, violationsOf } from './rules.ts';
import { type FieldName, readSheet, type Sheet } from './sheet.ts';

export {
  holdSubscriptions,
  ownSubscriptions,
  type Subscription,
  subscriptionsByKey,
  subscriptionsOf,
} from './records/subscriptions.ts';

/** A distributor's act: `distributor` is what its machine was registered for, `actor` the key of the module. */
interface Act {
  readonly id: string;
  readonly distributor: string;
  readonly actor: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Creates a subscription. Refuses `subscription_exists` for an id that anybody has, or had; `distributor_other` when the
 * fields name another distributor; `subscription_refused`, with every rule that is broken, and nothing stored.
 */
export async function createSubscription(
  db: Db,
  { id, fields, ...act }: Act & { fields: Fields },
): Promise<Subscription> {
  return inTransaction(db, async (tx) => {
    const { distributor, at } = act;
    const examined = await examine(tx, { ...act, id }, fields);
    const subscription = { id, distributor, ...examined, createdAt: at, changedAt: at };
    await insertSubscription(tx, subscription);
    await keepResources(tx, [subscription.sheet.idRessource ?? '']);
    await carryOut(tx, 'created', subscription, act);
    return subscription;
  }).catch((error) => {
    throw isUniqueViolation(error)
      ? new Refusal('subscription_exists', `expected an id that nobody has: \`${id}\``)
      : error;
  });
}

/**
 * Writes a subscription again, or with `partly` the fields that are given. Its schools never change, nor its resource,
 * of which it is told who could open it: they may be left out, or be the same. Refuses `unknown_subscription` for one
 * that is removed, or another's, and as `createSubscription`.
 */
export async function changeSubscription(
  db: Db,
  { id, fields, partly = false, ...act }: Act & { fields: Fields; partly?: boolean },
): Promise<Subscription> {
  return inTransaction(db, async (tx) => {
    const before = await findOwn(tx, { id, ...act });
    const { uaiEtab, codeNatureUAI } = before.sheet;
    const kept = { ...(uaiEtab && { uaiEtab }), ...(codeNatureUAI && { codeNatureUAI }) };
    const asked = partly ? { ...before.sheet, ...fields } : { ...kept, ...fields };
    const examined = await examine(tx, { id, ...act }, asked, changesWhatStays(before.sheet));
    const subscription = { ...before, ...examined, changedAt: act.at };
    await updateSubscription(tx, subscription);
    await keepResources(tx, [subscription.sheet.idRessource ?? '']);
    await carryOut(tx, 'changed', subscription, act);
    return subscription;
  });
}

/** Removes a subscription: it opens nothing any more, and stays to be listed among those removed. `unknown_subscription`. */
export async function removeSubscription(db: Db, act: Act): Promise<void> {
  await inTransaction(db, async (tx) => {
    const before = await findOwn(tx, act);
    const subscription = { ...before, changedAt: act.at, removedAt: act.at };
    await updateSubscription(tx, subscription);
    await carryOut(tx, 'removed', subscription, act);
  });
}

/** One of a distributor's own; `unknown_subscription` for all others alike. */
export async function findSubscription(db: Db, wanted: Pick<Act, 'id' | 'distributor'>): Promise<Subscription> {
  return findOwn(db, wanted);
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
  const given = readSheet(fields);
  const isNamed = given.sheet.idAbonnement !== undefined || given.misread.some(({ field }) => field === 'idAbonnement');
  // where the fields name no id, that of the address is read as theirs
  const { sheet: read, misread } = isNamed ? given : readSheet({ ...fields, idAbonnement: id });
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

function changesWhatStays(before: Sheet): (sheet: Sheet) => FieldName | undefined {
  const sorted = ({ uaiEtab = [] }: Sheet) => [...uaiEtab].sort().join();
  const named = ({ idRessource = '' }: Sheet) => arkOf(idRessource);
  return (sheet) => {
    if (sorted(sheet) !== sorted(before)) return 'uaiEtab';
    if (sheet.codeNatureUAI !== before.codeNatureUAI) return 'codeNatureUAI';
    return sheet.idRessource === undefined || named(sheet) === named(before) ? undefined : 'idRessource';
  };
}

/** What a subscription opens, the seats in it, and the trace of the act: all in its transaction. */
async function carryOut(
  tx: Db,
  what: 'created' | 'changed' | 'removed',
  subscription: Subscription,
  { actor, at }: Pick<Act, 'actor' | 'at'>,
): Promise<void> {
  if (what === 'removed') await closeSubscription(tx, { subscription, at, by: actor });
  else await deriveForSubscription(tx, { subscription, at, by: actor });
  if (what !== 'created') await followSeats(tx, subscription, { by: actor, at });
  await audit(tx, { at, event: `subscription.${what}`, actor, details: { subscription: subscription.id } });
}

/** Whoever is no longer meant loses their seat at once; where more schools are concerned than one act changes, by a job. */
async function followSeats(tx: Db, subscription: Subscription, act: { by: string; at: number }): Promise<void> {
  const { id } = subscription;
  const given = [
    ...(await standingAssignments(tx, { subscription: id })),
    ...(await seatsIn(tx, { subscription: id })),
  ];
  const schools = [...new Set(given.map(({ school }) => school))].sort();
  const held = subscription.sheet.uaiEtab?.length ?? Number.POSITIVE_INFINITY;
  if (schools.length === 0 || held > MOST_AT_ONCE) return;
  await follow(tx, subscription, { schools, ...act });
}
