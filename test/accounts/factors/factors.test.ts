// Second factors: each proof is good once, all refusals look alike, and nobody who must hold one is ever without.
import { randomBytes } from 'node:crypto';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAccount } from '../../../src/accounts/accounts.ts';
import { boundTo } from '../../../src/accounts/factors/challenges.ts';
import { isKnownDevice, noteDevice } from '../../../src/accounts/factors/devices.ts';
import {
  type Acting,
  addApplication,
  addPasskey,
  factorsOf,
  type Given,
  mustHoldFactor,
  proveFactor,
  removeFactor,
  renameFactor,
  renewCodes,
  spendSchoolCode,
  standingOf,
} from '../../../src/accounts/factors/factors.ts';
import { creationOptions, requestOptions } from '../../../src/accounts/factors/passkeys.ts';
import { purgeFactors } from '../../../src/accounts/factors/purge.ts';
import { sheetKept, sheetToShow } from '../../../src/accounts/factors/recovery.ts';
import { FACTOR_CODE_LIVES, issueFactorCode } from '../../../src/accounts/factors/school-codes.ts';
import { showSecret, waitingSecret } from '../../../src/accounts/factors/totp.ts';
import { changeFacts } from '../../../src/facts/facts.ts';
import { type CastName, COLLEGE, DELIVERED, deliverCast, NOW, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { eventsOf, everything, from, outcomes, PASSWORD, refusalOf, takeMails } from '../people.ts';
import { softKey, type Wrong } from './soft-key.ts';

const ISSUER = 'https://preau.example';
const STEP = 30_000;
const DAY = 86_400_000;
/** In the middle of a step, so that what is counted is whole steps. */
const AT = Math.floor(NOW / STEP) * STEP + STEP / 2;
const key = randomBytes(32);

describe.each(engines)('second factors on $name', ({ open }) => {
  let opened: TestDatabase;
  const who: Partial<Record<CastName, string>> = {};
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
    for (const name of ['helene', 'david', 'tom', 'olga', 'paula'] as const) {
      who[name] = await personOf(opened.db, name);
      const account = { person: who[name], identifier: name, password: PASSWORD };
      await openAccount(opened.db, { ...account, actor: 'system', at: NOW });
    }
  });
  afterAll(() => opened.close());
  beforeEach(async () => {
    for (const table of ['factor', 'recovery_code', 'recovery_sheet', 'factor_enrolment', 'throttle', 'known_device'])
      await opened.db(table).delete();
    await takeMails(opened.db, AT + 10 * DAY);
  });

  const acting = (name: CastName, at = AT): Acting => ({
    person: who[name] ?? '',
    bound: boundTo('session', name),
    issuer: ISSUER,
    key,
    at,
  });
  const prove = (name: CastName, given: Given, at = AT, device?: string) => {
    const { key: secrets, ...rest } = acting(name, at);
    return proveFactor(opened.db, { ...rest, secrets, from: { ...from(undefined, at), device }, given });
  };
  const code = (secret: string, at: number) => generateSync({ secret, epoch: Math.floor(at / 1000) });
  /** Adds an application a while ago, so that the step of its first code is long past. */
  const application = async (name: CastName, at = AT - DAY): Promise<string> => {
    const secret = await waitingSecret(opened.db, acting(name, at));
    await addApplication(opened.db, { ...acting(name, at), code: code(secret, at), name: 'Téléphone' });
    return secret;
  };
  const sheetOf = async (name: CastName, at = AT - DAY) => (await sheetToShow(opened.db, acting(name, at))) ?? [];
  const told = async () =>
    (await takeMails(opened.db, AT + 10 * DAY)).map(({ data, template }) => data.what ?? template);

  describe('an application of codes', () => {
    it('is added by its first code, which is used up; its secret is nowhere to be read', async () => {
      const secret = await waitingSecret(opened.db, acting('tom'));
      expect(await waitingSecret(opened.db, acting('tom'))).toBe(secret);
      const add = (typed: string) => addApplication(opened.db, { ...acting('tom'), code: typed, name: ' Téléphone ' });
      const first = code(secret, AT);
      expect((await refusalOf(add(code(secret, AT + 5 * STEP)))).code).toBe('factor_refused');
      expect(await factorsOf(opened.db, who.tom!)).toEqual([]);
      expect(await add(first)).toEqual(['otp']);
      expect(await factorsOf(opened.db, who.tom!)).toMatchObject([{ kind: 'totp', name: 'Téléphone', addedAt: AT }]);
      expect((await refusalOf(add(first))).code).toBe('factor_refused');
      expect((await refusalOf(prove('tom', { kind: 'totp', code: first }))).code).toBe('factor_refused');
      expect(await everything(opened.db)).not.toContain(secret);
      expect(await told()).toEqual(['totp_added']);
    });

    it('is added once by a double click', async () => {
      const secret = await waitingSecret(opened.db, acting('tom'));
      const given = { ...acting('tom'), code: code(secret, AT), name: 'Deux fois' };
      const both = [1, 2].map(() => addApplication(opened.db, given));
      expect(await outcomes(both)).toEqual({ ok: 1, factor_refused: 1 });
    });

    it('shows a picture of what is written beside it', () => {
      const { secret, uri, picture } = showSecret('A'.repeat(32), 'Tom Garnier');
      expect(uri).toBe(`otpauth://totp/Pr%C3%A9au:Tom%20Garnier?secret=${'A'.repeat(32)}&issuer=Pr%C3%A9au`);
      expect(secret).toBe(Array(8).fill('AAAA').join(' '));
      expect(picture).toMatch(/^<svg [^>]*viewBox/);
    });

    it.each([
      ['of this step', 0, true],
      ['of the step before', -1, true],
      ['of the step after', 1, true],
      ['of two steps before', -2, false],
      ['of two steps after', 2, false],
    ])('takes a code %s: %s', async (_, steps, good) => {
      const secret = await application('tom');
      const proof = prove('tom', { kind: 'totp', code: code(secret, AT + steps * STEP) });
      if (good) expect(await proof).toEqual(['otp']);
      else expect((await refusalOf(proof)).code).toBe('factor_refused');
    });

    it('takes the same code once, however often it comes, and none that is older', async () => {
      const secret = await application('tom');
      await prove('tom', { kind: 'totp', code: code(secret, AT) });
      for (const typed of [code(secret, AT), code(secret, AT - STEP)])
        expect((await refusalOf(prove('tom', { kind: 'totp', code: typed }, AT + 5_000))).code).toBe('factor_refused');
      expect(await prove('tom', { kind: 'totp', code: code(secret, AT + STEP) }, AT + STEP)).toEqual(['otp']);
    });

    it('takes it once of 500 at once', async () => {
      const secret = await application('tom');
      const typed = code(secret, AT);
      const all = Array.from({ length: 500 }, () => prove('tom', { kind: 'totp', code: typed }));
      expect(await outcomes(all)).toEqual({ ok: 1, factor_refused: 499 });
    });

    it('takes codes again after a clock that ran ahead was put back', async () => {
      const secret = await application('tom');
      await prove('tom', { kind: 'totp', code: code(secret, AT + 400 * DAY) }, AT + 400 * DAY);
      expect(await prove('tom', { kind: 'totp', code: code(secret, AT) })).toEqual(['otp']);
      expect((await refusalOf(prove('tom', { kind: 'totp', code: code(secret, AT) }))).code).toBe('factor_refused');
    });

    it('takes no code of somebody else’s', async () => {
      const secret = await application('tom');
      await application('olga');
      expect((await refusalOf(prove('olga', { kind: 'totp', code: code(secret, AT) }))).code).toBe('factor_refused');
    });
  });

  describe('guessing', () => {
    it('looks the same whether a code is wrong, used, ill-formed or comes too early', async () => {
      const secret = await application('tom');
      await prove('tom', { kind: 'totp', code: code(secret, AT) });
      const seen = new Set<string>();
      for (const typed of [code(secret, AT), '000000', 'abc', '', '1234567', '٠١٢٣٤٥'])
        seen.add(JSON.stringify(await refusalOf(prove('tom', { kind: 'totp', code: typed }))));
      seen.add(JSON.stringify(await refusalOf(prove('tom', { kind: 'recovery', code: 'AAAA-AAAA-AAAA-AAAA' }))));
      seen.add(JSON.stringify(await refusalOf(prove('tom', { kind: 'passkey', answer: '{}' }))));
      const good = { kind: 'totp', code: code(secret, AT + STEP) } as const;
      seen.add(JSON.stringify(await refusalOf(prove('tom', good, AT + 1))));
      expect(seen.size).toBe(1);
      expect(await prove('tom', good, AT + 20 * 60_000 - 19 * 60_000)).toEqual(['otp']);
    });

    it('is slowed down however many come at once', async () => {
      const secret = await application('tom');
      const wrong = Array.from({ length: 200 }, () => prove('tom', { kind: 'totp', code: '000000' }));
      expect(await outcomes(wrong)).toEqual({ factor_refused: 200 });
      expect(await outcomes([prove('tom', { kind: 'totp', code: code(secret, AT) }, AT + 1)])).toEqual({
        factor_refused: 1,
      });
      const tries = await opened.db('throttle').where({ kind: 'factor' }).first('tries');
      expect(tries.tries).toBe(201);
    });

    it('never keeps out a browser that has signed in before', async () => {
      const secret = await application('tom');
      await noteDevice(opened.db, { person: who.tom!, device: 'my-browser', key: from().key, at: AT });
      await outcomes(Array.from({ length: 50 }, () => prove('tom', { kind: 'totp', code: '000000' })));
      const good = { kind: 'totp', code: code(secret, AT) } as const;
      expect((await refusalOf(prove('tom', good, AT + 1, 'another'))).code).toBe('factor_refused');
      expect(await prove('tom', good, AT + 1, 'my-browser')).toEqual(['otp']);
    });
  });

  describe('recovery codes', () => {
    it('are ten, made with the first factor, shown until they are kept, and only where they were made', async () => {
      await application('tom');
      const codes = await sheetOf('tom');
      expect(codes).toHaveLength(10);
      expect(new Set(codes.map((one) => one.slice(0, 4))).size).toBe(10);
      for (const one of codes) expect(one).toMatch(/^(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}$/);
      const elsewhere = { ...acting('tom', AT - DAY), bound: boundTo('session', 'another') };
      expect(await sheetToShow(opened.db, elsewhere)).toBeUndefined();
      expect(await sheetOf('tom')).toEqual(codes);
      const kept = await everything(opened.db);
      for (const one of codes) expect(kept).not.toContain(one.slice(5));
      await sheetKept(opened.db, acting('tom'));
      expect(await sheetOf('tom')).toEqual([]);
    });

    it('are each good once, whatever the capitals and hyphens, and their holder is told', async () => {
      await application('tom');
      const [first = '', second = ''] = await sheetOf('tom');
      await told();
      expect(await prove('tom', { kind: 'recovery', code: first.toLowerCase().replaceAll('-', ' ') })).toEqual(['otp']);
      expect((await refusalOf(prove('tom', { kind: 'recovery', code: first }))).code).toBe('factor_refused');
      expect(await prove('tom', { kind: 'recovery', code: second })).toEqual(['otp']);
      expect((await standingOf(opened.db, who.tom!, AT)).codesLeft).toBe(8);
      expect(await told()).toEqual(['recovery_used', 'recovery_used']);
    });

    it('are used once of 500 at once', async () => {
      await application('tom');
      const [first = ''] = await sheetOf('tom');
      const all = Array.from({ length: 500 }, () => prove('tom', { kind: 'recovery', code: first }));
      const { ok, ...rest } = await outcomes(all);
      expect(ok).toBe(1);
      expect(Object.values(rest).reduce((sum, count) => sum + count, 0)).toBe(499);
    });

    it('are nobody else’s, and the old ones go with new ones', async () => {
      await application('tom');
      await application('olga');
      const [old = ''] = await sheetOf('tom');
      expect((await refusalOf(prove('olga', { kind: 'recovery', code: old }))).code).toBe('factor_refused');
      await renewCodes(opened.db, acting('tom'));
      expect((await refusalOf(prove('tom', { kind: 'recovery', code: old }))).code).toBe('factor_refused');
      const [fresh = ''] = await sheetOf('tom', AT);
      expect(await prove('tom', { kind: 'recovery', code: fresh })).toEqual(['otp']);
      expect((await refusalOf(renewCodes(opened.db, acting('paula')))).code).toBe('nothing_to_end');
    });
  });

  describe('a passkey', () => {
    const made = async (name: CastName, wrong: Wrong = {}, soft = softKey(ISSUER)) => {
      const asked = await creationOptions(opened.db, acting(name), { ...acting(name), label: name });
      await addPasskey(opened.db, { ...acting(name), answer: soft.make(asked, wrong), name: 'Clé' });
      return soft;
    };
    const asked = async (name: CastName, at = AT) => {
      const options = await requestOptions(opened.db, acting(name), acting(name, at));
      if (!options) throw new Error('no passkey');
      return options;
    };

    it('is asked for with its person verified, for this house alone', async () => {
      const options = await creationOptions(opened.db, acting('tom'), { ...acting('tom'), label: 'Tom Garnier' });
      expect(options.rp).toEqual({ id: 'preau.example', name: 'Préau' });
      expect(options.authenticatorSelection).toMatchObject({ userVerification: 'required' });
      expect(options.user.id).not.toContain(who.tom);
      expect(options.attestation).toBe('none');
    });

    it('is made, and proves its holder as often as it is asked', async () => {
      const soft = await made('tom');
      for (const _ of [1, 2, 3])
        expect(await prove('tom', { kind: 'passkey', answer: soft.prove(await asked('tom')) })).toEqual([
          'hwk',
          'user',
        ]);
      expect(await told()).toEqual(['passkey_added']);
    });

    it.each<[string, Wrong]>([
      ['made on another site', { origin: 'https://preau.example.evil' }],
      ['made for another host', { host: 'evil.example' }],
      ['whose person was not verified', { verified: false }],
      ['for a challenge that we did not give', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['of another kind', { type: 'webauthn.get' }],
    ])('%s is not added', async (_, wrong) => {
      expect((await refusalOf(made('tom', wrong))).code).toBe('passkey_refused');
      expect(await factorsOf(opened.db, who.tom!)).toEqual([]);
    });

    it('whose browser says oddly how it is reached is added all the same', async () => {
      const soft = await made('tom', { transports: 'internal' });
      expect(await prove('tom', { kind: 'passkey', answer: soft.prove(await asked('tom')) })).toContain('hwk');
    });

    it('is not added twice, nor to two people', async () => {
      const soft = await made('tom');
      expect((await refusalOf(made('tom', {}, soft))).code).toBe('passkey_refused');
      expect((await refusalOf(made('olga', {}, soft))).code).toBe('passkey_refused');
    });

    it.each<[string, Wrong]>([
      ['on another site', { origin: 'http://preau.example' }],
      ['for another host', { host: 'evil.example' }],
      ['without its person verified', { verified: false }],
      ['for a challenge that we did not give', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['signed otherwise', { signature: Buffer.alloc(70) }],
      ['of another kind', { type: 'webauthn.create' }],
    ])('does not prove %s', async (_, wrong) => {
      const soft = await made('tom');
      const answer = soft.prove(await asked('tom'), wrong);
      expect((await refusalOf(prove('tom', { kind: 'passkey', answer }))).code).toBe('factor_refused');
    });

    it('does not prove twice by the same answer, nor once its count stands still', async () => {
      const soft = await made('tom');
      const answer = soft.prove(await asked('tom'), { count: 7 });
      await prove('tom', { kind: 'passkey', answer });
      expect((await refusalOf(prove('tom', { kind: 'passkey', answer }))).code).toBe('factor_refused');
      for (const count of [7, 6]) {
        const again = soft.prove(await asked('tom'), { count });
        expect((await refusalOf(prove('tom', { kind: 'passkey', answer: again }))).code).toBe('factor_refused');
      }
      expect(await prove('tom', { kind: 'passkey', answer: soft.prove(await asked('tom'), { count: 8 }) })).toContain(
        'hwk',
      );
    });

    it('and a copy of it that signs at the same time prove once', async () => {
      const soft = await made('tom');
      const answers = [];
      for (let copy = 0; copy < 20; copy += 1) answers.push(soft.prove(await asked('tom'), { count: 5 }));
      const all = answers.map((answer) => prove('tom', { kind: 'passkey', answer }));
      expect(await outcomes(all)).toEqual({ ok: 1, factor_refused: 19 });
    });

    it('proves once of 500 at once', async () => {
      const soft = await made('tom');
      const answer = soft.prove(await asked('tom'));
      const all = Array.from({ length: 500 }, () => prove('tom', { kind: 'passkey', answer }));
      expect(await outcomes(all)).toEqual({ ok: 1, factor_refused: 499 });
    });

    it('proves nobody but its holder, in the way it was asked in and in time', async () => {
      const soft = await made('tom');
      await made('olga');
      const forTom = soft.prove(await asked('tom'));
      expect((await refusalOf(prove('olga', { kind: 'passkey', answer: forTom }))).code).toBe('factor_refused');
      const forOlga = soft.prove(await asked('olga'));
      expect((await refusalOf(prove('olga', { kind: 'passkey', answer: forOlga }))).code).toBe('factor_refused');
      const { key: secrets, ...elsewhere } = { ...acting('tom'), bound: boundTo('interaction', 'tom') };
      const given = { kind: 'passkey', answer: soft.prove(await asked('tom')) } as const;
      const crossed = proveFactor(opened.db, { ...elsewhere, secrets, from: from(), given });
      expect((await refusalOf(crossed)).code).toBe('factor_refused');
      const late = soft.prove(await asked('tom'));
      expect((await refusalOf(prove('tom', { kind: 'passkey', answer: late }, AT + 11 * 60_000))).code).toBe(
        'factor_refused',
      );
    });

    it.each([
      '',
      '{',
      '[]',
      'null',
      '{"id":1}',
      '{"id":"a","response":{}}',
      '{"id":"a","response":{"clientDataJSON":"e30"}}',
    ])('is not proven by %j, which is no answer', async (answer) => {
      await made('tom');
      expect((await refusalOf(prove('tom', { kind: 'passkey', answer }))).code).toBe('factor_refused');
    });
  });

  describe('who must hold one', () => {
    it.each<[CastName, boolean]>([
      ['helene', true],
      ['david', true],
      ['henri', true],
      ['tom', false],
      ['berthe', false],
      ['carla', false],
      ['denise', false],
      ['paula', false],
      ['paul', false],
    ])('%s: %s', async (name, must) => {
      expect(await mustHoldFactor(opened.db, await personOf(opened.db, name), NOW)).toBe(must);
    });

    it('is so from the first day to the last, and not the day before or after', async () => {
      const person = who.olga!;
      for (const relation of ['territory', 'administers'] as const) {
        const properties = relation === 'territory' ? { specialty: '' } : { decision: 'n° 4' };
        const fact = { relation, subject: person, object: COLLEGE, properties } as const;
        const dates = { validFrom: NOW + 5 * DAY, validTo: NOW + 9 * DAY };
        await changeFacts(opened.db, {
          school: COLLEGE,
          at: DELIVERED + DAY,
          source: 'local',
          actor: 'system',
          begin: [{ ...fact, ...dates }],
          end: [],
        });
        for (const [day, must] of [
          [4, false],
          [5, true],
          [8, true],
          [9, false],
        ] as const)
          expect(await mustHoldFactor(opened.db, person, NOW + day * DAY), `${relation} ${day}`).toBe(must);
      }
    });

    it('keeps the last one, and may remove any other', async () => {
      await application('helene');
      const [only] = await factorsOf(opened.db, who.helene!);
      const gone = (id: string) => removeFactor(opened.db, { person: who.helene!, id, at: AT });
      expect((await refusalOf(gone(only!.id))).code).toBe('factor_required');
      await application('helene', AT - DAY + 5 * STEP);
      await gone(only!.id);
      const [left] = await factorsOf(opened.db, who.helene!);
      expect((await refusalOf(gone(left!.id))).code).toBe('factor_required');
    });

    it('keeps one of two that are removed at once', async () => {
      await application('helene');
      await application('helene', AT - DAY + 5 * STEP);
      const both = (await factorsOf(opened.db, who.helene!)).map(({ id }) =>
        removeFactor(opened.db, { person: who.helene!, id, at: AT }),
      );
      expect(await outcomes(both)).toEqual({ ok: 1, factor_required: 1 });
    });
  });

  describe('its holder', () => {
    it('renames and removes their own, and nobody else’s', async () => {
      await application('tom');
      const [factor] = await factorsOf(opened.db, who.tom!);
      const id = factor!.id;
      for (const person of [who.olga!, who.helene!]) {
        expect((await refusalOf(renameFactor(opened.db, { person, id, name: 'x', at: AT }))).code).toBe(
          'unknown_factor',
        );
        expect((await refusalOf(removeFactor(opened.db, { person, id, at: AT }))).code).toBe('unknown_factor');
      }
      await renameFactor(opened.db, { person: who.tom!, id, name: ' Mon téléphone ', at: AT });
      expect(await factorsOf(opened.db, who.tom!)).toMatchObject([{ name: 'Mon téléphone' }]);
      await removeFactor(opened.db, { person: who.tom!, id, at: AT });
      expect(await standingOf(opened.db, who.tom!, AT)).toEqual({ factors: [], required: false, codesLeft: 0 });
      expect(await told()).toEqual(['totp_added', 'factor_removed']);
    });

    it('holds ten at most', async () => {
      for (let count = 0; count < 10; count += 1) await application('tom', AT - DAY + count * 5 * STEP);
      expect((await refusalOf(application('tom'))).code).toBe('too_many_factors');
    });
  });

  describe('a code from the school', () => {
    const spend = (name: CastName, typed: string, at = AT) => {
      const { key: secrets, ...rest } = acting(name, at);
      return spendSchoolCode(opened.db, {
        ...rest,
        secrets,
        from: from(undefined, at),
        code: typed,
      });
    };
    const issued = (person: string, by = who.helene!, at = AT) => issueFactorCode(opened.db, { person, by, at });

    it('removes every factor of its holder, once, and both times they are told', async () => {
      await application('tom');
      await told();
      const { code: given } = await issued(who.tom!);
      expect(await told()).toEqual(['code_issued']);
      await spend('tom', given.toLowerCase());
      expect(await standingOf(opened.db, who.tom!, AT)).toEqual({ factors: [], required: false, codesLeft: 0 });
      expect(await told()).toEqual(['factors_lost']);
      await application('tom');
      expect((await refusalOf(spend('tom', given))).code).toBe('factor_refused');
      expect(await factorsOf(opened.db, who.tom!)).toHaveLength(1);
      expect(await everything(opened.db)).not.toContain(given);
    });

    it('is nobody’s for oneself, nor for who holds nothing, nor good for another', async () => {
      await application('tom');
      await application('olga');
      expect((await refusalOf(issued(who.tom!, who.tom!))).code).toBe('not_allowed');
      expect((await refusalOf(issued(who.paula!))).code).toBe('nothing_to_end');
      const { code: given } = await issued(who.tom!);
      expect((await refusalOf(spend('olga', given))).code).toBe('factor_refused');
      expect(await factorsOf(opened.db, who.olga!)).toHaveLength(1);
    });

    it('lasts a day, and ends with the next one', async () => {
      await application('tom');
      const { code: old } = await issued(who.tom!);
      const { code: given } = await issued(who.tom!);
      expect((await refusalOf(spend('tom', old))).code).toBe('factor_refused');
      expect((await refusalOf(spend('tom', given, AT + FACTOR_CODE_LIVES))).code).toBe('factor_refused');
      await spend('tom', given, AT + FACTOR_CODE_LIVES - 1);
    });

    it('is spent once of 500 at once', async () => {
      await application('tom');
      const { code: given } = await issued(who.tom!);
      const all = Array.from({ length: 500 }, () => spend('tom', given));
      expect(await outcomes(all)).toEqual({ ok: 1, factor_refused: 499 });
    });
  });

  describe('a browser', () => {
    const seen = (name: CastName, device: string, at = AT) =>
      noteDevice(opened.db, { person: who[name]!, device, key: from().key, at });

    const address = (name: CastName) =>
      opened.db('account_email').insert({ person: who[name]!, email: `${name}@maison.example`, verified_at: AT });
    beforeEach(async () => {
      await opened.db('account_email').delete();
    });

    it('never seen is told to its person, but the very first', async () => {
      await address('tom');
      await seen('tom', 'one');
      await seen('tom', 'one', AT + DAY);
      expect(await told()).toEqual([]);
      await seen('tom', 'two', AT + DAY);
      await seen('tom', 'two', AT + 2 * DAY);
      expect(await told()).toEqual(['newDevice']);
    });

    it('is queued for nobody who has no address, and stays in their trail', async () => {
      const traced = async () => (await eventsOf(opened.db, who.olga!)).filter((one) => one === 'sign_in.new_device');
      await seen('olga', 'one');
      expect(await traced()).toEqual([]);
      await seen('olga', 'two');
      expect([await told(), await traced()]).toEqual([[], ['sign_in.new_device']]);
    });

    it('is told once of two sign-ins at once', async () => {
      await address('tom');
      await seen('tom', 'one');
      await Promise.all([seen('tom', 'two'), seen('tom', 'two')]);
      expect(await told()).toEqual(['newDevice']);
    });

    it('shared by two people tells nobody who else uses it', async () => {
      await seen('tom', 'shared');
      await seen('olga', 'shared');
      const rows = (await opened.db('known_device').select('device')) as { device: string }[];
      expect(new Set(rows.map(({ device }) => device)).size).toBe(2);
      const asked = { person: who.paula!, device: 'shared', key: from().key, at: AT };
      expect(await isKnownDevice(opened.db, asked)).toBe(false);
    });
  });

  it('leaves a trace of every change, and no code in it', async () => {
    const secret = await application('david');
    const [recovery = ''] = await sheetOf('david');
    await prove('david', { kind: 'totp', code: code(secret, AT) });
    await prove('david', { kind: 'recovery', code: recovery });
    await outcomes([prove('david', { kind: 'totp', code: '000000' })]);
    expect(await eventsOf(opened.db, who.david!)).toEqual(
      expect.arrayContaining(['factor.added', 'factor.proven', 'factor.code_used', 'factor.refused']),
    );
    expect(JSON.stringify(await opened.db('audit'))).not.toContain(recovery);
  });

  it('removes what has ended, and nothing else', async () => {
    await application('tom', AT);
    await waitingSecret(opened.db, acting('olga'));
    await purgeFactors(opened.db, AT + 60_000);
    expect(await sheetOf('tom', AT)).toHaveLength(10);
    await purgeFactors(opened.db, AT + 2 * DAY);
    for (const table of ['recovery_sheet', 'factor_enrolment', 'factor_challenge'])
      expect(await opened.db(table)).toEqual([]);
    expect(await factorsOf(opened.db, who.tom!)).toHaveLength(1);
  });
});
