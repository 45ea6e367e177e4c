// AuthZEN searches on the wire: they find what an evaluation allows, all of it and nothing else, page by page.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedBy, MAX_RESULTS, makeToken, TOKEN_LASTS } from '../../src/api/paging.ts';
import { applyDelivery, type DeliveredFact } from '../../src/directory/directory.ts';
import { assignTeaching, endTeaching } from '../../src/directory/teaching.ts';
import { actions } from '../../src/rights/rights.ts';
import { ACADEMY, COLLEGE, cast, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { extras, keyOf, type Name } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const SUBJECT = '/access/v1/search/subject';
const RESOURCE = '/access/v1/search/resource';
const ACTION = '/access/v1/search/action';

const everyone = [...Object.keys(cast), ...Object.keys(extras)] as Name[];

interface Page {
  readonly page?: { readonly next_token: string; readonly count: number; readonly total: number };
  readonly results: readonly { readonly type?: string; readonly id?: string; readonly name?: string }[];
}

describe.each(engines)('AuthZEN searches on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let token: string;
  /** The `sub` of everyone, their name by `sub`, and every logbook by a name. */
  const subs = {} as Record<Name, string>;
  const names = new Map<string, string>();
  const books: Record<string, string> = {};

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    token = await module.token('rights');
    for (const name of everyone) {
      subs[name] = await module.sub(name);
      names.set(subs[name], name);
    }
    const rows = await api
      .db('logbook')
      .join('audience', 'audience.id', 'logbook.audience')
      .select('logbook.id', 'audience.code', 'logbook.subject');
    for (const { id, code, subject } of rows) {
      books[`${code} ${subject}`] = id;
      names.set(id, `${code} ${subject}`);
    }
  });
  afterAll(() => api.close());

  const user = (who: Name) => ({ type: 'user', id: subs[who] });
  const book = (name: string) => ({ type: 'logbook', id: books[name] });
  const whoMay = (name: string, of: string) => ({
    subject: { type: 'user' },
    action: { name },
    resource: book(of),
  });
  const whichMay = (who: Name, name = 'read') => ({
    subject: user(who),
    action: { name },
    resource: { type: 'logbook' },
  });
  const whatMay = (who: Name, of: string) => ({ subject: user(who), resource: book(of) });

  const ask = (path: string, body: unknown, as = token) => api.ask(path, { token: as, method: 'POST', body });
  const search = async (path: string, body: unknown, as = token): Promise<Page> => {
    const answer = await ask(path, body, as);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ results: expect.any(Array) })]);
    return answer.body as unknown as Page;
  };
  const named = ({ results }: Page) => results.map(({ id, name }) => name ?? names.get(id!) ?? `unknown ${id}`).sort();
  const refused = async (path: string, body: unknown, member: string, as = token) => {
    const answer = await ask(path, body, as);
    expect([answer.status, answer.body.code, answer.body.details]).toEqual([400, 'bad_request', { member }]);
  };
  /** Every page in turn, as a client that only sends the token back reads them. */
  const pages = async (path: string, body: object, limit?: number): Promise<Page[]> => {
    const read = [await search(path, { ...body, page: limit === undefined ? {} : { limit } })];
    for (let next = read[0]!.page!.next_token; next; next = read.at(-1)!.page!.next_token) {
      read.push(await search(path, { ...body, page: { token: next } }));
      expect(read.length).toBeLessThan(500);
    }
    return read;
  };
  const results = (read: readonly Page[]) => read.flatMap((one) => one.results);

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
    expect(named(await search(SUBJECT, whoMay(action, of)))).toEqual(readers);
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
    expect(named(await search(RESOURCE, whichMay(who, action)))).toEqual(expected);
  });

  it.each<[who: Name, book: string, actions: string[]]>([
    ['tom', '6A MATHS', ['read', 'write']],
    ['tania', '6A MATHS', ['read']],
    ['olga', '6A MATHS', []],
    ['marc', 'CE1 ', ['read', 'write']],
    ['lea', 'CM2 ', ['read']],
  ])('what %s may do to %s, in the order of the actions', async (who, of, expected) => {
    const { body } = await ask(ACTION, whatMay(who, of));
    expect(body).toEqual({ results: expected.map((name) => ({ name })) });
  });

  it('the answer is entities in the order of their keys, and nothing more', async () => {
    for (const [path, body, type] of [
      [SUBJECT, whoMay('read', '6A MATHS'), 'user'],
      [RESOURCE, whichMay('paula'), 'logbook'],
    ] as const) {
      const answer = await ask(path, body);
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
    for (const id of [subs.olga, 'nobody', 5, null, {}]) {
      const body = { ...whoMay('write', '6A MATHS'), ...more };
      const found = await search(SUBJECT, { ...body, subject: { type: 'user', id, properties: head } });
      expect(named(found)).toEqual(['coline', 'tom']);
    }
    for (const id of [books['6A MATHS'], 'none', 5, null, {}]) {
      const body = { ...whichMay('olga'), ...more, subject: { ...user('olga'), properties: head } };
      const found = await search(RESOURCE, { ...body, resource: { type: 'logbook', id, properties: 'none' } });
      expect(named(found)).toEqual(['5C MATHS']);
    }
    for (const action of [{ name: 'write' }, { name: 5 }, 'write', null]) {
      const body = { ...whatMay('tania', '6A MATHS'), ...more, action };
      expect(await search(ACTION, body)).toEqual({ results: [{ name: 'read' }] });
    }
  });

  it('what is unknown finds nothing, in the same words', async () => {
    const stranger = await (await api.module()).sub('tom');
    const maths = books['6A MATHS']!;
    const unknown: [path: string, body: object][] = [
      ...['spaceship', '', 'User', 'logbook'].flatMap((type): [string, object][] => [
        [SUBJECT, { ...whoMay('read', '6A MATHS'), subject: { type } }],
        [RESOURCE, { ...whichMay('tom'), subject: { type, id: subs.tom } }],
        [ACTION, { ...whatMay('tom', '6A MATHS'), subject: { type, id: subs.tom } }],
      ]),
      ...['record', '', 'user', 'Logbook'].flatMap((type): [string, object][] => [
        [SUBJECT, { ...whoMay('read', '6A MATHS'), resource: { type, id: maths } }],
        [RESOURCE, { ...whichMay('tom'), resource: { type } }],
        [ACTION, { ...whatMay('tom', '6A MATHS'), resource: { type, id: maths } }],
      ]),
      ...['nobody', '', 'x'.repeat(5000), 'nobody\u0000', subs.tom.toUpperCase(), stranger].flatMap(
        (id): [string, object][] => [
          [RESOURCE, { ...whichMay('tom'), subject: { type: 'user', id } }],
          [ACTION, { ...whatMay('tom', '6A MATHS'), subject: { type: 'user', id } }],
        ],
      ),
      ...['none', '', 'x'.repeat(5000), `${maths}\u0000`, maths.toUpperCase()].flatMap((id): [string, object][] => [
        [SUBJECT, { ...whoMay('read', '6A MATHS'), resource: { type: 'logbook', id } }],
        [ACTION, { ...whatMay('tom', '6A MATHS'), resource: { type: 'logbook', id } }],
      ]),
      ...['delete', '', 'READ', 'toString', '__proto__'].flatMap((name): [string, object][] => [
        [SUBJECT, whoMay(name, '6A MATHS')],
        [RESOURCE, whichMay('tom', name)],
      ]),
    ];
    for (const [path, body] of unknown) {
      expect([body, await search(path, body)]).toEqual([body, { results: [] }]);
      const page = { next_token: '', count: 0, total: 0 };
      expect(await search(path, { ...body, page: { limit: 2 } })).toEqual({ page, results: [] });
    }
  });

  it('a module finds what is of the schools it serves, and that only', async () => {
    const lycee = await api.module({ schools: [LYCEE] });
    const as = await lycee.token('rights');
    const paula = { type: 'user', id: await lycee.sub('paula') };
    const found = await search(RESOURCE, { ...whichMay('tom'), subject: paula }, as);
    expect(named(found)).toEqual(['T1 PHILO']);
    expect((await search(SUBJECT, whoMay('read', 'T1 PHILO'), as)).results).toHaveLength(4);
    expect(await search(SUBJECT, whoMay('read', '6A MATHS'), as)).toEqual({ results: [] });
    expect(await search(ACTION, { subject: paula, resource: book('6A MATHS') }, as)).toEqual({ results: [] });
    expect(await search(ACTION, { subject: paula, resource: book('T1 PHILO') }, as)).toEqual({
      results: [{ name: 'read' }],
    });
    const { sector } = (await api.house.provider.module(lycee.id))!;
    const known = (await api.db('oidc_subject').where({ sector })).map((row) => row.person).sort();
    const served = await Promise.all(['henri', 'lise', 'noe', 'paula'].map((name) => keyOf(api.db, name)));
    expect(known).toEqual(served.sort());
  });

  it('two modules learn nothing of each other’s pseudonyms, not even by their order', async () => {
    const other = await api.module();
    const body = whoMay('read', '6A MATHS');
    const theirs = results([await search(SUBJECT, body, await other.token('rights'))]).map((one) => one.id!);
    const ours = results([await search(SUBJECT, body)]).map((one) => one.id!);
    expect(theirs.filter((id) => ours.includes(id))).toEqual([]);
    const persons = (client: string, found: string[]) =>
      Promise.all(found.map((id) => api.house.provider.personBehind(client, id)));
    const [here, there] = [await persons(module.id, ours), await persons(other.id, theirs)];
    expect([...there].sort()).toEqual([...here].sort());
    expect(there).not.toEqual(here);
  });

  it('the token of a signed-in person finds what is about that person only', async () => {
    await api.house.account('tania');
    const tania = await module.tokenOf(await keyOf(api.db, 'tania'), 'rights');
    expect(named(await search(SUBJECT, whoMay('read', '6A MATHS'), tania))).toEqual(['tania']);
    expect(named(await search(SUBJECT, whoMay('write', '6A MATHS'), tania))).toEqual([]);
    expect(named(await search(RESOURCE, whichMay('tania', 'write'), tania))).toEqual(['6A FRANC']);
    expect(await search(RESOURCE, whichMay('tom'), tania)).toEqual({ results: [] });
    expect(await search(ACTION, whatMay('tom', '6A MATHS'), tania)).toEqual({ results: [] });
  });

  it('the searches and the evaluation agree on everyone and everything, whatever the size of the pages', async () => {
    const allowed = new Set<string>();
    for (const who of everyone) {
      const asked = Object.keys(books).flatMap((of) => actions.map((name) => ({ of, name })));
      const evaluations = asked.map(({ of, name }) => ({ action: { name }, resource: book(of) }));
      const { body } = await ask('/access/v1/evaluations', { subject: user(who), evaluations });
      for (const [place, { decision }] of (body.evaluations as { decision: boolean }[]).entries())
        if (decision) allowed.add(`${who} ${asked[place]!.name} ${asked[place]!.of}`);
    }
    expect(allowed.size).toBeGreaterThan(60);

    const paged = async (path: string, body: object): Promise<string[]> => {
      const whole = await search(path, body);
      const count = whole.results.length;
      expect(whole.page).toBeUndefined();
      for (let limit = 1; limit <= count + 1 && count > 0; limit += 1) {
        const read = await pages(path, body, limit);
        expect(results(read)).toEqual(whole.results);
        expect(read.map((one) => one.results.length).slice(0, -1)).toEqual(
          Array.from({ length: Math.max(Math.ceil(count / limit) - 1, 0) }, () => limit),
        );
        for (const one of read)
          expect(one.page).toEqual({ next_token: expect.any(String), count: one.results.length, total: count });
      }
      return named(whole);
    };
    const bySubject = new Set<string>();
    const byResource = new Set<string>();
    const byAction = new Set<string>();
    for (const of of Object.keys(books)) {
      for (const name of actions)
        for (const who of await paged(SUBJECT, whoMay(name, of))) bySubject.add(`${who} ${name} ${of}`);
      for (const who of everyone)
        for (const name of await paged(ACTION, whatMay(who, of))) byAction.add(`${who} ${name} ${of}`);
    }
    for (const who of everyone)
      for (const name of actions)
        for (const of of await paged(RESOURCE, whichMay(who, name))) byResource.add(`${who} ${name} ${of}`);
    expect(bySubject).toEqual(allowed);
    expect(byResource).toEqual(allowed);
    expect(byAction).toEqual(allowed);
  }, 120_000);

  describe('a page', () => {
    const asked = () => whoMay('read', '6A MATHS');
    const first = async (limit = 2) => (await search(SUBJECT, { ...asked(), page: { limit } })).page!.next_token;

    it('is the first member of the answer, and is there when it is asked for', async () => {
      const text = async (body: object) => JSON.stringify((await ask(SUBJECT, body)).body);
      expect(await text({ ...asked(), page: { limit: 2 } })).toMatch(/^\{"page":\{"next_token":"[\w.-]+","count":2,/);
      expect(await text({ ...asked(), page: {} })).toMatch(/^\{"page":\{"next_token":"","count":13,"total":13\}/);
      expect(await text({ ...asked(), page: { limit: 13 } })).toMatch(/^\{"page":\{"next_token":""/);
      expect(await text({ ...asked(), page: { limit: 1e300, properties: { sort: 'name' }, other: 1 } })).toMatch(
        /^\{"page":\{"next_token":""/,
      );
      expect(await text(asked())).toMatch(/^\{"results":/);
    });

    it('of at most 0 tells none and how many there are; its token leads to the same again', async () => {
      const none = await search(SUBJECT, { ...asked(), page: { limit: 0 } });
      expect(none).toEqual({ page: { next_token: expect.stringMatching(/./), count: 0, total: 13 }, results: [] });
      const again = await search(SUBJECT, { ...asked(), page: { token: none.page!.next_token } });
      expect(again).toEqual({ page: { next_token: expect.stringMatching(/./), count: 0, total: 13 }, results: [] });
      await refused(SUBJECT, { ...asked(), page: { token: none.page!.next_token, limit: 5 } }, 'page.limit');
      expect(
        await search(SUBJECT, { ...whoMay('write', 'none'), resource: { type: 'x', id: 'x' }, page: { limit: 0 } }),
      ).toEqual({ page: { next_token: '', count: 0, total: 0 }, results: [] });
    });

    it('keeps its limit: left out it is inherited, the same it may be said, another is refused', async () => {
      const next = await first();
      const alone = await search(SUBJECT, { ...asked(), page: { token: next } });
      expect(alone.results).toHaveLength(2);
      const said = await search(SUBJECT, { ...asked(), page: { token: next, limit: 2 } });
      expect(said.results).toEqual(alone.results);
      for (const limit of [0, 1, 3, 1000])
        await refused(SUBJECT, { ...asked(), page: { token: next, limit } }, 'page.limit');
    });

    it('goes on with the same question only', async () => {
      const page = { token: await first() };
      const context = { time: '2026-11-12T09:00Z', nested: { b: [1, { d: 1, c: 2 }], a: null } };
      const others: [path: string, body: object][] = [
        [SUBJECT, whoMay('write', '6A MATHS')],
        [SUBJECT, whoMay('read', '6A FRANC')],
        [SUBJECT, { ...asked(), subject: { type: 'group' } }],
        [SUBJECT, { ...asked(), subject: { type: 'user', properties: { role: 'head' } } }],
        [SUBJECT, { ...asked(), context }],
        [RESOURCE, whichMay('tom')],
        [RESOURCE, { ...asked(), ...whichMay('tom') }],
        [ACTION, whatMay('tom', '6A MATHS')],
        [ACTION, { ...asked(), ...whatMay('tom', '6A MATHS') }],
      ];
      for (const [path, body] of others) await refused(path, { ...body, page }, 'page.token');
      const { results: expected } = await search(SUBJECT, { ...asked(), page });
      for (const body of [
        { ...asked(), subject: { type: 'user', id: subs.olga }, extra: 1, page },
        {
          page: { properties: { sort: 1 }, ...page },
          resource: book('6A MATHS'),
          action: { name: 'read' },
          subject: { type: 'user' },
        },
      ])
        expect((await search(SUBJECT, body)).results).toEqual(expected);

      const timed = await search(SUBJECT, { ...asked(), context, page: { limit: 1 } });
      const go = { token: timed.page!.next_token };
      const reordered = { nested: { a: null, b: [1, { c: 2, d: 1 }] }, time: context.time };
      expect((await search(SUBJECT, { ...asked(), context: reordered, page: go })).results).toHaveLength(1);
      for (const other of [
        {},
        { ...context, time: '2026-11-13T09:00Z' },
        { ...context, nested: { a: null, b: [{ c: 2, d: 1 }, 1] } },
      ])
        await refused(SUBJECT, { ...asked(), context: other, page: go }, 'page.token');
    });

    it('goes on for the same caller only', async () => {
      const next = await first();
      const other = await api.module();
      await refused(SUBJECT, { ...asked(), page: { token: next } }, 'page.token', await other.token('rights'));
      await api.house.account('tom');
      const tom = await module.tokenOf(await keyOf(api.db, 'tom'), 'rights');
      await refused(SUBJECT, { ...asked(), page: { token: next } }, 'page.token', tom);
      const renewed = await module.token('rights');
      expect((await search(SUBJECT, { ...asked(), page: { token: next } }, renewed)).results).toHaveLength(2);
    });

    it('is refused for a token that was touched, cut, made up or given by another key', async () => {
      const next = await first();
      const [said = '', mac = ''] = next.split('.');
      const [until, , after] = JSON.parse(Buffer.from(said, 'base64url').toString());
      const pack = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const touched = [...next].map(
        (letter, place) => `${next.slice(0, place)}${letter === 'A' ? 'B' : 'A'}${next.slice(place + 1)}`,
      );
      for (const token of [
        ...touched,
        '',
        '.',
        'x',
        said,
        mac,
        `${said}.`,
        `.${mac}`,
        `${next}.`,
        `${next}=`,
        `${next} `,
        `${next}\u0000`,
        `${pack([until, 500, after])}.${mac}`,
        `${pack([until + 1, 2, after])}.${mac}`,
        `${pack([until, 2, ''])}.${mac}`,
        makeToken(Buffer.alloc(32), { after: '', limit: 2 }, question(), Date.now()),
        makeToken(api.house.config.keyFor('forms'), { after: '', limit: 2 }, question(), Date.now()),
        'x'.repeat(100_000),
      ])
        await refused(SUBJECT, { ...asked(), page: { token } }, 'page.token');
    });

    it('is refused for a token that has expired', async () => {
      const key = api.house.config.keyFor('paging');
      const given = (at: number) => ({ token: makeToken(key, { after: '', limit: 3 }, question(), at) });
      const fresh = await search(SUBJECT, { ...asked(), page: given(Date.now() - TOKEN_LASTS + 60_000) });
      expect(fresh.results).toHaveLength(3);
      await refused(SUBJECT, { ...asked(), page: given(Date.now() - TOKEN_LASTS) }, 'page.token');
    });

    const question = () => askedBy({ client: module.id, person: undefined }, ['subject', asked()]);

    it('neither repeats nor skips when rights begin and end between two', async () => {
      const marc = await keyOf(api.db, 'marc');
      const teaching = () => ({
        school: ECOLE,
        teacher: marc,
        audience: { kind: 'class' as const, code: 'CM2' },
        by: 'test',
        at: Date.now(),
      });
      const body = whoMay('read', 'CM2 ');
      const others = ['denise', 'lea', 'paula'];
      const walk = async (change: (page: Page, place: number) => Promise<unknown>) => {
        const told: string[] = [];
        let page: object = { limit: 1 };
        for (let place = 0; place < 9; place += 1) {
          const read = await search(SUBJECT, { ...body, page });
          told.push(...named(read));
          if (!read.page!.next_token) break;
          await change(read, place);
          page = { token: read.page!.next_token };
        }
        return told;
      };
      // begins after the first page: told if their place is still to come, and nobody else moves
      const begun = await walk(async (_, place) => place === 0 && assignTeaching(api.db, teaching()));
      expect(begun.filter((name) => name !== 'marc').sort()).toEqual(others);
      expect(begun.length).toBe(new Set(begun).size);
      expect(named(await search(SUBJECT, body))).toEqual(['denise', 'lea', 'marc', 'paula']);
      // ends just after being told: a count of results would now skip the next one
      const ended = await walk(async (read) => named(read)[0] === 'marc' && endTeaching(api.db, teaching()));
      if ((await search(SUBJECT, body)).results.length === 4) await endTeaching(api.db, teaching());
      expect(ended.sort()).toEqual(['denise', 'lea', 'marc', 'paula']);
      // ends before being told: told no more, unless it was the first
      await assignTeaching(api.db, teaching());
      const gone = await walk(async (_, place) => place === 0 && endTeaching(api.db, teaching()));
      expect(gone.slice(1)).not.toContain('marc');
      expect(gone.filter((name) => name !== 'marc').sort()).toEqual(others);
    });
  });

  it('what does not fit in one answer comes in pages though nobody asked, and nothing is lost', async () => {
    const crowd = Array.from({ length: MAX_RESULTS + 150 }, (_, place) => `crowd${place}`);
    const pupils = crowd.map((externalId) => ({
      academy: ACADEMY,
      externalId,
      givenName: 'Élève',
      familyName: 'Essai',
    }));
    await applyDelivery(api.db, {
      source: 'aaf2d',
      batch: 'crowd',
      at: api.house.delivered,
      school: { uai: '0900009J', name: 'Lycée Immense', kind: 'lycée', degree: 2, academy: ACADEMY },
      subjects: [{ code: 'MATHS', label: 'Mathématiques' }],
      audiences: [{ kind: 'class', code: 'T9', label: 'Terminale 9' }],
      persons: [...pupils, { academy: ACADEMY, externalId: 'alone', givenName: 'Prof', familyName: 'Essai' }],
      facts: [
        {
          relation: 'post',
          subject: { person: 'alone' },
          object: { school: true },
          properties: { function: 'teacher' },
        },
        {
          relation: 'teaches',
          subject: { person: 'alone' },
          object: { class: 'T9' },
          properties: { subject: 'MATHS' },
        },
        ...crowd.flatMap((person): DeliveredFact[] => [
          { relation: 'attends', subject: { person }, object: { school: true } },
          { relation: 'enrolled', subject: { person }, object: { class: 'T9' } },
        ]),
      ],
    });
    const total = MAX_RESULTS + 151;
    const resource = { type: 'logbook', id: await api.logbook('0900009J', 'T9', 'MATHS') };
    const body = { subject: { type: 'user' }, action: { name: 'read' }, resource };
    const first = await search(SUBJECT, body);
    expect(first.page).toEqual({ next_token: expect.stringMatching(/./), count: MAX_RESULTS, total });
    const go = { token: first.page!.next_token };
    const rest = await search(SUBJECT, { ...body, page: go });
    expect(rest.page).toEqual({ next_token: '', count: 151, total });
    const ids = results([first, rest]).map((one) => one.id!);
    expect(new Set(ids).size).toBe(total);
    expect(ids).toEqual([...ids].sort());
    await refused(SUBJECT, { ...body, page: { ...go, limit: MAX_RESULTS } }, 'page.limit');
    expect(results(await pages(SUBJECT, body, 5000)).map((one) => one.id)).toEqual(ids);
    expect(results(await pages(SUBJECT, body, 400)).map((one) => one.id)).toEqual(ids);
  }, 60_000);

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
    const answer = await ask(path, body);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([answer.status, answer.body.code, answer.body.details]).toEqual([400, 'bad_request', { member }]);
  });

  it.each([SUBJECT, RESOURCE, ACTION])('%s answers errors as the evaluation does', async (path) => {
    const id = 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716';
    const body = { ...whoMay('read', '6A MATHS'), subject: user('tom') };
    const headers = { 'x-request-id': id };
    const outcomes = [
      [await api.ask(path, { token, body, headers }), 200, undefined],
      [await api.ask(path, { body, headers }), 401, 'token_missing'],
      [await api.ask(path, { token: 'x.y.z', body, headers }), 401, 'token_invalid'],
      [await api.ask(path, { token: await module.token('logbooks'), body, headers }), 403, 'scope_missing'],
      [await api.ask(path, { token, body: { ...body, padding: 'x'.repeat(300_000) }, headers }), 413, 'body_too_large'],
      [await api.ask(path, { token, body, headers: { ...headers, 'content-type': 'text/plain' } }), 400, 'bad_request'],
      [await api.ask(path, { token, method: 'GET', headers }), 405, 'method_not_allowed'],
      [await api.ask(path, { token, method: 'PUT', body, headers }), 405, 'method_not_allowed'],
    ] as const;
    for (const [answer, status, code] of outcomes) {
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.headers.get('x-request-id')).toBe(id);
      if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      if (status === 405) expect(answer.headers.get('allow')).toBe('POST');
    }
  });

  it('whatever JSON is sent, nothing breaks and nothing is found that was not asked for', async () => {
    const token = (await search(SUBJECT, { ...whoMay('read', '6A MATHS'), page: { limit: 1 } })).page!.next_token;
    const text = fc.oneof(
      fc.constantFrom('user', 'logbook', 'read', books['6A MATHS'], subs.olga, token),
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
        const answer = await ask(path, JSON.stringify(sent));
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) return;
        const { results: found } = answer.body as unknown as Page;
        const { subject, resource } = sent as Record<'subject' | 'resource', { type: string }>;
        if (found.length > 0) expect([subject.type, resource.type]).toEqual(['user', 'logbook']);
      }),
      { numRuns: 300, seed: 4 },
    );
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    const sent = JSON.stringify({ ...whoMay('read', '6A MATHS'), context: { deep: 'here' }, page: { limit: 1 } });
    expect((await ask(SUBJECT, sent.replace('"here"', deep))).status).toBe(200);
  });
});
