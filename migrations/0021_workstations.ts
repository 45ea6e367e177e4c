// Shared workstations: the browsers that a school has marked, and the sessions that were opened in one.
import type { Knex } from 'knex';
import { key, whole } from './columns.ts';

export async function up(db: Knex): Promise<void> {
  await db.schema.createTable('shared_workstation', (table) => {
    key(db, table, 'id').primary();
    key(db, table, 'school').references('school.uai');
    table.text('place').notNullable();
    key(db, table, 'marked_by');
    whole(table, 'marked_at');
    key(db, table, 'ended_by').nullable();
    whole(table, 'ended_at').nullable();
    table.index(['school']);
  });
  await db.schema.alterTable('oidc_session', (table) => {
    key(db, table, 'workstation').nullable();
    table.index(['workstation', 'expires_at']);
  });
}
