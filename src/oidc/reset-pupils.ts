// `preau reset-pupils`, and what the page of the school shares with it: the passwords of all pupils void, their sessions ended.
import { parseArgs } from 'node:util';
import { resetMany, type Wide } from '../accounts/bulk.ts';
import type { CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { endCards } from '../letters/cards.ts';
import type { Db } from '../storage/storage.ts';
import { endManySessions } from './farewells.ts';

const USAGE = 'expected `preau reset-pupils UAI …`, or `--academy CODE`';

/** Resets all the pupils of schools: nothing of what they signed in with goes on. See `resetMany`. */
export function resetPupils(
  db: Db,
  request: Wide & { actor: string; at: number; onSchool?: (school: string, accounts: number) => void },
): Promise<{ schools: number; accounts: number }> {
  return resetMany(db, { ...request, audience: 'pupils', also: [endManySessions, endCards] });
}

/** `preau reset-pupils UAI … | --academy CODE`: says how many accounts of each school were reset. */
export async function resetPupilsCommand({ db, args, print }: CommandContext): Promise<void> {
  const wide = wideAsked(args);
  const onSchool = (school: string, accounts: number): void => print(`${school}  ${accounts}`);
  const { schools, accounts } = await resetPupils(db, { ...wide, actor: 'system', at: Date.now(), onSchool });
  print(`Comptes d’élèves réinitialisés : ${accounts}, dans ${schools} établissement(s).`);
  print('Leurs sessions sont fermées. Chacun aura besoin d’un nouveau code : imprimez les lettres de chaque classe.');
}

function wideAsked(args: readonly string[]): Wide {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { academy: { type: 'string' } },
    });
    if (values.academy !== undefined && positionals.length === 0) return { academy: values.academy };
    if (values.academy === undefined && positionals.length > 0) return { schools: positionals };
  } catch {
    // an option that is not one
  }
  throw new Refusal('bad_argument', USAGE);
}
