// The civility of staff comes in with them, as the state writes it today; of pupils and of parents nothing is kept.
import { describe, expect, it } from 'vitest';
import { findPerson, forgetDetails, personsByExternalId } from '../../src/directory/persons.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, pupil, relative, small, staff, type Written } from './exports.ts';
import { codes, deliver, measure, on, onSqlite } from './world.ts';

const DAY = 86_400_000;
const next = (days: number) => ({ at: AT + days * DAY, spoiling: { date: `2026090${1 + days}` } });

describe('civility', () => {
  const civilityOf = async (db: Db, id: string) => {
    const key = (await personsByExternalId(db, '099', [id])).get(id);
    return (await findPerson(db, key!)).civility;
  };
  const said = (text: string, name = 'personalTitle') => {
    const wanted = small();
    const post: Written = ['ENTPersonFonctions', '1$ENS$ENSEIGNEMENT$$'];
    wanted.PersEducNat[1] = staff('302', post, ['ENTAuxEnsClassesMatieres', '1$6A$MAT'], [name, text]);
    return wanted;
  };

  it.each(engines)('is kept as it is written today, and told as a change of the person, on $name', async (engine) => {
    await on(engine, async (db) => {
      await deliver(db, small());
      expect(await civilityOf(db, '302')).toBeNull();
      const report = await deliver(db, said('Mlle'), next(1));
      expect(await civilityOf(db, '302')).toBe('Mme');
      expect(report).toMatchObject({ persons: { created: 0, changed: 1 }, facts: { begun: 0, ended: 0 } });
      expect(report.categories.PersEducNat).toMatchObject({ read: 2, applied: 1, unchanged: 1 });
      const before = await measure(db);
      await deliver(db, said('Mlle'), { at: AT + 5 * DAY, spoiling: { date: '20260902' } });
      expect(await measure(db)).toEqual(before);
      await deliver(db, said('M.', 'ENTPersonCivilite'), next(2));
      expect(await civilityOf(db, '302')).toBe('M.');
    });
  });

  it('what is blank, or no civility, leaves what is known', async () => {
    await onSqlite(async (db) => {
      await deliver(db, said('Mme'));
      expect(codes(await deliver(db, said(''), next(1)))).toEqual({});
      const report = await deliver(db, said('Docteur'), next(2));
      expect(codes(report)).toEqual({ BAD_VALUE: 1 });
      expect(report.categories.PersEducNat).toMatchObject({ read: 2, unchanged: 2, quarantined: 0 });
      expect(await civilityOf(db, '302')).toBe('Mme');
    });
  });

  it('is forgotten of somebody who is nowhere any more, until a delivery names them again', async () => {
    await onSqlite(async (db) => {
      await deliver(db, said('Mme'));
      const key = (await personsByExternalId(db, '099', ['302'])).get('302');
      await forgetDetails(db, key!, AT);
      expect(await civilityOf(db, '302')).toBeNull();
      await deliver(db, said('Mme'), next(1));
      expect(await civilityOf(db, '302')).toBe('Mme');
    });
  });

  it('of pupils and of their parents nothing is kept', async () => {
    await onSqlite(async (db) => {
      const wanted = small();
      wanted.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['personalTitle', 'M.'], ['ENTPersonCivilite', 'M.']);
      wanted.PersRelEleve[0] = relative('200', ['personalTitle', 'Mme'], ['ENTPersonCivilite', 'Mme']);
      const report = await deliver(db, wanted);
      expect(report.unknownAttributes).toEqual({});
      expect([await civilityOf(db, '100'), await civilityOf(db, '200')]).toEqual([null, null]);
    });
  });

  it('a parent who works there keeps it when the other file is silent', async () => {
    await onSqlite(async (db) => {
      const wanted = said('Mme');
      const names: Written[] = [
        ['sn', 'Nom302'],
        ['givenName', 'Prénom302'],
      ];
      wanted.Eleve[0] = pupil('100', ['302$10$1$1$1$0']);
      wanted.PersRelEleve.push(relative('302', ...names));
      await deliver(db, wanted);
      expect(await civilityOf(db, '302')).toBe('Mme');
      const before = await measure(db);
      await deliver(db, wanted, { at: AT + DAY });
      expect(await measure(db)).toEqual(before);
    });
  });
});
