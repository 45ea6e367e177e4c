// The facts of a way, looked for when someone asks which they are.
import { EDGE_MASK, type Graph, idOfFact, kindOf, leaving, segmentOf } from './graph.ts';
import { NO_KIND } from './kinds.ts';
import { type Hop, meeting, NONE, type PlannedPath } from './plan.ts';
import { leadsTo, standAt } from './walk.ts';

interface Sought {
  readonly resource: number;
  readonly person: number;
  readonly at: number;
  /** The rank of the end of the way: every fact of it lasts at least as long. */
  readonly rank: number;
}

/** The facts of a way along one of some paths, from the resource to the person. */
export function factsOfWay(graph: Graph, paths: readonly PlannedPath[], sought: Sought): number[] {
  standAt(graph, sought.at);
  for (const { fromResource } of paths) {
    const found = search(graph, fromResource, { ...sought, depth: 0, node: sought.resource }, new Set());
    if (found) return found;
  }
  return [];
}

/** Depth first; a node that led nowhere at a depth is not tried again there. */
function search(
  graph: Graph,
  hops: readonly Hop[],
  here: Sought & { depth: number; node: number },
  tried: Set<number>,
): number[] | undefined {
  const { depth, node, person, rank } = here;
  if (depth === hops.length) return node === person ? [] : undefined;
  const place = node * hops.length + depth;
  if (tried.has(place)) return undefined;
  tried.add(place);
  for (const { next, facts } of factsAlong(graph, hops[depth]!, node, rank)) {
    const rest = search(graph, hops, { ...here, depth: depth + 1, node: next }, tried);
    if (rest) return [...facts, ...rest];
  }
  return undefined;
}

/** The facts that a hop may follow from a node, each with the one beside it. */
function* factsAlong(graph: Graph, hop: Hop, node: number, rank: number) {
  for (const edge of edgesOf(graph, node, hop.code)) {
    const next = graph.cells[edge]!;
    if (hop.kind !== NO_KIND && kindOf(graph, next) !== hop.kind) continue;
    if (!holds(graph, edge, hop.condition, rank)) continue;
    if (hop.unless !== NONE && leadsTo(graph, node, hop.unless, next)) continue;
    const [subject, object] = hop.out ? [node, next] : [next, node];
    const own = idOf(graph, hop, { edge, subject, object });
    if (hop.beside === NONE) yield { next, facts: [own] };
    else
      for (const beside of edgesOf(graph, subject, hop.beside))
        if (graph.cells[beside] === object && holds(graph, beside, hop.besideCondition, rank))
          yield { next, facts: [own, idOfFact(graph, subject, beside)] };
  }
}

/** The key of the fact of an edge; facts are numbered as they leave their subject. */
function idOf(graph: Graph, hop: Hop, { edge, subject, object }: { edge: number; subject: number; object: number }) {
  if (hop.out) return idOfFact(graph, subject, edge);
  for (const other of edgesOf(graph, subject, leaving(hop.relation)))
    if (graph.cells[other] === object && graph.cells[other + 1] === graph.cells[edge + 1])
      return idOfFact(graph, subject, other);
  throw new Error('a fact enters its object and does not leave its subject');
}

function* edgesOf(graph: Graph, node: number, code: number): Generator<number> {
  const { cells } = graph;
  const segment = segmentOf(graph, node, code);
  if (segment === 0) return;
  const end = cells[segment + 1]! & EDGE_MASK;
  for (let edge = cells[segment]! & EDGE_MASK; edge < end; edge += 2) yield edge;
}

function holds(graph: Graph, edge: number, condition: number, rank: number): boolean {
  const label = graph.cells[edge + 1]!;
  if (graph.cells[graph.ranksAt + label]! < rank) return false;
  return condition === NONE || meeting(graph, condition)[label] === 1;
}
