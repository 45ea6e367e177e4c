// School life and the secretariat: nothing by function alone, what the head gives by name, for its dates.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareAbsence } from '../../src/acts/absences.ts';
import {
  closeClass,
  endSecretary,
  followClass,
  nameSecretary,
  openClass,
  unfollowClass,
} from '../../src/acts/school-life.ts';
import { followCommand, openClassCommand, secretaryCommand } from '../../src/acts/school-life-commands.ts';
import { toldTo } from '../../src/acts/told.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { endDirection, recordDirection } from '../../src/directory/teaching.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { ACADEMY, COLLEGE, cast, ECOLE, ecole, logbookOf, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { collegeAtWork, YEAR_END } from '../rights/school.ts';
import { DAY, openWorld, refused, together, type World } from './acts.ts';

const SIXTH = { kind: 'class', code: '6A' } as const;

describe.each(engines)('school life on $name', ({ open }) => {
  let world: World;
  let maths: string;
  let helene: string;
  let now = NOW;
  const later = () => {
    now += 60_000;
    return now;
  };
  const reads = (who: string, logbook: string, at: number) =>
    world.rule(who, 'read', { type: 'logbook', id: logbook }, at);
  const given = async (person: string, by = 'helene') => ({
    school: COLLEGE,
    person: await world.key(person),
    by: by === 'operator' ? by : await world.key(by),
    audience: SIXTH,
  });

  beforeAll(async () => {
    world = await openWorld(open);
    maths = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    helene = await world.key('helene');
    await changeFacts(world.db, {
      school: COLLEGE,
      at: NOW,
      source: 'local',
      actor: 'test',
      begin: [
        { relation: 'post', subject: await world.key('aed'), object: COLLEGE, properties: { function: 'assistant' } },
      ],
      end: await currentFacts(world.db, { school: COLLEGE, relations: ['post'], subject: await world.key('aed') }),
    });
  });
  afterAll(() => world.close());

  it('a CPE reads no logbook until the head opens a class, reads that class for its dates, and those who keep it are told', async () => {
    const at = later();
    expect(await reads('carla', maths, at)).toBe('no');
    const asked = await given('carla');
    await openClass(world.db, { ...asked, from: at + DAY, until: at + 5 * DAY, at });
    expect(await reads('carla', maths, at + DAY - 1)).toBe('no');
    expect(await reads('carla', maths, at + DAY)).toBe('school_life');
    expect(await reads('carla', maths, at + 5 * DAY - 1)).toBe('school_life');
    expect(await reads('carla', maths, at + 5 * DAY)).toBe('no');
    expect(await reads('carla', await logbookOf(world.db, COLLEGE, '5C', 'MATHS'), at + DAY)).toBe('no');
    expect(await world.rule('carla', 'write', { type: 'logbook', id: maths }, at + DAY)).toBe('no');
    for (const name of ['tom', 'coline', 'tania'])
      expect((await toldTo(world.db, await world.key(name)))[0]).toMatchObject({ what: 'class_opened', at });
    await closeClass(world.db, { ...asked, at: at + 2 * DAY });
    expect(await reads('carla', maths, at + 2 * DAY - 1)).toBe('school_life');
    expect(await reads('carla', maths, at + 2 * DAY)).toBe('no');
    expect((await toldTo(world.db, await world.key('tom')))[0]!.what).toBe('class_closed');
    await refused('nothing_to_end', closeClass(world.db, { ...asked, at: at + 3 * DAY }));
    now = at + 3 * DAY;
  });

  it('is opened by the head, to school life, within the year', async () => {
    const asked = { ...(await given('carla')), at: later() };
    for (const by of ['david', 'tom', 'carla', 'sylvie', 'henri', 'paula'])
      for (const act of [openClass, closeClass])
        await refused('not_allowed', act(world.db, { ...asked, by: await world.key(by) }));
    await expect(async () => openClass(world.db, { ...asked, by: 'operator' })).rejects.toMatchObject({
      code: 'not_allowed',
    });
    for (const name of ['sylvie', 'diane', 'olga', 'paula', 'lise', 'aed'])
      await refused('not_school_life', openClass(world.db, { ...asked, person: await world.key(name) }));
    await refused('dates_refused', openClass(world.db, { ...asked, until: YEAR_END + 1 }));
    await refused('dates_refused', openClass(world.db, { ...asked, until: asked.at }));
    await refused('unknown_class', openClass(world.db, { ...asked, audience: { kind: 'class', code: '3Z' } }));
    const once = await Promise.all([1, 2, 3].map(() => openClass(world.db, asked)));
    expect(once.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await currentFacts(world.db, { school: COLLEGE, relations: ['opened'], endingAfter: now })).toHaveLength(1);
    expect(await reads('carla', maths, YEAR_END - 1)).toBe('school_life');
    expect(await reads('carla', maths, YEAR_END)).toBe('no');
    const ends = await together([1, 2].map(() => closeClass(world.db, { ...asked, at: now + 1 })));
    expect(ends).toEqual({ done: 1, refused: ['nothing_to_end'] });
    now += 1;
  });

  it('whoever accompanies a pupil may be named for that pupil’s class', async () => {
    const asked = { ...(await given('aed')), at: later() };
    await refused('not_pupil', openClass(world.db, { ...asked, pupil: await world.key('zoe') }));
    await openClass(world.db, { ...asked, pupil: await world.key('ines') });
    expect(await reads('aed', maths, now)).toBe('school_life');
    await closeClass(world.db, { ...asked, at: later() });
    expect(await reads('aed', maths, now)).toBe('no');
  });

  it('who follows a class sees today’s lessons of it, until it is followed no more', async () => {
    const [tom, at] = [await world.key('tom'), later()];
    const slots = [{ audience: SIXTH, subject: 'MATHS', from: now + 3_600_000, to: now + 7_200_000 }];
    const { id } = await declareAbsence(world.db, {
      school: COLLEGE,
      person: tom,
      by: tom,
      at,
      from: at,
      to: at + 3 * 3_600_000,
      slots,
    });
    const today = (who: string) => world.rule(who, 'read_today', { type: 'absence', id }, now);
    const asked = { ...(await given('carla', 'david')), at };
    expect(await today('carla')).toBe('no');
    await followClass(world.db, asked);
    expect(await today('carla')).toBe('school_life');
    expect(await world.rule('carla', 'read', { type: 'absence', id }, now)).toBe('no');
    await unfollowClass(world.db, { ...asked, at: later() });
    expect(await today('carla')).toBe('no');
    await refused('nothing_to_end', unfollowClass(world.db, { ...asked, at: later() }));
    await refused('not_school_life', followClass(world.db, { ...asked, person: tom, at: later() }));
    await refused('not_allowed', followClass(world.db, { ...asked, by: asked.person, at: later() }));
    await refused('dates_refused', followClass(world.db, { ...asked, until: YEAR_END + 1, at: later() }));
    await followClass(world.db, { ...asked, person: await world.key('aed'), by: 'operator', at: later() });
    expect(await today('aed')).toBe('school_life');
  });

  it('what school life was given goes with the function, also for who stays at the school', async () => {
    const base = await openWorld(open);
    const [person, by] = [await base.key('carla'), await base.key('helene')];
    const asked = { school: COLLEGE, person, by, audience: SIXTH, at: NOW };
    await openClass(base.db, asked);
    await followClass(base.db, asked);
    const book = { type: 'logbook', id: await logbookOf(base.db, COLLEGE, '6A', 'MATHS') } as const;
    const change = async (at: number, name: string) =>
      changeFacts(base.db, {
        school: COLLEGE,
        at,
        source: 'local',
        actor: 'test',
        begin: [{ relation: 'post', subject: person, object: COLLEGE, properties: { function: name } }],
        end: await currentFacts(base.db, { school: COLLEGE, relations: ['post'], subject: person, endingAfter: at }),
      });
    await change(NOW + 1, 'school_life');
    expect(await base.rule('carla', 'read', book, NOW + 1)).toBe('school_life');
    await change(NOW + 2, 'administrative');
    expect(await base.rule('carla', 'read', book, NOW + 1)).toBe('school_life');
    expect(await base.rule('carla', 'read', book, NOW + 2)).toBe('no');
    const given = {
      school: COLLEGE,
      relations: ['inCharge', 'opened'],
      subject: person,
      endingAfter: NOW + 2,
    } as const;
    expect(await currentFacts(base.db, given)).toEqual([]);
    await change(NOW + 3, 'school_life');
    expect(await base.rule('carla', 'read', book, NOW + 3)).toBe('no');
    await base.close();
  });

  it('what accompanies a pupil goes when the pupil leaves the class, and comes back with no one', async () => {
    const base = await openWorld(open);
    const logbook = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    const [carla, ines, by] = await Promise.all(['carla', 'ines', 'helene'].map(base.key));
    const asked = { school: COLLEGE, person: carla!, by: by!, audience: SIXTH };
    await openClass(base.db, { ...asked, pupil: ines!, at: NOW });
    const reads = (at: number) => base.rule('carla', 'read', { type: 'logbook', id: logbook }, at);
    await applyDelivery(base.db, collegeAtWork(NOW + 1000));
    expect(await reads(NOW + 2000)).toBe('school_life');
    const whole = collegeAtWork(NOW + 3000);
    const stays = ({ relation, subject }: (typeof whole.facts)[number]) =>
      !(relation === 'enrolled' && 'person' in subject && subject.person === cast.ines.id);
    await applyDelivery(base.db, { ...whole, facts: whole.facts.filter(stays) });
    expect(await reads(NOW + 4000)).toBe('no');
    await applyDelivery(base.db, collegeAtWork(NOW + 5000));
    expect(await reads(NOW + 6000)).toBe('no');
    await base.close();
  });

  it('what a director signs by a decision outlives the next delivery, and goes with the decision', async () => {
    const [denise, marc] = await Promise.all(['denise', 'marc'].map(world.key));
    const act = { school: ECOLE, by: denise! };
    await recordDirection(world.db, { ...act, person: denise!, decision: 'DASEN 2026/7', at: later() });
    await nameSecretary(world.db, { ...act, person: marc!, delegation: '2026/3', at: later() });
    const { id } = await declareAbsence(world.db, {
      ...act,
      person: denise!,
      at: later(),
      from: now,
      to: now + DAY,
      slots: [],
    });
    const writes = () => world.rule('marc', 'write', { type: 'absence', id }, now);
    expect(await writes()).toBe('scribe');
    await applyDelivery(world.db, ecole(later()));
    expect(await writes()).toBe('scribe');
    await endDirection(world.db, { ...act, person: denise!, by: 'operator', at: later() });
    await applyDelivery(world.db, ecole(later()));
    expect(await writes()).toBe('no');
  });

  it('the secretariat is whom the head names, never a function; it writes absences by a delegation', async () => {
    const [olga, at] = [await world.key('olga'), later()];
    const { id } = await declareAbsence(world.db, {
      school: COLLEGE,
      person: olga,
      by: olga,
      at,
      from: at,
      to: at + DAY,
      slots: [],
    });
    const may = async (who: string) =>
      [
        await world.rule(who, 'read', { type: 'absence', id }, now),
        await world.rule(who, 'write', { type: 'absence', id }, now),
      ].join(', ');
    for (const name of ['sylvie', 'berthe']) expect(await may(name)).toBe('no, no');
    const asked = { school: COLLEGE, person: await world.key('sylvie'), by: helene };
    const named = { ...asked, at: later() };
    const once = await Promise.all([1, 2, 3].map(() => nameSecretary(world.db, named)));
    expect(once.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await may('sylvie')).toBe('secretariat, no');
    expect(await may('berthe')).toBe('no, no');
    await refused('decision_missing', nameSecretary(world.db, { ...asked, delegation: ' ', at: later() }));
    await nameSecretary(world.db, { ...asked, delegation: '2026/12', until: now + DAY, at: later() });
    expect(await may('sylvie')).toBe('secretariat, scribe');
    expect(await reads('sylvie', maths, now)).toBe('no');
    await endSecretary(world.db, { ...asked, at: later() });
    expect(await may('sylvie')).toBe('no, no');
    await nameSecretary(world.db, { ...asked, at: later() });
    expect(await may('sylvie')).toBe('secretariat, no');
    for (const by of ['david', 'sylvie', 'berthe', 'henri', 'tom'])
      await refused('not_allowed', nameSecretary(world.db, { ...asked, by: await world.key(by), at: later() }));
    await refused('not_staff', nameSecretary(world.db, { ...asked, person: await world.key('lise'), at: later() }));
    await refused('dates_refused', nameSecretary(world.db, { ...asked, until: YEAR_END + 1, at: later() }));
    await endSecretary(world.db, { ...asked, at: later() });
    await refused('nothing_to_end', endSecretary(world.db, { ...asked, at: later() }));
  });

  it('is done on the command line', async () => {
    const base = await openWorld(open, Date.now() - DAY);
    const run = async (command: typeof followCommand, ...args: string[]) => {
      const lines: string[] = [];
      await command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    const [carla, sylvie, head] = [cast.carla, cast.sylvie, cast.helene].map(
      ({ id }) => `${ACADEMY}:${id}`,
    ) as string[];
    const by = ['--by', head!];
    expect(await run(openClassCommand, COLLEGE, carla!, '6A', ...by)).toBe(
      'Carla Simon lit les cahiers de 6A. Enregistré.',
    );
    expect(await run(openClassCommand, COLLEGE, carla!, '6A', ...by)).toMatch(/Rien à changer/);
    expect(await run(openClassCommand, COLLEGE, carla!, '6A', ...by, '--end')).toMatch(/ne lit plus/);
    expect(await run(openClassCommand, COLLEGE, carla!, '6LAT', '--group', ...by)).toMatch(/Enregistré/);
    expect(await run(followCommand, COLLEGE, carla!, '6A')).toMatch(/suit 6A. Enregistré/);
    expect(await run(followCommand, COLLEGE, carla!, '6A', '--end')).toMatch(/ne suit plus/);
    expect(await run(secretaryCommand, COLLEGE, sylvie!, ...by, '--absences', '2026/12')).toMatch(
      /tient le secrétariat/,
    );
    expect(await run(secretaryCommand, COLLEGE, sylvie!, ...by, '--end')).toMatch(/ne tient plus/);
    for (const [command, ...args] of [
      [openClassCommand, COLLEGE, carla],
      [followCommand, COLLEGE, carla, '6A', '--until', 'x'],
      [secretaryCommand, COLLEGE, sylvie, '--absences'],
    ] as const)
      await refused('bad_argument', run(command, ...(args as string[])));
    await base.close();
  });
});
