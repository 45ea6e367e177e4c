// What publishers ask about persons, by day, for those persons alone; and who does not want to be known to which.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('launch_check', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'month'); // YYYY-MM, UTC
    key(db, table, 'client'); // the publisher that asked
    key(db, table, 'resource'); // an ARK
    whole(table, 'days'); // a bit for each day of the month
    table.primary(['person', 'month', 'client', 'resource']);
    table.index(['month']);
  });
  await db.schema.createTable('publisher_decline', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'publisher'); // SIREN_ISNI
    key(db, table, 'by'); // the person, or who represents them
    whole(table, 'since');
    table.primary(['person', 'publisher']);
  });
}
