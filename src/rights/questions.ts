// The rules of an action as one statement per kind of question, written once; and its rows as reasons.
import { selectAbsence, selectLesson } from '../directory/absences.ts';
import { isOfKind } from '../directory/audiences.ts';
import { selectLogbook } from '../directory/logbooks.ts';
import { selectOffer } from '../directory/offers.ts';
import { selectSchool } from '../directory/schools.ts';
import {
  type Knowledge,
  type Landmarks,
  type Question,
  type Reached,
  readTrail,
  writeQuestion,
} from '../facts/paths.ts';
import { presentVersion } from './document.ts';
import { defeats, freeWays } from './freed.ts';
import type { ActionRules, Forbid, Rule } from './path.ts';
import { type Action, type ForbidName, type ResourceType, type RuleName, rulesOf } from './policy.ts';

/** One rule that allows, by its way that lasts longest. */
export interface Reason {
  readonly rule: RuleName;
  /** The earliest end on the way, UTC milliseconds. */
  readonly validUntil: number;
  /** The keys of the facts of the way, from the resource to the person: see `factsByKey`. */
  readonly facts: readonly number[];
}

/** What the rules say of one person and one resource. */
export interface Verdict {
  /** The rules that allow: longest first; of those that last equally long, in the order of the rules. */
  readonly reasons: readonly Reason[];
  /** The first forbid that took a reason away. */
  readonly forbidden?: ForbidName;
}

export interface WrittenQuestion {
  readonly sql: string;
  /** The rules that allow, then those that forbid, each in their order. */
  readonly rules: readonly (Rule | Forbid)[];
  /** For each path of the statement, the place of its rule in that list. */
  readonly ruleOf: readonly number[];
  /** From this path on, what is left of rules when a forbid speaks that closes their ways one by one. */
  readonly freeFrom: number;
}

const selectResource: Record<ResourceType, Landmarks['selectResource']> = {
  logbook: selectLogbook,
  absence: selectAbsence,
  lesson: selectLesson,
  school: selectSchool,
  offer: selectOffer,
};

/** What paths need to know of keys, in SQL: which are classes and groups, and the school of a resource of a type. */
export function landmarksOf(type: ResourceType): Landmarks {
  return {
    isOfType: (column, wanted) => {
      if (wanted !== 'class' && wanted !== 'group')
        throw new Error(`no path of a rule need tell a ${wanted} from the rest`);
      return isOfKind(column, wanted);
    },
    selectResource: selectResource[type],
  };
}

/** Writes a question over rules. */
export function writeRules(
  { allow, forbid }: ActionRules,
  { type, question, knowledge }: { type: ResourceType; question: Question; knowledge: Knowledge },
): WrittenQuestion {
  // a trace asks how far a rule that allows goes; a forbid is not something that one lacks
  const rules = question === 'trace' ? allow : [...allow, ...forbid];
  const free = question === 'trace' ? [] : freeWays({ allow, forbid });
  const paths = rules.flatMap((rule) => rule.paths);
  return {
    sql: writeQuestion(question, knowledge, [...paths, ...free.map(({ path }) => path)], landmarksOf(type)),
    rules,
    ruleOf: [...rules.flatMap((rule, place) => rule.paths.map(() => place)), ...free.map(({ place }) => place)],
    freeFrom: paths.length,
  };
}

/** The rules of a version. */
export interface RuleBook {
  readonly version: string;
  /** None for an action that the type does not know. */
  rulesOf(type: ResourceType, action: Action): ActionRules;
}

/** The rules of this process. */
export const presentRules: RuleBook = { version: presentVersion, rulesOf };

const written = new Map<string, WrittenQuestion>();

/** The question for an action's rules; written at its first use. None for an action that the type does not know. */
export function questionOn(
  { type, action }: { type: ResourceType; action: Action },
  question: Question,
  knowledge: Knowledge,
  book = presentRules,
): WrittenQuestion | undefined {
  const name = `${type} ${action} ${question} ${knowledge} ${book.version}`;
  const before = written.get(name);
  if (before) return before;
  const rules = book.rulesOf(type, action);
  if (rules.allow.length === 0) return undefined;
  const made = writeRules(rules, { type, question, knowledge });
  written.set(name, made);
  return made;
}

/** What the rows about one person and one resource amount to. */
export function verdictOn(
  { rules, ruleOf, freeFrom }: WrittenQuestion,
  rows: readonly Reached[],
  despite?: ForbidName,
): Verdict {
  const all: Reason[] = [];
  const free: Reason[] = [];
  const forbids: Forbid[] = [];
  for (const { path, trail } of rows) {
    if (path === null || trail === null) continue;
    const place = ruleOf[path]!;
    const rule = rules[place]!;
    if ('defeats' in rule) {
      if (rule.name !== despite) forbids[place] = rule;
      continue;
    }
    const { until, facts } = readTrail(trail);
    const best = path < freeFrom ? all : free;
    const before = best[place];
    if (!before || before.validUntil < until) best[place] = { rule: rule.name as RuleName, validUntil: until, facts };
  }
  const freeOf = ({ rule }: Reason) => free.find((one) => one?.rule === rule);
  return judge(all.filter(Boolean), forbids.filter(Boolean), freeOf);
}

/**
 * What allows, in the order of the rules, less what the forbids that speak defeat. Of a rule whose ways they close one by
 * one, what is left is what its free ways give.
 */
export function judge(
  allowed: readonly Reason[],
  forbids: readonly Forbid[],
  freeOf: (reason: Reason) => Reason | undefined,
): Verdict {
  if (forbids.length === 0) return { reasons: sorted(allowed) };
  const judged = allowed.map((reason) => {
    const closing = forbids.filter((one) => defeats(one, { name: reason.rule }));
    if (closing.length === 0) return { left: reason };
    const left = closing.every(({ through }) => through) && freeOf(reason);
    return left ? { left } : { by: closing.find(({ through }) => !through) ?? closing[0]! };
  });
  const closing = new Set(judged.map(({ by }) => by));
  const by = forbids.find((one) => closing.has(one));
  return { reasons: sorted(judged.flatMap(({ left }) => left ?? [])), ...(by && { forbidden: by.name as ForbidName }) };
}

function sorted(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.length > 1 ? [...reasons].sort((a, b) => b.validUntil - a.validUntil) : reasons;
}
