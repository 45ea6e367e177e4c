// What a question may say beside its four members: a motive, the least that must be known, a clock that moves nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeFacts } from '../../src/facts/facts.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { ACTION, openSearching, RESOURCE, type Searching, SUBJECT } from './searching.ts';

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';

describe.each(engines)('the context of a question on $name', ({ open }) => {
  let world: Searching;
  let revision: number;

  beforeAll(async () => {
    world = await openSearching(open);
    const { db } = world.api;
    const logbook = world.books['6A FRANC']!;
    const owner = await keyOf(db, 'tania');
    const { revision: now } = await changeFacts(db, {
      school: COLLEGE,
      at: Date.now() - 1000,
      source: 'derived',
      actor: 'test',
      begin: [
        { relation: 'archivedAt', subject: logbook, object: COLLEGE },
        { relation: 'authored', subject: owner, object: logbook },
      ],
    });
    revision = now;
  });
  afterAll(() => world.api.close());

  const asked = (who: 'tania' | 'helene' | 'david' | 'tom' | 'paula', context?: object, action = 'read_archive') => ({
    subject: world.user(who),
    action: { name: action },
    resource: world.book('6A FRANC'),
    ...(context && { context }),
  });
  const ask = async (body: unknown, path = EVALUATION) => (await world.ask(path, body)).body;

  describe('the archive', () => {
    it.each<[string, object | undefined]>([
      ['nothing', undefined],
      ['no motive', {}],
      ['an empty one', { motive: '' }],
      ['a blank one', { motive: ' \n' }],
    ])('with %s, those who direct the school do not read it, and are told what lacks', async (_, context) => {
      for (const who of ['helene', 'david'] as const) {
        expect(await ask(asked(who, context))).toEqual({ decision: false });
        expect(await ask(asked(who, { ...context, explain: true }))).toEqual({
          decision: false,
          context: {
            reason_user: {
              code: 'motive_missing',
              fr: expect.stringMatching(/motif écrit/),
              en: expect.stringMatching(/written reason/),
            },
          },
        });
      }
    });

    it('with a motive they do; whoever kept the logbook needs none; no motive opens it to others', async () => {
      const motive = { motive: 'Recours d’une famille sur l’année passée' };
      expect(await ask(asked('helene', motive))).toEqual({ decision: true });
      expect(await ask(asked('david', motive))).toEqual({ decision: true });
      expect(await ask(asked('tania'))).toEqual({ decision: true });
      expect(await ask(asked('tom', motive))).toEqual({ decision: false });
      expect(await ask(asked('paula', { ...motive, explain: true }))).toMatchObject({
        decision: false,
        context: { reason_user: { code: 'none' } },
      });
    });

    it('the searches find it as the evaluation allows it', async () => {
      const motive = { context: { motive: 'Contrôle' } };
      const { subject, action, resource } = asked('helene');
      const types = { who: { type: 'user' }, what: { type: 'logbook' } };
      const named = async (path: string, body: object) => world.named(await world.search(path, body));
      expect(await named(SUBJECT, { subject: types.who, action, resource })).toEqual(['tania']);
      expect(await named(SUBJECT, { subject: types.who, action, resource, ...motive })).toEqual([
        'david',
        'helene',
        'tania',
      ]);
      expect(await named(RESOURCE, { subject, action, resource: types.what })).toEqual([]);
      expect(await named(RESOURCE, { subject, action, resource: types.what, ...motive })).toEqual(['6A FRANC']);
      expect(await named(ACTION, { subject, resource })).not.toContain('read_archive');
      expect(await named(ACTION, { subject, resource, ...motive })).toContain('read_archive');
    });

    it.each([5, null, {}, ['x'], 'x'.repeat(1001), 'a\u0000'])('400 for the motive %j', async (motive) => {
      for (const path of [EVALUATION, EVALUATIONS, SUBJECT, RESOURCE, ACTION])
        await world.refused(path, asked('helene', { motive }), 'context.motive');
    });

    it('in a batch, a motive is the item’s own; one that is wrong denies its item alone', async () => {
      const { subject, action, resource } = asked('helene');
      const items = [{}, { context: { motive: 'Contrôle' } }, { context: { motive: 5 } }, { context: 'x' }, {}];
      const decisions = async (top: object) =>
        (
          (await ask({ subject, action, resource, ...top, evaluations: items }, EVALUATIONS)).evaluations as object[]
        ).map((one) => (one as { decision: boolean }).decision);
      expect(await decisions({})).toEqual([false, true, false, false, false]);
      expect(await decisions({ context: { motive: 'Recours' } })).toEqual([true, true, false, false, true]);
    });
  });

  describe('the least that must be known', () => {
    it('is answered from when it is reached', async () => {
      for (const reached of [0, 1, revision]) {
        const context = { min_revision: `${COLLEGE}:${reached}` };
        expect(await ask(asked('tania', context, 'read'))).toEqual({ decision: true });
        expect(world.named(await world.search(SUBJECT, { ...asked('tania', context, 'write') }))).toEqual(['tania']);
      }
    });

    it('is a no, and no search, when it is not', async () => {
      const context = { min_revision: `${COLLEGE}:${revision + 1}` };
      expect(await ask(asked('tania', context, 'read'))).toEqual({ decision: false });
      expect(await ask(asked('tania', { ...context, explain: true }, 'read'))).toMatchObject({
        context: { reason_user: { code: 'revision_unknown' } },
      });
      for (const path of [SUBJECT, RESOURCE]) {
        const answer = await world.ask(path, asked('tania', context, 'read'));
        expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
          503,
          'unavailable',
          '10',
        ]);
      }
    });

    it('is waited for once a request, however many items ask for it, and a few different ones at most', async () => {
      const { subject, action, resource } = asked('tania', undefined, 'read');
      const ahead = (by: number) => ({ context: { min_revision: `${COLLEGE}:${revision + by}` } });
      const sql: string[] = [];
      world.api.statements.watch((text) => sql.push(text));
      for (const evaluations of [
        Array.from({ length: 200 }, () => ahead(1)),
        Array.from({ length: 200 }, (_, place) => ahead(place + 1)),
      ]) {
        sql.length = 0;
        const { body } = await world.ask(EVALUATIONS, { subject, action, resource, evaluations });
        expect(body).toEqual({ evaluations: Array.from({ length: 200 }, () => ({ decision: false })) });
        expect(sql.length).toBeLessThan(60);
      }
      world.api.statements.watch(undefined);
      const mixed = [ahead(1), {}, ahead(0), ahead(1)];
      const { body } = await world.ask(EVALUATIONS, { subject, action, resource, evaluations: mixed });
      expect(body.evaluations).toEqual([
        { decision: false },
        { decision: true },
        { decision: true },
        { decision: false },
      ]);
    });

    it('says nothing of another school, nor to a module that does not serve it', async () => {
      const elsewhere = { min_revision: `${LYCEE}:999999` };
      expect(await ask(asked('tania', elsewhere, 'read'))).toEqual({ decision: true });
      const lycee = await world.api.module({ schools: [LYCEE] });
      const token = await lycee.token('rights');
      const body = { ...asked('tania', { min_revision: `${COLLEGE}:999999`, explain: true }, 'read') };
      const said = { decision: false, context: { reason_user: expect.objectContaining({ code: 'none' }) } };
      const subject = { type: 'user', id: await lycee.sub('tania') };
      expect((await world.ask(EVALUATION, { ...body, subject }, token)).body).toEqual(said);
      expect((await world.ask(SUBJECT, body, token)).body).toEqual({ results: [] });
    });

    it.each([
      5,
      null,
      '',
      '12',
      COLLEGE,
      `${COLLEGE}:`,
      `${COLLEGE}:-1`,
      `${COLLEGE}:1.5`,
      `${COLLEGE}:1e3`,
      `${COLLEGE.toLowerCase()}:1`,
      `${COLLEGE}:${'9'.repeat(16)}`,
      ` ${COLLEGE}:1`,
      `${COLLEGE}:1\n`,
    ])('400 for %j', async (min_revision) => {
      for (const path of [EVALUATION, EVALUATIONS, SUBJECT, RESOURCE, ACTION])
        await world.refused(path, asked('tania', { min_revision }, 'read'), 'context.min_revision');
    });
  });

  it.each([
    '2025-06-27T18:03-07:00',
    '2025-06-27T18:03:00Z',
    '2025-06-27T18:03:00.123456+02:00',
    '2025-06-27',
    '20250627T1803Z',
    '1999-01-01T00:00Z',
    '2999-12-31T23:59:60Z',
    'yesterday',
    5,
    null,
    { at: 0 },
  ])('the time %j moves no clock', async (time) => {
    expect(await ask(asked('tania', { time }, 'read'))).toEqual({ decision: true });
    expect(await ask(asked('paula', { time }, 'write'))).toEqual({ decision: false });
    expect(world.named(await world.search(SUBJECT, asked('tania', { time }, 'write')))).toEqual(['tania']);
  });
});
