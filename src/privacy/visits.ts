// Where one signed in: read from the trail, for the person alone.
import { tracedOf } from '../audit/audit.ts';
import { firstDayKept } from '../audit/chain.ts';
import type { Db } from '../storage/storage.ts';

const kinds = { 'session.opened': 'signedIn', 'module.entered': 'entered', 'session.ended': 'ended' } as const;

/** Signing in on the way to a module, entering one, closing a session; or a try that was refused. */
export interface Visit {
  /** UTC milliseconds. */
  readonly at: number;
  readonly what: (typeof kinds)[keyof typeof kinds] | 'refused';
  readonly client?: string;
}

/** The most that is told at once. */
const MOST = 500;

/** Where a person signed in, as long as it is kept, the newest first. */
export async function visitsOf(
  db: Db,
  { person, at, months }: { person: string; at: number; months: number },
): Promise<Visit[]> {
  const kept = { person, from: Date.parse(`${firstDayKept(at, months)}T00:00:00Z`), to: at + 1, most: MOST };
  const own = await tracedOf(db, { ...kept, end: 'actor', events: Object.keys(kinds) });
  const tries = await tracedOf(db, { ...kept, end: 'subject', events: ['sign_in.failed'] });
  return [
    ...own.map(
      ({ at: when, event, client }): Visit => ({
        at: when,
        what: kinds[event as keyof typeof kinds],
        ...(client !== null && { client }),
      }),
    ),
    ...tries.map(({ at: when }): Visit => ({ at: when, what: 'refused' })),
  ]
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST);
}
