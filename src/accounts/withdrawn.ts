// Accounts that are suspended or closed, kept in memory: rights are asked about their holders, and answered with a no.
import type { Statements } from '../storage/statements.ts';
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

/**
 * Opens on what is withdrawn now, and follows it, by statements that wait for nobody's transactions: a look that is late
 * makes whoever asks wait for the next one, all of them for the same.
 */
export async function openWithdrawn(
  statements: Pick<Statements, 'all'>,
  { everyMs = LOOK_EVERY_MS, onError }: { everyMs?: number; onError?: (error: unknown) => void } = {},
): Promise<Withdrawn> {
  let withdrawn = new Set<string>();
  let allReadAt = 0;
  let readAt = 0;
  let looking: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    const now = Date.now();
    if (withdrawn.size <= FEW || now - allReadAt >= ALL_EVERY_MS) {
      withdrawn = new Set(await withdrawnAccounts(statements, 0));
      allReadAt = now;
    } else for (const person of await withdrawnAccounts(statements, readAt - OVERLAP_MS)) withdrawn.add(person);
    readAt = now;
  };
  const look = (): Promise<void> => {
    looking ??= read().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const isOld = (at: number): boolean => at - readAt >= BELIEVED_MS;
  /** Reads what may be believed at an instant: a look that began long before it is not enough. */
  const lookFor = async (at: number): Promise<void> => {
    await looking?.catch(() => undefined);
    if (isOld(at)) await look();
  };
  await look();
  const timer = setInterval(() => look().catch((error) => onError?.(error)), everyMs);
  timer.unref();
  return {
    has: (person) => {
      if (withdrawn.has(person)) return true;
      const now = Date.now();
      return isOld(now) && lookFor(now).then(() => withdrawn.has(person));
    },
    close: () => clearInterval(timer),
  };
}
