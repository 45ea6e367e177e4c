// Walking a graph: whether a path leads from a resource to a person, and to whom and from what all paths of a plan do.
// Ends are told by rank: see labels.ts.
import { Front } from './fronts.ts';
import { EDGE_MASK, type Graph, kindOf, segmentOf } from './graph.ts';
import { NO_KIND } from './kinds.ts';
import { rankAt } from './labels.ts';
import { type Hop, meeting, NONE, type Plan, type PlannedPath } from './plan.ts';

/** Higher than every rank. */
const ENDLESS = 0x7fffffff;

const left = [new Front(), new Front()] as const;
const right = [new Front(), new Front()] as const;

/** Prepares a graph for questions about an instant. Before every walk. */
export function standAt({ labels, cells, timesAt }: Graph, at: number): void {
  rankAt(labels, cells, timesAt, at);
}

/**
 * Whether a path leads from a resource to a person: the rank of the end of the way that lasts longest; 0 when none does.
 * Walks from both ends, always on from the one that has the fewest facts before it.
 */
export function rankOfPath(graph: Graph, path: PlannedPath, resource: number, person: number): number {
  const { fromResource, fromPerson } = path;
  const steps = fromResource.length;
  let rightCost = countOf(graph, person, fromPerson[0]!);
  if (rightCost === 0) return 0;
  let leftCost = countOf(graph, resource, fromResource[0]!);
  if (leftCost === 0) return 0;
  let [here, after] = left;
  let [there, before] = right;
  here.clear();
  here.add(resource, ENDLESS, graph.ranksAt);
  there.clear();
  there.add(person, ENDLESS, graph.ranksAt);
  for (let hopsLeft = 0, hopsRight = 0; hopsLeft + hopsRight < steps; ) {
    if (leftCost <= rightCost) {
      step(graph, fromResource[hopsLeft++]!, here, after);
      [here, after] = [after, here];
      if (hopsLeft + hopsRight < steps) leftCost = costOf(graph, here, fromResource[hopsLeft]!);
      if (leftCost === 0 || here.size === 0) return 0;
    } else {
      step(graph, fromPerson[hopsRight++]!, there, before);
      [there, before] = [before, there];
      if (hopsLeft + hopsRight < steps) rightCost = costOf(graph, there, fromPerson[hopsRight]!);
      if (rightCost === 0 || there.size === 0) return 0;
    }
  }
  return meet(here, there);
}

/** The best of the ways that meet: of each, the end that comes first. */
function meet(here: Front, there: Front): number {
  let best = 0;
  const [few, many] = here.size < there.size ? [here, there] : [there, here];
  for (let place = 0; place < few.size; place += 1) {
    const rank = Math.min(few.ranks[place]!, many.rankOf(few.nodes[place]!));
    if (rank > best) best = rank;
  }
  return best;
}

/** One front for each step from an end; paths begin alike, and what is walked once serves them all. */
const trail: Front[] = [];
const walked: Hop[] = [];

/** Called for every node that a path reaches: the path's place, the node, and the rank of the longest way there. */
type Reached = (place: number, node: number, rank: number) => void;

/** All that the paths of a plan reach from a resource, or from a person. */
export function reachAll(
  graph: Graph,
  plan: Plan,
  { from, side }: { from: number; side: 'fromResource' | 'fromPerson' },
  reached: Reached,
): void {
  walked.length = 0;
  frontAt(0).clear();
  frontAt(0).add(from, ENDLESS, graph.ranksAt);
  for (const path of plan.paths) {
    const hops = path[side];
    let depth = 0;
    while (depth < hops.length && walked[depth] === hops[depth]) depth += 1;
    walked.length = depth;
    for (; depth < hops.length; depth += 1) {
      step(graph, hops[depth]!, frontAt(depth), frontAt(depth + 1));
      walked.push(hops[depth]!);
    }
    const end = frontAt(hops.length);
    for (let place = 0; place < end.size; place += 1) reached(path.place, end.nodes[place]!, end.ranks[place]!);
  }
}

function frontAt(depth: number): Front {
  trail[depth] ??= new Front();
  return trail[depth]!;
}

/** Follows one hop from every node of a front. */
function step(graph: Graph, hop: Hop, from: Front, to: Front): void {
  to.clear();
  const { cells, ranksAt } = graph;
  const met = hop.condition === NONE ? undefined : meeting(graph, hop.condition);
  for (let place = 0; place < from.size; place += 1) {
    const node = from.nodes[place]!;
    const rank = from.ranks[place]!;
    const segment = segmentOf(graph, node, hop.code);
    if (segment === 0) continue;
    const end = cells[segment + 1]! & EDGE_MASK;
    for (let edge = cells[segment]! & EDGE_MASK; edge < end; edge += 2) {
      const label = cells[edge + 1]!;
      let lasts = cells[ranksAt + label]!;
      if (lasts === 0) continue;
      const next = cells[edge]!;
      if (hop.kind !== NO_KIND && kindOf(graph, next) !== hop.kind) continue;
      if (met && met[label] === 0) continue;
      if (hop.unless !== NONE && leadsTo(graph, node, hop.unless, next)) continue;
      if (rank < lasts) lasts = rank;
      if (hop.beside !== NONE) {
        const beside = hop.out ? rankBeside(graph, hop, node, next) : rankBeside(graph, hop, next, node);
        if (beside === 0) continue;
        if (beside < lasts) lasts = beside;
      }
      to.add(next, lasts, ranksAt);
    }
  }
}

/** The rank of the last fact to end that a hop needs beside its own, between the same two; 0 when none holds. */
function rankBeside(graph: Graph, hop: Hop, subject: number, object: number): number {
  const { cells, ranksAt } = graph;
  const segment = segmentOf(graph, subject, hop.beside);
  if (segment === 0) return 0;
  const met = meeting(graph, hop.besideCondition);
  const end = cells[segment + 1]! & EDGE_MASK;
  let best = 0;
  for (let edge = cells[segment]! & EDGE_MASK; edge < end; edge += 2) {
    const label = cells[edge + 1]!;
    if (cells[edge] === object && met[label] === 1 && cells[ranksAt + label]! > best) best = cells[ranksAt + label]!;
  }
  return best;
}

/** Whether a fact of a segment leads from a node to another now. */
export function leadsTo(graph: Graph, node: number, code: number, to: number): boolean {
  const { cells, ranksAt } = graph;
  const segment = segmentOf(graph, node, code);
  if (segment === 0) return false;
  const end = cells[segment + 1]! & EDGE_MASK;
  for (let edge = cells[segment]! & EDGE_MASK; edge < end; edge += 2)
    if (cells[edge] === to && cells[ranksAt + cells[edge + 1]!] !== 0) return true;
  return false;
}

/** How many facts a hop would follow from a front. */
function costOf(graph: Graph, front: Front, hop: Hop): number {
  let cost = 0;
  for (let place = 0; place < front.size; place += 1) cost += countOf(graph, front.nodes[place]!, hop);
  return cost;
}

function countOf(graph: Graph, node: number, hop: Hop): number {
  const segment = segmentOf(graph, node, hop.code);
  if (segment === 0) return 0;
  return (graph.cells[segment + 1]! & EDGE_MASK) - (graph.cells[segment]! & EDGE_MASK);
}
