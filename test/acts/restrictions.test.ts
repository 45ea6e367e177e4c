// Restrictions: recorded by the head or asked by the adult pupil, they close at once, in every school, and follow the pupil.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  admitCommand,
  emancipateCommand,
  objectCommand,
  restrictCommand,
} from '../../src/acts/restriction-commands.ts';
import {
  admitParent,
  barFromChild,
  barFromLogbook,
  endAdmission,
  endEmancipation,
  recordEmancipation,
  recordObjection,
  unbarFromChild,
  unbarFromLogbook,
  withdrawObjection,
} from '../../src/acts/restrictions.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { currentFacts } from '../../src/facts/facts.ts';
import { type Db, inTransaction } from '../../src/storage/storage.ts';
import { ACADEMY, COLLEGE, cast, college, ECOLE, ecole, LYCEE, logbookOf, lycee, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { YEAR_END } from '../rights/school.ts';
import { DAY, deliver, eventsOf, openWorld, refused, together, type World } from './acts.ts';

const DECISION = { decision: 'TJ 2026/114' };
const TURNS_18 = '2008-11-20';

describe.each(engines)('restrictions on $name', ({ open }) => {
  let world: World;
  let maths: string;
  let philosophy: string;
  let cm2: string;
  let now = NOW;
  /** Later than everything done so far. */
  const later = () => {
    now += 60_000;
    return now;
  };
  const reads = (who: string, logbook: string, at: number) =>
    world.rule(who, 'read', { type: 'logbook', id: logbook }, at);

  beforeAll(async () => {
    world = await openWorld(open);
    const born = lycee();
    await deliver(world.db, { ...born, at: NOW - DAY }, {});
    const persons = born.persons.map((one) => (one.externalId === cast.noe.id ? { ...one, birthDate: TURNS_18 } : one));
    await applyDelivery(world.db, { ...born, persons, at: NOW - DAY });
    maths = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    philosophy = await logbookOf(world.db, LYCEE, 'T1', 'PHILO');
    cm2 = await logbookOf(world.db, ECOLE, 'CM2', '');
  });
  afterAll(() => world.close());

  const pair = async (person: string, child: string) => ({
    person: await world.key(person),
    child: await world.key(child),
  });

  describe('a person barred from a child', () => {
    it('stops reading the very moment it is recorded, and reads again the moment it ends; the other parent reads on', async () => {
      const at = later();
      const by = await world.key('helene');
      const who = await pair('paula', 'paul');
      expect(await reads('paula', maths, at)).toBe('guardian');
      const act = { school: COLLEGE, ...who, by };
      expect(await barFromChild(world.db, { ...act, ...DECISION, at })).toEqual({
        schools: [COLLEGE],
        begun: 1,
        ended: 0,
      });
      expect(await reads('paula', maths, at - 1)).toBe('guardian');
      expect(await reads('paula', maths, at)).toBe('barred');
      expect(await reads('pierre', maths, at)).toBe('guardian');
      expect(await reads('paul', maths, at)).toBe('pupil');
      // her other children are not his matter
      expect(await reads('paula', cm2, at)).toBe('guardian');
      // it does not end with the school year, as rights do
      const [fact] = await currentFacts(world.db, { school: COLLEGE, relations: ['barred'], endingAfter: at });
      expect(fact).toMatchObject({ properties: { ...DECISION, school: COLLEGE }, actor: by, source: 'local' });
      expect(fact!.validTo).toBeGreaterThan(YEAR_END);
      const end = later();
      expect(await unbarFromChild(world.db, { ...act, at: end })).toEqual({ schools: [COLLEGE], begun: 0, ended: 1 });
      expect(await reads('paula', maths, end - 1)).toBe('barred');
      expect(await reads('paula', maths, end)).toBe('guardian');
    });

    it('may have dates: the day before, and the day after, nothing is closed', async () => {
      const at = later();
      const act = { school: COLLEGE, ...(await pair('ali', 'ines')), by: 'operator' };
      const dates = { from: at + DAY, until: at + 2 * DAY };
      await barFromChild(world.db, { ...act, ...DECISION, ...dates, at });
      expect(await reads('ali', maths, at + DAY - 1)).toBe('guardian');
      expect(await reads('ali', maths, at + DAY)).toBe('barred');
      expect(await reads('ali', maths, at + 2 * DAY - 1)).toBe('barred');
      expect(await reads('ali', maths, at + 2 * DAY)).toBe('guardian');
      // said again, nothing is written; said with other dates, these replace
      expect((await barFromChild(world.db, { ...act, ...DECISION, ...dates, at: at + 1 })).begun).toBe(0);
      await barFromChild(world.db, { ...act, ...DECISION, until: at + 3 * DAY, at: at + 2 });
      expect(await reads('ali', maths, at + 2)).toBe('barred');
      expect(await reads('ali', maths, at + 2 * DAY)).toBe('barred');
      expect(await reads('ali', maths, at + 3 * DAY)).toBe('guardian');
      await unbarFromChild(world.db, { ...act, at: at + 3 });
      // no act closes yesterday
      await barFromChild(world.db, { ...act, ...DECISION, from: at - 5 * DAY, at: at + 4 });
      expect(await reads('ali', maths, at + 3)).toBe('guardian');
      expect(await reads('ali', maths, at + 4)).toBe('barred');
      await unbarFromChild(world.db, { ...act, at: at + 5 });
      expect(await reads('ali', maths, at + 5)).toBe('guardian');
    });

    it('is barred in every school the child attends, at once', async () => {
      const at = later();
      const base = ecole(at);
      await deliver(world.db, base, {
        persons: [{ academy: ACADEMY, externalId: cast.paul.id, givenName: 'Paul', familyName: 'Bernard' }],
        facts: [
          { relation: 'attends', subject: { person: cast.paul.id }, object: { school: true } },
          { relation: 'enrolled', subject: { person: cast.paul.id }, object: { class: 'CE1' } },
          { relation: 'guards', subject: { person: cast.paula.id }, object: { person: cast.paul.id } },
        ],
      });
      const ce1 = await logbookOf(world.db, ECOLE, 'CE1', '');
      expect(await reads('paula', ce1, at)).toBe('guardian');
      const act = { school: COLLEGE, ...(await pair('paula', 'paul')), by: await world.key('helene') };
      const done = await barFromChild(world.db, { ...act, ...DECISION, at: at + 1 });
      expect(done.schools).toEqual([COLLEGE, ECOLE]);
      expect(await reads('paula', maths, at + 1)).toBe('barred');
      expect(await reads('paula', ce1, at + 1)).toBe('barred');
      await refused('nothing_to_end', unbarFromChild(world.db, { ...act, school: ECOLE, by: 'operator', at: at + 2 }));
      expect((await unbarFromChild(world.db, { ...act, at: at + 2 })).schools).toEqual([COLLEGE, ECOLE]);
      expect(await reads('paula', ce1, at + 2)).toBe('guardian');
      await applyDelivery(world.db, ecole(at + 3));
      now = at + 3;
    });

    it('is barred in a school that the child comes to later, from the delivery on, until it is ended everywhere', async () => {
      const at = later();
      const act = { school: COLLEGE, ...(await pair('paula', 'paul')), by: 'operator' };
      await barFromChild(world.db, { ...act, ...DECISION, at });
      const arriving = () =>
        deliver(world.db, lycee(later()), {
          persons: [{ academy: ACADEMY, externalId: cast.paul.id, givenName: 'Paul', familyName: 'Bernard' }],
          facts: [
            { relation: 'attends', subject: { person: cast.paul.id }, object: { school: true } },
            { relation: 'enrolled', subject: { person: cast.paul.id }, object: { class: 'T1' } },
            { relation: 'guards', subject: { person: cast.paula.id }, object: { person: cast.paul.id } },
          ],
        });
      await arriving();
      const there = { school: LYCEE, relations: ['barred'], endingAfter: now } as const;
      expect(await currentFacts(world.db, there)).toMatchObject([
        { subject: act.person, object: act.child, properties: { ...DECISION, school: COLLEGE }, validFrom: now },
      ]);
      // she reads it through Noé no more than through Paul: a restriction on a child of the class is one on its logbooks
      expect(await reads('paula', philosophy, now)).toBe('barred');
      await arriving();
      expect(await currentFacts(world.db, there)).toHaveLength(1);
      expect((await unbarFromChild(world.db, { ...act, at: later() })).schools).toEqual([COLLEGE, LYCEE]);
      expect(await reads('paula', philosophy, now)).toBe('guardian');
      await applyDelivery(world.db, lycee(later()));
      await arriving();
      expect(await currentFacts(world.db, { ...there, endingAfter: now })).toEqual([]);
      await applyDelivery(world.db, lycee(later()));
    });

    it.each([
      'the delivery',
      'the restriction',
    ])('is barred wherever the child arrives while it is being recorded, %s first', async (first) => {
      const at = later();
      const act = { school: COLLEGE, ...(await pair('paula', 'paul')), by: 'operator' };
      const deliverThere = (db: Db) =>
        deliver(db, lycee(at), {
          persons: [{ academy: ACADEMY, externalId: cast.paul.id, givenName: 'Paul', familyName: 'Bernard' }],
          facts: [{ relation: 'attends', subject: { person: cast.paul.id }, object: { school: true } }],
        });
      const bar = (db: Db) => barFromChild(db, { ...act, ...DECISION, at });
      const [one, other] = first === 'the delivery' ? [deliverThere, bar] : [bar, deliverThere];
      let second: Promise<unknown> | undefined;
      await inTransaction(world.db, async (tx) => {
        await one(tx);
        second = other(world.db);
        await sleep(100);
      });
      await second;
      expect(await currentFacts(world.db, { school: LYCEE, relations: ['barred'], endingAfter: at })).toHaveLength(1);
      await unbarFromChild(world.db, { ...act, at: later() });
      await applyDelivery(world.db, lycee(later()));
    });

    it('recorded twice at the same time is recorded once', async () => {
      const at = later();
      const act = { school: COLLEGE, ...(await pair('pierre', 'paul')), by: 'operator', ...DECISION };
      await Promise.all([1, 2, 3].map(() => barFromChild(world.db, { ...act, at })));
      const of = { school: COLLEGE, relations: ['barred'], subject: act.person, endingAfter: at } as const;
      expect(await currentFacts(world.db, of)).toHaveLength(1);
      const ends = await together([1, 2, 3].map(() => unbarFromChild(world.db, { ...act, at: at + 1 })));
      expect(ends).toEqual({ done: 1, refused: ['nothing_to_end', 'nothing_to_end'] });
      now = at + 1;
    });
  });

  it('a person barred from a logbook reads, writes and keeps it no more, and all the others as before', async () => {
    const at = later();
    const act = { school: COLLEGE, person: await world.key('coline'), logbook: maths, by: await world.key('helene') };
    expect(await world.rule('coline', 'write', { type: 'logbook', id: maths }, at)).toBe('owner');
    await barFromLogbook(world.db, { ...act, ...DECISION, at });
    expect(await reads('coline', maths, at)).toBe('barred');
    expect(await world.rule('coline', 'write', { type: 'logbook', id: maths }, at)).toBe('barred');
    expect(await reads('coline', await logbookOf(world.db, COLLEGE, '6A', 'FRANC'), at)).toBe('team');
    expect(await reads('tom', maths, at)).toBe('owner team');
    await refused('unknown_logbook', barFromLogbook(world.db, { ...act, ...DECISION, logbook: philosophy, at }));
    await unbarFromLogbook(world.db, { ...act, at: at + 1 });
    expect(await reads('coline', maths, at + 1)).toBe('owner team');
    await refused('nothing_to_end', unbarFromLogbook(world.db, { ...act, at: at + 2 }));
    now = at + 2;
  });

  describe('an adult pupil’s objection', () => {
    const EIGHTEEN = NOW + 8 * DAY - 9 * 3_600_000;
    const objection = async () => ({ by: await world.key('noe'), guardian: await world.key('paula') });

    it('is refused the day before eighteen, and holds from that day on, at once, until the pupil withdraws it', async () => {
      const asked = await objection();
      await refused('not_of_age', recordObjection(world.db, { ...asked, at: EIGHTEEN - 1 }));
      const at = EIGHTEEN;
      expect((await recordObjection(world.db, { ...asked, at })).schools).toEqual([LYCEE]);
      expect(await reads('paula', philosophy, at - 1)).toBe('guardian');
      expect(await reads('paula', philosophy, at)).toBe('objection');
      expect(await reads('paula', maths, at)).toBe('guardian');
      expect(await reads('noe', philosophy, at)).toBe('pupil');
      expect((await recordObjection(world.db, { ...asked, at: at + 1 })).begun).toBe(0);
      await withdrawObjection(world.db, { ...asked, at: at + 2 });
      expect(await reads('paula', philosophy, at + 1)).toBe('objection');
      expect(await reads('paula', philosophy, at + 2)).toBe('guardian');
      await refused('nothing_to_end', withdrawObjection(world.db, { ...asked, at: at + 3 }));
    });

    it('is the pupil’s alone: neither the parent, nor the head, nor a minor', async () => {
      const asked = await objection();
      const at = EIGHTEEN + DAY;
      await refused('not_pupil', recordObjection(world.db, { by: asked.guardian, guardian: asked.guardian, at }));
      await refused(
        'not_pupil',
        recordObjection(world.db, { by: await world.key('henri'), guardian: asked.guardian, at }),
      );
      await refused(
        'not_of_age',
        recordObjection(world.db, { by: await world.key('paul'), guardian: asked.guardian, at }),
      );
      await refused('not_guardian', recordObjection(world.db, { ...asked, guardian: await world.key('gina'), at }));
      await recordObjection(world.db, { ...asked, at });
      await refused(
        'nothing_to_end',
        withdrawObjection(world.db, { by: asked.guardian, guardian: asked.guardian, at: at + 1 }),
      );
      await withdrawObjection(world.db, { ...asked, at: at + 1 });
    });

    it('is an emancipated pupil’s too, once the head has recorded it', async () => {
      const at = EIGHTEEN + 2 * DAY;
      const asked = { by: await world.key('paul'), guardian: await world.key('pierre'), at: at + 1 };
      const act = { school: COLLEGE, child: asked.by, by: await world.key('helene') };
      await refused('not_allowed', recordEmancipation(world.db, { ...act, ...DECISION, by: asked.by, at }));
      await refused('not_allowed', recordEmancipation(world.db, { ...act, ...DECISION, by: asked.guardian, at }));
      await recordEmancipation(world.db, { ...act, ...DECISION, at });
      await recordObjection(world.db, asked);
      expect(await reads('pierre', maths, at + 1)).toBe('objection');
      expect(await reads('paula', maths, at + 1)).toBe('guardian');
      await withdrawObjection(world.db, { ...asked, at: at + 2 });
      await endEmancipation(world.db, { ...act, at: at + 3 });
      await refused('not_of_age', recordObjection(world.db, { ...asked, at: at + 4 }));
    });

    it('ends with an emancipation that was recorded by error, unless the pupil is of age by now', async () => {
      const at = EIGHTEEN + 2 * DAY + 60_000;
      const minor = { by: await world.key('paul'), guardian: await world.key('pierre') };
      const act = { school: COLLEGE, child: minor.by, by: await world.key('helene') };
      await recordEmancipation(world.db, { ...act, ...DECISION, at });
      await recordObjection(world.db, { ...minor, at: at + 1 });
      expect(await reads('pierre', maths, at + 1)).toBe('objection');
      expect(await endEmancipation(world.db, { ...act, at: at + 2 })).toMatchObject({ schools: [COLLEGE], ended: 2 });
      expect(await reads('pierre', maths, at + 2)).toBe('guardian');
      expect(await reads('pierre', maths, at + 1)).toBe('objection');
      const grown = await objection();
      const there = { school: LYCEE, child: grown.by, by: await world.key('henri') };
      await recordEmancipation(world.db, { ...there, ...DECISION, at: at + 3 });
      await recordObjection(world.db, { ...grown, at: at + 4 });
      expect(await endEmancipation(world.db, { ...there, at: at + 5 })).toMatchObject({ ended: 1 });
      expect(await reads('paula', philosophy, at + 5)).toBe('objection');
      await withdrawObjection(world.db, { ...grown, at: at + 6 });
    });

    it('follows the pupil to another school', async () => {
      const asked = await objection();
      const at = EIGHTEEN + 3 * DAY;
      await recordObjection(world.db, { ...asked, at });
      await deliver(world.db, college(at + 1), {
        persons: [{ academy: ACADEMY, externalId: cast.noe.id, givenName: 'Noé', familyName: 'Bernard' }],
        facts: [{ relation: 'attends', subject: { person: cast.noe.id }, object: { school: true } }],
      });
      const there = { school: COLLEGE, relations: ['objected'], endingAfter: at + 1 } as const;
      expect(await currentFacts(world.db, there)).toMatchObject([{ subject: asked.by, object: asked.guardian }]);
      expect((await withdrawObjection(world.db, { ...asked, at: at + 2 })).schools).toEqual([COLLEGE, LYCEE]);
    });
  });

  it('a parent without authority reads by the head’s decision, at that school, no later than the school year', async () => {
    const at = NOW + 20 * DAY;
    const act = { school: COLLEGE, ...(await pair('gina', 'paul')), by: await world.key('helene') };
    expect(await reads('gina', maths, at)).toBe('no');
    const admitted = [1, 2, 3].map(() => admitParent(world.db, { ...act, ...DECISION, from: at + DAY, at }));
    expect((await Promise.all(admitted)).map(({ begun }) => begun).sort()).toEqual([0, 0, 1]);
    expect(await reads('gina', maths, at + DAY - 1)).toBe('no');
    expect(await reads('gina', maths, at + DAY)).toBe('admitted');
    expect(await reads('gina', maths, YEAR_END - 1)).toBe('admitted');
    expect(await reads('gina', maths, YEAR_END)).toBe('no');
    expect(await world.rule('gina', 'write', { type: 'logbook', id: maths }, at + DAY)).toBe('no');
    await refused('dates_refused', admitParent(world.db, { ...act, ...DECISION, until: YEAR_END + 1, at }));
    await barFromChild(world.db, { ...act, ...DECISION, at: at + DAY });
    expect(await reads('gina', maths, at + DAY)).toBe('barred');
    await unbarFromChild(world.db, { ...act, at: at + DAY + 1 });
    await endAdmission(world.db, { ...act, at: at + DAY + 2 });
    expect(await reads('gina', maths, at + DAY + 2)).toBe('no');
    await refused('nothing_to_end', endAdmission(world.db, { ...act, at: at + DAY + 3 }));
  });

  it('only the head or the director of a school the child attends records it, with a reference', async () => {
    const at = NOW + 22 * DAY;
    const act = { school: COLLEGE, ...(await pair('paula', 'paul')), ...DECISION, at };
    for (const who of ['david', 'tom', 'sylvie', 'berthe', 'henri', 'pierre', 'paula', 'paul'])
      for (const record of [barFromChild, admitParent])
        await refused('not_allowed', record(world.db, { ...act, by: await world.key(who) }));
    for (const who of ['david', 'tania', 'henri'])
      await refused(
        'not_allowed',
        barFromLogbook(world.db, { ...act, logbook: maths, by: await world.key(who), person: act.person }),
      );
    await refused('not_allowed', barFromChild(world.db, { ...act, by: 'operator', person: act.child }));
    for (const decision of ['', '   ', 'x'.repeat(201), 'one\ntwo'])
      await refused('decision_missing', barFromChild(world.db, { ...act, by: 'operator', decision }));
    await refused('not_pupil', barFromChild(world.db, { ...act, school: LYCEE, by: 'operator' }));
    await refused('not_pupil', admitParent(world.db, { ...act, school: ECOLE, by: 'operator' }));
    await refused(
      'not_pupil',
      barFromChild(world.db, { ...act, child: act.person, person: act.child, by: 'operator' }),
    );
    await refused('unknown_school', barFromChild(world.db, { ...act, school: '9999999Z', by: 'operator' }));
    await refused('unknown_person', barFromChild(world.db, { ...act, person: 'nobody', by: 'operator' }));
    for (const until of [at, at - DAY, Number.NaN, at + 0.5])
      await refused('dates_refused', barFromChild(world.db, { ...act, until, by: 'operator' }));
    await refused('dates_refused', barFromChild(world.db, { ...act, from: at + 2, until: at + 2, by: 'operator' }));
    // a director by function; to open, the function needs a decision that gives it the power
    const lea = { ...act, ...(await pair('paula', 'lea')), school: ECOLE, by: await world.key('denise') };
    await refused('not_allowed', barFromChild(world.db, { ...lea, by: await world.key('marc') }));
    await refused('not_allowed', admitParent(world.db, lea));
    await barFromChild(world.db, lea);
    expect(await reads('paula', cm2, at)).toBe('barred');
    await unbarFromChild(world.db, { ...lea, at: at + 1 });
    expect(await currentFacts(world.db, { school: COLLEGE, relations: ['barred'], endingAfter: at })).toEqual([]);
  });

  it('every act is in the trail, with keys alone', async () => {
    expect(await eventsOf(world.db, 'restriction.recorded')).toBeGreaterThan(8);
    expect(await eventsOf(world.db, 'restriction.ended')).toBeGreaterThan(8);
    expect(await eventsOf(world.db, 'objection.recorded')).toBe(6);
    expect(await eventsOf(world.db, 'objection.ended')).toBe(1);
    const rows = await world.db('audit').whereLike('event', 'restriction.%');
    expect(JSON.stringify(rows)).not.toMatch(/TJ 2026|Bernard/);
    expect((await verifyAudit(world.db)).firstBad).toBeUndefined();
  });

  it('is done on the command line', async () => {
    const base = await openWorld(open, Date.now() - DAY);
    const book = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    const run = async (command: typeof restrictCommand, ...args: string[]) => {
      const lines: string[] = [];
      await command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    const [paula, paul, noe] = [cast.paula, cast.paul, cast.noe].map(({ id }) => `${ACADEMY}:${id}`) as [
      string,
      string,
      string,
    ];
    const helene = await base.key('helene');
    const decision = ['--decision', 'TJ 2026/115'];
    expect(await run(restrictCommand, COLLEGE, paula, paul, ...decision, '--by', helene)).toBe(
      `Paula Bernard ne lit plus rien. 1 fait(s) commencé(s), 0 terminé(s), à ${COLLEGE}.`,
    );
    expect(await base.rule('paula', 'read', { type: 'logbook', id: book }, Date.now())).toBe('barred');
    expect(await run(restrictCommand, COLLEGE, paula, paul, ...decision, '--by', helene)).toMatch(/Rien à changer/);
    expect(await run(restrictCommand, COLLEGE, paula, paul, '--end')).toMatch(/1 terminé/);
    expect(await run(restrictCommand, COLLEGE, paula, '--logbook', book, ...decision)).toMatch(/1 fait/);
    expect(await run(restrictCommand, COLLEGE, paula, '--logbook', book, '--end')).toMatch(/1 terminé/);
    expect(await run(admitCommand, COLLEGE, `${ACADEMY}:${cast.gina.id}`, paul, ...decision)).toMatch(/lit, par/);
    expect(await run(admitCommand, COLLEGE, `${ACADEMY}:${cast.gina.id}`, paul, '--end')).toMatch(/ne lit plus/);
    expect(await run(emancipateCommand, LYCEE, noe, ...decision)).toMatch(/est émancipé/);
    expect(await run(objectCommand, noe, paula, '--letter', 'du 12/11')).toMatch(/s’oppose/);
    expect(await run(objectCommand, noe, paula, '--letter', 'du 13/11', '--withdraw')).toMatch(/ne s’oppose plus/);
    for (const [command, ...args] of [
      [restrictCommand, COLLEGE, paula],
      [restrictCommand, COLLEGE, paula, paul],
      [restrictCommand, COLLEGE, paula, paul, ...decision, '--end'],
      [restrictCommand, COLLEGE, paula, paul, ...decision, '--until', 'soon'],
      [restrictCommand, COLLEGE, paula, paul, ...decision, ...decision],
      [objectCommand, noe, paula],
      [admitCommand, COLLEGE, paula, paul, '--decision', ''],
      [emancipateCommand, LYCEE, noe],
    ] as const)
      await refused('bad_argument', run(command, ...args));
    await refused('dates_refused', run(restrictCommand, COLLEGE, paula, paul, ...decision, '--until', '2020-01-01'));
    await base.close();
  });
});
