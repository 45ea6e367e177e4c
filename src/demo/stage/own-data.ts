// One's own data, for everybody; and an incident file that waits for its second signature.
import { appoint } from '../../acts/appointments.ts';
import { OPERATOR } from '../../acts/offices.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson } from '../../directory/persons.ts';
import { factsAbout } from '../../facts/facts.ts';
import { askIncident } from '../../privacy/incidents.ts';
import type { Db } from '../../storage/storage.ts';
import { DEMO_PASSWORD, identifierOf, keyOf } from '../people.ts';
import type { Staged } from './stage.ts';

const WEEK = 7 * 86_400_000;

export async function stageOwnData(db: Db, at: number): Promise<Staged> {
  const [head, officer, pupil] = [await keyOf(db, 'helene'), await keyOf(db, 'berthe'), await keyOf(db, 'paul')];
  const [heads] = await factsAbout(db, 'subject', head, at, ['heads']);
  const school = heads?.object ?? '';
  await appoint(db, 'protects', { school, person: officer, decision: 'Désignation 12', by: OPERATOR, at });
  await askIncident(db, {
    school,
    named: pupil,
    motive: 'Messages partis de ce compte la nuit du 3, signalés par la famille',
    startsAt: at - WEEK,
    endsAt: at,
    by: head,
    at,
  });
  const { title, steps } = words(fullName(await findPerson(db, pupil)));
  return { title, steps };
}

function words(pupil: string): Staged {
  return {
    title: `Ses propres données, et un dossier d’incident sur le compte de ${pupil} à contresigner`,
    steps: [
      'avec n’importe quel compte, ouvrir Préau, « Mes données » : ce qui est conservé, les sessions, les connexions',
      `se connecter : ${identifierOf('berthe')}, ${DEMO_PASSWORD} (déléguée à la protection des données)`,
      '« Dossiers d’incident », contresigner, lire le journal, clore : la personne l’apprend sur sa page',
    ],
  };
}
