// A school in trouble: every pupil's password void at once, nobody else's touched, and no session of theirs goes on.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authenticate, epochOf, issueActivation, openAccount } from '../../src/accounts/accounts.ts';
import { countPupils, resetMany } from '../../src/accounts/bulk.ts';
import { contactOf } from '../../src/accounts/contact.ts';
import { answerResets, askReset, finishReset, startReset } from '../../src/accounts/resets.ts';
import { moveAccount, stateOf } from '../../src/accounts/states.ts';
import { ACADEMY, type CastName, COLLEGE, deliverCast, ECOLE, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { from, KEYS, PASSWORD, refusalOf } from './people.ts';

const pupils = ['paul', 'ines', 'lucas', 'lea', 'noe'] as const;
const others = ['tom', 'helene', 'paula', 'denise'] as const;

describe.each(engines)('resetting all the pupils of a school, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened?.close());

  beforeEach(async () => {
    const { db } = opened;
    for (const table of ['account', 'activation', 'throttle']) await db(table).delete();
    for (const who of [...pupils, ...others]) {
      const person = await personOf(db, who);
      await openAccount(db, { person, identifier: who, password: PASSWORD, actor: 'operator', at: NOW });
    }
  });

  const reset = (wide: { schools: string[] } | { academy: string }) =>
    resetMany(opened.db, { ...wide, audience: 'pupils', actor: 'helene', at: NOW });
  const enters = async (who: CastName): Promise<boolean> =>
    authenticate(opened.db, { ...from(), identifier: who, password: PASSWORD }).then(
      () => true,
      () => false,
    );

  it('lets no pupil of it in any more, and everybody else', async () => {
    expect(await reset({ schools: [COLLEGE] })).toEqual({ schools: 1, accounts: 3 });
    for (const who of ['paul', 'ines', 'lucas'] as const) expect([who, await enters(who)]).toEqual([who, false]);
    for (const who of ['lea', 'noe', ...others] as const) expect([who, await enters(who)]).toEqual([who, true]);
  });

  it('moves each of its pupils to another epoch, and nobody else', async () => {
    await reset({ schools: [COLLEGE] });
    for (const who of pupils)
      expect([who, await epochOf(opened.db, await personOf(opened.db, who))]).toEqual([
        who,
        ['paul', 'ines', 'lucas'].includes(who) ? NOW + 1 : NOW, // which began when they were opened
      ]);
  });

  it('takes all the schools of an academy, each in a transaction of its own with its trace', async () => {
    const { db } = opened;
    await db('audit').delete();
    const told: [string, number][] = [];
    const result = await resetMany(db, {
      academy: ACADEMY,
      audience: 'pupils',
      actor: 'operator',
      at: NOW,
      onSchool: (school, accounts) => told.push([school, accounts]),
    });
    expect(result).toEqual({ schools: 3, accounts: 5 });
    expect(told).toEqual([
      [COLLEGE, 3],
      [LYCEE, 1],
      [ECOLE, 1],
    ]);
    const rows = await db('audit').where({ event: 'accounts.reset' }).orderBy('seq');
    expect(rows.map(({ school, actor, details }) => [school, actor, JSON.parse(details).accounts])).toEqual([
      [COLLEGE, 'operator', 3],
      [LYCEE, 'operator', 1],
      [ECOLE, 'operator', 1],
    ]);
  });

  it('voids the codes already printed: those that open an account and those that reset a password', async () => {
    const { db } = opened;
    const zoe = await personOf(db, 'zoe');
    await issueActivation(db, { person: zoe, actor: 'operator', at: NOW });
    const paul = await personOf(db, 'paul');
    const { code } = await startReset(db, { person: paul, by: 'secretary', at: NOW });
    await reset({ schools: [COLLEGE] });
    expect(await stateOf(db, zoe, NOW)).toBe('record');
    const asked = { ...from(), code, check: 'Bernard', password: 'girouette-potiron-12-lac', keys: KEYS };
    expect((await refusalOf(finishReset(db, asked))).code).toBe('reset_invalid');
  });

  it('takes the password of a suspended account too, so that no one knows it who knew it before', async () => {
    const { db } = opened;
    const [ines, lea] = [await personOf(db, 'ines'), await personOf(db, 'lea')];
    const moved = { actor: 'x', why: 'x', from: 'operator', at: NOW } as const;
    for (const person of [ines, lea]) await moveAccount(db, { person, to: 'suspended', ...moved });
    const { changed_at: before } = await db('account').where({ person: ines }).first();
    expect(await resetMany(db, { schools: [COLLEGE], audience: 'pupils', actor: 'helene', at: NOW + 1 })).toEqual({
      schools: 1,
      accounts: 2, // those that could sign in
    });
    expect(await stateOf(db, ines, NOW)).toBe('suspended');
    expect((await db('account').where({ person: ines }).first()).changed_at).toBe(before); // its term is not put off
    for (const person of [ines, lea]) await moveAccount(db, { person, to: 'active', ...moved });
    expect([await enters('ines'), await enters('lea')]).toEqual([false, true]); // she is of another school
    const { code } = await startReset(db, { person: ines, by: 'secretary', at: NOW });
    const password = 'girouette-potiron-12-lac';
    await finishReset(db, { ...from(), code, check: 'Amrani', password, keys: KEYS });
    expect((await authenticate(db, { ...from(), identifier: 'ines', password })).person).toBe(ines);
  });

  it('leaves second factors as they are', async () => {
    const { db } = opened;
    const person = await personOf(db, 'paul');
    const factor = {
      id: 'f1',
      person,
      kind: 'totp',
      name: 'Téléphone',
      step: 1,
      added_at: NOW,
      transports: '',
      synced: 0,
    };
    await db('factor').insert(factor);
    await reset({ schools: [COLLEGE] });
    expect(await db('factor').where({ person })).toHaveLength(1);
  });

  it('is not undone by a mail: whoever held the account may have given the address', async () => {
    const { db } = opened;
    const person = await personOf(db, 'paul');
    await db('account_email').insert({ person, email: 'paul@exemple.fr', verified_at: NOW });
    await reset({ schools: [COLLEGE] });
    await askReset(db, { ...from(), identifier: 'paul' });
    expect(await answerResets(db, { keys: KEYS, at: NOW })).toBe(0);
    expect(await db('mail').where({ person, template: 'reset' })).toEqual([]);
    // nor later, once a code of the school has given the account back to its holder
    const { code } = await startReset(db, { person, by: 'secretary', at: NOW });
    await finishReset(db, { ...from(), code, check: 'Bernard', password: 'girouette-potiron-12-lac', keys: KEYS });
    await askReset(db, { ...from(), identifier: 'paul' });
    expect(await answerResets(db, { keys: KEYS, at: NOW })).toBe(0);
    expect(await contactOf(db, person)).toBeUndefined();
  });

  it('gives each pupil the way back by a code of the school', async () => {
    const { db } = opened;
    await reset({ schools: [COLLEGE] });
    expect(await countPupils(db, { school: COLLEGE, at: NOW })).toEqual({ active: 3, withoutPassword: 3 });
    const person = await personOf(db, 'paul');
    const { code } = await startReset(db, { person, by: 'secretary', at: NOW });
    const password = 'girouette-potiron-12-lac';
    await finishReset(db, { ...from(), code, check: 'Bernard', password, keys: KEYS });
    expect((await authenticate(db, { ...from(), identifier: 'paul', password })).person).toBe(person);
    expect(await countPupils(db, { school: COLLEGE, at: NOW })).toEqual({ active: 3, withoutPassword: 2 });
  });

  it('stands or falls with what else ends: a school whose sessions could not be ended is not reset', async () => {
    const { db } = opened;
    const also = [
      async () => {
        throw new Error('the sessions could not be ended');
      },
    ];
    const asked = { schools: [COLLEGE], audience: 'pupils', actor: 'x', at: NOW, also } as const;
    await expect(resetMany(db, asked)).rejects.toThrow('could not be ended');
    expect(await enters('paul')).toBe(true);
  });

  it('is refused for a school, or an academy, that is not known, before anything is changed', async () => {
    expect((await refusalOf(reset({ schools: [COLLEGE, '0999999Z'] }))).code).toBe('unknown_school');
    expect((await refusalOf(reset({ academy: '999' }))).code).toBe('unknown_school');
    expect(await enters('paul')).toBe(true);
  });
});
