// Circles on the command line: how many there are, and ending one by a decision. Nobody is named, and nobody is added.
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf } from '../facts/calendar.ts';
import { circlesOfSchool, endCircleByDecision, presentMembers } from './circles.ts';

const USAGE = '`preau circle list UAI`, or `preau circle end ID --decision REFERENCE`';

/** Counts under this are not told (rights.md, parameters). */
const SMALL = 10;

/** `preau circle`: lists those of a school, with how many are in each, and ends one. */
export async function circleCommand({ db, args, print }: CommandContext): Promise<void> {
  const at = Date.now();
  const { verb, key, decision } = read(args);
  if (verb === 'end') {
    await endCircleByDecision(db, { circle: key, at, decision: decision! });
    print('Ce cercle a pris fin.');
    return;
  }
  const { name, zone } = await findSchool(db, key);
  const circles = await circlesOfSchool(db, key, at);
  print(`${name} (${key}) : ${circles.length} cercle(s).`);
  for (const circle of circles) {
    const count = (await presentMembers(db, circle, at)).length;
    const members = count < SMALL ? `moins de ${SMALL} membres` : `${count} membres`;
    print(`${circle.id}  ${circle.name} : ${circle.purpose}, jusqu’au ${dayOf(circle.endsAt - 1, zone)}, ${members}`);
  }
}

function read(args: readonly string[]): { verb: 'list' | 'end'; key: string; decision: string | undefined } {
  const wrong = () => new Refusal('bad_argument', `expected ${USAGE}`);
  let parsed: { values: { decision?: string | undefined }; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options: { decision: { type: 'string' } }, allowPositionals: true });
  } catch {
    throw wrong();
  }
  const [verb, key = '', ...more] = parsed.positionals;
  const decision = parsed.values.decision?.trim();
  if (more.length > 0 || key === '' || (verb !== 'list' && verb !== 'end')) throw wrong();
  if ((verb === 'end') !== (decision !== undefined && decision !== '')) throw wrong();
  return { verb, key, decision };
}
