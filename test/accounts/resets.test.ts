// A lost password: by mail or by a code from the school, once, by its holder alone, and nobody learns who has an account.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, epochOf, openAccount } from '../../src/accounts/accounts.ts';
import { confirmEmail, giveEmail, removeEmail } from '../../src/accounts/contact.ts';
import { hashingWork } from '../../src/accounts/hashing.ts';
import { voidPasswords } from '../../src/accounts/records.ts';
import { RESET_LASTS, voidResetsOf } from '../../src/accounts/reset-codes.ts';
import { answerResets, askReset, findReset, finishReset, startReset } from '../../src/accounts/resets.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { type Db, inTransaction } from '../../src/storage/storage.ts';
import { type CastName, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import {
  bornOn,
  codeOf,
  codeSent,
  eventsOf,
  everything,
  from,
  KEYS,
  outcomes,
  PASSWORD,
  refusalOf,
  takeMails,
} from './people.ts';

const NEW = 'girouette-potiron-12-lac';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe.each(engines)('a lost password, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened?.close());

  /** Somebody with an account and a confirmed address. */
  async function holder(who: CastName, { address = true } = {}): Promise<string> {
    const { db } = opened;
    const person = await personOf(db, who);
    await db('account').where({ person }).delete();
    await openAccount(db, { person, identifier: who, password: PASSWORD, actor: 'operator', at: NOW });
    if (!address) return person;
    await giveEmail(db, { person, email: `${who}@exemple.fr`, keys: KEYS, at: NOW });
    const code = await codeSent(db, 'emailConfirm', NOW);
    await confirmEmail(db, { person, code, keys: KEYS, at: NOW });
    return person;
  }

  const ask = (identifier: string, at = NOW) => askReset(opened.db, { ...from(undefined, at), identifier });
  const answer = (at = NOW) => answerResets(opened.db, { keys: KEYS, at });
  const finish = (code: string, more: { check?: string; password?: string; at?: number } = {}) => {
    const { check = '', password = NEW, at = NOW } = more;
    return finishReset(opened.db, { ...from(undefined, at), code, check, password, keys: KEYS });
  };

  it('is replaced by the link of a mail, without any check but the mail, and every session ends', async () => {
    const { db } = opened;
    const person = await holder('olga');
    await ask(' Olga ');
    expect(await answer()).toBe(1);
    const [mail] = await takeMails(db, NOW);
    expect([mail?.template, mail?.person, mail?.expiresAt]).toEqual(['reset', person, NOW + 30 * MINUTE]);
    const found = await findReset(db, { ...from(), code: codeOf(mail) });
    expect(found).toEqual({ person, identifier: 'olga', minimumLength: 15, via: 'mail' });
    const before = await epochOf(db, person);
    expect(await finish(codeOf(mail))).toEqual({ person });
    expect(await epochOf(db, person)).toBe((before ?? 0) + 1);
    expect((await authenticate(db, { ...from(), identifier: 'olga', password: NEW })).person).toBe(person);
    expect((await refusalOf(authenticate(db, { ...from(), identifier: 'olga', password: PASSWORD }))).code).toBe(
      'sign_in_failed',
    );
  });

  it('tells its holder, at the confirmed address, and traces who and by which way', async () => {
    const { db } = opened;
    const person = await holder('tania');
    await ask('tania');
    await answer();
    await finish(await codeSent(db, 'reset', NOW));
    const [told] = await takeMails(db, NOW);
    expect([told?.template, told?.to, told?.data.what]).toEqual(['credentialChanged', 'tania@exemple.fr', 'password']);
    expect(await eventsOf(db, person)).toEqual(
      expect.arrayContaining(['account.reset_started', 'account.password_reset']),
    );
  });

  it('keeps no code and no address where it could be read', async () => {
    const { db } = opened;
    await holder('theo');
    await ask('theo');
    await answer();
    const [mail] = await takeMails(db, NOW);
    const kept = await everything(db);
    expect(codeOf(mail)).toMatch(/^([A-Z0-9]{4}-){6}[A-Z0-9]{4}$/);
    expect(kept).not.toContain(codeOf(mail));
    expect(JSON.stringify(await db('audit'))).not.toContain('exemple.fr');
  });

  it('says and does the same for an identifier that is known, unknown, impossible, without an address, or suspended', async () => {
    const { db } = opened;
    await holder('diane');
    await holder('carla', { address: false });
    const suspended = await holder('lise');
    await moveAccount(db, { person: suspended, to: 'suspended', actor: 'x', why: 'x', from: 'operator', at: NOW });
    const statements: string[] = [];
    const listen = ({ sql }: { sql: string }) => statements.push(sql);
    db.on('query', listen);
    const seen = new Set<string>();
    const hashes = hashingWork();
    for (const identifier of ['diane', 'carla', 'lise', 'personne', 'pas un identifiant @@', '']) {
      statements.length = 0;
      await ask(identifier);
      seen.add(JSON.stringify(statements));
    }
    db.removeListener('query', listen);
    expect(seen.size).toBe(1);
    expect(hashingWork()).toEqual(hashes);
    expect(await answer()).toBe(1);
    expect((await takeMails(db, NOW)).map(({ template, to }) => [template, to])).toEqual([['reset', undefined]]);
    expect(await db('account_reset_ask')).toEqual([]);
  });

  it('sends one mail in five minutes however often it is asked for, and one again after', async () => {
    const { db } = opened;
    await holder('sylvie');
    for (let times = 0; times < 20; times += 1) await ask('sylvie');
    expect(await answer()).toBe(1);
    await ask('sylvie', NOW + 5 * MINUTE - 1);
    expect(await answer(NOW + 5 * MINUTE - 1)).toBe(0);
    await ask('sylvie', NOW + 5 * MINUTE);
    expect(await answer(NOW + 5 * MINUTE)).toBe(1);
    expect((await takeMails(db, NOW + 5 * MINUTE)).filter(({ template }) => template === 'reset')).toHaveLength(2);
  });

  describe('asked for all day long, by whomever', () => {
    /** Asks every five minutes from an instant on; gives the mails as they leave. */
    const hammer = async (identifiers: readonly string[], { from: start, hours }: { from: number; hours: number }) => {
      const mails: { at: number; person: string; code: string; until: number; minutes: unknown }[] = [];
      for (let at = start; at < start + hours * 60 * MINUTE; at += 5 * MINUTE) {
        for (const identifier of identifiers)
          await opened.db('account_reset_ask').insert({ id: `${at} ${identifier}`, identifier, at });
        await answer(at);
        for (const mail of await takeMails(opened.db, at))
          mails.push({
            at: (at - start) / MINUTE,
            person: mail.person,
            code: codeOf(mail),
            until: mail.expiresAt,
            minutes: mail.data.minutes,
          });
      }
      return mails;
    };

    it('sends six mails in a day, further and further apart, and the last link is good until the next one', async () => {
      await holder('ali');
      const mails = await hammer(['ali'], { from: NOW, hours: 48 });
      expect(mails.filter(({ at }) => at < 24 * 60).map(({ at, minutes }) => [at, minutes])).toEqual([
        [0, 30],
        [5, 30],
        [20, 45],
        [65, 135],
        [200, 405],
        [605, 1215],
      ]);
      for (const [index, { at }] of mails.entries()) {
        const within = mails.slice(0, index + 1).filter((one) => one.at > at - 24 * 60);
        expect(within.length).toBeLessThanOrEqual(6);
        const next = mails[index + 1];
        if (next && index > 1)
          expect(mails[index]!.until).toBeGreaterThanOrEqual(NOW + Math.min(next.at, at + 1215) * MINUTE);
      }
    });

    it('keeps its holder in reach of a link at every moment, and starts afresh with a new password', async () => {
      await holder('ali');
      const mails = await hammer(['ali'], { from: NOW + 10 * DAY, hours: 11 });
      const last = mails.at(-1)!;
      expect(last.at).toBe(605);
      const late = last.until - 1;
      await finish(last.code, { at: late });
      await takeMails(opened.db, late);
      expect(await hammer(['ali'], { from: late + 1, hours: 0.05 })).toMatchObject([{ minutes: 30 }]);
    });

    it('sends twelve to one mailbox whose accounts are several, and each of them one link more, for a day', async () => {
      const family = ['gina', 'pierre', 'paula'] as const;
      for (const who of family) await holder(who);
      await opened.db('account_email').update({ email: 'famille@exemple.fr' });
      const mails = await hammer(family, { from: NOW + 20 * DAY, hours: 24 });
      expect(mails.length).toBeLessThanOrEqual(12 + family.length);
      for (const who of family) {
        const person = await personOf(opened.db, who);
        const last = mails.filter((mail) => mail.person === person).at(-1)!;
        expect([who, last.until >= NOW + 21 * DAY]).toEqual([who, true]);
      }
    });
  });

  it('falls with the address that its mail went to, once that one is replaced or erased', async () => {
    const { db } = opened;
    for (const change of ['replaced', 'erased'] as const) {
      const person = await holder('theo');
      await db('account_reset_ask').delete();
      await takeMails(db, NOW);
      await ask('theo');
      await answer();
      const code = await codeSent(db, 'reset', NOW);
      if (change === 'erased') await removeEmail(db, { person, keys: KEYS, at: NOW });
      else {
        await giveEmail(db, { person, email: 'theo.neuf@exemple.fr', keys: KEYS, at: NOW });
        await confirmEmail(db, { person, code: await codeSent(db, 'emailConfirm', NOW), keys: KEYS, at: NOW });
      }
      expect([change, (await refusalOf(finish(code))).code]).toEqual([change, 'reset_invalid']);
    }
  });

  it('answers an ask once, whichever nodes answer', async () => {
    const { db } = opened;
    await holder('marc');
    await ask('marc');
    const sent = await Promise.all(Array.from({ length: 10 }, () => answer()));
    expect(sent.reduce((all, one) => all + one)).toBe(1);
    expect(await takeMails(db, NOW)).toHaveLength(1);
  });

  it('slows an address that asks for hundreds, whoever for', async () => {
    const asks = Array.from({ length: 300 }, (_, number) =>
      askReset(opened.db, { ...from('203.0.113.99'), identifier: `eleve${number}` }),
    );
    const counts = await outcomes(asks);
    expect(counts.ok).toBeLessThanOrEqual(110);
    expect((counts.ok ?? 0) + (counts.too_many_tries ?? 0)).toBe(300);
    await answer();
  });

  it('is replaced by a code of the school with what its holder knows, and not without', async () => {
    const { db } = opened;
    const person = await holder('henri');
    await bornOn(db, person, '1971-03-09');
    const { code, expiresAt } = await startReset(db, { person, by: 'operator', at: NOW });
    expect(expiresAt).toBe(NOW + 30 * DAY);
    for (const check of ['', 'Vidal', '10/03/1971'])
      expect((await refusalOf(finish(code, { check }))).code).toBe('reset_invalid');
    expect(await finish(code.toLowerCase().replaceAll('-', ' '), { check: '9/3/1971' })).toEqual({ person });
    expect((await refusalOf(finish(code, { check: '9/3/1971' }))).code).toBe('reset_invalid');
  });

  it('is left as it is when the new one is too weak, the code staying good', async () => {
    const { db } = opened;
    const person = await holder('paula');
    const { code } = await startReset(db, { person, by: 'operator', at: NOW });
    const weak = await refusalOf(finish(code, { check: 'Bernard', password: 'motdepasse2026' }));
    expect(weak.code).toBe('password_too_weak');
    expect((await authenticate(db, { ...from(), identifier: 'paula', password: PASSWORD })).person).toBe(person);
    expect(await finish(code, { check: 'Bernard' })).toEqual({ person });
  });

  it.each([
    ['mail', RESET_LASTS.mail],
    ['school', RESET_LASTS.school],
  ] as const)('a code by %s is good to the end of its time, and not after', async (via, lasts) => {
    const { db } = opened;
    const person = await holder('gina');
    const check = 'Bernard';
    const code = async () => {
      if (via === 'school') return (await startReset(db, { person, by: 'operator', at: NOW })).code;
      for (const table of ['account_reset', 'reset_mail']) await db(table).delete();
      await ask('gina');
      await answer();
      return codeSent(db, 'reset', NOW);
    };
    expect((await refusalOf(finish(await code(), { check, at: NOW + lasts }))).code).toBe('reset_invalid');
    expect(await finish(await code(), { check, at: NOW + lasts - 1 })).toEqual({ person });
  });

  it('falls with a newer code by the same way, and with any that was used', async () => {
    const { db } = opened;
    const person = await holder('ali');
    const first = await startReset(db, { person, by: 'operator', at: NOW });
    const second = await startReset(db, { person, by: 'operator', at: NOW });
    await ask('ali');
    await answer();
    const mailed = await codeSent(db, 'reset', NOW);
    expect((await refusalOf(finish(first.code, { check: 'Amrani' }))).code).toBe('reset_invalid');
    expect(await finish(second.code, { check: 'Amrani' })).toEqual({ person });
    expect((await refusalOf(finish(mailed))).code).toBe('reset_invalid');
  });

  it('is never somebody else’s: a code sets the password of its own holder, whatever the check', async () => {
    const { db } = opened;
    const paul = await holder('paul');
    const pierre = await holder('pierre');
    const { code } = await startReset(db, { person: paul, by: 'secretary', at: NOW });
    expect(await finish(code, { check: 'Bernard' })).toEqual({ person: paul });
    expect((await authenticate(db, { ...from(), identifier: 'pierre', password: PASSWORD })).person).toBe(pierre);
  });

  it.each(['suspended', 'closed'] as const)('cannot be replaced once the account is %s', async (to) => {
    const { db } = opened;
    const person = await holder('denise');
    const { code } = await startReset(db, { person, by: 'operator', at: NOW });
    await moveAccount(db, { person, to, actor: 'x', why: 'x', from: 'operator', at: NOW });
    expect((await refusalOf(finish(code, { check: 'Caron' }))).code).toBe('reset_invalid');
    expect((await refusalOf(startReset(db, { person, by: 'operator', at: NOW }))).code).toBe('account_not_active');
  });

  it('is not started for somebody without an account, nor for nobody', async () => {
    const { db } = opened;
    const person = await personOf(db, 'zoe');
    expect((await refusalOf(startReset(db, { person, by: 'operator', at: NOW }))).code).toBe('account_not_active');
    expect((await refusalOf(startReset(db, { person: 'nobody', by: 'x', at: NOW }))).code).toBe('unknown_person');
  });

  it('and a reset of all at the same moment do not wait for each other, nor does a mail slip through', async () => {
    const { db } = opened;
    const person = await holder('lucas');
    const { code } = await startReset(db, { person, by: 'operator', at: NOW });
    await db('account_reset_ask').delete();
    await ask('lucas');
    const alone = (tx: Db) => tx.select(tx.raw('? as person', [person]));
    const { finishing, answering } = await inTransaction(db, async (tx) => {
      await voidPasswords(tx, alone(tx), NOW);
      const both = { finishing: refusalOf(finish(code, { check: 'Meyer' })), answering: answer() };
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await voidResetsOf(tx, alone(tx));
      return both;
    });
    expect((await finishing).code).toBe('reset_invalid');
    expect(await answering).toBe(0);
  });

  it('is replaced once by five hundred uses of one code at once', async () => {
    const { db } = opened;
    const person = await holder('helene');
    const { code } = await startReset(db, { person, by: 'operator', at: NOW });
    await db('account').where({ person }).update({ epoch: 10 });
    const uses = Array.from({ length: 500 }, (_, number) =>
      finish(code, { check: 'Marchand', password: `${NEW}-${number}` }),
    );
    const counts = await outcomes(uses);
    expect(counts.ok).toBe(1);
    expect((counts.reset_invalid ?? 0) + (counts.unavailable ?? 0)).toBe(499);
    expect(await epochOf(db, person)).toBe(11);
  });

  it('slows guesses at one code, and its holder only at that code', async () => {
    const { db } = opened;
    const person = await holder('david');
    const { code } = await startReset(db, { person, by: 'operator', at: NOW });
    const guesses = Array.from({ length: 200 }, () => finish(code, { check: 'Martin' }));
    expect(await outcomes(guesses)).toEqual({ reset_invalid: 200 });
    expect((await refusalOf(finish(code, { check: 'Roux' }))).code).toBe('reset_invalid');
    expect((await authenticate(db, { ...from(), identifier: 'david', password: PASSWORD })).person).toBe(person);
    expect(await finish(code, { check: 'Roux', at: NOW + 2 * MINUTE })).toEqual({ person });
  });

  it('does the same work and gives the same answer for a code that is unknown, used, expired, or for another check', async () => {
    const { db } = opened;
    const person = await holder('tom');
    const good = await startReset(db, { person, by: 'operator', at: NOW });
    const never = 'ACDE-FGHJ-KLMN-PRTV-WXY3-4679-ACDE';
    const answers = new Set<string>();
    const hashes = hashingWork();
    for (const [code, check, at] of [
      [never, 'Garnier', NOW],
      [good.code, 'Martin', NOW],
      [good.code, 'Garnier', NOW + 31 * DAY],
      ['', '', NOW],
    ] as const)
      answers.add(JSON.stringify(await refusalOf(finish(code, { check, at }))));
    expect(answers.size).toBe(1);
    expect(hashingWork()).toEqual(hashes);
  });
});
