// What share of a school was told this year, as numbers that say nothing of anybody: none is under ten.
import { holdersOf } from '../../directory/persons.ts';
import { findSchool } from '../../directory/schools.ts';
import { dayOf, schoolYearAt } from '../../facts/calendar.ts';
import type { Db } from '../../storage/storage.ts';
import { mergeSmall, SMALL } from '../cells.ts';
import { type Due, isLate, isWaiting, rowsOfYear } from './queue.ts';
import type { Category } from './reasons.ts';

/** How many of a number of people, as it may be told: to the whole percent, or in words where few are left on one side. */
export type Portion = 'none' | 'few' | 'almost_all' | 'all' | { readonly percent: number };

export interface ShareLine {
  /** Several when each alone is too small. */
  readonly categories: readonly Category[];
  readonly people: number;
  readonly told: Portion;
}

export interface Share {
  readonly lines: readonly ShareLine[];
  /** All together; none when the school is too small for a figure. */
  readonly all: Omit<ShareLine, 'categories'> | undefined;
  /** How many are late: exact from ten on. */
  readonly late: 'none' | 'few' | number;
  /** The next last day of somebody who waits, YYYY-MM-DD. */
  readonly nextDay: string | undefined;
}

/** The share of those held at a school who were told this year: sent, or handed out. Never who, nor who opened it. */
export async function shareTold(db: Db, { school, at }: { school: string; at: number }): Promise<Share> {
  const { yearStart, zone } = await findSchool(db, school);
  const rows = await byPerson(db, await rowsOfYear(db, school, schoolYearAt(at, yearStart, zone)));
  const people = [...rows.values()].filter((theirs) => theirs.some((row) => row.toldAt !== null || isWaiting(row)));
  const today = dayOf(at, zone);
  const late = people.filter((theirs) => theirs.some((row) => isLate(row, today))).length;
  const next = people.flat().filter((row) => isWaiting(row) && !isLate(row, today));
  const days = next.map(({ dueDay }) => dueDay).sort();
  return { ...shareOf(people), late: late === 0 ? 'none' : late < SMALL ? 'few' : late, nextDay: days[0] };
}

/** Records that are joined are one person. */
async function byPerson(db: Db, rows: ReadonlyMap<string, Due[]>): Promise<Map<string, Due[]>> {
  const holders = await holdersOf(db, [...rows.keys()]);
  const found = new Map<string, Due[]>();
  for (const [record, theirs] of rows) {
    const person = holders.get(record) ?? record;
    found.set(person, [...(found.get(person) ?? []), ...theirs]);
  }
  return found;
}

/** The numbers of a share, from the rows of each person. */
export function shareOf(people: readonly (readonly Due[])[]): Pick<Share, 'lines' | 'all'> {
  const counts: Record<Category, number> = { pupil: 0, guardian: 0, staff: 0 };
  const told: Record<Category, number> = { pupil: 0, guardian: 0, staff: 0 };
  for (const rows of people) {
    const category = rows.at(-1)?.category ?? 'staff';
    counts[category] += 1;
    if (isTold(rows)) told[category] += 1;
  }
  const sum = (names: readonly Category[]) => names.reduce((total, name) => total + told[name], 0);
  const lines = mergeSmall(counts).map(({ names, count }) => ({
    categories: names,
    people: count,
    told: portionOf(sum(names), count),
  }));
  const total = people.length;
  const all =
    total < SMALL ? undefined : { people: total, told: portionOf(sum(['pupil', 'guardian', 'staff']), total) };
  return { lines, all };
}

/** Told of all that is to be told: whoever waits for a change is not yet. */
function isTold(rows: readonly Due[]): boolean {
  return rows.some(({ toldAt }) => toldAt !== null) && !rows.some(isWaiting);
}

/** Never a number from which that of a few could be worked out. */
function portionOf(told: number, of: number): Portion {
  if (told === 0) return 'none';
  if (told === of) return 'all';
  if (told < SMALL) return 'few';
  if (of - told < SMALL) return 'almost_all';
  return { percent: Math.floor((100 * told) / of) };
}
