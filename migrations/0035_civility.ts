// The civility of staff, and what a level (MEF) is in the national statistics (MEFSTAT11).
import type { Knex } from 'knex';
import { key } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('person', (table) => {
    table.text('civility'); // `M.` or `Mme`; of staff alone
  });
  await db.schema.createTable('level_code', (table) => {
    key(db, table, 'academy');
    key(db, table, 'level'); // the MEF
    table.text('stat').notNullable(); // eleven characters
    table.primary(['academy', 'level']);
  });
}
