// When a session last proved a factor: what sensitive pages ask again after a while.
import type { Db } from '../../storage/storage.ts';

/** How long a proof is kept, in milliseconds; pages ask for one that is younger. */
const KEPT = 60 * 60_000;

/** Keeps that a session has just proved who is there. */
export async function noteProof(
  db: Db,
  { bound, person, at }: { bound: string; person: string; at: number },
): Promise<void> {
  await db('factor_proof')
    .insert({ bound, person, at, expires_at: at + KEPT })
    .onConflict('bound')
    .merge();
}

/** When a session of a person last did; 0 for never. */
export async function provenAt(db: Db, { bound, person }: { bound: string; person: string }): Promise<number> {
  const row = (await db('factor_proof').where({ bound, person }).first('at')) as { at: number } | undefined;
  return row?.at ?? 0;
}

/** Forgets every proof of a person. */
export async function forgetProofs(tx: Db, person: string): Promise<void> {
  await tx('factor_proof').where({ person }).delete();
}

export async function purgeProofs(db: Db, at: number): Promise<number> {
  return db('factor_proof').where('expires_at', '<=', at).delete();
}
