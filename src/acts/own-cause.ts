// Own interest: nobody decides what touches themselves, a child of theirs, or somebody who may be themselves under another record.
import { ascii } from '../accounts/identifiers.ts';
import { findPerson, holderOf, listPersons, type Person } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { factsAbout } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import { OPERATOR } from './offices.ts';

/** Who would decide, and whom it is about. */
export interface Cause {
  /** The key of a person, or `operator`. */
  readonly by: string;
  /** Keys of those concerned, the pupils among them. */
  readonly about: readonly string[];
  /** Keys of pupils: whoever represents one of them is concerned too. */
  readonly pupils?: readonly string[];
  readonly at: number;
}

/**
 * Whether somebody would be judge in their own cause. Who works in a school and has a child there is two records (AAF), which
 * nothing joins: so whoever bears the name of one concerned counts as that one, as they do themselves, and another decides.
 */
export async function isOwnCause(db: Db, { by, about, pupils = [], at }: Cause): Promise<boolean> {
  if (by === OPERATOR) return false;
  const concerned = new Set<string>();
  for (const one of [...about, ...pupils]) concerned.add(await holderOf(db, one));
  for (const pupil of pupils)
    for (const { subject } of await factsAbout(db, 'object', pupil, at, ['guards', 'admitted', 'barred']))
      concerned.add(subject);
  const judge = await findPerson(db, by);
  return (await listPersons(db, [...concerned])).some((one) => couldBeOne(judge, one));
}

/** Refuses `own_cause`: somebody else who may has to decide. */
export async function requireNoOwnCause(db: Db, cause: Cause): Promise<void> {
  if (await isOwnCause(db, cause)) throw new Refusal('own_cause', 'expected somebody whom it does not touch');
}

/**
 * The same given name, and the same family name or a birth date that both records give; never two birth dates that
 * differ. Accents, capitals, hyphens and spaces do not count.
 */
export function couldBeOne(one: Person, other: Person): boolean {
  const dated = one.birthDate !== null && other.birthDate !== null;
  if (dated && one.birthDate !== other.birthDate) return false;
  if (plain(one.givenName) !== plain(other.givenName)) return false;
  return dated || plain(one.familyName) === plain(other.familyName);
}

function plain(name: string): string {
  return ascii(name).replace(/[^\p{L}\p{N}]/gu, '');
}
