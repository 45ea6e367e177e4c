// An invitation to refuse: the head has created a circle, and invites a teacher to it. What comes of it, only the teacher will know.
import { createCircle, latestEnd } from '../../circles/circles.ts';
import { invite } from '../../circles/invitations.ts';
import { findPerson } from '../../directory/persons.ts';
import { sampleCast } from '../../feed/sample/cast.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import type { Staged } from './stage.ts';

export async function stageCircles(db: Db, at: number): Promise<Staged> {
  const [by, invitee] = [await keyOf(db, 'helene'), await keyOf(db, 'tania')];
  const [place] = await list(db, { person: by, action: 'convene', type: 'school', when: { at } });
  const schools = place ? [place.school] : [];
  const until = await latestEnd(db, schools, at);
  const circle = await createCircle(db, {
    by,
    schools,
    name: 'Semaine des arts',
    purpose: 'Préparer la semaine des arts du printemps',
    beyondSchooling: false,
    until,
    at,
  });
  const { givenName, familyName } = await findPerson(db, invitee);
  await invite(db, { circle, by, name: `${givenName} ${familyName}`, at });
  const { helene } = sampleCast;
  return {
    title: `Une invitation à refuser : ${helene.givenName} ${helene.familyName} invite ${givenName} ${familyName} à un cercle`,
    steps: [
      `se connecter : ${identifierOf('tania')}, ${DEMO_PASSWORD}`,
      'ouvrir Préau, « Cercles », « Refuser »',
      `puis voir ce qu’en lit la cheffe (${identifierOf('helene')}) : « invitation envoyée », et rien d’autre`,
    ],
  };
}
