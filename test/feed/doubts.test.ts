// What is doubtful in an export takes nothing away: ids that disagree, days that move, subjects and relatives unread, borrowed UAIs.
import { describe, expect, it } from 'vitest';
import { startOfDay } from '../../src/facts/calendar.ts';
import { currentFacts } from '../../src/facts/facts.ts';
import { functionsOf, isKnownFunction } from '../../src/feed/aaf/functions.ts';
import { textOf } from '../../src/feed/aaf/values.ts';
import { engines } from '../databases.ts';
import { AT, pupil, SCHOOL_A, SCHOOL_B, school, small, staff } from './exports.ts';
import { codes, deliver, measure, on, onSqlite, sentences } from './world.ts';

const DAY = 86_400_000;
const next = { at: AT + DAY, spoiling: { date: '20260902' } };
const later = { at: AT + 2 * DAY, spoiling: { date: '20260903' } };

describe('what was known stands', () => {
  it('of a person whose record holds two ids', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      const spoilt = small();
      spoilt.Eleve[0] = { ...spoilt.Eleve[0]!, identifier: '555' };
      const report = await deliver(db, spoilt, next);
      expect(codes(report)).toMatchObject({ ID_MISMATCH: 1 });
      expect(await sentences(db, SCHOOL_A, next.at)).toEqual(before);
    });
  });

  it('of a school whose record holds two ids', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      const spoilt = small();
      spoilt.EtabEducNat = [{ ...school('1', SCHOOL_A), identifier: '555' }, school('2', SCHOOL_B)];
      await deliver(db, spoilt, next);
      expect(await sentences(db, SCHOOL_A, next.at)).toEqual(before);
    });
  });

  it('of a class taught in a subject whose record is set aside', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const spoilt = small();
      spoilt.MatiereEducNat[0] = { ...spoilt.MatiereEducNat[0]!, operational: 'Autre' };
      await deliver(db, spoilt, next);
      expect(await sentences(db, SCHOOL_A, next.at)).toContain('302 teaches class 6A MAT');
      expect(await db('subject')).toMatchObject([{ code: 'MAT', label: 'MATHS' }]);
    });
  });

  it('of a guardian whom the child still names, and whose own record is missing', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const thin = small();
      thin.PersRelEleve.splice(0, 1);
      const report = await deliver(db, thin, next);
      expect(codes(report)).toEqual({ UNKNOWN_RELATIVE: 1 });
      expect(await sentences(db, SCHOOL_A, next.at)).toContain('200 guards 100');
    });
  });

  it('of guardians whose children cannot be read: they are not counted as leaving', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const spoilt = small();
      for (let index = 0; index < 6; index += 1)
        spoilt.Eleve[index] = pupil(`10${index}`, [`20${index}$10$1$1$1$0`], ['sn', '']);
      const report = await deliver(db, spoilt, next);
      expect(report).toMatchObject({ departures: [], facts: { begun: 0, ended: 0 } });
    });
  });
});

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

  it('a class with a name that never ends is dropped, and the rest is applied', async () => {
    await on(engine, async (db) => {
      const given = small();
      const endless = Array.from({ length: 6000 }, (_, index) =>
        String.fromCharCode(0x4e00 + ((index * 7919) % 20_000)),
      );
      given.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['ENTEleveClasses', `1$${endless.join('')}`, '1$6A']);
      const report = await deliver(db, given);
      expect(codes(report)).toEqual({ BAD_PARTS: 1 });
      expect(await sentences(db, SCHOOL_A)).toContain('100 enrolled class 6A');
    });
  });

  it('a school of another academy is not taken over by who borrows its UAI', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      const other = small();
      const there = (id: string, uai: string) => school(id, uai, ['ENTServAcCodeAcademie', '013']);
      other.EtabEducNat = [there('1', SCHOOL_A), there('2', SCHOOL_B)].map((one) => ({
        ...one,
        attributes: one.attributes.filter(([name, value]) => name !== 'ENTServAcCodeAcademie' || value === '013'),
      }));
      const report = await deliver(db, other, { spoiling: { comment: 'codeAcademieExport="13" degre="2D"' } });
      expect(codes(report)).toMatchObject({ UAI_ELSEWHERE: 1 });
      expect(report.categories.EtabEducNat).toMatchObject({ read: 2, applied: 1, quarantined: 1 });
      expect(await sentences(db, SCHOOL_A)).toEqual(before);
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

describe('a word that only JavaScript knows', () => {
  it.each(['constructor', 'toString', '__proto__', 'valueOf'])('%s is no function of a school', (code) => {
    expect(isKnownFunction(code)).toBe(false);
    expect(functionsOf(2, code, '')).toEqual([]);
    expect(functionsOf(2, 'DIR', code)).toEqual(['administrative']);
  });

  it('is no character', () => expect(textOf('a&toString;b')).toBe('a&toString;b'));
});

describe('a dry run', () => {
  it('counts a changed person of two schools once', async () => {
    await onSqlite(async (db) => {
      const two = (name: string) => {
        const given = small();
        given.EtabEducNat.push(school('2', SCHOOL_B));
        given.PersEducNat.push(staff('303', ['sn', name], ['ENTPersonFonctions', '1$ENS$E$$', '2$ENS$E$$']));
        return given;
      };
      await deliver(db, two('Avant'));
      const tried = await deliver(db, two('Apres'), { ...next, dryRun: true });
      const done = await deliver(db, two('Apres'), next);
      expect(tried.persons).toEqual(done.persons);
      expect(tried.schools).toEqual(done.schools);
    });
  });
});

describe('an export', () => {
  it('that says no degree and holds no subject is not taken for one of the first', async () => {
    await onSqlite(async (db) => {
      const given = { ...small(), degree: 1 as const };
      const spoiling = { prefix: 'ENT', comment: 'codeAcademieExport="99"' };
      await expect(deliver(db, given, { spoiling })).rejects.toMatchObject({ code: 'feed_unreadable' });
    });
  });
});

describe('an export dated', () => {
  it('on no day is refused', async () => {
    await onSqlite(async (db) => {
      await expect(deliver(db, small(), { spoiling: { date: '20261399' } })).rejects.toMatchObject({
        code: 'feed_unreadable',
      });
    });
  });
});
