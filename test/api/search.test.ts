// AuthZEN searches on the wire: they find what an evaluation allows, all of it and nothing else.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsOf } from '../../src/rights/rights.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf, type Name } from '../rights/school.ts';
import {
  ACTION,
  everyone,
  openSearching,
  type Page,
  RESOURCE,
  resultsOf,
  type Searching,
  SUBJECT,
} from './searching.ts';

describe.each(engines)('AuthZEN searches on $name', ({ open }) => {
  let world: Searching;
  beforeAll(async () => {
    world = await openSearching(open);
  });
  afterAll(() => world.api.close());

  it.each<[action: string, book: string, readers: Name[]]>([
    [
      'read',
      '6A MATHS',
      ['ali', 'coline', 'david', 'dual', 'hana', 'helene', 'ines', 'paul', 'paula', 'pierre', 'tania', 'theo', 'tom'],
    ],
    ['write', '6A MATHS', ['coline', 'tom']],
    ['read', '5C MATHS', ['david', 'dual', 'helene', 'olga', 'zoe']],
    ['write', '6A FRANC', ['tania']],
    ['read', 'T1 PHILO', ['henri', 'lise', 'noe', 'paula']],
    ['read', 'CE1 ', ['marc']],
    ['read', 'CM2 ', ['denise', 'lea', 'paula']],
  ])('who may %s %s', async (action, of, readers) => {
    expect(world.named(await world.search(SUBJECT, world.whoMay(action, of)))).toEqual(readers);
  });

  it.each<[who: Name, action: string, books: string[]]>([
    ['tom', 'read', ['6A FRANC', '6A MATHS', '6GRE GREC', '6LAT LATIN', '6LAT MATHS']],
    ['tom', 'write', ['6A MATHS', '6LAT MATHS']],
    ['olga', 'read', ['5C MATHS']],
    ['paula', 'read', ['6A FRANC', '6A MATHS', '6LAT LATIN', '6LAT MATHS', 'CM2 ', 'T1 PHILO']],
    ['paula', 'write', []],
    ['helene', 'read', ['5C MATHS', '6A FRANC', '6A MATHS', '6GRE GREC', '6LAT LATIN', '6LAT MATHS']],
    ['helene', 'write', []],
    ['berthe', 'read', []],
    ['gina', 'read', []],
  ])('which logbooks %s may %s', async (who, action, expected) => {
    expect(world.named(await world.search(RESOURCE, world.whichMay(who, action)))).toEqual(expected);
  });

  it.each<[who: Name, book: string, actions: string[]]>([
    ['tom', '6A MATHS', ['read', 'write', 'grant', 'request', 'revoke', 'see_readers']],
    ['tania', '6A MATHS', ['read', 'request']],
    ['olga', '6A MATHS', ['request']],
    ['helene', '6A MATHS', ['read', 'visa', 'validate', 'revoke', 'see_readers']],
    ['david', '6A MATHS', ['read', 'see_readers']],
    ['gina', '6A MATHS', []],
    ['marc', 'CE1 ', ['read', 'write', 'grant', 'request', 'revoke', 'see_readers']],
    ['lea', 'CM2 ', ['read']],
  ])('what %s may do to %s, in the order of the actions', async (who, of, expected) => {
    const { body } = await world.ask(ACTION, world.whatMay(who, of));
    expect(body).toEqual({ results: expected.map((name) => ({ name })) });
  });

  it('the answer is entities in the order of their keys, and nothing more', async () => {
    for (const [path, body, type] of [
      [SUBJECT, world.whoMay('read', '6A MATHS'), 'user'],
      [RESOURCE, world.whichMay('paula'), 'logbook'],
    ] as const) {
      const answer = await world.ask(path, body);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const { results: found } = answer.body as unknown as Page;
      const ids = found.map((one) => one.id!);
      expect(answer.body).toEqual({ results: ids.map((id) => ({ type, id })) });
      expect(ids).toEqual([...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('the searched entity’s id, properties, a clock of the caller and unknown members change nothing', async () => {
    const more = {
      context: { time: '2019-01-01T00:00Z', explain: true },
      extra: [1],
      evaluations: 5,
    };
    const head = { role: 'head', school: COLLEGE };
    for (const id of [world.subs.olga, 'nobody', 5, null, {}]) {
      const body = { ...world.whoMay('write', '6A MATHS'), ...more };
      const found = await world.search(SUBJECT, { ...body, subject: { type: 'user', id, properties: head } });
      expect(world.named(found)).toEqual(['coline', 'tom']);
    }
    for (const id of [world.books['6A MATHS'], 'none', 5, null, {}]) {
      const body = { ...world.whichMay('olga'), ...more, subject: { ...world.user('olga'), properties: head } };
      const found = await world.search(RESOURCE, { ...body, resource: { type: 'logbook', id, properties: head } });
      expect(world.named(found)).toEqual(['5C MATHS']);
    }
    for (const action of [{ name: 'write' }, { name: 5 }, 'write', null]) {
      const body = { ...world.whatMay('tania', '6A MATHS'), ...more, action };
      expect(await world.search(ACTION, body)).toEqual({ results: [{ name: 'read' }, { name: 'request' }] });
    }
  });

  it('what is unknown finds nothing, in the same words', async () => {
    const stranger = await (await world.api.module()).sub('tom');
    const maths = world.books['6A MATHS']!;
    const unknown: [path: string, body: object][] = [
      ...['spaceship', '', 'User', 'logbook'].flatMap((type): [string, object][] => [
        [SUBJECT, { ...world.whoMay('read', '6A MATHS'), subject: { type } }],
        [RESOURCE, { ...world.whichMay('tom'), subject: { type, id: world.subs.tom } }],
        [ACTION, { ...world.whatMay('tom', '6A MATHS'), subject: { type, id: world.subs.tom } }],
      ]),
      ...['record', '', 'user', 'Logbook'].flatMap((type): [string, object][] => [
        [SUBJECT, { ...world.whoMay('read', '6A MATHS'), resource: { type, id: maths } }],
        [RESOURCE, { ...world.whichMay('tom'), resource: { type } }],
        [ACTION, { ...world.whatMay('tom', '6A MATHS'), resource: { type, id: maths } }],
      ]),
      ...['nobody', '', 'x'.repeat(5000), 'nobody\u0000', world.subs.tom.toUpperCase(), stranger].flatMap(
        (id): [string, object][] => [
          [RESOURCE, { ...world.whichMay('tom'), subject: { type: 'user', id } }],
          [ACTION, { ...world.whatMay('tom', '6A MATHS'), subject: { type: 'user', id } }],
        ],
      ),
      ...['none', '', 'x'.repeat(5000), `${maths}\u0000`, maths.toUpperCase()].flatMap((id): [string, object][] => [
        [SUBJECT, { ...world.whoMay('read', '6A MATHS'), resource: { type: 'logbook', id } }],
        [ACTION, { ...world.whatMay('tom', '6A MATHS'), resource: { type: 'logbook', id } }],
      ]),
      ...['delete', '', 'READ', 'toString', '__proto__'].flatMap((name): [string, object][] => [
        [SUBJECT, world.whoMay(name, '6A MATHS')],
        [RESOURCE, world.whichMay('tom', name)],
      ]),
    ];
    for (const [path, body] of unknown) {
      expect([body, await world.search(path, body)]).toEqual([body, { results: [] }]);
      const page = { next_token: '', count: 0, total: 0 };
      expect(await world.search(path, { ...body, page: { limit: 2 } })).toEqual({ page, results: [] });
    }
  });

  it('a module finds what is of the schools it serves, and that only', async () => {
    const lycee = await world.api.module({ schools: [LYCEE] });
    const as = await lycee.token('rights');
    const paula = { type: 'user', id: await lycee.sub('paula') };
    const found = await world.search(RESOURCE, { ...world.whichMay('tom'), subject: paula }, as);
    expect(world.named(found)).toEqual(['T1 PHILO']);
    expect((await world.search(SUBJECT, world.whoMay('read', 'T1 PHILO'), as)).results).toHaveLength(4);
    expect(await world.search(SUBJECT, world.whoMay('read', '6A MATHS'), as)).toEqual({ results: [] });
    expect(await world.search(ACTION, { subject: paula, resource: world.book('6A MATHS') }, as)).toEqual({
      results: [],
    });
    expect(await world.search(ACTION, { subject: paula, resource: world.book('T1 PHILO') }, as)).toEqual({
      results: [{ name: 'read' }],
    });
    const { sector } = (await world.api.house.provider.module(lycee.id))!;
    const known = (await world.api.db('oidc_subject').where({ sector })).map((row) => row.person).sort();
    const served = await Promise.all(['henri', 'lise', 'noe', 'paula'].map((name) => keyOf(world.api.db, name)));
    expect(known).toEqual(served.sort());
  });

  it('two modules learn nothing of each other’s pseudonyms, not even by their order', async () => {
    const other = await world.api.module();
    const body = world.whoMay('read', '6A MATHS');
    const theirs = resultsOf([await world.search(SUBJECT, body, await other.token('rights'))]).map((one) => one.id!);
    const ours = resultsOf([await world.search(SUBJECT, body)]).map((one) => one.id!);
    expect(theirs.filter((id) => ours.includes(id))).toEqual([]);
    const persons = (client: string, found: string[]) =>
      Promise.all(found.map((id) => world.api.house.provider.personBehind(client, id)));
    const [here, there] = [await persons(world.module.id, ours), await persons(other.id, theirs)];
    expect([...there].sort()).toEqual([...here].sort());
    expect(there).not.toEqual(here);
  });

  it('the token of a signed-in person finds what is about that person only', async () => {
    await world.api.house.account('tania');
    const tania = await world.module.tokenOf(await keyOf(world.api.db, 'tania'), 'rights');
    expect(world.named(await world.search(SUBJECT, world.whoMay('read', '6A MATHS'), tania))).toEqual(['tania']);
    expect(world.named(await world.search(SUBJECT, world.whoMay('write', '6A MATHS'), tania))).toEqual([]);
    expect(world.named(await world.search(RESOURCE, world.whichMay('tania', 'write'), tania))).toEqual(['6A FRANC']);
    expect(await world.search(RESOURCE, world.whichMay('tom'), tania)).toEqual({ results: [] });
    expect(await world.search(ACTION, world.whatMay('tom', '6A MATHS'), tania)).toEqual({ results: [] });
  });

  it('the searches and the evaluation agree on everyone and everything, whatever the size of the pages', async () => {
    const allowed = new Set<string>();
    for (const who of everyone) {
      const asked = Object.keys(world.books).flatMap((of) => actionsOf('logbook').map((name) => ({ of, name })));
      const evaluations = asked.map(({ of, name }) => ({ action: { name }, resource: world.book(of) }));
      const { body } = await world.ask('/access/v1/evaluations', { subject: world.user(who), evaluations });
      for (const [place, { decision }] of (body.evaluations as { decision: boolean }[]).entries())
        if (decision) allowed.add(`${who} ${asked[place]!.name} ${asked[place]!.of}`);
    }
    expect(allowed.size).toBeGreaterThan(60);

    const paged = async (path: string, body: object): Promise<string[]> => {
      const whole = await world.search(path, body);
      const count = whole.results.length;
      expect(whole.page).toBeUndefined();
      for (let limit = 1; limit <= count + 1 && count > 0; limit += 1) {
        const read = await world.pages(path, body, limit);
        expect(resultsOf(read)).toEqual(whole.results);
        expect(read.map((one) => one.results.length).slice(0, -1)).toEqual(
          Array.from({ length: Math.max(Math.ceil(count / limit) - 1, 0) }, () => limit),
        );
        for (const one of read)
          expect(one.page).toEqual({ next_token: expect.any(String), count: one.results.length, total: count });
      }
      return world.named(whole);
    };
    const bySubject = new Set<string>();
    const byResource = new Set<string>();
    const byAction = new Set<string>();
    for (const of of Object.keys(world.books)) {
      for (const name of actionsOf('logbook'))
        for (const who of await paged(SUBJECT, world.whoMay(name, of))) bySubject.add(`${who} ${name} ${of}`);
      for (const who of everyone)
        for (const name of await paged(ACTION, world.whatMay(who, of))) byAction.add(`${who} ${name} ${of}`);
    }
    for (const who of everyone)
      for (const name of actionsOf('logbook'))
        for (const of of await paged(RESOURCE, world.whichMay(who, name))) byResource.add(`${who} ${name} ${of}`);
    expect(bySubject).toEqual(allowed);
    expect(byResource).toEqual(allowed);
    expect(byAction).toEqual(allowed);
  }, 120_000);

  const nothing = { type: 'logbook', id: 'x' };
  const someone = { type: 'user', id: 'x' };
  const read = { name: 'read' };

  it.each<[what: string, path: string, body: unknown, member: string]>([
    ['an empty body', SUBJECT, '', 'body'],
    ['a body that is no JSON', RESOURCE, '{"subject":', 'body'],
    ['a top-level array', ACTION, [], 'body'],
    ['null', ACTION, 'null', 'body'],
    ['no subject', SUBJECT, { action: read, resource: nothing }, 'subject'],
    ['a subject without type', SUBJECT, { subject: { id: 'x' }, action: read, resource: nothing }, 'subject.type'],
    ['a subject that is a text', SUBJECT, { subject: 'user', action: read, resource: nothing }, 'subject'],
    ['no action', SUBJECT, { subject: someone, resource: nothing }, 'action'],
    ['an action without name', SUBJECT, { subject: someone, action: {}, resource: nothing }, 'action.name'],
    ['an action that is null', SUBJECT, { subject: someone, action: null, resource: nothing }, 'action'],
    ['no resource', SUBJECT, { subject: someone, action: read }, 'resource'],
    [
      'a resource without id',
      SUBJECT,
      { subject: someone, action: read, resource: { type: 'logbook' } },
      'resource.id',
    ],
    ['a resource without type', SUBJECT, { subject: someone, action: read, resource: { id: 'x' } }, 'resource.type'],
    ['no subject', RESOURCE, { action: read, resource: nothing }, 'subject'],
    ['a subject without id', RESOURCE, { subject: { type: 'user' }, action: read, resource: nothing }, 'subject.id'],
    [
      'a subject whose id is a number',
      RESOURCE,
      { subject: { ...someone, id: 5 }, action: read, resource: nothing },
      'subject.id',
    ],
    ['no action', RESOURCE, { subject: someone, resource: nothing }, 'action'],
    ['no resource', RESOURCE, { subject: someone, action: read }, 'resource'],
    ['a resource without type', RESOURCE, { subject: someone, action: read, resource: { id: 'x' } }, 'resource.type'],
    ['no subject', ACTION, { resource: nothing }, 'subject'],
    ['a subject without id', ACTION, { subject: { type: 'user' }, resource: nothing }, 'subject.id'],
    ['no resource', ACTION, { subject: someone }, 'resource'],
    ['a resource that is an array', ACTION, { subject: someone, resource: [] }, 'resource'],
    ['a resource without id', ACTION, { subject: someone, resource: { type: 'logbook' } }, 'resource.id'],
    ['a context that is a text', ACTION, { subject: someone, resource: nothing, context: 'now' }, 'context'],
    [
      'properties that are a number',
      SUBJECT,
      { subject: { type: 'user', properties: 5 }, action: read, resource: nothing },
      'subject.properties',
    ],
    [
      'properties of a page that are a text',
      ACTION,
      { subject: someone, resource: nothing, page: { properties: 'name' } },
      'page.properties',
    ],
    ['a member that comes twice', ACTION, '{"subject":{"type":"user","id":"x","id":"y"}}', 'body'],
    ['a page that is a text', ACTION, { subject: someone, resource: nothing, page: 'x' }, 'page'],
    ['a page that is null', ACTION, { subject: someone, resource: nothing, page: null }, 'page'],
    ['a page that is an array', ACTION, { subject: someone, resource: nothing, page: [] }, 'page'],
    ['a token that is a number', ACTION, { subject: someone, resource: nothing, page: { token: 5 } }, 'page.token'],
    ['a token that is null', ACTION, { subject: someone, resource: nothing, page: { token: null } }, 'page.token'],
    ...[-1, 1.5, '2', null, true, [1]].map((limit): [string, string, unknown, string] => [
      `a limit of ${JSON.stringify(limit)}`,
      ACTION,
      { subject: someone, resource: nothing, page: { limit } },
      'page.limit',
    ]),
    [
      'a limit beyond numbers',
      ACTION,
      '{"subject":{"type":"u","id":"x"},"resource":{"type":"u","id":"x"},"page":{"limit":1e999}}',
      'page.limit',
    ],
  ])('400 for %s at %s, naming what is wrong', async (_, path, body, member) => {
    const answer = await world.ask(path, body);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([answer.status, answer.body.code, answer.body.details]).toEqual([400, 'bad_request', { member }]);
  });

  it.each([SUBJECT, RESOURCE, ACTION])('%s answers errors as the evaluation does', async (path) => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';
    const body = { ...world.whoMay('read', '6A MATHS'), subject: world.user('tom') };
    const headers = { 'x-request-id': id };
    const outcomes = [
      [await world.api.ask(path, { token: world.token, body, headers }), 200, undefined],
      [await world.api.ask(path, { body, headers }), 401, 'token_missing'],
      [await world.api.ask(path, { token: 'x.y.z', body, headers }), 401, 'token_invalid'],
      [await world.api.ask(path, { token: await world.module.token('logbooks'), body, headers }), 403, 'scope_missing'],
      [
        await world.api.ask(path, { token: world.token, body: { ...body, padding: 'x'.repeat(300_000) }, headers }),
        413,
        'body_too_large',
      ],
      [
        await world.api.ask(path, { token: world.token, body, headers: { ...headers, 'content-type': 'text/plain' } }),
        400,
        'bad_request',
      ],
      [await world.api.ask(path, { token: world.token, method: 'GET', headers }), 405, 'method_not_allowed'],
      [await world.api.ask(path, { token: world.token, method: 'PUT', body, headers }), 405, 'method_not_allowed'],
    ] as const;
    for (const [answer, status, code] of outcomes) {
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.headers.get('x-request-id')).toBe(id);
      if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      if (status === 405) expect(answer.headers.get('allow')).toBe('POST');
    }
  });

  it('whatever JSON is sent, nothing breaks and nothing is found that was not asked for', async () => {
    const token = (await world.search(SUBJECT, { ...world.whoMay('read', '6A MATHS'), page: { limit: 1 } })).page!
      .next_token;
    const text = fc.oneof(
      fc.constantFrom('user', 'logbook', 'read', world.books['6A MATHS'], world.subs.olga, token),
      fc.string({ unit: 'binary' }),
    );
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text);
    const entity = fc.record({ type: text, id: text, name: text, extra: odd }, { requiredKeys: [] });
    const page = fc.record({ token: odd, limit: fc.oneof(fc.nat(9), odd), properties: odd }, { requiredKeys: [] });
    const body = fc.record(
      {
        subject: fc.oneof(entity, odd),
        action: fc.oneof(entity, odd),
        resource: fc.oneof(entity, odd),
        context: odd,
        page: fc.oneof(page, odd),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(body, odd), fc.constantFrom(SUBJECT, RESOURCE, ACTION), async (sent, path) => {
        const answer = await world.ask(path, JSON.stringify(sent));
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) return;
        const { results: found } = answer.body as unknown as Page;
        const { subject, resource } = sent as Record<'subject' | 'resource', { type: string }>;
        if (found.length > 0) expect([subject.type, resource.type]).toEqual(['user', 'logbook']);
      }),
      { numRuns: 300, seed: 4 },
    );
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const sent = JSON.stringify({ ...world.whoMay('read', '6A MATHS'), context: { deep: 'here' }, page: { limit: 1 } });
    expect((await world.ask(SUBJECT, sent.replace('"here"', deep))).status).toBe(200);
  });
});
