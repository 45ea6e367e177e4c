// What can be wrong with one record, each with a stable code and its French words.

/** Stable codes. A problem loses a value or, when it touches identity or structure, sets the record aside. */
export const problems = {
  ID_MISMATCH: 'l’identifiant est absent, mal formé, ou diffère d’un endroit à l’autre de la fiche',
  ID_DUPLICATE_IN_BATCH: 'le même identifiant figure plusieurs fois dans l’export',
  ID_REUSED:
    'l’identifiant désignait jusqu’ici une autre personne ; si c’est la même, relancez avec --same et cet identifiant',
  NO_NAME: 'le nom ou le prénom manque',
  BAD_DATE: 'la date n’existe pas ou n’est pas écrite jj/mm/aaaa',
  BAD_PARTS: 'la valeur n’a pas le nombre de parties attendu',
  BAD_VALUE: 'la valeur n’est pas de celles que l’annuaire connaît',
  BAD_UAI: 'le numéro UAI est absent ou sa lettre est fausse',
  UAI_ELSEWHERE: 'le numéro UAI est celui d’un établissement d’une autre académie ou d’un autre degré',
  UNKNOWN_ETAB: 'l’établissement cité n’est pas dans l’export',
  UNKNOWN_RELATIVE: 'le responsable cité n’est pas dans l’export',
  UNKNOWN_SUBJECT: 'la matière citée n’est pas dans l’export',
  UNKNOWN_FUNCTION: 'la fonction n’est pas connue',
  UNKNOWN_LINK_TYPE: 'le type de lien de parenté n’est pas connu',
  SELF_RELATIVE: 'l’élève figure parmi ses propres responsables',
  NO_LEGAL_REP: 'l’élève mineur n’a aucun représentant légal',
  ORPHAN_RELATIVE: 'la fiche de responsable n’est liée à aucun élève par l’autorité parentale',
  ENCODING: 'la valeur contient des caractères impossibles : encodage faux',
} as const;

export type ProblemCode = keyof typeof problems;

export interface Problem {
  readonly code: ProblemCode;
  readonly attribute?: string | undefined;
  /** Whether the whole record is set aside; otherwise the value alone is lost, or nothing is. */
  readonly quarantine: boolean;
}
