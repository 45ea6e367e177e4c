// `preau ticket`: a written ask to show who may read a logbook, as the operator writes it down.
import type { CommandContext } from '../command.ts';
import { findLogbook } from '../directory/logbooks.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { findSchool } from '../directory/schools.ts';
import { actOf, datesNamed, lastDay, readArguments } from './arguments.ts';
import { endTicket, openTicket } from './tickets.ts';

const TICKET = '`preau ticket LOGBOOK PERSON --by PERSON --reference TEXT [--until DAY]`, or `--end` instead';

export async function ticketCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(TICKET, args, 2, ['by', 'reference', 'from', 'until', 'end!']);
  const [logbook = '', who = ''] = given.words;
  const reference = given.text('reference');
  if (given.text('by') === undefined || given.has('end') === (reference !== undefined)) throw given.wrong();
  const { school } = await findLogbook(db, logbook);
  const person = await personNamed(db, who);
  const act = { ...(await actOf(db, given)), logbook, person: person.id };
  if (reference === undefined) {
    await endTicket(db, act);
    return print(`${fullName(person)} ne voit plus qui peut lire ce cahier.`);
  }
  const { endsAt } = await openTicket(db, { ...act, ...(await datesNamed(db, given, school)), reference });
  const { zone } = await findSchool(db, school);
  print(`${fullName(person)} voit qui peut lire ce cahier, ${lastDay(endsAt, zone)}. Chaque consultation est tracée.`);
}
