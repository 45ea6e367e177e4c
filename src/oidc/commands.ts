// `preau client` and `preau keys`: who may receive what, and the keys that sign it.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Command, CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { certificatesAsked, moduleCertificatesCommand } from './certificate-commands.ts';
import { lateFor } from './farewells.ts';
import { type KeyLife, listKeys, PUBLISHED_AHEAD, rotateKeys } from './keys.ts';
import { addMachineKey, KEY_DAYS, listMachineKeys, type MachineKey, removeMachineKey } from './machine-keys.ts';
import { addModule, findModule, listModules, type Module, type NewModule, removeModule } from './modules.ts';
import { sealWith } from './seal.ts';
import { unheardBy } from './unheard.ts';

/** `preau client add|list|show|remove|key` */
export const clientCommand: Command = async (context) => run(context, clientActs, 'client');

/** `preau keys list|rotate` */
export const keysCommand: Command = async (context) => run(context, keyActs, 'keys');

type Acts = Readonly<Record<string, { readonly usage: string; readonly act: Command }>>;

const clientActs: Acts = {
  add: {
    usage:
      'add ID --name NOM --purpose FINALITÉ --responsible QUI --redirect URI... --scope "openid roles..." ' +
      '--schools UAI,UAI|all [--post-logout URI] [--backchannel-logout URI] [--auth MÉTHODE] [--grant TYPE]... ' +
      '[--jwks FICHIER | --jwks-uri URI] [--certificate PEM]... [--certificate-dn NOM | --certificate-dns HÔTE] [--signing ES256|RS256] [--subject pairwise|public] [--sector HÔTE] ' +
      '[--reasons none|user|admin] [--distributor SIREN_ISNI] [--ent IDENT] ' +
      '[--resource ARK]... [--attributes claims|cas]',
    act: add,
  },
  list: { usage: 'list', act: list },
  show: { usage: 'show ID', act: show },
  remove: { usage: 'remove ID', act: remove },
  key: {
    usage: 'key add ID --name USAGE [--scope rights] [--days N] | key list ID | key remove ID CLÉ',
    act: async (context) => run(context, machineKeyActs, 'client key'),
  },
  certificate: {
    usage: 'certificate add ID PEM | certificate list ID | certificate remove ID EMPREINTE',
    act: moduleCertificatesCommand,
  },
};

const machineKeyActs: Acts = {
  add: { usage: `add ID --name USAGE [--scope rights] [--days ${KEY_DAYS.usual}]`, act: addKey },
  list: { usage: 'list ID', act: showMachineKeys },
  remove: { usage: 'remove ID CLÉ', act: removeKey },
};

const keyActs: Acts = {
  list: { usage: 'list', act: showKeys },
  rotate: { usage: 'rotate [--now | --compromised]', act: rotate },
};

async function run(context: CommandContext, acts: Acts, command: string): Promise<void> {
  const [word = '', ...args] = context.args;
  const act = Object.hasOwn(acts, word) ? acts[word] : undefined;
  if (!act) {
    const usages = Object.values(acts).map(({ usage }) => `  preau ${command} ${usage}`);
    throw new Refusal('bad_argument', `expected one of:\n${usages.join('\n')}`);
  }
  await act.act({ ...context, args });
}

async function add({ db, args, print }: CommandContext): Promise<void> {
  const { values, positionals } = parsed(args, {
    name: { type: 'string' },
    purpose: { type: 'string' },
    responsible: { type: 'string' },
    redirect: { type: 'string', multiple: true },
    'post-logout': { type: 'string', multiple: true },
    'backchannel-logout': { type: 'string' },
    scope: { type: 'string' },
    schools: { type: 'string' },
    auth: { type: 'string' },
    grant: { type: 'string', multiple: true },
    signing: { type: 'string' },
    jwks: { type: 'string' },
    'jwks-uri': { type: 'string' },
    certificate: { type: 'string', multiple: true },
    'certificate-dn': { type: 'string' },
    'certificate-dns': { type: 'string' },
    subject: { type: 'string' },
    sector: { type: 'string' },
    reasons: { type: 'string' },
    distributor: { type: 'string' },
    ent: { type: 'string' },
    resource: { type: 'string', multiple: true },
    attributes: { type: 'string' },
  });
  const asked = {
    id: one(positionals),
    name: values.name ?? '',
    purpose: values.purpose ?? '',
    responsible: values.responsible ?? '',
    redirectUris: values.redirect,
    postLogoutRedirectUris: values['post-logout'],
    backchannelLogoutUri: values['backchannel-logout'],
    scopes: words(values.scope),
    schools: values.schools === 'all' ? 'all' : words(values.schools),
    auth: values.auth,
    grants: values.grant?.flatMap(words),
    signing: values.signing,
    jwks: values.jwks === undefined ? undefined : readKeys(values.jwks),
    jwksUri: values['jwks-uri'],
    ...certificatesAsked(values),
    subject: values.subject,
    sector: values.sector,
    reasons: values.reasons,
    distributor: values.distributor,
    ent: values.ent,
    resources: values.resource,
    attributes: values.attributes,
  } as NewModule; // what is not one of ours is refused by name when the sheet is checked
  const { module, secret } = await addModule(db, asked, { actor: 'command', at: Date.now() });
  print(`Module ${module.id} inscrit.`);
  if (secret !== undefined) {
    print(`Secret, montré cette seule fois : ${secret}`);
    print('Préau n’en garde qu’une empreinte : perdu, il faut retirer le module et l’inscrire à nouveau.');
  }
}

async function list({ db, args, print }: CommandContext): Promise<void> {
  parsed(args, {});
  const modules = await listModules(db);
  if (modules.length === 0) print('Aucun module n’est inscrit.');
  for (const module of modules) print(`${module.id}\t${module.name}\t${schoolsOf(module)}\t${module.scopes.join(' ')}`);
}

async function show({ db, args, print }: CommandContext): Promise<void> {
  const module = await findModule(db, one(parsed(args, {}).positionals));
  const lines: [string, string | undefined][] = [
    ['identifiant', module.id],
    ['nom', module.name],
    ['finalité', module.purpose],
    ['responsable', module.responsible],
    ['établissements', schoolsOf(module)],
    ['adresses de retour', module.redirectUris.join(' ')],
    ['adresses après déconnexion', module.postLogoutRedirectUris.join(' ')],
    ['avis de déconnexion', module.backchannelLogoutUri],
    ...(await untold(db, module.id, Date.now())),
    ['portées', module.scopes.join(' ')],
    ['authentification', module.auth],
    ['échanges', module.grants.join(' ')],
    ['signature', module.signing],
    ['clés', module.jwksUri ?? (module.jwks && `${module.jwks.keys.length} inscrite(s)`)],
    ['certificat', certificateOf(module)],
    ['identifiants des personnes', module.subject === 'pairwise' ? `propres à ${module.sector}` : 'communs'],
    ['distributeur', module.distributor ?? ''],
    ['idENT', module.ent],
    ['ressources', module.resources.join(' ')],
    ['attributs', module.attributes],
    ['raisons données', module.reasons === 'none' ? 'sur demande' : module.reasons],
    ['inscrit le', new Date(module.addedAt).toISOString()],
  ];
  for (const [label, value] of lines) if (value) print(`${label} : ${value}`);
}

/** What the module has not heard of ended sessions, for whoever must have it mended. */
async function untold(db: Db, client: string, at: number): Promise<[string, string | undefined][]> {
  const late = await lateFor(db, { client, at });
  const unheard = await unheardBy(db, client);
  const day = (instant: number) => new Date(instant).toISOString();
  return [
    ['avis en attente', late && `${late.waiting}, le plus ancien depuis le ${day(late.since)}`],
    ['avis abandonnés', unheard && `${unheard.givenUp} en tout, les derniers le ${day(unheard.lastAt)}`],
    ['aucun avis reçu depuis', unheard?.since === undefined ? undefined : `le ${day(unheard.since)}`],
  ];
}

function certificateOf({ certificateSubject: subject, certificates }: Module): string | undefined {
  if (subject) return 'dn' in subject ? subject.dn : subject.dns;
  return certificates && `${certificates.length} inscrit(s)`;
}

async function remove({ db, args, print }: CommandContext): Promise<void> {
  const id = one(parsed(args, {}).positionals);
  await removeModule(db, id, { actor: 'command', at: Date.now() });
  print(`Module ${id} retiré : ses jetons ne valent plus rien.`);
}

async function addKey({ db, args, print }: CommandContext): Promise<void> {
  const { values, positionals } = parsed(args, {
    name: { type: 'string' },
    scope: { type: 'string', default: 'rights' },
    days: { type: 'string' },
  });
  const { key, shown } = await addMachineKey(
    db,
    {
      client: one(positionals),
      label: values.name ?? '',
      scopes: words(values.scope),
      days: values.days === undefined ? undefined : Number(values.days),
    },
    { actor: 'command', at: Date.now() },
  );
  print(`Clé ${key.id} délivrée au module ${key.client}, jusqu’au ${new Date(key.endsAt).toISOString()}.`);
  print(`À envoyer dans l’en-tête « Authorization: Bearer … », montrée cette seule fois : ${shown}`);
}

async function showMachineKeys({ db, args, print }: CommandContext): Promise<void> {
  const keys = await listMachineKeys(db, one(parsed(args, {}).positionals));
  if (keys.length === 0) print('Ce module n’a pas de clé de machine.');
  for (const key of keys) print(machineKeyLine(key, Date.now()));
}

function machineKeyLine({ id, label, scopes, endsAt }: MachineKey, at: number): string {
  const until = new Date(endsAt).toISOString();
  return `${id}\t${label}\t${scopes.join(' ')}\t${endsAt > at ? 'bonne jusqu’au' : 'finie depuis le'} ${until}`;
}

async function removeKey({ db, args, print }: CommandContext): Promise<void> {
  const [client = '', id, ...others] = parsed(args, {}).positionals;
  if (id === undefined || others.length > 0)
    throw new Refusal('bad_argument', 'expected one module id and the id of one of its keys');
  await removeMachineKey(db, { client, id }, { actor: 'command', at: Date.now() });
  print(`Clé ${id} retirée : le service la refuse dans la seconde.`);
}

async function showKeys({ db, args, print }: CommandContext): Promise<void> {
  parsed(args, {});
  const lives = await listKeys(db, Date.now());
  if (lives.length === 0) print('Aucune clé : le serveur crée les premières à son démarrage.');
  for (const life of lives) print(lineOf(life));
}

async function rotate({ db, config, args, print }: CommandContext): Promise<void> {
  const { values } = parsed(args, { now: { type: 'boolean' }, compromised: { type: 'boolean' } });
  const at = Date.now();
  const lives = await rotateKeys(db, sealWith(config.keyFor('storage')), {
    at,
    signsFrom: values.now || values.compromised ? at : at + PUBLISHED_AHEAD,
    compromised: values.compromised === true,
    actor: 'command',
  });
  for (const life of lives.filter(({ publishedAt }) => publishedAt === at)) print(lineOf(life));
  if (values.compromised) print('Les clés précédentes sont retirées : tout ce qu’elles ont signé est refusé.');
}

const states: Record<KeyLife['state'], string> = {
  announced: 'annoncée',
  signing: 'signe',
  outgoing: 'publiée encore',
  withdrawn: 'retirée',
};

function lineOf({ kid, alg, state, signsFrom }: KeyLife): string {
  return `${alg}\t${kid}\t${states[state]}\tsigne à partir du ${new Date(signsFrom).toISOString()}`;
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function parsed<const T extends NonNullable<Options>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Refusal('bad_argument', (error as Error).message);
  }
}

function one(positionals: readonly string[]): string {
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0) throw new Refusal('bad_argument', 'expected one module id');
  return id;
}

function words(text = ''): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function schoolsOf({ schools }: Module): string {
  return schools === 'all' ? 'tous les établissements' : schools.join(' ');
}

function readKeys(path: string): NonNullable<NewModule['jwks']> {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Refusal('bad_argument', `expected a JSON file with \`{ "keys": [...] }\` at \`${path}\``);
  }
}
