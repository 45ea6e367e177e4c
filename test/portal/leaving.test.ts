// The front page, leaving, and what the provider itself refuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../databases.ts';
import { openWalker, type Walker } from '../ways/walker.ts';
import { type Opened, openPortal, PASSWORD } from './portal.ts';

describe.each(engines)('the other pages, on $name', ({ open }) => {
  let portal: Opened;
  beforeAll(async () => {
    portal = await openPortal(open, { accounts: ['paula'] });
  });
  afterAll(() => portal?.close());

  async function signedIn(): Promise<Walker> {
    const walker = openWalker();
    const login = await walker.visit(portal.authorize());
    const next = await walker.submit(login, 'password', { login: 'paula.bernard', password: PASSWORD });
    if (!next.url.startsWith(portal.module)) await walker.submit(next, 'submit');
    return walker;
  }

  it('the front page says what Préau is, and opens to an activation', async () => {
    const walker = openWalker();
    const home = await walker.visit(`${portal.origin}/`);
    expect(home.text).toContain('Un seul compte pour toute l’école');
    expect((await walker.follow(home, 'Activer mon compte')).url).toBe(`${portal.origin}/activation`);
    expect((await walker.follow(home, 'Vie privée')).text).toContain('Ce que Préau garde de vous');
  });

  it('the front page greets whoever is signed in, and lets them out', async () => {
    const walker = await signedIn();
    const home = await walker.visit(`${portal.origin}/`);
    expect(home.text).toContain('Bonjour Paula Bernard');
    const question = await walker.follow(home, 'Me déconnecter');
    expect(question.text).toContain('Se déconnecter ?');
    const out = await walker.submit(question, 'op.logoutForm', { logout: 'yes' });
    expect(out.text).toContain('Votre session est fermée');
    expect((await walker.visit(`${portal.origin}/`)).text).not.toContain('Paula');
    expect((await walker.visit(portal.authorize())).html).toContain('id="password"');
  });

  it('leaving for a module names it, and leads back to it', async () => {
    const walker = await signedIn();
    const leave = new URL('/session/end', portal.origin);
    leave.searchParams.set('client_id', 'logbook');
    leave.searchParams.set('post_logout_redirect_uri', `${portal.module}/bye`);
    const question = await walker.visit(leave.href);
    expect(question.text).toContain('« Cahier de textes » demande à vous déconnecter');
    expect(question.headers.get('content-security-policy')).toContain(`form-action 'self' ${portal.module}`);
    const out = await walker.submit(question, 'op.logoutForm', { logout: 'yes' });
    expect(out.url).toBe(`${portal.module}/bye`);
  });

  it('nobody is signed out without saying so', async () => {
    const walker = await signedIn();
    await walker.visit(`${portal.origin}/session/end`);
    await walker.post(`${portal.origin}/session/end/confirm`, { logout: 'yes', xsrf: 'forged' });
    expect((await walker.visit(`${portal.origin}/`)).text).toContain('Paula Bernard');
  });

  it.each([
    ['a redirect URI that differs by one character', 'redirect_uri', 'invalid_redirect_uri'],
    ['a module that nobody registered', 'client_id', 'invalid_client'],
  ])('%s gets a page with its code, and no redirection', async (_case, name, code) => {
    const wrong = name === 'client_id' ? 'unknown' : `${portal.module}/callback/`;
    const answer = await openWalker().visit(portal.authorize({ [name]: wrong }));
    expect(answer.status).toBe(400);
    expect(answer.passed).toHaveLength(1);
    expect(answer.html).toContain(`<code id="code">${code}</code>`);
    expect(answer.text).toContain('Rien n’a été transmis');
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(answer.html).not.toMatch(/https?:\/\//);
  });

  it('an address that leads nowhere gets our own page', async () => {
    const answer = await openWalker().visit(`${portal.origin}/nowhere/at/all`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('Il n’y a rien à cette adresse');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('the provider answers for its own host only', async () => {
    const port = new URL(portal.origin).port;
    const answer = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`);
    expect(answer.status).toBe(421);
    expect(await answer.json()).toMatchObject({ code: 'wrong_host' });
  });
});
