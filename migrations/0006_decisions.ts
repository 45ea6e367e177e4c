// The log of decisions, kept for a time: whole days are let go of, the heads of their chain stay.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('decision', (table) => {
    key(db, table, 'day');
    whole(table, 'seq');
    key(db, table, 'id').index(); // the evaluation
    whole(table, 'at');
    key(db, table, 'kind');
    key(db, table, 'request').nullable();
    key(db, table, 'client').nullable();
    key(db, table, 'subject').nullable();
    key(db, table, 'action').nullable();
    key(db, table, 'resource_type').nullable();
    key(db, table, 'resource').nullable();
    key(db, table, 'outcome').nullable();
    whole(table, 'results').nullable();
    key(db, table, 'rule').nullable();
    key(db, table, 'gate').nullable();
    key(db, table, 'revision').nullable(); // school:revision
    key(db, table, 'policy').nullable();
    whole(table, 'latency_us').nullable();
    table.text('motive');
    key(db, table, 'hash');
    table.primary(['day', 'seq']);
    table.index(['subject', 'at']);
  });
  await db.schema.createTable('decision_day', (table) => {
    key(db, table, 'day').primary();
    whole(table, 'rows');
    key(db, table, 'hash');
    key(db, table, 'previous');
    whole(table, 'purged_at').nullable();
  });
}
