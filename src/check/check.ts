// The check of a school: the six points that the unions ask of an installation, each with what shows it.
import { findSchool } from '../directory/schools.ts';
import type { Db } from '../storage/storage.ts';
import { openScene, type Point, type Scene } from './point.ts';
import { oneAccount } from './points/one-account.ts';
import { schoolWide } from './points/school-wide.ts';
import { team } from './points/team.ts';
import { validation } from './points/validation.ts';
import { workstation } from './points/workstation.ts';
import { writers } from './points/writers.ts';

export type { Point } from './point.ts';

/** The list, in its order. A point is one line here and one small file beside. */
const points: readonly ((scene: Scene) => Promise<Point>)[] = [
  oneAccount,
  writers,
  schoolWide,
  team,
  validation,
  workstation,
];

/** The answers of a school at an instant, from its facts and its configuration; `unknown_school` when there is none. */
export async function checkSchool(db: Db, uai: string, at: number): Promise<Point[]> {
  const scene = await openScene(db, await findSchool(db, uai), at);
  const answers: Point[] = [];
  for (const point of points) answers.push(await point(scene));
  return answers;
}
