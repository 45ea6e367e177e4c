// The invented schools around the cast's: each follows from the seed and its number alone, so none is kept in memory.
import { uaiOf } from '../uai.ts';
import { castSchools, type SampleDays } from './cast-schools.ts';
import { type Dice, diceFor, familyNames, givenNames, schoolNames } from './dice.ts';
import type { SampleLink, SamplePupil, SampleRelative, SampleSchool } from './model.ts';
import { groupsOf, type Shape, shapeOf } from './shape.ts';
import { staffOf } from './staff.ts';

/** Every school of the sample, the cast's three first. Of ten others, six are écoles, three collèges, one a lycée. */
export function* sampleAcademy(schools: number, seed: number, days: SampleDays): Generator<SampleSchool> {
  yield* castSchools(seed, days);
  for (let number = 3; number < schools; number += 1) yield inventSchool(number, seed, days);
}

const AGES = { ECOLE: 3, COLLEGE: 11, LYCEE: 15 } as const;

function inventSchool(number: number, seed: number, days: SampleDays): SampleSchool {
  const shape = shapeOf(number, seed);
  const { pupils, relatives } = populate(shape, seed, days);
  const groups = shape.kind === 'ECOLE' ? [] : groupsOf(shape);
  return {
    id: shape.id,
    uai: uaiOf(`099${1000 + number}`),
    name: diceFor(seed, 'name', number).pick(schoolNames).replaceAll('-', ' '),
    kind: shape.kind,
    degree: shape.kind === 'ECOLE' ? 1 : 2,
    classes: shape.classes,
    groups,
    pupils,
    relatives,
    staff: staffOf(shape, seed),
  };
}

function populate(shape: Shape, seed: number, days: SampleDays): Pick<SampleSchool, 'pupils' | 'relatives'> {
  const pupils: SamplePupil[] = [];
  const relatives = new Map<string, SampleRelative>();
  const count = shape.classes.length * shape.pupilsPerClass;
  for (let order = 0; order < count; order += 1) {
    const row = Math.floor(order / shape.pupilsPerClass);
    const home = homeOf(shape, order, seed);
    const dice = diceFor(seed, 'pupil', shape.number, order);
    const givenName = dice.pick(givenNames);
    const adult = shape.kind === 'LYCEE' && order % 17 === 4;
    const family = familyOf(seed, home, adult ? givenName : undefined);
    for (const relative of family.relatives) relatives.set(relative.id, relative);
    pupils.push({
      id: String(10_000_000 + shape.number * 5000 + order),
      givenName,
      familyName: family.name,
      birthDate: birthDate(shape, row, adult, days, dice),
      classes: [shape.classes[row]?.code ?? ''],
      groups: shape.kind !== 'ECOLE' && order % 2 === 0 ? groupOf(shape, row) : [],
      links: family.links,
      level: shape.kind === 'ECOLE' ? (shape.classes[row]?.label ?? '') : '',
      entered: days.entry,
    });
  }
  return { pupils, relatives: [...relatives.values()] };
}

function groupOf(shape: Shape, row: number): string[] {
  const group = groupsOf(shape)[Math.floor(row / 2)];
  return group ? [group.code] : [];
}

function birthDate(shape: Shape, row: number, adult: boolean, days: SampleDays, dice: Dice): string {
  const perLevel = shape.classes.length / shape.levels.length;
  const age = adult ? 19 : AGES[shape.kind] + Math.floor(row / perLevel);
  return `${days.year - age}-${two(1 + dice.roll(12))}-${two(1 + dice.roll(28))}`;
}

interface Home {
  readonly school: number;
  readonly order: number;
}

/**
 * The pupil whose family a pupil shares: in one of ten cases a brother or sister of the same school,
 * in one of five, in a collège, a brother or sister at the école of the sector.
 */
function homeOf(shape: Shape, order: number, seed: number): Home {
  if (order % 10 === 9) return { school: shape.number, order: order - 1 };
  if (shape.kind === 'COLLEGE' && order % 5 === 2) {
    const sector = shapeOf(shape.number - 6, seed);
    if (order < sector.classes.length * sector.pupilsPerClass) return { school: sector.number, order };
  }
  return { school: shape.number, order };
}

interface Family {
  readonly name: string;
  readonly relatives: readonly SampleRelative[];
  readonly links: readonly SampleLink[];
}

/** A family and how it is tied to its children; the awkward cases come at fixed distances. */
function familyOf(seed: number, { school, order }: Home, adultName: string | undefined): Family {
  const dice = diceFor(seed, 'family', school, order);
  const name = dice.pick(familyNames).replace('-', ' ');
  const relative = (place: 0 | 1, more: Partial<SampleRelative> = {}): SampleRelative => {
    const id = String(40_000_000 + (school * 5000 + order) * 2 + place);
    return { id, givenName: dice.pick(givenNames), familyName: name, email: `${id}@famille.example`, ...more };
  };
  const family = (...entries: readonly (readonly [SampleRelative, string, SampleLink['legal']])[]): Family => ({
    name,
    relatives: entries.map(([one]) => one),
    links: entries.map(([one, type, legal]) => ({ relative: one.id, type, legal })),
  });
  const first = relative(0);
  const second = relative(1, { familyName: order % 29 === 3 ? dice.pick(familyNames) : name });
  if (adultName !== undefined) return family([{ ...first, givenName: adultName }, '70', '1'], [second, '20', '0']);
  if (order % 61 === 13) return family();
  const service = { givenName: 'Service', familyName: "Aide Sociale à l'Enfance" };
  if (order % 37 === 5) return family([{ ...first, ...service }, '51', '1'], [second, '42', '0']);
  if (order % 41 === 7) return family([first, '10', '1'], [second, '39', '2']);
  if (order % 53 === 11) return family([first, '10', '1'], [second, '20', '0']);
  if (order % 47 === 19) return family([first, '1', '1'], [second, '2', '2']);
  return order % 3 === 0 ? family([first, '10', '1']) : family([first, '10', '1'], [second, '20', '1']);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
