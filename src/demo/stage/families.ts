// A parent whom two schools know under two records: the letter of the second has come, with its code.
import { issueActivation } from '../../accounts/accounts.ts';
import { sampleCast } from '../../feed/sample/cast.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import type { Staged } from './stage.ts';

export async function stageFamilies(db: Db, at: number): Promise<Staged> {
  const person = await keyOf(db, 'pierreAtEcole');
  const { code } = await issueActivation(db, { person, actor: 'operator', at });
  const { givenName, familyName } = sampleCast.pierre;
  return {
    title: `Un parent, deux fiches : ${givenName} ${familyName} a reçu la lettre de l’école`,
    steps: [
      `se connecter : ${identifierOf('pierre')}, ${DEMO_PASSWORD}`,
      'ouvrir Préau, « Mes enfants », « Ajouter un enfant »',
      `code de la lettre : ${code}`,
      `nom de famille : ${familyName}`,
    ],
  };
}
