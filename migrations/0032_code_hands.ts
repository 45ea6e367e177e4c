// Codes that two persons give together, who had a hand in which, how many mails a lost password has sent, and which schools were told that a year begins.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  const ofAccount = (table: Knex.CreateTableBuilder) =>
    key(db, table, 'person').references('account.person').onDelete('cascade');

  // asked for by one, and signed by another before there is a code
  await db.schema.createTable('factor_code_ask', (table) => {
    ofAccount(table).primary();
    key(db, table, 'asked_by');
    whole(table, 'asked_at');
    whole(table, 'expires_at').index();
  });
  // whoever gave somebody one kind of code gives them none of the other until then
  await db.schema.createTable('code_hand', (table) => {
    ofAccount(table);
    key(db, table, 'kind'); // reset or factor
    key(db, table, 'agent');
    whole(table, 'until').index();
    table.primary(['person', 'kind', 'agent']);
  });
  // who gave the code that opens an account has a hand in it too
  await db.schema.alterTable('activation', (table) => {
    key(db, table, 'issued_by').nullable();
  });
  // the links mailed within a day
  await db.schema.createTable('reset_mail', (table) => {
    key(db, table, 'id').primary();
    ofAccount(table).index();
    key(db, table, 'mailbox').index(); // a keyed hash
    whole(table, 'at').index();
  });
  // the years for which whoever leads a school was told that they begin
  await db.schema.createTable('notice_turn', (table) => {
    key(db, table, 'school').references('school.uai');
    whole(table, 'year');
    whole(table, 'at');
    table.primary(['school', 'year']);
  });
}
