// Joined records of one person, what each of them says, and disputes over who represents a pupil.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('external_identity', (table) => {
    // the record that an identity names, when its person holds it with others; none where it names the person
    key(db, table, 'record').nullable();
    table.index(['record']);
  });
  await db.schema.createTable('record_fact', (table) => {
    key(db, table, 'record').references('person.id').onDelete('cascade');
    key(db, table, 'school');
    key(db, table, 'source');
    key(db, table, 'relation');
    key(db, table, 'other'); // the pupil, or the logbook, at the other end
    table.text('properties').notNullable();
    whole(table, 'valid_from');
    whole(table, 'valid_to');
    table.index(['record']);
    table.index(['school', 'source', 'relation']);
  });
  await db.schema.createTable('family_join', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'survivor').references('person.id').onDelete('cascade');
    key(db, table, 'record').references('person.id').onDelete('cascade');
    table.text('moved').notNullable(); // JSON: the records and the identities that moved, and the facts by key
    key(db, table, 'proof'); // code, credentials, or paper
    key(db, table, 'actor');
    key(db, table, 'code_hash').nullable(); // of the code that proved it
    table.text('reference'); // of the request on paper
    table.boolean('suspended').notNullable(); // whether the record had an account of its own, which waits
    whole(table, 'joined_at');
    table.bigInteger('separated_at');
    key(db, table, 'separated_by').nullable();
    table.text('separated_for'); // the reference of the request
    table.index(['survivor']);
  });
  await db.schema.createTable('family_dispute', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'child').references('person.id').onDelete('cascade');
    whole(table, 'opened_at');
    key(db, table, 'state'); // open, upheld or withdrawn
    table.bigInteger('settled_at');
    key(db, table, 'settled_by').nullable();
    key(db, table, 'settled_at_school').nullable();
    table.text('decision'); // what the decision rests on
    table.index(['child']);
    table.index(['person']);
  });
  // a record is joined once at a time, and a pupil disputed once at a time
  await db.raw('create unique index family_join_live on family_join (record) where separated_at is null');
  await db.raw(`create unique index family_dispute_live on family_dispute (person, child) where state <> 'withdrawn'`);
}
