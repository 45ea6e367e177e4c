// Giving a school's licences and taking them back: by the head, a director with a decision, or an assigner (C32), at their own school.
import { listAudiences } from '../directory/audiences.ts';
import { alike, named } from '../directory/naming.ts';
import { type Offer, offersOf, type ResourceAudience } from '../directory/offers.ts';
import { Refusal } from '../errors.ts';
import { factsNaming } from '../facts/facts.ts';
import { readRoll } from '../resources/licences/roll.ts';
import {
  type Assignment,
  assignLicences,
  findAssignment,
  holdLicences,
  type LicencesAt,
  licencesAt,
  type Target,
  takeBack,
} from '../resources/licences.ts';
import { list, may } from '../rights/rights.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { OPERATOR } from './offices.ts';

interface By {
  /** The key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * Gives the licences of an offer to whom a target covers. Refuses `not_allowed` to whoever does not assign at that
 * school, and for an offer that there is not; else as `assignLicences`.
 */
export async function giveLicences(
  db: Db,
  { offer: key, target, by, at }: By & { readonly offer: string; readonly target: Target },
): Promise<Assignment> {
  return inTransaction(db, async (tx) => {
    const { school, subscription } = await offerAllowed(tx, key, { by, at });
    if (subscription === null)
      throw new Refusal('licences_not_given', 'expected an offer of a subscription, and not of what is free');
    // what decides is read again once nobody else changes it
    await holdLicences(tx, { subscription, school, at });
    await requireAssigner(tx, school, { by, at });
    return assignLicences(tx, { subscription, school, target, by, at });
  });
}

/** Takes back what was given at a school where the person assigns. Refuses `not_allowed`, and `nothing_to_end`. */
export async function takeLicencesBack(db: Db, { assignment: id, by, at }: By & { assignment: string }): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { school } = await findAssignment(tx, id);
    await requireAssigner(tx, school, { by, at });
    await takeBack(tx, { id, by, at });
    // once nobody else changes it, what decides is read again: what was just done goes with it
    await requireAssigner(tx, school, { by, at });
  });
}

/** The offer of a key, at a school where the person assigns; `not_allowed` for all others alike. */
export async function offerAllowed(db: Db, key: string, by: By): Promise<Offer> {
  const [offer] = await offersOf(db, { ids: [key] });
  if (!offer) throw notAllowed();
  await requireAssigner(db, offer.school, by);
  return offer;
}

/** The schools where a person assigns, by UAI. */
export async function assignedAt(db: Db, { person, at }: { person: string; at: number }): Promise<string[]> {
  return (await list(db, { person, action: 'assign', type: 'school', when: { at } })).map(({ id }) => id);
}

/** What is given one by one at a school, with the offer of each. */
export async function offeredAt(
  db: Db,
  { school, at }: { school: string; at: number },
): Promise<(LicencesAt & { readonly offer: string })[]> {
  const offers = new Map((await offersOf(db, { school })).map(({ id, subscription }) => [subscription, id]));
  return (await licencesAt(db, { school, at })).flatMap((one) => {
    const offer = offers.get(one.subscription.id);
    return offer === undefined ? [] : [{ ...one, offer }];
  });
}

/**
 * The one person of a school of that whole name whom some audiences are made of; of several pupils of a name, the one of
 * the class that is said. `licence_target_refused` for nobody and for several alike.
 */
export async function memberMeant(
  db: Db,
  asked: {
    readonly school: string;
    readonly audiences: readonly ResourceAudience[];
    readonly name: string;
    readonly inClass?: string | undefined;
    readonly at: number;
  },
): Promise<string> {
  const { school, audiences, name, inClass = '', at } = asked;
  const roll = await readRoll(db, { school, at });
  const members = new Set(audiences.flatMap((audience) => [...(roll.of.get(audience)?.keys() ?? [])]));
  const found = alike(name) === '' ? [] : await named(db, [...members], name);
  const meant = alike(inClass) === '' ? found : await enrolledIn(db, found, { school, inClass, at });
  const [one] = meant;
  if (one === undefined || meant.length > 1)
    throw new Refusal('licence_target_refused', 'expected the whole name of one person of this school');
  return one;
}

async function enrolledIn(
  db: Db,
  persons: readonly string[],
  { school, inClass, at }: { school: string; inClass: string; at: number },
): Promise<string[]> {
  const enrolled = await factsNaming(db, 'subject', persons, { relations: ['enrolled'], endingAfter: at });
  const here = enrolled.filter((fact) => fact.school === school && fact.validFrom <= at);
  const audiences = await listAudiences(
    db,
    here.map(({ object }) => object),
  );
  const meant = new Set(
    audiences
      .filter(({ code, label }) => [code, label].some((one) => alike(one) === alike(inClass)))
      .map(({ id }) => id),
  );
  return persons.filter((person) => here.some(({ subject, object }) => subject === person && meant.has(object)));
}

/** Refuses `not_allowed` to whoever does not give the licences of a school; the operator does what was asked on paper. */
export async function requireAssigner(db: Db, school: string, { by, at }: By): Promise<void> {
  if (by === OPERATOR) return;
  const resource = { type: 'school', id: school } as const;
  if (!(await may(db, { person: by, action: 'assign', resource, when: { at } })).allowed) throw notAllowed();
}

function notAllowed(): Refusal {
  return new Refusal('not_allowed', 'expected somebody who gives the licences of this school');
}
