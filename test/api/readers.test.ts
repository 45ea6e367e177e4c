// Who may read, over the API: told to the signed-in owner or head, staff by name, families as a count; and to each about themselves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareAbsence } from '../../src/acts/absences.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { categoriesAbout } from '../../src/rights/about.ts';
import { COLLEGE, cast, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const DAY = 86_400_000;

describe.each(engines)('readers over the API on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let maths: string;
  let tom: string;
  const tokens = new Map<string, string>();
  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    tom = await keyOf(api.db, 'tom');
    for (const name of ['tom', 'helene', 'tania', 'paula', 'paul'] as const) {
      await api.house.account(name);
      tokens.set(name, await module.tokenOf(await keyOf(api.db, name), 'rights'));
    }
  });
  afterAll(() => api.close());

  const ask = (name: string, query: Record<string, string> = {}, logbook = maths) =>
    api.ask(`/api/v1/logbooks/${logbook}/readers?${new URLSearchParams(query)}`, { token: tokens.get(name) });
  const iso = (at: number) => new Date(at).toISOString();

  it('the owner and the head are told staff by name with each reason, and families as a count', async () => {
    for (const name of ['tom', 'helene']) {
      const { status, body } = await ask(name);
      expect(status).toBe(200);
      const staff = body.staff as { sub: string; name: string; reasons: Record<string, string>[] }[];
      expect(staff.map((one) => one.name)).toContain('Théo Blanc');
      expect(staff.find((one) => one.name === 'Tom Garnier')).toEqual({
        sub: await module.sub('tom'),
        name: 'Tom Garnier',
        reasons: ['owner', 'team'].map((rule) => ({
          action: 'read',
          rule,
          reason: expect.stringMatching(/\.$/),
          until: expect.any(String),
        })),
      });
      expect(body.families).toEqual([
        { category: 'pupil', count: expect.any(Number) },
        { category: 'guardian', count: 3 },
      ]);
      for (const secret of ['Paula', 'Pierre', 'Amrani', tom]) expect(JSON.stringify(body)).not.toContain(secret);
    }
  });

  it('nobody else is, nor a module for itself, nor of a logbook that is elsewhere or nowhere', async () => {
    const lycee = await api.logbook(LYCEE, 'T1', 'PHILO');
    for (const [name, logbook] of [
      ['tania', maths],
      ['paula', maths],
      ['paul', maths],
      ['tom', lycee],
      ['tom', 'none'],
      ['helene', 'a'.repeat(300)],
    ] as const) {
      const { status, body } = await ask(name, {}, logbook);
      expect([status, body.code]).toEqual([403, 'not_allowed']);
    }
    const own = await api.ask(`/api/v1/logbooks/${maths}/readers`, { token: await module.token('rights') });
    expect([own.status, own.body.code]).toEqual([403, 'not_allowed']);
    expect((await api.ask(`/api/v1/logbooks/${maths}/readers`)).status).toBe(401);
    expect(
      (await api.ask(`/api/v1/logbooks/${maths}/readers`, { method: 'POST', token: tokens.get('tom'), body: {} }))
        .status,
    ).toBe(405);
  });

  it('a module is told nothing of a school that it does not serve', async () => {
    const elsewhere = await api.module({ schools: [LYCEE] });
    const token = await elsewhere.tokenOf(tom, 'rights');
    const { status } = await api.ask(`/api/v1/logbooks/${maths}/readers`, { token });
    expect(status).toBe(403);
    const about = await api.ask('/api/v1/categories', { token });
    expect([about.status, about.body]).toEqual([200, []]);
  });

  it('a past instant and a period are told in both readings, with facts that name nobody', async () => {
    const at = Date.now();
    const olga = await keyOf(api.db, 'olga');
    const grant = {
      relation: 'granted',
      subject: olga,
      object: maths,
      validFrom: at - 2 * DAY,
      validTo: at - DAY,
    } as const;
    await changeFacts(api.db, { school: COLLEGE, at, source: 'local', actor: 'test', begin: [grant] });
    const then = await ask('helene', { at: iso(at - 1.5 * DAY) });
    expect(then.body).toMatchObject({
      at: iso(at - 1.5 * DAY),
      difference: { added: { staff: expect.arrayContaining([expect.objectContaining({ name: 'Olga Petit' })]) } },
    });
    const during = await ask('helene', { from: iso(at - 3 * DAY), to: iso(at) });
    const { known } = during.body as unknown as { known: { staff: { name: string; held: object[] }[] } };
    expect(known.staff.find(({ name }) => name === 'Olga Petit')?.held).toEqual([
      {
        action: 'read',
        rule: 'colleague',
        reason: expect.stringMatching(/\.$/),
        from: iso(at - 2 * DAY),
        to: iso(at - DAY),
        ways: [
          {
            from: iso(at - 2 * DAY),
            to: iso(at - DAY),
            facts: [{ relation: 'granted', from: iso(at - 2 * DAY), until: iso(at - DAY), source: 'local' }],
          },
        ],
      },
    ]);
    const keys = await api.db('person').select('id');
    for (const { id } of keys) expect(JSON.stringify([then.body, during.body])).not.toContain(id);
  });

  it('an instant is written with its zone, and a period whole', async () => {
    for (const query of [
      { at: '2026-11-12' },
      { at: '2026-11-12T08:00' },
      { at: 'yesterday' },
      { from: '2026-11-12T08:00Z' },
      { to: '2026-11-12T08:00Z' },
      { from: '2026-11-12T08:00Z', to: '2026-11-12T08:00Z' },
      { at: '2026-11-12T08:00Z', from: '2026-11-12T08:00Z', to: '2026-11-12T09:00Z' },
    ]) {
      const { status, body } = await ask('tom', query as unknown as Record<string, string>);
      expect([status, body.code], JSON.stringify(query)).toEqual([400, 'bad_request']);
    }
  });

  it('everyone is told which categories may see data about them, by which rule, and never who', async () => {
    const about = async (name: string, at?: string) =>
      (await api.ask(`/api/v1/categories?${new URLSearchParams(at ? { at } : {})}`, { token: tokens.get(name) })).body;
    const paul = await about('paul');
    expect(paul).toMatchObject([{ type: 'logbook', school: COLLEGE, as: 'pupil' }]);
    const { categories } = paul[0] as { categories: { rule: string; reason: string }[] };
    expect(categories.map(({ rule }) => rule)).toEqual(['deputy', 'guardian', 'head', 'owner', 'pupil', 'team']);
    for (const { reason } of categories) expect(reason).toMatch(/\.$/);
    expect(await about('paula')).toEqual([]);
    const long = '2020-01-01T00:00:00Z';
    expect(await about('paul', long)).toEqual({ at: '2020-01-01T00:00:00.000Z', enforced: [], known: [] });
    expect(await about('paul', new Date().toISOString())).toMatchObject({ enforced: paul, known: paul });
    for (const { name } of Object.values(cast)) expect(JSON.stringify(paul)).not.toContain(name);
    const own = await api.ask('/api/v1/categories', { token: await module.token('rights') });
    expect([own.status, own.body.code]).toEqual([403, 'not_allowed']);
  });

  it('a module is told nothing of an absence, not even that there is one', async () => {
    const at = Date.now();
    await declareAbsence(api.db, { school: COLLEGE, person: tom, by: tom, at, from: at, to: at + DAY, slots: [] });
    // it is told to himself elsewhere: what is proved here is not that there is nothing to tell
    const all = await categoriesAbout(api.db, { person: tom });
    expect(all.map(({ type }) => type)).toContain('absence');
    const { body } = await api.ask('/api/v1/categories', { token: tokens.get('tom') });
    expect(body.map(({ type }) => type)).toEqual(['logbook']);
  });
});
