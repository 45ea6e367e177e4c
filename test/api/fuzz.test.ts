// Every address of the API is sent what nobody would: nothing breaks, and nothing but a refusal or an answer comes back.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { COLLEGE, ECOLE } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { openApi, type Served } from './harness.ts';

const RUNS = 300;

/** What means nothing here, or something elsewhere. */
const odd = [
  ...['', ' ', '\u0000', '\ud800', 'é'.repeat(300), '\u202e', '../..', '%', '_', "'; drop table person; --", '{}'],
  ...['1e999', '__proto__', '-1', 'none', '0'],
];

/** Of each kind what there is, and what there could be: filled at the start. */
const kinds = {
  day: ['2026-11-30', '2027-02-28', '2026-02-30', '0000-01-01', '9999-12-31', '2026-13-01', '1969-12-31'],
  instant: ['9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '2026-11-30T08:00:00+14:00', '2026-11-30T08:00'],
  sub: [] as string[],
  logbook: [] as string[],
  school: [COLLEGE, ECOLE, '0999999Z'],
  class: ['6A', '6LAT', '5C', 'CM2'],
  subject: ['MATHS', 'FRANC', 'LATIN'],
  action: ['read', 'write'],
  text: ['Visite', 'Recours'],
  act: ['visa', 'all'],
  delegation: [] as string[],
  grant: [] as string[],
  inspection: [] as string[],
  task: [] as string[],
  binding: [] as string[],
  subscription: ['1', 'AB-1'],
};

type Kind = keyof typeof kinds;

/** What a member should be: a text of a kind, a list of them, or an object. */
type Shape = Kind | readonly [Shape] | { readonly [member: string]: Shape };

type Caller = 'head' | 'teacher' | 'colleague' | 'module' | 'distributor';

interface Address {
  readonly method: string;
  /** `{kind}` stands for a text of that kind. */
  readonly path: string;
  readonly scope: string;
  readonly query?: Readonly<Record<string, Kind>>;
  readonly body?: Readonly<Record<string, Shape>>;
  readonly as?: readonly Caller[];
}

const audience = { kind: 'text', code: 'class' } as const;
const days = { from: 'day', until: 'day' } as const;
const replacement = { substitute: 'sub', replaced: 'sub', logbooks: ['logbook'], ...days } as const;
const teaching = { teacher: 'sub', audience, subject: 'subject' } as const;
const distributor = { scope: 'subscriptions', as: ['distributor'] } as const;
const usage = { scope: 'usage', as: ['distributor'] } as const;
const subscription = Object.fromEntries(Object.keys(good).map((name) => [name, 'text'] as const));
const each = (method: string, path: string, verbs: readonly string[], more: Omit<Address, 'method' | 'path'>) =>
  verbs.map((verb): Address => ({ method, path: `${path}/${verb}`, ...more }));

const addresses: readonly Address[] = [
  { method: 'GET', path: '/api/v1/logbooks', scope: 'rights', query: { subject: 'sub', action: 'action' } },
  {
    ...{ method: 'POST', path: '/api/v1/logbooks', scope: 'logbooks' },
    body: { school: 'school', audience, subject: 'subject', owners: ['sub'] },
  },
  { method: 'GET', path: '/api/v1/logbooks/{logbook}/readers', scope: 'rights', query: { at: 'instant' } },
  {
    ...{ method: 'GET', path: '/api/v1/logbooks/{logbook}/readers', scope: 'rights' },
    query: { from: 'instant', to: 'instant' },
  },
  { method: 'GET', path: '/api/v1/categories', scope: 'rights', query: { at: 'instant' } },
  { method: 'GET', path: '/api/v1/me', scope: 'own_data' },
  { method: 'GET', path: '/api/v1/me/consultations', scope: 'own_data' },
  { method: 'GET', path: '/api/v1/family', scope: 'rights', query: { subject: 'sub' } },
  { method: 'GET', path: '/api/v1/circles', scope: 'circles', query: { school: 'school' } },
  { method: 'GET', path: '/api/v1/circles/{grant}/members', scope: 'circles' },
  { method: 'GET', path: '/api/v1/lessons', scope: 'rights', query: { subject: 'sub', day: 'day' } },
  { method: 'GET', path: '/api/v1/grants', scope: 'grants' },
  { method: 'POST', path: '/api/v1/grants/asks', scope: 'grants', body: { logbook: 'logbook', until: 'day' } },
  {
    ...{ method: 'POST', path: '/api/v1/grants/offers', scope: 'grants' },
    body: { logbook: 'logbook', beneficiary: 'sub', ...days },
  },
  ...each('POST', '/api/v1/grants/{grant}', ['validate', 'refuse', 'end'], {
    scope: 'grants',
    body: { reason: 'text' },
  }),
  { method: 'GET', path: '/api/v1/inspections', scope: 'grants' },
  {
    ...{ method: 'POST', path: '/api/v1/inspections', scope: 'grants' },
    body: { school: 'school', teachers: ['sub'], archives: ['sub'], audiences: [audience], motive: 'text', ...days },
  },
  ...each('POST', '/api/v1/inspections/{inspection}', ['approve', 'refuse', 'end'], {
    ...{ scope: 'grants', body: { reason: 'text' } as const },
  }),
  { method: 'GET', path: '/api/v1/delegations', scope: 'grants' },
  {
    ...{ method: 'POST', path: '/api/v1/delegations', scope: 'grants' },
    body: { school: 'school', deputy: 'sub', act: 'act', decision: 'text', ...days },
  },
  { method: 'POST', path: '/api/v1/delegations/{delegation}/end', scope: 'grants', body: {} },
  { method: 'GET', path: '/api/v1/objections', scope: 'grants' },
  { method: 'POST', path: '/api/v1/objections', scope: 'grants', body: { guardian: 'sub' } },
  { method: 'DELETE', path: '/api/v1/objections', scope: 'grants', body: { guardian: 'sub' } },
  { method: 'PUT', path: '/api/v1/schools/{school}/replacements', scope: 'grants', body: replacement },
  { method: 'DELETE', path: '/api/v1/schools/{school}/replacements', scope: 'grants', body: replacement },
  { method: 'PUT', path: '/api/v1/schools/{school}/teachings', scope: 'teaching', body: teaching },
  { method: 'DELETE', path: '/api/v1/schools/{school}/teachings', scope: 'teaching', body: teaching },
  {
    ...{ method: 'POST', path: '/access/v1/requests', scope: 'grants' },
    body: {
      subject: { type: 'text', id: 'sub' },
      resource: { type: 'text', id: 'logbook' },
      action: { name: 'action' },
      context: { motive: 'text' },
      requested_access: { requested_from: 'instant', requested_until: 'instant' },
      denial: { binding_token: 'binding' },
    },
  },
  { method: 'GET', path: '/access/v1/requests/{task}', scope: 'grants' },
  { method: 'POST', path: '/access/v1/requests/{task}/cancel', scope: 'grants', body: {} },
  { method: 'GET', path: '/api/v1/ressources/{text}/{school}/{sub}', scope: 'rights' },
  { method: 'GET', path: '/api/v1/abonnements', ...distributor, query: { debut: 'text', fin: 'text', tri: 'text' } },
  { method: 'POST', path: '/api/v1/abonnements', ...distributor, body: { filtre: [subscription], triPar: 'text' } },
  { method: 'GET', path: '/api/v1/abonnements/{subscription}', ...distributor },
  ...['PUT', 'POST', 'PATCH'].map(
    (method): Address => ({
      ...{ method, path: '/api/v1/abonnements/{subscription}', ...distributor, body: subscription },
    }),
  ),
  { method: 'DELETE', path: '/api/v1/abonnements/{subscription}', ...distributor },
  { method: 'GET', path: '/api/v1/etablissements', ...distributor, query: { debut: 'text', fin: 'text' } },
  { method: 'GET', path: '/api/v1/decompteaffectations', ...usage, query: { idAbonnement: 'subscription' } },
  { method: 'GET', path: '/api/v1/rapportsAffectation/{text}/{text}', ...usage },
  { method: 'GET', path: '/api/v1/GAR-Affectations/{text}/{text}', ...usage },
];

/** Mostly what belongs there, sometimes what does not. */
function valueFor(shape: Shape): fc.Arbitrary<unknown> {
  if (typeof shape === 'string') return textOf(shape);
  const wrong = { arbitrary: fc.jsonValue({ maxDepth: 1 }), weight: 1 };
  if (Array.isArray(shape)) {
    const [one] = shape as readonly [Shape];
    return fc.oneof({ arbitrary: fc.array(valueFor(one), { minLength: 1, maxLength: 3 }), weight: 15 }, wrong);
  }
  return fc.oneof({ arbitrary: membersOf(shape as Readonly<Record<string, Shape>>), weight: 15 }, wrong);
}

function membersOf(shapes: Readonly<Record<string, Shape>>): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(shapes).map(([name, shape]) => {
    const usual =
      name === 'kind' ? fc.constantFrom('class', 'group') : name === 'type' ? typeOf(shapes) : valueFor(shape);
    return [name, fc.option(usual, { freq: 12, nil: undefined })];
  });
  return fc.record(Object.fromEntries(members));
}

const typeOf = ({ id }: Readonly<Record<string, Shape>>) => fc.constant(id === 'sub' ? 'user' : 'logbook');

function textOf(kind: Kind): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...kinds[kind], ...(kinds[kind].length === 0 ? ['none'] : [])), weight: 12 },
    { arbitrary: fc.constantFrom(...odd, ...Object.values(kinds).flat()), weight: 2 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 40 }), weight: 1 },
  );
}

/** An address holds no half of a letter. */
const wellFormed = (text: string) => Buffer.from(text).toString();

describe.each(engines)('the API, sent anything, on $name', ({ open }) => {
  let api: Served;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    api = await openApi(open);
    const scopes = ['rights', 'grants', 'teaching', 'logbooks', 'circles', 'own_data'];
    const module = await api.module({ scopes: ['openid', 'children', ...scopes] });
    const asDistributor = await api.module({
      redirectUris: [],
      scopes: ['usage', 'subscriptions'],
      distributor: '461730832_0000000000000000',
    });
    for (const scope of ['usage', 'subscriptions'])
      tokens.set(`distributor ${scope}`, await asDistributor.token(scope));
    for (const scope of scopes) tokens.set(`module ${scope}`, await module.token(scope));
    for (const [caller, name] of [
      ['head', 'helene'],
      ['teacher', 'tom'],
      ['colleague', 'olga'],
    ] as const) {
      const token = await module.tokenOf(await api.house.account(name), scopes.join(' '));
      for (const scope of scopes) tokens.set(`${caller} ${scope}`, token);
    }
    kinds.sub = await Promise.all(['tom', 'tania', 'olga', 'diane', 'paula'].map((name) => module.sub(name)));
    kinds.logbook = await Promise.all(['MATHS', 'FRANC'].map((subject) => api.logbook(COLLEGE, '6A', subject)));
    await fillWithAsks();
  });
  afterAll(() => api.close());

  /** A colleague was told no, asks, and is offered what another asked for. */
  async function fillWithAsks() {
    const token = tokens.get('colleague grants');
    const [maths, french] = kinds.logbook;
    const [, , olga, diane] = kinds.sub;
    const asked = await api.ask('/api/v1/grants/asks', { token, body: { logbook: french } });
    const offer = { logbook: maths, beneficiary: diane, until: '2027-01-31' };
    const offered = await api.ask('/api/v1/grants/offers', { token: tokens.get('teacher grants'), body: offer });
    expect([asked.status, offered.status]).toEqual([201, 201]);
    kinds.grant = [String(asked.body.id), String(offered.body.id)];
    kinds.task = [...kinds.grant.map((id) => `c_${id}`), 'i_none'];
    kinds.inspection = ['none'];
    kinds.delegation = kinds.sub.map((sub) => `${COLLEGE}.visa.${sub}`);
    const denied = await api.ask('/access/v1/evaluation', {
      token,
      body: {
        ...{ subject: { type: 'user', id: olga }, action: { name: 'read' }, resource: { type: 'logbook', id: maths } },
        context: { explain: true },
      },
    });
    const { access_request } = denied.body.context as { access_request: { binding_token: string } };
    kinds.binding = [access_request.binding_token];
  }

  it('answers or refuses, and breaks nowhere', { timeout: 120_000 }, async () => {
    const asked = fc.constantFrom(...addresses).chain((address) =>
      fc.record({
        address: fc.constant(address),
        as: fc.constantFrom(...(address.as ?? (['head', 'teacher', 'colleague', 'module'] as const))),
        path: fc.tuple(
          ...address.path
            .split('/')
            .map((piece) => (piece.startsWith('{') ? textOf(piece.slice(1, -1) as Kind) : fc.constant(piece))),
        ),
        query: membersOf(address.query ?? {}),
        body: fc.oneof(
          { arbitrary: membersOf(address.body ?? {}), weight: 25 },
          { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 },
        ),
      }),
    );
    const met = new Set<number>();
    await fc.assert(
      fc.asyncProperty(asked, async ({ address, as, path, query, body }) => {
        const said = Object.entries(query).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, String(value)]],
        );
        const search = new URLSearchParams(said.map(([name = '', value = '']) => [name, wellFormed(value)]));
        const target = path.map((piece) => encodeURIComponent(wellFormed(piece))).join('/');
        const known = address.body === subscription ? { ...good, ...(body as object) } : body;
        const answer = await fetch(`${api.origin}${target}${search.size > 0 ? `?${search}` : ''}`, {
          method: address.method,
          headers: {
            authorization: `Bearer ${tokens.get(`${as} ${address.scope}`)}`,
            'content-type': 'application/json',
          },
          ...(address.body && { body: JSON.stringify(known) }),
        });
        const told = await answer.text();
        met.add(answer.status);
        expect([answer.status < 500, told]).toEqual([true, told]);
        if (answer.status >= 400 && !target.includes('/ressources/'))
          expect(JSON.parse(told)).toMatchObject({ code: expect.any(String) });
      }),
      { numRuns: RUNS, seed: 7, endOnFailure: true },
    );
    // it went through the doors, and not only against them
    for (const status of [200, 400, 403, 404]) expect([...met]).toContain(status);
    expect(await verifyAudit(api.db)).toMatchObject({ rows: expect.any(Number) });
  });
});
