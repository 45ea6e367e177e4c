// Who may do what: may she, which ones, who, and why, now and on any day, by one set of rules.
import { ask, type Given, type Reached, type Source } from '../facts/paths.ts';
import { type Action, questionOn, type Reason, type RuleName, reasonsIn } from './questions.ts';

export type { Action, Reason, RuleName } from './questions.ts';

/** What may be asked for, in the order in which it is told. */
export const actions: readonly Action[] = ['read', 'write'];

/**
 * The instant that is asked about, UTC milliseconds: valid then and known today (`at`, by default now; `knownTodayOf`
 * says the same of a past day), or valid then and known then (`enforcedOn`).
 */
export type When = { readonly at: number } | { readonly enforcedOn: number } | { readonly knownTodayOf: number };

export interface Decision {
  readonly allowed: boolean;
  /** The reason that lasts longest, and when it ends, UTC milliseconds. */
  readonly rule?: RuleName;
  readonly validUntil?: number;
  /** Every rule that allows: longest first; of those that last equally long, in the order of the rules. */
  readonly reasons: readonly Reason[];
  /** The logbook's school; none when there is no such logbook. */
  readonly school?: string;
  /** `school:revision`, what was known to decide; empty when there is no such logbook. */
  readonly revision: string;
}

/** May a person read, or write, a logbook? Denies when there is no such logbook. One statement; see `explain` for the facts. */
export async function may(
  source: Source,
  { person, action, logbook, when }: { person: string; action: Action; logbook: string; when?: When | undefined },
): Promise<Decision> {
  const question = questionOn(action, 'check', knowledgeIn(when));
  const rows = await ask(source, question.sql, given(when, { person, logbook }));
  const [first] = rows;
  if (!first) return { allowed: false, reasons: [], revision: '' };
  const reasons = reasonsIn(question, rows);
  const [best] = reasons;
  return {
    allowed: best !== undefined,
    ...(best && { rule: best.rule, validUntil: best.validUntil }),
    reasons,
    school: first.school,
    revision: `${first.school}:${first.revision}`,
  };
}

export interface Reachable {
  readonly logbook: string;
  readonly school: string;
  readonly reasons: readonly Reason[];
}

/** Which logbooks may a person read, or write? In all schools, or in those of a list; by school, then key. */
export async function list(
  source: Source,
  {
    person,
    action,
    when,
    schools,
  }: { person: string; action: Action; when?: When | undefined; schools?: readonly string[] | undefined },
): Promise<Reachable[]> {
  const question = questionOn(action, 'resources', knowledgeIn(when));
  const rows = await ask(source, question.sql, given(when, { person }));
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([logbook, found]) => ({ logbook, school: found[0]!.school, reasons: reasonsIn(question, found) }))
    .sort((a, b) => order(a.school, b.school) || order(a.logbook, b.logbook));
}

export interface Reader {
  readonly person: string;
  readonly reasons: readonly Reason[];
}

/** Who may read, or write, a logbook? By key of person; each with every rule that allows; nobody outside the schools of a list. */
export async function who(
  source: Source,
  {
    action,
    logbook,
    when,
    schools,
  }: { action: Action; logbook: string; when?: When | undefined; schools?: readonly string[] | undefined },
): Promise<Reader[]> {
  const question = questionOn(action, 'persons', knowledgeIn(when));
  const rows = await ask(source, question.sql, given(when, { logbook }));
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([person, found]) => ({ person, reasons: reasonsIn(question, found) }))
    .sort((a, b) => order(a.person, b.person));
}

/** The instant a question is about, UTC milliseconds. */
export function instantOf(when: When | undefined): number {
  if (!when) return Date.now();
  if ('at' in when) return when.at;
  return 'enforcedOn' in when ? when.enforcedOn : when.knownTodayOf;
}

/** Whether it is asked with today's knowledge, or with that of the instant. */
export function knowledgeIn(when: When | undefined): 'today' | 'then' {
  return when && 'enforcedOn' in when ? 'then' : 'today';
}

export function given(when: When | undefined, { person = '', logbook = '' }): Given {
  return [instantOf(when), person, logbook];
}

function byNode(rows: readonly Reached[]): Map<string, Reached[]> {
  const found = new Map<string, Reached[]>();
  for (const row of rows) {
    const node = String(row.node);
    const before = found.get(node);
    if (before) before.push(row);
    else found.set(node, [row]);
  }
  return found;
}

/** By code unit, as both databases order keys. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
