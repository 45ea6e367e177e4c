// Labels: what several facts say alike. When they hold, and their properties.

export interface Labels {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly properties: readonly string[];
  /** The ends of labels, without repetition, from the second place on: the later of two has the higher rank. */
  readonly ends: Float64Array;
}

/**
 * Before the ranks of labels, in cells: the second from which the graph can answer, and the seconds for which the ranks
 * are right. Numbers of milliseconds would each lie somewhere else in memory.
 */
export const TIME_CELLS = 4;
const RANKED_FROM = 1;
const RANKED_UNTIL = 2;

/** Seconds since 2020, as a cell holds them. */
function secondOf(milliseconds: number): number {
  return Math.max(-LAST_SECOND, Math.min(LAST_SECOND, milliseconds / 1000 - 1_577_836_800));
}

const LAST_SECOND = 0x7ffffffe;

/** Numbers what facts say alike. */
export class LabelTable {
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

  get size(): number {
    return this.#properties.length;
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
    const ends = [...new Set(this.#to)].sort((a, b) => a - b);
    return {
      from: Float64Array.from(this.#from),
      to: Float64Array.from(this.#to),
      properties: this.#properties,
      ends: Float64Array.from([0, ...ends]),
    };
  }
}

/** Writes from when on a graph can answer. */
export function writeSince(cells: Int32Array, timesAt: number, since: number): void {
  cells[timesAt] = Math.ceil(secondOf(since));
}

/** Whether an instant is one that a graph can answer about; some of its first second are not. */
export function isSince(cells: Int32Array, timesAt: number, at: number): boolean {
  return Math.floor(secondOf(at)) >= cells[timesAt]!;
}

/** Makes the rank of each label be that of its end if it holds at an instant, and 0 if it does not. */
export function rankAt({ from, to, ends }: Labels, cells: Int32Array, timesAt: number, at: number): void {
  const second = Math.floor(secondOf(at));
  if (cells[timesAt + RANKED_FROM]! <= second && second < cells[timesAt + RANKED_UNTIL]!) return;
  let since = 0;
  let until = Number.MAX_SAFE_INTEGER;
  const ranks = new Map(Array.from(ends, (end, rank) => [end, rank]));
  for (let label = 0; label < from.length; label += 1) {
    const [begin, end] = [from[label]!, to[label]!];
    cells[timesAt + TIME_CELLS + label] = begin <= at && at < end ? ranks.get(end)! : 0;
    for (const instant of [begin, end])
      if (instant <= at) since = Math.max(since, instant);
      else until = Math.min(until, instant);
  }
  // only whole seconds through which nothing begins or ends
  cells[timesAt + RANKED_FROM] = Math.ceil(secondOf(since));
  cells[timesAt + RANKED_UNTIL] = Math.floor(secondOf(until));
}

function named(from: number, to: number, properties: string): string {
  return `${from} ${to} ${properties}`;
}
