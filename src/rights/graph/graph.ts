// The graph of one school at one revision: its facts as integers in one array, laid out so that a question touches few
// places of memory.
import { catalogue, type Relation } from '../../facts/catalogue.ts';
import type { Difference, LeanFact, Snapshot } from '../../facts/snapshots.ts';
import { hashOfCells, hashOfRead, isOurs, isRead, readKey, takeSlot, textOf } from './keys.ts';
import { type Labels, LabelTable, TIME_CELLS, writeSince } from './labels.ts';
import { KIND, NodeTable } from './nodes.ts';

/** Relations by number: their place in the catalogue. */
export const relationNumber = new Map(Object.keys(catalogue).map((name, number) => [name as Relation, number]));

/** After the last segment of a node: a code that there is not. */
const NO_CODE = 127;

/** The code of the segment of the facts of a relation that leave a node, and of those that enter one. */
export const leaving = (relation: number): number => relation;
export const entering = (relation: number): number => relation + 64;
if (relationNumber.size > 63) throw new Error('a segment has no room for the number of so many relations');

/** A segment is a word: its code, and the cell of its first edge. The next word says where its edges end. */
const CODE_SHIFT = 25;
export const EDGE_MASK = 2 ** CODE_SHIFT - 1;

/**
 * A node is known by its first cell. There are four of its key (zeros when it is not one of ours), its kind, the number
 * of its first fact; then its segments, by code; then their edges: the node at the other end, the number of a label.
 * All that a question asks of a node lies together: where memory is large, each new place is what takes time.
 */
const FACT = 5;
const SEGMENTS = 6;

export interface Graph {
  readonly school: string;
  readonly revision: number;
  /** What the revision is dated, UTC milliseconds. */
  readonly revised: number;
  /** Questions about an instant from this one on can be answered: facts that had ended by then are left out. */
  readonly since: number;
  readonly nodes: number;
  /** Slots that lead from a key to its node; nodes; times, see labels.ts, then the ranks of labels. */
  readonly cells: Int32Array;
  readonly slots: number;
  readonly timesAt: number;
  readonly ranksAt: number;
  /** Nodes whose keys are not ours, and their keys. */
  readonly otherKeys: ReadonlyMap<string, number>;
  readonly otherTexts: ReadonlyMap<number, string>;
  /** The keys of facts, in the order in which they leave nodes. */
  readonly ids: Float64Array;
  readonly labels: Labels;
  /** By condition, see plan.ts: for each label whether it is met. Filled at first use. */
  readonly met: Uint8Array[];
}

/** Facts in no order. */
interface Columns {
  readonly ids: number[];
  readonly subjects: number[];
  readonly relations: number[];
  readonly objects: number[];
  readonly labels: number[];
}

/** Builds a graph from everything that is known of a school. */
export function buildGraph(school: string, since: number, { revision, revised, facts }: Snapshot): Graph {
  const nodes = new NodeTable();
  const labels = new LabelTable();
  const columns = emptyColumns();
  for (const fact of facts) append(columns, fact, nodes, labels);
  return assemble({ school, revision, revised, since }, { columns, nodes, labels });
}

/** The graph of a later revision: what was closed is left out, what was opened is added. */
export function patchGraph(before: Graph, { revision, revised, opened, closed }: Difference): Graph {
  const nodes = new NodeTable();
  const labels = new LabelTable(before.labels);
  const gone = new Set(closed);
  const columns = emptyColumns();
  const { cells } = before;
  const numbers = new Int32Array((before.timesAt >> 2) + 1);
  for (const node of nodesOf(before)) numbers[node >> 2] = nodes.add(keyOf(before, node), kindOf(before, node));
  for (const node of nodesOf(before))
    forEachFact(before, node, (relation, edge, id) => {
      if (gone.has(id)) return;
      columns.ids.push(id);
      columns.subjects.push(numbers[node >> 2]!);
      columns.relations.push(relation);
      columns.objects.push(numbers[cells[edge]! >> 2]!);
      columns.labels.push(cells[edge + 1]!);
    });
  for (const fact of opened) append(columns, fact, nodes, labels);
  const { school, since } = before;
  return assemble({ school, revision, revised, since }, { columns, nodes, labels });
}

/** The node of a key; -1 when the graph does not hold it. */
export function nodeOf(graph: Graph, key: string): number {
  return readKey(key) ? nodeOfRead(graph) : (graph.otherKeys.get(key) ?? -1);
}

/** The same for the key that was read last; `likely` is where it is looked for first. */
export function nodeOfRead(graph: Graph, likely = -1): number {
  const { cells, slots, timesAt } = graph;
  if (likely >= slots && likely < timesAt && isRead(cells, likely)) return likely;
  const mask = slots - 1;
  for (let slot = hashOfRead() & mask; ; slot = (slot + 1) & mask) {
    const node = cells[slot]!;
    if (node === 0) return -1;
    if (isRead(cells, node)) return node;
  }
}

export function keyOf({ cells, otherTexts }: Graph, node: number): string {
  return isOurs(cells, node) ? textOf(cells, node) : otherTexts.get(node)!;
}

/** What kind a node is of, see kinds.ts. */
export function kindOf({ cells }: Graph, node: number): number {
  return cells[node + KIND]!;
}

export function setKind({ cells }: Graph, node: number, kind: number): void {
  cells[node + KIND] = kind;
}

/** The cell of a segment of a node, by its code; 0 when it has none. */
export function segmentOf({ cells }: Graph, node: number, code: number): number {
  let segment = node + SEGMENTS;
  while (cells[segment]! >>> CODE_SHIFT < code) segment += 1;
  return cells[segment]! >>> CODE_SHIFT === code ? segment : 0;
}

/** Every node of a graph. */
export function* nodesOf({ cells, slots, timesAt }: Graph): Generator<number> {
  for (let node = slots; node < timesAt; ) {
    yield node;
    let segment = node + SEGMENTS;
    while (cells[segment]! >>> CODE_SHIFT !== NO_CODE) segment += 1;
    node = aligned(cells[segment]! & EDGE_MASK);
  }
}

/** The key of the fact of an edge that leaves a node. */
export function idOfFact({ cells, ids }: Graph, node: number, edge: number): number {
  return ids[cells[node + FACT]! + (edge - (cells[node + SEGMENTS]! & EDGE_MASK)) / 2]!;
}

/** Roughly how much memory a graph holds, in bytes. */
export function sizeOf({ cells, ids, labels, otherKeys }: Graph): number {
  return 2048 + cells.byteLength + ids.byteLength + labels.properties.length * 160 + otherKeys.size * 160;
}

/** Every fact that leaves a node: its relation, the cell of its edge, its key. */
function forEachFact(graph: Graph, node: number, visit: (relation: number, edge: number, id: number) => void): void {
  const { cells } = graph;
  for (let segment = node + SEGMENTS; cells[segment]! >>> CODE_SHIFT < entering(0); segment += 1) {
    const end = cells[segment + 1]! & EDGE_MASK;
    for (let edge = cells[segment]! & EDGE_MASK; edge < end; edge += 2)
      visit(cells[segment]! >>> CODE_SHIFT, edge, idOfFact(graph, node, edge));
  }
}

function emptyColumns(): Columns {
  return { ids: [], subjects: [], relations: [], objects: [], labels: [] };
}

function append(columns: Columns, fact: LeanFact, nodes: NodeTable, labels: LabelTable): void {
  const [id, relation, subject, object, from, to, properties] = fact;
  columns.ids.push(id);
  columns.subjects.push(nodes.add(subject));
  columns.relations.push(relationNumber.get(relation)!);
  columns.objects.push(nodes.add(object));
  columns.labels.push(labels.add(from, to, properties));
}

function assemble(
  origin: Pick<Graph, 'school' | 'revision' | 'revised' | 'since'>,
  { columns, nodes, labels }: { columns: Columns; nodes: NodeTable; labels: LabelTable },
): Graph {
  const { subjects, objects, relations } = columns;
  const outgoing = { order: ordered(subjects, relations), near: subjects, far: objects, code: leaving };
  const incoming = { order: ordered(objects, relations), near: objects, far: subjects, code: entering };
  const slots = slotsFor(nodes.size);
  const { starts, edges, end } = layOut(nodes.size, slots, [outgoing, incoming], relations);
  const cells = new Int32Array(end + TIME_CELLS + labels.size);
  writeSince(cells, end, origin.since);
  const segments = starts.map((start) => start + SEGMENTS);
  for (const { order, near, far, code } of [outgoing, incoming]) {
    let [node, relation] = [-1, -1];
    for (const [fact, place] of order.entries()) {
      if (near[place] !== node && code === leaving) cells[starts[near[place]!]! + FACT] = fact;
      if (near[place] !== node || relations[place] !== relation) {
        node = near[place]!;
        relation = relations[place]!;
        cells[segments[node]!++] = word(code(relation), edges[node]!);
      }
      cells[edges[node]!++] = starts[far[place]!]!;
      cells[edges[node]!++] = columns.labels[place]!;
    }
  }
  for (let node = 0; node < nodes.size; node += 1) {
    cells[segments[node]!] = word(NO_CODE, edges[node]!);
    nodes.write(node, cells, starts[node]!);
    if (isOurs(cells, starts[node]!)) takeSlot(cells, slots, hashOfCells(cells, starts[node]!), starts[node]!);
  }
  const others = [...nodes.otherKeys].map(([key, node]) => [key, starts[node]!] as const);
  const { school, revision, revised, since } = origin;
  // written out: a spread would give each graph a hidden class of its own, and no question could be compiled for all
  return {
    school,
    revision,
    revised,
    since,
    nodes: nodes.size,
    cells,
    slots,
    timesAt: end,
    ranksAt: end + TIME_CELLS,
    otherKeys: new Map(others),
    otherTexts: new Map(others.map(([key, node]) => [node, key])),
    ids: Float64Array.from(outgoing.order, (place) => columns.ids[place]!),
    labels: labels.table(),
    met: [],
  };
}

/** Where each node begins, where its edges do, and where the last one ends. */
function layOut(
  nodes: number,
  from: number,
  ways: readonly { readonly order: Uint32Array; readonly near: readonly number[] }[],
  relations: readonly number[],
): { starts: Int32Array; edges: Int32Array; end: number } {
  const segments = new Int32Array(nodes);
  const count = new Int32Array(nodes);
  for (const { order, near } of ways) {
    let [node, relation] = [-1, -1];
    for (const place of order) {
      if (near[place] !== node || relations[place] !== relation) segments[near[place]!]! += 1;
      node = near[place]!;
      relation = relations[place]!;
      count[node]! += 1;
    }
  }
  const starts = new Int32Array(nodes);
  const edges = new Int32Array(nodes);
  let end = from;
  for (let node = 0; node < nodes; node += 1) {
    starts[node] = end;
    edges[node] = end + SEGMENTS + segments[node]! + 1;
    end = aligned(edges[node]! + 2 * count[node]!);
  }
  if (end > EDGE_MASK) throw new Error('a school is too large for its edges to be numbered');
  return { starts, edges, end };
}

function word(code: number, edge: number): number {
  return (code << CODE_SHIFT) | edge;
}

/** Nodes begin at every fourth cell, so that they can be numbered by fours. */
function aligned(cell: number): number {
  return (cell + 3) & ~3;
}

/** The places of facts sorted by node, then by relation, then as they were. */
function ordered(nodes: readonly number[], relations: readonly number[]): Uint32Array {
  const count = nodes.length;
  const sorted = new Float64Array(count);
  for (let place = 0; place < count; place += 1)
    sorted[place] = (nodes[place]! * 64 + relations[place]!) * count + place;
  return Uint32Array.from(sorted.sort(), (value) => value % count);
}

function slotsFor(nodes: number): number {
  let slots = 16;
  while (slots * 3 < nodes * 4) slots *= 2;
  return slots;
}
