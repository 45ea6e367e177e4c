// Every word of the rules counts: drop a rule, a path or a step, turn one round, flip a bound, and some world notices.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Path, Reached, Step } from '../../src/facts/paths.ts';
import type { Rule } from '../../src/rights/path.ts';
import { verdictOn, type WrittenQuestion, writeRules } from '../../src/rights/questions.ts';
import { logbookRules } from '../../src/rights/rules/logbook.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { oracle, type World } from './oracle.ts';
import { build, day, history, namesOf } from './worlds.ts';

type Rules = readonly Rule[];

const rules: Rules = logbookRules.read.allow.filter(({ name }) =>
  ['owner', 'team', 'head', 'deputy', 'direction', 'pupil', 'guardian'].includes(name),
);
const AT = day(2);

const write = (allow: Rules) =>
  writeRules({ allow, forbid: [] }, { type: 'logbook', question: 'persons', knowledge: 'then' });

describe('mutants of the rules', () => {
  let base: TestDatabase;
  let statements: Statements;
  const worlds: { prefix: string; expected: Map<string, string> }[] = [];

  beforeAll(async () => {
    base = await engines[0]!.open();
    statements = await openStatements(base.db);
    for (const [index, steps] of fc.sample(history, { numRuns: 250, seed: 7 }).entries()) {
      const prefix = `m${index}-`;
      worlds.push({ prefix, expected: expectedIn(await build(base.db, prefix, steps), prefix) });
    }
  }, 120_000);
  afterAll(async () => {
    await statements.close();
    await base.close();
  });

  it('the rules as they stand differ from the oracle nowhere', async () => {
    expect(await noticed(write(rules))).toBe(false);
  });

  it.each(dataMutants())('$name: noticed', async ({ mutant }) => {
    expect(await noticed(write(mutant))).toBe(true);
  });

  it.each([
    ['the first instant of a fact', 'f.valid_from <= ', 'f.valid_from < '],
    ['the last instant of a fact', 'f.valid_to > ', 'f.valid_to >= '],
    ['the revision that begins a fact', 'f.known_from <= ', 'f.known_from < '],
    ['the revision that ends a fact', 'f.known_to - s.known > 0', 'f.known_to - s.known >= 0'],
    ['the first instant of the post beside', 'g.valid_from <= ', 'g.valid_from < '],
    ['the last instant of the post beside', 'g.valid_to > ', 'g.valid_to >= '],
    ['the instant of a revision', 'v.at <= ', 'v.at < '],
    ['the school of a fact', 'f.school = s.school', 'f.school = f.school'],
    ['the school of the post beside', 'g.school = s.school', 'g.school = g.school'],
    ['the school of the post beside, by its object', 'g.object = f.object', 'g.object = g.object'],
    ['whose post is beside', 'g.subject = f.subject', 'g.subject = g.subject'],
    ['the way that lasts longest', 'max(', 'min('],
    ['the end that comes first', 'when substr(s.trail, 1, 16) < ', 'when substr(s.trail, 1, 16) > '],
  ])('%s: noticed', async (_, from, to) => {
    const question = write(rules);
    expect(question.sql).toContain(from);
    // the revision's own maximum is not the way's
    const sql = question.sql.replaceAll(from, to).replaceAll('min(v.revision)', 'max(v.revision)');
    expect(await noticed({ ...question, sql })).toBe(true);
  });

  async function noticed(question: WrittenQuestion): Promise<boolean> {
    for (const { prefix, expected } of worlds) {
      const found = new Map<string, string>();
      for (const logbook of namesOf(prefix).logbooks) {
        const rows = await statements.all<Reached>(question.sql, [AT, '', logbook]);
        for (const person of new Set(rows.map((row) => String(row.node)))) {
          const mine = rows.filter((row) => row.node === person);
          found.set(
            `${person} ${logbook}`,
            told(verdictOn(question, mine).reasons.map((one) => [one.rule, one.validUntil])),
          );
        }
      }
      if (found.size !== expected.size || [...found].some(([pair, answer]) => expected.get(pair) !== answer))
        return true;
    }
    return false;
  }
});

function expectedIn(world: World, prefix: string): Map<string, string> {
  const { persons, logbooks } = namesOf(prefix);
  const expected = new Map<string, string>();
  for (const person of persons)
    for (const logbook of logbooks) {
      const answer = told([...oracle(world, { person, action: 'read', logbook, when: { enforcedOn: AT } })]);
      if (answer) expected.set(`${person} ${logbook}`, answer);
    }
  return expected;
}

function told(found: readonly (readonly [string, number])[]): string {
  return found
    .map(([rule, end]) => `${rule} ${end}`)
    .sort()
    .join(', ');
}

function dataMutants(): { name: string; mutant: Rules }[] {
  return rules.flatMap((rule) => [
    { name: `no rule ${rule.name}`, mutant: rules.filter((one) => one !== rule) },
    ...rule.paths.flatMap((path, at) =>
      pathMutants(path).map(({ name, paths }) => ({
        name: `${rule.name}, path ${at + 1}: ${name}`,
        mutant: rules.map((one) => (one === rule ? { ...rule, paths: rule.paths.toSpliced(at, 1, ...paths) } : one)),
      })),
    ),
  ]);
}

function pathMutants(path: Path): { name: string; paths: Path[] }[] {
  const mutants: { name: string; paths: Path[] }[] = [{ name: 'dropped', paths: [] }];
  for (const [at, step] of path.entries()) {
    const put = (name: string, ...steps: Step[]) =>
      mutants.push({ name: `step ${at + 1} (${step.relation}) ${name}`, paths: [path.toSpliced(at, 1, ...steps)] });
    const { only, alongside, ...bare } = step;
    if (path.length > 1) put('dropped');
    put('turned round', { ...step, way: step.way === 'in' ? 'out' : 'in' });
    if (only) put('open to every type', { ...bare, ...(alongside && { alongside }) });
    if (only) put('of the other type', { ...step, only: only === 'class' ? 'group' : 'class' });
    if (alongside) put('without the fact beside', bare);
    if (alongside)
      put('with another property beside', { ...step, alongside: { ...alongside, property: ['function', 'teacher'] } });
  }
  return mutants;
}
