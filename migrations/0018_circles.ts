// Circles: groups that one joins by one's own act alone; who was invited, and who wants no more invitations from whom.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('circle', (table) => {
    key(db, table, 'id').primary();
    table.text('name').notNullable();
    table.text('purpose').notNullable();
    whole(table, 'beyond_schooling'); // 1 when its purpose is not the pupils' schooling: under fifteen, two agree
    whole(table, 'created_at');
    whole(table, 'ends_at');
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    table.index(['ends_at']);
  });
  await db.schema.createTable('circle_school', (table) => {
    key(db, table, 'circle').references('circle.id').onDelete('cascade');
    key(db, table, 'school').references('school.uai');
    table.primary(['circle', 'school']);
    table.index(['school']);
  });
  // nobody is in it but by an invitation that they accepted, or as the one who created it
  await db.schema.createTable('circle_member', (table) => {
    key(db, table, 'circle').references('circle.id').onDelete('cascade');
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'role'); // owner, moderator or member
    whole(table, 'since');
    whole(table, 'until').nullable();
    key(db, table, 'agreed_by').nullable(); // the legal representative, where two agree
    table.primary(['circle', 'person']);
    table.index(['person']);
  });
  await db.schema.createTable('circle_invitation', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'circle').references('circle.id').onDelete('cascade');
    key(db, table, 'inviter').references('person.id').onDelete('cascade');
    key(db, table, 'invitee').nullable().references('person.id').onDelete('cascade');
    table.text('named'); // what the inviter wrote; forgotten when the invitation is over
    key(db, table, 'alike'); // the same, as it is compared
    key(db, table, 'state'); // undelivered, waiting, agreeing, accepted, refused, left or removed
    whole(table, 'at');
    whole(table, 'expires_at');
    whole(table, 'answered_at').nullable();
    table.index(['circle', 'state']);
    table.index(['invitee', 'state']);
    table.index(['inviter', 'at']);
  });
  // one invitation at a time waits for one person
  await db.schema.raw(
    `create unique index circle_invitation_waiting on circle_invitation (circle, invitee)
     where state in ('waiting', 'agreeing')`,
  );
  await db.schema.createTable('circle_block', (table) => {
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'inviter').references('person.id').onDelete('cascade');
    whole(table, 'at');
    table.primary(['person', 'inviter']);
  });
}
