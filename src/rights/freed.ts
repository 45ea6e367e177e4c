// What a forbid leaves open that closes ways one by one: the ways of the rules it defeats that go through nobody it names.
import type { Path } from '../facts/paths.ts';
import type { ActionRules, Forbid, Rule } from './path.ts';

/** A way of a rule, by its place in the list of those that allow, that is closed to nobody. */
export interface FreeWay {
  readonly place: number;
  readonly path: Path;
}

/**
 * The ways that are left when a forbid speaks that closes them one by one. There are none where it cannot be told through
 * whom a way goes: such a rule is closed whole, and so is one that several forbids close.
 */
export function freeWays({ allow, forbid }: ActionRules): FreeWay[] {
  return allow.flatMap((rule, place) => {
    const [own, ...others] = forbid.filter((one) => one.through && defeats(one, rule));
    if (!own || others.length > 0) return [];
    return rule.paths.flatMap((path) => {
      const free = freed(path, own.paths);
      return free ? [{ place, path: free }] : [];
    });
  });
}

export function defeats({ defeats }: Pick<Forbid, 'defeats'>, { name }: Pick<Rule, 'name'>): boolean {
  return defeats === 'all' || defeats.includes(name);
}

/** The path, less what leads through somebody from whom the forbid's last step leads to the same person. */
function freed(path: Path, [closing, ...others]: readonly Path[]): Path | undefined {
  const [last, closed] = [path.at(-1), closing?.at(-1)];
  if (!last || !closing || !closed || others.length > 0) return undefined;
  const { relation, way, ...conditions } = closed;
  if (Object.keys(conditions).length > 0) return undefined;
  if (JSON.stringify(path.slice(0, -1)) !== JSON.stringify(closing.slice(0, -1))) return undefined;
  return [...path.slice(0, -1), { ...last, unless: { relation, way } }];
}
