// Laws of the engine: what may never change a decision, and what may only add to them.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, type When, who } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { build, DAY, day, history, namesOf, type Step } from './worlds.ts';

const actions: readonly Action[] = ['read', 'write'];
const WORLDS = Math.ceil(Number(process.env.RIGHTS_WORLDS ?? 40) / 3);

describe.each(engines)('laws on $name', ({ open }) => {
  let base: TestDatabase;
  let statements: Statements;
  let count = 0;
  beforeAll(async () => {
    base = await open();
    statements = await openStatements(base.db);
  });
  afterAll(async () => {
    await statements.close();
    await base.close();
  });

  /** Who may do what in a world, in words that do not hold its prefix; of one school's logbooks, or of all. */
  const decisionsIn = async (steps: readonly Step[], when: When, { school }: { school?: number } = {}) => {
    const prefix = `z${count++}-`;
    await build(base.db, prefix, steps);
    const logbooks = namesOf(prefix).logbooks;
    const half = logbooks.length / 2;
    const found = new Map<string, string>();
    for (const action of actions)
      for (const logbook of school === undefined ? logbooks : logbooks.slice(school * half, (school + 1) * half))
        for (const { person, reasons } of await who(statements, {
          action,
          resource: { type: 'logbook', id: logbook },
          when,
        })) {
          const pair = `${person.slice(prefix.length)} ${action} ${logbook.slice(prefix.length)}`;
          found.set(pair, reasons.map(({ rule, validUntil }) => `${rule} ${validUntil}`).join(', '));
        }
    return found;
  };
  const hold = (law: (steps: readonly Step[], more: readonly Step[], at: number) => Promise<void>, seed: number) =>
    fc.assert(
      fc.asyncProperty(history, history, fc.integer({ min: 0, max: 6 }), (steps, more, n) => law(steps, more, day(n))),
      { numRuns: WORLDS, seed },
    );
  const begun = (steps: readonly Step[], change: Partial<Step>) =>
    steps.map((step) => ({ ...step, end: [], ...change }));

  it("another school's facts change no decision", async () => {
    await hold(async (steps, more, at) => {
      const before = await decisionsIn(steps, { at }, { school: 0 });
      expect(await decisionsIn([...steps, ...begun(more, { school: 1 })], { at }, { school: 0 })).toEqual(before);
    }, 11);
  }, 120_000);

  it('a fact that has ended, or has not begun, is as if it were not', async () => {
    await hold(async (steps, more, at) => {
      const away = (from: number) =>
        begun(more, {}).map((step) => ({ ...step, begin: step.begin.map((one) => ({ ...one, from, length: 15 })) }));
      const before = await decisionsIn(steps, { at });
      expect(await decisionsIn([...steps, ...away(-15)], { at })).toEqual(before);
      expect(await decisionsIn([...steps, ...away(7)], { at })).toEqual(before);
    }, 12);
  }, 120_000);

  it('another fact never takes a right away, nor ends it sooner', async () => {
    await hold(async (steps, more, at) => {
      const before = await decisionsIn(steps, { at });
      const after = await decisionsIn([...steps, ...begun(more, {})], { at });
      for (const [pair, reasons] of before) {
        const ends = new Map(
          after
            .get(pair)
            ?.split(', ')
            .map((one) => one.split(' ') as [string, string]),
        );
        for (const reason of reasons.split(', ')) {
          const [rule = '', end] = reason.split(' ');
          expect(Number(ends.get(rule)), pair).toBeGreaterThanOrEqual(Number(end));
        }
      }
    }, 13);
  }, 120_000);

  it('what was enforced on a day is not changed by anything said later', async () => {
    await hold(async (steps, more, at) => {
      const early = steps.map((step) => ({ ...step, at: 0 }));
      const late = more.map((step) => ({ ...step, at: 7 }));
      expect(await decisionsIn([...early, ...late], { enforcedOn: at })).toEqual(
        await decisionsIn(early, { enforcedOn: at }),
      );
    }, 14);
  }, 120_000);

  it('as of now is now', async () => {
    await hold(async (steps) => {
      const at = day(6) + DAY;
      expect(await decisionsIn(steps, { enforcedOn: at })).toEqual(await decisionsIn(steps, { at }));
    }, 15);
  }, 120_000);
});
