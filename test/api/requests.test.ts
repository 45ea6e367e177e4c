// Access requests over the wire: a no that can be asked about, the request, its task, and the right that comes of it.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { approveInspection } from '../../src/acts/inspections.ts';
import { openBinding } from '../../src/api/requestable.ts';
import { demoConfig } from '../../src/config.ts';
import { dayOf, schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { SECRET } from '../oidc/harness.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const EVALUATION = '/access/v1/evaluation';
const REQUESTS = '/access/v1/requests';
const GRANTS = '/api/v1/grants';
const URN = 'urn:openid:authzen:access-request:error:';
const YEAR_END = schoolYear(schoolYearAt(Date.now())).to;

interface Told {
  readonly endpoint: string;
  readonly template: string;
  readonly expires_at: string;
  readonly binding_token: string;
}

describe.each(engines)('access requests on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let maths: string;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module({ scopes: ['openid', 'rights', 'grants'] });
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    for (const name of ['tom', 'olga', 'helene', 'paula', 'tania'] as const)
      tokens[name] = await module.tokenOf(await api.house.account(name), 'rights grants');
    const ivan = await keyOf(api.db, 'ivan');
    const account = { person: ivan, identifier: 'ivan', password: 'phrase bien assez longue 2026', actor: 'test' };
    await openAccount(api.db, { ...account, at: Date.now() });
    tokens.ivan = await module.tokenOf(ivan, 'rights grants');
    await changeFacts(api.db, {
      school: COLLEGE,
      at: Date.now() - 1000,
      source: 'local',
      actor: 'test',
      begin: [{ relation: 'territory', subject: ivan, object: COLLEGE, properties: { specialty: '' } }],
    });
  });
  afterAll(() => api.close());

  const question = async (who: string, id = maths, name = 'read') => ({
    subject: { type: 'user', id: await module.sub(who) },
    action: { name },
    resource: { type: 'logbook', id },
  });
  const evaluate = async (who: string, id = maths, name = 'read') => {
    const body = { ...(await question(who, id, name)), context: { explain: true } };
    const answer = await api.ask(EVALUATION, { token: tokens[who], body });
    return answer.body as unknown as { decision: boolean; context: { access_request?: Told } };
  };
  const mayRead = async (who: string) => (await evaluate(who)).decision;
  const submission = async (who: string, more: object = {}) => {
    const { context } = await evaluate(who);
    const { binding_token, template } = context.access_request!;
    return { ...(await question(who)), denial: { binding_token, template }, ...more };
  };
  const submit = async (who: string, more?: object) =>
    api.ask(REQUESTS, { token: tokens[who], body: await submission(who, more) });
  const task = async (who: string, id: string) => api.ask(`${REQUESTS}/${id}`, { token: tokens[who] });
  const statusOf = async (who: string, id: string) =>
    ((await task(who, id)).body as unknown as { task: { status: string } }).task.status;
  const idOf = ({ body }: { body: unknown }) => (body as { task: { id: string } }).task.id;
  const act = async (who: string, path: string, body: object) =>
    (await api.ask(`${GRANTS}/${path}`, { token: tokens[who], body })).status;
  const cancel = (who: string, id: string) => api.ask(`${REQUESTS}/${id}/cancel`, { token: tokens[who], body: {} });

  it('the metadata say where to ask', async () => {
    expect((await api.ask('/.well-known/authzen-configuration')).body).toMatchObject({
      access_request_endpoint: `${api.origin}${REQUESTS}`,
      capabilities: ['urn:openid:authzen:capability:access-request'],
    });
  });

  it('a no says how to ask to whom may ask, and to nobody else', async () => {
    const { decision, context } = await evaluate('olga');
    expect([decision, context.access_request]).toEqual([
      false,
      {
        endpoint: `${api.origin}${REQUESTS}`,
        template: 'colleague',
        expires_at: expect.stringMatching(/Z$/),
        binding_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      },
    ]);
    expect((await evaluate('ivan')).context.access_request?.template).toBe('inspection');
    const elsewhere = await api.logbook(LYCEE, 'T1', 'PHILO');
    for (const [who, id, action] of [
      ['paula', await api.logbook(COLLEGE, '5C', 'MATHS'), 'read'],
      ['olga', elsewhere, 'read'],
      ['olga', 'no-such-logbook', 'read'],
      ['tania', maths, 'write'],
      ['tania', maths, 'read'],
    ] as const)
      expect([who, (await evaluate(who, id, action)).context]).toEqual([
        who,
        expect.not.objectContaining({ access_request: expect.anything() }),
      ]);
    const without = await api.module({ scopes: ['openid', 'rights'], reasons: 'user' });
    const theirs = { ...(await question('olga')), subject: { type: 'user', id: await without.sub('olga') } };
    const told = await api.ask(EVALUATION, { token: await without.token('rights'), body: theirs });
    expect(told.body.context).toEqual({ reason_user: expect.objectContaining({ code: 'not_in_team' }) });
    const asked = {
      token: await module.token('rights'),
      body: { ...(await question('olga')), context: { explain: true } },
    };
    expect((await api.ask(EVALUATION, asked)).body.context).not.toHaveProperty('access_request');
    expect((await api.ask(EVALUATION, { token: tokens.olga, body: await question('olga') })).body).toEqual({
      decision: false,
    });
  });

  it('a colleague asks; it opens nothing until the owner and the head have said yes; then it is evaluated anew', async () => {
    const until = new Date(YEAR_END - 60_000).toISOString();
    const answer = await submit('olga', { requested_access: { requested_until: until } });
    const id = idOf(answer);
    const address = `${api.origin}${REQUESTS}/${id}`;
    expect([answer.status, answer.headers.get('location'), answer.body]).toEqual([
      202,
      address,
      {
        task: {
          id,
          status: 'pending',
          status_endpoint: address,
          expires_at: until,
          links: { cancel: `${address}/cancel` },
        },
      },
    ]);
    expect((await task('olga', id)).headers.get('retry-after')).toBe('60');
    expect(await mayRead('olga')).toBe(false);
    const again = await submit('olga', { requested_access: { requested_until: until } });
    expect([again.status, again.body.type]).toEqual([409, `${URN}duplicate_request`]);
    const offer = { logbook: maths, beneficiary: await module.sub('olga'), until: dayOf(YEAR_END - 1) };
    expect(await act('tom', 'offers', offer)).toBe(201);
    expect([await statusOf('olga', id), await mayRead('olga')]).toEqual(['pending', false]);
    const grant = id.slice(2);
    expect(await act('helene', `${grant}/validate`, {})).toBe(200);
    const { body } = await task('olga', id);
    expect(body).toMatchObject({
      task: { id, status: 'approved' },
      result: {
        mode: 'reevaluate',
        approval: { id, approved_at: expect.stringMatching(/Z$/), approved_until: expect.stringMatching(/Z$/) },
      },
    });
    expect(await mayRead('olga')).toBe(true);
    // the approval is no key: what opens is the fact, and it has ended
    expect(await act('tom', `${grant}/end`, {})).toBe(200);
    const approval = (body as unknown as { result: { approval: object } }).result.approval;
    const asked = { ...(await question('olga')), context: { approval } };
    expect((await api.ask(EVALUATION, { token: tokens.olga, body: asked })).body).toEqual({ decision: false });
    expect(await statusOf('olga', id)).toBe('approved');
    expect((await cancel('olga', id)).body).toMatchObject({ status: 409, type: `${URN}invalid_task_state` });
  });

  it('a request is refused, given up, or waits too long', async () => {
    const refused = idOf(await submit('olga', { requested_access: { requested_until: soon(3_600_000) } }));
    expect(await act('tom', `${refused.slice(2)}/refuse`, {})).toBe(200);
    expect(await statusOf('olga', refused)).toBe('denied');
    const late = { requested_access: { requested_until: soon(2_000) } };
    const tania = await api.logbook(COLLEGE, '5C', 'MATHS');
    const { context } = await evaluate('tania', tania);
    const body = { ...(await question('tania', tania)), denial: context.access_request, ...late };
    const waiting = idOf(await api.ask(REQUESTS, { token: tokens.tania, body }));
    expect(await statusOf('tania', waiting)).toBe('pending');
    await vi.waitFor(async () => expect(await statusOf('tania', waiting)).toBe('expired'), 10_000);
    const again = idOf(await api.ask(REQUESTS, { token: tokens.tania, body: { ...body, requested_access: {} } }));
    expect((await cancel('tania', again)).body).toMatchObject({ task: { id: again, status: 'cancelled' } });
    expect((await cancel('tania', again)).status).toBe(409);
  });

  it('an inspector asks with a motive, for the class of the logbook, and no longer than the setting says', async () => {
    expect((await submit('ivan')).body).toMatchObject({ status: 400, code: 'motive_missing' });
    const motive = { context: { motive: 'Visite d’inspection' } };
    const long = await submit('ivan', { ...motive, requested_access: { requested_until: soon(40 * 86_400_000) } });
    expect(long.body).toMatchObject({ status: 400, code: 'dates_refused' });
    const answer = await submit('ivan', { ...motive, requested_access: { requested_until: soon(5 * 86_400_000) } });
    const id = idOf(answer);
    expect([answer.status, await statusOf('ivan', id), await mayRead('ivan')]).toEqual([202, 'pending', false]);
    expect((await submit('ivan', motive)).body).toMatchObject({ status: 409, code: 'request_repeated' });
    const by = await keyOf(api.db, 'helene');
    await approveInspection(api.db, { id: id.slice(2), by, at: Date.now(), mostDays: 30 });
    expect((await task('ivan', id)).body).toMatchObject({
      task: { status: 'approved' },
      result: { mode: 'reevaluate' },
    });
    expect(await mayRead('ivan')).toBe(true);
  });

  it('a task is for who asked: to others, other modules and strangers it does not exist', async () => {
    const id = idOf(await submit('olga', { requested_access: { requested_until: soon(86_400_000 * 2) } }).then(again));
    const unknown = { status: 404, code: 'unknown_request', type: `${URN}unknown_task` };
    expect((await task('tania', id)).body).toMatchObject(unknown);
    expect((await cancel('tom', id)).body).toMatchObject(unknown);
    for (const other of ['c_none', `i_${id.slice(2)}`, 'none', `x${id}`])
      expect((await task('olga', other)).body).toMatchObject(unknown);
    const lycee = await api.module({ schools: [LYCEE], scopes: ['openid', 'grants'] });
    const token = await lycee.tokenOf(await keyOf(api.db, 'olga'), 'grants');
    expect((await api.ask(`${REQUESTS}/${id}`, { token })).body).toMatchObject(unknown);
    const alone = await module.token('grants');
    expect((await api.ask(`${REQUESTS}/${id}`, { token: alone })).status).toBe(403);
    expect((await api.ask(`${REQUESTS}/${id}`)).status).toBe(401);
    expect((await api.ask(`${REQUESTS}/${id}`, { method: 'PUT', token: tokens.olga })).headers.get('allow')).toBe(
      'GET, HEAD',
    );
    expect((await api.ask(REQUESTS, { token: tokens.olga })).headers.get('allow')).toBe('POST');

    /** An earlier test may have left one that waits. */
    async function again(answer: Awaited<ReturnType<typeof submit>>) {
      if (answer.status === 202) return answer;
      await api.db('access_grant').where({ state: 'asked' }).update({ state: 'ended' });
      await api.db('access_grant').where({ state: 'refused' }).update({ state: 'lifted' });
      return submit('olga');
    }
  });

  it('a request must go with its no', async () => {
    const good = await submission('olga');
    const { binding_token } = good.denial;
    const [header, said, seal] = binding_token.split('.');
    const told = JSON.parse(Buffer.from(said!, 'base64url').toString());
    expect(JSON.stringify(told)).not.toContain(await keyOf(api.db, 'olga'));
    const wider = Buffer.from(JSON.stringify({ ...told, template: 'inspection' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const other = await api.module({ scopes: ['openid', 'rights', 'grants'] });
    const theirs = await other.tokenOf(await keyOf(api.db, 'olga'), 'rights grants');
    const unbound: [string, object, string?][] = [
      ['nothing', { ...good, denial: {} }],
      ['an evaluation alone', { ...good, denial: { evaluation_id: 'x' } }],
      ['another seal', { ...good, denial: { binding_token: `${header}.${said}.${seal!.slice(0, -3)}AAA` } }],
      ['other words', { ...good, denial: { binding_token: `${header}.${wider}.${seal}` } }],
      ['no algorithm', { ...good, denial: { binding_token: `${none}.${said}.` } }],
      ['more', { ...good, denial: { binding_token: `${binding_token}.x` } }],
      ['another logbook', { ...good, resource: { type: 'logbook', id: await api.logbook(COLLEGE, '6A', 'FRANC') } }],
      ['another person', { ...good, subject: { type: 'user', id: await module.sub('tom') } }],
      ['another module', { ...good }, theirs],
    ];
    for (const [what, body, token = tokens.olga] of unbound) {
      const answer = await api.ask(REQUESTS, { token, body });
      expect([what, answer.status, answer.body.type]).toEqual([what, 400, `${URN}invalid_denial_binding`]);
    }
    expect((await api.ask(REQUESTS, { token: tokens.tom, body: good })).body.code).toBe('not_allowed');
    const config = demoConfig({ secret: SECRET, database: ':memory:', port: 1 });
    expect(openBinding(config, binding_token, Date.now())).toMatchObject({ template: 'colleague', logbook: maths });
    expect(() => openBinding(config, binding_token, Date.now() + 11 * 60_000)).toThrow(
      expect.objectContaining({ code: 'denial_expired', status: 410 }),
    );
  });

  it.each<[string, object, string]>([
    ['many at once', { items: [] }, 'items'],
    ['a callback', { callback: { endpoint: 'https://module.example/' } }, 'callback'],
    ['another action', { action: { name: 'write' } }, 'action.name'],
    ['another type', { resource: { type: 'absence', id: 'x' } }, 'resource.type'],
    ['no denial', { denial: undefined }, 'denial'],
    ['a date that is none', { requested_access: { requested_until: 'demain' } }, 'requested_access.requested_until'],
    ['a motive that is none', { context: { motive: 5 } }, 'context.motive'],
  ])('400 for %s', async (_, wrong, member) => {
    const answer = await api.ask(REQUESTS, { token: tokens.olga, body: { ...(await submission('olga')), ...wrong } });
    expect([answer.status, answer.body.details]).toEqual([400, { member }]);
  });

  function soon(ms: number): string {
    return new Date(Date.now() + ms).toISOString();
  }
});
