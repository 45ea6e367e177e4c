// Schools, by their UAI.

import { Refusal } from '../errors.ts';
import { DEFAULT_YEAR_START, DEFAULT_ZONE } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';

export interface School {
  readonly uai: string;
  readonly name: string;
  readonly kind: string;
  readonly degree: 1 | 2;
  readonly siren: string | null;
  readonly academy: string;
  /** `MM-DD`: the day its school year begins, on which last year's rights end. */
  readonly yearStart: string;
  readonly zone: string;
}

interface Row {
  uai: string;
  name: string;
  kind: string;
  degree: 1 | 2;
  siren: string | null;
  academy: string;
  year_start: string;
  zone: string;
}

/** SQL that gives the `id` and `school` of the school whose UAI an expression gives: a school is its own. */
export function selectSchool(key: string): string {
  return `select school.uai as id, school.uai as school from school where school.uai = ${key}`;
}

/** A school by its UAI; `unknown_school` when there is none. */
export async function findSchool(db: Db, uai: string): Promise<School> {
  const row = (await db('school').where({ uai }).first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_school', `no school has the UAI \`${uai}\``, { uai });
  return toSchool(row);
}

/** Schools by UAI, in the order of the UAI; all when no list is given. */
export async function listSchools(db: Db, uais?: readonly string[]): Promise<School[]> {
  const query = db('school').orderBy('uai');
  if (uais) query.whereIn('uai', [...uais]);
  return ((await query) as Row[]).map(toSchool);
}

/** Writes a school when it is new or has changed; what it decides for itself (its year, its zone) stays. */
export async function ensureSchool(
  tx: Db,
  school: { uai: string; name: string; kind: string; degree: 1 | 2; siren?: string | undefined; academy: string },
): Promise<{ school: School; written: boolean }> {
  const { uai, name, kind, degree, academy } = school;
  const siren = school.siren ?? null;
  const before = (await tx('school').where({ uai }).first()) as Row | undefined;
  if (!before)
    await tx('school').insert({
      uai,
      name,
      kind,
      degree,
      siren,
      academy,
      year_start: DEFAULT_YEAR_START,
      zone: DEFAULT_ZONE,
    });
  const changed =
    before && (before.name !== name || before.kind !== kind || before.degree !== degree || before.siren !== siren);
  if (changed) await tx('school').where({ uai }).update({ name, kind, degree, siren });
  return { school: await findSchool(tx, uai), written: !before || changed === true };
}

function toSchool(row: Row): School {
  const { uai, name, kind, degree, siren, academy, zone } = row;
  return { uai, name, kind, degree, siren, academy, yearStart: row.year_start, zone };
}
