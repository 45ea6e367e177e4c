// The nodes of a graph to be: their keys and kinds, numbered as they come.
import { hashOfCells, hashOfRead, isOurs, isRead, readKey, takeSlot, writeRead } from './keys.ts';

/** Where a node holds its kind, after the four cells of its key. */
export const KIND = 4;

/** Numbers keys from 0 in the order in which they come. */
export class NodeTable {
  size = 0;
  readonly otherKeys = new Map<string, number>();
  /** Four of the key, and the kind; eight each. */
  #cells = new Int32Array(4096);
  #slots = new Int32Array(1024);

  /** The number of a key; a kind is kept with a key that is new. */
  add(key: string, kind = 0): number {
    const ours = readKey(key);
    const before = ours ? this.#find() : (this.otherKeys.get(key) ?? -1);
    if (before >= 0) return before;
    const number = this.size++;
    if (number * 8 === this.#cells.length) {
      const larger = new Int32Array(this.#cells.length * 2);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells[number * 8 + KIND] = kind;
    if (!ours) {
      this.otherKeys.set(key, number);
      return number;
    }
    writeRead(this.#cells, number * 8);
    if (this.size * 4 > this.#slots.length * 3) this.#respread();
    else takeSlot(this.#slots, this.#slots.length, hashOfRead(), number + 1);
    return number;
  }

  /** Writes the key and the kind of a node into a graph. */
  write(number: number, cells: Int32Array, at: number): void {
    for (let place = 0; place <= KIND; place += 1) cells[at + place] = this.#cells[number * 8 + place]!;
  }

  #find(): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOfRead() & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0 || isRead(this.#cells, number * 8)) return number;
    }
  }

  #respread(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.size; number += 1)
      if (isOurs(this.#cells, number * 8))
        takeSlot(this.#slots, this.#slots.length, hashOfCells(this.#cells, number * 8), number + 1);
  }
}
