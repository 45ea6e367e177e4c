// Machines that prove who they are by a certificate (RFC 8705): at the token endpoint and at our own interfaces, over real TLS.
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { subjectOf } from '../../src/oidc/certificate-names.ts';
import { thumbprintOf } from '../../src/oidc/certificates.ts';
import { addMachineKey } from '../../src/oidc/machine-keys.ts';
import { addCertificate, removeCertificate, removeModule } from '../../src/oidc/modules.ts';
import { COLLEGE } from '../cast.ts';
import { engines } from '../databases.ts';
import { type Fetching, type Pair, soon } from '../oidc/authority.ts';
import { good } from '../resources/good.ts';
import { type MachineHouse, openMachineHouse, type Way } from './machine-house.ts';

const [MINE, OTHER] = ['461730832_0000000000000000', '552081317_0000000121032683'] as const;
const PATH = '/api/v1/abonnements';
const SUBJECT = '/C=FR/O=Distributeur, SA/CN=machine.distributeur.example';
const ways: readonly Way[] = ['directly', 'through a proxy'];
const by = () => ({ actor: 'test', at: Date.now() });
const textOf = ({ x509 }: Pair) => x509.raw.toString('base64');

describe.each(engines.flatMap((engine) => ways.map((way) => ({ way, ...engine }))))('machines $way on $name', ({
  open,
  way,
}) => {
  let house: MachineHouse;
  /** Vouched for, by the name in it; and one that its module registered. */
  let mine: Pair;
  let other: Pair;

  beforeAll(async () => {
    house = await openMachineHouse(open, way);
    mine = house.maker.issue({ subject: SUBJECT }, house.authority);
    other = house.maker.issue({ subject: '/CN=autre' });
    await house.module({
      id: 'mine',
      distributor: MINE,
      auth: 'tls_client_auth',
      certificateSubject: { dn: subjectOf(mine.x509) },
    });
    await house.module({
      id: 'other',
      distributor: OTHER,
      auth: 'self_signed_tls_client_auth',
      certificates: [textOf(other)],
    });
  });
  afterAll(() => house?.close());

  const send = async (shown: Pair | undefined, path = PATH, init: Parameters<Fetching>[1] = {}) => {
    const answer = await house.as(shown)(`${house.issuer}${path}`, init);
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  };
  const put = (shown: Pair | undefined, id: string, more: Record<string, unknown> = {}) =>
    send(shown, `${PATH}/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...good, idAbonnement: id, ...more }),
    });
  const codeOf = async (shown: Pair | undefined) => {
    const { status, body } = await send(shown);
    return status === 200 ? 200 : body.code;
  };
  const party = async (id: string, shown: Pair | undefined) =>
    client.discovery(new URL(house.issuer), id, {}, client.TlsClientAuth(), { [client.customFetch]: house.as(shown) });
  const token = async (id: string, shown: Pair | undefined, scope = 'subscriptions') => {
    const rp = await party(id, shown);
    return client.clientCredentialsGrant(rp, { scope }).then(
      ({ access_token }) => access_token,
      (error) => error.error as string,
    );
  };
  const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString());

  it('discovery names both ways, and that tokens are bound', async () => {
    const { body } = await send(undefined, '/.well-known/openid-configuration');
    expect(body.token_endpoint).toBe(`${house.issuer}/token`);
    expect(body.token_endpoint_auth_methods_supported).toEqual(
      expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
    );
    expect(body.tls_client_certificate_bound_access_tokens).toBe(true);
  });

  it('who shows no certificate is answered all the same: a page, and a refusal where a machine is asked for', async () => {
    const page = await house.as(undefined)(house.issuer, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await send(undefined)).status).toBe(401);
    expect((await send(undefined)).body.code).toBe('token_missing');
    expect((await put(undefined, 'NONE')).status).toBe(401);
    expect(await house.db('subscription').where({ id: 'NONE' })).toEqual([]);
  });

  it('a distributor writes by its certificate alone, for itself only, and reads only its own', async () => {
    expect((await put(mine, 'ABO-1')).status).toBe(201);
    expect((await put(other, 'ABO-2', { idDistributeurCom: OTHER })).status).toBe(201);
    const differing = await put(mine, 'ABO-3', { idDistributeurCom: OTHER });
    expect([differing.status, differing.body.code]).toEqual([403, 'distributor_other']);
    expect((await send(mine)).body.abonnements.map((one: { idAbonnement: string }) => one.idAbonnement)).toEqual([
      'ABO-1',
    ]);
    expect((await send(other, `${PATH}/ABO-1`)).status).toBe(404);
    expect((await send(mine, `${PATH}/ABO-1`)).body.uaiEtab).toEqual([COLLEGE]);
  });

  it('one that its authority revoked is nobody, with what was given to it; the next one of the same name is who it was', async () => {
    const lost = house.maker.issue({ subject: SUBJECT }, house.authority);
    const bound = await token('mine', lost);
    const asked = async (shown: Pair, by?: string) =>
      (await send(shown, PATH, by === undefined ? {} : { headers: { authorization: `Bearer ${by}` } })).status;
    expect([await asked(lost), await asked(lost, bound)]).toEqual([200, 200]);
    house.revoke(lost);
    await vi.waitFor(async () => expect(await asked(lost)).toBe(401), 10_000);
    expect(await asked(lost, bound)).toBe(401);
    expect(await token('mine', lost)).toBe('invalid_client');
    expect(await asked(mine)).toBe(200);
    expect(await asked(other)).toBe(200);
  });

  it('another certificate is nobody, whatever it says', async () => {
    const { issue, authority } = house.maker;
    const stranger = authority(); // of the same name as ours
    for (const [what, pair] of [
      ['signed by itself, of the same name', issue({ subject: SUBJECT })],
      ['of another authority of the same name', issue({ subject: SUBJECT }, stranger)],
      ['of another machine', issue({ subject: '/C=FR/O=Distributeur, SA/CN=machine' }, house.authority)],
      ['of the same machine, with more', issue({ subject: `${SUBJECT}/OU=x` }, house.authority)],
      ['that has ended', issue({ subject: SUBJECT, from: soon(-9), until: soon(-1) }, house.authority)],
      ['that has not begun', issue({ subject: SUBJECT, from: soon(1) }, house.authority)],
      ['for servers', issue({ subject: SUBJECT, extensions: ['extendedKeyUsage=serverAuth'] }, house.authority)],
      ['of the other, made again', issue({ subject: '/CN=autre' })],
    ] as const) {
      expect([what, [401, 'token_missing', 'credentials_invalid'].includes(await codeOf(pair))]).toEqual([what, true]);
      expect([what, await token('mine', pair)]).toEqual([what, 'invalid_client']);
      expect([what, await token('other', pair)]).toEqual([what, 'invalid_client']);
    }
    expect(await token('mine', undefined)).toBe('invalid_client');
    expect(await token('mine', other)).toBe('invalid_client');
    expect(await token('other', mine)).toBe('invalid_client');
  });

  it('a renewed certificate of the same name needs nothing, since its authority vouches for it', async () => {
    const renewed = house.maker.issue({ subject: SUBJECT }, house.authority);
    expect(await codeOf(renewed)).toBe(200);
    expect(claimsOf(await token('mine', renewed)).client_id).toBe('mine');
  });

  it.each(['mine', 'other'])('the token of %s is bound to the certificate it was given to', async (id) => {
    const pair = id === 'mine' ? mine : other;
    const bound = await token(id, pair);
    expect(claimsOf(bound)).toMatchObject({ sub: id, cnf: { 'x5t#S256': thumbprintOf(pair.x509.raw) } });
    const headers = { authorization: `Bearer ${bound}` };
    expect((await send(pair, PATH, { headers })).status).toBe(200);
    for (const stolenBy of [
      undefined,
      id === 'mine' ? other : mine,
      house.maker.issue({ subject: SUBJECT }, house.authority),
    ]) {
      const stolen = await send(stolenBy, PATH, { headers });
      expect([stolen.status, stolen.body.code]).toEqual([401, 'token_invalid']);
    }
  });

  it('no token is bound to a certificate and to a key (DPoP) at once', async () => {
    const rp = await party('mine', mine);
    const DPoP = client.getDPoPHandle(rp, await client.randomDPoPKeyPair());
    const asked = client.clientCredentialsGrant(rp, { scope: 'subscriptions' }, { DPoP });
    await expect(asked).rejects.toMatchObject({ error: 'invalid_request' });
  });

  it('what is shown in the header is what counts, when something is', async () => {
    for (const [authorization, code] of [
      ['Bearer nonsense', 'token_invalid'],
      ['Basic YTpi', 'credentials_invalid'],
      ['Digest x', 'token_missing'],
      ['', 'token_missing'],
    ] as const) {
      const { status, body } = await send(mine, PATH, { headers: { authorization } });
      expect([authorization, status, body.code]).toEqual([authorization, 401, code]);
    }
  });

  it('a certificate opens what its module may, and nothing more', async () => {
    const narrow = house.maker.issue({ subject: '/CN=narrow' });
    const readers = {
      auth: 'self_signed_tls_client_auth',
      certificates: [textOf(narrow)],
      scopes: ['rights'],
    } as const;
    await house.module({ id: 'narrow', ...readers });
    const { status, body } = await send(narrow);
    expect([status, body.code, body.details]).toEqual([403, 'scope_missing', { scope: 'subscriptions' }]);
    expect(await token('narrow', narrow)).toBe('invalid_scope');
  });

  it('the media centre of an ENT lists by its certificate, for its own idENT alone', async () => {
    const ent = house.maker.issue({ subject: '/O=ENT/CN=mediacentre' }, house.authority);
    const sheet = { auth: 'tls_client_auth', certificateSubject: { dn: subjectOf(ent.x509) } } as const;
    await house.module({ id: 'ent', ent: 'B0', scopes: ['resource_list'], ...sheet });
    const list = (shown: Pair | undefined, id: string, school = COLLEGE) =>
      send(shown, `/api/v1/ressources/${id}/${school}/personne`);
    expect((await list(ent, 'B0')).body).toEqual({ listeRessources: { ressource: [] } });
    expect([(await list(ent, 'B1')).status, (await list(ent, 'B0', '0999999Z')).status]).toEqual([403, 400]);
    expect([(await list(undefined, 'B0')).status, (await list(mine, 'B0')).status]).toEqual([401, 403]);
    expect((await send(ent)).status).toBe(403); // it writes no subscriptions
  });

  it('a certificate that is told by nobody who is believed is as if none were', async () => {
    const text = `:${textOf(mine)}:`;
    const forged = { 'client-cert': text, 'x-forwarded-for': '127.0.0.2' };
    expect((await house.beside(PATH, { ...forged, accept: 'application/json' })).status).toBe(401);
    const asked = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'mine', scope: 'subscriptions' });
    const refused = await house.beside(
      '/token',
      { ...forged, 'content-type': 'application/x-www-form-urlencoded' },
      String(asked),
    );
    expect([refused.status, JSON.parse(refused.text).error]).toEqual([401, 'invalid_client']);
    // nor does it help to send it through the proxy, which says what it saw
    expect((await send(undefined, PATH, { headers: { 'client-cert': text } })).status).toBe(401);
    expect((await send(other, PATH, { headers: { 'client-cert': text } })).body.abonnements).not.toContainEqual(
      expect.objectContaining({ idDistributeurCom: MINE }),
    );
    if (way === 'directly') return;
    await vi.waitFor(async () => {
      expect(await house.db('audit').where({ event: 'certificate.ignored' })).not.toEqual([]);
    }, 5_000);
  });

  it('a certificate of its own follows another, both good meanwhile; what is withdrawn is refused within a second', async () => {
    const next = house.maker.issue({ subject: '/CN=autre' });
    expect(await codeOf(next)).toBe('credentials_invalid');
    await addCertificate(house.db, { client: 'other', certificate: textOf(next) }, by());
    expect([await codeOf(next), await codeOf(other)]).toEqual([200, 200]);
    expect(claimsOf(await token('other', next)).cnf['x5t#S256']).toBe(thumbprintOf(next.x509.raw));
    await removeCertificate(house.db, { client: 'other', thumbprint: thumbprintOf(next.x509.raw) }, by());
    await vi.waitFor(async () => expect(await codeOf(next)).toBe('credentials_invalid'), 5_000);
    expect(await token('other', next)).toBe('invalid_client');
    expect(await codeOf(other)).toBe(200);
  });

  it('with its module goes its certificate', async () => {
    const gone = house.maker.issue({ subject: '/CN=gone' });
    const sheet = { auth: 'self_signed_tls_client_auth', certificates: [textOf(gone)], distributor: MINE } as const;
    await house.module({ id: 'gone', ...sheet });
    expect(await codeOf(gone)).toBe(200);
    await removeModule(house.db, 'gone', by());
    await vi.waitFor(async () => expect(await codeOf(gone)).toBe('credentials_invalid'), 5_000);
    expect(await token('gone', gone)).toBe('invalid_client');
  });

  it('who shows a certificate has no key beside it that could be stolen without it', async () => {
    const asked = { client: 'mine', label: 'Serveur', scopes: ['subscriptions'] };
    await expect(addMachineKey(house.db, asked, by())).rejects.toMatchObject({ code: 'key_refused' });
  });

  it('a key of its own does as well: an assertion that it signed, and no other', async () => {
    const own = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const foreign = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const jwk = await crypto.subtle.exportKey('jwk', own.publicKey);
    await house.module({
      id: 'signer',
      distributor: MINE,
      auth: 'private_key_jwt',
      jwks: { keys: [{ ...jwk, kid: 'one', alg: 'ES256' } as Record<string, unknown>] },
    });
    const ask = async (key: CryptoKey) => {
      const auth = client.PrivateKeyJwt({ key, kid: 'one' });
      const fetching = { [client.customFetch]: house.as(undefined) };
      const rp = await client.discovery(new URL(house.issuer), 'signer', {}, auth, fetching);
      return client.clientCredentialsGrant(rp, { scope: 'subscriptions' }).then(
        ({ access_token }) => access_token,
        (error) => error.error as string,
      );
    };
    const given = await ask(own.privateKey);
    expect(claimsOf(given)).not.toHaveProperty('cnf');
    expect((await send(undefined, PATH, { headers: { authorization: `Bearer ${given}` } })).status).toBe(200);
    expect(await ask(foreign.privateKey)).toBe('invalid_client');
  });

  it('the trail and the log name no certificate, and say who came by which kind', async () => {
    await codeOf(house.maker.issue({ subject: '/CN=personne-en-particulier' }));
    await vi.waitFor(async () => {
      const refused = await house.db('audit').where({ event: 'caller.refused' });
      expect(refused.map(({ details }) => JSON.parse(details).shown)).toContain('certificate');
    }, 5_000);
    const kept = JSON.stringify(await house.db('audit'));
    for (const text of [house.logged(), kept]) {
      expect(text).not.toContain('personne-en-particulier');
      expect(text).not.toContain('machine.distributeur.example');
    }
  });
});
