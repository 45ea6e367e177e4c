// What has been delivered before: the exports applied, the schools they named, the records set aside.
import { Refusal } from '../errors.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';
import type { Batch } from './delivery.ts';
import type { Staging } from './staging.ts';

/** Refuses an export that is older than the last one applied of the same academy and degree. */
export async function requireFresh(db: Db, { source, academy }: Batch, date: string): Promise<void> {
  const last = await latest(db, source, academy);
  if (last !== undefined && date < last.date)
    throw new Refusal('feed_stale', `the export of ${date} is older than the last one applied, of ${last.date}`, {
      date,
      last: last.date,
    });
}

/** Writes that a batch is being applied, unless it was already. */
export async function beginBatch(
  db: Db,
  { id, source, academy, at }: Batch,
  date: string,
  actor: string,
): Promise<void> {
  await db('feed_batch')
    .insert({ id, source, academy, date, actor, started_at: at, finished_at: null })
    .onConflict('id')
    .ignore();
}

/** Writes that a batch is applied whole, with the schools it named and the records it set aside. */
export async function finishBatch(db: Db, batch: Batch, staging: Staging): Promise<void> {
  const { id, source, academy, at, schools } = batch;
  if ((await latest(db, source, academy))?.id === id) return;
  await inTransaction(db, async (tx) => {
    const known = await schoolsNamed(tx, batch);
    const fresh = [...schools].filter(([external, { uai }]) => known.get(external) !== uai);
    for (const piece of inPieces(fresh))
      await tx('feed_school')
        .insert(piece.map(([external_id, { uai }]) => ({ source, academy, external_id, uai })))
        .onConflict(['source', 'academy', 'external_id'])
        .merge();
    await tx('feed_quarantine').whereIn('batch', tx('feed_batch').where({ source, academy }).select('id')).delete();
    for (let after = 0; ; ) {
      const page = await staging.quarantine(after, 400);
      const last = page.at(-1);
      if (!last) break;
      after = last.seq;
      await tx('feed_quarantine').insert(
        page.map(({ id: external_id, ...row }) => ({ ...row, external_id, batch: id })),
      );
    }
    await tx('feed_batch').where({ id }).update({ finished_at: at });
  });
}

/** UAIs by the id that the exports of this source and academy have given to schools so far. */
export async function schoolsNamed(db: Db, { source, academy }: Batch): Promise<Map<string, string>> {
  const rows = await db('feed_school').where({ source, academy });
  return new Map(rows.map((row) => [row.external_id, row.uai]));
}

async function latest(db: Db, source: string, academy: string): Promise<{ id: string; date: string } | undefined> {
  return db('feed_batch')
    .where({ source, academy })
    .whereNotNull('finished_at')
    .orderBy([
      { column: 'date', order: 'desc' },
      { column: 'finished_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .first('id', 'date');
}
