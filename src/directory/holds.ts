// What deliveries respect: a person who is not brought back to a school, an attribute that stays as corrected, or empty.
import type { Relation } from '../facts/catalogue.ts';
import { changeFacts, currentFacts, type Fact, lockSchool } from '../facts/facts.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';
import { passGate } from './restrictions.ts';

const TABLE = 'person_hold';

/** The attributes of a person that may stay otherwise than the state says. */
export type HeldAttribute = 'givenName' | 'familyName' | 'email';

export interface Hold {
  readonly id: string;
  readonly person: string;
  readonly what: 'person' | HeldAttribute;
  /** The UAI of the school to which a person is not brought back; none for an attribute, which every school shares. */
  readonly school: string | null;
  /** What an attribute stays; none when it stays empty. */
  readonly value: string | null;
  /** The request that it comes from. */
  readonly request: string;
  readonly since: number;
  readonly until: number | null;
  /** `agreed`: the state says the same now; `lifted`: the school ended it. */
  readonly endedAs: 'agreed' | 'lifted' | null;
}

interface Row {
  id: string;
  person: string;
  what: Hold['what'];
  school: string | null;
  value: string | null;
  request: string;
  since: number;
  until: number | null;
  ended_as: Hold['endedAs'];
}

interface Cause {
  readonly request: string;
  /** Who decided it. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** What makes a person present at a school, or lets them read there. What closes a right, and archives, stay. */
const presence = [
  'attends',
  'enrolled',
  'guards',
  'admitted',
  'post',
  'teaches',
  'leads',
  'heads',
  'deputises',
  'directs',
  'delegated',
  'secretary',
  'inCharge',
  'opened',
  'owns',
  'granted',
  'substitutes',
] as const satisfies readonly Relation[];

/**
 * Ends a person's presence at a school at once, and keeps deliveries from bringing it back. To be called in a
 * transaction that holds no other school.
 */
export async function withholdPerson(
  tx: Db,
  { person, school, request, by, at }: Cause & { person: string; school: string },
): Promise<void> {
  await passGate(tx, 'restriction');
  await lockSchool(tx, school);
  await insert(tx, { person, what: 'person', school, value: null, request, since: at });
  const where = { school, relations: presence, endingAfter: at };
  const end = new Map<number, Fact>();
  for (const fact of await currentFacts(tx, { ...where, subject: person })) end.set(fact.id, fact);
  for (const fact of await currentFacts(tx, { ...where, object: person })) end.set(fact.id, fact);
  await changeFacts(tx, { school, at, source: 'local', actor: by, end: [...end.values()] });
}

/** Writes an attribute of a person otherwise than the state does, and keeps it so until the state says the same. */
export async function holdAttribute(
  tx: Db,
  {
    person,
    what,
    value,
    request,
    at,
  }: Omit<Cause, 'by'> & { person: string; what: HeldAttribute; value: string | null },
): Promise<void> {
  await passGate(tx, 'restriction');
  await tx(TABLE).where({ person, what, until: null }).update({ until: at, ended_as: 'lifted' });
  await insert(tx, { person, what, school: null, value, request, since: at });
}

/** Ends what a request held; the next delivery brings back what the state says. Returns how many ended. */
export async function liftHolds(tx: Db, request: string, at: number): Promise<number> {
  await passGate(tx, 'restriction');
  return tx(TABLE).where({ request, until: null }).update({ until: at, ended_as: 'lifted' });
}

/** What requests hold, or held, by request. */
export async function holdsOfRequests(db: Db, requests: readonly string[]): Promise<Map<string, Hold>> {
  const found = new Map<string, Hold>();
  for (const piece of inPieces(requests))
    for (const row of (await db(TABLE).whereIn('request', piece).orderBy('since')) as Row[])
      found.set(row.request, toHold(row));
  return found;
}

/** The requests whose effect is held today. */
export async function liveRequestsOfHolds(db: Db): Promise<ReadonlySet<string>> {
  const rows: { request: string }[] = await db(TABLE).where({ until: null }).select('request');
  return new Set(rows.map((row) => row.request));
}

/** What is held today about some persons. */
export async function liveHolds(db: Db, persons: readonly string[]): Promise<Hold[]> {
  const holds: Hold[] = [];
  for (const piece of inPieces([...new Set(persons)]))
    holds.push(...((await db(TABLE).whereIn('person', piece).where({ until: null })) as Row[]).map(toHold));
  return holds;
}

/** Persons who are not brought back to a school. */
export async function withheldAt(tx: Db, school: string): Promise<ReadonlySet<string>> {
  const rows: { person: string }[] = await tx(TABLE).where({ school, what: 'person', until: null }).select('person');
  return new Set(rows.map((row) => row.person));
}

/** What was held against bringing somebody back, since two records were joined, holds for both of them. */
export async function shareHolds(
  tx: Db,
  { from, to, since }: { from: string; to: string; since: number },
): Promise<void> {
  const rows = (await tx(TABLE)
    .where({ person: from, what: 'person', until: null })
    .where('since', '>=', since)) as Row[];
  for (const { id: _id, until: _until, ended_as: _as, ...row } of rows) await insert(tx, { ...row, person: to });
}

/** The state says the same as these holds now: they have served. */
export async function endAgreed(tx: Db, holds: readonly Hold[], at: number): Promise<void> {
  for (const piece of inPieces(holds.map(({ id }) => id)))
    await tx(TABLE).whereIn('id', piece).update({ until: at, ended_as: 'agreed' });
}

async function insert(tx: Db, row: Omit<Row, 'id' | 'until' | 'ended_as'>): Promise<void> {
  await tx(TABLE).insert({ id: newKey(), until: null, ended_as: null, ...row });
}

function toHold({ ended_as, ...row }: Row): Hold {
  return { ...row, endedAs: ended_as };
}
