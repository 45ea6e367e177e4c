// Agreements of collectivities with an academy, by school, and the subscriptions that distributors write.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('agreement', (table) => {
    key(db, table, 'reference').primary(); // the number of the file on the filing platform
    table.text('collectivity').notNullable();
    key(db, table, 'siren');
    key(db, table, 'academy');
    key(db, table, 'state'); // draft, filed, accepted, signed, revoked
    whole(table, 'starts_at');
    whole(table, 'ends_at');
    table.text('document_hash'); // SHA-256, hexadecimal, of what was signed
    whole(table, 'recorded_at');
    whole(table, 'changed_at');
  });
  await db.schema.createTable('agreement_school', (table) => {
    key(db, table, 'agreement').references('agreement.reference');
    key(db, table, 'school').references('school.uai');
    table.primary(['agreement', 'school']);
    table.index(['school']);
  });
  await db.schema.createTable('subscription', (table) => {
    key(db, table, 'id').primary(); // given by its distributor, and nobody else's
    key(db, table, 'distributor').index(); // SIREN_ISNI
    key(db, table, 'resource').index();
    key(db, table, 'nature').nullable(); // of all schools of a nature, instead of a list
    table.text('sheet').notNullable(); // JSON, as the distributor wrote it
    whole(table, 'starts_at');
    whole(table, 'ends_at');
    whole(table, 'created_at');
    whole(table, 'changed_at');
    table.bigInteger('removed_at');
  });
  await db.schema.createTable('subscription_school', (table) => {
    key(db, table, 'subscription').references('subscription.id');
    key(db, table, 'school').references('school.uai');
    table.primary(['subscription', 'school']);
    table.index(['school']);
  });
}
