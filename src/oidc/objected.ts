// The watch over objections to a module: whoever objected is signed out of it, wherever they stand in it.
import type { ModuleObjections } from '../privacy/module-objections.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { leaveModules } from './farewells.ts';
import type { Seal } from './seal.ts';
import { enteredAmong } from './session-rows.ts';

/**
 * One turn of the watch: reads the objections again, and ends what their persons still have open. Tokens are refused
 * meanwhile in any case: each use of one asks again.
 */
export function watchObjections(db: Db, seal: Seal, objections: Pick<ModuleObjections, 'look'>): () => Promise<void> {
  return async () => {
    const left = await enteredAmong(db, await objections.look());
    if (left.length > 0) await inTransaction(db, (tx) => leaveModules(tx, seal, left));
  };
}
