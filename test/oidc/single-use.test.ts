// What may happen once happens once, however many ask at the same moment; what was ended stays ended.
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { purgeExpired } from '../../src/oidc/purge.ts';
import { rowId } from '../../src/oidc/seal.ts';
import { engines } from '../databases.ts';
import { Browser, basic, type House, openHouse, post, type Registered, request, signIn } from './harness.ts';

describe.each(engines)('single use on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let tom: string;

  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module();
    tom = await house.account('tom');
    await signIn(house, module, tom);
  });
  afterAll(() => house.close());

  const redeem = async (registered: Registered) => {
    const asked = await request(registered);
    const back = await new Browser(house).enter(asked.url, tom);
    const form: Record<string, string> = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: registered.redirectUri,
      code_verifier: asked.verifier,
    };
    return () => post(house, '/token', form, basic(registered));
  };

  it('one of a thousand redemptions of a code succeeds', async () => {
    const once = await redeem(module);
    const open = () => fetch(`${house.issuer}/jwks`).then((answer) => answer.text());
    await Promise.all(Array.from({ length: 1000 }, open)); // connections are there: the thousand arrive together
    const answers = await Promise.all(Array.from({ length: 1000 }, once));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.error))).toEqual(
      new Set(['invalid_grant']),
    );
  });

  it('the tokens of a code that several redeemed at the same moment live', async () => {
    const once = await redeem(module);
    const answers = await Promise.all(Array.from({ length: 20 }, once));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBe(1);
    expect((await client.tokenIntrospection(module.rp, String(won[0]?.body.access_token))).active).toBe(true);
  });

  it('a code for which nothing is given in the end is used up all the same', async () => {
    const asked = await request(module);
    const back = await new Browser(house).enter(asked.url, tom);
    const form = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: module.redirectUri,
      code_verifier: asked.verifier,
    };
    const elsewhere = { ...form, resource: 'https://elsewhere.example' };
    expect((await post(house, '/token', elsewhere, basic(module))).body.error).toBe('invalid_target');
    expect((await post(house, '/token', form, basic(module))).body.error).toBe('invalid_grant');
  });

  it('of several redemptions at the same moment the trace counts one as given', async () => {
    const other = await house.module();
    await signIn(house, other, tom);
    const asked = await request(other);
    const back = await new Browser(house).enter(asked.url, tom);
    const form = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: other.redirectUri,
      code_verifier: asked.verifier,
    };
    await Promise.all(Array.from({ length: 12 }, () => post(house, '/token', form, basic(other))));
    const counted = async () => {
      await house.trail.flush();
      const rows = await house.db('audit').where({ client: other.module.id }).select('event', 'details');
      const times = (event: string) =>
        rows.filter((row) => row.event === event).reduce((sum, { details }) => sum + JSON.parse(details).times, 0);
      expect([times('token.issued'), times('token.refused')]).toEqual([2, 11]);
    };
    await vi.waitFor(counted, 5_000); // what has no person in it is counted over a second
  });

  it('a code that comes back later ends everything that came from it', async () => {
    const once = await redeem(module);
    const { body } = await once();
    await house.db('oidc_token').whereNotNull('consumed_at').decrement('consumed_at', 60_000);
    expect(await once()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await client.tokenIntrospection(module.rp, String(body.access_token))).toEqual({ active: false });
    expect(await client.tokenIntrospection(module.rp, String(body.refresh_token))).toEqual({ active: false });
  });

  it('one of fifty refreshes succeeds, and the family of a module that proved itself goes on', async () => {
    const { refresh_token: token = '' } = await signIn(house, module, tom);
    const refresh = () => post(house, '/token', { grant_type: 'refresh_token', refresh_token: token }, basic(module));
    const answers = await Promise.all(Array.from({ length: 50 }, refresh));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
    const next = await client.refreshTokenGrant(module.rp, String(won[0]?.body.refresh_token));
    expect(next.refresh_token).toBeTruthy();
  });

  it('a second use of the refresh token of a public client ends its family at once', async () => {
    const app = await house.module({ auth: 'none' });
    const { refresh_token: first = '', access_token: access } = await signIn(house, app, tom);
    const refresh = (token: string) =>
      post(house, '/token', { grant_type: 'refresh_token', refresh_token: token, client_id: app.module.id });
    const { body } = await refresh(first);
    expect((await refresh(first)).body.error).toBe('invalid_grant');
    expect((await refresh(String(body.refresh_token))).body.error).toBe('invalid_grant');
    const form = { token: access, client_id: app.module.id };
    expect((await post(house, '/token/introspection', form)).body).toEqual({ active: false });
  });

  it('one of five hundred uses of a client assertion succeeds', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const machine = await house.module({
      auth: 'private_key_jwt',
      redirectUris: [],
      scopes: ['rights'],
      grants: ['client_credentials'],
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] },
    });
    const assertion = await new SignJWT({ jti: 'only-once' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(machine.module.id)
      .setSubject(machine.module.id)
      .setAudience(house.issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
    const ask = () =>
      post(house, '/token', {
        grant_type: 'client_credentials',
        scope: 'rights',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
    const answers = await Promise.all(Array.from({ length: 500 }, ask));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 401]));
  });

  it('one of fifty uses of a pushed request brings a code', async () => {
    const { browser } = await signIn(house, module, tom);
    const url = await client.buildAuthorizationUrlWithPAR(module.rp, (await request(module)).url.searchParams);
    const places = await Promise.all(
      Array.from({ length: 50 }, async () => (await browser.send(url)).headers.get('location') ?? ''),
    );
    expect(places.filter((place) => place.includes('code=')).length).toBe(1);
  });

  it('one of two sign-ins that began with one pushed request ends with a code, however long both took', async () => {
    const url = await client.buildAuthorizationUrlWithPAR(module.rp, (await request(module)).url.searchParams);
    const slow = [new Browser(house), new Browser(house)] as const;
    const steps = [(await slow[0].follow(url)).url, (await slow[1].follow(url)).url] as const;
    await purgeExpired(house.db, Date.now() + 5 * 60_000); // the request has ended, the sign-ins have not
    const ends = [];
    for (const [place, browser] of slow.entries())
      ends.push((await browser.follow(`${steps[place]!.pathname}/login?person=${tom}`, {})).url.searchParams);
    expect(ends.map((end) => [end.has('code'), end.get('error')])).toEqual([
      [true, null],
      [false, 'invalid_request_uri'],
    ]);
  });

  it('a pushed request that is gone opens nothing any more to a sign-in that began with it', async () => {
    const url = await client.buildAuthorizationUrlWithPAR(module.rp, (await request(module)).url.searchParams);
    const browser = new Browser(house);
    const step = await browser.follow(url);
    const id = rowId('PushedAuthorizationRequest', url.searchParams.get('request_uri')?.split(':').at(-1) ?? '');
    expect(await house.db('oidc_passing').where({ id }).delete()).toBe(1);
    const end = await browser.follow(`${step.url.pathname}/login?person=${tom}`, {});
    expect(end.url.searchParams.get('error')).toBe('invalid_request_uri');
  });

  it('one of fifty uses of a proof of possession brings a token, and it is good at one address alone', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proofFor = (path: string, jti: string) =>
      new SignJWT({ htm: 'POST', htu: `${house.issuer}${path}`, jti })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt()
        .sign(privateKey);
    const form = { grant_type: 'client_credentials', scope: 'rights' };
    const ask = async (dpop: string) => post(house, '/token', form, { ...basic(module), dpop });
    const proof = await proofFor('/token', 'proof-once');
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(proof)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    expect(new Set(answers.map(({ body }) => body.error))).toEqual(new Set([undefined, 'invalid_dpop_proof']));
    expect((await ask(await proofFor('/userinfo', 'elsewhere'))).body.error).toBe('invalid_dpop_proof');
  });

  it('a token whose grant is revoked while it is made does not live', async () => {
    const { refresh_token: token = '' } = await signIn(house, module, tom);
    const refresh = () => post(house, '/token', { grant_type: 'refresh_token', refresh_token: token }, basic(module));
    const [answer] = await Promise.all([refresh(), house.provider.endSessions(tom)]);
    for (const name of ['access_token', 'refresh_token'])
      if (answer?.body[name])
        expect(await client.tokenIntrospection(module.rp, String(answer.body[name]))).toEqual({ active: false });
    expect(await house.db('oidc_grant').where({ account: tom })).toEqual([]);
    expect(await house.db('oidc_token').whereNotNull('grant_id')).toEqual([]);
  });

  it('what was revoked stays revoked after a restart, and what was not goes on', async () => {
    const [kept, ended] = [await signIn(house, module, tom), await signIn(house, module, tom)];
    await client.tokenRevocation(module.rp, ended.refresh_token ?? '');
    const other = await house.another();
    expect(await other.subjectFor(module.module.id, tom)).toBe(kept.claims()?.sub);
    await expect(client.refreshTokenGrant(module.rp, ended.refresh_token ?? '')).rejects.toThrow();
    await client.refreshTokenGrant(module.rp, kept.refresh_token ?? '');
  });

  it('no value of one kind is taken for another', async () => {
    const { refresh_token: refresh = '', access_token: access, browser } = await signIn(house, module, tom);
    const session = browser.jar.get('preau')?.value ?? '';
    const { grant_id: grant } = await house.db('oidc_token').whereNotNull('grant_id').first();
    for (const value of [refresh, access, session, grant]) {
      const form = {
        grant_type: 'authorization_code',
        code: value,
        redirect_uri: module.redirectUri,
        code_verifier: 'x'.repeat(43),
      };
      expect((await post(house, '/token', form, basic(module))).body.error).toBe('invalid_grant');
      if (value !== refresh)
        expect(
          (await post(house, '/token', { grant_type: 'refresh_token', refresh_token: value }, basic(module))).body
            .error,
        ).toBe('invalid_grant');
      if (value !== access) {
        const answer = await fetch(`${house.issuer}/userinfo`, { headers: { authorization: `Bearer ${value}` } });
        expect(answer.status).toBe(401);
      }
      const forged = new Browser(house);
      forged.jar.set('preau', { value, path: '/' });
      expect(await (await forged.send('/whoami')).json()).toEqual({});
    }
  });

  it('a purge that is told to stop ends with the batch under way', async () => {
    const row = (id: number) => ({ id: `ended ${id}`, payload: Buffer.alloc(1), expires_at: 1, consumed_at: null });
    await house.db.batchInsert(
      'oidc_passing',
      Array.from({ length: 1_200 }, (_, id) => row(id)),
      100,
    );
    expect(await purgeExpired(house.db, Date.now(), AbortSignal.abort())).toBe(500);
    expect(await purgeExpired(house.db, Date.now())).toBe(700);
  });

  it('what has ended leaves the database, and what has not stays', async () => {
    const tokens = await signIn(house, module, tom);
    const before = await house.db('oidc_token').count({ rows: '*' }).first();
    expect(await purgeExpired(house.db, Date.now())).toBe(0);
    expect(await house.db('oidc_token').count({ rows: '*' }).first()).toEqual(before);
    expect((await client.tokenIntrospection(module.rp, tokens.access_token)).active).toBe(true);
    expect(await purgeExpired(house.db, Date.now() + 30 * 24 * 3_600_000)).toBeGreaterThan(10);
    for (const table of ['oidc_token', 'oidc_grant', 'oidc_session', 'oidc_session_client', 'oidc_passing'])
      expect(await house.db(table)).toEqual([]);
  });
});
