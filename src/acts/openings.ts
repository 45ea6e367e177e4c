// The openings that somebody has to do with: let in, keeping the logbook, or deciding; and their days as people write them.
import { Refusal } from '../errors.ts';
import { dayOf, endOfDay, isDay, startOfDay } from '../facts/calendar.ts';
import { list, type Source } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { type Grant, listGrants } from './grants.ts';

export interface Openings {
  /** To whom it is opened, or who asks. */
  readonly received: readonly Grant[];
  /** Of the logbooks that one keeps. */
  readonly kept: readonly Grant[];
  /** Of the logbooks on which one decides: nothing that the owner has not offered, or declined. */
  readonly decided: readonly Grant[];
  /** The logbooks that one keeps, and those on which one decides, by key. */
  readonly keeps: readonly string[];
  readonly decides: readonly string[];
}

/** The openings of a person, in the schools of a list when there is one. */
export async function openingsOf(
  db: Db,
  asked: { person: string; at: number; schools?: readonly string[] | undefined; rights?: Source | undefined },
): Promise<Openings> {
  const { person, at, schools, rights = db } = asked;
  const keysOf = async (action: 'grant' | 'validate') =>
    (await list(rights, { person, action, type: 'logbook', when: { at }, schools })).map(({ id }) => id);
  const keeps = await keysOf('grant');
  const decides = await keysOf('validate');
  return {
    received: await listGrants(db, { beneficiary: person, schools }),
    kept: keeps.length > 0 ? await listGrants(db, { logbooks: keeps }) : [],
    decided:
      decides.length > 0 ? (await listGrants(db, { logbooks: decides })).filter(({ offeredAt }) => offeredAt) : [],
    keeps,
    decides,
  };
}

/**
 * Days (`YYYY-MM-DD`, both inside) as the instants of an opening, by a school's clock. Today is from now on, and what is
 * left empty is not said. Refuses `grant_dates`.
 */
export function openingDays(
  { from, until }: { readonly from?: string | undefined; readonly until?: string | undefined },
  { zone, at }: { readonly zone: string; readonly at: number },
): { readonly from?: number; readonly until?: number } {
  for (const day of [from, until])
    if (day && !isDay(day)) throw new Refusal('grant_dates', `expected a day such as 2027-06-30, not \`${day}\``);
  return {
    ...(from && from !== dayOf(at, zone) && { from: startOfDay(from, zone) }),
    ...(until && { until: endOfDay(until, zone) }),
  };
}
