// Days and school years: instants are UTC milliseconds inside, days are local at the edge.

/** The zone of schools that do not say otherwise. */
export const DEFAULT_ZONE = 'Europe/Paris';

/** The day (`MM-DD`) on which a school year begins for schools that do not say otherwise. */
export const DEFAULT_YEAR_START = '08-15';

export interface Interval {
  /** First instant inside, UTC milliseconds. */
  readonly from: number;
  /** First instant outside, UTC milliseconds. */
  readonly to: number;
}

const DAY_MS = 86_400_000;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a real calendar day, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** The instant at which a day (`YYYY-MM-DD`) begins in a zone. */
export function startOfDay(day: string, zone = DEFAULT_ZONE): number {
  return localInstant(day, '00:00', zone);
}

/** The day after a day, `YYYY-MM-DD`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** The instant at which a day (`YYYY-MM-DD`) is over in a zone, the first that is not of it: days are of 23 to 25 hours. */
export function endOfDay(day: string, zone = DEFAULT_ZONE): number {
  return startOfDay(dayAfter(day), zone);
}

/** The instant at which a zone's clock shows a day (`YYYY-MM-DD`) and a time (`HH:MM`); not a number when it is no time. */
export function localInstant(day: string, time: string, zone = DEFAULT_ZONE): number {
  const utc = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(utc)) return Number.NaN;
  const guess = utc - offsetAt(utc, zone);
  return utc - offsetAt(guess, zone);
}

/** The local day, `YYYY-MM-DD`, of an instant. */
export function dayOf(instant: number, zone = DEFAULT_ZONE): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 10);
}

/** The school year an instant belongs to, named by the calendar year it begins in: 2026 is 2026-2027. */
export function schoolYearAt(instant: number, yearStart = DEFAULT_YEAR_START, zone = DEFAULT_ZONE): number {
  const day = dayOf(instant, zone);
  const year = Number(day.slice(0, 4));
  return day.slice(5) >= yearStart ? year : year - 1;
}

/** The interval of a school year. */
export function schoolYear(year: number, yearStart = DEFAULT_YEAR_START, zone = DEFAULT_ZONE): Interval {
  const start = (named: number) => startOfDay(`${String(named).padStart(4, '0')}-${yearStart}`, zone);
  return { from: start(year), to: start(year + 1) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How many milliseconds a zone's clock is ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
