// The clock of a request: months end where they end.
import { describe, expect, it } from 'vitest';
import { daysLeft, dueDay, extensionDay, isLate } from '../../src/privacy/requests/clock.ts';

describe('the last day in time', () => {
  it.each([
    ['2026-11-12', '2026-12-12', '2027-02-12'],
    ['2026-12-31', '2027-01-31', '2027-03-31'],
    ['2027-01-31', '2027-02-28', '2027-04-30'],
    ['2028-01-30', '2028-02-29', '2028-04-30'],
    ['2027-11-30', '2027-12-30', '2028-02-29'],
    ['2027-08-31', '2027-09-30', '2027-11-30'],
    ['2028-02-29', '2028-03-29', '2028-05-29'],
    ['2026-10-25', '2026-11-25', '2027-01-25'],
  ])('of what came on %s is %s, and %s when extended', (received, due, extended) => {
    expect(dueDay({ received, extended: false })).toBe(due);
    expect(dueDay({ received, extended: true })).toBe(extended);
    expect(extensionDay({ received })).toBe(due);
  });

  it('is in time, and the day after is late', () => {
    const clock = { received: '2027-01-31', extended: false };
    expect(isLate(clock, '2027-02-27')).toBe(false);
    expect(isLate(clock, '2027-02-28')).toBe(false);
    expect(isLate(clock, '2027-03-01')).toBe(true);
    expect([daysLeft(clock, '2027-02-27'), daysLeft(clock, '2027-02-28'), daysLeft(clock, '2027-03-01')]).toEqual([
      1, 0, -1,
    ]);
  });
});
