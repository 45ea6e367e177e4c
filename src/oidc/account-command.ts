// `preau account`: the state of one account and what happened to it; suspended, reopened or closed by the operator.
import { parseArgs } from 'node:util';
import { epochOf } from '../accounts/accounts.ts';
import { moveAccount, movesOf, type State, stateOf } from '../accounts/states.ts';
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { Refusal } from '../errors.ts';
import { DEFAULT_ZONE } from '../facts/calendar.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { endManySessions } from './farewells.ts';

const USAGE = 'expected `preau account show PERSON`, or `suspend`, `reopen` or `close PERSON --reason TEXT`';

const acts = { suspend: 'suspended', reopen: 'active', close: 'closed' } as const;

const words: Readonly<Record<State, string>> = {
  record: 'fiche sans compte',
  invited: 'invité : un code d’activation attend',
  active: 'actif',
  suspended: 'suspendu',
  closed: 'fermé',
};

const origins = {
  here: 'par son titulaire',
  school: 'par l’établissement',
  operator: 'par l’exploitant',
  system: 'par le service',
};

/** `preau account show | suspend | reopen | close PERSON [--reason TEXT]`. */
export async function accountCommand({ db, args, print }: CommandContext): Promise<void> {
  const { act, name, why } = asked(args);
  const person = await personNamed(db, name);
  const at = Date.now();
  if (act !== 'show') await move(db, { person: person.id, act, why, at });
  print(`Compte de ${fullName(person)} : ${words[await stateOf(db, person.id, at)]}`);
  if (act !== 'show') return;
  if ((await epochOf(db, person.id)) === undefined) print('Personne ne peut se connecter avec ce compte.');
  const day = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short', timeZone: DEFAULT_ZONE });
  for (const { before, after, from, at: when } of await movesOf(db, person.id))
    print(`  ${day.format(when)}  ${words[before]} → ${words[after]}, ${origins[from]}`);
}

/** Its sessions end with it; the modules are told by the nodes that run. */
async function move(
  db: Db,
  { person, act, why, at }: { person: string; act: keyof typeof acts; why: string; at: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await moveAccount(tx, { person, to: acts[act], actor: 'system', why, from: 'operator', at });
    await endManySessions(tx, tx.select(tx.raw('? as person', [person])));
  });
}

function asked(args: readonly string[]): { act: keyof typeof acts | 'show'; name: string; why: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { reason: { type: 'string' } },
    });
    const [act = '', name, ...more] = positionals;
    const why = values.reason?.trim() ?? '';
    if (name && more.length === 0 && (act === 'show' || (Object.hasOwn(acts, act) && why !== '' && why.length <= 200)))
      return { act: act as keyof typeof acts | 'show', name, why };
  } catch {
    // an option that is not one
  }
  throw new Refusal('bad_argument', USAGE);
}
