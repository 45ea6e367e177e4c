// Whether accounts are active and notices read: asked at every turn, remembered no longer than is safe.
import type { Factors } from './assurance.ts';
import type { Standing } from './entering.ts';

/** How long an account found active is taken to be so, in milliseconds: the delay with which a closed one is refused. */
const ACTIVE_FOR = 1_000;
const REMEMBERED = 20_000;

/** What the accounts room answers. */
interface Asked {
  /** How a person's account stands, if it can sign in: its epoch, and how many second factors they hold. */
  goingOn(person: string): Promise<{ readonly epoch: number; readonly factors: number } | undefined>;
  /** The same of who signs in, and how many facts they have for which they may have to hold one. */
  signingIn(
    person: string,
  ): Promise<{ readonly epoch: number; readonly factors: number; readonly offices: number } | undefined>;
  noticeDue: Standing['noticeDue'];
  mustHoldFactor(person: string): Promise<boolean>;
}

export interface RememberedStanding extends Standing {
  /** Whether a session, or a sign-in, of an epoch of a person's account is not over. */
  goesOn(person: string, epoch: number): Promise<boolean>;
  /** Whether a password is not enough for a person who signs in: they hold a second factor, or must. */
  asksFactorOf(person: string): Promise<boolean>;
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
  const keep = async <Found extends { readonly epoch: number }>(
    person: string,
    ask: (person: string) => Promise<Found | undefined>,
  ): Promise<Found | undefined> => {
    const until = Date.now() + ACTIVE_FOR;
    active.delete(person);
    const found = await ask(person);
    if (found === undefined) return undefined;
    if (active.size >= REMEMBERED) active.clear();
    active.set(person, { epoch: found.epoch, until });
    return found;
  };
  const epochOf = async (person: string): Promise<number | undefined> => {
    const known = active.get(person);
    if (known && known.until > Date.now()) return known.epoch;
    return (await keep(person, asked.goingOn))?.epoch;
  };
  const setFree = (person: string, now: number): void => {
    if (free.size >= REMEMBERED) free.clear();
    free.set(person, now + ACTIVE_FOR);
  };
  const mustHold = async (person: string): Promise<boolean> => {
    const now = Date.now();
    if ((free.get(person) ?? 0) > now) return false;
    free.delete(person);
    if (await asked.mustHoldFactor(person)) return true;
    setFree(person, now);
    return false;
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
    asksFactorOf: async (person) => {
      const now = Date.now();
      const found = await keep(person, asked.signingIn);
      if (found?.offices === 0) setFree(person, now);
      return found !== undefined && (found.factors > 0 || (await mustHold(person)));
    },
    factors: {
      mustHold,
      // never from memory: one that was added a moment ago is asked for
      holds: async (person) => ((await keep(person, asked.goingOn))?.factors ?? 0) > 0,
    },
    forget: (person) => {
      active.delete(person);
      free.delete(person);
    },
  };
}
