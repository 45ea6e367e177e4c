// Keys as numbers: our own are 128 bits in hexadecimal, and are compared as four words; any other as the text it is.

/** How many words a key of ours is. */
export const KEY_WORDS = 4;

/** The words of the key that was read last. */
export const words = new Int32Array(KEY_WORDS);

const LENGTH = 32;

/** The value of each hexadecimal digit by its code; 16 for what is none. Capitals are none: keys that differ are two. */
const digits = new Uint8Array(256).fill(16);
for (let value = 0; value < 16; value += 1) digits[value.toString(16).charCodeAt(0)] = value;

/** Reads a key into `words`; false when it is not one of ours, and must be compared as a text. */
export function readKey(key: string): boolean {
  if (key.length !== LENGTH) return false;
  let wrong = 0;
  for (let place = 0; place < KEY_WORDS; place += 1) {
    let word = 0;
    for (let at = place * 8; at < place * 8 + 8; at += 1) {
      const code = key.charCodeAt(at);
      const digit = code < 256 ? digits[code]! : 16;
      wrong |= digit & 16;
      word = (word << 4) | (digit & 15);
    }
    words[place] = word;
  }
  // the key of zeros would look like none
  return wrong === 0 && (words[0]! | words[1]! | words[2]! | words[3]!) !== 0;
}

/** A number that spreads the keys that were read, from 0 on. */
export function hashOfRead(): number {
  return hashOf(words[0]!, words[1]!, words[2]!, words[3]!);
}

/** The same of the key in four cells. */
export function hashOfCells(cells: Int32Array, at: number): number {
  return hashOf(cells[at]!, cells[at + 1]!, cells[at + 2]!, cells[at + 3]!);
}

/** Whether four cells hold the key that was read last. */
export function isRead(cells: Int32Array, at: number): boolean {
  return (
    cells[at + 3] === words[3] && cells[at + 2] === words[2] && cells[at + 1] === words[1] && cells[at] === words[0]
  );
}

/** Writes the key that was read last into four cells. */
export function writeRead(cells: Int32Array, at: number): void {
  cells.set(words, at);
}

/** Whether four cells hold a key of ours, and not the zeros of another. */
export function isOurs(cells: Int32Array, node: number): boolean {
  return (cells[node]! | cells[node + 1]! | cells[node + 2]! | cells[node + 3]!) !== 0;
}

/** Puts a value into the first free of so many slots, from where a hash leads. */
export function takeSlot(slots: Int32Array, count: number, hash: number, value: number): void {
  let slot = hash & (count - 1);
  while (slots[slot] !== 0) slot = (slot + 1) & (count - 1);
  slots[slot] = value;
}

const bytes = Buffer.alloc(KEY_WORDS * 4);

/** The text of the key in four cells. */
export function textOf(cells: Int32Array, at: number): string {
  for (let place = 0; place < KEY_WORDS; place += 1) bytes.writeInt32BE(cells[at + place]!, place * 4);
  return bytes.toString('hex');
}

function hashOf(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(d, 0x9e3779b1) ^ Math.imul(c, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35) ^ Math.imul(a, 0x27d4eb2f);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 12)) & 0x7fffffff;
}
