// Inspections on the command line: where an inspector may ask, who approves, and the requests themselves.
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import type { Db } from '../storage/storage.ts';
import { actOf, datesNamed, lastDay, readArguments } from './arguments.ts';
import {
  approveInspection,
  askInspection,
  endInspection,
  type Inspection,
  listInspections,
  refuseInspection,
} from './inspections.ts';
import { OPERATOR } from './offices.ts';
import { endAuthority, endTerritory, recordAuthority, recordTerritory } from './territories.ts';

const INSPECTOR =
  '`preau inspector PERSON --schools UAI,UAI [--specialty CODE] [--until DAY]`, or `--end` instead of dates';
const AUTHORITY = '`preau authority UAI PERSON --decision REFERENCE [--until DAY]`, or `--end` instead';
const verbs = {
  ask: '`preau inspection ask UAI INSPECTOR --motive TEXT [--teacher PERSON]... [--archives PERSON]... [--class CODE]... [--group CODE]... [--from DAY] [--until DAY]`',
  approve: '`preau inspection approve ID --by PERSON`',
  refuse: '`preau inspection refuse ID --by PERSON --reason TEXT`',
  end: '`preau inspection end ID [--by PERSON] [--reason TEXT]`',
  list: '`preau inspection list UAI`',
} as const;
const STATES: Record<Inspection['state'], string> = {
  asked: 'attend une réponse',
  approved: 'approuvée',
  refused: 'refusée',
  ended: 'terminée',
};

/** `preau inspector`: the schools about which an inspector may ask, and the subject. */
export async function inspectorCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(INSPECTOR, args, 1, ['schools', 'specialty', 'from', 'until', 'end!']);
  const schools = (given.text('schools') ?? '').split(',').filter(Boolean);
  const [first] = schools;
  if (!first) throw given.wrong();
  const person = await personNamed(db, given.words[0]!);
  const act = { person: person.id, schools, by: OPERATOR, at: Date.now() };
  const dates = await datesNamed(db, given, first);
  const ended = given.has('end');
  const written = ended
    ? await endTerritory(db, act)
    : await recordTerritory(db, { ...act, ...dates, specialty: given.text('specialty') ?? '' });
  const done = ended ? 'ne peut plus rien demander' : 'peut demander une inspection';
  print(`${fullName(person)} ${done} à ${schools.join(', ')}. ${told(written.schools)}`);
}

/** `preau authority`: who approves inspections in a school of the first degree. */
export async function authorityCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(AUTHORITY, args, 2, ['decision', 'from', 'until', 'end!']);
  const [school = '', who = ''] = given.words;
  const decision = given.text('decision');
  if (given.has('end') === (decision !== undefined)) throw given.wrong();
  const person = await personNamed(db, who);
  const act = { person: person.id, school, by: OPERATOR, at: Date.now() };
  const written =
    decision === undefined
      ? await endAuthority(db, act)
      : await recordAuthority(db, { ...act, ...(await datesNamed(db, given, school)), decision });
  const done = decision === undefined ? 'n’approuve plus' : 'approuve';
  print(`${fullName(person)} ${done} les inspections à ${school}. ${told(written.schools)}`);
}

/** `preau inspection`: asks, approves, refuses, ends and lists. */
export async function inspectionCommand(context: CommandContext): Promise<void> {
  const [verb = '', ...args] = context.args;
  if (!Object.hasOwn(acts, verb)) throw readArguments(Object.values(verbs).join(', '), [], 0, []).wrong();
  await acts[verb as keyof typeof verbs]({ ...context, args });
}

const acts: Record<keyof typeof verbs, (context: CommandContext) => Promise<void>> = {
  ask: async ({ db, config, args, print }) => {
    const given = readArguments(verbs.ask, args, 2, [
      'motive',
      'teacher',
      'archives',
      'class',
      'group',
      'from',
      'until',
    ]);
    const [school = '', who = ''] = given.words;
    const named = async (option: 'teacher' | 'archives') =>
      Promise.all(given.texts(option).map(async (name) => (await personNamed(db, name)).id));
    const inspection = await askInspection(db, {
      school,
      by: (await personNamed(db, who)).id,
      writtenDown: true,
      at: Date.now(),
      teachers: await named('teacher'),
      archives: await named('archives'),
      audiences: (['class', 'group'] as const).flatMap((kind) => given.texts(kind).map((code) => ({ kind, code }))),
      motive: given.text('motive') ?? '',
      mostDays: config.inspectionDays,
      ...(await datesNamed(db, given, school)),
    });
    print(`Demande ${inspection.id} enregistrée : elle n’ouvre rien avant d’être approuvée.`);
  },
  approve: async ({ db, config, args, print }) => {
    const given = readArguments(verbs.approve, args, 1, ['by']);
    const approved = await approveInspection(db, {
      ...(await actOf(db, given)),
      id: given.words[0]!,
      mostDays: config.inspectionDays,
    });
    const { zone } = await findSchool(db, approved.school);
    print(`Inspection ${approved.id} approuvée, ${lastDay(approved.endsAt, zone)}.`);
  },
  refuse: async ({ db, args, print }) => {
    const given = readArguments(verbs.refuse, args, 1, ['by', 'reason']);
    const reason = given.text('reason') ?? '';
    const refused = await refuseInspection(db, { ...(await actOf(db, given)), id: given.words[0]!, reason });
    print(`Demande ${refused.id} refusée.`);
  },
  end: async ({ db, args, print }) => {
    const given = readArguments(verbs.end, args, 1, ['by', 'reason']);
    const reason = given.text('reason');
    const ended = await endInspection(db, { ...(await actOf(db, given)), id: given.words[0]!, reason });
    print(`Inspection ${ended.id} terminée.`);
  },
  list: async ({ db, args, print }) => {
    const given = readArguments(verbs.list, args, 1, []);
    const { uai, zone } = await findSchool(db, given.words[0]!);
    const all = await listInspections(db, { school: uai });
    const names = await namesOf(db, all);
    for (const { id, inspector, state, endsAt, motive } of all)
      print(`${id}  ${names.get(inspector)}  ${STATES[state]}, ${lastDay(endsAt, zone)} : ${motive}`);
    print(`${all.length} demande(s) d’inspection à ${uai}.`);
  },
};

async function namesOf(db: Db, all: readonly Inspection[]): Promise<Map<string, string>> {
  const persons = await listPersons(
    db,
    all.map(({ inspector }) => inspector),
  );
  return new Map(persons.map((one) => [one.id, fullName(one)]));
}

function told(schools: readonly string[]): string {
  return schools.length > 0 ? `Enregistré pour ${schools.length} établissement(s).` : 'Rien à changer.';
}
