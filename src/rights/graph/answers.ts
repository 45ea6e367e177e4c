// Answers from a graph: may she, whom, and which; the same reasons, ends and order as SQL gives.
import type { Forbid } from '../path.ts';
import type { RuleName } from '../policy.ts';
import { judge, type Reason, type Verdict } from '../questions.ts';
import { type Graph, nodeOf } from './graph.ts';
import type { Plan } from './plan.ts';
import { endOfPath, factsOfWay, reachAll } from './walk.ts';

/** A reason whose facts are looked for when they are asked. */
class FoundReason implements Reason {
  readonly rule: RuleName;
  readonly validUntil: number;
  readonly #way: () => number[];

  constructor(rule: RuleName, validUntil: number, way: () => number[]) {
    this.rule = rule;
    this.validUntil = validUntil;
    this.#way = way;
  }

  get facts(): readonly number[] {
    return this.#way();
  }
}

const DENIED: Verdict = Object.freeze({ reasons: Object.freeze([]) });

/** The end of the longest way of each rule of a plan. */
let ends = new Float64Array(64);

/** What the rules say of a person and a resource of a graph. */
export function check(graph: Graph, plan: Plan, asked: { resource: string; person: string; at: number }): Verdict {
  const person = nodeOf(graph, asked.person);
  if (person < 0) return DENIED;
  const resource = nodeOf(graph, asked.resource);
  if (resource < 0) return DENIED;
  const { at } = asked;
  const { paths, allowing } = plan;
  if (ends.length < plan.rules.length) ends = new Float64Array(plan.rules.length);
  ends.fill(0, 0, plan.rules.length);
  let allowed = false;
  for (let place = 0; place < paths.length; place += 1) {
    // forbids come last, and there is nothing left to forbid
    if (place === allowing && !allowed) return DENIED;
    const path = paths[place]!;
    const end = endOfPath(graph, path, resource, person, at);
    if (end === 0) continue;
    allowed = true;
    if (ends[path.place]! < end) ends[path.place] = end;
  }
  return allowed ? verdict(graph, plan, ends, { resource, person, at }) : DENIED;
}

/** Every person to whom a plan leads from a resource, by key. */
export function persons(
  graph: Graph,
  plan: Plan,
  { resource, at }: { resource: string; at: number },
): { person: string; reasons: readonly Reason[] }[] {
  const node = nodeOf(graph, resource);
  if (node < 0) return [];
  const told: { person: string; reasons: readonly Reason[] }[] = [];
  for (const [person, ends] of reachedFrom(graph, plan, 'fromResource', node, at)) {
    const { reasons } = verdict(graph, plan, ends, { resource: node, person, at });
    if (reasons.length > 0) told.push({ person: graph.keys.keyOf(person), reasons });
  }
  return told.sort((a, b) => (a.person < b.person ? -1 : 1));
}

/** Every resource from which a plan leads to a person, by key. */
export function resources(
  graph: Graph,
  plan: Plan,
  { person, at }: { person: string; at: number },
): { id: string; school: string; reasons: readonly Reason[] }[] {
  const node = nodeOf(graph, person);
  if (node < 0) return [];
  const told: { id: string; school: string; reasons: readonly Reason[] }[] = [];
  for (const [resource, ends] of reachedFrom(graph, plan, 'fromPerson', node, at)) {
    if (graph.kinds[resource] !== plan.kind) continue;
    const { reasons } = verdict(graph, plan, ends, { resource, person: node, at });
    if (reasons.length > 0) told.push({ id: graph.keys.keyOf(resource), school: graph.school, reasons });
  }
  return told.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** For each node reached, the end of the longest way of each rule. */
function reachedFrom(
  graph: Graph,
  plan: Plan,
  side: 'fromResource' | 'fromPerson',
  from: number,
  at: number,
): Map<number, Float64Array> {
  const found = new Map<number, Float64Array>();
  reachAll(graph, plan, { from, side, at }, (place, node, until) => {
    let mine = found.get(node);
    if (!mine) {
      mine = new Float64Array(plan.rules.length);
      found.set(node, mine);
    }
    if (mine[place]! < until) mine[place] = until;
  });
  return found;
}

function verdict(
  graph: Graph,
  plan: Plan,
  ends: Float64Array,
  found: { resource: number; person: number; at: number },
): Verdict {
  const allowed: Reason[] = [];
  let forbids: Forbid[] | undefined;
  const { rules } = plan;
  for (let place = 0; place < rules.length; place += 1) {
    const until = ends[place]!;
    if (until === 0) continue;
    const rule = rules[place]!;
    if ('defeats' in rule) {
      forbids = [...(forbids ?? []), rule];
      continue;
    }
    const way = () => factsOfWay(graph, plan.pathsOf(place), { ...found, until });
    allowed.push(new FoundReason(rule.name as RuleName, until, way));
  }
  return allowed.length === 0 ? DENIED : judge(allowed, forbids ?? NO_FORBIDS);
}

const NO_FORBIDS: readonly Forbid[] = [];
