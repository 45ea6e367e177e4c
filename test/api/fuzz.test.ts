// Every address of the API is sent what nobody would: nothing breaks, and nothing but a refusal or an answer comes back.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { COLLEGE, ECOLE } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { openApi, type Served } from './harness.ts';

const RUNS = 350;

/** What somebody may be, or may not: names that mean something here, and texts that mean something elsewhere. */
const odd = [
  ...['', ' ', '\u0000', '\ud800', 'é'.repeat(300), '\u202e', '../..', '%', '_', "'; drop table person; --", '{}'],
  ...['2026-11-30', '2026-02-30', '0000-01-01', '9999-12-31', '2026-13-01', '+275760-09-13', '1e999', '__proto__'],
  ...['9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '2026-11-30T08:00:00+14:00', '2026-11-30T08:00', '-1'],
  ...['read', 'write', 'class', 'group', 'user', 'logbook', '6A', 'MATHS', COLLEGE, ECOLE, `${COLLEGE}:1`],
];

type Callers = 'head' | 'teacher' | 'module' | 'distributor';

interface Address {
  readonly method: string;
  readonly path: string;
  /** Those of its query. */
  readonly query?: readonly string[];
  /** Those of its body, each of which may be one or a list. */
  readonly members?: readonly string[];
  readonly as: readonly Callers[];
}

const people = ['head', 'teacher', 'module'] as const;
const days = ['from', 'until'];

const addresses: readonly Address[] = [
  { method: 'GET', path: '/api/v1/logbooks', query: ['subject', 'action'], as: people },
  { method: 'POST', path: '/api/v1/logbooks', members: ['school', 'audience', 'subject', 'owners'], as: people },
  { method: 'GET', path: '/api/v1/logbooks/*/readers', query: ['at', 'from', 'to'], as: people },
  { method: 'GET', path: '/api/v1/categories', query: ['at'], as: people },
  { method: 'GET', path: '/api/v1/me', as: people },
  { method: 'GET', path: '/api/v1/me/consultations', as: people },
  { method: 'GET', path: '/api/v1/family', query: ['subject'], as: people },
  { method: 'GET', path: '/api/v1/circles', query: ['school'], as: people },
  { method: 'GET', path: '/api/v1/circles/*/members', as: people },
  { method: 'GET', path: '/api/v1/lessons', query: ['subject', 'day'], as: people },
  { method: 'GET', path: '/api/v1/grants', as: people },
  { method: 'POST', path: '/api/v1/grants/asks', members: ['logbook', 'until'], as: people },
  { method: 'POST', path: '/api/v1/grants/offers', members: ['logbook', 'beneficiary', ...days], as: people },
  ...['validate', 'refuse', 'end'].map((verb) => ({
    ...{ method: 'POST', path: `/api/v1/grants/*/${verb}`, members: ['reason'], as: people },
  })),
  { method: 'GET', path: '/api/v1/inspections', as: people },
  {
    ...{ method: 'POST', path: '/api/v1/inspections', as: people },
    members: ['school', 'teachers', 'archives', 'audiences', 'motive', ...days],
  },
  ...['approve', 'refuse', 'end'].map((verb) => ({
    ...{ method: 'POST', path: `/api/v1/inspections/*/${verb}`, members: ['reason'], as: people },
  })),
  { method: 'GET', path: '/api/v1/objections', as: people },
  { method: 'POST', path: '/api/v1/objections', members: ['guardian'], as: people },
  { method: 'DELETE', path: '/api/v1/objections', members: ['guardian'], as: people },
  ...['PUT', 'DELETE'].map((method) => ({
    ...{ method, path: '/api/v1/schools/*/replacements', as: people },
    members: ['substitute', 'replaced', 'logbooks', ...days],
  })),
  ...['PUT', 'DELETE'].map((method) => ({
    ...{ method, path: '/api/v1/schools/*/teachings', as: people },
    members: ['teacher', 'audience', 'subject'],
  })),
  {
    ...{ method: 'POST', path: '/access/v1/requests', as: people },
    members: ['subject', 'resource', 'action', 'context', 'requested_access', 'denial', 'items'],
  },
  { method: 'GET', path: '/access/v1/requests/*', as: people },
  { method: 'POST', path: '/access/v1/requests/*/cancel', members: ['reason'], as: people },
  { method: 'GET', path: '/api/v1/ressources/*/*/*', as: [...people, 'distributor'] },
  { method: 'GET', path: '/api/v1/abonnements', query: ['debut', 'fin', 'triPar', 'tri'], as: ['distributor'] },
  { method: 'POST', path: '/api/v1/abonnements', members: ['filtre', 'triPar', 'tri'], as: ['distributor'] },
  { method: 'GET', path: '/api/v1/abonnements/*', as: ['distributor'] },
  ...['PUT', 'POST', 'PATCH'].map((method) => ({
    ...{ method, path: '/api/v1/abonnements/*', members: Object.keys(good), as: ['distributor'] as const },
  })),
  { method: 'DELETE', path: '/api/v1/abonnements/*', as: ['distributor'] },
  { method: 'GET', path: '/api/v1/etablissements', query: ['debut', 'fin'], as: ['distributor'] },
  { method: 'GET', path: '/api/v1/decompteaffectations', query: ['idAbonnement'], as: ['distributor'] },
  { method: 'GET', path: '/api/v1/rapportsAffectation/*/*', as: ['distributor'] },
  { method: 'GET', path: '/api/v1/GAR-Affectations/*/*', as: ['distributor'] },
];

/** An address holds no half of a letter. */
const wellFormed = (text: string) => Buffer.from(text).toString();

describe.each(engines)('the API, sent anything, on $name', ({ open }) => {
  let api: Served;
  const tokens = {} as Record<Callers, readonly string[]>;
  let words: string[];

  beforeAll(async () => {
    api = await openApi(open);
    const scopes = ['rights', 'grants', 'teaching', 'logbooks', 'circles', 'own_data'];
    const module = await api.module({ scopes: ['openid', 'children', ...scopes] });
    const distributor = await api.module({
      redirectUris: [],
      scopes: ['usage', 'subscriptions'],
      distributor: '461730832_0000000000000000',
    });
    const all = (give: (scope: string) => Promise<string>, wanted = scopes) => Promise.all(wanted.map(give));
    const head = await api.house.account('helene');
    const teacher = await api.house.account('tom');
    tokens.head = [await module.tokenOf(head, scopes.join(' '))];
    tokens.teacher = [await module.tokenOf(teacher, scopes.join(' '))];
    tokens.module = await all((scope) => module.token(scope));
    tokens.distributor = await all((scope) => distributor.token(scope), ['usage', 'subscriptions']);
    const subs = await Promise.all(['helene', 'tom', 'tania', 'olga', 'paul'].map((name) => module.sub(name)));
    const maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    words = [...odd, ...subs, maths, `c_${maths}`, `i_${maths}`, subs[0]!.toUpperCase(), maths.toUpperCase()];
  });
  afterAll(() => api.close());

  it('answers or refuses, and breaks nowhere', async () => {
    const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 40 }));
    const leaf = fc.oneof({ arbitrary: text, weight: 6 }, { arbitrary: fc.jsonValue({ maxDepth: 1 }), weight: 1 });
    const names = fc.constantFrom('id', 'type', 'name', 'kind', 'code', 'motive', 'requested_until', 'binding_token');
    const value = fc.oneof(
      { arbitrary: leaf, weight: 4 },
      { arbitrary: fc.array(leaf, { maxLength: 3 }), weight: 1 },
      { arbitrary: fc.dictionary(names, leaf, { maxKeys: 3 }), weight: 2 },
      { arbitrary: fc.array(fc.dictionary(names, leaf, { maxKeys: 3 }), { maxLength: 2 }), weight: 1 },
    );
    const asked = fc.constantFrom(...addresses).chain((address) =>
      fc.record({
        address: fc.constant(address),
        as: fc.constantFrom(...address.as),
        token: fc.nat(5),
        pieces: fc.array(text, { minLength: 3, maxLength: 3 }),
        query: fc.array(leaf, { minLength: 4, maxLength: 4 }),
        values: fc.array(fc.option(value, { freq: 6 }), { minLength: 20, maxLength: 20 }),
        whole: fc.option(fc.jsonValue({ maxDepth: 2 }), { freq: 8 }),
        usual: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(asked, async ({ address, as, token, pieces, query, values, whole, usual }) => {
        const { method, members } = address;
        const at = [...pieces];
        const path = address.path.replace(/\*/g, () => encodeURIComponent(wellFormed(at.shift()!)));
        const search = new URLSearchParams(
          (address.query ?? []).map((name, place) => [name, wellFormed(String(query[place]))]),
        );
        const known = usual && path.includes('abonnements') ? good : {};
        const body = members && {
          ...known,
          ...Object.fromEntries(
            members.flatMap((name, place) => (values[place] === null ? [] : [[name, values[place]]])),
          ),
        };
        const answer = await fetch(`${api.origin}${path}${search.size > 0 ? `?${search}` : ''}`, {
          method,
          headers: {
            authorization: `Bearer ${tokens[as][token % tokens[as].length]}`,
            'content-type': 'application/json',
          },
          ...(body && { body: JSON.stringify(whole === null ? body : whole) }),
        });
        const said = await answer.text();
        expect([answer.status < 500, said]).toEqual([true, said]);
        if (answer.status >= 400 && !path.includes('/ressources/'))
          expect(JSON.parse(said)).toMatchObject({ code: expect.any(String) });
      }),
      { numRuns: RUNS, seed: 7, endOnFailure: true },
    );
    expect(await verifyAudit(api.db)).toMatchObject({ rows: expect.any(Number) });
  });
});
