// What each record of a person with several says of families: noted at joins and at every delivery, in a table of its own.
import type { Relation, Source } from '../facts/catalogue.ts';
import { type Db, inPieces } from '../storage/storage.ts';
import { listIdentities, recordsNamed } from './persons.ts';

const TABLE = 'record_fact';

/** What a family is made of: who represents a pupil, and what is recorded about that. */
export type FamilyRelation = Extract<Relation, 'guards' | 'admitted' | 'barred' | 'objected'>;

/** What one record of a person says: the parent's side of a family fact. `properties` are canonical JSON. */
export interface RecordFact {
  readonly record: string;
  readonly school: string;
  readonly source: Source;
  readonly relation: FamilyRelation;
  /** The pupil, or the logbook, at the other end. */
  readonly other: string;
  readonly properties: string;
  /** UTC milliseconds; what a delivery does not date has been so since ever. */
  readonly validFrom: number;
  readonly validTo: number;
}

/** Whether a relation opens something, or closes it. */
export function opens(relation: FamilyRelation): boolean {
  return relation === 'guards' || relation === 'admitted';
}

/** The pupils that a record represents, by what it says itself; for a person who holds several. */
export async function pupilsOfRecord(
  db: Db,
  record: string,
  at: number,
): Promise<{ readonly child: string; readonly school: string }[]> {
  const rows = await rowsOf(db, [record]);
  const live = rows.filter(({ relation, validFrom, validTo }) => opens(relation) && validFrom <= at && at < validTo);
  return live.map(({ other, school }) => ({ child: other, school }));
}

/** The joined records that say something at a school. */
export async function recordsAt(db: Db, school: string): Promise<string[]> {
  const rows: { record: string }[] = await db(TABLE).where({ school }).distinct('record').orderBy('record');
  return rows.map(({ record }) => record);
}

/** What a delivery says of guardians, by their external ids. */
export interface DeliveredGuardian {
  readonly guardian: string;
  /** The key of the pupil. */
  readonly child: string;
  readonly validFrom?: number | undefined;
  readonly validTo: number;
}

/** Writes down which record of a person with several a delivery calls guardian of whom. `silent` pupils stay as they are. */
export async function noteDelivered(
  tx: Db,
  where: { readonly school: string; readonly academy: string; readonly source: Source },
  { guardians, silent }: { guardians: readonly DeliveredGuardian[]; silent: ReadonlySet<string> },
): Promise<void> {
  const { school, academy, source } = where;
  const records = await recordsNamed(
    tx,
    academy,
    guardians.map(({ guardian }) => guardian),
  );
  const before = (await tx(TABLE).where({ school, source, relation: 'guards' })).map(fromRow);
  if (records.size === 0 && before.length === 0) return;
  const said = guardians.flatMap(({ guardian, child: other, validFrom = 0, validTo }): RecordFact[] => {
    const record = records.get(guardian);
    return record ? [{ record, school, source, relation: 'guards', other, properties: '{}', validFrom, validTo }] : [];
  });
  const after = [...said, ...before.filter(({ other }) => silent.has(other))];
  if (JSON.stringify(sorted(before)) === JSON.stringify(sorted(after))) return;
  await tx(TABLE).where({ school, source, relation: 'guards' }).delete();
  for (const piece of inPieces(after.map(toRow))) await tx(TABLE).insert(piece);
}

/** An external id of each person in an academy: of the record that a school knows, where a person holds several. */
export async function externalIdsAt(
  db: Db,
  { academy, school }: { academy: string; school: string },
  persons: readonly string[],
): Promise<Map<string, string>> {
  const identities = await listIdentities(db, persons, academy);
  const found = new Map(identities.map(({ person, externalId }) => [person, externalId]));
  if (identities.every(({ person, record }) => person === record)) return found;
  const here = new Set(await recordsAt(db, school));
  for (const { person, record, externalId } of identities) if (here.has(record)) found.set(person, externalId);
  return found;
}

/** What some records say. */
export async function rowsOf(db: Db, records: readonly string[]): Promise<RecordFact[]> {
  return sorted((await db(TABLE).whereIn('record', [...records])).map(fromRow));
}

/** Writes what some records say in place of what they said. */
export async function replaceRows(tx: Db, records: readonly string[], rows: readonly RecordFact[]): Promise<void> {
  await tx(TABLE)
    .whereIn('record', [...records])
    .delete();
  for (const piece of inPieces(rows.map(toRow))) await tx(TABLE).insert(piece);
}

function sorted(rows: readonly RecordFact[]): RecordFact[] {
  const name = ({ record, school, source, relation, other, properties, validTo }: RecordFact) =>
    JSON.stringify([record, school, source, relation, other, properties, validTo]);
  return [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

function toRow({ validFrom, validTo, ...row }: RecordFact) {
  return { ...row, valid_from: validFrom, valid_to: validTo };
}

function fromRow(
  row: Omit<RecordFact, 'validFrom' | 'validTo'> & { valid_from: number; valid_to: number },
): RecordFact {
  const { record, school, source, relation, other, properties, valid_from, valid_to } = row;
  return {
    record,
    school,
    source,
    relation,
    other,
    properties,
    validFrom: Number(valid_from),
    validTo: Number(valid_to),
  };
}
