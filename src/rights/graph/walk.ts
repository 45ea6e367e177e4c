// Walking a graph: which paths lead from a resource to a person, to whom, from what; and when each way ends.
import type { Graph } from './graph.ts';
import { NO_KIND } from './kinds.ts';
import { type Hop, meeting, NONE, type Plan, type PlannedPath } from './plan.ts';

/**
 * The nodes a walk stands on, each with the end of the way there that lasts longest. Kept from one question to the
 * next, so that asking allocates nothing: what is written under an older stamp does not count.
 */
class Front {
  size = 0;
  nodes = new Uint32Array(64);
  #stamp = 0;
  #stamps = new Uint32Array(0);
  #until = new Float64Array(0);

  /** Empties it, for a graph of so many nodes. */
  clear(nodes: number): void {
    this.size = 0;
    this.#stamp += 1;
    if (this.#stamps.length >= nodes && this.#stamp < 0xffffffff) return;
    this.#stamps = new Uint32Array(Math.max(nodes, this.#stamps.length));
    this.#until = new Float64Array(this.#stamps.length);
    this.#stamp = 1;
  }

  add(node: number, until: number): void {
    if (this.#stamps[node] === this.#stamp) {
      if (this.#until[node]! < until) this.#until[node] = until;
      return;
    }
    this.#stamps[node] = this.#stamp;
    this.#until[node] = until;
    if (this.size === this.nodes.length) {
      const larger = new Uint32Array(this.size * 2);
      larger.set(this.nodes);
      this.nodes = larger;
    }
    this.nodes[this.size] = node;
    this.size += 1;
  }

  /** When the longest way to a node ends; 0 when there is none. */
  until(node: number): number {
    return this.#stamps[node] === this.#stamp ? this.#until[node]! : 0;
  }
}

/** Later than every end. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

const left = [new Front(), new Front()] as const;
const right = [new Front(), new Front()] as const;

/**
 * Whether a path leads from a resource to a person at an instant: when the way that lasts longest ends; 0 when none
 * does. Walks from both ends, always on from the one that has the fewest facts before it.
 */
export function endOfPath(graph: Graph, path: PlannedPath, resource: number, person: number, at: number): number {
  const { fromResource, fromPerson } = path;
  const steps = fromResource.length;
  let leftCost = countOf(graph, resource, fromResource[0]!);
  if (leftCost === 0) return 0;
  let rightCost = countOf(graph, person, fromPerson[0]!);
  if (rightCost === 0) return 0;
  let [here, after] = left;
  let [there, before] = right;
  here.clear(graph.nodes);
  here.add(resource, ENDLESS);
  there.clear(graph.nodes);
  there.add(person, ENDLESS);
  for (let hopsLeft = 0, hopsRight = 0; hopsLeft + hopsRight < steps; ) {
    if (leftCost <= rightCost) {
      step(graph, fromResource[hopsLeft++]!, here, after, at);
      [here, after] = [after, here];
      if (hopsLeft + hopsRight < steps) leftCost = costOf(graph, here, fromResource[hopsLeft]!);
      if (leftCost === 0 || here.size === 0) return 0;
    } else {
      step(graph, fromPerson[hopsRight++]!, there, before, at);
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
    const node = few.nodes[place]!;
    const until = Math.min(few.until(node), many.until(node));
    if (until > best) best = until;
  }
  return best;
}

/** One front for each step from an end; the paths of a rule begin alike, and what is walked once serves them all. */
const trail = Array.from({ length: 16 }, () => new Front());
const walked: (Hop | undefined)[] = [];

/** Called for every node that a path reaches: the path's place, the node, and when the longest way there ends. */
type Reached = (place: number, node: number, until: number) => void;

/** All that the paths of a plan reach from a resource, or from a person. */
export function reachAll(
  graph: Graph,
  plan: Plan,
  { from, side, at }: { from: number; side: 'fromResource' | 'fromPerson'; at: number },
  reached: Reached,
): void {
  walked.length = 0;
  trail[0]!.clear(graph.nodes);
  trail[0]!.add(from, ENDLESS);
  for (const path of plan.paths) {
    const hops = path[side];
    let same = 0;
    while (same < hops.length && walked[same] === hops[same]) same += 1;
    walked.length = same;
    for (let depth = same; depth < hops.length; depth += 1) {
      step(graph, hops[depth]!, trail[depth]!, trail[depth + 1]!, at);
      walked.push(hops[depth]);
    }
    const end = trail[hops.length]!;
    for (let place = 0; place < end.size; place += 1) {
      const node = end.nodes[place]!;
      reached(path.place, node, end.until(node));
    }
  }
}

/** Follows one hop from every node of a front. */
function step(graph: Graph, hop: Hop, from: Front, to: Front, at: number): void {
  to.clear(graph.nodes);
  const { label, labels, kinds } = graph;
  const { first, relation, start, target, fact } = hop.out ? graph.out : graph.in;
  const met = hop.condition === NONE ? undefined : meeting(graph, hop.condition);
  for (let place = 0; place < from.size; place += 1) {
    const node = from.nodes[place]!;
    const until = from.until(node);
    const last = first[node + 1]!;
    let segment = first[node]!;
    while (segment < last && relation[segment] !== hop.relation) segment += 1;
    if (segment === last) continue;
    for (let edge = start[segment]!; edge < start[segment + 1]!; edge += 1) {
      const said = label[fact[edge]!]!;
      const end = labels.to[said]!;
      if (labels.from[said]! > at || end <= at) continue;
      const next = target[edge]!;
      if (hop.kind !== NO_KIND && kinds[next] !== hop.kind) continue;
      if (met && met[said] === 0) continue;
      let lasts = end < until ? end : until;
      if (hop.beside !== NONE) {
        const beside = hop.out ? endBeside(graph, hop, node, next, at) : endBeside(graph, hop, next, node, at);
        if (beside < lasts) lasts = beside;
        if (lasts === 0) continue;
      }
      to.add(next, lasts);
    }
  }
}

/** When the last fact ends that a hop needs beside its own, between the same two; 0 when none holds. */
function endBeside(graph: Graph, hop: Hop, subject: number, object: number, at: number): number {
  const { label, labels, out } = graph;
  const met = meeting(graph, hop.besideCondition);
  let best = 0;
  for (let segment = out.first[subject]!; segment < out.first[subject + 1]!; segment += 1) {
    if (out.relation[segment] !== hop.beside) continue;
    for (let edge = out.start[segment]!; edge < out.start[segment + 1]!; edge += 1) {
      const said = label[edge]!;
      const end = labels.to[said]!;
      if (out.target[edge] === object && met[said] === 1 && labels.from[said]! <= at && end > at && end > best)
        best = end;
    }
  }
  return best;
}

/** How many facts a hop would follow from a front. */
function costOf(graph: Graph, front: Front, hop: Hop): number {
  let cost = 0;
  for (let place = 0; place < front.size; place += 1) cost += countOf(graph, front.nodes[place]!, hop);
  return cost;
}

function countOf(graph: Graph, node: number, hop: Hop): number {
  const { first, relation, start } = hop.out ? graph.out : graph.in;
  const last = first[node + 1]!;
  for (let segment = first[node]!; segment < last; segment += 1)
    if (relation[segment] === hop.relation) return start[segment + 1]! - start[segment]!;
  return 0;
}

/** The facts of a way, from the resource to the person, that holds until an instant and not longer. */
export function factsOfWay(
  graph: Graph,
  paths: readonly PlannedPath[],
  { resource, person, at, until }: { resource: number; person: number; at: number; until: number },
): number[] {
  for (const { fromResource } of paths) {
    const found = search(graph, fromResource, { depth: 0, node: resource, person, at, until }, new Set());
    if (found) return found;
  }
  return [];
}

interface Search {
  readonly depth: number;
  readonly node: number;
  readonly person: number;
  readonly at: number;
  readonly until: number;
}

/** Depth first along facts that last long enough; a node that led nowhere at a depth is not tried again there. */
function search(graph: Graph, hops: readonly Hop[], here: Search, tried: Set<number>): number[] | undefined {
  const { depth, node, person, at, until } = here;
  if (depth === hops.length) return node === person ? [] : undefined;
  const place = node * hops.length + depth;
  if (tried.has(place)) return undefined;
  tried.add(place);
  const hop = hops[depth]!;
  for (const { next, facts } of factsAlong(graph, hop, node, at, until)) {
    const rest = search(graph, hops, { ...here, depth: depth + 1, node: next }, tried);
    if (rest) return [...facts, ...rest];
  }
  return undefined;
}

/** The facts that a hop may follow from a node, each with the one beside it, that hold until an instant at least. */
function* factsAlong(graph: Graph, hop: Hop, node: number, at: number, until: number) {
  const { first, relation, start, target, fact } = hop.out ? graph.out : graph.in;
  for (let segment = first[node]!; segment < first[node + 1]!; segment += 1) {
    if (relation[segment] !== hop.relation) continue;
    for (let edge = start[segment]!; edge < start[segment + 1]!; edge += 1) {
      const next = target[edge]!;
      if (hop.kind !== NO_KIND && graph.kinds[next] !== hop.kind) continue;
      if (!holds(graph, fact[edge]!, hop.condition, at, until)) continue;
      const own = graph.ids[fact[edge]!]!;
      if (hop.beside === NONE) yield { next, facts: [own] };
      else
        for (const id of factsBeside(graph, hop, hop.out ? [node, next] : [next, node], at, until))
          yield { next, facts: [own, id] };
    }
  }
}

function* factsBeside(graph: Graph, hop: Hop, [subject, object]: readonly [number, number], at: number, until: number) {
  const { first, relation, start, target } = graph.out;
  for (let segment = first[subject]!; segment < first[subject + 1]!; segment += 1)
    if (relation[segment] === hop.beside)
      for (let edge = start[segment]!; edge < start[segment + 1]!; edge += 1)
        if (target[edge] === object && holds(graph, edge, hop.besideCondition, at, until)) yield graph.ids[edge]!;
}

function holds(graph: Graph, fact: number, condition: number, at: number, until: number): boolean {
  const said = graph.label[fact]!;
  if (graph.labels.from[said]! > at || graph.labels.to[said]! <= at || graph.labels.to[said]! < until) return false;
  return condition === NONE || meeting(graph, condition)[said] === 1;
}
