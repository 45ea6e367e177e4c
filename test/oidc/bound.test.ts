// What is given to a module that shows a certificate is bound to it: codes, access tokens and refresh tokens of persons too.
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { thumbprintOf } from '../../src/oidc/certificates.ts';
import { engines } from '../databases.ts';
import { type Certificates, openCertificateMaker, type Pair } from './authority.ts';
import { Browser, type House, openHouse, type Registered, request, signIn } from './harness.ts';

const seenBy = {
  from: 'header',
  header: 'client-cert',
  proxies: ['127.0.0.1', '::1'],
  authorities: '',
  revoked: '',
} as const;

describe.each(engines)('tokens bound to a certificate on $name', ({ open }) => {
  let house: House;
  let maker: Certificates;
  let own: Pair;
  let other: Pair;
  let person: string;
  /** The module as its machine shows one certificate, another, or none. */
  let as: (shown: Pair | undefined) => Registered;

  beforeAll(async () => {
    house = await openHouse(open, { settings: { clientCertificates: seenBy } });
    maker = openCertificateMaker();
    [own, other] = [maker.issue({ subject: '/CN=module' }), maker.issue({ subject: '/CN=module' })];
    person = await house.account('tom');
    const registered = await house.module({
      auth: 'self_signed_tls_client_auth',
      certificates: [own, other].map(({ x509 }) => x509.raw.toString('base64')),
    });
    as = (shown) => {
      const rp = new client.Configuration(
        registered.rp.serverMetadata(),
        registered.module.id,
        { id_token_signed_response_alg: 'ES256' },
        client.TlsClientAuth(),
      );
      client.allowInsecureRequests(rp);
      showing(rp, shown);
      return { ...registered, rp };
    };
  });
  afterAll(async () => {
    await house?.close();
    maker.close();
  });

  const failing = (asked: Promise<unknown>) =>
    asked.then(
      () => 'nothing',
      (error) => error.error ?? error.cause?.[0]?.parameters?.error ?? error.code,
    );

  it('a person signs in at a module that shows its certificate, and at none that does not', async () => {
    const { access_token, refresh_token } = await signIn(house, as(own), person);
    expect(refresh_token).toBeDefined();
    const cnf = { 'x5t#S256': thumbprintOf(own.x509.raw) };
    expect(await client.tokenIntrospection(as(own).rp, access_token)).toMatchObject({ active: true, cnf });
    const asked = await request(as(own));
    const back = await new Browser(house).enter(asked.url, person);
    const checks = { pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce };
    expect(await failing(client.authorizationCodeGrant(as(undefined).rp, back, checks))).toBe('invalid_client');
  });

  it('an access token tells who signed in to whoever shows the certificate it is bound to', async () => {
    const { access_token: token, claims } = await signIn(house, as(own), person);
    const { sub } = claims()!;
    expect((await client.fetchUserInfo(as(own).rp, token, sub)).sub).toBe(sub);
    expect(await failing(client.fetchUserInfo(as(other).rp, token, sub))).toBe('invalid_token');
    expect(await failing(client.fetchUserInfo(as(undefined).rp, token, sub))).toBe('invalid_token');
  });

  it('what is refreshed is bound to the certificate that is shown then, which is one of the module', async () => {
    const { refresh_token: refresh } = await signIn(house, as(own), person);
    expect(await failing(client.refreshTokenGrant(as(undefined).rp, refresh!))).toBe('invalid_client');
    const again = await client.refreshTokenGrant(as(other).rp, refresh!);
    const cnf = { 'x5t#S256': thumbprintOf(other.x509.raw) };
    expect(await client.tokenIntrospection(as(own).rp, again.access_token)).toMatchObject({ active: true, cnf });
    expect(await failing(client.fetchUserInfo(as(own).rp, again.access_token, client.skipSubjectCheck))).toBe(
      'invalid_token',
    );
  });

  it('a certificate that comes beside a secret changes nothing: the token of that module is not bound', async () => {
    const plain = await house.module();
    showing(plain.rp, own);
    const { access_token: token } = await client.clientCredentialsGrant(plain.rp, { scope: 'rights' });
    expect(await house.provider.verifyAccessToken(token, { scope: 'rights' })).toMatchObject({
      client: plain.module.id,
    });
  });
});

/** Lets what a module sends come with a certificate, as the proxy in front of us tells it. */
function showing(rp: client.Configuration, shown: Pair | undefined): void {
  const header = shown && `:${shown.x509.raw.toString('base64')}:`;
  rp[client.customFetch] = (url, { body, ...options }) =>
    fetch(url, {
      ...options,
      body: (body ?? null) as BodyInit | null,
      headers: { ...options.headers, ...(header && { 'client-cert': header }) },
    });
}
