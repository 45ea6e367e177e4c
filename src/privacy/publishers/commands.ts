// Publishers on the command line: what each may be sent, what was sent, and who could open what: never about one person.
import { readArguments } from '../../acts/arguments.ts';
import type { CommandContext } from '../../command.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { isDay, localInstant } from '../../facts/calendar.ts';
import { arkOf, findResource } from '../../resources/registry.ts';
import type { When } from '../../rights/rights.ts';
import { type Openers, openersOf, type PublisherReport, publishersReport, type SentAlike } from './report.ts';

const USAGE =
  '`preau publishers [list] [--school UAI]`, `show PUBLISHER [--school UAI]` or `who ARK --school UAI [--on DAY]`';

/** `preau publishers`: sets of attributes and numbers of persons; what was sent of one of them is theirs to read. */
export async function publishersCommand(context: CommandContext): Promise<void> {
  const [first = 'list', ...rest] = context.args;
  const [verb, args] = first.startsWith('--') ? (['list', context.args] as const) : ([first, rest] as const);
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new Refusal('bad_argument', `expected ${USAGE}`);
  await run({ ...context, args });
}

const verbs: Readonly<Record<string, (context: CommandContext) => Promise<void>>> = {
  list: listCommand,
  show: showCommand,
  who: whoCommand,
};

async function listCommand({ db, args, print }: CommandContext): Promise<void> {
  const school = readArguments(USAGE, args, 0, ['school']).text('school');
  if (school !== undefined) await findSchool(db, school);
  const publishers = await publishersReport(db, { ...(school !== undefined && { school }) });
  for (const { id, name, resources } of publishers) print(`${id} : ${name}, ${resources.length} ressource(s)`);
  print(`${publishers.length} éditeur(s).`);
}

async function showCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(USAGE, args, 1, ['school']);
  const school = given.text('school');
  if (school !== undefined) await findSchool(db, school);
  const publishers = await publishersReport(db, { ...(school !== undefined && { school }) });
  const one = publishers.find(({ id }) => id === given.words[0]);
  if (!one) throw new Refusal('unknown_publisher', 'expected a publisher of the registry, SIREN_ISNI');
  for (const line of linesOf(one)) print(line);
}

function linesOf({ id, name, resources, declines }: PublisherReport): string[] {
  const told = { none: 'personne', few: 'moins de dix personnes' } as const;
  const count = typeof declines === 'number' ? `${declines} personnes` : told[declines];
  return [
    `${id} : ${name}`,
    `  ne veulent pas en être connus, dans tout l’ENT : ${count}`,
    ...resources.flatMap(({ resource, validated, sent }) => [
      `  ${resource.id} : ${resource.name}, ${states[resource.state]}`,
      `    déclaré : ${resource.declared.join(' ') || 'rien'}`,
      `    validé : ${validated.join(' ') || 'rien'}`,
      ...(sent.length > 0 ? sent.map((each) => `    envoyé : ${sentText(each)}`) : ['    envoyé : rien de gardé']),
    ]),
  ];
}

const states = {
  declared: 'attend sa validation',
  validated: 'validée',
  suspended: 'suspendue',
  withdrawn: 'retirée',
} as const;

function sentText({ attributes, many }: SentAlike): string {
  const whom = many ? `${many.persons} personnes, du ${many.first} au ${many.last}` : 'moins de dix personnes';
  return `${attributes.join(' ')}, à propos de ${whom}`;
}

async function whoCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(USAGE, args, 1, ['school', 'on']);
  const [uai, day] = [given.text('school'), given.text('on')];
  if (uai === undefined || (day !== undefined && !isDay(day))) throw given.wrong();
  const { zone } = await findSchool(db, uai);
  const { id } = await findResource(db, arkOf(given.words[0]!));
  const openers = (when: When) => openersOf(db, { school: uai, resource: id, when, sight: 'afar' });
  if (day === undefined) return print(`${id}, ${uai}, aujourd’hui : ${openersText(await openers({ at: Date.now() }))}`);
  const at = localInstant(day, '12:00', zone);
  print(`${id}, ${uai}, le ${day} à midi`);
  print(`  appliqué alors : ${openersText(await openers({ enforcedOn: at }))}`);
  print(`  connu aujourd’hui : ${openersText(await openers({ knownTodayOf: at }))}`);
}

const categories = {
  pupil: 'élèves',
  teacher: 'enseignants',
  librarian: 'professeurs documentalistes',
  staff: 'autres personnels',
} as const;

function openersText({ counts }: Openers): string {
  if (counts.length === 0) return 'personne';
  return counts
    .map(({ category, count }) => `${categories[category]} ${count === 'few' ? 'moins de dix' : count}`)
    .join(', ');
}
