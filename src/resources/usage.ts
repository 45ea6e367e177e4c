// How much Préau and its resources are used: counters by month, school and profile, and nobody among them.
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';

/** Whose use it is: coarse on purpose, since the librarian of a school is one person. */
export const usageProfiles = ['pupil', 'guardian', 'teacher', 'staff'] as const;

export type UsageProfile = (typeof usageProfiles)[number];

/** What is counted: sign-ins and resources opened as they happen; active accounts, and whom a resource is open to, as they last stood. */
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
  /** Empty for the `reach` of one resource. */
  readonly profile: UsageProfile | '';
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

/** Says how things stand in a school this month; what was said before this month is replaced. */
export async function setUsage(
  db: Db,
  { month, school }: { month: string; school: string },
  lines: readonly Omit<UsageLine & { measure: Standing }, 'month' | 'school'>[],
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx('usage_count')
      .where({ month, school })
      .whereIn('measure', [...standing])
      .delete();
    const rows = inOrder(lines.filter(({ count }) => count > 0).map((line) => ({ month, school, ...line })));
    for (const piece of inPieces(rows))
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
    const name = KEY.map((column) => line[column]).join(' ');
    sums.set(name, { ...line, count: (sums.get(name)?.count ?? 0) + line.count });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}
