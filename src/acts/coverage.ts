// Which logbooks a request to inspect covers: those that the named teachers keep, or kept in earlier years where it says so, and
// those of the named classes; in the inspector's specialty.
import { listLogbooks, type NamedLogbook } from '../directory/logbooks.ts';
import { Refusal } from '../errors.ts';
import { type Fact, factsAbout, factsNaming } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import type { Target } from './inspection-records.ts';

/** What a request names, at an instant. */
export interface Named {
  readonly school: string;
  readonly targets: readonly Target[];
  readonly at: number;
}

export interface Covered {
  readonly logbook: NamedLogbook;
  readonly owners: readonly string[];
}

/** The specialties for which an inspector may ask at a school; empty text for all subjects, no entry for no right to ask. */
export async function specialtiesOf(db: Db, inspector: string, school: string, at: number): Promise<string[]> {
  return [...new Set((await territoryOf(db, inspector, school, at)).map(specialtyOf))].sort();
}

/** Until when an inspector may read there what is of a subject: nothing outlives the territory. */
export async function territoryEnds(
  db: Db,
  { inspector, school, at }: { inspector: string; school: string; at: number },
): Promise<(subject: string) => number> {
  const facts = await territoryOf(db, inspector, school, at);
  return (subject) =>
    Math.max(...facts.filter((fact) => ['', subject].includes(specialtyOf(fact))).map(({ validTo }) => validTo));
}

async function territoryOf(db: Db, inspector: string, school: string, at: number): Promise<Fact[]> {
  const live = await factsAbout(db, 'subject', inspector, at, ['territory']);
  return live.filter((fact) => fact.school === school && fact.object === school);
}

function specialtyOf({ properties }: Fact): string {
  return String(properties.specialty ?? '');
}

/** What is covered now. Refuses `nothing_to_inspect` or `outside_specialty` when nothing is. */
export async function coverageOf(db: Db, named: Named, specialties: readonly string[]): Promise<Covered[]> {
  const found = await Promise.all(named.targets.map((target) => logbooksOf(db, named, target)));
  const logbooks = await listLogbooks(db, found.flat());
  const open = logbooks.filter((logbook) => specialties.includes('') || specialties.includes(logbook.subject));
  if (open.length === 0) throw nothing(logbooks.length > 0, named.targets[0]);
  const ids = open.map(({ id }) => id);
  const owns = await factsNaming(db, 'object', ids, { relations: ['owns'], endingAfter: named.at });
  const keeping = owns.filter((fact) => fact.validFrom <= named.at);
  return open.map((logbook) => ({
    logbook,
    owners: keeping.filter((fact) => fact.object === logbook.id).map((fact) => fact.subject),
  }));
}

/** The same, of a request: refused for each name that goes with no logbook. */
export async function coverageOfEach(db: Db, named: Named, specialties: readonly string[]): Promise<Covered[]> {
  for (const target of named.targets) await coverageOf(db, { ...named, targets: [target] }, specialties);
  return coverageOf(db, named, specialties);
}

async function logbooksOf(db: Db, { school, at }: Named, { kind, key }: Target): Promise<string[]> {
  const here = (facts: readonly Fact[]) => facts.filter((fact) => fact.school === school);
  if (kind === 'teacher') return here(await factsAbout(db, 'subject', key, at, ['owns'])).map((fact) => fact.object);
  if (kind === 'archives')
    return here(await factsAbout(db, 'subject', key, at, ['authored'])).map((fact) => fact.object);
  return here(await factsAbout(db, 'object', key, at, ['audience'])).map((fact) => fact.subject);
}

/** Says what kind of name it is, and not whose: a module knows nobody by our keys. */
function nothing(ofOtherSubjects: boolean, target: Target | undefined): Refusal {
  const named = target ? { kind: target.kind } : {};
  return ofOtherSubjects
    ? new Refusal('outside_specialty', 'expected a logbook of the subject that is inspected', named)
    : new Refusal('nothing_to_inspect', 'expected a teacher, a class or a group with a logbook', named);
}
