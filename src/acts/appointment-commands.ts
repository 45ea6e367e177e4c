// Appointments on the command line: who administers the accounts of a school, and its data protection officer.
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { type Appointment, appoint, dismiss } from './appointments.ts';
import { datesNamed, readArguments } from './arguments.ts';
import { OPERATOR } from './offices.ts';

const usage = (name: string): string =>
  `\`preau ${name} UAI PERSON --decision REFERENCE [--from DAY] [--until DAY]\`, or \`--end\` instead`;

/** `preau administrator`: who issues codes and starts resets, beside those who run the school. */
export function administratorCommand(context: CommandContext): Promise<void> {
  return command(context, 'administers', { name: 'administrator', done: 'administre', ended: 'n’administre plus' });
}

/** `preau dpo`: who watches over the data of a school. */
export function dpoCommand(context: CommandContext): Promise<void> {
  return command(context, 'protects', {
    name: 'dpo',
    done: 'veille sur les données de',
    ended: 'ne veille plus sur les données de',
  });
}

async function command(
  { db, args, print }: CommandContext,
  what: Appointment,
  { name, done, ended }: { name: string; done: string; ended: string },
): Promise<void> {
  const given = readArguments(usage(name), args, 2, ['decision', 'from', 'until', 'end!']);
  const [school = '', who = ''] = given.words;
  const decision = given.text('decision');
  const until = given.text('until');
  if (given.has('end') === (decision !== undefined) || (given.has('end') && until !== undefined)) throw given.wrong();
  const person = await personNamed(db, who);
  const act = { person: person.id, school, by: OPERATOR, at: Date.now() };
  const { changed } =
    decision === undefined
      ? await dismiss(db, what, act)
      : await appoint(db, what, { ...act, ...(await datesNamed(db, given, school)), decision });
  const verb = decision === undefined ? ended : done;
  print(`${fullName(person)} ${verb} ${school}. ${changed ? 'Enregistré.' : 'Rien à changer.'}`);
}
