// Not to be known to a publisher: a person's own choice, or that of who represents a minor; and back.

import { audit } from '../audit/audit.ts';
import { findPerson } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { factsAbout } from '../facts/facts.ts';
import { declinesOf, removeDecline, settleDeclines, writeDecline } from '../resources/declines.ts';
import { listResources } from '../resources/registry.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { isOfAge } from './restrictions.ts';

interface Choice {
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
 * are open are closed. Twice is once. `unknown_publisher` for one that is not in the registry.
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
 * Takes the choice back. What a representative chose for a minor is not the minor's to take back: `decline_other`.
 * Nothing happens where there was no choice.
 */
export async function acceptPublisher(db: Db, { person, publisher, by, at }: Choice): Promise<void> {
  await inTransaction(db, async (tx) => {
    const before = (await declinesOf(tx, person)).find((one) => one.publisher === publisher);
    if (!before) return;
    if (by === person && (await isForAnother(tx, before, at)))
      throw new Refusal('decline_other', 'expected who made the choice, or who represents the person');
    if (!(await removeDecline(tx, { person, publisher }))) return;
    await settleWhere(tx, { person, by, at });
    await audit(tx, { at, event: 'publisher.accepted', actor: by, subject: person, details: { publisher } });
  });
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
