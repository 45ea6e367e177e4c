// School life and the secretariat on the command line.
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { actOf, datesNamed, type Given, readArguments } from './arguments.ts';
import {
  type Changed,
  closeClass,
  endSecretary,
  followClass,
  nameSecretary,
  openClass,
  unfollowClass,
} from './school-life.ts';

const OPEN =
  '`preau open-class UAI PERSON CODE --by HEAD [--pupil PUPIL] [--group] [--from DAY] [--until DAY]`, or `--end` instead of dates';
const FOLLOW =
  '`preau follow UAI PERSON CODE [--by HEAD] [--group] [--from DAY] [--until DAY]`, or `--end` instead of dates';
const SECRETARY =
  '`preau secretary UAI PERSON --by HEAD [--absences REFERENCE] [--from DAY] [--until DAY]`, or `--end` instead of dates';

/** `preau open-class`: the head opens the logbooks of a class to a person of school life. */
export async function openClassCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(OPEN, args, 3, ['by', 'pupil', 'group!', 'from', 'until', 'end!']);
  const [school = '', who = '', code = ''] = given.words;
  const person = await personNamed(db, who);
  const asked = { ...(await actOf(db, given)), school, person: person.id, audience: audienceNamed(given, code) };
  const pupil = given.text('pupil');
  const done = given.has('end')
    ? await closeClass(db, asked)
    : await openClass(db, {
        ...asked,
        ...(await datesNamed(db, given, school)),
        pupil: pupil && (await personNamed(db, pupil)).id,
      });
  print(`${fullName(person)} ${given.has('end') ? 'ne lit plus' : 'lit'} les cahiers de ${code}. ${told(done)}`);
}

/** `preau follow`: who follows a class in school life. */
export async function followCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(FOLLOW, args, 3, ['by', 'group!', 'from', 'until', 'end!']);
  const [school = '', who = '', code = ''] = given.words;
  const person = await personNamed(db, who);
  const asked = { ...(await actOf(db, given)), school, person: person.id, audience: audienceNamed(given, code) };
  const done = given.has('end')
    ? await unfollowClass(db, asked)
    : await followClass(db, { ...asked, ...(await datesNamed(db, given, school)) });
  print(`${fullName(person)} ${given.has('end') ? 'ne suit plus' : 'suit'} ${code}. ${told(done)}`);
}

/** `preau secretary`: who is the secretariat, and whether it writes absences. */
export async function secretaryCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(SECRETARY, args, 2, ['by', 'absences', 'from', 'until', 'end!']);
  const [school = '', who = ''] = given.words;
  const person = await personNamed(db, who);
  const asked = { ...(await actOf(db, given)), school, person: person.id };
  const dates = await datesNamed(db, given, school);
  const done = given.has('end')
    ? await endSecretary(db, asked)
    : await nameSecretary(db, { ...asked, ...dates, delegation: given.text('absences') });
  const what = given.has('end') ? 'ne tient plus' : 'tient';
  print(`${fullName(person)} ${what} le secrétariat de ${school}. ${told(done)}`);
}

function audienceNamed(given: Given, code: string): { kind: 'class' | 'group'; code: string } {
  return { kind: given.has('group') ? 'group' : 'class', code };
}

function told({ changed }: Changed): string {
  return changed ? 'Enregistré.' : 'Rien à changer.';
}
