// An export in plain French: what left, what is held back and why, and what each school has to know.
import { fr } from '../../views/text/fr.ts';
import { dayOf } from '../facts/calendar.ts';
import type { Degree } from './elements.ts';
import type { ExportReport, Judged } from './export.ts';
import type { Fault } from './problems.ts';
import type { ExportedSchool } from './schools.ts';

const words = fr.pages.nationalGar;

const DEGREES: Readonly<Record<Degree, string>> = { 1: 'Premier degré', 2: 'Second degré' };

/** How many examples a line gives. */
const EXAMPLES = 5;

/** The report of an export, line by line. Persons are named by their key: the report may be passed on. */
export function inFrench({ degree, schools, written }: ExportReport): string[] {
  const count = (state: Judged['state']) => schools.filter((one) => one.state === state).length;
  const lines = [
    `${DEGREES[degree]} : ${count('sent')} établissement(s) dans l’archive, ${count('held')} retenu(s), ${count('closed')} sans convention en vigueur.`,
    ...schools.flatMap(schoolInFrench),
  ];
  if (!written) return [...lines, 'Aucune archive : il n’y a rien à envoyer.'];
  const nodes = written.files.reduce((sum, file) => sum + file.nodes, 0);
  return [...lines, `${written.archive} : ${written.files.length} fichiers, ${nodes} éléments, MD5 ${written.md5}.`];
}

/** One school: what leaves of it, or why nothing does. */
export function schoolInFrench({ school, state, counts, faults, notes }: Judged): string[] {
  const name = `  ${school.uai} ${school.name} : `;
  if (state === 'closed') return [`${name}aucune convention en vigueur, rien n’est exporté.`];
  const { pupils, staff, groups, assigners } = counts;
  const sizes = `${pupils} élèves, ${staff} personnels, ${groups} divisions et groupes, ${assigners} responsable(s) d’affectation`;
  return [
    `${name}${state === 'held' ? 'RETENU, rien n’est exporté. ' : ''}${sizes}.`,
    ...grouped(faults, (fault) => `${words.faults[fault.code]} (${placeOf(fault)})`, foundBy),
    ...grouped(
      notes,
      ({ code }) => words.notes[code],
      ({ person, what }) => person ?? what,
    ),
  ];
}

/** The schools exported, and what became of them last. */
export function listedInFrench({ school, since, sentAt, heldAt }: ExportedSchool): string {
  const last = sentAt === null ? 'jamais envoyé' : `envoyé le ${dayOf(sentAt)}`;
  const held = heldAt !== null && heldAt > (sentAt ?? 0) ? `, RETENU le ${dayOf(heldAt)}` : '';
  return `${school.uai} ${school.name} : depuis le ${dayOf(since)}, ${last}${held}`;
}

function placeOf({ element, field }: Fault): string {
  return field === undefined ? element : `${element}, ${field}`;
}

function foundBy({ person, what }: Judged['faults'][number]): string | undefined {
  return person === undefined ? what : `personne ${person}`;
}

/** What is alike is told once, with how many there are and the first few. */
function grouped<T>(found: readonly T[], tell: (one: T) => string, name: (one: T) => string | undefined): string[] {
  const lines = new Map<string, string[]>();
  for (const one of found) {
    const names = lines.get(tell(one)) ?? [];
    lines.set(tell(one), [...names, name(one) ?? '']);
  }
  return [...lines].map(([line, names]) => {
    const few = [...new Set(names.filter(Boolean))].slice(0, EXAMPLES);
    const more = names.length > few.length && few.length > 0 ? ', …' : '';
    return `    ${line}${few.length > 0 ? ` : ${names.length} (${few.join(', ')}${more})` : ''}`;
  });
}
