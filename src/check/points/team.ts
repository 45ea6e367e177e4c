// S0.10: the whole team of a class reads its logbooks, so that its days are not overloaded (C5).
import { listAudiences } from '../../directory/audiences.ts';
import { labelsOf, liveFacts, NO_LOGBOOK, type Point, type Scene, whenAny, whoByLogbook } from '../point.ts';

export async function team(scene: Scene): Promise<Point> {
  const teams = await teamsOf(scene);
  const read = await whoByLogbook(scene, 'read');
  const barred = new Set((await liveFacts(scene, 'barred')).map(({ subject }) => subject));
  const kept = new Set<string>();
  const closed = new Set<string>();
  let restricted = 0;
  for (const { subject, object } of await liveFacts(scene, 'audience')) {
    const members = teams.get(object);
    if (!members) continue;
    kept.add(object);
    const readers = new Set(read.get(subject)?.map(({ person }) => person));
    const missing = [...members].filter((person) => !readers.has(person));
    restricted += missing.filter((person) => barred.has(person)).length;
    if (missing.some((person) => !barred.has(person))) closed.add(object);
  }
  const alone = [...teams].filter(([, members]) => members.size === 0).map(([id]) => id);
  const open = [...kept].filter((id) => !closed.has(id) && !alone.includes(id)).length;
  return {
    code: 'S0.10',
    question: 'Toute l’équipe d’une classe accède au cahier de la classe',
    // what nothing shows is not held: a class without a team, a school without a logbook
    holds: open > 0 && closed.size + alone.length === 0,
    evidence: [
      ...whenAny(
        open,
        `${open} classe(s) avec un cahier : chaque membre de l’équipe, groupes compris, en lit tous les cahiers`,
      ),
      ...whenAny(Number(kept.size === 0), scene.logbooks.length === 0 ? NO_LOGBOOK : 'aucune classe n’a de cahier'),
      ...whenAny(restricted, `${restricted} accès fermé(s) par une restriction enregistrée`),
      ...whenAny(alone.length, `sans enseignant connu : ${(await labelsOf(scene, alone)).join(', ')}`),
      ...whenAny(closed.size, `l’équipe n’y lit pas tout : ${(await labelsOf(scene, closed)).join(', ')}`),
    ],
  };
}

/** For each class, who teaches it, or a group that holds a pupil of it; counted from the facts, not from the rules. */
async function teamsOf(scene: Scene): Promise<Map<string, Set<string>>> {
  const enrolled = await liveFacts(scene, 'enrolled');
  const taught = await liveFacts(scene, 'teaches');
  const audiences = await listAudiences(
    scene.db,
    [...enrolled, ...taught].map(({ object }) => object),
  );
  const teachersOf = (audience: string) =>
    taught.filter(({ object }) => object === audience).map(({ subject }) => subject);
  const teams = new Map<string, Set<string>>();
  for (const { id, kind } of audiences) {
    if (kind !== 'class') continue;
    const pupils = new Set(enrolled.filter(({ object }) => object === id).map(({ subject }) => subject));
    const groups = new Set(enrolled.filter(({ subject }) => pupils.has(subject)).map(({ object }) => object));
    const near = audiences.filter((one) => one.id === id || (one.kind === 'group' && groups.has(one.id)));
    teams.set(id, new Set(near.flatMap((one) => teachersOf(one.id))));
  }
  return teams;
}
