// Rights on the command line: why a person may or may not, and who may; today, or on a past day in both readings.
import { parseArgs } from 'node:util';
import { fr } from '../../views/text/fr.ts';
import { ruleSentence } from '../../views/text/rules.ts';
import type { CommandContext } from '../command.ts';
import { listAudiences } from '../directory/audiences.ts';
import { findLogbook, listLogbooks } from '../directory/logbooks.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool, listSchools, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf, isDay, startOfDay } from '../facts/calendar.ts';
import { catalogue } from '../facts/catalogue.ts';
import type { Fact, Properties } from '../facts/facts.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import { type Explanation, explain, type Missing } from './explain.ts';
import { type ActionOn, actionsOf, isActionOn, type RuleName, type When, who } from './rights.ts';

const EXPLAIN = '`preau explain PERSON ACTION LOGBOOK [--at DAY]`';
const WHO = '`preau who ACTION LOGBOOK [--at DAY]`';
const ACTIONS: Record<Action, string> = {
  read: 'lire',
  write: 'écrire',
  visa: 'viser',
  read_archive: "lire dans l'archive",
  grant: 'ouvrir à un collègue',
  request: "demander l'ouverture",
  validate: 'valider une ouverture',
  revoke: 'mettre fin à une ouverture',
  see_readers: 'voir qui peut lire',
};

type Action = ActionOn<'logbook'>;

/** `preau explain`: the decision, its rule and its facts, or what each rule lacks. */
export async function explainCommand({ db, args, print }: CommandContext): Promise<void> {
  const { given, at } = read(EXPLAIN, args, 3);
  const [name = '', wanted, key = ''] = given;
  const action = actionNamed(wanted);
  const person = await personNamed(db, name);
  const { id: logbook, school } = await describe(db, key, print);
  print(`${fullName(person)} (${person.id}), ${ACTIONS[action]} :`);
  for (const [title, when] of readings(at, school)) {
    const resource = { type: 'logbook', id: logbook } as const;
    const told = await explain(db, { person: person.id, action, resource, when });
    const names = await namesIn(db, [...(told.path ?? []), ...(told.missing ?? []).flatMap(factsOf)], told);
    print('');
    print(`${title} : ${told.allowed ? 'OUI' : 'NON'} (révision ${told.revision})`);
    for (const line of told.allowed ? whyYes(told, action, { names, school }) : whyNo(told, action, { names, school }))
      print(line);
  }
}

/** `preau who`: every person whom a rule lets in, with each rule. */
export async function whoCommand({ db, args, print }: CommandContext): Promise<void> {
  const { given, at } = read(WHO, args, 2);
  const [wanted, key = ''] = given;
  const action = actionNamed(wanted);
  const { id: logbook, school } = await describe(db, key, print);
  for (const [title, when] of readings(at, school)) {
    const readers = await who(db, { action, resource: { type: 'logbook', id: logbook }, when });
    const names = new Map(
      (
        await listPersons(
          db,
          readers.map(({ person }) => person),
        )
      ).map((one) => [one.id, fullName(one)]),
    );
    print('');
    print(`${title} : ${readers.length} personne(s) peuvent ${ACTIONS[action]}.`);
    const lines = readers.map(({ person, reasons }) => ({
      name: names.get(person) ?? person,
      person,
      why: reasons.map(({ rule, validUntil }) => `${rule}${until(validUntil, school)}`).join(', '),
    }));
    lines.sort((a, b) => a.why.localeCompare(b.why, 'fr') || a.name.localeCompare(b.name, 'fr'));
    for (const { name, person, why } of lines) print(`  ${name} (${person}) : ${why}`);
  }
}

/** Says which logbook it is; `unknown_logbook` when there is none. */
async function describe(db: Db, key: string, print: (line: string) => void): Promise<{ id: string; school: School }> {
  const { id, school } = await findLogbook(db, key);
  const [logbook] = await listLogbooks(db, [id]);
  const about = logbook!.subjectLabel ? `${logbook!.audienceLabel}, ${logbook!.subjectLabel}` : logbook!.audienceLabel;
  print(`Cahier de textes ${id} : ${about}, ${logbook!.schoolName} (${school}).`);
  return { id, school: await findSchool(db, school) };
}

/** Now once; a past instant in both readings: what was enforced then, and what is known of it today. */
function readings(at: string | undefined, school: School): [string, When][] {
  const now = Date.now();
  if (at === undefined) return [[`Aujourd’hui ${clock(now, school)}`, { at: now }]];
  const instant = instantNamed(at, school);
  return [
    [`Appliqué ce jour-là, ${clock(instant, school)}`, { enforcedOn: instant }],
    [`Connu aujourd’hui de ce jour-là, ${clock(instant, school)}`, { knownTodayOf: instant }],
  ];
}

interface Setting {
  readonly names: Names;
  readonly school: School;
}

function whyYes({ rule, path = [] }: Explanation, action: Action, { names, school }: Setting): string[] {
  return [`  Règle ${rule} : ${worded(action, rule!)}`, ...path.map((fact) => `    ${sentence(fact, names, school)}`)];
}

function whyNo({ missing = [], forbidden }: Explanation, action: Action, { names, school }: Setting): string[] {
  const closed = forbidden ? [`  Restriction ${forbidden} : ${fr.forbids[forbidden]}`] : [];
  const lacking = missing.flatMap(({ rule, matched, lacks, lapsed }) => [
    `  Règle ${rule} : ${worded(action, rule)}`,
    ...matched.map((fact) => `    établi : ${sentence(fact, names, school)}`),
    `    il manque : ${nameOf(lacks.subject, names)} ${catalogue[lacks.relation].french} ${nameOf(lacks.object, names)}${detailsOf(lacks)}`,
    ...(lapsed ? [`    hors dates : ${sentence(lapsed, names, school)}`] : []),
  ]);
  return [...closed, ...lacking];
}

function worded(action: Action, rule: RuleName): string {
  return ruleSentence(fr.rules, { type: 'logbook', action, rule });
}

function sentence(fact: Fact, names: Names, school: School): string {
  const dates = `depuis le ${clock(fact.validFrom, school)}${until(fact.validTo, school) || ', sans fin'}`;
  return `${nameOf(fact.subject, names)} ${catalogue[fact.relation].french} ${nameOf(fact.object, names)}${detailsOf(fact)}, ${dates} [${fact.source}]`;
}

function detailsOf({ properties = {} }: { readonly properties?: Properties }): string {
  const details = Object.entries(properties).map(([name, value]) => `${name} ${value}`);
  return details.length > 0 ? ` (${details.join(', ')})` : '';
}

type Names = ReadonlyMap<string, string>;

/** The names of everything that facts speak of; what has none keeps its key. */
async function namesIn(db: Db, facts: readonly Fact[], { missing = [] }: Explanation): Promise<Names> {
  const keys = [
    ...facts.flatMap((fact) => [fact.subject, fact.object]),
    ...missing.flatMap(({ lacks }) => [lacks.subject ?? [], lacks.object ?? []].flat()),
  ];
  const names = new Map<string, string>();
  for (const person of await listPersons(db, keys)) names.set(person.id, fullName(person));
  for (const school of await listSchools(db, keys)) names.set(school.uai, school.name);
  for (const audience of await listAudiences(db, keys)) names.set(audience.id, audience.label);
  for (const logbook of await listLogbooks(db, keys)) names.set(logbook.id, 'ce cahier');
  return names;
}

function factsOf({ matched, lapsed }: Missing): Fact[] {
  return lapsed ? [...matched, lapsed] : [...matched];
}

function nameOf(key: string | undefined, names: Names): string {
  return key === undefined ? '…' : (names.get(key) ?? key);
}

/** The end of what lasts: its last day when it ends at midnight, else the instant. */
function until(instant: number, school: School): string {
  if (instant >= FOREVER) return '';
  const midnight = startOfDay(dayOf(instant, school.zone), school.zone) === instant;
  return ` jusqu’au ${midnight ? clock(startOfDay(dayOf(instant - 1, school.zone), school.zone), school) : clock(instant, school)}`;
}

/** A day and, unless it is midnight, an hour, in the school's zone. */
function clock(instant: number, { zone }: School): string {
  const time = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(instant);
  const [year, month, day] = dayOf(instant, zone).split('-');
  return `${day}/${month}/${year}${time === '00:00' ? '' : ` ${time}`}`;
}

/** An instant, or a day, which stands for its noon at the school. */
function instantNamed(text: string, { zone }: School): number {
  if (isDay(text)) return startOfDay(text, zone) + 12 * 3_600_000;
  const zoned = isDay(text.slice(0, 10)) && /T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2})$/.test(text);
  const instant = zoned ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant))
    throw new Refusal('bad_argument', `expected a day such as 2026-11-12 or an instant with its zone, not \`${text}\``);
  return instant;
}

function actionNamed(text: string | undefined): Action {
  if (text !== undefined && isActionOn('logbook', text)) return text;
  const known = actionsOf('logbook').join('`, `');
  throw new Refusal('bad_argument', `expected one of the actions \`${known}\`, not \`${text}\``);
}

function read(usage: string, args: readonly string[], count: number): { given: string[]; at: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { at: { type: 'string' } },
      allowPositionals: true,
    });
    if (positionals.length === count) return { given: positionals, at: values.at };
  } catch {
    // told below, as for a wrong count
  }
  throw new Refusal('bad_argument', `expected ${usage}`);
}
