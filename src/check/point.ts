// What a point of the check is, and what every point looks at: a school as it stands at an instant.
import { listAudiences } from '../directory/audiences.ts';
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import type { School } from '../directory/schools.ts';
import type { Relation } from '../facts/catalogue.ts';
import { currentFacts, type Fact } from '../facts/facts.ts';
import { type Action, type Reader, who } from '../rights/rights.ts';
import { withStatements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';

/** One point of the list: what is asked, whether it holds, and what shows it. */
export interface Point {
  /** As the unions' list is numbered in the source: `S0.7` to `S0.12`. */
  readonly code: string;
  readonly question: string;
  readonly holds: boolean;
  /** Counts, dates and references; staff in charge by name, families never. */
  readonly evidence: readonly string[];
}

export interface Scene {
  readonly db: Db;
  readonly school: School;
  /** UTC milliseconds. */
  readonly at: number;
  /** The keys of the logbooks of the year, in order. */
  readonly logbooks: readonly string[];
}

export async function openScene(db: Db, school: School, at: number): Promise<Scene> {
  const scene = { db, school, at, logbooks: [] };
  const placed = await liveFacts(scene, 'ofSchool');
  return { ...scene, logbooks: [...new Set(placed.map(({ subject }) => subject))].sort() };
}

/** The facts of the school that hold, as known today. */
export async function liveFacts({ db, school, at }: Scene, ...relations: Relation[]): Promise<Fact[]> {
  const facts = await currentFacts(db, { school: school.uai, relations, endingAfter: at });
  return facts.filter(({ validFrom }) => validFrom <= at);
}

/** Who may do this to each logbook of the year. */
export async function whoByLogbook({ db, at, logbooks }: Scene, action: Action): Promise<Map<string, Reader[]>> {
  const found = new Map<string, Reader[]>();
  await withStatements(db, async (rights) => {
    for (const id of logbooks)
      found.set(id, await who(rights, { action, resource: { type: 'logbook', id }, when: { at } }));
  });
  return found;
}

/** Names of staff, in the order of the alphabet. */
export async function namesOf({ db }: Scene, persons: Iterable<string>): Promise<string[]> {
  return (await listPersons(db, [...persons])).map(fullName).sort((a, b) => a.localeCompare(b, 'fr'));
}

/** Labels of classes and groups, in the order of the alphabet. */
export async function labelsOf({ db }: Scene, audiences: Iterable<string>): Promise<string[]> {
  return (await listAudiences(db, [...audiences])).map(({ label }) => label).sort((a, b) => a.localeCompare(b, 'fr'));
}

/** What is said where there is nothing to look at. */
export const NO_LOGBOOK =
  'aucun cahier cette année, donc rien à montrer : les cahiers suivent les services (annuaire, ou preau assign dans le premier degré)';

/** A sentence that is there only when there is something to say. */
export function whenAny(count: number, sentence: string): string[] {
  return count > 0 ? [sentence] : [];
}
