// What a person may be told of who consulted their data, the incident files, and a trail that is let go of at its term.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  // on which days of a month somebody of a category was let in to read something: no reader, and no count
  await db.schema.createTable('consultation', (table) => {
    key(db, table, 'resource'); // the key of a logbook
    key(db, table, 'month'); // YYYY-MM, UTC
    key(db, table, 'category');
    key(db, table, 'client'); // the module that asked
    key(db, table, 'action');
    whole(table, 'days'); // a bit for each day of the month
    table.primary(['resource', 'month', 'category', 'client', 'action']);
    table.index(['month']);
  });
  // the only way to somebody else's log: a motive, bounded dates, a second signature, and the person told
  await db.schema.createTable('incident_file', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.text('motive').notNullable();
    whole(table, 'starts_at'); // what may be read: events of these days
    whole(table, 'ends_at');
    key(db, table, 'state'); // asked, open, refused or ended
    key(db, table, 'asked_by');
    whole(table, 'asked_at');
    key(db, table, 'decided_by').nullable();
    whole(table, 'decided_at').nullable();
    whole(table, 'open_until').nullable();
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    table.text('reason'); // why it was refused
    whole(table, 'told_at').nullable(); // when the person was told of it
    table.index(['school', 'state']);
    table.index(['person']);
    table.index(['state', 'open_until']);
  });
  await db.schema.alterTable('audit_day', (table) => {
    table.bigInteger('purged_at'); // when the day's rows were let go of
  });
  // what somebody did, by day: their own page asks for it
  await db.schema.raw('create index audit_actor on audit (actor, at) where actor is not null');
}
