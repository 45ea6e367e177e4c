// How persons are named: by key on the command line, by their whole name among those whom somebody may mean.
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { findByExternalId, listPersons, type Person } from './persons.ts';

/** The person of a key, or of `ACADEMY:EXTERNAL_ID`; `unknown_person` when there is none. */
export async function personNamed(db: Db, name: string): Promise<Person> {
  const colon = name.indexOf(':');
  const found = colon < 0 ? undefined : await findByExternalId(db, name.slice(0, colon), name.slice(colon + 1));
  const [person] = await listPersons(db, [found ?? name]);
  if (person) return person;
  const expected = 'expected a key, or an academy and an id of its export, as in `099:52006`';
  throw new Refusal('unknown_person', `nobody is known as \`${name}\`: ${expected}`);
}

/** `Given Family`. */
export function fullName({ givenName, familyName }: Person): string {
  return `${givenName} ${familyName}`;
}

/** Persons by their whole name, in either order, whatever the accents, capitals and hyphens; never by a part of it. */
export async function named(db: Db, persons: readonly string[], name: string): Promise<string[]> {
  const wanted = alike(name);
  return (await listPersons(db, persons))
    .filter(({ givenName, familyName }) =>
      [`${givenName} ${familyName}`, `${familyName} ${givenName}`].some((one) => alike(one) === wanted),
    )
    .map(({ id }) => id);
}

/** A name as it is compared. */
export function alike(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** Whether each word looked for begins one of those that are told, whatever the accents, capitals and hyphens; no word goes with all. */
export function goesWith(told: readonly string[], looked: string): boolean {
  const words = alike(told.join(' ')).split(' ');
  return alike(looked)
    .split(' ')
    .every((one) => words.some((word) => word.startsWith(one)));
}
