// In random worlds: what is told of a period is what the oracle says of each of its instants, in both readings, and no more.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coalesce, type PastReader, whoBetween } from '../../src/rights/history.ts';
import { policy } from '../../src/rights/policy.ts';
import { actionsOf, type Resource, type ResourceType } from '../../src/rights/rights.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { type Asked, decide, liveFacts, type World } from './oracle.ts';
import { day, dice, drawWorlds, writeWorlds } from './worlds.ts';

const WORLDS = Number(process.env.PERIOD_WORLDS ?? 15);
const types = Object.keys(policy) as ResourceType[];
const questions = types.flatMap((type) => actionsOf(type).map((action) => ({ type, action })));

const PERIOD = { from: day(-1), to: day(9) };

describe.each(engines)('periods in random worlds on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
  });
  afterAll(() => base.close());

  it('who could, at each instant, is whom the oracle lets in then', async () => {
    const worlds = drawWorlds(
      'per',
      Array.from({ length: WORLDS }, (_, place) => 7_000_000 + place),
    );
    await writeWorlds(base.db, worlds);
    let edges = 0;
    let differences = 0;
    for (const { world, names, seed } of worlds) {
      const roll = dice(seed);
      for (const { type, action } of [...roll.some(questions, 3), { type: 'logbook', action: 'read' } as const]) {
        const resource: Resource = { type, id: roll.one([...world.resources[type].keys()]) };
        const told = new Map<string, PastReader[]>();
        for (const reading of ['enforced', 'known'] as const) {
          const readers = await whoBetween(base.db, { action, resource, ...PERIOD, reading });
          told.set(reading, readers);
          const turns = readers.flatMap(({ held }) => held.flatMap(({ from, to }) => [from, to]));
          edges += new Set(turns).size;
          for (const at of instants(turns)) {
            const when = reading === 'enforced' ? { enforcedOn: at } : { knownTodayOf: at };
            expect(lettingIn(readers, at), `seed ${seed}, ${reading}, ${at}`).toEqual(
              byOracle(world, names.persons, { action, resource, when }),
            );
          }
          for (const { held, spans } of readers) {
            expect(coalesce(held)).toEqual(spans);
            for (const { ways, from, to } of held) {
              expect([ways[0]?.from, ways.at(-1)?.to]).toEqual([from, to]);
              for (const [place, way] of ways.slice(1).entries()) expect(way.from).toBe(ways[place]?.to);
            }
          }
        }
        if (JSON.stringify(told.get('enforced')) !== JSON.stringify(told.get('known'))) differences += 1;
      }
    }
    // worlds in which nothing turns, or nothing is learnt later, prove nothing
    expect(edges).toBeGreaterThan(WORLDS * 4);
    expect(differences).toBeGreaterThan(WORLDS / 2);
  }, 600_000);
});

/** Around every turn that is told, and at instants that it says nothing of. */
function instants(turns: readonly number[]): number[] {
  const days = Array.from({ length: 11 }, (_, place) => day(place - 1));
  const around = [...new Set([...turns, ...days])].flatMap((at) => [at - 1, at, at + 1]);
  return around.filter((at) => PERIOD.from <= at && at < PERIOD.to);
}

function lettingIn(readers: readonly PastReader[], at: number): string[] {
  return readers
    .map(({ person, held }) => ({ person, rules: held.filter(({ from, to }) => from <= at && at < to) }))
    .filter(({ rules }) => rules.length > 0)
    .map(({ person, rules }) => `${person} ${rules.map(({ rule }) => rule).sort()}`)
    .sort();
}

function byOracle(
  world: World,
  persons: readonly string[],
  { action, resource, when }: Omit<Asked, 'person'>,
): string[] {
  const school = world.resources[resource.type].get(resource.id)!;
  const live = { facts: liveFacts(world, school, when), kinds: world.kinds };
  return persons
    .map((person) => ({ person, reasons: decide(live, person, action, resource).reasons }))
    .filter(({ reasons }) => reasons.size > 0)
    .map(({ person, reasons }) => `${person} ${[...reasons.keys()].sort()}`)
    .sort();
}
