// Whom of a school a letter may be from: those whose names it writes, for an agent to choose among, never chosen by name alone.
import { listAudiences } from '../../directory/audiences.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import type { SchoolFunction } from '../../facts/catalogue.ts';
import { currentFacts } from '../../facts/facts.ts';
import type { Db } from '../../storage/storage.ts';

/** Somebody of a school, with what tells homonyms apart. */
export interface Known {
  readonly person: string;
  readonly name: string;
  /** What staff does there, the classes of a pupil, or `relative`. */
  readonly as: readonly (SchoolFunction | 'relative' | { readonly class: string })[];
  readonly words: readonly string[];
}

const relations = ['attends', 'enrolled', 'guards', 'post'] as const;

/** Everybody a school knows, today or before: whoever has left may still write. */
export async function peopleOf(db: Db, school: string): Promise<Known[]> {
  const facts = await currentFacts(db, { school, relations });
  const roles = new Map<string, Known['as'][number][]>();
  const classes = new Map(
    (
      await listAudiences(
        db,
        facts.filter(({ relation }) => relation === 'enrolled').map(({ object }) => object),
      )
    ).map(({ id, label }) => [id, label]),
  );
  for (const { relation, subject, object, properties } of facts) {
    const theirs = roles.get(subject) ?? [];
    roles.set(subject, theirs);
    if (relation === 'guards') theirs.push('relative');
    if (relation === 'post') theirs.push(properties.function as SchoolFunction);
    const label = classes.get(object);
    if (relation === 'enrolled' && label !== undefined) theirs.push({ class: label });
  }
  return (await listPersons(db, [...roles.keys()])).map((person) => ({
    person: person.id,
    name: fullName(person),
    as: unique(roles.get(person.id) ?? []),
    words: wordsOf(fullName(person)),
  }));
}

/** Those whose whole name stands in what a letter writes, whatever the order, the accents and the case. */
export function candidatesFor(written: string, people: readonly Known[]): Known[] {
  const words = new Set(wordsOf(written));
  return people
    .filter((one) => one.words.length > 0 && one.words.every((word) => words.has(word)))
    .sort((a, b) => (a.name === b.name ? (a.person < b.person ? -1 : 1) : a.name.localeCompare(b.name, 'fr')));
}

/** Whether the whole of a name stands in what a letter writes. */
export function bearsName(written: string, name: string): boolean {
  const words = new Set(wordsOf(written));
  const theirs = wordsOf(name);
  return theirs.length > 0 && theirs.every((word) => words.has(word));
}

function wordsOf(name: string): string[] {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function unique(roles: readonly Known['as'][number][]): Known['as'] {
  return [...new Map(roles.map((role) => [JSON.stringify(role), role])).values()];
}
