// An id that the state gave to somebody else since: the account of the one must not become the other, nor gain a child.
import { describe, expect, it } from 'vitest';
import { joinRecord } from '../../src/directory/joined.ts';
import { findPerson, personsByExternalId } from '../../src/directory/persons.ts';
import { pupilsOfRecord } from '../../src/directory/record-facts.ts';
import { factsNaming } from '../../src/facts/facts.ts';
import { isAnother } from '../../src/feed/reused.ts';
import { type Db, inTransaction } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, pupil, relative, SCHOOL_A, SCHOOL_B, school, small, staff, type Written } from './exports.ts';
import { codes, deliver, measure, on, onSqlite, sentences } from './world.ts';

const DAY = 86_400_000;
const next = (days = 1) => ({ at: AT + days * DAY, spoiling: { date: `2026090${1 + days}` } });
const called = (givenName: string, familyName: string, day?: string): Written[] => [
  ['givenName', givenName],
  ['sn', familyName],
  ...(day === undefined ? [] : ([['ENTPersonDateNaissance', day]] satisfies Written[])),
];

describe('somebody else', () => {
  const before = { givenName: 'Marie-Hélène', familyName: 'Da Silva', birthDate: '1980-05-04' };
  const said = (givenName: string, familyName: string, birthDate?: string) =>
    isAnother(before, { academy: '099', externalId: '1', givenName, familyName, birthDate });

  it.each<[what: string, another: boolean]>([
    ['the same again', said('Marie-Hélène', 'Da Silva', '1980-05-04')],
    ['written otherwise', said('MARIE HELENE', 'DA-SILVA')],
    ['who married', said('Marie-Hélène', 'Leroy')],
    ['who married, and whose day was put right', said('Marie', 'Leroy', '1980-05-14')],
    ['who took another given name', said('Paul', 'Da Silva')],
    ['born the same day, under another name altogether', said('Paul', 'Leroy', '1980-05-04')],
    ['whose names stood the wrong way round', said('Da Silva', 'Marie-Hélène', '1980-05-14')],
  ])('is not %s', (_what, another) => expect(another).toBe(false));

  it.each<[what: string, another: boolean]>([
    ['of whom nothing is the same', said('Paul', 'Leroy', '1975-01-01')],
    ['of whom no name is the same, and no day known', said('Paul', 'Leroy')],
    ['a sibling', said('Paul', 'Da Silva', '1982-03-02')],
  ])('is one %s', (_what, another) => expect(another).toBe(true));
});

describe('an id that is somebody else’s now', () => {
  const nameOf = async (db: Db, id: string) => {
    const key = (await personsByExternalId(db, '099', [id])).get(id);
    const { givenName, familyName } = await findPerson(db, key!);
    return `${givenName} ${familyName}`;
  };

  it.each(
    engines,
  )('is set aside until a human says it is the same: who was known keeps what they had, on $name', async (engine) => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      const given = small();
      given.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ...called('Zoé', 'Perrin', '12/12/2014'), [
        'ENTEleveClasses',
        '1$6B',
      ]);
      given.PersEducNat[1] = staff(
        '302',
        ['ENTPersonFonctions', '1$DIR$DIRECTION$D0010$CHEF'],
        ...called('Ada', 'Lovelace'),
      );
      const dry = await deliver(db, given, { ...next(), dryRun: true });
      expect(codes(dry)).toMatchObject({ ID_REUSED: 2 });
      const report = await deliver(db, given, next());
      expect(codes(report)).toMatchObject({ ID_REUSED: 2 });
      expect(report.categories).toMatchObject({
        Eleve: { read: 10, applied: 0, unchanged: 9, quarantined: 1 },
        PersEducNat: { read: 2, applied: 0, unchanged: 1, quarantined: 1 },
      });
      expect(report).toMatchObject({ persons: { created: 0, changed: 0 }, facts: { begun: 0, ended: 0 } });
      expect(await sentences(db, SCHOOL_A, next().at)).toEqual(before);
      expect([await nameOf(db, '100'), await nameOf(db, '302')]).toEqual(['Prénom100 Nom100', 'Prénom302 Nom302']);
      expect(await db('feed_quarantine').where({ code: 'ID_REUSED' }).pluck('external_id')).toEqual(
        expect.arrayContaining(['100', '302']),
      );
      const state = await measure(db);
      await deliver(db, given, next());
      expect(await measure(db)).toEqual(state);

      // departures are one thing, and who somebody is another
      expect(codes(await deliver(db, given, { ...next(), accept: true }))).toMatchObject({ ID_REUSED: 2 });
      expect(codes(await deliver(db, given, { ...next(), same: ['302'] }))).toMatchObject({ ID_REUSED: 1 });
      expect([await nameOf(db, '100'), await nameOf(db, '302')]).toEqual(['Prénom100 Nom100', 'Ada Lovelace']);
      await deliver(db, given, { ...next(2), same: ['100'] });
      expect([await nameOf(db, '100'), await nameOf(db, '302')]).toEqual(['Zoé Perrin', 'Ada Lovelace']);
      expect(await sentences(db, SCHOOL_A, next(2).at)).toContain('100 enrolled class 6B');
      expect(codes(await deliver(db, given, next(3)))).toEqual({});
    });
  });

  it('in the other degree too: the ids of an academy are one set', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const first = { ...small(), degree: 1 as const, EtabEducNat: [school('2', SCHOOL_B)] };
      const there: Written[] = [
        ['ENTPersonStructRattach', '2'],
        ['ENTEleveClasses', '2$CM2'],
      ];
      first.Eleve = [pupil('100', ['900$10$1$1$1$0'], ...called('Zoé', 'Perrin', '12/12/2016'), ...there)];
      first.PersRelEleve = [relative('900')];
      first.PersEducNat = [];
      const report = await deliver(db, first, next());
      expect(codes(report)).toMatchObject({ ID_REUSED: 1 });
      expect(await nameOf(db, '100')).toBe('Prénom100 Nom100');
      expect(await sentences(db, SCHOOL_B, next().at)).toEqual([]);
    });
  });

  it('of a parent gives the one who was known no other child, in no school, and takes none away', async () => {
    await onSqlite(async (db) => {
      const two = small();
      two.EtabEducNat.push(school('2', SCHOOL_B));
      await deliver(db, two);
      const given = small();
      given.EtabEducNat.push(school('2', SCHOOL_B));
      // 200 was the mother of 100, who still names her id; now it is also that of a stranger's father
      given.PersRelEleve[0] = relative('200', ...called('Yann', 'Le Goff'));
      given.Eleve[1] = pupil('101', ['200$20$1$1$1$0']);
      given.Eleve.push(pupil('150', ['200$20$1$1$1$0'], ['ENTPersonStructRattach', '2'], ['ENTEleveClasses', '2$5A']));
      const report = await deliver(db, given, { ...next(), accept: false });
      expect(codes(report)).toMatchObject({ ID_REUSED: 1 });
      const here = await sentences(db, SCHOOL_A, next().at);
      expect(here).toContain('200 guards 100');
      expect(here).not.toContain('200 guards 101');
      expect(await sentences(db, SCHOOL_B, next().at)).toEqual(['150 attends here', '150 enrolled class 5A']);
      expect(await nameOf(db, '200')).toBe('Prénom200 Nom200');
      await deliver(db, given, { ...next(2), same: ['200'] });
      expect(await sentences(db, SCHOOL_B, next(2).at)).toContain('200 guards 150');
      expect(await nameOf(db, '200')).toBe('Yann Le Goff');
    });
  });

  it('of a record that was joined to another gives that one nothing, and takes nothing from the other', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const keys = await personsByExternalId(db, '099', ['100', '200', '201']);
      const [child, record, survivor] = [keys.get('100')!, keys.get('200')!, keys.get('201')!];
      await inTransaction(db, (tx) => joinRecord(tx, { survivor, record, at: AT + 1, actor: 'test' }));
      const given = small();
      given.PersRelEleve[0] = relative('200', ...called('Yann', 'Le Goff'));
      given.Eleve[2] = pupil('102', ['200$20$1$1$1$0']);
      given.Eleve[3] = pupil('103', ['201$10$1$1$1$0', '203$10$1$1$1$0']);
      expect(codes(await deliver(db, given, next()))).toMatchObject({ ID_REUSED: 1 });
      const theirs = await factsNaming(db, 'subject', [survivor], { relations: ['guards'], endingAfter: next().at });
      const named = await personsByExternalId(db, '099', ['101', '103']);
      expect(theirs.map(({ object }) => object).sort()).toEqual([child, ...named.values()].sort());
      expect((await pupilsOfRecord(db, record, next().at)).map((one) => one.child)).toEqual([child]);
    });
  });
});
