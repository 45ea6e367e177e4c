// The one person that an incident file names: by number, or by a name that only one of the school bears.
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { currentFacts } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';

/** Who belongs to a school: pupils, their legal representatives, staff. */
const belonging = ['attends', 'guards', 'post', 'heads', 'deputises', 'secretary', 'administers'] as const;

/**
 * The person of a school, on some day or since, by key or by full name, accents and capitals apart. `unknown_person`, or
 * `person_ambiguous` when several bear the name: nobody's log is opened for somebody else's.
 */
export async function personAtSchool(
  db: Db,
  { school, named, since }: { school: string; named: string; since: number },
): Promise<string> {
  const facts = await currentFacts(db, { school, relations: belonging, endingAfter: since });
  const persons = await listPersons(
    db,
    facts.map(({ subject }) => subject),
  );
  const wanted = plain(named);
  const found = persons.filter((one) => one.id === named.trim() || plain(fullName(one)) === wanted);
  if (found.length > 1) throw new Refusal('person_ambiguous', `${found.length} persons of the school bear this name`);
  if (!found[0]) throw new Refusal('unknown_person', `expected somebody of school \`${school}\` on these days`);
  return found[0].id;
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ');
}
