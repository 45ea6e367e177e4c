// Keys: published before they sign and after, changed under tokens that live, kept sealed; and secrets nowhere in clear.
import { decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listKeys, PUBLISHED_AFTER, publishedKeys, rotateKeys } from '../../src/oidc/keys.ts';
import { sealWith } from '../../src/oidc/seal.ts';
import { engines } from '../databases.ts';
import { type House, openHouse, type Registered, request, signIn } from './harness.ts';

describe.each(engines)('keys on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  let tom: string;
  const seal = () => sealWith(house.config.keyFor('storage'));

  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module();
    tom = await house.account('tom');
  });
  afterAll(() => house.close());

  const published = async () =>
    ((await (await fetch(`${house.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] }).keys;
  const apiToken = async () => (await client.clientCredentialsGrant(module.rp, { scope: 'rights' })).access_token;

  it('are made at first start, once, and published without their private part', async () => {
    const keys = await published();
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256']);
    for (const key of keys) for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key[part]).toBeUndefined();
    await house.another();
    expect(await published()).toEqual(keys);
  });

  it('a new key is announced before it signs, and a running server notices without being told', async () => {
    const [before] = await Promise.all([apiToken()]);
    const old = decodeProtectedHeader(before).kid;
    await rotateKeys(house.db, seal(), {
      at: Date.now(),
      signsFrom: Date.now() + 4_000,
      compromised: false,
      actor: 'test',
    });
    await vi.waitFor(async () => expect((await published()).length).toBe(4), { timeout: 3_500, interval: 100 });
    expect(decodeProtectedHeader(await apiToken()).kid).toBe(old);
    await vi.waitFor(async () => expect(decodeProtectedHeader(await apiToken()).kid).not.toBe(old), {
      timeout: 8_000,
      interval: 100,
    });
    expect((await published()).map(({ kid }) => kid)).toContain(old);
    expect((await house.provider.verifyAccessToken(before, { scope: 'rights' })).client).toBe(module.module.id);
  }, 20_000);

  it('that cannot be read are told of, and read again at the next turn', async () => {
    const heard: unknown[] = [];
    await house.another((error) => heard.push(error));
    await house.db.schema.renameTable('oidc_key', 'oidc_key_away');
    try {
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), { timeout: 20_000, interval: 50 });
    } finally {
      await house.db.schema.renameTable('oidc_key_away', 'oidc_key');
    }
    expect(String(heard[0])).toContain('oidc_key');
    await house.provider.reloadKeys();
  });

  it('sessions, refresh tokens and sign-ins go on while keys change', async () => {
    const tokens = await signIn(house, module, tom);
    const begun = await request(module);
    await rotateKeys(house.db, seal(), { at: Date.now(), signsFrom: Date.now(), compromised: false, actor: 'test' });
    await house.provider.reloadKeys();
    const back = await tokens.browser.enter(begun.url, tom);
    expect(back.searchParams.get('code')).toBeTruthy();
    const next = await client.refreshTokenGrant(module.rp, tokens.refresh_token ?? '');
    expect(decodeProtectedHeader(next.id_token ?? '').kid).not.toBe(decodeProtectedHeader(tokens.id_token ?? '').kid);
  });

  it('an old key stays as long as what it signed, and then goes', async () => {
    const at = Date.now();
    const now = await publishedKeys(house.db, seal(), at);
    const later = await publishedKeys(house.db, seal(), at + PUBLISHED_AFTER + 60_000);
    expect(now.length).toBeGreaterThan(later.length);
    expect(later.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
    expect((await listKeys(house.db, at)).filter(({ state }) => state === 'signing').length).toBe(2);
  });

  it('a compromised key is withdrawn at once, with everything it signed', async () => {
    const token = await apiToken();
    await rotateKeys(house.db, seal(), { at: Date.now(), signsFrom: Date.now(), compromised: true, actor: 'test' });
    await house.provider.reloadKeys();
    await expect(house.provider.verifyAccessToken(token, { scope: 'rights' })).rejects.toMatchObject({
      code: 'token_invalid',
    });
    expect((await published()).length).toBe(2);
    await house.provider.verifyAccessToken(await apiToken(), { scope: 'rights' });
  });

  it('no secret, token, code, session or private key lies in clear anywhere in the database', async () => {
    const asked = await request(module);
    const tokens = await signIn(house, module, tom);
    const { browser } = tokens;
    const code = (await browser.enter(asked.url, tom)).searchParams.get('code') ?? '';
    const waiting = await browser.send((await request(module, { prompt: 'login' })).url);
    const interaction = (waiting.headers.get('location') ?? '').split('/').at(-1) ?? '';
    const par = await client.buildAuthorizationUrlWithPAR(module.rp, (await request(module)).url.searchParams);
    const pushed = (par.searchParams.get('request_uri') ?? '').split(':').at(-1) ?? '';
    const [{ jwk }] = (await publishedKeys(house.db, seal(), Date.now())) as unknown as [{ jwk: { d: string } }];
    const secrets = {
      secret: module.secret,
      access: tokens.access_token,
      refresh: tokens.refresh_token ?? '',
      code,
      session: browser.jar.get('preau')?.value ?? '',
      interaction,
      pushed,
      key: jwk.d,
      nonce: asked.nonce,
    };
    for (const value of Object.values(secrets)) expect(value.length).toBeGreaterThan(20);
    await house.trail.flush();
    const tables = (await tablesOf(house)).filter((table) => !table.startsWith('knex'));
    expect(tables).toContain('oidc_token');
    for (const table of tables)
      for (const row of await house.db(table))
        for (const [column, value] of Object.entries(row)) {
          const text = Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
          for (const [what, secret] of Object.entries(secrets))
            expect([table, column, what, text.includes(secret)]).toEqual([table, column, what, false]);
        }
  });

  it('a sealed value moved to another row, or read under another key, does not open', async () => {
    const sealed = seal().close('one', { secret: true });
    expect(seal().open('one', sealed)).toEqual({ secret: true });
    expect(() => seal().open('two', sealed)).toThrow();
    expect(() => sealWith(house.config.keyFor('forms')).open('one', sealed)).toThrow();
  });
});

async function tablesOf({ db }: House): Promise<string[]> {
  const sqlite = db.client.config.client !== 'pg';
  const rows = sqlite
    ? await db('sqlite_master').where({ type: 'table' }).whereNot('name', 'like', 'sqlite_%').select('name')
    : await db('pg_tables').where({ schemaname: 'public' }).select({ name: 'tablename' });
  return rows.map(({ name }: { name: string }) => name);
}
