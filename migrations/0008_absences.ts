// Absences of staff, which hold no reason, and the lessons that families see instead.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('absence', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'person').references('person.id');
    whole(table, 'created_at');
    table.index(['school', 'person']);
  });
  // what was said of it, one row each time: the last one holds, those before stay
  await db.schema.createTable('absence_word', (table) => {
    key(db, table, 'absence').references('absence.id');
    whole(table, 'seq');
    whole(table, 'starts_at');
    whole(table, 'ends_at');
    key(db, table, 'said_by');
    whole(table, 'said_at');
    table.primary(['absence', 'seq']);
  });
  await db.schema.createTable('lesson', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'audience').references('audience.id');
    key(db, table, 'subject'); // the code of a subject, or empty
    whole(table, 'starts_at');
    whole(table, 'ends_at');
    whole(table, 'created_at');
    table.unique(['audience', 'subject', 'starts_at', 'ends_at']);
    table.index(['school']);
  });
  await db.schema.createTable('absence_slot', (table) => {
    key(db, table, 'absence');
    whole(table, 'seq');
    key(db, table, 'lesson').references('lesson.id').index();
    key(db, table, 'covered_by').nullable();
    table.bigInteger('moved_start');
    table.bigInteger('moved_end');
    table.primary(['absence', 'seq', 'lesson']);
    table.foreign(['absence', 'seq']).references(['absence', 'seq']).inTable('absence_word');
  });
}
