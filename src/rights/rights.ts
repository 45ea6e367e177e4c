// Who may do what: may she, which ones, who, and why, now and on any day, by one set of rules.
import { ask, type Given, type Reached, type Source } from '../facts/paths.ts';
import type { Action, ResourceType, RuleName } from './policy.ts';
import { questionOn, type Reason, type Verdict, verdictOn } from './questions.ts';

export type { Action, ActionOn, ForbidName, ResourceType, RuleName } from './policy.ts';
export { actionsOf, isActionOn, isResourceType } from './policy.ts';
export type { Reason } from './questions.ts';

/** What is asked about. */
export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
}

/**
 * The instant that is asked about, UTC milliseconds: valid then and known today (`at`, by default now; `knownTodayOf`
 * says the same of a past day), or valid then and known then (`enforcedOn`).
 */
export type When = { readonly at: number } | { readonly enforcedOn: number } | { readonly knownTodayOf: number };

export interface Decision extends Verdict {
  readonly allowed: boolean;
  /** The reason that lasts longest, and when it ends, UTC milliseconds. */
  readonly rule?: RuleName;
  readonly validUntil?: number;
  /** The resource's school; none when there is no such resource. */
  readonly school?: string;
  /** `school:revision`, what was known to decide; empty when there is no such resource. */
  readonly revision: string;
}

/**
 * May a person do this to that resource? Denies when there is no such resource, or when its type does not know the
 * action. One statement; see `explain` for the facts.
 */
export async function may(
  source: Source,
  { person, action, resource, when }: { person: string; action: Action; resource: Resource; when?: When | undefined },
): Promise<Decision> {
  const question = questionOn({ type: resource.type, action }, 'check', knowledgeIn(when));
  const rows = question ? await ask(source, question.sql, given(when, { person, resource: resource.id })) : [];
  const [first] = rows;
  if (!question || !first) return { allowed: false, reasons: [], revision: '' };
  const verdict = verdictOn(question, rows);
  const [best] = verdict.reasons;
  return {
    allowed: best !== undefined,
    ...(best && { rule: best.rule, validUntil: best.validUntil }),
    ...verdict,
    school: first.school,
    revision: `${first.school}:${first.revision}`,
  };
}

export interface Reachable {
  /** The resource's key. */
  readonly id: string;
  readonly school: string;
  readonly reasons: readonly Reason[];
}

/** To which resources of a type may a person do this? In all schools, or in those of a list; by school, then key. */
export async function list(
  source: Source,
  asked: {
    person: string;
    action: Action;
    type: ResourceType;
    when?: When | undefined;
    schools?: readonly string[] | undefined;
  },
): Promise<Reachable[]> {
  const { person, when, schools } = asked;
  const question = questionOn(asked, 'resources', knowledgeIn(when));
  if (!question) return [];
  const rows = await ask(source, question.sql, given(when, { person }));
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([id, found]) => ({ id, school: found[0]!.school, reasons: verdictOn(question, found).reasons }))
    .filter(({ reasons }) => reasons.length > 0)
    .sort((a, b) => order(a.school, b.school) || order(a.id, b.id));
}

export interface Reader {
  readonly person: string;
  readonly reasons: readonly Reason[];
}

/** Who may do this to that resource? By key of person; each with every rule that allows; nobody outside the schools of a list. */
export async function who(
  source: Source,
  asked: { action: Action; resource: Resource; when?: When | undefined; schools?: readonly string[] | undefined },
): Promise<Reader[]> {
  const { action, resource, when, schools } = asked;
  const question = questionOn({ type: resource.type, action }, 'persons', knowledgeIn(when));
  if (!question) return [];
  const rows = await ask(source, question.sql, given(when, { resource: resource.id }));
  const kept = schools ? rows.filter((row) => schools.includes(row.school)) : rows;
  return [...byNode(kept)]
    .map(([person, found]) => ({ person, reasons: verdictOn(question, found).reasons }))
    .filter(({ reasons }) => reasons.length > 0)
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

export function given(when: When | undefined, { person = '', resource = '' }): Given {
  return [instantOf(when), person, resource];
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
