// The members of a school by what they are there: whom each assignment covers, since when, and until when.
import { levelsOf } from '../../directory/levels.ts';
import type { ResourceAudience } from '../../directory/offers.ts';
import { audiencePlaces, type Place } from '../../facts/catalogue.ts';
import { currentFacts, type Fact, factsNaming } from '../../facts/facts.ts';
import type { Db } from '../../storage/storage.ts';
import type { Assignment } from './records.ts';

/** How long somebody is something without a gap, around an instant. */
export interface Stay {
  /** UTC milliseconds, half-open. */
  readonly since: number;
  readonly until: number;
}

/** Persons by key. */
export type Stays = ReadonlyMap<string, Stay>;

export interface Roll {
  readonly of: ReadonlyMap<ResourceAudience, Stays>;
  /** By class or group. */
  readonly enrolled: ReadonlyMap<string, Stays>;
  /** The code of each pupil's level. */
  readonly levels: ReadonlyMap<string, string>;
  /** When the next membership begins or ends by its date; none when all stay. */
  readonly changesAt: number | undefined;
}

/** Of several, the first is what a person is given a licence as; a librarian who teaches is a librarian. */
export const inOrder = ['pupil', 'librarian', 'teacher', 'staff'] as const satisfies readonly ResourceAudience[];

/** Reads the members of a school at an instant; all, or one alone. `objects` are the classes and groups that matter. */
export async function readRoll(
  db: Db,
  { school, at, objects = [], person }: { school: string; at: number; objects?: readonly string[]; person?: string },
): Promise<Roll> {
  const where = { school, endingAfter: at, ...(person !== undefined && { subject: person }) };
  const places = await currentFacts(db, { ...where, relations: ['attends', 'post', 'heads', 'deputises'] });
  const inThem = await factsNaming(db, 'object', objects, { relations: ['enrolled'], endingAfter: at });
  const enrolments = inThem.filter(
    (fact) => fact.school === school && (person === undefined || fact.subject === person),
  );
  const facts = [...places, ...enrolments];
  const dates = facts.flatMap(({ validFrom, validTo }) => [validFrom, validTo]).filter((date) => date > at);
  return {
    of: new Map(
      inOrder.map((audience) => [
        audience,
        staysIn(
          places.filter((fact) => makes(fact, audience)),
          at,
        ),
      ]),
    ),
    enrolled: new Map(
      [...new Set(objects)].map((key) => [
        key,
        staysIn(
          enrolments.filter(({ object }) => object === key),
          at,
        ),
      ]),
    ),
    levels: await levelsOf(db, { school, ...(person !== undefined && { person }) }),
    changesAt: dates.length > 0 ? dates.reduce((first, date) => Math.min(first, date)) : undefined,
  };
}

/** What somebody may be given a licence as, in order. */
export function audiencesOf(roll: Roll, person: string): ResourceAudience[] {
  return inOrder.filter((audience) => roll.of.get(audience)?.has(person));
}

/** Whom an assignment covers: nobody who is no longer, or not yet, what it was given for. */
export function coveredBy({ target, audience }: Pick<Assignment, 'target' | 'audience'>, roll: Roll): Stays {
  const all = roll.of.get(audience) ?? new Map<string, Stay>();
  switch (target.kind) {
    case 'audience':
      return all;
    case 'person':
      return only(all, ([person]) => person === target.key);
    case 'level':
      return only(all, ([person]) => roll.levels.get(person) === target.key);
    default:
      return within(all, roll.enrolled.get(target.key));
  }
}

/** Whether a fact makes its subject one of an audience. */
export function makes({ relation, properties }: Fact, audience: ResourceAudience): boolean {
  return audiencePlaces.some(
    (place: Place) =>
      place.audience === audience &&
      place.relation === relation &&
      (place.function === undefined || place.function === properties.function),
  );
}

/** Of each person, the stretch around an instant; of those who have none then, nothing. */
function staysIn(facts: readonly Fact[], at: number): Stays {
  const stays = new Map<string, Stay>();
  const sorted = [...facts].sort((one, other) => one.validFrom - other.validFrom);
  for (const { subject, validFrom, validTo } of sorted) {
    const before = stays.get(subject);
    if (before && validFrom <= before.until) stays.set(subject, { ...before, until: Math.max(before.until, validTo) });
    else if (!before && validFrom <= at) stays.set(subject, { since: validFrom, until: validTo });
  }
  return stays;
}

function only(stays: Stays, test: (entry: [person: string, stay: Stay]) => boolean): Stays {
  return new Map([...stays].filter(test));
}

/** Those who are in both, as long as they are in both. */
function within(stays: Stays, others: Stays = new Map()): Stays {
  const found = new Map<string, Stay>();
  for (const [person, { since, until }] of others) {
    const stay = stays.get(person);
    if (stay) found.set(person, { since: Math.max(since, stay.since), until: Math.min(until, stay.until) });
  }
  return found;
}
