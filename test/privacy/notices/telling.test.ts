// Letters by class, numbers that say nothing of anybody, and nobody forgotten whatever happens.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyDelivery } from '../../../src/directory/directory.ts';
import { dayOf } from '../../../src/facts/calendar.ts';
import { changeFacts } from '../../../src/facts/facts.ts';
import { addModule } from '../../../src/oidc/modules.ts';
import { handOut, lettersWaiting, printLetters } from '../../../src/privacy/notices/letters.ts';
import { type Due, isWaiting, rowsOfYear } from '../../../src/privacy/notices/queue.ts';
import { heldAt } from '../../../src/privacy/notices/reasons.ts';
import { missingOf, openingOf, recordBoardDay, recordOpening } from '../../../src/privacy/notices/school.ts';
import { shareOf, shareTold } from '../../../src/privacy/notices/share.ts';
import { noticeInForce } from '../../../src/privacy/notices/texts.ts';
import { refusalOf } from '../../accounts/people.ts';
import { type CastName, COLLEGE, college, deliverCast, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { sheet } from '../../portal/portal.ts';
import { mailOf, mailsTo, on, openSchool, round, rowsFor, settle, YEAR } from './notices.ts';

describe.each(engines)('telling, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeEach(async () => {
    opened = await open();
    await deliverCast(opened.db, on('2026-09-01', 0));
  });
  afterEach(() => opened.close());

  const by = 'operator';
  const groups = async (at: number) =>
    (await lettersWaiting(opened.db, { school: COLLEGE, at })).map(({ id, label, letters }) => ({
      group: label || id,
      names: letters.map(({ name }) => name),
    }));
  const groupId = async (label: string, at: number) =>
    (await lettersWaiting(opened.db, { school: COLLEGE, at })).find((one) => one.label === label || one.id === label)
      ?.id ?? '';

  it('letters go by class, families with their child, each in the words of their age', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'pierre', 'pierre@famille.example');
    await db('person')
      .where({ id: await personOf(db, 'paul') })
      .update({ birth_date: '2015-10-01' });
    await round(db, on('2026-09-05'));
    expect(await groups(on('2026-09-05'))).toEqual([
      { group: '5e C', names: ['Zoé Perrin'] },
      { group: '6e A', names: ['Ali Amrani', 'Inès Amrani', 'Paul Bernard', 'Paula Bernard'] },
      { group: '6e B', names: ['Lucas Meyer'] },
      expect.objectContaining({ group: 'staff' }),
    ]);
    const sixth = (await lettersWaiting(db, { school: COLLEGE, at: on('2026-09-05') })).find(
      ({ label }) => label === '6e A',
    );
    const levels = Object.fromEntries(sixth!.letters.map(({ name, level }) => [name, level]));
    expect(levels).toEqual({
      'Ali Amrani': 'adult',
      'Inès Amrani': 'teen',
      'Paul Bernard': 'child',
      'Paula Bernard': 'adult',
    });
  });

  it('only what was printed is handed out, once, with the text that was printed', async () => {
    const { db } = opened;
    await openSchool(db);
    await round(db, on('2026-09-05'));
    const group = await groupId('6e A', on('2026-09-05'));
    const asked = { school: COLLEGE, group, by, at: on('2026-09-06') };
    expect((await refusalOf(handOut(db, asked))).code).toBe('letters_not_printed');
    const printed = await printLetters(db, asked);
    expect(printed?.group.letters).toHaveLength(5);
    // somebody joins the class after the printing
    const later = college(on('2026-09-07', 0));
    const persons = [
      ...later.persons,
      { ...later.persons[0]!, externalId: '9002', givenName: 'Nour', familyName: 'Neuve' },
    ];
    const joins = later.facts
      .filter(({ subject }) => 'person' in subject && subject.person === '2002')
      .map((fact) => ({ ...fact, subject: { person: '9002' } }));
    await applyDelivery(db, { ...later, persons, facts: [...later.facts, ...joins] });
    await round(db, on('2026-09-08'));
    const many = await Promise.allSettled(
      Array.from({ length: 30 }, () => handOut(db, { ...asked, at: on('2026-09-09') })),
    );
    const told = many.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(5);
    const [row] = await rowsFor(db, 'ali');
    const { version } = (await noticeInForce(db, { school: COLLEGE, at: on('2026-09-06') }))!;
    expect(row).toMatchObject({ toldAs: 'letter', toldAt: on('2026-09-09'), version });
    expect((await groups(on('2026-09-09'))).find(({ group: name }) => name === '6e A')).toEqual({
      group: '6e A',
      names: ['Nour Neuve'],
    });
  });

  it('a printed letter is told as well when the text changed before it was handed out', async () => {
    const { db } = opened;
    await openSchool(db);
    await round(db, on('2026-09-05'));
    const group = await groupId('6e A', on('2026-09-05'));
    await printLetters(db, { school: COLLEGE, group, by, at: on('2026-09-06') });
    await addModule(db, sheet('http://localhost:9'), { actor: 'system', at: on('2026-09-07') });
    await round(db, on('2026-09-07'));
    const before = await rowsFor(db, 'ali');
    expect(before.map(({ occasion }) => occasion)).toEqual(['arrival', 'arrival']);
    // one letter for both, with the new text
    await printLetters(db, { school: COLLEGE, group, by, at: on('2026-09-08') });
    await handOut(db, { school: COLLEGE, group, by, at: on('2026-09-08') });
    const { content } = (await noticeInForce(db, { school: COLLEGE, at: on('2026-09-08') }))!;
    expect((await rowsFor(db, 'ali')).map((row) => [row.toldAs, row.content])).toEqual([
      ['letter', content],
      ['letter', content],
    ]);
    expect((await round(db, on('2026-09-09'))).drawn).toBe(0);
  });

  it('nothing is sent to whom a decision keeps away from a child, nor carried by the class', async () => {
    const { db } = opened;
    await openSchool(db);
    await mailOf(db, 'ali', 'ali@famille.example');
    const [ali, ines] = [await personOf(db, 'ali'), await personOf(db, 'ines')];
    // recorded by another school: it closes everywhere
    const barred = {
      relation: 'barred',
      subject: ali,
      object: ines,
      properties: { decision: 'x', school: 'y' },
    } as const;
    await changeFacts(db, { school: '0900002B', at: on('2026-09-02'), source: 'local', actor: by, begin: [barred] });
    await round(db, on('2026-09-05'));
    expect(await mailsTo(db, ali)).toEqual([]);
    const found = await groups(on('2026-09-05'));
    expect(found.find(({ group }) => group === 'apart')).toEqual({ group: 'apart', names: ['Ali Amrani'] });
    expect(found.find(({ group }) => group === '6e A')?.names).not.toContain('Ali Amrani');
    // still late when nobody told him: the head decides how
    expect((await rowsFor(db, 'ali'))[0]).toMatchObject({ dueDay: '2026-10-01', toldAt: null });
  });

  it('numbers merge what is under ten, and words stand where few are left', async () => {
    const { db } = opened;
    await openSchool(db);
    await round(db, on('2026-09-05'));
    const share = () => shareTold(db, { school: COLLEGE, at: on('2026-10-01') });
    const people = (await heldAt(db, COLLEGE, on('2026-09-05'))).length;
    const first = await share();
    expect(first.all).toEqual({ people, told: 'none' });
    // four pupils and three guardians are too few to stand alone
    for (const { people: count } of first.lines) expect(count).toBeGreaterThanOrEqual(10);
    expect(first).toMatchObject({ late: 'none', nextDay: '2026-10-01' });
    expect(await shareTold(db, { school: COLLEGE, at: on('2026-10-02') })).toMatchObject({
      late: people,
      nextDay: undefined,
    });
    const sixth = await groupId('6e A', on('2026-09-05'));
    await printLetters(db, { school: COLLEGE, group: sixth, by, at: on('2026-09-06') });
    await handOut(db, { school: COLLEGE, group: sixth, by, at: on('2026-09-06') });
    expect((await share()).all?.told).toBe('few');
    for (const { group } of await groups(on('2026-09-06'))) {
      const id = await groupId(group, on('2026-09-06'));
      await printLetters(db, { school: COLLEGE, group: id, by, at: on('2026-09-06') });
      await handOut(db, { school: COLLEGE, group: id, by, at: on('2026-09-06') });
    }
    expect(await share()).toMatchObject({ all: { told: 'all' }, late: 'none', nextDay: undefined });
  });

  it('what an opening asks is kept as it was recorded, and what is no day is refused', async () => {
    const { db } = opened;
    const act = { school: COLLEGE, by, at: on('2026-09-02') };
    expect(missingOf(await openingOf(db, COLLEGE))).toEqual(['convention', 'conventionDay', 'informedDay', 'officer']);
    const opening = { convention: ' Convention 14 ', conventionDay: '2026-06-30', informedDay: '', officer: '' };
    await Promise.all([1, 2, 3].map(() => recordOpening(db, { ...act, opening })));
    expect(await db('school_opening')).toHaveLength(1);
    expect(await openingOf(db, COLLEGE)).toMatchObject({ convention: 'Convention 14', officer: '' });
    expect(
      (await refusalOf(recordOpening(db, { ...act, opening: { ...opening, informedDay: '2026-02-30' } }))).code,
    ).toBe('dates_refused');
  });

  it('the board’s day is one of the school year: neither the day before it begins nor the day after it ends', async () => {
    const { db } = opened;
    const record = (day: string) => recordBoardDay(db, { school: COLLEGE, by, at: on('2026-09-02'), day });
    expect((await refusalOf(record('2026-08-14'))).code).toBe('dates_refused');
    await record('2026-08-15');
    await record('2027-08-14');
    expect((await refusalOf(record('2027-08-15'))).code).toBe('dates_refused');
    expect((await refusalOf(record('demain'))).code).toBe('dates_refused');
  });

  it('whatever happens, everybody with a reason was told what the notice says, or has a last day', async () => {
    const { db } = opened;
    await openSchool(db);
    const names: CastName[] = ['tom', 'tania', 'olga', 'paul', 'ali', 'paula', 'zoe'];
    const ids = new Map(await Promise.all(names.map(async (name) => [name, await personOf(db, name)] as const)));
    const full = college(0);
    const externalIds: Record<string, string> = {
      tom: '1004',
      tania: '1005',
      olga: '1007',
      paul: '2001',
      ali: '3003',
      paula: '3001',
      zoe: '2004',
    };
    let now = on('2026-09-02');
    let modules = 0;
    const acts = {
      wait: async (days: number) => {
        now += days * 86_400_000;
      },
      deliver: async (_days: number, without: readonly CastName[]) => {
        const gone = new Set(without.map((name) => externalIds[name]));
        const stays = (end: object) => !('person' in end && gone.has(String(end.person)));
        const facts = full.facts.filter(({ subject, object }) => stays(subject) && stays(object));
        await applyDelivery(db, { ...full, at: now, facts });
      },
      address: async (_days: number, some: readonly CastName[]) => {
        for (const name of some) await mailOf(db, name, `${name}@example.org`);
      },
      send: async (days: number) => {
        for (const id of ids.values())
          for (const mail of await mailsTo(db, id))
            await settle(db, mail.id, days % 3 === 0 ? 'given_up' : 'sent', now);
      },
      hand: async () => {
        for (const { id: group } of await lettersWaiting(db, { school: COLLEGE, at: now })) {
          await printLetters(db, { school: COLLEGE, group, by, at: now });
          await handOut(db, { school: COLLEGE, group, by, at: now });
        }
      },
      module: async () => {
        modules += 1;
        if (modules < 4)
          await addModule(db, { ...sheet('http://localhost:9'), id: `m${modules}x` }, { actor: 'system', at: now });
      },
    };
    const step = fc.record({
      act: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
      days: fc.integer({ min: 1, max: 40 }),
      some: fc.subarray(names),
    });
    for (const { act, days, some } of fc.sample(step, { numRuns: 40, seed: 17 })) {
      await acts[act](days, some);
      if (dayOf(now) > '2027-08-01') break;
      await round(db, now);
      const rows = await rowsOfYear(db, COLLEGE, YEAR);
      const { content } = (await noticeInForce(db, { school: COLLEGE, at: now }))!;
      for (const { person } of await heldAt(db, COLLEGE, now)) {
        const theirs = rows.get(person) ?? [];
        const told = theirs.some((row) => row.toldAt !== null && row.content === content);
        const due = theirs.filter((row) => isWaiting(row) && (row.content === null || row.content === content));
        expect(told || due.length > 0, `${act} ${dayOf(now)}: ${JSON.stringify(theirs)}`).toBe(true);
        for (const row of due) expect(row.dueDay).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
      const present = new Set((await heldAt(db, COLLEGE, now)).map(({ person }) => person));
      for (const theirs of rows.values())
        for (const row of theirs)
          if (!present.has(row.person) && row.mail === null)
            expect(isWaiting(row), `gone: ${JSON.stringify(row)}`).toBe(false);
    }
  });
});

describe('a share', () => {
  const person = (category: Due['category'], told: boolean): Due[] => [
    { category, toldAt: told ? 1 : null, endedAt: null } as Due,
  ];
  const many = (count: number, category: Due['category'], told: number): Due[][] =>
    Array.from({ length: count }, (_one, index) => person(category, index < told));

  it.each([
    ['nobody', 0, 'none'],
    ['one', 1, 'few'],
    ['nine', 9, 'few'],
    ['ten', 10, { percent: 10 }],
    ['all but ten', 90, { percent: 90 }],
    ['all but nine', 91, 'almost_all'],
    ['all but one', 99, 'almost_all'],
    ['everybody', 100, 'all'],
  ] as const)('of %s in a hundred', (_name, told, portion) => {
    expect(shareOf(many(100, 'pupil', told)).all).toEqual({ people: 100, told: portion });
  });

  it('of nine people is told to nobody', () => {
    expect(shareOf(many(9, 'pupil', 4))).toEqual({ lines: [], all: undefined });
  });

  it('never gives a cell under ten, whatever the school', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), fc.nat(60), (pupils, guardians, staff, told) => {
        const people = [
          ...many(pupils, 'pupil', told),
          ...many(guardians, 'guardian', told),
          ...many(staff, 'staff', told),
        ];
        const { lines, all } = shareOf(people);
        for (const { people: count } of lines) expect(count).toBeGreaterThanOrEqual(10);
        // what is left out cannot be had by taking the lines from the whole
        const rest = (all?.people ?? 0) - lines.reduce((sum, line) => sum + line.people, 0);
        expect(rest === 0 || lines.length === 0).toBe(true);
      }),
    );
  });
});
