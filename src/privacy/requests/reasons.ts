// Reasons of substance: one's own for each refusal. A reason used again word for word is refused; a close one is counted.
import { Refusal } from '../../errors.ts';

/** The longest that a reason may be. */
export const REASON_LENGTH = 2000;

/** How many words a reason has at least: a sentence about somebody, not a formula. */
const fewest = { accepted: 3, refused: 8, extended: 5 } as const;

/** How alike two reasons are that count as close: the share of three-word runs that they have in common. */
const CLOSE = 0.7;

/** The reason as kept; `reason_thin` when it says too little, `bad_request` when it is too long. */
export function requireSubstance(reason: string, outcome: keyof typeof fewest): string {
  const told = reason.trim().replace(/\r\n/g, '\n');
  if (told.length > REASON_LENGTH)
    throw new Refusal('bad_request', `expected a reason of at most ${REASON_LENGTH} characters`);
  const words = new Set(wordsOf(told));
  if (words.size < fewest[outcome])
    throw new Refusal('reason_thin', `expected a reason of at least ${fewest[outcome]} different words`, {
      fewest: fewest[outcome],
    });
  return told;
}

/**
 * What of a reason is compared: its words without accents, case or signs, and the same without the names of whom it is
 * about, so that a formula with another name in it is the same formula.
 */
export function likenessOf(reason: string, names: readonly string[]): string {
  const theirs = new Set(names.flatMap(wordsOf));
  const words = wordsOf(reason);
  return [words.filter((word) => !theirs.has(word)).join(' '), words.join(' ')].join('\n');
}

/** How many of other reasons say the same word for word; all as `likenessOf` gives them. */
export function sameAmong(likeness: string, others: readonly string[]): number {
  const forms = likeness.split('\n');
  return others.filter((other) => other.split('\n').some((form) => forms.includes(form))).length;
}

/** How many of other reasons are close to one. */
export function closeAmong(likeness: string, others: readonly string[]): number {
  return others.filter((other) => shareOf(nameless(likeness), nameless(other)) >= CLOSE).length;
}

/** How many of the others each is close to, of many: what a register shows. */
export function closeCounts(likenesses: ReadonlyMap<string, string>): Map<string, number> {
  const runs = [...likenesses].map(([id, likeness]) => ({ id, runs: runsOf(nameless(likeness)) }));
  const counts = new Map(runs.map(({ id }) => [id, 0]));
  runs.forEach((one, index) => {
    for (const other of runs.slice(index + 1)) {
      if (common(one.runs, other.runs) < CLOSE) continue;
      for (const { id } of [one, other]) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  });
  return counts;
}

function nameless(likeness: string): string {
  return likeness.split('\n')[0] ?? '';
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** The share of runs of three words that two texts have in common, of all that either has. */
function shareOf(one: string, other: string): number {
  return common(runsOf(one), runsOf(other));
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const run of a) if (b.has(run)) both += 1;
  return both / Math.max(1, a.size + b.size - both);
}

function runsOf(text: string): ReadonlySet<string> {
  const words = text.split(' ');
  if (words.length < 3) return new Set([text]);
  return new Set(words.slice(2).map((_, index) => words.slice(index, index + 3).join(' ')));
}
