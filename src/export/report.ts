// An export in plain French: what left, what is held back and why, and what each school has to know.
import { dayOf } from '../facts/calendar.ts';
import type { Degree } from './elements.ts';
import type { ExportReport, Judged } from './export.ts';
import type { Fault, FaultCode, Note } from './problems.ts';
import type { ExportedSchool } from './schools.ts';

const DEGREES: Readonly<Record<Degree, string>> = { 1: 'Premier degré', 2: 'Second degré' };

const FAULTS: Readonly<Record<FaultCode, string>> = {
  missing: 'une valeur obligatoire manque',
  unexpected: 'une valeur n’a pas sa place dans ce fichier',
  too_long: 'une valeur est trop longue',
  unwritable: 'une valeur contient des caractères illisibles',
  twice: 'deux fois la même ligne',
  bad_uai: 'un code d’établissement n’en est pas un',
  bad_profile: 'un profil n’est pas admis',
  bad_status: 'ce n’est ni une division ni un groupe',
  unknown_person: 'une personne est nommée dans un groupe et nulle part ailleurs',
  unknown_group: 'une division ou un groupe est nommé et n’existe pas',
  unknown_subject: 'une matière est nommée et n’existe pas',
  unknown_level: 'un niveau (MEF) est nommé et n’existe pas',
  other_school: 'une ligne parle d’un autre établissement',
};

const NOTES: Readonly<Record<Note['code'], string>> = {
  no_profile: 'leur fonction n’est pas admise par le GAR, qui ne les reçoit pas',
  account_closed: 'leur compte est fermé : le GAR ne les reçoit pas',
  no_assigner: 'personne ne peut y affecter de licences : nommez un responsable d’affectation qui a une adresse',
  assigner_without_mail:
    'responsables d’affectation sans adresse dans l’annuaire : le GAR ne les accepte pas. L’adresse se corrige à la source',
  too_many_assigners: 'responsables d’affectation au-delà des 50 que le GAR accepte : retirez-en',
  group_renamed: 'groupes qui portent le code d’une division : le GAR les confondrait, un autre code leur est donné',
  subject_unknown: 'matières sans nom dans la nomenclature de l’académie',
  level_unknown: 'niveaux dont le code n’est pas celui d’un MEF : les élèves sont exportés sans eux',
  odd_uai: 'la lettre de ce code d’établissement ne correspond pas à ses chiffres : vérifiez-le',
};

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
    ...grouped(faults, (fault) => `${FAULTS[fault.code]} (${placeOf(fault)})`, foundBy),
    ...grouped(
      notes,
      ({ code }) => NOTES[code],
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
