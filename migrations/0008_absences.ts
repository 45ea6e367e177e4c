// Absences of staff, which hold no reason, and the lessons that families see instead.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('absence', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    whole(table, 'created_at');
    table.index(['school']);
  });
  await db.schema.createTable('lesson', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    whole(table, 'created_at');
    table.index(['school']);
  });
}
