// The export to the national GAR on the command line: which schools, what would leave, and the nightly archives.
import { type Given, readArguments } from '../acts/arguments.ts';
import type { CommandContext } from '../command.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { functions, type SchoolFunction } from '../facts/catalogue.ts';
import { type GarProfile, garProfiles, profileOfFunction } from '../resources/profiles.ts';
import type { Degree } from './elements.ts';
import { type ExportReport, judgeSchool, type Profiles, writeExport } from './export.ts';
import { inFrench, listedInFrench, schoolInFrench } from './report.ts';
import { addSchools, exportedSchools, removeSchools } from './schools.ts';

const USAGE =
  '`preau gar-export add UAI,UAI`, `remove UAI,UAI`, `list`, `check UAI [--profile FUNCTION=PROFILE] [--json]`, or `write FOLDER [--degree 1|2] [--profile FUNCTION=PROFILE] [--keep DAYS] [--json]`';

/** `preau gar-export`. `write` ends badly when a school is held back: the archive of the others is there all the same. */
export async function garExportCommand(context: CommandContext): Promise<void> {
  const [verb = '', ...args] = context.args;
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new Refusal('bad_argument', `expected ${USAGE}`);
  if (context.config.garEnt === '')
    throw new Refusal('bad_setting', 'PREAU_GAR_ENT is missing: expected the idENT that the ministry gave');
  await run({ ...context, args });
}

const verbs: Readonly<Record<string, (context: CommandContext) => Promise<void>>> = {
  add: addCommand,
  remove: removeCommand,
  list: listCommand,
  check: checkCommand,
  write: writeCommand,
};

async function addCommand({ config, db, args, print }: CommandContext): Promise<void> {
  const schools = schoolsIn(readArguments(USAGE, args, 1, []));
  const added = await addSchools(db, { ent: config.garEnt, schools, by: 'operator', at: Date.now() });
  print(`${added} établissement(s) de plus exportés vers le GAR national, dès qu’une convention est en vigueur.`);
}

async function removeCommand({ config, db, args, print }: CommandContext): Promise<void> {
  const schools = schoolsIn(readArguments(USAGE, args, 1, []));
  const removed = await removeSchools(db, { ent: config.garEnt, schools, by: 'operator', at: Date.now() });
  print(`${removed} établissement(s) ne seront plus exportés : le GAR les oublie à l’envoi suivant.`);
}

async function listCommand({ config, db, args, print }: CommandContext): Promise<void> {
  readArguments(USAGE, args, 0, []);
  const schools = await exportedSchools(db, { ent: config.garEnt });
  for (const one of schools) print(listedInFrench(one));
  if (schools.length === 0) print('Aucun établissement n’est exporté.');
}

async function checkCommand({ config, db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(USAGE, args, 1, ['json!', 'profile']);
  const school = await findSchool(db, given.words[0]!);
  const terms = { ent: config.garEnt, key: config.keyFor('gar'), at: Date.now(), profiles: profilesIn(given) };
  const judged = await judgeSchool(db, school, terms);
  for (const line of given.has('json') ? [JSON.stringify(judged)] : schoolInFrench(judged)) print(line.trimStart());
  if (judged.state === 'held') throw new Refusal('export_held', `\`${school.uai}\` would be held back`);
}

async function writeCommand({ config, db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(USAGE, args, 1, ['degree', 'profile', 'keep', 'json!']);
  const keep = given.text('keep');
  if (keep !== undefined && !/^[1-9]\d{0,2}$/.test(keep)) throw given.wrong();
  const common = {
    ent: config.garEnt,
    key: config.keyFor('gar'),
    at: Date.now(),
    profiles: profilesIn(given),
    folder: given.words[0]!,
    by: 'operator',
    keepDays: keep === undefined ? undefined : Number(keep),
  };
  const reports: ExportReport[] = [];
  for (const degree of degreesIn(given)) {
    const report = await writeExport(db, { ...common, degree });
    reports.push(report);
    for (const line of given.has('json') ? [JSON.stringify(report)] : inFrench(report)) print(line);
  }
  const held = reports.flatMap(({ schools }) => schools).filter(({ state }) => state === 'held');
  if (held.length > 0) throw new Refusal('export_held', `${held.length} school(s) are held back`);
}

function schoolsIn(given: Given): string[] {
  const schools = given.words[0]!.split(',').map((uai) => uai.trim().toUpperCase());
  if (schools.includes('')) throw given.wrong();
  return schools;
}

function degreesIn(given: Given): readonly Degree[] {
  const degree = given.text('degree');
  if (degree === undefined) return [2, 1];
  if (degree !== '1' && degree !== '2') throw given.wrong();
  return [degree === '1' ? 1 : 2];
}

/** `--profile inspector=ETA`: what this operator makes of a function, over our table; `none` leaves its holders out. */
function profilesIn(given: Given): Profiles {
  const said = given.texts('profile').map((text): [SchoolFunction, GarProfile | 'none'] => {
    const [name, value = ''] = text.split('=');
    const held = functions.find((one) => one === name);
    const profile = value === 'none' ? value : garProfiles.find((one) => one === value.toUpperCase());
    // a pupil is one by attending, and by no function
    if (!held || !profile || profile === 'ELV') throw wrongProfile(text);
    return [held, profile];
  });
  return { ...profileOfFunction, ...Object.fromEntries(said) };
}

function wrongProfile(text: string): Refusal {
  const profiles = [...garProfiles.filter((one) => one !== 'ELV'), 'none'].join(', ');
  return new Refusal(
    'bad_argument',
    `expected FUNCTION=PROFILE, one of ${functions.join(', ')}, then one of ${profiles}, not \`${text}\``,
  );
}
