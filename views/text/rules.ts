// The sentence of a rule: why something is allowed, or that nothing allows it.
import type { RuleWords } from '../../src/rights/policy.ts';

/** A sentence for each rule of each action, and one for when no rule speaks. */
export type RulesText = RuleWords & { readonly none: string };

/** The sentence of a rule; that of a deny for what no list holds. */
export function ruleSentence(
  words: RulesText,
  { type, action, rule }: { type: string; action: string; rule: string },
): string {
  const byType = words as unknown as Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>
  >;
  return byType[type]?.[action]?.[rule] ?? words.none;
}
