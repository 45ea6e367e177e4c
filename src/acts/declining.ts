// Not to be known to a publisher: a person's own choice, or that of who represents a minor; and back.

import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { factsAbout } from '../facts/facts.ts';
import { declinesOf, removeDecline, settleDeclines, writeDecline } from '../resources/declines.ts';
import { listResources } from '../resources/registry.ts';
import { type Db, inTransaction } from '../storage/storage.ts';

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
    if (by === person && before.by !== person && (await isRepresented(tx, { person, by: before.by, at })))
      throw new Refusal('decline_other', 'expected who made the choice, or who represents the person');
    if (!(await removeDecline(tx, { person, publisher }))) return;
    await settleWhere(tx, { person, by, at });
    await audit(tx, { at, event: 'publisher.accepted', actor: by, subject: person, details: { publisher } });
  });
}

/** Whether somebody is still the legal representative of a person: what a parent chose ends with that. */
async function isRepresented(db: Db, { person, by, at }: { person: string; by: string; at: number }): Promise<boolean> {
  return (await factsAbout(db, 'subject', by, at, ['guards'])).some(({ object }) => object === person);
}

/** At every school where the person stands, in the order of their UAI. */
async function settleWhere(tx: Db, { person, by, at }: { person: string; by: string; at: number }): Promise<void> {
  const facts = await factsAbout(tx, 'subject', person, at, ['attends', 'post', 'heads', 'deputises', 'declines']);
  const schools = [...new Set(facts.map(({ school }) => school))].sort();
  for (const school of schools) await settleDeclines(tx, { school, at, by });
}
