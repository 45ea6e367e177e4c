// In random worlds: may, list and who say the same thing, on both engines and on any day, and the oracle says it too.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fact, factsByKey } from '../../src/facts/facts.ts';
import { type Action, list, may, type Reason, type When, who } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { oracle } from './oracle.ts';
import { build, day, history, namesOf } from './worlds.ts';

const actions: readonly Action[] = ['read', 'write'];
const KNOWN = ['owner', 'team', 'head', 'deputy', 'direction', 'pupil', 'guardian'];
const WORLDS = Number(process.env.RIGHTS_WORLDS ?? 40);

describe.each(engines)('in random worlds on $name', ({ open }) => {
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

  it('may, list, who and the oracle agree, now and on any day', async () => {
    const instant = fc
      .tuple(fc.constantFrom(-1, 0, 1, 2, 3, 4, 5, 6, 7), fc.constantFrom(-1, 0, 0, 1))
      .map(([n, ms]) => day(n) + ms);
    const met = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(history, instant, async (steps, at) => {
        const prefix = `w${count++}-`;
        const { persons, logbooks } = namesOf(prefix);
        const world = await build(base.db, prefix, steps);
        const whens: When[] = [{ at }, { enforcedOn: at }, { knownTodayOf: at }];
        for (const action of actions)
          for (const when of whens) {
            const expected = pairs(persons, logbooks, (person, logbook) =>
              told(oracle(world, { person, action, logbook, when })),
            );
            for (const answer of expected.values())
              for (const rule of answer.split(', ').map((one) => one.split(' ')[0]!))
                met.set(rule, (met.get(rule) ?? 0) + 1);
            expect(await byMay(persons, logbooks, action, when)).toEqual(expected);
            expect(await byList(persons, logbooks, action, when)).toEqual(expected);
            expect(await byWho(persons, logbooks, action, when)).toEqual(expected);
          }
      }),
      { numRuns: WORLDS, seed: 20260901 },
    );
    // worlds in which a rule never speaks prove nothing of it; '' is a deny
    for (const rule of ['', ...KNOWN]) expect(met.get(rule) ?? 0, rule).toBeGreaterThan(WORLDS);
  }, 300_000);

  it('the way it tells is made of facts that hold, that follow each other, and the first of which to end ends it', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 0, max: 6 }), async (steps, n) => {
        const prefix = `w${count++}-`;
        const { persons } = namesOf(prefix);
        const world = await build(base.db, prefix, steps);
        const at = day(n);
        for (const person of persons)
          for (const { id: logbook, school, reasons } of await list(statements, {
            person,
            action: 'read',
            type: 'logbook',
            when: { at },
          }))
            for (const reason of reasons) {
              const facts = await factsByKey(base.db, reason.facts);
              expect(facts.map((fact) => fact.id)).toEqual(reason.facts);
              expect(Math.min(...facts.map((fact) => fact.validTo))).toBe(reason.validUntil);
              expect(facts.every((fact) => fact.school === school && fact.validFrom <= at && at < fact.validTo)).toBe(
                true,
              );
              expect(walks(facts, logbook, person)).toBe(true);
            }
        expect(world.facts.length).toBeGreaterThan(0);
      }),
      { numRuns: Math.ceil(WORLDS / 3), seed: 20260902 },
    );
  }, 300_000);

  async function byMay(persons: readonly string[], logbooks: readonly string[], action: Action, when: When) {
    const answers = new Map<string, string>();
    for (const person of persons)
      for (const logbook of logbooks) {
        const decision = await may(statements, { person, action, resource: { type: 'logbook', id: logbook }, when });
        expect(decision.allowed).toBe(decision.reasons.length > 0);
        expect(decision.validUntil).toBe(decision.reasons[0]?.validUntil);
        answers.set(`${person} ${logbook}`, toldBy(decision.reasons));
      }
    return answers;
  }

  async function byList(persons: readonly string[], logbooks: readonly string[], action: Action, when: When) {
    const found = new Map<string, string>();
    for (const person of persons)
      for (const one of await list(statements, { person, action, type: 'logbook', when }))
        found.set(`${person} ${one.id}`, toldBy(one.reasons));
    return pairs(persons, logbooks, (person, logbook) => found.get(`${person} ${logbook}`) ?? '');
  }

  async function byWho(persons: readonly string[], logbooks: readonly string[], action: Action, when: When) {
    const found = new Map<string, string>();
    for (const logbook of logbooks)
      for (const one of await who(statements, { action, resource: { type: 'logbook', id: logbook }, when }))
        found.set(`${one.person} ${logbook}`, toldBy(one.reasons));
    return pairs(persons, logbooks, (person, logbook) => found.get(`${person} ${logbook}`) ?? '');
  }
});

function pairs(persons: readonly string[], logbooks: readonly string[], answer: (p: string, l: string) => string) {
  return new Map(persons.flatMap((p) => logbooks.map((l) => [`${p} ${l}`, answer(p, l)] as const)));
}

function told(rules: ReadonlyMap<string, number>): string {
  return [...rules]
    .map(([rule, end]) => `${rule} ${end}`)
    .sort()
    .join(', ');
}

function toldBy(reasons: readonly Reason[]): string {
  return told(new Map(reasons.map(({ rule, validUntil }) => [rule, validUntil])));
}

/** Whether facts lead, end to end, from a logbook to a person; the post beside a decision leads nowhere. */
function walks(facts: readonly Fact[], from: string, to: string): boolean {
  let here = from;
  for (const fact of facts) {
    if (fact.relation === 'post') continue;
    if (fact.subject !== here && fact.object !== here) return false;
    here = fact.subject === here ? fact.object : fact.subject;
  }
  return here === to;
}
