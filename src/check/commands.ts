// `preau check`: the answers of a school, in sentences or as JSON.
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { checkSchool } from './check.ts';

const USAGE = '`preau check UAI [--json]`';

/** `preau check`: prints every point with its evidence; refuses `check_failed` when one does not hold. */
export async function checkCommand({ db, args, print }: CommandContext): Promise<void> {
  const { uai, json } = read(args);
  const school = await findSchool(db, uai);
  const at = Date.now();
  const points = await checkSchool(db, uai, at);
  if (json) print(JSON.stringify({ school: uai, at: new Date(at).toISOString(), points }, null, 2));
  else {
    print(`${school.name} (${uai})`);
    for (const [place, { code, question, holds, evidence }] of points.entries()) {
      print('');
      print(`${place + 1}. ${question} (${code}) : ${holds ? 'OUI' : 'NON'}`);
      for (const line of evidence) print(`   ${line}`);
    }
  }
  const failed = points.filter(({ holds }) => !holds).map(({ code }) => code);
  if (failed.length > 0)
    throw new Refusal('check_failed', `expected every point to hold: \`${failed.join('`, `')}\``, { failed });
}

function read(args: readonly string[]): { uai: string; json: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [uai] = positionals;
    if (uai && positionals.length === 1) return { uai, json: values.json };
  } catch {
    // told below, as for a wrong count
  }
  throw new Refusal('bad_argument', `expected ${USAGE}`);
}
