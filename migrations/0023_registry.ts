// The registry of resources, the schools whose offers are to be made out again, and the reports that distributors fetch.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('resource', (table) => {
    key(db, table, 'id').primary(); // an ARK, `ark:/NAAN/name`
    table.text('name').notNullable();
    key(db, table, 'publisher').index(); // SIREN_ISNI
    table.text('publisher_name').notNullable();
    table.text('url').notNullable();
    key(db, table, 'presentation'); // MAN, MUL, PRO
    table.text('declared').notNullable(); // JSON, names of attributes
    table.text('validated').notNullable(); // JSON, of those
    key(db, table, 'state'); // declared, validated, suspended, withdrawn
    key(db, table, 'sector'); // publisher, resource: what pseudonyms are made for
    key(db, table, 'schools'); // click, all: the schools a publisher is told
    table.text('details').notNullable(); // JSON, what a tile shows
    whole(table, 'recorded_at');
    whole(table, 'changed_at');
  });
  await db.schema.createTable('offer_due', (table) => {
    key(db, table, 'school').primary().references('school.uai');
    whole(table, 'asked_at');
  });
  // subscriptions that were written before open what they open from now on
  await db.raw('insert into offer_due (school, asked_at) select distinct school, 0 from subscription_school');
  await db.schema.createTable('assignment_report', (table) => {
    key(db, table, 'distributor'); // SIREN_ISNI
    key(db, table, 'name');
    whole(table, 'created_at');
    key(db, table, 'digest'); // SHA-256, hexadecimal, of what it says
    table.binary('content').notNullable(); // a ZIP, without any person
    whole(table, 'size'); // bytes
    table.bigInteger('taken_at');
    table.primary(['distributor', 'name']);
    table.index(['created_at']);
  });
}
