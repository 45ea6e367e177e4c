// Writes an invented academy as the state would export it: OUT/2d and OUT/1d, the same for the same seed.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../errors.ts';
import { DEFAULT_YEAR_START, isDay } from '../../facts/calendar.ts';
import { dashed, isWanted } from '../coherence.ts';
import { sampleAcademy } from './academy.ts';
import { SAMPLE_ACADEMY, SAMPLE_DATE } from './cast.ts';
import type { SampleDays } from './cast-schools.ts';
import { type CategoryFiles, openCategory, type Spelling } from './files.ts';
import type { SampleSchool } from './model.ts';
import { levelRecords, pupilRecord, relativeRecord, schoolRecord, staffRecord, subjectRecords } from './records.ts';

export interface SampleOptions {
  /** How many schools, the three of the cast included. */
  readonly schools: number;
  /** What everything that is not the cast follows from. */
  readonly seed: number;
  /** One to three digits; by default one that no academy has. */
  readonly academy?: string | undefined;
  /** The day of the export, YYYYMMDD. Ages and dates of entry follow it. */
  readonly date?: string | undefined;
  readonly recordsPerFile?: number | undefined;
}

export interface SampleReport {
  /** The two folders written: one batch each. */
  readonly folders: { readonly secondDegree: string; readonly firstDegree: string };
  readonly schools: number;
  readonly pupils: number;
  readonly relatives: number;
  readonly staff: number;
}

/**
 * Writes the academy into a folder, created when absent. Memory holds one school at a time. Refuses `sample_exists` where
 * files of an export lie already: what is there and what is written would be read as one.
 */
export async function writeSampleFeed(out: string, options: SampleOptions): Promise<SampleReport> {
  const academy = (options.academy ?? SAMPLE_ACADEMY).padStart(3, '0');
  const date = options.date ?? SAMPLE_DATE;
  check({ ...options, academy, date });
  const folders = { secondDegree: join(out, '2d'), firstDegree: join(out, '1d') };
  for (const folder of Object.values(folders)) await requireNoExport(folder);
  const batches = {
    2: await openBatch(folders.secondDegree, 2, academy, date, options),
    1: await openBatch(folders.firstDegree, 1, academy, date, options),
  };
  const counts = { schools: 0, pupils: 0, relatives: 0, staff: 0 };
  for (const school of sampleAcademy(options.schools, options.seed, daysOf(date))) {
    await writeSchool(batches[school.degree], school, academy);
    counts.schools += 1;
    counts.pupils += school.pupils.length;
    counts.relatives += school.relatives.length;
    counts.staff += school.staff.length;
  }
  for (const batch of Object.values(batches)) for (const files of Object.values(batch)) await files.close();
  return { folders, ...counts };
}

interface Batch {
  readonly schools: CategoryFiles;
  readonly pupils: CategoryFiles;
  readonly relatives: CategoryFiles;
  readonly staff: CategoryFiles;
  readonly subjects?: CategoryFiles;
  readonly levels?: CategoryFiles;
}

const utf8: Spelling = { encoding: 'UTF-8', escapedTwice: false };
const latin9: Spelling = { encoding: 'ISO-8859-15', escapedTwice: false };
const bare: Spelling = { encoding: 'none', escapedTwice: false };

async function openBatch(
  folder: string,
  degree: 1 | 2,
  academy: string,
  date: string,
  options: SampleOptions,
): Promise<Batch> {
  const comment = [
    'versionAF="AAF-VE2407" versionSDET="Annexe 4bis version 6.4"',
    `codeAcademieExport="${Number(academy)}" degre="${degree}D"`,
    `dateGenerationExport="${date.slice(6)}/${date.slice(4, 6)}/${date.slice(0, 4)}"`,
  ].join(' ');
  const open = (category: string, attribute: string, value: string, spelling: Spelling) =>
    openCategory(folder, {
      prefix: `PREAU-ENT${degree}D_Complet_${date}`,
      category,
      operational: [attribute, value],
      comment,
      spelling,
      recordsPerFile: options.recordsPerFile ?? 10_000,
    });
  const people = {
    schools: open('EtabEducNat', 'categorieStructure', 'EtabEducNat', utf8),
    pupils: open('Eleve', 'categoriePersonne', 'Eleve', { encoding: 'UTF-8', escapedTwice: degree === 2 }),
    relatives: open('PersRelEleve', 'categoriePersonne', 'PersRelEleve', latin9),
    staff: open('PersEducNat', 'categoriePersonne', 'PersEducNat', bare),
  };
  if (degree === 1) return people;
  const subjects = open('MatiereEducNat', 'categorieMatiere', 'MatEducNat', utf8);
  const levels = open('MefEducNat', 'categorieMef', 'MefEducNat', bare);
  for (const record of subjectRecords()) await subjects.write(record);
  for (const record of levelRecords()) await levels.write(record);
  return { ...people, subjects, levels };
}

async function writeSchool(batch: Batch, school: SampleSchool, academy: string): Promise<void> {
  await batch.schools.write(schoolRecord(school, { academy }));
  for (const pupil of school.pupils) await batch.pupils.write(pupilRecord(pupil, school));
  for (const relative of school.relatives) await batch.relatives.write(relativeRecord(relative, school.degree));
  for (const staff of school.staff) await batch.staff.write(staffRecord(staff, school.degree));
}

/** Pupils come in on the first of September, or with the export when it is older. */
function daysOf(date: string): SampleDays {
  const day = dashed(date);
  const year = Number(date.slice(0, 4)) - (day.slice(5) >= DEFAULT_YEAR_START ? 0 : 1);
  const term = `${year}-09-01`;
  return { year, export: day, entry: term < day ? term : day };
}

async function requireNoExport(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = (await readdir(folder)).find(isWanted);
  if (file !== undefined)
    throw new Refusal('sample_exists', `expected a folder without XML files: \`${join(folder, file)}\` is there`, {
      file,
    });
}

function check({ schools, seed, academy, date }: SampleOptions & { academy: string; date: string }): void {
  if (!Number.isInteger(schools) || schools < 3 || schools > 9000)
    throw new Refusal('bad_argument', 'expected 3 to 9000 schools', { schools });
  if (!Number.isInteger(seed)) throw new Refusal('bad_argument', 'expected a whole number as the seed', { seed });
  if (!/^\d{3}$/.test(academy)) throw new Refusal('bad_argument', `expected an academy code, not \`${academy}\``);
  if (!/^\d{8}$/.test(date) || !isDay(dashed(date)))
    throw new Refusal('bad_argument', `expected a day as YYYYMMDD, not \`${date}\``);
}
