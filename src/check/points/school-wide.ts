// S0.9: only the head and the deputy read every logbook of the school (I3).
import { policy } from '../../rights/policy.ts';
import type { RuleName } from '../../rights/rights.ts';
import { liveFacts, namesOf, type Point, type Scene, whenAny, whoByLogbook } from '../point.ts';

/** Rules that give what the owner and the head have agreed to, one by one: together they could come to everything. */
const opened: readonly RuleName[] = ['colleague', 'inspector', 'school_life', 'substitute'];

export async function schoolWide(scene: Scene): Promise<Point> {
  const heads = await liveFacts(scene, 'heads', 'deputises');
  const directors = await liveFacts(scene, 'directs');
  const inCharge = new Set([...heads, ...directors].map(({ subject }) => subject));
  const bursars = await bursarsAmong(scene, new Set(heads.map(({ subject }) => subject)));
  const everything = await readersOfEverything(scene, inCharge);
  const rules = policy.logbook.read.allow
    .filter(({ paths }) => paths.some(([first]) => first?.relation === 'ofSchool'))
    .map(({ name }) => name);
  const expected = rules.every((rule) => ['head', 'deputy', 'direction'].includes(rule));
  const decisions = directors.map(({ properties }) => String(properties.decision));
  return {
    code: 'S0.9',
    question: 'Seuls la cheffe ou le chef d’établissement et l’adjoint lisent tous les cahiers',
    holds: expected && bursars.length + everything.length === 0,
    evidence: [
      `règles qui portent sur tout l’établissement : ${rules.join(', ')}`,
      ...whenAny(
        heads.length,
        `direction : ${(
          await namesOf(
            scene,
            heads.map(({ subject }) => subject),
          )
        ).join(', ')}`,
      ),
      ...whenAny(
        directors.length,
        `direction d’école, par décision enregistrée (${decisions.join(', ')}) : ${(
          await namesOf(
            scene,
            directors.map(({ subject }) => subject),
          )
        ).join(', ')}`,
      ),
      ...whenAny(
        Number(inCharge.size === 0),
        'personne ne lit tous les cahiers : aucune direction, ou aucune décision, n’est enregistrée',
      ),
      ...whenAny(bursars.length, `gestion prise pour une direction : ${bursars.join(', ')}`),
      ...whenAny(
        everything.length,
        `lisent tous les cahiers par des autorisations ajoutées : ${everything.join(', ')}`,
      ),
    ],
  };
}

/** The adjoint gestionnaire is a bursar, never the deputy. */
async function bursarsAmong(scene: Scene, heads: ReadonlySet<string>): Promise<string[]> {
  const posts = (await liveFacts(scene, 'post')).filter(({ subject }) => heads.has(subject));
  const has = (person: string, ...held: string[]) =>
    posts.some(({ subject, properties }) => subject === person && held.includes(String(properties.function)));
  return namesOf(
    scene,
    [...heads].filter((person) => has(person, 'administrative') && !has(person, 'head', 'deputy')),
  );
}

/** Who reads the logbooks of every class by openings; a teacher of every class reads them as one of each team. */
async function readersOfEverything(scene: Scene, inCharge: ReadonlySet<string>): Promise<string[]> {
  const classes = new Set((await liveFacts(scene, 'audience')).map(({ object }) => object));
  if (classes.size < 2) return [];
  const read = [...(await whoByLogbook(scene, 'read')).values()];
  const counts = new Map<string, { all: number; opened: number }>();
  for (const { person, reasons } of read.flat()) {
    const count = counts.get(person) ?? { all: 0, opened: 0 };
    count.all += 1;
    if (reasons.every(({ rule }) => opened.includes(rule))) count.opened += 1;
    counts.set(person, count);
  }
  const found = [...counts].filter(
    ([person, { all, opened: by }]) => !inCharge.has(person) && all === read.length && by > 0,
  );
  return namesOf(
    scene,
    found.map(([person]) => person),
  );
}
