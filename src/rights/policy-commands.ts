// The rules on the command line: which are in force and since when, and a logged decision made again.
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command.ts';
import { findSchool, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { DEFAULT_ZONE } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { whyTold } from './commands.ts';
import { presentVersion, readDocument } from './document.ts';
import { policy } from './policy.ts';
import { rulesAsDiagram, rulesInFrench } from './rendering.ts';
import { type Replay, replay } from './replay.ts';
import type { Action } from './rights.ts';
import { clock, endsOf, endsOfMissing, namesOf, wordOf } from './telling.ts';
import { activations, documentOfVersion } from './versions.ts';

const POLICY = '`preau policy [VERSION] [--json | --diagram]`';
const REPLAY = '`preau replay EVALUATION`';

/** `preau policy`: the rules in force, or those of a version; in French, as a diagram, or as their document. */
export async function policyCommand({ db, args, print }: CommandContext): Promise<void> {
  const { version, as } = readPolicyArguments(args);
  await requireKnown(db, version);
  const document = await documentOfVersion(db, version);
  if (as === 'json') return print(document);
  // ours in the order in which they are written, past ones in that of their document
  const rules = version === presentVersion ? policy : readDocument(document);
  if (as === 'diagram') {
    for (const line of rulesAsDiagram(rules)) print(line);
    return;
  }
  print(`Règles, version ${version}`);
  for (const line of await lifeOf(db, version)) print(line);
  for (const line of rulesInFrench(rules)) print(line);
}

/** A word that names no version is a slip, and no fault of what is kept. */
async function requireKnown(db: Db, version: string): Promise<void> {
  const known = [presentVersion, ...(await activations(db)).map((one) => one.version)];
  if (known.includes(version)) return;
  const versions = [...new Set(known)].map((one) => `\`${one}\``).join(', ');
  throw new Refusal('bad_argument', `no rules were in force as \`${version}\`: expected ${versions}`);
}

/** When a version came into force, and when another one followed. */
async function lifeOf(db: Db, version: string): Promise<string[]> {
  const all = await activations(db);
  const lives = all.flatMap((one, place) => (one.version === version ? [{ ...one, next: all[place + 1] }] : []));
  if (lives.length === 0) return ['  pas encore en vigueur ici : `preau migrate` ou `preau serve` la met en vigueur'];
  return lives.map(
    ({ at, next }) =>
      `  en vigueur depuis le ${told(at)}${next ? `, jusqu’au ${told(next.at)} (version ${next.version})` : ''}`,
  );
}

/** `preau replay`: what a decision was, what it gives, on which facts; `decision_differs` when it is not the same. */
export async function replayCommand({ db, args, print }: CommandContext): Promise<void> {
  const [id] = args;
  if (args.length !== 1 || !id || id.startsWith('-')) throw new Refusal('bad_argument', `expected ${REPLAY}`);
  const played = await replay(db, id);
  for (const line of await replayTold(db, played)) print(line);
  if (!played.same)
    throw new Refusal('decision_differs', `decision \`${id}\` is no longer what the rules of then give`, { id });
}

async function replayTold(db: Db, { logged, replayed, same }: Replay): Promise<string[]> {
  const { id, day, seq, at, client, request, subject, action, type, resource, allowed, rule, gate, motive } = logged;
  const school = replayed?.school ? await findSchool(db, replayed.school) : undefined;
  return [
    `Décision ${id} (ligne ${seq} du ${day}), le ${told(at, school)} (${new Date(at).toISOString()})`,
    `  demandée par ${client ?? 'un module inconnu'}, requête ${request ?? 'inconnue'}`,
    `  ${subject ?? 'une personne inconnue'}, ${action ?? 'une action inconnue'}, ${type ?? '…'} ${resource ?? 'inconnu'}`,
    ...(motive ? [`  motif : ${motive}`] : []),
    `  connaissance ${logged.revision ?? 'sans objet'}, règles ${logged.policy}`,
    `Répondu : ${allowed ? 'OUI' : 'NON'}${rule ? `, règle ${rule}` : ''}${gate ? ` (${GATES[gate]})` : ''}`,
    ...(replayed && school ? await replayedTold(db, replayed, { school, action: action as Action }) : []),
    same ? 'Même réponse.' : 'Réponse différente.',
  ];
}

async function replayedTold(
  db: Db,
  replayed: NonNullable<Replay['replayed']>,
  { school, action }: { school: School; action: Action },
): Promise<string[]> {
  const { allowed, reasons, resource, path = [], missing = [] } = replayed;
  const names = await namesOf(db, [...endsOf(path), ...endsOfMissing(missing)]);
  const rules = reasons.map(({ rule }) => rule).join(', ');
  return [
    `Rejoué (${wordOf(resource, action)}) : ${allowed ? `OUI, règles ${rules}` : 'NON'}`,
    ...whyTold(replayed, { resource, school, line: '', action, names }),
  ];
}

const GATES: Readonly<Record<NonNullable<Replay['logged']['gate']>, string>> = {
  unknown: 'ce qui était demandé n’est pas connu ici',
  withdrawn: 'le compte de la personne est suspendu ou fermé',
  not_served: 'le module ne sert pas cet établissement',
  not_its_person: 'le jeton du module parlait pour une autre personne',
  motive_missing: 'aucun motif n’était écrit',
  revision_unknown: 'le module connaissait un changement qui n’était pas encore connu ici',
};

/** An instant on a school's clock, or on that of Paris. */
function told(at: number, school?: School): string {
  return clock(at, school ?? ({ zone: DEFAULT_ZONE } as School));
}

function readPolicyArguments(args: readonly string[]): { version: string; as: 'french' | 'json' | 'diagram' } {
  const options = { json: { type: 'boolean' }, diagram: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [version = presentVersion, ...more] = positionals;
    if (more.length === 0 && !(values.json && values.diagram))
      return { version, as: values.json ? 'json' : values.diagram ? 'diagram' : 'french' };
  } catch {
    // told below, as for too many
  }
  throw new Refusal('bad_argument', `expected ${POLICY}`);
}
