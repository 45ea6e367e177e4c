// The offers that no act makes out at once: those of the schools that an act left for later, and of schools that come to a nature.
import { offersOf } from '../directory/offers.ts';
import { factsNaming } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { deriveOffers, keepOffered, schoolsOfNature } from './offers.ts';
import { askDerivation, dueSchools, settleDue } from './records/due.ts';
import { natureSubscriptions } from './records/subscriptions.ts';

const BATCH = 200;

/** The work of a job: makes out the offers of the schools that wait, each in a transaction of its own. */
export async function deriveDue(db: Db, at: number, stop?: AbortSignal): Promise<void> {
  for (let due = await dueSchools(db, BATCH); due.length > 0; due = await dueSchools(db, BATCH))
    for (const school of due) {
      if (stop?.aborted) return;
      await deriveOne(db, school, at);
    }
}

async function deriveOne(db: Db, school: string, at: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    await keepOffered(tx, { schools: [school], at });
    await settleDue(tx, school, () => deriveOffers(tx, { school, at, by: 'system' }));
  });
}

/** The work of a job: leaves for the other one the schools that came to a nature somebody subscribed for, or left it. */
export async function deriveNatures(db: Db, at: number, stop?: AbortSignal): Promise<void> {
  const schools = new Map<string, ReadonlySet<string>>();
  for (const { id, nature } of await natureSubscriptions(db, at)) {
    if (stop?.aborted) return;
    const now = schools.get(nature) ?? new Set(await schoolsOfNature(db, nature));
    schools.set(nature, now);
    const before = await schoolsOpened(db, id, at);
    const moved = [...now].filter((school) => !before.has(school));
    const left = [...before].filter((school) => !now.has(school));
    await askDerivation(db, [...moved, ...left], at);
  }
}

/** Where a subscription opens something; an offer stays when its school leaves the nature, and opens nothing. */
async function schoolsOpened(db: Db, subscription: string, at: number): Promise<ReadonlySet<string>> {
  const offers = (await offersOf(db, { subscription })).map(({ id }) => id);
  const facts = await factsNaming(db, 'object', offers, { relations: ['subscribed'], endingAfter: at });
  return new Set(facts.map(({ school }) => school));
}
