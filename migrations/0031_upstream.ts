// Signing in elsewhere: who vouches for people, what they vouched for, and records that were told apart.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('upstream_provider', (table) => {
    key(db, table, 'id').primary();
    table.text('sheet').notNullable(); // JSON
    whole(table, 'added_at');
    table.bigInteger('ended_at');
  });
  // an assertion counts once: its row is there before anybody is told anything
  await db.schema.createTable('upstream_assertion', (table) => {
    key(db, table, 'id').primary(); // hash of the provider and the assertion's id
    key(db, table, 'provider').references('upstream_provider.id').onDelete('cascade');
    key(db, table, 'handle').unique(); // hash of what the browser shows
    key(db, table, 'request'); // hash of the request that it answers
    table.binary('payload'); // sealed; gone once used
    whole(table, 'authenticated_at'); // when the person showed who they are, over there
    whole(table, 'received_at');
    whole(table, 'expires_at');
    table.bigInteger('taken_at');
    table.bigInteger('used_at');
    key(db, table, 'person').nullable(); // whom it let in
    table.index(['expires_at']);
  });
  await db.schema.createTable('upstream_link', (table) => {
    key(db, table, 'provider').references('upstream_provider.id').onDelete('cascade');
    key(db, table, 'subject'); // keyed hash of what the provider calls them
    key(db, table, 'person').references('person.id').onDelete('cascade');
    table.text('others').notNullable(); // JSON: keys of other accounts that the last assertion carried
    whole(table, 'linked_at');
    table.primary(['provider', 'subject']);
    table.index(['person']);
  });
  // two records that were told apart: no assertion joins them again
  await db.schema.createTable('family_apart', (table) => {
    key(db, table, 'one').references('person.id').onDelete('cascade');
    key(db, table, 'other').references('person.id').onDelete('cascade');
    whole(table, 'since');
    table.primary(['one', 'other']);
    table.index(['other']);
  });
  for (const { survivor, record, separated_at } of await db('family_join')
    .whereNotNull('separated_at')
    .select('survivor', 'record', 'separated_at')) {
    const [one, other] = [survivor, record].sort();
    await db('family_apart').insert({ one, other, since: separated_at }).onConflict(['one', 'other']).ignore();
  }
}
