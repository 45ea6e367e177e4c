// Statistics of use: counters by month, school and profile. Nothing here is about a person.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('usage_count', (table) => {
    key(db, table, 'month'); // YYYY-MM, of the school's own clock
    key(db, table, 'school').references('school.uai');
    key(db, table, 'measure'); // connections, accounts, openings, reach
    key(db, table, 'profile'); // pupil, guardian, teacher, staff; empty where it is not told apart
    key(db, table, 'resource'); // an ARK; empty where none is meant
    whole(table, 'count');
    table.primary(['month', 'school', 'measure', 'profile', 'resource']);
    table.index(['school', 'month']);
  });
}
