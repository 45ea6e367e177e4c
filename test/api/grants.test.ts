// Openings over the API: each step with the token of the person whose act it is; a module acts for nobody.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { COLLEGE, ECOLE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const GRANTS = '/api/v1/grants';
const YEAR_END = schoolYear(schoolYearAt(Date.now())).to;
const LAST = dayOf(YEAR_END - 1);

describe.each(engines)('openings over the API on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let logbook: string;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    logbook = await api.logbook(COLLEGE, '6A', 'MATHS');
    for (const name of ['tom', 'olga', 'helene', 'david', 'tania'] as const) {
      tokens[name] = await module.tokenOf(await api.house.account(name), 'grants');
    }
  });
  afterAll(() => api.close());

  const post = async (who: string, path: string, body: unknown) => {
    const answer = await api.ask(`${GRANTS}/${path}`, { token: tokens[who] ?? who, body });
    return { status: answer.status, ...answer.body } as { status: number } & Record<string, unknown>;
  };
  const listed = async (who: string) => {
    const { body } = await api.ask(GRANTS, { token: tokens[who] ?? '' });
    return body.map(({ id, state, as }) => [id, state, as]);
  };

  it('asked, offered, validated, read, ended; and each sees what is theirs to see', async () => {
    const asked = await post('olga', 'asks', { logbook });
    expect(asked).toMatchObject({
      status: 201,
      state: 'asked',
      logbook,
      school: COLLEGE,
      beneficiary: { sub: await module.sub('olga'), name: 'Olga Petit' },
      until: new Date(YEAR_END).toISOString(),
    });
    const id = String(asked.id);
    expect([await listed('olga'), await listed('tom'), await listed('helene'), await listed('tania')]).toEqual([
      [[id, 'asked', ['beneficiary']]],
      [[id, 'asked', ['owner']]],
      [],
      [],
    ]);
    const beneficiary = await module.sub('olga');
    expect(await post('tom', 'offers', { logbook, beneficiary, until: LAST })).toMatchObject({ id, state: 'offered' });
    expect(await listed('helene')).toEqual([[id, 'offered', ['validator']]]);
    expect(await post('david', `${id}/validate`, {})).toMatchObject({ status: 403, code: 'no_delegation' });
    expect(await post('helene', `${id}/validate`, {})).toMatchObject({ state: 'granted', decided_as: 'head' });
    expect(await mayRead('olga')).toBe(true);
    expect(await post('helene', `${id}/end`, {})).toMatchObject({ status: 400, code: 'reason_missing' });
    expect(await post('olga', `${id}/end`, {})).toMatchObject({ state: 'ended', ended_as: 'beneficiary' });
    expect(await mayRead('olga')).toBe(false);
    expect(await post('helene', `${id}/validate`, {})).toMatchObject({ status: 409, code: 'grant_closed' });
    const trail = await api.db('audit').where({ event: 'grant.validated' }).first();
    expect(trail.client).toBe(module.id);
  });

  it('a module acts for nobody, and a token without the scope does nothing', async () => {
    const alone = await module.token('grants');
    expect(await post(alone, 'asks', { logbook })).toMatchObject({ status: 403, code: 'not_allowed' });
    expect((await api.ask(GRANTS, { token: alone })).status).toBe(403);
    const other = await module.tokenOf(await keyOf(api.db, 'tom'), 'rights');
    expect(await post(other, 'asks', { logbook })).toMatchObject({ status: 403, code: 'scope_missing' });
  });

  it('a module that does not serve the school knows neither its logbooks nor its openings', async () => {
    const beneficiary = await module.sub('olga');
    const { id } = await post('tom', 'offers', { logbook, beneficiary, until: LAST });
    const stranger = await api.module({ schools: [ECOLE] });
    const token = await stranger.tokenOf(await keyOf(api.db, 'tom'), 'grants');
    expect((await api.ask(GRANTS, { token })).body).toEqual([]);
    expect(await post(token, `${id}/end`, {})).toMatchObject({ status: 404, code: 'unknown_grant' });
    expect(await post(token, 'asks', { logbook })).toMatchObject({ status: 404, code: 'unknown_logbook' });
    expect(await post('tom', `${id}/end`, {})).toMatchObject({ state: 'ended', ended_as: 'owner' });
  });

  it.each([
    ['no end', { until: undefined }, 400, 'grant_without_end'],
    ['an end that is no day', { until: 'demain' }, 400, 'grant_dates'],
    ['a past end', { until: '2020-01-01' }, 400, 'grant_dates'],
    ['an end after the year', { until: dayOf(YEAR_END) }, 400, 'grant_too_long'],
    ['an end of another type', { until: 12 }, 400, 'bad_request'],
    ['nobody known', { beneficiary: 'nobody' }, 404, 'unknown_person'],
    ['no beneficiary', { beneficiary: undefined }, 400, 'bad_request'],
    ['a logbook that is not', { logbook: 'none' }, 404, 'unknown_logbook'],
  ])('an offer with %s is refused', async (_, wrong, status, code) => {
    const offer = { logbook, beneficiary: await module.sub('olga'), until: LAST, ...wrong };
    expect(await post('tom', 'offers', offer)).toMatchObject({ status, code });
  });

  it('only the methods of each address are taken', async () => {
    expect((await api.ask(GRANTS, { method: 'POST', body: {} })).status).toBe(405);
    expect((await api.ask(`${GRANTS}/asks`)).status).toBe(405);
    expect((await api.ask(`${GRANTS}/x/validate`)).headers.get('allow')).toBe('POST');
  });

  async function mayRead(name: string): Promise<boolean> {
    const { body } = await api.ask('/access/v1/evaluation', {
      token: await module.token('rights'),
      body: {
        subject: { type: 'user', id: await module.sub(name) },
        action: { name: 'read' },
        resource: { type: 'logbook', id: logbook },
      },
    });
    return Boolean(body.decision);
  }
});
