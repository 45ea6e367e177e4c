// Accounts and rights: who is only known to the directory is asked about by facts; a suspended or closed account may nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueActivation, openAccount } from '../../src/accounts/accounts.ts';
import { moveAccount, type State, stateOf } from '../../src/accounts/states.ts';
import { openWithdrawn } from '../../src/accounts/withdrawn.ts';
import { findDecision, openDecisionLog } from '../../src/audit/decisions.ts';
import { replay } from '../../src/rights/replay.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { type Db, inPieces, openDatabase } from '../../src/storage/storage.ts';
import { type CastName, COLLEGE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { type Line, ways } from '../rights/ways.ts';
import { plainCast, worldUnder, writeWorlds } from '../rights/worlds.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';

const PASSWORD = 'vitrail-moussaka-47-grelot';

/** What brings a person with a right to each state, one after the other. */
const course: readonly (readonly [State, (db: Db, person: string) => Promise<unknown>])[] = [
  ['record', async () => undefined],
  ['invited', (db, person) => issueActivation(db, { person, actor: 'operator', at: Date.now() })],
  [
    'active',
    (db, person) =>
      openAccount(db, {
        person,
        identifier: `k.${person.slice(-9)}`,
        password: PASSWORD,
        actor: person,
        at: Date.now(),
      }),
  ],
  ['suspended', (db, person) => move(db, person, 'suspended')],
  ['active', (db, person) => move(db, person, 'active')],
  ['closed', (db, person) => move(db, person, 'closed')],
];

const move = (db: Db, person: string, to: 'active' | 'suspended' | 'closed') =>
  moveAccount(db, { person, to, actor: 'operator', why: 'test', from: 'operator', at: Date.now() });

/** Somebody for each kind of right, who has no account yet. */
const holders = [
  ['tania', 'team'],
  ['david', 'deputy'],
  ['paul', 'pupil'],
  ['paula', 'guardian'],
] as const satisfies readonly (readonly [CastName, string])[];

/** A world of one way, that leads from long before to long after. */
function worldOf(prefix: string, lines: readonly Line[]) {
  const begin = lines.map(({ subject, object, ...rest }) => ({
    ...rest,
    subject: plainCast[subject],
    object: plainCast[object],
    from: -9,
    to: 9_000,
  }));
  return worldUnder(prefix, [{ school: 0, at: -9, begin, end: [] }]);
}

describe.each(engines)('accounts and rights on $name', ({ name: engine, open }) => {
  let api: Served;
  let module: ServedModule;
  let token: string;
  let maths: string;

  beforeAll(async () => {
    api = await openApi(open, { decisions: (db) => openDecisionLog(db, { policy: 'v1', sample: 1, everyMs: 10 }) });
    module = await api.module({ schools: [COLLEGE], reasons: 'user' });
    token = await module.token('rights');
    maths = await api.logbook(COLLEGE, '6A', 'MATHS');
  });
  afterAll(() => api.close());

  const answers = async (name: string) => {
    const subject = { type: 'user', id: await module.sub(name) };
    const [action, resource] = [{ name: 'read' }, { type: 'logbook', id: maths }];
    const post = async (path: string, body: object) =>
      (await api.ask(`/access/v1/${path}`, { token, body })).body as Record<string, unknown>;
    const found = (body: Record<string, unknown>) => body.results as { id?: string; name?: string }[];
    const one = await post('evaluation', { subject, action, resource });
    const batch = await post('evaluations', { subject, resource, evaluations: [{ action }, { action }] });
    return {
      answers: [
        one.decision,
        ...(batch.evaluations as { decision: boolean }[]).map(({ decision }) => decision),
        found(await post('search/subject', { subject: { type: 'user' }, action, resource })).some(
          ({ id }) => id === subject.id,
        ),
        found(await post('search/resource', { subject, action, resource: { type: 'logbook' } })).some(
          ({ id }) => id === maths,
        ),
        found(await post('search/action', { subject, resource })).some((found) => found.name === 'read'),
        (await api.ask(`/api/v1/logbooks?subject=${subject.id}&action=read`, { token })).body.some(
          ({ id }) => id === maths,
        ),
      ],
      evaluation: (one.context as { evaluation_id: string }).evaluation_id,
    };
  };

  it.each(holders)('%s, %s: a record and an invited one by facts, a suspended and a closed one never', async (name) => {
    const person = await keyOf(api.db, name);
    const seen: string[] = [];
    for (const [state, bring] of course) {
      await bring(api.db, person);
      expect(await stateOf(api.db, person, Date.now())).toBe(state);
      const wanted = state !== 'suspended' && state !== 'closed';
      await expect.poll(async () => (await answers(name)).answers, { timeout: 5_000 }).toEqual(Array(7).fill(wanted));
      seen.push(`${state} ${wanted}`);
    }
    expect(seen).toHaveLength(course.length);
  });

  // the state of an account is asked before any rule, and the engines tell it alike above
  const once = it.runIf(engine === 'SQLite');
  once('every holder of a right that a module may ask about: by every way of every rule, to each action', async () => {
    const worlds = ways
      .filter(({ type }) => type === 'logbook' || type === 'lesson')
      .map((way, place) => ({ ...way, ...worldOf(`h${place}-`, way.lines) }));
    await writeWorlds(api.db, worlds);
    const everywhere = await api.module({ schools: 'all' });
    const own = await everywhere.token('rights');
    const questions = await Promise.all(
      worlds.map(async ({ prefix, type, actions }) => {
        const subject = { type: 'user', id: await everywhere.sub(prefix + plainCast.me) };
        const resource = { type, id: prefix + plainCast[type] };
        return actions.map((name) => ({ subject, action: { name }, resource }));
      }),
    );
    const evaluations = questions.flat();
    expect(new Set(worlds.map(({ rule }) => rule)).size).toBeGreaterThan(15);
    const ask = async () => {
      const body = { context: { motive: 'Contrôle' }, evaluations };
      const answer = await api.ask('/access/v1/evaluations', { token: own, body });
      const decisions = answer.body.evaluations as { decision: boolean }[];
      return [...new Set(decisions.map(({ decision }) => decision))];
    };
    const persons = worlds.map(({ prefix }) => prefix + plainCast.me);
    const all = async (to: 'active' | 'suspended' | 'closed') => {
      for (const person of persons) await move(api.db, person, to);
    };
    // without a password: nobody signs in, and each costs a while
    const opened = { state: 'active', opened_at: 1, changed_at: 1, epoch: 0 };
    for (const [bring, wanted] of [
      [async () => undefined, true],
      [() => api.db('account').insert(persons.map((person) => ({ person, identifier: person, ...opened }))), true],
      [() => all('suspended'), false],
      [() => all('active'), true],
      [() => all('closed'), false],
    ] as const) {
      await bring();
      await expect.poll(ask, { timeout: 5_000 }).toEqual([wanted]);
    }
  });

  it('the log says why, and a replay gives the same', async () => {
    const { evaluation } = await answers('paul');
    await expect.poll(() => findDecision(api.db, evaluation)).toMatchObject({ allowed: false, gate: 'withdrawn' });
    expect(await replay(api.db, evaluation)).toMatchObject({ same: true });
  });
});

describe.each(engines)('what is withdrawn on $name', ({ open }) => {
  it('is known to another node, and asked of the database when memory is too old', async () => {
    const { db, url, close } = await open();
    const person = 'somebody';
    await db('person').insert({ id: person, given_name: 'A', family_name: 'B', created_at: 1, updated_at: 1 });
    await openAccount(db, { person, identifier: 'a.b', password: PASSWORD, actor: person, at: Date.now() });
    const node = openDatabase(url);
    const statements = await openStatements(node);
    const quick = await openWithdrawn(statements, { everyMs: 5 });
    const still = await openWithdrawn(statements, { everyMs: 60_000 });
    expect([await quick.has(person), await still.has(person)]).toEqual([false, false]);
    await move(db, person, 'suspended');
    await expect.poll(() => quick.has(person)).toBe(true);
    // the one that looks once a minute believes itself for a second, then asks
    await expect.poll(() => still.has(person), { timeout: 5_000 }).toBe(true);
    for (const one of [quick, still]) one.close();
    await statements.close();
    await node.destroy();
    await close();
  });

  it('is asked once for all who ask on a memory too old, and not again for those that follow', async () => {
    const { db, close } = await open();
    const statements = await openStatements(db);
    let looks = 0;
    let answer = (): void => undefined;
    const slow: Pick<typeof statements, 'all'> = {
      all: async (sql, values) => {
        looks += 1;
        if (looks > 1)
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
        return statements.all(sql, values);
      },
    };
    const withdrawn = await openWithdrawn(slow, { everyMs: 60_000 });
    await expect.poll(() => withdrawn.has('nobody') instanceof Promise, { timeout: 5_000 }).toBe(true);
    const asked = Array.from({ length: 1_000 }, (_, n) => withdrawn.has(`person-${n}`));
    answer();
    expect(await Promise.all(asked)).toEqual(Array(1_000).fill(false));
    expect([looks, withdrawn.has('nobody')]).toEqual([2, false]);
    withdrawn.close();
    await statements.close();
    await close();
  });

  it('is followed as closely when it is long', async () => {
    const { db, close } = await open();
    const persons = Array.from({ length: 601 }, (_, n) => `person-${n}`);
    const since = { created_at: 1, updated_at: 1 };
    for (const piece of inPieces(persons.map((id) => ({ id, given_name: 'A', family_name: 'B', ...since }))))
      await db('person').insert(piece);
    const [last = '', ...others] = persons;
    const row = { state: 'closed', opened_at: 1, changed_at: 1, epoch: 0 };
    for (const piece of inPieces(others.map((person) => ({ person, identifier: person, ...row }))))
      await db('account').insert(piece);
    await openAccount(db, { person: last, identifier: 'a.b', password: PASSWORD, actor: last, at: Date.now() });
    const statements = await openStatements(db);
    const withdrawn = await openWithdrawn(statements, { everyMs: 5 });
    expect([await withdrawn.has(others[0]!), await withdrawn.has(last)]).toEqual([true, false]);
    await move(db, last, 'suspended');
    await expect.poll(() => withdrawn.has(last)).toBe(true);
    withdrawn.close();
    await statements.close();
    await close();
  });
});
