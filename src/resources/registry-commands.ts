// Resources on the command line: recorded from a file, validated datum by datum, suspended, withdrawn, listed, shown.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Command, CommandContext } from '../command.ts';
import type { ResourceAudience } from '../directory/offers.ts';
import { Refusal } from '../errors.ts';
import { inTransaction } from '../storage/storage.ts';
import { readArguments } from './arguments.ts';
import { type AttributeName, isAttribute } from './attributes.ts';
import {
  findResource,
  listResources,
  type NewResource,
  type Resource,
  recordResource,
  releasable,
  suspendResource,
  validateResource,
  withdrawResource,
} from './registry.ts';
import { type Audience, publics } from './sheet.ts';

const USAGE =
  '`preau resource add FILE.json`, `validate ARK --attributes "IDO UAI PRO" [--url ADDRESS] [--schools click|all]`, `suspend ARK`, `withdraw ARK`, `show ARK` or `list [--publisher SIREN_ISNI]`';

/** `preau resource`: what publishers declared, and what was validated of it. */
export const resourceCommand: Command = async (context) => {
  const [verb = '', ...args] = context.args;
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new Refusal('bad_argument', `expected ${USAGE}`);
  await run({ ...context, args });
};

const verbs: Readonly<Record<string, Command>> = {
  add: addCommand,
  validate: validateCommand,
  suspend: suspendCommand,
  withdraw: withdrawCommand,
  list: listCommand,
  show: showCommand,
};

const party = z.strictObject({ id: z.string(), name: z.string() });
const terms = z.array(z.strictObject({ uri: z.string(), nom: z.string() })).default([]);

/** A resource as a file gives it; attributes by the names of `AttributeName`, and whom it is free for by those of `publicCible`. */
const described = z.strictObject({
  id: z.string(),
  name: z.string(),
  publisher: party,
  url: z.string(),
  presentation: z.enum(['MAN', 'MUL', 'PRO']).default('MUL'),
  declared: z.array(z.string().refine(isAttribute)).default([]),
  sector: z.enum(['publisher', 'resource']).default('publisher'),
  schools: z.enum(['click', 'all']).default('click'),
  free: z.array(z.enum(Object.keys(publics) as Audience[])).default([]),
  details: z
    .strictObject({
      description: z.string().optional(),
      thumbnail: z.string().optional(),
      typePedagogique: terms,
      typologieDocument: terms,
      niveauEducatif: terms,
      domaineEnseignement: terms,
      distributeurTech: z.string().optional(),
      validateurTech: z.string().optional(),
      nomDistributeurTech: z.string().optional(),
      distributeursCom: z.array(party).optional(),
      mereFamille: z.string().optional(),
    })
    .prefault({}),
});

/** One resource, or a list of them: each that is wrong is named by its place, and none is recorded then. */
async function addCommand({ db, args, print }: CommandContext): Promise<void> {
  const [file] = read(args, 1, {}).words;
  const resources = resourcesIn(await contentOf(file!));
  const at = Date.now();
  const done = await inTransaction(db, async (tx) => {
    const changes: boolean[] = [];
    for (const resource of resources)
      changes.push((await recordResource(tx, { ...resource, by: 'operator', at })).changed);
    return changes;
  });
  for (const [place, changed] of done.entries()) {
    const now = await findResource(db, resources[place]!.id);
    print(changed ? `Ressource enregistrée. ${told(now)}` : `Rien à changer. ${told(now)}`);
    if (now.state === 'declared') print(`  À valider : preau resource validate ${now.id} --attributes "…"`);
    else for (const line of waiting(now)) print(`  ${line}`);
  }
}

/** What is declared and not validated, so that it counts for nothing. */
function waiting({ asked, url, ...one }: Resource): string[] {
  const never = one.declared.filter((name) => !releasable(one).includes(name));
  return [
    ...(never.length > 0 ? [`Déclaré, pas validé, donc jamais transmis : ${never.join(' ')}`] : []),
    ...(asked?.url !== undefined ? [`Adresse déclarée, pas encore validée : ${asked.url} (jusque-là : ${url})`] : []),
    ...(asked?.schools !== undefined
      ? ['Tous les établissements sont demandés, ce qui n’est pas validé : seul celui d’où l’on vient est transmis']
      : []),
  ];
}

async function validateCommand({ db, args, print }: CommandContext): Promise<void> {
  const { words, values } = read(args, 1, { attributes: 'string', url: 'string', schools: 'string' });
  const schools = (['click', 'all'] as const).find((one) => one === values.schools);
  if (schools !== values.schools) throw new Refusal('bad_argument', 'expected `--schools` to be `click` or `all`');
  if (values.attributes === undefined) throw new Refusal('bad_argument', `expected ${USAGE}`);
  const attributes = values.attributes.split(/[\s,]+/).filter(Boolean);
  const wrong = attributes.find((name) => !isAttribute(name));
  if (wrong !== undefined) throw new Refusal('bad_argument', `expected names of attributes, and not \`${wrong}\``);
  const named = { url: values.url, schools };
  const act = { id: words[0]!, attributes: attributes as AttributeName[], ...named, by: 'operator', at: Date.now() };
  await validateResource(db, act).catch(async (error) => {
    if (error instanceof Refusal && error.code === 'resource_waits')
      for (const line of toName(await findResource(db, act.id))) print(line);
    throw error;
  });
  const now = await findResource(db, act.id);
  print(`Ressource validée. Elle reçoit, et rien d’autre : ${releasable(now).join(' ')}.`);
  print(`  Adresse : ${now.url}`);
  print(`  ${schoolsTold(now)}`);
}

/** What waits, and by which words each is validated, or goes on waiting. */
function toName({ asked, url }: Resource): string[] {
  return [
    ...(asked?.url !== undefined
      ? [
          `Une autre adresse attend : --url ${asked.url} la valide, --url ${url} garde celle d’avant, et l’autre attend encore.`,
        ]
      : []),
    ...(asked?.schools !== undefined
      ? [
          'L’envoi de tous les établissements attend : --schools all le valide, --schools click garde celui d’où l’on vient, et l’autre attend encore.',
        ]
      : []),
  ];
}

function schoolsTold({ schools }: Resource): string {
  return `Établissement transmis : ${schools === 'click' ? 'celui d’où l’on vient' : 'tous ceux où elle est ouverte'}`;
}

async function suspendCommand({ db, args, print }: CommandContext): Promise<void> {
  const [id] = read(args, 1, {}).words;
  await suspendResource(db, { id: id!, by: 'operator', at: Date.now() });
  print(
    'Ressource suspendue : elle ne s’ouvre plus nulle part, et ne reçoit plus rien, jusqu’à une nouvelle validation.',
  );
}

async function withdrawCommand({ db, args, print }: CommandContext): Promise<void> {
  const [id] = read(args, 1, {}).words;
  await withdrawResource(db, { id: id!, by: 'operator', at: Date.now() });
  print('Ressource retirée, pour toujours : elle ne s’ouvre plus nulle part, et ne reçoit plus rien.');
}

async function listCommand({ db, args, print }: CommandContext): Promise<void> {
  const { publisher } = read(args, 0, { publisher: 'string' }).values;
  const resources = await listResources(db, publisher === undefined ? {} : { publisher });
  for (const resource of resources) print(told(resource));
  if (resources.length === 0) print('Aucune ressource.');
}

async function showCommand({ db, args, print }: CommandContext): Promise<void> {
  const [id] = read(args, 1, {}).words;
  const one = await findResource(db, id!);
  print(told(one));
  print(`  Éditeur : ${one.publisher.name} (${one.publisher.id})`);
  print(`  Adresse : ${one.url}`);
  print(`  Déclaré : ${one.declared.join(' ') || 'rien'}`);
  print(`  Validé : ${one.validated.join(' ') || 'rien'}`);
  print(`  Transmis : ${one.state === 'validated' ? releasable(one).join(' ') : 'rien'}`);
  print(
    `  Pseudonymes : ${one.sector === 'publisher' ? 'les mêmes pour tout l’éditeur' : 'propres à cette ressource'}`,
  );
  print(`  Gratuite : ${publicsOf(one.free) || 'non, il y faut un abonnement'}`);
  print(`  ${schoolsTold(one)}`);
  if (one.state !== 'declared') for (const line of waiting(one)) print(`  ${line}`);
}

/** As `publicCible` names them. */
function publicsOf(audiences: readonly ResourceAudience[]): string {
  const names = (Object.keys(publics) as Audience[]).filter((name) => audiences.includes(publics[name]));
  return names.length > 0 ? `pour ${names.join(', ')}, où un établissement l’ouvre` : '';
}

const STATES = { declared: 'déclarée', validated: 'validée', suspended: 'suspendue', withdrawn: 'retirée' } as const;

function told({ id, name, publisher, state }: Resource): string {
  return `${id}  ${name}  ${publisher.name}  ${STATES[state]}`;
}

async function contentOf(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Refusal('bad_argument', 'expected a file that can be read');
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('bad_argument', 'expected a file of JSON');
  }
}

function resourcesIn(content: unknown): NewResource[] {
  return [content].flat().map((one, place) => {
    const { success, data, error } = described.safeParse(one);
    if (!success) {
      const member = error.issues[0]!.path.join('.') || 'file';
      throw new Refusal('resource_refused', `expected resource ${place + 1} to have a good \`${member}\``, { member });
    }
    const { distributeurTech = data.publisher.id, validateurTech = data.publisher.id, ...details } = data.details;
    const declared = data.declared as AttributeName[];
    const free = data.free.map((one) => publics[one]);
    return { ...data, declared, free, details: { ...details, distributeurTech, validateurTech } };
  });
}

function read<Name extends string>(args: readonly string[], count: number, names: Readonly<Record<Name, 'string'>>) {
  return readArguments(args, { count, names, usage: USAGE });
}
