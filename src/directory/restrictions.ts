// Restrictions on a pair of persons follow the pupil: what closes in one school closes in every school attended.
import { changeFacts, type Fact, factsAbout, factsNaming, lockSchool, type Outcome } from '../facts/facts.ts';
import { type Db, onPostgres } from '../storage/storage.ts';

/** A relation between a pupil and another person that holds wherever the pupil is. */
export type PairRelation = 'barred' | 'objected';

const GATE = 71_120_001;

/**
 * Keeps a delivery from bringing a pupil into a school while a restriction on that pupil is being recorded, and the
 * reverse: deliveries pass together, a restriction passes alone. To be taken before any school is locked.
 * (SQLite transactions follow each other anyway.)
 */
export async function passGate(tx: Db, as: 'delivery' | 'restriction'): Promise<void> {
  if (!onPostgres(tx)) return;
  await tx.raw(`select pg_advisory_xact_lock${as === 'delivery' ? '_shared' : ''}(?)`, [GATE]);
}

/** The schools of a pupil, today or soon, by UAI. */
export async function schoolsOfPupil(db: Db, pupil: string, at: number): Promise<string[]> {
  const places = await factsNaming(db, 'subject', [pupil], { relations: ['attends', 'enrolled'], endingAfter: at });
  return [...new Set(places.map((fact) => fact.school))].sort();
}

/** The same, each held to the end of the transaction: nobody is brought into a school, nor out of one, meanwhile. */
export async function holdSchoolsOfPupil(tx: Db, pupil: string, at: number): Promise<string[]> {
  await passGate(tx, 'restriction');
  const schools = await schoolsOfPupil(tx, pupil, at);
  for (const school of schools) await lockSchool(tx, school);
  return schools;
}

/**
 * Writes in a school what other schools hold against those who read through its new pupils. What one of them has
 * admitted there (a decision of its own head) stays there.
 */
export async function carryRestrictions(
  tx: Db,
  change: { readonly school: string; readonly at: number; readonly actor: string; readonly arrived: readonly string[] },
): Promise<Outcome> {
  const { school, at, actor, arrived } = change;
  const barred = await factsNaming(tx, 'object', arrived, { relations: ['barred'], endingAfter: at });
  const objected = await factsNaming(tx, 'subject', arrived, { relations: ['objected'], endingAfter: at });
  const known = [...barred, ...objected];
  const here = new Set(known.filter((fact) => fact.school === school).map(meaningOf));
  const begin = new Map(
    known
      .filter((fact) => fact.school !== school && !here.has(meaningOf(fact)))
      .map((fact) => [meaningOf(fact), { ...fact, validFrom: Math.max(at, fact.validFrom) }]),
  );
  return changeFacts(tx, { school, at, source: 'local', actor, begin: [...begin.values()] });
}

/** The children through whom a person reads nothing: those barred to them, and the adult pupils who object. */
export async function childrenClosedTo(
  db: Db,
  person: string,
  at: number,
): Promise<{ readonly barred: ReadonlySet<string>; readonly objecting: ReadonlySet<string> }> {
  const barred = await factsAbout(db, 'subject', person, at, ['barred']);
  const objected = await factsAbout(db, 'object', person, at, ['objected']);
  return {
    barred: new Set(barred.map((fact) => fact.object)),
    objecting: new Set(objected.map((fact) => fact.subject)),
  };
}

/** Those who read through a pupil in any school, by key, and whether the pupil objects. */
export async function readersThrough(
  db: Db,
  pupil: string,
  at: number,
): Promise<{ readonly person: string; readonly objected: boolean }[]> {
  const guards = await factsAbout(db, 'object', pupil, at, ['guards', 'admitted']);
  const objected = new Set((await factsAbout(db, 'subject', pupil, at, ['objected'])).map((fact) => fact.object));
  const persons = [...new Set(guards.map((fact) => fact.subject))].sort();
  return persons.map((person) => ({ person, objected: objected.has(person) }));
}

function meaningOf({ relation, subject, object, properties, validTo }: Fact): string {
  return JSON.stringify([relation, subject, object, properties, validTo]);
}
