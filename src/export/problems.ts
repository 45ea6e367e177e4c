// What is wrong with a school's sheet: faults hold the school back, notes tell it what is left out or made to fit.

/** What must never be sent. */
export const faultCodes = [
  'missing', // a value that must stand there does not
  'unexpected', // a value that its file does not know
  'too_long',
  'unwritable', // characters that XML cannot carry
  'twice', // two that are the same one
  'bad_uai',
  'bad_profile',
  'bad_status',
  'unknown_person', // named in a group, and nowhere else
  'unknown_group',
  'unknown_subject',
  'unknown_level',
  'other_school', // says something of another school
] as const;

export type FaultCode = (typeof faultCodes)[number];

export interface Fault {
  readonly code: FaultCode;
  /** The element and the field that it was found in. */
  readonly element: string;
  readonly field?: string;
  /** What the GAR would have known the person by, or the code of a group: enough to find it, and no name. */
  readonly what?: string;
}

export const noteCodes = [
  'no_profile', // works there as what the GAR does not take
  'account_closed',
  'no_assigner',
  'assigner_without_mail',
  'too_many_assigners',
  'group_renamed',
  'subject_unknown',
  'level_unknown',
  'odd_uai', // its letter does not follow from its digits
] as const;

export type NoteCode = (typeof noteCodes)[number];

export interface Note {
  readonly code: NoteCode;
  /** The key of the person it is about. */
  readonly person?: string;
  readonly what?: string;
}
