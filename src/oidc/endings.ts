// The watch over what persons have open at publishers: whoever may no longer is signed out there.
import { launchable } from '../acts/launching.ts';
import { revisionOf } from '../facts/facts.ts';
import type { Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { KnownModules } from './known-modules.ts';
import { endVisit, noteLook, schoolsVisited, type Visit, visitsToLookAt } from './visits.ts';

/** What ends by its date alone is noticed within this time, in milliseconds; what is changed, at the next turn. */
const LOOK_AGAIN = 60_000;

/**
 * One turn of the watch: looks at the visits of schools whose facts have changed since the last turn, and at those that
 * nobody has looked at for a while. Tokens are refused meanwhile in any case: each use of one asks again.
 */
export function watchEntitlements(
  db: Db,
  {
    rights,
    modules,
    clock = Date.now,
  }: { rights: Source; modules: Pick<KnownModules, 'get'>; clock?: () => number },
): () => Promise<void> {
  const seen = new Map<string, number>();
  return async () => {
    const at = clock();
    const schools = await schoolsVisited(db, at);
    for (const school of seen.keys()) if (!schools.includes(school)) seen.delete(school);
    for (const school of schools) {
      const revision = await revisionOf(db, school); // before what it is the revision of
      if (seen.get(school) === revision) continue;
      await lookAt(await visitsToLookAt(db, { at, school }), at);
      seen.set(school, revision);
    }
    await lookAt(await visitsToLookAt(db, { at, before: at - LOOK_AGAIN }), at);
  };

  async function lookAt(visits: readonly Visit[], at: number): Promise<void> {
    const going: Visit[] = [];
    for (const visit of visits) {
      if (await goesOn(visit, at)) going.push(visit);
      else await endVisit(db, visit);
    }
    await noteLook(db, going, at);
  }

  async function goesOn({ client, resource, school, person }: Visit, at: number): Promise<boolean> {
    const module = await modules.get(client);
    if (!module?.resources.includes(resource)) return false;
    if (module.schools !== 'all' && !module.schools.includes(school)) return false;
    return (await launchable(rights, { db, person, at, school, resource })).length > 0;
  }
}
