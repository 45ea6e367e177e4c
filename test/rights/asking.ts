// What a random world is asked, and how an answer differs from the oracle's: all are asked the same.
import { policy } from '../../src/rights/policy.ts';
import {
  type Action,
  actionsOf,
  type Decision,
  list,
  may,
  type Reason,
  type ResourceType,
  type Source,
  who,
} from '../../src/rights/rights.ts';
import { type Answer, decide, liveFacts, type Moment, type World } from './oracle.ts';
import type { Dice, Names } from './worlds.ts';

const types = Object.keys(policy) as ResourceType[];

/** Every action, with its type of resource. */
export const actions: readonly About[] = types.flatMap((type) =>
  actionsOf(type).map((action: Action) => ({ type, action })),
);

export interface About {
  readonly type: ResourceType;
  readonly action: Action;
}

/** A person, and what may or may not be done. */
export interface Pair extends About {
  readonly person: string;
  readonly id: string;
}

export interface Questions {
  readonly who: readonly Omit<Pair, 'person'>[];
  readonly list: readonly Omit<Pair, 'id'>[];
  readonly may: readonly Pair[];
}

export interface Peopled {
  readonly names: Names;
  readonly world: World;
}

/** What the oracle says of a pair. */
export interface Said extends Pair {
  readonly answer: Answer;
  /** Each rule with its end. */
  readonly told: string;
}

/** What it says in a world: of the pairs of which there is something to say. */
export type Saying = ReadonlyMap<string, Said>;

export const nameOf = ({ type, action, person, id }: Pair): string => `${type} ${action}: ${person} > ${id}`;

/** Everything the oracle says in a world, of every pair that there is. */
export function saidIn({ world, names }: Peopled, when: Moment): Saying {
  const said = new Map<string, Said>();
  for (const type of types)
    for (const [id, school] of world.resources[type]) {
      const live = { facts: liveFacts(world, school, when), kinds: world.kinds };
      for (const action of actionsOf(type))
        for (const person of names.persons) {
          const answer = decide(live, person, action, { type, id });
          if (answer.reasons.size === 0 && !answer.forbidden) continue;
          const pair = { type, action, person, id };
          said.set(nameOf(pair), { ...pair, answer, told: toldOf(answer) });
        }
    }
  return said;
}

/** All that may be asked in a world. */
export function everythingIn({ world, names: { persons } }: Peopled): Questions {
  const each = actions.flatMap((about) => [...world.resources[about.type].keys()].map((id) => ({ ...about, id })));
  return {
    who: each,
    list: actions.flatMap((about) => persons.map((person) => ({ ...about, person }))),
    may: each.flatMap((one) => persons.map((person) => ({ ...one, person }))),
  };
}

/** Some of it: of what something is said about the most, and of the rest. */
export function someIn(all: Questions, saying: Saying, roll: Dice): Questions {
  const said = [...saying.values()];
  return {
    who: [...some(said, 3, roll), ...some(all.who, 1, roll)],
    list: [...some(said, 2, roll), ...some(all.list, 2, roll)],
    may: [...some(said, 7, roll), ...some(all.may, 3, roll)],
  };
}

function some<T>(list: readonly T[], count: number, roll: Dice): T[] {
  return list.length === 0 ? [] : [...new Set(roll.some(list, count))];
}

/** The pairs that questions are about, by name. */
export function pairsOf(asked: Questions, { world, names: { persons } }: Peopled): Map<string, Pair> {
  const pairs = [
    ...asked.who.flatMap(({ type, action, id }) => persons.map((person) => ({ type, action, person, id }))),
    ...asked.list.flatMap(({ type, action, person }) =>
      [...world.resources[type].keys()].map((id) => ({ type, action, person, id })),
    ),
    ...asked.may,
  ];
  return new Map(pairs.map((pair) => [nameOf(pair), pair]));
}

/** Asks questions about a world; gives what differs from what the oracle says there, in words. */
export async function differencesIn(
  { world, names }: Peopled,
  { source, when, saying, asked }: { source: Source; when: Moment; saying: Saying; asked: Questions },
): Promise<string[]> {
  const wrong: string[] = [];
  const compare = (verb: string, pair: Pair, answer: string) => {
    const name = nameOf(pair);
    const said = saying.get(name);
    // what may not happen says by which restriction only where it is asked about alone
    const wanted = said ? (verb === 'may' ? withBar(said.told, said.answer.forbidden) : said.told) : '';
    if (wanted !== answer) wrong.push(`${verb} ${name}: ${answer}, not ${wanted}`);
  };
  const ids = new Map(types.map((type) => [type, [...world.resources[type].keys()]]));
  await Promise.all([
    ...asked.who.map(async ({ type, action, id }) => {
      const found = await who(source, { action, resource: { type, id }, when });
      const answers = new Map(found.map((one) => [one.person, toldBy(one.reasons)]));
      for (const person of new Set([...names.persons, ...answers.keys()]))
        compare('who', { type, action, person, id }, answers.get(person) ?? '');
    }),
    ...asked.list.map(async ({ type, action, person }) => {
      const found = await list(source, { person, action, type, when });
      const answers = new Map(found.map((one) => [one.id, toldBy(one.reasons)]));
      for (const id of new Set([...ids.get(type)!, ...answers.keys()]))
        compare('list', { type, action, person, id }, answers.get(id) ?? '');
    }),
    ...asked.may.map(async (pair) => {
      const { type, action, person, id } = pair;
      const decision = await may(source, { person, action, resource: { type, id }, when });
      if (!isWhole(decision)) wrong.push(`may ${nameOf(pair)}: ${JSON.stringify(decision)} does not hold together`);
      compare('may', pair, withBar(toldBy(decision.reasons), decision.forbidden));
    }),
  ]);
  return wrong;
}

/** Whether what a decision says at first is what its reasons say. */
function isWhole({ allowed, validUntil, reasons }: Decision): boolean {
  return allowed === reasons.length > 0 && validUntil === reasons[0]?.validUntil;
}

const withBar = (told: string, forbidden: Answer['forbidden']): string => told + (forbidden ? ` but ${forbidden}` : '');

/** Rules that allow, each with its end, in words. */
export function toldOf({ reasons }: Pick<Answer, 'reasons'>): string {
  if (reasons.size === 0) return '';
  const rules = [...reasons].map(([rule, end]) => `${rule} ${end}`);
  return rules.length === 1 ? rules[0]! : rules.sort().join(', ');
}

export function toldBy(reasons: readonly Reason[]): string {
  return toldOf({ reasons: new Map(reasons.map(({ rule, validUntil }) => [rule, validUntil])) });
}
