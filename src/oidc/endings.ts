// The watch over what persons have open at publishers: whoever may no longer is signed out there.
import { launchableUntil } from '../acts/launching.ts';
import { revisionsOf } from '../facts/facts.ts';
import { revisionText } from '../rights/revision.ts';
import type { Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { KnownModules } from './known-modules.ts';
import type { Seal } from './seal.ts';
import { endVisits, holdVisits, noteLook, schoolsVisited, type Visit } from './visits.ts';

/**
 * What no fact of a school tells of, an account that was closed or a module that opens a resource no more, is noticed
 * within this time, in milliseconds, or a little later where very much is open.
 */
const LOOK_AGAIN = 60_000;

/**
 * One turn of the watch: looks at what was opened since the last turn, at all that is open from schools whose facts have
 * changed since it was looked at, and at all that has ended by its date; and at some of the rest. Nodes share it, and one
 * that is told to stop leaves the rest of it to the others. Tokens are refused meanwhile in any case: each use of one asks
 * again.
 */
export function watchEntitlements(
  db: Db,
  {
    rights,
    modules,
    seal,
    clock = Date.now,
  }: { rights: Source; modules: Pick<KnownModules, 'get'>; seal: Seal; clock?: () => number },
): (stop?: AbortSignal) => Promise<void> {
  return async (stop) => {
    const at = clock();
    const schools = await schoolsVisited(db, at);
    const revisions = await revisionsOf(
      db,
      schools.map(({ school }) => school),
    );
    for (const { school, revision: seen, validUntil } of schools) {
      const revision = revisions.get(school) ?? 0;
      if (seen < revision || validUntil <= at) await lookThrough({ school, revision }, stop);
    }
    if (stop?.aborted) return;
    const now = clock();
    const rest = await holdVisits(db, { at: now, before: now - LOOK_AGAIN });
    for (const school of new Set(rest.map((visit) => visit.school)))
      await lookAt(
        school,
        rest.filter((visit) => visit.school === school),
        stop,
      );
  };

  async function lookThrough(which: { school: string; revision: number }, stop?: AbortSignal): Promise<void> {
    while (!stop?.aborted) {
      const visits = await holdVisits(db, { ...which, at: clock() });
      if (visits.length === 0) return;
      await lookAt(which.school, visits, stop);
    }
  }

  /** Looks at visits that are held. */
  async function lookAt(school: string, visits: readonly Visit[], stop?: AbortSignal): Promise<void> {
    if (stop?.aborted) return;
    const bound: Visit[] = [];
    for (const visit of visits) if (await isBound(visit)) bound.push(visit);
    // both after the visits were held: what any of them was opened by is known at that revision, and valid by then
    const revision = (await revisionsOf(db, [school])).get(school) ?? 0;
    const at = clock();
    // memory may not have heard of the revision yet: what it answered from before would be believed until the next look
    const atLeast = revisionText(school, revision);
    const untilOf = await launchableUntil(rights, { db, school, asked: bound, at, atLeast });
    const going = bound.flatMap((visit) => {
      const until = untilOf(visit);
      return until === undefined ? [] : [{ visit, until }];
    });
    const kept = new Set(going.map(({ visit }) => visit));
    await endVisits(
      db,
      seal,
      visits.filter((visit) => !kept.has(visit)),
      stop,
    );
    await noteLook(db, going, { at, revision });
  }

  /** Whether a publisher still opens the resource, for that school. */
  async function isBound({ client, resource, school }: Visit): Promise<boolean> {
    const module = await modules.get(client);
    if (!module?.resources.includes(resource)) return false;
    return module.schools === 'all' || module.schools.includes(school);
  }
}
