// Certificates that machines have shown: kept so that somebody sees in time when one is about to end.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('oidc_certificate_seen', (table) => {
    key(db, table, 'client').references('oidc_module.id').onDelete('cascade');
    key(db, table, 'thumbprint'); // SHA-256 of the DER, base64url
    table.text('subject').notNullable(); // of a machine, as RFC 4514 writes it
    whole(table, 'ends_at');
    whole(table, 'seen_at'); // the last day it was shown, at its first use that day
    table.primary(['client', 'thumbprint']);
  });
}
