// Discovery tells the truth: what it announces is there, what it does not announce is not.
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { claims } from '../../src/oidc/claims.ts';
import { lifetimes, sessionLifetime } from '../../src/oidc/configuration.ts';
import { isEndpoint } from '../../src/oidc/endpoints.ts';
import { casClaims } from '../../src/oidc/launches.ts';
import { attributeClaims } from '../../src/resources/attributes.ts';
import { engines } from '../databases.ts';
import { addresses, pages } from '../privacy/places.ts';
import { Browser, basic, type House, openHouse, post, type Registered, request, signIn } from './harness.ts';

describe.each(engines)('discovery on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let tom: string;
  let told: Record<string, unknown>;

  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module();
    tom = await house.account('tom');
    told = (await (await fetch(`${house.issuer}/.well-known/openid-configuration`)).json()) as typeof told;
  });
  afterAll(() => house.close());

  it('says exactly this', () => {
    const at = (path: string) => `${house.issuer}${path}`;
    expect(told).toEqual({
      issuer: house.issuer,
      authorization_endpoint: at('/auth'),
      token_endpoint: at('/token'),
      userinfo_endpoint: at('/userinfo'),
      jwks_uri: at('/jwks'),
      end_session_endpoint: at('/session/end'),
      introspection_endpoint: at('/token/introspection'),
      revocation_endpoint: at('/token/revocation'),
      pushed_authorization_request_endpoint: at('/request'),
      response_types_supported: ['code'],
      response_modes_supported: ['form_post', 'fragment', 'query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['openid', 'profile', 'roles', 'schools', 'classes', 'children', 'profiles'],
      claims_supported: expect.arrayContaining([
        'sub',
        'auth_time',
        'amr',
        'acr',
        'sid',
        'iss',
        ...Object.keys(claims),
      ]),
      acr_values_supported: [
        'https://refeds.org/profile/sfa',
        'https://refeds.org/profile/mfa',
        'urn:preau:acr:class-card',
        'urn:preau:acr:upstream',
      ],
      claim_types_supported: ['normal'],
      claims_parameter_supported: false,
      request_uri_parameter_supported: false,
      subject_types_supported: ['pairwise', 'public'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'],
      id_token_signing_alg_values_supported: ['ES256', 'RS256'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
      authorization_response_iss_parameter_supported: true,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
    const supported = [...Object.keys(claims), ...attributeClaims, ...casClaims];
    expect(told.claims_supported).toEqual(expect.arrayContaining(supported));
    expect((told.claims_supported as string[]).length).toBe(supported.length + 6);
  });

  it('every endpoint it names answers, and none it does not name', async () => {
    for (const [name, url] of Object.entries(told))
      if (name.endsWith('_endpoint') || name === 'jwks_uri') {
        const statuses = await Promise.all(
          ['GET', 'POST'].map(async (method) => (await fetch(String(url), { method, redirect: 'manual' })).status),
        );
        expect([name, statuses.some((status) => status !== 404)]).toEqual([name, true]);
        expect([name, isEndpoint(new URL(String(url)).pathname)]).toEqual([name, true]);
      }
    // they are looked for before pages and the API are
    for (const path of Object.keys({ ...pages, ...addresses })) expect([path, isEndpoint(path)]).toEqual([path, false]);
    for (const path of [
      '/reg',
      '/device',
      '/device/auth',
      '/backchannel',
      '/interaction/x/abort',
      '/challenge',
      '/credential',
    ])
      expect([path, (await fetch(house.issuer + path, { method: 'POST' })).status === 200]).toEqual([path, false]);
  });

  it('every scope it names is granted, and every response mode works', async () => {
    const { browser } = await signIn(house, module, tom);
    const scope = (told.scopes_supported as string[]).join(' ');
    expect((await signIn(house, module, tom, { browser, more: { scope } })).scope).toBe(scope);
    const answers: Record<string, RegExp> = { query: /\?code=/, fragment: /#code=/ };
    for (const [response_mode, pattern] of Object.entries(answers)) {
      const { url } = await request(module, { response_mode });
      expect((await browser.send(url)).headers.get('location')).toMatch(pattern);
    }
    const form = await browser.send((await request(module, { response_mode: 'form_post' })).url);
    expect(await form.text()).toContain(`action="${module.redirectUri}"`);
    expect(form.headers.get('content-security-policy')).toContain(new URL(module.redirectUri).origin);
    expect(form.headers.get('content-security-policy')).toMatch(/script-src 'none' 'sha256-/);
  });

  it('both ways to show a secret work, each for who registered it', async () => {
    const body = await house.module({ auth: 'client_secret_post' });
    const ask = { grant_type: 'client_credentials', scope: 'rights' };
    const shown = { client_id: body.module.id, client_secret: body.secret };
    expect((await post(house, '/token', { ...ask, ...shown })).status).toBe(200);
    expect((await post(house, '/token', ask, basic(module))).status).toBe(200);
  });

  it('a token is bound to the key that asked for it when it comes with a DPoP proof', async () => {
    const handle = client.getDPoPHandle(module.rp, await client.randomDPoPKeyPair('ES256'));
    const bound = await client.clientCredentialsGrant(module.rp, { scope: 'rights' }, { DPoP: handle });
    expect(bound.token_type).toBe('dpop');
  });

  it('pages come from this host and no other', async () => {
    const browser = new Browser(house);
    const { url } = await request(module, { redirect_uri: 'https://evil.example/' });
    for (const path of [url, '/session/end', '/session/end/success', '/auth', '/auth/nothing'])
      expect(await (await browser.send(path)).text()).not.toMatch(/https?:\/\/(?!localhost)/);
  });

  it('answers with tokens are not kept by caches, and cookies are closed to scripts', async () => {
    const answer = await fetch(`${house.issuer}/token`, {
      method: 'POST',
      headers: basic(module),
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'rights' }),
    });
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const cookies = (await fetch((await request(module)).url, { redirect: 'manual' })).headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/httponly/i);
  });

  it('what happens is traced by keys, and the trace holds', async () => {
    await signIn(house, module, tom);
    await post(house, '/token', { grant_type: 'client_credentials' }, { authorization: 'Basic bm9ib2R5OnNlY3JldA==' });
    await house.provider.endSessions(tom);
    const expected = [
      'client.added',
      'keys.created',
      'session.opened',
      'module.entered',
      'token.issued',
      'token.refused',
      'sessions.ended',
    ];
    const written = async () => {
      await house.trail.flush();
      const rows = await house.db('audit').select('event', 'actor', 'subject', 'client', 'details');
      expect(rows.map(({ event }) => event)).toEqual(expect.arrayContaining(expected));
      return rows;
    };
    const rows = await vi.waitFor(written, 5_000); // what has no person in it is counted over a second
    expect(rows.find(({ event }) => event === 'session.opened')).toMatchObject({
      actor: tom,
      client: module.module.id,
    });
    expect(JSON.stringify(rows)).not.toMatch(/Garnier|Tom/);
    expect(await verifyAudit(house.db)).toEqual({ rows: expect.any(Number) });
  });
});

it('a session lasts four hours without use, and never more than twelve', () => {
  const opened = 1_000_000;
  const left = (after: number) => sessionLifetime(opened, (opened + after) * 1000);
  expect(left(0)).toBe(lifetimes.sessionIdle);
  expect(left(6 * 3600)).toBe(lifetimes.sessionIdle);
  expect(left(11 * 3600)).toBe(3600);
  expect(left(13 * 3600)).toBe(1);
});
