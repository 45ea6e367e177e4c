// The watch over what persons have open at publishers: whoever may no longer is signed out there.
import { launchable } from '../acts/launching.ts';
import { revisionsOf } from '../facts/facts.ts';
import { revisionText } from '../rights/revision.ts';
import type { Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { KnownModules } from './known-modules.ts';
import { endVisit, noteLook, schoolsVisited, type Visit, visitsToLookAt } from './visits.ts';

/** What ends by its date alone is noticed within this time, in milliseconds; what is changed, at the next turn. */
const LOOK_AGAIN = 60_000;

/** When it is looked, UTC milliseconds, and on what is known at a revision of the school or later. */
interface Look {
  readonly at: number;
  readonly atLeast?: string;
}

/**
 * One turn of the watch: looks at the visits of schools whose facts have changed since the last turn, and at those that
 * nobody has looked at for a while. Tokens are refused meanwhile in any case: each use of one asks again.
 */
export function watchEntitlements(
  db: Db,
  { rights, modules, clock = Date.now }: { rights: Source; modules: Pick<KnownModules, 'get'>; clock?: () => number },
): () => Promise<void> {
  const seen = new Map<string, number>();
  return async () => {
    const at = clock();
    const schools = await schoolsVisited(db, at);
    for (const school of seen.keys()) if (!schools.includes(school)) seen.delete(school);
    const revisions = await revisionsOf(db, schools); // before what they are the revisions of
    for (const school of schools) {
      const revision = revisions.get(school) ?? 0;
      if (seen.get(school) === revision) continue;
      // memory may not have heard of it yet: what it answered from before would be believed until the next look
      const atLeast = revisionText(school, revision);
      await lookAt(await visitsToLookAt(db, { at, school }), { at, atLeast });
      seen.set(school, revision);
    }
    await lookAt(await visitsToLookAt(db, { at, before: at - LOOK_AGAIN }), { at });
  };

  async function lookAt(visits: readonly Visit[], when: Look): Promise<void> {
    const going: Visit[] = [];
    for (const visit of visits) {
      if (await goesOn(visit, when)) going.push(visit);
      else await endVisit(db, visit);
    }
    await noteLook(db, going, when.at);
  }

  async function goesOn({ client, resource, school, person }: Visit, when: Look): Promise<boolean> {
    const module = await modules.get(client);
    if (!module?.resources.includes(resource)) return false;
    if (module.schools !== 'all' && !module.schools.includes(school)) return false;
    return (await launchable(rights, { db, person, school, resource, ...when })).length > 0;
  }
}
