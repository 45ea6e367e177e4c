// Agreements on the command line: recorded, signed, ended, listed, and taken in from the filing platform.

import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { dayOf, endOfDay, isDay, startOfDay } from '../facts/calendar.ts';
import { type Agreement, endAgreement, findAgreement, listAgreements, recordAgreement } from './agreements.ts';
import { readArguments } from './arguments.ts';
import { importFilings } from './filing.ts';

const USAGE =
  '`preau agreement import FILE.csv`, `sign REFERENCE --document SHA256 [--from DAY] [--until DAY]`, `end REFERENCE` or `list [--school UAI]`';

/** `preau agreement`: the agreements without which no school exchanges with the GAR. */
export async function agreementCommand(context: CommandContext): Promise<void> {
  const [verb = '', ...args] = context.args;
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new Refusal('bad_argument', `expected ${USAGE}`);
  await run({ ...context, args });
}

const verbs: Readonly<Record<string, (context: CommandContext) => Promise<void>>> = {
  import: importCommand,
  sign: signCommand,
  end: endCommand,
  list: listCommand,
};

/** How what is wrong in a line is told. */
const faults: Readonly<Record<string, string>> = {
  reference: 'le numéro de dossier manque ou est trop long',
  state: 'le statut du dossier n’est pas un de ceux de la plateforme',
  collectivity: 'la collectivité manque',
  siren: 'le SIREN n’a pas neuf chiffres',
  academy: 'l’académie manque (colonne `academie`)',
  dates: 'les dates manquent, ne sont pas des jours, sortent de ce qui a été signé, ou la fin n’est pas après le début',
  document: 'l’empreinte du document signé manque',
  schools: 'les UAI manquent, ne sont pas tous connus ici, ou sortent de ce qui a été signé',
};

async function importCommand({ db, args, print }: CommandContext): Promise<void> {
  const [file] = read(args, 1, {}).words;
  const bytes = await readFile(file!).catch(() => {
    throw new Refusal('bad_argument', 'expected a file that can be read');
  });
  const {
    read: lines,
    applied,
    unchanged,
    refused,
  } = await importFilings(db, textOf(bytes), { by: 'operator', at: Date.now() });
  print(`${lines} dossiers lus : ${applied} enregistrés, ${unchanged} sans changement, ${refused.length} refusés.`);
  for (const { line, reference, why } of refused)
    print(`  ligne ${line}, dossier ${reference || '?'} : ${faults[why] ?? why}`);
  if (refused.length > 0) throw new Refusal('agreement_refused', `${refused.length} line(s) were not taken in`);
}

/** UTF-8, as the platform writes; else as a spreadsheet does that has written it anew. */
function textOf(bytes: Buffer): string {
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252').decode(bytes);
}

async function signCommand({ db, args, print }: CommandContext): Promise<void> {
  const { words, values } = read(args, 1, { document: 'string', from: 'string', until: 'string' });
  const before = await findAgreement(db, words[0]!);
  const at = Date.now();
  const { changed } = await recordAgreement(db, {
    ...before,
    state: 'signed',
    documentHash: values.document?.toLowerCase() ?? before.documentHash,
    startsAt: values.from === undefined ? before.startsAt : startOfDay(day(values.from)),
    endsAt: values.until === undefined ? before.endsAt : endOfDay(day(values.until)),
    by: 'operator',
    at,
  });
  print(
    changed
      ? `Convention ${before.reference} signée. ${told(await findAgreement(db, before.reference))}`
      : 'Rien à changer.',
  );
}

async function endCommand({ db, args, print }: CommandContext): Promise<void> {
  const [reference] = read(args, 1, {}).words;
  await endAgreement(db, { reference: reference!, by: 'operator', at: Date.now() });
  const { schools } = await findAgreement(db, reference!);
  print(
    `Convention ${reference} terminée : ${schools.join(', ')} n’échange plus rien avec le GAR. Le reste n’en dépend pas.`,
  );
}

async function listCommand({ db, args, print }: CommandContext): Promise<void> {
  const { values } = read(args, 0, { school: 'string' });
  const agreements = await listAgreements(db, { ...(values.school !== undefined && { school: values.school }) });
  for (const one of agreements) print(told(one));
  if (agreements.length === 0) print('Aucune convention.');
}

const STATES = {
  draft: 'brouillon',
  filed: 'déposée',
  accepted: 'acceptée',
  signed: 'signée',
  revoked: 'terminée',
} as const;

function told({ reference, collectivity, state, startsAt, endsAt, schools }: Agreement): string {
  const over = state === 'signed' && endsAt <= Date.now() ? ', échue' : '';
  const dates = `du ${dayOf(startsAt)} au ${dayOf(endsAt - 1)}`;
  return `${reference}  ${collectivity}  ${STATES[state]}${over}, ${dates}  ${schools.join(', ')}`;
}

function read<Name extends string>(args: readonly string[], count: number, names: Readonly<Record<Name, 'string'>>) {
  return readArguments(args, { count, names, usage: USAGE });
}

function day(text: string): string {
  if (!isDay(text)) throw new Refusal('bad_argument', 'expected a day, YYYY-MM-DD');
  return text;
}
