// Openings of logbooks to colleagues: who asked, who offered, who validated, who ended. What they open is a fact.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('access_grant', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'logbook').references('logbook.id');
    key(db, table, 'beneficiary').references('person.id').onDelete('cascade');
    key(db, table, 'state'); // asked, offered, granted, refused, lifted or ended
    whole(table, 'starts_at').nullable(); // none for an ask
    whole(table, 'ends_at'); // for an ask, what the colleague wishes; the year's end otherwise
    whole(table, 'asked_at').nullable();
    key(db, table, 'offered_by').nullable();
    whole(table, 'offered_at').nullable();
    key(db, table, 'decided_by').nullable(); // who validated or refused
    whole(table, 'decided_at').nullable();
    key(db, table, 'decided_as').nullable(); // by which rule: owner, head, delegate or direction
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    key(db, table, 'ended_as').nullable(); // by which rule: owner, head, delegate, direction, beneficiary; or operator
    table.text('reason'); // why it was refused or ended
    whole(table, 'created_at');
    table.index(['school', 'state']);
    table.index(['logbook', 'beneficiary']);
    table.index(['beneficiary']);
  });
}
