// What a holder does with their account: the password changed, an address given and confirmed, the account closed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authenticate, epochOf, openAccount } from '../../src/accounts/accounts.ts';
import {
  confirmEmail,
  contactOf,
  giveEmail,
  pendingEmail,
  purgeEmailAsks,
  removeEmail,
} from '../../src/accounts/contact.ts';
import { changePassword, closeAccount, giveOwnEmail, provePassword } from '../../src/accounts/holding.ts';
import { startReset } from '../../src/accounts/resets.ts';
import { moveAccount, movesOf, stateOf } from '../../src/accounts/states.ts';
import { type CastName, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import {
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
  WRONG,
} from './people.ts';

const NEW = 'girouette-potiron-12-lac';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe.each(engines)('one’s own account, on $name', ({ open }) => {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
  });
  afterAll(() => opened?.close());

  async function holder(who: CastName): Promise<string> {
    const { db } = opened;
    const person = await personOf(db, who);
    await db('account').where({ person }).delete();
    await openAccount(db, { person, identifier: who, password: PASSWORD, actor: 'operator', at: NOW });
    return person;
  }

  const signIn = (identifier: string, password: string, at = NOW) =>
    authenticate(opened.db, { ...from(undefined, at), identifier, password });
  const change = (person: string, old: string, password = NEW, at = NOW) =>
    changePassword(opened.db, { ...from(undefined, at), person, old, password, keys: KEYS });

  describe('the password', () => {
    it('is proven by whoever is signed in, however many tries somebody else makes at once', async () => {
      const [pupil, teacher] = [await holder('zoe'), await holder('theo')];
      let ended = 0;
      const flood = Array.from({ length: 50 }, () =>
        provePassword(opened.db, { ...from(), person: pupil, password: WRONG }).finally(() => {
          ended += 1;
        }),
      );
      const counted = outcomes(flood);
      await provePassword(opened.db, { ...from(), person: teacher, password: PASSWORD });
      expect(ended).toBeLessThan(42);
      expect(await counted).toEqual({ password_wrong: 50 });
    });

    it('is changed by whoever knows it, ends every epoch but the one carried over, and is told', async () => {
      const { db } = opened;
      const person = await holder('olga');
      await giveEmail(db, { person, email: 'olga@exemple.fr', keys: KEYS, at: NOW });
      await confirmEmail(db, { person, code: await codeSent(db, 'emailConfirm', NOW), keys: KEYS, at: NOW });
      const carried: number[] = [];
      const keep = async (_tx: unknown, epoch: number) => {
        carried.push(epoch);
      };
      await changePassword(db, { ...from(), person, old: PASSWORD, password: NEW, keys: KEYS, keep });
      expect(carried).toEqual([await epochOf(db, person)]);
      expect((await signIn('olga', NEW)).person).toBe(person);
      expect((await refusalOf(signIn('olga', PASSWORD))).code).toBe('sign_in_failed');
      const [told] = await takeMails(db, NOW);
      expect([told?.template, told?.to]).toEqual(['credentialChanged', 'olga@exemple.fr']);
      expect(await eventsOf(db, person)).toContain('account.password_changed');
    });

    it('stays as it is for whoever does not know it, or chooses one that is too weak', async () => {
      const person = await holder('tania');
      expect((await refusalOf(change(person, WRONG))).code).toBe('password_wrong');
      expect((await refusalOf(change(person, PASSWORD, 'motdepasse2026'))).code).toBe('password_too_weak');
      expect((await signIn('tania', PASSWORD)).person).toBe(person);
    });

    it('takes back every code that would set another', async () => {
      const { db } = opened;
      const person = await holder('theo');
      await startReset(db, { person, by: 'secretary', at: NOW });
      await change(person, PASSWORD);
      expect(await db('account_reset').where({ person })).toEqual([]);
    });

    it('is guessed slowly by whoever finds a session open, which keeps its holder from nothing else', async () => {
      const person = await holder('diane');
      const guesses = Array.from({ length: 100 }, () => change(person, WRONG));
      expect(await outcomes(guesses)).toEqual({ password_wrong: 100 });
      expect((await refusalOf(change(person, PASSWORD))).code).toBe('password_wrong');
      expect((await signIn('diane', PASSWORD)).person).toBe(person);
      await change(person, PASSWORD, NEW, NOW + 2 * MINUTE);
    });

    it('is changed once by a hundred forms at once', async () => {
      const { db } = opened;
      const person = await holder('carla');
      const before = (await epochOf(db, person))!;
      const forms = Array.from({ length: 100 }, (_, number) => change(person, PASSWORD, `${NEW}-${number}`));
      const counts = await outcomes(forms);
      expect(counts.ok).toBe(1);
      expect(await epochOf(db, person)).toBe(before + 1);
    });

    it('is nobody’s who has no account, and of a closed one there is none', async () => {
      const nobody = await personOf(opened.db, 'zoe');
      expect((await refusalOf(change(nobody, PASSWORD))).code).toBe('password_wrong');
      const person = await holder('marc');
      await closeAccount(opened.db, { ...from(), person, password: PASSWORD, keys: KEYS });
      expect((await refusalOf(change(person, PASSWORD))).code).toBe('password_wrong');
    });
  });

  describe('the address', () => {
    const give = (person: string, email: string, at = NOW) => giveEmail(opened.db, { person, email, keys: KEYS, at });
    const confirm = (person: string, code: string, at = NOW) =>
      confirmEmail(opened.db, { person, code, keys: KEYS, at });

    it('is theirs once the code sent to it comes back, and not before', async () => {
      const { db } = opened;
      const person = await holder('paula');
      await give(person, ' Paula.Bernard@Exemple.fr ');
      expect(await contactOf(db, person)).toBeUndefined();
      expect(await pendingEmail(db, person, NOW)).toBe('Paula.Bernard@Exemple.fr');
      const [mail] = await takeMails(db, NOW);
      expect([mail?.template, mail?.to]).toEqual(['emailConfirm', 'Paula.Bernard@Exemple.fr']);
      await confirm(person, codeOf(mail).toLowerCase().replace('-', ' '), NOW + 1);
      expect(await contactOf(db, person)).toEqual({ email: 'Paula.Bernard@Exemple.fr', verifiedAt: NOW + 1 });
      expect(await pendingEmail(db, person, NOW)).toBeUndefined();
      expect(await everything(db)).not.toContain(codeOf(mail));
    });

    it.each([
      'paula',
      'paula@',
      '@exemple.fr',
      'paula@exemple',
      'a@b.fr, c@d.fr',
      'a@b.fr\nBcc: c@d.fr',
      '"a b"@c.fr',
      'a@-b.fr',
      `${'a'.repeat(65)}@exemple.fr`,
      'Paula <paula@exemple.fr>',
    ])('is not %j', async (email) => {
      const person = await personOf(opened.db, 'paula');
      expect((await refusalOf(give(person, email))).code).toBe('email_invalid');
    });

    it('asks for the password first: an open session alone chooses none', async () => {
      const { db } = opened;
      const person = await holder('ali');
      const asked = { ...from(), person, email: 'autre@exemple.fr', keys: KEYS };
      expect((await refusalOf(giveOwnEmail(db, { ...asked, password: WRONG }))).code).toBe('password_wrong');
      expect(await takeMails(db, NOW)).toEqual([]);
      await giveOwnEmail(db, { ...asked, password: PASSWORD });
      expect(await takeMails(db, NOW)).toHaveLength(1);
    });

    it('stays while another waits, which the old one is told of once it is confirmed', async () => {
      const { db } = opened;
      const person = await holder('pierre');
      await give(person, 'ancienne@exemple.fr');
      await confirm(person, await codeSent(db, 'emailConfirm', NOW));
      await give(person, 'nouvelle@exemple.fr');
      expect((await contactOf(db, person))?.email).toBe('ancienne@exemple.fr');
      await confirm(person, await codeSent(db, 'emailConfirm', NOW));
      expect((await contactOf(db, person))?.email).toBe('nouvelle@exemple.fr');
      expect((await takeMails(db, NOW)).map(({ template, to }) => [template, to])).toEqual([
        ['emailReplaced', 'ancienne@exemple.fr'],
      ]);
    });

    it('is confirmed to the end of the hour, and not after; by the newest code alone; by its own holder alone', async () => {
      const { db } = opened;
      const person = await holder('gina');
      const other = await holder('henri');
      const codes: string[] = [];
      for (const email of ['une@exemple.fr', 'deux@exemple.fr']) {
        await give(person, email);
        codes.push(await codeSent(db, 'emailConfirm', NOW));
      }
      expect((await refusalOf(confirm(person, codes[0] ?? ''))).code).toBe('email_code_invalid');
      expect((await refusalOf(confirm(other, codes[1] ?? ''))).code).toBe('email_code_invalid');
      expect((await refusalOf(confirm(person, codes[1] ?? '', NOW + HOUR))).code).toBe('email_code_invalid');
      await confirm(person, codes[1] ?? '', NOW + HOUR - 1);
      expect((await contactOf(db, person))?.email).toBe('deux@exemple.fr');
    });

    it('is confirmed once by five hundred uses of the code at once', async () => {
      const { db } = opened;
      const person = await holder('david');
      await give(person, 'david@exemple.fr');
      const code = await codeSent(db, 'emailConfirm', NOW);
      const counts = await outcomes(Array.from({ length: 500 }, () => confirm(person, code)));
      expect(counts).toEqual({ ok: 1, email_code_invalid: 499 });
    });

    it('is not guessed: the code ends with the fifth wrong try', async () => {
      const { db } = opened;
      const person = await holder('sylvie');
      await give(person, 'sylvie@exemple.fr');
      const code = await codeSent(db, 'emailConfirm', NOW);
      expect(await outcomes(Array.from({ length: 5 }, () => confirm(person, 'ACDE-FGHJ')))).toEqual({
        email_code_invalid: 5,
      });
      expect((await refusalOf(confirm(person, code))).code).toBe('email_code_invalid');
    });

    it('is written to once by a form sent twice, and slowly by whoever asks again and again', async () => {
      const { db } = opened;
      const person = await holder('lise');
      await Promise.all([give(person, 'lise@exemple.fr'), give(person, 'lise@exemple.fr')]);
      const mails = await takeMails(db, NOW);
      expect(mails).toHaveLength(1);
      await confirm(person, codeOf(mails[0]));
      const asks = Array.from({ length: 50 }, (_, number) => give(person, `lise${number}@exemple.fr`, NOW + MINUTE));
      const counts = await outcomes(asks);
      expect(counts.ok).toBeLessThanOrEqual(5);
      await takeMails(db, NOW + MINUTE);
    });

    it('is erased at its holder’s ask, and what was never confirmed after its hour', async () => {
      const { db } = opened;
      const person = await holder('denise');
      await give(person, 'denise@exemple.fr');
      await confirm(person, await codeSent(db, 'emailConfirm', NOW));
      await removeEmail(db, { person, keys: KEYS, at: NOW });
      expect(await contactOf(db, person)).toBeUndefined();
      // an open session alone can ask it, and nothing would be told there any more
      expect((await takeMails(db, NOW)).map(({ template, to }) => [template, to])).toEqual([
        ['emailRemoved', 'denise@exemple.fr'],
      ]);
      await give(person, 'encore@exemple.fr', NOW + HOUR);
      await purgeEmailAsks(db, NOW + 2 * HOUR - 1);
      expect(await pendingEmail(db, person, NOW + HOUR)).toBe('encore@exemple.fr');
      await purgeEmailAsks(db, NOW + 2 * HOUR);
      expect(await pendingEmail(db, person, NOW + HOUR)).toBeUndefined();
      await takeMails(db, NOW + 2 * HOUR);
    });
  });

  describe('closing', () => {
    const close = (person: string, password = PASSWORD) =>
      closeAccount(opened.db, { ...from(), person, password, keys: KEYS });

    it('asks for the password, then leaves nothing to sign in with and no address; the goodbye goes there once', async () => {
      const { db } = opened;
      const person = await holder('tom');
      await giveEmail(db, { person, email: 'tom@exemple.fr', keys: KEYS, at: NOW });
      await confirmEmail(db, { person, code: await codeSent(db, 'emailConfirm', NOW), keys: KEYS, at: NOW });
      expect((await refusalOf(close(person, WRONG))).code).toBe('password_wrong');
      expect(await stateOf(db, person, NOW)).toBe('active');
      await close(person);
      expect(await stateOf(db, person, NOW)).toBe('closed');
      expect(await epochOf(db, person)).toBeUndefined();
      for (const table of [
        'credential',
        'account_email',
        'account_email_ask',
        'account_reset',
        'known_address',
        'factor',
      ])
        expect(await db(table).where({ person })).toEqual([]);
      expect((await takeMails(db, NOW)).map(({ template, to }) => [template, to])).toEqual([
        ['accountClosed', 'tom@exemple.fr'],
      ]);
      expect((await movesOf(db, person)).at(-1)).toMatchObject({ after: 'closed', actor: person, from: 'here' });
    });

    it('happens once by a hundred forms at once', async () => {
      const { db } = opened;
      const person = await holder('helene');
      const counts = await outcomes(Array.from({ length: 100 }, () => close(person)));
      expect(counts.ok).toBe(1);
      expect((await movesOf(db, person)).filter(({ after }) => after === 'closed')).toHaveLength(1);
    });

    it('is not for a suspended account: who was suspended cannot show a password', async () => {
      const { db } = opened;
      const person = await holder('berthe');
      await moveAccount(db, { person, to: 'suspended', actor: 'x', why: 'x', from: 'operator', at: NOW });
      expect((await refusalOf(close(person))).code).toBe('password_wrong');
    });
  });
});
