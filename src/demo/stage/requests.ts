// A request to decide: a teacher objects to the use of her address, and the head has a month to answer.
import { sampleCast } from '../../feed/sample/cast.ts';
import { fileRequest } from '../../privacy/requests/filing.ts';
import { schoolsOf } from '../../privacy/requests/standing.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import type { Staged } from './stage.ts';

export async function stageRequests(db: Db, at: number): Promise<Staged> {
  const person = await keyOf(db, 'tania');
  const [school = ''] = await schoolsOf(db, person, 'staff');
  const words =
    'Mon adresse personnelle figure dans l’annuaire, et des inconnus m’écrivent. Je demande qu’elle n’y soit plus.';
  await fileRequest(db, { school, by: person, about: person, kind: 'objection', target: 'email', words, at });
  const { givenName, familyName } = sampleCast.tania;
  return {
    title: `Une demande attend une réponse : ${givenName} ${familyName} s’oppose à l’usage de son adresse`,
    steps: [
      `se connecter : ${identifierOf('helene')}, ${DEMO_PASSWORD}`,
      'ouvrir Préau, « Demandes des personnes », et répondre avec des raisons',
      `puis ${identifierOf('tania')} : « Mes demandes »`,
    ],
  };
}
