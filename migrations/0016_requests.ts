// Requests of persons about their data, what an accepted one holds against the next delivery, and the processing register.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('person_request', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    key(db, table, 'kind'); // access, rectification, erasure, objection or exposure
    key(db, table, 'target'); // what it is about: an attribute, account, record, logbook:KEY; empty for all
    table.text('wanted'); // the value asked for, of a rectification
    table.text('words'); // what the person wrote; wiped with time
    key(db, table, 'asker').nullable(); // who asks: the person, or a legal representative
    key(db, table, 'about').nullable(); // whose data; none as long as a letter is not attached to anybody
    table.text('name'); // as a letter writes it
    table.integer('signatories').notNullable(); // of one asked collectively
    key(db, table, 'channel'); // online or paper
    key(db, table, 'batch'); // the letters that came together
    key(db, table, 'slot').nullable().unique(); // what may be open only once
    key(db, table, 'identity'); // how it was checked
    table.text('mandate'); // JSON: reference, holder, hash of the document
    key(db, table, 'received'); // YYYY-MM-DD, in the school's zone: the clock starts here
    whole(table, 'filed_at');
    key(db, table, 'filed_by');
    key(db, table, 'state'); // open, accepted, refused or withdrawn
    whole(table, 'extended_at').nullable();
    key(db, table, 'extended_by').nullable();
    table.text('extension_reason');
    key(db, table, 'extension_told').nullable(); // mail or letter
    whole(table, 'extension_told_at').nullable();
    key(db, table, 'decided_by').nullable();
    whole(table, 'decided_at').nullable();
    key(db, table, 'ground').nullable(); // the legal ground of a refusal
    table.text('reason');
    key(db, table, 'likeness').nullable(); // the reason, normalised: what is compared with others
    key(db, table, 'answer').nullable(); // mail or letter
    whole(table, 'answered_at').nullable();
    whole(table, 'forwarded_at').nullable(); // a rectification, carried to the state's system
    key(db, table, 'forwarded_by').nullable();
    table.index(['school', 'state']);
    table.index(['asker']);
    table.index(['about']);
    table.integer('place').notNullable(); // in the envelope
    table.index(['batch']);
  });
  // what deliveries respect: a person who is not brought back to a school, an attribute that stays as corrected or empty
  await db.schema.createTable('person_hold', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'person').references('person.id').onDelete('cascade');
    key(db, table, 'what'); // person, email, givenName or familyName
    key(db, table, 'school').nullable(); // of `person`
    table.text('value'); // the corrected value
    key(db, table, 'request'); // the request that it comes from
    whole(table, 'since');
    whole(table, 'until').nullable();
    key(db, table, 'ended_as').nullable(); // agreed, when the state says the same; lifted, by the school
    table.index(['person']);
    table.index(['request']);
  });
  // one row per entry and version; the content is JSON
  await db.schema.createTable('processing_entry', (table) => {
    key(db, table, 'entry');
    whole(table, 'version');
    key(db, table, 'hash');
    table.text('content').notNullable();
    whole(table, 'since');
    whole(table, 'until').nullable();
    table.primary(['entry', 'version']);
    table.index(['since']);
  });
}
