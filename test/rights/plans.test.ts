// No question reads a school whole: every step of every rule, in every knowledge, looks its facts up by an end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../src/rights/policy.ts';
import { questionOn } from '../../src/rights/questions.ts';
import { type Action, actionsOf, type ResourceType } from '../../src/rights/rights.ts';
import { engines, type TestDatabase } from '../databases.ts';

const types = Object.keys(policy) as ResourceType[];
const cells = types.flatMap((type) => actionsOf(type).map((action) => ({ type, action: action as Action })));

// PostgreSQL plans by what its tables hold: an empty one says nothing
describe.each(engines.filter(({ name }) => name === 'SQLite'))('plans on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
  });
  afterAll(() => base.close());

  it.each(cells)('$type, $action', async ({ type, action }) => {
    for (const question of ['check', 'persons', 'resources', 'trace'] as const)
      for (const knowledge of ['today', 'then'] as const) {
        const { sql } = questionOn({ type, action }, question, knowledge)!;
        const plan: { detail: string }[] = await base.db.raw(`explain query plan ${sql}`, [0, 'person', 'resource']);
        const facts = plan.map(({ detail }) => detail).filter((detail) => /^(SEARCH|SCAN) [fg]\b/.test(detail));
        expect(facts.length).toBeGreaterThan(0);
        for (const detail of facts)
          expect(detail).toMatch(/^SEARCH [fg] USING (COVERING )?INDEX fact_(forward|backward) \((subject|object)=\? /);
      }
  });
});
