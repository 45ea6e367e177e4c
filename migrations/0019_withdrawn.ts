// Finding the accounts that were suspended or closed a moment ago.
import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('account', (table) => {
    table.index(['state', 'changed_at']);
  });
}
