// The levels of the pupils of a school: the MEF and what it is called in the second degree, the MEFSTAT4 alone in the first.
import { levelCodes, shortLevels } from '../directory/level-codes.ts';
import { levelsAt, levelsOf } from '../directory/levels.ts';
import type { School } from '../directory/schools.ts';
import type { Db } from '../storage/storage.ts';
import type { Node } from './elements.ts';
import type { Note } from './problems.ts';
import type { Somebody } from './sheet.ts';

interface Drawn {
  readonly nodes: readonly Node[];
  readonly notes: readonly Note[];
}

/** A pupil by what the GAR knows them by, and the code of their level. */
interface Placed {
  readonly identifier: string;
  readonly level: string;
}

/** Draws the levels of those who are named; one that has no national code is told to the school, and left out. */
export async function drawLevels(db: Db, school: School, present: ReadonlyMap<string, Somebody>): Promise<Drawn> {
  const levels = await levelsOf(db, { school: school.uai });
  const placed = [...levels].flatMap(([person, level]): Placed[] => {
    const one = present.get(person);
    return one?.profile === 'ELV' ? [{ identifier: one.identifier, level }] : [];
  });
  const codes = [...new Set(placed.map(({ level }) => level))].sort();
  return school.degree === 1 ? first(db, school, placed, codes) : second(db, school, placed, codes);
}

async function first(db: Db, school: School, placed: readonly Placed[], codes: readonly string[]): Promise<Drawn> {
  const short = await shortLevels(db, school, codes);
  return {
    nodes: placed.flatMap(({ identifier, level }) => {
      const code = short.get(level);
      return code === undefined ? [] : [follows(school, identifier, { GARMEFSTAT4Code: code })];
    }),
    notes: unknown(codes.filter((code) => !short.has(code))),
  };
}

async function second(db: Db, school: School, placed: readonly Placed[], codes: readonly string[]): Promise<Drawn> {
  const labels = new Map((await levelsAt(db, school.uai)).map(({ code, label }) => [code, label]));
  const stats = await levelCodes(db, school.academy, codes);
  const nodes = codes.filter(isLevel).map(
    (code): Node => ({
      element: 'GARMEF',
      school: school.uai,
      values: {
        GARStructureUAI: school.uai,
        GARMEFCode: code,
        GARMEFLibelle: labels.get(code)?.trim() || `MEF ${code}`,
        GARMEFSTAT11: stats.get(code),
      },
    }),
  );
  const followed = placed
    .filter(({ level }) => isLevel(level))
    .map(({ identifier, level }) => follows(school, identifier, { GARMEFCode: level }));
  return { nodes: [...nodes, ...followed], notes: unknown(codes.filter((code) => !isLevel(code))) };
}

function follows(
  { uai }: School,
  identifier: string,
  code: { readonly GARMEFCode: string } | { readonly GARMEFSTAT4Code: string },
): Node {
  return {
    element: 'GARMEFCode' in code ? 'GARPersonMEF' : 'GARPersonMEFSTAT4',
    school: uai,
    values: { GARStructureUAI: uai, GARPersonIdentifiant: identifier, ...code },
  };
}

function unknown(codes: readonly string[]): Note[] {
  return codes.map((what) => ({ code: 'level_unknown', what }));
}

/** Eleven characters. */
function isLevel(code: string): boolean {
  return /^[0-9A-Z]{11}$/.test(code);
}
