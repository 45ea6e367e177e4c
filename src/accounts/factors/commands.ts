// Second factors on the command line: who holds what, and a code for somebody who has lost theirs where nobody at school can help.
import { parseArgs } from 'node:util';
import type { CommandContext } from '../../command.ts';
import { fullName, personNamed } from '../../directory/naming.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import type { Db } from '../../storage/storage.ts';
import { standingOf } from './factors.ts';
import { issueFactorCode } from './school-codes.ts';

const USAGE = 'expected `preau factor code|show --person ID`';

/** `preau factor show|code --person ID` (a key, or `ACADEMY:EXTERNAL_ID`). */
export async function factorCommand({ db, args, print }: CommandContext): Promise<void> {
  const { act, id } = asked(args);
  const person = await personNamed(db, id);
  const lines = act === 'show' ? await shown(db, person) : await issued(db, person);
  for (const line of lines) print(line);
}

type Named = Awaited<ReturnType<typeof personNamed>>;

async function shown(db: Db, person: Named): Promise<string[]> {
  const { factors, required, codesLeft } = await standingOf(db, person.id, Date.now());
  const must = required ? 'sa fonction l’exige' : 'facultatif pour cette personne';
  if (factors.length === 0) return [`${fullName(person)} n’a pas de second moyen de connexion (${must}).`];
  return [
    `${fullName(person)} (${must}) :`,
    ...factors.map(({ kind, addedAt }) => `  ${kinds[kind]}, depuis le ${dayOf(addedAt)}`),
    `  codes de secours restants : ${codesLeft}`,
  ];
}

const kinds = { totp: 'application de codes', passkey: 'clé d’accès' } as const;

async function issued(db: Db, person: Named): Promise<string[]> {
  const { code, expiresAt } = await issueFactorCode(db, { person: person.id, by: 'system', at: Date.now() });
  const end = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short', timeZone: DEFAULT_ZONE });
  return [
    `Code pour ${fullName(person)} : ${code}`,
    `Il sert une seule fois, jusqu’au ${end.format(expiresAt)}, et remplace tout code délivré avant. Il ne sera plus affiché.`,
    'À remettre en main propre, après avoir vérifié qui le demande. Saisi après le mot de passe, il retire les seconds moyens',
    'de connexion de cette personne, qui en ajoute aussitôt un autre. Elle en est avertie par courriel si elle en a donné un.',
  ];
}

function dayOf(at: number): string {
  return new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: DEFAULT_ZONE }).format(at);
}

function asked(args: readonly string[]): { act: 'show' | 'code'; id: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { person: { type: 'string' } },
    });
    const [act] = positionals;
    if (positionals.length === 1 && (act === 'show' || act === 'code') && values.person)
      return { act, id: values.person };
  } catch {
    // an option that is not one
  }
  throw new Refusal('bad_argument', USAGE);
}
