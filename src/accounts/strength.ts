// How many guesses a password withstands, in bits: the cheapest way to write it as words, runs, repeats, dates and lone characters.
import { bigrams, commonWords, runs } from './common.ts';
import { ascii } from './identifiers.ts';

/** Bits of a word out of the list; of a word that anybody near the person knows; and what capitals or a 4 for an a add. */
const WORD = 10;
const CONTEXT = 2;
const DISGUISE = 2;

/** Bits of a run along a keyboard or an alphabet: which one, from where, which way. */
const RUN = 6;

/** Bits of a year, and of a day written in digits. */
const YEAR = 7;
const DAY = 15;

/** Bits of a hyphen or a space after another one: whoever guesses the first guesses the rest. */
const SEPARATOR_AGAIN = 1;

/** Bits of a letter where French words put it: about what is left of it inside a word. */
const LETTER_OF_A_WORD = 3;

const LONGEST_WORD = 24;

/** A password cut into its cheapest parts. */
export interface Estimate {
  readonly bits: number;
  /** The words of the list that were found in it. */
  readonly common: readonly string[];
  /** The words of the context that were found in it. */
  readonly context: readonly string[];
}

interface Piece {
  readonly from: number;
  readonly bits: number;
  readonly common?: string;
  readonly context?: string;
}

/**
 * The cheapest cutting, by dynamic programming. `context` holds folded words near the person.
 * The estimate errs on the low side for what people choose, and takes little from random characters.
 */
export function estimate(password: string, context: ReadonlySet<string>): Estimate {
  const characters = [...password];
  const folded = characters.map((character) => [...ascii(character)][0] ?? character);
  const plain = folded.map((character) => DISGUISES[character] ?? character);
  const single = Math.log2(alphabetOf(password));
  const best: { bits: number; piece?: Piece }[] = [{ bits: 0 }];
  for (let to = 1; to <= characters.length; to += 1) {
    const pieces = [
      { from: to - 1, bits: lone(folded, to, single) },
      ...words({ characters, folded, plain, to, context }),
      ...patterns(folded, to, single),
    ];
    let chosen = { bits: Number.POSITIVE_INFINITY, piece: pieces[0] as Piece };
    for (const piece of pieces) {
      const bits = (best[piece.from]?.bits ?? 0) + piece.bits;
      if (bits < chosen.bits) chosen = { bits, piece };
    }
    best.push(chosen);
  }
  return gathered(best);
}

function gathered(best: readonly { bits: number; piece?: Piece }[]): Estimate {
  const common: string[] = [];
  const context: string[] = [];
  let end = best.length - 1;
  while (end > 0) {
    const piece = best[end]?.piece;
    if (!piece) break;
    if (piece.common !== undefined) common.push(piece.common);
    if (piece.context !== undefined) context.push(piece.context);
    end = piece.from;
  }
  return { bits: best.at(-1)?.bits ?? 0, common, context };
}

interface Place {
  readonly characters: readonly string[];
  readonly folded: readonly string[];
  readonly plain: readonly string[];
  readonly to: number;
  readonly context: ReadonlySet<string>;
}

/** Words that end here, as they are, in capitals, with accents, or with digits for letters. */
function words({ characters, folded, plain, to, context }: Place): Piece[] {
  const found: Piece[] = [];
  for (let from = Math.max(0, to - LONGEST_WORD); from <= to - 3; from += 1) {
    const written = characters.slice(from, to).join('');
    for (const form of new Set([folded.slice(from, to).join(''), plain.slice(from, to).join('')])) {
      const extra = form === written ? 0 : DISGUISE;
      if (context.has(form)) found.push({ from, bits: CONTEXT + extra, context: form });
      else if (commonWords.has(form)) found.push({ from, bits: WORD + extra, common: form });
    }
  }
  return found;
}

/** Runs, repeats, years and days that end here. */
function patterns(folded: readonly string[], to: number, single: number): Piece[] {
  const found: Piece[] = [];
  for (let from = Math.max(0, to - LONGEST_WORD); from <= to - 3; from += 1) {
    const text = folded.slice(from, to).join('');
    const length = to - from;
    if (new Set(text).size === 1) found.push({ from, bits: single + Math.log2(length) });
    else if (isRun(text)) found.push({ from, bits: RUN + Math.log2(length) });
    else if (/^(19|20)\d\d$/.test(text)) found.push({ from, bits: YEAR });
    else if (DAYS.test(text)) found.push({ from, bits: DAY });
    else if (folded.slice(0, from).join('').includes(text)) found.push({ from, bits: 3 + Math.log2(to) });
  }
  return found;
}

/** One character: a letter that often follows the one before, as in any word, says little; so does a separator used again. */
function lone(folded: readonly string[], to: number, single: number): number {
  const character = folded[to - 1] ?? '';
  if (bigrams.has(`${folded[to - 2] ?? ''}${character}`)) return Math.min(single, LETTER_OF_A_WORD);
  const separates = !/[\p{L}\p{N}]/u.test(character) && folded.indexOf(character) < to - 1;
  return separates ? SEPARATOR_AGAIN : single;
}

function isRun(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return runs.some((run) => run.includes(text) || run.includes(backwards));
}

/** How many characters somebody who tries them all would draw from. */
function alphabetOf(password: string): number {
  let size = 0;
  if (/[a-z]/.test(password)) size += 26;
  if (/[A-Z]/.test(password)) size += 26;
  if (/[0-9]/.test(password)) size += 10;
  if (/[^a-zA-Z0-9]/.test(password)) size += 33;
  return Math.max(size, 10);
}

/** Days as people write them: 14072009, 14/07/2009, 20090714. */
const DAYS =
  /^(?:(?:0[1-9]|[12]\d|3[01])(?<gap>[/.-]?)(?:0[1-9]|1[0-2])\k<gap>(?:19|20)\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

const DISGUISES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '€': 'e',
  '!': 'i',
};
