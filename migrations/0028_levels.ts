// The level of each pupil at a school, as the state's export says it.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('pupil_level', (table) => {
    key(db, table, 'school').references('school.uai');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'level'); // the MEF in the second degree, the name of the level in the first
    table.text('label').notNullable();
    table.primary(['school', 'person']);
    table.index(['person']);
  });
  // what follows from levels is made out again after this
  await db.schema.createTable('level_change', (table) => {
    key(db, table, 'school').primary().references('school.uai');
    whole(table, 'changed_at');
  });
}
