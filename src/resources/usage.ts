// How much Préau and its resources are used: counters by month, school and profile, and nobody among them.
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';

/** Whose use it is: coarse on purpose, since the librarian of a school is one person. */
export const usageProfiles = ['pupil', 'guardian', 'teacher', 'staff'] as const;

export type UsageProfile = (typeof usageProfiles)[number];

/**
 * What is counted: sign-ins and resources opened as they happen; active accounts as they last stood; and whom resources
 * are open to, at the least that was seen in the month: what was opened while there was one would be told of that one.
 */
export const happening = ['connections', 'openings'] as const;
export const standing = ['accounts', 'reach'] as const;

export type Happening = (typeof happening)[number];
export type Standing = (typeof standing)[number];

export interface UsageLine {
  /** `YYYY-MM` */
  readonly month: string;
  /** UAI */
  readonly school: string;
  readonly measure: Happening | Standing;
  readonly profile: UsageProfile;
  /** An ARK; empty but for `openings`, and for the `reach` of one resource. */
  readonly resource: string;
  readonly count: number;
}

/** How long a month is kept after it is over: three school years, for who compares them. */
export const USAGE_MONTHS = 36;

const KEY = ['month', 'school', 'measure', 'profile', 'resource'] as const;

/** Adds to counters, all of them or none. Two that add at once are both counted. */
export async function addUsage(db: Db, lines: readonly (UsageLine & { measure: Happening })[]): Promise<void> {
  if (lines.length === 0) return;
  await inTransaction(db, async (tx) => {
    for (const piece of inPieces(inOrder(lines)))
      await tx('usage_count')
        .insert(piece)
        .onConflict([...KEY])
        .merge({ count: tx.raw('usage_count.count + excluded.count') });
  });
}

/** Says how things stand in a school this month, instead of what was said before this month; of a `reach`, the least stays. */
export async function setUsage(
  db: Db,
  { month, school }: { month: string; school: string },
  lines: readonly Omit<UsageLine & { measure: Standing }, 'month' | 'school'>[],
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const said = tx('usage_count').where({ month, school });
    const least = new Map(
      ((await said.clone().where({ measure: 'reach' })) as UsageLine[]).map((line) => [nameOf(line), line]),
    );
    await said
      .clone()
      .whereIn('measure', [...standing])
      .delete();
    const now = lines.filter(({ count }) => count > 0).map((line) => ({ month, school, ...line }));
    const rows = new Map<string, UsageLine>([...least, ...inOrder(now).map((line) => [nameOf(line), line] as const)]);
    for (const [name, line] of rows)
      rows.set(name, { ...line, count: Math.min(line.count, Number(least.get(name)?.count ?? line.count)) });
    for (const piece of inPieces(inOrder([...rows.values()])))
      await tx('usage_count')
        .insert(piece)
        .onConflict([...KEY])
        .merge(['count']);
  });
}

/** The counters of schools in the months `[from, to]`, `YYYY-MM`, in the order of their months. */
export async function usageOf(
  db: Db,
  { schools, from, to }: { schools: readonly string[]; from: string; to: string },
): Promise<UsageLine[]> {
  const found: UsageLine[] = [];
  for (const piece of inPieces([...new Set(schools)]))
    found.push(
      ...((await db('usage_count')
        .whereIn('school', piece)
        .whereBetween('month', [from, to])
        .orderBy([...KEY])) as UsageLine[]),
    );
  return found;
}

/** Lets go of the months that are past their time. Gives how many lines went. */
export async function purgeUsage(db: Db, at: number): Promise<number> {
  const before = new Date(at);
  before.setUTCDate(1);
  before.setUTCMonth(before.getUTCMonth() - USAGE_MONTHS);
  return db('usage_count').where('month', '<', before.toISOString().slice(0, 7)).delete();
}

/** One line per counter, in one order everywhere: two nodes never wait for each other. */
function inOrder<Line extends UsageLine>(lines: readonly Line[]): Line[] {
  const sums = new Map<string, Line>();
  for (const line of lines) {
    const name = nameOf(line);
    sums.set(name, { ...line, count: (sums.get(name)?.count ?? 0) + line.count });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function nameOf(line: UsageLine): string {
  return KEY.map((column) => line[column]).join(' ');
}
