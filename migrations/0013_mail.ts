// Jobs that any node may run, mails that wait to be sent, letters to print, and the class cards of young pupils.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('job', (table) => {
    key(db, table, 'name').primary();
    whole(table, 'due_at');
    key(db, table, 'leased_by'); // empty when nobody runs it
    whole(table, 'leased_until');
    whole(table, 'started_at');
    whole(table, 'ended_at');
    whole(table, 'failures'); // in a row
  });
  await db.schema.createTable('mail', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'template');
    table.text('data').notNullable();
    table.binary('sealed'); // an address given, and what nobody else may read; gone once the mail has left
    key(db, table, 'state');
    whole(table, 'queued_at');
    whole(table, 'due_at');
    whole(table, 'expires_at'); // not sent from then on
    whole(table, 'tries');
    key(db, table, 'claimed_by'); // empty when nobody sends it
    table.bigInteger('settled_at');
    table.index(['state', 'expires_at']);
    table.index(['settled_at']);
    table.index(['person']);
  });
  // letters and cards as they were issued: the codes are sealed, and gone once printing is over
  await db.schema.createTable('print_run', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'kind');
    key(db, table, 'audience'); // whom it is for
    key(db, table, 'actor');
    whole(table, 'issued_at');
    whole(table, 'printable_until').index();
    whole(table, 'size'); // how many sheets
    whole(table, 'mailed'); // how many went by mail instead
    table.bigInteger('ready_at'); // none when issuing stopped on the way
    table.index(['school', 'issued_at']);
  });
  await db.schema.createTable('print_sheet', (table) => {
    key(db, table, 'run').references('print_run.id').onDelete('cascade');
    whole(table, 'seq');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.binary('sealed').notNullable();
    table.primary(['run', 'seq']);
  });
  await db.schema.createTable('card', (table) => {
    key(db, table, 'person').primary().references('person.id').onDelete('cascade');
    key(db, table, 'identifier').unique();
    key(db, table, 'school').references('school.uai');
    table.text('secret').notNullable(); // a PHC string of its four words
    whole(table, 'issued_at');
    whole(table, 'expires_at').index();
    table.bigInteger('first_used_at');
  });
}
