// The dates of an act: nothing opens or closes in the past, and what opens ends with the school year at the latest.
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf, schoolYear, schoolYearAt, startOfDay } from '../facts/calendar.ts';
import { type Db, FOREVER } from '../storage/storage.ts';

/** Instants, UTC milliseconds; by default from now, and as long as can be. */
export interface Wished {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

export interface Dates {
  readonly validFrom: number;
  readonly validTo: number;
}

/** What opens something: it ends with the school year at the latest, and by default. Refuses `dates_refused`. */
export async function datesWithinYear(db: Db, uai: string, wished: Wished, at: number): Promise<Dates> {
  const school = await findSchool(db, uai);
  const year = schoolYearAt(at, school.yearStart, school.zone);
  return datesUpTo(schoolYear(year, school.yearStart, school.zone).to, wished, at);
}

/** What closes something: it lasts until it is ended, unless the decision says until when. Refuses `dates_refused`. */
export function datesWithoutEnd(wished: Wished, at: number): Dates {
  return datesUpTo(FOREVER, wished, at);
}

/** What opens something for a few days: `most` at the most, and by default. Refuses `dates_refused`. */
export async function datesWithinDays(
  db: Db,
  uai: string,
  wished: Wished,
  { at, most }: { at: number; most: number },
): Promise<Dates> {
  const { zone } = await findSchool(db, uai);
  const start = Math.max(wished.from ?? at, at);
  const latest = afterDays(start, most, zone);
  const dates = await datesWithinYear(db, uai, wished, at);
  if (wished.until !== undefined && dates.validTo > latest)
    throw new Refusal('dates_refused', `expected at most ${most} days`, { days: most });
  return { ...dates, validTo: Math.min(dates.validTo, latest) };
}

/** The same hour some days later, on the clocks of a zone. */
function afterDays(instant: number, days: number, zone: string): number {
  const day = dayOf(instant, zone);
  const after = new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  return startOfDay(after, zone) + instant - startOfDay(day, zone);
}

function datesUpTo(latest: number, wished: Wished, at: number): Dates {
  const { from = at, until = latest } = wished;
  const validFrom = Math.max(from, at);
  if (![from, until].every(Number.isSafeInteger) || until <= validFrom)
    throw new Refusal('dates_refused', 'expected an end that is still to come, after the beginning');
  if (until > latest) throw new Refusal('dates_refused', 'expected an end within the school year');
  return { validFrom, validTo: until };
}
