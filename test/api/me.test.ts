// What is held about the signed-in person, for a module that is registered to show it: at its schools, and nothing of the account.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsultations } from '../../src/privacy/consultations.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const SCOPES = ['openid', 'rights', 'own_data'];

describe.each(engines)('one’s own data for a module, on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let tom: string;
  beforeAll(async () => {
    api = await openApi(open);
    for (const name of ['tom', 'paula'] as const) await api.house.account(name);
    module = await api.module({ scopes: SCOPES, schools: [COLLEGE] });
    tom = await keyOf(api.db, 'tom');
  });
  afterAll(() => api?.close());

  const held = async (token: string) => (await api.ask('/api/v1/me', { token })).body.held as Record<string, string>[];

  it('tells each line with its source, its purpose and how long it is kept', async () => {
    const lines = await held(await module.tokenOf(tom, 'own_data'));
    const taught = lines.find(({ what }) => what?.includes('enseigne à 6e A'));
    expect(taught).toMatchObject({ category: 'service', from: 'aaf2d', school: COLLEGE });
    expect(taught?.purpose).toContain('Jamais pour évaluer');
    expect(taught?.since).toMatch(/^\d{4}-\d{2}-\d{2}T/);
  });

  it('tells nothing of the account, of other schools, nor of anybody else', async () => {
    const lines = await held(await module.tokenOf(tom, 'own_data'));
    expect(new Set(lines.map(({ school }) => school))).toEqual(new Set([COLLEGE]));
    const categories = new Set(lines.map(({ category }) => category));
    for (const one of ['identity', 'account', 'security', 'notices']) expect(categories).not.toContain(one);
    const elsewhere = await api.module({ scopes: SCOPES, schools: [LYCEE] });
    expect(await held(await elsewhere.tokenOf(tom, 'own_data'))).toEqual([]);
    const paula = await module.tokenOf(await keyOf(api.db, 'paula'), 'own_data');
    expect(JSON.stringify(await held(paula))).not.toContain('Pierre');
  });

  it('tells the days on which what they keep was read through that module, and through no other', async () => {
    const logbook = await api.logbook(COLLEGE, '6A', 'MATHS');
    const noted = openConsultations(api.db);
    const read = { kind: 'evaluation', type: 'logbook', action: 'read', allowed: true, rule: 'team' } as const;
    noted.note({ ...read, at: Date.now(), client: module.id, resource: logbook });
    noted.note({ ...read, at: Date.now() - 86_400_000, client: 'another', resource: logbook });
    await noted.close();
    const { body } = await api.ask('/api/v1/me/consultations', { token: await module.tokenOf(tom, 'own_data') });
    const day = new Date().toISOString().slice(0, 10);
    expect(body).toEqual([{ day, category: 'staff', action: 'read', school: COLLEGE, logbook }]);
  });

  it('is for a person’s own token with that scope, and for no other', async () => {
    const other = await api.module({ scopes: ['openid', 'rights'] });
    const code = async (token: string | undefined, path = '/api/v1/me') =>
      (await api.ask(path, token === undefined ? {} : { token })).body.code;
    expect(await code(undefined)).toBe('token_missing');
    expect(await code(await module.token('own_data'))).toBe('token_invalid');
    expect(await code(await module.tokenOf(tom, 'rights'))).toBe('scope_missing');
    expect(await code(await other.tokenOf(tom, 'rights'), '/api/v1/me/consultations')).toBe('scope_missing');
    expect((await api.ask('/api/v1/me', { method: 'POST', body: {} })).status).toBe(405);
  });
});
