// Openings, and delegations of signature, over the API: each step with the token of the person whose act it is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endDelegation } from '../../src/acts/delegations.ts';
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

  describe('delegations of signature', () => {
    const DELEGATIONS = '/api/v1/delegations';
    const give = async (who: string, more: object = {}) => {
      const body = {
        school: COLLEGE,
        deputy: await module.sub('david'),
        act: 'validate',
        decision: 'arrêté 12',
        ...more,
      };
      const answer = await api.ask(DELEGATIONS, { token: tokens[who] ?? who, body });
      return { status: answer.status, ...answer.body } as { status: number } & Record<string, unknown>;
    };
    const end = async (who: string, id: unknown) => {
      const answer = await api.ask(`${DELEGATIONS}/${id}/end`, { token: tokens[who] ?? who, body: {} });
      return { status: answer.status, ...answer.body } as { status: number } & Record<string, unknown>;
    };
    const all = async (who: string) => (await api.ask(DELEGATIONS, { token: tokens[who] ?? who })).body;

    it('the head gives, the deputy signs, and the head ends it at once', async () => {
      const david = { sub: await module.sub('david'), name: 'David Roux' };
      const given = await give('helene', { until: LAST });
      expect(given).toEqual({
        status: 201,
        id: expect.any(String),
        school: COLLEGE,
        deputy: david,
        act: 'validate',
        decision: 'arrêté 12',
        from: expect.any(String),
        until: new Date(YEAR_END).toISOString(),
      });
      const { status: _, ...told } = given;
      expect([await all('helene'), await all('david'), await all('tom')]).toEqual([[told], [told], []]);
      expect((await api.db('audit').where({ event: 'delegation.given' }).first()).client).toBe(module.id);
      const offer = { logbook, beneficiary: await module.sub('olga'), until: LAST };
      const { id: grant } = await post('tom', 'offers', offer);
      expect(await post('david', `${grant}/validate`, {})).toMatchObject({ state: 'granted', decided_as: 'delegate' });
      expect(await post('tom', `${grant}/end`, {})).toMatchObject({ state: 'ended' });
      expect(await end('david', given.id)).toMatchObject({ status: 403, code: 'not_head' });
      const ended = await end('helene', given.id);
      expect(ended).toMatchObject({ status: 200, act: 'validate', deputy: david });
      expect(Date.parse(String(ended.until))).toBeLessThanOrEqual(Date.now());
      expect(await end('helene', given.id)).toMatchObject({ status: 404, code: 'unknown_delegation' });
      expect(await all('david')).toEqual([]);
    });

    it('a suppléance is one of every act, and ends alone', async () => {
      // sent many times at once, it is given once
      const traces = async () => api.db('audit').where({ event: 'delegation.given' });
      const before = await traces();
      const [one = expect.fail(), ...more] = await Promise.all(Array.from({ length: 12 }, () => give('helene')));
      const again = await give('helene', { until: LAST });
      expect([...more, again]).toEqual(Array(12).fill(one));
      expect(await traces()).toHaveLength(before.length + 1);
      const whole = await give('helene', { act: 'all', decision: 'suppléance', until: LAST });
      expect(whole).toMatchObject({ status: 201, act: 'all', decision: 'suppléance' });
      expect((await all('helene')).map(({ id }) => id).sort()).toEqual([one.id, whole.id].sort());
      expect(await end('helene', whole.id)).toMatchObject({ status: 200, act: 'all' });
      expect((await all('helene')).map(({ id }) => id)).toEqual([one.id]);
      expect(await end('helene', whole.id)).toMatchObject({ code: 'unknown_delegation' });
      expect(await end('helene', one.id)).toMatchObject({ status: 200 });
    });

    it('a suppléance that was cut short is told act by act, beside what is given of each', async () => {
      const deputy = await module.sub('david');
      const key = (act: string) => `${COLLEGE}.${act}.${deputy}`;
      const whole = await give('helene', { act: 'all', decision: 'suppléance' });
      const by = await keyOf(api.db, 'helene');
      const cut = { school: COLLEGE, deputy: await keyOf(api.db, 'david'), by } as const;
      await endDelegation(api.db, { ...cut, acts: ['visa'], at: Date.now() });
      const rest = ['absences', 'families', 'revoke', 'validate'];
      expect(await all('david')).toEqual(
        rest.map((act) => ({ ...whole, id: key(`all-${act}`), act, status: undefined })),
      );
      const one = await give('helene');
      expect((await all('helene')).map(({ id }) => id).sort()).toEqual(
        [...rest.map((act) => key(`all-${act}`)), one.id].sort(),
      );
      // each ends alone
      expect(await end('helene', key('all-validate'))).toMatchObject({
        status: 200,
        act: 'validate',
        id: key('all-validate'),
      });
      expect(await end('helene', key('all-validate'))).toMatchObject({ status: 404, code: 'unknown_delegation' });
      expect(await end('helene', one.id)).toMatchObject({ status: 200, act: 'validate', decision: 'arrêté 12' });
      expect(await end('helene', key('revoke'))).toMatchObject({ status: 404, code: 'unknown_delegation' });
      // and what is left of it by the key that it had
      expect(await end('helene', whole.id)).toMatchObject({ status: 200, act: 'all', decision: 'suppléance' });
      expect(await all('helene')).toEqual([]);
    });

    it('one that has not begun ends before it opens anything', async () => {
      const given = await give('helene', { from: LAST, until: LAST });
      const ended = await end('helene', given.id);
      expect(ended).toMatchObject({ status: 200, from: given.from, until: given.from });
      expect(await all('helene')).toEqual([]);
    });

    it.each([
      ['a deputy, to himself', 'david', {}, 403, 'not_head'],
      ['a teacher', 'tom', {}, 403, 'not_head'],
      ['an act that nobody delegates', 'helene', { act: 'read' }, 400, 'bad_request'],
      ['no reference', 'helene', { decision: ' ' }, 400, 'delegation_refused'],
      ['a past end', 'helene', { until: '2020-01-01' }, 400, 'delegation_refused'],
      ['an end after the year', 'helene', { until: dayOf(YEAR_END) }, 400, 'delegation_refused'],
      ['an end that is no day', 'helene', { until: 'demain' }, 400, 'grant_dates'],
      ['nobody known', 'helene', { deputy: 'nobody' }, 404, 'unknown_person'],
      ['a school of another head', 'helene', { school: ECOLE }, 403, 'not_head'],
      ['no school', 'helene', { school: '9999999Z' }, 404, 'unknown_school'],
    ])('%s is refused', async (_, who, wrong, status, code) => {
      expect(await give(who, wrong)).toMatchObject({ status, code });
      expect(await all('helene')).toEqual([]);
    });

    it('to somebody who is no deputy it is not given, nor by a module for itself, nor through one that serves others', async () => {
      expect(await give('helene', { deputy: await module.sub('tania') })).toMatchObject({ code: 'delegation_refused' });
      const alone = await module.token('grants');
      expect(await give(alone)).toMatchObject({ status: 403, code: 'not_allowed' });
      const { id } = await give('helene');
      const stranger = await api.module({ schools: [ECOLE] });
      const token = await stranger.tokenOf(await keyOf(api.db, 'helene'), 'grants');
      expect(await all(token)).toEqual([]);
      expect(await give(token)).toMatchObject({ status: 403, code: 'school_not_served' });
      for (const key of [
        id,
        `${COLLEGE}.validate.${await stranger.sub('david')}`,
        'none',
        `${COLLEGE}.validate.nobody`,
      ])
        expect(await end(token, key)).toMatchObject({ status: 404, code: 'unknown_delegation' });
      expect(await end('helene', `${COLLEGE}.visa.${await module.sub('david')}`)).toMatchObject({ status: 404 });
      expect(await end('helene', id)).toMatchObject({ status: 200 });
      expect((await api.ask(`${DELEGATIONS}/${id}/end`)).status).toBe(405);
    });
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
