// The export of the platform on which collectivities file their agreements, as CSV: what each file says, read by the names of its columns.

import { Refusal } from '../errors.ts';
import { dayOf, endOfDay, isDay, startOfDay } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { type Agreement, type AgreementState, listAgreements, recordAgreement } from './agreements.ts';

/** What became of each line: what was read is the sum of the others. */
export interface FilingReport {
  readonly read: number;
  readonly applied: number;
  readonly unchanged: number;
  /** Lines counted from 1, the line of names, where each begins; by reference where there is one. */
  readonly refused: readonly { readonly line: number; readonly reference: string; readonly why: string }[];
}

/** The names that a column goes by, without accents, capitals and signs. */
const columns = {
  reference: ['id', 'n dossier', 'numero de dossier', 'dossier'],
  state: ['statut du dossier', 'etat du dossier', 'statut', 'etat'],
  collectivity: ['collectivite', 'denomination', 'raison sociale', 'etablissement raison sociale'],
  siren: ['siren', 'siret', 'etablissement siret', 'etablissement siren'],
  academy: ['academie'],
  schools: ['uai', 'etablissements', 'ecoles', 'codes uai'],
  from: ['debut', 'date de debut', 'date d effet'],
  until: ['fin', 'date de fin', 'echeance'],
} as const;

type Column = keyof typeof columns;

/** The words of the platform. What it accepted is not signed: that is an act of its own, with a document. */
const states: Readonly<Record<string, AgreementState>> = {
  brouillon: 'draft',
  'en construction': 'filed',
  'en instruction': 'filed',
  accepte: 'accepted',
  refuse: 'revoked',
  'classe sans suite': 'revoked',
};

/**
 * Takes in an export, line by line: a line that is wrong is told and the others are applied. What the school and the
 * academy have signed stays signed, covers no more than it did, and says so when the platform has not got so far. `bad_argument` when the columns
 * cannot be found.
 */
export async function importFilings(
  db: Db,
  text: string,
  { by, at }: { by: string; at: number },
): Promise<FilingReport> {
  const [names, ...lines] = readCsv(text);
  const places = placesIn(names?.cells ?? []);
  const known = new Map((await listAgreements(db)).map((one) => [one.reference, one]));
  const report = { read: 0, applied: 0, unchanged: 0, refused: [] as FilingReport['refused'][number][] };
  for (const { cells, line } of lines) {
    const cell = (column: Column) => (cells[places[column] ?? -1] ?? '').trim();
    report.read += 1;
    try {
      const { changed } = await recordAgreement(db, { ...read(cell, known.get(cell('reference')), at), by, at });
      report[changed ? 'applied' : 'unchanged'] += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      report.refused.push({
        line,
        reference: cell('reference'),
        why: String(error.details.member ?? error.code),
      });
    }
  }
  return report;
}

function read(cell: (column: Column) => string, before: Agreement | undefined, at: number): Agreement {
  const state = states[plain(cell('state'))];
  if (!state) throw new Refusal('agreement_refused', 'expected a state of the platform', { member: 'state' });
  const signed = before?.state === 'signed' && state === 'accepted';
  const first = dayIn(cell('from'));
  const last = dayIn(cell('until'));
  const agreement: Agreement = {
    reference: cell('reference'),
    collectivity: cell('collectivity'),
    siren: cell('siren').replace(/\s/g, '').slice(0, 9),
    academy: cell('academy') || before?.academy || '',
    state: signed ? 'signed' : state,
    startsAt: first ? startOfDay(first) : (before?.startsAt ?? startOfDay(dayOf(at))),
    endsAt: last ? endOfDay(last) : (before?.endsAt ?? Number.NaN),
    documentHash: before?.documentHash,
    schools: cell('schools')
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map((uai) => uai.toUpperCase()),
  };
  if (before && signed) requireWithin(before, agreement);
  return agreement;
}

/** What was signed covers its own schools and dates: more is another file, signed in its turn. */
function requireWithin(before: Agreement, { schools, startsAt, endsAt }: Agreement): void {
  const wider = (member: string) =>
    new Refusal('agreement_refused', 'expected no more than what was signed', { member });
  if (schools.some((uai) => !before.schools.includes(uai))) throw wider('schools');
  if (startsAt < before.startsAt || endsAt > before.endsAt) throw wider('dates');
}

function placesIn(names: readonly string[]): Partial<Record<Column, number>> {
  const found = names.map(plain);
  const places: Partial<Record<Column, number>> = {};
  for (const [column, words] of Object.entries(columns) as [Column, readonly string[]][]) {
    const place = found.findIndex((name) => words.includes(name));
    if (place >= 0) places[column] = place;
  }
  const missing = (['reference', 'state', 'collectivity', 'siren', 'schools', 'until'] as const).filter(
    (column) => places[column] === undefined,
  );
  if (missing.length > 0)
    throw new Refusal(
      'bad_argument',
      `expected columns named ${missing.map((one) => `\`${columns[one][0]}\``).join(', ')}`,
    );
  return places;
}

function plain(text: string): string {
  const letters = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return letters.replace(/[^a-z0-9]+/g, ' ').trim();
}

/** `YYYY-MM-DD`, or as it is written in France. */
function dayIn(text: string): string | undefined {
  const french = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const day = french ? `${french[3]}-${french[2]!.padStart(2, '0')}-${french[1]!.padStart(2, '0')}` : text.slice(0, 10);
  if (text === '') return undefined;
  if (!isDay(day)) throw new Refusal('agreement_refused', 'expected a day', { member: 'dates' });
  return day;
}

interface Line {
  readonly cells: readonly string[];
  /** Where it begins, counted from 1. */
  readonly line: number;
}

/** The lines of a CSV (RFC 4180), by `;` or `,`, whichever its first line uses more; blank lines left out. */
function readCsv(text: string): Line[] {
  const given = text.replace(/^\ufeff/, '');
  const [first = ''] = given.split(/\r?\n/, 1);
  const separator = first.split(';').length >= first.split(',').length ? ';' : ',';
  const lines: Line[] = [];
  let cells: string[] = [];
  let line = 1;
  let next = 1;
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, 'gy');
  for (let found = cell.exec(given); found && cell.lastIndex <= given.length; found = cell.exec(given)) {
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    next += found[0].split('\n').length - 1;
    if (found[3] !== separator) {
      if (cells.some((one) => one.trim() !== '')) lines.push({ cells, line });
      [cells, line] = [[], next];
    }
    if (cell.lastIndex >= given.length && found[3] !== separator) return lines;
  }
  throw new Refusal('bad_argument', 'expected a CSV file: a quotation mark is open, or stands where none may');
}
