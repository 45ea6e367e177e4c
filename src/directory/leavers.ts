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
 * Ends what was given at a school to those whose last post there has ended, the signatures of a head who heads it no
 * more, or of a deputy who is none any more, and what was opened for a pupil who has left the class. Who never had a
 * post there is no leaver: some are known by a local act alone.
 */
export async function endRightsOfLeavers(
  tx: Db,
  { school, at, actor }: { school: string; at: number; actor: string },
): Promise<Outcome> {
  const given = await currentFacts(tx, { school, relations: personal, endingAfter: at });
  const left = given.length > 0 ? await leaversOf(tx, school, at) : new Set();
  const orphaned = await orphanedSignatures(tx, given, at);
  const aimless = await unaccompanied(tx, given, at);
  const end = given.filter((fact) => left.has(fact.subject) || orphaned.has(fact) || aimless.has(fact));
  return changeFacts(tx, { school, at, source: 'local', actor, end });
}

/** Persons who had a post at a school, and have none at an instant. */
async function leaversOf(tx: Db, school: string, at: number): Promise<ReadonlySet<string>> {
  const posts = await currentFacts(tx, { school, relations: ['post'] });
  const present = new Set(posts.filter((post) => isLive(post, at)).map(({ subject }) => subject));
  return new Set(posts.map(({ subject }) => subject).filter((person) => !present.has(person)));
}

/**
 * A delegation is from one person to another: it goes with the head who gave it, or the director by a decision (a
 * suppléance is there for that), and with the function of whoever received it, even if it comes back.
 */
async function orphanedSignatures(tx: Db, given: readonly Fact[], at: number): Promise<ReadonlySet<Fact>> {
  const signed = given.filter(({ relation }) => relation === 'delegated');
  const [first] = signed;
  if (!first) return new Set();
  const relations = ['heads', 'directs', 'post', 'deputises', 'secretary'] as const;
  const facts = await currentFacts(tx, { school: first.school, relations, endingAfter: at });
  const live = facts.filter((fact) => isLive(fact, at));
  const directors = subjectsOf(live.filter(({ properties }) => properties.function === 'direction'));
  const givers = subjectsOf(
    live.filter(({ relation, subject }) => relation === 'heads' || (relation === 'directs' && directors.has(subject))),
  );
  const receivers = subjectsOf(facts.filter(({ relation }) => relation === 'deputises' || relation === 'secretary'));
  const isGiven = ({ head, standing_in }: Fact['properties']) => !head || standing_in === true || givers.has(head);
  return new Set(signed.filter(({ subject, properties }) => !isGiven(properties) || !receivers.has(subject)));
}

/** A class is opened to whoever accompanies a pupil of it as long as the pupil is there. */
async function unaccompanied(tx: Db, given: readonly Fact[], at: number): Promise<ReadonlySet<Fact>> {
  const opened = given.filter(({ relation, properties }) => relation === 'opened' && properties.pupil);
  const [first] = opened;
  if (!first) return new Set();
  const places = await currentFacts(tx, { school: first.school, relations: ['enrolled'], endingAfter: at });
  const isThere = ({ object, properties }: Fact) =>
    places.some((place) => place.subject === properties.pupil && place.object === object);
  return new Set(opened.filter((fact) => !isThere(fact)));
}

function subjectsOf(facts: readonly Fact[]): ReadonlySet<unknown> {
  return new Set(facts.map(({ subject }) => subject));
}

function isLive({ validFrom, validTo }: Fact, at: number): boolean {
  return validFrom <= at && at < validTo;
}
