// The documents of mandates, objections to one module, and on which days somebody's file was opened in our own pages.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  // kept as long as a request names it; nobody's before that, and then for a day
  await db.schema.createTable('mandate_document', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'type'); // told by what it holds: application/pdf, image/jpeg or image/png
    whole(table, 'size'); // in bytes
    key(db, table, 'hash'); // SHA-256, in hexadecimal
    table.binary('content').notNullable();
    key(db, table, 'stored_by'); // a person, or `operator`
    whole(table, 'stored_at');
    table.unique(['stored_by', 'hash']); // sent twice, it is one
  });
  await db.schema.alterTable('person_request', (table) => {
    key(db, table, 'document').nullable(); // of the mandate
    table.index(['document']);
  });
  // a module that receives nothing of somebody any more, since their objection to it was accepted
  await db.schema.createTable('module_objection', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'client'); // the module
    key(db, table, 'request'); // that was accepted
    whole(table, 'since');
    whole(table, 'until').nullable();
    table.primary(['request']);
    table.index(['person']);
    table.index(['until']);
  });
  // on which days of a month somebody of a category opened a person's file here: no reader, and no count
  await db.schema.createTable('file_opening', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'school');
    key(db, table, 'month'); // YYYY-MM, UTC
    key(db, table, 'category');
    key(db, table, 'purpose');
    whole(table, 'days'); // a bit for each day of the month
    table.primary(['person', 'school', 'month', 'category', 'purpose']);
    table.index(['month']);
  });
}
