// What the pages and the letters of notices share: paragraphs that somebody wrote, and the board's day as it is read.
import type { School } from '../../directory/schools.ts';
import { schoolYearAt, startOfDay } from '../../facts/calendar.ts';
import type { Locale } from '../../http/locale.ts';
import { boardDayOf } from '../../privacy/notices/school.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';

/** Paragraphs of a text that somebody wrote: an empty line parts them. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((one) => one.trim())
    .filter(Boolean);
}

/** The day of this year's board, as it is read. */
export async function boardText(db: Db, school: School, at: number, locale: Locale): Promise<string | undefined> {
  const { uai, yearStart, zone } = school;
  const day = await boardDayOf(db, uai, schoolYearAt(at, yearStart, zone));
  return day === undefined ? undefined : dayText(startOfDay(day, zone), { zone, locale });
}
