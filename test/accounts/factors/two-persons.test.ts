// No one person takes over an account by both codes: who asks, who signs, who resets, in every order.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { activate, issueActivation, openAccount } from '../../../src/accounts/accounts.ts';
import { ASK_WAITS } from '../../../src/accounts/factors/code-asks.ts';
import { factorsOf, forgetFactors } from '../../../src/accounts/factors/factors.ts';
import { insertFactor } from '../../../src/accounts/factors/keeping.ts';
import { purgeFactors } from '../../../src/accounts/factors/purge.ts';
import {
  askFactorCode,
  dropFactorAsk,
  FACTOR_CODE_LIVES,
  issueFactorCode,
  signFactorCode,
  stopFactorCode,
  takeSchoolCode,
  underWay,
} from '../../../src/accounts/factors/school-codes.ts';
import { HAND_STAYS } from '../../../src/accounts/hands.ts';
import { changePassword } from '../../../src/accounts/holding.ts';
import { RESET_LASTS } from '../../../src/accounts/reset-codes.ts';
import { finishReset, startReset } from '../../../src/accounts/resets.ts';
import { issueLetters } from '../../../src/letters/letters.ts';
import { inTransaction } from '../../../src/storage/storage.ts';
import { type CastName, COLLEGE, cast, deliverCast, NOW, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { eventsOf, from, KEYS, outcomes, PASSWORD, refusalOf, takeMails } from '../people.ts';

const DAY = 86_400_000;
const names = ['helene', 'david', 'sylvie', 'carla', 'denise', 'tom'] as const;

describe.each(engines)('a code that two persons give, on $name', ({ open }) => {
  let opened: TestDatabase;
  const who = {} as Record<CastName, string>;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
    for (const name of names) {
      who[name] = await personOf(opened.db, name);
      const account = { person: who[name], identifier: name, password: PASSWORD };
      await openAccount(opened.db, { ...account, actor: 'system', at: NOW - DAY });
      const factor = { person: who[name], kind: 'totp', name: 'Téléphone' } as const;
      if (name !== 'carla') await insertFactor(opened.db, factor, NOW - DAY);
    }
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    for (const table of ['factor_code', 'factor_code_ask', 'code_hand', 'account_reset', 'throttle'])
      await opened.db(table).delete();
    await takeMails(opened.db, NOW + 100 * DAY);
  });

  const giving = (by: CastName | 'operator', person: CastName = 'helene', at = NOW) => ({
    person: who[person],
    by: by === 'operator' ? by : who[by],
    at,
  });
  const ask = (...of: Parameters<typeof giving>) => askFactorCode(opened.db, giving(...of));
  const sign = (...of: Parameters<typeof giving>) => signFactorCode(opened.db, giving(...of));
  const issue = (...of: Parameters<typeof giving>) => issueFactorCode(opened.db, giving(...of));
  const reset = (...of: Parameters<typeof giving>) => startReset(opened.db, giving(...of));
  const code = async (promise: Promise<unknown>) => (await refusalOf(promise)).code;
  const told = async () => (await takeMails(opened.db, NOW + DAY)).map(({ data, template }) => data.what ?? template);
  const use = (given: string, person: CastName = 'helene', at = NOW) =>
    takeSchoolCode(opened.db, { person: who[person], code: given, at });

  it.each(['helene', 'david', 'denise'] as const)('is asked for by one and signed by another: %s', async (holder) => {
    expect(await code(issue('sylvie', holder))).toBe('second_agent_needed');
    await ask('sylvie', holder);
    expect(await opened.db('factor_code')).toEqual([]);
    expect(await code(sign('sylvie', holder))).toBe('second_agent_needed');
    expect(await code(sign(holder, holder))).toBe('not_allowed');
    const signer = holder === 'david' ? 'helene' : 'david';
    const { code: given, expiresAt } = await sign(signer, holder);
    expect(expiresAt).toBe(NOW + FACTOR_CODE_LIVES);
    expect(await use(given, holder)).toBe(true);
    expect(await use(given, holder)).toBe(false);
  });

  it('needs one alone for who runs nothing', async () => {
    expect(await use((await issue('sylvie', 'tom')).code, 'tom')).toBe(true);
    expect(await code(issue('sylvie', 'carla'))).toBe('nothing_to_end');
    expect(await code(ask('sylvie', 'carla'))).toBe('nothing_to_end');
    expect(await code(ask('helene', 'helene'))).toBe('not_allowed');
  });

  it('is told to its holder at both steps, by mail and on their page, and is written in the trail', async () => {
    const before = (await eventsOf(opened.db, who.helene)).length;
    const page = (at = NOW) => underWay(opened.db, who.helene, at);
    expect(await page()).toBeUndefined();
    await ask('sylvie');
    expect(await told()).toEqual(['code_asked']);
    expect(await page()).toEqual({ step: 'asked', since: NOW, until: NOW + ASK_WAITS });
    await ask('david');
    expect(await told()).toEqual([]);
    await sign('david');
    expect(await told()).toEqual(['code_issued']);
    expect(await page()).toEqual({ step: 'issued', since: NOW, until: NOW + FACTOR_CODE_LIVES });
    expect(await page(NOW + FACTOR_CODE_LIVES)).toBeUndefined();
    const events = (await eventsOf(opened.db, who.helene)).slice(before);
    expect(events).toEqual(['factor.code_asked', 'factor.code_signed']);
  });

  it('waits three days for its signature, and not a moment more', async () => {
    await ask('sylvie');
    expect(await code(sign('david', 'helene', NOW + ASK_WAITS))).toBe('factor_ask_over');
    await sign('david', 'helene', NOW + ASK_WAITS - 1);
    await ask('sylvie', 'helene', NOW + 10 * DAY);
    await purgeFactors(opened.db, NOW + 10 * DAY + ASK_WAITS);
    expect(await opened.db('factor_code_ask')).toEqual([]);
  });

  it('is signed by somebody who holds a second factor; the operator proves it on the server', async () => {
    await ask('sylvie');
    expect(await code(sign('carla'))).toBe('signer_factor_missing');
    await sign('operator');
    await ask('operator');
    expect(await code(sign('operator', 'helene', NOW + DAY))).toBe('second_agent_needed');
  });

  it('is signed once, by the first of two at once; a double click of one is one signature', async () => {
    await ask('sylvie');
    expect(await outcomes([sign('david'), sign('tom')])).toEqual({ ok: 1, factor_ask_over: 1 });
    await opened.db('code_hand').delete();
    await ask('sylvie', 'helene', NOW + DAY);
    const [first, second] = [await sign('david', 'helene', NOW + DAY), await sign('david', 'helene', NOW + DAY + 900)];
    expect([
      await use(first.code, 'helene', NOW + DAY + 1_000),
      await use(second.code, 'helene', NOW + DAY + 1_000),
    ]).toEqual([false, true]);
    expect(await code(sign('david', 'helene', NOW + DAY + 1_000))).toBe('factor_ask_over');
  });

  it('is used once of 500 at once', async () => {
    await ask('sylvie');
    const { code: given } = await sign('david');
    const taken = await Promise.all(
      Array.from({ length: 500 }, () =>
        inTransaction(opened.db, (tx) => takeSchoolCode(tx, { ...giving('tom'), code: given })),
      ),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('is stopped by its holder, who is signed in and has lost nothing, before and after the signature', async () => {
    const stop = () => stopFactorCode(opened.db, { person: who.helene, at: NOW });
    await ask('sylvie');
    await stop();
    expect(await code(sign('david'))).toBe('factor_ask_over');
    await ask('sylvie');
    const { code: given } = await sign('david');
    await stop();
    expect(await use(given)).toBe(false);
    expect(await underWay(opened.db, who.helene, NOW)).toBeUndefined();
    expect(await factorsOf(opened.db, who.helene)).toHaveLength(1);
  });

  it('is taken back by who asked, or by who will not sign', async () => {
    await ask('sylvie');
    expect(await dropFactorAsk(opened.db, giving('david'))).toBe(true);
    expect(await dropFactorAsk(opened.db, giving('david'))).toBe(false);
    expect(await code(sign('david'))).toBe('factor_ask_over');
  });

  it('falls with the factors themselves', async () => {
    const other = { person: who.denise, kind: 'totp', name: 'Téléphone' } as const;
    await ask('sylvie', 'denise');
    await inTransaction(opened.db, (tx) => forgetFactors(tx, who.denise));
    await insertFactor(opened.db, other, NOW);
    expect(await code(sign('david', 'denise'))).toBe('factor_ask_over');
  });

  describe('and a new password', () => {
    const finish = async (by: CastName, at: number, person: CastName = 'helene') => {
      const { code: given } = await reset(by, person, at);
      const check = cast[person].name.split(' ').at(-1) ?? '';
      const secret = { code: given, check, password: PASSWORD, keys: KEYS };
      await finishReset(opened.db, { ...from(undefined, at), ...secret });
    };

    it('are never of one hand: who asked or signed resets nothing while the code holds, nor a day after its use', async () => {
      await ask('sylvie');
      expect(await code(reset('sylvie'))).toBe('second_agent_needed');
      await reset('tom');
      const { code: given } = await sign('david', 'helene', NOW + 1);
      for (const by of ['sylvie', 'david'] as const)
        expect(await code(reset(by, 'helene', NOW + 2)), by).toBe('second_agent_needed');
      await use(given, 'helene', NOW + 10);
      for (const by of ['sylvie', 'david'] as const) {
        expect(await code(reset(by, 'helene', NOW + 9 + HAND_STAYS)), by).toBe('second_agent_needed');
        await reset(by, 'helene', NOW + 10 + HAND_STAYS);
      }
    });

    it('are open to who asked once nothing has come of it', async () => {
      await ask('sylvie');
      expect(await code(reset('sylvie'))).toBe('second_agent_needed');
      await dropFactorAsk(opened.db, giving('sylvie'));
      await reset('sylvie');
      expect(await code(ask('sylvie'))).toBe('second_agent_needed');
    });

    it('in the other order too: who reset neither asks, nor signs, nor issues', async () => {
      await reset('sylvie');
      await reset('sylvie', 'tom');
      expect(await code(ask('sylvie'))).toBe('second_agent_needed');
      expect(await code(issue('sylvie', 'tom'))).toBe('second_agent_needed');
      await ask('tom');
      expect(await code(sign('sylvie'))).toBe('second_agent_needed');
      await sign('david');
      const ends = NOW + RESET_LASTS.school;
      expect(await code(issue('sylvie', 'tom', ends - 1))).toBe('second_agent_needed');
      await issue('sylvie', 'tom', ends);
    });

    it('for a day after the new password was chosen, whoever chose it', async () => {
      await finish('sylvie', NOW);
      expect(await code(ask('sylvie', 'helene', NOW + HAND_STAYS - 1))).toBe('second_agent_needed');
      await ask('sylvie', 'helene', NOW + HAND_STAYS);
      await opened.db('factor_code_ask').delete();
      await reset('david', 'helene', NOW + 2 * DAY);
      const at = NOW + 3 * DAY;
      const holder = { ...from(undefined, at), person: who.helene, keys: KEYS };
      await changePassword(opened.db, { ...holder, old: PASSWORD, password: `${PASSWORD}-2` });
      await changePassword(opened.db, { ...holder, old: `${PASSWORD}-2`, password: PASSWORD });
      expect(await code(ask('david', 'helene', at + HAND_STAYS - 1))).toBe('second_agent_needed');
      await ask('david', 'helene', at + HAND_STAYS);
    });

    it('of the signer’s own account are no way round: nobody signs as somebody whose password they have reset', async () => {
      await finish('david', NOW, 'tom');
      await ask('david');
      expect(await code(sign('tom'))).toBe('second_agent_needed');
      await opened.db('factor_code_ask').delete();
      await ask('tom');
      expect(await code(sign('david'))).toBe('second_agent_needed');
      await sign('david', 'helene', NOW + HAND_STAYS);
    });

    it('nor is an account that one has opened oneself a second person, for a day', async () => {
      const diane = await personOf(opened.db, 'diane');
      const { code: letter } = await issueActivation(opened.db, { person: diane, actor: who.david, at: NOW });
      const opening = { code: letter, check: 'Faure', identifier: 'diane', password: PASSWORD };
      await activate(opened.db, { ...from(), ...opening });
      await insertFactor(opened.db, { person: diane, kind: 'totp', name: 'Téléphone' }, NOW);
      const asDiane = (at: number) => signFactorCode(opened.db, { person: who.helene, by: diane, at });
      await ask('david');
      expect(await code(asDiane(NOW + HAND_STAYS - 1))).toBe('second_agent_needed');
      await asDiane(NOW + HAND_STAYS);
    });

    it('given at the same moment by one person: one of them', async () => {
      for (let round = 0; round < 10; round += 1) {
        const at = NOW + round * 100 * DAY;
        const counts = await outcomes([reset('sylvie', 'tom', at), issue('sylvie', 'tom', at)]);
        expect(counts).toEqual({ ok: 1, second_agent_needed: 1 });
      }
    });

    it('of who runs a school and holds no factor yet is given by nobody at school: it would open all', async () => {
      const factor = { person: who.david, kind: 'totp', name: 'Téléphone' } as const;
      await opened.db('factor').where({ person: who.david }).delete();
      expect(await code(reset('helene', 'david'))).toBe('reset_by_link');
      await reset('operator', 'david');
      await reset('helene', 'carla');
      await insertFactor(opened.db, factor, NOW - DAY);
      await reset('helene', 'david');
    });

    it('given before somebody ran a school, or while they held a factor, sets none once it would open all', async () => {
      const factor = { person: who.david, kind: 'totp', name: 'Téléphone' } as const;
      const { code: given } = await reset('helene', 'david');
      const finishing = (typed: string) =>
        finishReset(opened.db, { ...from(), code: typed, check: 'Roux', password: PASSWORD, keys: KEYS });
      await opened.db('factor').where({ person: who.david }).delete();
      expect(await code(finishing(given))).toBe('reset_invalid');
      await insertFactor(opened.db, factor, NOW - DAY);
      await finishing(given);
      await opened.db('factor').where({ person: who.david }).delete();
      await finishing((await reset('operator', 'david')).code);
      await insertFactor(opened.db, factor, NOW - DAY);
    });

    it('by letters to all the staff, pass over whom one has given a code', async () => {
      await issue('sylvie', 'tom');
      const keys = (use: string) => KEYS(use);
      const letters = (to: Parameters<typeof issueLetters>[2]['to']) =>
        issueLetters(opened.db, keys, {
          school: COLLEGE,
          kind: 'reset',
          to,
          actor: who.sylvie,
          from: 'school',
          at: NOW,
        });
      expect((await letters({ who: 'staff' })).size).toBe(4);
      expect(await opened.db('account_reset').where({ person: who.tom })).toEqual([]);
      expect(await code(letters({ who: 'person', person: who.tom }))).toBe('second_agent_needed');
      await reset('david', 'tom');
    });
  });
});
