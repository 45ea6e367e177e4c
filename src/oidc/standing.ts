// Whether accounts are active and notices read: asked at every turn, remembered no longer than is safe.
import type { Standing } from './entering.ts';

/** How long an account found active is taken to be so, in milliseconds: the delay with which a closed one is refused. */
const ACTIVE_FOR = 1_000;
const REMEMBERED = 20_000;

export interface RememberedStanding extends Standing {
  /** Asks again about a person at the next turn. */
  forget(person: string): void;
}

/** `asked` are the verbs of the accounts room. */
export function openStanding(asked: Standing): RememberedStanding {
  const active = new Map<string, number>();
  const read = new Set<string>();
  return {
    isActive: async (person) => {
      const now = Date.now();
      if ((active.get(person) ?? 0) > now) return true;
      active.delete(person);
      if (!(await asked.isActive(person))) return false;
      if (active.size >= REMEMBERED) active.clear();
      active.set(person, now + ACTIVE_FOR);
      return true;
    },
    // a notice that was read stays read
    noticeDue: async (notice) => {
      const name = JSON.stringify([notice.person, notice.client, notice.version]);
      if (read.has(name)) return false;
      if (await asked.noticeDue(notice)) return true;
      if (read.size >= REMEMBERED) read.clear();
      read.add(name);
      return false;
    },
    forget: (person) => {
      active.delete(person);
    },
  };
}
