// Identifiers: what a person types to sign in. One normal form; proposed from the name, chosen by the holder.
import { Refusal } from '../errors.ts';

const SHORTEST = 3;
const LONGEST = 64;

/** The one form in which identifiers are kept and compared: no accents, no capitals, no spaces around. */
export function normalIdentifier(text: string): string {
  return ascii(text.trim());
}

/** What to look an identifier up under: nothing at all when it cannot be one, so that no engine is asked about a byte it does not take. */
export function lookedUp(identifier: string): string {
  return faultOf(identifier) ? '' : identifier;
}

/** A well-formed identifier in its normal form; `identifier_invalid` otherwise. Never an address: it holds no `@`. */
export function requireIdentifier(text: string): string {
  const identifier = normalIdentifier(text);
  const reason = faultOf(identifier);
  if (reason)
    throw new Refusal(
      'identifier_invalid',
      `an identifier is ${SHORTEST} to ${LONGEST} letters, digits, dots, hyphens or underscores, with a letter or digit at each end`,
      { reasons: [reason] },
    );
  return identifier;
}

function faultOf(identifier: string): 'too_short' | 'too_long' | 'characters' | undefined {
  if (identifier.length < SHORTEST) return 'too_short';
  if (identifier.length > LONGEST) return 'too_long';
  return /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])$/.test(identifier) ? undefined : 'characters';
}

/** The start of what is proposed to a person: `prenom.nom`, with hyphens where the name has spaces. */
export function identifierStem(givenName: string, familyName: string): string {
  const parts = [givenName, familyName].map(wordsOf).filter((part) => part !== '');
  const stem = parts
    .join('.')
    .slice(0, LONGEST - 6)
    .replace(/[.-]+$/, '');
  return stem.length >= SHORTEST ? stem : 'compte';
}

/** The stem, or the stem with the first number from 2 on that is free. */
export function freeIdentifier(stem: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}${number}`)) number += 1;
  return `${stem}${number}`;
}

function wordsOf(name: string): string {
  return ascii(name)
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

const LETTERS: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Without accents or capitals; other scripts are left as they are. */
export function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæßøłđðþı]/g, (letter) => LETTERS[letter] ?? letter);
}
