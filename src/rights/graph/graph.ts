// The graph of one school at one revision: its facts as integers in one array, laid out so that a question touches few
// places of memory.
import { catalogue, type Relation } from '../../facts/catalogue.ts';
import type { Difference, LeanFact, Snapshot } from '../../facts/snapshots.ts';
import { hashOfCells, hashOfRead, isRead, readKey, textOf, writeRead } from './keys.ts';
import { type Labels, LabelTable } from './labels.ts';

/** Relations by number: their place in the catalogue. */
export const relationNumber = new Map(Object.keys(catalogue).map((name, number) => [name as Relation, number]));

/** After the last segment of a node: a relation that there is not. */
const NO_RELATION = 63;
if (relationNumber.size > NO_RELATION) throw new Error('a segment has no room for the number of so many relations');

/** A segment is a word: its relation, and the number of its first edge. */
export const RELATION_SHIFT = 26;
export const EDGE_MASK = 2 ** RELATION_SHIFT - 1;

/** What a node is, in cells: four of its key, then these. */
const NODE_CELLS = 8;
const NODE_SHIFT = 3;
export const OUT = 4;
export const IN = 5;
const KIND = 6;

/** What an edge is, in cells: the node at its other end, then the number of its label. */
const EDGE_CELLS = 2;

export interface Graph {
  readonly school: string;
  readonly revision: number;
  /** Questions about an instant from this one on can be answered: facts that had ended by then are left out. */
  readonly since: number;
  readonly nodes: number;
  readonly facts: number;
  /**
   * Slots that lead from a key to its node; nodes; segments, the edges of one node, way and relation, in the order of
   * relations; edges out of nodes in the order of facts, then the same facts as edges into nodes; the ranks of labels.
   */
  readonly cells: Int32Array;
  readonly slots: number;
  readonly nodesAt: number;
  readonly edgesAt: number;
  readonly ranksAt: number;
  /** Nodes whose keys are not ours, and their keys. */
  readonly otherKeys: ReadonlyMap<string, number>;
  /** The key of each fact. */
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

type Origin = Pick<Graph, 'school' | 'revision' | 'since'>;

/** Builds a graph from everything that is known of a school. */
export function buildGraph(school: string, since: number, { revision, facts }: Snapshot): Graph {
  const nodes = new NodeTable();
  const labels = new LabelTable();
  const columns = emptyColumns();
  for (const fact of facts) append(columns, fact, nodes, labels);
  return assemble({ school, revision, since }, { columns, nodes, labels });
}

/** The graph of a later revision: what was closed is left out, what was opened is added; nodes keep their numbers. */
export function patchGraph(before: Graph, { revision, opened, closed }: Difference): Graph {
  const nodes = new NodeTable(before);
  const labels = new LabelTable(before.labels);
  const gone = new Set(closed);
  const columns = emptyColumns();
  for (let node = 0; node < before.nodes; node += 1)
    forEachEdge(before, node, OUT, (relation, edge) => {
      const id = before.ids[factOf(before, edge)]!;
      if (gone.has(id)) return;
      columns.ids.push(id);
      columns.subjects.push(node);
      columns.relations.push(relation);
      columns.objects.push(before.cells[edge]!);
      columns.labels.push(before.cells[edge + 1]!);
    });
  for (const fact of opened) append(columns, fact, nodes, labels);
  return assemble({ school: before.school, revision, since: before.since }, { columns, nodes, labels });
}

/** The number of a key in a graph; -1 when the graph does not hold it. */
export function nodeOf(graph: Graph, key: string): number {
  return readKey(key) ? nodeOfRead(graph) : (graph.otherKeys.get(key) ?? -1);
}

/** The same for the key that was read last; `likely` is where it is looked for first. */
export function nodeOfRead(graph: Graph, likely = -1): number {
  if (likely >= 0 && likely < graph.nodes && isRead(graph.cells, graph.nodesAt + (likely << NODE_SHIFT))) return likely;
  return find(graph);
}

function find({ cells, slots, nodesAt }: Graph): number {
  const mask = slots - 1;
  for (let slot = hashOfRead() & mask; ; slot = (slot + 1) & mask) {
    const node = cells[slot]! - 1;
    if (node < 0 || isRead(cells, nodesAt + (node << NODE_SHIFT))) return node;
  }
}

export function keyOf({ cells, nodesAt, otherKeys }: Graph, node: number): string {
  for (const [key, other] of otherKeys) if (other === node) return key;
  return textOf(cells, nodesAt + (node << NODE_SHIFT));
}

/** What kind a node is of, see kinds.ts. */
export function kindOf({ cells, nodesAt }: Graph, node: number): number {
  return cells[nodesAt + (node << NODE_SHIFT) + KIND]!;
}

export function setKind({ cells, nodesAt }: Graph, node: number, kind: number): void {
  cells[nodesAt + (node << NODE_SHIFT) + KIND] = kind;
}

/** The cell of the segment of a relation at a node; 0 when it has none. The next cell says where its edges end. */
export function segmentOf({ cells, nodesAt }: Graph, node: number, way: number, relation: number): number {
  let segment = cells[nodesAt + (node << NODE_SHIFT) + way]!;
  if (segment === 0) return 0;
  while (cells[segment]! >>> RELATION_SHIFT < relation) segment += 1;
  return cells[segment]! >>> RELATION_SHIFT === relation ? segment : 0;
}

/** The number of the fact of an edge out of a node. */
export function factOf({ edgesAt }: Graph, edge: number): number {
  return (edge - edgesAt) / EDGE_CELLS;
}

/** Roughly how much memory a graph holds, in bytes. */
export function sizeOf({ cells, ids, labels, otherKeys }: Graph): number {
  return 2048 + cells.byteLength + ids.byteLength + labels.properties.length * 160 + otherKeys.size * 128;
}

function forEachEdge(
  { cells, nodesAt, edgesAt }: Graph,
  node: number,
  way: number,
  visit: (relation: number, edge: number) => void,
): void {
  let segment = cells[nodesAt + (node << NODE_SHIFT) + way]!;
  if (segment === 0) return;
  for (; cells[segment]! >>> RELATION_SHIFT !== NO_RELATION; segment += 1) {
    const end = edgesAt + EDGE_CELLS * (cells[segment + 1]! & EDGE_MASK);
    for (let edge = edgesAt + EDGE_CELLS * (cells[segment]! & EDGE_MASK); edge < end; edge += EDGE_CELLS)
      visit(cells[segment]! >>> RELATION_SHIFT, edge);
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
  origin: Origin,
  { columns, nodes, labels }: { columns: Columns; nodes: NodeTable; labels: LabelTable },
): Graph {
  const { subjects, objects, relations } = columns;
  const facts = columns.ids.length;
  const leaving = ordered(subjects, relations);
  const entering = ordered(objects, relations);
  const out = segments(leaving, subjects, relations, { nodes: nodes.size, from: 0 });
  const into = segments(entering, objects, relations, { nodes: nodes.size, from: facts });
  const slots = slotsFor(nodes.size);
  const nodesAt = slots;
  const segmentsAt = nodesAt + nodes.size * NODE_CELLS;
  const edgesAt = segmentsAt + out.cells.length + into.cells.length;
  const ranksAt = edgesAt + 2 * facts * EDGE_CELLS;
  const cells = new Int32Array(ranksAt + labels.size);
  cells.set(nodes.cells.subarray(0, nodes.size * NODE_CELLS), nodesAt);
  cells.set(out.cells, segmentsAt);
  cells.set(into.cells, segmentsAt + out.cells.length);
  for (let node = 0; node < nodes.size; node += 1) {
    const at = nodesAt + (node << NODE_SHIFT);
    cells[at + OUT] = pointed(out.first[node]!, segmentsAt);
    cells[at + IN] = pointed(into.first[node]!, segmentsAt + out.cells.length);
    if (nodes.isOurs(node)) takeSlot(cells, slots, hashOfCells(cells, at), node);
  }
  let edge = edgesAt;
  for (const [order, ends] of [
    [leaving, objects],
    [entering, subjects],
  ] as const)
    for (const place of order) {
      cells[edge++] = ends[place]!;
      cells[edge++] = columns.labels[place]!;
    }
  return {
    ...origin,
    nodes: nodes.size,
    facts,
    cells,
    slots,
    nodesAt,
    edgesAt,
    ranksAt,
    otherKeys: nodes.otherKeys,
    ids: Float64Array.from(leaving, (place) => columns.ids[place]!),
    labels: labels.table(),
    met: [],
  };
}

function pointed(place: number, base: number): number {
  return place < 0 ? 0 : base + place;
}

/** The places of facts sorted by node, then by relation, then as they were. */
function ordered(nodes: readonly number[], relations: readonly number[]): Uint32Array {
  const count = nodes.length;
  const sorted = new Float64Array(count);
  for (let place = 0; place < count; place += 1)
    sorted[place] = (nodes[place]! * (NO_RELATION + 1) + relations[place]!) * count + place;
  return Uint32Array.from(sorted.sort(), (value) => value % count);
}

/** Cuts sorted facts wherever the node or the relation changes; edges are numbered from a number on. */
function segments(
  order: Uint32Array,
  nodeOf: readonly number[],
  relations: readonly number[],
  { nodes, from }: { nodes: number; from: number },
): { cells: number[]; first: Int32Array } {
  const cells: number[] = [];
  const first = new Int32Array(nodes).fill(-1);
  const word = (relation: number, edge: number) => (relation << RELATION_SHIFT) | edge;
  let [node, relation] = [-1, -1];
  for (let edge = 0; edge < order.length; edge += 1) {
    const place = order[edge]!;
    if (nodeOf[place] !== node) {
      if (node >= 0) cells.push(word(NO_RELATION, from + edge));
      node = nodeOf[place]!;
      relation = -1;
      first[node] = cells.length;
    }
    if (relations[place] !== relation) {
      relation = relations[place]!;
      cells.push(word(relation, from + edge));
    }
  }
  cells.push(word(NO_RELATION, from + order.length));
  return { cells, first };
}

function slotsFor(nodes: number): number {
  let slots = 16;
  while (slots * 3 < nodes * 4) slots *= 2;
  return slots;
}

function takeSlot(cells: Int32Array, slots: number, hash: number, node: number): void {
  let slot = hash & (slots - 1);
  while (cells[slot] !== 0) slot = (slot + 1) & (slots - 1);
  cells[slot] = node + 1;
}

/** Numbers keys from 0 in the order in which they come; those of a graph keep theirs, and their kinds. */
class NodeTable {
  size: number;
  /** As in a graph. */
  cells: Int32Array;
  readonly otherKeys: Map<string, number>;
  #slots: Int32Array;

  constructor(before?: Graph) {
    this.size = before?.nodes ?? 0;
    this.cells = new Int32Array((this.size + 512) * NODE_CELLS);
    if (before) this.cells.set(before.cells.subarray(before.nodesAt, before.nodesAt + this.size * NODE_CELLS));
    this.otherKeys = new Map(before?.otherKeys);
    this.#slots = before ? before.cells.slice(0, before.slots) : new Int32Array(1024);
  }

  isOurs(node: number): boolean {
    const at = node * NODE_CELLS;
    return (this.cells[at]! | this.cells[at + 1]! | this.cells[at + 2]! | this.cells[at + 3]!) !== 0;
  }

  add(key: string): number {
    const ours = readKey(key);
    const before = ours ? this.#find() : this.otherKeys.get(key);
    if (before !== undefined && before >= 0) return before;
    const node = this.size++;
    if (node * NODE_CELLS === this.cells.length) {
      const larger = new Int32Array(this.cells.length * 2);
      larger.set(this.cells);
      this.cells = larger;
    }
    if (!ours) {
      this.otherKeys.set(key, node);
      return node;
    }
    writeRead(this.cells, node * NODE_CELLS);
    if (this.size * 4 > this.#slots.length * 3) this.#respread();
    else takeSlot(this.#slots, this.#slots.length, hashOfRead(), node);
    return node;
  }

  #find(): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOfRead() & mask; ; slot = (slot + 1) & mask) {
      const node = this.#slots[slot]! - 1;
      if (node < 0 || isRead(this.cells, node * NODE_CELLS)) return node;
    }
  }

  #respread(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let node = 0; node < this.size; node += 1)
      if (this.isOurs(node))
        takeSlot(this.#slots, this.#slots.length, hashOfCells(this.cells, node * NODE_CELLS), node);
  }
}
