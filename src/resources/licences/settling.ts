// What moved since seats were made out is made out again: by a job, one subscription at a time.
import { audit } from '../../audit/audit.ts';
import { levelsChangedAt } from '../../directory/levels.ts';
import { currentFacts, lockSchool, revisionsOf } from '../../facts/facts.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { holdSubscriptions, subscriptionsByKey } from '../records/subscriptions.ts';
import { endUncovered, follow, takeSchools } from './following.ts';
import {
  type Assignment,
  endAssignments,
  forgetAssignments,
  settlements,
  standingAssignments,
  unseatedAssignments,
} from './records.ts';
import { makes } from './roll.ts';

/** How long what was taken back stays to be seen; the trail and the facts say the rest. */
const KEPT_FOR = 365 * 86_400_000;

/**
 * How long what was given by name waits for somebody who left, or is something else now: no longer than the data of an
 * account (arrêté, art. 6).
 */
const GONE_FOR = 90 * 86_400_000;

/**
 * Ends the licences of whoever is not, or no longer, of what they were given to at a school: at once, in the change that
 * says so. Their seats are theirs until the job settles them. Takes no lock but the school's.
 */
export async function endLicencesOfLeavers(
  tx: Db,
  { school, at, by }: { school: string; at: number; by: string },
): Promise<void> {
  const settled = await settlements(tx, { school });
  if (settled.length === 0) return;
  await lockSchool(tx, school);
  const ids = settled.map(({ subscription }) => subscription);
  for (const subscription of await subscriptionsByKey(tx, ids))
    await endUncovered(tx, subscription, { school, at, by });
}

/**
 * The work of a job: whatever moved since it was settled. A school's members or levels changed, a membership began or
 * ended on its date, or the distributor wrote the subscription again. One transaction for each subscription.
 */
export async function settleDue(db: Db, at: number, stop?: AbortSignal): Promise<void> {
  const all = await settlements(db);
  const schools = [...new Set(all.map(({ school }) => school))];
  const subscriptions = await subscriptionsByKey(
    db,
    all.map(({ subscription }) => subscription),
  );
  const changed = new Map(subscriptions.map((one) => [one.id, one.changedAt]));
  const levels = await levelsChangedAt(db, schools);
  const revisions = await revisionsOf(db, schools);
  const due = all.filter(
    ({ subscription, school, revision, subscriptionChanged, levelsChanged, dueAt }) =>
      revision !== revisions.get(school) ||
      subscriptionChanged !== changed.get(subscription) ||
      levelsChanged !== (levels.get(school) ?? 0) ||
      (dueAt !== null && dueAt <= at),
  );
  for (const subscription of new Set(due.map((one) => one.subscription))) {
    if (stop?.aborted) return;
    const places = due.filter((one) => one.subscription === subscription).map(({ school }) => school);
    await settle(db, { subscription, schools: places, at });
  }
}

async function settle(
  db: Db,
  { subscription: id, schools, at }: { subscription: string; schools: readonly string[]; at: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const [subscription] = await holdSubscriptions(tx, [id]);
    await takeSchools(tx, id, schools);
    const by = 'system';
    const { served, freed } = await follow(tx, subscription!, { schools, by, at });
    if (served + freed > 0)
      await audit(tx, { at, event: 'licences.followed', actor: by, details: { subscription: id, served, freed } });
  });
}

/**
 * The work of a job: forgets what was taken back, or was of a subscription that was over, a year ago; and takes back what
 * was given by name to somebody who for three months has not been what it was given for: gone, or in another function.
 */
export async function purgeLicences(db: Db, at: number, stop?: AbortSignal): Promise<void> {
  const standing = await standingAssignments(db, {});
  const subscriptions = await subscriptionsByKey(
    db,
    standing.map(({ subscription }) => subscription),
  );
  const over = subscriptions.filter(({ endsAt }) => endsAt <= at - KEPT_FOR).map(({ id }) => id);
  await forgetAssignments(db, { takenBefore: at - KEPT_FOR, of: over });
  const dead: Assignment[] = [];
  for (const one of await unseatedAssignments(db)) {
    if (stop?.aborted) return;
    if (!(await isStill(db, one, at - GONE_FOR))) dead.push(one);
  }
  await endEach(db, dead, { at, stop });
}

/** Whether somebody has been what a licence was given for after an instant, or will be. */
async function isStill(db: Db, { school, target, audience }: Assignment, after: number): Promise<boolean> {
  const relations = ['attends', 'post', 'heads', 'deputises'] as const;
  const stays = await currentFacts(db, { school, relations, subject: target.key, endingAfter: after });
  return stays.some((fact) => makes(fact, audience));
}

async function endEach(
  db: Db,
  given: readonly Assignment[],
  { at, stop }: { at: number; stop: AbortSignal | undefined },
): Promise<void> {
  for (const { id, subscription, school, target, audience } of given) {
    if (stop?.aborted) return;
    await inTransaction(db, async (tx) => {
      await endAssignments(tx, [id], { by: 'system', at });
      const details = { assignment: id, subscription, kind: target.kind, audience };
      const subject = target.kind === 'person' ? { subject: target.key } : {};
      await audit(tx, { at, event: 'licences.taken_back', actor: 'system', school, ...subject, details });
    });
  }
}
