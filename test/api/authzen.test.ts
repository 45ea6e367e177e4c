// AuthZEN on the wire: what is asked, what is answered, and what each malformed question gets.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endTeaching } from '../../src/directory/teaching.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { COLLEGE, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';
import { sendSlowly } from './slowly.ts';

/** What a no says, whatever it is for. */
const NO_RULE = { code: 'none', fr: expect.stringMatching(/Aucune règle/), en: expect.stringMatching(/^No rule/) };

/** What people, and careless databases, take for the same text. */
function lookalikes(text: string): string[] {
  const wide = [...text].map((letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)).join('');
  return [
    wide, // the same under NFKC
    `${text} `,
    ` ${text}`,
    `${text}\u200b`,
    `${text}\u0301`,
    `\ufeff${text}`,
    text.replace(/[aeo]/, (letter) => ({ a: '\u0430', e: '\u0435', o: '\u043e' })[letter]!),
    `${text}\ud800`,
  ].filter((one) => one !== text);
}

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';

describe.each(engines)('AuthZEN on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let token: string;
  let maths: string;
  let sub: Record<'tom' | 'tania' | 'olga' | 'paula', string>;

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    token = await module.token('rights');
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    sub = {
      tom: await module.sub('tom'),
      tania: await module.sub('tania'),
      olga: await module.sub('olga'),
      paula: await module.sub('paula'),
    };
  });
  afterAll(() => api.close());

  const question = (who: string, name = 'read', id = maths) => ({
    subject: { type: 'user', id: who },
    action: { name },
    resource: { type: 'logbook', id },
  });
  const evaluate = (body: unknown, path = EVALUATION) => api.ask(path, { token, body });

  it('the metadata names the addresses of the configuration, to anybody', async () => {
    const { status, body } = await api.ask('/.well-known/authzen-configuration');
    expect([status, body]).toEqual([
      200,
      {
        policy_decision_point: api.origin,
        access_evaluation_endpoint: `${api.origin}${EVALUATION}`,
        access_evaluations_endpoint: `${api.origin}${EVALUATIONS}`,
        search_subject_endpoint: `${api.origin}/access/v1/search/subject`,
        search_resource_endpoint: `${api.origin}/access/v1/search/resource`,
        search_action_endpoint: `${api.origin}/access/v1/search/action`,
        access_request_endpoint: `${api.origin}/access/v1/requests`,
        capabilities: ['urn:openid:authzen:capability:access-request'],
      },
    ]);
  });

  it('an allow is 200 true, a deny is 200 false, and nothing more is said', async () => {
    for (const [body, decision] of [
      [question(sub.tom), true],
      [question(sub.tom, 'write'), true],
      [question(sub.tania), true],
      [question(sub.tania, 'write'), false],
      [question(sub.olga), false],
      [question(sub.paula), true],
    ] as const) {
      const answer = await evaluate(body);
      expect([answer.status, answer.body]).toEqual([200, { decision }]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('what is unknown is denied in the same words', async () => {
    const explain = { context: { explain: true } };
    const unknown = [
      question('nobody'),
      question(''),
      question('nobody\u0000'),
      question('x'.repeat(5000)),
      question(sub.tom, 'delete'),
      question(sub.tom, 'toString'),
      question(sub.tom, 'read', 'no-such-logbook'),
      question(sub.tom, 'read', `${maths}\u0000`),
      question(sub.tom, 'read', maths.toUpperCase()),
      question(sub.tom.toUpperCase()),
      question(sub.tom.toLowerCase()),
      ...lookalikes(sub.tom).map((id) => question(id)),
      ...lookalikes(maths).map((id) => question(sub.tom, 'read', id)),
      ...lookalikes('read').map((name) => question(sub.tom, name)),
      question(await api.module().then((other) => other.sub('tom'))),
      { ...question(sub.tom), resource: { type: 'record', id: maths } },
      { ...question(sub.tom), subject: { type: 'group', id: sub.tom } },
    ];
    const same = (await evaluate({ ...question(sub.olga), ...explain })).body;
    for (const body of unknown) {
      const answer = await evaluate({ ...body, ...explain });
      expect([answer.status, answer.body]).toEqual([200, same]);
    }
  });

  it('a module that does not serve the school gets the deny of a stranger', async () => {
    const lycee = await api.module({ schools: [LYCEE] });
    const ask = async (id: string) =>
      api.ask(EVALUATION, {
        token: await lycee.token('rights'),
        body: { ...question(await lycee.sub('paula'), 'read', id), context: { explain: true } },
      });
    expect((await ask(await api.logbook(LYCEE, 'T1', 'PHILO'))).body).toMatchObject({ decision: true });
    expect((await ask(maths)).body).toEqual({ decision: false, context: { reason_user: NO_RULE } });
    expect((await ask('no-such-logbook')).body).toEqual((await ask(maths)).body);
  });

  it('the token of a signed-in person asks about that person only', async () => {
    await api.house.account('zoe');
    const zoe = await module.tokenOf(await keyOf(api.db, 'zoe'), 'rights');
    const own = await api.logbook(COLLEGE, '5C', 'MATHS');
    const ask = async (who: string) =>
      (await api.ask(EVALUATION, { token: zoe, body: question(who, 'read', own) })).body.decision;
    expect([await ask(await module.sub('zoe')), await ask(sub.olga)]).toEqual([true, false]);
    const list = async (who: string) => (await api.ask(`/api/v1/logbooks?subject=${who}`, { token: zoe })).body;
    expect((await list(await module.sub('zoe'))).map((book) => book.id)).toEqual([own]);
    expect(await list(sub.paula)).toEqual([]);
  });

  it('properties, unknown members and a clock of the caller change nothing', async () => {
    const role = { role: 'head', school: COLLEGE, owns: [maths] };
    for (const context of [{ time: '2020-01-01T00:00Z' }, { time: '2019-01-01T00:00:00Z' }, { time: 5 }, {}]) {
      const body = { context, extra: [1], policy: 'allow', roles: ['head'] };
      const olga = { ...question(sub.olga), ...body, subject: { type: 'user', id: sub.olga, properties: role } };
      const none = { owner: 'none' };
      const tom = { ...question(sub.tom), ...body, resource: { type: 'logbook', id: maths, properties: none, x: 1 } };
      expect((await evaluate(olga)).body).toEqual({ decision: false });
      expect((await evaluate(tom)).body).toEqual({ decision: true });
    }
  });

  it.each([
    ['an empty body', '', 'body'],
    ['a body that is no JSON', '{"subject":', 'body'],
    ['a top-level array', [], 'body'],
    ['a top-level text', '"x"', 'body'],
    ['null', 'null', 'body'],
    ['no subject', { action: { name: 'read' }, resource: { type: 'logbook', id: 'x' } }, 'subject'],
    ['no action', { subject: { type: 'user', id: 'x' }, resource: { type: 'logbook', id: 'x' } }, 'action'],
    ['no resource', { subject: { type: 'user', id: 'x' }, action: { name: 'read' } }, 'resource'],
    ['a subject that is a text', { ...question('x'), subject: 'x' }, 'subject'],
    ['a subject that is null', { ...question('x'), subject: null }, 'subject'],
    ['a subject that is an array', { ...question('x'), subject: [] }, 'subject'],
    ['a subject without type', { ...question('x'), subject: { id: 'x' } }, 'subject.type'],
    ['a subject without id', { ...question('x'), subject: { type: 'user' } }, 'subject.id'],
    ['a subject whose id is a number', { ...question('x'), subject: { type: 'user', id: 5 } }, 'subject.id'],
    ['an action without name', { ...question('x'), action: {} }, 'action.name'],
    ['an action whose name is an object', { ...question('x'), action: { name: {} } }, 'action.name'],
    ['a resource without id', { ...question('x'), resource: { type: 'logbook' } }, 'resource.id'],
    ['a resource whose type is a boolean', { ...question('x'), resource: { type: true, id: 'x' } }, 'resource.type'],
    ['a context that is a text', { ...question('x'), context: 'now' }, 'context'],
    [
      'properties that are a text',
      { ...question('x'), subject: { type: 'user', id: 'x', properties: 'head' } },
      'subject.properties',
    ],
    ['a member that comes twice', JSON.stringify(question('x')).replace('{', '{"subject":{},'), 'body'],
  ])('400 for %s, naming what is wrong', async (_, body, member) => {
    for (const path of [EVALUATION, EVALUATIONS]) {
      const answer = await api.ask(path, { token, method: 'POST', body });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({ code: 'bad_request', status: 400, details: { member } });
    }
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/vnd.api+json',
  ])('400 for the content type %s', async (type) => {
    const headers = { 'content-type': type };
    const answer = await api.ask(EVALUATION, { token, headers, body: question(sub.tom) });
    expect([answer.status, answer.body.details]).toEqual([400, { member: 'Content-Type' }]);
  });

  it.each([
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json;charset="UTF-8"',
  ])('the content type %s is JSON', async (type) => {
    const headers = { 'content-type': type };
    expect((await api.ask(EVALUATION, { token, headers, body: question(sub.tom) })).body).toEqual({ decision: true });
  });

  it('400 for a body that is no UTF-8', async () => {
    const body = Buffer.from(JSON.stringify({ ...question(sub.tom), extra: 'é' }), 'latin1');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(new URL(EVALUATION, api.origin), { method: 'POST', headers, body });
    expect([answer.status, ((await answer.json()) as { details: object }).details]).toEqual([400, { member: 'body' }]);
  });

  it('413 for a body that is too large', async () => {
    const answer = await evaluate({ ...question(sub.tom), padding: 'x'.repeat(300_000) });
    expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  });

  it('401 with a challenge without a token, or with one that is not ours', async () => {
    for (const [given, code] of [
      [undefined, 'token_missing'],
      ['x.y.z', 'token_invalid'],
      [`${token.slice(0, -4)}AAAA`, 'token_invalid'],
    ] as const) {
      const answer = await api.ask(EVALUATION, { token: given, body: question(sub.tom) });
      expect([answer.status, answer.body.code]).toEqual([401, code]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
    const inAddress = await api.ask(`${EVALUATION}?access_token=${token}`, { body: question(sub.tom) });
    expect(inAddress.status).toBe(401);
  });

  it('403 for a token of another scope', async () => {
    const other = await module.token('logbooks');
    const answer = await api.ask(EVALUATION, { token: other, body: question(sub.tom) });
    expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
    expect(answer.headers.get('www-authenticate')).toMatch(/insufficient_scope/);
  });

  it('405 for other verbs, naming the one there is', async () => {
    for (const [path, allow] of [
      [EVALUATION, 'POST'],
      [EVALUATIONS, 'POST'],
    ] as const)
      for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
        const answer = await api.ask(path, { method, token });
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      }
    expect((await api.ask('/.well-known/authzen-configuration', { method: 'POST' })).status).toBe(405);
  });

  it('the request id is echoed, on errors too, when it is short and plain', async () => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';
    for (const body of [question(sub.tom), '', {}])
      for (const asked of [token, undefined]) {
        const answer = await api.ask(EVALUATION, {
          token: asked,
          headers: { 'x-request-id': id },
          method: 'POST',
          body,
        });
        expect(answer.headers.get('x-request-id')).toBe(id);
      }
    const long = await api.ask(EVALUATION, { token, headers: { 'x-request-id': 'x'.repeat(900) }, body: {} });
    expect(long.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  describe('a batch', () => {
    const batch = async (body: unknown) => (await evaluate(body, EVALUATIONS)).body;
    const decisions = async (body: unknown) =>
      ((await batch(body)).evaluations as { decision: boolean }[]).map((one) => one.decision);
    const user = (id: string) => ({ type: 'user', id });

    it('absent or empty is a single question', async () => {
      expect(await batch(question(sub.tom))).toEqual({ decision: true });
      expect(await batch({ ...question(sub.olga), evaluations: [] })).toEqual({ decision: false });
      expect((await evaluate({ evaluations: [] }, EVALUATIONS)).status).toBe(400);
    });

    it('takes what its items do not say from the top', async () => {
      const { action, resource } = question(sub.tom);
      expect(
        await batch({
          action,
          resource,
          evaluations: [{ subject: user(sub.tom) }, { subject: user(sub.olga) }, { subject: user(sub.paula) }],
        }),
      ).toEqual({ evaluations: [{ decision: true }, { decision: false }, { decision: true }] });
    });

    it('a complete entity replaces the default whole, an incomplete one takes what it lacks', async () => {
      const body = {
        subject: { type: 'user', id: sub.tania },
        action: { name: 'read' },
        resource: { type: 'logbook' },
        evaluations: [
          { resource: { id: maths } },
          { resource: { id: maths }, subject: { id: sub.olga } },
          { resource: { id: maths, type: 'record' } },
          { resource: { id: maths }, action: { name: 'write' } },
          { resource: { id: maths }, action: {} },
          { resource: { type: 'logbook', id: maths }, subject: { type: 'user', id: sub.tom } },
        ],
      };
      expect(await decisions(body)).toEqual([true, false, false, false, true, true]);
    });

    it('an item that cannot be resolved is denied in its place', async () => {
      const body = {
        action: { name: 'read' },
        resource: { type: 'logbook' },
        evaluations: [
          { subject: user(sub.tom), resource: { id: maths } },
          { subject: user(sub.tom) },
          { resource: { id: maths } },
          {},
          { subject: 'tom', resource: { id: maths } },
          { subject: { type: 'user', id: 5 }, resource: { id: maths } },
          { subject: { type: 'user', id: null }, resource: { id: maths } },
          { subject: { ...user(sub.tom), properties: [] }, resource: { id: maths } },
          { subject: user(sub.tom), resource: { id: maths } },
        ],
      };
      expect(await decisions(body)).toEqual([true, false, false, false, false, false, false, false, true]);
    });

    it('stops where its semantics say', async () => {
      const { action, resource } = question(sub.tom);
      const items = [sub.tom, sub.olga, sub.paula, 'nobody'].map((id) => ({ subject: user(id) }));
      const run = (semantic: string | undefined, evaluations: unknown[]) =>
        decisions({
          action,
          resource,
          evaluations,
          ...(semantic && { options: { evaluations_semantic: semantic, another: 1 } }),
        });
      expect(await run(undefined, items)).toEqual([true, false, true, false]);
      expect(await run('execute_all', items)).toEqual([true, false, true, false]);
      expect(await run('deny_on_first_deny', items)).toEqual([true, false]);
      expect(await run('permit_on_first_permit', items)).toEqual([true]);
      expect(await run('permit_on_first_permit', items.slice(1))).toEqual([false, true]);
      expect(await run('deny_on_first_deny', [{}, ...items])).toEqual([false]);
    });

    it('an item asks for its own reason', async () => {
      const { action, resource } = question(sub.tom);
      const { evaluations } = await batch({
        action,
        resource,
        evaluations: [{ subject: user(sub.tom), context: { explain: true } }, { subject: user(sub.tom) }],
      });
      expect(evaluations).toEqual([
        {
          decision: true,
          context: expect.objectContaining({ reason_user: expect.objectContaining({ code: 'owner' }) }),
        },
        { decision: true },
      ]);
      const all = { ...question(sub.tom), context: { explain: true } };
      expect(await batch({ ...all, evaluations: [{}, { context: {} }] })).toEqual({
        evaluations: [
          {
            decision: true,
            context: expect.objectContaining({ reason_user: expect.objectContaining({ code: 'owner' }) }),
          },
          { decision: true },
        ],
      });
    });

    it.each([
      ['evaluations that are no array', { evaluations: {} }, 'evaluations'],
      ['evaluations that are null', { ...question('x'), evaluations: null }, 'evaluations'],
      ['an item that is no object', { evaluations: [{}, 5] }, 'evaluations[1]'],
      ['options that are a text', { evaluations: [{}], options: 'x' }, 'options'],
      [
        'semantics that do not exist',
        { evaluations: [{}], options: { evaluations_semantic: 'first' } },
        'options.evaluations_semantic',
      ],
      [
        'semantics that are null',
        { evaluations: [{}], options: { evaluations_semantic: null } },
        'options.evaluations_semantic',
      ],
      ['a default of another type', { evaluations: [{}], subject: 'x' }, 'subject'],
      ['more items than it takes', { evaluations: Array.from({ length: 501 }, () => ({})) }, 'evaluations'],
    ])('400 for %s', async (_, body, member) => {
      const answer = await evaluate(body, EVALUATIONS);
      expect([answer.status, answer.body.details]).toEqual([400, { member }]);
    });
  });

  it('whatever JSON is sent, nothing breaks and nothing is allowed', async () => {
    const text = fc.oneof(fc.constantFrom('user', 'logbook', 'read', maths, sub.olga), fc.string({ unit: 'binary' }));
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text);
    const entity = fc.record({ type: text, id: text, name: text, extra: odd }, { requiredKeys: [] });
    const members = { subject: fc.oneof(entity, odd), action: fc.oneof(entity, odd), resource: fc.oneof(entity, odd) };
    const told = fc.record(
      {
        explain: fc.oneof(fc.boolean(), odd),
        motive: odd,
        min_revision: fc.oneof(fc.constantFrom(`${COLLEGE}:1`, `${COLLEGE}:99999`), odd),
        time: odd,
      },
      { requiredKeys: [] },
    );
    const context = fc.oneof(told, odd);
    const item = fc.record({ ...members, context }, { requiredKeys: [] });
    const body = fc.record(
      { ...members, context, options: odd, evaluations: fc.oneof(fc.array(item), odd) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, odd), fc.constantFrom(EVALUATION, EVALUATIONS), async (sent, path) => {
        const answer = await api.ask(path, { token, method: 'POST', body: JSON.stringify(sent) });
        expect([200, 400]).toContain(answer.status);
        expect(JSON.stringify(answer.body)).not.toContain('"decision":true');
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  it('a right that ends while the question is still on its way is denied', async () => {
    const granted = { relation: 'granted', subject: await keyOf(api.db, 'olga'), object: maths } as const;
    const change = { school: COLLEGE, source: 'local', actor: 'test' } as const;
    await changeFacts(api.db, { ...change, at: Date.now() - 1000, begin: [granted] });
    const body = JSON.stringify(question(sub.olga));
    for (const [path, whole, answer] of [
      [EVALUATION, body, { decision: false }],
      [EVALUATIONS, `{"evaluations":[${body}]}`, { evaluations: [{ decision: false }] }],
    ] as const) {
      const slow = sendSlowly(new URL(path, api.origin), { token, body: whole });
      // this one came later, and is answered: the other was let in before
      expect((await evaluate(question(sub.olga))).body).toEqual({ decision: true });
      const end = await currentFacts(api.db, { school: COLLEGE, relations: ['granted'], subject: granted.subject });
      await changeFacts(api.db, { ...change, at: Date.now(), end });
      await expect.poll(async () => (await evaluate(question(sub.olga))).body).toEqual({ decision: false });
      expect((await slow.rest()).body).toEqual(answer);
      await changeFacts(api.db, { ...change, at: Date.now() - 1, begin: [granted] });
      await expect.poll(async () => (await evaluate(question(sub.olga))).body).toEqual({ decision: true });
    }
    const end = await currentFacts(api.db, { school: COLLEGE, relations: ['granted'], subject: granted.subject });
    await changeFacts(api.db, { ...change, at: Date.now(), end });
  });

  it('a right that ends is denied at the next question', async () => {
    const own = await api.logbook(ECOLE, 'CE1', '');
    const marc = await module.sub('marc');
    expect((await evaluate(question(marc, 'write', own))).body).toEqual({ decision: true });
    await endTeaching(api.db, {
      school: ECOLE,
      teacher: await keyOf(api.db, 'marc'),
      audience: { kind: 'class', code: 'CE1' },
      by: 'test',
      at: Date.now(),
    });
    expect((await evaluate(question(marc, 'write', own))).body).toEqual({ decision: false });
  });
});
