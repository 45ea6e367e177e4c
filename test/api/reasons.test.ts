// Why, on the wire: said when it is asked for or registered, in both languages, and no more than each module may know.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endReplacement, recordReplacement } from '../../src/acts/replacements.ts';
import { admitParent, endAdmission } from '../../src/acts/restrictions.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { actionsOf } from '../../src/rights/rights.ts';
import { COLLEGE, cast, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const EVALUATION = '/access/v1/evaluation';

describe.each(engines)('reasons on $name', ({ open }) => {
  let api: Served;
  let maths: string;
  const modules = {} as Record<'none' | 'user' | 'admin' | 'asking', ServedModule>;

  beforeAll(async () => {
    api = await openApi(open);
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    for (const reasons of ['none', 'user', 'admin'] as const)
      modules[reasons] = await api.module({ reasons, schools: [COLLEGE], scopes: ['openid', 'rights'] });
    // one that brings what persons ask for
    modules.asking = await api.module({ reasons: 'user', schools: [COLLEGE], scopes: ['openid', 'rights', 'grants'] });
  });
  afterAll(() => api.close());

  const ask = async (
    level: keyof typeof modules,
    who: string,
    { action = 'read', id = maths, context = undefined as object | undefined } = {},
  ) => {
    const module = modules[level];
    const body = {
      subject: { type: 'user', id: await module.sub(who) },
      action: { name: action },
      resource: { type: 'logbook', id },
      ...(context && { context }),
    };
    const answer = await api.ask(EVALUATION, { token: await module.token('rights'), body });
    expect(answer.status).toBe(200);
    return answer.body as unknown as { decision: boolean; context?: Record<string, Record<string, unknown>> };
  };
  const TEAM = {
    code: 'team',
    fr: expect.stringMatching(/équipe enseignante/),
    en: expect.stringMatching(/^The teachers of the class/),
  };
  const NONE = { code: 'none', fr: expect.stringMatching(/Aucune règle/), en: expect.stringMatching(/^No rule/) };
  const REVISION = expect.stringMatching(/^0900001A:\d+$/);
  const YEAR_END = expect.stringMatching(/^\d{4}-08-14T22:00:00.000Z$/);

  it('nothing is said to a module that did not ask, nor to one that asks badly', async () => {
    for (const context of [undefined, {}, { explain: false }, { explain: 'true' }, { explain: 1 }, { explain: null }])
      expect(await ask('none', 'tania', { context })).toEqual({ decision: true });
  });

  it('a yes says the rule, its end and what was known, to whoever asks or is registered', async () => {
    const said = { reason_user: TEAM, valid_until: YEAR_END, revision: REVISION };
    expect(await ask('none', 'tania', { context: { explain: true } })).toEqual({ decision: true, context: said });
    expect(await ask('user', 'tania')).toEqual({ decision: true, context: said });
  });

  it('a no says that no rule allows; to a registered module, what the person lacks, in both languages', async () => {
    const said = { decision: false, context: { reason_user: NONE } };
    expect(await ask('none', 'olga', { context: { explain: true } })).toEqual(said);
    const lacks = {
      code: 'not_in_team',
      fr: expect.stringMatching(/^Vous n’enseignez pas/),
      en: expect.stringMatching(/^You teach neither/),
    };
    expect(await ask('user', 'olga')).toEqual({ decision: false, context: { reason_user: lacks } });
    expect(await ask('user', 'tania', { action: 'write' })).toMatchObject({
      decision: false,
      context: { reason_user: { code: 'not_owner' } },
    });
  });

  describe('what is recorded against somebody', () => {
    const change = { school: COLLEGE, source: 'local', actor: 'test' } as const;
    beforeAll(async () => {
      const { db } = api;
      const [paula, paul, gina, zoe] = [
        await keyOf(db, 'paula'),
        await keyOf(db, 'paul'),
        await keyOf(db, 'gina'),
        await keyOf(db, 'zoe'),
      ];
      const barred = (subject: string, object: string) => ({ relation: 'barred', subject, object }) as const;
      const begin = [
        // a parent, a teacher of the team, who keeps the logbook, a pupil
        barred(paula, paul),
        ...(await Promise.all(
          (['theo', 'tom', 'ines'] as const).map(async (name) => barred(await keyOf(db, name), maths)),
        )),
        // and a parent of another class, to whom nothing ever opened it
        { relation: 'guards', subject: gina, object: zoe } as const,
      ];
      await changeFacts(db, { ...change, at: Date.now() - 1000, begin });
    });
    afterAll(async () => {
      const end = await currentFacts(api.db, { school: COLLEGE, relations: ['barred', 'guards'], source: 'local' });
      await changeFacts(api.db, { ...change, at: Date.now(), end });
      expect(await ask('user', 'paula')).toMatchObject({ decision: true });
    });

    const like = (context: object | undefined) =>
      JSON.parse(
        JSON.stringify(context, (name, value) => (['expires_at', 'binding_token'].includes(name) ? '' : value)),
      );

    it.each([
      ['paula', 'gina', 'read', 'child_not_enrolled'],
      ['theo', 'olga', 'read', 'not_in_team'],
      ['ines', 'zoe', 'read', 'not_enrolled'],
      ['tom', 'olga', 'read', 'not_in_team'],
      ['tom', 'olga', 'write', 'not_owner'],
      ['tom', 'olga', 'grant', 'not_owner'],
    ] as const)('a module is told of %s what it is told of %s, member by member: %s, %s', async (who, other, action, code) => {
      for (const level of ['user', 'admin', 'asking'] as const) {
        const [told, same] = [await ask(level, who, { action }), await ask(level, other, { action })];
        expect(told).toMatchObject({ decision: false, context: { reason_user: { code } } });
        expect(like(told.context)).toEqual(like(same.context));
      }
      const explained = { action, context: { explain: true } };
      expect(await ask('none', who, explained)).toEqual(await ask('none', other, explained));
      expect(await ask('none', who, { action })).toEqual({ decision: false });
    });

    it('the person’s own token is told that there is something, whom to ask, and not what', async () => {
      await api.house.account('paula');
      for (const level of ['none', 'user', 'asking'] as const) {
        const module = modules[level];
        const token = await module.tokenOf(await keyOf(api.db, 'paula'), 'rights');
        const body = {
          subject: { type: 'user', id: await module.sub('paula') },
          action: { name: 'read' },
          resource: { type: 'logbook', id: maths },
          context: { explain: true },
        };
        expect((await api.ask(EVALUATION, { token, body })).body).toEqual({
          decision: false,
          context: {
            reason_user: {
              code: 'restricted',
              fr: expect.stringMatching(/^Une restriction enregistrée ferme cet accès. La direction/),
              en: expect.stringMatching(/^A recorded restriction closes this. The head/),
            },
          },
        });
      }
    });
  });

  describe('a parent who reads by a judgment (C16b)', () => {
    const decided = async () => ({
      school: COLLEGE,
      person: await keyOf(api.db, 'gina'),
      child: await keyOf(api.db, 'paul'),
      by: await keyOf(api.db, 'helene'),
      at: Date.now(),
    });
    beforeAll(async () => {
      await admitParent(api.db, { ...(await decided()), decision: 'JAF 26/118' });
    });
    afterAll(async () => {
      await endAdmission(api.db, await decided());
      expect(await ask('user', 'gina')).toMatchObject({ decision: false });
    });

    /** What is said, but for the days on which it began, and who is asked about. */
    const like = (value: unknown) => JSON.parse(JSON.stringify(value, (name, one) => (name === 'from' ? '' : one)));

    it('is told as any other, member by member: no module learns that there is one', async () => {
      for (const level of ['user', 'admin', 'asking'] as const) {
        const [told, same] = [await ask(level, 'gina'), await ask(level, 'paula')];
        expect(told).toMatchObject({ decision: true, context: { reason_user: { code: 'guardian' } } });
        expect(like(told)).toEqual(like(same));
      }
      const explained = { context: { explain: true } };
      expect(await ask('none', 'gina', explained)).toEqual(await ask('none', 'paula', explained));
    });

    it('reads logbooks that are told as to any other, with the child through whom', async () => {
      const books = async (who: string) => {
        const query = new URLSearchParams({ subject: await modules.admin.sub(who), action: 'read' });
        return (await api.ask(`/api/v1/logbooks?${query}`, { token: await modules.admin.token('rights') })).body;
      };
      const told = await books('gina');
      expect(told).toHaveLength(4);
      expect(told.map(({ children }) => children)).toEqual(Array(4).fill([await modules.admin.sub('paul')]));
      expect(told).toEqual(await books('paula'));
    });
  });

  it('a yes to write says that a substitute has a section of their own, and says it of nobody else (C4)', async () => {
    const { db } = api;
    const [diane, tom] = [await keyOf(db, 'diane'), await keyOf(db, 'tom')];
    const act = { school: COLLEGE, by: await keyOf(db, 'helene'), replaced: tom, logbooks: [maths] } as const;
    const at = Date.now();
    const days = { from: undefined, until: at + 86_400_000 };
    await recordReplacement(db, { ...act, ...days, substitute: diane, at });
    const said = { section: 'own', valid_until: new Date(days.until).toISOString() };
    const asked = { action: 'write', context: { explain: true } };
    const code = { reason_user: expect.objectContaining({ code: 'substitute' }) };
    expect(await ask('none', 'diane', asked)).toEqual({
      decision: true,
      context: { ...said, ...code, revision: REVISION },
    });
    expect(await ask('user', 'diane', { action: 'write' })).toMatchObject({ decision: true, context: said });
    for (const [who, action] of [
      ['diane', 'read'],
      ['tom', 'write'],
    ] as const)
      expect((await ask('user', who, { action })).context).not.toHaveProperty('section');
    const books = async (name: string) => {
      const query = new URLSearchParams({ subject: await modules.user.sub(name) });
      const { body } = await api.ask(`/api/v1/logbooks?${query}`, { token: await modules.user.token('rights') });
      return body.map(({ id, actions, section }) => ({ own: id === maths, actions, section }));
    };
    expect(await books('diane')).toContainEqual({ own: true, actions: ['read', 'write'], section: 'own' });
    expect((await books('diane')).filter(({ section }) => section !== undefined)).toHaveLength(1);
    expect((await books('tom')).filter(({ section }) => section !== undefined)).toEqual([]);
    // who keeps it too writes in it as its keeper
    const begin = [{ relation: 'owns', subject: diane, object: maths } as const];
    const change = { school: COLLEGE, source: 'module', actor: 'test' } as const;
    await changeFacts(db, { ...change, at: Date.now(), begin });
    expect((await ask('user', 'diane', { action: 'write' })).context).not.toHaveProperty('section');
    const end = await currentFacts(db, { school: COLLEGE, relations: ['owns'], subject: diane });
    await changeFacts(db, { ...change, at: Date.now(), end });
    await endReplacement(db, { ...act, substitute: diane, at: Date.now() });
    expect(await ask('user', 'diane', { action: 'write' })).toMatchObject({ decision: false });
  });

  it('the facts are for the modules that are registered for them: relations, dates, sources, and nobody', async () => {
    const { decision, context } = await ask('admin', 'paula');
    expect([decision, context]).toEqual([
      true,
      {
        reason_user: expect.objectContaining({ code: 'guardian' }),
        valid_until: YEAR_END,
        revision: REVISION,
        reason_admin: {
          rule: 'guardian',
          revision: REVISION,
          facts: [
            { relation: 'audience', from: expect.any(String), until: expect.any(String), source: 'derived' },
            { relation: 'enrolled', from: expect.any(String), until: expect.any(String), source: 'aaf2d' },
            // never its source: a decision of the head would be told from what the state says
            { relation: 'guards', from: expect.any(String), until: expect.any(String) },
          ],
        },
      },
    ]);
    const text = JSON.stringify(context);
    for (const name of Object.keys(cast)) expect(text).not.toContain(await keyOf(api.db, name as keyof typeof cast));
    expect(text).not.toContain(maths);
    expect((await ask('user', 'paula')).context).not.toHaveProperty('reason_admin');
    expect((await ask('none', 'paula', { context: { explain: true } })).context).not.toHaveProperty('reason_admin');
  });

  it('a no to such a module says what was known, and neither what came near nor what is recorded', async () => {
    expect(await ask('admin', 'olga')).toEqual({
      decision: false,
      context: {
        reason_user: expect.objectContaining({ code: 'not_in_team' }),
        reason_admin: { revision: REVISION, facts: [] },
      },
    });
  });

  it('a school that a module does not serve, an unknown one and an unknown person are one no', async () => {
    const elsewhere = await api.logbook(LYCEE, 'T1', 'PHILO');
    const said = { decision: false, context: { reason_user: NONE } };
    expect(await ask('admin', 'paula', { id: elsewhere })).toEqual(said);
    expect(await ask('admin', 'paula', { id: 'no-such-logbook' })).toEqual(said);
    expect(await ask('admin', 'paula', { action: 'no-such-action' })).toEqual(said);
    const token = await modules.admin.token('rights');
    const body = {
      subject: { type: 'user', id: 'nobody' },
      action: { name: 'read' },
      resource: { type: 'logbook', id: maths },
    };
    expect((await api.ask(EVALUATION, { token, body })).body).toEqual(said);
  });

  it('what is done at a school is never answered to any module either', async () => {
    const module = modules.admin;
    const token = await module.token('rights');
    const subject = { type: 'user', id: await module.sub('helene') };
    for (const name of actionsOf('school')) {
      const body = { subject, action: { name }, resource: { type: 'school', id: COLLEGE } };
      expect((await api.ask(EVALUATION, { token, body })).body).toMatchObject({ decision: false });
      for (const path of ['/access/v1/search/subject', '/access/v1/search/resource', '/access/v1/search/action'])
        expect((await api.ask(path, { token, body })).body).toEqual({ results: [] });
    }
  });

  it('an absence is never answered to any module, whatever it is registered for', async () => {
    const module = modules.admin;
    const token = await module.token('rights');
    const subject = { type: 'user', id: await module.sub('helene') };
    for (const name of ['read', 'read_today', 'write']) {
      const resource = { type: 'absence', id: maths };
      const body = { subject, action: { name }, resource };
      expect((await api.ask(EVALUATION, { token, body })).body).toEqual({
        decision: false,
        context: { reason_user: NONE },
      });
      for (const path of ['/access/v1/search/subject', '/access/v1/search/resource', '/access/v1/search/action'])
        expect((await api.ask(path, { token, body })).body).toEqual({ results: [] });
    }
  });
});
