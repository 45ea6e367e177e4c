// What has been delivered: the exports applied, who writes for an academy, the schools named, and the records set aside.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('feed_batch', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'source');
    key(db, table, 'academy');
    key(db, table, 'date'); // YYYYMMDD, the export's own
    key(db, table, 'actor');
    whole(table, 'started_at');
    whole(table, 'finished_at').nullable();
    table.index(['source', 'academy', 'date']);
  });
  // one row per academy, held by whoever writes for it; and the batch in charge, of each degree
  await db.schema.createTable('feed_door', (table) => {
    key(db, table, 'academy').primary();
    key(db, table, 'aaf1d').nullable();
    key(db, table, 'aaf2d').nullable();
  });
  await db.schema.createTable('feed_school', (table) => {
    key(db, table, 'source');
    key(db, table, 'academy');
    key(db, table, 'external_id');
    key(db, table, 'uai');
    table.primary(['source', 'academy', 'external_id']);
  });
  // no value of a record is kept: the file and the line are enough to find it in the export
  await db.schema.createTable('feed_quarantine', (table) => {
    key(db, table, 'batch').references('feed_batch.id');
    whole(table, 'seq');
    key(db, table, 'category');
    key(db, table, 'external_id');
    key(db, table, 'code');
    key(db, table, 'attribute');
    key(db, table, 'file');
    whole(table, 'line');
    table.primary(['batch', 'seq']);
  });
}
