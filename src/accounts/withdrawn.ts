// Accounts that are suspended or closed, kept in memory: rights are asked about their holders, and answered with a no.
import type { Db } from '../storage/storage.ts';
import { withdrawnAccounts } from './records.ts';

export interface Withdrawn {
  /** Whether the account of a person is suspended or closed. A promise when what is in memory is too old to tell. */
  has(person: string): boolean | Promise<boolean>;
  close(): void;
}

/** How often what was withdrawn since is read: other nodes deny well within a second. */
const LOOK_EVERY_MS = 250;
/** Clocks of nodes may differ by that much; beyond it, the whole list comes round. */
const OVERLAP_MS = 10_000;
/** A list that is longer is read whole, to take out what was reopened, only so often. */
const FEW = 500;
const ALL_EVERY_MS = 10_000;
/** Beyond that, memory is not believed. */
const BELIEVED_MS = 1_000;

/** Opens on what is withdrawn now, and follows it. */
export async function openWithdrawn(
  db: Db,
  { everyMs = LOOK_EVERY_MS, onError }: { everyMs?: number; onError?: (error: unknown) => void } = {},
): Promise<Withdrawn> {
  let withdrawn = new Set(await withdrawnAccounts(db));
  let allReadAt = Date.now();
  let readAt = allReadAt;
  let reading = false;
  const look = async (): Promise<void> => {
    const now = Date.now();
    if (withdrawn.size <= FEW || now - allReadAt >= ALL_EVERY_MS) {
      withdrawn = new Set(await withdrawnAccounts(db));
      allReadAt = now;
    } else for (const person of await withdrawnAccounts(db, readAt - OVERLAP_MS)) withdrawn.add(person);
    readAt = now;
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    look()
      .catch((error) => onError?.(error))
      .finally(() => {
        reading = false;
      });
  }, everyMs);
  timer.unref();
  return {
    has: (person) => {
      if (withdrawn.has(person)) return true;
      if (Date.now() - readAt < BELIEVED_MS) return false;
      return withdrawnAccounts(db, undefined, person).then((found) => found.length > 0);
    },
    close: () => clearInterval(timer),
  };
}
