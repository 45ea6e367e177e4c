// What is not given: to whom, for what, and without telling more than needed.

import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../../src/errors.ts';
import { engines } from '../databases.ts';
import { Browser, basic, type House, openHouse, post, type Registered, request, signIn } from './harness.ts';

describe.each(engines)('refusals on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let tom: string;

  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module();
    tom = await house.account('tom');
  });
  afterAll(() => house.close());

  it('an address off by anything is an error page, never a redirection', async () => {
    const [host] = new URL(module.redirectUri).host.split('/');
    const good = module.redirectUri;
    const corpus = [
      good.slice(0, -1),
      `${good}/`,
      `${good}x`,
      `${good}?`,
      `${good}?a=b`,
      `${good}#`,
      `${good}#fragment`,
      good.toUpperCase(),
      good.replace('https', 'http'),
      good.replace('https', 'HTTPS'),
      good.replace('/callback', '/Callback'),
      good.replace('/callback', '//callback'),
      good.replace('/callback', '/./callback'),
      good.replace('/callback', '/x/../callback'),
      good.replace('/callback', '/%63allback'),
      good.replace('/callback', '\\callback'),
      good.replace('/callback', ':443/callback'),
      good.replace('/callback', '.evil.example/callback'),
      good.replace('/callback', '@evil.example/callback'),
      good.replace('/callback', '%2eevil.example/callback'),
      `https://evil.example/${good}`,
      `https://evil.example?${good}`,
      `https://${host}.evil.example/callback`,
      `https://evil${host}/callback`,
      `https://user@${host}/callback`,
      `//${host}/callback`,
      `/callback`,
      'callback',
      `javascript:alert(1)//${good}`,
      `data:text/html,${good}`,
      ` ${good}`,
      `${good} `,
      `${good}\t`,
      `${good}\n`,
      `${good}\r\nLocation: https://evil.example`,
      `${good}%00`,
      `${good}%0d%0a`,
      'https://[::1]/callback',
      'https://[fe80::1%25eth0]/callback',
      'http://localhost/callback',
      'http://127.0.0.1:1234/callback',
      `${good},https://evil.example`,
      `${good} https://evil.example`,
      'https://xn--module-9za.example/callback',
      'https://mödule.example/callback',
      '*',
      'null',
    ];
    for (const redirect_uri of corpus) {
      const { url } = await request(module, { redirect_uri });
      const response = await new Browser(house).send(url);
      expect([redirect_uri, response.status, response.headers.get('location')]).toEqual([redirect_uri, 400, null]);
      expect(await response.text()).toContain('id="error"');
    }
    const { url } = await request(module);
    url.searchParams.append('redirect_uri', 'https://evil.example/');
    const twice = await new Browser(house).send(url);
    const place = new URL(twice.headers.get('location') ?? house.issuer); // an error told to the registered address
    expect([place.origin + place.pathname, place.searchParams.get('error')]).toEqual([good, 'invalid_request']);
  });

  it('PKCE cannot be left out, weakened, or borrowed', async () => {
    const { browser } = await signIn(house, module, tom);
    const without = async (change: (url: URL) => void) => {
      const { url } = await request(module);
      change(url);
      return new URL((await browser.send(url)).headers.get('location') ?? house.issuer).searchParams.get('error');
    };
    expect(await without((url) => url.searchParams.delete('code_challenge'))).toBe('invalid_request');
    expect(await without((url) => url.searchParams.set('code_challenge_method', 'plain'))).toBe('invalid_request');
    expect(await without((url) => url.searchParams.delete('code_challenge_method'))).toBe('invalid_request');
    expect(await without((url) => url.searchParams.set('code_challenge', 'short'))).toBe('invalid_request');
    const other = await request(module);
    for (const code_verifier of [undefined, '', 'short', 'x'.repeat(43), other.verifier]) {
      const asked = await request(module);
      const code = (await browser.enter(asked.url, tom)).searchParams.get('code') ?? '';
      const form = { grant_type: 'authorization_code', code, redirect_uri: module.redirectUri };
      const answer = await post(
        house,
        '/token',
        { ...form, ...(code_verifier !== undefined && { code_verifier }) },
        basic(module),
      );
      expect([code_verifier, answer.status]).toEqual([code_verifier, 400]);
    }
  });

  it('claims that cannot be read are refused to whoever pushes them, as what is wrong and not as a fault of ours', async () => {
    const push = async (claims: string) =>
      client.buildAuthorizationUrlWithPAR(module.rp, (await request(module, { claims })).url.searchParams);
    for (const claims of ['{', 'null', '[]', '"tom"', '{"userinfo":1}', '{"id_token":[]}', '['.repeat(12_000)])
      await expect(push(claims)).rejects.toMatchObject({ status: 400, error: 'invalid_request' });
    const deep = `{"userinfo":{"a":${'['.repeat(12_000)}${']'.repeat(12_000)}}}`;
    await expect(push(deep)).rejects.toMatchObject({ status: 400, error: 'invalid_request' });
    for (const claims of ['{}', '{"userinfo":{"name":null},"id_token":{"acr":{"essential":true}}}'])
      expect((await push(claims)).searchParams.get('request_uri')).toBeTruthy();
  });

  it('only the code flow is offered', async () => {
    const { browser } = await signIn(house, module, tom);
    for (const response_type of ['token', 'id_token', 'code id_token', 'none', 'code token']) {
      const { url } = await request(module, { response_type });
      const location = (await browser.send(url)).headers.get('location') ?? '';
      expect(location).toContain('error=unsupported_response_type');
      expect(location).not.toMatch(/(access_token|id_token)=/);
    }
    for (const grant_type of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code', '']) {
      const answer = await post(house, '/token', { grant_type, username: 'a', password: 'b' }, basic(module));
      expect([grant_type, answer.status]).toEqual([grant_type, 400]);
    }
    expect((await fetch(`${house.issuer}/reg`, { method: 'POST' })).status).toBe(404);
  });

  it('a secret is shown once, right, and by one way only', async () => {
    const { id } = module.module;
    const { secret_hash: kept } = await house.db('oidc_module').where({ id }).first();
    const ask = { grant_type: 'client_credentials', scope: 'rights' };
    const header = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    });
    const other = await house.module();
    for (const secret of ['', 'wrong', `${module.secret}x`, module.secret.slice(0, -1), kept, other.secret]) {
      const { status, body } = await post(house, '/token', ask, header(secret));
      expect([secret, status >= 400 && status < 500, 'access_token' in body]).toEqual([secret, true, false]);
    }
    const many: [string, Record<string, string> | [string, string][], Record<string, string>][] = [
      ['none at all', { ...ask, client_id: id }, {}],
      ['empty in the body', { ...ask, client_id: id, client_secret: '' }, {}],
      [
        'twice',
        [...Object.entries(ask), ['client_id', id], ['client_secret', module.secret], ['client_secret', 'x']],
        {},
      ],
      ['two ways', { ...ask, client_secret: module.secret }, header(module.secret)],
      ['of another module', { ...ask, client_id: other.module.id }, header(module.secret)],
      ['unknown module', { ...ask, client_id: 'nobody', client_secret: 'x' }, {}],
    ];
    for (const [what, form, headers] of many) {
      const { status, body } = await post(house, '/token', form, headers);
      expect([what, status >= 400 && status < 500, 'access_token' in body]).toEqual([what, true, false]);
    }
    expect((await post(house, '/token', ask, header(module.secret))).status).toBe(200);
  });

  it('what could not be the id of a module is nobody’s, and breaks nothing', async () => {
    for (const id of ['\0', 'a\0', 'A', '__proto__', 'constructor', 'a'.repeat(5_000)]) {
      const named = new URLSearchParams({ client_id: id });
      for (const path of [`/auth?${named}`, `/session/end?${named}`, `/session/end/success?${named}`])
        expect([id, (await new Browser(house).send(path)).status]).toEqual([id, 400]);
      const ask = { grant_type: 'client_credentials', client_id: id, client_secret: 'x' };
      expect([id, (await post(house, '/token', ask)).status]).toEqual([id, 401]);
    }
  });

  it('a code of one module is nothing at another', async () => {
    const other = await house.module();
    const asked = await request(module);
    const back = await new Browser(house).enter(asked.url, tom);
    const form = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: module.redirectUri,
      code_verifier: asked.verifier,
    };
    expect((await post(house, '/token', form, basic(other))).body.error).toBe('invalid_grant');
    const elsewhere = { ...form, redirect_uri: other.redirectUri };
    expect((await post(house, '/token', elsewhere, basic(module))).body.error).toBe('invalid_grant');
    expect((await post(house, '/token', form, basic(module))).status).toBe(200);
  });

  it('a host other than the issuer is refused', async () => {
    const { port } = new URL(house.issuer);
    const ask = (path: string, host: string) =>
      new Promise<number | undefined>((resolve) => {
        httpRequest({ port, host: 'localhost', path, headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).end();
      });
    const { host } = new URL(house.issuer);
    expect(await ask('/.well-known/openid-configuration', host)).toBe(200);
    expect(await ask('/.well-known/openid-configuration', 'evil.example')).toBe(421);
    expect(await ask('/.well-known/openid-configuration', `localhost.evil.example:${port}`)).toBe(421);
    expect(await ask('http://evil.example/.well-known/openid-configuration', host)).toBe(421);
  });

  it('an account that is no longer active is refused everywhere', async () => {
    const carla = await house.account('carla');
    const resource = `${house.issuer}/api`;
    const tokens = await signIn(house, module, carla);
    const asked = await request(module, { scope: 'openid rights', resource });
    const back = await tokens.browser.enter(asked.url, carla);
    const { access_token: api } = await client.authorizationCodeGrant(
      module.rp,
      back,
      { pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce },
      { resource },
    );
    await house.db('account').where({ person: carla }).update({ state: 'closed' });
    // an account found active is taken to be so for a second
    await vi.waitFor(async () => expect(await (await tokens.browser.send('/whoami')).json()).toEqual({}), 5_000);
    expect(await client.tokenIntrospection(module.rp, tokens.access_token)).toEqual({ active: false });
    expect(
      (await fetch(`${house.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status,
    ).toBe(401);
    await expect(client.refreshTokenGrant(module.rp, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(house.provider.verifyAccessToken(api, { scope: 'rights' })).rejects.toMatchObject({
      code: 'token_invalid',
    });
    const again = await tokens.browser.follow((await request(module)).url);
    expect(await again.response.json()).toMatchObject({ step: 'login' });
    expect((await tokens.browser.send(`${again.url.pathname}/login?person=${carla}`, {})).status).toBe(401);
  });

  it('an access token for us is ours, for us, signed by us, in time, and of that type', async () => {
    const { access_token: good } = await client.clientCredentialsGrant(module.rp, { scope: 'rights' });
    const tokens = await signIn(house, module, tom);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const open = JSON.parse(Buffer.from(header, 'base64url').toString());
    const said = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const packed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { keys } = (await (await fetch(`${house.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    const ours = keys.find(({ kid }) => kid === open.kid);
    const hmac = (head: unknown, secret: string) => {
      const text = `${packed(head)}.${payload}`;
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    };
    const mine = await generateKeyPair('ES256', { extractable: true });
    const signed = (head: Record<string, unknown>, body: Record<string, unknown>) =>
      new SignJWT(body).setProtectedHeader({ alg: 'ES256', ...head }).sign(mine.privateKey);
    const jwk = await exportJWK(mine.publicKey);
    const forgeries: Record<string, string> = {
      none: `${packed({ ...open, alg: 'none' })}.${payload}.`,
      'none, signed': `${packed({ ...open, alg: 'None' })}.${payload}.${signature}`,
      'HS256 with the public key': hmac({ ...open, alg: 'HS256' }, JSON.stringify(ours)),
      'another key': await signed(open, said),
      'another key, named': await signed({ ...open, kid: 'mine' }, said),
      'its own key': await signed({ ...open, jwk }, said),
      'a key elsewhere': await signed({ ...open, jku: 'https://evil.example/jwks' }, said),
      'another body': `${header}.${packed({ ...said, scope: 'rights teaching' })}.${signature}`,
      'another type': `${packed({ ...open, typ: 'JWT' })}.${payload}.${signature}`,
      'an ID token': tokens.id_token ?? '',
      'an opaque token': tokens.access_token,
      'a refresh token': tokens.refresh_token ?? '',
      'cut short': good.slice(0, -2),
      nothing: 'a.b.c',
    };
    for (const [what, token] of Object.entries(forgeries)) {
      const refusal = await house.provider.verifyAccessToken(token, { scope: 'rights' }).catch((error) => error);
      expect([what, refusal instanceof Refusal && refusal.code]).toEqual([what, 'token_invalid']);
    }
    for (const token of ['', undefined])
      await expect(house.provider.verifyAccessToken(token, { scope: 'rights' })).rejects.toMatchObject({
        code: 'token_missing',
      });
    expect((await house.provider.verifyAccessToken(good, { scope: 'rights' })).client).toBe(module.module.id);
  });

  it('a token that is bound to a key is worth nothing without it', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const proof = await new SignJWT({ htm: 'POST', htu: `${house.issuer}/token`, jti: 'bound' })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
      .setIssuedAt()
      .sign(privateKey);
    const ask = { grant_type: 'client_credentials', scope: 'rights' };
    const { status, body } = await post(house, '/token', ask, { ...basic(module), dpop: proof });
    expect([status, body.token_type]).toEqual([200, 'DPoP']);
    const shown = house.provider.verifyAccessToken(String(body.access_token), { scope: 'rights' });
    await expect(shown).rejects.toMatchObject({ code: 'token_invalid' });
  });

  it('a client assertion that ends in many years is refused, for it would be remembered as long', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const machine = await house.module({
      auth: 'private_key_jwt',
      redirectUris: [],
      scopes: ['rights'],
      grants: ['client_credentials'],
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] },
    });
    const { id } = machine.module;
    const ask = async (exp: string) =>
      post(house, '/token', {
        grant_type: 'client_credentials',
        scope: 'rights',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT({ jti: exp })
          .setProtectedHeader({ alg: 'ES256', kid: 'one' })
          .setIssuer(id)
          .setSubject(id)
          .setAudience(house.issuer)
          .setIssuedAt()
          .setExpirationTime(exp)
          .sign(privateKey),
      });
    expect(await ask('10y')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await ask('5m')).status).toBe(200);
  });
});
