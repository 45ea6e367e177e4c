// Opening a free resource to a school's people, and closing it: by whoever gives the licences there (C32). Nothing is open by itself.
import type { ResourceAudience } from '../directory/offers.ts';
import { closeFree, type FreeAt, freeAt, openFree } from '../resources/free.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { requireAssigner } from './licences.ts';
import type { Act } from './offices.ts';

/** Opens it to some audiences of the school, and to no other of them. Refuses `not_allowed`; else as `openFree`. */
export async function openFreeAt(
  db: Db,
  act: Act & { readonly resource: string; readonly audiences: readonly ResourceAudience[] },
): Promise<void> {
  await allowed(db, act, (tx) => openFree(tx, act));
}

/** Closes it to everybody of the school. Refuses `not_allowed`. */
export async function closeFreeAt(db: Db, act: Act & { readonly resource: string }): Promise<void> {
  await allowed(db, act, (tx) => closeFree(tx, act));
}

/** What is free, for whoever may open it at a school. Refuses `not_allowed`. */
export async function freeFor(db: Db, act: Act): Promise<FreeAt[]> {
  await requireAssigner(db, act.school, act);
  return freeAt(db, act.school);
}

async function allowed(db: Db, act: Act, work: (tx: Db) => Promise<void>): Promise<void> {
  await inTransaction(db, async (tx) => {
    await requireAssigner(tx, act.school, act);
    await work(tx);
    // the school is held now, and what decides is read again: what was just done goes with it
    await requireAssigner(tx, act.school, act);
  });
}
