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
  /** Runs `work` when its turn comes; `unavailable` (503) when the line is full or the wait too long. */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly waiting: number;
}

interface Waiter {
  readonly start: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Opens a line that serves `width` at once and lets `places` wait, each for `patienceMs` at most. */
export function openLine({ width, places, patienceMs }: { width: number; places: number; patienceMs: number }): Line {
  const line = new Set<Waiter>();
  let running = 0;
  const turn = (): Promise<void> => {
    if (running < width) {
      running += 1;
      return Promise.resolve();
    }
    if (line.size >= places) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: resolve,
        timer: setTimeout(() => {
          line.delete(waiter);
          reject(busy());
        }, patienceMs),
      };
      line.add(waiter);
    });
  };
  /** The place passes to the next in line without ever being free. */
  const leave = (): void => {
    const [next] = line;
    if (!next) {
      running -= 1;
      return;
    }
    line.delete(next);
    clearTimeout(next.timer);
    next.start();
  };
  return {
    run: async (work) => {
      await turn();
      try {
        return await work();
      } finally {
        leave();
      }
    },
    get waiting() {
      return line.size;
    },
  };
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

/** The PHC string of a password. */
export function hashPassword(password: string): Promise<string> {
  return line.run(async () => {
    const phc = await hash(bytesOf(password), COST);
    counts.hashed += 1;
    return phc;
  });
}

/** Whether a password is the one behind a PHC string. Without one the same work is done, and the answer is no. */
export async function verifyPassword(phc: string | undefined, password: string): Promise<boolean> {
  const right = await line.run(async () => {
    const found = await verify(phc ?? NOBODY, bytesOf(password)); // the PHC string carries its own cost
    counts.verified += 1;
    return found;
  });
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
