// The way to a module, over real HTTP with the real provider: steps in order, in one's own browser, with one's own forms.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addModule, removeModule } from '../../src/oidc/modules.ts';
import { personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { type Opened, openPortal, PASSWORD, sheet } from './portal.ts';

describe.each(engines)('the way to a module, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts: ['paula', 'tom', 'helene', 'ali', 'pierre', 'olga'] });
  });
  afterAll(() => portal?.close());

  const typed = (login: string, password = PASSWORD) => ({ login, password });

  /** Signs in and reads the notice when there is one. */
  async function enter(walker: Walker, login: string, more: Record<string, string> = {}): Promise<Visited> {
    const answer = await walker.submit(await walker.visit(portal.authorize(more)), 'password', typed(login));
    return answer.url.startsWith(portal.module) ? answer : walker.submit(answer, 'submit');
  }

  const codeIn = (page: Visited) => new URL(page.url).searchParams.get('code');

  it('asks who one is, tells once what the module receives, and arrives', async () => {
    const walker = openWalker();
    const login = await walker.visit(portal.authorize({ state: 'my-state' }));
    expect(login.status).toBe(200);
    expect(login.text).toContain('Pour ouvrir « Cahier de textes »');
    expect(login.html).toContain('id="login"');

    const notice = await walker.submit(login, 'password', typed('paula.bernard'));
    expect(notice.status).toBe(200);
    for (const words of [
      'Paula Bernard',
      'Le collège Les Tilleuls',
      'Tenir le cahier de textes',
      'votre prénom et votre nom',
      'des enfants dont vous êtes responsable',
    ])
      expect(notice.text).toContain(words);

    const arrived = await walker.submit(notice, 'submit');
    expect(arrived.url).toMatch(new RegExp(`^${portal.module}/callback\\?`));
    expect(codeIn(arrived)).toMatch(/^[\w-]{20,}$/);
    expect(new URL(arrived.url).searchParams.get('state')).toBe('my-state');
    expect(new URL(arrived.url).searchParams.get('iss')).toBe(portal.origin);

    const again = await walker.visit(portal.authorize());
    expect(again.passed).toHaveLength(2);
    expect(codeIn(again)).not.toBe(codeIn(arrived));

    const otherBrowser = await openWalker();
    const straight = await otherBrowser.submit(
      await otherBrowser.visit(portal.authorize()),
      'password',
      typed('paula.bernard'),
    );
    expect(straight.url).toContain('/callback');
  });

  it('names the module in the form-action of its pages, which Chromium asks for', async () => {
    const walker = openWalker();
    const login = await walker.visit(portal.authorize());
    expect(login.headers.get('content-security-policy')).toContain(`form-action 'self' ${portal.module}`);
    const notice = await walker.submit(login, 'password', typed('tom.garnier'));
    expect(notice.headers.get('content-security-policy')).toContain(`form-action 'self' ${portal.module}`);
  });

  it('says the same of a wrong password, an unknown person and a person without an account, and keeps the identifier', async () => {
    const seen: string[] = [];
    for (const [login, password] of [
      ['helene.marchand', 'not-the-password-of-anyone'],
      ['nobody.at.all', PASSWORD],
      ['lucas.meyer', PASSWORD],
    ] as const) {
      const walker = openWalker();
      const page = await walker.visit(portal.authorize({ state: 's', nonce: 'n' }));
      const refused = await walker.submit(page, 'password', typed(login, password));
      expect(refused.status).toBe(422);
      expect(refused.html).toContain(`value="${login}"`);
      expect(refused.html).toContain('<code>sign_in_failed</code>');
      expect(refused.html).not.toContain(password);
      seen.push(
        refused.html
          .replaceAll(login, 'LOGIN')
          .replace(/interaction[=/][\w-]+/g, 'INTERACTION')
          .replace(/name="token" value="[^"]+"/g, 'TOKEN'),
      );
      const better = await walker.submit(refused, 'password', typed('helene.marchand'));
      expect(better.text).toContain('Hélène Marchand');
    }
    expect(new Set(seen).size).toBe(1);
  });

  it('answers a post with 303, so that no password is ever sent twice', async () => {
    const walker = openWalker();
    const page = await walker.visit(portal.authorize());
    const answer = await rawPost(walker, page, { ...typed('tom.garnier'), token: tokenOf(page) });
    expect(answer.status).toBe(303);
  });

  it('speaks the language that the module asks for, unless the person chose one', async () => {
    const walker = openWalker();
    const english = await walker.visit(portal.authorize({ ui_locales: 'de en-GB' }));
    expect(english.html).toContain('<html lang="en">');
    const french = await walker.follow(english, 'Français');
    expect(french.html).toContain('<html lang="fr">');
    expect((await walker.visit(portal.authorize({ ui_locales: 'en' }))).html).toContain('<html lang="fr">');
  });

  it('fills in the identifier that the module suggests', async () => {
    const page = await openWalker().visit(portal.authorize({ login_hint: 'tom.garnier"><script>' }));
    expect(page.html).toContain('value="tom.garnier&quot;>&lt;script>"');
  });

  it('goes back to the module when one gives up, before or after signing in', async () => {
    const walker = openWalker();
    const before = await walker.submit(await walker.visit(portal.authorize()), 'cancel');
    expect(new URL(before.url).searchParams.get('error')).toBe('access_denied');
    const notice = await walker.submit(await walker.visit(portal.authorize()), 'password', typed('ali.amrani'));
    const after = await walker.submit(notice, 'cancel');
    expect(new URL(after.url).searchParams.get('error')).toBe('access_denied');
    const askedAgain = await walker.visit(portal.authorize());
    expect(askedAgain.text).toContain('va recevoir');
  });

  describe('cannot be forced', () => {
    it.each(['', '/cancel'])('by a post to /interaction/:uid%s without its token', async (end) => {
      const walker = openWalker();
      const page = await walker.visit(portal.authorize());
      for (const fields of [typed('tom.garnier'), { ...typed('tom.garnier'), token: 'a.b' }, { token: '' }]) {
        const answer = await walker.post(page.url + end, fields as Record<string, string>);
        expect(answer.status).toBe(403);
        expect(answer.text).toContain('form_expired');
      }
      expect((await walker.submit(page, 'password', typed('tom.garnier'))).status).toBe(200);
    });

    it('by a form of another browser, whose sign-in it would be', async () => {
      const attacker = openWalker();
      const trap = await attacker.visit(portal.authorize());
      const victim = openWalker();
      const own = await victim.visit(portal.authorize());
      const forged = { ...typed('tom.garnier'), token: tokenOf(trap) };
      expect((await victim.post(trap.url, forged)).status).toBe(403);
      expect((await victim.post(own.url, forged)).status).toBe(403);
      expect((await victim.visit(trap.url)).status).toBe(403);
      expect((await victim.visit(portal.origin)).text).not.toContain('Tom Garnier');
    });

    it('by a post that another site sends', async () => {
      const walker = openWalker();
      const page = await walker.visit(portal.authorize());
      const answer = await walker.post(page.url, { ...typed('tom.garnier'), token: tokenOf(page) }, portal.module);
      expect(answer.status).toBe(403);
    });

    it('by the form of one sign-in on another of the same browser', async () => {
      const walker = openWalker();
      const first = await walker.visit(portal.authorize());
      const second = await walker.visit(portal.authorize());
      expect(second.url).not.toBe(first.url);
      const crossed = await walker.post(second.url, { ...typed('tom.garnier'), token: tokenOf(first) });
      expect(crossed.status).toBe(403);
    });

    it('past the password: the notice is not answered before one has signed in', async () => {
      const walker = openWalker();
      const login = await walker.visit(portal.authorize());
      const answer = await walker.post(login.url, { token: tokenOf(login) });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('sign_in_failed');
    });

    it('past the notice: the form of the password does not answer it', async () => {
      const walker = openWalker();
      const login = await walker.visit(portal.authorize());
      const notice = await walker.submit(login, 'password', typed('pierre.bernard'));
      expect(notice.text).toContain('va recevoir');
      expect((await walker.post(notice.url, { token: tokenOf(login) })).status).toBe(403);
      const again = await walker.visit(portal.authorize());
      expect(again.text).toContain('va recevoir');
      const person = await personOf(portal.db, 'pierre');
      expect(await portal.db('notice_acknowledgement').where({ person })).toEqual([]);
    });

    it('with an address alone: it is worth nothing without its cookie', async () => {
      const walker = openWalker();
      const page = await walker.visit(portal.authorize());
      const elsewhere = await openWalker().visit(page.url);
      expect(elsewhere.status).toBe(403);
      expect(elsewhere.text).toContain('form_expired');
      expect((await walker.visit(`${portal.origin}/interaction/${'x'.repeat(43)}`)).status).toBe(403);
    });
  });

  it('gives a new session to whoever signs in, and another to whoever comes next', async () => {
    const walker = openWalker();
    const before = sessionIn(walker);
    await enter(walker, 'paula.bernard');
    const first = sessionIn(walker);
    expect(first).toBeDefined();
    expect(first).not.toBe(before);
    expect((await walker.visit(portal.origin)).text).toContain('Paula Bernard');

    const page = await walker.visit(portal.authorize({ prompt: 'login' }));
    // the provider first ends the session that was open, with a form that a browser sends by itself
    const ending = await walker.submit(page, 'password', typed('tom.garnier'));
    expect(ending.text).toContain('une autre personne est encore connectée');
    expect(ending.text).not.toContain('Paula');
    expect(ending.headers.get('content-security-policy')).toContain("script-src 'none'");
    const next = await walker.submit(ending, 'xsrf');
    if (!next.url.startsWith(portal.module)) await walker.submit(next, 'submit');
    expect(sessionIn(walker)).not.toBe(first);
    const home = await walker.visit(portal.origin);
    expect(home.text).toContain('Tom Garnier');
    expect(home.text).not.toContain('Paula');
  });

  it('sets cookies out of reach of scripts and other sites', async () => {
    const walker = openWalker();
    await enter(walker, 'paula.bernard');
    expect(walker.cookies.size).toBeGreaterThan(1);
    for (const { attributes } of walker.cookies.values()) {
      expect(attributes.toLowerCase()).toContain('httponly');
      expect(attributes.toLowerCase()).toContain('samesite=lax');
    }
  });

  it('leaves no name, identifier, password or code in the log', async () => {
    const walker = openWalker();
    const arrived = await enter(walker, 'paula.bernard');
    const logged = portal.logged();
    expect(logged).toContain('/interaction/:uid');
    for (const secret of ['paula', 'Paula', 'Bernard', PASSWORD, codeIn(arrived) ?? 'code', '127.0.0.1'])
      expect(logged).not.toContain(secret);
  });

  it('takes no notice for read that was not shown: the module changed meanwhile', async () => {
    const walker = openWalker();
    const notice = await walker.submit(await walker.visit(portal.authorize()), 'password', typed('olga.petit'));
    const { db, module } = portal;
    await removeModule(db, 'logbook', { actor: 'system', at: Date.now() });
    const changed = { ...sheet(module), purpose: 'Tout autre chose.' };
    await addModule(db, changed, { actor: 'system', at: Date.now() + 60_000 });
    await vi.waitFor(
      async () => expect((await openWalker().visit(portal.authorize())).text).toContain('Tout autre'),
      10_000,
    );
    expect((await walker.submit(notice, 'submit')).status).toBe(403);
    expect((await walker.visit(portal.authorize())).text).toContain('Tout autre chose.');
  });

  function tokenOf(page: Visited): string {
    return /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
  }

  function sessionIn(walker: Walker): string | undefined {
    return [...walker.cookies.values()].find(({ name }) => name === 'preau')?.value;
  }

  function rawPost(walker: Walker, page: Visited, fields: Record<string, string>): Promise<Response> {
    const cookie = [...walker.cookies.values()].map(({ name, value }) => `${name}=${value}`).join('; ');
    const headers = { cookie, origin: portal.origin };
    return fetch(page.url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' });
  }
});
