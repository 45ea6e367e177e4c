// Accounts that can sign in, remembered for a while: what takes an account is asked about its holder all day.
import type { Db } from '../storage/storage.ts';
import { isActive } from './accounts.ts';

export interface Active {
  /** Whether a person holds an account that can sign in; at once when it was so a moment ago. */
  has(person: string): boolean | Promise<boolean>;
}

/*
 * Only a yes is remembered. An account that is suspended or closed is told by `Withdrawn` at once; what is left, one
 * that is removed, was closed for months before, or its holder has no place in any school any more.
 */
const REMEMBERED_MS = 60_000;
const MOST = 50_000;

export function openActive(db: Db): Active {
  let [young, old] = [new Map<string, number>(), new Map<string, number>()];
  return {
    has: (person) => {
      const now = Date.now();
      const readAt = young.get(person) ?? old.get(person);
      if (readAt !== undefined && now - readAt < REMEMBERED_MS) return true;
      return isActive(db, person).then((active) => {
        if (young.size >= MOST) [young, old] = [new Map(), young];
        if (active) young.set(person, now);
        else for (const names of [young, old]) names.delete(person);
        return active;
      });
    },
  };
}
