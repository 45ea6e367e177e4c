// Where somebody decides: on openings by what the policy says, on inspections by their office; and how much waits.

import { standingOf } from '../../acts/grants.ts';
import { listInspections } from '../../acts/inspections.ts';
import type { Openings } from '../../acts/openings.ts';
import { listLogbooks } from '../../directory/logbooks.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { factsAbout } from '../../facts/facts.ts';
import type { Db } from '../../storage/storage.ts';
import type { Moment } from '../pages.ts';

export interface Deciding {
  readonly school: School;
  /** On openings. */
  readonly opens: boolean;
  /** On inspections. */
  readonly inspects: boolean;
}

/** The schools where a person decides on either, in the order of their UAI. */
export async function decidingOf(db: Db, { person, at }: Moment, { decides }: Openings): Promise<Deciding[]> {
  const directed = new Set((await listLogbooks(db, decides)).map(({ school }) => school));
  const designated = (await factsAbout(db, 'subject', person, at, ['authority'])).map(({ object }) => object);
  return (await listSchools(db, [...directed, ...designated])).map((school) => ({
    school,
    opens: directed.has(school.uai),
    // in second degree whoever validates openings approves inspections; in first degree the DASEN's designate does
    inspects: school.degree === 2 ? directed.has(school.uai) : designated.includes(school.uai),
  }));
}

/** How many openings and inspections wait for a decision there. */
export async function waitingIn(
  db: Db,
  deciding: readonly Deciding[],
  { decided }: Openings,
  at: number,
): Promise<number> {
  const offered = decided.filter((grant) => standingOf(grant, at) === 'offered').length;
  const asked = deciding
    .filter(({ inspects }) => inspects)
    .map(({ school }) => listInspections(db, { school: school.uai, state: 'asked' }));
  const live = (await Promise.all(asked)).flat().filter(({ endsAt }) => endsAt > at);
  return offered + live.length;
}
