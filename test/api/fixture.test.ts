// The fixture of the certification over the whole wire: its policy beyond what the plans ask; and the command that starts it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { fixtureCommand, openFixture } from '../../src/api/fixture/fixture.ts';
import { preau } from '../command.ts';
import {
  ACTION,
  act,
  EVALUATION,
  EVALUATIONS,
  every,
  RESOURCE,
  record,
  SUBJECT,
  useFixture,
  user,
} from './scenarios.ts';

const { fixture, send } = useFixture();
const archived = { status: 'archived' };
const admin = { role: 'admin' };

describe('the certification of PDPs: decisions', () => {
  it.each<[string, object, object, object, boolean, object?]>([
    ['1: Alice reads', user('alice'), act('read'), record('record-1'), true],
    ['2: Alice writes', user('alice'), act('write'), record('record-1'), true],
    ['3: Bob reads', user('bob'), act('read'), record('record-1'), true],
    ['4: Bob does not write', user('bob'), act('write'), record('record-1'), false],
    ['5: Alice does not write what is archived', user('alice'), act('write'), record('record-2', archived), false],
    ['6: an administrator does', user('bob', admin), act('write'), record('record-2', archived), true],
    ['7: Alice removes softly', user('alice'), act('delete', { soft: true }), record('record-1'), true],
    ['8: Alice does not remove for good', user('alice'), act('delete', { soft: false }), record('record-1'), false],
    ['a removal that does not say', user('alice'), act('delete'), record('record-1'), false],
    ['a text is not a boolean', user('alice'), act('delete', { soft: 'true' }), record('record-1'), false],
    [
      'other properties change nothing',
      user('alice', { department: 'Sales', role: 'manager' }),
      act('read', { method: 'GET' }),
      record('record-1', { status: 'active', owner: 'bob' }),
      true,
    ],
    [
      'a context changes nothing',
      user('alice'),
      act('read'),
      record('record-1'),
      true,
      { time: '2025-06-27T18:03-07:00' },
    ],
    ['what is said of the record is believed', user('alice'), act('write'), record('record-1', archived), false],
    ['what is not said is known', user('bob'), act('write'), record('record-2'), true],
    ['a stranger', user('carl'), act('read'), record('record-1'), false],
    ['another record', user('alice'), act('read'), record('record-3'), false],
    ['another case', user('Alice'), act('read'), record('record-1'), false],
    ['a name of the language', user('constructor'), act('toString'), record('__proto__'), false],
  ])('%s', async (_, subject, action, resource, decision, context) => {
    const body = { subject, action, resource, ...(context && { context }), foo: 'bar', futureField: { nested: true } };
    const answer = await send(EVALUATION, body);
    expect([answer.status, answer.body]).toEqual([200, { decision }]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect((await send(EVALUATIONS, body)).body).toEqual({ decision });
    expect((await send(EVALUATIONS, { ...body, evaluations: [] })).body).toEqual({ decision });
  });

  it('the same question has the same answer, again and again', async () => {
    const body = { subject: user('alice'), action: act('read'), resource: record('record-1') };
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(EVALUATION, body)));
    expect(new Set(answers.map((one) => JSON.stringify(one.body)))).toEqual(new Set(['{"decision":true}']));
  });
});

describe('the certification of PDPs: batches', () => {
  const decisions = async (body: object) => {
    const answer = await send(EVALUATIONS, body);
    expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['evaluations']]);
    return answer.body.evaluations.map((one: { decision: boolean }) => one.decision);
  };

  it.each<[string, object, boolean[]]>([
    [
      'take from the top what they do not say',
      {
        subject: user('alice'),
        action: act('read'),
        evaluations: [{ resource: record('record-1') }, { resource: record('record-2') }],
      },
      [true, true],
    ],
    [
      'are answered in their order',
      {
        subject: user('bob'),
        resource: record('record-1'),
        evaluations: [{ action: act('read') }, { action: act('write') }],
      },
      [true, false],
    ],
    [
      'go each by its own properties',
      {
        subject: user('alice'),
        action: act('write'),
        evaluations: [
          { resource: record('record-1', { status: 'active' }) },
          { resource: record('record-2', archived) },
          { resource: { id: 'record-2', type: 'record', properties: { status: 'active' } } },
        ],
      },
      [true, false, true],
    ],
    [
      'go each by its own subject',
      {
        action: act('write'),
        resource: record('record-2', archived),
        evaluations: [{ subject: user('alice') }, { subject: user('bob', admin) }],
      },
      [false, true],
    ],
    [
      'may say everything',
      {
        evaluations: [
          { subject: user('alice'), action: act('read'), resource: record('record-1') },
          { subject: user('bob'), action: act('write'), resource: record('record-1') },
        ],
      },
      [true, false],
    ],
    [
      'take a context each',
      {
        subject: user('alice'),
        action: act('read'),
        context: { time: '2025-06-27T18:03-07:00' },
        evaluations: [
          { resource: record('record-1') },
          { resource: record('record-2'), context: { time: '2025-06-27T19:00-07:00', source: 'batch-override' } },
        ],
      },
      [true, true],
    ],
    [
      'complete what is incomplete, and nothing but what lacks',
      {
        subject: user('alice'),
        action: act('write'),
        resource: { type: 'record', properties: { status: 'archived' } },
        evaluations: [
          { resource: { id: 'record-1', properties: { status: 'active' } } },
          { resource: record('record-2', archived) },
          { resource: { id: 'record-1' } },
        ],
      },
      [true, false, true],
    ],
    [
      'prefer their own',
      {
        subject: user('bob'),
        action: act('write'),
        resource: record('record-1'),
        evaluations: [{ action: act('read') }, {}],
      },
      [true, false],
    ],
    [
      'deny in its place what cannot be resolved',
      {
        subject: user('alice'),
        action: act('read'),
        evaluations: [{ resource: record('record-1') }, {}, { resource: record('record-1') }],
      },
      [true, false, true],
    ],
  ])('%s', async (_, body, expected) => {
    expect(await decisions(body)).toEqual(expected);
    const options = { evaluations_semantic: 'execute_all' };
    expect(await decisions({ ...body, options })).toEqual(expected);
  });

  it('stop where their semantics say', async () => {
    const items = ['read', 'write', 'read'].map((name) => ({ action: act(name) }));
    const of = (evaluations_semantic: string, evaluations: object[]) =>
      decisions({
        subject: user('bob'),
        resource: record('record-1'),
        evaluations,
        options: { evaluations_semantic },
      });
    expect(await of('deny_on_first_deny', items)).toEqual([true, false]);
    expect(await of('permit_on_first_permit', items.slice(1))).toEqual([false, true]);
    expect(await of('permit_on_first_permit', items)).toEqual([true]);
    const unknown = { evaluations: items, options: { evaluations_semantic: 'on_a_whim' } };
    expect((await send(EVALUATIONS, unknown)).status).toBe(400);
  });
});

describe('the certification of PDPs: searches', () => {
  it.each<[string, string, object, object[]]>([
    [
      'who may read',
      SUBJECT,
      { subject: { type: 'user' }, action: act('read'), resource: record('record-1') },
      [user('alice'), user('bob')],
    ],
    [
      'who may write what is said to be archived',
      SUBJECT,
      { subject: { type: 'user' }, action: act('write'), resource: record('record-2', archived) },
      [user('bob')],
    ],
    [
      'which ones Alice may read',
      RESOURCE,
      { subject: user('alice'), action: act('read'), resource: { type: 'record' } },
      [record('record-1'), record('record-2')],
    ],
    [
      'which ones an administrator may write',
      RESOURCE,
      { subject: user('bob', admin), action: act('write'), resource: { type: 'record' } },
      [record('record-2')],
    ],
    [
      'what Alice may do',
      ACTION,
      { subject: user('alice'), resource: record('record-1') },
      [act('read'), act('write')],
    ],
    [
      'what an administrator may do',
      ACTION,
      { subject: user('bob', admin), resource: record('record-2', archived) },
      [act('read'), act('write')],
    ],
    ['a stranger finds nothing', ACTION, { subject: user('nonexistent-user'), resource: record('record-1') }, []],
    [
      'a strange type finds nothing',
      SUBJECT,
      { subject: { type: 'spaceship' }, action: act('read'), resource: record('record-1') },
      [],
    ],
  ])('%s', async (_, path, body, results) => {
    const more = { context: { time: '2025-06-27T18:03-07:00' }, foo: 'bar' };
    for (const asked of [body, { ...body, ...more }])
      expect([(await send(path, asked)).status, (await send(path, asked)).body]).toEqual([200, { results }]);
  });

  it('ignore the id of what is searched for, and an action among actions', async () => {
    const ids = { subject: user('bob'), action: act('write'), resource: record('record-1') };
    expect((await send(SUBJECT, ids)).body).toEqual({ results: [user('alice')] });
    expect((await send(RESOURCE, ids)).body).toEqual({ results: [record('record-2')] });
    expect((await send(ACTION, ids)).body).toEqual({ results: [act('read')] });
  });

  it('go on page by page until the token is empty', async () => {
    const body = { subject: { type: 'user' }, action: act('read'), resource: record('record-1') };
    const first = await send(SUBJECT, { ...body, page: { limit: 1, unknown: true } });
    expect(Object.keys(first.body)).toEqual(['page', 'results']);
    expect(first.body).toEqual({
      page: { next_token: expect.stringMatching(/./), count: 1, total: 2 },
      results: [user('alice')],
    });
    const second = await send(SUBJECT, { ...body, page: { token: first.body.page.next_token } });
    expect(second.body).toEqual({ page: { next_token: '', count: 1, total: 2 }, results: [user('bob')] });
    const counted = await send(SUBJECT, { ...body, page: { limit: 0 } });
    expect(counted.body).toMatchObject({ page: { count: 0, total: 2 }, results: [] });
  });
});

describe('the certification of PDPs: who asks', () => {
  const whole = { subject: user('alice'), action: act('read'), resource: record('record-1') };

  it('401 for credentials that are missing or wrong, as a bearer or as `certification`', async () => {
    const key = fixture().authorization!.slice('Bearer '.length);
    const pair = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    for (const path of every) {
      expect((await send(path, whole, { authorization: pair('certification', key) })).status).toBe(200);
      for (const authorization of [
        '',
        'Bearer invalid-bogus-credential',
        `Bearer ${key}x`,
        pair('certification', 'invalid-bogus-credential'),
        pair('somebody', key),
        pair('certification', ''),
        `Digest ${key}`,
      ]) {
        const answer = await send(path, whole, { authorization });
        expect([authorization, answer.status]).toEqual([authorization, 401]);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      }
    }
  });
});

describe('the command', () => {
  it('prints its address and the line to send, answers, and ends when it is asked to', async () => {
    const child = spawn(process.execPath, preau('authzen-fixture', '--port', '0'), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) if (lines.push(line) === 2) break;
    const [address = '', authorization = ''] = lines;
    expect(authorization).toMatch(/^authorization: Bearer [\w-]{32}$/);
    const answer = await fetch(`${address}${EVALUATION}`, {
      method: 'POST',
      headers: { authorization: authorization.slice('authorization: '.length), 'content-type': 'application/json' },
      body: JSON.stringify({ subject: user('alice'), action: act('read'), resource: record('record-1') }),
    });
    expect(await answer.json()).toEqual({ decision: true });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('asks nobody who they are when it is started open, and takes the address of a proxy', async () => {
    const open = await openFixture({ port: 0, open: true });
    const body = JSON.stringify({ subject: user('bob'), action: act('read'), resource: record('record-1') });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${open.address}${EVALUATION}`, { method: 'POST', headers, body });
    expect([open.authorization, await answer.json()]).toEqual([undefined, { decision: true }]);
    await open.close();
    const behind = await openFixture({ port: 0, address: 'https://pdp.example' });
    expect(behind.address).toBe('https://pdp.example');
    await behind.close();
  });

  it.each([
    ['--port', 'x'],
    ['--port', '70000'],
    ['--address', 'pdp.example'],
    ['--address', 'https://pdp.example/base'],
    ['--colour'],
    ['more'],
  ])('refuses %s %s', async (...args) => {
    await expect(fixtureCommand({ args, print: () => undefined })).rejects.toMatchObject({ code: 'bad_argument' });
  });
});
