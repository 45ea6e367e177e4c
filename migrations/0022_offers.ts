// Offers: one subscription at one school, which is what is launched there.
import type { Knex } from 'knex';
import { key } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('offer', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'subscription').references('subscription.id');
    key(db, table, 'school').references('school.uai');
    key(db, table, 'resource'); // an ARK
    table.unique(['subscription', 'school']);
    table.index(['school', 'resource']);
    table.index(['resource']);
  });
}
