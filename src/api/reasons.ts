// Why: what may be said to the person, and, to the modules registered for it, the facts behind. Never a third person's data.
import { ruleSentence } from '../../views/text/rules.ts';
import type { Fact } from '../facts/facts.ts';
import { wordsOf } from '../http/pages.ts';
import type { Decision, Reason, RuleName } from '../rights/rights.ts';
import type { WhyNot } from '../rights/why.ts';
import { FOREVER } from '../storage/storage.ts';
import type { Json } from './body.ts';
import type { Reasons } from './gate.ts';

type Words = ReturnType<typeof wordsOf>;

/** Why what a rule allows is a no all the same. */
export type Denial = keyof Words['denials'];

interface Why {
  readonly type: string;
  readonly action: string;
  /** The decision, when the question was this module's to ask. */
  readonly decision: Decision | undefined;
  /** The reason of a yes. */
  readonly best: Reason | undefined;
  readonly denial: Denial | undefined;
  /** What the person lacks. */
  readonly why: WhyNot | undefined;
  /** The facts of the way, from the resource to the person. */
  readonly facts: readonly Fact[] | undefined;
  /** What the module is registered for. */
  readonly level: Reasons;
  /** The key of the evaluation in the log. */
  readonly evaluation: string | undefined;
}

/**
 * The `context` of an answer. Who asks once learns of a no that nothing allows; a module that is registered learns what
 * the person lacks, and never that something is recorded against somebody, which is for the person's own token alone.
 * The ends of facts are told to nobody: a module knows no one by our keys.
 */
export function reasonsOf({ evaluation, decision, best, facts, level, ...more }: Why): Json {
  const { validUntil = FOREVER } = best ?? {};
  return {
    ...(evaluation !== undefined && { evaluation_id: evaluation }),
    reason_user: reasonFor({ ...more, best }),
    ...(best && sectionOf(more.action, decision?.reasons ?? [best])),
    ...(validUntil < FOREVER && { valid_until: toText(validUntil) }),
    ...(best && { revision: decision?.revision }),
    ...(level === 'admin' &&
      decision && {
        reason_admin: {
          ...(best && { rule: toldRule(best.rule) }),
          revision: decision.revision,
          facts: (facts ?? []).map(told),
        },
      }),
  };
}

/**
 * Who replaces a teacher writes beside them, never in what they keep (C4): in a section of which they are the author.
 * Nothing is said of who keeps the logbook too.
 */
export function sectionOf(action: string, reasons: readonly Pick<Reason, 'rule'>[]): { section?: 'own' } {
  return action === 'write' && reasons.every(({ rule }) => rule === 'substitute') ? { section: 'own' } : {};
}

function reasonFor({
  type,
  action,
  best,
  denial,
  why,
}: Pick<Why, 'type' | 'action' | 'best' | 'denial' | 'why'>): Json {
  if (why) return { code: why.code, fr: why.fr, en: why.en };
  const sentence = ({ denials, rules }: Words): string => {
    if (denial) return denials[denial];
    return best ? ruleSentence(rules, { type, action, rule: toldRule(best.rule) }) : rules.none;
  };
  return {
    code: denial ?? (best ? toldRule(best.rule) : 'none'),
    fr: sentence(wordsOf('fr')),
    en: sentence(wordsOf('en')),
  };
}

/** A parent who reads by a decision on a judgment is told as any other: no module learns that there is one. */
export function toldRule(rule: RuleName): RuleName {
  return rule === 'admitted' ? 'guardian' : rule;
}

/** The source of what makes a parent read would tell a decision of the head from what the state says: it is never told. */
function told({ relation, validFrom, validTo, source }: Fact): Json {
  const parent = relation === 'guards' || relation === 'admitted';
  return {
    relation: parent ? 'guards' : relation,
    from: toText(validFrom),
    ...(validTo < FOREVER && { until: toText(validTo) }),
    ...(!parent && { source }),
  };
}

function toText(at: number): string {
  return new Date(at).toISOString();
}
