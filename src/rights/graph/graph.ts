// The graph of one school at one revision: its facts as integers in typed arrays, to be followed in both directions.
import { catalogue, type Relation } from '../../facts/catalogue.ts';
import type { Difference, LeanFact, Snapshot } from '../../facts/snapshots.ts';
import { KeyTable } from './keys.ts';

/** Relations by number: their place in the catalogue. */
export const relationNumber = new Map(Object.keys(catalogue).map((name, number) => [name as Relation, number]));

const RELATIONS = relationNumber.size;

/** The facts that leave nodes, or that enter them: by node, then by relation. */
export interface Adjacency {
  /** For each node its first segment; a segment holds the facts of one relation. One more at the end. */
  readonly first: Uint32Array;
  readonly relation: Uint8Array;
  /** For each segment its first edge. One more at the end. */
  readonly start: Uint32Array;
  /** For each edge the node at its other end. */
  readonly target: Uint32Array;
  /** For each edge its fact. */
  readonly fact: Uint32Array;
}

/** What several facts say alike: when they hold, and their properties. */
export interface Labels {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly properties: readonly string[];
}

export interface Graph {
  readonly school: string;
  readonly revision: number;
  /** Questions about an instant from this one on can be answered: facts that had ended by then are left out. */
  readonly since: number;
  /** Nodes by key. Shared with later revisions: numbers from `nodes` on are theirs. */
  readonly keys: KeyTable;
  readonly nodes: number;
  /** For each node its kind, see kinds.ts; 0 when it is of none that matters. */
  readonly kinds: Uint8Array;
  /** Facts are numbered as they leave nodes. */
  readonly ids: Float64Array;
  readonly label: Uint32Array;
  readonly labels: Labels;
  readonly out: Adjacency;
  readonly in: Adjacency;
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
export function buildGraph(school: string, since: number, { revision, facts }: Snapshot): Graph {
  const keys = new KeyTable();
  const labels = new LabelTable();
  const columns = emptyColumns();
  for (const fact of facts) append(columns, fact, keys, labels);
  keys.trim();
  return assemble({ school, revision, since, keys, kinds: new Uint8Array(keys.size), labels, columns });
}

/** The graph of a later revision: what was closed is left out, what was opened is added; the rest is kept. */
export function patchGraph(before: Graph, { revision, opened, closed }: Difference): Graph {
  const { school, since, keys } = before;
  const labels = new LabelTable(before.labels);
  const gone = new Set(closed);
  const columns = emptyColumns();
  const { first, relation, start, target } = before.out;
  for (let node = 0; node < before.nodes; node += 1)
    for (let segment = first[node]!; segment < first[node + 1]!; segment += 1)
      for (let edge = start[segment]!; edge < start[segment + 1]!; edge += 1) {
        if (gone.has(before.ids[edge]!)) continue;
        columns.ids.push(before.ids[edge]!);
        columns.subjects.push(node);
        columns.relations.push(relation[segment]!);
        columns.objects.push(target[edge]!);
        columns.labels.push(before.label[edge]!);
      }
  for (const fact of opened) append(columns, fact, keys, labels);
  const kinds = new Uint8Array(keys.size);
  kinds.set(before.kinds);
  return assemble({ school, revision, since, keys, kinds, labels, columns });
}

/** The number of a key in a graph; -1 when the graph does not hold it. */
export function nodeOf(graph: Graph, key: string): number {
  const node = graph.keys.find(key);
  return node < graph.nodes ? node : -1;
}

/** Roughly how much memory a graph holds, in bytes. */
export function sizeOf({ keys, kinds, ids, label, labels, out, in: into }: Graph): number {
  const arrays = [kinds, ids, label, labels.from, labels.to, ...Object.values(out), ...Object.values(into)];
  const overhead = 4096 + labels.properties.length * 64;
  return overhead + keys.bytes + arrays.reduce((sum, array: { byteLength: number }) => sum + array.byteLength, 0);
}

function emptyColumns(): Columns {
  return { ids: [], subjects: [], relations: [], objects: [], labels: [] };
}

function append(columns: Columns, fact: LeanFact, keys: KeyTable, labels: LabelTable): void {
  const [id, relation, subject, object, from, to, properties] = fact;
  columns.ids.push(id);
  columns.subjects.push(keys.add(subject));
  columns.relations.push(relationNumber.get(relation)!);
  columns.objects.push(keys.add(object));
  columns.labels.push(labels.add(from, to, properties));
}

function assemble({
  columns,
  labels,
  ...rest
}: Pick<Graph, 'school' | 'revision' | 'since' | 'keys' | 'kinds'> & { columns: Columns; labels: LabelTable }): Graph {
  const count = columns.ids.length;
  const nodes = rest.keys.size;
  const order = ordered(columns.subjects, columns.relations);
  const ids = Float64Array.from(order, (place) => columns.ids[place]!);
  const label = Uint32Array.from(order, (place) => columns.labels[place]!);
  const subject = Array.from(order, (place) => columns.subjects[place]!);
  const relation = Array.from(order, (place) => columns.relations[place]!);
  const object = Uint32Array.from(order, (place) => columns.objects[place]!);
  const back = ordered(Array.from(object), relation);
  const facts = Uint32Array.from({ length: count }, (_, fact) => fact);
  return {
    ...rest,
    nodes,
    ids,
    label,
    labels: labels.table(),
    out: { ...segments(nodes, subject, relation), target: object, fact: facts },
    in: {
      ...segments(
        nodes,
        Array.from(back, (fact) => object[fact]!),
        Array.from(back, (fact) => relation[fact]!),
      ),
      target: Uint32Array.from(back, (fact) => subject[fact]!),
      fact: back,
    },
    met: [],
  };
}

/** The places of facts sorted by node, then by relation, then as they were. */
function ordered(nodes: readonly number[], relations: readonly number[]): Uint32Array {
  const count = nodes.length;
  const sorted = new Float64Array(count);
  for (let place = 0; place < count; place += 1)
    sorted[place] = (nodes[place]! * RELATIONS + relations[place]!) * count + place;
  return Uint32Array.from(sorted.sort(), (value) => value % count);
}

/** Cuts sorted facts wherever the node or the relation changes. */
function segments(
  nodes: number,
  nodeOf: readonly number[],
  relationOf: readonly number[],
): Pick<Adjacency, 'first' | 'relation' | 'start'> {
  const count = nodeOf.length;
  const first = new Uint32Array(nodes + 1);
  const relation: number[] = [];
  const start: number[] = [];
  let node = 0;
  for (let edge = 0; edge < count; edge += 1) {
    const same = edge > 0 && nodeOf[edge] === nodeOf[edge - 1] && relationOf[edge] === relationOf[edge - 1];
    if (same) continue;
    while (node <= nodeOf[edge]!) first[node++] = relation.length;
    relation.push(relationOf[edge]!);
    start.push(edge);
  }
  while (node <= nodes) first[node++] = relation.length;
  start.push(count);
  return { first, relation: Uint8Array.from(relation), start: Uint32Array.from(start) };
}

/** Numbers what facts say alike. */
class LabelTable {
  readonly #from: number[];
  readonly #to: number[];
  readonly #properties: string[];
  readonly #numbers = new Map<string, number>();

  constructor(before?: Labels) {
    this.#from = [...(before?.from ?? [])];
    this.#to = [...(before?.to ?? [])];
    this.#properties = [...(before?.properties ?? [])];
    for (const [number, text] of this.#properties.entries())
      this.#numbers.set(named(this.#from[number]!, this.#to[number]!, text), number);
  }

  add(from: number, to: number, properties: string): number {
    const name = named(from, to, properties);
    const before = this.#numbers.get(name);
    if (before !== undefined) return before;
    const number = this.#properties.push(properties) - 1;
    this.#from.push(from);
    this.#to.push(to);
    this.#numbers.set(name, number);
    return number;
  }

  table(): Labels {
    return { from: Float64Array.from(this.#from), to: Float64Array.from(this.#to), properties: this.#properties };
  }
}

function named(from: number, to: number, properties: string): string {
  return `${from} ${to} ${properties}`;
}
