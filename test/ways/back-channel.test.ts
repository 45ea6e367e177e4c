// Logout tokens as the module takes them: genuine ones once, and nothing else (Back-Channel Logout 1.0 §2.6).
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logoutTokens } from '../../src/demo/module/back-channel.ts';
import { openRelyingParty } from '../../src/demo/module/relying-party.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { openPublisher, type Publisher, publisherAddresses } from '../../src/demo/publisher/publisher.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const NOW = Math.floor(Date.now() / 1000);

describe('a logout token', () => {
  let server: Server;
  let issuer: string;
  let keys: { ours: CryptoKey; another: CryptoKey };
  let read: ReturnType<typeof logoutTokens>;

  beforeAll(async () => {
    const [ours, another] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
    keys = { ours: ours.privateKey, another: another.privateKey };
    const jwks = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(request.url === '/jwks' ? jwks : { issuer, jwks_uri: `${issuer}/jwks` }));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const party = openRelyingParty({ issuer, clientId: 'cahier', clientSecret: 's', origin: 'http://localhost:1' });
    read = logoutTokens(party, 'cahier');
  });
  afterAll(() => server.close());

  let count = 0;
  const signed = (
    claims: Record<string, unknown> = {},
    header: Partial<JWTHeaderParameters> = {},
    key: CryptoKey = keys.ours,
  ) => {
    count += 1;
    const genuine = { iss: issuer, aud: 'cahier', iat: NOW, exp: NOW + 120, jti: `t${count}`, sid: 's1', sub: 'p1' };
    return new SignJWT({ ...genuine, events: { [EVENT]: {} }, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'logout+jwt', ...header })
      .sign(key);
  };

  it('names a session and a person when it is genuine', async () => {
    expect(await read(await signed())).toEqual({ sid: 's1', sub: 'p1' });
    expect(await read(await signed({ sub: undefined }))).toEqual({ sid: 's1', sub: undefined });
    expect(await read(await signed({ sid: undefined }))).toEqual({ sid: undefined, sub: 'p1' });
  });

  it.each([
    ['of another issuer', { iss: 'http://localhost:9' }],
    ['for another module', { aud: 'other' }],
    ['without the event', { events: {} }],
    ['whose event is text', { events: EVENT }],
    ['with a nonce, as an ID token has', { nonce: 'n' }],
    ['that names nobody', { sid: undefined, sub: undefined }],
    ['without a name of its own', { jti: undefined }],
    ['made five minutes ago', { iat: NOW - 300 }],
    ['that has ended', { exp: NOW - 60 }],
  ])('is refused when it is one %s', async (_, claims) => {
    await expect(read(await signed(claims))).rejects.toThrow();
  });

  it('is refused when it is an ID token', async () => {
    await expect(read(await signed({}, { typ: 'JWT' }))).rejects.toThrow('typ');
  });

  it('is refused when another key signed it', async () => {
    await expect(read(await signed({}, {}, keys.another))).rejects.toThrow('signature');
  });

  it('is refused the second time', async () => {
    const token = await signed();
    await read(token);
    await expect(read(token)).rejects.toThrow('used before');
  });

  it('is refused when it is no token at all', async () => {
    for (const nonsense of [undefined, '', 'x.y.z', ['a']]) await expect(read(nonsense)).rejects.toThrow();
  });

  describe('as a publisher takes it', () => {
    let publisher: Publisher;
    let end: string;
    beforeAll(async () => {
      const port = await freePorts(0, 1);
      const identity = { name: 'Atlas', resource: 'ark:/99999/atlas', publisher: 'Éditions du Marronnier' };
      const look = { about: 'Des cartes.', declared: ['IDO'], look: 'atlas' } as const;
      publisher = openPublisher({ ...identity, ...look, issuer, port, clientId: 'cahier', clientSecret: 's' });
      await publisher.listen();
      end = publisherAddresses(port).backchannelLogoutUri;
    });
    afterAll(() => publisher?.close());

    const send = async (token: string) =>
      (await fetch(end, { method: 'POST', body: new URLSearchParams({ logout_token: token }) })).status;

    it('a session that it does not know, or no longer, is none the worse: it answers 200', async () => {
      expect(await send(await signed({ sid: 'nobody', sub: undefined }))).toBe(200);
      expect(await send(await signed({ sid: undefined, sub: 'nobody' }))).toBe(200);
    });

    it('what Préau did not say is refused', async () => {
      expect(await send(await signed({}, {}, keys.another))).toBe(400);
      expect(await send('x.y.z')).toBe(400);
      const token = await signed();
      expect([await send(token), await send(token)]).toEqual([200, 400]);
    });
  });
});
