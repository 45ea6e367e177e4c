// Who asks our interfaces without a token: by the module's own secret, or by a key of one of its machines.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientCommand } from '../../src/oidc/commands.ts';
import { addMachineKey, KEY_DAYS, listMachineKeys, MOST_KEYS, removeMachineKey } from '../../src/oidc/machine-keys.ts';
import { addModule, removeModule } from '../../src/oidc/modules.ts';
import { engines } from '../databases.ts';
import { basic, type House, openHouse, type Registered } from './harness.ts';

const DAY = 24 * 3600_000;

describe.each(engines)('callers without a token on $name', ({ open }) => {
  let house: House;
  let module: Registered;
  const by = () => ({ actor: 'test', at: Date.now() });
  const identify = (authorization: string | undefined, scope = 'rights') =>
    house.provider.identifyCaller(authorization, { scope }).then(
      ({ client }) => client,
      (refusal) => refusal.code,
    );
  const key = async (more: Partial<Parameters<typeof addMachineKey>[1]> = {}, at = Date.now()) =>
    addMachineKey(
      house.db,
      { client: module.module.id, label: 'Serveur', scopes: ['rights'], ...more },
      { actor: 'test', at },
    );

  beforeAll(async () => {
    house = await openHouse(open);
    module = await house.module({ scopes: ['openid', 'rights', 'logbooks'] });
  });
  afterAll(() => house.close());

  it('a module is known by its id and its secret, as RFC 6749 writes them', async () => {
    const { id } = module.module;
    expect(await identify(basic(module).authorization)).toBe(id);
    expect(await identify(basic(module).authorization?.replace('Basic', 'basic'))).toBe(id);
    const encoded = [...id].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
    expect(await identify(`Basic ${Buffer.from(`${encoded}:${module.secret}`).toString('base64')}`)).toBe(id);
    expect(await identify(basic(module).authorization, 'logbooks')).toBe(id);
    expect(await identify(basic(module).authorization, 'teaching')).toBe('scope_missing');
  });

  it('whatever is wrong in an id or a secret, the answer is the same', async () => {
    const { id } = module.module;
    const other = await house.module();
    const post = await house.module({ auth: 'client_secret_post' });
    for (const pair of [
      `${id}:wrong`,
      `${id}:`,
      `${id}`,
      ':',
      `:${module.secret}`,
      `${id}:${other.secret}`,
      `${id}:${module.secret} `,
      `${id.toUpperCase()}:${module.secret}`,
      `nobody:${module.secret}`,
      `${id}%zz:${module.secret}`,
      `${post.module.id}:${post.secret}`,
      `__proto__:${module.secret}`,
      `${id}\u0000:${module.secret}`,
    ]) {
      const refusal = await house.provider
        .identifyCaller(`Basic ${Buffer.from(pair).toString('base64')}`, { scope: 'rights' })
        .catch((error) => error);
      expect([pair, refusal.code, refusal.status, refusal.message, refusal.details]).toEqual([
        pair,
        'credentials_invalid',
        401,
        'expected the id and the secret of a registered module',
        {},
      ]);
    }
  });

  it('a module that speaks only for those who signed in at it is not let in by its secret', async () => {
    const person = await house.module({ grants: ['authorization_code'] });
    expect(await identify(basic(person).authorization)).toBe('scope_missing');
    await expect(key({ client: person.module.id })).rejects.toMatchObject({ code: 'key_refused' });
  });

  it('a key is recognisable, kept as a hash, good for its scopes alone, and one can follow another', async () => {
    const first = await key();
    const second = await key({ label: 'Serveur de secours', scopes: ['rights', 'logbooks'] });
    expect(first.shown).toMatch(/^preau_[0-9a-f]{16}_[\w-]{43}$/);
    const kept = await house.db('oidc_machine_key').where({ id: first.key.id }).first();
    expect(JSON.stringify(kept)).not.toContain(first.shown.split('_').slice(2).join('_'));
    expect(await identify(`Bearer ${first.shown}`)).toBe(module.module.id);
    expect(await identify(`Bearer ${second.shown}`)).toBe(module.module.id);
    expect(await identify(`Bearer ${first.shown}`, 'logbooks')).toBe('scope_missing');
    expect(await identify(`Bearer ${second.shown}`, 'logbooks')).toBe(module.module.id);
    expect((await listMachineKeys(house.db, module.module.id)).map((one) => one.label)).toEqual(
      expect.arrayContaining(['Serveur', 'Serveur de secours']),
    );
  });

  it('whatever is wrong in a key, the answer is that of a wrong token', async () => {
    const good = await key();
    const secret = good.shown.slice(-43);
    const gone = await key();
    await removeMachineKey(house.db, { client: module.module.id, id: gone.key.id }, by());
    const over = await key({ days: 1 }, Date.now() - 2 * DAY);
    await house.provider.reloadModules();
    const messages = new Set<string>();
    for (const shown of [
      gone.shown,
      over.shown,
      `preau_${'0'.repeat(16)}_${secret}`,
      `preau_${good.key.id}_${'A'.repeat(43)}`,
      `preau_${good.key.id.toUpperCase()}_${secret}`,
      `${good.shown}A`,
      `preau_${good.key.id}_`,
      'preau_',
    ]) {
      const refusal = await house.provider
        .identifyCaller(`Bearer ${shown}`, { scope: 'rights' })
        .catch((error) => error);
      expect([shown, refusal.code]).toEqual([shown, 'token_invalid']);
      messages.add(refusal.message);
    }
    expect(messages.size).toBe(1);
    expect(await identify(`Bearer ${good.shown}`)).toBe(module.module.id);
  });

  it('nothing, or another scheme, is no caller', async () => {
    for (const header of [undefined, '', 'Bearer', 'Bearer  ', 'Basic', 'Digest abc', `Basic ${'é'}`, 'Bearer a b'])
      expect([header, await identify(header)]).toEqual([header, 'token_missing']);
  });

  it('a key that is withdrawn is refused at once here, and within a second on another node', async () => {
    const other = await house.another();
    const { key: one, shown } = await key();
    const there = () =>
      other.identifyCaller(`Bearer ${shown}`, { scope: 'rights' }).then(
        () => 'let in',
        (refusal) => refusal.code,
      );
    expect([await identify(`Bearer ${shown}`), await there()]).toEqual([module.module.id, 'let in']);
    await removeMachineKey(house.db, { client: module.module.id, id: one.id }, by());
    await house.provider.reloadModules();
    expect(await identify(`Bearer ${shown}`)).toBe('token_invalid');
    await vi.waitFor(async () => expect(await there()).toBe('token_invalid'), 5_000);
    await expect(removeMachineKey(house.db, { client: module.module.id, id: one.id }, by())).rejects.toMatchObject({
      code: 'unknown_key',
    });
  });

  it('a key ends when its time comes, without anybody doing anything', async () => {
    const end = Date.now() + 400;
    const { shown } = await key({ days: 1 }, end - DAY);
    const before = await identify(`Bearer ${shown}`);
    // on a busy machine its time may have come already
    if (Date.now() < end) expect(before).toBe(module.module.id);
    await vi.waitFor(async () => expect(await identify(`Bearer ${shown}`)).toBe('token_invalid'), 5_000);
  });

  it('keys go with their module, and a module has only so many', async () => {
    const many = await house.module();
    const client = many.module.id;
    const keys = await Promise.all(Array.from({ length: MOST_KEYS + 3 }, () => key({ client }).catch((e) => e)));
    expect(keys.filter((one) => one.code === 'key_refused')).toHaveLength(3);
    const shown = keys.find((one) => one.shown).shown;
    expect(await identify(`Bearer ${shown}`)).toBe(client);
    await removeModule(house.db, client, by());
    await house.provider.reloadModules();
    expect(await identify(`Bearer ${shown}`)).toBe('token_invalid');
    expect(await identify(basic(many).authorization)).toBe('credentials_invalid');
    expect(await house.db('oidc_machine_key').where({ client })).toEqual([]);
    await expect(listMachineKeys(house.db, client)).rejects.toMatchObject({ code: 'unknown_client' });
  });

  it.each<[string, Partial<Parameters<typeof addMachineKey>[1]>]>([
    ['without a name', { label: ' ' }],
    ['with a name on two lines', { label: 'a\nb' }],
    ['without a scope', { scopes: [] }],
    ['with a scope that the module does not hold', { scopes: ['teaching'] }],
    ['with a scope about persons', { scopes: ['openid'] }],
    ['for no day', { days: 0 }],
    ['for half a day', { days: 0.5 }],
    ['for what is no number', { days: Number.NaN }],
    ['for too long', { days: KEY_DAYS.most + 1 }],
  ])('a key %s is refused', async (_what, more) => {
    await expect(key(more)).rejects.toMatchObject({ code: 'key_refused' });
  });

  it('however many wrong ones come, the database is asked a few times only, and the trail counts them', async () => {
    await house.trail.flush();
    const before = await house.db('audit').where({ event: 'caller.refused' });
    const queries: string[] = [];
    house.db.on('query', ({ sql }) => queries.push(sql));
    await Promise.all(Array.from({ length: 200 }, () => identify('Basic YTpi')));
    expect(queries.length).toBeLessThan(20);
    await vi.waitFor(async () => {
      const rows = (await house.db('audit').where({ event: 'caller.refused' })).slice(before.length);
      const times = rows.map((row) => JSON.parse(row.details).times).reduce((sum, one) => sum + one, 0);
      expect(times).toBeGreaterThanOrEqual(200);
      expect(rows.length).toBeLessThan(5);
    }, 5_000);
  });

  it('a module is registered with what it is told of reasons; an older one is told nothing', async () => {
    const told = await house.module({ reasons: 'admin' });
    expect([told.module.reasons, module.module.reasons]).toEqual(['admin', 'none']);
    const { sheet } = await house.db('oidc_module').where({ id: told.module.id }).first();
    const { reasons: _left, ...older } = JSON.parse(sheet);
    await house
      .db('oidc_module')
      .where({ id: told.module.id })
      .update({ sheet: JSON.stringify(older) });
    const node = await house.another();
    expect((await node.module(told.module.id))?.reasons).toBe('none');
    for (const asked of [
      { reasons: 'all' as never, scopes: ['openid', 'rights'] },
      { reasons: 'user' as const, scopes: ['openid'] },
    ])
      await expect(
        addModule(house.db, { ...module.module, id: 'wrong', ...asked, grants: undefined }, by()),
      ).rejects.toMatchObject({ code: 'client_invalid' });
  });

  it('the command line issues, lists and withdraws', async () => {
    const lines: string[] = [];
    const run = (...args: string[]) =>
      clientCommand({ db: house.db, config: house.config, args: ['key', ...args], print: (line) => lines.push(line) });
    const { id } = module.module;
    await run('add', id, '--name', 'Rotation', '--days', '30');
    const shown = /(preau_([0-9a-f]{16})_[\w-]{43})$/.exec(lines.at(-1) ?? '');
    expect(await identify(`Bearer ${shown?.[1]}`)).toBe(id);
    lines.length = 0;
    await run('list', id);
    expect(lines.filter((line) => line.startsWith(`${shown?.[2]}\tRotation\trights\tbonne jusqu’au`))).toHaveLength(1);
    expect(lines.join('\n')).not.toContain(shown?.[1]);
    await run('remove', id, shown?.[2] ?? '');
    await run('list', id);
    expect(lines.some((line) => line.startsWith(`${shown?.[2]}\tRotation\trights\tfinie depuis le`))).toBe(true);
    expect((await house.db('audit').where({ client: id, event: 'client.key_removed' })).at(-1).details).toContain(
      shown?.[2],
    );
    for (const args of [[], ['add'], ['remove', id], ['remove', id, 'a', 'b'], ['list'], ['forget', id]])
      await expect(run(...args)).rejects.toMatchObject({ code: 'bad_argument' });
  });
});
