// S0.12: parents without a device of their own have a workstation where to read the logbook.
import { activeAmong } from '../../accounts/accounts.ts';
import { workstationsOf } from '../../directory/workstations.ts';
import { dayOf } from '../../facts/calendar.ts';
import { liveFacts, type Point, type Scene } from '../point.ts';

export async function workstation(scene: Scene): Promise<Point> {
  const { db, school, at } = scene;
  const recorded = await workstationsOf(db, school.uai, at);
  const guardians = [...new Set((await liveFacts(scene, 'guards')).map(({ subject }) => subject))];
  const active = await activeAmong(db, guardians);
  return {
    code: 'S0.12',
    question: 'Les parents ont accès à un poste pour consulter le cahier de textes',
    holds: recorded.length > 0,
    evidence: [
      ...recorded.map(({ properties, validTo }) => `${properties.where}, jusqu’au ${day(validTo - 1, school.zone)}`),
      ...(recorded.length === 0 ? ['aucun poste n’est enregistré : preau workstation'] : []),
      `${active.size} responsable(s) légal(aux) sur ${guardians.length} ont activé leur compte ; le code est remis sur papier, sans adresse ni téléphone`,
    ],
  };
}

function day(instant: number, zone: string): string {
  return dayOf(instant, zone).split('-').reverse().join('/');
}
