// What happened to each account, the holder's own address, and the codes that confirm an address or reset a password.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('account_move', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'person').references('person.id').onDelete('cascade').index();
    key(db, table, 'before');
    key(db, table, 'after');
    table.text('why').notNullable();
    key(db, table, 'actor');
    key(db, table, 'origin'); // here, school, operator, system
    whole(table, 'at');
  });
  await db.schema.createTable('account_email', (table) => {
    key(db, table, 'person').primary().references('account.person').onDelete('cascade');
    table.text('email').notNullable();
    whole(table, 'verified_at');
  });
  await db.schema.createTable('account_email_ask', (table) => {
    key(db, table, 'person').primary().references('account.person').onDelete('cascade');
    table.text('email').notNullable();
    key(db, table, 'code_hash'); // keyed: the code is short
    whole(table, 'tries');
    whole(table, 'expires_at').index();
  });
  // what was typed on the page, the same for an identifier that is known and one that is not; gone in seconds
  await db.schema.createTable('account_reset_ask', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'identifier');
    whole(table, 'at').index();
  });
  await db.schema.createTable('account_reset', (table) => {
    key(db, table, 'person').references('account.person').onDelete('cascade');
    key(db, table, 'via'); // mail or school: one code of each at most
    key(db, table, 'code_hash').unique();
    key(db, table, 'actor');
    whole(table, 'issued_at');
    whole(table, 'expires_at').index();
    table.bigInteger('used_at');
    table.primary(['person', 'via']);
  });
  // which modules have yet to hear that a session has ended, when many end at once
  await db.schema.createTable('oidc_farewell', (table) => {
    key(db, table, 'uid');
    key(db, table, 'client');
    key(db, table, 'account');
    table.binary('payload').notNullable();
    table.primary(['uid', 'client']);
  });
}
