// Numbers about persons: a cell under ten says too much of somebody, and is told together with others or not at all.

/** From how many persons on a number may be told. */
export const SMALL = 10;

/** A number of persons under a name; `merged` holds the names of those that were too small to stand alone. */
export interface Cell<Name extends string> {
  readonly names: readonly Name[];
  readonly count: number;
}

/**
 * The cells of a statistic, none under ten. Those that are too small are told as one, taking in the next smallest until
 * that one is large enough, so that no subtraction gives them back; nothing is told when even all together are too few.
 * Empty cells say nothing of anybody, and are merged all the same: a zero beside a sum would give the other one away.
 */
export function mergeSmall<Name extends string>(counts: Readonly<Record<Name, number>>): Cell<Name>[] {
  const cells = (Object.entries(counts) as [Name, number][]).map(([name, count]) => ({ names: [name], count }));
  const large = cells.filter(({ count }) => count >= SMALL).sort((a, b) => a.count - b.count);
  const small = cells.filter(({ count }) => count < SMALL);
  if (small.length === 0) return cells;
  let merged = join(small);
  while (merged.count < SMALL || merged.names.length === 1) {
    const next = large.shift();
    if (!next) break;
    merged = join([merged, next]);
  }
  return merged.count < SMALL ? [] : [...inOrder(large, cells), merged];
}

function join<Name extends string>(cells: readonly Cell<Name>[]): Cell<Name> {
  return { names: cells.flatMap(({ names }) => names), count: cells.reduce((sum, { count }) => sum + count, 0) };
}

function inOrder<Name extends string>(some: readonly Cell<Name>[], all: readonly Cell<Name>[]): Cell<Name>[] {
  return all.filter((cell) => some.some(({ names }) => names[0] === cell.names[0]));
}
