// The machine keys a running server knows, in memory: a request with one asks no database.
import type { Db } from '../storage/storage.ts';
import { type KnownKey, readMachineKeys } from './machine-keys.ts';

export interface KnownKeys {
  /** A key by its public part, if it is good at an instant. */
  get(id: string, at: number): KnownKey | undefined;
  /** Reads all of them again. */
  reload(): Promise<void>;
}

/** Opens the memory, empty: `reload` fills it. */
export function openKnownKeys(db: Db): KnownKeys {
  let keys = new Map<string, KnownKey>();
  return {
    get: (id, at) => {
      const key = keys.get(id);
      return key && at < key.endsAt ? key : undefined;
    },
    reload: async () => {
      keys = new Map((await readMachineKeys(db, Date.now())).map((key) => [key.id, key]));
    },
  };
}
