// A subscription as a distributor writes it: its fields in the order of the service, and how each is read.

import type { ResourceAudience } from '../directory/offers.ts';
import { localInstant } from '../facts/calendar.ts';
import { isWritable } from './lines.ts';

/** The fields, in the order in which they are written; `most` is in characters. */
export const fields = [
  { name: 'idAbonnement', most: 45 },
  { name: 'commentaireAbonnement', most: 255 },
  { name: 'idDistributeurCom', most: 26 },
  { name: 'idRessource', most: 1024 },
  { name: 'typeIdRessource', most: 50 },
  { name: 'libelleRessource', most: 255 },
  { name: 'debutValidite', most: 35 },
  { name: 'finValidite', most: 35 },
  { name: 'anneeFinValidite', most: 9 },
  { name: 'uaiEtab', most: 45, many: true },
  { name: 'codeNatureUAI', most: 3 },
  { name: 'categorieAffectation', most: 45 },
  { name: 'typeAffectation', most: 45 },
  { name: 'nbLicenceEnseignant', most: 8 },
  { name: 'nbLicenceEleve', most: 8 },
  { name: 'nbLicenceProfDoc', most: 8 },
  { name: 'nbLicenceAutrePersonnel', most: 8 },
  { name: 'nbLicenceGlobale', most: 8 },
  { name: 'publicCible', most: 45, many: true },
  { name: 'codeProjetRessource', most: 255 },
] as const satisfies readonly { readonly name: string; readonly most: number; readonly many?: true }[];

type Field = (typeof fields)[number];
type ManyField = Extract<Field, { readonly many: true }>['name'];

export type FieldName = Field['name'];

/** Fields as they were written: a text each, or several; what was left out or left empty is not there. */
export type Sheet = { readonly [Name in Exclude<FieldName, ManyField>]?: string } & {
  readonly [Name in ManyField]?: readonly string[];
};

/** What licences are for, and the field that counts them. */
export const audiences = {
  ELEVE: 'nbLicenceEleve',
  ENSEIGNANT: 'nbLicenceEnseignant',
  DOCUMENTALISTE: 'nbLicenceProfDoc',
  'AUTRE PERSONNEL': 'nbLicenceAutrePersonnel',
} as const satisfies Record<string, FieldName>;

export type Audience = keyof typeof audiences;

/** Something of a body that is no field, or no text where one is due. */
export interface Misread {
  readonly field: string;
  readonly problem: 'unknown' | 'not_text' | 'too_long' | 'repeated';
}

/** Reads fields by name: texts, numbers where licences are counted, or lists of texts. Never throws: what is wrong is told, field by field. */
export function readSheet(given: Readonly<Record<string, unknown>>): { sheet: Sheet; misread: readonly Misread[] } {
  const sheet: Record<string, string | readonly string[]> = {};
  const misread: Misread[] = [];
  for (const [name, value] of Object.entries(given)) {
    const field: { name: string; most: number; many?: true } | undefined = fields.find((one) => one.name === name);
    const texts = field && textsOf(value);
    const problem = !field ? 'unknown' : !texts ? 'not_text' : problemOf(field, texts);
    if (problem) misread.push({ field: name, problem });
    else if (texts && texts.length > 0) sheet[name] = field?.many ? texts : texts[0]!;
  }
  return { sheet: sheet as Sheet, misread };
}

function problemOf(
  { most, many }: { most: number; many?: true },
  texts: readonly string[],
): Misread['problem'] | undefined {
  if (!many && texts.length > 1) return 'repeated';
  if (many && new Set(texts).size < texts.length) return 'repeated';
  return texts.some((text) => text.length > most) ? 'too_long' : undefined;
}

/** Texts without the blanks around them; none of what is empty. */
function textsOf(value: unknown): string[] | undefined {
  const all = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
  const texts = all.map((one) => (typeof one === 'number' && Number.isSafeInteger(one) ? String(one) : one));
  if (!texts.every((one): one is string => typeof one === 'string' && isWritable(one.replace(/[\t\r\n]/g, ''))))
    return undefined;
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/;

/** The instant of a `dateTime`, UTC milliseconds, on the clock of Paris when it names no offset; nothing when it is none. */
export function instantOf(text: string): number | undefined {
  const [, day = '', time = '', offset] = TIME.exec(text) ?? [];
  const instant = offset === undefined ? localInstant(day, time) : Date.parse(text);
  // a day that the calendar does not have would silently be another
  const isDay = day !== '' && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  return isDay && !Number.isNaN(instant) ? instant : undefined;
}

const YEARS = /^(\d{4})-(\d{4})$/;

/** The two years of `2026-2027`; nothing when it is not written so. */
export function yearsOf(text: string): readonly [number, number] | undefined {
  const [, first, second] = YEARS.exec(text) ?? [];
  return first && second ? [Number(first), Number(second)] : undefined;
}

/** When a subscription ends: at `finValidite`, or as the school year ends, with the 15th of August. */
export function endOf({ finValidite, anneeFinValidite }: Sheet): number | undefined {
  if (finValidite !== undefined) return instantOf(finValidite);
  const [, last] = yearsOf(anneeFinValidite ?? '') ?? [];
  return last === undefined ? undefined : localInstant(`${last}-08-16`, '00:00:00');
}

/** How many licences a field gives; `all` for `ILLIMITE`; nothing when it is neither that nor a whole number. */
export function licences(text: string): number | 'all' | undefined {
  if (text === 'ILLIMITE') return 'all';
  return /^\d{1,8}$/.test(text) ? Number(text) : undefined;
}

/** Whom each public is made of. */
export const publics = {
  ELEVE: 'pupil',
  ENSEIGNANT: 'teacher',
  DOCUMENTALISTE: 'librarian',
  'AUTRE PERSONNEL': 'staff',
} as const satisfies Record<Audience, ResourceAudience>;
