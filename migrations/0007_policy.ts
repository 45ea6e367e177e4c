// The versions of the rules, each kept once, and when each came into force.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('policy_version', (table) => {
    key(db, table, 'version').primary(); // the hash of the document
    table.text('document').notNullable();
  });
  // the same version may come back: the place says in which order
  await db.schema.createTable('policy_activation', (table) => {
    whole(table, 'place').primary();
    key(db, table, 'version').references('policy_version.version');
    whole(table, 'at');
  });
}
