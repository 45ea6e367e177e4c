// Numbers about persons: a cell under ten says too much of somebody, and is told together with others or not at all.

/** From how many persons on a number may be told. */
export const SMALL = 10;

/** A number of persons under a name; `merged` holds the names of those that were too small to stand alone. */
export interface Cell<Name extends string> {
  readonly names: readonly Name[];
  readonly count: number;
}

/** How many persons stand behind a number that does not count persons, such as sign-ins; and behind several of them. */
export interface Behind<Name extends string> {
  readonly persons: Readonly<Record<Name, number>>;
  /** `apart`: nobody is behind two of them; `alike`: the same persons may be. */
  readonly are: 'apart' | 'alike';
}

/**
 * The cells of a statistic, none under ten. Those that are too small are told as one, taking in the next smallest until
 * that one is large enough, so that no subtraction gives them back; nothing is told when even all together are too few.
 * Empty cells say nothing of anybody, and are merged all the same: a zero beside a sum would give the other one away.
 * Where the numbers do not count persons, those behind them must be ten as well: forty sign-ins may be one person's.
 */
export function mergeSmall<Name extends string>(
  counts: Readonly<Record<Name, number>>,
  behind: Behind<Name> = { persons: counts, are: 'apart' },
): Cell<Name>[] {
  const cells = (Object.entries(counts) as [Name, number][]).map(
    ([name, count]): Weighed<Name> => ({ names: [name], count, persons: behind.persons[name] ?? 0 }),
  );
  const large = cells.filter((cell) => !isSmall(cell)).sort((a, b) => a.count - b.count);
  const small = cells.filter(isSmall);
  if (small.length === 0) return cells.map(told);
  let merged = join(small, behind.are);
  while (isSmall(merged) || merged.names.length === 1) {
    const next = large.shift();
    if (!next) break;
    merged = join([merged, next], behind.are);
  }
  return isSmall(merged) ? [] : [...inOrder(large, cells), merged].map(told);
}

interface Weighed<Name extends string> extends Cell<Name> {
  readonly persons: number;
}

function isSmall({ count, persons }: Weighed<string>): boolean {
  return count < SMALL || persons < SMALL;
}

function told<Name extends string>({ names, count }: Weighed<Name>): Cell<Name> {
  return { names, count };
}

function join<Name extends string>(cells: readonly Weighed<Name>[], are: Behind<Name>['are']): Weighed<Name> {
  const persons = cells.map((cell) => cell.persons);
  return {
    names: cells.flatMap(({ names }) => names),
    count: cells.reduce((sum, { count }) => sum + count, 0),
    persons: are === 'alike' ? Math.max(...persons) : persons.reduce((sum, one) => sum + one, 0),
  };
}

function inOrder<Name extends string>(some: readonly Weighed<Name>[], all: readonly Weighed<Name>[]): Weighed<Name>[] {
  return all.filter((cell) => some.some(({ names }) => names[0] === cell.names[0]));
}
