// The graphs of all schools are objects of one shape to the engine that runs them: of one shape for each school, every
// member that a question reads would be looked up by name, at some hundreds of nanoseconds, once there are many schools.
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { LeanFact } from '../../src/facts/snapshots.ts';
import { buildGraph, type Graph, patchGraph } from '../../src/rights/graph/graph.ts';

const INSTANT = Date.UTC(2026, 8, 1);

it('graphs have one shape, whether built or patched, of whatever school', () => {
  const built = Array.from({ length: 100 }, (_, number) => graphOf(number));
  const patched = built.map((graph) => patchGraph(graph, { revision: 2, revised: INSTANT, opened: [], closed: [] }));
  expect(shapesOf([...built, ...patched])).toBe(1);
});

function graphOf(number: number): Graph {
  const facts: LeanFact[] = [[1, 'directs', `h${number}`, `s${number}`, 0, 1e15, '{}']];
  return buildGraph(`s${number}`, INSTANT, { revision: 1, revised: INSTANT, facts });
}

/** How many hidden classes there are among objects. */
function shapesOf(objects: readonly object[]): number {
  setFlagsFromString('--allow-natives-syntax');
  try {
    const areAlike = runInThisContext('(one, other) => %HaveSameMap(one, other)') as (a: object, b: object) => boolean;
    const shapes: object[] = [];
    for (const object of objects) if (!shapes.some((shape) => areAlike(shape, object))) shapes.push(object);
    return shapes.length;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}
