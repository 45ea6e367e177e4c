// A school on the command line: first degree, who teaches which class and whom a decision lets read; a workstation for families.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { endOfDay, isDay } from '../facts/calendar.ts';
import type { Outcome } from '../facts/facts.ts';
import { fullName, personNamed } from './naming.ts';
import { findSchool } from './schools.ts';
import { assignTeaching, endDirection, endTeaching, recordDirection } from './teaching.ts';
import { endWorkstations, recordWorkstation } from './workstations.ts';

const ASSIGN = '`preau assign UAI TEACHER CLASS [--subject CODE] [--end] [--by PERSON]`';
const DIRECTION = '`preau direction UAI PERSON --decision TEXT [--until DAY]`, or `--end` instead';
const WORKSTATION = '`preau workstation UAI --where TEXT [--until DAY]`, or `--end` instead';

/** `preau assign`: gives a class to a teacher, or takes it back. */
export async function assignCommand({ db, args, print }: CommandContext): Promise<void> {
  const { values, positionals } = read(ASSIGN, args, {
    subject: { type: 'string' },
    end: { type: 'boolean' },
    by: { type: 'string' },
  });
  const [uai, who, code, ...rest] = positionals;
  if (!uai || !who || !code || rest.length > 0) throw new Refusal('bad_argument', `expected ${ASSIGN}`);
  const teacher = await personNamed(db, who);
  const by = typeof values.by === 'string' ? (await personNamed(db, values.by)).id : 'operator';
  const subject = typeof values.subject === 'string' ? values.subject : undefined;
  const change = values.end ? endTeaching : assignTeaching;
  const audience = { kind: 'class', code } as const;
  const outcome = await change(db, { school: uai, teacher: teacher.id, audience, subject, by, at: Date.now() });
  const done = values.end ? `n’a plus la classe ${code}` : `a la classe ${code}`;
  print(`${fullName(teacher)} ${done}${subject ? ` en ${subject}` : ''}. ${told(uai, outcome)}`);
}

/** `preau direction`: records the decision that opens all the logbooks of a school to its director, or ends it. */
export async function directionCommand({ db, args, print }: CommandContext): Promise<void> {
  const { values, positionals } = read(DIRECTION, args, {
    decision: { type: 'string' },
    until: { type: 'string' },
    end: { type: 'boolean' },
  });
  const [uai, who, ...rest] = positionals;
  const { decision, until, end } = values;
  const one = end ? decision === undefined && until === undefined : typeof decision === 'string' && decision !== '';
  if (!uai || !who || rest.length > 0 || !one) throw new Refusal('bad_argument', `expected ${DIRECTION}`);
  const person = await personNamed(db, who);
  const { zone } = await findSchool(db, uai);
  const change = { school: uai, person: person.id, by: 'operator', at: Date.now() };
  const outcome = end
    ? await endDirection(db, change)
    : await recordDirection(db, { ...change, decision: String(decision), until: ending(until, zone) });
  const done = end ? 'ne lit plus tous les cahiers' : 'lit tous les cahiers, par décision,';
  print(`${fullName(person)} ${done} à ${uai}. ${told(uai, outcome)}`);
}

/** `preau workstation`: records where families without a device read the logbook, or that there is nowhere any more. */
export async function workstationCommand({ db, args, print }: CommandContext): Promise<void> {
  const { values, positionals } = read(WORKSTATION, args, {
    where: { type: 'string' },
    until: { type: 'string' },
    end: { type: 'boolean' },
  });
  const [uai, ...rest] = positionals;
  const { where, until, end } = values;
  if (!uai || rest.length > 0 || (typeof where === 'string') === (end === true) || (end && until !== undefined))
    throw new Refusal('bad_argument', `expected ${WORKSTATION}`);
  const { name, zone } = await findSchool(db, uai);
  const act = { school: uai, by: 'operator', at: Date.now() };
  const outcome = end
    ? await endWorkstations(db, act)
    : await recordWorkstation(db, { ...act, where: String(where), until: ending(until, zone) });
  print(
    `${name} : ${end ? 'plus de poste pour les familles' : `un poste pour les familles, ${where}`}. ${told(uai, outcome)}`,
  );
}

function told(school: string, { revision, begun, ended }: Outcome): string {
  const changed = begun + ended > 0 ? `${begun} fait(s) commencé(s), ${ended} terminé(s)` : 'rien à changer';
  return `${changed} ; révision ${school}:${revision}.`;
}

/** The first instant after a day. */
function ending(day: unknown, zone: string): number | undefined {
  if (day === undefined) return undefined;
  if (typeof day !== 'string' || !isDay(day))
    throw new Refusal('bad_argument', `expected a day such as 2027-06-30, not \`${day}\``);
  return endOfDay(day, zone);
}

function read(usage: string, args: readonly string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    throw new Refusal('bad_argument', `expected ${usage}`);
  }
}
