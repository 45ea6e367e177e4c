// The spine: one table of dated facts (who - relation - what), with two times, and a revision per school.
import type { Knex } from 'knex';
import { rowsOf, type Source as Sql, type Value } from '../storage/statements.ts';
import { type Db, FOREVER, inPieces, inTransaction } from '../storage/storage.ts';
import { isReflexive, type Relation, type Source } from './catalogue.ts';
import { announce } from './news.ts';
import { builtIn, carried, dependents, falling, foundations, groundsOf, shakenIn } from './standing.ts';

/** The tables of the spine, for the other files that know them: paths.ts, snapshots.ts and closing.ts. */
export const spine = { facts: 'fact', heads: 'fact_head', revisions: 'fact_revision' } as const;

/** The revision that has no end: a fact known until it says otherwise. */
export const STILL_KNOWN = Number.MAX_SAFE_INTEGER;

/** What a fact says besides its ends; part of its identity. */
export type Properties = Readonly<Record<string, string | number | boolean>>;

/** A row of the table. Intervals are half-open; `valid*` are UTC milliseconds, `known*` revisions of the school. */
export interface Fact {
  readonly id: number;
  readonly school: string;
  readonly relation: Relation;
  readonly subject: string;
  readonly object: string;
  readonly validFrom: number;
  readonly validTo: number;
  readonly knownFrom: number;
  readonly knownTo: number;
  readonly source: Source;
  readonly actor: string;
  readonly properties: Properties;
}

/** A fact to begin. `validFrom` defaults to the change's instant, `validTo` to no end. */
export interface NewFact {
  readonly relation: Relation;
  readonly subject: string;
  readonly object: string;
  readonly properties?: Properties;
  readonly validFrom?: number;
  readonly validTo?: number;
}

export interface Change {
  readonly school: string;
  /** Now, UTC milliseconds: the end of what ends, the start of what begins, and the revision's instant. */
  readonly at: number;
  readonly source: Source;
  /** Who makes it: a person, a module, or a delivery. */
  readonly actor: string;
  readonly begin?: readonly NewFact[];
  /** Facts to end, as read from the table. One that had not begun yet is withdrawn whole. */
  readonly end?: readonly Fact[];
}

export interface Outcome {
  /** The school's revision after the change; unchanged when nothing was written. */
  readonly revision: number;
  readonly begun: number;
  readonly ended: number;
}

const COLUMNS =
  'id, school, relation, subject, object, valid_from, valid_to, known_from, known_to, source, actor, properties';

interface Row {
  id: number;
  school: string;
  relation: Relation;
  subject: string;
  object: string;
  valid_from: number;
  valid_to: number;
  known_from: number;
  known_to: number;
  source: Source;
  actor: string;
  properties: string;
}

/**
 * Ends and begins facts of one school, at one new revision, in the caller's transaction or in one of its own.
 * A row is never rewritten but to close it: ending a fact closes its row and adds one with the shorter validity.
 * What stands on other facts ends with the last of them, in the same change (see standing.ts): of such facts, none begins
 * for who has nothing to stand on, and none lasts longer.
 */
export async function changeFacts(tx: Db, change: Change): Promise<Outcome> {
  if (!tx.isTransaction) return inTransaction(tx, (inside) => changeFacts(inside, change));
  const { school, at, source, actor } = change;
  if (!change.begin?.length && !change.end?.length)
    return { revision: await revisionOf(tx, school), begun: 0, ended: 0 };
  await lockSchool(tx, school);
  const { begin, end, cut } = await standing(tx, change);
  if (begin.length === 0 && end.length === 0) return { revision: await revisionOf(tx, school), begun: 0, ended: 0 };
  const revision = await nextRevision(tx, change);
  const rows: Omit<Row, 'id'>[] = [];
  const known = { known_from: revision, known_to: STILL_KNOWN };
  for (const piece of inPieces(end))
    await tx('fact')
      .whereIn(
        'id',
        piece.map((fact) => fact.id),
      )
      .update({ known_to: revision });
  for (const fact of end) {
    const validTo = Math.min(cut.get(fact.id) ?? at, fact.validTo);
    if (fact.validFrom < validTo) rows.push({ ...toRow(fact), ...known, valid_to: validTo, actor });
  }
  for (const fact of begin) rows.push({ ...beginning(fact, { school, at }), ...known, source, actor });
  for (const piece of inPieces(rows)) await tx('fact').insert(piece);
  return { revision, begun: begin.length, ended: end.length };
}

function beginning(fact: NewFact, { school, at }: Pick<Change, 'school' | 'at'>) {
  const { relation, subject, object, validFrom = at, validTo = FOREVER, properties = {} } = fact;
  if (isReflexive(relation) && subject !== object) throw new Error(`expected a condition of \`${subject}\` itself`);
  return {
    school,
    relation,
    subject,
    object,
    valid_from: validFrom,
    valid_to: validTo,
    properties: canonical(properties),
  };
}

/** A change with what follows from it: what stands on other facts, cut to what is left of them. */
async function standing(tx: Db, { school, at, begin = [], end = [] }: Change) {
  const cut = new Map<number, number>();
  const shaken = shakenIn(end);
  const built = builtIn(begin);
  if (shaken.length + built.length === 0) return { begin, end, cut };
  const gone = new Set(end.map(({ id }) => id));
  const kept = async (subjects: readonly string[], relations: readonly Relation[]) =>
    (await factsNaming(tx, 'subject', subjects, { relations, endingAfter: at })).filter(
      (fact) => fact.school === school && !gone.has(fact.id),
    );
  const grounds = groundsOf([...(await kept([...shaken, ...built], foundations)), ...begin], at);
  const fallen = falling(await kept(shaken, dependents), grounds, at);
  for (const { fact, until = at } of fallen) cut.set(fact.id, until);
  return { begin: carried(begin, grounds, at), end: [...end, ...fallen.map(({ fact }) => fact)], cut };
}

/**
 * Makes the changes of one school follow each other, from here to the end of the transaction: what is read after this
 * and decides a change cannot be changed by another one meanwhile. (SQLite transactions follow each other anyway.)
 */
export async function lockSchool(tx: Db, school: string): Promise<void> {
  await tx('fact_head').insert({ school, revision: 0 }).onConflict('school').ignore();
  await tx('fact_head').where({ school }).forUpdate().first();
}

/**
 * Makes the facts of one school, source and list of relations be exactly `wanted` from `at` on:
 * what is missing begins, what is no longer wanted ends, what is there already is left alone (zero writes).
 */
export async function replaceFacts(
  tx: Db,
  change: Omit<Change, 'begin' | 'end'> & { relations: readonly Relation[]; wanted: readonly NewFact[] },
): Promise<Outcome> {
  const { relations, wanted: said, ...rest } = change;
  // as far as it will stand, so that saying it again writes nothing
  const { begin: wanted } = await standing(tx, { ...rest, begin: said });
  const live = await currentFacts(tx, { school: rest.school, relations, source: rest.source, endingAfter: rest.at });
  const present = new Map(live.map((fact) => [identity(fact), fact]));
  const kept = new Set<string>();
  const begin: NewFact[] = [];
  // a fact is said once: of two that say the same, one goes
  const end = live.filter((fact) => present.get(identity(fact)) !== fact);
  for (const fact of wanted) {
    const key = identity(fact);
    if (kept.has(key)) continue;
    kept.add(key);
    const before = present.get(key);
    if (before && isSameFrom(rest.at, before, fact)) continue;
    if (before) end.push(before);
    // the row of before says what was until now
    begin.push(
      before && before.validFrom < rest.at ? { ...fact, validFrom: Math.max(rest.at, fact.validFrom ?? 0) } : fact,
    );
  }
  for (const [key, fact] of present) if (!kept.has(key)) end.push(fact);
  return changeFacts(tx, { ...rest, begin, end });
}

/** Whether a fact says the same as a wanted one from an instant on; what was before is history, and stays. */
function isSameFrom(at: number, before: Fact, { validFrom = at, validTo = FOREVER }: NewFact): boolean {
  return Math.max(before.validFrom, at) === Math.max(validFrom, at) && before.validTo === validTo;
}

/** The facts of a school as known today, or at a revision of it; still valid after an instant (all when not given). */
export async function currentFacts(
  db: Db,
  where: {
    school: string;
    relations?: readonly Relation[];
    source?: Source;
    subject?: string;
    object?: string;
    endingAfter?: number;
    knownAt?: number | undefined;
  },
): Promise<Fact[]> {
  const query = db<Row>('fact').where({ school: where.school }).orderBy('id');
  if (where.knownAt === undefined) query.where('known_to', STILL_KNOWN);
  else query.where('known_from', '<=', where.knownAt).where('known_to', '>', where.knownAt);
  if (where.relations) query.whereIn('relation', [...where.relations]);
  if (where.source) query.where('source', where.source);
  if (where.subject !== undefined) query.where('subject', where.subject);
  if (where.object !== undefined) query.where('object', where.object);
  if (where.endingAfter !== undefined) query.where('valid_to', '>', where.endingAfter);
  return ((await query) as Row[]).map(toFact);
}

/** The rows that a revision of a school opened or closed: what that change was about. */
export async function changedAt(db: Db, school: string, revision: number): Promise<Fact[]> {
  const opened = { school, known_to: STILL_KNOWN, known_from: revision };
  const rows = (await db('fact').where(opened).orWhere({ school, known_to: revision }).orderBy('id')) as Row[];
  return rows.map(toFact);
}

/** Facts about a person (or anything else), in any school, live at an instant as known today. `end` says which side it stands on. */
export async function factsAbout(
  source: Sql,
  end: 'subject' | 'object',
  key: string,
  at: number,
  relations: readonly Relation[],
): Promise<Fact[]> {
  const sql = `select ${COLUMNS} from fact where ${end} = ? and relation in (${relations.map(() => '?').join(', ')})
    and known_to = ? and valid_from <= ? and valid_to > ? order by id`;
  return (await rowsOf<Row>(source, sql, [key, ...relations, STILL_KNOWN, at, at])).map(toFact);
}

/** Counts, in a statement on the accounts of persons, the facts of each; bind the relations, then `STILL_KNOWN` and the instant twice. */
export function countOfFacts(relations: readonly Relation[]): { readonly sql: string; values(at: number): Value[] } {
  return {
    sql: `(select count(*) from fact where fact.subject = account.person
      and fact.relation in (${relations.map(() => '?').join(', ')})
      and fact.known_to = ? and fact.valid_from <= ? and fact.valid_to > ?)`,
    values: (at) => [...relations, STILL_KNOWN, at, at],
  };
}

/** Facts that name any of several persons (or other things) on one side, in any school, as known today, not over at an instant. */
export async function factsNaming(
  db: Db,
  end: 'subject' | 'object',
  keys: readonly string[],
  where: { readonly relations: readonly Relation[]; readonly endingAfter: number },
): Promise<Fact[]> {
  const found: Row[] = [];
  for (const piece of inPieces([...new Set(keys)]))
    found.push(
      ...((await db<Row>('fact')
        .whereIn(end, piece)
        .whereIn('relation', [...where.relations])
        .where('known_to', STILL_KNOWN)
        .where('valid_to', '>', where.endingAfter)
        .orderBy('id')) as Row[]),
    );
  return found.map(toFact);
}

/**
 * Selects the keys that a relation leads from at a school, live at an instant as known today: for use inside another
 * statement, whatever their number.
 */
export function subjectsAt(
  db: Db,
  { relation, school, at }: { relation: Relation; school: string; at: number },
): Knex.QueryBuilder {
  return db('fact')
    .where({ school, relation, known_to: STILL_KNOWN })
    .where('valid_from', '<=', at)
    .where('valid_to', '>', at)
    .select('subject');
}

/** Facts by key, in the order asked; keys that are not there are left out. */
export async function factsByKey(db: Db, ids: readonly number[]): Promise<Fact[]> {
  const found = new Map<number, Fact>();
  for (const piece of inPieces([...new Set(ids)]))
    for (const row of (await db<Row>('fact').whereIn('id', piece)) as Row[]) found.set(Number(row.id), toFact(row));
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** The revision a school is at: 0 before its first fact. */
export async function revisionOf(db: Db, school: string): Promise<number> {
  const row = await db('fact_revision').where({ school }).max({ revision: 'revision' }).first();
  return Number(row?.revision ?? 0);
}

/** The revisions of schools that have one, by UAI. */
export async function revisionsOf(db: Db, schools: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const piece of inPieces([...new Set(schools)])) {
    const rows: { school: string; revision: number }[] = await db('fact_head').whereIn('school', piece);
    for (const { school, revision } of rows) found.set(school, Number(revision));
  }
  return found;
}

/** The revision a school was at, at an instant: what "as enforced then" goes by. */
export async function revisionAt(db: Db, school: string, at: number): Promise<number> {
  const row = await db('fact_revision').where({ school }).where('at', '<=', at).max({ revision: 'revision' }).first();
  return Number(row?.revision ?? 0);
}

/** What makes two facts the same one; written as JSON, so that no value can imitate a boundary. */
function identity(fact: Pick<NewFact, 'relation' | 'subject' | 'object' | 'properties'>): string {
  return JSON.stringify([fact.relation, fact.subject, fact.object, canonical(fact.properties ?? {})]);
}

/** Properties as they are kept and compared, in whatever order they were said. */
export function canonical(properties: Properties): string {
  return JSON.stringify(Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Takes the next revision of a school that is held: two changes of one school follow each other. */
async function nextRevision(tx: Db, change: Change): Promise<number> {
  const { school, at, source, actor } = change;
  await announce(tx, school);
  await tx('fact_head').where({ school }).increment('revision', 1);
  const { revision } = await tx('fact_head').where({ school }).first('revision');
  await tx('fact_revision').insert({
    school,
    revision,
    at: Math.max(at, await lastInstant(tx, school)),
    source,
    actor,
  });
  return revision;
}

/** Revisions are stamped in order, even when a delivery is dated before the last change. */
async function lastInstant(tx: Db, school: string): Promise<number> {
  const row = await tx('fact_revision').where({ school }).max({ at: 'at' }).first();
  return Number(row?.at ?? 0);
}

function toFact(row: Row): Fact {
  return {
    id: row.id,
    school: row.school,
    relation: row.relation,
    subject: row.subject,
    object: row.object,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    knownFrom: row.known_from,
    knownTo: row.known_to,
    source: row.source,
    actor: row.actor,
    properties: JSON.parse(row.properties),
  };
}

function toRow(fact: Fact): Omit<Row, 'id'> {
  return {
    school: fact.school,
    relation: fact.relation,
    subject: fact.subject,
    object: fact.object,
    valid_from: fact.validFrom,
    valid_to: fact.validTo,
    known_from: fact.knownFrom,
    known_to: fact.knownTo,
    source: fact.source,
    actor: fact.actor,
    properties: canonical(fact.properties),
  };
}
