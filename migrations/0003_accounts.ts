// Accounts, credentials, activation codes, acknowledged notices, and the counters that slow guessing down.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('account', (table) => {
    key(db, table, 'person').primary().references('person.id').onDelete('cascade');
    key(db, table, 'identifier').unique(); // in its one normal form
    key(db, table, 'state');
    whole(table, 'epoch'); // moves on whenever all sessions end: one that began in an earlier epoch is over
    whole(table, 'opened_at');
    whole(table, 'changed_at');
  });
  await db.schema.createTable('credential', (table) => {
    key(db, table, 'person').references('account.person').onDelete('cascade');
    key(db, table, 'kind');
    table.text('secret').notNullable(); // a PHC string
    whole(table, 'set_at');
    table.primary(['person', 'kind']);
  });
  await db.schema.createTable('activation', (table) => {
    key(db, table, 'person').primary().references('person.id').onDelete('cascade');
    key(db, table, 'code_hash').unique();
    whole(table, 'issued_at');
    whole(table, 'expires_at');
    table.bigInteger('used_at');
  });
  await db.schema.createTable('notice_acknowledgement', (table) => {
    key(db, table, 'person').references('account.person').onDelete('cascade');
    key(db, table, 'client');
    whole(table, 'version');
    whole(table, 'at');
    table.primary(['person', 'client', 'version']);
  });
  await db.schema.createTable('throttle', (table) => {
    key(db, table, 'scope').primary(); // a keyed hash
    key(db, table, 'kind');
    whole(table, 'tries'); // all that were made
    whole(table, 'failures'); // those let through and not found right
    whole(table, 'admitted'); // 1 when the last try was let through
    whole(table, 'until'); // no try is let through before
    whole(table, 'expires_at').index();
  });
  await db.schema.createTable('known_address', (table) => {
    key(db, table, 'person').references('account.person').onDelete('cascade');
    key(db, table, 'address'); // a keyed hash
    whole(table, 'expires_at').index();
    table.primary(['person', 'address']);
  });
}
