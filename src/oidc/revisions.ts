// Revisions of what a running server keeps in memory: who changes it moves its revision, and every node notices.
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';

export type Kept = 'modules' | 'keys';

/** Moves a revision; call it in the transaction that changes what is kept. */
export async function moveRevision(tx: Db, name: Kept): Promise<void> {
  await tx('oidc_revision').insert({ name, revision: 0 }).onConflict('name').ignore();
  await tx('oidc_revision').where({ name }).increment('revision', 1);
}

/** Reads all revisions in one statement, as a text that changes when one does. */
export async function revisionsNow(statements: Statements): Promise<Record<Kept, number>> {
  const rows = await statements.all<{ name: Kept; revision: number }>('select name, revision from oidc_revision');
  return { modules: 0, keys: 0, ...Object.fromEntries(rows.map((row) => [row.name, row.revision])) };
}
