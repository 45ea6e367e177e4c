// S0.8: nobody but its author writes in a logbook (I2).
import { factsNaming } from '../../facts/facts.ts';
import { listModules } from '../../oidc/modules.ts';
import { liveFacts, namesOf, type Point, type Scene, whenAny, whoByLogbook } from '../point.ts';

export async function writers(scene: Scene): Promise<Point> {
  const written = await whoByLogbook(scene, 'write');
  const own = new Set<string>();
  for (const { subject, object } of await liveFacts(scene, 'owns', 'substitutes')) own.add(`${subject} ${object}`);
  const strangers = new Set<string>();
  for (const [logbook, persons] of written)
    for (const { person } of persons) if (!own.has(`${person} ${logbook}`)) strangers.add(person);
  const all = new Set([...written.values()].flat().map(({ person }) => person));
  // a substitute may be sent from another school
  const posts = await factsNaming(scene.db, 'subject', [...all], { relations: ['post'], endingAfter: scene.at });
  const teachers = new Set(
    posts
      .filter(({ validFrom, properties }) => validFrom <= scene.at && properties.function === 'teacher')
      .map(({ subject }) => subject),
  );
  const others = [...all].filter((person) => !teachers.has(person));
  const modules = (await listModules(scene.db)).filter(
    ({ scopes, schools }) => scopes.includes('logbooks') && (schools === 'all' || schools.includes(scene.school.uai)),
  );
  return {
    code: 'S0.8',
    question: 'Personne d’autre que son auteur n’écrit dans un cahier de textes',
    holds: strangers.size + others.length === 0,
    evidence: [
      `${written.size} cahier(s), ${all.size} personne(s) qui y écrivent, chacune dans le sien ou dans celui qu’elle reprend`,
      'ni direction, ni administration, ni éditeur : seules deux règles ouvrent l’écriture, owner et substitute',
      ...whenAny(
        modules.length,
        `peuvent inscrire un cahier, sans y écrire : ${modules.map(({ name }) => name).join(', ')}`,
      ),
      ...whenAny(strangers.size, `écrivent sans tenir le cahier : ${(await namesOf(scene, strangers)).join(', ')}`),
      ...whenAny(others.length, `écrivent sans être enseignants : ${(await namesOf(scene, others)).join(', ')}`),
    ],
  };
}
