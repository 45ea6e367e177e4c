// What ends by itself: invitations nobody answered, members who are of no school of the circle any more, circles that are over.
import { stateOf } from '../accounts/states.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { depart } from './circles.ts';
import { expireInvitations } from './invitation-records.ts';
import { circlesWithMembers, findCircle, holdCircle, membersIn, purgeCircles } from './records.ts';
import { ofSchools } from './standing.ts';

/** How long a circle that is over is kept: no longer than the data of an account (arrêté, art. 6). */
const KEPT_FOR = 90 * 86_400_000;

/**
 * The work of a job: see above. Each circle is tidied for itself: one that fails is told at the end, once the others are
 * done, and one that somebody ended meanwhile has nothing left to tidy.
 */
export async function tidyCircles(db: Db, at: number, stop?: AbortSignal): Promise<void> {
  await inTransaction(db, async (tx) => {
    await expireInvitations(tx, at);
    await purgeCircles(tx, at - KEPT_FOR);
  });
  const failures: unknown[] = [];
  for (const id of await circlesWithMembers(db, at)) {
    if (stop?.aborted) break;
    await tidy(db, id, at).catch((error: unknown) => {
      if (!(error instanceof Refusal && error.code === 'unknown_circle')) failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
}

async function tidy(db: Db, id: string, at: number): Promise<void> {
  if ((await goneFrom(db, id, at)).length === 0) return;
  await inTransaction(db, async (tx) => {
    await holdCircle(tx, id, at);
    for (const person of await goneFrom(tx, id, at))
      await depart(tx, { circle: id, person, as: 'removed', by: 'system', at });
  });
}

/** Those who left every school of the circle, or closed their account; one that is suspended for a while comes back. */
async function goneFrom(db: Db, id: string, at: number): Promise<string[]> {
  const { schools } = await findCircle(db, id, at);
  const persons = (await membersIn(db, id)).map(({ person }) => person);
  const there = await ofSchools(db, persons, { schools, at });
  const gone: string[] = [];
  for (const person of persons)
    if (!there.has(person) || !['active', 'suspended'].includes(await stateOf(db, person, at))) gone.push(person);
  return gone;
}
