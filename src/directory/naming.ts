// A person as an operator names one on the command line.
import type { Db } from '../storage/storage.ts';
import { findByExternalId, findPerson, type Person } from './persons.ts';

/** The person of a key, or of `ACADEMY:EXTERNAL_ID`; `unknown_person` when there is none. */
export async function personNamed(db: Db, name: string): Promise<Person> {
  const colon = name.indexOf(':');
  const found = colon < 0 ? undefined : await findByExternalId(db, name.slice(0, colon), name.slice(colon + 1));
  return findPerson(db, found ?? name);
}

/** `Given Family`. */
export function fullName({ givenName, familyName }: Person): string {
  return `${givenName} ${familyName}`;
}
