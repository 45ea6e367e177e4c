// Rights on the command line: why a person may or may not, and who may; today, on a past day, or over a period.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { fr } from '../../views/text/fr.ts';
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import type { School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { DEFAULT_ZONE, dayOf, startOfDay } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { categoriesAbout } from './about.ts';
import { type Explanation, explain } from './explain.ts';
import { type PastReader, whoBetween } from './history.ts';
import { familyOf } from './readers.ts';
import { type Action, type Reader, type When, who } from './rights.ts';
import {
  actionNamed,
  clock,
  endsOf,
  endsOfMissing,
  factTold,
  instantNamed,
  lackTold,
  type Names,
  namesOf,
  ruleWorded,
  type Setting,
  type Subject,
  subjectsNamed,
  until,
  wordOf,
} from './telling.ts';
import { whyNot } from './why.ts';

const EXPLAIN = '`preau explain PERSON ACTION RESOURCE [--school UAI] [--at INSTANT] [--why]`';
const ABOUT = '`preau about PERSON [--at INSTANT]`';
const WHO = '`preau who ACTION RESOURCE [--school UAI] [--at INSTANT | --from INSTANT --to INSTANT]`';

type Print = CommandContext['print'];

/** `preau explain`: the decision, its rule and its facts, or what each rule lacks; with `--why`, what the person is told. */
export async function explainCommand({ db, args, print }: CommandContext): Promise<void> {
  const { words, options, flags } = read(EXPLAIN, args, 3, ['at', 'school'], ['why']);
  const [name = '', wanted, key = ''] = words;
  const person = await personNamed(db, name);
  for (const [place, subject] of (await subjectsNamed(db, key, options.school)).entries()) {
    const action = actionNamed(subject.resource, wanted);
    if (place > 0) print('');
    print(subject.line);
    print(`${fullName(person)} (${person.id}), ${wordOf(subject.resource, action)} :`);
    await explainTo(db, { ...subject, person: person.id, action, at: options.at, toHolder: flags.has('why') }, print);
  }
}

async function explainTo(
  db: Db,
  asked: Subject & { person: string; action: Action; at: string | undefined; toHolder: boolean },
  print: Print,
): Promise<void> {
  const { person, action, at, toHolder, ...subject } = asked;
  const { resource, school } = subject;
  for (const [title, when] of readings(at, school)) {
    const told = await explain(db, { person, action, resource, when });
    const names = await namesOf(db, [...endsOf(told.path ?? []), ...endsOfMissing(told.missing ?? [])]);
    print('');
    print(`${title} : ${told.allowed ? 'OUI' : 'NON'} (révision ${told.revision})`);
    for (const line of whyTold(told, { ...subject, action, names })) print(line);
    if (!toHolder) continue;
    const no = await whyNot(db, { person, action, resource, when });
    const yes = told.rule && ruleWorded(resource, action, familyOf(told.rule) ?? told.rule);
    print(`  Ce que lit la personne : ${no ? `${no.fr} (${no.code})` : yes}`);
  }
}

/** `preau who`: every person whom a rule lets in, with each rule; over a period, with the intervals and the facts. */
export async function whoCommand({ db, args, print }: CommandContext): Promise<void> {
  const { words, options } = read(WHO, args, 2, ['at', 'from', 'to', 'school']);
  const [wanted, key = ''] = words;
  const { from, to, at } = options;
  if ((from === undefined) !== (to === undefined) || (at !== undefined && from !== undefined))
    throw new Refusal('bad_argument', `expected ${WHO}`);
  for (const [place, subject] of (await subjectsNamed(db, key, options.school)).entries()) {
    const action = actionNamed(subject.resource, wanted);
    if (place > 0) print('');
    print(subject.line);
    if (from !== undefined && to !== undefined) await tellPeriod(db, { ...subject, action, from, to }, print);
    else await tellInstant(db, { ...subject, action, at }, print);
  }
}

/** `preau about`: which categories of users may see data about a person, and never who. */
export async function aboutCommand({ db, args, print }: CommandContext): Promise<void> {
  const { words, options } = read(ABOUT, args, 1, ['at']);
  const person = await personNamed(db, words[0]!);
  print(`Données sur ${fullName(person)} (${person.id}), qui peut les voir :`);
  for (const [title, when] of readings(options.at, { zone: DEFAULT_ZONE })) {
    print('');
    print(`${title} :`);
    const found = await categoriesAbout(db, { person: person.id, when });
    const schools = await namesOf(
      db,
      found.map(({ school }) => school),
    );
    for (const { type, school, as, action, categories } of found) {
      const kind = action === 'read_archive' ? 'cahiers de textes dans l’archive' : KINDS[type];
      print(`  ${CONCERNS[as]}, ${kind}, ${schools.get(school) ?? school}`);
      const resource = { type, id: '' } as const;
      for (const rule of categories) print(`    ${rule} : ${ruleWorded(resource, action, rule)}`);
    }
    if (found.length === 0) print('  rien');
  }
}

const CONCERNS = { pupil: 'comme élève', author: 'comme auteur', absent: 'comme personne absente' } as const;
const KINDS = { logbook: 'cahiers de textes', lesson: 'cours', absence: 'absences' } as const;

async function tellInstant(
  db: Db,
  { resource, school, action, at }: Subject & { action: Action; at: string | undefined },
  print: Print,
): Promise<void> {
  const answers: Reader[][] = [];
  for (const [title, when] of readings(at, school)) {
    const readers = await who(db, { action, resource, when });
    answers.push(readers);
    print('');
    print(`${title} : ${readers.length} personne(s) peuvent ${wordOf(resource, action)}.`);
    for (const line of await readersTold(db, readers, school)) print(line);
  }
  const [enforced, known] = answers;
  if (!enforced || !known) return;
  const added = await readersTold(db, without(known, enforced), school);
  const removed = await readersTold(db, without(enforced, known), school);
  print('');
  print(`Appris depuis :${added.length + removed.length === 0 ? ' rien' : ''}`);
  for (const line of added) print(`  devait pouvoir :${line}`);
  for (const line of removed) print(`  ne devait pas pouvoir :${line}`);
}

function without(readers: readonly Reader[], others: readonly Reader[]): Reader[] {
  const theirs = new Set(others.map(({ person }) => person));
  return readers.filter(({ person }) => !theirs.has(person));
}

async function readersTold(db: Db, readers: readonly Reader[], school: School): Promise<string[]> {
  const names = await namesOf(
    db,
    readers.map(({ person }) => person),
  );
  const lines = readers.map(({ person, reasons }) => ({
    name: names.get(person) ?? person,
    person,
    why: reasons.map(({ rule, validUntil }) => `${rule}${until(validUntil, school)}`).join(', '),
  }));
  lines.sort((a, b) => a.why.localeCompare(b.why, 'fr') || a.name.localeCompare(b.name, 'fr'));
  return lines.map(({ name, person, why }) => `  ${name} (${person}) : ${why}`);
}

/** Both ends are read as they are written: a day stands for its beginning in `--from`, for its end in `--to`. */
async function tellPeriod(
  db: Db,
  { resource, school, action, ...period }: Subject & { action: Action; from: string; to: string },
  print: Print,
): Promise<void> {
  const { zone } = school;
  const from = instantNamed(period.from, school, (day) => startOfDay(day, zone));
  const to = instantNamed(period.to, school, (day) =>
    startOfDay(dayOf(startOfDay(day, zone) + 36 * 3_600_000, zone), zone),
  );
  for (const [title, reading] of [
    ['Appliqué', 'enforced'],
    ['Connu aujourd’hui', 'known'],
  ] as const) {
    const readers = await whoBetween(db, { action, resource, from, to, reading });
    const facts = readers.flatMap(({ held }) => held.flatMap(({ ways }) => ways.flatMap((way) => way.facts)));
    const names = await namesOf(db, [...readers.map(({ person }) => person), ...endsOf(facts)]);
    print('');
    print(
      `${title}, du ${clock(from, school)} au ${clock(to, school)} : ${readers.length} personne(s) ont pu ${wordOf(resource, action)}.`,
    );
    for (const line of readers.flatMap((reader) => periodTold(reader, { names, school }))) print(line);
  }
}

function periodTold({ person, held }: PastReader, { names, school }: Setting): string[] {
  return [
    `  ${names.get(person) ?? person} (${person})`,
    ...held.flatMap(({ rule, from, to, ways }) => [
      `    ${rule}, du ${clock(from, school)} au ${clock(to, school)}`,
      ...ways.flatMap(({ facts }) => facts.map((fact) => `      ${factTold(fact, { names, school })}`)),
    ]),
  ];
}

/** Now once; a past instant in both readings: what was enforced then, and what is known of it today. */
function readings(at: string | undefined, school: Pick<School, 'zone'>): [string, When][] {
  const now = Date.now();
  if (at === undefined) return [[`Aujourd’hui ${clock(now, school)}`, { at: now }]];
  const instant = instantNamed(at, school);
  return [
    [`Appliqué ce jour-là, ${clock(instant, school)}`, { enforcedOn: instant }],
    [`Connu aujourd’hui de ce jour-là, ${clock(instant, school)}`, { knownTodayOf: instant }],
  ];
}

export type Scene = Subject & { readonly action: Action; readonly names: Names };

/** Why, in French: the rule and its facts, or what each rule lacks. */
export function whyTold(told: Explanation, scene: Scene): string[] {
  return told.allowed ? whyYes(told, scene) : whyNo(told, scene);
}

function whyYes({ rule, path = [] }: Explanation, scene: Scene): string[] {
  const { resource, action } = scene;
  return [
    `  Règle ${rule} : ${ruleWorded(resource, action, rule!)}`,
    ...path.map((fact) => `    ${factTold(fact, scene)}`),
  ];
}

function whyNo({ missing = [], forbidden }: Explanation, scene: Scene): string[] {
  const { resource, action } = scene;
  const closed = forbidden ? [`  Restriction ${forbidden} : ${fr.forbids[forbidden]}`] : [];
  const lacking = missing.flatMap((one) => [
    `  Règle ${one.rule} : ${ruleWorded(resource, action, one.rule)}`,
    ...one.matched.map((fact) => `    établi : ${factTold(fact, scene)}`),
    `    il manque : ${lackTold(one, scene)}`,
    ...(one.lapsed ? [`    hors dates : ${factTold(one.lapsed, scene)}`] : []),
  ]);
  return [...closed, ...lacking];
}

function read<Name extends string>(
  usage: string,
  args: readonly string[],
  count: number,
  names: readonly Name[],
  more: readonly string[] = [],
): { words: string[]; options: Partial<Record<Name, string>>; flags: ReadonlySet<string> } {
  const texts = names.map((name) => [name, { type: 'string' }] as const);
  const flags = more.map((name) => [name, { type: 'boolean' }] as const);
  const options: ParseArgsConfig['options'] = Object.fromEntries([...texts, ...flags]);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const given: Readonly<Record<string, unknown>> = values;
    if (positionals.length === count)
      return {
        words: positionals,
        options: values as Partial<Record<Name, string>>,
        flags: new Set(more.filter((name) => given[name] === true)),
      };
  } catch {
    // told below, as for a wrong count
  }
  throw new Refusal('bad_argument', `expected ${usage}`);
}
