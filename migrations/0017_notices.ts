// Information notices: their texts and versions, who is to be told and who was, the board's meetings, openings, charters.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await texts(db);
  await queue(db);
  await schools(db);
  await charters(db);
}

async function texts(db: Knex): Promise<void> {
  await db.schema.createTable('notice_text', (table) => {
    key(db, table, 'hash').primary(); // SHA-256 of the body
    table.text('body').notNullable();
    whole(table, 'added_at');
  });
  await db.schema.createTable('notice_version', (table) => {
    key(db, table, 'school'); // or one of the two that are nobody's own: the general notice, the terms
    whole(table, 'number');
    whole(table, 'from_at'); // in force until the next one is
    key(db, table, 'version').index(); // what both texts together are called
    key(db, table, 'common').references('notice_text.hash');
    key(db, table, 'own').nullable().references('notice_text.hash');
    key(db, table, 'content'); // what is said, whatever the words
    key(db, table, 'actor');
    table.primary(['school', 'number']);
  });
}

async function queue(db: Knex): Promise<void> {
  await db.schema.createTable('notice_due', (table) => {
    key(db, table, 'school');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.integer('year').notNullable();
    table.integer('number').notNullable();
    key(db, table, 'occasion'); // arrival, year or change
    key(db, table, 'category'); // pupil, guardian or staff
    whole(table, 'drawn_at');
    table.text('due_day').notNullable(); // the last day in time, YYYY-MM-DD
    table.bigInteger('printed_at'); // when the letter to hand out was
    table.bigInteger('told_at');
    key(db, table, 'told_as').nullable(); // mail or letter
    key(db, table, 'told_by').nullable();
    key(db, table, 'version').nullable();
    key(db, table, 'content').nullable();
    key(db, table, 'mail').nullable(); // the one that carries it
    table.bigInteger('mail_failed_at'); // it never left: only a letter can tell
    table.bigInteger('ended_at'); // no longer to be told: the reason is gone
    table.primary(['school', 'person', 'year', 'number']);
    table.index(['school', 'year', 'told_at']);
    table.index(['person']);
  });
  await db.schema.createTable('notice_scan', (table) => {
    key(db, table, 'school').primary();
    whole(table, 'revision');
    table.integer('year').notNullable();
    key(db, table, 'content');
  });
}

async function schools(db: Knex): Promise<void> {
  await db.schema.createTable('notice_board', (table) => {
    key(db, table, 'school');
    table.integer('year').notNullable();
    whole(table, 'number');
    table.text('day').notNullable(); // YYYY-MM-DD
    key(db, table, 'actor');
    whole(table, 'at');
    table.primary(['school', 'year', 'number']);
  });
  await db.schema.createTable('school_opening', (table) => {
    key(db, table, 'school');
    whole(table, 'number');
    table.text('convention'); // its reference
    table.text('convention_day');
    table.text('informed_day'); // when the board was first told
    table.text('officer'); // how to reach the data protection officer
    key(db, table, 'actor');
    whole(table, 'at');
    table.primary(['school', 'number']);
  });
}

async function charters(db: Knex): Promise<void> {
  await db.schema.createTable('charter', (table) => {
    key(db, table, 'school');
    whole(table, 'number');
    key(db, table, 'hash').references('notice_text.hash');
    table.text('voted_day'); // none: not voted, not binding
    key(db, table, 'actor');
    whole(table, 'at');
    table.primary(['school', 'number']);
  });
  await db.schema.createTable('charter_acceptance', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'school');
    key(db, table, 'hash');
    whole(table, 'at');
    table.bigInteger('withdrawn_at');
    table.primary(['person', 'school', 'hash']);
  });
}
