// Seats follow what was given and who is there: leavers lose theirs, newcomers get one in the order of arrival.
import { levelsChangedAt } from '../../directory/levels.ts';
import { ensureOffers, type Offer, type ResourceAudience } from '../../directory/offers.ts';
import { listSchools } from '../../directory/schools.ts';
import { changeFacts, currentFacts, type Fact, lockSchool, type NewFact, revisionOf } from '../../facts/facts.ts';
import type { Db } from '../../storage/storage.ts';
import { arkOf } from '../ark.ts';
import { naturesOf } from '../natures.ts';
import type { Subscription } from '../records/subscriptions.ts';
import { audiencesTargeted, isIndividual, leftOf, type Pool, poolOf, totalFor } from './quotas.ts';
import {
  type Assignment,
  countSeats,
  deleteSeats,
  endAssignments,
  forgetSettlement,
  insertSeats,
  noteSettlement,
  type Seat,
  seatsIn,
  seatsOfPersons,
  standingAssignments,
  updateSeats,
} from './records.ts';
import { coveredBy, type Roll, readRoll } from './roll.ts';

interface By {
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** Whom what stands covers: as what, since when it was wanted, and until when it is covered. */
interface Covered {
  readonly audiences: readonly ResourceAudience[];
  readonly wantedAt: number;
  readonly until: number;
}

/**
 * Takes the schools of a subscription that is held, in the order of their UAI: those that are named, and those where
 * somebody waits, whom a seat may reach.
 */
export async function takeSchools(tx: Db, subscription: string, schools: readonly string[]): Promise<void> {
  const waiting = (await seatsIn(tx, { subscription }, 'waiting')).map(({ school }) => school);
  for (const school of [...new Set([...schools, ...waiting])].sort()) await lockSchool(tx, school);
}

/**
 * Makes the seats of some schools, and the facts, be what stands there and who is a member; then gives what is left to
 * those who wait, in the order of arrival, at whatever school. The subscription and the schools are held.
 */
export async function follow(
  tx: Db,
  subscription: Subscription,
  { schools, by, at }: { schools: readonly string[] } & By,
): Promise<{ readonly served: number; readonly freed: number }> {
  // what is removed never comes back: nor does what was given by it
  const over =
    subscription.removedAt === undefined ? [] : await standingAssignments(tx, { subscription: subscription.id });
  await endAssignments(
    tx,
    over.map(({ id }) => id),
    { by, at },
  );
  const followed = new Map<string, Followed>();
  let next = [...new Set(schools)].sort();
  let served = 0;
  while (next.length > 0) {
    for (const school of next) followed.set(school, await followMembers(tx, subscription, school, at));
    const reached = await serveWaiting(tx, subscription, at);
    served += reached.length;
    // whoever waits elsewhere may be no member there any more: that is looked at before the seat counts
    next = [...new Set(reached.map(({ school }) => school))].filter((school) => !followed.has(school)).sort();
  }
  const levels = await levelsChangedAt(tx, [...followed.keys()]);
  for (const school of [...followed.keys()].sort()) {
    const { roll, covered } = followed.get(school)!;
    const revision = await writeFacts(tx, subscription, school, { covered, by, at });
    const where = { subscription: subscription.id, school };
    if ((await standingAssignments(tx, where)).length === 0) {
      await forgetSettlement(tx, where);
      continue;
    }
    const dueAt = isOpen(subscription, at)
      ? Math.min(roll.changesAt ?? subscription.endsAt, subscription.endsAt)
      : null;
    await noteSettlement(tx, {
      ...where,
      revision,
      subscriptionChanged: subscription.changedAt,
      levelsChanged: levels.get(school) ?? 0,
      dueAt,
    });
  }
  return { served, freed: [...followed.values()].reduce((sum, { freed }) => sum + freed, 0) };
}

interface Followed {
  readonly roll: Roll;
  readonly covered: ReadonlyMap<string, Covered>;
  /** How many had a seat, and have none. */
  readonly freed: number;
}

/** Whether seats may be had: neither removed nor over. Before it begins, what is given waits for the day. */
export function isOpen({ removedAt, endsAt }: Pick<Subscription, 'removedAt' | 'endsAt'>, at: number): boolean {
  return removedAt === undefined && endsAt > at;
}

/** Whether a school is one that a subscription names, or of its nature. */
export async function isFor(tx: Db, { sheet }: Subscription, uai: string): Promise<boolean> {
  if (sheet.uaiEtab) return sheet.uaiEtab.includes(uai);
  const [school] = await listSchools(tx, [uai]);
  return school !== undefined && naturesOf(school).includes(sheet.codeNatureUAI ?? '');
}

/** Whether anybody may have a seat at a school: not where the subscription is the whole school's, or for it no more. */
async function isGivenAt(tx: Db, subscription: Subscription, school: string, at: number): Promise<boolean> {
  return isOpen(subscription, at) && isIndividual(subscription) && (await isFor(tx, subscription, school));
}

/** Whom what stands at a school covers now. */
async function coveredAt(
  tx: Db,
  subscription: Subscription,
  { school, at }: { school: string; at: number },
): Promise<Omit<Followed, 'freed'>> {
  const where = { subscription: subscription.id, school };
  const given = (await isGivenAt(tx, subscription, school, at)) ? await standingAssignments(tx, where) : [];
  const standing = given.filter(({ audience }) => audiencesTargeted(subscription.sheet).includes(audience));
  const objects = standing.flatMap(({ target }) =>
    target.kind === 'class' || target.kind === 'group' ? target.key : [],
  );
  const roll = await readRoll(tx, { school, at, objects });
  return { roll, covered: coverage(standing, roll) };
}

/** Ends the facts of a subscription at a school about whom nothing covers any more. The school is held. */
export async function endUncovered(
  tx: Db,
  subscription: Subscription,
  { school, at, by }: { school: string } & By,
): Promise<void> {
  const { covered } = await coveredAt(tx, subscription, { school, at });
  const { id: object } = await offerAt(tx, subscription, school);
  const present = await currentFacts(tx, { school, relations: ['assigned'], object, endingAfter: at });
  const end = present.filter(({ subject, properties }) => {
    const audiences: readonly string[] = covered.get(subject)?.audiences ?? [];
    return !audiences.includes(String(properties.audience));
  });
  await changeFacts(tx, { school, at, source: 'derived', actor: by, end });
}

/** Whoever is covered has a seat or waits for one; whoever is not has none. A seat that is had stays as long as anything covers it. */
async function followMembers(tx: Db, subscription: Subscription, school: string, at: number): Promise<Followed> {
  const where = { subscription: subscription.id, school };
  const { roll, covered } = await coveredAt(tx, subscription, { school, at });
  const seats = await seatsIn(tx, where);
  const known = new Set(seats.map(({ person }) => person));
  const gone = seats.filter(({ person }) => !covered.has(person));
  const moved = seats.flatMap((seat) => {
    const audiences = covered.get(seat.person)?.audiences ?? [seat.audience];
    // as something else, it is another licence: whoever changes waits for it like everybody
    return audiences.includes(seat.audience) ? [] : [{ ...seat, audience: audiences[0]!, seatedAt: null }];
  });
  const fresh = [...covered].flatMap(([person, { audiences, wantedAt }]): Seat[] =>
    known.has(person) ? [] : [{ ...where, person, audience: audiences[0]!, wantedAt, seatedAt: null }],
  );
  await deleteSeats(
    tx,
    where,
    gone.map(({ person }) => person),
  );
  await updateSeats(tx, moved);
  await insertSeats(tx, fresh);
  return { roll, covered, freed: gone.filter(({ seatedAt }) => seatedAt !== null).length };
}

/** Several assignments that cover the same person are one seat, from the first of them until the last. */
function coverage(standing: readonly Assignment[], roll: Roll): ReadonlyMap<string, Covered> {
  const covered = new Map<string, Covered>();
  for (const assignment of standing)
    for (const [person, stay] of coveredBy(assignment, roll)) {
      const before = covered.get(person);
      const wantedAt = Math.max(assignment.givenAt, stay.since);
      covered.set(person, {
        audiences: [...(before?.audiences ?? []), assignment.audience],
        wantedAt: Math.min(before?.wantedAt ?? wantedAt, wantedAt),
        until: Math.max(before?.until ?? 0, stay.until),
      });
    }
  return covered;
}

/** Gives what is left to those who wait, in the order of arrival; returns who got one. */
async function serveWaiting(tx: Db, { id, sheet }: Subscription, at: number): Promise<Seat[]> {
  const waiting = await seatsIn(tx, { subscription: id }, 'waiting');
  if (waiting.length === 0) return [];
  const taken = new Map<Pool, number>();
  for (const [audience, count] of await countSeats(tx, id)) {
    const pool = poolOf(sheet, audience);
    taken.set(pool, (taken.get(pool) ?? 0) + count);
  }
  const others = await seatsOfPersons(
    tx,
    id,
    waiting.map(({ person }) => person),
  );
  const had = new Set(others.filter(({ seatedAt }) => seatedAt !== null).map(nameOf));
  const served: Seat[] = [];
  for (const seat of waiting) {
    const pool = poolOf(sheet, seat.audience);
    // at two schools of one subscription, a person has one licence
    const isHad = had.has(nameOf(seat));
    const count = taken.get(pool) ?? 0;
    if (!isHad && leftOf(totalFor(sheet, seat.audience), count) === 0) continue;
    if (!isHad) taken.set(pool, count + 1);
    had.add(nameOf(seat));
    served.push({ ...seat, seatedAt: at });
  }
  await updateSeats(tx, served);
  return served;
}

function nameOf({ person, audience }: Pick<Seat, 'person' | 'audience'>): string {
  return `${audience} ${person}`;
}

/** The facts of the offer are those who have a seat; what says so already stays. Returns the revision of the school. */
async function writeFacts(
  tx: Db,
  subscription: Subscription,
  school: string,
  { covered, by, at }: { covered: ReadonlyMap<string, Covered> } & By,
): Promise<number> {
  const { id: object } = await offerAt(tx, subscription, school);
  const seats = await seatsIn(tx, { subscription: subscription.id, school });
  const seated = seats.filter(({ seatedAt }) => seatedAt !== null);
  const wanted = seated.map(({ person, audience }): NewFact & { validTo: number } => ({
    relation: 'assigned',
    subject: person,
    object,
    properties: { audience },
    validTo: Math.min(covered.get(person)?.until ?? at, subscription.endsAt),
  }));
  const present = await currentFacts(tx, { school, relations: ['assigned'], object, endingAfter: at });
  const same = new Set(present.map(wordOf));
  const kept = new Set(wanted.map(wordOf));
  await changeFacts(tx, {
    school,
    at,
    source: 'derived',
    actor: by,
    begin: wanted.filter((fact) => fact.validTo > at && !same.has(wordOf(fact))),
    end: present.filter((fact) => !kept.has(wordOf(fact))),
  });
  return revisionOf(tx, school);
}

function wordOf({
  subject,
  properties = {},
  validTo,
}: Pick<Fact, 'subject' | 'properties' | 'validTo'> | (NewFact & { validTo: number })): string {
  return `${subject} ${String(properties.audience)} ${validTo}`;
}

/** What is launched at a school by a subscription. */
export async function offerAt(tx: Db, { id, sheet }: Subscription, school: string): Promise<Offer> {
  const [offer] = await ensureOffers(tx, [{ subscription: id, school, resource: arkOf(sheet.idRessource ?? '') }]);
  return offer!;
}
