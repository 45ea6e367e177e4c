// The French words of the export of a school to the national GAR: what leaves, what holds it back, what to do.
import type { FaultCode, NoteCode } from '../../../src/export/problems.ts';

const faults: Record<FaultCode, string> = {
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

const notes: Record<NoteCode, string> = {
  no_profile: 'personnes dont la fonction n’est pas admise par le GAR, qui ne les reçoit pas',
  account_closed: 'personnes dont le compte est fermé : le GAR ne les reçoit pas',
  no_assigner: 'personne ne peut y affecter de licences : nommez un responsable d’affectation qui a une adresse',
  assigner_without_mail:
    'responsables d’affectation sans adresse dans l’annuaire : le GAR ne les accepte pas ; l’adresse se corrige à la source',
  too_many_assigners: 'responsables d’affectation au-delà des 50 que le GAR accepte : retirez-en',
  group_renamed: 'groupes qui portent le code d’une division : le GAR les confondrait, un autre code leur est donné',
  subject_unknown: 'matières sans nom dans la nomenclature de l’académie',
  level_unknown:
    'niveaux sans code national (MEF, ou MEFSTAT4 dans le premier degré) : les élèves sont exportés sans eux',
  odd_uai: 'la lettre du code de l’établissement ne correspond pas à ses chiffres : vérifiez-le',
};

/** What can be counted of a school. */
interface Counts {
  readonly pupils: number;
  readonly staff: number;
  readonly groups: number;
  readonly assigners: number;
}

export const nationalGar = {
  title: 'Export vers le GAR national',
  heading: 'Export vers le GAR national',
  intro:
    'Chaque nuit, l’établissement envoie au GAR du ministère qui est élève, qui est personnel, et dans quelles classes : c’est ce qui permet d’y affecter des licences. Rien n’est dit des parents. Voici ce qui partirait maintenant.',
  none: 'Aucun de vos établissements n’est exporté vers le GAR national.',
  closed: 'Aucune convention n’est en vigueur : rien n’est exporté. La convention se signe avec l’académie.',
  ready: 'Rien ne retient l’établissement : il part à la prochaine nuit.',
  held: 'L’établissement est retenu : rien de lui ne part tant que ceci n’est pas corrigé, dans l’annuaire de l’académie le plus souvent.',
  toKnow: 'À savoir',
  faults,
  notes,
  since: (day: string) => `Exporté depuis le ${day}.`,
  sent: (day: string) => `Dernier envoi préparé le ${day}.`,
  neverSent: 'Aucun envoi n’a encore été préparé.',
  heldOn: (day: string) => `Retenu pour la dernière fois le ${day}.`,
  counts: ({ pupils, staff, groups, assigners }: Counts): readonly string[] => [
    pupils > 1 ? `${pupils} élèves` : `${pupils} élève`,
    staff > 1 ? `${staff} membres du personnel` : `${staff} membre du personnel`,
    groups > 1 ? `${groups} divisions et groupes` : `${groups} division ou groupe`,
    assigners > 1 ? `${assigners} responsables d’affectation` : `${assigners} responsable d’affectation`,
  ],
  /** How many of the same, and some of them. */
  found: (given: readonly string[]) => (given[1] ? `${given[0]} : ${given[1]}` : `${given[0]}`),
  toAssigners: 'Nommer les responsables d’affectation',
};
