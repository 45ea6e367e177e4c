// The states of an account: every move of the table, no other, each kept with who made it and from where.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  activate,
  activeAmong,
  authenticate,
  epochOf,
  issueActivation,
  openAccount,
} from '../../src/accounts/accounts.ts';
import { expiryOf } from '../../src/accounts/activation.ts';
import { moveAccount, moves, movesOf, type State, stateOf } from '../../src/accounts/states.ts';
import { type CastName, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { eventsOf, from, outcomes, PASSWORD, refusalOf } from './people.ts';

const states = Object.keys(moves) as State[];
const DAY = 86_400_000;

describe.each(engines)('the states of an account, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened?.close());

  const by = { actor: 'operator', why: 'essai', from: 'operator', at: NOW } as const;

  /** A person whose account stands in a state, by the moves that lead there. */
  async function inState(who: CastName, state: State): Promise<string> {
    const { db } = opened;
    const person = await personOf(db, who);
    for (const table of ['account', 'activation', 'account_move']) await db(table).where({ person }).delete();
    if (state === 'record') return person;
    if (state === 'invited') {
      await issueActivation(db, { person, actor: 'operator', at: NOW });
      return person;
    }
    await openAccount(db, { person, identifier: who, password: PASSWORD, actor: 'operator', at: NOW });
    if (state !== 'active') await moveAccount(db, { person, to: state, ...by });
    return person;
  }

  it.each(states)('knows an account that is %s', async (state) => {
    expect(await stateOf(opened.db, await inState('olga', state), NOW)).toBe(state);
  });

  const wanted = states.flatMap((before) =>
    (['active', 'suspended', 'closed'] as const).map((after) => ({ before, after })),
  );

  it.each(wanted)('an account that is $before becomes $after when the table says so, and not otherwise', async ({
    before,
    after,
  }) => {
    const { db } = opened;
    const person = await inState('olga', before);
    // to open an account is its holder's own act: no other room does it, not even by an allowed move
    const allowed = moves[before].includes(after) && before !== 'invited';
    const told = await moveAccount(db, { person, to: after, ...by }).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );
    expect(told).toBe(allowed ? 'ok' : 'account_move_refused');
    expect(await stateOf(db, person, NOW)).toBe(allowed ? after : before);
    expect((await activeAmong(db, [person])).has(person)).toBe((allowed ? after : before) === 'active');
  });

  it('keeps who made each move and from where, oldest first, and traces it without the reason', async () => {
    const { db } = opened;
    const person = await inState('tania', 'record');
    const { code } = await issueActivation(db, { person, actor: 'sylvie', from: 'school', at: NOW });
    await issueActivation(db, { person, actor: 'sylvie', from: 'school', at: NOW + 1 });
    const { code: newer } = await issueActivation(db, { person, actor: 'sylvie', from: 'school', at: NOW + 2 });
    await refusalOf(activate(db, { ...from(), code, check: 'Lopez', identifier: 'tania', password: PASSWORD }));
    await activate(db, {
      ...from(undefined, NOW + 3),
      code: newer,
      check: 'Lopez',
      identifier: 'tania',
      password: PASSWORD,
    });
    await moveAccount(db, { ...by, person, to: 'suspended', why: 'poste volé, Mme Lopez', at: NOW + 4 });
    await moveAccount(db, { ...by, person, to: 'active', at: NOW + 5 });
    await moveAccount(db, { person, to: 'closed', actor: person, why: 'holder', from: 'here', at: NOW + 6 });
    expect((await movesOf(db, person)).map(({ before, after, from, actor }) => [before, after, from, actor])).toEqual([
      ['record', 'invited', 'school', 'sylvie'],
      ['invited', 'active', 'here', person],
      ['active', 'suspended', 'operator', 'operator'],
      ['suspended', 'active', 'operator', 'operator'],
      ['active', 'closed', 'here', person],
    ]);
    expect((await eventsOf(db, person)).filter((event) => /suspended|reopened|closed/.test(event))).toEqual([
      'account.suspended',
      'account.reopened',
      'account.closed',
    ]);
    expect(JSON.stringify(await db('audit').where({ subject: person }))).not.toContain('Lopez');
  });

  it('ends an invitation with its code, the day of its term and not the day before', async () => {
    const { db } = opened;
    const person = await inState('theo', 'invited');
    const end = expiryOf(NOW);
    expect(await stateOf(db, person, end - DAY)).toBe('invited');
    expect(await stateOf(db, person, end - 1)).toBe('invited');
    expect(await stateOf(db, person, end)).toBe('record');
  });

  it('lets nobody in while suspended, and the same password again once reopened', async () => {
    const { db } = opened;
    const person = await inState('marc', 'suspended');
    const asked = { ...from(), identifier: 'marc', password: PASSWORD };
    expect((await refusalOf(authenticate(db, asked))).code).toBe('sign_in_failed');
    await moveAccount(db, { person, to: 'active', ...by });
    expect((await authenticate(db, { ...asked, at: NOW + 120_000 })).person).toBe(person);
  });

  it('moves to another epoch at each move, so that no session of before goes on', async () => {
    const { db } = opened;
    const person = await inState('lise', 'active');
    const before = (await epochOf(db, person))!;
    await moveAccount(db, { person, to: 'suspended', ...by });
    expect(await epochOf(db, person)).toBeUndefined();
    await moveAccount(db, { person, to: 'active', ...by });
    expect(await epochOf(db, person)).toBe(before + 2);
  });

  it('opens a closed account again by a new code, under a new identifier and password, and no earlier session', async () => {
    const { db } = opened;
    const person = await inState('henri', 'closed');
    const { epoch: before } = await db('account').where({ person }).first();
    const { code } = await issueActivation(db, { person, actor: 'operator', at: NOW });
    expect(await stateOf(db, person, NOW)).toBe('invited');
    const fresh = { identifier: 'henri.vidal', password: 'girouette-potiron-12-lac' };
    await activate(db, { ...from(), code, check: 'Vidal', ...fresh });
    expect(await stateOf(db, person, NOW)).toBe('active');
    const signedIn = await authenticate(db, { ...from(), ...fresh });
    expect(signedIn).toEqual({ person, epoch: before + 1 });
    expect((await refusalOf(authenticate(db, { ...from(), identifier: 'henri', password: PASSWORD }))).code).toBe(
      'sign_in_failed',
    );
  });

  it('leaves a closed account’s identifier to nobody else while it is kept', async () => {
    const { db } = opened;
    await inState('denise', 'closed');
    const other = await inState('diane', 'record');
    const { code } = await issueActivation(db, { person: other, actor: 'operator', at: NOW });
    const asked = { ...from(), code, check: 'Faure', password: PASSWORD };
    expect((await refusalOf(activate(db, { ...asked, identifier: 'denise' }))).code).toBe('identifier_taken');
    await activate(db, { ...asked, identifier: 'diane' });
  });

  it('suspends once however many ask at once', async () => {
    const { db } = opened;
    const person = await inState('carla', 'active');
    const asks = Array.from({ length: 100 }, () => moveAccount(db, { person, to: 'suspended', ...by }));
    expect(await outcomes(asks)).toEqual({ ok: 1, account_move_refused: 99 });
    expect((await movesOf(db, person)).filter(({ after }) => after === 'suspended')).toHaveLength(1);
  });
});
