// Not to be known to a publisher: a person's own choice, and that of who represents a minor, each taken back by whose it is.

import { audit } from '../audit/audit.ts';
import { findPerson } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { factsAbout } from '../facts/facts.ts';
import { type Decline, declinesOf, removeDecline, settleDeclines, writeDecline } from '../resources/declines.ts';
import { listResources } from '../resources/registry.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { isOfAge } from './restrictions.ts';

export interface Choice {
  readonly person: string;
  /** SIREN_ISNI. */
  readonly publisher: string;
  /** The person, or a legal representative of theirs: who asks here has been let in. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * From this instant no resource of the publisher opens for the person, at any school, whatever was assigned; those that
 * are open are closed, until neither the person nor who represents them wants so. Twice is once. `unknown_publisher` for
 * one that is not in the registry.
 */
export async function declinePublisher(db: Db, { person, publisher, by, at }: Choice): Promise<void> {
  if ((await listResources(db, { publisher })).length === 0)
    throw new Refusal('unknown_publisher', 'expected a publisher of the registry');
  await inTransaction(db, async (tx) => {
    if (!(await writeDecline(tx, { person, publisher, by, since: at }))) return;
    await settleWhere(tx, { person, by, at });
    await audit(tx, { at, event: 'publisher.declined', actor: by, subject: person, details: { publisher } });
  });
}

/**
 * Takes back what was chosen by the person, or by those who represent them: as for an agreement that is asked of both, each
 * takes back their own and nobody the other's (LIL, art. 45; arrêté of 2006, art. 5). Says whether the publisher may know
 * the person again; not while the other choice stands. `decline_other` where only that one stands. Nothing happens where
 * there was none.
 */
export async function acceptPublisher(db: Db, { person, publisher, by, at }: Choice): Promise<{ known: boolean }> {
  return inTransaction(db, async (tx) => {
    const before = (await declinesOf(tx, person)).filter((one) => one.publisher === publisher);
    if (before.length === 0) return { known: true };
    const theirs: string[] = [];
    for (const one of before) if (await isTheirs(tx, one, { by, at })) theirs.push(one.by);
    if (theirs.length === 0)
      throw new Refusal('decline_other', 'expected who made the choice, or who represents the person who did not');
    const known = theirs.length === before.length;
    if (!(await removeDecline(tx, { person, publisher, by: theirs }))) return { known };
    await settleWhere(tx, { person, by, at });
    await audit(tx, { at, event: 'publisher.accepted', actor: by, subject: person, details: { publisher, known } });
    return { known };
  });
}

/** Whether a choice is somebody's to take back: one's own, and what is no representative's any more; or a representative's. */
async function isTheirs(tx: Db, choice: Decline, { by, at }: { by: string; at: number }): Promise<boolean> {
  if (by === choice.person) return !(await isForAnother(tx, choice, at));
  return choice.by !== choice.person;
}

/**
 * Whether a choice is a legal representative's, and not the person's own to take back: what a parent chose is so until
 * the parent represents nobody, or the child is of age, or emancipated.
 */
export async function isForAnother(
  db: Db,
  { person, by }: { person: string; by: string },
  at: number,
): Promise<boolean> {
  if (by === person) return false;
  const facts = await factsAbout(db, 'subject', by, at, ['guards', 'barred']);
  const between = facts.filter(({ object }) => object === person).map(({ relation }) => relation);
  return between.includes('guards') && !between.includes('barred') && !(await isGrown(db, person, at));
}

/** Whether somebody speaks for a person no more, who is of age, or emancipated, or whom a decision keeps from them. */
export async function isSilenced(db: Db, { person, by }: { person: string; by: string }, at: number): Promise<boolean> {
  if (by === person) return false;
  const barred = await factsAbout(db, 'subject', by, at, ['barred']);
  return barred.some(({ object }) => object === person) || (await isGrown(db, person, at));
}

async function isGrown(db: Db, person: string, at: number): Promise<boolean> {
  const { birthDate } = await findPerson(db, person);
  if (birthDate !== null && isOfAge(birthDate, dayOf(at))) return true;
  return (await factsAbout(db, 'subject', person, at, ['emancipated'])).length > 0;
}

/** At every school where the person stands, in the order of their UAI. */
async function settleWhere(tx: Db, { person, by, at }: { person: string; by: string; at: number }): Promise<void> {
  const facts = await factsAbout(tx, 'subject', person, at, ['attends', 'post', 'heads', 'deputises', 'declines']);
  const schools = [...new Set(facts.map(({ school }) => school))].sort();
  for (const school of schools) await settleDeclines(tx, { school, at, by });
}
