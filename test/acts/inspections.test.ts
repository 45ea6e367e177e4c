// Inspections: nothing without a live request, approved by somebody else who is competent, on what it names, for its days.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datesWithinDays } from '../../src/acts/dates.ts';
import { authorityCommand, inspectionCommand, inspectorCommand } from '../../src/acts/inspection-commands.ts';
import {
  approveInspection,
  askInspection,
  endInspection,
  listInspections,
  refuseInspection,
} from '../../src/acts/inspections.ts';
import { endAuthority, endTerritory, recordAuthority, recordTerritory } from '../../src/acts/territories.ts';
import { toldTo } from '../../src/acts/told.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { list } from '../../src/rights/rights.ts';
import { ACADEMY, COLLEGE, cast, college, ECOLE, LYCEE, logbookOf, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { YEAR_END } from '../rights/school.ts';
import { DAY, openWorld, refused, together, type World } from './acts.ts';

const MOST = { mostDays: 30 };
const MOTIVE = 'Rendez-vous de carrière';

describe.each(engines)('inspections on $name', ({ open }) => {
  let world: World;
  let maths: string;
  let latinMaths: string;
  let french: string;
  let ivan: string;
  let helene: string;
  let now = NOW;
  const later = () => {
    now += 60_000;
    return now;
  };
  const reads = (who: string, logbook: string, at: number) =>
    world.rule(who, 'read', { type: 'logbook', id: logbook }, at);
  const readsOf = async (at: number) =>
    (await list(world.db, { person: ivan, action: 'read', type: 'logbook', when: { at } })).map(({ id }) => id).sort();
  const ask = (asked: Partial<Parameters<typeof askInspection>[1]> = {}) =>
    askInspection(world.db, {
      school: COLLEGE,
      by: ivan,
      at: later(),
      teachers: [],
      audiences: [],
      motive: MOTIVE,
      ...MOST,
      ...asked,
    });
  const approve = (id: string, by = helene) => approveInspection(world.db, { id, by, at: later(), ...MOST });
  const news = async (who: string, about: string) =>
    (await toldTo(world.db, await world.key(who))).filter((one) => one.about === about).map(({ what }) => what);

  beforeAll(async () => {
    world = await openWorld(open);
    maths = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    latinMaths = await logbookOf(world.db, COLLEGE, '6LAT', 'MATHS');
    french = await logbookOf(world.db, COLLEGE, '6A', 'FRANC');
    [ivan, helene] = [await world.key('ivan'), await world.key('helene')];
    const territory = { person: ivan, schools: [COLLEGE, LYCEE], specialty: 'MATHS', by: 'operator' };
    await recordTerritory(world.db, { ...territory, at: NOW });
  });
  afterAll(() => world.close());

  it('a request opens nothing; approved, it opens what it names and nothing else; it ends alone', async () => {
    const tom = await world.key('tom');
    const { id, endsAt } = await ask({ teachers: [tom], from: NOW + DAY, until: NOW + 10 * DAY });
    expect(endsAt).toBe(NOW + 10 * DAY);
    expect(await reads('ivan', maths, NOW + 2 * DAY)).toBe('no');
    expect(await news('tom', id)).toEqual(['inspection_asked']);
    expect(await news('tania', id)).toEqual([]);
    await approve(id);
    expect(await reads('ivan', maths, NOW + DAY - 1)).toBe('no');
    expect(await reads('ivan', maths, NOW + DAY)).toBe('inspector');
    expect(await reads('ivan', maths, NOW + 10 * DAY - 1)).toBe('inspector');
    expect(await reads('ivan', maths, NOW + 10 * DAY)).toBe('no');
    expect(await readsOf(NOW + 2 * DAY)).toEqual([maths, latinMaths].sort());
    for (const action of ['write', 'visa', 'grant', 'validate', 'see_readers'] as const)
      expect(await world.rule('ivan', action, { type: 'logbook', id: maths }, NOW + 2 * DAY)).toBe('no');
    // whoever keeps a logbook with the one who is named is concerned too
    expect(await news('tom', id)).toEqual(['inspection_approved', 'inspection_asked']);
    expect(await news('coline', id)).toEqual(['inspection_approved', 'inspection_asked']);
    await endInspection(world.db, { id, by: ivan, at: later() });
    expect(await readsOf(NOW + 2 * DAY)).toEqual([]);
  });

  it('a class named opens the logbooks of that class in the specialty; all of them to an inspector of all subjects', async () => {
    const { id } = await ask({ audiences: [{ kind: 'class', code: '6A' }] });
    expect(await news('tania', id)).toEqual([]);
    await approve(id);
    expect(await readsOf(now)).toEqual([maths]);
    await endInspection(world.db, { id, by: ivan, at: later() });
    const act = { person: ivan, schools: [COLLEGE], by: 'operator' };
    await recordTerritory(world.db, { ...act, specialty: '', at: later() });
    const second = await ask({ audiences: [{ kind: 'class', code: '6A' }] });
    expect(await news('tania', second.id)).toEqual(['inspection_asked']);
    await approve(second.id);
    expect(await readsOf(now)).toEqual([maths, french].sort());
    await endInspection(world.db, { id: second.id, by: ivan, at: later() });
    await endTerritory(world.db, { ...act, at: later() });
    await recordTerritory(world.db, { ...act, specialty: 'MATHS', at: later() });
  });

  it('is for thirty days at most, and never beyond the school year', async () => {
    const named = { teachers: [await world.key('tom')] };
    expect((await ask(named)).endsAt).toBe(now + 30 * DAY);
    const at = later();
    await refused('dates_refused', ask({ ...named, at, until: at + 30 * DAY + 1 }));
    await refused('dates_refused', ask({ ...named, at, from: at + DAY, until: at + DAY }));
    await refused('dates_refused', ask({ ...named, at, until: at - DAY }));
    await refused('dates_refused', ask({ ...named, at, until: at + 8 * DAY, mostDays: 7 }));
    const june = YEAR_END - 10 * DAY;
    await refused('dates_refused', ask({ ...named, at: june, until: YEAR_END + 1 }));
    const [waiting] = await listInspections(world.db, { school: COLLEGE, state: 'asked' });
    await endInspection(world.db, { id: waiting!.id, by: ivan, at: later() });
  });

  it('thirty days are days of the calendar, whatever the clocks do', async () => {
    const limit = { at: startOfDay('2026-10-01'), most: 30 };
    for (const [first, last, after] of [
      ['2026-10-10', '2026-11-09', '2026-11-10'],
      ['2027-03-10', '2027-04-09', '2027-04-10'],
    ] as const) {
      const from = startOfDay(first);
      const until = startOfDay(last);
      expect(await datesWithinDays(world.db, COLLEGE, { from, until }, limit)).toEqual({
        validFrom: from,
        validTo: until,
      });
      expect(await datesWithinDays(world.db, COLLEGE, { from }, limit)).toEqual({ validFrom: from, validTo: until });
      await refused('dates_refused', datesWithinDays(world.db, COLLEGE, { from, until: until + 1 }, limit));
      await refused('dates_refused', datesWithinDays(world.db, COLLEGE, { from, until: startOfDay(after) }, limit));
    }
  });

  it('asks within the territory and the specialty only, by name and with a motive', async () => {
    const [tom, tania] = [await world.key('tom'), await world.key('tania')];
    await refused('out_of_territory', ask({ school: ECOLE, audiences: [{ kind: 'class', code: 'CM2' }] }));
    await refused('out_of_territory', ask({ by: tania, teachers: [tom] }));
    await refused('outside_specialty', ask({ teachers: [tania] }));
    await refused('outside_specialty', ask({ teachers: [tom, tania] }));
    await refused('outside_specialty', ask({ school: LYCEE, audiences: [{ kind: 'class', code: 'T1' }] }));
    await refused('nothing_to_inspect', ask());
    await refused('nothing_to_inspect', ask({ teachers: [await world.key('carla')] }));
    await refused('nothing_to_inspect', ask({ teachers: [await world.key('lise')] }));
    await refused('unknown_class', ask({ audiences: [{ kind: 'class', code: '3Z' }] }));
    await refused('unknown_person', ask({ teachers: ['nobody'] }));
    await refused('unknown_school', ask({ school: '9999999Z', teachers: [tom] }));
    for (const motive of ['', '  ', 'x'.repeat(501)]) await refused('motive_missing', ask({ teachers: [tom], motive }));
    await refused('out_of_territory', ask({ teachers: [tom], at: NOW - 1 }));
    expect(await listInspections(world.db, { school: COLLEGE, state: 'asked' })).toEqual([]);
  });

  it('is approved by the head, or a deputy who holds the signature; never by the inspector, nor anybody else', async () => {
    const { id } = await ask({ teachers: [await world.key('tom')] });
    await refused('inspection_own', approve(id, ivan));
    for (const who of ['david', 'tom', 'tania', 'sylvie', 'berthe', 'henri', 'denise', 'paula'])
      await refused('not_allowed', approve(id, await world.key(who)));
    await refused('not_allowed', approve(id, 'operator'));
    await refused('unknown_inspection', approve('none'));
    const david = await world.key('david');
    for (const [act, code] of [
      ['visa', 'not_allowed'],
      ['validate', undefined],
    ] as const) {
      await changeFacts(world.db, {
        school: COLLEGE,
        at: later(),
        source: 'local',
        actor: 'test',
        begin: [{ relation: 'delegated', subject: david, object: COLLEGE, properties: { act }, validTo: now + DAY }],
      });
      if (code) await refused(code, approve(id, david));
      else expect((await approve(id, david)).decidedBy).toBe(david);
    }
    await refused('inspection_decided', approve(id));
    await refused('inspection_decided', refuseInspection(world.db, { id, by: helene, at: later(), reason: 'non' }));
    await endInspection(world.db, { id, by: ivan, at: later() });
  });

  it('a head who happens to inspect does not approve what she asked', async () => {
    const act = { person: helene, schools: [COLLEGE], by: 'operator' };
    await recordTerritory(world.db, { ...act, specialty: '', at: later() });
    const { id } = await ask({ by: helene, teachers: [await world.key('tom')] });
    await refused('inspection_own', approve(id));
    await endTerritory(world.db, { ...act, at: later() });
    const [ended] = await listInspections(world.db, { inspector: helene });
    expect(ended).toMatchObject({ id, state: 'ended' });
  });

  it('of two approvals at once one is done, and each logbook is opened once', async () => {
    const { id } = await ask({ teachers: [await world.key('tom')] });
    const at = later();
    const act = { id, by: helene, at, ...MOST };
    const tries = await together([1, 2, 3].map(() => approveInspection(world.db, act)));
    expect(tries).toEqual({ done: 1, refused: ['inspection_decided', 'inspection_decided'] });
    const given = await currentFacts(world.db, { school: COLLEGE, relations: ['inspects'], endingAfter: at });
    expect(given.map(({ object }) => object).sort()).toEqual([maths, latinMaths].sort());
    expect(given.every(({ properties }) => properties.inspection === id)).toBe(true);
    const ends = await together([1, 2].map(() => endInspection(world.db, { id, by: ivan, at: at + 1 })));
    expect(ends).toEqual({ done: 1, refused: ['inspection_over'] });
    const twice = { teachers: [await world.key('tom')], at: at + 2 };
    expect(await together([1, 2].map(() => ask(twice)))).toEqual({ done: 1, refused: ['inspection_exists'] });
    // one that nobody answered in time stands in nobody's way
    const lapsed = await ask({ ...twice, at: at + 40 * DAY });
    await endInspection(world.db, { id: lapsed.id, by: ivan, at: at + 40 * DAY });
    const [waiting] = await listInspections(world.db, { school: COLLEGE, state: 'asked' });
    await endInspection(world.db, { id: waiting!.id, by: ivan, at: later() });
    await refused('inspection_decided', approve(waiting!.id));
  });

  it('is refused with a reason, ended by the head with a reason, given up by the inspector without', async () => {
    const tom = await world.key('tom');
    const first = await ask({ teachers: [tom] });
    await refused('reason_missing', refuseInspection(world.db, { id: first.id, by: helene, at: later(), reason: ' ' }));
    await refuseInspection(world.db, { id: first.id, by: helene, at: later(), reason: 'Déjà vu ce mois-ci' });
    expect(await readsOf(now)).toEqual([]);
    expect(await news('tom', first.id)).toEqual(['inspection_refused', 'inspection_asked']);
    const second = await ask({ teachers: [tom] });
    await refused('inspection_over', endInspection(world.db, { id: second.id, by: helene, at: later(), reason: 'x' }));
    await approve(second.id);
    expect(await reads('ivan', maths, now)).toBe('inspector');
    for (const who of ['tom', 'sylvie', 'henri', 'paula'])
      await refused(
        'not_allowed',
        endInspection(world.db, { id: second.id, by: await world.key(who), at: later(), reason: 'x' }),
      );
    await refused('reason_missing', endInspection(world.db, { id: second.id, by: helene, at: later() }));
    await endInspection(world.db, { id: second.id, by: helene, at: later(), reason: 'Reportée' });
    expect(await reads('ivan', maths, now - 1)).toBe('inspector');
    expect(await reads('ivan', maths, now)).toBe('no');
    expect((await news('tom', second.id))[0]).toBe('inspection_ended');
  });

  it('ends with the territory, and is not approved outside it, nor too late', async () => {
    const tom = await world.key('tom');
    const [live, waiting] = [await ask({ teachers: [tom] }), await ask({ audiences: [{ kind: 'class', code: '6A' }] })];
    await approve(live.id);
    const act = { person: ivan, schools: [COLLEGE], by: 'operator' };
    await endTerritory(world.db, { ...act, at: later() });
    expect(await readsOf(now)).toEqual([]);
    await refused('inspection_decided', approve(waiting.id));
    await refused('nothing_to_end', endTerritory(world.db, { ...act, at: later() }));
    await recordTerritory(world.db, { ...act, specialty: 'MATHS', until: now + DAY, at: later() });
    const last = await ask({ teachers: [tom], until: now + 2 * DAY });
    const approveAt = (at: number) => approveInspection(world.db, { id: last.id, by: helene, at, ...MOST });
    await refused('out_of_territory', approveAt(now + DAY));
    await recordTerritory(world.db, { ...act, specialty: 'MATHS', at: later() });
    await refused('dates_refused', approveAt(last.endsAt));
    await endInspection(world.db, { id: last.id, by: ivan, at: later() });
  });

  it('in first degree the DASEN’s designate approves, and nobody of the school', async () => {
    const school = ECOLE;
    const cm2 = await logbookOf(world.db, ECOLE, 'CM2', '');
    await recordTerritory(world.db, { person: ivan, schools: [school], specialty: '', by: 'operator', at: later() });
    const { id } = await ask({ school, audiences: [{ kind: 'class', code: 'CM2' }] });
    expect(await news('denise', id)).toEqual(['inspection_asked']);
    const agent = await world.key('agent');
    for (const who of ['denise', 'marc', 'helene', 'agent'])
      await refused('not_allowed', approve(id, await world.key(who)));
    const authority = { person: agent, school, decision: 'DASEN 2026-77', by: 'operator' };
    await refused('decision_missing', recordAuthority(world.db, { ...authority, decision: ' ', at: later() }));
    await refused('not_allowed', recordAuthority(world.db, { ...authority, school: COLLEGE, at: later() }));
    await refused('dates_refused', recordAuthority(world.db, { ...authority, until: YEAR_END + 1, at: later() }));
    await recordAuthority(world.db, { ...authority, until: now + DAY, at: later() });
    await refused('not_allowed', approveInspection(world.db, { id, by: agent, at: now + 2 * DAY, ...MOST }));
    await approve(id, agent);
    expect(await reads('ivan', cm2, now)).toBe('inspector');
    await endAuthority(world.db, { ...authority, at: later() });
    expect(await reads('ivan', cm2, now)).toBe('inspector');
    await refused('not_allowed', endInspection(world.db, { id, by: agent, at: later(), reason: 'x' }));
    await endInspection(world.db, { id, by: 'operator', at: later(), reason: 'Demande de la DSDEN' });
    expect(await reads('ivan', cm2, now)).toBe('no');
    await refused('nothing_to_end', endAuthority(world.db, { ...authority, at: later() }));
  });

  it('a territory is of known schools and subjects, within the year', async () => {
    const act = { person: ivan, schools: [LYCEE], specialty: 'PHILO', by: 'operator' };
    await refused('unknown_school', recordTerritory(world.db, { ...act, schools: [LYCEE, '9999999Z'], at: later() }));
    await refused('unknown_school', recordTerritory(world.db, { ...act, schools: [], at: later() }));
    await refused('unknown_subject', recordTerritory(world.db, { ...act, specialty: 'MAGIE', at: later() }));
    await refused('unknown_person', recordTerritory(world.db, { ...act, person: 'nobody', at: later() }));
    await refused('dates_refused', recordTerritory(world.db, { ...act, until: YEAR_END + 1, at: later() }));
    const once = { ...act, at: later() };
    const written = await Promise.all([1, 2, 3].map(() => recordTerritory(world.db, once)));
    expect(written.flatMap(({ schools }) => schools)).toEqual([LYCEE]);
    expect((await recordTerritory(world.db, { ...act, at: later() })).schools).toEqual([]);
    const philosophy = await logbookOf(world.db, LYCEE, 'T1', 'PHILO');
    expect(await world.rule('ivan', 'request', { type: 'logbook', id: philosophy }, now)).toBe('territory');
    expect(await reads('ivan', philosophy, now)).toBe('no');
  });

  it('covers the logbooks of earlier years of the teachers for whom it says so, and no others', async () => {
    const base = await openWorld(open);
    const at = YEAR_END + 60 * DAY;
    const old = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    await applyDelivery(base.db, college(at));
    const [inspector, tom] = [await base.key('ivan'), await base.key('tom')];
    const territory = { person: inspector, schools: [COLLEGE], specialty: 'MATHS', by: 'operator', at };
    await recordTerritory(base.db, territory);
    const act = { school: COLLEGE, by: inspector, audiences: [], motive: MOTIVE, at, ...MOST };
    const archive = (when: number) => base.rule('ivan', 'read_archive', { type: 'logbook', id: old }, when);
    const by = await base.key('helene');
    const present = await askInspection(base.db, { ...act, teachers: [tom] });
    await approveInspection(base.db, { id: present.id, by, at, ...MOST });
    expect(await archive(at)).toBe('no');
    const { id, endsAt } = await askInspection(base.db, { ...act, teachers: [], archives: [tom] });
    expect((await toldTo(base.db, tom))[0]).toMatchObject({ what: 'inspection_asked', about: id });
    await approveInspection(base.db, { id, by, at: at + 1, ...MOST });
    expect(await archive(at)).toBe('no');
    expect(await archive(at + 1)).toBe('inspector');
    expect(await archive(endsAt - 1)).toBe('inspector');
    expect(await archive(endsAt)).toBe('no');
    await refused(
      'outside_specialty',
      askInspection(base.db, { ...act, teachers: [], archives: [await base.key('tania')] }),
    );
    await refused('nothing_to_inspect', askInspection(base.db, { ...act, teachers: [], archives: [inspector] }));
    await base.close();
  });

  it('outlives no territory that has an end of its own', async () => {
    const hana = await world.key('hana');
    const act = { person: hana, schools: [COLLEGE], by: 'operator' };
    const [soon, asked, late] = [now + 3 * DAY, now + 10 * DAY, now + 20 * DAY];
    await recordTerritory(world.db, { ...act, specialty: 'MATHS', until: soon, at: later() });
    await recordTerritory(world.db, { ...act, specialty: 'FRANC', until: late, at: later() });
    const opened = async (given: Partial<Parameters<typeof askInspection>[1]>) => {
      const { id } = await ask({ by: hana, audiences: [{ kind: 'class', code: '6A' }], until: asked, ...given });
      await approve(id);
      const facts = await currentFacts(world.db, { school: COLLEGE, relations: ['inspects'], subject: hana });
      return facts.filter(({ properties }) => properties.inspection === id).map((fact) => [fact.object, fact.validTo]);
    };
    expect((await opened({})).sort()).toEqual(
      [
        [maths, soon],
        [french, asked],
      ].sort(),
    );
    expect(await opened({ from: soon })).toEqual([[french, asked]]);
    const live = async () =>
      (await currentFacts(world.db, { school: COLLEGE, relations: ['inspects'], subject: hana, endingAfter: now }))
        .filter(({ validTo }) => validTo > later())
        .map((fact) => [fact.object, fact.validTo]);
    await recordTerritory(world.db, { ...act, specialty: 'FRANC', until: soon, at: later() });
    expect(await live()).toEqual([]);
    await refused('out_of_territory', opened({ from: soon, until: late }));
    await endTerritory(world.db, { ...act, at: later() });
  });

  it('outlives no territory that is recorded anew for later', async () => {
    const [hana, tom] = [await world.key('hana'), await world.key('tom')];
    const act = { person: hana, schools: [COLLEGE], specialty: 'MATHS', by: 'operator' };
    await recordTerritory(world.db, { ...act, at: later() });
    const [live, coming] = [
      await ask({ by: hana, teachers: [tom] }),
      await ask({ by: hana, audiences: [{ kind: 'class', code: '6A' }], from: now + 9 * DAY }),
    ];
    await approve(live.id);
    await approve(coming.id);
    await recordTerritory(world.db, { ...act, from: now, at: later() });
    expect(await reads('hana', maths, now)).toBe('team inspector');
    await recordTerritory(world.db, { ...act, from: now + 5 * DAY, at: later() });
    await refused('out_of_territory', ask({ by: hana, teachers: [tom] }));
    expect(await reads('hana', maths, now)).toBe('team');
    expect(await reads('hana', maths, now + 10 * DAY)).toBe('team');
    const states = (await listInspections(world.db, { inspector: hana, school: COLLEGE })).filter(({ id }) =>
      [live.id, coming.id].includes(id),
    );
    expect(states.map(({ state }) => state)).toEqual(['ended', 'ended']);
    expect(await news('tom', live.id)).toEqual(['inspection_ended', 'inspection_approved', 'inspection_asked']);
    await endTerritory(world.db, { ...act, at: later() });
  });

  it('is done on the command line', async () => {
    const base = await openWorld(open, Date.now() - DAY);
    try {
      const run = async (command: typeof inspectorCommand, ...args: string[]) => {
        const lines: string[] = [];
        const config = { inspectionDays: 30 } as never;
        await command({ config, db: base.db, args, print: (line) => lines.push(line) });
        return lines.join('\n');
      };
      const [inspector, tom] = [await base.key('ivan'), `${ACADEMY}:${cast.tom.id}`];
      expect(await run(inspectorCommand, inspector, '--schools', COLLEGE, '--specialty', 'MATHS')).toMatch(/1 établ/);
      expect(await run(authorityCommand, ECOLE, tom, '--decision', 'DASEN 1')).toMatch(/approuve les inspections/);
      expect(await run(authorityCommand, ECOLE, tom, '--end')).toMatch(/n’approuve plus/);
      const asked = await run(inspectionCommand, 'ask', COLLEGE, inspector, '--teacher', tom, '--motive', MOTIVE);
      const [, id = ''] = /Demande (\w+) enregistrée/.exec(asked) ?? [];
      const book = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
      const sees = () => base.rule('ivan', 'read', { type: 'logbook', id: book }, Date.now());
      expect(await sees()).toBe('no');
      await refused('not_allowed', run(inspectionCommand, 'approve', id));
      expect(await run(inspectionCommand, 'approve', id, '--by', await base.key('helene'))).toMatch(
        /approuvée, jusqu’au/,
      );
      expect(await sees()).toBe('inspector');
      expect(await run(inspectionCommand, 'list', COLLEGE)).toMatch(/ivan Essai {2}approuvée.*Rendez-vous/);
      expect(await run(inspectionCommand, 'end', id, '--by', inspector)).toMatch(/terminée/);
      expect(await sees()).toBe('no');
      expect(await run(inspectorCommand, inspector, '--schools', COLLEGE, '--end')).toMatch(/ne peut plus/);
      for (const [command, ...args] of [
        [inspectorCommand, inspector],
        [inspectorCommand, inspector, '--schools', COLLEGE, '--until', 'June'],
        [authorityCommand, ECOLE, tom],
        [inspectionCommand],
        [inspectionCommand, 'burn', id],
        [inspectionCommand, 'approve'],
        [inspectionCommand, 'list'],
      ] as const)
        await refused('bad_argument', run(command, ...args));
    } finally {
      await base.close();
    }
  });
});
