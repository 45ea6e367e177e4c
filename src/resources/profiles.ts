// The profile that the state knows a person by at a school, from the functions held there: one editable table.
import type { SchoolFunction } from '../facts/catalogue.ts';
import type { Fact } from '../facts/facts.ts';

/** The profiles that the GAR takes. Of relatives (TUT) and of the academy's own staff (ACA) it takes none. */
export const garProfiles = ['ELV', 'ENS', 'DOC', 'DIR', 'EVS', 'ETA', 'COL'] as const;

export type GarProfile = (typeof garProfiles)[number];

/**
 * What each function makes of its holder; `none` is not a person of the GAR. Public exporters agree but for these,
 * whose codes the import reads as follows (feed/aaf/functions.ts):
 * - INS, INJ (inspectors): ACA for one, ETA for the other. `none`: the GAR takes no ACA, and inspectors work nowhere.
 * - BED, FIJ (beginners, continuing training): ENS or EVS. `teacher`, hence ENS: they stand before pupils.
 * - AES, AEH (support of pupils): EVS or ETA. `assistant`, hence EVS, as other assistants of education.
 * - ASE, ASH, ORI (social, health, orientation): ETA or EVS. `administrative`, hence ETA: they follow no class.
 * - CIO, DCT: DOC for one, unknown to the other. Unknown to the import, which says so: nobody is named by them.
 * - DEC, DECPR (school directors): DIR for one, ENS and DIR for the other. ENS: a director is a teacher who also directs,
 *   and gives licences as an assigner, not by profile.
 */
export const profileOfFunction: Readonly<Record<SchoolFunction, GarProfile | 'none'>> = {
  head: 'DIR',
  deputy: 'DIR',
  librarian: 'DOC',
  teacher: 'ENS',
  direction: 'ENS',
  school_life: 'EVS',
  assistant: 'EVS',
  administrative: 'ETA',
  collectivity: 'COL',
  inspector: 'none',
};

/** The function at a school that a fact gives its subject, if any. */
export function functionIn({
  relation,
  properties,
}: Pick<Fact, 'relation' | 'properties'>): SchoolFunction | undefined {
  if (relation === 'post') return properties.function as SchoolFunction;
  if (relation === 'heads') return 'head';
  return relation === 'deputises' ? 'deputy' : undefined;
}

/**
 * Whoever holds several functions at a school is known there by the first of these: a deputy whom the state also calls a
 * teacher is a deputy, a librarian who teaches a librarian.
 */
const precedence: readonly GarProfile[] = ['DIR', 'DOC', 'ENS', 'EVS', 'ETA', 'COL'];

/** The one profile of somebody who holds these functions at a school; nothing when the GAR takes none of them. */
export function profileOf(
  held: Iterable<SchoolFunction>,
  table: Readonly<Record<SchoolFunction, GarProfile | 'none'>> = profileOfFunction,
): GarProfile | undefined {
  const profiles = new Set([...held].map((one) => table[one]));
  return precedence.find((profile) => profiles.has(profile));
}
