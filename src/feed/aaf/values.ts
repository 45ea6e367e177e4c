// Values of an export: text escaped once too often, days, and parts between dollars.
import type { Civility } from '../../directory/persons.ts';
import { isDay } from '../../facts/calendar.ts';

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  agrave: 'à',
  acirc: 'â',
  ccedil: 'ç',
  eacute: 'é',
  egrave: 'è',
  ecirc: 'ê',
  euml: 'ë',
  icirc: 'î',
  iuml: 'ï',
  ocirc: 'ô',
  ugrave: 'ù',
  ucirc: 'û',
  Eacute: 'É',
  Egrave: 'È',
};

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([A-Za-z]{2,8}));/gi;

/** The text of a value: un-escaped once more when a source escaped it twice, trimmed, composed. */
export function textOf(value: string): string {
  const plain = value.includes('&') ? value.replace(REFERENCE, unescaped) : value;
  return plain.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function unescaped(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return (Object.hasOwn(NAMED, name) ? NAMED[name] : undefined) ?? whole;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/** Whether a text holds what no name holds: control characters, lost bytes, or UTF-8 read as something else. */
export function isGarbled(text: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Cn}\uFFFD]|[ÂÃ][\u0080-\u00BF€ŠšŽžŒœŸ]/u.test(text);
}

/** A day written dd/MM/yyyy, as YYYY-MM-DD; nothing when it is no day of a life. */
export function dayOf(text: string): string | undefined {
  const parts = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  if (!parts) return undefined;
  const day = `${parts[3]}-${parts[2]}-${parts[1]}`;
  return isDay(day) && day >= '1900-01-01' && day < '2200-01-01' ? day : undefined;
}

/** The code of an academy: `13` and `013` are one, and none is zero. */
export const ACADEMY = /^(?!0+$)\d{1,3}$/;

/** The parts of a value, when there are as many as expected. */
export function partsOf(value: string, least: number, most = least): string[] | undefined {
  const parts = value.split('$').map((part) => part.trim());
  return parts.length >= least && parts.length <= most ? parts : undefined;
}

const CIVILITIES = new Map<string, Civility>([
  ['m', 'M.'],
  ['monsieur', 'M.'],
  ['mme', 'Mme'],
  ['madame', 'Mme'],
  ['mlle', 'Mme'],
  ['mademoiselle', 'Mme'],
]);

/** A civility as the state writes it today, whatever an export writes; nothing for any other word. */
export function civilityOf(text: string): Civility | undefined {
  return CIVILITIES.get(text.toLowerCase().replace(/\.$/, ''));
}
