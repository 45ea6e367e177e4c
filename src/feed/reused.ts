// An id that a source gave to somebody else since: whoever holds the account of the one must not become the other.
import type { DeliveredPerson } from '../directory/directory.ts';
import { alike } from '../directory/naming.ts';
import { type Person, recordsByExternalId } from '../directory/persons.ts';
import type { Db } from '../storage/storage.ts';
import { type Batch, type Gathered, gather } from './delivery.ts';
import type { Staging } from './staging.ts';

/**
 * The delivery of a school without the records whose id was somebody else's until now, which are set aside; `reused`
 * gathers those ids, less those that are said to be the `same` person's. Whoever is known under one keeps what they have, and gets nothing more.
 */
export async function gatherTrusted(
  db: Db,
  staging: Staging,
  batch: Batch,
  { id, reused, same }: { id: string; reused: Set<string>; same: ReadonlySet<string> },
): Promise<Gathered> {
  let gathered = await gather(staging, batch, id);
  const fresh = (await reusedAmong(db, gathered.delivery.persons)).filter((one) => !same.has(one));
  for (const one of fresh) reused.add(one);
  if (fresh.length > 0) {
    for (const category of PERSONS) await staging.setAside('ID_REUSED', category, fresh);
    gathered = await gather(staging, batch, id);
  }
  if (reused.size === 0) return gathered;
  const { delivery } = gathered;
  return {
    ...gathered,
    delivery: { ...delivery, doubted: (delivery.strangers ?? []).filter((one) => reused.has(one)) },
  };
}

const PERSONS = ['Eleve', 'PersRelEleve', 'PersEducNat'] as const;

/** The external ids of delivered persons under which somebody else is known. */
async function reusedAmong(db: Db, persons: readonly DeliveredPerson[]): Promise<string[]> {
  const [first] = persons;
  if (!first) return [];
  const known = await recordsByExternalId(
    db,
    first.academy,
    persons.map(({ externalId }) => externalId),
  );
  return persons.flatMap((said) => {
    const before = known.get(said.externalId);
    return before && isAnother(before, said) ? [said.externalId] : [];
  });
}

type Named = Pick<DeliveredPerson, 'givenName' | 'familyName'>;

/**
 * Somebody marries, takes another given name, or has a day of birth put right: one thing changes. Of somebody else, the
 * given name and the day of birth differ, or no word of the whole name is the same.
 */
export function isAnother(
  before: Pick<Person, 'givenName' | 'familyName' | 'birthDate'>,
  said: DeliveredPerson,
): boolean {
  const days = before.birthDate !== null && said.birthDate !== undefined;
  if (days && before.birthDate === said.birthDate) return false;
  const whole = ({ givenName, familyName }: Named) => `${givenName} ${familyName}`;
  if (!shareWord(whole(before), whole(said))) return true;
  return days && !shareWord(before.givenName, said.givenName) && !shareWord(before.familyName, said.givenName);
}

function shareWord(one: string, other: string): boolean {
  const words = new Set(alike(one).split(' '));
  return alike(other)
    .split(' ')
    .some((word) => words.has(word));
}
