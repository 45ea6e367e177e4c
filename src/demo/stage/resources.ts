// Resources to open as a pupil: one for a whole school, one by licence; and a school whose agreement is still to come.
import { findAudience } from '../../directory/audiences.ts';
import { findSchool } from '../../directory/schools.ts';
import { schoolYearAt } from '../../facts/calendar.ts';
import { sampleAudiences, sampleCast, sampleSchools } from '../../feed/sample/cast.ts';
import { assignLicences } from '../../resources/licences.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import { houses } from '../publishers.ts';
import type { Staged } from './stage.ts';

export async function stageResources(db: Db, at: number): Promise<Staged> {
  const [atlas, lexilab] = houses;
  const school = sampleSchools.college.uai;
  const { yearStart, zone } = await findSchool(db, school);
  const { kind, code } = sampleAudiences.sixiemeA;
  const sixth = await findAudience(db, { school, year: schoolYearAt(at, yearStart, zone), kind, code });
  const act = { subscription: lexilab.subscription.idAbonnement, school, by: await keyOf(db, 'helene'), at };
  await assignLicences(db, { ...act, target: { kind: 'class', key: sixth.id } });
  await assignLicences(db, { ...act, target: { kind: 'person', key: await keyOf(db, 'tania') } });
  const { paul, noe } = sampleCast;
  return {
    title: 'Des ressources d’éditeurs : voir exactement ce que chacun reçoit',
    steps: [
      `${paul.givenName} ${paul.familyName}, élève (${identifierOf('paul')}, ${DEMO_PASSWORD}) : ouvrir Préau, « Mes ressources numériques »`,
      `ouvrir « ${atlas.name} », puis « ${lexilab.name} » : chaque éditeur montre tout ce qu’il a reçu, et rien de plus`,
      'comparer les deux pseudonymes (IDO) : ils n’ont rien en commun ; le nom, demandé par le second, n’est pas transmis',
      `${noe.givenName} ${noe.familyName} (${identifierOf('noe')}), au lycée : pas encore de convention, la page le dit`,
    ],
  };
}
