// A logged decision, made again: at its instant, on what was known then, by the rules that made it.
import { findDecision, type LoggedDecision } from '../audit/decisions.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { type Explanation, explain } from './explain.ts';
import { parseRevision } from './revision.ts';
import { isActionOn, isResourceType, type Resource } from './rights.ts';

export interface Replay {
  readonly logged: LoggedDecision;
  /** What it gives today, with its facts or what is missing; none when the rules were not asked. */
  readonly replayed?: Explanation & { readonly resource: Resource };
  /** Whether it gives what was told: the same answer, and the rule that was told among those that allow. */
  readonly same: boolean;
}

/**
 * Replays the decision of an evaluation. Refuses `unknown_decision` when it was not logged, `trail_broken` when its row
 * is not what was written, `bad_argument` for a search, `policy_unreadable` when its rules cannot be read back.
 */
export async function replay(db: Db, id: string): Promise<Replay> {
  const logged = await findDecision(db, id);
  if (!logged) throw new Refusal('unknown_decision', `no decision \`${id}\` is in the log`);
  const { day, seq, subject, action, type, resource, revision, policy } = logged;
  if (!logged.intact)
    throw new Refusal('trail_broken', `row ${seq} of ${day} is changed`, { chain: 'decisions', day, seq });
  if (logged.kind !== 'evaluation') throw new Refusal('bad_argument', `expected an evaluation, not ${logged.kind}`);
  // what nobody here knew was denied before any rule
  if (!subject || !action || !type || !resource || !revision) return { logged, same: logged.allowed === false };
  if (!isResourceType(type) || !isActionOn(type, action))
    throw new Refusal('bad_argument', `\`${action}\` of \`${type}\` is no longer known`);
  const about: Resource = { type, id: resource };
  const when = { decidedAt: logged.at, revision: parseRevision(revision).number, policy };
  const replayed = await explain(db, { person: subject, action, resource: about, when });
  return { logged, replayed: { ...replayed, resource: about }, same: isSame(logged, replayed) };
}

/** A gate makes a no of whatever the rules say. */
function isSame({ allowed, gate, rule, revision }: LoggedDecision, replayed: Explanation): boolean {
  if (replayed.revision !== revision) return false;
  if (gate) return allowed === false;
  return allowed === replayed.allowed && (!rule || replayed.reasons.some((reason) => reason.rule === rule));
}
