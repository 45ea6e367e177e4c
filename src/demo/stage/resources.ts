// Resources to open as a pupil: one for a whole school, one by licence, one that is free; and a school whose agreement is still to come.
import { answerNaming, nameAssigner } from '../../acts/assigners.ts';
import { openFreeAt } from '../../acts/free.ts';
import { giveLicences } from '../../acts/licences.ts';
import { findAudience } from '../../directory/audiences.ts';
import { offersOf } from '../../directory/offers.ts';
import { findSchool } from '../../directory/schools.ts';
import { schoolYearAt } from '../../facts/calendar.ts';
import { sampleAudiences, sampleCast, sampleSchools } from '../../feed/sample/cast.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import { houses } from '../publishers.ts';
import type { Staged } from './stage.ts';
import { countPast } from './usage.ts';

export async function stageResources(db: Db, at: number): Promise<Staged> {
  const [atlas, lexilab, herbier] = houses;
  const school = sampleSchools.college.uai;
  const { yearStart, zone } = await findSchool(db, school);
  const { kind, code } = sampleAudiences.sixiemeA;
  const sixth = await findAudience(db, { school, year: schoolYearAt(at, yearStart, zone), kind, code });
  const [head, librarian, adviser] = [await keyOf(db, 'helene'), await keyOf(db, 'diane'), await keyOf(db, 'carla')];
  const { id: designation } = await nameAssigner(db, { school, person: librarian, by: head, at });
  await answerNaming(db, { designation, accepts: true, by: librarian, at });
  await nameAssigner(db, { school, person: adviser, by: head, at });
  const [offer] = await offersOf(db, { school, subscription: lexilab.subscription.idAbonnement });
  const act = { offer: offer?.id ?? '', by: librarian, at };
  await giveLicences(db, { ...act, target: { kind: 'class', key: sixth.id } });
  await giveLicences(db, { ...act, target: { kind: 'person', key: await keyOf(db, 'tania') } });
  await openFreeAt(db, { school, resource: herbier.resource, audiences: ['pupil'], by: librarian, at });
  await countPast(db, at);
  const { paul, noe, diane, carla, berthe } = sampleCast;
  return {
    title: 'Des ressources d’éditeurs : voir exactement ce que chacun reçoit',
    steps: [
      `${paul.givenName} ${paul.familyName}, élève (${identifierOf('paul')}, ${DEMO_PASSWORD}) : se connecter au cahier, ouvrir Préau, « Mes ressources numériques »`,
      `ouvrir « ${atlas.name} », puis « ${lexilab.name} » : chaque éditeur montre tout ce qu’il a reçu, et rien de plus`,
      'comparer les deux pseudonymes (IDO) : ils n’ont rien en commun ; le nom, demandé par le second, n’est pas transmis',
      `« ${herbier.name} » est gratuite : sa tuile le dit, et elle n’est ouverte qu’aux élèves`,
      `${diane.givenName} ${diane.familyName} (${identifierOf('diane')}), que la cheffe a nommée et qui a accepté : « Licences des ressources », reprendre ou donner ; « Ressources gratuites », ouvrir aux professeurs ou fermer`,
      `${carla.givenName} ${carla.familyName} (${identifierOf('carla')}) est nommée aussi, et n’a pas répondu : « Licences des ressources », accepter ou refuser`,
      `${berthe.givenName} ${berthe.familyName} (${identifierOf('berthe')}), déléguée à la protection des données : « Les éditeurs de ressources », ce qui est parti ; « Statistiques d’usage », personne dedans`,
      `${noe.givenName} ${noe.familyName} (${identifierOf('noe')}), au lycée : pas encore de convention, la page le dit`,
    ],
  };
}
