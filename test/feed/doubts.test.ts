// What is doubtful in an export takes nothing away: ids that disagree, days that move, subjects and relatives unread, borrowed UAIs.
import { describe, expect, it } from 'vitest';
import { startOfDay } from '../../src/facts/calendar.ts';
import { currentFacts } from '../../src/facts/facts.ts';
import { engines } from '../databases.ts';
import { AT, pupil, SCHOOL_A, SCHOOL_B, school, small } from './exports.ts';
import { deliver, measure, on, onSqlite, sentences } from './world.ts';

const DAY = 86_400_000;
const next = { at: AT + DAY, spoiling: { date: '20260902' } };
const later = { at: AT + 2 * DAY, spoiling: { date: '20260903' } };

describe.each(engines)('on $name', (engine) => {
  it('a day of entry that moves is followed', async () => {
    await on(engine, async (db) => {
      const entering = (day: string) => {
        const given = small();
        given.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['ENTEleveDateEntreeStructRattach', day]);
        return given;
      };
      const from = async () => {
        const facts = await currentFacts(db, { school: SCHOOL_A, relations: ['attends'], endingAfter: AT });
        return Math.max(...facts.map((fact) => fact.validFrom));
      };
      await deliver(db, entering('01/10/2026'));
      expect(await from()).toBe(startOfDay('2026-10-01'));
      await deliver(db, entering('20/09/2026'), next);
      expect(await from()).toBe(startOfDay('2026-09-20'));
      await deliver(db, entering('02/11/2026'), later);
      expect(await from()).toBe(startOfDay('2026-11-02'));
      const before = await measure(db);
      await deliver(db, entering('02/11/2026'), later);
      expect(await measure(db)).toEqual(before);
      await deliver(db, small(), { at: AT + 3 * DAY, spoiling: { date: '20260904' } });
      expect(await from()).toBe(AT + 3 * DAY);
    });
  });
});

describe('a pupil who goes from one school to another', () => {
  it('is in the new one whatever the day of leaving the old one', async () => {
    await onSqlite(async (db) => {
      const given = small();
      given.EtabEducNat.push(school('2', SCHOOL_B));
      given.Eleve[0] = pupil(
        '100',
        ['200$10$1$1$1$0'],
        ['ENTEleveDateSortieStructRattach', '05/09/2026'],
        ['ENTEleveClasses', '1$6A', '2$6B'],
      );
      await deliver(db, given);
      expect(await sentences(db, SCHOOL_A)).not.toContain('100 attends here');
      expect(await sentences(db, SCHOOL_B)).toEqual(['100 attends here', '100 enrolled class 6B', '200 guards 100']);
    });
  });
});
