// Pages of a search on the wire: complete, in order, for the caller and the question that they were given to only.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedBy, MAX_RESULTS, makeToken, TOKEN_LASTS } from '../../src/api/paging.ts';
import { applyDelivery, type DeliveredFact } from '../../src/directory/directory.ts';
import { assignTeaching, endTeaching } from '../../src/directory/teaching.ts';
import { ACADEMY, ECOLE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { ACTION, openSearching, type Page, RESOURCE, resultsOf, type Searching, SUBJECT } from './searching.ts';

describe.each(engines)('a page of a search on $name', ({ open }) => {
  let world: Searching;
  beforeAll(async () => {
    world = await openSearching(open);
  });
  afterAll(() => world.api.close());

  const asked = () => world.whoMay('read', '6A MATHS');
  const first = async (limit = 2) => (await world.search(SUBJECT, { ...asked(), page: { limit } })).page!.next_token;

  it('is the first member of the answer, and is there when it is asked for', async () => {
    const text = async (body: object) => JSON.stringify((await world.ask(SUBJECT, body)).body);
    expect(await text({ ...asked(), page: { limit: 2 } })).toMatch(/^\{"page":\{"next_token":"[\w.-]+","count":2,/);
    expect(await text({ ...asked(), page: {} })).toMatch(/^\{"page":\{"next_token":"","count":13,"total":13\}/);
    expect(await text({ ...asked(), page: { limit: 13 } })).toMatch(/^\{"page":\{"next_token":""/);
    expect(await text({ ...asked(), page: { limit: 1e300, properties: { sort: 'name' }, other: 1 } })).toMatch(
      /^\{"page":\{"next_token":""/,
    );
    expect(await text(asked())).toMatch(/^\{"results":/);
  });

  it('of at most 0 tells none and how many there are; its token leads to the same again', async () => {
    const none = await world.search(SUBJECT, { ...asked(), page: { limit: 0 } });
    expect(none).toEqual({ page: { next_token: expect.stringMatching(/./), count: 0, total: 13 }, results: [] });
    const again = await world.search(SUBJECT, { ...asked(), page: { token: none.page!.next_token } });
    expect(again).toEqual({ page: { next_token: expect.stringMatching(/./), count: 0, total: 13 }, results: [] });
    await world.refused(SUBJECT, { ...asked(), page: { token: none.page!.next_token, limit: 5 } }, 'page.limit');
    expect(
      await world.search(SUBJECT, {
        ...world.whoMay('write', 'none'),
        resource: { type: 'x', id: 'x' },
        page: { limit: 0 },
      }),
    ).toEqual({ page: { next_token: '', count: 0, total: 0 }, results: [] });
  });

  it('keeps its limit: left out it is inherited, the same it may be said, another is refused', async () => {
    const next = await first();
    const alone = await world.search(SUBJECT, { ...asked(), page: { token: next } });
    expect(alone.results).toHaveLength(2);
    const said = await world.search(SUBJECT, { ...asked(), page: { token: next, limit: 2 } });
    expect(said.results).toEqual(alone.results);
    for (const limit of [0, 1, 3, 1000])
      await world.refused(SUBJECT, { ...asked(), page: { token: next, limit } }, 'page.limit');
  });

  it('goes on with the same question only', async () => {
    const page = { token: await first() };
    const context = { time: '2026-11-12T09:00Z', nested: { b: [1, { d: 1, c: 2 }], a: null } };
    const others: [path: string, body: object][] = [
      [SUBJECT, world.whoMay('write', '6A MATHS')],
      [SUBJECT, world.whoMay('read', '6A FRANC')],
      [SUBJECT, { ...asked(), subject: { type: 'group' } }],
      [SUBJECT, { ...asked(), subject: { type: 'user', properties: { role: 'head' } } }],
      [SUBJECT, { ...asked(), context }],
      [RESOURCE, world.whichMay('tom')],
      [RESOURCE, { ...asked(), ...world.whichMay('tom') }],
      [ACTION, world.whatMay('tom', '6A MATHS')],
      [ACTION, { ...asked(), ...world.whatMay('tom', '6A MATHS') }],
    ];
    for (const [path, body] of others) await world.refused(path, { ...body, page }, 'page.token');
    const { results: expected } = await world.search(SUBJECT, { ...asked(), page });
    for (const body of [
      { ...asked(), subject: { type: 'user', id: world.subs.olga }, extra: 1, page },
      {
        page: { sort: 1, ...page },
        resource: world.book('6A MATHS'),
        action: { name: 'read' },
        subject: { type: 'user' },
      },
    ])
      expect((await world.search(SUBJECT, body)).results).toEqual(expected);

    const what = { ...world.whatMay('tom', '6A MATHS'), action: { name: 'read' } };
    const [one, two] = await world.pages(ACTION, what, 1);
    expect([one?.results, two?.results]).toEqual([[{ name: 'read' }], [{ name: 'write' }]]);
    const ignored = { ...what, action: { name: 'write' }, page: { token: one!.page!.next_token } };
    expect((await world.search(ACTION, ignored)).results).toEqual(two!.results);

    const timed = await world.search(SUBJECT, { ...asked(), context, page: { limit: 1 } });
    const go = { token: timed.page!.next_token };
    const reordered = { nested: { a: null, b: [1, { c: 2, d: 1 }] }, time: context.time };
    expect((await world.search(SUBJECT, { ...asked(), context: reordered, page: go })).results).toHaveLength(1);
    for (const other of [
      {},
      { ...context, time: '2026-11-13T09:00Z' },
      { ...context, nested: { a: null, b: [{ c: 2, d: 1 }, 1] } },
    ])
      await world.refused(SUBJECT, { ...asked(), context: other, page: go }, 'page.token');
  });

  it('goes on for the same caller only', async () => {
    const next = await first();
    const other = await world.api.module();
    await world.refused(SUBJECT, { ...asked(), page: { token: next } }, 'page.token', await other.token('rights'));
    await world.api.house.account('tom');
    const tom = await world.module.tokenOf(await keyOf(world.api.db, 'tom'), 'rights');
    await world.refused(SUBJECT, { ...asked(), page: { token: next } }, 'page.token', tom);
    const renewed = await world.module.token('rights');
    expect((await world.search(SUBJECT, { ...asked(), page: { token: next } }, renewed)).results).toHaveLength(2);
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
      makeToken(world.api.house.config.keyFor('forms'), { after: '', limit: 2 }, question(), Date.now()),
      'x'.repeat(100_000),
    ])
      await world.refused(SUBJECT, { ...asked(), page: { token } }, 'page.token');
  });

  it('is refused for a token that has expired', async () => {
    const key = world.api.house.config.keyFor('paging');
    const given = (at: number) => ({ token: makeToken(key, { after: '', limit: 3 }, question(), at) });
    const fresh = await world.search(SUBJECT, { ...asked(), page: given(Date.now() - TOKEN_LASTS + 60_000) });
    expect(fresh.results).toHaveLength(3);
    await world.refused(SUBJECT, { ...asked(), page: given(Date.now() - TOKEN_LASTS) }, 'page.token');
  });

  const question = () => askedBy({ client: world.module.id, person: undefined }, ['subject', asked()]);

  it('neither repeats nor skips when rights begin and end between two', async () => {
    const marc = await keyOf(world.api.db, 'marc');
    const teaching = () => ({
      school: ECOLE,
      teacher: marc,
      audience: { kind: 'class' as const, code: 'CM2' },
      by: 'test',
      at: Date.now(),
    });
    const body = world.whoMay('read', 'CM2 ');
    const others = ['denise', 'lea', 'paula'];
    const walk = async (change: (page: Page, place: number) => Promise<unknown>) => {
      const told: string[] = [];
      let page: object = { limit: 1 };
      for (let place = 0; place < 9; place += 1) {
        const read = await world.search(SUBJECT, { ...body, page });
        told.push(...world.named(read));
        if (!read.page!.next_token) break;
        await change(read, place);
        page = { token: read.page!.next_token };
      }
      return told;
    };
    // begins after the first page: told if their place is still to come, and nobody else moves
    const begun = await walk(async (_, place) => place === 0 && assignTeaching(world.api.db, teaching()));
    expect(begun.filter((name) => name !== 'marc').sort()).toEqual(others);
    expect(begun.length).toBe(new Set(begun).size);
    expect(world.named(await world.search(SUBJECT, body))).toEqual(['denise', 'lea', 'marc', 'paula']);
    // ends just after being told: a count of results would now skip the next one
    const ended = await walk(async (read) => world.named(read)[0] === 'marc' && endTeaching(world.api.db, teaching()));
    if ((await world.search(SUBJECT, body)).results.length === 4) await endTeaching(world.api.db, teaching());
    expect(ended.sort()).toEqual(['denise', 'lea', 'marc', 'paula']);
    // ends before being told: told no more, unless it was the first
    await assignTeaching(world.api.db, teaching());
    const gone = await walk(async (_, place) => place === 0 && endTeaching(world.api.db, teaching()));
    expect(gone.slice(1)).not.toContain('marc');
    expect(gone.filter((name) => name !== 'marc').sort()).toEqual(others);
  });

  it('what does not fit in one answer comes in pages though nobody asked, and nothing is lost', async () => {
    const crowd = Array.from({ length: MAX_RESULTS + 150 }, (_, place) => `crowd${place}`);
    const pupils = crowd.map((externalId) => ({
      academy: ACADEMY,
      externalId,
      givenName: 'Élève',
      familyName: 'Essai',
    }));
    await applyDelivery(world.api.db, {
      source: 'aaf2d',
      batch: 'crowd',
      at: world.api.house.delivered,
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
    const resource = { type: 'logbook', id: await world.api.logbook('0900009J', 'T9', 'MATHS') };
    const body = { subject: { type: 'user' }, action: { name: 'read' }, resource };
    const first = await world.search(SUBJECT, body);
    expect(first.page).toEqual({ next_token: expect.stringMatching(/./), count: MAX_RESULTS, total });
    const go = { token: first.page!.next_token };
    const rest = await world.search(SUBJECT, { ...body, page: go });
    expect(rest.page).toEqual({ next_token: '', count: 151, total });
    const ids = resultsOf([first, rest]).map((one) => one.id!);
    expect(new Set(ids).size).toBe(total);
    expect(ids).toEqual([...ids].sort());
    await world.refused(SUBJECT, { ...body, page: { ...go, limit: MAX_RESULTS } }, 'page.limit');
    const more = await world.pages(SUBJECT, body, 5000);
    expect([more.map((one) => one.results.length), resultsOf(more).map((one) => one.id)]).toEqual([[1000, 151], ids]);
    expect(resultsOf(await world.pages(SUBJECT, body, 400)).map((one) => one.id)).toEqual(ids);
  }, 60_000);
});
