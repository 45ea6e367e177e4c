// Whether accounts are active and notices read: asked at every turn, remembered no longer than is safe.
import type { Factors } from './assurance.ts';
import type { Standing } from './entering.ts';

/** How long an account found active is taken to be so, in milliseconds: the delay with which a closed one is refused. */
const ACTIVE_FOR = 1_000;
const REMEMBERED = 20_000;

/** What the accounts room answers. */
interface Asked {
  /** The epoch of a person's account, if it can sign in. */
  epochOf(person: string): Promise<number | undefined>;
  noticeDue: Standing['noticeDue'];
  readonly factors: Factors;
}

export interface RememberedStanding extends Standing {
  /** Whether a session, or a sign-in, of an epoch of a person's account is not over. */
  goesOn(person: string, epoch: number): Promise<boolean>;
  /** What is asked about second factors, remembered as long as an active account. */
  readonly factors: Factors;
  /** Asks again about a person at the next turn. */
  forget(person: string): void;
}

/** `asked` are the verbs of the accounts room. */
export function openStanding(asked: Asked): RememberedStanding {
  const active = new Map<string, { readonly epoch: number; readonly until: number }>();
  const read = new Set<string>();
  const free = new Map<string, number>();
  const epochOf = async (person: string): Promise<number | undefined> => {
    const now = Date.now();
    const known = active.get(person);
    if (known && known.until > now) return known.epoch;
    active.delete(person);
    const epoch = await asked.epochOf(person);
    if (epoch === undefined) return undefined;
    if (active.size >= REMEMBERED) active.clear();
    active.set(person, { epoch, until: now + ACTIVE_FOR });
    return epoch;
  };
  return {
    isActive: async (person) => (await epochOf(person)) !== undefined,
    // what is remembered may be an epoch late, never early
    goesOn: async (person, epoch) => epoch >= ((await epochOf(person)) ?? Number.POSITIVE_INFINITY),
    // a notice that was read stays read
    noticeDue: async (notice) => {
      const name = JSON.stringify([notice.person, notice.client, notice.version]);
      if (read.has(name)) return false;
      if (await asked.noticeDue(notice)) return true;
      if (read.size >= REMEMBERED) read.clear();
      read.add(name);
      return false;
    },
    factors: {
      mustHold: async (person) => {
        const now = Date.now();
        if ((free.get(person) ?? 0) > now) return false;
        free.delete(person);
        if (await asked.factors.mustHold(person)) return true;
        if (free.size >= REMEMBERED) free.clear();
        free.set(person, now + ACTIVE_FOR);
        return false;
      },
      holds: asked.factors.holds,
    },
    forget: (person) => {
      active.delete(person);
      free.delete(person);
    },
  };
}
