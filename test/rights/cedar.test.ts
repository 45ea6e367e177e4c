// In a public language: the same random worlds, the rules written again as policies of Cedar, and no difference.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { policy } from '../../src/rights/policy.ts';
import { type Action, actionsOf, type ResourceType, who } from '../../src/rights/rights.ts';
import { engines } from '../databases.ts';
import { askCedar, entitiesOf, prepareCedar } from './cedar.ts';
import { type Executor, openExecutor } from './executors.ts';
import { type Live, liveFacts } from './oracle.ts';
import { day, dice, drawWorlds, namesOf } from './worlds.ts';

const WORLDS = Math.ceil(Number(process.env.RIGHTS_WORLDS ?? 1400) / 10);
const SEED = Number(process.env.RIGHTS_SEED ?? 1);

const types = Object.keys(policy) as ResourceType[];
const questions = types.flatMap((type) => actionsOf(type).map((action: Action) => ({ type, action })));

let executor: Executor;
beforeAll(async () => {
  executor = await openExecutor(engines[0]!);
});
afterAll(() => executor.close());

it('Cedar decides as we do, by the same rules, in every action', async () => {
  prepareCedar(namesOf('').schools);
  const worlds = drawWorlds(
    'k',
    Array.from({ length: WORLDS }, (_, place) => SEED + 600_000 + place),
  );
  await executor.write(worlds);
  let [allowed, denied] = [0, 0];
  for (const { seed, prefix, names, world } of worlds) {
    const roll = dice(seed);
    const when = roll.chance(0.5) ? { at: day(roll.below(7)) } : { enforcedOn: day(roll.below(7)) };
    for (const type of types) {
      const [id, school] = roll.one([...world.resources[type]]);
      const own = { type, id: id.slice(prefix.length) };
      const entities = entitiesOf(unnamed({ facts: liveFacts(world, school, when), kinds: world.kinds }, prefix), [
        own,
      ]);
      for (const { action } of questions.filter((one) => one.type === type)) {
        const readers = await who(executor.source, { action, resource: { type, id }, when });
        const others = roll.some(names.persons, 1).filter((one) => !readers.some(({ person }) => person === one));
        for (const person of [...readers.map((one) => one.person), ...others]) {
          const ours = readers.find((one) => one.person === person)?.reasons.map(({ rule }) => rule as string) ?? [];
          const theirs = askCedar(entities, person.slice(prefix.length), action, own);
          expect(theirs, `RIGHTS_SEED=${seed - 600_000}: ${person} ${action} ${id}`).toEqual(ours.sort());
          if (ours.length > 0) allowed += 1;
          else denied += 1;
        }
      }
    }
  }
  expect(Math.min(allowed, denied)).toBeGreaterThan(WORLDS);
}, 3_600_000);

/** Facts without the prefix of their world. */
function unnamed({ facts, kinds }: Live, prefix: string): Live {
  const plain = (key: string) => key.slice(prefix.length);
  return {
    facts: facts.map((fact) => ({ ...fact, subject: plain(fact.subject), object: plain(fact.object) })),
    kinds: new Map([...kinds].map(([key, kind]) => [plain(key), kind])),
  };
}
