// Which two records may be one person's: a guard beside the proof, never a proof. Names alone join nobody.
import { stateOf } from '../accounts/states.ts';
import { couldBeOne } from '../acts/own-cause.ts';
import { familyFacts } from '../directory/joined.ts';
import { findPerson, holderOf, listIdentities } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { type Relation, serving } from '../facts/catalogue.ts';
import { factsNaming } from '../facts/facts.ts';
import { everyFactAbout } from '../facts/history.ts';
import type { Db } from '../storage/storage.ts';

/** What makes somebody other than a family: a pupil, or anybody who serves at a school. */
const otherThanFamily = ['attends', 'enrolled', 'inCharge', ...serving] as const satisfies readonly Relation[];

/** Refuses `join_not_family` to whoever has no account of a family, or has had it joined to another. */
export async function requireSurvivor(db: Db, person: string, at: number): Promise<void> {
  const why = await whyNotSurvivor(db, person, at);
  if (why) throw new Refusal('join_not_family', `expected an account of a family: this one ${why}`);
}

/** Why no record can be joined to a person's account; nothing when one can. */
export async function whyNotSurvivor(db: Db, person: string, at: number): Promise<string | undefined> {
  if ((await stateOf(db, person, at)) !== 'active') return 'is not active';
  if ((await holderOf(db, person)) !== person) return 'is joined itself';
  if (await isOther(db, person, at)) return 'is that of a pupil, or of somebody who works in a school';
  const represents = await everyFactAbout(db, 'subject', [person], ['guards', 'admitted']);
  return represents.length > 0 ? undefined : 'has never represented a pupil';
}

/** Refuses, always with `join_refused`, a record that cannot be another one of this person. */
export async function requireTwin(db: Db, asked: { survivor: string; record: string; at: number }): Promise<void> {
  if (!(await mayBeTwin(db, asked)))
    throw new Refusal('join_refused', 'expected the proof of another record of the same person');
}

/** Whether a record can be another one of this person, once that is proven. */
export async function mayBeTwin(
  db: Db,
  { survivor, record, at }: { survivor: string; record: string; at: number },
): Promise<boolean> {
  const represents = (await familyFacts(db, record, at)).some(
    ({ relation }) => relation === 'guards' || relation === 'admitted',
  );
  const isFree = record !== survivor && (await holderOf(db, record)) === record && (await hasIdentity(db, record));
  const oneName = isFree && couldBeOne(await findPerson(db, survivor), await findPerson(db, record));
  return represents && oneName && !(await isOther(db, record, at));
}

async function isOther(db: Db, person: string, at: number): Promise<boolean> {
  return (await factsNaming(db, 'subject', [person], { relations: otherThanFamily, endingAfter: at })).length > 0;
}

async function hasIdentity(db: Db, record: string): Promise<boolean> {
  return (await listIdentities(db, [record])).length > 0;
}
