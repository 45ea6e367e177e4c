// Authorization API 1.0 (final), statement by statement: the section, what it asks of a PDP, what is sent, what comes back.
import { describe, expect, it } from 'vitest';
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

type Told = Awaited<ReturnType<typeof send>>;
type Expected = number | object | ((told: Told) => unknown);
/** The section, its statement, then where and what is sent, and what comes back: a status, a body with 200, or a look. */
type Row = readonly [
  section: string,
  statement: string,
  path: string,
  body: unknown,
  expected: Expected,
  headers?: Record<string, string>,
];

const [alice, bob] = [user('alice'), user('bob')];
const [read, write] = [act('read'), act('write')];
const one = record('record-1');
const whole = { subject: alice, action: read, resource: one };
const yes = { decision: true };
const no = { decision: false };
const of = (...decisions: boolean[]) => ({ evaluations: decisions.map((decision) => ({ decision })) });
const but = (members: object, body: object = whole) => ({ ...body, ...members });
const without = (name: string, body: object = whole) => ({ ...body, [name]: undefined });
const text = (body: object, find: string, put: string) => JSON.stringify(body).replace(find, put);
const semantic = (evaluations_semantic: unknown) => ({ options: { evaluations_semantic } });
const items = { subject: bob, resource: one, evaluations: [read, write, read].map((action) => ({ action })) };
const readers = { subject: { type: 'user' }, action: read, resource: one };
const records = { subject: alice, action: read, resource: { type: 'record' } };
const acts = { subject: alice, resource: one };
const spaced = (body: object) => JSON.stringify(body, null, 2).replaceAll('":', '"\n :');
const deep = (depth: number) =>
  text(but({ context: { deep: 'here' } }), '"here"', '['.repeat(depth) + ']'.repeat(depth));

const information: Row[] = [
  [
    '4',
    'an address says `v1`',
    EVALUATION,
    whole,
    ({ status }: Told) => expect([status, every.every((path) => path.includes('/v1/'))]).toEqual([200, true]),
  ],
  ['5.1', 'a subject has a `type`', EVALUATION, but({ subject: { id: 'alice' } }), 400],
  ['5.1', 'which is a string', EVALUATION, but({ subject: { type: 1, id: 'alice' } }), 400],
  ['5.1', 'a subject has an `id`', EVALUATION, but({ subject: { type: 'user' } }), 400],
  ['5.1', 'which is a string', EVALUATION, but({ subject: { type: 'user', id: null } }), 400],
  ['5.1', 'an `id` is scoped to its type', EVALUATION, but({ subject: { type: 'record', id: 'alice' } }), no],
  ['5.1', '`properties` are optional', EVALUATION, but({ subject: user('alice', {}) }), yes],
  ['5.1', 'and are an object', EVALUATION, but({ subject: { ...alice, properties: 'admin' } }), 400],
  [
    '5.1.1',
    'a property may be of any kind',
    EVALUATION,
    but({ subject: user('alice', { a: null, b: [1, { c: true }], d: 'x' }) }),
    yes,
  ],
  ['5.2', 'a resource has a `type`', EVALUATION, but({ resource: { id: 'record-1' } }), 400],
  ['5.2', 'which is a string', EVALUATION, but({ resource: { type: {}, id: 'record-1' } }), 400],
  ['5.2', 'a resource has an `id`', EVALUATION, but({ resource: { type: 'record' } }), 400],
  ['5.2', 'which is a string', EVALUATION, but({ resource: { type: 'record', id: 1 } }), 400],
  ['5.2', 'an `id` is scoped to its type', EVALUATION, but({ resource: { type: 'user', id: 'record-1' } }), no],
  ['5.2', '`properties` are an object', EVALUATION, but({ resource: { ...one, properties: [] } }), 400],
  [
    '5.2.1',
    'what is said of a resource counts',
    EVALUATION,
    but({ action: write, resource: record('record-1', { status: 'archived' }) }),
    no,
  ],
  ['5.3', 'an action has a `name`', EVALUATION, but({ action: {} }), 400],
  ['5.3', 'which is a string', EVALUATION, but({ action: { name: ['read'] } }), 400],
  ['5.3', '`properties` are an object', EVALUATION, but({ action: { name: 'read', properties: 5 } }), 400],
  ['5.3.1', 'what is said of an action counts', EVALUATION, but({ action: act('delete', { soft: true }) }), yes],
  [
    '5.4',
    'a context is optional',
    EVALUATION,
    but({ context: { time: '1985-10-26T01:22-07:00', schema: 'https://schema.example.com' } }),
    yes,
  ],
  ['5.4', 'and is an object', EVALUATION, but({ context: 'now' }), 400],
  ['5.5', 'a decision is a boolean: yes', EVALUATION, whole, yes],
  ['5.5', 'a decision is a boolean: no', EVALUATION, but({ subject: bob, action: write }), no],
];

const evaluation: Row[] = [
  ['6.1', 'a subject is required', EVALUATION, without('subject'), 400],
  ['6.1', 'an action is required', EVALUATION, without('action'), 400],
  ['6.1', 'a resource is required', EVALUATION, without('resource'), 400],
  ['7.1', 'without `evaluations`, as the single one', EVALUATIONS, whole, yes],
  ['7.1', 'with none in it, as the single one', EVALUATIONS, but({ evaluations: [] }), yes],
  ['7.1', 'and refused as it', EVALUATIONS, but({ evaluations: [], subject: undefined }), 400],
  ['7.1', '`evaluations` are an array', EVALUATIONS, but({ evaluations: {} }), 400],
  ['7.1', 'of objects', EVALUATIONS, but({ evaluations: ['x'] }), 400],
  [
    '7.1',
    'what every item has need not be at the top',
    EVALUATIONS,
    { evaluations: [whole, but({ subject: bob, action: write })] },
    of(true, false),
  ],
  ['7.1.1', 'the top is the default of every item', EVALUATIONS, but({ evaluations: [{}, {}] }), of(true, true)],
  [
    '7.1.1',
    'an item overrides it',
    EVALUATIONS,
    but({ subject: bob, action: write, evaluations: [{ action: read }, { subject: alice }, {}] }),
    of(true, true, false),
  ],
  [
    '7.1.1',
    'whole, not member by member',
    EVALUATIONS,
    but({ action: write, resource: record('record-1', { status: 'archived' }), evaluations: [{ resource: one }, {}] }),
    of(true, false),
  ],
  [
    '7.1.1',
    'a context too',
    EVALUATIONS,
    but({ context: { a: 1 }, evaluations: [{ context: { b: 2 } }, {}] }),
    of(true, true),
  ],
  [
    '7.1.1',
    'what is nowhere is no: a subject',
    EVALUATIONS,
    but({ subject: undefined, evaluations: [{ subject: alice }, {}] }),
    of(true, false),
  ],
  ['7.1.1', 'an action', EVALUATIONS, but({ action: undefined, evaluations: [{}, { action: read }] }), of(false, true)],
  [
    '7.1.1',
    'a resource',
    EVALUATIONS,
    but({ resource: undefined, evaluations: [{}, { resource: one }] }),
    of(false, true),
  ],
  ['7.1.2', '`options` are an object', EVALUATIONS, but({ evaluations: [{}], options: [] }), 400],
  [
    '7.1.2',
    'of which others may be there',
    EVALUATIONS,
    but({ evaluations: [{}], options: { another_option: 'value' } }),
    of(true),
  ],
  ['7.1.2.1', 'all are executed when nothing is said', EVALUATIONS, items, of(true, false, true)],
  ['7.1.2.1', 'or when it is said', EVALUATIONS, but(semantic('execute_all'), items), of(true, false, true)],
  ['7.1.2.1', 'up to the first no', EVALUATIONS, but(semantic('deny_on_first_deny'), items), of(true, false)],
  [
    '7.1.2.1',
    'a failure is a no',
    EVALUATIONS,
    but({ ...semantic('deny_on_first_deny'), evaluations: [{ action: 5 }, { action: read }] }, items),
    of(false),
  ],
  ['7.1.2.1', 'up to the first yes', EVALUATIONS, but(semantic('permit_on_first_permit'), items), of(true)],
  ['7.1.2.1', 'nothing but these three', EVALUATIONS, but(semantic('first_come'), items), 400],
  ['7.1.2.1', 'whatever its type', EVALUATIONS, but(semantic(null), items), 400],
  ['7.2', 'as many, in their order, and no decision at the top', EVALUATIONS, items, of(true, false, true)],
  [
    '7.2.1',
    'what is wrong in one is a no in its place',
    EVALUATIONS,
    but({ evaluations: [{}, { subject: 'x' }, { resource: { id: 1 } }, {}] }),
    of(true, false, false, true),
  ],
  ['7.2.1', 'what is wrong in all is an error', EVALUATIONS, but({ evaluations: [{}], subject: 'x' }), 400],
];

const searches: Row[] = [
  ['8', 'what is searched for needs no `id`: a subject', SUBJECT, readers, { results: [alice, bob] }],
  ['8', 'a resource', RESOURCE, records, { results: [one, record('record-2')] }],
  ['8', 'an action', ACTION, acts, { results: [read, write] }],
  ['8.2.1', '`page` is an object', SUBJECT, but({ page: 'x' }, readers), 400],
  ['8.2.1', '`token` is a string', SUBJECT, but({ page: { token: 5 } }, readers), 400],
  ['8.2.1', 'one that we gave', SUBJECT, but({ page: { token: 'x' } }, readers), 400],
  ['8.2.1', '`limit` is a whole number', SUBJECT, but({ page: { limit: 1.5 } }, readers), 400],
  ['8.2.1', 'not below 0', SUBJECT, but({ page: { limit: -1 } }, readers), 400],
  [
    '8.2.1',
    'which is the most that is told',
    SUBJECT,
    but({ page: { limit: 1 } }, readers),
    ({ body }: Told) => expect(body.results).toEqual([alice]),
  ],
  [
    '8.2.1',
    '0 among them',
    SUBJECT,
    but({ page: { limit: 0 } }, readers),
    ({ body }: Told) => expect([body.results, body.page.total]).toEqual([[], 2]),
  ],
  ['8.2.1', '`properties` are an object', SUBJECT, but({ page: { properties: 'name' } }, readers), 400],
  [
    '8.2.1',
    'and may say anything',
    SUBJECT,
    but({ page: { properties: { sort: 'name' } } }, readers),
    ({ body }: Told) => expect(body.results).toEqual([alice, bob]),
  ],
  [
    '8.2.2',
    'what is not all of it has a token',
    SUBJECT,
    but({ page: { limit: 1 } }, readers),
    ({ body }: Told) => expect(body.page).toEqual({ next_token: expect.stringMatching(/./), count: 1, total: 2 }),
  ],
  [
    '8.2.2',
    'what is has an empty one',
    SUBJECT,
    but({ page: { limit: 2 } }, readers),
    ({ body }: Told) => expect(body.page).toEqual({ next_token: '', count: 2, total: 2 }),
  ],
  [
    '8.3',
    '`page` comes first',
    SUBJECT,
    but({ page: { limit: 1 } }, readers),
    ({ body }: Told) => expect(Object.keys(body)).toEqual(['page', 'results']),
  ],
  [
    '8.3',
    '`results` are there when nothing is found',
    SUBJECT,
    but({ resource: record('none') }, readers),
    { results: [] },
  ],
  [
    '8.3',
    'of the type that is searched for only',
    SUBJECT,
    but({ subject: { type: 'record' } }, readers),
    { results: [] },
  ],
  ['8.3', 'whatever is said of a stranger', ACTION, but({ subject: user('nobody') }, acts), { results: [] }],
  ['8.4.1', 'a subject has a `type`', SUBJECT, but({ subject: {} }, readers), 400],
  ['8.4.1', 'its `id` is ignored', SUBJECT, but({ subject: bob }, readers), { results: [alice, bob] }],
  ['8.4.1', 'of any kind', SUBJECT, but({ subject: { type: 'user', id: 5 } }, readers), { results: [alice, bob] }],
  ['8.4.1', 'an action is required', SUBJECT, without('action', readers), 400],
  ['8.4.1', 'a resource is required', SUBJECT, without('resource', readers), 400],
  ['8.4.1', 'whole', SUBJECT, but({ resource: { type: 'record' } }, readers), 400],
  [
    '8.4.1',
    'a context is optional',
    SUBJECT,
    but({ context: { time: '2024-10-26T01:22-07:00' } }, readers),
    { results: [alice, bob] },
  ],
  ['8.5.1', 'a resource has a `type`', RESOURCE, but({ resource: {} }, records), 400],
  [
    '8.5.1',
    'its `id` is ignored',
    RESOURCE,
    but({ resource: record('none') }, records),
    { results: [one, record('record-2')] },
  ],
  ['8.5.1', 'a subject is required', RESOURCE, without('subject', records), 400],
  ['8.5.1', 'whole', RESOURCE, but({ subject: { type: 'user' } }, records), 400],
  ['8.5.1', 'an action is required', RESOURCE, without('action', records), 400],
  ['8.6.1', 'a subject is required', ACTION, without('subject', acts), 400],
  ['8.6.1', 'a resource is required', ACTION, without('resource', acts), 400],
  [
    '8.6.1',
    'an action that is sent is ignored',
    ACTION,
    but({ action: { name: 5 } }, acts),
    { results: [read, write] },
  ],
];

const transport: Row[] = [
  ['10.1', 'the type of the body is said', EVALUATION, whole, 400, { 'content-type': 'text/plain' }],
  ['10.1', 'with a charset or without', EVALUATION, whole, yes, { 'content-type': 'Application/JSON; charset=UTF-8' }],
  [
    '10.1',
    'an answer is JSON',
    EVALUATION,
    whole,
    ({ headers }: Told) => expect(headers.get('content-type')).toMatch(/^application\/json/),
  ],
  ['10.1.1', 'the body is an object', EVALUATION, [whole], 400],
  ['10.1.1', 'not a text', EVALUATION, '"x"', 400],
  ['10.1.1', 'nor nothing', EVALUATION, 'null', 400],
  ['10.1.1', 'well formed', EVALUATION, '{"subject":', 400],
  ['10.1.1', 'what is unknown is ignored: at the top', EVALUATION, but({ foo: 'bar', future: { nested: true } }), yes],
  ['10.1.1', 'in an entity', EVALUATION, but({ subject: { ...alice, role: 'none' } }), yes],
  ['10.1.1', 'in an item', EVALUATIONS, but({ evaluations: [{ foo: 1 }] }), of(true)],
  [
    '10.1.1',
    'in a page',
    SUBJECT,
    but({ page: { limit: 5, other: 1 } }, readers),
    ({ body }: Told) => expect(body.results).toEqual([alice, bob]),
  ],
  [
    '10.1.1',
    'members come in any order',
    EVALUATION,
    { resource: { id: 'record-1', type: 'record' }, action: read, subject: { id: 'alice', type: 'user' } },
    yes,
  ],
  ['10.1.2', 'a no is no error', EVALUATION, but({ subject: user('nobody') }), no],
  [
    '10.1.2',
    'an error says what is wrong',
    EVALUATION,
    {},
    ({ status, body }: Told) =>
      expect([status, body.status, body.detail]).toEqual([400, 400, expect.stringMatching(/`subject`/)]),
  ],
  ['10.1.2', '401 for who is not known', EVALUATION, whole, 401, { authorization: 'Bearer nobody' }],
  [
    '10.1.3',
    'the number of a request comes back',
    EVALUATION,
    whole,
    ({ headers }: Told) => expect(headers.get('x-request-id')).toBe('bfe9eb29-ab87-4ca3-be83-a1d5d8305716'),
    { 'x-request-id': 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716' },
  ],
  [
    '10.1.3',
    'any text as it is',
    EVALUATION,
    whole,
    ({ headers }: Told) => expect(headers.get('x-request-id')).toBe('{"trace": [1, "a b"]} <x>; q=%'),
    { 'x-request-id': '{"trace": [1, "a b"]} <x>; q=%' },
  ],
  [
    '10.1.3',
    'on errors too',
    EVALUATION,
    '{',
    ({ status, headers }: Told) => expect([status, headers.get('x-request-id')]).toEqual([400, 'no. 7 (again)']),
    { 'x-request-id': 'no. 7 (again)' },
  ],
  [
    '10.1.3',
    'and to who is not known',
    EVALUATION,
    whole,
    ({ status, headers }: Told) => expect([status, headers.get('x-request-id')]).toEqual([401, 'no. 8']),
    { 'x-request-id': 'no. 8', authorization: '' },
  ],
  [
    '10.1.3',
    'one that is not sent is made',
    EVALUATION,
    whole,
    ({ headers }: Told) => expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/),
  ],
];

const security: Row[] = [
  ['11.2', 'who asks is known', EVALUATION, whole, 401, { authorization: '' }],
  [
    '11.3',
    '401 says how to be',
    EVALUATION,
    whole,
    ({ status, headers }: Told) =>
      expect([status, headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/^Bearer realm="[^"]+", Basic realm="/),
      ]),
    { authorization: '' },
  ],
  ['11.5', 'a letter that is none names nobody', EVALUATION, text(whole, 'alice', 'alice\\ud800'), no],
  [
    '11.5',
    'a name comes once: at the top',
    EVALUATION,
    text(whole, '{', '{"subject":{"type":"user","id":"bob"},'),
    400,
  ],
  ['11.5', 'in an entity', EVALUATION, text(whole, '"id":"alice"', '"id":"bob","id":"alice"'), 400],
  ['11.5', 'however it is written', EVALUATION, text(whole, '"id":"alice"', '"\\u0069d":"bob","id":"alice"'), 400],
  [
    '11.5',
    'wherever it is',
    EVALUATION,
    text(but({ context: { a: [{ b: 0 }] } }), '"b":0', '"b":0,"c":":","b":0'),
    400,
  ],
  [
    '11.5',
    'in an item',
    EVALUATIONS,
    text(but({ evaluations: [{ action: read }] }), '[{', '[{"action":{"name":"write"},'),
    400,
  ],
  ['11.5', 'in a search', SUBJECT, text(readers, '"name"', '"name":"write","name"'), 400],
  ['11.5', 'however it is spaced', EVALUATION, spaced(whole).replace('{', '{"subject"\t:{"type" : "user"},'), 400],
  ['11.5', 'which changes nothing else', EVALUATION, spaced(whole), yes],
  [
    '11.5',
    'not so in different objects, nor in texts',
    EVALUATION,
    but({ context: { a: { id: ':"{' }, b: [{ id: '\\": :' }, { id: '\\' }], ':': ':' } }),
    yes,
  ],
  [
    '11.5',
    'a name of the language is one like another',
    EVALUATION,
    text(but({ context: {} }), '"context":{', '"context":{"__proto__":{"a":1},"constructor":2'),
    yes,
  ],
  ['11.5', 'null says nothing of an entity', EVALUATION, but({ subject: { ...alice, properties: null } }), yes],
  ['11.7', 'nothing is too deep', EVALUATION, deep(60_000), yes],
  ['11.7', 'a body has an end', EVALUATION, but({ context: { a: 'x'.repeat(300_000) } }), 413],
  ['11.7', 'a batch too', EVALUATIONS, but({ evaluations: Array.from({ length: 501 }, () => ({})) }), 400],
];

describe.each([
  ['the information model', information],
  ['evaluations', evaluation],
  ['searches', searches],
  ['the transport', transport],
  ['security', security],
])('Authorization API 1.0: %s', (_, rows) => {
  const asked = rows.map(([section, statement, path, body, expected, headers]) => ({
    section,
    statement,
    path,
    body,
    expected,
    headers,
  }));
  it.each(asked)('$section: $statement', async ({ path, body, expected, headers }) => {
    const told = await send(path, body, headers);
    if (typeof expected === 'function') await expected(told);
    else if (typeof expected === 'number') expect(told.status).toBe(expected);
    else expect([told.status, told.body]).toEqual([200, expected]);
    expect(told.headers.get('x-request-id')).toMatch(/./);
  });
});

describe('Authorization API 1.0: what takes more than one request', () => {
  it('8.1: what a search finds, an evaluation allows, and what it does not, it denies', async () => {
    const [subjects, resources] = [
      [alice, bob, user('carol')],
      [one, record('record-2'), record('101')],
    ];
    for (const action of [read, write, act('view'), act('delete')])
      for (const resource of resources) {
        const { results } = (await send(SUBJECT, { ...readers, action, resource })).body;
        for (const subject of subjects) {
          const { decision } = (await send(EVALUATION, { subject, action, resource })).body;
          expect([subject, action, resource, decision]).toEqual([
            subject,
            action,
            resource,
            results.some(({ id }: { id: string }) => id === subject.id),
          ]);
        }
      }
  });

  it('8.2: a token goes on with the same request, and with no other', async () => {
    const asked = { ...readers, page: { limit: 1, properties: { sort: 'name', beside: [1] } } };
    const { next_token: token } = (await send(SUBJECT, asked)).body.page;
    for (const page of [
      { token },
      { token, limit: 1 },
      { token, properties: { beside: [1], sort: 'name' } },
      { ...asked.page, token },
    ])
      expect((await send(SUBJECT, { ...readers, page })).body.results).toEqual([bob]);
    for (const body of [
      { ...readers, action: write },
      { ...readers, resource: record('record-2') },
      { ...readers, subject: { type: 'record' } },
      { ...readers, context: { time: 'later' } },
      { ...readers, page: { limit: 2 } },
      { ...readers, page: { properties: { sort: 'date' } } },
      { ...readers, page: { properties: {} } },
    ])
      expect((await send(SUBJECT, { ...body, page: { ...('page' in body ? body.page : {}), token } })).status).toBe(
        400,
      );
    expect((await send(RESOURCE, { ...records, page: { token } })).status).toBe(400);
  });

  it('8.2: properties that come with the second page are another request', async () => {
    const { next_token: token } = (await send(SUBJECT, { ...readers, page: { limit: 1 } })).body.page;
    const { status, body } = await send(SUBJECT, { ...readers, page: { token, properties: { sort: 'name' } } });
    expect([status, body.details]).toEqual([400, { member: 'page.properties' }]);
  });

  it('9: the metadata is asked for by GET, is JSON, may be kept for a while, and says nothing empty', async () => {
    const answer = await fetch(new URL('/.well-known/authzen-configuration', fixture().address));
    const told = (await answer.json()) as Record<string, string>;
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
      expect.stringMatching(/max-age=\d+/),
    ]);
    expect(told.policy_decision_point).toBe(fixture().address);
    expect(new URL(told.policy_decision_point!)).toMatchObject({ search: '', hash: '' });
    expect(Object.values(told).filter((value) => value === '' || value === null)).toEqual([]);
    for (const [name, path] of [
      ['access_evaluation_endpoint', EVALUATION],
      ['access_evaluations_endpoint', EVALUATIONS],
      ['search_subject_endpoint', SUBJECT],
      ['search_resource_endpoint', RESOURCE],
      ['search_action_endpoint', ACTION],
    ] as const)
      expect(told[name]).toBe(`${fixture().address}${path}`);
    const posted = await fetch(new URL('/.well-known/authzen-configuration', fixture().address), { method: 'POST' });
    expect(posted.status).toBe(405);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('10.1: requests are made by POST, not by %s', async (method) => {
    for (const path of every) {
      const { status, headers } = await send(path, whole, {}, method);
      expect([path, status, headers.get('allow')]).toEqual([path, 405, 'POST']);
    }
  });

  it('10.1.3: a number as long as a page is not one', async () => {
    const { headers } = await send(EVALUATION, whole, { 'x-request-id': 'x'.repeat(900) });
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    const long = 'x'.repeat(512);
    expect((await send(EVALUATION, whole, { 'x-request-id': long })).headers.get('x-request-id')).toBe(long);
  });
});
