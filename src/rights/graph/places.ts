// In which school a resource is, for those met so far: a resource never changes school.
import { type Graph, nodeOfRead } from './graph.ts';
import { hashOfCells, hashOfRead, isRead, readKey, writeRead } from './keys.ts';
import type { Kind } from './kinds.ts';
import type { School } from './schools.ts';

/** How many resources of a kind are remembered; when there are more, all are forgotten and met again. */
const MAX = 2_000_000;

/** What a resource is, in cells: four of its key, the number of its school, its node when it was met. */
const PLACE_CELLS = 8;
const SCHOOL = 4;
const NODE = 5;

export class Places {
  readonly #tables: PlaceTable[] = [];
  readonly #schools: School[] = [];
  readonly #numbers = new Map<School, number>();
  /** Where the resource that was found last is likely to be in its school's graph. */
  #likely = -1;

  find(kind: Kind, resource: string): School | undefined {
    const table = this.#tables[kind];
    if (!table) return undefined;
    if (!readKey(resource)) return table.others.get(resource);
    const at = table.find();
    if (at < 0) return undefined;
    this.#likely = table.cells[at + NODE]!;
    return this.#schools[table.cells[at + SCHOOL]!];
  }

  /** The node in its graph of the resource that was found last. */
  nodeOfFound(graph: Graph, resource: string): number {
    return readKey(resource) ? nodeOfRead(graph, this.#likely) : (graph.otherKeys.get(resource) ?? -1);
  }

  put(kind: Kind, resource: string, school: School, node = -1): void {
    const before = this.#tables[kind];
    const table = before && before.size < MAX ? before : new PlaceTable();
    this.#tables[kind] = table;
    if (!readKey(resource)) {
      table.others.set(resource, school);
      return;
    }
    const at = table.add();
    table.cells[at + SCHOOL] = this.#numberOf(school);
    table.cells[at + NODE] = node;
  }

  #numberOf(school: School): number {
    const before = this.#numbers.get(school);
    if (before !== undefined) return before;
    const number = this.#schools.push(school) - 1;
    this.#numbers.set(school, number);
    return number;
  }
}

class PlaceTable {
  #count = 0;
  cells = new Int32Array(64 * PLACE_CELLS);
  /** Resources whose keys are not ours. */
  readonly others = new Map<string, School>();
  #slots = new Int32Array(128);

  get size(): number {
    return this.#count + this.others.size;
  }

  /** The cell at which the key that was read last begins; -1 when it is not there. */
  find(): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOfRead() & mask; ; slot = (slot + 1) & mask) {
      const at = this.#slots[slot]! - 1;
      if (at < 0 || isRead(this.cells, at)) return at;
    }
  }

  /** The same; it is put there when it is not. */
  add(): number {
    const before = this.find();
    if (before >= 0) return before;
    const at = this.#count * PLACE_CELLS;
    this.#count += 1;
    if (at === this.cells.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.cells);
      this.cells = larger;
    }
    writeRead(this.cells, at);
    if (this.#count * 2 > this.#slots.length) this.#slots = new Int32Array(this.#slots.length * 2);
    else {
      this.#take(at, hashOfRead());
      return at;
    }
    for (let one = 0; one <= at; one += PLACE_CELLS) this.#take(one, hashOfCells(this.cells, one));
    return at;
  }

  #take(at: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = at + 1;
  }
}
