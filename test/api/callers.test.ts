// Who may ask at all: every way of saying who one is, at every address, and what is refused before anything is read.
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMachineKey } from '../../src/oidc/machine-keys.ts';
import { COLLEGE } from '../cast.ts';
import { engines } from '../databases.ts';
import { basic } from '../oidc/harness.ts';
import { openApi, type Served } from './harness.ts';

const EVALUATION = '/access/v1/evaluation';
const addresses = [
  EVALUATION,
  '/access/v1/evaluations',
  '/access/v1/search/subject',
  '/access/v1/search/resource',
  '/access/v1/search/action',
];

/** What every address takes: a question for all five. */
const question = {
  subject: { type: 'user', id: 'x' },
  action: { name: 'read' },
  resource: { type: 'logbook', id: 'x' },
};

describe.each(engines)('callers of AuthZEN on $name', ({ open }) => {
  let api: Served;
  /** The headers of a module that may ask, by the way in which it says who it is. */
  let good: Record<'token' | 'basic' | 'key', string>;
  /** The same of a module that holds no scope for it. */
  let without: Record<'token' | 'basic' | 'key', string>;

  const ways = async (scopes: string[], scope: string) => {
    const registered = await api.house.module({ scopes: ['openid', ...scopes] });
    const { id } = registered.module;
    const { shown } = await addMachineKey(
      api.db,
      { client: id, label: 'Serveur', scopes: [scope] },
      { actor: 'test', at: Date.now() },
    );
    const module = api.moduleOf(registered);
    return {
      token: `Bearer ${await module.token(scope)}`,
      basic: basic(registered).authorization!,
      key: `Bearer ${shown}`,
    };
  };

  beforeAll(async () => {
    api = await openApi(open);
    good = await ways(['rights', 'logbooks'], 'rights');
    without = await ways(['logbooks'], 'logbooks');
  });
  afterAll(() => api.close());

  const ask = (path: string, authorization: string | undefined, body: unknown = question) =>
    api.ask(path, { method: 'POST', body, headers: { ...(authorization && { authorization }) } });

  it.each(['token', 'basic', 'key'] as const)('a module is let in everywhere by its %s', async (way) => {
    for (const path of addresses) expect((await ask(path, good[way])).status).toBe(200);
  });

  it.each(['token', 'basic', 'key'] as const)('403 by a %s without the scope, naming it', async (way) => {
    for (const path of addresses) {
      const { status, body, headers } = await ask(path, without[way]);
      expect([status, body.code, body.details]).toEqual([403, 'scope_missing', { scope: 'rights' }]);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="preau", error="insufficient_scope"');
    }
  });

  it('401 names both schemes, and an error for what was shown as a bearer only', async () => {
    const wrong = (header: string) => header.replace(/.{6}$/, 'AAAAAA');
    for (const [authorization, code, error] of [
      [undefined, 'token_missing', ''],
      ['Digest username="x"', 'token_missing', ''],
      ['Bearer nonsense', 'token_invalid', ', error="invalid_token"'],
      [wrong(good.token), 'token_invalid', ', error="invalid_token"'],
      [wrong(good.key), 'token_invalid', ', error="invalid_token"'],
      ['Bearer invalid-bogus-credential', 'token_invalid', ', error="invalid_token"'],
      [wrong(good.basic), 'credentials_invalid', ''],
      [`Basic ${Buffer.from('nobody:nothing').toString('base64')}`, 'credentials_invalid', ''],
    ] as const)
      for (const path of addresses) {
        const { status, body, headers } = await ask(path, authorization);
        expect([authorization, status, body.code]).toEqual([authorization, 401, code]);
        expect(headers.get('www-authenticate')).toBe(
          `Bearer realm="preau"${error}, Basic realm="preau", charset="UTF-8"`,
        );
        expect(headers.get('cache-control')).toBe('no-store');
      }
  });

  it('nothing else says who one is: neither the address, nor a cookie, nor two headers', async () => {
    const token = good.token.slice('Bearer '.length);
    expect((await ask(`${EVALUATION}?access_token=${token}`, undefined)).status).toBe(401);
    const cookie = await api.ask(EVALUATION, { method: 'POST', body: question, headers: { cookie: `token=${token}` } });
    expect(cookie.status).toBe(401);
    const key = await api.ask(EVALUATION, { method: 'POST', body: question, headers: { 'x-api-key': good.key } });
    expect(key.status).toBe(401);
  });

  it('who is not known is told so before anything is said of what was asked', async () => {
    for (const body of ['', '{', [], { subject: 5 }, 'x'.repeat(300_000)])
      for (const path of addresses) expect((await ask(path, undefined, body)).status).toBe(401);
  });

  it('405 for every other method, naming the one there is, whoever asks', async () => {
    for (const path of addresses)
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
        for (const authorization of [undefined, good.basic]) {
          const headers: Record<string, string> = authorization ? { authorization } : {};
          const answer = await api.ask(path, { method, headers });
          expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST']);
        }
  });

  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json-patch+json',
    'application/vnd.api+json',
    'json',
    '',
  ])('400 for the content type %j', async (type) => {
    for (const path of addresses) {
      const answer = await send(path, { 'content-type': type });
      expect([answer.status, answer.body.details]).toEqual([400, { member: 'Content-Type' }]);
    }
  });

  it('415 for a body that is packed in a way we do not open', async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'identity, gzip'])
      for (const path of addresses) {
        const answer = await send(path, { 'content-type': 'application/json', 'content-encoding': encoding });
        expect([encoding, answer.status, answer.body.code]).toEqual([encoding, 415, 'unsupported_media_type']);
      }
    const plain = await send(EVALUATION, { 'content-type': 'application/json', 'content-encoding': 'identity' });
    expect(plain.status).toBe(200);
  });

  it('the number of a request comes back on every answer, whatever it is', async () => {
    for (const [status, path, authorization, body] of [
      [200, EVALUATION, good.basic, question],
      [400, EVALUATION, good.basic, '{'],
      [401, EVALUATION, undefined, question],
      [403, EVALUATION, without.basic, question],
      [404, '/access/v1/nothing', good.basic, question],
      [413, EVALUATION, good.basic, 'x'.repeat(300_000)],
    ] as const) {
      const headers = { 'x-request-id': 'conformance-1b671a64', ...(authorization && { authorization }) };
      const answer = await api.ask(path, { method: 'POST', body, headers });
      expect([answer.status, answer.headers.get('x-request-id')]).toEqual([status, 'conformance-1b671a64']);
    }
  });

  it('a key and a secret open what their module serves, and nothing more', async () => {
    const maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    const registered = await api.house.module({ scopes: ['openid', 'rights'], schools: [COLLEGE] });
    const body = {
      subject: { type: 'user', id: await api.moduleOf(registered).sub('tom') },
      action: { name: 'write' },
      resource: { type: 'logbook', id: maths },
    };
    expect((await ask(EVALUATION, basic(registered).authorization, body)).body).toEqual({ decision: true });
    expect((await ask(EVALUATION, good.basic, body)).body).toEqual({ decision: false }); // another module's name for Tom
  });

  /** What fetch would not send: headers as they are. */
  function send(
    path: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; body: { [name: string]: unknown } }> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        new URL(path, api.origin),
        { method: 'POST', headers: { authorization: good.basic, ...headers } },
        async (response) => {
          let text = '';
          for await (const piece of response) text += piece;
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify(question));
    });
  }
});
