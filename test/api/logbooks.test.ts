// A module's logbooks: those a person reads, with reasons and children; those it registers; and the director's acts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barFromChild, unbarFromChild } from '../../src/acts/restrictions.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { COLLEGE, ECOLE, ecole, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';
import { sendSlowly } from './slowly.ts';

const LOGBOOKS = '/api/v1/logbooks';
const TEACHINGS = `/api/v1/schools/${ECOLE}/teachings`;

describe.each(engines)('logbooks over the API on $name', ({ open }) => {
  let api: Served;
  let module: ServedModule;
  let token: string;

  beforeAll(async () => {
    api = await openApi(open);
    module = await api.module();
    token = await module.token('rights');
    for (const name of ['denise', 'marc', 'helene', 'tania'] as const) await api.house.account(name);
  });
  afterAll(() => api.close());

  const readable = async (name: string, { as = module, action = 'read' } = {}) => {
    const query = new URLSearchParams({ subject: await as.sub(name), action });
    const answer = await api.ask(`${LOGBOOKS}?${query}`, { token: await as.token('rights') });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const named = (books: readonly Record<string, unknown>[]) =>
    books.map(({ school_name, audience, subject, rule, actions }) =>
      [school_name, audience, subject, rule, (actions as string[]).join('+')].join(' | '),
    );

  it('a teacher reads the team’s, and writes in their own', async () => {
    expect(named(await readable('tom'))).toEqual([
      'Collège Les Tilleuls | 6e A | Français | team | read',
      'Collège Les Tilleuls | 6e A | Mathématiques | owner | read+write',
      'Collège Les Tilleuls | 6e grec | Grec | team | read',
      'Collège Les Tilleuls | 6e latin | Latin | team | read',
      'Collège Les Tilleuls | 6e latin | Mathématiques | owner | read+write',
    ]);
    expect(named(await readable('tom', { action: 'write' }))).toEqual([
      'Collège Les Tilleuls | 6e A | Mathématiques | owner | read+write',
      'Collège Les Tilleuls | 6e latin | Mathématiques | owner | read+write',
    ]);
  });

  it('a head reads all those of the school, and writes none', async () => {
    const books = await readable('helene');
    expect(books).toHaveLength(6);
    expect(books.every((book) => book.rule === 'head' && String(book.actions) === 'read')).toBe(true);
    expect(await readable('helene', { action: 'write' })).toEqual([]);
  });

  it('a parent reads those of three schools, each with the child through whom', async () => {
    const [paul, lea, noe] = [await module.sub('paul'), await module.sub('lea'), await module.sub('noe')];
    const books = await readable('paula');
    expect(books.map((book) => [book.school, book.audience, book.children])).toEqual([
      [COLLEGE, '6e A', [paul]],
      [COLLEGE, '6e A', [paul]],
      [COLLEGE, '6e latin', [paul]],
      [COLLEGE, '6e latin', [paul]],
      [LYCEE, 'Terminale 1', [noe]],
      [ECOLE, 'CM2', [lea]],
    ]);
    expect(books[0]).toEqual({
      id: expect.any(String),
      school: COLLEGE,
      school_name: 'Collège Les Tilleuls',
      audience: '6e A',
      audience_kind: 'class',
      subject: 'Français',
      rule: 'guardian',
      reason: expect.stringMatching(/responsables légaux/),
      actions: ['read'],
      valid_until: expect.stringMatching(/Z$/),
      children: [paul],
    });
  });

  it('a child whom a parent is barred from is nowhere in what that parent reads', async () => {
    const [paul, lea, noe] = [await module.sub('paul'), await module.sub('lea'), await module.sub('noe')];
    const [person, child] = [await keyOf(api.db, 'paula'), await keyOf(api.db, 'paul')];
    const act = { school: COLLEGE, person, child, decision: 'TJ 2026/114', by: 'operator', at: Date.now() };
    await barFromChild(api.db, act);
    const books = await readable('paula');
    expect(books.map((book) => [book.school, book.children])).toEqual([
      [LYCEE, [noe]],
      [ECOLE, [lea]],
    ]);
    expect(JSON.stringify(books)).not.toContain(paul);
    await unbarFromChild(api.db, { ...act, at: Date.now() });
    expect(await readable('paula')).toHaveLength(6);
  });

  it('a module sees those of the schools it serves only', async () => {
    const lycee = await api.module({ schools: [LYCEE] });
    const [book, ...others] = await readable('paula', { as: lycee });
    expect([book?.school, book?.children, others]).toEqual([LYCEE, [await lycee.sub('noe')], []]);
    expect(await readable('tom', { as: lycee })).toEqual([]);
  });

  it('a module is given no name of a child of a school it does not serve', async () => {
    const lycee = await api.module({ schools: [LYCEE] });
    await readable('paula', { as: lycee });
    const { sector } = (await api.house.provider.module(lycee.id))!;
    const named = (await api.db('oidc_subject').where({ sector })).map((row) => row.person);
    expect(named.sort()).toEqual([await keyOf(api.db, 'noe'), await keyOf(api.db, 'paula')].sort());
  });

  it('a stranger reads none; a question without subject, or with another action, is refused', async () => {
    expect((await api.ask(`${LOGBOOKS}?subject=nobody`, { token })).body).toEqual([]);
    for (const [query, member] of [
      ['', 'subject'],
      ['?subject=a&subject=b', 'subject'],
      ['?subject=a&action=delete', 'action'],
    ] as const) {
      const answer = await api.ask(`${LOGBOOKS}${query}`, { token });
      expect([answer.status, answer.body.details]).toEqual([400, { member }]);
    }
    expect((await api.ask(`${LOGBOOKS}?subject=a`)).status).toBe(401);
    expect((await api.ask(`${LOGBOOKS}?subject=a`, { token: await module.token('logbooks') })).status).toBe(403);
    expect((await api.ask(LOGBOOKS, { method: 'DELETE', token })).headers.get('allow')).toBe('GET, HEAD, POST');
  });

  describe('a module registers', () => {
    const register = async (body: object, as = module) =>
      api.ask(LOGBOOKS, { token: await as.token('logbooks'), body });
    const wanted = async (more: object = {}) => ({
      school: COLLEGE,
      audience: { kind: 'class', code: '6B' },
      subject: 'MATHS',
      owners: [await module.sub('olga')],
      ...more,
    });

    it('a logbook, whose owners write in it at once and whose class reads it', async () => {
      const made = await register(await wanted());
      expect(made.status).toBe(201);
      expect(named(await readable('olga', { action: 'write' }))).toContain(
        'Collège Les Tilleuls | 6e B | Mathématiques | owner | read+write',
      );
      expect((await readable('lucas')).map((book) => book.id)).toContain(made.body.id);
      expect((await readable('helene')).map((book) => book.id)).toContain(made.body.id);
      const again = await register(await wanted());
      expect([again.status, again.body]).toEqual([200, made.body]);
      const other = await register(await wanted({ owners: [await module.sub('coline')] }));
      expect([other.status, other.body.id]).toEqual([200, made.body.id]);
      expect(await readable('olga', { action: 'write' })).toHaveLength(1);
      expect((await readable('coline', { action: 'write' })).map((book) => book.id)).toContain(made.body.id);
      const taken = await api.module();
      const foreign = await register({ ...(await wanted()), owners: [await taken.sub('olga')] }, taken);
      expect([foreign.status, foreign.body.id]).toEqual([200, made.body.id]);
      expect(await readable('olga', { action: 'write' })).toHaveLength(1);
    });

    it('one, whatever the number of those who ask at once', async () => {
      const body = await wanted({ audience: { kind: 'class', code: '6B' }, subject: 'LATIN' });
      const bearer = await module.token('logbooks');
      const answers = await Promise.all(Array.from({ length: 12 }, () => api.ask(LOGBOOKS, { token: bearer, body })));
      expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
      expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(11).fill(200), 201]);
    });

    it('nothing over one that follows from teaching', async () => {
      const owned = await api.logbook(COLLEGE, '6A', 'MATHS');
      const answer = await register(await wanted({ audience: { kind: 'class', code: '6A' } }));
      expect([answer.status, answer.body.id]).toEqual([200, owned]);
      expect((await readable('olga', { action: 'write' })).map((book) => book.id)).not.toContain(owned);
    });

    it('nothing for a signed-in person who would not keep it', async () => {
      const body = await wanted({ subject: 'FRANC', owners: [await module.sub('tania')] });
      const as = async (name: 'helene' | 'tania') => {
        const bearer = await module.tokenOf(await keyOf(api.db, name), 'logbooks');
        return api.ask(LOGBOOKS, { token: bearer, body });
      };
      expect(await as('helene')).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
      expect(await as('tania')).toMatchObject({ status: 201 });
    });

    it('nothing of a colleague’s for a signed-in teacher, who takes no logbook over', async () => {
      const tokens = {
        tom: await module.tokenOf(await api.house.account('tom'), 'logbooks'),
        theo: await module.tokenOf(await api.house.account('theo'), 'logbooks'),
      };
      const body = async (name: keyof typeof tokens) => wanted({ subject: 'GREC', owners: [await module.sub(name)] });
      const as = async (name: keyof typeof tokens) =>
        api.ask(LOGBOOKS, { token: tokens[name], body: await body(name) });
      const made = await as('tom');
      expect(made.status).toBe(201);
      const writers = async () => {
        const books = await Promise.all(['tom', 'theo'].map((name) => readable(name, { action: 'write' })));
        return books.map((found) => found.some((book) => book.id === made.body.id));
      };
      expect(await as('theo')).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
      expect(await writers()).toEqual([true, false]);
      expect(await as('tom')).toMatchObject({ status: 200, body: { id: made.body.id } });
      // the module itself says who keeps what it holds
      expect(await register(await body('theo'))).toMatchObject({ status: 200 });
      expect(await writers()).toEqual([false, true]);
    });

    it('nothing that is not theirs to register', async () => {
      const lycee = await api.module({ schools: [LYCEE] });
      const refusals = [
        [await register({ ...(await wanted()), owners: [await lycee.sub('olga')] }, lycee), 403, 'school_not_served'],
        [await register(await wanted({ school: '9999999Z' })), 404, 'unknown_school'],
        [await register(await wanted({ audience: { kind: 'class', code: '9Z' } })), 404, 'unknown_class'],
        [await register(await wanted({ owners: ['nobody'] })), 404, 'unknown_person'],
        [await register(await wanted({ owners: [await module.sub('paul')] })), 403, 'not_allowed'],
        [await register(await wanted({ owners: [await module.sub('lise')] })), 403, 'not_allowed'],
        [await register(await wanted({ owners: [await module.sub('berthe')] })), 403, 'not_allowed'],
        [await register(await wanted({ owners: [] })), 400, 'bad_request'],
        [await register(await wanted({ audience: 'class' })), 400, 'bad_request'],
        [await register({}), 400, 'bad_request'],
        [await register(await wanted({ school: `${COLLEGE}\u0000` })), 400, 'bad_request'],
        [await register(await wanted({ audience: { kind: 'class', code: '6B\u0000' } })), 400, 'bad_request'],
        [await register(await wanted({ subject: 'MATHS\u0000' })), 400, 'bad_request'],
      ] as const;
      for (const [{ status, body }, expected, code] of refusals) expect([status, body.code]).toEqual([expected, code]);
      // a module knows a person by the name that it was given, and by no other
      expect(JSON.stringify(refusals)).not.toContain(await keyOf(api.db, 'paul'));
    });
  });

  describe('the director of an école', () => {
    const change = async (method: 'PUT' | 'DELETE', bearer: string, more: object = {}) =>
      api.ask(TEACHINGS, {
        method,
        token: bearer,
        body: { teacher: await module.sub('marc'), audience: { kind: 'class', code: 'CM2' }, ...more },
      });

    it('gives a class to a teacher and takes it back, with its logbook', async () => {
      const denise = await module.tokenOf(await keyOf(api.db, 'denise'), 'teaching');
      const given = await change('PUT', denise);
      expect([given.status, given.body.changed]).toEqual([200, true]);
      expect(given.body.revision).toMatch(new RegExp(`^${ECOLE}:\\d+$`));
      expect(named(await readable('marc', { action: 'write' }))).toContain(
        'École Jules-Verne | CM2 |  | owner | read+write',
      );
      expect((await change('PUT', denise)).body).toEqual({ revision: given.body.revision, changed: false });
      expect((await change('DELETE', denise)).body.changed).toBe(true);
      expect(await readable('marc', { action: 'write' })).toHaveLength(1);
      expect((await change('DELETE', denise)).body.changed).toBe(false);
      expect((await verifyAudit(api.db)).firstBad).toBeUndefined();
    });

    it('and nobody else', async () => {
      const marc = await module.tokenOf(await keyOf(api.db, 'marc'), 'teaching');
      const helene = await module.tokenOf(await keyOf(api.db, 'helene'), 'teaching');
      for (const bearer of [marc, helene, await module.token('teaching')])
        expect(await change('PUT', bearer)).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
      expect((await change('PUT', token)).body.code).toBe('scope_missing');
      const denise = await module.tokenOf(await keyOf(api.db, 'denise'), 'teaching');
      const elsewhere = `/api/v1/schools/${COLLEGE}/teachings`;
      expect((await api.ask(elsewhere, { method: 'PUT', token: denise, body: {} })).status).toBe(403);
      const stranger = await api.module({ schools: [COLLEGE] });
      const there = await stranger.tokenOf(await keyOf(api.db, 'denise'), 'teaching');
      expect(await change('PUT', there)).toMatchObject({ status: 403, body: { code: 'school_not_served' } });
      for (const [more, status, code] of [
        [{ teacher: await module.sub('tom') }, 403, 'not_allowed'],
        [{ teacher: 'nobody' }, 404, 'unknown_person'],
        [{ audience: { kind: 'class', code: 'CP' } }, 404, 'unknown_class'],
        [{ audience: { kind: 'school' } }, 400, 'bad_request'],
        [{ audience: { kind: 'class', code: 'CM2\u0000' } }, 400, 'bad_request'],
        [{ subject: 'MATHS\u0000' }, 400, 'bad_request'],
      ] as const)
        expect(await change('PUT', denise, more)).toMatchObject({ status, body: { code } });
    });

    it('when a teacher leaves the école, the class does not stay theirs', async () => {
      const marc = await keyOf(api.db, 'marc');
      expect(await readable('marc', { action: 'write' })).toHaveLength(1);
      const delivery = ecole(Date.now());
      const facts = delivery.facts.filter(({ subject }) => !('person' in subject) || subject.person !== '1102');
      await applyDelivery(api.db, { ...delivery, facts });
      expect(await readable('marc')).toEqual([]);
      const local = await currentFacts(api.db, { school: ECOLE, subject: marc, endingAfter: Date.now() });
      expect(new Set(local.map((fact) => fact.relation))).toEqual(new Set(['authored']));
    });

    it('gives nothing once the function has ended, however slowly it is asked', async () => {
      const denise = await keyOf(api.db, 'denise');
      const bearer = await module.tokenOf(denise, 'teaching');
      const body = JSON.stringify({ teacher: await module.sub('denise'), audience: { kind: 'class', code: 'CE1' } });
      const slow = sendSlowly(new URL(TEACHINGS, api.origin), { method: 'PUT', token: bearer, body });
      // this one came later, and is done: the other was let in before
      const other = { teacher: await module.sub('denise'), audience: { kind: 'class', code: 'CM2' } };
      expect((await change('PUT', bearer, other)).status).toBe(200);
      const posts = await currentFacts(api.db, { school: ECOLE, relations: ['post'], subject: denise });
      const end = posts.filter(({ properties }) => properties.function === 'direction');
      await changeFacts(api.db, { school: ECOLE, source: 'aaf1d', actor: 'test', at: Date.now(), end });
      expect(await slow.rest()).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
    });
  });
});
