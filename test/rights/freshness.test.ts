// What memory says is never older than what was said before: changes made here, by another node, by another process.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Refusal } from '../../src/errors.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { presentVersion } from '../../src/rights/document.ts';
import { explain, rulesLeading } from '../../src/rights/explain.ts';
import { type Graphs, openGraphs } from '../../src/rights/graph/graphs.ts';
import { parseRevision } from '../../src/rights/revision.ts';
import { type Decision, list, may, type When, who } from '../../src/rights/rights.ts';
import { whyNot } from '../../src/rights/why.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { type Db, inTransaction, onPostgres, openDatabase } from '../../src/storage/storage.ts';
import { engines, type TestDatabase } from '../databases.ts';

const SCHOOL = '0900001A';
/** Another one, whose only logbook is `x0`. */
const OTHER = '0900002B';
const RUNS = Number(process.env.RIGHTS_RUNS ?? 12);

/** A process of its own, as far as memory goes: what one does, another hears of through the database alone. */
interface Node {
  readonly db: Db;
  readonly graphs: Graphs;
  readonly close: () => Promise<void>;
}

describe.each(engines)('freshness on $name', ({ name, open }) => {
  let base: TestDatabase;
  let here: Node;
  const opened: Node[] = [];

  beforeEach(async () => {
    base = await open();
    for (const [school, audience, logbooks] of [
      [SCHOOL, 'c', ['l0', 'l1', 'l2']],
      [OTHER, 'd', ['x0']],
    ] as const) {
      const known = { name: 'Collège', kind: 'collège', degree: 2, academy: '090' };
      await base.db('school').insert({ uai: school, ...known, year_start: '08-15', zone: 'Europe/Paris' });
      const row = { school, year: 2026 };
      await base.db('audience').insert({ id: audience, ...row, kind: 'class', code: audience, label: audience });
      for (const id of logbooks) await base.db('logbook').insert({ id, ...row, audience, subject: id, created_at: 0 });
    }
    here = await openNode();
  });
  afterEach(async () => {
    for (const node of opened.splice(0)) await node.close();
    await base.close();
  });

  it('a change made here is seen by the very next question', async () => {
    await give(here.db, 'p0', 'l0');
    await inMemory(here);
    for (let turn = 0; turn < 20; turn += 1) {
      await give(here.db, 'p1', 'l0');
      expect((await ask(here, 'p1', 'l0')).allowed).toBe(true);
      if (turn % 2 === 0) await inMemory(here);
      await take(here.db, 'p1', 'l0');
      expect((await ask(here, 'p1', 'l0')).allowed).toBe(false);
      expect(await readers(here, 'l0')).toEqual(['p0']);
      expect(await list(here.graphs, { person: 'p1', action: 'read', type: 'logbook' })).toEqual([]);
      if (turn % 2 === 1) await inMemory(here);
    }
  });

  it('a change is not seen before it is settled, and one that is given up is never seen', async () => {
    await give(here.db, 'p0', 'l0');
    await inMemory(here);
    await expect(
      inTransaction(here.db, async (tx) => {
        await take(tx, 'p0', 'l0');
        // at the very instant of the commit memory could be behind: it says nothing meanwhile
        const { memory } = here.graphs.answered;
        for (let turn = 0; turn < 5; turn += 1) {
          expect((await ask(here, 'p0', 'l0')).allowed).toBe(true);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        expect(here.graphs.answered.memory).toBe(memory);
        throw new Error('given up');
      }),
    ).rejects.toThrow('given up');
    expect((await ask(here, 'p0', 'l0')).allowed).toBe(true);
    await inMemory(here);
    expect((await ask(here, 'p0', 'l0')).allowed).toBe(true);
  });

  it('what another node takes away is soon denied here, and never allowed again', async () => {
    const there = await openNode();
    for (let turn = 0; turn < 10; turn += 1) {
      await give(there.db, 'p0', 'l0');
      await give(there.db, `p1`, `l${turn % 3}`);
      await until(async () => (await ask(here, 'p0', 'l0')).allowed);
      await inMemory(here);
      await take(there.db, 'p0', 'l0');
      let asked = 0;
      await until(async () => {
        asked += 1;
        return !(await ask(here, 'p0', 'l0')).allowed;
      });
      for (let again = 0; again < 50; again += 1) {
        expect((await ask(here, 'p0', 'l0')).allowed, `asked ${asked}, then ${again} more`).toBe(false);
        if (again % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  });

  it('a question that names a revision is answered from it on, at once, wherever it was written', async () => {
    const there = await openNode();
    for (let turn = 0; turn < 10; turn += 1) {
      await give(there.db, 'p0', 'l0');
      await until(async () => (await ask(here, 'p0', 'l0')).allowed);
      await inMemory(here);
      const atLeast = await take(there.db, 'p0', 'l0');
      if (turn % 2 === 0) {
        expect(await readers(here, 'l0', atLeast)).toEqual([]);
        expect(await list(here.graphs, { person: 'p0', action: 'read', type: 'logbook', atLeast })).toEqual([]);
      }
      const decision = await ask(here, 'p0', 'l0', atLeast);
      expect(decision.allowed).toBe(false);
      expect(parseRevision(decision.revision).number).toBeGreaterThanOrEqual(parseRevision(atLeast).number);
      // and what was known once is known from then on
      expect((await ask(here, 'p0', 'l0')).allowed).toBe(false);
    }
  });

  it('what a search has told is known to the evaluation that follows it', async () => {
    const there = await openNode();
    for (const search of [readers, logbooks])
      for (const named of [true, false]) {
        await give(there.db, 'p0', 'l0');
        await until(async () => (await ask(here, 'p0', 'l0')).allowed);
        await inMemory(here);
        const atLeast = await take(there.db, 'p0', 'l0');
        const of = search === readers ? 'l0' : 'p0';
        if (named) expect(await search(here, of, atLeast)).toEqual([]);
        else await until(async () => (await search(here, of)).length === 0);
        expect((await ask(here, 'p0', 'l0')).allowed, `${search.name} ${named}`).toBe(false);
      }
  });

  it('and so is what it did not find in one school, when another sent it to the database', async () => {
    const there = await openNode();
    await give(there.db, 'p0', 'l0');
    await until(async () => (await ask(here, 'p0', 'l0')).allowed);
    await inMemory(here);
    await give(there.db, 'p0', 'x0', { school: OTHER });
    await take(there.db, 'p0', 'l0');
    await until(async () => (await logbooks(here, 'p0')).join() === 'x0');
    expect((await ask(here, 'p0', 'l0')).allowed).toBe(false);
  });

  it('a list that names a revision has what it brought from a school where nobody looked before', async () => {
    const there = await openNode();
    await give(there.db, 'p0', 'l0');
    await until(async () => (await logbooks(here, 'p0')).length === 1 && here.graphs.answered.memory > 0);
    const atLeast = await give(there.db, 'p0', 'x0', { school: OTHER });
    expect(await logbooks(here, 'p0', atLeast)).toEqual(['l0', 'x0']);
    expect(await logbooks(here, 'p0')).toEqual(['l0', 'x0']);
  });

  it('whoever is found in a school that has come to memory is found there by a list as well', async () => {
    const busy = await openNode(2 ** 24, base.url, 20);
    await give(here.db, 'p0', 'l0');
    await give(here.db, 'p1', 'x0', { school: OTHER });
    await inMemory(busy, 'x0');
    await until(async () => (await logbooks(busy, 'p0')).length === 1);
    // a school is read after it was told of, and may be newer by then
    expect(await readers(busy, 'x0', await take(here.db, 'p1', 'x0', { school: OTHER }))).toEqual([]);
    expect(await logbooks(busy, 'p0')).toEqual(['l0']);
    await give(here.db, 'p0', 'x0', { school: OTHER });
    await until(async () => (await ask(busy, 'p0', 'x0')).allowed);
    expect(await logbooks(busy, 'p0')).toEqual(['l0', 'x0']);
  });

  it("another school's revision says nothing of one resource, and is waited for by a list that may find it there", async () => {
    await give(here.db, 'p0', 'l0');
    await inMemory(here);
    await until(async () => (await logbooks(here, 'p0')).length === 1);
    const atLeast = `${OTHER}:9`;
    for (const source of [here.graphs, here.db]) {
      const asked = { action: 'read', resource: { type: 'logbook', id: 'l0' }, atLeast } as const;
      expect(await may(source, { ...asked, person: 'p0' })).toMatchObject({ allowed: true });
      expect(await who(source, asked)).toMatchObject([{ person: 'p0' }]);
      const listed = { person: 'p0', action: 'read', type: 'logbook', atLeast } as const;
      expect(await list(source, { ...listed, schools: [SCHOOL] })).toMatchObject([{ id: 'l0' }]);
    }
    // of what is not there, nobody knows in which school it will be
    const none = { type: 'logbook', id: 'none' } as const;
    const wide = { person: 'p0', action: 'read', type: 'logbook', atLeast } as const;
    const waiting = [here.graphs, here.db].flatMap((source) => [
      list(source, wide),
      list(source, { ...wide, schools: [SCHOOL, OTHER] }),
      may(source, { person: 'p0', action: 'read', resource: none, atLeast }),
      who(source, { action: 'read', resource: none, atLeast }),
    ]);
    for (const one of await Promise.allSettled(waiting))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  });

  it('what a node whose clock is ahead has ended is over, and what it has begun comes in its own time', async () => {
    const there = await openNode();
    await give(there.db, 'p0', 'l0');
    await until(async () => (await ask(here, 'p0', 'l0')).allowed);
    await give(there.db, 'p1', 'l1', { ahead: 20_000 });
    const atLeast = await take(there.db, 'p0', 'l0', { ahead: 30_000 });
    const everyAnswer = async (source: Graphs | Db, when?: When) => {
      const asked = { action: 'read', when, atLeast } as const;
      const l0 = { type: 'logbook', id: 'l0' } as const;
      const l1 = { type: 'logbook', id: 'l1' } as const;
      const each = await Promise.all([
        may(source, { ...asked, person: 'p0', resource: l0 }).then(({ allowed }) => allowed),
        who(source, { ...asked, resource: l0 }).then((found) => found.length),
        list(source, { ...asked, person: 'p1', type: 'logbook' }).then((found) => found.length),
        may(source, { ...asked, person: 'p1', resource: l1 }).then(({ allowed }) => allowed),
      ]);
      return each.map(Number).join('');
    };
    for (const source of [here.db, here.graphs, there.graphs]) {
      if (source === there.graphs) await inMemory(there);
      expect(await everyAnswer(source)).toBe('0000');
      expect(await everyAnswer(source, { at: Date.now() })).toBe('0000');
      expect(await everyAnswer(source, { at: Date.now() + 25_000 })).toBe('0011');
      // an instant that is asked about is that instant
      expect(await everyAnswer(source, { knownTodayOf: Date.now() })).toBe('1100');
      if (source !== here.db) expect(await everyAnswer(source, { at: Date.now() + 86_400_000 })).toBe('0011');
    }
    expect(await everyAnswer(here.graphs, { enforcedOn: Date.now() })).toBe('1100');
    // and whoever did not ask for that revision is not let in again
    expect((await ask(here, 'p0', 'l0')).allowed).toBe(false);
  });

  it('whatever clock is ahead by 50 seconds, nothing opens before its time', async () => {
    const table = [
      ['a right that ends soon is over', 'owns', { validTo: 20_000 }, false],
      ['one that ends later is there', 'owns', { validTo: 70_000 }, true],
      ['one that begins soon has not begun', 'owns', { validFrom: 20_000 }, false],
      ['a restriction that ends soon still speaks', 'barred', { validTo: 20_000 }, false],
      ['one that begins soon speaks already', 'barred', { validFrom: 20_000 }, false],
      ['one that begins later does not', 'barred', { validFrom: 70_000 }, true],
    ] as const;
    for (const [place, [, relation, dates]] of table.entries()) {
      await give(here.db, `p${place}`, 'l0', { relation, ...dates });
      if (relation === 'barred') await give(here.db, `p${place}`, 'l0');
    }
    await give(here.db, 'p9', 'l1', { ahead: 50_000 });
    await inMemory(here);
    const asked = { action: 'read', resource: { type: 'logbook', id: 'l0' } } as const;
    for (const source of [here.db, here.graphs]) {
      const readers = (await who(source, asked)).map(({ person }) => person);
      for (const [place, [name, relation, , open]] of table.entries()) {
        const person = `p${place}`;
        const told = await may(source, { ...asked, person });
        const forbidden = open || relation === 'owns' ? undefined : 'barred';
        expect([told.allowed, told.forbidden, readers.includes(person)], name).toEqual([open, forbidden, open]);
        expect(await list(source, { person, action: 'read', type: 'logbook' }), name).toHaveLength(open ? 1 : 0);
        // and is made again as it was made
        const revision = parseRevision(told.revision).number;
        const when = { decidedAt: Date.now(), revision, policy: presentVersion };
        const again = await may(here.db, { ...asked, person, when });
        expect([again.allowed, again.rule, again.validUntil, again.forbidden], name).toEqual([
          told.allowed,
          told.rule,
          told.validUntil,
          told.forbidden,
        ]);
      }
    }
  });

  it('a right that a clock ahead writes anew stays open', async () => {
    await give(here.db, 'p0', 'l0');
    await take(here.db, 'p0', 'l0', { ahead: 30_000 });
    await give(here.db, 'p0', 'l0', { ahead: 30_000 });
    await inMemory(here);
    for (const source of [here.db, here.graphs])
      expect(await who(source, { action: 'read', resource: { type: 'logbook', id: 'l0' } })).toHaveLength(1);
  });

  it('each school of a list goes by its own clock', async () => {
    await give(here.db, 'p0', 'l0');
    await give(here.db, 'p0', 'l1', { validTo: 20_000 });
    await give(here.db, 'p0', 'x0', { school: OTHER, validTo: 20_000 });
    await give(here.db, 'p2', 'l0');
    await give(here.db, 'p2', 'x0', { school: OTHER });
    await give(here.db, 'p1', 'l2', { ahead: 50_000 });
    await inMemory(here, 'l0', 'x0');
    for (const source of [here.db, here.graphs]) {
      const found = await list(source, { person: 'p0', action: 'read', type: 'logbook' });
      expect(found.map(({ id }) => id)).toEqual(['l0', 'x0']);
      const lasting = await list(source, { person: 'p2', action: 'read', type: 'logbook' });
      expect(lasting.map(({ id }) => id)).toEqual(['l0', 'x0']);
      for (const id of ['l0', 'l1', 'x0'])
        expect((await may(source, { person: 'p0', action: 'read', resource: { type: 'logbook', id } })).allowed).toBe(
          id !== 'l1',
        );
    }
  });

  it('why one may not is told by the instant by which one may not', async () => {
    const grant = { relation: 'granted' } as const;
    await give(here.db, 'p0', 'l0', grant);
    await give(here.db, 'p2', 'l0', { ...grant, validFrom: 20_000 });
    await take(here.db, 'p0', 'l0', { ahead: 30_000 });
    for (const [person, code] of [
      ['p0', 'colleague_ended'],
      ['p2', 'colleague_not_begun'],
      ['p1', 'no_role_here'],
    ] as const) {
      const asked = { person, action: 'read', resource: { type: 'logbook', id: 'l0' } } as const;
      const { allowed, missing = [] } = await explain(here.db, asked);
      const lapsed = missing.find(({ rule }) => rule === 'colleague')?.lapsed;
      expect([allowed, lapsed?.subject]).toEqual([false, person === 'p1' ? undefined : person]);
      expect((await whyNot(here.db, asked))?.code).toBe(code);
      expect(await rulesLeading(here.db, { ...asked, when: { at: Date.now() } })).toEqual([]);
    }
  });

  it('a decision made by a clock that is behind is made again as it was made', async () => {
    await give(here.db, 'p0', 'l0');
    await take(here.db, 'p0', 'l0', { ahead: 30_000 });
    const at = Date.now();
    const asked = { person: 'p0', action: 'read', resource: { type: 'logbook', id: 'l0' } } as const;
    const made = await may(here.graphs, { ...asked, when: { at } });
    const revision = parseRevision(made.revision).number;
    const when = { decidedAt: at, revision, policy: presentVersion };
    expect([made.allowed, await may(here.db, { ...asked, when })]).toEqual([false, made]);
    const before = { ...when, revision: revision - 1 };
    expect((await may(here.db, { ...asked, when: before })).allowed).toBe(true);
  });

  it('a clock that is far ahead moves nobody’s present further than clocks may be apart', async () => {
    await give(here.db, 'p0', 'l0');
    await give(here.db, 'p1', 'l0');
    await take(here.db, 'p0', 'l0', { ahead: 30_000 });
    await take(here.db, 'p1', 'l0', { ahead: 3_600_000 });
    for (const source of [here.graphs, here.db])
      expect(await who(source, { action: 'read', resource: { type: 'logbook', id: 'l0' } })).toMatchObject([
        { person: 'p1' },
      ]);
  });

  it('a revision that has not come is waited for, then refused; a malformed one is refused at once', async () => {
    await give(here.db, 'p0', 'l0');
    const next = `${SCHOOL}:3`;
    const waiting = ask(here, 'p0', 'l0', next);
    await give(here.db, 'p1', 'l0');
    await give(here.db, 'p2', 'l0');
    expect((await waiting).allowed).toBe(true);
    await inMemory(here);
    for (const source of [here.graphs, here.db])
      await expect(
        may(source, {
          person: 'p0',
          action: 'read',
          resource: { type: 'logbook', id: 'l0' },
          atLeast: `${SCHOOL}:4`,
        }),
      ).rejects.toMatchObject({ code: 'unavailable' } satisfies Partial<Refusal>);
    for (const wrong of ['', SCHOOL, `${SCHOOL}:`, `${SCHOOL}:-1`, `${SCHOOL}:01`, `${SCHOOL}:1e3`, ':1', 'a b:1'])
      await expect(ask(here, 'p0', 'l0', wrong)).rejects.toMatchObject({ code: 'bad_request' });
    // another school's says nothing about this one
    const foreign = await ask(here, 'p0', 'l0', '0900002B:0');
    expect(foreign.allowed).toBe(true);
  });

  it('whatever happens, a decision is right for the revision it names, which never goes back', async () => {
    const pair = { person: fc.constantFrom('p0', 'p1'), logbook: fc.constantFrom('l0', 'l1', 'l2') };
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('give' as const), from: fc.nat(1), ...pair }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), from: fc.nat(1), ...pair }) },
      {
        weight: 12,
        arbitrary: fc.record({ do: fc.constant('ask' as const), from: fc.nat(1), sure: fc.boolean(), ...pair }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('warm' as const), from: fc.nat(1) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), for: fc.constantFrom(0, 1, 5, 20) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), from: fc.nat(1) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
        const nodes = [await openNode(), await openNode()];
        const start = await here.db('fact_head').where({ school: SCHOOL }).first('revision');
        let last = Number(start?.revision ?? 0);
        const open = new Set<string>();
        for (const fact of await currentFacts(here.db, { school: SCHOOL, endingAfter: Date.now() }))
          open.add(`${fact.subject} ${fact.object}`);
        /** What holds at each revision, as it was written. */
        const history = new Map([[last, new Set(open)]]);
        const told = [0, 0];
        for (const one of steps) {
          if (one.do === 'wait') await new Promise((resolve) => setTimeout(resolve, one.for));
          if (one.do === 'cut') await cutListening();
          if (one.do === 'warm') await ask(nodes[one.from]!, 'p0', 'l0');
          if (one.do === 'restart') {
            await nodes[one.from]!.close();
            nodes[one.from] = await openNode();
          }
          if (one.do === 'give' || one.do === 'take') {
            const key = `${one.person} ${one.logbook}`;
            if (open.has(key) === (one.do === 'give')) continue;
            const revision = await (one.do === 'give' ? give : take)(nodes[one.from]!.db, one.person, one.logbook);
            if (one.do === 'give') open.add(key);
            else open.delete(key);
            last = parseRevision(revision).number;
            history.set(last, new Set(open));
            // the one who wrote it knows it
            told[one.from] = last;
          }
          if (one.do === 'ask') {
            const atLeast = one.sure ? `${SCHOOL}:${last}` : undefined;
            const decision = await ask(nodes[one.from]!, one.person, one.logbook, atLeast);
            const { number } = parseRevision(decision.revision);
            expect(number).toBeGreaterThanOrEqual(one.sure ? last : told[one.from]!);
            expect(decision.allowed).toBe(history.get(number)!.has(`${one.person} ${one.logbook}`));
            told[one.from] = number;
          }
        }
        for (const node of nodes) await node.close();
      }),
      { numRuns: RUNS, seed: 20261104, endOnFailure: true },
    );
  }, 300_000);

  it('a school that is let go of is asked for again, and answers as before', async () => {
    const small = await openNode(2_000);
    await give(here.db, 'p0', 'l0');
    for (let turn = 0; turn < 30; turn += 1) {
      expect((await ask(small, 'p0', 'l0')).allowed).toBe(true);
      expect((await ask(small, 'p1', 'l0')).allowed).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });

  it('whoever asks who, or which ones, brings a school into memory as well', async () => {
    await give(here.db, 'p0', 'l0');
    for (const question of [
      ({ graphs }: Node) => list(graphs, { person: 'p0', action: 'read', type: 'logbook' }),
      ({ graphs }: Node) => who(graphs, { action: 'read', resource: { type: 'logbook', id: 'l0' } }),
    ]) {
      const fresh = await openNode();
      await until(async () => {
        expect(await question(fresh)).toHaveLength(1);
        return fresh.graphs.answered.memory > 0;
      });
    }
    expect(await who(here.graphs, { action: 'read', resource: { type: 'logbook', id: 'none' } })).toEqual([]);
  });

  it('without memory, SQL answers everything', async () => {
    const none = await openNode(0);
    await give(here.db, 'p0', 'l0');
    for (let turn = 0; turn < 10; turn += 1) expect((await ask(none, 'p0', 'l0')).allowed).toBe(true);
    expect(none.graphs.answered.memory).toBe(0);
  });

  describe.runIf(name === 'PostgreSQL')('when the connection that listens is cut', () => {
    it('a change that nobody tells of is found all the same', async () => {
      const there = await openNode();
      await give(there.db, 'p0', 'l0');
      await inMemory(here);
      expect((await ask(here, 'p0', 'l0')).allowed).toBe(true);
      await cutListening();
      await take(there.db, 'p0', 'l0');
      await until(async () => !(await ask(here, 'p0', 'l0')).allowed);
      for (let again = 0; again < 20; again += 1) expect((await ask(here, 'p0', 'l0')).allowed).toBe(false);
    });

    it('and cannot be made again, SQL answers, until it can', async () => {
      const wire = await openWire(base.url);
      const far = await openNode(2 ** 24, wire.url);
      await give(here.db, 'p0', 'l0');
      await inMemory(far);
      wire.cutListening();
      await until(async () => {
        const { memory } = far.graphs.answered;
        await ask(far, 'p0', 'l0');
        return far.graphs.answered.memory === memory;
      });
      const { memory } = far.graphs.answered;
      for (let again = 0; again < 20; again += 1) expect((await ask(far, 'p0', 'l0')).allowed).toBe(true);
      await take(here.db, 'p0', 'l0');
      expect((await ask(far, 'p0', 'l0')).allowed).toBe(false);
      expect(far.graphs.answered.memory).toBe(memory);
      wire.mend();
      await inMemory(far);
      expect((await ask(far, 'p0', 'l0')).allowed).toBe(false);
      await far.close();
      await wire.close();
    });
  });

  /** With so many milliseconds for which each question stands in line. */
  async function openNode(memory = 2 ** 24, url = base.url, line = 0): Promise<Node> {
    const db = openDatabase(url);
    const statements: Statements = await openStatements(db);
    const inLine: Pick<Statements, 'all'> = {
      all: async (sql, values) => {
        await new Promise((resolve) => setTimeout(resolve, line));
        return statements.all(sql, values);
      },
    };
    const asked = line > 0 ? inLine : statements;
    const graphs = openGraphs(db, { statements: asked, reading: statements, memory, onError: () => undefined });
    let closing: Promise<void> | undefined;
    const node: Node = {
      db,
      graphs,
      close: () => {
        closing ??= graphs
          .close()
          .then(() => statements.close())
          .then(() => db.destroy());
        return closing;
      },
    };
    opened.push(node);
    return node;
  }

  async function cutListening(): Promise<void> {
    if (!onPostgres(base.db)) return;
    await base.db.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'preau listening' and datname = current_database()`,
    );
  }
});

/** A way to PostgreSQL on which the connections that listen can be cut, and kept from being made again. */
async function openWire(url: string) {
  const { hostname, port } = new URL(url);
  const state = { cut: false };
  const sockets = new Set<Socket>();
  const listening = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    for (const one of [socket, onward]) {
      sockets.add(one);
      one.on('error', () => undefined);
    }
    socket.once('data', (first: Buffer) => {
      if (first.includes('preau listening')) listening.add(socket);
      if (state.cut && listening.has(socket)) socket.destroy();
    });
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    cutListening: () => {
      state.cut = true;
      for (const socket of listening) socket.destroy();
    },
    mend: () => {
      state.cut = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ask({ graphs }: Node, person: string, logbook: string, atLeast?: string): Promise<Decision> {
  return may(graphs, { person, action: 'read', resource: { type: 'logbook', id: logbook }, atLeast });
}

async function readers({ graphs }: Node, logbook: string, atLeast?: string): Promise<string[]> {
  const found = await who(graphs, { action: 'read', resource: { type: 'logbook', id: logbook }, atLeast });
  return found.map(({ person }) => person);
}

/** The logbooks that a person reads, wherever they are. */
async function logbooks({ graphs }: Node, person: string, atLeast?: string): Promise<string[]> {
  return (await list(graphs, { person, action: 'read', type: 'logbook', atLeast })).map(({ id }) => id);
}

/** Where a change is made, and by how much the clock of who makes it is ahead, in milliseconds. */
interface Made {
  readonly school?: string;
  readonly ahead?: number;
}

/** What is given, by default the logbook itself; when it begins and ends, in milliseconds from now. */
interface Given extends Made {
  readonly relation?: 'owns' | 'granted' | 'barred';
  readonly validFrom?: number;
  readonly validTo?: number;
}

/** Each returns the revision that it made. */
async function give(db: Db, person: string, logbook: string, given: Given = {}) {
  const { school = SCHOOL, ahead = -1, relation = 'owns', validFrom, validTo } = given;
  const now = Date.now();
  const dates = {
    ...(validFrom !== undefined && { validFrom: now + validFrom }),
    ...(validTo !== undefined && { validTo: now + validTo }),
  };
  const begin = [{ relation, subject: person, object: logbook, ...dates }];
  const change = { school, at: now + ahead, source: 'local', actor: 'test', begin } as const;
  const { revision } = await inTransaction(db, (tx) => changeFacts(tx, change));
  return `${school}:${revision}`;
}

async function take(db: Db, person: string, logbook: string, { school = SCHOOL, ahead = -1 }: Made = {}) {
  const { revision } = await inTransaction(db, async (tx) => {
    const end = await currentFacts(tx, { school, subject: person, object: logbook });
    return changeFacts(tx, { school, at: Date.now() + ahead, source: 'local', actor: 'test', end });
  });
  return `${school}:${revision}`;
}

/** Asks until memory answers. */
async function inMemory(node: Node, ...logbooks: readonly string[]): Promise<void> {
  const asked = logbooks.length > 0 ? logbooks : ['l0', 'l1'];
  await until(async () => {
    const { memory } = node.graphs.answered;
    for (const logbook of asked) await ask(node, 'p0', logbook);
    return node.graphs.answered.memory === memory + asked.length;
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2));
}
