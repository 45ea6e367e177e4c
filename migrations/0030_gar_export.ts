// The schools that are exported to the national GAR, under which idENT, and what became of them last.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('gar_school', (table) => {
    key(db, table, 'school').primary().references('school.uai'); // one ENT answers for a school
    key(db, table, 'ent');
    whole(table, 'since');
    key(db, table, 'actor');
    // the last archive that holds the school, and the last time it was held back
    table.bigInteger('sent_at');
    table.bigInteger('held_at');
  });
}
