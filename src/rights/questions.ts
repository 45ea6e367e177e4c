// The rules of an action as one statement per kind of question, written once; and its rows as reasons.
import { isOfKind } from '../directory/audiences.ts';
import { selectLogbook } from '../directory/logbooks.ts';
import {
  type Knowledge,
  type Landmarks,
  type Question,
  type Reached,
  readTrail,
  writeQuestion,
} from '../facts/paths.ts';
import type { Rule } from './path.ts';
import { logbookRules } from './rules/logbook.ts';

export type Action = keyof typeof logbookRules;

export type RuleName = (typeof logbookRules)[Action][number]['name'];

/** One rule that allows, by its way that lasts longest. */
export interface Reason {
  readonly rule: RuleName;
  /** The earliest end on the way, UTC milliseconds. */
  readonly validUntil: number;
  /** The keys of the facts of the way, from the logbook to the person: see `factsByKey`. */
  readonly facts: readonly number[];
}

export interface WrittenQuestion {
  readonly sql: string;
  /** The rules in their order, and for each path of the statement the place of its rule in it. */
  readonly rules: readonly Rule<RuleName>[];
  readonly ruleOf: readonly number[];
}

const landmarks: Landmarks = {
  isOfType: (column, type) => {
    if (type !== 'class' && type !== 'group') throw new Error(`no path of a rule need tell a ${type} from the rest`);
    return isOfKind(column, type);
  },
  selectResource: selectLogbook,
};

/** Writes a question over rules. */
export function writeRules(
  rules: readonly Rule<RuleName>[],
  question: Question,
  knowledge: Knowledge,
): WrittenQuestion {
  return {
    sql: writeQuestion(
      question,
      knowledge,
      rules.flatMap((rule) => rule.paths),
      landmarks,
    ),
    rules,
    ruleOf: rules.flatMap((rule, place) => rule.paths.map(() => place)),
  };
}

const written = new Map<string, WrittenQuestion>();

/** The question for an action's rules; written at its first use. */
export function questionOn(action: Action, question: Question, knowledge: Knowledge): WrittenQuestion {
  const name = `${action} ${question} ${knowledge}`;
  const before = written.get(name);
  if (before) return before;
  const made = writeRules(logbookRules[action], question, knowledge);
  written.set(name, made);
  return made;
}

/** The reasons in the rows about one person and one logbook: longest first, then in the order of the rules. */
export function reasonsIn({ rules, ruleOf }: WrittenQuestion, rows: readonly Reached[]): Reason[] {
  const best: Reason[] = [];
  for (const { path, trail } of rows) {
    if (path === null || trail === null) continue;
    const place = ruleOf[path]!;
    const { until, facts } = readTrail(trail);
    const before = best[place];
    if (!before || before.validUntil < until) best[place] = { rule: rules[place]!.name, validUntil: until, facts };
  }
  return best.filter(Boolean).sort((a, b) => b.validUntil - a.validUntil);
}
