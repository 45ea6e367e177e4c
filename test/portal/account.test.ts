// One's own account in the pages: the password, the address, closing; and a lost password, from the sign-in page and back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { epochOf } from '../../src/accounts/accounts.ts';
import { confirmEmail, contactOf, giveEmail } from '../../src/accounts/contact.ts';
import { answerResets, startReset } from '../../src/accounts/resets.ts';
import { stateOf } from '../../src/accounts/states.ts';
import { writeMail } from '../../views/mails/mails.ts';
import { codeSent, takeMails } from '../accounts/people.ts';
import { type CastName, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { identifierOf, keepTrying, type Opened, openPortal, PASSWORD } from './portal.ts';

const NEW = 'girouette-potiron-12-lac';

describe.each(engines)('the pages of the account, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, {
      accounts: ['tom', 'paula', 'ali', 'pierre', 'gina', 'theo', 'olga', 'marc', 'lise', 'diane'],
    });
  });
  afterAll(() => portal?.close());

  const at = (path: string) => `${portal.origin}${path}`;
  const mailKey = () => portal.config.keyFor('mail');

  /** A browser in which somebody has signed in, on their way to the module. */
  async function signedIn(who: CastName, password = PASSWORD): Promise<Walker> {
    const walker = openWalker();
    const login = await walker.visit(portal.authorize());
    const notice = await walker.submit(login, 'password', { login: identifierOf(who), password });
    if (notice.html.includes('id="cancel"')) await walker.submit(notice, 'submit');
    return walker;
  }

  const isSignedIn = async (walker: Walker): Promise<boolean> => (await walker.visit(at('/account'))).status === 200;

  async function enters(who: CastName, password: string): Promise<boolean> {
    const walker = openWalker();
    const login = await walker.visit(portal.authorize());
    return (await walker.submit(login, 'password', { login: identifierOf(who), password })).status !== 422;
  }

  it('shows nothing of it to whoever is not signed in, and takes nothing from them', async () => {
    for (const path of ['/account', '/account/password', '/account/email', '/account/close', '/school/reset']) {
      const walker = openWalker();
      expect([path, (await walker.visit(at(path))).status]).toEqual([path, 401]);
      if (path === '/account') continue;
      expect([path, (await walker.post(at(path), { act: 'give', password: PASSWORD })).status]).toEqual([path, 401]);
    }
  });

  it('changes the password; this browser stays signed in, the others do not, and nor does another node’s word', async () => {
    const [here, elsewhere] = [await signedIn('tom'), await signedIn('tom')];
    const page = await here.visit(at('/account/password'));
    expect(page.text).toContain('Au moins 15 caractères');
    const wrong = await here.submit(page, 'old', { old: 'pas celui-ci', password: NEW });
    expect([wrong.status, wrong.html.includes('<code>password_wrong</code>')]).toEqual([422, true]);
    expect(wrong.html).not.toContain(NEW);
    const done = await here.submit(wrong, 'old', { old: PASSWORD, password: NEW });
    expect([done.status, done.text.includes('Votre mot de passe est changé')]).toEqual([200, true]);
    expect(await isSignedIn(here)).toBe(true);
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect([await enters('tom', PASSWORD), await enters('tom', NEW)]).toEqual([false, true]);
  });

  it('changes it once by a double click, and says so', async () => {
    const walker = await signedIn('olga');
    const olga = await personOf(portal.db, 'olga');
    const before = (await epochOf(portal.db, olga))!;
    const page = await walker.visit(at('/account/password'));
    const typed = { old: PASSWORD, password: NEW };
    const both = await Promise.all([walker.submit(page, 'old', typed), walker.submit(page, 'old', typed)]);
    expect(both.map(({ text }) => text.includes('Votre mot de passe est changé'))).toEqual([true, true]);
    expect(await epochOf(portal.db, olga)).toBe(before + 1);
  });

  it('takes no form made for somebody else, nor without its token', async () => {
    const [tania, theo] = [await signedIn('diane'), await signedIn('theo')];
    const page = await tania.visit(at('/account/password'));
    const token = page.html.match(/name="token" value="([^"]+)"/)?.[1] ?? '';
    for (const given of [token, '', 'a.b'])
      expect((await theo.post(at('/account/password'), { token: given, old: PASSWORD, password: NEW })).status).toBe(
        403,
      );
    expect(await enters('theo', PASSWORD)).toBe(true);
  });

  it('takes an address with the password, confirms it by the code of the mail, and shows it', async () => {
    const walker = await signedIn('paula');
    const page = await walker.visit(at('/account/email'));
    const refused = await walker.submit(page, 'give', { email: 'paula@exemple', password: PASSWORD });
    expect([refused.status, refused.html.includes('value="paula@exemple"')]).toEqual([422, true]);
    const unproven = await walker.submit(refused, 'give', { email: 'paula@exemple.fr', password: 'non' });
    expect(unproven.html).toContain('<code>password_wrong</code>');
    const waits = await walker.submit(unproven, 'give', { email: 'paula@exemple.fr', password: PASSWORD });
    expect(waits.text).toContain('Un code est parti à paula@exemple.fr');
    const code = await codeSent(portal.db, 'emailConfirm', Date.now(), mailKey());
    const no = await walker.submit(waits, 'code', { code: 'ACDE-FGHJ' });
    expect(no.html).toContain('<code>email_code_invalid</code>');
    const typed = { code: code.toLowerCase() };
    const both = await Promise.all([walker.submit(no, 'code', typed), walker.submit(no, 'code', typed)]);
    for (const { text } of both) expect(text).toContain('Votre adresse est confirmée');
    expect((await contactOf(portal.db, await personOf(portal.db, 'paula')))?.email).toBe('paula@exemple.fr');
    const removed = await walker.submit(await walker.visit(at('/account/email')), 'remove');
    expect(removed.text).toContain('Votre adresse est effacée');
  });

  it('closes the account with the password, ends every session, and says goodbye, twice for a double click', async () => {
    const [walker, other] = [await signedIn('ali'), await signedIn('ali')];
    const page = await walker.visit(at('/account/close'));
    const wrong = await walker.submit(page, 'password', { password: 'non' });
    expect([wrong.status, wrong.html.includes('<code>password_wrong</code>')]).toEqual([422, true]);
    const both = await Promise.all([
      walker.submit(wrong, 'password', { password: PASSWORD }),
      walker.submit(wrong, 'password', { password: PASSWORD }),
    ]);
    for (const { url } of both) expect(url).toBe(at('/account/closed'));
    expect((await walker.submit(wrong, 'password', { password: PASSWORD })).url).toBe(at('/account/closed'));
    expect(await stateOf(portal.db, await personOf(portal.db, 'ali'), Date.now())).toBe('closed');
    expect([await isSignedIn(walker), await isSignedIn(other), await enters('ali', PASSWORD)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  describe('a lost password', () => {
    async function address(who: CastName): Promise<void> {
      const person = await personOf(portal.db, who);
      const keys = portal.config.keyFor;
      await giveEmail(portal.db, { person, email: `${who}@exemple.fr`, keys, at: Date.now() });
      const code = await codeSent(portal.db, 'emailConfirm', Date.now(), mailKey());
      await confirmEmail(portal.db, { person, code, keys, at: Date.now() });
    }

    const ask = async (walker: Walker, login: string): Promise<Visited> =>
      walker.submit(await walker.visit(at('/reset')), 'ask', { login });

    /** The code of the mail that answers; the running server may have answered already. */
    async function mailed(): Promise<string> {
      await answerResets(portal.db, { keys: portal.config.keyFor, at: Date.now() });
      return codeSent(portal.db, 'reset', Date.now(), mailKey());
    }

    it('is replaced from the sign-in page by a code of the school, and the way goes on to the module', async () => {
      const person = await personOf(portal.db, 'pierre');
      const old = await signedIn('pierre');
      const { code } = await startReset(portal.db, { person, by: 'secretary', at: Date.now() });
      const walker = openWalker();
      const login = await walker.visit(portal.authorize());
      const start = await walker.follow(login, 'Mot de passe oublié');
      const refused = await walker.submit(start, 'by-code', { code, check: 'Martin' });
      expect([refused.status, refused.html.includes('<code>reset_invalid</code>')]).toEqual([422, true]);
      const choose = await walker.submit(refused, 'by-code', { code, check: 'bernard' });
      expect([choose.url, choose.text.includes('pierre.bernard')]).toEqual([at('/reset/password'), true]);
      const weak = await walker.submit(choose, 'password', { password: 'motdepasse2026' });
      expect(weak.html).toContain('<code>password_too_weak</code>');
      const both = await Promise.all([
        walker.submit(weak, 'password', { password: NEW }),
        walker.submit(weak, 'password', { password: NEW }),
      ]);
      for (const { url } of both) expect(url).toBe(at('/reset/done'));
      expect(await isSignedIn(old)).toBe(false);
      const back = await walker.follow(both[0] as Visited, 'Me connecter');
      expect(back.url).toBe(login.url);
      const notice = await walker.submit(back, 'password', { login: 'pierre.bernard', password: NEW });
      expect(notice.status).toBe(200);
    });

    it('is replaced by the link of a mail, which leaves the address of the browser at once', async () => {
      await address('gina');
      const walker = openWalker();
      expect((await ask(walker, 'gina.bernard')).text).toContain('un lien vient d’y partir');
      const code = await mailed();
      const choose = await walker.visit(at(`/reset/password?code=${code}`));
      expect(choose.url).toBe(at('/reset/password'));
      expect(choose.html).not.toContain(code);
      const done = await walker.submit(choose, 'password', { password: NEW });
      expect(done.url).toBe(at('/reset/done'));
      expect(await enters('gina', NEW)).toBe(true);
      expect((await openWalker().visit(at(`/reset/password?code=${code}`))).html).toContain(
        '<code>reset_invalid</code>',
      );
    });

    it('answers alike an identifier that is known, one that is not, and one without an address', async () => {
      await address('lise');
      const seen = new Set<string>();
      for (const login of ['lise.noel', 'personne.ici', 'marc.leroy', '<b>', '']) {
        const answer = await ask(openWalker(), login);
        seen.add(answer.html.replace(/name="token" value="[^"]+"/g, 'TOKEN'));
        expect([login, answer.status, answer.url]).toEqual([login, 200, at('/reset?done=asked')]);
      }
      expect(seen.size).toBe(1);
      await mailed();
    });

    it.each([
      ['Host', { host: 'evil.example' }],
      ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example' }],
      ['Forwarded', { forwarded: 'host=evil.example' }],
    ])('leads to no other host whatever the header %s says', async (_name, headers) => {
      const mail = writeMail('reset', { minutes: 30 }, { code: 'CODE' }, { issuer: portal.config.issuer });
      for (const address of mail.body.match(/https?:\/\/[^\s/]+/g) ?? []) expect(address).toBe(portal.origin);
      const { statusCode } = await raw(at('/reset'), headers);
      expect(statusCode).toBe('host' in headers ? 421 : 200);
      expect(
        (await takeMails(portal.db, Date.now(), mailKey())).filter(({ template }) => template === 'reset'),
      ).toEqual([]);
    });

    it('is no way to keep others out: a browser that served waits for nobody, and a reset makes another one that served', async () => {
      const enter = async (walker: Walker, password: string): Promise<Visited> =>
        walker.submit(await walker.visit(portal.authorize()), 'password', { login: 'marc.leroy', password });
      const served = await signedIn('marc');
      for (const name of ['preau', 'preau.sig']) served.forget(name);
      await keepTrying(portal, 'marc');
      const another = openWalker();
      const refused = await enter(another, PASSWORD);
      expect([refused.status, refused.html.includes('<code>sign_in_failed</code>')]).toEqual([422, true]);
      expect(refused.text).toContain('utilisez un appareil qui a déjà servi à vous connecter');
      expect((await enter(served, PASSWORD)).status).toBe(200);
      const person = await personOf(portal.db, 'marc');
      const { code } = await startReset(portal.db, { person, by: 'secretary', at: Date.now() });
      const start = await another.follow(refused, 'Mot de passe oublié');
      const choose = await another.submit(start, 'by-code', { code, check: 'leroy' });
      await another.submit(choose, 'password', { password: NEW });
      expect((await enter(openWalker(), NEW)).status).toBe(422);
      expect((await enter(another, NEW)).status).toBe(200);
    });

    it('shows nothing of the second step without the first', async () => {
      const walker = openWalker();
      expect((await walker.visit(at('/reset/password'))).url).toBe(at('/reset'));
      expect((await walker.visit(at('/reset/done'))).url).toBe(at('/reset'));
      expect((await walker.post(at('/reset/password'), { password: NEW })).url).toBe(at('/reset'));
    });
  });
});

/** A request whose headers fetch would not send. */
async function raw(url: string, headers: Record<string, string>): Promise<{ statusCode: number | undefined }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, (response) => {
      response.resume();
      resolve({ statusCode: response.statusCode });
    });
    asked.on('error', reject);
    asked.end();
  });
}
