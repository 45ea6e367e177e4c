// The demo: an invented ENT on this machine, from a real import to a real module, that leaves nothing behind.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccount } from '../accounts/accounts.ts';
import { openApp } from '../app.ts';
import { type Config, demoConfig, refuseProductionSettings } from '../config.ts';
import { assignTeaching } from '../directory/teaching.ts';
import { dayOf } from '../facts/calendar.ts';
import { importFeed } from '../feed/feed.ts';
import { sampleAudiences, sampleSchools } from '../feed/sample/cast.ts';
import { writeSampleFeed } from '../feed/sample/sample.ts';
import { addModule } from '../oidc/modules.ts';
import { type Db, migrate, openDatabase } from '../storage/storage.ts';
import { MODULE_NAME } from './module/layout.tsx';
import { moduleAddresses, openLogbookModule } from './module/module.ts';
import { DEMO_PASSWORD, type DemoPerson, demoAccounts, identifierOf, introduce, keyOf } from './people.ts';
import { givePhones } from './phones.ts';
import { freePorts, portTaken } from './ports.ts';
import { fillMarket, houses, openPublishers, PUBLISHERS, publisherHosts } from './publishers.ts';
import { firstEntries } from './seed.ts';
import { type Staged, setStage } from './stage/stage.ts';

/** In the trace, what is done from the machine itself. */
const ACTOR = 'operator';

/** Ctrl-C, a supervisor, a terminal that closes. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Demo {
  /** Préau's address. */
  readonly issuer: string;
  /** The logbook module's address. */
  readonly module: string;
  /** The publishers' addresses, with the names of their resources. */
  readonly publishers: readonly { readonly name: string; readonly origin: string }[];
  readonly people: readonly DemoPerson[];
  /** What waits to be tried. */
  readonly staged: readonly Staged[];
  /** The folder that mails go to, one file each. */
  readonly outbox: string;
  /** The database, for whoever wants to change a fact while the demo runs. */
  readonly db: Db;
  /** Stops the servers and removes everything. */
  close(): Promise<void>;
}

export interface DemoOptions {
  /** Préau's port, the module and the publishers taking the next ones; 0 for any that are free; by default PREAU_PORT. */
  readonly port?: number | undefined;
  /** Another empty database than an SQLite file in the demo's own folder. */
  readonly database?: string | undefined;
  /** Stops the demo while it starts. */
  readonly signal?: AbortSignal | undefined;
}

type Undo = () => Promise<unknown>;

/** Builds the invented ENT and starts its servers. When a step fails, what was done is undone. */
export async function openDemo(options: DemoOptions = {}): Promise<Demo> {
  refuseProductionSettings();
  const undo: Undo[] = [];
  const close = async () => {
    const faults: unknown[] = [];
    for (let step = undo.pop(); step; step = undo.pop()) {
      // one step that fails must not keep the others from being undone
      await step().catch((error) => faults.push(error));
    }
    if (faults.length > 0) throw new AggregateError(faults, 'the demo could not undo all it did');
  };
  try {
    return { ...(await build(options, undo)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `preau demo`: runs until Ctrl-C, another of the signals, or `signal`. */
export async function runDemo({ print, ...options }: DemoOptions & { print: (line: string) => void }): Promise<void> {
  const stop = new AbortController();
  const asked = () => stop.abort();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  for (const name of SIGNALS) process.on(name, asked);
  try {
    const begun = Date.now();
    const demo = await openDemo({ ...options, signal });
    try {
      for (const line of welcome(demo, Date.now() - begun)) print(line);
      await aborted(signal);
    } finally {
      await demo.close();
    }
    print('Démonstration arrêtée : rien n’est conservé.');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const name of SIGNALS) process.off(name, asked);
  }
}

async function build({ port, database, signal }: DemoOptions, undo: Undo[]): Promise<Omit<Demo, 'close'>> {
  const folder = await ownFolder(undo);
  const config = await settle({
    port,
    database: database ?? join(folder, 'preau.sqlite'),
    outbox: join(folder, 'courriels'),
  });
  const db = openDatabase(config.database);
  undo.push(() => db.destroy());
  await migrate(db);
  signal?.throwIfAborted();
  await deliver(db, folder, signal);
  const at = Date.now();
  await assignClasses(db, at);
  await openAccounts(db, at);
  await fillMarket(db, { firstPort: config.port + 2, at });
  const staged = await setStage(db, at);
  const phones = await givePhones(db, config.keyFor('factors'), at);
  signal?.throwIfAborted();
  const { id, secret } = await register(db, config.port + 1, at);
  const app = await openApp({ config, db });
  undo.push(() => app.close());
  const entries = await firstEntries(db, at, (person) => app.provider.subjectFor(id, person));
  const { issuer } = config;
  const settings = { issuer, clientId: id, clientSecret: secret, port: config.port + 1, entries, phones };
  const module = openLogbookModule(settings);
  const publishers = await openPublishers(db, { issuer, firstPort: config.port + 2, at });
  for (const one of [module, ...publishers]) undo.push(() => one.close());
  await app.listen().catch(refuseTaken);
  for (const one of [module, ...publishers]) await one.listen().catch(refuseTaken);
  signal?.throwIfAborted();
  return {
    issuer,
    module: module.origin,
    publishers: publishers.map(({ origin }, place) => ({ name: houses[place]?.name ?? '', origin })),
    people: demoAccounts.map(introduce),
    staged,
    outbox: join(folder, 'courriels'),
    db,
  };
}

/** A folder that goes even when the process is ended without warning. */
async function ownFolder(undo: Undo[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-demo-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  undo.push(async () => {
    remove();
    process.off('exit', remove);
  });
  return folder;
}

/** Settings on free ports in a row, with a secret that lives as long as the demo. */
async function settle({
  port,
  database,
  outbox,
}: {
  port: number | undefined;
  database: string;
  outbox: string;
}): Promise<Config> {
  const given = { secret: randomBytes(48).toString('base64url'), database, outbox };
  const free = await freePorts(port ?? demoConfig(given).port, 2 + PUBLISHERS);
  return demoConfig({
    ...given,
    port: free,
    outgoingHosts: [`localhost:${free + 1}`, ...publisherHosts(free + 2)],
  });
}

/** Today's export of the invented academy, through the same door as a real one. */
async function deliver(db: Db, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const date = dayOf(Date.now()).replaceAll('-', '');
  const { folders } = await writeSampleFeed(join(folder, 'export'), { schools: 3, seed: 1, date });
  for (const path of [folders.secondDegree, folders.firstDegree]) {
    signal?.throwIfAborted();
    await importFeed(db, { path, at: Date.now() });
  }
}

/** Exports of the first degree do not say who teaches which class: the school does. */
async function assignClasses(db: Db, at: number): Promise<void> {
  for (const [teacher, to] of [
    ['denise', 'cm2'],
    ['marc', 'ce1'],
    ['fatou', 'cp'],
  ] as const)
    await assignTeaching(db, {
      school: sampleSchools.ecole.uai,
      teacher: await keyOf(db, teacher),
      audience: { kind: 'class', code: sampleAudiences[to].code },
      by: ACTOR,
      at,
    });
}

async function openAccounts(db: Db, at: number): Promise<void> {
  for (const { who } of demoAccounts)
    await openAccount(db, {
      person: await keyOf(db, who),
      identifier: identifierOf(who),
      password: DEMO_PASSWORD,
      actor: ACTOR,
      at,
    });
}

/** Registers the logbook module, as `preau client add` would. */
async function register(db: Db, port: number, at: number): Promise<{ id: string; secret: string }> {
  const { redirectUri, postLogoutRedirectUri, backchannelLogoutUri } = moduleAddresses(port);
  const { module, secret } = await addModule(
    db,
    {
      id: 'cahier-de-textes',
      name: MODULE_NAME,
      purpose: 'Tenir et lire les cahiers de textes : ce qui a été fait en cours et le travail à faire.',
      responsible: 'Les chefs d’établissement et directions d’école de cet ENT inventé',
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [postLogoutRedirectUri],
      backchannelLogoutUri,
      scopes: ['openid', 'profile', 'roles', 'schools', 'classes', 'children', 'rights'],
      schools: Object.values(sampleSchools).map(({ uai }) => uai),
      grants: ['authorization_code', 'client_credentials'],
    },
    { actor: ACTOR, at },
  );
  if (!secret) throw new Error('expected the module to have a secret');
  return { id: module.id, secret };
}

function refuseTaken(error: NodeJS.ErrnoException & { port?: number }): never {
  if (error.code === 'EADDRINUSE') throw portTaken(error.port ?? 0);
  throw error;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What a newcomer reads in the terminal. */
function welcome({ issuer, module, publishers, outbox, people, staged }: Demo, tookMs: number): string[] {
  const seconds = (tookMs / 1000).toLocaleString('fr', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const rows = [
    ['IDENTIFIANT', 'MOT DE PASSE', 'QUI, ET CE QU’ON VOIT'],
    ...people.flatMap(({ identifier, password, name, is, sees }) => [
      [identifier, password, `${name}, ${is}`],
      ['', '', sees],
    ]),
  ];
  return [
    '',
    `Préau, démonstration : données inventées. Prête en ${seconds} s.`,
    '',
    `  Cahier de textes   ${module}   <- commencez ici`,
    `  Préau              ${issuer}`,
    `  Médiacentre        ${issuer}/resources   une fois connecté`,
    ...publishers.map(({ name, origin }) => `  Un éditeur         ${origin}   « ${name} »`),
    `  Courriels          ${outbox}   un fichier par courriel`,
    `  Leur téléphone     ${module}/telephone   les codes à six chiffres de la direction`,
    '',
    ...aligned(rows).map((line) => `  ${line}`),
    '',
    ...staged.flatMap(({ title, steps }) => [`  ${title}`, ...steps.map((step) => `    - ${step}`), '']),
    'Ctrl-C arrête tout, et n’en laisse rien.',
    '',
  ];
}

function aligned(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
