// The end of a session is told again until it is taken; and of what is open at publishers, until when it may be.
import type { Knex } from 'knex';

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('oidc_farewell', (table) => {
    table.bigInteger('said_at').notNullable().defaultTo(0); // since when it is to be told
    table.bigInteger('due_at').notNullable().defaultTo(0); // not before: a node is telling it, or it was not taken
    table.index(['client', 'due_at']);
  });
  await db('oidc_farewell').update({ said_at: Date.now() });
  await db.schema.alterTable('publisher_visit', (table) => {
    table.bigInteger('revision').notNullable().defaultTo(0); // of its school, which the last answer rests on
    table.bigInteger('valid_until').notNullable().defaultTo(0); // what that answer said
    table.bigInteger('held_until').notNullable().defaultTo(0); // a node is looking at it
    // all that is read every two seconds of what is open everywhere: the rows are left alone
    table.index(['school', 'revision', 'valid_until', 'held_until', 'expires_at'], 'publisher_visit_watched');
  });
}
