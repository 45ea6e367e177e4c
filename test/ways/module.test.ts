// The module on its own ground: what it does when Préau is down, when forms are forged, when logout tokens are not genuine.
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Demo, openDemo } from '../../src/demo/demo.ts';
import { faultsOf } from '../../src/demo/module/entries.ts';
import { type LogbookModule, openLogbookModule } from '../../src/demo/module/module.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { asksPassword, passLogin, signedIn, urlOf } from './visitors.ts';
import { openWalker } from './walker.ts';

describe('the module when Préau does not answer', () => {
  let module: LogbookModule;

  beforeAll(async () => {
    const port = await freePorts(0, 4);
    module = openLogbookModule({ issuer: `http://localhost:${port + 1}`, clientId: 'c', clientSecret: 's', port });
    await module.listen();
  });
  afterAll(() => module.close());

  it('shows its first page', async () => {
    const home = await openWalker().visit(module.origin);
    expect(home.status).toBe(200);
    expect(home.text).toContain('Démonstration : données inventées');
  });

  it('says so kindly at sign-in, with a way to try again', async () => {
    const walker = openWalker();
    const down = await walker.follow(await walker.visit(module.origin), 'Se connecter avec Préau');
    expect(down.status).toBe(503);
    expect(down.text).toContain('Préau ne répond pas');
    expect(down.html).toContain('href="/connexion"');
  });

  it('takes no logout token', async () => {
    const answer = await openWalker().post(`${module.origin}/fin-de-session`, { logout_token: 'x' });
    expect(answer.status).toBe(400);
  });
});

describe('the module', () => {
  let demo: Demo;

  beforeAll(async () => {
    demo = await openDemo({ port: 0 });
  });
  afterAll(() => demo?.close());

  it('keeps its session in a cookie that no script reads and no other site sends', async () => {
    const { walker } = await signedIn(demo, 'tom');
    const cookie = [...walker.cookies.values()].find(({ name }) => name === 'cahier_session');
    expect(cookie?.attributes).toMatch(/httponly/i);
    expect(cookie?.attributes).toMatch(/samesite=lax/i);
  });

  it('lets no page load anything from elsewhere, and no script at all', async () => {
    const home = await openWalker().visit(demo.module);
    expect(home.headers.get('content-security-policy')).toContain(
      "default-src 'none'; style-src 'self'; img-src 'self'",
    );
    expect(home.html).not.toMatch(/<script|style=|onclick=/);
  });

  it('sends the browser to Préau with a code challenge, a state and a nonce', async () => {
    const walker = openWalker();
    const login = await walker.visit(`${demo.module}/connexion`);
    const asked = new URL(login.passed.find((url) => url.startsWith(`${demo.issuer}/auth`)) ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(asked.get('state')).toMatch(/^[\w-]{40,}$/);
    expect(asked.get('nonce')).toMatch(/^[\w-]{40,}$/);
  });

  it('takes no answer that another browser asked for, so that nobody is signed in as someone else', async () => {
    const thief = openWalker({ stopBefore: `${demo.module}/retour` });
    const answer = await passLogin(thief, await thief.visit(`${demo.module}/connexion`), 'tom');
    expect(answer.url).toMatch(/[?&]code=/);
    const victim = openWalker();
    await victim.visit(`${demo.module}/connexion`);
    const refused = await victim.visit(answer.url);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('La connexion n’a pas abouti');
    expect(asksPassword(await victim.visit(`${demo.module}/cahiers`), demo)).toBe(true);
  });

  it('takes an answer once', async () => {
    const walker = openWalker();
    const login = await walker.visit(`${demo.module}/connexion`);
    const shelves = await passLogin(walker, login, 'tom');
    const answer = shelves.passed.find((url) => url.startsWith(`${demo.module}/retour`)) ?? '';
    walker.forget('cahier_session');
    expect((await walker.visit(answer)).status).toBe(400);
  });

  it('tells a person who gave up that nothing was sent', async () => {
    const walker = openWalker();
    const login = await walker.visit(`${demo.module}/connexion`);
    const back = await walker.submit(login, 'cancel');
    expect(back.url).toMatch(new RegExp(`^${demo.module}/retour`));
    expect(back.text).toContain('Vous avez renoncé à vous connecter');
    expect(back.text).toContain('access_denied');
  });

  it('takes no form that is not one of the session’s own', async () => {
    const { walker, shelves } = await signedIn(demo, 'tom');
    const url = `${urlOf(shelves, 'Mathématiques, 6EME A')}/seances`;
    for (const form of ['', 'x'.repeat(43)]) {
      const forged = await walker.post(url, { form, day: '2026-11-20', text: 'Contrefait.' });
      expect(forged.status).toBe(403);
      expect(forged.text).toContain('Ce formulaire n’est plus valable');
    }
    expect((await openWalker().post(url, { form: 'x', day: '2026-11-20', text: 'x' })).status).toBe(401);
  });

  it('refuses a logbook that does not exist as it refuses one that is closed', async () => {
    const { walker } = await signedIn(demo, 'tom');
    const refused = await walker.visit(`${demo.module}/cahiers/nowhere`);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Ce cahier ne vous est pas ouvert');
  });

  it('never shows an entry as markup', async () => {
    const { walker, shelves } = await signedIn(demo, 'tom');
    const logbook = await walker.visit(urlOf(shelves, 'Mathématiques, 6EME LATIN'));
    const text = '<script>alert(1)</script> & « guillemets »';
    const written = await walker.submit(logbook, 'write', { day: '2026-11-20', text, homework: '', due: '' });
    expect(written.html).toContain('&lt;script>alert(1)&lt;/script> &amp; « guillemets »');
  });

  it('does not end a session on a logout token that Préau did not sign', async () => {
    const { walker, shelves } = await signedIn(demo, 'tom');
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT({
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      sid: 'any',
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'logout+jwt' })
      .setIssuer(demo.issuer)
      .setAudience('cahier-de-textes')
      .setIssuedAt()
      .setJti('1')
      .sign(privateKey);
    for (const logout_token of [forged, 'nonsense', '']) {
      const answer = await openWalker().post(`${demo.module}/fin-de-session`, { logout_token });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.html)).toEqual({ error: 'invalid_request' });
    }
    expect((await walker.visit(shelves.url)).passed).toEqual([shelves.url]);
  });

  it('answers kindly where there is nothing, and sends other names of this machine to its own', async () => {
    const lost = await openWalker().visit(`${demo.module}/nulle-part`);
    expect(lost.status).toBe(404);
    expect(lost.text).toContain('Cette page n’existe pas');
    const home = await openWalker().visit(demo.module.replace('localhost', '127.0.0.1'));
    expect(home.url).toBe(`${demo.module}/`);
  });
});

describe('an entry', () => {
  const good = { day: '2026-11-20', text: 'Fractions.', homework: '', due: '' };

  it.each([
    ['can be kept with a day and a text', {}, []],
    ['can be kept with work to do for a day', { homework: 'Exercice 3.', due: '2026-11-24' }, []],
    ['needs a day', { day: '' }, ['day']],
    ['needs a day that exists', { day: '2026-02-30' }, ['day']],
    ['needs a text', { text: '' }, ['text']],
    ['has a text of 4,000 characters at most', { text: 'x'.repeat(4001) }, ['text']],
    ['says for when its work is', { homework: 'Exercice 3.' }, ['due']],
    ['says what the work is', { due: '2026-11-24' }, ['homework']],
    ['gives no work for a day that is past', { homework: 'Exercice 3.', due: '2026-11-19' }, ['due']],
  ])('%s', (_, change, faulty) => {
    expect(Object.keys(faultsOf({ ...good, ...change }))).toEqual(faulty);
  });
});
