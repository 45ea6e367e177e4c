// Modules: what is asked of one, what is refused by name, and the command line that keeps them.
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientCommand, keysCommand } from '../../src/oidc/commands.ts';
import { addModule, findModule, listModules, type NewModule, removeModule } from '../../src/oidc/modules.ts';
import { noteGivenUp, unheardBy } from '../../src/oidc/unheard.ts';
import { FOREVER } from '../../src/storage/storage.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { basic, type House, openHouse, post, request, signIn } from './harness.ts';

const good: NewModule = {
  id: 'cahier',
  name: 'Cahier de textes',
  purpose: 'Tenir et lire les cahiers de textes.',
  responsible: 'Le collège Les Tilleuls',
  redirectUris: ['https://cahier.example/retour'],
  scopes: ['openid', 'roles'],
  schools: [COLLEGE],
};

/** One fault each, and the field it is told under. */
const faulty: [what: string, change: Partial<NewModule>, field: string][] = [
  ['an id with a capital', { id: 'Cahier' }, 'id'],
  ['an id of one letter', { id: 'c' }, 'id'],
  ['an id that could be a sub', { id: `a${'b'.repeat(42)}` }, 'id'],
  ['no name', { name: ' ' }, 'name'],
  ['no purpose', { purpose: '' }, 'purpose'],
  ['nobody who answers for it', { responsible: '' }, 'responsible'],
  ['a name on two lines', { name: 'a\nb' }, 'name'],
  ['plain http', { redirectUris: ['http://cahier.example/retour'] }, 'redirect URI'],
  ['a wildcard', { redirectUris: ['https://cahier.example/*'] }, 'redirect URI'],
  ['a fragment', { redirectUris: ['https://cahier.example/#x'] }, 'redirect URI'],
  ['a user in it', { redirectUris: ['https://user@cahier.example/'] }, 'redirect URI'],
  ['a path that means another', { redirectUris: ['https://cahier.example/a/../b'] }, 'redirect URI'],
  ['a host without its slash', { redirectUris: ['https://cahier.example'] }, 'redirect URI'],
  ['a script', { redirectUris: ['javascript:alert(1)'] }, 'redirect URI'],
  ['half an address', { redirectUris: ['/retour'] }, 'redirect URI'],
  ['two hosts', { redirectUris: ['https://a.example/', 'https://b.example/'] }, 'redirect URI'],
  ['no address', { redirectUris: [], grants: ['authorization_code'] }, 'redirect URI'],
  ['a private logout address over http', { backchannelLogoutUri: 'http://10.0.0.1/logout' }, 'back-channel logout URI'],
  ['an unknown scope', { scopes: ['openid', 'everything'] }, 'scopes'],
  ['no openid', { scopes: ['roles'] }, 'scopes'],
  ['no school', { schools: [] }, 'schools'],
  ['a school badly written', { schools: ['0900001a'] }, 'schools'],
  ['a school nobody knows', { schools: ['0999999Z'] }, 'schools'],
  ['an unknown way to prove itself', { auth: 'password' as never }, 'auth'],
  ['an unknown grant', { grants: ['implicit' as never, 'authorization_code'] }, 'grants'],
  ['a key without a key', { auth: 'private_key_jwt' }, 'auth'],
  ['keys of no use', { jwksUri: 'https://cahier.example/jwks' }, 'jwks'],
  ['a symmetric key', { auth: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'abc' }] } }, 'jwks'],
  ['a private key', { auth: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', d: 'abc' }] } }, 'jwks'],
  [
    'a public client on its own account',
    { auth: 'none', grants: ['authorization_code', 'client_credentials'] },
    'grants',
  ],
];

describe.each(engines)('modules on $name', ({ open }) => {
  let house: House;
  const by = { actor: 'test', at: 1_790_000_000_000 };

  beforeAll(async () => {
    house = await openHouse(open);
  });
  afterAll(() => house.close());

  it.each(faulty)('%s is refused', async (_what, change, field) => {
    const refusal = await addModule(house.db, { ...good, ...change }, by).catch((error) => error);
    expect(refusal.code).toBe('client_invalid');
    expect(refusal.details.faults.every((fault: string) => fault.startsWith(`${field}:`))).toBe(true);
  });

  it('every fault is told at once', async () => {
    const refusal = await addModule(house.db, { ...good, id: 'X', purpose: '', schools: [] }, by).catch(
      (error) => error,
    );
    expect(refusal.details.faults.map((fault: string) => fault.split(':')[0])).toEqual(['id', 'purpose', 'schools']);
    expect(await listModules(house.db)).toEqual([]);
  });

  it('is kept with its hash, found, listed, refused twice, and removed with its tokens', async () => {
    const { module, secret = '' } = await addModule(house.db, good, by);
    expect(secret.length).toBe(43);
    expect(await findModule(house.db, 'cahier')).toEqual(module);
    expect(await listModules(house.db)).toEqual([module]);
    expect(module).toMatchObject({ sector: 'cahier.example', grants: ['authorization_code', 'refresh_token'] });
    await expect(addModule(house.db, good, by)).rejects.toMatchObject({ code: 'client_exists' });
    await removeModule(house.db, 'cahier', by);
    await expect(removeModule(house.db, 'cahier', by)).rejects.toMatchObject({ code: 'unknown_client' });
    await expect(findModule(house.db, 'cahier')).rejects.toMatchObject({ code: 'unknown_client' });
    expect((await house.db('audit').where({ client: 'cahier' })).map(({ event }) => event)).toEqual([
      'client.added',
      'client.removed',
    ]);
  });

  it('a running server takes a new module at once, and lets go of a removed one soon', async () => {
    const module = await house.module();
    const tom = await house.account('tom');
    const tokens = await signIn(house, module, tom);
    await removeModule(house.db, module.module.id, { actor: 'test', at: Date.now() });
    expect(await house.db('oidc_token').where({ client: module.module.id })).toEqual([]);
    await vi.waitFor(async () => {
      const answer = await fetch((await request(module)).url, { redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }, 5_000);
    const asked = await post(house, '/token', { grant_type: 'client_credentials', scope: 'rights' }, basic(module));
    expect(asked.status).toBe(401);
    await expect(client.tokenIntrospection(module.rp, tokens.access_token)).rejects.toThrow();
  });

  it('a module that holds a key proves itself with it', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
    const { module, redirectUri } = await house.module({ auth: 'private_key_jwt', jwks });
    const rp = await client.discovery(
      new URL(house.issuer),
      module.id,
      {},
      client.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
      {
        execute: [client.allowInsecureRequests],
      },
    );
    const [{ person }] = await house.db('account').select('person').limit(1);
    expect((await signIn(house, { module, rp, redirectUri, secret: '' }, person)).id_token).toBeTruthy();
    const other = await generateKeyPair('ES256', { extractable: true });
    const forged = await client.discovery(
      new URL(house.issuer),
      module.id,
      {},
      client.PrivateKeyJwt({ key: other.privateKey, kid: 'one' }),
      {
        execute: [client.allowInsecureRequests],
      },
    );
    await expect(client.clientCredentialsGrant(forged, { scope: 'rights' })).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });

  it('the command line registers, lists, shows and removes', async () => {
    const lines: string[] = [];
    const run = (command: typeof clientCommand, ...args: string[]) =>
      command({ db: house.db, config: house.config, args, print: (line) => lines.push(line) });
    const sheet = ['--name', 'Notes', '--purpose', 'Tenir les notes.', '--responsible', 'Le lycée Camus'];
    const where = ['--redirect', 'https://notes.example/retour', '--scope', 'openid roles', '--schools', LYCEE];
    await run(clientCommand, 'add', 'notes', ...sheet, ...where);
    const secret = /: ([\w-]{43})$/.exec(lines.join('\n').split('\n')[1] ?? '')?.[1] ?? '';
    const { secret_hash: kept } = await house.db('oidc_module').where({ id: 'notes' }).first();
    expect([secret.length, kept === secret]).toEqual([43, false]);
    lines.length = 0;
    await run(clientCommand, 'list');
    await run(clientCommand, 'show', 'notes');
    const said = lines.join('\n');
    expect(said).toContain('finalité : Tenir les notes.');
    expect(said).toContain('responsable : Le lycée Camus');
    expect(said).not.toContain(kept);
    expect(said).not.toContain('avis');
    const since = Date.parse('2026-11-01T08:00:00Z');
    const news = { uid: 'over', client: 'notes', account: 'paul', payload: Buffer.from(''), said_at: since };
    await house.db('oidc_farewell').insert({ ...news, due_at: FOREVER });
    await noteGivenUp(house.db, { client: 'notes', count: 7, since, at: since + 12 * 3_600_000 });
    lines.length = 0;
    await run(clientCommand, 'show', 'notes');
    expect(lines.filter((line) => line.includes('avis'))).toEqual([
      'avis en attente : 1, le plus ancien depuis le 2026-11-01T08:00:00.000Z',
      'avis abandonnés : 7 en tout, les derniers le 2026-11-01T20:00:00.000Z',
      'aucun avis reçu depuis : le 2026-11-01T08:00:00.000Z',
    ]);
    await house.db('oidc_farewell').where({ uid: 'over' }).delete();
    const keyFile = join(await mkdtemp(join(tmpdir(), 'preau-')), 'keys.json');
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    writeFileSync(keyFile, JSON.stringify({ keys: [await exportJWK(publicKey)] }));
    await run(
      clientCommand,
      'add',
      'machine',
      ...sheet,
      '--scope',
      'rights',
      '--schools',
      'all',
      '--auth',
      'private_key_jwt',
      '--jwks',
      keyFile,
    );
    expect(await findModule(house.db, 'machine')).toMatchObject({ schools: 'all', grants: ['client_credentials'] });
    await run(clientCommand, 'remove', 'notes');
    await expect(run(clientCommand, 'show', 'notes')).rejects.toMatchObject({ code: 'unknown_client' });
    expect(await unheardBy(house.db, 'notes')).toBeUndefined();
    for (const args of [[], ['forget'], ['show'], ['show', 'a', 'b'], ['add', 'x', '--colour', 'red'], ['constructor']])
      await expect(run(clientCommand, ...args)).rejects.toMatchObject({ code: 'bad_argument' });
    lines.length = 0;
    await run(keysCommand, 'rotate');
    await run(keysCommand, 'list');
    expect(lines.filter((line) => line.includes('annoncée')).length).toBe(4);
    await expect(run(keysCommand, 'burn')).rejects.toMatchObject({ code: 'bad_argument' });
  });
});
