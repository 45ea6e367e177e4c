// Restrictions on the command line: recorded with the reference of a decision, ended at once.
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { actorNamed, datesNamed, type Given, readArguments } from './arguments.ts';
import {
  admitParent,
  barFromChild,
  barFromLogbook,
  endAdmission,
  endEmancipation,
  type Recorded,
  recordEmancipation,
  recordObjection,
  unbarFromChild,
  unbarFromLogbook,
  withdrawObjection,
} from './restrictions.ts';

const RESTRICT =
  '`preau restrict UAI PERSON CHILD --decision REFERENCE [--from DAY] [--until DAY] [--by HEAD]`, with `--logbook KEY` for CHILD, with `--end` for the decision';
const ADMIT = '`preau admit UAI PARENT CHILD --decision REFERENCE [--until DAY] [--by HEAD]`, or `--end` instead';
const OBJECT = '`preau object PUPIL GUARDIAN --letter REFERENCE [--withdraw]`';
const EMANCIPATE = '`preau emancipate UAI PUPIL --decision REFERENCE [--by HEAD]`, or `--end` instead';

/** `preau restrict`: a person reads nothing of a child, or of a logbook, any more; or does again. */
export async function restrictCommand({ db, args, print }: CommandContext): Promise<void> {
  const onLogbook = args.includes('--logbook');
  const given = readArguments(RESTRICT, args, onLogbook ? 2 : 3, [
    'logbook',
    'decision',
    'from',
    'until',
    'by',
    'end!',
  ]);
  const [school = '', who = '', of = ''] = given.words;
  const decision = decisionNamed(given);
  const person = await personNamed(db, who);
  const act = { school, person: person.id, by: await actorNamed(db, given), at: Date.now() };
  const dates = await datesNamed(db, given, school);
  let recorded: Recorded;
  if (onLogbook) {
    const logbook = given.text('logbook') ?? '';
    recorded = decision
      ? await barFromLogbook(db, { ...act, ...dates, logbook, decision })
      : await unbarFromLogbook(db, { ...act, logbook });
  } else {
    const child = (await personNamed(db, of)).id;
    recorded = decision
      ? await barFromChild(db, { ...act, ...dates, child, decision })
      : await unbarFromChild(db, { ...act, child });
  }
  print(`${fullName(person)} ${decision ? 'ne lit plus rien' : 'lit de nouveau selon ses droits'}. ${told(recorded)}`);
}

/** `preau admit`: a parent without authority reads by the head's decision. */
export async function admitCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(ADMIT, args, 3, ['decision', 'from', 'until', 'by', 'end!']);
  const [school = '', who = '', of = ''] = given.words;
  const decision = decisionNamed(given);
  const person = await personNamed(db, who);
  const child = (await personNamed(db, of)).id;
  const act = { school, person: person.id, child, by: await actorNamed(db, given), at: Date.now() };
  const recorded = decision
    ? await admitParent(db, { ...act, ...(await datesNamed(db, given, school)), decision })
    : await endAdmission(db, act);
  print(`${fullName(person)} ${decision ? 'lit, par décision,' : 'ne lit plus'} à ${school}. ${told(recorded)}`);
}

/** `preau object`: writes down the signed letter of an adult pupil. */
export async function objectCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(OBJECT, args, 2, ['letter', 'withdraw!']);
  const [who = '', against = ''] = given.words;
  const letter = given.text('letter');
  if (letter === undefined) throw given.wrong();
  const pupil = await personNamed(db, who);
  const guardian = await personNamed(db, against);
  const withdraws = given.has('withdraw');
  const record = withdraws ? withdrawObjection : recordObjection;
  const recorded = await record(db, { by: pupil.id, guardian: guardian.id, at: Date.now(), letter });
  const done = withdraws ? 'ne s’oppose plus à la lecture par' : 's’oppose à la lecture par';
  print(`${fullName(pupil)} ${done} ${fullName(guardian)}. ${told(recorded)}`);
}

/** `preau emancipate`: a pupil is of age before eighteen. */
export async function emancipateCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(EMANCIPATE, args, 2, ['decision', 'by', 'end!']);
  const [school = '', who = ''] = given.words;
  const decision = decisionNamed(given);
  const pupil = await personNamed(db, who);
  const act = { school, child: pupil.id, by: await actorNamed(db, given), at: Date.now() };
  const recorded = decision ? await recordEmancipation(db, { ...act, decision }) : await endEmancipation(db, act);
  print(`${fullName(pupil)} ${decision ? 'est émancipé(e)' : 'n’est pas émancipé(e)'}. ${told(recorded)}`);
}

/** The reference, or none with `--end`: one of the two. */
function decisionNamed(given: Given): string | undefined {
  const decision = given.text('decision');
  if (given.has('end') === (decision !== undefined)) throw given.wrong();
  return decision;
}

function told({ schools, begun, ended }: Recorded): string {
  if (begun + ended === 0) return 'Rien à changer.';
  return `${begun} fait(s) commencé(s), ${ended} terminé(s), à ${schools.join(', ')}.`;
}
