// What is logged of answers: every no, every search, every yes given for a time; and no word that a caller wrote.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecisionLog, findDecision, openDecisionLog } from '../../src/audit/decisions.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { COLLEGE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';
import { decisionsSince, keysLogged } from './logged.ts';

const EVALUATION = '/access/v1/evaluation';

describe.each(engines)('decisions in the log on $name', ({ open }) => {
  let api: Served;
  let log: DecisionLog;
  let module: ServedModule;
  let token: string;
  let maths: string;
  const failing = { now: false };

  beforeAll(async () => {
    api = await openApi(open, {
      decisions: (db) => {
        log = openDecisionLog(db, { policy: 'version-1', sample: 1, everyMs: 10 });
        return { ...log, write: (entry) => (failing.now ? Promise.reject(new Error('full')) : log.write(entry)) };
      },
    });
    module = await api.module({ schools: [COLLEGE], reasons: 'user' });
    token = await module.token('rights');
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
    const change = { school: COLLEGE, at: Date.now() - 1000, source: 'derived', actor: 'test' } as const;
    await changeFacts(api.db, {
      ...change,
      begin: [{ relation: 'archivedAt', subject: maths, object: COLLEGE }],
    });
    await changeFacts(api.db, {
      ...change,
      source: 'local',
      begin: [{ relation: 'granted', subject: await keyOf(api.db, 'olga'), object: maths }],
    });
  });
  afterAll(() => api.close());

  const question = async (who: string, name = 'read', id = maths, context?: object) => ({
    subject: { type: 'user', id: await module.sub(who) },
    action: { name },
    resource: { type: 'logbook', id },
    ...(context && { context }),
  });
  const ask = (body: unknown, path = EVALUATION) =>
    api.ask(path, { token, body, headers: { 'x-request-id': 'trace-77' } });
  const logged = async (body: unknown) => {
    const answer = await ask(body);
    await log.flush();
    const { evaluation_id: id } = answer.body.context as { evaluation_id: string };
    return { answer: answer.body, entry: (await findDecision(api.db, id))! };
  };

  it('a yes, with who asked, on what was known, by which rule', async () => {
    const { answer, entry } = await logged(await question('tom', 'write'));
    expect(answer).toMatchObject({ decision: true });
    expect(entry).toMatchObject({
      kind: 'evaluation',
      request: 'trace-77',
      client: module.id,
      subject: await keyOf(api.db, 'tom'),
      action: 'write',
      type: 'logbook',
      resource: maths,
      allowed: true,
      rule: 'owner',
      revision: expect.stringMatching(/^0900001A:\d+$/),
      policy: 'version-1',
      intact: true,
    });
    expect(entry.latencyUs).toBeGreaterThan(0);
    expect(entry).not.toHaveProperty('motive');
    expect(Math.abs(entry.at - Date.now())).toBeLessThan(60_000);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['what no rule allows', () => question('tania', 'write'), { action: 'write', resource: expect.any(String) }],
    ['an unknown logbook', () => question('tom', 'read', 'Paula Martin'), { gate: 'unknown', action: 'read' }],
    ['an unknown action', () => question('tom', 'Paula Martin'), { gate: 'unknown', type: 'logbook' }],
    [
      'a school not served',
      async () => question('tom', 'read', await api.logbook(LYCEE, 'T1', 'PHILO')),
      { gate: 'not_served' },
    ],
    ['no motive', () => question('helene', 'read_archive'), { gate: 'motive_missing', action: 'read_archive' }],
    [
      'a revision that is not reached',
      () => question('tom', 'read', maths, { min_revision: `${COLLEGE}:999` }),
      { gate: 'revision_unknown' },
    ],
  ])('a no, for %s, without a word of the caller’s', async (_, body, expected) => {
    const { answer, entry } = await logged(await body());
    expect([answer.decision, entry.allowed]).toEqual([false, false]);
    expect(entry).toMatchObject(expected);
    expect(JSON.stringify(entry)).not.toContain('Martin');
  });

  it('an archive is opened once its motive is in the log, and not while it cannot be', async () => {
    const body = await question('helene', 'read_archive', maths, { motive: '  Recours d’une famille ' });
    const answer = await ask(body);
    const { evaluation_id: id } = answer.body.context as { evaluation_id: string };
    expect(await findDecision(api.db, id)).toMatchObject({
      allowed: true,
      rule: 'head',
      motive: 'Recours d’une famille',
    });
    failing.now = true;
    const closed = await ask(body);
    expect([closed.status, closed.body.code]).toEqual([503, 'unavailable']);
    failing.now = false;
    expect((await ask(await question('tom', 'read', maths, { motive: 'sans objet' }))).body.decision).toBe(true);
    await log.flush();
    const rows = JSON.stringify(await api.db('decision'));
    expect(rows).not.toContain('sans objet');
  });

  it('a search, with how much it found', async () => {
    const read = { name: 'read' };
    const [user, logbook] = [{ type: 'user' }, { type: 'logbook' }];
    const { subject, resource } = await question('tom');
    const before = (await api.db('decision')).length;
    await ask({ subject: user, action: read, resource }, '/access/v1/search/subject');
    await ask({ subject, action: read, resource: logbook }, '/access/v1/search/resource');
    await ask({ subject, resource }, '/access/v1/search/action');
    await log.flush();
    const rows = (await api.db('decision').orderBy(['day', 'seq'])).slice(before);
    const entries = await Promise.all(rows.map(async ({ id }) => (await findDecision(api.db, id))!));
    expect(entries.map(({ kind }) => kind)).toEqual(['subjects', 'resources', 'actions']);
    const tom = await keyOf(api.db, 'tom');
    expect(entries).toMatchObject([
      { action: 'read', resource: maths, results: expect.any(Number), client: module.id, request: 'trace-77' },
      { action: 'read', subject: tom, results: 5 },
      { subject: tom, resource: maths, results: expect.any(Number) },
    ]);
  });

  it('a list of logbooks, as the search that it is', async () => {
    const answer = await api.ask(`/api/v1/logbooks?subject=${await module.sub('tom')}&action=write`, { token });
    await log.flush();
    const { id } = await api.db('decision').orderBy('day', 'desc').orderBy('seq', 'desc').first();
    expect(await findDecision(api.db, id)).toMatchObject({
      kind: 'resources',
      action: 'write',
      type: 'logbook',
      client: module.id,
      subject: await keyOf(api.db, 'tom'),
      results: answer.body.length,
    });
  });

  it('an item of a batch that cannot be resolved, as any other no', async () => {
    const before = await keysLogged(api.db);
    const whole = await question('tom', 'write');
    const batch = async (options: object) => {
      const items = [{ resource: { type: 'logbook' } }, {}, { context: 'none' }];
      const { action, subject } = whole;
      const body = { action, subject, evaluations: [{ resource: whole.resource }, ...items], ...options };
      return (await ask(body, '/access/v1/evaluations')).body.evaluations as unknown as { decision: boolean }[];
    };
    expect((await batch({})).map(({ decision }) => decision)).toEqual([true, false, false, false]);
    expect(await batch({ options: { evaluations_semantic: 'deny_on_first_deny' } })).toHaveLength(2);
    await log.flush();
    const entries = await decisionsSince(api.db, before);
    const gates = entries.map(({ allowed, gate }) => `${allowed} ${gate}`);
    expect(gates).toEqual(['true undefined', ...Array(3).fill('false unknown'), 'true undefined', 'false unknown']);
  });

  it('an ordinary yes only in its sample, a yes for a time always', async () => {
    const quiet = openDecisionLog(api.db, { policy: 'version-1', sample: 0, everyMs: 10 });
    const kept: object[] = [];
    const other = await openApi(open, {
      decisions: () => ({
        ...quiet,
        record: (entry) => {
          if (entry.limited) kept.push(entry);
          return quiet.record(entry);
        },
      }),
    });
    const asker = await other.module({ schools: [COLLEGE] });
    const logbook = await other.logbook(COLLEGE, '6A', 'MATHS');
    await changeFacts(other.db, {
      school: COLLEGE,
      at: Date.now() - 1000,
      source: 'local',
      actor: 'test',
      begin: [{ relation: 'granted', subject: await keyOf(other.db, 'olga'), object: logbook }],
    });
    for (const who of ['olga', 'tom']) {
      const body = { subject: { type: 'user', id: await asker.sub(who) }, action: { name: 'read' } };
      const sent = { ...body, resource: { type: 'logbook', id: logbook } };
      const answer = await other.ask(EVALUATION, { token: await asker.token('rights'), body: sent });
      expect(answer.body).toEqual({ decision: true });
    }
    expect(kept).toMatchObject([{ rule: 'colleague', limited: true, allowed: true }]);
    // a key that is told is the key of a row: whoever has it can have the decision made again
    await quiet.flush();
    const before = await keysLogged(api.db);
    const told: string[] = [];
    const registered = await other.module({ schools: [COLLEGE], reasons: 'user' });
    for (const [one, context] of [
      [asker, { explain: true }],
      [registered, undefined],
      [asker, undefined],
    ] as const) {
      const subject = { type: 'user', id: await one.sub('tom') };
      const sent = { subject, action: { name: 'read' }, resource: { type: 'logbook', id: logbook }, context };
      const { body } = await other.ask(EVALUATION, { token: await one.token('rights'), body: sent });
      expect(body.decision).toBe(true);
      const said = body.context as { evaluation_id: string } | undefined;
      if (said) told.push(said.evaluation_id);
    }
    await quiet.flush();
    expect(told).toHaveLength(2);
    expect((await keysLogged(api.db)).filter((one) => !before.includes(one))).toEqual(told);
    await other.close();
  });
});
