// Who does not want to be known to which publisher: their choice once for all schools, and the facts that follow it.
import { offersOf } from '../directory/offers.ts';
import { holdersOf, joinedTo, recordsOf } from '../directory/persons.ts';
import {
  currentFacts,
  factsNaming,
  lockSchool,
  type NewFact,
  type Outcome,
  replaceFacts,
  revisionsOf,
} from '../facts/facts.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';
import { listResources } from './records/resources.ts';

/** One refusal: a person may have their own, and those who represent them theirs, each to be taken back by whose it is. */
export interface Decline {
  readonly person: string;
  /** SIREN_ISNI. */
  readonly publisher: string;
  /** The person, or who represents them. */
  readonly by: string;
  /** UTC milliseconds. */
  readonly since: number;
}

/** Writes a choice; false when the same was made before by the same. */
export async function writeDecline(tx: Db, { person, publisher, by, since }: Decline): Promise<boolean> {
  // whoever holds several records has chosen for each: the choice stays with all of them if they are told apart again
  const rows = (await recordsOf(tx, person)).map((record) => ({ person: record, publisher, by, since }));
  const written = await tx('publisher_decline')
    .insert(rows)
    .onConflict(['person', 'publisher', 'by'])
    .ignore()
    .returning('person');
  return written.length > 0;
}

/** Takes back what some have chosen; false when they had chosen nothing. */
export async function removeDecline(
  tx: Db,
  { person, publisher, by }: Pick<Decline, 'person' | 'publisher'> & { readonly by: readonly string[] },
): Promise<boolean> {
  const records = await recordsOf(tx, person);
  const whose = by.includes(person) ? [...by, ...records] : [...by];
  const gone = await tx('publisher_decline')
    .whereIn('person', records)
    .where({ publisher })
    .whereIn('by', whose)
    .delete();
  return gone > 0;
}

/** Who chose, of whom, that publishers do not know a person: what was chosen for a record that was joined to them, too. */
export async function declinesOf(db: Db, person: string): Promise<Decline[]> {
  const records = await recordsOf(db, person);
  const rows = (await db('publisher_decline').whereIn('person', records).orderBy(['publisher', 'since'])) as Decline[];
  const once = new Map<string, Decline>();
  for (const row of rows) {
    const by = records.includes(row.by) ? person : row.by;
    const name = JSON.stringify([row.publisher, by]);
    if (!once.has(name)) once.set(name, { person, publisher: row.publisher, by, since: Number(row.since) });
  }
  return [...once.values()];
}

/** How many persons do not want to be known to each publisher: once each, whatever records were joined to theirs. */
export async function declineCounts(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = (await db('publisher_decline').distinct('publisher', 'person')) as Pick<
    Decline,
    'publisher' | 'person'
  >[];
  const holders = await holdersOf(
    db,
    rows.map(({ person }) => person),
  );
  const persons = new Map<string, Set<string>>();
  for (const { publisher, person } of rows) {
    const known = persons.get(publisher) ?? new Set();
    persons.set(publisher, known.add(holders.get(person) ?? person));
  }
  return new Map([...persons].map(([publisher, known]) => [publisher, known.size]));
}

/** Where somebody stands in a school: what a licence can rest on. */
const standing = ['attends', 'post', 'heads', 'deputises'] as const;

/**
 * Makes the facts of a school say what its members have chosen, for all that is offered there: to newcomers, and to what
 * is newly offered, too. Writes nothing when nothing has changed.
 */
export async function settleDeclines(
  tx: Db,
  { school, at, by }: { school: string; at: number; by: string },
): Promise<Outcome> {
  await lockSchool(tx, school);
  const wanted = await wantedAt(tx, school, at);
  return replaceFacts(tx, { school, at, source: 'local', actor: by, relations: ['declines'], wanted });
}

/** The revisions at which schools were settled by this process: one that has not moved needs nothing. */
export type Settled = Map<string, number>;

/** Settles the schools of those who declined, wherever something has happened since; how many changed. */
export async function settleAllDeclines(
  db: Db,
  { settled, at, stop }: { settled: Settled; at: number; stop?: AbortSignal | undefined },
): Promise<number> {
  const records = ((await db('publisher_decline').distinct('person')) as { person: string }[]).map((row) => row.person);
  const persons = [...records, ...(await holdersOf(db, records)).values()];
  const schools = new Set<string>();
  for (const piece of inPieces(persons)) {
    const stands = await factsNaming(db, 'subject', piece, { relations: [...standing, 'declines'], endingAfter: at });
    for (const { school } of stands) schools.add(school);
  }
  let changed = 0;
  const revisions = await revisionsOf(db, [...schools]);
  for (const school of [...schools].sort()) {
    if (stop?.aborted) break;
    if (settled.get(school) === revisions.get(school)) continue;
    const outcome = await inTransaction(db, (tx) => settleDeclines(tx, { school, at, by: 'system' }));
    settled.set(school, outcome.revision);
    if (outcome.begun + outcome.ended > 0) changed += 1;
  }
  return changed;
}

async function wantedAt(tx: Db, school: string, at: number): Promise<NewFact[]> {
  if (!(await tx('publisher_decline').first('person'))) return [];
  const offers = await offersOf(tx, { school });
  if (offers.length === 0) return [];
  const resources = await listResources(tx, { ids: [...new Set(offers.map(({ resource }) => resource))] });
  const publishers = new Map(resources.map(({ id, publisher }) => [id, publisher.id]));
  const members = await currentFacts(tx, { school, relations: standing, endingAfter: at });
  const declined = await declinesAmong(tx, [...new Set(members.map(({ subject }) => subject))]);
  return declined.flatMap(({ person, publisher }) =>
    offers
      .filter(({ resource }) => publishers.get(resource) === publisher)
      .map(({ id }) => ({ relation: 'declines', subject: person, object: id }) as const),
  );
}

/** Which publishers are not to know some persons, each said once, whoever chose. */
export async function declinesAmong(
  tx: Db,
  persons: readonly string[],
): Promise<Pick<Decline, 'person' | 'publisher'>[]> {
  const holders = await joinedTo(tx, persons);
  const found = new Map<string, Pick<Decline, 'person' | 'publisher'>>();
  for (const piece of inPieces([...persons, ...holders.keys()])) {
    const rows = (await tx('publisher_decline').whereIn('person', piece)) as Decline[];
    for (const row of rows) {
      const person = holders.get(row.person) ?? row.person;
      found.set(JSON.stringify([person, row.publisher]), { person, publisher: row.publisher });
    }
  }
  return [...found.values()];
}
