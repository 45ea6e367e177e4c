// Opening one's account in the pages: two steps, in order, once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isActive, issueActivation } from '../../src/accounts/accounts.ts';
import { type CastName, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { type Opened, openPortal, PASSWORD } from './portal.ts';

describe.each(engines)('activation, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts: ['tom'] });
  });
  afterAll(() => portal?.close());

  async function codeFor(name: CastName): Promise<string> {
    const person = await personOf(portal.db, name);
    return (await issueActivation(portal.db, { person, actor: 'system', at: Date.now() })).code;
  }

  const start = () => `${portal.origin}/activation`;

  /** As far as the second step. */
  async function begin(walker: Walker, code: string, check: string): Promise<Visited> {
    return walker.submit(await walker.visit(start()), 'code', { code, check });
  }

  it('opens an account on the way to a module, and goes back to it', async () => {
    const code = await codeFor('paula');
    const walker = openWalker();
    const login = await walker.visit(portal.authorize());
    const first = await walker.follow(login, 'Activer mon compte');
    const second = await walker.submit(first, 'code', {
      code: code.toLowerCase().replaceAll('-', ' '),
      check: 'bernard',
    });
    expect(second.url).toBe(`${portal.origin}/activation/account`);
    expect(second.html).toContain('value="paula.bernard"');
    expect(second.text).toContain('Au moins 12 caractères');
    const done = await walker.submit(second, 'password', { password: PASSWORD });
    expect(done.url).toBe(`${portal.origin}/activation/done`);
    expect(done.text).toContain('Votre identifiant est paula.bernard');

    const back = await walker.follow(done, 'Me connecter');
    expect(back.url).toBe(login.url);
    const notice = await walker.submit(back, 'password', { login: 'paula.bernard', password: PASSWORD });
    expect(notice.text).toContain('Paula Bernard');
    expect(await isActive(portal.db, await personOf(portal.db, 'paula'))).toBe(true);
  });

  it('lets the holder choose another identifier', async () => {
    const walker = openWalker();
    const second = await begin(walker, await codeFor('ali'), 'Amrani');
    const done = await walker.submit(second, 'password', { login: 'Ali.Le.Pere', password: PASSWORD });
    expect(done.text).toContain('ali.le.pere');
    const login = await walker.visit(portal.authorize());
    const notice = await walker.submit(login, 'password', { login: 'ali.le.pere', password: PASSWORD });
    expect(notice.text).toContain('Ali Amrani');
  });

  it('refuses alike a wrong check, an unknown code and a used one, and keeps only the code', async () => {
    const code = await codeFor('pierre');
    const used = await codeFor('gina');
    const gina = openWalker();
    await gina.submit(await begin(gina, used, 'Bernard'), 'password', { password: PASSWORD });
    const seen = new Set<string>();
    for (const [given, check] of [
      [code, 'Durand'],
      ['ACDE-FGHJ-KLMN-PRTV-WXY3-4679-ACDE', 'Bernard'],
      [used, 'Bernard'],
      ['', ''],
    ] as const) {
      const refused = await begin(openWalker(), given, check);
      expect(refused.status).toBe(422);
      expect(refused.html).toContain('<code>activation_invalid</code>');
      if (given) expect(refused.html).toContain(`value="${given}"`);
      if (check) expect(refused.html).not.toContain(`value="${check}"`);
      seen.add(
        refused.html.replace(/name="code" value(="[^"]*")?/, 'CODE').replace(/name="token" value="[^"]+"/g, 'TOKEN'),
      );
    }
    expect(seen.size).toBe(1);
  });

  it('stays on the second step for a weak password or a taken identifier, and loses nothing', async () => {
    const walker = openWalker();
    const second = await begin(walker, await codeFor('noe'), 'Bernard');
    const weak = await walker.submit(second, 'password', { login: 'noe.chosen', password: 'noebernard2026' });
    expect(weak.status).toBe(422);
    expect(weak.html).toContain('<code>password_too_weak</code>');
    expect(weak.html).toContain('value="noe.chosen"');
    expect(weak.html).not.toContain('noebernard2026');
    const taken = await walker.submit(weak, 'password', { login: 'tom.garnier', password: PASSWORD });
    expect(taken.html).toContain('<code>identifier_taken</code>');
    const odd = await walker.submit(taken, 'password', { login: 'é@', password: PASSWORD });
    expect(odd.html).toContain('<code>identifier_invalid</code>');
    expect(await isActive(portal.db, await personOf(portal.db, 'noe'))).toBe(false);
    const done = await walker.submit(odd, 'password', { login: 'noe.chosen', password: PASSWORD });
    expect(done.text).toContain('noe.chosen');
  });

  describe('cannot be taken by another way', () => {
    it('without the first step', async () => {
      for (const path of ['/activation/account', '/activation/done'])
        expect((await openWalker().visit(portal.origin + path)).url).toBe(start());
      const walker = openWalker();
      const first = await walker.visit(start());
      const skipped = await walker.post(`${start()}/account`, {
        token: tokenOf(first),
        login: 'somebody',
        password: PASSWORD,
        code: await codeFor('lea'),
        check: 'Bernard',
      });
      expect(skipped.url).toBe(start());
      expect(await isActive(portal.db, await personOf(portal.db, 'lea'))).toBe(false);
    });

    it('with the form of another person’s second step', async () => {
      const walker = openWalker();
      const paul = await begin(walker, await codeFor('paul'), 'Bernard');
      const ines = await begin(walker, await codeFor('ines'), 'Amrani');
      expect(ines.html).toContain('value="ines.amrani"');
      const crossed = await walker.submit(paul, 'password', { password: PASSWORD });
      expect(crossed.status).toBe(403);
      for (const name of ['paul', 'ines'] as const)
        expect(await isActive(portal.db, await personOf(portal.db, name))).toBe(false);
    });

    it('from another browser, or with a forged form', async () => {
      const walker = openWalker();
      const second = await begin(walker, await codeFor('zoe'), 'Perrin');
      const elsewhere = await openWalker().post(second.url, {
        token: tokenOf(second),
        login: 'zoe',
        password: PASSWORD,
      });
      expect(elsewhere.url).toBe(start());
      expect((await walker.post(second.url, { login: 'zoe', password: PASSWORD })).status).toBe(403);
      expect((await walker.post(start(), { code: 'x', check: 'y' })).status).toBe(403);
      expect(await isActive(portal.db, await personOf(portal.db, 'zoe'))).toBe(false);
    });

    it('twice: going back and sending again opens nothing', async () => {
      const walker = openWalker();
      const second = await begin(walker, await codeFor('lucas'), 'Meyer');
      await walker.submit(second, 'password', { password: PASSWORD });
      const again = await walker.submit(second, 'password', {
        login: 'lucas.other',
        password: 'another-vitrail-4812-grelot',
      });
      expect(again.url).toBe(start());
      const login = await walker.visit(portal.authorize());
      expect((await walker.submit(login, 'password', { login: 'lucas.meyer', password: PASSWORD })).status).toBe(200);
    });

    it('with a code that was replaced between the two steps', async () => {
      const walker = openWalker();
      const second = await begin(walker, await codeFor('marc'), 'Leroy');
      await codeFor('marc');
      const late = await walker.submit(second, 'password', { password: PASSWORD });
      expect(late.text).toContain('activation_invalid');
      expect(await isActive(portal.db, await personOf(portal.db, 'marc'))).toBe(false);
    });
  });

  it('a form sent twice by a double click ends where one sent once does', async () => {
    const walker = openWalker();
    const second = await begin(walker, await codeFor('david'), 'Roux');
    const token = tokenOf(second);
    const cookie = [...walker.cookies.values()].map(({ name, value }) => `${name}=${value}`).join('; ');
    const post = (password: string) =>
      fetch(second.url, {
        method: 'POST',
        headers: { cookie, origin: portal.origin, accept: 'text/html' },
        body: new URLSearchParams({ token, login: 'david.roux', password }),
        redirect: 'manual',
      });
    const answers = await Promise.all([post(PASSWORD), post(PASSWORD), post(PASSWORD)]);
    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual(
      Array(3).fill([303, '/activation/done']),
    );
    expect((await post(`${PASSWORD}-other`)).status).toBe(400);
  });

  it('leaves neither the code nor the check in an address, in the log or readable in the browser', async () => {
    const code = await codeFor('carla');
    const walker = openWalker();
    const second = await begin(walker, code, 'Simon');
    const kept = [...walker.cookies.values()].map(({ value }) => value).join(' ');
    const plain = code.replaceAll('-', '');
    for (const text of [second.passed.join(' '), portal.logged(), kept]) {
      expect(text).not.toContain(code);
      expect(text).not.toContain(plain);
      expect(text).not.toContain('Simon');
    }
    expect(second.text).toContain('Au moins 15 caractères');
  });

  function tokenOf(page: Visited): string {
    return /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  }
});
