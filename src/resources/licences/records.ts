// What was given, who has a seat or waits for one, and how far that follows each school: the rows behind licences.
import type { ResourceAudience } from '../../directory/offers.ts';
import { holdersOf, recordsOf } from '../../directory/persons.ts';
import { type Db, inPieces, newKey } from '../../storage/storage.ts';

/** To whom licences may be given: a person, the pupils of a class, a group or a level, or a whole audience of the school. */
export const targetKinds = ['person', 'class', 'group', 'level', 'audience'] as const;

export interface Target {
  readonly kind: (typeof targetKinds)[number];
  /** The key of a person, a class or a group, the code of a level, or the name of an audience. */
  readonly key: string;
}

/** What was given by one act; it stands until it is taken back. */
export interface Assignment {
  readonly id: string;
  readonly subscription: string;
  readonly school: string;
  readonly target: Target;
  /** As what those who are covered use it. */
  readonly audience: ResourceAudience;
  readonly givenBy: string;
  /** UTC milliseconds. */
  readonly givenAt: number;
}

/** One person whom some assignment at a school covers. */
export interface Seat {
  readonly subscription: string;
  readonly school: string;
  readonly person: string;
  readonly audience: ResourceAudience;
  /** Those who wait are served in this order. */
  readonly wantedAt: number;
  /** None as long as no licence is left. */
  readonly seatedAt: number | null;
}

interface AssignmentRow {
  id: string;
  subscription: string;
  school: string;
  kind: Target['kind'];
  target: string;
  person: string | null;
  audience: ResourceAudience;
  given_by: string;
  given_at: number;
}

interface SeatRow {
  subscription: string;
  school: string;
  person: string;
  audience: ResourceAudience;
  wanted_at: number;
  seated_at: number | null;
}

/** What stands of a subscription or at a school, the oldest first; by name, to whoever holds the record now. */
export async function standingAssignments(
  db: Db,
  where: { readonly id?: string; readonly subscription?: string; readonly school?: string },
): Promise<Assignment[]> {
  const rows = await db('licence_assignment').where(where).whereNull('taken_at').orderBy(['given_at', 'id']);
  return asHeld(db, rows as AssignmentRow[]);
}

/** What was given by name to a record that was joined to another one is its holder's, as long as they are joined. */
async function asHeld(db: Db, rows: readonly AssignmentRow[]): Promise<Assignment[]> {
  const named = rows.flatMap(({ person }) => person ?? []);
  const holders = named.length > 0 ? await holdersOf(db, named) : new Map<string, string>();
  return rows.map((row) => toAssignment({ ...row, target: holders.get(row.person ?? '') ?? row.target }));
}

export async function insertAssignment(tx: Db, given: Omit<Assignment, 'id'>): Promise<Assignment> {
  const { subscription, school, target, audience, givenBy, givenAt } = given;
  const id = newKey();
  await tx('licence_assignment').insert({
    id,
    subscription,
    school,
    kind: target.kind,
    target: target.key,
    person: target.kind === 'person' ? target.key : null,
    audience,
    given_by: givenBy,
    given_at: givenAt,
  });
  return { id, ...given };
}

export async function endAssignments(
  tx: Db,
  ids: readonly string[],
  { by, at }: { by: string; at: number },
): Promise<void> {
  for (const piece of inPieces(ids))
    await tx('licence_assignment').whereIn('id', piece).update({ taken_by: by, taken_at: at });
}

/** What was given to a person by name and stands, at whatever school. */
export async function assignmentsTo(db: Db, person: string): Promise<Assignment[]> {
  const named = db('licence_assignment').whereIn('person', await recordsOf(db, person));
  const rows = await named.whereNull('taken_at').orderBy(['given_at', 'id']);
  return asHeld(db, rows as AssignmentRow[]);
}

/**
 * Two records are told apart: what one was given by name since they were joined may have been meant for the other, and is
 * given to both. Whoever is a member of the school has the seat.
 */
export async function shareAssignments(
  tx: Db,
  { from, to, since }: { readonly from: string; readonly to: string; readonly since: number },
): Promise<void> {
  const given = tx('licence_assignment').where({ person: from }).where('given_at', '>=', since);
  const rows = (await given.whereNull('taken_at')) as AssignmentRow[];
  const shared = rows.map((row) => ({ ...row, id: newKey(), target: to, person: to }));
  for (const piece of inPieces(shared)) await tx('licence_assignment').insert(piece).onConflict().ignore();
}

/** The seats that a person waits for. */
export async function seatsAwaitedBy(db: Db, person: string): Promise<Seat[]> {
  const rows = await db('licence_seat').where({ person }).whereNull('seated_at').orderBy(['subscription', 'school']);
  return (rows as SeatRow[]).map(toSeat);
}

/** What stands and was given by name to somebody who has no seat as what it was given for, and waits for none. */
export async function unseatedAssignments(db: Db): Promise<Assignment[]> {
  const rows = await db('licence_assignment as given')
    .leftJoin('licence_seat as seat', (on) => {
      on.on('seat.subscription', 'given.subscription')
        .on('seat.school', 'given.school')
        .on('seat.person', 'given.person')
        .on('seat.audience', 'given.audience');
    })
    .where('given.kind', 'person')
    .whereNull('given.taken_at')
    .whereNull('seat.person')
    .orderBy('given.id')
    .select('given.*');
  const found: Assignment[] = [];
  for (const [place, one] of (await asHeld(db, rows as AssignmentRow[])).entries()) {
    const isJoined = one.target.key !== rows[place].target;
    const seats = isJoined ? await seatsOfPersons(db, one.subscription, [one.target.key]) : [];
    if (!seats.some(({ school, audience }) => school === one.school && audience === one.audience)) found.push(one);
  }
  return found;
}

/** Forgets what was taken back before an instant, and what some subscriptions gave. */
export async function forgetAssignments(
  tx: Db,
  { takenBefore, of }: { readonly takenBefore: number; readonly of: readonly string[] },
): Promise<void> {
  await tx('licence_assignment').where('taken_at', '<=', takenBefore).delete();
  for (const piece of inPieces(of)) await tx('licence_assignment').whereIn('subscription', piece).delete();
}

/** The seats of a subscription, at one school or all; those who wait, or have one, or both. In the order of arrival. */
export async function seatsIn(
  db: Db,
  where: { readonly subscription: string; readonly school?: string },
  which: 'all' | 'waiting' = 'all',
): Promise<Seat[]> {
  const query = db('licence_seat').where(where).orderBy(['wanted_at', 'person', 'school']);
  if (which === 'waiting') query.whereNull('seated_at');
  return ((await query) as SeatRow[]).map(toSeat);
}

/** How many persons have a seat of a subscription, by audience: whoever has it at two schools counts once. */
export async function countSeats(db: Db, subscription: string): Promise<ReadonlyMap<ResourceAudience, number>> {
  const rows = (await db('licence_seat')
    .where({ subscription })
    .whereNotNull('seated_at')
    .groupBy('audience')
    .select('audience')
    .countDistinct({ count: 'person' })) as { audience: ResourceAudience; count: number }[];
  return new Map(rows.map(({ audience, count }) => [audience, Number(count)]));
}

/** How many persons have a seat at one school by one subscription, as one audience. */
export interface SeatCount {
  readonly subscription: string;
  readonly school: string;
  readonly audience: ResourceAudience;
  readonly count: number;
}

/** Those of several subscriptions, in the order of subscription, school and audience; none where nobody is seated. */
export async function countBySchool(db: Db, subscriptions: readonly string[]): Promise<SeatCount[]> {
  const found: SeatCount[] = [];
  const by = ['subscription', 'school', 'audience'];
  for (const piece of inPieces([...subscriptions].sort())) {
    const query = db('licence_seat').whereIn('subscription', piece).whereNotNull('seated_at');
    found.push(...((await query.groupBy(by).orderBy(by).select(by).count({ count: '*' })) as SeatCount[]));
  }
  return found.map((one) => ({ ...one, count: Number(one.count) }));
}

/** How many wait and how many are seated at a school, by subscription. */
export async function countAt(
  db: Db,
  school: string,
): Promise<ReadonlyMap<string, { readonly seated: number; readonly waiting: number }>> {
  const rows = (await db('licence_seat')
    .where({ school })
    .groupBy('subscription')
    .select('subscription')
    .count({ all: '*', seated: 'seated_at' })) as { subscription: string; all: number; seated: number }[];
  return new Map(
    rows.map(({ subscription, all, seated }) => [
      subscription,
      { seated: Number(seated), waiting: Number(all) - Number(seated) },
    ]),
  );
}

/** The seats that some persons have of a subscription, at whatever school. */
export async function seatsOfPersons(db: Db, subscription: string, persons: readonly string[]): Promise<Seat[]> {
  const rows: SeatRow[] = [];
  for (const piece of inPieces([...new Set(persons)]))
    rows.push(...((await db('licence_seat').where({ subscription }).whereIn('person', piece)) as SeatRow[]));
  return rows.map(toSeat);
}

export async function insertSeats(tx: Db, seats: readonly Seat[]): Promise<void> {
  const rows = seats.map(({ wantedAt, seatedAt, ...seat }) => ({ ...seat, wanted_at: wantedAt, seated_at: seatedAt }));
  for (const piece of inPieces(rows)) await tx('licence_seat').insert(piece);
}

/** Writes what has become of seats that are there: their audience, and since when they are seated. */
export async function updateSeats(tx: Db, seats: readonly Seat[]): Promise<void> {
  const alike = new Map<string, Seat[]>();
  for (const seat of seats) {
    const name = JSON.stringify([seat.subscription, seat.school, seat.audience, seat.seatedAt]);
    const same = alike.get(name);
    if (same) same.push(seat);
    else alike.set(name, [seat]);
  }
  for (const same of alike.values()) {
    const { subscription, school, audience, seatedAt } = same[0]!;
    for (const piece of inPieces(same.map(({ person }) => person)))
      await tx('licence_seat')
        .where({ subscription, school })
        .whereIn('person', piece)
        .update({ audience, seated_at: seatedAt });
  }
}

export async function deleteSeats(
  tx: Db,
  where: { readonly subscription: string; readonly school: string },
  persons: readonly string[],
): Promise<void> {
  for (const piece of inPieces(persons)) await tx('licence_seat').where(where).whereIn('person', piece).delete();
}

/** What the seats of a subscription at a school were made out from. */
export interface Settlement {
  readonly subscription: string;
  readonly school: string;
  /** Of the school's facts. */
  readonly revision: number;
  /** When the subscription was last written, and the school's levels. */
  readonly subscriptionChanged: number;
  readonly levelsChanged: number;
  /** When a membership begins or ends by its date. */
  readonly dueAt: number | null;
}

export async function noteSettlement(tx: Db, one: Settlement): Promise<void> {
  const { subscription, school, revision } = one;
  await tx('licence_settlement')
    .insert({
      subscription,
      school,
      revision,
      subscription_changed: one.subscriptionChanged,
      levels_changed: one.levelsChanged,
      due_at: one.dueAt,
    })
    .onConflict(['subscription', 'school'])
    .merge();
}

/** From what the seats of a subscription at a school were made out; nothing before anything was given there. */
export async function settlementOf(
  db: Db,
  where: { readonly subscription: string; readonly school: string },
): Promise<Settlement | undefined> {
  const row = (await db('licence_settlement').where(where).first()) as SettlementRow | undefined;
  return row && toSettlement(row);
}

/** Every subscription and school where something stands or somebody has a seat, as they were settled; in order. */
export async function settlements(db: Db, where: { readonly school?: string } = {}): Promise<Settlement[]> {
  const rows = (await db('licence_settlement').where(where).orderBy(['subscription', 'school'])) as SettlementRow[];
  return rows.map(toSettlement);
}

/** There is nothing to follow at a school any more. */
export async function forgetSettlement(
  tx: Db,
  where: { readonly subscription: string; readonly school: string },
): Promise<void> {
  await tx('licence_settlement').where(where).delete();
}

interface SettlementRow {
  subscription: string;
  school: string;
  revision: number;
  subscription_changed: number;
  levels_changed: number;
  due_at: number | null;
}

function toSettlement({ subscription_changed, levels_changed, due_at, ...row }: SettlementRow): Settlement {
  return { ...row, subscriptionChanged: subscription_changed, levelsChanged: levels_changed, dueAt: due_at };
}

function toAssignment(row: AssignmentRow): Assignment {
  const { id, subscription, school, kind, target, audience, given_by, given_at } = row;
  return {
    id,
    subscription,
    school,
    target: { kind, key: target },
    audience,
    givenBy: given_by,
    givenAt: given_at,
  };
}

function toSeat({ wanted_at, seated_at, ...seat }: SeatRow): Seat {
  return { ...seat, wantedAt: wanted_at, seatedAt: seated_at };
}
