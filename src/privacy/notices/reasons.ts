// Why a school holds data about somebody: the facts that name them there, and what that makes of them for a notice.
import { catalogue, type Relation } from '../../facts/catalogue.ts';
import { currentFacts, type Fact, factsNaming } from '../../facts/facts.ts';
import { knownSince } from '../../facts/history.ts';
import type { Db } from '../../storage/storage.ts';

/** What somebody is at a school, for a notice; staff before pupil before guardian for whoever is several. */
export type Category = 'pupil' | 'guardian' | 'staff';

export interface Held {
  readonly person: string;
  readonly category: Category;
  /** Since when the school has known, UTC milliseconds: of anything that still holds or would, and of what it says now. */
  readonly since: { readonly first: number; readonly present: number };
}

const families: readonly Relation[] = ['guards', 'admitted'];
const pupils: readonly Relation[] = ['attends', 'enrolled'];

/** Every relation of a person to a school, a class or a group, and those of families; a new one is one more reason. */
export const reasons: readonly Relation[] = (Object.keys(catalogue) as Relation[]).filter((relation) => {
  const { subject, object } = catalogue[relation];
  if (families.includes(relation)) return true;
  // who is emancipated is a pupil as well, and the decision outlives their schooling
  if (subject !== 'person' || relation === 'emancipated') return false;
  return (object as readonly string[]).some((one) => one === 'school' || one === 'class' || one === 'group');
});

/**
 * Everybody about whom a school holds data: facts that are not over, as known today. One that has yet to begin counts:
 * the school holds it already.
 */
export async function heldAt(db: Db, school: string, at: number): Promise<Held[]> {
  const where = { relations: reasons, endingAfter: at };
  const since = await knownSince(db, school, where);
  const found = new Map<string, Category>();
  for (const { subject, relation } of await currentFacts(db, { school, ...where })) {
    const category = categoryOf(relation);
    const before = found.get(subject);
    if (!before || rank(category) > rank(before)) found.set(subject, category);
  }
  return [...found].map(([person, category]) => ({
    person,
    category,
    since: since.get(person) ?? { first: at, present: at },
  }));
}

/** What places a letter: the facts of classes and of families, not over, as known today. */
export async function placesAt(db: Db, school: string, at: number): Promise<readonly Fact[]> {
  return currentFacts(db, { school, relations: ['enrolled', 'guards', 'admitted'], endingAfter: at });
}

/**
 * Those of several guardians whom a decision closes to a child of the school: nothing is sent to them that would tell
 * where the child is.
 */
export async function closedTo(db: Db, families: readonly Fact[], at: number): Promise<Set<string>> {
  const children = new Map<string, string[]>();
  for (const { relation, subject, object } of families)
    if (relation !== 'enrolled') children.set(subject, [...(children.get(subject) ?? []), object]);
  const barred = await factsNaming(db, 'subject', [...children.keys()], { relations: ['barred'], endingAfter: at });
  return new Set(
    barred.filter(({ subject, object }) => children.get(subject)?.includes(object)).map((one) => one.subject),
  );
}

/** What somebody is, by the relations that hold of them. */
export function categoryAmong(relations: readonly Relation[]): Category {
  const found = relations.map(categoryOf);
  return (['staff', 'pupil'] as const).find((one) => found.includes(one)) ?? 'guardian';
}

function categoryOf(relation: Relation): Category {
  if (families.includes(relation)) return 'guardian';
  return pupils.includes(relation) ? 'pupil' : 'staff';
}

function rank(category: Category): number {
  return { guardian: 0, pupil: 1, staff: 2 }[category];
}
