// Joining the records of one person, and telling them apart again exactly.
import type { Relation, Source } from '../facts/catalogue.ts';
import {
  canonical,
  changeFacts,
  type Fact,
  factsNaming,
  lockSchool,
  type NewFact,
  type Properties,
} from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import { type Identity, moveIdentities, recordsOf } from './persons.ts';
import { type FamilyRelation, opens, type RecordFact, replaceRows, rowsOf } from './record-facts.ts';
import { passGate } from './restrictions.ts';

/** What changed hands. */
export interface Handover {
  readonly identities: readonly Identity[];
  /** Keys of the facts that were ended where they stood. */
  readonly facts: readonly number[];
  /** The schools where any did, by UAI. */
  readonly schools: readonly string[];
}

/** Family facts about a person, in any school, as known today, not over at an instant. */
export async function familyFacts(db: Db, person: string, at: number): Promise<Fact[]> {
  const asSubject = { relations: ['guards', 'admitted', 'barred'], endingAfter: at } as const;
  return [
    ...(await factsNaming(db, 'subject', [person], asSubject)),
    ...(await factsNaming(db, 'object', [person], { relations: ['objected'], endingAfter: at })),
  ];
}

/**
 * Gives everything that a record holds of families to a person, in the caller's transaction: identities, and facts in
 * every school concerned. What was until now stays where it was. No delivery runs meanwhile.
 */
export async function joinRecord(
  tx: Db,
  { survivor, record, at, actor }: { survivor: string; record: string; at: number; actor: string },
): Promise<Handover> {
  await passGate(tx, 'restriction');
  const schools = await holdSchools(tx, [survivor, record], at);
  await takeStock(tx, survivor, at);
  await takeStock(tx, record, at);
  const identities = await moveIdentities(tx, { records: await recordsOf(tx, record), from: record, to: survivor });
  const theirs = await familyFacts(tx, record, at);
  const own = await familyFacts(tx, survivor, at);
  for (const school of schools) {
    const end = theirs.filter((fact) => fact.school === school);
    const here = own.filter((fact) => fact.school === school);
    const merged = end.map((fact) => mergedWith(here, fact, { survivor, at }));
    await write(
      tx,
      { school, at, actor },
      merged.flatMap(({ begin }) => begin),
      [...end, ...merged.flatMap(({ replaced }) => replaced)],
    );
  }
  const moved = [...new Set(theirs.map(({ school }) => school))].sort();
  return { identities, facts: theirs.map(({ id }) => id), schools: moved };
}

/**
 * Gives records back to one of them, in the caller's transaction: what each said, and says now, stands there again.
 * A restriction that nobody can tell apart stays on both sides; a permission that nobody can tell apart ends.
 */
export async function separateRecord(
  tx: Db,
  asked: { holder: string; record: string; records: readonly string[]; at: number; actor: string },
): Promise<Handover> {
  const { holder, record, records, at, actor } = asked;
  await passGate(tx, 'restriction');
  const schools = await holdSchools(tx, [holder, record], at);
  await takeStock(tx, holder, at);
  const identities = await moveIdentities(tx, { records, from: holder, to: record });
  const ended: number[] = [];
  for (const person of [holder, record]) {
    const wanted = once(await rowsOf(tx, await recordsOf(tx, person)));
    const present = await familyFacts(tx, person, at);
    for (const school of schools) {
      const here = present.filter((fact) => fact.school === school);
      const due = wanted.filter((row) => row.school === school && row.validTo > at);
      const end = person === holder ? here.filter((fact) => !due.some((row) => saysTheSame(row, fact, at))) : [];
      const begin = due.filter((row) => !here.some((fact) => saysTheSame(row, fact, at)));
      ended.push(...end.map(({ id }) => id));
      await write(
        tx,
        { school, at, actor },
        begin.map((row) => toFact(row, person, at)),
        end,
      );
    }
    if ((await recordsOf(tx, person)).length === 1) await replaceRows(tx, [person], []);
  }
  return { identities, facts: ended, schools };
}

/** Writes down anew what each record of a person says, from what stands now. */
async function takeStock(tx: Db, person: string, at: number): Promise<void> {
  const records = await recordsOf(tx, person);
  const facts = await familyFacts(tx, person, at);
  const before = await rowsOf(tx, records);
  const rows = facts.flatMap((fact) =>
    saidBy(fact, { person, records, before }).map((record) => ({ ...meaningOf(fact, person), record })),
  );
  // of guardians, deliveries have noted who says what: that stands as far as the fact does
  const noted = before.filter((row) => row.relation === 'guards' && facts.some((fact) => isAbout(row, fact, person)));
  await replaceRows(tx, records, [
    ...(records.length > 1 ? noted : []),
    ...rows.filter(({ relation }) => relation !== 'guards' || records.length === 1),
  ]);
}

/** The records of a person that say a fact: those that said so before, wherever the pupil was then. */
function saidBy(
  fact: Fact,
  { person, records, before }: { person: string; records: readonly string[]; before: readonly RecordFact[] },
): readonly string[] {
  if (records.length === 1) return records;
  const { relation, other, properties } = meaningOf(fact, person);
  const known = before.filter(
    (row) => row.relation === relation && row.other === other && row.properties === properties,
  );
  if (known.length > 0) return [...new Set(known.map(({ record }) => record))];
  return opens(relation) ? [] : records;
}

/** A fact of a record as the survivor's; what the survivor has already is not said twice. */
function mergedWith(
  own: readonly Fact[],
  fact: Fact,
  { survivor, at }: { survivor: string; at: number },
): { begin: Fact[]; replaced: Fact[] } {
  const moved: Fact = { ...fact, validFrom: Math.max(at, fact.validFrom), [parentEnd(fact.relation)]: survivor };
  const same = own.filter(
    (one) => identityOf(one) === identityOf(moved) && one.validFrom <= moved.validTo && moved.validFrom <= one.validTo,
  );
  if (same.some((one) => one.validFrom <= moved.validFrom && moved.validTo <= one.validTo))
    return { begin: [], replaced: [] };
  const all = [moved, ...same];
  const validFrom = Math.min(...all.map((one) => one.validFrom));
  const validTo = Math.max(...all.map((one) => one.validTo));
  return { begin: [{ ...moved, validFrom, validTo }], replaced: same };
}

/** Ends and begins facts of one school: one change for each source that is written. What begins, begins now at the earliest. */
async function write(
  tx: Db,
  { school, at, actor }: { school: string; at: number; actor: string },
  begin: readonly (NewFact & { readonly source: Source })[],
  end: readonly Fact[],
): Promise<void> {
  const ended = [...new Map(end.map((fact) => [fact.id, fact])).values()];
  const sources = [...new Set([...begin, ...ended].map(({ source }) => source))].sort();
  for (const source of sources)
    await changeFacts(tx, {
      school,
      at,
      source,
      actor,
      end: ended.filter((fact) => fact.source === source),
      begin: begin
        .filter((fact) => fact.source === source)
        .map((fact) => ({ ...fact, validFrom: Math.max(at, fact.validFrom ?? at) })),
    });
}

/** The schools where something stands of several persons, each held, in the order of their UAI. */
async function holdSchools(tx: Db, persons: readonly string[], at: number): Promise<string[]> {
  const schools = new Set<string>();
  for (const person of persons) {
    for (const { school } of await familyFacts(tx, person, at)) schools.add(school);
    for (const { school } of await rowsOf(tx, await recordsOf(tx, person))) schools.add(school);
  }
  const held = [...schools].sort();
  for (const school of held) await lockSchool(tx, school);
  return held;
}

function parentEnd(relation: Relation): 'subject' | 'object' {
  return relation === 'objected' ? 'object' : 'subject';
}

function meaningOf(fact: Fact, person: string): Omit<RecordFact, 'record'> {
  const { school, source, validFrom, validTo } = fact;
  const relation = fact.relation as FamilyRelation;
  const other = fact.subject === person ? fact.object : fact.subject;
  return { school, source, relation, other, properties: canonical(fact.properties), validFrom, validTo };
}

function isAbout(row: RecordFact, fact: Fact, person: string): boolean {
  const { school, source, relation, other } = meaningOf(fact, person);
  return row.school === school && row.source === source && row.relation === relation && row.other === other;
}

function saysTheSame(row: RecordFact, fact: Fact, at: number): boolean {
  const other = parentEnd(row.relation) === 'subject' ? fact.object : fact.subject;
  return (
    row.relation === fact.relation &&
    row.other === other &&
    row.source === fact.source &&
    row.properties === canonical(fact.properties) &&
    row.validTo === fact.validTo &&
    Math.max(row.validFrom, at) === Math.max(fact.validFrom, at)
  );
}

function toFact(row: RecordFact, person: string, at: number): NewFact & { source: Source } {
  const { relation, other, source, properties, validFrom, validTo } = row;
  const ends =
    parentEnd(relation) === 'subject' ? { subject: person, object: other } : { subject: other, object: person };
  return {
    relation,
    ...ends,
    source,
    properties: JSON.parse(properties) as Properties,
    validFrom: Math.max(at, validFrom),
    validTo,
  };
}

/** Two records that say the same say it once. */
function once(rows: readonly RecordFact[]): RecordFact[] {
  const said = new Map<string, RecordFact>();
  for (const row of rows) {
    const name = JSON.stringify([row.school, row.source, row.relation, row.other, row.properties]);
    const before = said.get(name);
    const validFrom = Math.min(row.validFrom, before?.validFrom ?? row.validFrom);
    said.set(name, { ...row, validFrom, validTo: Math.max(row.validTo, before?.validTo ?? row.validTo) });
  }
  return [...said.values()];
}

function identityOf({ relation, source, subject, object, properties }: Fact): string {
  return JSON.stringify([relation, source, subject, object, canonical(properties)]);
}
