// Days and school years at the edges: summer time, the first and last instant.
import { describe, expect, it } from 'vitest';
import { dayAfter, dayOf, endOfDay, isDay, schoolYear, schoolYearAt, startOfDay } from '../../src/facts/calendar.ts';

describe('a day', () => {
  it.each([
    ['2026-01-15', 'Europe/Paris', '2026-01-14T23:00:00.000Z'],
    ['2026-07-15', 'Europe/Paris', '2026-07-14T22:00:00.000Z'],
    ['2026-03-29', 'Europe/Paris', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Paris', '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Paris', '2026-10-24T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Paris', '2026-10-25T23:00:00.000Z'],
    ['2026-09-01', 'Indian/Reunion', '2026-08-31T20:00:00.000Z'],
    ['2026-09-01', 'Pacific/Noumea', '2026-08-31T13:00:00.000Z'],
  ])('%s begins in %s at %s', (day, zone, instant) => {
    expect(new Date(startOfDay(day, zone)).toISOString()).toBe(instant);
    expect(dayOf(startOfDay(day, zone), zone)).toBe(day);
    expect(dayOf(startOfDay(day, zone) - 1, zone) < day).toBe(true);
  });

  it.each(['2026-02-29', '2026-13-01', '26-01-01', '2026-1-1', ''])('`%s` is not one', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('a school year', () => {
  it('turns at its first instant', () => {
    const { from, to } = schoolYear(2026);
    expect([from - 1, from, to - 1, to].map((instant) => schoolYearAt(instant))).toEqual([2025, 2026, 2026, 2027]);
  });

  it('follows the school’s own date and zone', () => {
    const { from } = schoolYear(2026, '02-10', 'Pacific/Noumea');
    expect(new Date(from).toISOString()).toBe('2026-02-09T13:00:00.000Z');
    expect(schoolYearAt(from, '02-10', 'Pacific/Noumea')).toBe(2026);
  });

  it('a day is over when the next one begins, be it of 23, 24 or 25 hours', () => {
    const hours = (day: string, zone?: string) => (endOfDay(day, zone) - startOfDay(day, zone)) / 3_600_000;
    expect([hours('2027-03-28'), hours('2026-11-12'), hours('2026-10-25')]).toEqual([23, 24, 25]);
    expect(hours('2026-10-25', 'Indian/Reunion')).toBe(24);
    expect([dayAfter('2026-12-31'), dayAfter('2028-02-28'), dayAfter('2027-02-28')]).toEqual([
      '2027-01-01',
      '2028-02-29',
      '2027-03-01',
    ]);
  });
});
