// Which reading level a notice has for somebody, by their age; the page lets anybody choose another.
import { dayOf } from '../../facts/calendar.ts';
import type { Level } from './document.ts';
import type { Category } from './reasons.ts';

const TEEN = 11;
const GROWN = 16;

/**
 * The level for somebody at an instant: under 11, 11 to 15, from 16 on. Of a pupil whose birth date is not known, the degree
 * of the school says it: primary, or secondary; anybody else is an adult.
 */
export function levelFor(
  one: { readonly birthDate: string | null; readonly category: Category; readonly degree: 1 | 2 },
  { at, zone }: { at: number; zone: string },
): Level {
  const { birthDate, category, degree } = one;
  if (birthDate === null) return category !== 'pupil' ? 'adult' : degree === 1 ? 'child' : 'teen';
  const age = ageOn(birthDate, dayOf(at, zone));
  return age < TEEN ? 'child' : age < GROWN ? 'teen' : 'adult';
}

/** Whole years from one day to another, YYYY-MM-DD: the birthday is the first day of the new age. */
function ageOn(born: string, day: string): number {
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  return day.slice(5) >= born.slice(5) ? years : years - 1;
}
