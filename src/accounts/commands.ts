// Accounts on the command line.
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { Refusal } from '../errors.ts';
import { DEFAULT_ZONE } from '../facts/calendar.ts';
import { issueActivation } from './accounts.ts';
import { startReset } from './resets.ts';

const usage = (name: string) => `expected \`preau ${name} issue --person ID\``;

/** `preau activation issue --person ID` (a key, or `ACADEMY:EXTERNAL_ID`): prints a new code, once, with what its holder must do. */
export async function activationCommand({ db, args, print }: CommandContext): Promise<void> {
  const person = await personNamed(db, personAsked('activation', args));
  const { code, expiresAt } = await issueActivation(db, { person: person.id, actor: 'operator', at: Date.now() });
  const end = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: DEFAULT_ZONE }).format(expiresAt - 1);
  print(`Code d’activation de ${fullName(person)} : ${code}`);
  print(`Il sert une seule fois, jusqu’au ${end}, et remplace tout code délivré avant. Il ne sera plus affiché.`);
  print(
    `À remettre à cette personne seule. Sur la page « Activer mon compte », elle le saisit avec ${
      person.birthDate ? 'sa date de naissance' : 'son nom de famille'
    }, puis choisit son identifiant et son mot de passe.`,
  );
}

/** `preau reset issue --person ID`: prints a code, once, with which its holder chooses a new password. */
export async function resetCommand({ db, args, print }: CommandContext): Promise<void> {
  const person = await personNamed(db, personAsked('reset', args));
  const { code, expiresAt } = await startReset(db, { person: person.id, by: 'operator', at: Date.now() });
  const end = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: DEFAULT_ZONE }).format(expiresAt - 1);
  print(`Code de ${fullName(person)} pour choisir un nouveau mot de passe : ${code}`);
  print(`Il sert une seule fois, jusqu’au ${end}, et remplace tout code délivré avant. Il ne sera plus affiché.`);
  print(
    `À remettre à cette personne seule. Sur la page « Mot de passe oublié », elle le saisit avec ${
      person.birthDate ? 'sa date de naissance' : 'son nom de famille'
    }. Ses seconds moyens de connexion restent demandés.`,
  );
}

function personAsked(command: string, args: readonly string[]): string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { person: { type: 'string' } },
    });
    if (positionals.length === 1 && positionals[0] === 'issue' && values.person) return values.person;
  } catch {
    // an option that is not one
  }
  throw new Refusal('bad_argument', usage(command));
}
