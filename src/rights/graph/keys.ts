// Keys as small integers: a hash table in typed arrays, a third of what a Map of strings would take.

const FIRST_SLOTS = 256;
const FIRST_BYTES = 8192;

/** Numbers keys from 0 in the order in which they are added. Compares by code unit, as both databases do. */
export class KeyTable {
  size = 0;
  #slots = new Int32Array(FIRST_SLOTS); // number + 1; 0 is free
  #text = Buffer.alloc(FIRST_BYTES); // one byte for each code unit
  #ends = new Uint32Array(FIRST_SLOTS);
  /** Keys that hold a code unit above 255; no key of ours does. */
  #wide: Map<string, number> | undefined;
  #wideTexts: Map<number, string> | undefined;

  /** The number of a key; -1 when it has none. */
  find(key: string): number {
    const hash = hashOf(key);
    if (hash < 0) return this.#wide?.get(key) ?? -1;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0 || this.#is(number, key)) return number;
    }
  }

  /** The number of a key, given to it when it has none. */
  add(key: string): number {
    const before = this.find(key);
    if (before >= 0) return before;
    const number = this.size;
    this.#reserve(key.length);
    this.size += 1;
    const start = this.#startOf(number);
    const hash = hashOf(key);
    if (hash < 0) {
      this.#ends[number] = start;
      this.#wide = (this.#wide ?? new Map()).set(key, number);
      this.#wideTexts = (this.#wideTexts ?? new Map()).set(number, key);
      return number;
    }
    for (let at = 0; at < key.length; at += 1) this.#text[start + at] = key.charCodeAt(at);
    this.#ends[number] = start + key.length;
    this.#place(number, hash);
    return number;
  }

  keyOf(number: number): string {
    const wide = this.#wideTexts?.get(number);
    if (wide !== undefined) return wide;
    return this.#text.toString('latin1', this.#startOf(number), this.#ends[number]);
  }

  get bytes(): number {
    return this.#slots.byteLength + this.#text.byteLength + this.#ends.byteLength;
  }

  /** Gives back what growing took in advance. */
  trim(): this {
    this.#text = copied(this.#text, this.#startOf(this.size));
    this.#ends = this.#ends.slice(0, this.size);
    return this;
  }

  #is(number: number, key: string): boolean {
    const start = this.#startOf(number);
    if (this.#ends[number]! - start !== key.length) return false;
    // the end of a key is what tells it from its neighbours in time
    for (let at = key.length - 1; at >= 0; at -= 1) if (this.#text[start + at] !== key.charCodeAt(at)) return false;
    return true;
  }

  #startOf(number: number): number {
    return number === 0 ? 0 : this.#ends[number - 1]!;
  }

  #place(number: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #reserve(length: number): void {
    if (this.size === this.#ends.length) {
      const ends = new Uint32Array(this.size * 2 + 1);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    const used = this.#startOf(this.size);
    if (used + length > this.#text.length) this.#text = copied(this.#text, (used + length) * 2);
    if ((this.size + 1) * 4 <= this.#slots.length * 3) return;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.size; number += 1) {
      const hash = hashOf(this.keyOf(number));
      if (hash >= 0) this.#place(number, hash);
    }
  }
}

/** FNV-1a over the code units, without its sign; -1 for a key that holds one above 255. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  let all = 0;
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    all |= unit;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return all > 255 ? -1 : (hash ^ (hash >>> 15)) & 0x7fffffff;
}

/** The beginning of a text, in memory of its own. */
function copied(text: Buffer, length: number): Buffer<ArrayBuffer> {
  const copy = Buffer.alloc(length);
  text.copy(copy);
  return copy;
}
