// "Why can't I?": each answer tells the holder what is missing, by code and in two languages, and nothing of anybody else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schoolYear, startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { type Action, actionsOf, may, type ResourceType } from '../../src/rights/rights.ts';
import { whyNot } from '../../src/rights/why.ts';
import { type Db, inTransaction } from '../../src/storage/storage.ts';
import { COLLEGE, cast, ECOLE, LYCEE, logbookOf, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { extras, keyOf, type Name, openSchool, YEAR_END } from './school.ts';

const MAY = startOfDay('2027-05-10');

/** What work gives in a transaction that is then undone. */
async function undone<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  const undo = new Error('undo');
  let result: T;
  await inTransaction(db, async (tx) => {
    result = await work(tx);
    throw undo;
  }).catch((error) => {
    if (error !== undo) throw error;
  });
  return result!;
}

async function withoutBars(
  tx: Db,
  change: { school: string; at: number; source: 'local'; actor: string },
): Promise<void> {
  const end = await currentFacts(tx, { school: change.school, relations: ['barred'] });
  await changeFacts(tx, { ...change, end });
}

describe.each(engines)('why not on $name', ({ open }) => {
  let base: TestDatabase;
  let maths: string;
  let cm2: string;
  let ce1: string;
  let philo: string;
  beforeAll(async () => {
    base = await open();
    const { db } = base;
    await openSchool(db);
    maths = await logbookOf(db, COLLEGE, '6A', 'MATHS');
    philo = await logbookOf(db, LYCEE, 'T1', 'PHILO');
    cm2 = await logbookOf(db, ECOLE, 'CM2', '');
    ce1 = await logbookOf(db, ECOLE, 'CE1', '');
    const key = (name: Name) => keyOf(db, name);
    const begin: NewFact[] = [
      {
        relation: 'granted',
        subject: await key('olga'),
        object: maths,
        validFrom: startOfDay('2026-09-15'),
        validTo: startOfDay('2026-10-04'),
      },
      {
        relation: 'granted',
        subject: await key('diane'),
        object: maths,
        validFrom: startOfDay('2026-12-01'),
        validTo: YEAR_END,
      },
      { relation: 'barred', subject: await key('ali'), object: await key('ines') },
      { relation: 'territory', subject: await key('ivan'), object: COLLEGE, properties: { specialty: '' } },
    ];
    await changeFacts(db, { school: COLLEGE, at: startOfDay('2026-09-10'), source: 'local', actor: 'test', begin });
    await changeFacts(db, {
      school: LYCEE,
      at: startOfDay('2026-09-10'),
      source: 'local',
      actor: 'test',
      begin: [{ relation: 'objected', subject: await key('noe'), object: await key('paula') }],
    });
    const [teaches] = await currentFacts(db, {
      school: COLLEGE,
      relations: ['teaches'],
      subject: await key('hana'),
    });
    await changeFacts(db, {
      school: COLLEGE,
      at: startOfDay('2026-10-20') + 1,
      source: 'local',
      actor: 'test',
      end: [teaches!],
    });
  });
  afterAll(() => base.close());

  const why = async (name: Name | string, action: Action, logbook: string, at = NOW) =>
    whyNot(base.db, {
      person: await keyOf(base.db, name),
      action,
      resource: { type: 'logbook', id: logbook },
      when: { at },
    });

  const table: readonly (readonly [
    name: Name | string,
    action: Action,
    book: 'maths' | 'cm2' | 'ce1' | 'philo',
    code: string,
  ])[] = [
    ['carla', 'read', 'maths', 'not_opened'],
    ['zoe', 'read', 'maths', 'not_enrolled'],
    ['fanny', 'read', 'maths', 'guardian_ended'],
    ['fleur', 'read', 'maths', 'pupil_ended'],
    ['olga', 'read', 'maths', 'colleague_ended'],
    ['diane', 'read', 'maths', 'colleague_not_begun'],
    ['ivan', 'read', 'maths', 'no_inspection'],
    ['berthe', 'read', 'maths', 'function_opens_nothing'],
    ['hana', 'read', 'maths', 'team_ended'],
    ['ali', 'read', 'maths', 'restricted'],
    ['paula', 'read', 'philo', 'restricted'],
    ['henri', 'read', 'maths', 'no_role_here'],
    ['gina', 'read', 'maths', 'no_role_here'],
    ['nobody', 'read', 'maths', 'no_role_here'],
    ['denise', 'read', 'ce1', 'no_decision'],
    ['marc', 'read', 'cm2', 'not_in_team'],
    ['paula', 'read', 'ce1', 'child_not_enrolled'],
    ['helene', 'write', 'maths', 'not_owner'],
    ['tania', 'write', 'maths', 'not_owner'],
    ['paul', 'write', 'maths', 'not_owner'],
    ['david', 'visa', 'maths', 'no_delegation'],
    ['tom', 'visa', 'maths', 'not_head'],
    ['tom', 'read_archive', 'maths', 'not_archived'],
    ['helene', 'read_archive', 'maths', 'not_archived'],
    ['ivan', 'visa', 'maths', 'not_head'],
    ['tania', 'grant', 'maths', 'not_owner'],
    ['paul', 'request', 'maths', 'not_staff'],
    ['david', 'validate', 'maths', 'no_delegation'],
    ['tania', 'validate', 'maths', 'not_head'],
    ['tania', 'revoke', 'maths', 'not_party'],
    ['tania', 'see_readers', 'maths', 'not_owner_nor_head'],
  ];
  it.each(table)('%s, %s of %s: %s', async (name, action, book, code) => {
    const told = await why(name, action, { maths, cm2, ce1, philo }[book]);
    expect(told?.code).toBe(code);
    expect(told?.fr).toMatch(/^\p{Lu}.*\.$/u);
    expect(told?.en).toMatch(/^\p{Lu}.*\.$/u);
  });

  it('says it in a sentence, with the last day of what has ended', async () => {
    expect((await why('olga', 'read', maths))?.fr).toBe('Votre autorisation a pris fin le 3 octobre 2026.');
    expect((await why('olga', 'read', maths))?.en).toBe('Your authorisation ended on 3 October 2026.');
    expect((await why('diane', 'read', maths))?.fr).toBe('Ce droit ne commence que le 1er décembre 2026.');
    expect((await why('marc', 'read', cm2))?.fr).toBe(
      'Vous n’enseignez pas dans cette classe ni dans un groupe d’élèves de cette classe.',
    );
  });

  it('what has ended is told only when it alone is missing', async () => {
    // Zoé is enrolled in 5C only; her class being over would not be why 6A is closed to her
    expect((await why('zoe', 'read', maths, MAY))?.code).toBe('not_enrolled');
    expect((await why('hana', 'write', maths))?.code).toBe('not_owner');
  });

  it('the day of the question counts: before it begins, after it ends, once the year is over', async () => {
    expect(await why('olga', 'read', maths, startOfDay('2026-10-04') - 1)).toBeUndefined();
    expect((await why('olga', 'read', maths, startOfDay('2026-10-04')))?.code).toBe('colleague_ended');
    expect((await why('olga', 'read', maths, startOfDay('2026-09-14')))?.code).toBe('colleague_not_begun');
    for (const name of ['tom', 'helene', 'paul', 'paula', 'tania'] as const)
      expect((await why(name, 'read', maths, YEAR_END))?.code).toBe('year_over');
  });

  it('an archive ends as well', async () => {
    const end = schoolYear(2031).to;
    expect(await why('tom', 'read_archive', maths, end - 1)).toBeUndefined();
    expect((await why('tom', 'read_archive', maths, end))?.code).toBe('not_kept');
    expect((await why('tom', 'read', maths, end))?.code).toBe('year_over');
  });

  it('an archive that is there is not for everybody', async () => {
    for (const [name, code] of [
      ['tania', 'no_role_here'],
      ['tom', undefined],
    ] as const)
      expect((await why(name, 'read_archive', maths, YEAR_END))?.code).toBe(code);
  });

  it('it goes by what was known when a day is asked as it was enforced', async () => {
    const asked = async (when: Parameters<typeof whyNot>[1]['when']) =>
      (
        await whyNot(base.db, {
          person: await personOf(base.db, 'ali'),
          action: 'read',
          resource: { type: 'logbook', id: maths },
          when,
        })
      )?.code;
    const eve = startOfDay('2026-09-10') - 1;
    expect(await asked({ enforcedOn: eve })).toBeUndefined();
    expect(await asked({ enforcedOn: eve + 1 })).toBe('restricted');
  });

  it('of what a restriction closes, a module is told what it is of those to whom nothing opened it', async () => {
    const { db } = base;
    const resource = { type: 'logbook', id: maths } as const;
    const when = { at: NOW };
    const [ali, zoe, carla] = [await keyOf(db, 'ali'), await keyOf(db, 'zoe'), await keyOf(db, 'carla')];
    // each keeps what they are without the way: Ali another child, the others their posts and places
    const begin: NewFact[] = [
      { relation: 'guards', subject: ali, object: zoe },
      { relation: 'granted', subject: carla, object: maths },
      { relation: 'inspects', subject: await keyOf(db, 'ivan'), object: maths },
    ];
    const change = { school: COLLEGE, at: NOW - 1, source: 'local', actor: 'test' } as const;
    for (const [name, action, code] of [
      ['tom', 'read', 'not_in_team'],
      ['tom', 'write', 'not_owner'],
      ['tom', 'grant', 'not_owner'],
      ['theo', 'read', 'not_in_team'],
      ['carla', 'read', 'not_opened'],
      ['ivan', 'read', 'no_inspection'],
      ['helene', 'read', 'function_opens_nothing'],
      ['helene', 'visa', 'not_head'],
      ['david', 'see_readers', 'not_owner_nor_head'],
      ['ines', 'read', 'not_enrolled'],
      ['ali', 'read', 'child_not_enrolled'],
    ] as const) {
      const person = await keyOf(db, name);
      const asked = { person, action, resource, when } as const;
      const { holder, barred, without } = await undone(db, async (tx) => {
        await withoutBars(tx, change);
        await changeFacts(tx, { ...change, begin });
        expect((await may(tx, asked)).allowed, `${name} ${action}`).toBe(true);
        await changeFacts(tx, { ...change, begin: [{ relation: 'barred', subject: person, object: maths }] });
        const told = { holder: await whyNot(tx, asked), barred: await whyNot(tx, { ...asked, to: 'module' }) };
        await withoutBars(tx, change);
        for (;;) {
          const [reason] = (await may(tx, asked)).reasons;
          if (!reason) return { ...told, without: await whyNot(tx, { ...asked, to: 'module' }) };
          await tx('fact')
            .where({ id: reason.facts.at(-1)! })
            .delete();
        }
      });
      expect([name, action, holder?.code, barred?.code]).toEqual([name, action, 'restricted', code]);
      expect(barred).toEqual(without);
    }
  });

  it('nor is a restriction told by what has ended, or is to begin, under it', async () => {
    const { db } = base;
    const change = { school: COLLEGE, at: NOW - 1, source: 'local', actor: 'test' } as const;
    for (const [name, code, holder] of [
      ['olga', 'colleague_ended', 'colleague_ended'],
      // what is to come will be closed too, which the person alone is told
      ['diane', 'colleague_not_begun', 'restricted'],
    ] as const) {
      const asked = {
        person: await keyOf(db, name),
        action: 'read',
        resource: { type: 'logbook', id: maths },
      } as const;
      const validFrom = startOfDay('2026-09-10');
      const codes = await undone(db, async (tx) => {
        const begin = [{ relation: 'barred', subject: asked.person, object: maths, validFrom } as const];
        await changeFacts(tx, { ...change, begin });
        return [
          (await whyNot(tx, { ...asked, when: { at: NOW }, to: 'module' }))?.code,
          (await whyNot(tx, { ...asked, when: { at: NOW } }))?.code,
        ];
      });
      expect(codes).toEqual([code, holder]);
    }
  });

  it('a parent let in by a judgment is told as any other, whoever asks', async () => {
    const { db } = base;
    const change = { school: COLLEGE, at: NOW - 1, source: 'local', actor: 'test' } as const;
    const [gina, paul] = [await keyOf(db, 'gina'), await keyOf(db, 'paul')];
    const codes = await undone(db, async (tx) => {
      const dates = { validFrom: startOfDay('2026-09-10'), validTo: startOfDay('2026-10-10') };
      const begin = [{ relation: 'admitted', subject: gina, object: paul, ...dates } as const];
      await changeFacts(tx, { ...change, begin });
      const ask = async (id: string, at: number, to: 'holder' | 'module') =>
        (await whyNot(tx, { person: gina, action: 'read', resource: { type: 'logbook', id }, when: { at }, to }))?.code;
      const other = await logbookOf(tx, COLLEGE, '5C', 'MATHS');
      return Promise.all(
        (['holder', 'module'] as const).flatMap((to) => [
          ask(maths, NOW, to),
          ask(maths, dates.validFrom - 1, to),
          ask(other, dates.validFrom, to),
        ]),
      );
    });
    const told = ['guardian_ended', 'guardian_not_begun', 'child_not_enrolled'];
    expect(codes).toEqual([...told, ...told]);
  });

  it('nothing that is not there, and nothing that may be', async () => {
    expect((await why('tom', 'read', 'none'))?.code).toBe('none');
    expect(await why('tom', 'read', maths)).toBeUndefined();
  });

  it('tells every denial without a name or a key, whoever asks and whatever is asked', async () => {
    const people = [...Object.keys(cast), ...Object.keys(extras)] as Name[];
    const keys = await Promise.all(people.map((name) => keyOf(base.db, name)));
    const secrets = [...keys, ...Object.values(cast).flatMap(({ name }) => name.split(' ')), maths, COLLEGE];
    const codes = new Set<string>();
    for (const person of keys)
      for (const action of actionsOf('logbook')) {
        const resource = { type: 'logbook' as ResourceType, id: maths };
        const { allowed } = await may(base.db, { person, action, resource, when: { at: NOW } });
        const told = await whyNot(base.db, { person, action, resource, when: { at: NOW } });
        expect(told === undefined).toBe(allowed);
        if (!told) continue;
        codes.add(told.code);
        for (const secret of secrets) expect(JSON.stringify(told)).not.toContain(secret);
      }
    expect(codes.size).toBeGreaterThan(15);
  });
});
