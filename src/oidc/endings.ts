// The watch over what persons have open at publishers: whoever may no longer is signed out there.
import { launchableUntil } from '../acts/launching.ts';
import { revisionsOf } from '../facts/facts.ts';
import { revisionText } from '../rights/revision.ts';
import type { Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { KnownModules } from './known-modules.ts';
import { type Due, endVisits, holdVisits, noteLook, schoolsVisited, type Visit } from './visits.ts';

/**
 * What no fact of a school tells of, an account that was closed or a module that opens a resource no more, is noticed
 * within this time, in milliseconds, or a little later where very much is open.
 */
const LOOK_AGAIN = 60_000;

/** When it is looked, UTC milliseconds, and at which revision of the school, or later. */
interface Look {
  readonly at: number;
  readonly revision: number;
}

/**
 * One turn of the watch: looks at what was opened since the last turn, at all that is open from schools whose facts have
 * changed since it was looked at, and at all that has ended by its date; and at some of the rest. Nodes share it.
 * Tokens are refused meanwhile in any case: each use of one asks again.
 */
export function watchEntitlements(
  db: Db,
  { rights, modules, clock = Date.now }: { rights: Source; modules: Pick<KnownModules, 'get'>; clock?: () => number },
): () => Promise<void> {
  return async () => {
    const at = clock();
    const schools = await schoolsVisited(db, at);
    // before what they are the revisions of
    const revisions = await revisionsOf(
      db,
      schools.map(({ school }) => school),
    );
    const revisionOf = (school: string) => revisions.get(school) ?? 0;
    for (const { school, revision: seen, validUntil } of schools) {
      const revision = revisionOf(school);
      if (seen < revision || validUntil <= at) await lookThrough({ at, school, revision });
    }
    const rest = await holdVisits(db, { at, before: at - LOOK_AGAIN });
    for (const school of new Set(rest.map((visit) => visit.school)))
      await lookAt(
        school,
        rest.filter((visit) => visit.school === school),
        { at, revision: revisionOf(school) },
      );
  };

  async function lookThrough(due: Extract<Due, { school: string }>): Promise<void> {
    for (;;) {
      const visits = await holdVisits(db, due);
      if (visits.length === 0) return;
      await lookAt(due.school, visits, due);
    }
  }

  async function lookAt(school: string, visits: readonly Visit[], { at, revision }: Look): Promise<void> {
    const bound: Visit[] = [];
    for (const visit of visits) if (await isBound(visit)) bound.push(visit);
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
      visits.filter((visit) => !kept.has(visit)),
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
