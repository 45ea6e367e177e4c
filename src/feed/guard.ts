// The brake: an export that makes a school lose many persons at once, or vanish, waits for a human.

import { personsKept, personsPresent } from '../directory/directory.ts';
import { listSchools } from '../directory/schools.ts';
import type { Relation } from '../facts/catalogue.ts';
import type { Db } from '../storage/storage.ts';
import { schoolsNamed } from './batches.ts';
import { type Batch, gather } from './delivery.ts';
import { DEPARTURES } from './limits.ts';
import type { Staging } from './staging.ts';

/** A school that the brake holds the batch for. */
export interface Departure {
  readonly school: string;
  /** Persons who have a fact there today. */
  readonly present: number;
  /** Of those, how many are not there any more, or have no class any more; all of them when the school vanishes. */
  readonly leaving: number;
  readonly vanishes: boolean;
}

/** The schools that would lose more than a fifth of their persons, or everyone. Reads only. */
export async function departures(db: Db, staging: Staging, batch: Batch): Promise<Departure[]> {
  const { academy, source, at, degree } = batch;
  const ids = new Map([...batch.schools].map(([id, { uai }]) => [uai, id]));
  const quarantined = await quarantinedSchools(db, staging, batch);
  const held: Departure[] = [];
  for (const school of await listSchools(db)) {
    if (school.academy !== academy || school.degree !== degree || quarantined.has(school.uai)) continue;
    const present = await personsPresent(db, { school: school.uai, academy, source, at });
    if (present.length === 0) continue;
    const id = ids.get(school.uai);
    const stay =
      id === undefined ? new Set<string>() : await staying(db, staging, batch, { id, uai: school.uai, present });
    const leaving = present.filter((person) => !stay.has(person)).length;
    if (id === undefined || leaving > present.length * DEPARTURES)
      held.push({ school: school.uai, present: present.length, leaving, vanishes: id === undefined });
  }
  return held;
}

/** Whom the export still names at a school, in a class if they had one, and whom the records that could not be read keep there. */
async function staying(
  db: Db,
  staging: Staging,
  batch: Batch,
  { id, uai, present }: { id: string; uai: string; present: readonly string[] },
): Promise<ReadonlySet<string>> {
  const { delivery } = await gather(staging, batch, id);
  const { academy, source, at } = batch;
  const placed = new Set(await personsPresent(db, { school: uai, academy, source, at, relations: PLACES }));
  for (const { relation, subject } of delivery.facts)
    if (PLACES.includes(relation) && 'person' in subject) placed.delete(subject.person);
  const silent = await staging.quarantinedAmong(present);
  return new Set([
    ...delivery.persons.map((person) => person.externalId).filter((person) => !placed.has(person)),
    ...(delivery.strangers ?? []),
    ...(await personsKept(db, { uai, academy, source, at, silent })),
  ]);
}

/** What gives a person a class or a group: an export from which these are gone empties a school as surely. */
const PLACES: readonly Relation[] = ['enrolled', 'teaches'];

/** UAIs of the schools whose own record was set aside: they stay as they are. */
async function quarantinedSchools(db: Db, staging: Staging, batch: Batch): Promise<ReadonlySet<string>> {
  const ids = await staging.quarantinedIds('EtabEducNat');
  if (ids.length === 0) return new Set();
  const named = await schoolsNamed(db, batch);
  return new Set(ids.flatMap((id) => named.get(id) ?? []));
}
