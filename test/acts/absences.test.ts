// Absences of staff: those of the table read them, each what is theirs to see; pupils, families and everybody else never do.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absenceCommand, inquiryCommand } from '../../src/acts/absence-commands.ts';
import { absencesSeenBy, uncoveredToday } from '../../src/acts/absence-views.ts';
import {
  correctAbsence,
  coverSlot,
  declareAbsence,
  endAbsence,
  moveSlot,
  type SlotNamed,
} from '../../src/acts/absences.ts';
import { approveInquiry, askInquiry, endInquiry, refuseInquiry } from '../../src/acts/inquiries.ts';
import { endTerritory, recordTerritory } from '../../src/acts/territories.ts';
import { toldTo } from '../../src/acts/told.ts';
import { listLessons } from '../../src/directory/absences.ts';
import { dayOf, startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts, type NewFact } from '../../src/facts/facts.ts';
import { policy } from '../../src/rights/policy.ts';
import { list, type RuleName, who } from '../../src/rights/rights.ts';
import { ACADEMY, COLLEGE, cast, ECOLE, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { extras, YEAR_END } from '../rights/school.ts';
import { DAY, eventsOf, openWorld, refused, together, type World } from './acts.ts';

const HOUR = 3_600_000;
/** Monday and Tuesday after the cast's present. */
const MONDAY = startOfDay('2026-11-16');
const TUESDAY = MONDAY + DAY;
const BOTH = { from: MONDAY, to: MONDAY + 2 * DAY };

const slot = (code: string, subject: string, from: number, kind: 'class' | 'group' = 'class'): SlotNamed => ({
  audience: { kind, code },
  subject,
  from,
  to: from + HOUR,
});
const SLOTS = [
  slot('6A', 'MATHS', MONDAY + 8 * HOUR),
  slot('6A', 'MATHS', TUESDAY + 9 * HOUR),
  slot('6LAT', 'MATHS', TUESDAY + 10 * HOUR, 'group'),
];

describe('the rules of absences', () => {
  it('no path passes through a pupil, a family or a class that one is taught in', () => {
    const steps = Object.values(policy.absence).flatMap(({ allow }) =>
      allow.flatMap(({ paths }) => paths.flatMap((path) => path.map(({ relation }) => relation))),
    );
    for (const relation of ['enrolled', 'attends', 'guards', 'admitted', 'teaches'] as const)
      expect(steps).not.toContain(relation);
  });
});

describe.each(engines)('absences on $name', ({ open }) => {
  let world: World;
  let absence: string;
  let now = NOW;
  const later = () => {
    now += 60_000;
    return now;
  };
  const may = (who: string, action: 'read' | 'read_today' | 'write', at: number, id = absence) =>
    world.rule(who, action, { type: 'absence', id }, at);
  const facts = (...begin: NewFact[]) =>
    changeFacts(world.db, { school: COLLEGE, at: later(), source: 'local', actor: 'test', begin });
  const audience = async (code: string) => (await world.db('audience').where({ code }).first('id')).id as string;
  const declared = async (person = 'tom', by = person, more: Partial<Parameters<typeof declareAbsence>[1]> = {}) =>
    declareAbsence(world.db, {
      school: COLLEGE,
      person: await world.key(person),
      by: by === 'operator' ? by : await world.key(by),
      at: later(),
      ...BOTH,
      slots: [],
      ...more,
    });
  const lessons = async (name: string, at: number) => {
    const reached = await list(world.db, {
      person: await world.key(name),
      action: 'read',
      type: 'lesson',
      when: { at },
    });
    const told = await listLessons(
      world.db,
      reached.map(({ id }) => id),
    );
    return told.map(({ subject, startsAt, status }) => `${subject} ${(startsAt - MONDAY) / HOUR} ${status}`);
  };

  beforeAll(async () => {
    world = await openWorld(open);
    const sylvie = await world.key('sylvie');
    await facts(
      { relation: 'secretary', subject: sylvie, object: COLLEGE },
      { relation: 'inCharge', subject: await world.key('carla'), object: await audience('6A') },
      { relation: 'inCharge', subject: await world.key('aed'), object: await audience('5C') },
    );
    absence = (await declared('tom', 'tom', { slots: SLOTS })).id;
  });
  afterAll(() => world.close());

  /** Row of rights.md, who, what they may on the first day. */
  const table: readonly [row: string, who: string, read: string, today: string, write: string][] = [
    ['r1 the absent person', 'tom', 'self', 'no', 'self'],
    ['r2 who keeps the logbook with him', 'coline', 'no', 'no', 'no'],
    ['r3 of the team', 'tania', 'no', 'no', 'no'],
    ['r5', 'olga', 'no', 'no', 'no'],
    ['r6', 'diane', 'no', 'no', 'no'],
    ['r7 the CPE of the class', 'carla', 'no', 'school_life', 'no'],
    ['r8 of another class', 'aed', 'no', 'no', 'no'],
    ['r9', 'sylvie', 'secretariat', 'no', 'no'],
    ['r9b', 'berthe', 'no', 'no', 'no'],
    ['r10', 'helene', 'head', 'no', 'head'],
    ['r11', 'david', 'deputy', 'no', 'deputy'],
    ['r10 of another school', 'henri', 'no', 'no', 'no'],
    ['r12 of another school', 'denise', 'no', 'no', 'no'],
    ['r13', 'ivan', 'no', 'no', 'no'],
    ['r15', 'paul', 'no', 'no', 'no'],
    ['r17', 'noe', 'no', 'no', 'no'],
    ['r18', 'fleur', 'no', 'no', 'no'],
    ['r19', 'paula', 'no', 'no', 'no'],
    ['r21', 'gina', 'no', 'no', 'no'],
    ['r24', 'agent', 'no', 'no', 'no'],
    ['r23, r25 to r28', 'a stranger', 'no', 'no', 'no'],
    ['r27', '', 'no', 'no', 'no'],
  ];

  it.each(table)('%s: %s reads by %s, today by %s, writes by %s', async (_, name, read, today, write) => {
    const at = MONDAY + 7 * HOUR;
    expect([await may(name, 'read', at), await may(name, 'read_today', at), await may(name, 'write', at)]).toEqual([
      read,
      today,
      write,
    ]);
  });

  it('school life learns of a lesson on its day, not the day before nor the day after, and nothing else', async () => {
    const person = await world.key('carla');
    const today = (at: number) => uncoveredToday(world.db, { person, at });
    expect(await today(MONDAY - 1)).toEqual([]);
    expect(await may('carla', 'read_today', MONDAY - 1)).toBe('no');
    const [first, ...rest] = await today(MONDAY);
    expect(rest).toEqual([]);
    expect(first).toEqual({
      school: COLLEGE,
      audience: await audience('6A'),
      subject: 'MATHS',
      startsAt: MONDAY + 8 * HOUR,
      endsAt: MONDAY + 9 * HOUR,
    });
    expect((await today(TUESDAY)).map(({ startsAt }) => startsAt)).toEqual([TUESDAY + 9 * HOUR]);
    expect(await today(TUESDAY + DAY)).toEqual([]);
    expect(await may('carla', 'read_today', TUESDAY + DAY)).toBe('no');
    expect(await uncoveredToday(world.db, { person: await world.key('aed'), at: MONDAY })).toEqual([]);
  });

  it('whoever takes a lesson over sees that lesson and whose it is, until its day is over; the absent one sees by whom', async () => {
    const at = later();
    const [person, tom] = [await world.key('tania'), await world.key('tom')];
    const whole = (await absencesSeenBy(world.db, { person: tom, at }))[0]!;
    const [monday] = whole.slots;
    const act = { absence, lesson: monday!.lesson.id, by: await world.key('david') };
    await coverSlot(world.db, { ...act, substitute: person, at });
    expect(await may('tania', 'read', at)).toBe('replacement');
    expect(await may('tania', 'write', at)).toBe('no');
    expect(await may('tania', 'read', MONDAY + DAY - 1)).toBe('replacement');
    expect(await may('tania', 'read', MONDAY + DAY)).toBe('no');
    const [seen] = await absencesSeenBy(world.db, { person, at });
    expect(Object.keys(seen!).sort()).toEqual(['id', 'person', 'school', 'slots']);
    expect(seen!.slots.map(({ lesson }) => lesson.id)).toEqual([monday!.lesson.id]);
    expect((await absencesSeenBy(world.db, { person: tom, at }))[0]!.slots[0]!.coveredBy).toBe(person);
    expect(await uncoveredToday(world.db, { person: await world.key('carla'), at: MONDAY })).toEqual([]);
    await refused('slot_covered', coverSlot(world.db, { ...act, substitute: await world.key('olga'), at: later() }));
    await coverSlot(world.db, { ...act, substitute: null, at: later() });
    expect(await may('tania', 'read', now)).toBe('no');
    expect(await uncoveredToday(world.db, { person: await world.key('carla'), at: MONDAY })).toHaveLength(1);
  });

  it('families and pupils see what becomes of their own class’s lessons, and whose absence it is nowhere', async () => {
    const at = later();
    expect(await lessons('paula', at)).toEqual(['MATHS 8 not_held', 'MATHS 33 not_held', 'MATHS 34 not_held']);
    expect(await lessons('ines', at)).toEqual(['MATHS 8 not_held', 'MATHS 33 not_held']);
    expect(await lessons('lucas', at)).toEqual(['MATHS 34 not_held']);
    for (const name of ['zoe', 'noe', 'gina', 'fleur', 'fanny', 'agent', 'olga', 'henri', 'berthe'])
      expect(await lessons(name, at)).toEqual([]);
    const slots = (await absencesSeenBy(world.db, { person: await world.key('helene'), at }))[0]!.slots;
    const [first, second] = slots.map(({ lesson }) => ({ absence, lesson: lesson.id }));
    const by = await world.key('helene');
    await coverSlot(world.db, { ...first!, by, substitute: await world.key('coline'), at: later() });
    const to = { from: TUESDAY + DAY + 8 * HOUR, to: TUESDAY + DAY + 9 * HOUR };
    await moveSlot(world.db, { ...second!, by, to, at: later() });
    expect(await lessons('paul', now)).toEqual(['MATHS 8 covered', 'MATHS 33 moved', 'MATHS 34 not_held']);
    // no history: a lesson is told of to the end of its day, one that is moved to the end of the day it is moved to
    expect(await lessons('paul', MONDAY + DAY)).toEqual(['MATHS 33 moved', 'MATHS 34 not_held']);
    expect(await lessons('paul', TUESDAY + DAY)).toEqual(['MATHS 33 moved']);
    expect(await lessons('paul', TUESDAY + 2 * DAY)).toEqual([]);
    const told = await listLessons(world.db, [first!.lesson, second!.lesson]);
    const people = await Promise.all(['tom', 'coline'].map(world.key));
    for (const secret of [absence, ...people]) expect(JSON.stringify(told)).not.toContain(secret);
  });

  it('a correction is added, and what was said before stays; ended, the lessons to come are held', async () => {
    const by = await world.key('tom');
    const before = Number((await world.db('absence_word').where({ absence }).count({ count: '*' }).first())?.count);
    const shorter = await correctAbsence(world.db, { absence, by, at: later(), to: TUESDAY + 9.5 * HOUR });
    expect(shorter.slots).toHaveLength(1);
    expect(shorter.slots[0]!.coveredBy).toBe(await world.key('coline'));
    expect(await lessons('paul', now)).toEqual(['MATHS 8 covered', 'MATHS 33 held', 'MATHS 34 held']);
    const longer = await correctAbsence(world.db, { absence, by, at: later(), to: BOTH.to, slots: SLOTS });
    expect(longer.slots.map(({ coveredBy }) => coveredBy !== null)).toEqual([true, false, false]);
    const words = await world.db('absence_word').where({ absence });
    expect(words).toHaveLength(before + 2);
    await endAbsence(world.db, { absence, by, at: MONDAY + 12 * HOUR });
    expect(await lessons('paul', MONDAY + 12 * HOUR)).toEqual(['MATHS 8 covered', 'MATHS 33 held', 'MATHS 34 held']);
    expect(await uncoveredToday(world.db, { person: await world.key('carla'), at: TUESDAY })).toEqual([]);
    await refused('absence_over', endAbsence(world.db, { absence, by, at: MONDAY + 13 * HOUR }));
    // it is kept to the end of the school year, for those who may read it
    expect(await may('helene', 'read', YEAR_END - 1)).toBe('head');
    expect(await may('helene', 'read', YEAR_END)).toBe('no');
    expect(await may('tom', 'read', YEAR_END)).toBe('no');
  });

  it('there is nowhere to write a reason', async () => {
    for (const table of ['absence', 'absence_word', 'absence_slot', 'lesson'])
      for (const column of Object.keys(await world.db(table).columnInfo()))
        expect(column).not.toMatch(/reason|motive|motif|cause|why|note|comment|kind|type|details/);
  });

  it('is declared by oneself, by those who direct, by the secretariat with a delegation that names it; by nobody else', async () => {
    for (const by of ['tania', 'carla', 'sylvie', 'berthe', 'henri', 'denise', 'paula', 'paul', 'operator', 'ivan'])
      await refused('not_allowed', declared('olga', by));
    const sylvie = await world.key('sylvie');
    for (const act of ['visa', 'absences']) {
      const until = { validTo: now + 30 * DAY };
      await facts({ relation: 'delegated', subject: sylvie, object: COLLEGE, properties: { act }, ...until });
      if (act === 'visa') await refused('not_allowed', declared('olga', 'sylvie'));
    }
    const { id } = await declared('olga', 'sylvie');
    expect(await may('sylvie', 'write', now, id)).toBe('scribe');
    expect(await may('sylvie', 'write', NOW + 40 * DAY, id)).toBe('no');
    // an absence that is not theirs to write is not there for them
    for (const by of ['tania', 'berthe', 'paula', 'operator'])
      await refused(
        'unknown_absence',
        correctAbsence(world.db, { absence: id, by: await world.key(by), at: later(), ...BOTH }),
      );
    await refused('unknown_absence', endAbsence(world.db, { absence: 'none', by: sylvie, at: later() }));
    await endAbsence(world.db, { absence: id, by: sylvie, at: later() });
    for (const by of ['david', 'helene']) {
      const one = await declared('hana', by);
      await endAbsence(world.db, { absence: one.id, by: await world.key(by), at: later() });
    }
  });

  it('is of somebody who works there, in the year, on lessons that they give', async () => {
    await refused('not_staff', declared('lise', 'helene'));
    await refused('not_staff', declared('paul', 'paul'));
    await refused('dates_refused', declared('olga', 'olga', { to: MONDAY }));
    await refused('dates_refused', declared('olga', 'olga', { to: YEAR_END + 1 }));
    await refused('dates_refused', declared('olga', 'olga', { from: startOfDay('2026-08-14') }));
    await refused('dates_refused', declared('olga', 'olga', { from: Number.NaN }));
    for (const wrong of [
      slot('6A', 'MATHS', MONDAY + 8 * HOUR),
      slot('5C', 'FRANC', MONDAY + 8 * HOUR),
      slot('5C', 'MATHS', MONDAY - HOUR),
      slot('5C', 'MATHS', MONDAY + 2 * DAY - HOUR / 2),
      { ...slot('5C', 'MATHS', MONDAY + 8 * HOUR), to: MONDAY + 8 * HOUR },
      { ...slot('5C', 'MATHS', MONDAY + 8 * HOUR), to: TUESDAY + 9 * HOUR },
    ])
      await refused('slot_refused', declared('olga', 'olga', { slots: [wrong] }));
    await refused('unknown_class', declared('olga', 'olga', { slots: [slot('3Z', 'MATHS', MONDAY + 8 * HOUR)] }));
    await refused('unknown_school', declared('olga', 'olga', { school: '9999999Z' }));
    await refused('not_allowed', declared('denise', 'helene', { school: ECOLE }));
  });

  it('two at once are one: declared, covered, ended', async () => {
    const at = later();
    const slots = [slot('5C', 'MATHS', MONDAY + 8 * HOUR)];
    const [olga, by] = [await world.key('olga'), await world.key('helene')];
    const once = { school: COLLEGE, person: olga, by: olga, at, ...BOTH, slots };
    const tries = await together([1, 2, 3].map(() => declareAbsence(world.db, once)));
    expect(tries).toEqual({ done: 1, refused: ['absence_exists', 'absence_exists'] });
    const seen = (await absencesSeenBy(world.db, { person: olga, at })).at(-1);
    const act = { absence: seen!.id, lesson: seen!.slots[0]!.lesson.id, by, at: later() };
    const substitutes = await Promise.all(['tania', 'coline', 'theo'].map(world.key));
    const covers = await together(substitutes.map((substitute) => coverSlot(world.db, { ...act, substitute })));
    expect(covers).toEqual({ done: 1, refused: ['slot_covered', 'slot_covered'] });
    expect(
      await who(world.db, { action: 'read', resource: { type: 'absence', id: seen!.id }, when: { at: now } }),
    ).toHaveLength(5);
    await refused('not_allowed', coverSlot(world.db, { ...act, by: olga, substitute: null }));
    await refused('replaces_self', coverSlot(world.db, { ...act, substitute: olga }));
    await coverSlot(world.db, { ...act, substitute: null });
    for (const name of ['paul', 'noe', 'paula', 'ali'])
      await refused('not_staff', coverSlot(world.db, { ...act, substitute: await world.key(name) }));
    await coverSlot(world.db, { ...act, substitute: substitutes[0]! });
    await refused('unknown_absence', coverSlot(world.db, { ...act, by: substitutes[0]!, substitute: null }));
    await refused('slot_refused', coverSlot(world.db, { ...act, lesson: 'none', substitute: null }));
    await refused('slot_covered', moveSlot(world.db, { ...act, to: { from: TUESDAY, to: TUESDAY + HOUR } }));
    await refused('dates_refused', coverSlot(world.db, { ...act, at: MONDAY + 9 * HOUR, substitute: null }));
    await coverSlot(world.db, { ...act, substitute: null, at: later() });
    await refused('dates_refused', moveSlot(world.db, { ...act, to: { from: NOW - DAY, to: NOW } }));
    await refused('unknown_person', coverSlot(world.db, { ...act, substitute: 'nobody', at: later() }));
    const ends = await together([1, 2].map(() => endAbsence(world.db, { absence: seen!.id, by: olga, at: now })));
    expect(ends).toEqual({ done: 1, refused: ['absence_over'] });
    expect(await eventsOf(world.db, 'absence.covered')).toBeGreaterThan(3);
  });

  it('the hierarchy reads one absence, named, approved by the school, until its end; the absent person is told', async () => {
    const [ivan, tom, helene] = await Promise.all(['ivan', 'tom', 'helene'].map(world.key));
    const ask = (more: Partial<Parameters<typeof askInquiry>[1]> = {}) =>
      askInquiry(world.db, {
        school: COLLEGE,
        by: ivan!,
        person: tom!,
        day: '2026-11-16',
        motive: 'Accident de service',
        at: later(),
        mostDays: 30,
        ...more,
      });
    await refused('out_of_territory', ask());
    const territory = { person: ivan!, schools: [COLLEGE], specialty: 'MATHS', by: 'operator' };
    await recordTerritory(world.db, { ...territory, at: later() });
    await refused('motive_missing', ask({ motive: ' ' }));
    await refused('dates_refused', ask({ day: '2026-02-30' }));
    await refused('dates_refused', ask({ until: now + 31 * DAY }));
    await refused('unknown_person', ask({ person: 'nobody' }));
    const until = now + 5 * DAY;
    const twice = await together([1, 2].map(() => ask({ until })));
    expect(twice).toEqual({ done: 1, refused: ['inspection_exists'] });
    const { id } = await world.db('inquiry').where({ state: 'asked' }).first('id');
    const act = { id, at: later() };
    expect(await may('ivan', 'read', now)).toBe('no');
    await refused('inspection_own', approveInquiry(world.db, { ...act, by: ivan! }));
    for (const name of ['david', 'tom', 'sylvie', 'henri', 'operator'])
      await refused('not_allowed', approveInquiry(world.db, { ...act, by: await world.key(name) }));
    const approvals = [1, 2].map(() => approveInquiry(world.db, { ...act, by: helene! }));
    expect(await together(approvals)).toEqual({ done: 1, refused: ['inspection_decided'] });
    expect(await may('ivan', 'read', act.at - 1)).toBe('no');
    expect(await may('ivan', 'read', act.at)).toBe('inquiry');
    expect(await may('ivan', 'write', act.at)).toBe('no');
    const end = (await absencesSeenBy(world.db, { person: ivan!, at: act.at })).map((one) => one.id);
    expect(end).toEqual([absence]);
    expect((await toldTo(world.db, tom!))[0]).toMatchObject({ what: 'inquiry_approved', about: id });
    await endInquiry(world.db, { id, by: ivan!, at: later() });
    expect(await may('ivan', 'read', now)).toBe('no');
    await refused('inspection_over', endInquiry(world.db, { id, by: ivan!, at: later() }));
    // that there was none is said to who approves, and to nobody else
    const none = await ask({ day: '2026-12-16' });
    await refused('unknown_absence', approveInquiry(world.db, { id: none.id, by: helene!, at: later() }));
    await refused('reason_missing', refuseInquiry(world.db, { id: none.id, by: helene!, at: later(), reason: '' }));
    await refuseInquiry(world.db, { id: none.id, by: helene!, at: later(), reason: 'Sans objet' });
    await refused('inspection_decided', approveInquiry(world.db, { id: none.id, by: helene!, at: later() }));
    const short = await ask({ until: now + DAY });
    await approveInquiry(world.db, { id: short.id, by: helene!, at: later() });
    expect(await may('ivan', 'read', short.endsAt - 1)).toBe('inquiry');
    expect(await may('ivan', 'read', short.endsAt)).toBe('no');
    await refused('unknown_inquiry', endInquiry(world.db, { id: 'none', by: ivan!, at: later() }));
  });

  it('an inquiry outlives no territory, and opens no absence that never was', async () => {
    const [ivan, hana, helene] = await Promise.all(['ivan', 'hana', 'helene'].map(world.key));
    const territory = { person: ivan!, schools: [COLLEGE], by: 'operator' };
    await recordTerritory(world.db, { ...territory, specialty: '', at: later() });
    const declare = (from: number, to: number) =>
      declareAbsence(world.db, { school: COLLEGE, person: hana!, by: hana!, at: later(), from, to, slots: [] });
    const never = await declare(now + 10 * DAY, now + 11 * DAY);
    await endAbsence(world.db, { absence: never.id, by: hana!, at: later() });
    const real = await declare(now + 2 * HOUR, now + 3 * HOUR);
    const ask = (motive: string) =>
      askInquiry(world.db, {
        school: COLLEGE,
        by: ivan!,
        person: hana!,
        day: dayOf(now),
        motive,
        at: later(),
        mostDays: 30,
      });
    const approved = await ask('Accident');
    await approveInquiry(world.db, { id: approved.id, by: helene!, at: later() });
    const seen = async () =>
      (await absencesSeenBy(world.db, { person: ivan!, at: now }))
        .filter(({ person }) => person === hana)
        .map(({ id }) => id);
    expect(await seen()).toEqual([real.id]);
    const second = await ask('Encore');
    await endTerritory(world.db, { ...territory, at: later() });
    expect(await seen()).toEqual([]);
    expect((await toldTo(world.db, hana!))[0]).toMatchObject({ what: 'inquiry_ended', about: approved.id });
    await refused('inspection_decided', approveInquiry(world.db, { id: second.id, by: helene!, at: later() }));
    await recordTerritory(world.db, { ...territory, specialty: '', until: now + HOUR, at: later() });
    expect(await seen()).toEqual([]);
    const end = now - 60_000 + HOUR;
    await approveInquiry(world.db, { id: (await ask('Enfin')).id, by: helene!, at: later() });
    const may = (at: number) => world.rule('ivan', 'read', { type: 'absence', id: real.id }, at);
    expect([await may(end - 1), await may(end)]).toEqual(['inquiry', 'no']);
    await endTerritory(world.db, { ...territory, at: later() });
  });

  it('whatever is declared, nobody outside the table ever reads an absence, on any day', async () => {
    const staff = ['tom', 'tania', 'theo', 'olga', 'coline', 'hana'] as const;
    const outside = [
      'paul',
      'ines',
      'lucas',
      'zoe',
      'dual',
      'noe',
      'lea',
      'fleur',
      'paula',
      'pierre',
      'ali',
      'gina',
      'fanny',
    ];
    const others = ['agent', 'berthe', 'diane', 'henri', 'denise', 'lise', 'a module', 'operator', ''];
    const inTable: readonly RuleName[] = ['self', 'replacement', 'secretariat', 'head', 'deputy', 'inquiry'];
    const step = fc.record({
      who: fc.constantFrom(...staff),
      day: fc.integer({ min: 20, max: 200 }),
      length: fc.integer({ min: 1, max: 3 }),
      cover: fc.option(fc.constantFrom(...staff)),
      asked: fc.integer({ min: 0, max: 250 }),
    });
    const helene = await world.key('helene');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        for (const { who: name, day, length, cover, asked } of steps) {
          const teaching = await world
            .db('fact')
            .where({ relation: 'teaches', subject: await world.key(name) })
            .first();
          const { kind, code } = await world.db('audience').where({ id: teaching.object }).first();
          const { subject } = JSON.parse(teaching.properties);
          const from = startOfDay('2026-11-12') + day * DAY;
          const hours = slot(code, subject, from + 12 * HOUR, kind);
          const said = declared(name, 'helene', { from, to: from + length * DAY, slots: [hours] });
          const made = await said.catch((error) => {
            if (error.code !== 'absence_exists') throw error;
          });
          const [lesson] = made?.slots ?? [];
          if (made && lesson && cover && cover !== name)
            await coverSlot(world.db, {
              absence: made.id,
              lesson: lesson.lesson.id,
              by: helene,
              substitute: await world.key(cover),
              at: later(),
            });
          const when = { at: NOW + asked * DAY };
          for (const one of [...outside, ...others]) {
            const person = await world.key(one);
            for (const action of ['read', 'read_today', 'write'] as const)
              expect(await list(world.db, { person, action, type: 'absence', when })).toEqual([]);
          }
          if (made)
            for (const { reasons } of await who(world.db, {
              action: 'read',
              resource: { type: 'absence', id: made.id },
              when,
            }))
              expect(inTable).toContain(reasons[0]!.rule);
        }
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  it('is done on the command line', async () => {
    const base = await openWorld(open, Date.now() - DAY);
    const run = async (command: typeof absenceCommand, ...args: string[]) => {
      const lines: string[] = [];
      const config = { inspectionDays: 30 } as never;
      await command({ config, db: base.db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    const tomorrow = new Date(Date.now() + 2 * DAY).toISOString().slice(0, 10);
    const after = new Date(Date.now() + 3 * DAY).toISOString().slice(0, 10);
    const [tom, tania, helene] = [cast.tom, cast.tania, cast.helene].map(({ id }) => `${ACADEMY}:${id}`) as string[];
    const dates = ['--from', tomorrow, '--until', after];
    const said = await run(
      absenceCommand,
      'declare',
      COLLEGE,
      tom!,
      ...dates,
      '--by',
      tom!,
      '--slot',
      `class/6A/MATHS/${tomorrow}/08:00-09:00`,
    );
    expect(said).toMatch(/Tom Garnier du .*\n {2}1\. 6e A MATHS, .* : non assuré/);
    const [, id = ''] = /Absence (\w+)/.exec(said) ?? [];
    expect(await run(absenceCommand, 'cover', id, '1', tania!, '--by', helene!)).toMatch(/assuré par Tania Lopez/);
    expect(await run(absenceCommand, 'list', COLLEGE, '--for', tania!)).toMatch(/Absence \w+ : Tom Garnier\n {2}1\./);
    expect(await run(absenceCommand, 'cover', id, '1', '-', '--by', helene!)).toMatch(/non assuré/);
    expect(await run(absenceCommand, 'list', COLLEGE, '--for', tania!)).toBe(`0 absence(s) à ${COLLEGE}.`);
    expect(await run(absenceCommand, 'move', id, '1', `${after}/10:00-11:00`, '--by', helene!)).toMatch(/déplacé au/);
    expect(await run(absenceCommand, 'correct', id, '--until', tomorrow, '--by', tom!)).toMatch(/Tom Garnier/);
    expect(await run(absenceCommand, 'today', COLLEGE, '--for', `${ACADEMY}:${cast.carla.id}`)).toMatch(/^0 cours/);
    const ivan = `${ACADEMY}:${extras.ivan}`;
    await refused('out_of_territory', run(inquiryCommand, 'ask', COLLEGE, ivan, tom!, tomorrow, '--motive', 'x'));
    const territory = { person: await base.key('ivan'), schools: [COLLEGE], specialty: '', by: 'operator' };
    await recordTerritory(base.db, { ...territory, at: Date.now() });
    const asked = await run(inquiryCommand, 'ask', COLLEGE, ivan, tom!, tomorrow, '--motive', 'Accident');
    const [, inquiry = ''] = /Demande (\w+)/.exec(asked) ?? [];
    expect(await run(inquiryCommand, 'approve', inquiry, '--by', helene!)).toMatch(/approuvée/);
    expect(await run(absenceCommand, 'list', COLLEGE, '--for', ivan)).toMatch(/1 absence/);
    expect(await run(inquiryCommand, 'end', inquiry, '--by', ivan)).toMatch(/terminée/);
    expect(await run(absenceCommand, 'end', id, '--by', tom!)).toMatch(/Absence/);
    for (const [command, ...args] of [
      [absenceCommand],
      [absenceCommand, 'burn'],
      [absenceCommand, 'declare', COLLEGE, tom],
      [absenceCommand, 'declare', COLLEGE, tom, ...dates, '--slot', '6A at eight'],
      [absenceCommand, 'declare', COLLEGE, tom, ...dates, '--reason', 'x'],
      [absenceCommand, 'list', COLLEGE],
      [inquiryCommand, 'ask', COLLEGE, ivan],
    ] as const)
      await refused('bad_argument', run(command, ...(args as string[])));
    await base.close();
  });
});
