// Second factors on the command line: who holds what, and the operator's part in a code for somebody who has lost theirs.
import { parseArgs } from 'node:util';
import type { CommandContext } from '../../command.ts';
import { fullName, personNamed } from '../../directory/naming.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import type { Db } from '../../storage/storage.ts';
import { standingOf } from './factors.ts';
import { isTwoPersonsMatter } from './required.ts';
import { askFactorCode, type FactorCode, issueFactorCode, signFactorCode, underWay } from './school-codes.ts';

const USAGE = 'expected `preau factor show|code|sign --person ID`';

const acts = { show: shown, code: issued, sign: signed } as const;

/**
 * `preau factor show|code|sign --person ID` (a key, or `ACADEMY:EXTERNAL_ID`). For those of whom two persons decide, `code` asks
 * and somebody at a school signs; or somebody there has asked, and `sign` signs.
 */
export async function factorCommand({ db, args, print }: CommandContext): Promise<void> {
  const { act, id } = asked(args);
  const person = await personNamed(db, id);
  for (const line of await acts[act](db, person)) print(line);
}

type Named = Awaited<ReturnType<typeof personNamed>>;

async function shown(db: Db, person: Named): Promise<string[]> {
  const { factors, required, codesLeft } = await standingOf(db, person.id, Date.now());
  const must = required ? 'sa fonction l’exige' : 'facultatif pour cette personne';
  const codes = await underWay(db, person.id, Date.now());
  if (factors.length === 0) return [`${fullName(person)} n’a pas de second moyen de connexion (${must}).`];
  return [
    `${fullName(person)} (${must}) :`,
    ...factors.map(({ kind, addedAt }) => `  ${kinds[kind]}, depuis le ${dayOf(addedAt)}`),
    `  codes de secours restants : ${codesLeft}`,
    ...(codes ? [`  ${steps[codes.step]} le ${dayOf(codes.since)}`] : []),
  ];
}

const steps = {
  asked: 'code contre la perte demandé, à contresigner, depuis',
  issued: 'code contre la perte délivré',
} as const;

const kinds = { totp: 'application de codes', passkey: 'clé d’accès' } as const;

async function issued(db: Db, person: Named): Promise<string[]> {
  const giving = { person: person.id, by: 'operator', at: Date.now() };
  if (!(await isTwoPersonsMatter(db, person.id, giving.at))) return given(person, await issueFactorCode(db, giving));
  await askFactorCode(db, giving);
  return [
    `Demande enregistrée pour ${fullName(person)}. Pour cette fonction, il faut deux personnes.`,
    'Une personne habilitée de l’établissement la contresigne sur la page « Second moyen perdu » (/school/factors), sous trois',
    'jours : le code lui est alors montré, à elle. La personne concernée est avertie de la demande, puis du code.',
  ];
}

async function signed(db: Db, person: Named): Promise<string[]> {
  return given(person, await signFactorCode(db, { person: person.id, by: 'operator', at: Date.now() }));
}

function given(person: Named, { code, expiresAt }: FactorCode): string[] {
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

function asked(args: readonly string[]): { act: keyof typeof acts; id: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { person: { type: 'string' } },
    });
    const [act = ''] = positionals;
    if (positionals.length === 1 && Object.hasOwn(acts, act) && values.person)
      return { act: act as keyof typeof acts, id: values.person };
  } catch {
    // an option that is not one
  }
  throw new Refusal('bad_argument', USAGE);
}
