// Who was named to give licences, what was given to whom, and the seats that follow.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('assigner', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'state'); // waiting, accepted, refused, withdrawn or ended
    key(db, table, 'named_by');
    whole(table, 'named_at');
    whole(table, 'waits_until');
    whole(table, 'ends_at'); // with the school year at the latest
    whole(table, 'answered_at').nullable();
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    table.index(['school', 'state']);
    table.index(['person', 'state']);
  });
  // one designation at a time for one person
  await db.schema.raw(
    `create unique index assigner_open on assigner (school, person) where state in ('waiting', 'accepted')`,
  );
  await db.schema.createTable('licence_assignment', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'subscription').references('subscription.id');
    key(db, table, 'school').references('school.uai');
    key(db, table, 'kind'); // person, class, group, level or audience
    key(db, table, 'target'); // a key, the code of a level, or the name of an audience
    key(db, table, 'person').nullable().references('person.id').onDelete('cascade'); // the target, when it is one
    key(db, table, 'audience'); // pupil, teacher, librarian or staff
    key(db, table, 'given_by');
    whole(table, 'given_at');
    key(db, table, 'taken_by').nullable();
    whole(table, 'taken_at').nullable();
    table.index(['school', 'taken_at']);
    table.index(['person']);
  });
  // the same is given once
  await db.schema.raw(
    `create unique index licence_assignment_live on licence_assignment (subscription, school, kind, target, audience)
     where taken_at is null`,
  );
  // one row for one person whom some assignment covers: with a seat, or waiting for one
  await db.schema.createTable('licence_seat', (table) => {
    key(db, table, 'subscription').references('subscription.id');
    key(db, table, 'school').references('school.uai');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'audience');
    whole(table, 'wanted_at'); // the order in which those who wait are served
    whole(table, 'seated_at').nullable();
    table.primary(['subscription', 'school', 'person']);
    table.index(['subscription', 'audience', 'seated_at']);
    table.index(['person']);
  });
  // those who wait are few, and asked for by every act
  await db.schema.raw(
    'create index licence_seat_waiting on licence_seat (subscription, wanted_at) where seated_at is null',
  );
  // what the seats of a school were made out from: what differs since is made out again
  await db.schema.createTable('licence_settlement', (table) => {
    key(db, table, 'subscription').references('subscription.id');
    key(db, table, 'school').references('school.uai');
    whole(table, 'revision'); // of the school's facts
    whole(table, 'subscription_changed');
    whole(table, 'levels_changed'); // 0 when they never did
    whole(table, 'due_at').nullable(); // when a membership begins or ends by its date
    table.primary(['subscription', 'school']);
  });
}
