// Answers from a graph: may she, whom, and which; the same reasons, ends and order as SQL gives.
import type { Forbid } from '../path.ts';
import type { RuleName } from '../policy.ts';
import { judge, type Reason, type Verdict } from '../questions.ts';
import { type Graph, keyOf, kindOf, nodeOf } from './graph.ts';
import type { Plan } from './plan.ts';
import { rankOfPath, reachAll, standAt } from './walk.ts';
import { factsOfWay } from './ways.ts';

/** Where a reason was found. */
interface Finding {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly resource: number;
  readonly person: number;
  readonly at: number;
}

/** A reason whose facts are looked for when they are asked. */
class FoundReason implements Reason {
  readonly rule: RuleName;
  readonly validUntil: number;
  readonly #finding: Finding;
  readonly #place: number;
  readonly #rank: number;

  constructor(finding: Finding, place: number, rank: number) {
    const { rules } = finding.plan;
    this.rule = rules[place % rules.length]!.name as RuleName;
    this.validUntil = finding.graph.labels.ends[rank]!;
    this.#finding = finding;
    this.#place = place;
    this.#rank = rank;
  }

  get facts(): readonly number[] {
    const { graph, plan } = this.#finding;
    return factsOfWay(graph, plan.pathsOf(this.#place), { ...this.#finding, rank: this.#rank });
  }
}

const DENIED: Verdict = Object.freeze({ reasons: Object.freeze([]) });

/** The rank of the longest way of each rule of a plan. */
let ranks = new Int32Array(64);

/** What the rules say of a resource of a graph, by its node, and a person. */
export function check(
  graph: Graph,
  plan: Plan,
  { resource, person: key, at }: { resource: number; person: string; at: number },
): Verdict {
  const person = resource < 0 ? -1 : nodeOf(graph, key);
  if (person < 0) return DENIED;
  standAt(graph, at);
  const { paths, allowing, rules } = plan;
  if (ranks.length < rules.length) ranks = new Int32Array(rules.length);
  ranks.fill(0, 0, rules.length);
  let allowed = false;
  for (let place = 0; place < paths.length; place += 1) {
    // forbids come last, and there is nothing left to forbid
    if (place === allowing && !allowed) return DENIED;
    const path = paths[place]!;
    const rank = rankOfPath(graph, path, resource, person);
    if (rank === 0) continue;
    allowed = true;
    if (ranks[path.place]! < rank) ranks[path.place] = rank;
  }
  return allowed ? verdict(ranks, { graph, plan, resource, person, at }) : DENIED;
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
  for (const [person, ranks] of reachedFrom(graph, plan, { side: 'fromResource', from: node, at })) {
    const { reasons } = verdict(ranks, { graph, plan, resource: node, person, at });
    if (reasons.length > 0) told.push({ person: keyOf(graph, person), reasons });
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
  for (const [resource, ranks] of reachedFrom(graph, plan, { side: 'fromPerson', from: node, at })) {
    if (kindOf(graph, resource) !== plan.kind) continue;
    const { reasons } = verdict(ranks, { graph, plan, resource, person: node, at });
    if (reasons.length > 0) told.push({ id: keyOf(graph, resource), school: graph.school, reasons });
  }
  return told.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** For each node reached, the rank of the longest way of each rule. */
function reachedFrom(
  graph: Graph,
  plan: Plan,
  { side, from, at }: { side: 'fromResource' | 'fromPerson'; from: number; at: number },
): Map<number, Int32Array> {
  standAt(graph, at);
  const found = new Map<number, Int32Array>();
  reachAll(graph, plan, { from, side }, (place, node, rank) => {
    let mine = found.get(node);
    if (!mine) {
      mine = new Int32Array(plan.rules.length);
      found.set(node, mine);
    }
    if (mine[place]! < rank) mine[place] = rank;
  });
  return found;
}

function verdict(ranks: Int32Array, finding: Finding): Verdict {
  const allowed: Reason[] = [];
  let forbids: Forbid[] | undefined;
  const { rules } = finding.plan;
  for (let place = 0; place < rules.length; place += 1) {
    const rank = ranks[place]!;
    if (rank === 0) continue;
    const rule = rules[place]!;
    if (!('defeats' in rule)) {
      allowed.push(new FoundReason(finding, place, rank));
      continue;
    }
    forbids ??= [];
    forbids.push(rule);
  }
  if (allowed.length === 0) return DENIED;
  return forbids
    ? judge(allowed, forbids, ({ rule }) => freeReason(finding, rule))
    : judge(allowed, NO_FORBIDS, noReason);
}

/** A rule by its ways that no forbid closes. */
function freeReason(finding: Finding, rule: RuleName): Reason | undefined {
  const { graph, plan, resource, person, at } = finding;
  let [best, place] = [0, 0];
  standAt(graph, at);
  for (const path of plan.free) {
    if (plan.rules[path.place % plan.rules.length]!.name !== rule) continue;
    const rank = rankOfPath(graph, path, resource, person);
    if (rank > best) [best, place] = [rank, path.place];
  }
  return best === 0 ? undefined : new FoundReason(finding, place, best);
}

const NO_FORBIDS: readonly Forbid[] = [];
const noReason = () => undefined;
