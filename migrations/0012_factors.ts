// Second factors: what a person holds besides a password, the codes of last resort, and the devices they sign in from.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  const ofAccount = (table: Knex.CreateTableBuilder) =>
    key(db, table, 'person').references('account.person').onDelete('cascade');

  await db.schema.createTable('factor', (table) => {
    key(db, table, 'id').primary();
    ofAccount(table).index();
    key(db, table, 'kind');
    table.text('name').notNullable();
    whole(table, 'added_at');
    table.bigInteger('used_at');
    table.binary('secret'); // of an application, sealed
    whole(table, 'step'); // the last step of time a code was taken for, or how often a passkey says it has signed
    key(db, table, 'credential').nullable().unique();
    table.binary('public_key');
    table.text('transports').notNullable();
    whole(table, 'synced'); // 1 when a passkey may be on several devices
  });
  // what is shown and not confirmed yet; one at most for each way it was begun
  await db.schema.createTable('factor_enrolment', (table) => {
    ofAccount(table);
    key(db, table, 'bound'); // a hash of the sign-in or the session it belongs to
    table.binary('sealed').notNullable();
    whole(table, 'expires_at').index();
    table.primary(['person', 'bound']);
  });
  await db.schema.createTable('factor_challenge', (table) => {
    key(db, table, 'hash').primary();
    ofAccount(table).index();
    key(db, table, 'bound');
    key(db, table, 'purpose');
    whole(table, 'expires_at').index();
  });
  await db.schema.createTable('recovery_code', (table) => {
    ofAccount(table);
    key(db, table, 'selector'); // its first group, which finds it
    table.text('secret').notNullable(); // a PHC string of the rest
    whole(table, 'made_at');
    table.bigInteger('used_at');
    table.primary(['person', 'selector']);
  });
  // the codes as they were made, until their holder has said that they are kept
  await db.schema.createTable('recovery_sheet', (table) => {
    ofAccount(table).primary();
    key(db, table, 'bound');
    table.binary('sealed').notNullable();
    whole(table, 'expires_at').index();
  });
  // given by the school to somebody who has lost them all
  await db.schema.createTable('factor_code', (table) => {
    ofAccount(table).primary();
    key(db, table, 'code_hash').unique();
    key(db, table, 'issued_by');
    whole(table, 'issued_at');
    whole(table, 'expires_at').index();
  });
  // when a session last proved a factor
  await db.schema.createTable('factor_proof', (table) => {
    key(db, table, 'bound').primary();
    ofAccount(table).index();
    whole(table, 'at');
    whole(table, 'expires_at').index();
  });
  await db.schema.createTable('known_device', (table) => {
    ofAccount(table);
    key(db, table, 'device'); // a keyed hash, another for each person
    whole(table, 'expires_at').index();
    table.primary(['person', 'device']);
  });
}
