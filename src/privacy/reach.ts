// Who may read what is held about a person here: oneself, and for a minor a legal representative (C30).
import { findPerson } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { startOfDay } from '../facts/calendar.ts';
import { factsAbout } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';

/** Of age, to the day. */
const OF_AGE = 18;

/**
 * The minors whose page somebody reads as their legal representative, by key: the law's level alone, no restriction, and
 * a birth date that says so. Whose age is not known asks through the school.
 */
export async function minorsOf(db: Db, reader: string, at: number): Promise<string[]> {
  const guarded = await factsAbout(db, 'subject', reader, at, ['guards']);
  const barred = new Set((await factsAbout(db, 'subject', reader, at, ['barred'])).map(({ object }) => object));
  const found: string[] = [];
  for (const child of new Set(guarded.map(({ object }) => object)))
    if (!barred.has(child) && (await isMinor(db, child, at))) found.push(child);
  return found.sort();
}

/** Refuses, with `not_allowed` whoever the other is, all but oneself and the legal representatives of a minor. */
export async function requireOwnOrChild(
  db: Db,
  { reader, person, at }: { reader: string; person: string; at: number },
): Promise<void> {
  if (reader === person || (await minorsOf(db, reader, at)).includes(person)) return;
  throw new Refusal('not_allowed', 'expected oneself, or a legal representative of a minor');
}

async function isMinor(db: Db, person: string, at: number): Promise<boolean> {
  const { birthDate } = await findPerson(db, person);
  if (birthDate === null || (await factsAbout(db, 'subject', person, at, ['emancipated'])).length > 0) return false;
  const [year, monthAndDay] = [Number(birthDate.slice(0, 4)), birthDate.slice(4)];
  return at < startOfDay(`${year + OF_AGE}${monthAndDay === '-02-29' ? '-03-01' : monthAndDay}`);
}
