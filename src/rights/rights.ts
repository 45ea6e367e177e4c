// Who may do what: may she, which ones, who, and why, now and on any day, by one set of rules.
import type { Source as Sql } from '../storage/statements.ts';
import type { Graphs } from './graph/graphs.ts';
import type { Action, ForbidName, ResourceType, RuleName } from './policy.ts';
import type { Reason, Verdict } from './questions.ts';
import { listBySql, mayBySql, whoBySql } from './sql.ts';

export type { Action, ActionOn, ForbidName, ResourceType, RuleName } from './policy.ts';
export { actionsOf, isActionOn, isResourceType } from './policy.ts';
export type { Reason } from './questions.ts';
export { askJudged, instantOf, knowledgeIn, questionAbout, readersIn } from './sql.ts';

/** Where rights are asked: a database, prepared statements, or graphs in memory, which turn to statements when in doubt. */
export type Source = Sql | Graphs;

/** What is asked about. */
export interface Resource {
  readonly type: ResourceType;
  readonly id: string;
}

/**
 * The instant that is asked about, UTC milliseconds: valid then and known today (`at`, by default now; `knownTodayOf`
 * says the same of a past day), valid then and known then, by the rules then in force (`enforcedOn`), or as a decision
 * was made: at its instant, on the revision of the resource's school that it knew, by its version of the rules. What is
 * known to have ended is over now, whoever's clock it was done by, and nothing opens before its time: see `judgedAt`.
 */
export type When =
  | { readonly at: number }
  | { readonly enforcedOn: number }
  | { readonly knownTodayOf: number }
  | { readonly decidedAt: number; readonly revision: number; readonly policy: string };

interface Terms {
  readonly action: Action;
  readonly when?: When | undefined;
  /**
   * A revision, `school:number`, as a change or a decision gave it: the answer knows at least as much of that school.
   * `bad_request` when it is not one, `unavailable` when the school does not come to it in time. It says nothing about a
   * resource of another school, nor about a list that looks into others only; any other list may find what it brought.
   */
  readonly atLeast?: string | undefined;
}

export interface Wish extends Terms {
  readonly person: string;
  readonly resource: Resource;
}

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
 * action. See `explain` for the facts.
 */
export async function may(source: Source, asked: Wish): Promise<Decision> {
  return isGraphs(source) ? source.may(asked) : mayBySql(source, asked);
}

export interface Listing extends Terms {
  readonly person: string;
  readonly type: ResourceType;
  readonly schools?: readonly string[] | undefined;
}

export interface Reachable {
  /** The resource's key. */
  readonly id: string;
  readonly school: string;
  readonly reasons: readonly Reason[];
}

/** To which resources of a type may a person do this? In all schools, or in those of a list; by school, then key. */
export async function list(source: Source, asked: Listing): Promise<Reachable[]> {
  return isGraphs(source) ? source.list(asked) : listBySql(source, asked);
}

export interface Naming extends Terms {
  readonly resource: Resource;
  readonly schools?: readonly string[] | undefined;
  /** A forbid that is left aside: those whom it alone takes away are told with the others. */
  readonly despite?: ForbidName | undefined;
}

export interface Reader {
  readonly person: string;
  readonly reasons: readonly Reason[];
}

/** Who may do this to that resource? By key of person; each with every rule that allows; nobody outside the schools of a list. */
export async function who(source: Source, asked: Naming): Promise<Reader[]> {
  return isGraphs(source) ? source.who(asked) : whoBySql(source, asked);
}

function isGraphs(source: Source): source is Graphs {
  return 'may' in source;
}
