// Licences of subscriptions: given to persons, classes, groups, levels or a whole audience, taken back, and counted.
import { audit } from '../audit/audit.ts';
import { listAudiences } from '../directory/audiences.ts';
import { type ResourceAudience, resourceAudiences } from '../directory/offers.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYearAt } from '../facts/calendar.ts';
import { revisionOf } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { follow, isFor, isOpen, takeSchools } from './licences/following.ts';
import { audiencesTargeted, isIndividual, leftOf, poolOf, type Total, takenFor, totalFor } from './licences/quotas.ts';
import {
  type Assignment,
  countAt,
  countSeats,
  endAssignments,
  insertAssignment,
  seatsIn,
  seatsOfPersons,
  settlementOf,
  standingAssignments,
  type Target,
} from './licences/records.ts';
import { audiencesOf, coveredBy, type Roll, readRoll } from './licences/roll.ts';
import { naturesOf } from './natures.ts';
import { holdSubscriptions, type Subscription, subscriptionsAt, subscriptionsByKey } from './records/subscriptions.ts';

export type { Total } from './licences/quotas.ts';
export {
  type Assignment,
  assignmentsTo,
  seatsAwaitedBy,
  shareAssignments,
  type Target,
  targetKinds,
} from './licences/records.ts';
export { purgeLicences, settleDue } from './licences/settling.ts';

interface By {
  /** The key of a person, or `system`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

interface Given extends By {
  /** The `idAbonnement`. */
  readonly subscription: string;
  /** The UAI of the school for whose members it is given. */
  readonly school: string;
  readonly target: Target;
}

/**
 * Gives licences to all whom a target covers, or to nobody: each gets one, who has one already needs no other. Whoever
 * joins a class, a group, a level or an audience later gets one while any is left, in the order of arrival, and waits for
 * one otherwise; whoever leaves loses it. Giving the same again changes nothing, and is refused while some of them wait.
 * A class, a group or a level stands for its pupils.
 * Refuses `unknown_subscription` for one that is over, removed, or of other schools; `licences_not_given` where the whole
 * school has one; `licence_target_refused` for whoever is nobody of this school whom it is for; `licences_missing`, with
 * how many.
 */
export async function assignLicences(db: Db, asked: Given): Promise<Assignment> {
  return inTransaction(db, async (tx) => {
    const { school, target, by, at } = asked;
    const subscription = await holdLicences(tx, asked);
    if (!isIndividual(subscription))
      throw new Refusal('licences_not_given', 'expected a subscription whose licences are given one by one');
    const objects = target.kind === 'class' || target.kind === 'group' ? [target.key] : [];
    const person = target.kind === 'person' ? { person: target.key } : {};
    const roll = await readRoll(tx, { school, at, objects, ...person });
    const audience = await audienceFor(tx, subscription, { ...asked, roll });
    const standing = await standingAssignments(tx, { subscription: subscription.id, school });
    const same = standing.find((one) => sameTarget(one.target, target) && one.audience === audience);
    const covered = coveredBy({ target, audience }, roll);
    if (!same) await refuseEarly(tx, subscription, { school, audience, persons: [...covered.keys()] });
    const given =
      same ??
      (await insertAssignment(tx, {
        subscription: subscription.id,
        school,
        target,
        audience,
        givenBy: by,
        givenAt: at,
      }));
    await follow(tx, subscription, { schools: [school], by, at });
    const waiting = await seatsIn(tx, { subscription: subscription.id, school }, 'waiting');
    if (waiting.some(({ person }) => covered.has(person)))
      throw await lacking(tx, subscription, { audience, persons: [...covered.keys()] });
    if (same) return same;
    await trace(tx, 'given', given, { by, at });
    return given;
  });
}

/** Takes back what was given: seats that nothing else covers are free at once, and reach those who wait. `nothing_to_end`. */
export async function takeBack(db: Db, { id, by, at }: { readonly id: string } & By): Promise<void> {
  await inTransaction(db, async (tx) => {
    const found = await findAssignment(tx, id);
    const [subscription] = await holdSubscriptions(tx, [found.subscription]);
    await takeSchools(tx, found.subscription, [found.school]);
    // somebody else may have taken it back meanwhile
    const given = await findAssignment(tx, id);
    await endAssignments(tx, [id], { by, at });
    await follow(tx, subscription!, { schools: [given.school], by, at });
    await trace(tx, 'taken_back', given, { by, at });
  });
}

/** What stands, by key; `nothing_to_end` when there is none. */
export async function findAssignment(db: Db, id: string): Promise<Assignment> {
  const [found] = await standingAssignments(db, { id });
  if (!found) throw new Refusal('nothing_to_end', 'expected licences that were given and not taken back');
  return found;
}

/**
 * Holds a subscription that is for a school and not over, then the schools that giving or taking back may touch, to the
 * end of the transaction: what is read after this stays. `unknown_subscription` otherwise.
 */
export async function holdLicences(
  tx: Db,
  { subscription: id, school, at }: Pick<Given, 'subscription' | 'school' | 'at'>,
): Promise<Subscription> {
  const [subscription] = await holdSubscriptions(tx, [id]);
  if (!subscription || !isOpen(subscription, at) || !(await isFor(tx, subscription, school)))
    throw new Refusal('unknown_subscription', 'expected a subscription of this school that is not over');
  await takeSchools(tx, id, [school]);
  return subscription;
}

/** How many licences of an audience there are, are taken, and are left; the same ones for all where they are counted together. */
export interface Seats {
  readonly total: Total;
  readonly taken: number;
  readonly left: Total;
}

/** The licences of a subscription at all its schools together, by the audiences that it is for; none that is given to schools. */
export async function seatsOf(
  db: Db,
  { subscription: id }: { readonly subscription: string },
): Promise<ReadonlyMap<ResourceAudience, Seats>> {
  const [subscription] = await subscriptionsByKey(db, [id]);
  return subscription && isIndividual(subscription) ? seatsBy(subscription, await countSeats(db, id)) : new Map();
}

/** A subscription whose licences are given one by one at a school, as it stands there. */
export interface LicencesAt {
  readonly subscription: Subscription;
  /** Whether all audiences take from the same number. */
  readonly shared: boolean;
  readonly seats: ReadonlyMap<ResourceAudience, Seats>;
  /** The oldest first. */
  readonly given: readonly Assignment[];
  /** At this school. */
  readonly seated: number;
  readonly waiting: number;
}

/** The subscriptions of a school whose licences are given one by one, neither removed nor over, by id. */
export async function licencesAt(db: Db, { school, at }: { school: string; at: number }): Promise<LicencesAt[]> {
  const { kind } = await findSchool(db, school);
  const present = await subscriptionsAt(db, { school, natures: naturesOf({ kind }), at });
  const counts = await countAt(db, school);
  const standing = await standingAssignments(db, { school });
  const found: LicencesAt[] = [];
  for (const subscription of present.filter(isIndividual))
    found.push({
      subscription,
      shared: subscription.sheet.nbLicenceGlobale !== undefined,
      seats: seatsBy(subscription, await countSeats(db, subscription.id)),
      given: standing.filter((one) => one.subscription === subscription.id),
      ...(counts.get(subscription.id) ?? { seated: 0, waiting: 0 }),
    });
  return found;
}

/** Where nothing has moved since seats were made out, too few that are left are told before anything is written. */
async function refuseEarly(
  tx: Db,
  subscription: Subscription,
  asked: { readonly school: string; readonly audience: ResourceAudience; readonly persons: readonly string[] },
): Promise<void> {
  const { school, audience, persons } = asked;
  const { id, sheet, changedAt } = subscription;
  const settled = await settlementOf(tx, { subscription: id, school });
  if (settled?.subscriptionChanged !== changedAt || settled.revision !== (await revisionOf(tx, school))) return;
  const counts = await countSeats(tx, id);
  const left = leftOf(totalFor(sheet, audience), takenFor(sheet, audience, counts));
  if (left === 'all') return;
  const seats = await seatsOfPersons(tx, id, persons);
  const had = seats.filter((seat) => seat.audience === audience && seat.seatedAt !== null);
  const wanting = persons.length - new Set(had.map(({ person }) => person)).size;
  if (wanting > left) throw await lacking(tx, subscription, { audience, persons });
}

/**
 * The refusal that says how many licences more it takes until the last of some persons has one: those that are taken over
 * the number, and those of whoever waits before them, too.
 */
async function lacking(
  tx: Db,
  { id, sheet }: Subscription,
  { audience, persons }: { readonly audience: ResourceAudience; readonly persons: readonly string[] },
): Promise<Refusal> {
  const pool = poolOf(sheet, audience);
  const waiting = (await seatsIn(tx, { subscription: id }, 'waiting')).filter(
    (seat) => poolOf(sheet, seat.audience) === pool,
  );
  const known = new Set((await seatsOfPersons(tx, id, persons)).map(({ person }) => person));
  const fresh = persons.filter((person) => !known.has(person));
  const last = waiting.findLastIndex(({ person }) => persons.includes(person));
  const before = fresh.length > 0 ? waiting : waiting.slice(0, last + 1);
  const wanting = new Set([...before.map(({ person }) => person), ...fresh]).size;
  const total = totalFor(sheet, audience);
  const missing = total === 'all' ? 0 : takenFor(sheet, audience, await countSeats(tx, id)) + wanting - total;
  const wanted = persons.length;
  return new Refusal('licences_missing', `expected ${missing} more licence(s) to be left`, { missing, wanted });
}

/** As what a target is covered. Refuses whoever and whatever is nobody of this school whom the subscription is for, alike. */
async function audienceFor(
  tx: Db,
  { sheet }: Subscription,
  { school, target, roll, at }: Given & { roll: Roll },
): Promise<ResourceAudience> {
  const targeted = audiencesTargeted(sheet);
  const pupils = targeted.includes('pupil') ? ('pupil' as const) : undefined;
  const found = {
    person: async () => audiencesOf(roll, target.key).find((one) => targeted.includes(one)),
    class: async () => ((await isAudienceOf(tx, { school, target, at })) ? pupils : undefined),
    group: async () => ((await isAudienceOf(tx, { school, target, at })) ? pupils : undefined),
    level: async () => ([...roll.levels.values()].includes(target.key) ? pupils : undefined),
    audience: async () => resourceAudiences.find((one) => one === target.key && targeted.includes(one)),
  };
  const audience = await found[target.kind]();
  if (!audience)
    throw new Refusal('licence_target_refused', 'expected somebody of this school whom the subscription is for');
  return audience;
}

/** Whether a key is that of a class, or a group, of the school this year. */
async function isAudienceOf(tx: Db, { school, target, at }: Pick<Given, 'school' | 'target' | 'at'>): Promise<boolean> {
  const { yearStart, zone } = await findSchool(tx, school);
  const [found] = await listAudiences(tx, [target.key]);
  const year = schoolYearAt(at, yearStart, zone);
  return found?.school === school && found.kind === target.kind && found.year === year;
}

function seatsBy(
  { sheet }: Subscription,
  counts: ReadonlyMap<ResourceAudience, number>,
): ReadonlyMap<ResourceAudience, Seats> {
  return new Map(
    audiencesTargeted(sheet).map((audience) => {
      const total = totalFor(sheet, audience);
      const taken = takenFor(sheet, audience, counts);
      return [audience, { total, taken, left: leftOf(total, taken) }];
    }),
  );
}

function sameTarget(one: Target, other: Target): boolean {
  return one.kind === other.kind && one.key === other.key;
}

async function trace(tx: Db, what: 'given' | 'taken_back', given: Assignment, { by, at }: By): Promise<void> {
  const { id, subscription, school, target, audience } = given;
  await audit(tx, {
    at,
    event: `licences.${what}`,
    actor: by,
    school,
    ...(target.kind === 'person' && { subject: target.key }),
    details: { assignment: id, subscription, kind: target.kind, audience },
  });
}
