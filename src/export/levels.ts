// The levels (MEF) of the pupils of a school, and what they are called. The first degree writes other codes, that we do not know.
import { levelsAt, levelsOf } from '../directory/levels.ts';
import type { School } from '../directory/schools.ts';
import type { Db } from '../storage/storage.ts';
import type { Node } from './elements.ts';
import type { Note } from './problems.ts';
import type { Somebody } from './sheet.ts';

/** Draws the levels of those who are named; one that is no MEF is told to the school, and left out. */
export async function drawLevels(
  db: Db,
  { uai, degree }: School,
  present: ReadonlyMap<string, Somebody>,
): Promise<{ nodes: readonly Node[]; notes: readonly Note[] }> {
  if (degree === 1) return { nodes: [], notes: [] };
  const levels = await levelsOf(db, { school: uai });
  const labels = new Map((await levelsAt(db, uai)).map(({ code, label }) => [code, label]));
  const held = [...levels].flatMap(([person, level]) => {
    const one = present.get(person);
    return one?.profile === 'ELV' ? [{ identifier: one.identifier, level }] : [];
  });
  const codes = [...new Set(held.map(({ level }) => level))].sort();
  const nodes = codes.filter(isLevel).map(
    (code): Node => ({
      element: 'GARMEF',
      school: uai,
      values: { GARStructureUAI: uai, GARMEFCode: code, GARMEFLibelle: labels.get(code)?.trim() || `MEF ${code}` },
    }),
  );
  const followed = held
    .filter(({ level }) => isLevel(level))
    .map(
      ({ identifier, level }): Node => ({
        element: 'GARPersonMEF',
        school: uai,
        values: { GARStructureUAI: uai, GARPersonIdentifiant: identifier, GARMEFCode: level },
      }),
    );
  const odd = codes.filter((code) => !isLevel(code));
  return { nodes: [...nodes, ...followed], notes: odd.map((what) => ({ code: 'level_unknown', what })) };
}

/** Eleven characters. */
function isLevel(code: string): boolean {
  return /^[0-9A-Z]{11}$/.test(code);
}
