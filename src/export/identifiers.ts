// What the national GAR knows a person by: GARPersonIdentifiant, in the files and in every sign-in towards it.
import { createHmac } from 'node:crypto';

/**
 * The identifier of a person for the GAR: 64 hexadecimal digits, an HMAC of the directory's key under a key of its own
 * for each idENT. The directory's key never leaves; nobody joins these with what publishers, modules, or another ENT are
 * given, without the secret. It is the same in every export, school and year: it must equal, byte for byte, what a
 * sign-in towards the GAR says. `key` is `config.keyFor('gar')`.
 */
export function garIdentifiers(key: Buffer, ent: string): (person: string) => string {
  const own = createHmac('sha256', key).update(`idENT\n${ent}`).digest();
  return (person) => createHmac('sha256', own).update(person).digest('hex');
}
