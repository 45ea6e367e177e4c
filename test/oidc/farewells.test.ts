// The news that sessions have ended: told to each module until it takes it, by one node at a time, and never lost.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Dispatch, openDispatch } from '../../src/oidc/dispatch.ts';
import { type Farewell, lateFor, takeFarewells } from '../../src/oidc/farewells.ts';
import { sealWith } from '../../src/oidc/seal.ts';
import { sealEntry } from '../../src/oidc/sessions.ts';
import { forgetUnheard, unheardBy } from '../../src/oidc/unheard.ts';
import { openWork } from '../../src/oidc/work.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { inPieces, inTransaction } from '../../src/storage/storage.ts';
import { engines, type TestDatabase } from '../databases.ts';

const HOUR = 3_600_000;
const seal = sealWith(Buffer.alloc(32, 3));

describe.each(engines)('the news of ended sessions, on $name', ({ open }) => {
  let test: TestDatabase;
  let statements: Statements;
  const nodes: Dispatch[] = [];
  const held: (() => void)[] = [];
  let isOver: boolean;
  let now: number;
  let told: Record<string, number>;
  let gaveUp: (readonly [client: string, count: number])[];

  beforeAll(async () => {
    test = await open();
    statements = await openStatements(test.db);
  });
  beforeEach(async () => {
    for (const table of ['oidc_farewell', 'oidc_unheard']) await test.db(table).delete();
    gaveUp = [];
    isOver = false;
    now = Date.now();
    told = {};
  });
  afterEach(async () => {
    isOver = true;
    for (const release of held.splice(0)) release();
    await Promise.all(nodes.splice(0).map((node) => node.close()));
  });
  afterAll(async () => {
    await statements?.close();
    await test?.close();
  });

  const node = (deliver: (news: Farewell) => Promise<boolean>): Dispatch => {
    const opened = openDispatch({
      db: test.db,
      statements,
      seal,
      deliver,
      told: (client, delivered) => {
        const name = `${client} ${delivered}`;
        told[name] = (told[name] ?? 0) + 1;
      },
      gaveUp: (client, count) => gaveUp.push([client, count]),
      onError: (error) => {
        throw error;
      },
      clock: () => now,
    });
    nodes.push(opened);
    return opened;
  };
  /** What was begun has come to its end, where nothing is waited for. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  /** Takes the call, and answers when the test is over. */
  const hangs = () => new Promise<boolean>((resolve) => (isOver ? resolve(true) : held.push(() => resolve(true))));
  /** As many sessions that have ended, for a module. */
  const end = async (client: string, count: number): Promise<void> => {
    const rows = Array.from({ length: count }, (_, index) => {
      const uid = `${client}${index}`;
      const payload = sealEntry(seal, { uid, client, authorization: { sid: `${client} ${index}` } });
      return { uid, client, account: 'paul', payload, said_at: now };
    });
    for (const piece of inPieces(rows)) await test.db('oidc_farewell').insert(piece);
  };
  const left = async (where: object = {}): Promise<number> =>
    Number((await test.db('oidc_farewell').where(where).count({ rows: '*' }).first())?.rows);
  const empty = () => vi.waitFor(async () => expect(await left()).toBe(0), 10_000);

  it('three thousand at once, of a module that is slow: a few are in hand, and each is told once', async () => {
    const heard: string[] = [];
    const { look } = node(({ sid }) => {
      heard.push(sid);
      return hangs();
    });
    await end('slow', 3_000);
    for (let turns = 0; turns < 3; turns += 1) await look();
    expect(await left({ due_at: 0 })).toBe(3_000 - 96);
    expect([heard.length, told]).toEqual([16, {}]);
    isOver = true;
    for (const release of held.splice(0)) release();
    await empty();
    expect([heard.length, new Set(heard).size, told]).toEqual([3_000, 3_000, { 'slow true': 3_000 }]);
  });

  it('is told once, however many nodes look', async () => {
    const heard: string[] = [];
    const deliver = async ({ sid }: Farewell) => heard.push(sid) > 0;
    const both = [node(deliver), node(deliver)];
    await end('lives', 300);
    await Promise.all(both.map(({ look }) => look()));
    await empty();
    expect([heard.length, new Set(heard).size]).toEqual([300, 300]);
  });

  it('waits for a module that is down, longer each time; then all of it is told', async () => {
    let calls = 0;
    let isDown = true;
    const { look } = node(async () => {
      calls += 1;
      if (isDown) throw new Error('down');
      return true;
    });
    const calledAt = async (later: number): Promise<number> => {
      now += later;
      const before = calls;
      await look();
      await settled();
      await look();
      return calls - before;
    };
    await end('down', 40);
    expect(await calledAt(0)).toBe(16); // those that were called at once
    expect(await left({ due_at: 0 })).toBe(24);
    expect(await calledAt(999)).toBe(0);
    expect(await calledAt(1)).toBe(1); // after a second, one; then after two, four, eight…
    expect(await calledAt(1_999)).toBe(0);
    expect(await calledAt(1)).toBe(1);
    expect(await calledAt(4_000)).toBe(1);
    expect(await calledAt(HOUR)).toBe(1);
    expect(await calledAt(15_999)).toBe(0);
    isDown = false;
    await calledAt(HOUR);
    await empty();
    expect(told).toEqual({ 'down true': 40 });
  });

  it('is given up when no session of the module could last any longer, and counted', async () => {
    const { look } = node(() => Promise.reject(new Error('down')));
    await end('gone', 5);
    await look();
    await settled();
    now += 12 * HOUR - 1;
    await look();
    await settled();
    expect([await left(), told]).toEqual([5, {}]);
    now += 1;
    await look();
    expect([await left(), told, gaveUp]).toEqual([0, { 'gone false': 5 }, [['gone', 5]]]);
  });

  it('that a module does not take is said of it: since when, how much waits, how much was given up', async () => {
    const began = now;
    let isDown = true;
    const { look } = node(() => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(true)));
    const turn = async (later: number) => {
      now += later;
      await look();
      await settled();
      await look();
      return [await lateFor(test.db, { client: 'down', at: now }), await unheardBy(test.db, 'down')];
    };
    await end('down', 3);
    // what was said just now is not late
    expect(await turn(59_999)).toEqual([undefined, undefined]);
    expect(await turn(1)).toEqual([{ waiting: 3, since: began }, undefined]);
    const given = { since: began, givenUp: 3, lastAt: began + 12 * HOUR };
    expect(await turn(12 * HOUR - 60_000)).toEqual([undefined, given]);
    // a week later, what has ended since is given up too: it was never reached meanwhile
    now += 168 * HOUR;
    await end('down', 2);
    const again = { since: began, givenUp: 5, lastAt: now + 12 * HOUR };
    expect(await turn(12 * HOUR)).toEqual([undefined, again]);
    expect(await unheardBy(test.db, 'lives')).toBeUndefined();
    isDown = false;
    await end('down', 1);
    await turn(HOUR);
    await empty();
    expect(await turn(0)).toEqual([undefined, { ...again, since: undefined }]);
    // one end is refused, and given up, while others are taken: from the last of these on, nothing is
    isDown = true;
    await end('down', 1);
    await look();
    await settled();
    isDown = false;
    now += 6 * HOUR;
    const taken = now;
    await test.db('oidc_farewell').update({ due_at: now + 12 * HOUR });
    await end('lives', 1);
    await test
      .db('oidc_farewell')
      .where({ client: 'lives' })
      .update({
        client: 'down',
        payload: sealEntry(seal, { uid: 'lives0', client: 'down', authorization: { sid: 'x' } }),
      });
    await turn(0);
    await vi.waitFor(async () => expect(await left()).toBe(1));
    await turn(0);
    await test.db('oidc_farewell').update({ due_at: 0 });
    const [, refused] = await turn(6 * HOUR);
    expect(refused).toEqual({ since: taken, givenUp: 6, lastAt: now });
    await inTransaction(test.db, (tx) => forgetUnheard(tx, 'down'));
    expect(await unheardBy(test.db, 'down')).toBeUndefined();
  });

  it('is told by the next node when the one that had it is gone', async () => {
    await end('lives', 3);
    expect(await takeFarewells(test.db, { client: 'lives', most: 2, at: now })).toHaveLength(2);
    const heard: string[] = [];
    const { look } = node(async ({ sid }) => heard.push(sid) > 0);
    now += 59_999;
    await look();
    await vi.waitFor(() => expect(heard).toEqual(['lives 2']));
    now += 1;
    await look();
    await empty();
    expect(heard.sort()).toEqual(['lives 0', 'lives 1', 'lives 2']);
  });

  it('is told when it is said, and once more when it is said again while it is told', async () => {
    const answers: (() => void)[] = [];
    const { say } = node(() => new Promise((resolve) => answers.push(() => resolve(true))));
    const news = { account: 'paul', client: 'atlas', sid: 'one' };
    await say(news);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    await say(news);
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    for (const answer of answers) answer();
    await empty();
    expect(told).toEqual({ 'atlas true': 2 });
  });

  it('reaches a module while another hangs, however much waits for that one', async () => {
    const { look } = node(({ client }) => (client === 'hangs' ? hangs() : Promise.resolve(true)));
    await end('hangs', 500);
    await end('lives', 50);
    await look();
    await vi.waitFor(async () => expect(await left({ client: 'lives' })).toBe(0));
    expect(told).toEqual({ 'lives true': 50 });
  });

  it('that nobody wants to hear, or that cannot be read, holds up none of the rest', async () => {
    const { look } = node(async ({ client }) => client === 'lives');
    await end('deaf', 3);
    await end('lives', 20);
    await test
      .db('oidc_farewell')
      .where({ uid: 'lives7' })
      .update({ payload: Buffer.from('from before a new secret') });
    await look();
    await empty();
    expect(told).toEqual({ 'lives true': 19, 'lives false': 1 });
  });

  it('from before a new secret is no fault of its module: it is told the rest, and the rest alone', async () => {
    const heard: string[] = [];
    const { look, say } = node(async ({ sid }) => heard.push(sid) > 0);
    await end('lives', 1);
    await test.db('oidc_farewell').update({ payload: Buffer.from('from before a new secret') });
    await look();
    await say({ account: 'paul', client: 'lives', sid: 'one' });
    await empty();
    expect([heard, told]).toEqual([['one'], { 'lives false': 1, 'lives true': 1 }]);
  });

  it('that a module refuses is put off alone: what else it is to hear it hears at once, unless it cannot answer', async () => {
    const heard: string[] = [];
    const { look, say } = node(async ({ client, sid }) => {
      heard.push(`${client} ${sid}`);
      if (sid !== 'new') throw Object.assign(new Error('not taken'), { response: { status: Number(client) } });
      return true;
    });
    for (const client of ['400', '404', '408', '429', '503']) {
      await say({ account: 'paul', client, sid: 'old' });
      await vi.waitFor(() => expect(heard).toContain(`${client} old`));
      await settled();
      await say({ account: 'paul', client, sid: 'new' });
      await look();
      await settled();
    }
    expect(heard.filter((one) => one.endsWith('new'))).toEqual(['400 new', '404 new']);
    expect(heard.filter((one) => one.endsWith('old'))).toHaveLength(5);
    await look();
    expect(await left()).toBe(8);
    now += 2_000;
    await look();
    await vi.waitFor(() => expect(heard.filter((one) => one === '400 old')).toHaveLength(2));
  });

  it('that was in hand for too long is told by the node that has it then, and not by both', async () => {
    const heard: string[] = [];
    const { look } = node(({ sid }) => {
      heard.push(sid);
      return hangs();
    });
    await end('slow', 96);
    await look();
    await settled();
    now += 60_000;
    expect(await takeFarewells(test.db, { client: 'slow', most: 200, at: now })).toHaveLength(96);
    for (const release of held.splice(0)) release();
    await settled();
    await look();
    await settled();
    expect(heard).toHaveLength(16);
  });
});

describe.each(engines.slice(0, 1))('a server that stops, on $name', ({ open }) => {
  it('tells the turn that is under way, and waits for it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const nothing = async () => undefined;
    const turns: string[] = [];
    const work = openWork({
      ...{ modules: nothing, keys: nothing, farewells: nothing, objections: nothing },
      entitlements: async (stop) => {
        turns.push('begun');
        await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
        turns.push('stopped');
      },
      onError: (error) => {
        throw error;
      },
    });
    await vi.advanceTimersByTimeAsync(6_000);
    await work.close();
    vi.useRealTimers();
    expect(turns).toEqual(['begun', 'stopped']);
  });

  it('takes nothing more for the modules that it has not come to', async () => {
    const { db, close } = await open();
    const statements = await openStatements(db);
    const news = Array.from({ length: 30 }, (_, index) => ({ account: 'paul', client: `m${index}`, sid: 'one' }));
    for (const { account, client, sid } of news) {
      const payload = sealEntry(seal, { uid: sid, client, authorization: { sid } });
      await db('oidc_farewell').insert({ uid: sid, client, account, payload });
    }
    await db('oidc_farewell').update({ said_at: Date.now() });
    let closing: Promise<void> | undefined;
    const deliver = async () => {
      closing ??= stops.close();
      return true;
    };
    const stops = openDispatch({ db, statements, seal, deliver, told: () => undefined, onError: () => undefined });
    await stops.look();
    await closing;
    expect((await db('oidc_farewell').where({ due_at: 0 })).length).toBeGreaterThan(20);
    await statements.close();
    await close();
  });

  it('is not held up by a module that hangs; what was not told is left to who comes next, at once', async () => {
    const { db, close } = await open();
    const statements = await openStatements(db);
    const parts = { db, statements, seal, told: () => undefined, onError: () => undefined };
    const stops = openDispatch({ ...parts, deliver: () => new Promise<never>(() => undefined) });
    for (let index = 0; index < 40; index += 1) await stops.say({ account: 'paul', client: 'atlas', sid: `s${index}` });
    await stops.look();
    await stops.close();
    expect(await db('oidc_farewell').where({ due_at: 0 })).toHaveLength(40);
    const heard = new Set<string>();
    const next = openDispatch({ ...parts, deliver: async ({ sid }) => heard.add(sid).size > 0 });
    await next.look();
    await vi.waitFor(async () => expect(await db('oidc_farewell')).toEqual([]));
    expect(heard.size).toBe(40);
    await next.close();
    await statements.close();
    await close();
  });
});
