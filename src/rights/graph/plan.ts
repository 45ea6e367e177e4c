// Rules as plans: each path as hops by number, from the resource and from the person, compiled once.
import type { Path, Property, Step } from '../../facts/paths.ts';
import { freeWays } from '../freed.ts';
import type { ActionRules, Forbid, Rule } from '../path.ts';
import { entering, type Graph, leaving, relationNumber } from './graph.ts';
import { type Kind, kindNumber, NO_KIND } from './kinds.ts';

/** One step in one direction. Equal hops are one object. */
export interface Hop {
  /** Whether it goes from the subject of a fact to its object. */
  readonly out: boolean;
  readonly relation: number;
  /** The code of the segments that it follows. */
  readonly code: number;
  /** What it must end on; `NO_KIND` for anything. */
  readonly kind: Kind;
  /** What the fact must carry; `NONE` for nothing. */
  readonly condition: number;
  /** The code of the segments, where it sets out, of a relation that must not lead where it ends; `NONE` for none. */
  readonly unless: number;
  /** The code of the segments, at the subject, of a second fact between the same two ends; `NONE` for none. */
  readonly beside: number;
  readonly besideCondition: number;
}

export const NONE = -1;

export interface PlannedPath {
  /** The place of its rule in the plan's list; after that list, of the same rule by its free ways. */
  readonly place: number;
  readonly fromResource: readonly Hop[];
  readonly fromPerson: readonly Hop[];
}

export interface Plan {
  /** The rules that allow, then those that forbid. */
  readonly rules: readonly (Rule | Forbid)[];
  readonly paths: readonly PlannedPath[];
  /** What is left of rules when a forbid speaks that closes their ways one by one. */
  readonly free: readonly PlannedPath[];
  /** How many of the paths are of rules that allow; the others forbid. */
  readonly allowing: number;
  pathsOf(place: number): readonly PlannedPath[];
  /** The kind of the resource. */
  readonly kind: Kind;
}

/** Compiles the rules of an action. */
export function planOf({ allow, forbid }: ActionRules, kind: Kind): Plan {
  const rules = [...allow, ...forbid];
  const paths = rules.flatMap((rule, place) => rule.paths.map((path) => plannedPath(path, place)));
  const free = freeWays({ allow, forbid }).map(({ path, place }) => plannedPath(path, rules.length + place));
  const allowing = paths.filter(({ place }) => place < allow.length).length;
  const pathsOf = (place: number) => [...paths, ...free].filter((path) => path.place === place);
  return { rules, paths, free, allowing, kind, pathsOf };
}

function plannedPath(path: Path, place: number): PlannedPath {
  const back = (_: Step, index: number): Hop => {
    const at = path.length - 1 - index;
    const step = path[at]!;
    // it comes to where the step before it ended
    return hop(step, step.way === 'in', path[at - 1]?.only);
  };
  return {
    place,
    fromResource: path.map((step) => hop(step, step.way === 'out', step.only)),
    fromPerson: path.map(back),
  };
}

const hops = new Map<string, Hop>();

function hop({ relation, way, property, alongside, unless }: Step, out: boolean, only: Step['only']): Hop {
  const number = relationNumber.get(relation)!;
  const made: Hop = {
    out,
    relation: number,
    code: out ? leaving(number) : entering(number),
    kind: only ? kindNumber(only) : NO_KIND,
    condition: property ? conditionNumber(property) : NONE,
    unless: unless ? codeBetween(unless, out === (way === 'out')) : NONE,
    beside: alongside ? leaving(relationNumber.get(alongside.relation)!) : NONE,
    besideCondition: alongside ? conditionNumber(alongside.property) : NONE,
  };
  const name = JSON.stringify(made);
  const before = hops.get(name);
  if (before) return before;
  hops.set(name, made);
  return made;
}

/** The code by which a relation leads from one end of a step to the other: from where the step sets out, or back. */
function codeBetween({ relation, way }: NonNullable<Step['unless']>, onward: boolean): number {
  const number = relationNumber.get(relation)!;
  return (way === 'out') === onward ? leaving(number) : entering(number);
}

const conditions: Property[] = [];

function conditionNumber(property: Property): number {
  const [name, value] = property;
  const before = conditions.findIndex((one) => one[0] === name && one[1] === value);
  return before >= 0 ? before : conditions.push(property) - 1;
}

/** For each label of a graph whether it meets a condition. */
export function meeting(graph: Graph, condition: number): Uint8Array {
  const before = graph.met[condition];
  if (before) return before;
  const [name, value] = conditions[condition]!;
  const found = Uint8Array.from(graph.labels.properties, (text) => (JSON.parse(text)[name] === value ? 1 : 0));
  graph.met[condition] = found;
  return found;
}
