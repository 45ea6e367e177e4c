// Days as they are read on a page.
import { dateForms } from '../../views/text/dates.ts';
import type { Locale } from '../http/locale.ts';

/** A day as it is read: `12 novembre 2026`. */
export function dayText(instant: number, { zone, locale }: { zone: string; locale: Locale }): string {
  return new Intl.DateTimeFormat(dateForms[locale], { dateStyle: 'long', timeZone: zone }).format(instant);
}

/** The last day of what ends at an instant. */
export function lastDayText(end: number, at: { zone: string; locale: Locale }): string {
  return dayText(end - 1, at);
}
