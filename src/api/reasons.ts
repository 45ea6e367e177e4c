// Why: what may be said to the person, and, to the modules registered for it, the facts behind. Never a third person's data.
import { ruleSentence } from '../../views/text/rules.ts';
import type { Fact } from '../facts/facts.ts';
import type { wordsOf } from '../http/pages.ts';
import type { Decision } from '../rights/rights.ts';
import { FOREVER } from '../storage/storage.ts';
import type { Json } from './body.ts';

type Words = ReturnType<typeof wordsOf>;

/** Why what a rule allows is a no all the same. */
export type Denial = keyof Words['denials'];

interface Why {
  readonly type: string;
  readonly action: string;
  /** The decision, when it is told as a yes. */
  readonly decision: Decision | undefined;
  readonly denial: Denial | undefined;
  /** The facts of the way, for modules that are registered for them. */
  readonly facts: readonly Fact[] | undefined;
  /** What was known to decide, for the same modules. */
  readonly revision: string | undefined;
  readonly words: { readonly fr: Words; readonly en: Words };
}

/**
 * The `context` of an answer. A no says that nothing allows, and no more: neither which rule came near, nor whether
 * something is recorded against somebody. The ends of facts are never told: a module knows nobody by our keys.
 */
export function reasonsOf({ type, action, decision, denial, facts, revision, words }: Why): Json {
  const { rule, validUntil = FOREVER } = decision ?? {};
  const code = denial ?? rule ?? 'none';
  const sentence = (text: Words): string => {
    if (denial) return text.denials[denial];
    return rule ? ruleSentence(text.rules, { type, action, rule }) : text.rules.none;
  };
  return {
    reason_user: { code, fr: sentence(words.fr), en: sentence(words.en) },
    ...(validUntil < FOREVER && { valid_until: toText(validUntil) }),
    ...(decision && { revision: decision.revision }),
    ...((facts || revision) && {
      reason_admin: { rule: rule ?? null, ...(revision && { revision }), facts: (facts ?? []).map(told) },
    }),
  };
}

function told({ relation, validFrom, validTo, source }: Fact): Json {
  return {
    relation,
    from: toText(validFrom),
    ...(validTo < FOREVER && { until: toText(validTo) }),
    source,
  };
}

function toText(at: number): string {
  return new Date(at).toISOString();
}
