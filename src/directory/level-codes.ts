// What a level is in the national statistics: the MEFSTAT11 of a MEF as an academy's export gives it, and the MEFSTAT4 made of it.
import { type Db, inPieces } from '../storage/storage.ts';
import { levelsOf } from './levels.ts';
import { findSchool, type School } from './schools.ts';

const TABLE = 'level_code';

/** A MEF and its MEFSTAT11, eleven characters each. */
export interface LevelCode {
  readonly code: string;
  readonly stat: string;
}

/** MEFSTAT11 by MEF, in one academy; levels of which no export has said it are left out. */
export async function levelCodes(db: Db, academy: string, levels: readonly string[]): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for (const piece of inPieces([...new Set(levels)]))
    for (const row of await db(TABLE).where({ academy }).whereIn('level', piece)) codes.set(row.level, row.stat);
  return codes;
}

/** Writes the codes that are new or have changed; returns their levels. One that is not said any more stays. */
export async function ensureLevelCodes(tx: Db, academy: string, codes: readonly LevelCode[]): Promise<string[]> {
  const present = await levelCodes(
    tx,
    academy,
    codes.map(({ code }) => code),
  );
  const fresh = codes.filter(({ code, stat }) => present.get(code) !== stat);
  for (const { code: level, stat } of fresh)
    await tx(TABLE).insert({ academy, level, stat }).onConflict(['academy', 'level']).merge();
  return fresh.map(({ code }) => code);
}

/** The MEFSTAT4 of pupils at a school, by person; of one alone when said. Whoever left may still be there. */
export async function shortLevelsOf(
  db: Db,
  where: { readonly school: string; readonly person?: string },
): Promise<ReadonlyMap<string, string>> {
  const levels = await levelsOf(db, where);
  if (levels.size === 0) return levels;
  const short = await shortLevels(db, await findSchool(db, where.school), [...levels.values()]);
  return new Map([...levels].flatMap(([person, level]) => (short.has(level) ? [[person, short.get(level)!]] : [])));
}

/** MEFSTAT4 by level, of the levels of a school; those that have none are left out. */
export async function shortLevels(
  db: Db,
  { academy, degree }: Pick<School, 'academy' | 'degree'>,
  levels: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const codes = degree === 2 ? await levelCodes(db, academy, levels) : undefined;
  const short = levels.map((level) => [level, codes ? codes.get(level)?.slice(0, 4) : firstDegree(level)] as const);
  return new Map(short.flatMap(([level, code]) => (code === undefined ? [] : [[level, code]])));
}

/** In the first degree no export says a MEFSTAT4: it follows from what the level is called. */
const named: readonly (readonly [name: RegExp, code: string])[] = [
  [/^(TPS|(TOUTE|TRES) PETITE SECTION)$/, '1110'],
  [/^(PS|PETITE SECTION)$/, '1111'],
  [/^(MS|MOYENNE SECTION)$/, '1112'],
  [/^(GS|GRANDE SECTION)$/, '1113'],
  [/^(CP|COURS PREPARATOIRE)$/, '1121'],
  [/^(CE ?1|COURS ELEMENTAIRE 1.*)$/, '1122'],
  [/^(CE ?2|COURS ELEMENTAIRE 2.*)$/, '1123'],
  [/^(CM ?1|COURS MOYEN 1.*)$/, '1124'],
  [/^(CM ?2|COURS MOYEN 2.*)$/, '1125'],
];

/** A level of the first degree by its name, with or without accents; or by a code that begins with its MEFSTAT4. */
function firstDegree(level: string): string | undefined {
  const plain = level.normalize('NFD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().toUpperCase();
  return /^(1[1-4]\d\d)\d*$/.exec(plain)?.[1] ?? named.find(([name]) => name.test(plain))?.[1];
}
