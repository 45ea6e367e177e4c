// Those who leave a school: what was given to them there by name does not outlive their last post.
import type { Relation } from '../facts/catalogue.ts';
import { changeFacts, currentFacts, type Fact, type Outcome } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';

/** What is given to a person for the work that they do at a school. */
const personal = [
  'granted',
  'opened',
  'inCharge',
  'secretary',
  'delegated',
  'substitutes',
] as const satisfies readonly Relation[];

/**
 * Ends what was given at a school to those whose last post there has ended, and the signatures of a head who heads it
 * no more. Who never had a post there is no leaver: some are known by a local act alone.
 */
export async function endRightsOfLeavers(
  tx: Db,
  { school, at, actor }: { school: string; at: number; actor: string },
): Promise<Outcome> {
  const given = await currentFacts(tx, { school, relations: personal, endingAfter: at });
  const left = given.length > 0 ? await leaversOf(tx, school, at) : new Set();
  const orphaned = await orphanedSignatures(tx, given, at);
  const end = given.filter((fact) => left.has(fact.subject) || orphaned.has(fact));
  return changeFacts(tx, { school, at, source: 'local', actor, end });
}

/** Persons who had a post at a school, and have none at an instant. */
async function leaversOf(tx: Db, school: string, at: number): Promise<ReadonlySet<string>> {
  const posts = await currentFacts(tx, { school, relations: ['post'] });
  const present = new Set(posts.filter((post) => isLive(post, at)).map(({ subject }) => subject));
  return new Set(posts.map(({ subject }) => subject).filter((person) => !present.has(person)));
}

/** A delegation is from one person to another: it goes with the head who gave it. A suppléance is there for that. */
async function orphanedSignatures(tx: Db, given: readonly Fact[], at: number): Promise<ReadonlySet<Fact>> {
  const signed = given.filter(({ properties }) => properties.head && properties.standing_in !== true);
  const [first] = signed;
  if (!first) return new Set();
  const heading = await currentFacts(tx, { school: first.school, relations: ['heads'], endingAfter: at });
  const heads = new Set<unknown>(heading.filter((fact) => isLive(fact, at)).map(({ subject }) => subject));
  return new Set(signed.filter(({ properties }) => !heads.has(properties.head)));
}

function isLive({ validFrom, validTo }: Fact, at: number): boolean {
  return validFrom <= at && at < validTo;
}
