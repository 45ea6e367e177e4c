// What has been delivered before, and who may write now: one batch of each degree at a time, in each academy.
import { Refusal } from '../errors.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';
import type { Batch } from './delivery.ts';
import type { Staging } from './staging.ts';

/** Refuses an export that is older than the last one that was begun, of the same academy and degree. */
export async function requireFresh(db: Db, { source, academy }: Batch, date: string): Promise<void> {
  const last = await newest(db, source, academy).first('date');
  if (last !== undefined && date < last.date)
    throw new Refusal('feed_stale', `the export of ${date} is older than the last one applied, of ${last.date}`, {
      date,
      last: last.date,
    });
}

/**
 * Puts a batch in charge of its academy and degree, and writes it down unless it was already. Another one that was
 * being applied stops at its next school. Refuses with feed_stale.
 */
export async function beginBatch(db: Db, batch: Batch, date: string, actor: string): Promise<void> {
  const { id, source, academy, at } = batch;
  await inTransaction(db, async (tx) => {
    const door = await holdDoor(tx, academy);
    await requireFresh(tx, batch, date);
    if (door[source] !== id)
      await tx('feed_door')
        .where({ academy })
        .update({ [source]: id });
    await tx('feed_batch')
      .insert({ id, source, academy, date, actor, started_at: at, finished_at: null })
      .onConflict('id')
      .ignore();
  });
}

/** Does a piece of a batch in a transaction of its own; refused with feed_stale once another batch is in charge. */
export async function inCharge<T>(db: Db, { id, source, academy }: Batch, work: (tx: Db) => Promise<T>): Promise<T> {
  return inTransaction(db, async (tx) => {
    const door = await holdDoor(tx, academy);
    if (door[source] !== id)
      throw new Refusal('feed_stale', `another export of academy ${academy} began meanwhile: this one stops`);
    return work(tx);
  });
}

/**
 * Holds an academy's door to the end of the transaction: both degrees name the same persons, and two imports that
 * meet would each create them, or wait for each other for ever.
 */
export async function holdDoor(tx: Db, academy: string): Promise<{ aaf1d: string | null; aaf2d: string | null }> {
  await tx('feed_door').insert({ academy }).onConflict('academy').ignore();
  return tx('feed_door').where({ academy }).forUpdate().first();
}

/** Writes that a batch is applied whole, with the schools it named and the records it set aside. */
export async function finishBatch(tx: Db, batch: Batch, staging: Staging): Promise<void> {
  const { id, source, academy, at, schools } = batch;
  const last = await newest(tx, source, academy).whereNotNull('finished_at').first('id');
  if (last?.id === id) return;
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
    const end = page.at(-1);
    if (!end) break;
    after = end.seq;
    await tx('feed_quarantine').insert(page.map(({ id: external_id, ...row }) => ({ ...row, external_id, batch: id })));
  }
  await tx('feed_batch').where({ id }).update({ finished_at: at });
}

/** UAIs by the id that the exports of this source and academy have given to schools so far. */
export async function schoolsNamed(db: Db, { source, academy }: Batch): Promise<Map<string, string>> {
  const rows = await db('feed_school').where({ source, academy });
  return new Map(rows.map((row) => [row.external_id, row.uai]));
}

/** The batches of an academy and a source, the newest first. */
function newest(db: Db, source: string, academy: string) {
  return db('feed_batch')
    .where({ source, academy })
    .orderBy([
      { column: 'date', order: 'desc' },
      { column: 'finished_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ]);
}
