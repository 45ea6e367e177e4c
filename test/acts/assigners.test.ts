// Assigners: named by the head, and nothing before they accept; at their own school; until either ends it (C32).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assignerCommand } from '../../src/acts/assigner-command.ts';
import {
  answerNaming,
  assignersAt,
  endNaming,
  mayName,
  nameAssigner,
  namingsOf,
  purgeDesignations,
  WAITS_FOR,
  whoMayBeNamed,
} from '../../src/acts/assigners.ts';
import { giveLicences, takeLicencesBack } from '../../src/acts/licences.ts';
import type { CommandContext } from '../../src/command.ts';
import { offersOf } from '../../src/directory/offers.ts';
import { recordDirection } from '../../src/directory/teaching.ts';
import { seatsOf, settleDue } from '../../src/resources/licences.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { COLLEGE, college, ECOLE, LYCEE, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { YEAR_END } from '../rights/school.ts';
import { DAY, deliver, openWorld, refused, together, type World } from './acts.ts';

describe.each(engines)('assigners on $name', ({ open }) => {
  let world: World;
  let at = NOW;
  let number = 0;
  beforeAll(async () => {
    world = await openWorld(open);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    at += 3_600_000;
    for (const table of ['assigner', 'mail']) await world.db(table).delete();
    await world.db('fact').where({ relation: 'assigns' }).delete();
  });

  const school = (uai = COLLEGE) => ({ type: 'school', id: uai }) as const;
  const may = (who: string, uai = COLLEGE, when = at) => world.rule(who, 'assign', school(uai), when);
  const name = async (who: string, by = 'helene', more: { school?: string; until?: number } = {}) =>
    nameAssigner(world.db, { school: COLLEGE, person: await world.key(who), by: await world.key(by), at, ...more });
  const answer = async (who: string, designation: string, accepts = true) =>
    answerNaming(world.db, { designation, accepts, by: await world.key(who), at });
  const end = async (who: string, designation: string) =>
    endNaming(world.db, { designation, by: await world.key(who), at });
  const standing = async (who: string) =>
    (await namingsOf(world.db, await world.key(who), at)).map((one) => one.standing);
  const mails = async (who: string) =>
    (
      (await world
        .db('mail')
        .where({ person: await world.key(who) })
        .orderBy('queued_at')
        .select('template')) as { template: string }[]
    ).map(({ template }) => template);
  const offer = async (schools: readonly string[] = [COLLEGE]) => {
    number += 1;
    const id = `ABO-${number}`;
    const fields = { ...good, uaiEtab: schools, idAbonnement: id };
    await createSubscription(world.db, { id, fields, distributor: good.idDistributeurCom, actor: 'maison', at });
    return offersOf(world.db, { subscription: id });
  };
  const paul = async () => ({ kind: 'person', key: await world.key('paul') }) as const;

  it('whoever is named is told, and gives nothing before they accept', async () => {
    const { id } = await name('diane');
    expect(await may('diane')).toBe('no');
    expect(await standing('diane')).toEqual(['waiting']);
    expect(await mails('diane')).toEqual(['assignerNamed']);
    at += DAY;
    await answer('diane', id);
    expect(await may('diane')).toBe('assigner');
    expect(await may('diane', LYCEE)).toBe('no');
    expect(await may('diane', COLLEGE, at - 1)).toBe('no');
    expect(await may('diane', COLLEGE, YEAR_END - 1)).toBe('assigner');
    expect(await may('diane', COLLEGE, YEAR_END)).toBe('no');
  });

  it('whoever refuses gives nothing, and may be named again', async () => {
    const { id } = await name('diane');
    await answer('diane', id, false);
    expect([await may('diane'), await standing('diane')]).toEqual(['no', ['refused']]);
    await refused('assigner_closed', answer('diane', id));
    at += 1;
    await name('diane');
    expect(await standing('diane')).toEqual(['waiting', 'refused']);
  });

  it('the head gives licences without being named, and names nobody twice', async () => {
    expect(await may('helene')).toBe('head');
    await refused('assigner_unfit', name('helene'));
    const { id } = await name('diane');
    await refused('assigner_exists', name('diane'));
    await answer('diane', id);
    await refused('assigner_exists', name('diane'));
  });

  const fit: readonly (readonly [row: string, who: string, code: string])[] = [
    ['r1 a teacher', 'tom', ''],
    ['r6 the librarian', 'diane', ''],
    ['r7 the CPE', 'carla', ''],
    ['r8 an AED', 'aed', 'assigner_unfit'],
    ['r9 the secretariat', 'sylvie', ''],
    ['r9b the bursar', 'berthe', ''],
    ['r11 the deputy', 'david', ''],
    ['r13 an inspector', 'ivan', 'assigner_unfit'],
    ['r15 a pupil', 'paul', 'assigner_unfit'],
    ['r19 a parent', 'paula', 'assigner_unfit'],
    ['r24 an agent of the collectivity', 'agent', 'assigner_unfit'],
    ['a teacher of another school', 'lise', 'assigner_unfit'],
  ];
  it.each(fit)('%s may be named, or not', async (_, who, code) => {
    expect(await may(who)).toBe('no');
    if (code) await refused(code, name(who));
    else await answer(who, (await name(who)).id);
    expect(await may(who)).toBe(code ? 'no' : 'assigner');
    expect((await whoMayBeNamed(world.db, COLLEGE, at)).includes(await world.key(who))).toBe(code === '');
  });

  it.each(['tom', 'david', 'sylvie', 'henri', 'paula', 'denise'])('%s names nobody at the collège', async (by) => {
    await refused('not_allowed', name('diane', by));
    expect(await mayName(world.db, { school: COLLEGE, by: await world.key(by), at })).toBe(false);
    expect(await mails('diane')).toEqual([]);
  });

  it('the director of an école names where a decision is on record, and not by the function', async () => {
    await refused('not_allowed', name('marc', 'denise', { school: ECOLE }));
    expect(await may('denise', ECOLE)).toBe('no');
    const person = await world.key('denise');
    await recordDirection(world.db, { school: ECOLE, person, decision: 'DASEN 7', by: 'operator', at });
    expect(await may('denise', ECOLE)).toBe('direction');
    await answer('marc', (await name('marc', 'denise', { school: ECOLE })).id);
    expect(await may('marc', ECOLE)).toBe('assigner');
  });

  it('nobody answers for somebody else, nor twice, nor what there is not', async () => {
    const { id } = await name('diane');
    await refused('assigner_closed', answer('tom', id));
    await refused('assigner_closed', answer('helene', id));
    await refused('assigner_closed', answer('diane', 'nothing'));
    const clicks = await together(Array.from({ length: 20 }, () => answer('diane', id)));
    expect(clicks).toEqual({ done: 20, refused: [] });
    expect(await world.db('fact').where({ relation: 'assigns' })).toHaveLength(1);
    await refused('assigner_closed', answer('diane', id, false));
  });

  it('two who name the same person at once name once', async () => {
    expect(await together([name('diane'), name('diane')])).toEqual({ done: 1, refused: ['assigner_exists'] });
    expect(await standing('diane')).toEqual(['waiting']);
  });

  it('an answer comes within thirty days, or not at all', async () => {
    const { id } = await name('diane');
    const named = at;
    at = named + WAITS_FOR - 1;
    expect(await standing('diane')).toEqual(['waiting']);
    at = named + WAITS_FOR;
    expect(await standing('diane')).toEqual(['expired']);
    await refused('assigner_closed', answer('diane', id));
    await name('diane');
    expect((await standing('diane'))[0]).toBe('waiting');
    at = named;
  });

  it('what is revoked is over at the next call, and what was given stays', async () => {
    const [one] = await offer();
    const { id } = await name('diane');
    await answer('diane', id);
    const by = await world.key('diane');
    const given = await giveLicences(world.db, { offer: one!.id, target: await paul(), by, at });
    at += 1_000;
    await end('helene', id);
    expect([await may('diane'), await standing('diane'), await mails('diane')]).toEqual([
      'no',
      ['over'],
      ['assignerNamed', 'assignerEnded'],
    ]);
    await refused('not_allowed', giveLicences(world.db, { offer: one!.id, target: await paul(), by, at }));
    await refused('not_allowed', takeLicencesBack(world.db, { assignment: given.id, by, at }));
    expect((await seatsOf(world.db, { subscription: String(one!.subscription) })).get('pupil')).toMatchObject({
      taken: 1,
    });
  });

  it('the person gives it up without a word; others end nothing', async () => {
    const { id } = await name('diane');
    await refused('assigner_closed', end('diane', id)); // what waits is refused, not given up
    await answer('diane', id);
    for (const who of ['tom', 'david', 'henri', 'paula']) await refused('assigner_closed', end(who, id));
    await end('diane', id);
    expect([await may('diane'), await mails('diane')]).toEqual(['no', ['assignerNamed']]);
    await refused('assigner_closed', end('diane', id));
    await refused('assigner_closed', end('helene', id));
  });

  it('what waits is withdrawn, and accepted no more', async () => {
    const { id } = await name('diane');
    await end('helene', id);
    await refused('assigner_closed', answer('diane', id));
    expect(await may('diane')).toBe('no');
  });

  it('it lasts until the day that is said, within the school year', async () => {
    await refused('dates_refused', name('diane', 'helene', { until: at }));
    await refused('dates_refused', name('diane', 'helene', { until: YEAR_END + 1 }));
    const { id } = await name('diane', 'helene', { until: at + 5 * DAY });
    await answer('diane', id);
    expect(await may('diane', COLLEGE, at + 5 * DAY - 1)).toBe('assigner');
    expect(await may('diane', COLLEGE, at + 5 * DAY)).toBe('no');
  });

  it('whoever leaves the school gives its licences no more, and makes room to be named again', async () => {
    const { id } = await name('diane');
    await answer('diane', id);
    at += DAY;
    const all = college(at);
    const without = all.facts.filter(({ subject }) => !('person' in subject && subject.person === '1009'));
    await deliver(world.db, { ...all, facts: without }, {});
    expect([await may('diane'), await standing('diane')]).toEqual(['no', ['over']]);
    at += DAY;
    await deliver(world.db, college(at), {});
    expect(await may('diane')).toBe('no');
    await name('diane');
    expect(await standing('diane')).toEqual(['waiting', 'over']);
  });

  it('whoever keeps another post, to which giving is not open, gives no more (r8)', async () => {
    await answer('diane', (await name('diane')).id);
    at += DAY;
    const all = college(at);
    const facts = all.facts.map((fact) =>
      'person' in fact.subject && fact.subject.person === '1009' && fact.relation === 'post'
        ? { ...fact, properties: { function: 'assistant' } }
        : fact,
    );
    await deliver(world.db, { ...all, facts }, {});
    expect([await may('diane'), await standing('diane')]).toEqual(['no', ['over']]);
    at += DAY;
    await deliver(world.db, college(at), {});
  });

  it('an assigner of one school does nothing at another, nor learns what is there', async () => {
    const [here] = await offer();
    const [there] = await offer([LYCEE]);
    await answer('diane', (await name('diane')).id);
    const by = await world.key('diane');
    const target = { kind: 'person', key: await world.key('noe') } as const;
    await refused('not_allowed', giveLicences(world.db, { offer: there!.id, target, by, at }));
    await refused('not_allowed', giveLicences(world.db, { offer: 'nothing', target, by, at }));
    const given = await giveLicences(world.db, { offer: there!.id, target, by: await world.key('henri'), at });
    await refused('not_allowed', takeLicencesBack(world.db, { assignment: given.id, by, at }));
    // nor a pupil of another school at theirs
    await refused('licence_target_refused', giveLicences(world.db, { offer: here!.id, target, by, at }));
  });

  it('what was revoked while a gift was on its way gives nothing', async () => {
    const [one] = await offer();
    const { id } = await name('diane');
    await answer('diane', id);
    const by = await world.key('diane');
    at += 1_000;
    const gift = giveLicences(world.db, { offer: one!.id, target: await paul(), by, at });
    const [ended, given] = await Promise.allSettled([end('helene', id), gift]);
    expect(ended.status).toBe('fulfilled');
    const taken = (await seatsOf(world.db, { subscription: String(one!.subscription) })).get('pupil')!.taken;
    expect(taken).toBe(given.status === 'fulfilled' ? 1 : 0);
    await settleDue(world.db, at);
  });

  it('on the command line, a designation is written down, and still waits for an answer', async () => {
    const lines: string[] = [];
    const run = (...args: string[]) =>
      assignerCommand({ db: world.db, args, print: (line: string) => lines.push(line) } as unknown as CommandContext);
    await run(COLLEGE, '090:1009', '--by', '090:1001', '--until', '2027-06-30');
    expect(lines.join('\n')).toContain('Diane Faure est désigné');
    const [named] = await assignersAt(world.db, COLLEGE, Date.now());
    expect(named).toMatchObject({ namedBy: await world.key('helene'), state: 'waiting' });
    await run(COLLEGE, '090:1009', '--end');
    expect(lines.at(-1)).toContain('n’affecte plus');
    await refused('nothing_to_end', run(COLLEGE, '090:1009', '--end'));
    for (const wrong of [[], [COLLEGE], [COLLEGE, '090:1009', '--end', '--until', '2027-06-30']])
      await refused('bad_argument', run(...wrong));
  });

  it('what is over for a year is forgotten', async () => {
    const { endsAt } = await name('diane');
    await purgeDesignations(world.db, endsAt + 365 * DAY - 1);
    expect(await standing('diane')).toHaveLength(1);
    await purgeDesignations(world.db, endsAt + 365 * DAY);
    expect(await standing('diane')).toHaveLength(0);
  });
});
