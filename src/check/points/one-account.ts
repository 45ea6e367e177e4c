// S0.7: a parent has one password for all their children, in as many schools as there are.
import { activeAmong } from '../../accounts/accounts.ts';
import { listPersons, type Person } from '../../directory/persons.ts';
import { factsNaming } from '../../facts/facts.ts';
import { liveFacts, type Point, type Scene, whenAny } from '../point.ts';

export async function oneAccount(scene: Scene): Promise<Point> {
  const { db, at } = scene;
  const guardians = [...new Set((await liveFacts(scene, 'guards')).map(({ subject }) => subject))];
  const everywhere = await factsNaming(db, 'subject', guardians, { relations: ['guards'], endingAfter: at });
  const live = everywhere.filter(({ validFrom }) => validFrom <= at);
  const several = guardians.filter((one) => distinct(live, one, 'object') > 1).length;
  const across = guardians.filter((one) => distinct(live, one, 'school') > 1).length;
  const active = await activeAmong(db, guardians);
  const twice = doubles(await listPersons(db, guardians));
  return {
    code: 'S0.7',
    question: 'Un parent a un seul mot de passe pour tous ses enfants',
    holds: twice === 0,
    evidence: [
      `${guardians.length} responsable(s) légal(aux), dont ${several} de plusieurs enfants et ${across} dans plusieurs établissements : une seule fiche chacun`,
      `${active.size} compte(s) actif(s) parmi eux : un compte tient à une personne, et une personne n’en a jamais deux`,
      ...whenAny(twice, `${twice} fiche(s) en double, de même nom et de même adresse : à réunir dans l’annuaire`),
    ],
  };
}

function distinct(
  facts: readonly { subject: string; object: string; school: string }[],
  person: string,
  member: 'object' | 'school',
): number {
  return new Set(facts.filter(({ subject }) => subject === person).map((fact) => fact[member])).size;
}

/** How many persons have the name and the address of another: two records, so two passwords, for one parent. */
function doubles(persons: readonly Person[]): number {
  const met = new Set<string>();
  let twice = 0;
  for (const { givenName, familyName, email } of persons) {
    if (!email) continue;
    const same = JSON.stringify([givenName, familyName, email].map(plain));
    if (met.has(same)) twice += 1;
    met.add(same);
  }
  return twice;
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
