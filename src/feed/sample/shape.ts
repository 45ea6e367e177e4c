// What an invented school looks like, from its number: enough for another school to refer to it.
import type { SampleSubject } from './cast.ts';
import { diceFor } from './dice.ts';
import type { SampleClass, SampleGroup, SampleSchool } from './model.ts';

export interface Shape {
  readonly number: number;
  readonly id: string;
  readonly kind: SampleSchool['kind'];
  readonly levels: readonly string[];
  readonly classes: readonly SampleClass[];
  readonly pupilsPerClass: number;
}

/** What a school looks like, from its number: enough for another school to refer to it. */
export function shapeOf(number: number, seed: number): Shape {
  const dice = diceFor(seed, 'shape', number);
  const place = (number - 3) % 10;
  const kind = place < 6 ? 'ECOLE' : place < 9 ? 'COLLEGE' : 'LYCEE';
  const levels = LEVELS[kind];
  const perLevel = { ECOLE: 1, COLLEGE: 4 + dice.roll(3), LYCEE: 6 + dice.roll(4) }[kind];
  const pupilsPerClass = { ECOLE: 21, COLLEGE: 24, LYCEE: 29 }[kind] + dice.roll(5);
  const classes = levels.flatMap((level, row) =>
    Array.from({ length: perLevel }, (_, column): SampleClass => {
      const letter = String.fromCharCode(65 + column);
      if (kind === 'ECOLE') return { code: String(100_000 + number * 10 + row), label: level };
      return { code: `${level}${kind === 'LYCEE' ? column + 1 : letter}`, label: `${level}EME ${letter}` };
    }),
  );
  return { number, id: String(1000 + number), kind, levels, classes, pupilsPerClass };
}

const LEVELS = {
  ECOLE: ['PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'],
  COLLEGE: ['6', '5', '4', '3'],
  LYCEE: ['2GT', '1G', 'T'],
} as const;

/** The subjects that a kind of school teaches. */
export const taught: Record<SampleSchool['kind'], readonly SampleSubject[]> = {
  ECOLE: [],
  COLLEGE: ['french', 'maths', 'english', 'history', 'biology', 'physics', 'sport', 'arts', 'technology'],
  LYCEE: ['french', 'maths', 'english', 'history', 'physics', 'sport', 'philosophy'],
};

/** One group of Spanish over each two classes of a level. */
export function groupsOf(shape: Shape): SampleGroup[] {
  const groups: SampleGroup[] = [];
  for (let first = 0; first + 1 < shape.classes.length; first += 2) {
    const pair = shape.classes.slice(first, first + 2).map((one) => one.code);
    groups.push({ code: `${pair[0]}ESP`, label: `ESPAGNOL ${pair.join(' & ')}`, classes: pair });
  }
  return groups;
}
