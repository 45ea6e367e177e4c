// Recorded acts over the API: inspections, objections and replacements, each with the token of whose act it is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { recordEmancipation } from '../../src/acts/restrictions.ts';
import { recordTerritory } from '../../src/acts/territories.ts';
import { dayOf } from '../../src/facts/calendar.ts';
import { COLLEGE, cast, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const DAY = 86_400_000;
const INSPECTIONS = '/api/v1/inspections';
const OBJECTIONS = '/api/v1/objections';
const REPLACEMENTS = `/api/v1/schools/${COLLEGE}/replacements`;

describe.each(engines)('acts over the API on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let elsewhere: ServedModule;
  let maths: string;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    elsewhere = await api.module({ schools: [ECOLE] });
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    const ivan = await keyOf(api.db, 'ivan');
    await openAccount(api.db, {
      person: ivan,
      identifier: 'ivan.essai',
      password: 'cinq mots sans aucun rapport',
      actor: 'test',
      at: Date.now(),
    });
    for (const name of ['tom', 'tania', 'helene', 'david', 'paul', 'paula', 'olga'] as const)
      tokens[name] = await module.tokenOf(await api.house.account(name), 'grants');
    tokens.ivan = await module.tokenOf(ivan, 'grants');
    const territory = { person: ivan, schools: [COLLEGE], specialty: 'MATHS', by: 'operator', at: Date.now() };
    await recordTerritory(api.db, territory);
  });
  afterAll(() => api.close());

  const ask = async (
    who: string,
    path: string,
    { method = 'POST', body }: { method?: string; body?: unknown } = {},
  ) => {
    const given = method === 'GET' ? {} : { body: body ?? {} };
    const answer = await api.ask(path, { method, token: tokens[who] ?? who, ...given });
    return { status: answer.status, code: answer.body?.code, body: answer.body };
  };
  const decision = async (name: string, action: string) => {
    const body = {
      subject: { type: 'user', id: await module.sub(name) },
      action: { name: action },
      resource: { type: 'logbook', id: maths },
    };
    return (await api.ask('/access/v1/evaluation', { token: await module.token('rights'), body })).body.decision;
  };

  it('an inspector asks, the head approves, the inspector reads and gives up; each sees what is theirs', async () => {
    const tom = await module.sub('tom');
    const until = dayOf(Date.now() + 5 * DAY);
    const body = { school: COLLEGE, teachers: [tom], motive: 'Rendez-vous de carrière', until };
    const asked = await ask('ivan', INSPECTIONS, { body });
    expect(asked).toMatchObject({
      status: 201,
      body: {
        state: 'asked',
        school: COLLEGE,
        inspector: { sub: await module.sub('ivan'), name: 'ivan Essai' },
        teachers: [{ sub: tom, name: cast.tom.name }],
        archives: [],
        audiences: [],
        motive: 'Rendez-vous de carrière',
        as: ['inspector'],
      },
    });
    const id = String(asked.body.id);
    expect(await ask('ivan', INSPECTIONS, { body })).toMatchObject({ status: 409, code: 'inspection_exists' });
    const listed = async (who: string) =>
      (await ask(who, INSPECTIONS, { method: 'GET' })).body.map(({ id: one, state, as, motive }) => [
        one,
        state,
        as,
        motive,
      ]);
    expect(await listed('helene')).toEqual([[id, 'asked', ['approver'], 'Rendez-vous de carrière']]);
    expect(await listed('tom')).toEqual([[id, 'asked', ['teacher'], undefined]]);
    for (const who of ['tania', 'david', 'paula', 'olga']) expect(await listed(who)).toEqual([]);
    expect(await decision('ivan', 'read')).toBe(false);
    for (const [who, code] of [
      ['ivan', 'inspection_own'],
      ['tom', 'not_allowed'],
      ['david', 'not_allowed'],
      ['paula', 'not_allowed'],
    ] as const)
      expect(await ask(who, `${INSPECTIONS}/${id}/approve`)).toMatchObject({ status: 403, code });
    expect(await ask('helene', `${INSPECTIONS}/${id}/approve`)).toMatchObject({
      status: 200,
      body: { state: 'approved' },
    });
    expect(await ask('helene', `${INSPECTIONS}/${id}/approve`)).toMatchObject({
      status: 409,
      code: 'inspection_decided',
    });
    expect([await decision('ivan', 'read'), await decision('ivan', 'write')]).toEqual([true, false]);
    expect(await ask('ivan', `${INSPECTIONS}/${id}/end`)).toMatchObject({ status: 200, body: { state: 'ended' } });
    expect(await decision('ivan', 'read')).toBe(false);
    const again = await ask('ivan', INSPECTIONS, {
      body: { ...body, teachers: [], audiences: [{ kind: 'class', code: '6A' }] },
    });
    const refusing = `${INSPECTIONS}/${again.body.id}/refuse`;
    expect(await ask('helene', refusing)).toMatchObject({ status: 400, code: 'reason_missing' });
    expect(await ask('helene', refusing, { body: { reason: 'Plus tard' } })).toMatchObject({
      body: { state: 'refused', reason: 'Plus tard', audiences: [{ label: '6e A', kind: 'class' }] },
    });
  });

  it('a teacher who is concerned learns of no colleague who is named too', async () => {
    const subs = { tom: await module.sub('tom'), olga: await module.sub('olga') };
    const body = { school: COLLEGE, teachers: [subs.tom, subs.olga], archives: [], motive: 'x' };
    const { id } = (await ask('ivan', INSPECTIONS, { body })).body;
    const teachers = async (who: string) =>
      (await ask(who, INSPECTIONS, { method: 'GET' })).body
        .filter((one) => one.id === id)
        .flatMap((one) => (one.teachers as { sub: string }[]).map(({ sub }) => sub))
        .sort();
    for (const who of ['tom', 'olga'] as const) expect(await teachers(who)).toEqual([subs[who]]);
    for (const who of ['ivan', 'helene']) expect(await teachers(who)).toEqual([subs.tom, subs.olga].sort());
    await ask('ivan', `${INSPECTIONS}/${id}/end`);
    expect(await teachers('olga')).toEqual([subs.olga]);
  });

  it('what is badly asked is refused by name, and a module acts for nobody', async () => {
    const tom = await module.sub('tom');
    const body = { school: COLLEGE, teachers: [tom], motive: 'x' };
    for (const [status, code, given] of [
      [400, 'bad_request', { ...body, motive: 3 }],
      [400, 'bad_request', { ...body, audiences: [{ kind: 'school', code: '6A' }] }],
      [400, 'motive_missing', { ...body, motive: '' }],
      [400, 'dates_refused', { ...body, until: dayOf(Date.now() + 40 * DAY) }],
      [400, 'grant_dates', { ...body, until: 'June' }],
      [404, 'unknown_person', { ...body, teachers: ['nobody'] }],
      [403, 'out_of_territory', { ...body, school: LYCEE }],
      [403, 'outside_specialty', { ...body, teachers: [await module.sub('tania')] }],
    ] as const)
      expect(await ask('ivan', INSPECTIONS, { body: given })).toMatchObject({ status, code });
    // a module knows a person by the name that it was given, and by no other
    for (const name of ['tania', 'carla']) {
      const { body: told } = await ask('ivan', INSPECTIONS, { body: { ...body, teachers: [await module.sub(name)] } });
      expect(JSON.stringify(told)).not.toContain(await keyOf(api.db, name));
    }
    const own = await module.token('grants');
    for (const [path, method] of [
      [INSPECTIONS, 'POST'],
      [INSPECTIONS, 'GET'],
      [OBJECTIONS, 'POST'],
      [OBJECTIONS, 'GET'],
      [REPLACEMENTS, 'PUT'],
    ] as const)
      expect(await ask(own, path, { method })).toMatchObject({ status: 403, code: 'not_allowed' });
    expect(await ask('ivan', `${INSPECTIONS}/none/approve`)).toMatchObject({ status: 404, code: 'unknown_inspection' });
    for (const path of [
      `${INSPECTIONS}/%00/approve`,
      '/api/v1/grants/%00/validate',
      '/api/v1/schools/%00/replacements',
      '/access/v1/requests/c_%00/cancel',
    ])
      expect(await ask('ivan', path)).toMatchObject({ status: 404, code: 'not_found' });
    expect(await ask('ivan', '/access/v1/requests/i_%00', { method: 'GET' })).toMatchObject({ status: 404 });
    const there = await elsewhere.tokenOf(await keyOf(api.db, 'ivan'), 'grants');
    expect(await ask(there, INSPECTIONS, { body })).toMatchObject({ status: 403, code: 'school_not_served' });
    expect((await ask(there, INSPECTIONS, { method: 'GET' })).body).toEqual([]);
    for (const path of [INSPECTIONS, OBJECTIONS, REPLACEMENTS])
      expect(await ask('ivan', path, { method: 'PATCH' })).toMatchObject({ status: 405 });
  });

  it('a pupil of age objects to one parent alone, and takes it back; nobody does it for the pupil', async () => {
    const [paula, pierre] = [await module.sub('paula'), await module.sub('pierre')];
    const representatives = (objected: boolean) =>
      [
        { sub: paula, name: cast.paula.name, objected },
        { sub: pierre, name: cast.pierre.name, objected: false },
      ].sort((a, b) => (a.sub < b.sub ? -1 : 1));
    const sorted = (list: unknown) => [...(list as { sub: string }[])].sort((a, b) => (a.sub < b.sub ? -1 : 1));
    const body = { guardian: paula };
    expect(await ask('paul', OBJECTIONS, { body })).toMatchObject({ status: 403, code: 'not_of_age' });
    const child = await keyOf(api.db, 'paul');
    const act = { school: COLLEGE, child, decision: 'TJ 2026/1', by: 'operator', at: Date.now() };
    await recordEmancipation(api.db, act);
    expect(sorted((await ask('paul', OBJECTIONS, { method: 'GET' })).body)).toEqual(representatives(false));
    expect(await decision('paula', 'read')).toBe(true);
    expect(sorted((await ask('paul', OBJECTIONS, { body })).body)).toEqual(representatives(true));
    expect([await decision('paula', 'read'), await decision('pierre', 'read')]).toEqual([false, true]);
    for (const who of ['paula', 'helene']) {
      expect(await ask(who, OBJECTIONS, { method: 'DELETE', body })).toMatchObject({ status: 400, code: 'not_pupil' });
      expect(await ask(who, OBJECTIONS, { method: 'GET' })).toMatchObject({ status: 400, code: 'not_pupil' });
    }
    expect(await ask('paul', OBJECTIONS, { body: { guardian: 'nobody' } })).toMatchObject({ code: 'unknown_person' });
    expect(await ask('paul', OBJECTIONS, { body: { guardian: await module.sub('gina') } })).toMatchObject({
      status: 400,
      code: 'not_guardian',
    });
    const there = await elsewhere.tokenOf(child, 'grants');
    expect(await ask(there, OBJECTIONS, { body })).toMatchObject({ status: 403, code: 'school_not_served' });
    await ask('paul', OBJECTIONS, { method: 'DELETE', body });
    expect(await decision('paula', 'read')).toBe(true);
    expect(await ask('paul', OBJECTIONS, { method: 'DELETE', body })).toMatchObject({
      status: 404,
      code: 'nothing_to_end',
    });
  });

  it('the deputy gives a teacher’s logbooks to a substitute, and ends it; a teacher does not', async () => {
    const body = { substitute: await module.sub('olga'), replaced: await module.sub('tom'), logbooks: [maths] };
    expect(await ask('tom', REPLACEMENTS, { method: 'PUT', body })).toMatchObject({ status: 403, code: 'not_allowed' });
    expect(await ask('david', REPLACEMENTS, { method: 'PUT', body })).toMatchObject({
      status: 200,
      body: { logbooks: [maths] },
    });
    expect(await ask('david', REPLACEMENTS, { method: 'PUT', body })).toMatchObject({ body: { logbooks: [] } });
    expect([await decision('olga', 'read'), await decision('olga', 'write')]).toEqual([true, true]);
    expect(await ask('david', REPLACEMENTS, { method: 'DELETE', body })).toMatchObject({ body: { logbooks: [maths] } });
    expect(await decision('olga', 'read')).toBe(false);
    expect(await ask('david', REPLACEMENTS, { method: 'DELETE', body })).toMatchObject({ code: 'nothing_to_end' });
    const until = '2020-01-01';
    expect(await ask('david', REPLACEMENTS, { method: 'PUT', body: { ...body, until } })).toMatchObject({
      status: 400,
      code: 'dates_refused',
    });
    const there = `/api/v1/schools/${LYCEE}/replacements`;
    expect(await ask('david', there, { method: 'PUT', body })).toMatchObject({ status: 403, code: 'not_allowed' });
  });
});
