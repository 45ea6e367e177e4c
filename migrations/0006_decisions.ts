// The log of decisions, kept for a time: whole days are let go of, the heads of their chain stay.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('decision', (table) => {
    key(db, table, 'day');
    whole(table, 'seq');
    key(db, table, 'id').index(); // the evaluation
    table.text('entry').notNullable(); // JSON: all that was decided; a column and an index for each would cost twice as much
    key(db, table, 'hash');
    table.primary(['day', 'seq']);
  });
  await db.schema.createTable('decision_day', (table) => {
    key(db, table, 'day').primary();
    whole(table, 'rows');
    key(db, table, 'hash');
    key(db, table, 'previous');
    whole(table, 'purged_at').nullable();
  });
}
