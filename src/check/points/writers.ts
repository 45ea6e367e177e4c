// S0.8: nobody but its author writes in a logbook (I2).
import type { Relation } from '../../facts/catalogue.ts';
import { factsNaming } from '../../facts/facts.ts';
import { listModules } from '../../oidc/modules.ts';
import { policy } from '../../rights/policy.ts';
import { liveFacts, NO_LOGBOOK, namesOf, type Point, type Scene, whenAny, whoByLogbook } from '../point.ts';

export async function writers(scene: Scene): Promise<Point> {
  const written = await whoByLogbook(scene, 'write');
  const replacing = new Set((await liveFacts(scene, 'substitutes')).map(pairOf));
  const own = new Set([...replacing, ...(await liveFacts(scene, 'owns')).map(pairOf)]);
  const strangers = new Set<string>();
  const all = new Set<string>();
  const substitutes = new Set<string>();
  for (const [logbook, persons] of written)
    for (const { person } of persons) {
      all.add(person);
      if (!own.has(`${person} ${logbook}`)) strangers.add(person);
      if (replacing.has(`${person} ${logbook}`)) substitutes.add(person);
    }
  const others = await notTeachers(scene, [...all], substitutes);
  const modules = (await listModules(scene.db)).filter(
    ({ scopes, schools }) => scopes.includes('logbooks') && (schools === 'all' || schools.includes(scene.school.uai)),
  );
  const wider = rules.filter(({ ofTheirOwn }) => !ofTheirOwn).map(({ name }) => name);
  return {
    code: 'S0.8',
    question: 'Personne d’autre que son auteur n’écrit dans un cahier de textes',
    holds: written.size > 0 && strangers.size + others.length + wider.length === 0,
    evidence: [
      ...(written.size > 0
        ? [
            `${written.size} cahier(s), ${all.size} personne(s) qui y écrivent${strangers.size > 0 ? '' : ', chacune dans le sien ou dans celui qu’elle reprend'}`,
          ]
        : [NO_LOGBOOK]),
      `règles qui ouvrent l’écriture : ${rules.map(({ name }) => name).join(', ')}`,
      ...whenAny(wider.length, `ouvrent l’écriture à d’autres que l’auteur : ${wider.join(', ')}`),
      ...whenAny(
        modules.length,
        `peuvent inscrire un cahier, sans y écrire : ${modules.map(({ name }) => name).join(', ')}`,
      ),
      ...whenAny(strangers.size, `écrivent sans tenir le cahier : ${(await namesOf(scene, strangers)).join(', ')}`),
      ...whenAny(others.length, `écrivent sans être enseignants : ${(await namesOf(scene, others)).join(', ')}`),
    ],
  };
}

/** The rules of the policy that open writing, and whether each leads to nobody but who keeps the logbook or takes it over. */
const rules = policy.logbook.write.allow.map(({ name, paths }) => ({
  name,
  ofTheirOwn: paths.every(
    ([first, ...more]) => more.length === 0 && (first?.relation === 'owns' || first?.relation === 'substitutes'),
  ),
}));

function pairOf({ subject, object }: { subject: string; object: string }): string {
  return `${subject} ${object}`;
}

/**
 * Those who do not teach, in any school: a substitute may be sent from another one. A replacement that is recorded is
 * not counted, even of somebody who has no post anywhere yet; but nobody records it of a pupil, of who is known as a
 * family alone, nor of who leads a school: see `recordReplacement`.
 */
async function notTeachers(
  { db, at }: Scene,
  persons: readonly string[],
  substitutes: ReadonlySet<string>,
): Promise<string[]> {
  const relations = ['post', 'attends', 'enrolled', 'guards', 'admitted', 'heads', 'deputises'] as const;
  const facts = (await factsNaming(db, 'subject', persons, { relations, endingAfter: at })).filter(
    ({ validFrom }) => validFrom <= at,
  );
  return persons.filter((person) => {
    const own = facts.filter(({ subject }) => subject === person);
    const has = (...some: Relation[]) => own.some(({ relation }) => some.includes(relation));
    if (own.some(({ properties }) => properties.function === 'teacher')) return false;
    const family = has('attends', 'enrolled') || (has('guards', 'admitted') && !has('post'));
    return !substitutes.has(person) || family || has('heads', 'deputises');
  });
}
