// Why a person may, or may not: the facts that allow, or how far each rule goes and what it lacks.
import { currentFacts, type Fact, factsByKey, type Properties, revisionAt } from '../facts/facts.ts';
import { type Companion, type Property, type Reached, readTrail, type Step, startsAt } from '../facts/paths.ts';
import type { Db } from '../storage/storage.ts';
import type { WrittenQuestion } from './questions.ts';
import {
  type Action,
  askJudged,
  type Decision,
  instantOf,
  knowledgeIn,
  may,
  questionAbout,
  type Resource,
  type RuleName,
  type When,
} from './rights.ts';

export interface Explanation extends Decision {
  /** When allowed: the facts of the reason that lasts longest, from the resource to the person. */
  readonly path?: readonly Fact[];
  /** When denied: for each rule, the way that comes nearest. */
  readonly missing?: readonly Missing[];
  /** When denied: the instant by which it is judged besides the one that is asked about, if another: see `judgedAt`. */
  readonly judged?: number;
}

export interface Missing {
  readonly rule: RuleName;
  /** The facts that hold, from the farthest one reached back to the person. */
  readonly matched: readonly Fact[];
  /** The fact that does not: its relation, the ends that were reached, and the property it must carry. */
  readonly lacks: Lacking;
  /** A fact of that kind that has ended, or has not begun: the one that ends last. */
  readonly lapsed?: Fact;
}

interface Lacking {
  readonly relation: Step['relation'];
  readonly subject?: string;
  readonly object?: string;
  readonly properties?: Properties;
}

/** May a person do this to that resource, and why? The decision of `may`, with its facts or with what is missing. */
export async function explain(
  db: Db,
  asked: { person: string; action: Action; resource: Resource; when?: When | undefined },
): Promise<Explanation> {
  const when = asked.when ?? { at: Date.now() };
  const decision = await may(db, { ...asked, when });
  const [best] = decision.reasons;
  if (best) return { ...decision, path: await factsByKey(db, best.facts) };
  if (decision.school === undefined) return { ...decision, missing: [] };
  const { person, resource } = asked;
  const known = { school: decision.school, knownAt: await knownAt(db, decision.school, when) };
  const missing: Missing[] = [];
  const { found, judged } = await attempts(db, { ...asked, when });
  // a rule that a forbid defeats lacks nothing
  for (const attempt of found.filter((one) => !isWhole(one)))
    missing.push(await whatLacks(db, { person, resource: resource.id, ...attempt, known }));
  return { ...decision, missing, ...(judged !== undefined && { judged }) };
}

/** The rules that lead to the person, be they defeated by a forbid or not. */
export async function rulesLeading(
  db: Db,
  asked: { person: string; action: Action; resource: Resource; when: When },
): Promise<RuleName[]> {
  return (await attempts(db, asked)).found.filter(isWhole).map(({ rule }) => rule);
}

/** How far each rule that allows goes; of two instants by which it is judged, at the one where it lacks more. */
async function attempts(
  db: Db,
  { person, action, resource, when }: { person: string; action: Action; resource: Resource; when: When },
): Promise<{ found: Attempt[]; judged?: number | undefined }> {
  const question = await questionAbout(db, { type: resource.type, action, when }, 'trace');
  if (!question) return { found: [] };
  const ends = { person, resource: resource.id };
  const { rows, later, moved } = await askJudged(db, question.sql, { when, ends });
  const found = nearest(question, rows, instantOf(when));
  // all that is asked about is of one school
  const [judged] = moved.values();
  if (judged === undefined) return { found };
  const then = nearest(question, later, judged);
  return {
    found: found.map((one, place) => (one.steps.length > then[place]!.steps.length ? one : then[place]!)),
    judged,
  };
}

function isWhole({ steps }: Attempt): boolean {
  return steps.length === 0;
}

/** The revision that a question goes by; none for today's. */
async function knownAt(db: Db, school: string, when: When): Promise<number | undefined> {
  if ('decidedAt' in when) return when.revision;
  return knowledgeIn(when) === 'then' ? revisionAt(db, school, instantOf(when)) : undefined;
}

/** What may be told: the facts of a school as they were known at a revision, or are today. */
interface Known {
  readonly school: string;
  readonly knownAt: number | undefined;
}

interface Attempt {
  readonly rule: RuleName;
  /** The steps that are not matched, from the resource. */
  readonly steps: readonly Step[];
  /** The matched step that is nearest to the resource. */
  readonly last: Step | undefined;
  readonly trail: string | undefined;
  readonly at: number;
}

/** For each rule, the path with the fewest steps left to match. */
function nearest({ rules, ruleOf }: WrittenQuestion, rows: readonly Reached[], at: number): Attempt[] {
  const paths = rules.flatMap((rule) => rule.paths);
  const attempts = paths.map((path, index): Attempt & { place: number } => {
    const mine = rows.filter((row) => row.path === index).sort((a, b) => Number(b.node) - Number(a.node));
    const depth = Number(mine[0]?.node ?? 0);
    const place = ruleOf[index]!;
    return {
      place,
      rule: rules[place]!.name as RuleName,
      steps: path.slice(0, path.length - depth),
      last: path[path.length - depth],
      trail: mine[0]?.trail ?? undefined,
      at,
    };
  });
  return rules.map((_, place) =>
    attempts
      .filter((attempt) => attempt.place === place)
      .reduce((best, one) => (one.steps.length < best.steps.length ? one : best)),
  );
}

async function whatLacks(
  db: Db,
  asked: Attempt & { person: string; resource: string; known: Known },
): Promise<Missing> {
  const { rule, steps, last, trail, at, known } = asked;
  const matched = trail ? await factsByKey(db, readTrail(trail).facts) : [];
  const reached = last && matched[0] ? matched[0][last.way === 'in' ? 'object' : 'subject'] : asked.person;
  const step = steps.at(-1)!;
  const near = step.way === 'in' ? 'subject' : 'object';
  const far = step.way === 'in' ? 'object' : 'subject';
  const ends = {
    [near]: reached,
    ...(startsAt(steps, steps.length - 1) && { [far]: asked.resource }),
  };
  const found = await currentFacts(db, { ...known, relations: [step.relation], ...ends });
  const candidates = found.filter((fact) => carries(fact, step.property));
  const held = candidates.find((fact) => isLive(fact, at));
  if (held && step.alongside) {
    const beside = await whatLacksBeside(db, step.alongside, { held, at, known });
    return { rule, matched: [held, ...matched], ...beside };
  }
  const lapsed = lastLapsed(candidates, at);
  const properties = step.property && { properties: { [step.property[0]]: step.property[1] } };
  return { rule, matched, lacks: { relation: step.relation, ...ends, ...properties }, ...(lapsed && { lapsed }) };
}

/** The fact of a step holds: it is the one beside it that does not. */
async function whatLacksBeside(
  db: Db,
  { relation, property }: Companion,
  { held, at, known }: { held: Fact; at: number; known: Known },
): Promise<Pick<Missing, 'lacks' | 'lapsed'>> {
  const { subject, object } = held;
  const beside = await currentFacts(db, { ...known, relations: [relation], subject, object });
  const lapsed = lastLapsed(
    beside.filter((fact) => carries(fact, property)),
    at,
  );
  const lacks = { relation, subject, object, properties: { [property[0]]: property[1] } };
  return { lacks, ...(lapsed && { lapsed }) };
}

function carries({ properties }: Fact, property: Property | undefined): boolean {
  return !property || properties[property[0]] === property[1];
}

/** The fact out of its dates that ends last. */
function lastLapsed(facts: readonly Fact[], at: number): Fact | undefined {
  return facts
    .filter((fact) => !isLive(fact, at))
    .reduce<Fact | undefined>((last, fact) => (last && last.validTo >= fact.validTo ? last : fact), undefined);
}

function isLive({ validFrom, validTo }: Fact, at: number): boolean {
  return validFrom <= at && at < validTo;
}
