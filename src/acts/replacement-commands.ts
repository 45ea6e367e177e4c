// Replacements on the command line.
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { actOf, datesNamed, readArguments } from './arguments.ts';
import { endReplacement, recordReplacement } from './replacements.ts';

const REPLACE =
  '`preau replace UAI SUBSTITUTE REPLACED [--logbook KEY]... [--from DAY] [--until DAY] [--by HEAD]`, or `--end` instead of dates';

/** `preau replace`: a substitute takes over a teacher's logbooks, or no longer. */
export async function replaceCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(REPLACE, args, 3, ['logbook', 'from', 'until', 'by', 'end!']);
  const [school = '', one = '', other = ''] = given.words;
  const [substitute, replaced] = [await personNamed(db, one), await personNamed(db, other)];
  const named = given.texts('logbook');
  const asked = {
    ...(await actOf(db, given)),
    school,
    substitute: substitute.id,
    replaced: replaced.id,
    logbooks: named.length > 0 ? named : undefined,
  };
  const ended = given.has('end');
  const { logbooks } = ended
    ? await endReplacement(db, asked)
    : await recordReplacement(db, { ...asked, ...(await datesNamed(db, given, school)) });
  const done = ended ? 'ne remplace plus' : 'remplace';
  print(`${fullName(substitute)} ${done} ${fullName(replaced)} à ${school} : ${logbooks.length} cahier(s) changé(s).`);
}
