// What is free: said of a resource, opened by a school, offered without a subscription. And who does not want to be known, each in their own voice.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('resource', (table) => {
    table.text('free').notNullable().defaultTo('[]'); // JSON, the audiences for which nobody pays
  });
  // what a school has opened of what is free; it opens only what is still free
  await db.schema.createTable('free_opening', (table) => {
    key(db, table, 'school').references('school.uai');
    key(db, table, 'resource').references('resource.id');
    key(db, table, 'audience'); // pupil, teacher, librarian, staff
    whole(table, 'opened_at');
    table.primary(['school', 'resource', 'audience']);
    table.index(['resource']);
  });
  await rebuild(db, 'offer', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'subscription').nullable().references('subscription.id'); // none: a free resource
    key(db, table, 'school').references('school.uai');
    key(db, table, 'resource'); // an ARK
    table.unique(['subscription', 'school']);
    table.index(['school', 'resource']);
    table.index(['resource']);
  });
  await db.raw('create unique index offer_free on offer (school, resource) where subscription is null');
  // what a child chose is not a parent's to take back, nor the other way round: two choices, where it was one
  await rebuild(db, 'publisher_decline', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'publisher'); // SIREN_ISNI
    key(db, table, 'by'); // the person, or who represents them
    whole(table, 'since');
    table.primary(['person', 'publisher', 'by']);
  });
}

/** Neither engine changes a key alike; no other table refers to these two. */
async function rebuild(db: Knex, name: string, columns: (table: Knex.CreateTableBuilder) => void): Promise<void> {
  await db.schema.createTable(`${name}_next`, columns);
  await db(`${name}_next`).insert(db(name).select('*'));
  await db.schema.dropTable(name);
  await db.schema.renameTable(`${name}_next`, name);
}
