// Somebody who has not opened their account yet, and somebody who lost their password: each with a code of the school in hand.
import { issueActivation } from '../../accounts/accounts.ts';
import { startReset } from '../../accounts/resets.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson, type Person } from '../../directory/persons.ts';
import type { Db } from '../../storage/storage.ts';
import { identifierOf, keyOf } from '../people.ts';
import type { Staged } from './stage.ts';

export async function stageAccounts(db: Db, at: number): Promise<Staged> {
  const marc = await findPerson(db, await keyOf(db, 'marc'));
  const noe = await findPerson(db, await keyOf(db, 'noe'));
  const director = await keyOf(db, 'denise');
  const first = await issueActivation(db, { person: marc.id, actor: director, from: 'school', at });
  const lost = await startReset(db, { person: noe.id, by: 'operator', at });
  return {
    title: `Un compte à ouvrir : ${fullName(marc)} n’en a pas encore ; et un mot de passe perdu`,
    steps: [
      `« Activer mon compte », code ${first.code}, ${checkOf(marc)}`,
      `« Mot de passe oublié » de ${identifierOf('noe')}, code ${lost.code}, ${checkOf(noe)}`,
    ],
  };
}

/** What the holder of a code is asked beside it. */
function checkOf({ birthDate, familyName }: Person): string {
  if (birthDate === null) return `nom de famille ${familyName}`;
  return `date de naissance ${birthDate.split('-').reverse().join('/')}`;
}
