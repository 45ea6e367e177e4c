// `preau upstream`: who else may say who people are, until when they sign with what, and what they read of us.
import { readFileSync } from 'node:fs';
import { readArguments } from '../acts/arguments.ts';
import { OPERATOR } from '../acts/offices.ts';
import type { CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { endProvider, recorded, recordProvider } from './providers.ts';
import { certificateIn, type Population, type Provider } from './sheet.ts';

const USAGE = '`preau upstream add SHEET.json`, `preau upstream list` or `preau upstream end ID`';

/** `preau upstream add|list|end` */
export async function upstreamCommand({ args: [verb = '', ...rest], ...context }: CommandContext): Promise<void> {
  const act = Object.hasOwn(acts, verb) ? acts[verb] : undefined;
  if (!act) throw new Refusal('bad_argument', `expected ${USAGE}`);
  const { words } = readArguments(USAGE, rest, act.takes, []);
  await act.run(context, words[0] ?? '');
}

type Context = Omit<CommandContext, 'args'>;

const acts: Readonly<Record<string, { takes: number; run: (context: Context, word: string) => Promise<void> }>> = {
  add: { takes: 1, run: add },
  list: { takes: 0, run: list },
  end: { takes: 1, run: end },
};

async function add({ db, print }: Context, file: string): Promise<void> {
  const { provider, isNew } = await recordProvider(db, readSheetFile(file), { actor: OPERATOR, at: Date.now() });
  print(`Fournisseur ${provider.id} ${isNew ? 'inscrit' : 'mis à jour'} : « ${provider.label} ».`);
  print(
    'À lui donner, sur l’adresse du service : /upstream/metadata (entityID et métadonnées), /upstream/acs (réponses).',
  );
}

async function list({ db, print }: Context): Promise<void> {
  const at = Date.now();
  const all = await recorded(db);
  if (all.length === 0) print('Aucun fournisseur d’identité : la page de connexion n’en propose pas.');
  for (const { provider, endedAt } of all) {
    const state = endedAt === undefined ? `« ${provider.label} »` : `fini le ${new Date(endedAt).toISOString()}`;
    print([provider.id, provider.protocol, populations[provider.population], provider.entityId, state].join('\t'));
    if (endedAt === undefined) for (const line of certificateLines(provider, at)) print(`  ${line}`);
  }
}

async function end({ db, print }: Context, id: string): Promise<void> {
  await endProvider(db, id, { actor: OPERATOR, at: Date.now() });
  print(`Fournisseur ${id} retiré : il ne connecte plus personne dans la seconde. Les comptes restent.`);
}

const populations: Readonly<Record<Population, string>> = { families: 'familles et élèves', staff: 'personnels' };

function certificateLines({ certificates }: Provider, at: number): string[] {
  return certificates.flatMap((text) => {
    const certificate = certificateIn(text);
    if (!certificate) return [];
    const ends = Date.parse(certificate.validTo);
    return [`certificat ${ends > at ? 'bon jusqu’au' : 'FINI depuis le'} ${new Date(ends).toISOString()}`];
  });
}

function readSheetFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Refusal('bad_argument', `expected a JSON file that can be read at \`${file}\``);
  }
}
