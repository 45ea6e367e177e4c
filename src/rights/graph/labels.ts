// Labels: what several facts say alike. When they hold, and their properties.

export interface Labels {
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly properties: readonly string[];
  /** The ends of labels, without repetition, from the second place on: the later of two has the higher rank. */
  readonly ends: Float64Array;
  /** The instants for which the ranks in the cells are right. */
  readonly ranked: { since: number; until: number };
}

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
      ranked: { since: 0, until: 0 },
    };
  }
}

/** Makes the rank of each label, from a cell on, be that of its end if it holds at an instant, and 0 if it does not. */
export function rankAt({ from, to, ends, ranked }: Labels, cells: Int32Array, start: number, at: number): void {
  if (ranked.since <= at && at < ranked.until) return;
  ranked.since = 0;
  ranked.until = Number.MAX_SAFE_INTEGER;
  const ranks = new Map(Array.from(ends, (end, rank) => [end, rank]));
  for (let label = 0; label < from.length; label += 1) {
    const [begin, end] = [from[label]!, to[label]!];
    cells[start + label] = begin <= at && at < end ? ranks.get(end)! : 0;
    for (const instant of [begin, end])
      if (instant <= at) ranked.since = Math.max(ranked.since, instant);
      else ranked.until = Math.min(ranked.until, instant);
  }
}

function named(from: number, to: number, properties: string): string {
  return `${from} ${to} ${properties}`;
}
