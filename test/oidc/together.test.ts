// Those who ask while a statement is under way are answered together by the next, each with its own answer.
import { describe, expect, it } from 'vitest';
import { together } from '../../src/oidc/together.ts';

/** A question answered when the test says so; it keeps what each call was asked. */
function slow() {
  const calls: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const ask = together<number, string>(3, async (items) => {
    calls.push(items);
    await new Promise<void>((open) => gates.push(open));
    if (items.includes(99)) throw new Error('all of them');
    return items.map((item) => (item < 0 ? new Error(`not ${item}`) : `got ${item}`));
  });
  const next = async () => {
    while (gates.length === 0) await new Promise((done) => setImmediate(done));
    gates.shift()!();
  };
  return { calls, ask, next };
}

describe('asking together', () => {
  it('one call for those of the same turn, the next for those who came meanwhile, no more than fit', async () => {
    const { calls, ask, next } = slow();
    const early = [ask(1), ask(2)];
    while (calls.length === 0) await new Promise((done) => setImmediate(done));
    const late = [3, 4, 5, 6].map(ask);
    for (let call = 0; call < 3; call += 1) await next();
    expect(await Promise.all([...early, ...late])).toEqual([1, 2, 3, 4, 5, 6].map((item) => `got ${item}`));
    expect(calls).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('an error that is returned is for its asker alone', async () => {
    const { ask, next } = slow();
    const answers = Promise.allSettled([ask(1), ask(-2)]);
    await next();
    expect((await answers).map((answer) => answer.status)).toEqual(['fulfilled', 'rejected']);
  });

  it('an error that is thrown is for all of its call, and the next goes on', async () => {
    const { ask, next } = slow();
    const answers = Promise.allSettled([ask(1), ask(99)]);
    await next();
    expect((await answers).map((answer) => answer.status)).toEqual(['rejected', 'rejected']);
    const after = ask(7);
    await next();
    expect(await after).toBe('got 7');
  });
});
