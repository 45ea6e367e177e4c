// Statistics: counted as things happen, by month, school and profile; nobody is in them, and no cell is under ten.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { openUsage, recordStanding } from '../../src/acts/usage.ts';
import type { CommandContext } from '../../src/command.ts';
import { ensureOffers } from '../../src/directory/offers.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { statisticsCommand } from '../../src/portal/resources/commands.ts';
import { mergeSmall } from '../../src/privacy/cells.ts';
import { statisticsOf } from '../../src/privacy/statistics.ts';
import { arkOf } from '../../src/resources/ark.ts';
import { assignLicences } from '../../src/resources/licences.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import {
  addUsage,
  purgeUsage,
  setUsage,
  type UsageLine,
  type UsageProfile,
  usageOf,
} from '../../src/resources/usage.ts';
import type { Db } from '../../src/storage/storage.ts';
import { type CastName, COLLEGE, deliverCast, ECOLE, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { good } from '../resources/good.ts';

const ATLAS = 'ark:/99999/atlas';
const LEXIQUE = 'ark:/99999/lexique';
const MONTH = '2026-11';

function happened(more: Partial<UsageLine> = {}) {
  const line = { month: MONTH, school: COLLEGE, measure: 'connections', profile: 'pupil', resource: '', count: 1 };
  return { ...line, ...more } as UsageLine & { measure: 'connections' };
}

describe.each(engines)('counters, on $name', ({ open }) => {
  let database: TestDatabase;
  let db: Db;
  const all = (schools: readonly string[] = [COLLEGE, LYCEE, ECOLE]) =>
    usageOf(db, { schools, from: '0000-00', to: '9999-12' });

  beforeAll(async () => {
    database = await open();
    ({ db } = database);
    await deliverCast(db);
  });
  afterAll(() => database.close());

  it('two hundred that count at once are all counted', async () => {
    const lines = [happened({ month: '2026-01' }), happened({ month: '2026-01', profile: 'teacher' })];
    await Promise.all(
      Array.from({ length: 200 }, (_, turn) => addUsage(db, turn % 2 === 0 ? lines : [...lines].reverse())),
    );
    const counted = (await all()).filter(({ month }) => month === '2026-01').map(({ count }) => Number(count));
    expect(counted).toEqual([200, 200]);
  });

  it('a batch counts whole, or not at all', async () => {
    const wrong = happened({ month: '2026-02', school: 'no such school' });
    await expect(addUsage(db, [happened({ month: '2026-02' }), wrong])).rejects.toThrow();
    expect((await all()).filter(({ month }) => month === '2026-02')).toEqual([]);
  });

  it('how things stand is said again, not added up, by two who say it at once', async () => {
    const at = { month: '2026-03', school: COLLEGE };
    const say = (count: number) => setUsage(db, at, [{ measure: 'accounts', profile: 'pupil', resource: '', count }]);
    await say(300);
    await Promise.all([say(290), say(290)]);
    expect((await all()).filter(({ month }) => month === '2026-03').map(({ count }) => count)).toEqual([290]);
  });

  it('a month is kept three years after it, and let go of then', async () => {
    await addUsage(db, [happened({ month: '2023-11' }), happened({ month: '2023-10' })]);
    expect(await purgeUsage(db, startOfDay('2026-11-30'))).toBe(1);
    const months = new Set((await all()).map(({ month }) => month));
    expect([months.has('2023-11'), months.has('2023-10')]).toEqual([true, false]);
  });

  it('a sign-in counts at each school of the person, as what they are there, on the clock of the school', async () => {
    const usage = openUsage(db, { everyMs: 60_000 });
    const enter = async (who: CastName, at: number) =>
      usage.note({ event: 'session.opened', at, actor: await personOf(db, who), client: 'cahier' });
    await enter('paul', NOW);
    await enter('paul', NOW);
    await enter('helene', NOW);
    await enter('theo', NOW);
    await enter('denise', NOW);
    await enter('paula', NOW);
    // the last minute of November in Paris is already December elsewhere
    await enter('lise', startOfDay('2026-12-01') - 1);
    usage.note({ event: 'session.ended', at: NOW, actor: await personOf(db, 'paul') });
    usage.note({ event: 'session.opened', at: NOW, actor: 'nobody we know' });
    await usage.close();
    const told = (await all())
      .filter(({ month }) => month === MONTH)
      .map(({ school, profile, count }) => [school, profile, count]);
    expect(told.sort()).toEqual(
      [
        [COLLEGE, 'guardian', 1],
        [COLLEGE, 'pupil', 2],
        [COLLEGE, 'staff', 1],
        [COLLEGE, 'teacher', 1],
        [LYCEE, 'guardian', 1],
        [LYCEE, 'teacher', 1],
        [ECOLE, 'guardian', 1],
        [ECOLE, 'teacher', 1],
      ].sort(),
    );
  });

  it('a resource opened counts at the school of its offer alone, and what is no offer counts nowhere', async () => {
    const { idAbonnement: id, idDistributeurCom: distributor } = good;
    await createSubscription(db, { id, distributor, fields: good, actor: 'machine', at: NOW });
    const [offer] = await ensureOffers(db, [{ subscription: id, school: COLLEGE, resource: ATLAS }]);
    const usage = openUsage(db, { everyMs: 60_000 });
    const actor = await personOf(db, 'theo');
    usage.note({ event: 'resource.opened', at: NOW, actor, details: { offer: offer?.id ?? '' } });
    usage.note({ event: 'resource.opened', at: NOW, actor, details: { offer: 'none' } });
    usage.note({ event: 'resource.opened', at: NOW, actor });
    await usage.close();
    const told = (await all()).filter(({ measure }) => measure === 'openings');
    expect(told).toEqual([
      { month: MONTH, school: COLLEGE, measure: 'openings', profile: 'teacher', resource: offer?.resource, count: 1 },
    ]);
  });

  it('active accounts are those that can sign in, by what their holder is', async () => {
    const at = startOfDay('2026-12-10');
    for (const who of ['paul', 'tom'] as const)
      await openAccount(db, {
        person: await personOf(db, who),
        identifier: who,
        password: 'ardoise-mappemonde',
        actor: 'operator',
        at,
      });
    await recordStanding(db, at);
    const told = (await all()).filter(
      ({ month, measure, count }) => month === '2026-12' && measure === 'accounts' && count > 0,
    );
    expect(told.map(({ school, profile, count }) => [school, profile, count])).toEqual([
      [COLLEGE, 'pupil', 1],
      [COLLEGE, 'teacher', 1],
    ]);
  });

  it('a resource reaches those with an account who hold a licence, or are of an audience it is open to', async () => {
    const at = startOfDay('2026-12-11');
    const { idAbonnement: subscription, idDistributeurCom: distributor, idRessource } = good;
    for (const who of ['paul', 'tom', 'ines'] as const) {
      const target = { kind: 'person', key: await personOf(db, who) } as const;
      await assignLicences(db, { subscription, school: COLLEGE, target, by: 'operator', at });
    }
    const wide = { ...good, typeAffectation: 'ETABL', nbLicenceGlobale: 'ILLIMITE', idRessource: ATLAS };
    const { nbLicenceEleve: _pupils, nbLicenceEnseignant: _teachers, ...all } = wide;
    const fields = { ...all, idAbonnement: 'WIDE', publicCible: ['DOCUMENTALISTE', 'ENSEIGNANT'] };
    await createSubscription(db, { id: 'WIDE', distributor, fields, actor: 'machine', at });
    await recordStanding(db, at);
    const told = (await reached()).map(({ profile, resource, count }) => [profile, resource, count]);
    expect(told.sort()).toEqual(
      [
        ['pupil', arkOf(idRessource), 1],
        ['teacher', arkOf(idRessource), 1],
        ['teacher', ATLAS, 1],
        ['pupil', '', 1],
        ['teacher', '', 1],
      ].sort(),
    );

    async function reached() {
      const lines = await usageOf(db, { schools: [COLLEGE], from: '2026-12', to: '2026-12' });
      return lines.filter(({ measure, count }) => measure === 'reach' && count > 0);
    }
  });

  it('no column and no line holds a person', async () => {
    const persons = new Set(((await db('person').select('id')) as { id: string }[]).map(({ id }) => id));
    const rows = (await db('usage_count')) as Record<string, unknown>[];
    const values = rows.flatMap((row) => Object.values(row).map(String));
    expect(rows.length).toBeGreaterThan(0);
    expect(values.filter((value) => persons.has(value))).toEqual([]);
  });

  it('what is told is merged by how many persons there are, and a resource of one teacher is never alone', async () => {
    const month = '2025-05';
    const stood = { month, school: LYCEE };
    await setUsage(db, stood, [
      { measure: 'accounts', profile: 'pupil', resource: '', count: 400 },
      { measure: 'accounts', profile: 'teacher', resource: '', count: 30 },
      { measure: 'accounts', profile: 'staff', resource: '', count: 4 },
      { measure: 'reach', profile: 'pupil', resource: '', count: 400 },
      { measure: 'reach', profile: 'teacher', resource: '', count: 1 },
      { measure: 'reach', profile: 'pupil', resource: ATLAS, count: 400 },
      { measure: 'reach', profile: 'teacher', resource: LEXIQUE, count: 1 },
    ]);
    await addUsage(db, [
      happened({ ...stood, profile: 'pupil', count: 900 }),
      happened({ ...stood, profile: 'teacher', count: 120 }),
      happened({ ...stood, profile: 'staff', count: 60 }),
      { ...happened({ ...stood, profile: 'pupil', resource: ATLAS, count: 500 }), measure: 'openings' },
      { ...happened({ ...stood, profile: 'teacher', resource: LEXIQUE, count: 40 }), measure: 'openings' },
    ]);
    const [told] = await statisticsOf(db, { schools: [LYCEE], from: month, to: month, at: Date.now() });
    expect(told?.accounts).toEqual([
      { names: ['pupil'], count: 400 },
      { names: ['guardian', 'staff', 'teacher'], count: 34 },
    ]);
    expect(told?.connections).toEqual([
      { names: ['pupil'], count: 900 },
      { names: ['guardian', 'staff', 'teacher'], count: 180 },
    ]);
    expect(told?.openings).toEqual([{ names: ['teacher', 'staff', 'pupil'], count: 540 }]);
    expect(told?.resources).toEqual([
      { by: ['teacher', 'staff', 'pupil'], cells: [{ names: [LEXIQUE, ATLAS], count: 540 }] },
    ]);
  });

  it('the command tells a school’s months in French, or as JSON, and nothing smaller', async () => {
    const told = async (...args: string[]): Promise<string> => {
      const lines: string[] = [];
      await statisticsCommand({ db, args, print: (line: string) => lines.push(line) } as unknown as CommandContext);
      return lines.join('\n');
    };
    const may = ['--from', '2025-05', '--to', '2025-05'];
    const text = await told(LYCEE, ...may);
    expect(text).toMatch(/^2025-05\n {2}Comptes actifs\n {4}élèves : 400\n/);
    expect(text).toContain('responsables légaux, autres personnels et enseignants : 180');
    expect(JSON.parse(await told(LYCEE, ...may, '--json'))).toEqual(
      await statisticsOf(db, { schools: [LYCEE], from: '2025-05', to: '2025-05', at: Date.now() }),
    );
    expect(await told(ECOLE, ...may)).toBe('Rien n’a encore été compté.');
    for (const wrong of [[], [LYCEE, ECOLE], [LYCEE, '--from', '2025-13'], [LYCEE, '--who']])
      await expect(told(...wrong)).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(told('0000000X')).rejects.toMatchObject({ code: 'unknown_school' });
  });

  it('two tables of one month give no librarian away by subtraction', async () => {
    const [month, school] = ['2025-04', LYCEE];
    const DICO = 'ark:/99999/dico';
    const CDI = 'ark:/99999/cdi';
    const line = (profile: UsageProfile, resource: string, count: number) => ({ profile, resource, count });
    const reach = [
      line('pupil', '', 400),
      line('teacher', '', 12),
      line('staff', '', 1),
      line('pupil', ATLAS, 400),
      line('pupil', DICO, 400),
      line('teacher', LEXIQUE, 12),
      line('staff', CDI, 1),
    ];
    await setUsage(
      db,
      { month, school },
      reach.map((one) => ({ ...one, measure: 'reach' })),
    );
    const opened = [
      line('pupil', ATLAS, 40),
      line('pupil', DICO, 20),
      line('teacher', LEXIQUE, 50),
      line('staff', CDI, 15),
    ];
    await addUsage(
      db,
      opened.map((one) => ({ ...one, month, school, measure: 'openings' })),
    );
    const [told] = await statisticsOf(db, { schools: [school], from: month, to: month, at: Date.now() });
    expect(told?.openings).toEqual([
      { names: ['pupil'], count: 60 },
      { names: ['staff', 'teacher'], count: 65 },
    ]);
    expect(told?.resources).toEqual([
      {
        by: ['pupil'],
        cells: [
          { names: [ATLAS], count: 40 },
          { names: [DICO], count: 20 },
        ],
      },
      { by: ['staff', 'teacher'], cells: [{ names: [CDI, LEXIQUE], count: 65 }] },
    ]);
  });

  it('a resource that was open to one alone is not told of that month, however many have it at its end', async () => {
    const [month, school] = ['2025-03', LYCEE];
    const stood = (count: number) =>
      setUsage(db, { month, school }, [
        { measure: 'reach', profile: 'pupil', resource: '', count: 400 },
        { measure: 'reach', profile: 'pupil', resource: ATLAS, count: 400 },
        { measure: 'reach', profile: 'teacher', resource: '', count },
        { measure: 'reach', profile: 'teacher', resource: LEXIQUE, count },
      ]);
    for (const count of [1, 0, 11]) await stood(count);
    await addUsage(db, [
      { month, school, measure: 'openings', profile: 'pupil', resource: ATLAS, count: 100 },
      { month, school, measure: 'openings', profile: 'teacher', resource: LEXIQUE, count: 12 },
    ]);
    const [told] = await statisticsOf(db, { schools: [school], from: month, to: month, at: Date.now() });
    expect(told?.openings).toEqual([{ names: ['teacher', 'staff', 'pupil'], count: 112 }]);
    expect(told?.resources).toEqual([
      { by: ['teacher', 'staff', 'pupil'], cells: [{ names: [LEXIQUE, ATLAS], count: 112 }] },
    ]);
  });

  it('what was opened is told once the month is over, not on its last day', async () => {
    const [month, school] = ['2025-02', LYCEE];
    const stood = { month, school, profile: 'pupil', count: 400 } as const;
    await setUsage(db, { month, school }, [
      { ...stood, measure: 'reach', resource: '' },
      { ...stood, measure: 'reach', resource: ATLAS },
    ]);
    await addUsage(db, [{ ...stood, measure: 'openings', resource: ATLAS, count: 100 }]);
    const on = async (day: string) => {
      const at = startOfDay(day) + 43_200_000;
      const [told] = await statisticsOf(db, { schools: [school], from: month, to: month, at });
      return { over: told?.over, resources: told?.resources.length, openings: told?.openings.length };
    };
    expect(await on('2025-02-28')).toEqual({ over: false, openings: 0, resources: 0 });
    expect(await on('2025-03-01')).toEqual({ over: true, openings: 1, resources: 1 });
  });

  it('a month without how it stood tells nothing: who is behind is not known', async () => {
    await addUsage(db, [happened({ month: '2025-06', count: 5000 })]);
    const [told] = await statisticsOf(db, { schools: [COLLEGE], from: '2025-06', to: '2025-06', at: Date.now() });
    expect(told).toMatchObject({ connections: [], accounts: [], openings: [], resources: [] });
  });
});

describe('cells whose numbers do not count persons', () => {
  it('nine persons behind are too few, ten are enough', () => {
    const counts = { a: 100, b: 50 };
    expect(mergeSmall(counts, { persons: { a: 10, b: 10 }, are: 'apart' })).toHaveLength(2);
    expect(mergeSmall(counts, { persons: { a: 10, b: 9 }, are: 'apart' })).toEqual([{ names: ['b', 'a'], count: 150 }]);
  });

  it('the same persons behind several are not added up', () => {
    const counts = { a: 20, b: 20, c: 20 };
    const persons = { a: 5, b: 5, c: 5 };
    expect(mergeSmall(counts, { persons, are: 'alike' })).toEqual([]);
    expect(mergeSmall(counts, { persons, are: 'apart' })).toEqual([{ names: ['a', 'b', 'c'], count: 60 }]);
  });
});
