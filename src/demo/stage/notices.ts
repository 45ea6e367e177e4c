// A school that tells its people: what an opening asks but one thing, a charter that was not voted, letters to hand out.
import { findSchool } from '../../directory/schools.ts';
import { dayOf } from '../../facts/calendar.ts';
import { sampleCast } from '../../feed/sample/cast.ts';
import { recordCharter } from '../../privacy/notices/charter.ts';
import { drawUpAll } from '../../privacy/notices/drawing.ts';
import { recordBoardDay, recordOpening } from '../../privacy/notices/school.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import type { Staged } from './stage.ts';

const DAY = 86_400_000;

export async function stageNotices(db: Db, at: number): Promise<Staged> {
  const head = await keyOf(db, 'helene');
  const [place] = await list(db, { person: head, action: 'inform', type: 'school', when: { at } });
  if (!place) throw new Error('the demo has a head who tells people');
  const { uai, zone } = await findSchool(db, place.school);
  const act = { school: uai, by: head, at };
  const [signed, told] = [dayOf(at - 90 * DAY, zone), dayOf(at - 60 * DAY, zone)];
  // the data protection officer is missing: all the staff see it
  const opening = { convention: 'Convention ENT, avenant 2', conventionDay: signed, informedDay: told, officer: '' };
  await recordOpening(db, { ...act, opening });
  await recordBoardDay(db, { ...act, day: dayOf(at, zone) });
  const text = 'Chacun garde son mot de passe pour lui.\n\nOn écrit aux autres comme on leur parle : poliment.';
  await recordCharter(db, { ...act, text, votedDay: undefined });
  await drawUpAll(db, at);
  const { helene } = sampleCast;
  return {
    title: 'La notice d’information, en trois niveaux de lecture, et ce qu’il manque pour ouvrir',
    steps: [
      'sans se connecter : ouvrir /notices, choisir « Avant 11 ans »',
      `${helene.givenName} ${helene.familyName} (${identifierOf('helene')}, ${DEMO_PASSWORD}) : « Informer les personnes »`,
      `un professeur (${identifierOf('tom')}) voit ce qui manque, et la charte « non votée » : /charter`,
    ],
  };
}
