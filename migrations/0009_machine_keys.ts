// Keys with which a module's machines ask our interfaces without fetching a token first.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('oidc_machine_key', (table) => {
    key(db, table, 'id').primary(); // the public part of the key, by which it is recognised
    key(db, table, 'client').references('oidc_module.id').onDelete('cascade').index();
    key(db, table, 'secret_hash');
    table.text('label').notNullable();
    table.text('scopes').notNullable(); // separated by blanks
    whole(table, 'added_at');
    whole(table, 'ends_at'); // when it expires, or when it was withdrawn
  });
}
