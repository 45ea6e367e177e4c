// Modules, keys, sessions, grants, tokens and pseudonyms of the OpenID provider.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await modules(db);
  await sessions(db);
  await tokens(db);
}

async function modules(db: Knex): Promise<void> {
  await db.schema.createTable('oidc_module', (table) => {
    key(db, table, 'id').primary();
    table.text('sheet').notNullable(); // JSON: everything but the secret
    key(db, table, 'secret_hash').nullable();
    whole(table, 'added_at');
  });
  // one row per thing that a running server keeps in memory; its revision says when to read again
  await db.schema.createTable('oidc_revision', (table) => {
    key(db, table, 'name').primary();
    whole(table, 'revision');
  });
  await db.schema.createTable('oidc_key', (table) => {
    key(db, table, 'alg');
    whole(table, 'generation');
    key(db, table, 'kid').unique();
    table.text('public_jwk').notNullable();
    table.binary('sealed_jwk').notNullable();
    whole(table, 'published_at');
    whole(table, 'signs_from');
    whole(table, 'withdrawn_at');
    table.primary(['alg', 'generation']);
  });
  await db.schema.createTable('oidc_subject', (table) => {
    key(db, table, 'sector');
    key(db, table, 'subject');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.primary(['sector', 'subject']);
    table.index(['person']);
  });
}

async function sessions(db: Knex): Promise<void> {
  await db.schema.createTable('oidc_session', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'uid').index(); // not unique: the id of a session changes while its uid stays
    key(db, table, 'account').nullable().index();
    table.binary('payload').notNullable();
    whole(table, 'expires_at').index();
  });
  await db.schema.createTable('oidc_session_client', (table) => {
    key(db, table, 'uid');
    key(db, table, 'client');
    key(db, table, 'grant_id').nullable();
    table.binary('payload').notNullable();
    whole(table, 'created_at').index();
    table.primary(['uid', 'client']);
  });
  await db.schema.createTable('oidc_passing', (table) => {
    key(db, table, 'id').primary(); // interactions, pushed requests, assertions seen
    table.binary('payload').notNullable();
    whole(table, 'expires_at').index();
    table.bigInteger('consumed_at');
  });
}

async function tokens(db: Knex): Promise<void> {
  await db.schema.createTable('oidc_grant', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'account').index();
    key(db, table, 'client').references('oidc_module.id').onDelete('cascade').index();
    table.binary('payload').notNullable();
    whole(table, 'expires_at').index();
  });
  await db.schema.createTable('oidc_token', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'grant_id').nullable().references('oidc_grant.id').onDelete('cascade').index();
    key(db, table, 'client').references('oidc_module.id').onDelete('cascade').index();
    key(db, table, 'session_uid').nullable();
    table.binary('payload').notNullable();
    whole(table, 'expires_at').index();
    table.bigInteger('consumed_at');
  });
  // a token is of no use without its grant and its session: who asks for one reads all three at once
  await db.schema.raw(`
    create view oidc_token_use as
    select t.id, t.payload, t.consumed_at, t.session_uid, g.id as grant_id, g.payload as grant_payload,
      s.id as session_id, s.payload as session_payload, s.expires_at as session_ends, c.client, c.payload as entry
    from oidc_token t
    left join oidc_grant g on g.id = t.grant_id
    left join oidc_session s on s.uid = t.session_uid
    left join oidc_session_client c on c.uid = t.session_uid and c.client = t.client`);
}
