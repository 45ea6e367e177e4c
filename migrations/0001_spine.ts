// Facts with their revisions, the audit trail, and the directory.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await facts(db);
  await audit(db);
  await directory(db);
}

async function facts(db: Knex): Promise<void> {
  await db.schema.createTable('fact', (table) => {
    table.bigIncrements('id');
    key(db, table, 'school');
    key(db, table, 'relation');
    key(db, table, 'subject');
    key(db, table, 'object');
    whole(table, 'valid_from');
    whole(table, 'valid_to');
    whole(table, 'known_from');
    whole(table, 'known_to');
    key(db, table, 'source');
    key(db, table, 'actor');
    table.text('properties').notNullable();
    // a step of a path reads one of these two and never the table; `id` is there for PostgreSQL
    const times = ['valid_from', 'valid_to', 'known_from', 'known_to', 'id'];
    table.index(['subject', 'relation', 'school', 'object', ...times], 'fact_forward');
    table.index(['object', 'relation', 'school', 'subject', ...times], 'fact_backward');
    table.index(['school', 'known_to', 'relation'], 'fact_school');
  });
  await db.schema.createTable('fact_head', (table) => {
    key(db, table, 'school').primary();
    whole(table, 'revision');
  });
  await db.schema.createTable('fact_revision', (table) => {
    key(db, table, 'school');
    whole(table, 'revision');
    whole(table, 'at');
    key(db, table, 'source');
    key(db, table, 'actor');
    table.primary(['school', 'revision']);
    table.index(['school', 'at', 'revision']);
  });
}

async function audit(db: Knex): Promise<void> {
  await db.schema.createTable('audit', (table) => {
    key(db, table, 'day');
    whole(table, 'seq');
    whole(table, 'at');
    key(db, table, 'event');
    key(db, table, 'actor').nullable();
    key(db, table, 'subject').nullable();
    key(db, table, 'school').nullable();
    key(db, table, 'client').nullable();
    table.text('details').notNullable();
    key(db, table, 'hash');
    table.primary(['day', 'seq']);
    table.index(['subject', 'at']);
  });
  await db.schema.createTable('audit_day', (table) => {
    key(db, table, 'day').primary();
    whole(table, 'rows');
    key(db, table, 'hash');
    key(db, table, 'previous');
  });
}

async function directory(db: Knex): Promise<void> {
  await db.schema.createTable('person', (table) => {
    key(db, table, 'id').primary();
    table.text('given_name').notNullable();
    table.text('family_name').notNullable();
    table.text('birth_date'); // YYYY-MM-DD; used to match a holder, never shown
    table.text('email'); // as the state's directory gives it; used for activation only
    whole(table, 'created_at');
    whole(table, 'updated_at');
  });
  await db.schema.createTable('external_identity', (table) => {
    key(db, table, 'source');
    key(db, table, 'academy');
    key(db, table, 'external_id');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.primary(['source', 'academy', 'external_id']);
    table.index(['person']);
  });
  await db.schema.createTable('school', (table) => {
    key(db, table, 'uai').primary();
    table.text('name').notNullable();
    table.text('kind').notNullable();
    table.integer('degree').notNullable();
    table.text('siren');
    key(db, table, 'academy');
    table.text('year_start').notNullable();
    table.text('zone').notNullable();
  });
  await db.schema.createTable('audience', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    table.integer('year').notNullable();
    key(db, table, 'kind'); // class or group
    key(db, table, 'code');
    table.text('label').notNullable();
    table.unique(['school', 'year', 'kind', 'code']);
  });
  await db.schema.createTable('subject', (table) => {
    key(db, table, 'academy');
    key(db, table, 'code');
    table.text('label').notNullable();
    table.primary(['academy', 'code']);
  });
  await db.schema.createTable('logbook', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    table.integer('year').notNullable();
    key(db, table, 'audience').references('audience.id');
    key(db, table, 'subject'); // a subject's code; empty when the class is taught as a whole
    key(db, table, 'client').nullable(); // the module that registered it; none when it follows from teaching
    whole(table, 'created_at');
    table.unique(['school', 'year', 'audience', 'subject']);
  });
}
