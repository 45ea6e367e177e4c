// Logbooks: they follow from who teaches what to whom; a module may register others.
import { Refusal } from '../errors.ts';
import { schoolYear } from '../facts/calendar.ts';
import { changeFacts, currentFacts, type NewFact, type Outcome, replaceFacts } from '../facts/facts.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';
import { listAudiences } from './audiences.ts';
import { findSchool, listSchools } from './schools.ts';
import { subjectLabels } from './subjects.ts';

export interface Logbook {
  readonly id: string;
  readonly school: string;
  readonly year: number;
  /** The key of a class or a group. */
  readonly audience: string;
  /** The code of a subject; empty when a class is taught as a whole. */
  readonly subject: string;
  /** The module that registered it, or none when it follows from teaching. */
  readonly client: string | null;
}

/** A logbook by key; `unknown_logbook` when there is none. */
export async function findLogbook(db: Db, id: string): Promise<Logbook> {
  const row = await db('logbook').where({ id }).first();
  if (!row) throw new Refusal('unknown_logbook', `no logbook has the key \`${id}\``);
  return toLogbook(row);
}

/** SQL that gives the `id` and `school` of the logbook whose key an expression gives. */
export function selectLogbook(key: string): string {
  return `select logbook.id as id, logbook.school as school from logbook where logbook.id = ${key}`;
}

/** What a screen needs to name a logbook. */
export interface NamedLogbook extends Logbook {
  readonly schoolName: string;
  readonly audienceKind: 'class' | 'group';
  readonly audienceLabel: string;
  readonly subjectLabel: string;
}

/** Logbooks by key with their names, in the order of school, audience and subject; unknown keys are left out. */
export async function listLogbooks(db: Db, ids: readonly string[]): Promise<NamedLogbook[]> {
  const logbooks: Logbook[] = [];
  for (const piece of inPieces([...new Set(ids)]))
    logbooks.push(...((await db('logbook').whereIn('id', piece)) as Row[]).map(toLogbook));
  const schools = new Map((await listSchools(db, unique(logbooks, 'school'))).map((school) => [school.uai, school]));
  const audiences = new Map((await listAudiences(db, unique(logbooks, 'audience'))).map((one) => [one.id, one]));
  const labels = new Map<string, Map<string, string>>();
  for (const academy of new Set([...schools.values()].map((school) => school.academy)))
    labels.set(academy, await subjectLabels(db, academy, unique(logbooks, 'subject')));
  const named = logbooks.map((logbook): NamedLogbook => {
    const school = schools.get(logbook.school)!;
    const audience = audiences.get(logbook.audience)!;
    return {
      ...logbook,
      schoolName: school.name,
      audienceKind: audience.kind,
      audienceLabel: audience.label,
      subjectLabel: labels.get(school.academy)?.get(logbook.subject) ?? '',
    };
  });
  const order = (one: NamedLogbook) => [one.school, one.audienceLabel, one.subjectLabel, one.id].join('\u0000');
  return named.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function unique<Key extends keyof Logbook>(logbooks: readonly Logbook[], key: Key): Logbook[Key][] {
  return [...new Set(logbooks.map((logbook) => logbook[key]))];
}

/**
 * Makes the logbooks of a school be what its teaching says: one per (audience, subject), kept by all who teach it.
 * A teacher who stops teaching stops keeping; the logbook itself stays.
 */
export async function deriveLogbooks(
  tx: Db,
  change: { school: string; year: number; at: number; actor: string; validTo: number },
): Promise<Outcome> {
  const { school, year, at, actor, validTo } = change;
  const teaching = await currentFacts(tx, { school, relations: ['teaches'], endingAfter: at });
  const present = new Map<string, string>(
    (await tx('logbook').where({ school, year })).map((row) => [`${row.audience} ${row.subject}`, row.id]),
  );
  const created: object[] = [];
  const wanted: NewFact[] = [];
  for (const fact of teaching) {
    const subject = String(fact.properties.subject ?? '');
    let id = present.get(`${fact.object} ${subject}`);
    if (!id) {
      id = newKey();
      present.set(`${fact.object} ${subject}`, id);
      created.push({ id, school, year, audience: fact.object, subject, client: null, created_at: at });
    }
    wanted.push({
      relation: 'owns',
      subject: fact.subject,
      object: id,
      validFrom: Math.max(at, fact.validFrom),
      validTo: fact.validTo,
    });
  }
  for (const [name, id] of present) {
    wanted.push({ relation: 'ofSchool', subject: id, object: school, validTo });
    wanted.push({ relation: 'audience', subject: id, object: name.slice(0, name.indexOf(' ')), validTo });
  }
  for (const piece of inPieces(created)) await tx('logbook').insert(piece);
  const same = { school, at, actor, source: 'derived' } as const;
  const kept = await replaceFacts(tx, { ...same, relations: ['owns', 'ofSchool', 'audience'], wanted });
  const archived = await archiveLogbooks(tx, { ...same, year, kept: wanted });
  return {
    revision: Math.max(kept.revision, archived.revision),
    begun: kept.begun + archived.begun,
    ended: kept.ended + archived.ended,
  };
}

/** How many school years a logbook is kept after its own. */
const KEPT_YEARS = 5;

/**
 * Says where this year's logbooks go when it is over: to the archive of their school, and to those who kept them, even
 * for a part of the year. It is said ahead, as dated facts, so that the year turns by itself, at the school's own instant.
 */
export async function archiveLogbooks(
  tx: Db,
  change: {
    school: string;
    year: number;
    at: number;
    actor: string;
    source: 'derived' | 'module';
    /** The facts of the year that keep, and place, its logbooks. */
    kept: readonly Pick<NewFact, 'relation' | 'subject' | 'object'>[];
  },
): Promise<Outcome> {
  const { year, kept, ...rest } = change;
  const { yearStart, zone } = await findSchool(tx, rest.school);
  const validFrom = schoolYear(year, yearStart, zone).to;
  const validTo = schoolYear(year + KEPT_YEARS, yearStart, zone).to;
  const said = await currentFacts(tx, {
    school: rest.school,
    relations: ['archivedAt', 'authored'],
    endingAfter: validFrom,
  });
  const present = new Set(said.map(({ relation, subject, object }) => `${relation} ${subject} ${object}`));
  const begin = kept.flatMap(({ relation, subject, object }): NewFact[] => {
    if (relation === 'ofSchool') return [{ relation: 'archivedAt', subject, object, validFrom, validTo }];
    return relation === 'owns' ? [{ relation: 'authored', subject, object, validFrom, validTo }] : [];
  });
  return changeFacts(tx, {
    ...rest,
    begin: begin.filter(({ relation, subject, object }) => {
      const name = `${relation} ${subject} ${object}`;
      return !present.has(name) && present.add(name);
    }),
  });
}

/** The one logbook of an audience and a subject in a year, written when there is none yet. */
export async function ensureLogbook(
  tx: Db,
  wanted: Omit<Logbook, 'id'>,
  at: number,
): Promise<{ logbook: Logbook; created: boolean }> {
  const { school, year, audience, subject } = wanted;
  const id = newKey();
  await tx('logbook')
    .insert({ id, ...wanted, created_at: at })
    .onConflict(['school', 'year', 'audience', 'subject'])
    .ignore();
  const row = (await tx('logbook').where({ school, year, audience, subject }).first()) as Row;
  return { logbook: toLogbook(row), created: row.id === id };
}

interface Row {
  id: string;
  school: string;
  year: number;
  audience: string;
  subject: string;
  client: string | null;
}

function toLogbook({ id, school, year, audience, subject, client }: Row): Logbook {
  return { id, school, year, audience, subject, client };
}
