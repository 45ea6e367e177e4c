// What a school of the sample feed is made of, before it is written in the words of either degree.

export interface SampleLink {
  readonly relative: string;
  /** A code of N_LIEN_ELEVE_RESPONSABLE, old or new. */
  readonly type: string;
  /** `1` legal representative; `2` second one in the old codes, person in charge in the new; `0` none. */
  readonly legal: '0' | '1' | '2';
}

export interface SamplePerson {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
}

export interface SamplePupil extends SamplePerson {
  /** YYYY-MM-DD */
  readonly birthDate: string;
  readonly classes: readonly string[];
  readonly groups: readonly string[];
  readonly links: readonly SampleLink[];
  readonly level: string;
  /** YYYY-MM-DD */
  readonly entered: string;
  readonly left?: string | undefined;
}

export interface SampleRelative extends SamplePerson {
  readonly email?: string | undefined;
}

export interface SampleService {
  /** The id of the school in the export. */
  readonly school: string;
  readonly audience: string;
  /** A subject's code. */
  readonly subject: string;
}

export interface SamplePost {
  readonly school: string;
  readonly code: string;
  readonly label: string;
  readonly poste?: string;
  readonly posteLabel?: string;
}

export interface SampleStaff extends SamplePerson {
  readonly birthDate: string;
  /** The school that manages the person; a replacement zone for a replacement teacher. */
  readonly managedBy: string;
  readonly posts: readonly SamplePost[];
  readonly teacher: boolean;
  readonly classes: readonly SampleService[];
  readonly groups: readonly SampleService[];
  readonly leads: readonly { readonly school: string; readonly audience: string }[];
  /** Ids of the schools that the person directs (first degree). */
  readonly directs: readonly string[];
}

export interface SampleClass {
  readonly code: string;
  readonly label: string;
}

export interface SampleGroup extends SampleClass {
  readonly classes: readonly string[];
}

export interface SampleSchool {
  readonly id: string;
  readonly uai: string;
  readonly name: string;
  readonly kind: 'COLLEGE' | 'LYCEE' | 'ECOLE';
  readonly degree: 1 | 2;
  readonly classes: readonly SampleClass[];
  readonly groups: readonly SampleGroup[];
  readonly pupils: readonly SamplePupil[];
  readonly relatives: readonly SampleRelative[];
  readonly staff: readonly SampleStaff[];
}
