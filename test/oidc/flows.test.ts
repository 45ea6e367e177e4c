// The ways in and out, with a real OpenID client over HTTP: what is offered works, and what it issues says what it should.
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../databases.ts';
import { Browser, basic, type House, openHouse, post, type Registered, request, signIn } from './harness.ts';

describe.each(engines)('signing in on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let tom: string;

  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module();
    tom = await house.account('tom');
  });
  afterAll(() => house.close());

  it('a teacher enters a module by code and PKCE, after signing in and reading its notice once', async () => {
    const browser = new Browser(house);
    const asked = await request(module);
    const login = await browser.follow(asked.url);
    expect(await login.response.json()).toMatchObject({
      step: 'login',
      module: { id: module.module.id, purpose: module.module.purpose, responsible: module.module.responsible },
      claims: expect.arrayContaining(['roles', 'children']),
      redirectOrigin: new URL(module.redirectUri).origin,
    });
    const notice = await browser.follow(`${login.url.pathname}/login?person=${tom}`, {});
    expect(await notice.response.json()).toMatchObject({ step: 'notice', person: tom });
    const { url } = await browser.follow(`${notice.url.pathname}/notice`, {});
    expect(url.origin + url.pathname).toBe(module.redirectUri);
    expect(url.searchParams.get('iss')).toBe(house.issuer);
    const tokens = await client.authorizationCodeGrant(module.rp, url, {
      pkceCodeVerifier: asked.verifier,
      expectedState: asked.state,
      expectedNonce: asked.nonce,
    });
    expect(tokens.claims()).toMatchObject({ amr: ['pwd'], name: 'Tom Garnier' });
    expect(tokens.claims()?.sub).toBe(await house.provider.subjectFor(module.module.id, tom));
    expect(await house.provider.personBehind(module.module.id, tokens.claims()?.sub ?? '')).toBe(tom);
  });

  it('the notice is not asked twice, nor the password in one session', async () => {
    const { browser } = await signIn(house, module, tom);
    const { url } = await browser.follow((await request(module)).url);
    expect(url.origin + url.pathname).toBe(module.redirectUri);
  });

  it('an address in capitals leads to the same place', async () => {
    const { url } = await request(module);
    url.pathname = url.pathname.toUpperCase();
    expect((await new Browser(house).follow(url)).url.pathname).toMatch(/^\/interaction\//);
  });

  it('the session says who is signed in and since when', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { browser } = await signIn(house, module, tom);
    const who = (await (await browser.send('/whoami')).json()) as { person: string; since: number };
    expect(who).toMatchObject({ person: tom, sid: expect.any(String) });
    expect(who.since).toBeGreaterThanOrEqual(before);
    expect(await (await new Browser(house).send('/whoami')).json()).toEqual({});
  });

  it('going back to the module without signing in tells it so', async () => {
    const browser = new Browser(house);
    const { url } = await browser.follow((await request(module)).url);
    const back = await browser.follow(`${url.pathname}/cancel`, {});
    expect(back.url.searchParams.get('error')).toBe('access_denied');
    expect(back.url.origin + back.url.pathname).toBe(module.redirectUri);
  });

  it('an interaction belongs to the browser it began in', async () => {
    const { url } = await new Browser(house).follow((await request(module)).url);
    const other = await new Browser(house).send(url);
    expect([other.status, await other.json()]).toEqual([403, { refusal: 'form_expired' }]);
    const forged = await new Browser(house).send(`${url.pathname}/login?person=${tom}`, {});
    expect(forged.status).toBe(403);
  });

  it('the notice cannot be skipped, and the login cannot be answered twice', async () => {
    const fresh = await house.module();
    const browser = new Browser(house);
    const login = await browser.follow((await request(fresh)).url);
    expect((await browser.send(`${login.url.pathname}/notice`, {})).status).toBe(403);
    const notice = await browser.follow(`${login.url.pathname}/login?person=${tom}`, {});
    expect((await browser.send(`${notice.url.pathname}/login?person=${tom}`, {})).status).toBe(403);
    expect((await browser.follow((await request(fresh)).url)).url.pathname).toMatch(/^\/interaction\//);
  });

  it('the identifier of a session changes when somebody signs in', async () => {
    const { browser } = await signIn(house, module, tom);
    const before = browser.jar.get('preau')?.value;
    await browser.enter((await request(module, { prompt: 'login' })).url, tom);
    expect(browser.jar.get('preau')?.value).not.toBe(before);
    browser.jar.set('preau', { value: before ?? '', path: '/' });
    expect(await (await browser.send('/whoami')).json()).toEqual({});
  });

  it('userinfo says what the ID token says', async () => {
    const tokens = await signIn(house, module, tom);
    const { sub, name, roles } = (tokens.claims() ?? { sub: '' }) as client.IDToken;
    expect(await client.fetchUserInfo(module.rp, tokens.access_token, sub)).toMatchObject({ sub, name, roles });
  });

  it('a pushed request works once', async () => {
    const asked = await request(module);
    const url = await client.buildAuthorizationUrlWithPAR(module.rp, asked.url.searchParams);
    const browser = new Browser(house);
    expect((await browser.enter(url, tom)).searchParams.get('code')).toBeTruthy();
    const again = await browser.send(url);
    expect(again.headers.get('location') ?? '').not.toMatch(/code=/);
  });

  it('a refresh token is exchanged for the next, and one that was exchanged long ago ends the family', async () => {
    const tokens = await signIn(house, module, tom);
    const next = await client.refreshTokenGrant(module.rp, tokens.refresh_token ?? '');
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect(next.claims()?.sub).toBe(tokens.claims()?.sub);
    await house.db('oidc_token').whereNotNull('consumed_at').decrement('consumed_at', 60_000);
    await expect(client.refreshTokenGrant(module.rp, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(client.refreshTokenGrant(module.rp, next.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('introspection tells a module of its own tokens, and no other module', async () => {
    const tokens = await signIn(house, module, tom);
    expect(await client.tokenIntrospection(module.rp, tokens.access_token)).toMatchObject({
      active: true,
      client_id: module.module.id,
      sub: tokens.claims()?.sub,
    });
    const other = await house.module();
    expect(await client.tokenIntrospection(other.rp, tokens.access_token)).toEqual({ active: false });
  });

  it('a revoked refresh token takes its family with it', async () => {
    const tokens = await signIn(house, module, tom);
    await client.tokenRevocation(module.rp, tokens.refresh_token ?? '');
    expect(await client.tokenIntrospection(module.rp, tokens.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(module.rp, tokens.refresh_token ?? '')).rejects.toThrow();
    await signIn(house, module, tom, { browser: tokens.browser }); // the session enters again, under a new grant
  });

  it('a module speaks for itself with a signed token for our interfaces', async () => {
    const { access_token: token } = await client.clientCredentialsGrant(module.rp, { scope: 'rights' });
    expect(await house.provider.verifyAccessToken(token, { scope: 'rights' })).toEqual({
      client: module.module.id,
      scopes: ['rights'],
    });
    await expect(house.provider.verifyAccessToken(token, { scope: 'teaching' })).rejects.toMatchObject({
      code: 'scope_missing',
    });
  }, 20_000);

  it('a module speaks for a person with a token for our interfaces', async () => {
    const resource = `${house.issuer}/api`;
    const asked = await request(module, { scope: 'openid rights', resource });
    const back = await new Browser(house).enter(asked.url, tom);
    const { access_token: token } = await client.authorizationCodeGrant(
      module.rp,
      back,
      { pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce },
      { resource },
    );
    expect(await house.provider.verifyAccessToken(token, { scope: 'rights' })).toMatchObject({
      client: module.module.id,
      person: tom,
      subject: await house.provider.subjectFor(module.module.id, tom),
    });
  });

  it('a scope the module is not registered for is refused by name', async () => {
    expect(await post(house, '/token', { grant_type: 'client_credentials', scope: 'teaching' }, basic(module))).toEqual(
      {
        status: 400,
        body: { error: 'invalid_scope', error_description: 'requested scope is not allowed', scope: 'teaching' },
      },
    );
  });

  it('a person has another name in each sector, and the same in one', async () => {
    const other = await house.module();
    const twin = await house.module({ redirectUris: [module.redirectUri.replace('callback', 'other')] });
    const [first, second, third] = await Promise.all(
      [module, other, twin].map(async (one) => (await signIn(house, one, tom)).claims()?.sub),
    );
    expect(second).not.toBe(first);
    expect(third).toBe(first);
  });

  it('five modules opened at once by one browser all succeed', async () => {
    const five = await Promise.all(Array.from({ length: 5 }, () => house.module()));
    const { browser } = await signIn(house, module, tom);
    for (const one of five) await browser.enter((await request(one)).url, tom); // reads the notices
    const again = (await signIn(house, module, tom)).browser;
    const entered = await Promise.all(five.map((one) => signIn(house, one, tom, { browser: again })));
    const used = await Promise.all(
      entered.map((tokens, index) => client.tokenIntrospection(five[index]!.rp, tokens.access_token)),
    );
    expect(used.map(({ active }) => active)).toEqual([true, true, true, true, true]);
  });

  it('one module opened at once in two tabs succeeds in both', async () => {
    const fresh = await house.module();
    await signIn(house, fresh, tom);
    const { browser } = await signIn(house, module, tom);
    const both = await Promise.all([signIn(house, fresh, tom, { browser }), signIn(house, fresh, tom, { browser })]);
    for (const tokens of both)
      expect((await client.tokenIntrospection(fresh.rp, tokens.access_token)).active).toBe(true);
  });

  it('a public client enters with PKCE alone', async () => {
    const app = await house.module({ auth: 'none', redirectUris: ['http://localhost:9999/callback'] });
    const tokens = await signIn(house, app, tom);
    expect(tokens.refresh_token).toBeTruthy();
  });

  it('a module of OAuth 2.1 does not repeat its address at the token endpoint', async () => {
    const asked = await request(module);
    const code = (await new Browser(house).enter(asked.url, tom)).searchParams.get('code') ?? '';
    const form = { grant_type: 'authorization_code', code, code_verifier: asked.verifier };
    expect((await post(house, '/token', form, basic(module))).status).toBe(200);
  });

  it('an RS256 module gets RS256', async () => {
    const old = await house.module({ signing: 'RS256' });
    const tokens = await signIn(house, old, tom);
    const [header = ''] = (tokens.id_token ?? '').split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString()).alg).toBe('RS256');
  });
});
