// Modules that did not take what they were told of ended sessions: kept so that whoever runs the service learns it.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('oidc_unheard', (table) => {
    key(db, table, 'client').primary();
    table.bigInteger('since'); // when it last took something, else since when it was told in vain
    whole(table, 'given_up'); // how many ends, in all
    whole(table, 'last_at');
  });
}
