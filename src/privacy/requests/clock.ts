// The clock of a request: one month from the day it came, three with an extension, whole days, right at month ends.

export interface Clock {
  /** The day it was received, YYYY-MM-DD, in the school's zone. */
  readonly received: string;
  readonly extended: boolean;
}

/**
 * The last day on which the answer is in time, YYYY-MM-DD (RGPD art. 12(3)): the same day of the first month after, or
 * of the third when extended; the month's last day where it has no such day (regulation 1182/71 art. 3(2)(c)).
 */
export function dueDay({ received, extended }: Clock): string {
  return monthsAfter(received, extended ? 3 : 1);
}

/** The last day on which an extension may be told: the first month's, whatever came since. */
export function extensionDay({ received }: Pick<Clock, 'received'>): string {
  return monthsAfter(received, 1);
}

/** Whether the day is past the last one in time. */
export function isLate(clock: Clock, today: string): boolean {
  return today > dueDay(clock);
}

/** How many days are left, both counted from midnight: 0 on the last day, negative when late. */
export function daysLeft(clock: Clock, today: string): number {
  return Math.round((Date.parse(`${dueDay(clock)}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
}

function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10);
}
