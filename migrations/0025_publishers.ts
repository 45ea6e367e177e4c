// Publishers: the pseudonyms by which they know persons, the resources that sessions have opened, and what was sent.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('pseudonym', (table) => {
    key(db, table, 'sector'); // a publisher, SIREN_ISNI, or one of its resources, an ARK
    key(db, table, 'value'); // 128 hexadecimal digits
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.bigInteger('carried_at'); // when it was brought from elsewhere; none for one that was made here
    table.primary(['sector', 'value']);
    table.index(['person', 'sector']);
  });
  await db.schema.createTable('publisher_visit', (table) => {
    key(db, table, 'uid'); // of the session
    key(db, table, 'client').references('oidc_module.id').onDelete('cascade');
    key(db, table, 'resource');
    key(db, table, 'school'); // of the click
    key(db, table, 'person').references('person.id').onDelete('cascade');
    whole(table, 'opened_at');
    whole(table, 'expires_at').index();
    whole(table, 'looked_at').index(); // when it was last asked whether the person may still
    table.primary(['uid', 'client', 'resource']);
    table.index(['person']);
  });
  await db.schema.createTable('release', (table) => {
    key(db, table, 'day').index(); // YYYY-MM-DD
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'client');
    key(db, table, 'resource');
    key(db, table, 'school'); // of the click
    key(db, table, 'digest'); // of what was sent: the same again that day is counted
    key(db, table, 'names'); // the attributes, in their order
    table.text('hashes').notNullable(); // JSON: by attribute, a keyed hash of the value
    whole(table, 'times');
    whole(table, 'first_at');
    whole(table, 'last_at');
    table.primary(['day', 'person', 'client', 'resource', 'school', 'digest']);
    table.index(['person']);
    table.index(['resource', 'day']);
  });
}
