// Every state of a request times everything that may be done to it, by whoever may and whoever may not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appoint } from '../../src/acts/appointments.ts';
import {
  attachRequest,
  decideRequest,
  extendRequest,
  markForwarded,
  markSent,
  recordIdentity,
  withdrawRequest,
} from '../../src/privacy/requests/deciding.ts';
import { fileLetters } from '../../src/privacy/requests/filing.ts';
import { type PersonRequest, readRequest } from '../../src/privacy/requests/records.ts';
import { newKey } from '../../src/storage/storage.ts';
import { openWorld, type World } from '../acts/acts.ts';
import { COLLEGE, NOW } from '../cast.ts';
import { engines } from '../databases.ts';

const states = ['open', 'extended', 'accepted', 'refused', 'withdrawn'] as const;
type Standing = (typeof states)[number];

const acts = ['accept', 'refuse', 'extend', 'withdraw', 'identity', 'attach', 'forward', 'sent'] as const;
type Act = (typeof acts)[number];

/** What the head gets, by state: `done`, or the refusal. Somebody else had decided. */
const headGets: Record<Act, Record<Standing, string>> = {
  accept: {
    open: 'done',
    extended: 'done',
    accepted: 'request_over',
    refused: 'request_over',
    withdrawn: 'request_over',
  },
  refuse: {
    open: 'done',
    extended: 'done',
    accepted: 'request_over',
    refused: 'request_over',
    withdrawn: 'request_over',
  },
  extend: {
    open: 'done',
    extended: 'extension_done',
    accepted: 'request_over',
    refused: 'request_over',
    withdrawn: 'request_over',
  },
  withdraw: { open: 'done', extended: 'done', accepted: 'request_over', refused: 'request_over', withdrawn: 'done' },
  identity: {
    open: 'done',
    extended: 'done',
    accepted: 'request_over',
    refused: 'request_over',
    withdrawn: 'request_over',
  },
  // it is attached to that very person already: saying so again is done
  attach: { open: 'done', extended: 'done', accepted: 'done', refused: 'done', withdrawn: 'done' },
  forward: {
    open: 'request_over',
    extended: 'request_over',
    accepted: 'done',
    refused: 'request_over',
    withdrawn: 'request_over',
  },
  sent: {
    open: 'request_over',
    extended: 'done',
    accepted: 'done',
    refused: 'done',
    withdrawn: 'request_over',
  },
};

/** What others get, whatever the state: those who record handle and do not answer. */
const others: Record<string, Partial<Record<Act, string>> | 'unknown'> = {
  david: { accept: 'not_allowed', refuse: 'not_allowed', extend: 'not_allowed' },
  diane: { accept: 'not_allowed', refuse: 'not_allowed', extend: 'not_allowed' },
  tom: 'unknown',
  berthe: 'unknown',
  henri: 'unknown',
  paula: 'unknown',
  ines: 'unknown',
};

describe.each(engines)('on $name', ({ open }) => {
  let world: World;
  let now = NOW;
  let count = 0;
  const at = () => {
    now += 1_000;
    return now;
  };
  const key = (name: string) => world.key(name);

  beforeAll(async () => {
    world = await openWorld(open);
    const named = { school: COLLEGE, decision: 'Lettre 2026-4', by: 'operator', at: NOW };
    await appoint(world.db, 'protects', { ...named, person: await key('diane') });
  });
  afterAll(() => world.close());

  /** A rectification of the class of Lucas, in a state that another head has brought it to. */
  async function requestIn(standing: Standing): Promise<PersonRequest> {
    await world.db('person_request').update({ slot: null });
    const letter = { name: 'Lucas Meyer', about: await key('lucas') };
    const wish = { kind: 'rectification', target: 'schooling', wanted: '6e B', words: 'Il est en 6e B.' } as const;
    const by = await key('helene');
    const filing = {
      school: COLLEGE,
      by,
      at: at(),
      received: '2026-11-10',
      identity: 'known',
      batch: newKey(),
    } as const;
    const [request] = await fileLetters(world.db, { ...filing, ...wish, letters: [letter] });
    const other = { decided_by: 'another', decided_at: now, reason: 'x', answer: 'letter' };
    const changes: Record<Standing, object> = {
      open: {},
      extended: { extended_at: now, extended_by: 'another', extension_reason: 'x', extension_told: 'letter' },
      accepted: { state: 'accepted', ...other },
      refused: { state: 'refused', ground: 'accurate', likeness: newKey(), ...other },
      withdrawn: { state: 'withdrawn', decided_by: 'another', decided_at: now },
    };
    const where = world.db('person_request').where({ id: request!.id });
    if (standing !== 'open') await where.update(changes[standing]);
    return request!;
  }

  async function run(act: Act, id: string, by: string, about: string): Promise<string> {
    const what = { id, by, at: at() };
    count += 1;
    const reason = `La scolarité numéro ${count} a été vérifiée au secrétariat avec la famille et le professeur ${count}.`;
    const runs: Record<Act, () => Promise<unknown>> = {
      accept: () => decideRequest(world.db, { ...what, outcome: 'accepted', reason }),
      refuse: () => decideRequest(world.db, { ...what, outcome: 'refused', ground: 'accurate', reason }),
      extend: () => extendRequest(world.db, { ...what, reason }),
      withdraw: () => withdrawRequest(world.db, what),
      identity: () => recordIdentity(world.db, { ...what, how: 'document' }),
      attach: () => attachRequest(world.db, { ...what, about }),
      forward: () => markForwarded(world.db, what),
      sent: () => markSent(world.db, what),
    };
    return runs[act]().then(
      () => 'done',
      (error) => String(error.code),
    );
  }

  it.each(
    states.flatMap((standing) => acts.map((act) => [standing, act] as const)),
  )('%s, %s: the head does it or is told why not, the others are refused and change nothing', async (standing, act) => {
    const about = await key('lucas');
    const request = await requestIn(standing);
    const before = await readRequest(world.db, request.id);
    for (const [name, gets] of Object.entries(others)) {
      if (gets !== 'unknown' && gets[act] === undefined) continue;
      const expected = gets === 'unknown' ? 'unknown_request' : gets[act];
      expect([name, await run(act, request.id, await key(name), about)]).toEqual([name, expected]);
    }
    expect(await readRequest(world.db, request.id)).toEqual(before);
    const attached = act === 'attach';
    const got = await run(act, request.id, await key('helene'), about);
    // it is attached to that very person already: saying so again is done
    expect(got).toBe(attached ? 'done' : headGets[act][standing]);
    if (got !== 'done') expect(await readRequest(world.db, request.id)).toEqual(before);
  });
});
