// Records that were told apart: what joined them may be said again by others, and does not join them again.
import type { Db } from '../storage/storage.ts';

const TABLE = 'family_apart';

/** Keeps two groups of records apart, whoever says that they are one person's; nothing is kept twice. */
export async function keepApart(
  tx: Db,
  some: readonly string[],
  others: readonly string[],
  since: number,
): Promise<void> {
  const rows = pairs(some, others).map(([one, other]) => ({ one, other, since }));
  if (rows.length > 0) await tx(TABLE).insert(rows).onConflict(['one', 'other']).ignore();
}

/** Their holder has proven anew that they are one person's. */
export async function forgetApart(tx: Db, some: readonly string[], others: readonly string[]): Promise<void> {
  for (const [one, other] of pairs(some, others)) await tx(TABLE).where({ one, other }).delete();
}

/** Whether any of some records was told apart from any of others. */
export async function areApart(db: Db, some: readonly string[], others: readonly string[]): Promise<boolean> {
  const all = [...some, ...others];
  const rows = (await db(TABLE).whereIn('one', all).whereIn('other', all)) as { one: string; other: string }[];
  const wanted = new Set(pairs(some, others).map((pair) => pair.join(' ')));
  return rows.some(({ one, other }) => wanted.has(`${one} ${other}`));
}

/** Since when a record has been kept apart from others, the oldest first. */
export async function apartFrom(db: Db, record: string): Promise<number[]> {
  const rows = (await db(TABLE).where({ one: record }).orWhere({ other: record }).orderBy('since')) as {
    since: number;
  }[];
  return rows.map(({ since }) => Number(since));
}

/** Each of some with each of others, as they are kept: the smaller key first. */
function pairs(some: readonly string[], others: readonly string[]): (readonly [string, string])[] {
  return some.flatMap((one) =>
    others
      .filter((other) => other !== one)
      .map((other) => (one < other ? ([one, other] as const) : ([other, one] as const))),
  );
}
