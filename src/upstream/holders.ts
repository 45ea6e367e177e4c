// Whom an assertion names: the holders of the records it carries, what they are, and how their accounts stand.
import { stateOf } from '../accounts/states.ts';
import { findByExternalId } from '../directory/persons.ts';
import { type Relation, serving } from '../facts/catalogue.ts';
import { factsNaming } from '../facts/facts.ts';
import { everyFactAbout } from '../facts/history.ts';
import type { Db } from '../storage/storage.ts';
import type { Reference } from './assertion.ts';
import type { Population } from './sheet.ts';

/** What somebody is; whoever works at a school is staff, whatever else they are. */
export type Kind = 'staff' | 'pupil' | 'guardian';

export interface Holder {
  readonly person: string;
  readonly kind: Kind;
  /** `live`: an account that signs in; `fresh`: none yet, and a reason to hold one today. */
  readonly stands: 'live' | 'fresh';
}

const relations: Readonly<Record<Kind, readonly Relation[]>> = {
  staff: [...serving, 'inCharge', 'assigns'],
  pupil: ['attends', 'enrolled'],
  guardian: ['guards', 'admitted'],
};

const kinds = ['staff', 'pupil', 'guardian'] as const;

const populations: Readonly<Record<Population, readonly Kind[]>> = {
  families: ['pupil', 'guardian'],
  staff: ['staff'],
};

/**
 * The holders of records, each once, in the order of their keys. Those who are of another population, who have no place in
 * any school, whose account waits or was closed, and records that nobody knows, are all left out alike.
 */
export async function holdersOf(
  db: Db,
  { references, population, at }: { references: readonly Reference[]; population: Population; at: number },
): Promise<Holder[]> {
  const persons = new Set<string>();
  for (const { academy, id } of references) {
    const person = await findByExternalId(db, academy, id);
    if (person !== undefined) persons.add(person);
  }
  const found = await Promise.all([...persons].sort().map((person) => holderOf(db, person, at)));
  return found.filter((holder) => holder !== undefined).filter(({ kind }) => populations[population].includes(kind));
}

/** The schools where somebody has a place today, by UAI. */
export async function schoolsHolding(db: Db, person: string, at: number): Promise<string[]> {
  const all = kinds.flatMap((kind) => relations[kind]);
  const facts = await factsNaming(db, 'subject', [person], { relations: all, endingAfter: at });
  return [...new Set(facts.map(({ school }) => school))].sort();
}

async function holderOf(db: Db, person: string, at: number): Promise<Holder | undefined> {
  const state = await stateOf(db, person, at);
  if (state === 'suspended' || state === 'closed') return undefined;
  const now = await kindNow(db, person, at);
  if (state !== 'active') return now && { person, kind: now, stands: 'fresh' };
  // somebody who has left signs in until the account ends: they are what they were
  const kind = now ?? (await kindEver(db, person));
  return kind && { person, kind, stands: 'live' };
}

async function kindNow(db: Db, person: string, at: number): Promise<Kind | undefined> {
  const all = kinds.flatMap((kind) => relations[kind]);
  const facts = await factsNaming(db, 'subject', [person], { relations: all, endingAfter: at });
  return kindIn(facts);
}

async function kindEver(db: Db, person: string): Promise<Kind | undefined> {
  const all = kinds.flatMap((kind) => relations[kind]);
  return kindIn(await everyFactAbout(db, 'subject', [person], all));
}

function kindIn(facts: readonly { readonly relation: Relation }[]): Kind | undefined {
  return kinds.find((kind) => facts.some(({ relation }) => relations[kind].includes(relation)));
}
