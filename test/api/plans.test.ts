// The OpenID Foundation's plans for AuthZEN PDPs (evaluation, batch, the three searches), module by module, against the fixture.
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

/** One module: what is sent, and what must come back. */
interface Module {
  readonly name: string;
  readonly path: string;
  readonly body: unknown;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The statuses that will do. */
  readonly status?: readonly number[];
  readonly answer?: (body: Record<string, unknown>, headers: Headers) => void;
}

const alice = user('alice');
const bob = user('bob');
const admin = user('bob', { role: 'admin' });
const [read, write] = [act('read'), act('write')];
const [one, two] = [record('record-1'), record('record-2')];
const active = record('record-1', { status: 'active' });
const archived = record('record-2', { status: 'archived' });
const whole = { subject: alice, action: read, resource: one };
const more = { foo: 'bar', futureField: { nested: true } };
const odd = { customAttr: 'ignored', anotherUnknown: { k: 'v' } };
const context = { time: '2025-06-27T18:03-07:00', ip: '192.168.1.1' };

const decides =
  (decision: boolean): Module['answer'] =>
  (body) =>
    expect(body).toEqual({ decision });
const decideAll =
  (...decisions: boolean[]): Module['answer'] =>
  (body) =>
    expect(body).toEqual({ evaluations: decisions.map((decision) => ({ decision })) });
const finds =
  (...results: object[]): Module['answer'] =>
  (body) => {
    expect(body.results).toEqual(expect.arrayContaining(results));
    expect(['page', 'results']).toEqual(expect.arrayContaining(Object.keys(body)));
  };
const nothing: Module['answer'] = (body) => expect(body).toEqual({ results: [] });

const row =
  (path: string) =>
  (name: string, body: unknown, asked: Module['answer'] | Omit<Module, 'name' | 'path' | 'body'>): Module =>
    typeof asked === 'function' ? { name, path, body, answer: asked } : { name, path, body, ...asked };

const REFUSED = { status: [400] };
const without = (name: keyof typeof whole, body: object = whole) => ({ ...body, [name]: undefined });

/** A body that each address takes, and the answer to it: for what is asked of all of them alike. */
const valid: Readonly<Record<string, readonly [body: object, answer: NonNullable<Module['answer']>]>> = {
  [EVALUATION]: [whole, decides(true)!],
  [EVALUATIONS]: [
    { subject: bob, resource: one, evaluations: [{ action: read }, { action: write }] },
    decideAll(true, false)!,
  ],
  [SUBJECT]: [{ ...whole, subject: { type: 'user' } }, finds(alice, bob)!],
  [RESOURCE]: [{ ...whole, resource: { type: 'record' } }, finds(one)!],
  [ACTION]: [without('action'), finds(read, write)!],
};

const ID = 'conformance-3f0e8c0a-3e19-4d0c-a2a9-0f1d8f0f4a11';

/** Those that every plan has. */
function common(path: string): Module[] {
  const [body, answer] = valid[path]!;
  const is = row(path);
  const echoed: Module['answer'] = (told, headers) => {
    expect(headers.get('x-request-id')).toBe(ID);
    answer(told, headers);
  };
  return [
    is('x-request-id-echoed', body, { headers: { 'x-request-id': ID }, answer: echoed }),
    is('reject-get-method', body, { method: 'GET', status: [400, 405] }),
    is('reject-put-method', body, { method: 'PUT', status: [400, 405] }),
    is('reject-top-level-array', [body], REFUSED),
    is('reject-non-json-content-type', body, { headers: { 'content-type': 'text/plain' }, status: [400, 415] }),
    is('accept-content-type-with-charset', body, {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      answer,
    }),
    is('reject-malformed-json', '{ "subject": { "type": "user", ', REFUSED),
    is('reject-empty-body', '', REFUSED),
    is('unknown-top-level-fields-ignored', { ...body, ...more }, answer),
  ];
}

const evaluation = row(EVALUATION);
const batch = row(EVALUATIONS);
const subjects = row(SUBJECT);
const resources = row(RESOURCE);
const actions = row(ACTION);
const ofSubjects = { subject: { type: 'user' }, action: read, resource: one };
const ofResources = { subject: alice, action: read, resource: { type: 'record' } };
const ofActions = { subject: alice, resource: one };
const options = (evaluations_semantic: string) => ({ options: { evaluations_semantic } });

const plans: Readonly<Record<string, readonly Module[]>> = {
  evaluation: [
    evaluation('fixture-request-permit-decision', whole, decides(true)),
    evaluation('fixture-request-deny-decision', { ...whole, subject: bob, action: write }, decides(false)),
    evaluation('request-with-optional-context', { ...whole, context }, decides(true)),
    evaluation(
      'request-with-additional-properties',
      {
        subject: user('alice', { department: 'Sales', role: 'manager' }),
        action: act('read', { method: 'GET' }),
        resource: record('record-1', { status: 'active', owner: 'bob' }),
      },
      decides(true),
    ),
    evaluation('request-with-unknown-fields', { ...whole, ...more }, decides(true)),
    evaluation('deny-based-on-properties', { subject: alice, action: write, resource: archived }, decides(false)),
    evaluation(
      'permit-based-on-subject-properties',
      { subject: admin, action: write, resource: archived },
      decides(true),
    ),
    evaluation('permit-based-on-action-properties', { ...whole, action: act('delete', { soft: true }) }, decides(true)),
    evaluation('deny-based-on-action-properties', { ...whole, action: act('delete', { soft: false }) }, decides(false)),
    evaluation('missing-subject', without('subject'), REFUSED),
    evaluation('missing-action', without('action'), REFUSED),
    evaluation('missing-resource', without('resource'), REFUSED),
    evaluation('subject-missing-type', { ...whole, subject: { id: 'alice' } }, REFUSED),
    evaluation('subject-missing-id', { ...whole, subject: { type: 'user' } }, REFUSED),
    evaluation('action-missing-name', { ...whole, action: {} }, REFUSED),
    evaluation('resource-missing-type', { ...whole, resource: { id: 'record-1' } }, REFUSED),
    evaluation('resource-missing-id', { ...whole, resource: { type: 'record' } }, REFUSED),
    evaluation('subject-is-string', { ...whole, subject: 'alice' }, REFUSED),
    evaluation('action-name-is-number', { ...whole, action: { name: 123 } }, REFUSED),
    evaluation('unknown-subject-fields-ignored', { ...whole, subject: { ...alice, ...odd } }, decides(true)),
    evaluation('unknown-action-fields-ignored', { ...whole, action: { ...read, ...odd } }, decides(true)),
    evaluation('unknown-resource-fields-ignored', { ...whole, resource: { ...one, ...odd } }, decides(true)),
    evaluation('missing-credentials-returns-401', whole, { headers: { authorization: '' }, status: [401] }),
    evaluation('invalid-credentials-returns-401', whole, {
      headers: { authorization: 'Bearer invalid-bogus-credential' },
      status: [401],
    }),
    ...common(EVALUATION),
  ],
  evaluations: [
    batch(
      'batch-request-with-evaluations-array',
      { subject: alice, action: read, evaluations: [{ resource: one }, { resource: two }] },
      decideAll(true, true),
    ),
    batch(
      'batch-with-fixture-decisions-validated',
      { subject: bob, resource: one, evaluations: [{ action: read }, { action: write }] },
      decideAll(true, false),
    ),
    batch(
      'batch-with-fully-specified-evaluations',
      { evaluations: [whole, { subject: bob, action: write, resource: one }] },
      decideAll(true, false),
    ),
    batch(
      'batch-with-context-inheritance',
      {
        subject: alice,
        action: read,
        context,
        evaluations: [{ resource: one }, { resource: two, context: { ...context, source: 'batch-override' } }],
      },
      decideAll(true, true),
    ),
    batch(
      'evaluation-level-errors',
      { subject: alice, action: read, evaluations: [{ resource: one }, {}] },
      decideAll(true, false),
    ),
    batch(
      'missing-subject-returns-decision-false',
      { action: read, evaluations: [{ resource: one }] },
      decideAll(false),
    ),
    batch(
      'default-semantic-is-execute-all',
      { subject: bob, resource: one, evaluations: [{ action: write }, { action: read }] },
      decideAll(false, true),
    ),
    batch(
      'execute-all-explicit',
      { subject: bob, resource: one, evaluations: [{ action: read }, { action: write }], ...options('execute_all') },
      decideAll(true, false),
    ),
    batch(
      'deny-on-first-deny',
      {
        subject: bob,
        resource: one,
        evaluations: [{ action: read }, { action: write }, { action: read }],
        ...options('deny_on_first_deny'),
      },
      decideAll(true, false),
    ),
    batch(
      'permit-on-first-permit',
      {
        subject: bob,
        resource: one,
        evaluations: [{ action: write }, { action: read }, { action: write }],
        ...options('permit_on_first_permit'),
      },
      decideAll(false, true),
    ),
    batch(
      'unknown-semantic-value',
      { subject: alice, action: read, evaluations: [{ resource: one }], ...options('bogus_value') },
      REFUSED,
    ),
    batch(
      'per-eval-overrides-default',
      { subject: bob, action: write, resource: one, evaluations: [{ action: read }, {}] },
      decideAll(true, false),
    ),
    batch('missing-evaluations-array-backward-compat', whole, decides(true)),
    batch('empty-evaluations-array-backward-compat', { ...whole, evaluations: [] }, decides(true)),
    batch(
      'batch-with-properties-validated',
      { subject: alice, action: write, evaluations: [{ resource: active }, { resource: archived }] },
      decideAll(true, false),
    ),
    batch(
      'batch-with-subject-properties-validated',
      { action: write, resource: archived, evaluations: [{ subject: alice }, { subject: admin }] },
      decideAll(false, true),
    ),
    batch(
      'batch-with-default-value-merging',
      {
        subject: alice,
        action: write,
        resource: { type: 'record' },
        evaluations: [{ resource: { ...active, type: undefined } }, { resource: archived }],
      },
      decideAll(true, false),
    ),
    ...common(EVALUATIONS),
  ],
  'subject search': [
    subjects('valid-subject-search-request-with-non-empty-results', ofSubjects, finds(alice, bob)),
    subjects('subject-search-with-context', { ...ofSubjects, context }, finds(alice, bob)),
    subjects('subject-search-with-subject-id-omitted', ofSubjects, finds(alice, bob)),
    subjects('unknown-entity-type', { ...ofSubjects, subject: { type: 'spaceship' } }, nothing),
    subjects('unknown-page-fields-ignored', { ...ofSubjects, page: { limit: 10, ...odd } }, finds(alice, bob)),
    subjects('extra-subject-id-ignored', { ...ofSubjects, subject: user('ignored-stray-id') }, finds(alice, bob)),
    subjects('missing-action', without('action', ofSubjects), REFUSED),
    subjects('missing-resource', without('resource', ofSubjects), REFUSED),
    subjects('subject-missing-type', { ...ofSubjects, subject: {} }, REFUSED),
    subjects('action-is-string', { ...ofSubjects, action: 'read' }, REFUSED),
    subjects('action-missing-name', { ...ofSubjects, action: {} }, REFUSED),
    subjects('resource-missing-id', { ...ofSubjects, resource: { type: 'record' } }, REFUSED),
    subjects('resource-missing-type', { ...ofSubjects, resource: { id: 'record-1' } }, REFUSED),
    subjects(
      'subject-search-with-resource-properties',
      { ...ofSubjects, action: write, resource: archived },
      finds(bob),
    ),
    ...common(SUBJECT),
  ],
  'resource search': [
    resources('valid-resource-search-request-with-non-empty-results', ofResources, finds(one)),
    resources('resource-search-with-resource-id-omitted', ofResources, finds(one)),
    resources('extra-resource-id-ignored', { ...ofResources, resource: record('ignored-stray-id') }, finds(one)),
    resources('missing-subject', without('subject', ofResources), REFUSED),
    resources('missing-action', without('action', ofResources), REFUSED),
    resources('missing-resource', without('resource', ofResources), REFUSED),
    resources('subject-missing-id', { ...ofResources, subject: { type: 'user' } }, REFUSED),
    resources('action-missing-name', { ...ofResources, action: {} }, REFUSED),
    resources('resource-missing-type', { ...ofResources, resource: {} }, REFUSED),
    resources('resource-search-with-subject-properties', { ...ofResources, subject: admin, action: write }, finds(two)),
    ...common(RESOURCE),
  ],
  'action search': [
    actions('valid-action-search-request-with-non-empty-results', ofActions, finds(read, write)),
    actions('action-search-with-context', { ...ofActions, context }, finds(read, write)),
    actions('unknown-entity-identifier', { ...ofActions, subject: user('nonexistent-user') }, nothing),
    actions('extra-action-ignored', { ...ofActions, action: read }, finds(read, write)),
    actions('missing-subject', without('subject', ofActions), REFUSED),
    actions('missing-resource', without('resource', ofActions), REFUSED),
    actions('subject-missing-id', { ...ofActions, subject: { type: 'user' } }, REFUSED),
    actions('subject-missing-type', { ...ofActions, subject: { id: 'alice' } }, REFUSED),
    actions('subject-is-string', { ...ofActions, subject: 'alice' }, REFUSED),
    actions('resource-missing-id', { ...ofActions, resource: { type: 'record' } }, REFUSED),
    actions('resource-missing-type', { ...ofActions, resource: { id: 'record-1' } }, REFUSED),
    actions('action-search-with-properties', { subject: admin, resource: archived }, finds(write)),
    ...common(ACTION),
  ],
};

describe.each(Object.keys(plans))('the plan for %s', (plan) => {
  it.each(plans[plan]!)('$name', async ({ path, body, method, headers, status = [200], answer }) => {
    const told = await send(path, body, headers, method);
    expect(status).toContain(told.status);
    if (told.status === 200) expect(told.headers.get('content-type')).toMatch(/^application\/json/);
    if (told.status === 401) expect(told.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    answer?.(told.body, told.headers);
  });
});

describe('the plans', () => {
  it.each(every)('idempotency: %s answers the same three times', async (path) => {
    const [body] = valid[path]!;
    const answers = [];
    for (let time = 0; time < 3; time += 1) answers.push((await send(path, body)).body);
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
  });

  it('subject search, request-with-page-limit and -token: each page has a token, and all are found', async () => {
    const found: object[] = [];
    let page: object = { limit: 1 };
    for (let pages = 1; ; pages += 1) {
      const { status, body } = await send(SUBJECT, { ...ofSubjects, page });
      expect([status, typeof body.page.next_token, body.results.length]).toEqual([200, 'string', 1]);
      expect(Object.keys(body)[0]).toBe('page');
      found.push(...body.results);
      if (body.page.next_token === '') break;
      page = { token: body.page.next_token };
      expect(pages).toBeLessThan(3);
    }
    expect(found).toEqual([alice, bob]);
  });

  it('the metadata of any of them: found under the identifier, which it repeats, with every address', async () => {
    const { address } = fixture();
    const answer = await fetch(new URL('/.well-known/authzen-configuration', address));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^application\/json/),
    ]);
    expect(await answer.json()).toEqual({
      policy_decision_point: address,
      access_evaluation_endpoint: `${address}${EVALUATION}`,
      access_evaluations_endpoint: `${address}${EVALUATIONS}`,
      search_subject_endpoint: `${address}${SUBJECT}`,
      search_resource_endpoint: `${address}${RESOURCE}`,
      search_action_endpoint: `${address}${ACTION}`,
    });
  });

  it('are whole: as many modules as they have', () => {
    const counts = Object.entries(plans).map(([name, modules]) => [name, modules.length]);
    expect(Object.fromEntries(counts)).toEqual({
      evaluation: 33,
      evaluations: 26,
      'subject search': 23,
      'resource search': 19,
      'action search': 21,
    });
  });
});
