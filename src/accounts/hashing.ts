// Slow hashes: argon2id, with a bounded queue in front so that a rush waits, then is told to come back, and nothing falls over.
import { availableParallelism } from 'node:os';
import { hash, type Options, verify } from '@node-rs/argon2';
import { Refusal } from '../errors.ts';

/** argon2id (the package's default), 19 MiB, two passes, one lane: OWASP's first choice. About 10 ms. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options;

/** How long a hash may wait for its turn before its caller is told to come back. */
const PATIENCE_MS = 10_000;

/** More than this many in line would wait longer than that. */
const PLACES = 1_000;

/** A line in front of work that would otherwise starve everything else. */
export interface Line {
  /**
   * Runs `work` when its turn comes; `unavailable` (503) when the line is full or the wait too long. Turns go round those
   * who wait: who has many in the line holds up their own, and where it is full their last gives way to whoever has fewer.
   */
  run<T>(work: () => Promise<T>, whose?: string): Promise<T>;
  readonly waiting: number;
}

interface Waiter {
  readonly start: () => void;
  readonly refuse: () => void;
}

/** Opens a line that serves `width` at once and lets `places` wait, each for `patienceMs` at most. */
export function openLine({ width, places, patienceMs }: { width: number; places: number; patienceMs: number }): Line {
  const lines = new Map<string, Set<Waiter>>(); // those whose turn is next in front
  let waiting = 0;
  let running = 0;
  const remove = (whose: string, waiter: Waiter): void => {
    const own = lines.get(whose);
    if (!own?.delete(waiter)) return;
    waiting -= 1;
    if (own.size === 0) lines.delete(whose);
  };
  const turn = (whose: string): Promise<void> => {
    if (running < width) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting >= places) {
      const last = lastOfMost(lines, whose);
      if (!last) return Promise.reject(busy());
      last.refuse();
    }
    return new Promise((resolve, reject) => {
      const leaveBy = (then: () => void) => () => {
        remove(whose, waiter);
        clearTimeout(timer);
        then();
      };
      const waiter: Waiter = { start: leaveBy(resolve), refuse: leaveBy(() => reject(busy())) };
      const timer = setTimeout(waiter.refuse, patienceMs);
      const own = lines.get(whose) ?? new Set();
      lines.set(whose, own.add(waiter));
      waiting += 1;
    });
  };
  /** The place passes to the next in line without ever being free; whose it is goes behind the others. */
  const leave = (): void => {
    const [front] = lines;
    if (!front) {
      running -= 1;
      return;
    }
    const [whose, own] = front;
    const [next] = own;
    lines.delete(whose);
    lines.set(whose, own);
    next?.start();
  };
  return {
    run: async (work, whose = '') => {
      await turn(whose);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get waiting() {
      return waiting;
    },
  };
}

/** The last of those who have the most waiting, if that is more than one newcomer would have. */
function lastOfMost(lines: ReadonlyMap<string, ReadonlySet<Waiter>>, newcomer: string): Waiter | undefined {
  let most: ReadonlySet<Waiter> | undefined;
  for (const own of lines.values()) if (own.size > (most?.size ?? (lines.get(newcomer)?.size ?? 0) + 1)) most = own;
  return most && [...most].at(-1);
}

function busy(): Refusal {
  return new Refusal('unavailable', 'too many passwords are being checked: expected fewer at once');
}

/** One line per process: it guards the cores, which all databases share. */
const line = openLine({ width: availableParallelism(), places: PLACES, patienceMs: PATIENCE_MS });

const counts = { hashed: 0, verified: 0 };

/** How many slow hashes this process has made, and how many wait: for the metrics, and to prove that every answer costs the same. */
export function hashingWork(): { readonly hashed: number; readonly verified: number; readonly waiting: number } {
  return { ...counts, waiting: line.waiting };
}

/** The PHC string of a password. `whose` turn it waits for: that of a person who may ask for many, else that of all others. */
export function hashPassword(password: string, whose?: string): Promise<string> {
  return line.run(async () => {
    const phc = await hash(bytesOf(password), COST);
    counts.hashed += 1;
    return phc;
  }, whose);
}

/** Whether a password is the one behind a PHC string. Without one the same work is done, and the answer is no. `whose`: as above. */
export async function verifyPassword(phc: string | undefined, password: string, whose?: string): Promise<boolean> {
  const right = await line.run(async () => {
    const found = await verify(phc ?? NOBODY, bytesOf(password)); // the PHC string carries its own cost
    counts.verified += 1;
    return found;
  }, whose);
  return right && phc !== undefined;
}

/** The one normal form, so that the same keys on two systems make the same bytes. Every byte counts; none is cut off. */
export function normalPassword(password: string): string {
  return password.normalize('NFKC');
}

function bytesOf(password: string): Buffer {
  return Buffer.from(normalPassword(password), 'utf8');
}

/** A hash of 256 random bits that nobody kept, at the same cost as the others. */
const NOBODY = '$argon2id$v=19$m=19456,t=2,p=1$PfWTL+CXNwz/NUJnn5B2Ug$hAtTQUZ10Ip7fpcQMy2bKNLz8SQVpJeuRUtNZNhjSzc';
