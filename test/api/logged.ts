// What the log of decisions holds, decision by decision, as whoever has their keys finds them.
import { findDecision, type LoggedDecision } from '../../src/audit/decisions.ts';
import type { Db } from '../../src/storage/storage.ts';

/** The keys of every decision, row by row: a row says once what its keys begin with. */
export async function keysLogged(db: Db): Promise<string[]> {
  const rows: { id: string; entry: string }[] = await db('decision').select('id', 'entry').orderBy(['day', 'seq']);
  return rows.flatMap(({ id, entry }) => {
    const beginning = id.slice(0, id.indexOf('.') + 1);
    return (JSON.parse(entry).decisions.id as string[]).map((end) => beginning + end);
  });
}

/** Each of them but those whose keys were there before, without what is said of the row and the request. */
export async function decisionsSince(db: Db, before: readonly string[]): Promise<Partial<LoggedDecision>[]> {
  const known = new Set(before);
  const found: Partial<LoggedDecision>[] = [];
  for (const key of await keysLogged(db)) {
    if (known.has(key)) continue;
    const { day, seq, intact, policy, client, request, ...one } = (await findDecision(db, key))!;
    found.push(one);
  }
  return found;
}
