// Requests of inspectors and of the hierarchy, what was decided on them, and what the persons concerned are told.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('inspection', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'inspector').references('person.id');
    key(db, table, 'targets'); // JSON: [kind, key] of each teacher, class and group named, in order
    table.text('motive').notNullable();
    key(db, table, 'state'); // asked, approved, refused or ended
    whole(table, 'starts_at');
    whole(table, 'ends_at');
    whole(table, 'asked_at');
    key(db, table, 'decided_by').nullable();
    whole(table, 'decided_at').nullable();
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    table.text('reason'); // why it was refused or ended
    table.index(['school', 'state']);
    table.index(['inspector']);
  });
  // about one absence, by the hierarchy: who is named, and the day; which absence it is, once approved
  await db.schema.createTable('inquiry', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'asker').references('person.id');
    key(db, table, 'person').references('person.id');
    key(db, table, 'day'); // YYYY-MM-DD
    key(db, table, 'absence').nullable();
    table.text('motive').notNullable();
    key(db, table, 'state'); // asked, approved, refused or ended
    whole(table, 'ends_at');
    whole(table, 'asked_at');
    key(db, table, 'decided_by').nullable();
    whole(table, 'decided_at').nullable();
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    table.text('reason');
    table.index(['school', 'state']);
  });
  // what a person finds on their page; a mail may follow it one day
  await db.schema.createTable('told', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'school').references('school.uai');
    key(db, table, 'what');
    key(db, table, 'about'); // the key of the thing
    whole(table, 'at');
    table.index(['person', 'at']);
  });
}
