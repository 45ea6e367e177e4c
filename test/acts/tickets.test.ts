// Tickets: on a written ask, somebody in charge of the ENT sees for a few days who may read a logbook (C27).
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appoint, dismiss } from '../../src/acts/appointments.ts';
import { endTicket, openTicket, TICKET_DAYS, traceLook } from '../../src/acts/tickets.ts';
import { may } from '../../src/rights/rights.ts';
import { type CastName, COLLEGE, deliverCast, logbookOf, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;
const who = ['tom', 'helene', 'david', 'berthe', 'sylvie', 'olga', 'tania', 'paula'] as const;

describe.each(engines)('tickets, on $name', ({ open }) => {
  let test: TestDatabase;
  let maths: string;
  const key = {} as Record<(typeof who)[number], string>;
  beforeAll(async () => {
    test = await open();
    await deliverCast(test.db);
    maths = await logbookOf(test.db, COLLEGE, '6A', 'MATHS');
    for (const name of who) key[name] = await personOf(test.db, name);
    const named = { decision: 'Lettre 12', by: 'operator', at: NOW - DAY, school: COLLEGE };
    await appoint(test.db, 'administers', { ...named, person: key.berthe });
    await appoint(test.db, 'protects', { ...named, person: key.sylvie });
  });
  afterAll(() => test?.close());
  afterEach(() => test.db('fact').where({ relation: 'ticketed' }).delete());

  const ask = (by: CastName, person: CastName = 'berthe', more: object = {}) =>
    openTicket(test.db, {
      logbook: maths,
      person: key[person as 'tom'],
      by: key[by as 'tom'],
      at: NOW,
      until: NOW + 3 * DAY,
      reference: 'Ticket 4711',
      ...more,
    });
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error) => error.code ?? error,
    );
  const sees = async (name: CastName, at = NOW) => {
    const resource = { type: 'logbook', id: maths } as const;
    const asked = { person: key[name as 'tom'], action: 'see_readers', resource, when: { at } } as const;
    return (await may(test.db, asked)).allowed ? 'done' : 'not_allowed';
  };

  it.each([
    ['who keeps the logbook', 'tom', 'berthe', {}, 'done'],
    ['the head', 'helene', 'sylvie', {}, 'done'],
    ['the deputy', 'david', 'berthe', {}, 'done'],
    ['a colleague', 'olga', 'berthe', {}, 'not_allowed'],
    ['a parent', 'paula', 'berthe', {}, 'not_allowed'],
    ['the administrator, for themselves', 'berthe', 'berthe', {}, 'not_allowed'],
    ['who keeps it, for a colleague', 'tom', 'olga', {}, 'ticket_refused'],
    ['who keeps it, without a reference', 'tom', 'berthe', { reference: ' ' }, 'decision_missing'],
    ['who keeps it, for too long', 'tom', 'berthe', { until: NOW + (TICKET_DAYS + 2) * DAY }, 'dates_refused'],
    ['who keeps it, for the past', 'tom', 'berthe', { until: NOW - DAY }, 'dates_refused'],
  ] as const)('may be asked by, or not: %s', async (_what, by, person, more, answer) => {
    expect(await code(ask(by, person, more))).toBe(answer);
  });

  it('shows who may read, on its days alone, and nothing of what is written', async () => {
    expect(await sees('berthe')).toBe('not_allowed');
    const { endsAt } = await ask('tom');
    expect(await sees('berthe')).toBe('done');
    expect(await sees('berthe', endsAt - 1)).toBe('done');
    expect(await sees('berthe', endsAt)).toBe('not_allowed');
    expect(await sees('sylvie')).toBe('not_allowed');
    for (const action of ['read', 'write', 'read_archive', 'grant', 'revoke', 'validate'] as const) {
      const resource = { type: 'logbook', id: maths } as const;
      expect((await may(test.db, { person: key.berthe, action, resource, when: { at: NOW } })).allowed).toBe(false);
    }
  });

  it('ends with the office for which it was given, and does not outlast it', async () => {
    const office = { person: key.olga, school: COLLEGE, by: 'operator', decision: 'Lettre 13' };
    await appoint(test.db, 'administers', { ...office, at: NOW - 2, until: NOW + DAY });
    expect(await ask('tom', 'olga')).toEqual({ endsAt: NOW + DAY });
    expect([await sees('olga', NOW + DAY - 1), await sees('olga', NOW + DAY)]).toEqual(['done', 'not_allowed']);
    await dismiss(test.db, 'administers', { ...office, at: NOW + 1 });
    expect([await sees('olga', NOW), await sees('olga', NOW + 1)]).toEqual(['done', 'not_allowed']);
  });

  it('is no reason to give another ticket', async () => {
    await ask('tom');
    expect(await code(ask('berthe', 'sylvie'))).toBe('not_allowed');
  });

  it('ends by either side at once, and is replaced by a later one', async () => {
    await ask('tom');
    await ask('tom', 'berthe', { until: NOW + 2 * DAY });
    expect(await sees('berthe', NOW + 2.7 * DAY)).toBe('not_allowed');
    const end = (by: CastName) =>
      endTicket(test.db, { logbook: maths, person: key.berthe, by: key[by as 'tom'], at: NOW });
    expect(await code(end('olga'))).toBe('not_allowed');
    expect(await code(end('berthe'))).toBe('done');
    expect(await sees('berthe')).toBe('not_allowed');
    expect(await code(end('tom'))).toBe('nothing_to_end');
  });

  it('is traced at each look, and only where a ticket alone lets look', async () => {
    await ask('tom');
    for (const name of ['berthe', 'berthe', 'tom', 'helene', 'olga'] as const)
      await traceLook(test.db, { logbook: maths, by: key[name], at: NOW });
    const looks = await test.db('audit').where({ event: 'ticket.used' }).select('actor', 'school');
    expect(looks).toEqual([
      { actor: key.berthe, school: COLLEGE },
      { actor: key.berthe, school: COLLEGE },
    ]);
  });
});
