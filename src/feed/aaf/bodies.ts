// What Préau keeps of a record of each kind, as it is staged.
import type { Civility } from '../../directory/persons.ts';

export interface SchoolBody {
  readonly uai: string;
  readonly name: string;
  readonly kind: string;
  readonly siren?: string | undefined;
  readonly academy?: string | undefined;
  readonly classes: readonly (readonly [code: string, label: string])[];
  readonly groups: readonly (readonly [code: string, label: string])[];
}

export interface SubjectBody {
  readonly label: string;
}

export interface LevelBody {
  /** MEFSTAT11: what the level is in the national statistics. */
  readonly stat?: string | undefined;
}

export interface PersonBody {
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate?: string | undefined;
  readonly email?: string | undefined;
  readonly civility?: Civility | undefined;
}

/** A place in a class or a group: days are YYYY-MM-DD, the last one inside. */
export interface Place {
  readonly kind: 'class' | 'group';
  readonly school: string;
  readonly code: string;
  readonly label: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface PupilBody extends PersonBody {
  readonly school?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly places: readonly Place[];
  /** The MEF, or the name of the level in the first degree. */
  readonly level?: { readonly code: string; readonly label: string } | undefined;
  /** Ids of the legal representatives. */
  readonly guardians: readonly string[];
}

export interface Service {
  readonly kind: 'class' | 'group';
  readonly school: string;
  readonly code: string;
  readonly subject?: string | undefined;
}

export interface StaffBody extends PersonBody {
  readonly posts: readonly { readonly school: string; readonly code: string; readonly poste: string }[];
  readonly services: readonly Service[];
  readonly leads: readonly { readonly school: string; readonly code: string }[];
  readonly directs: readonly string[];
  readonly managedBy: readonly string[];
  readonly teacher: boolean;
}

export type Body = SchoolBody | SubjectBody | LevelBody | PersonBody | PupilBody | StaffBody | Record<string, never>;
