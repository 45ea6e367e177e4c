// Signing out: the session ends here, modules are told by the back channel, and a module that is dead holds up nobody.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isNobodys, outgoingFetch } from '../../src/oidc/outgoing.ts';
import { engines } from '../databases.ts';
import { Browser, type House, openHouse, type Registered, request, signIn } from './harness.ts';

/** What a module hears on its back channel. */
async function openListener(): Promise<{ server: Server; port: number; heard: string[]; refused: string[] }> {
  const heard: string[] = [];
  const refused: string[] = [];
  const server = createServer((incoming, answer) => {
    let body = '';
    incoming.on('data', (part) => {
      body += part;
    });
    incoming.on('end', () => {
      if (incoming.url === '/dead') return; // takes the call and never answers
      if (incoming.url === '/down' && refused.length === 0) {
        refused.push(body);
        answer.writeHead(503).end();
        return;
      }
      heard.push(new URLSearchParams(body).get('logout_token') ?? '');
      answer.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return { server, port: (server.address() as AddressInfo).port, heard, refused };
}

describe.each(engines)('signing out on $name', ({ open }) => {
  let house: House;
  let listener: Awaited<ReturnType<typeof openListener>>;
  let module: Registered;
  let dead: Registered;
  let tom: string;

  beforeAll(async () => {
    listener = await openListener();
    const origin = `http://localhost:${listener.port}`;
    house = await openHouse(open, { outgoingHosts: [`localhost:${listener.port}`] });
    module = await house.module({
      backchannelLogoutUri: `${origin}/logout`,
      postLogoutRedirectUris: ['https://module.example/bye'],
    });
    dead = await house.module({ backchannelLogoutUri: `${origin}/dead` });
    tom = await house.account('tom');
  });
  afterAll(async () => {
    listener.server.closeAllConnections();
    listener.server.close();
    await house.close();
  });

  const leave = async (browser: Browser, idToken: string) => {
    const url = client.buildEndSessionUrl(module.rp, {
      id_token_hint: idToken,
      post_logout_redirect_uri: 'https://module.example/bye',
      state: 'back',
    });
    const page = await browser.send(url);
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' https://module.example");
    const html = await page.text();
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    return browser.follow(action, { xsrf, logout: 'yes' });
  };

  it('ends the session, its tokens and the sessions of the modules', async () => {
    listener.heard.length = 0;
    const tokens = await signIn(house, module, tom);
    const { browser } = tokens;
    await signIn(house, dead, tom, { browser });
    const { url } = await leave(browser, tokens.id_token ?? '');
    expect(url.href).toBe('https://module.example/bye?state=back');
    expect(await (await browser.send('/whoami')).json()).toEqual({});
    expect(await client.tokenIntrospection(module.rp, tokens.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(module.rp, tokens.refresh_token ?? '')).rejects.toThrow();
    await vi.waitFor(() => expect(listener.heard.length).toBe(1), 5_000);
    const keys = createRemoteJWKSet(new URL(`${house.issuer}/jwks`));
    const { payload, protectedHeader } = await jwtVerify(listener.heard[0] ?? '', keys, {
      issuer: house.issuer,
      audience: module.module.id,
      typ: 'logout+jwt',
    });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({
      sub: tokens.claims()?.sub,
      sid: tokens.claims()?.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('ends the tokens for our own interfaces with the session, the grant or everything of the person', async () => {
    const resource = `${house.issuer}/api`;
    const ways: ((tokens: Awaited<ReturnType<typeof signIn>>) => Promise<unknown>)[] = [
      ({ browser, id_token: hint = '' }) => leave(browser, hint),
      ({ refresh_token: token = '' }) => client.tokenRevocation(module.rp, token),
      () => house.provider.endSessions(tom),
    ];
    for (const end of ways) {
      const tokens = await signIn(house, module, tom);
      const asked = await request(module, { scope: 'openid rights', resource });
      const back = await tokens.browser.enter(asked.url, tom);
      const checks = { pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce };
      const { access_token: api } = await client.authorizationCodeGrant(module.rp, back, checks, { resource });
      expect((await house.provider.verifyAccessToken(api, { scope: 'rights' })).person).toBe(tom);
      await end(tokens);
      await expect(house.provider.verifyAccessToken(api, { scope: 'rights' })).rejects.toMatchObject({
        code: 'token_invalid',
      });
    }
    const { access_token: own } = await client.clientCredentialsGrant(module.rp, { scope: 'rights' });
    expect((await house.provider.verifyAccessToken(own, { scope: 'rights' })).person).toBeUndefined();
  });

  it('asks before it ends a session, whoever sends the browser there', async () => {
    const { browser } = await signIn(house, module, tom);
    const page = await browser.send('/session/end');
    expect(await page.text()).toContain('name="logout"');
    expect((await (await browser.send('/whoami')).json()) as object).toMatchObject({ person: tom });
    expect((await browser.send('/session/end/confirm', { logout: 'yes', xsrf: 'guessed' })).status).toBe(400);
    expect((await (await browser.send('/whoami')).json()) as object).toMatchObject({ person: tom });
  });

  it('a double click on leaving ends where one click does', async () => {
    const { browser } = await signIn(house, module, tom);
    const html = await (await browser.send('/session/end')).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const stale = new Browser(house);
    for (const [name, cookie] of browser.jar) stale.jar.set(name, cookie);
    for (const tab of [browser, stale]) {
      const { url, response } = await tab.follow('/session/end/confirm', { xsrf, logout: 'yes' });
      expect([response.status, url.pathname]).toEqual([200, '/session/end/success']);
    }
  });

  it('with nobody signed in leads on at once, and keeps nothing', async () => {
    const before = await house.db('oidc_session').count({ rows: '*' }).first();
    const bye = { post_logout_redirect_uri: 'https://module.example/bye', client_id: module.module.id, state: 'back' };
    const ways: [Record<string, string>, string][] = [
      [bye, 'https://module.example/bye?state=back'],
      [{}, `${house.issuer}/session/end/success`],
      [{ post_logout_redirect_uri: 'https://evil.example/' }, `${house.issuer}/session/end/success`],
    ];
    for (const [asked, place] of ways) {
      const browser = new Browser(house);
      const answer = await browser.send(`/session/end?${new URLSearchParams(asked)}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, place]);
      expect([...browser.jar.keys()]).toEqual([]);
    }
    const evil = { ...bye, post_logout_redirect_uri: 'https://evil.example/' };
    expect((await new Browser(house).send(`/session/end?${new URLSearchParams(evil)}`)).status).toBe(400);
    expect(await house.db('oidc_session').count({ rows: '*' }).first()).toEqual(before);
  });

  it('an address that is not registered is never gone to', async () => {
    const { browser, id_token: hint = '' } = await signIn(house, module, tom);
    const url = client.buildEndSessionUrl(module.rp, {
      id_token_hint: hint,
      post_logout_redirect_uri: 'https://evil.example/',
    });
    const answer = await browser.send(url);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  it('ending every session of a person ends their tokens, tells the modules and counts', async () => {
    listener.heard.length = 0;
    await house.provider.endSessions(tom);
    await vi.waitFor(() => expect(listener.heard.length).toBeGreaterThan(0), 5_000).catch(() => undefined);
    listener.heard.length = 0;
    const [one, two] = [await signIn(house, module, tom), await signIn(house, module, tom)];
    expect(await house.provider.endSessions(tom)).toBe(2);
    for (const { browser, access_token: token } of [one, two]) {
      expect(await (await browser.send('/whoami')).json()).toEqual({});
      expect(await client.tokenIntrospection(module.rp, token)).toEqual({ active: false });
    }
    await vi.waitFor(() => expect(listener.heard.length).toBe(2), 5_000);
  });

  it('a module that is down when a session ends hears of it later, whichever node is there then', async () => {
    const origin = `http://localhost:${listener.port}`;
    const down = await house.module({ backchannelLogoutUri: `${origin}/down` });
    const tokens = await signIn(house, down, tom);
    listener.heard.length = 0;
    const other = await house.another();
    await other.endSessions(tom);
    await vi.waitFor(() => expect(listener.refused).toHaveLength(1), 5_000);
    await other.close();
    await house.db('oidc_farewell').where({ client: down.module.id }).update({ due_at: 0 }); // the time until then is over
    const sid = tokens.claims()?.sid;
    const named = () => listener.heard.filter((token) => decodeJwt(token).sid === sid);
    await vi.waitFor(() => expect(named()).toHaveLength(1), 10_000);
  }, 20_000);

  it('a session that signs out is not brought back by a module opened at the same moment', async () => {
    const tokens = await signIn(house, module, tom);
    const { browser } = tokens;
    const stale = new Map(browser.jar);
    const urls = await Promise.all(Array.from({ length: 10 }, async () => (await request(module)).url));
    await Promise.all([
      leave(browser, tokens.id_token ?? ''),
      ...urls.map((url) => {
        const tab = new Browser(house);
        for (const [name, cookie] of stale) tab.jar.set(name, cookie);
        return tab.send(url);
      }),
    ]);
    const tab = new Browser(house);
    for (const [name, cookie] of stale) tab.jar.set(name, cookie);
    expect(await (await tab.send('/whoami')).json()).toEqual({});
  });

  it('a person who signs in where another was leaves nothing of the other', async () => {
    const paul = await house.account('paul');
    const first = await signIn(house, module, tom);
    const { browser } = first;
    const login = await browser.follow((await request(module, { prompt: 'login' })).url);
    const page = await browser.follow(`${login.url.pathname}/login?person=${paul}`, {});
    const html = await page.response.text(); // the page that ends the other's session first
    expect(html).toContain('id="switch"');
    expect((await (await browser.send('/whoami')).json()) as object).toMatchObject({ person: tom });
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const next = await browser.follow(action, { xsrf, logout: 'yes' });
    expect(await next.response.json()).toMatchObject({ step: 'notice', person: paul });
    expect(await client.tokenIntrospection(module.rp, first.access_token)).toEqual({ active: false });
    expect((await (await browser.send('/whoami')).json()) as object).toMatchObject({ person: paul });
  });
});

describe('requests that leave', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fd00::1',
    'fe80::1',
    '224.0.0.1',
    '100.64.0.1',
    '192.88.99.1',
    '203.0.113.1',
    '::ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '2001:0:7f00:1::',
    '2002:7f00:1::',
    'fec0::1',
  ])('%s is nobody’s', (address) => expect(isNobodys(address)).toBe(true));

  it.each(['1.1.1.1', '193.51.24.1', '2001:660::1'])('%s is somebody’s', (address) =>
    expect(isNobodys(address)).toBe(false));

  it('go to listed hosts, and to no other private address', async () => {
    const { server, port, heard } = await openListener();
    const send = outgoingFetch([`localhost:${port}`]);
    expect((await send(`http://localhost:${port}/`, { method: 'POST', body: 'logout_token=x' })).status).toBe(200);
    const guarded = { method: 'POST', dispatcher: {} } as RequestInit;
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `https://[::1]:${port}/`,
      `https://2130706433:${port}/`,
      `https://0x7f000001:${port}/`,
      `https://localhost:${port + 1}/`,
      `http://localhost:${port + 1}/`,
    ])
      await expect(send(url, guarded)).rejects.toThrow(/may not be called/);
    expect(heard).toEqual(['x']);
    server.close();
  });
});
