// Assigners on the command line: what a head decided on paper is written down; the person answers on their own page all the same.
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { actOf, datesNamed, lastDay, readArguments } from './arguments.ts';
import { assignersAt, endNaming, nameAssigner } from './assigners.ts';

const USAGE = '`preau assigner UAI PERSON [--by PERSON] [--until DAY]`, or `--end` instead';

/** `preau assigner`: names somebody to give the licences of a school, once they have accepted; or ends that. */
export async function assignerCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(USAGE, args, 2, ['by', 'until', 'end!']);
  const [school = '', who = ''] = given.words;
  const { zone } = await findSchool(db, school);
  const person = await personNamed(db, who);
  const act = await actOf(db, given);
  if (!given.has('end')) {
    const { until } = await datesNamed(db, given, school);
    const named = await nameAssigner(db, { ...act, school, person: person.id, until });
    print(`${fullName(person)} est désigné à ${school}, ${lastDay(named.endsAt, zone)}.`);
    print(`Rien n’est ouvert sans son accord, attendu sur sa page avant le ${dayOf(named.waitsUntil, zone)}.`);
    return;
  }
  if (given.text('until') !== undefined) throw given.wrong();
  const live = (await assignersAt(db, school, act.at)).find(
    (one) => one.person === person.id && (one.standing === 'waiting' || one.standing === 'live'),
  );
  if (!live) throw new Refusal('nothing_to_end', 'expected a designation that has not ended');
  await endNaming(db, { ...act, designation: live.id });
  print(`${fullName(person)} n’affecte plus les licences de ${school}. Celles qui sont données restent.`);
}
