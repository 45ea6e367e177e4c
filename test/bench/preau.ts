// Préau as it runs in production: settings in the environment, an SQLite file, `preau serve` in a process of its own.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { acknowledgeNotice, openAccount } from '../../src/accounts/accounts.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { addModule, type Module, type NewModule } from '../../src/oidc/modules.ts';
import { openSubjects } from '../../src/oidc/subjects.ts';
import { activatePolicy } from '../../src/rights/versions.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { type Db, migrate, openDatabase } from '../../src/storage/storage.ts';
import { freePort } from '../postgres.ts';
import { type Child, startChild } from './children.ts';
import { type Browser, Connection } from './load.ts';
import { type Client, type Endpoints, fillForm, signIn, type Tokens } from './oidc-flows.ts';
import { Workload } from './workload.ts';

export const PASSWORD = 'lune-caillou-tambour-quarante';

/** The compiled command line, beside the compiled benchmark. */
const MAIN = resolve(import.meta.dirname, '../../src/main.js');

/** The modules that sign people in, and the one that speaks for itself. */
export interface Modules {
  readonly machine: Client;
  readonly modules: readonly Client[];
}

export interface Preau {
  readonly origin: string;
  /** The path of its database. */
  readonly database: string;
  readonly workload: Workload;
  readonly clients: Modules;
  /** Starts the server, on a core when given; resolves when it is ready, and says after how many milliseconds. */
  serve(core: number | undefined): Promise<Child & { readonly readyAfter: number }>;
  /** Signs an account's holder in through the login page. */
  signIn(browser: Browser, endpoints: Endpoints, account: number, client: Client): Promise<Tokens>;
  /** Works on its database, with its settings, beside the server or without it. */
  open<T>(work: (db: Db, config: Config) => Promise<T>): Promise<T>;
  /** What the machine's module calls each person. */
  subjectsOf(persons: readonly string[]): Promise<Map<string, string>>;
  close(): void;
}

/**
 * A migrated database with the workload's schools, modules and accounts, and the means to serve it. What is delivered is
 * known from the delivery's instant on, by default now.
 */
export async function openPreau(size: {
  schools: number;
  modules: number;
  accounts: number;
  deliveredAt?: number;
}): Promise<Preau> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = {
    PREAU_ISSUER: origin,
    PREAU_PORT: String(port),
    PREAU_SECRET: randomBytes(48).toString('base64url'),
    PREAU_DATABASE: join(folder, 'preau.sqlite'),
    PREAU_LOG_LEVEL: 'silent',
    PREAU_DRAIN: '0',
  };
  const withDatabase = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const db = openDatabase(env.PREAU_DATABASE);
    try {
      return await work(db);
    } finally {
      await db.destroy();
    }
  };
  const workload = new Workload(size.schools);
  const { clients, accounts } = await withDatabase(async (db) => {
    await migrate(db);
    const at = size.deliveredAt ?? Date.now();
    await activatePolicy(db, { at, actor: 'system' });
    await workload.deliver(db, at);
    const added = await addModules(db, size.modules);
    const persons = workload.somePersons(size.accounts);
    await putOffFirstRound(db);
    return { clients: added.clients, accounts: await openAccounts(db, persons, added.modules) };
  });
  return {
    origin,
    database: env.PREAU_DATABASE,
    workload,
    clients,
    serve: async (core) => {
      const start = performance.now();
      const child = startChild(MAIN, { args: ['serve'], env, core });
      await untilReady(origin, child);
      return { ...child, readyAfter: performance.now() - start };
    },
    signIn: (browser, endpoints, account, client) =>
      signIn(browser, {
        endpoints,
        client,
        scope: 'openid',
        answerPages: (at, page) =>
          fillForm(at, page, { login: accounts[account % accounts.length] ?? '', password: PASSWORD }),
      }),
    open: (work) => withDatabase((db) => work(db, loadConfig(env))),
    subjectsOf: (persons) =>
      withDatabase(async (db) => {
        const statements = await openStatements(db);
        const subjects = openSubjects(statements, loadConfig(env).keyFor('subjects'));
        const named = new Map<string, string>();
        for (const person of persons) named.set(person, await subjects.of(clients.machine.id, person));
        await statements.close();
        return named;
      }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Drawing up whom to tell, once after the very first delivery, goes over everybody for minutes: measures are of the days after. */
async function putOffFirstRound(db: Db): Promise<void> {
  const never = { leased_by: '', leased_until: 0, started_at: 0, ended_at: 0, failures: 0 };
  await db('job').insert({ name: 'notices.telling', due_at: Date.now() + 86_400_000, ...never });
}

async function addModules(db: Db, count: number): Promise<{ clients: Modules; modules: Module[] }> {
  const add = async (more: Pick<NewModule, 'id' | 'scopes' | 'redirectUris'>) => {
    const told = { name: more.id, purpose: 'Mesurer la vitesse du service.', responsible: 'Le banc de mesure' };
    const { module, secret = '' } = await addModule(
      db,
      { ...told, ...more, schools: 'all' },
      { actor: 'system', at: Date.now() },
    );
    const [redirectUri] = more.redirectUris ?? [];
    return { module, client: { id: module.id, secret, ...(redirectUri !== undefined && { redirectUri }) } };
  };
  const machine = await add({ id: 'machine', scopes: ['rights'] });
  const others = [];
  for (let number = 0; number < count; number += 1)
    others.push(
      await add({
        id: `module-${number}`,
        scopes: ['openid'],
        redirectUris: [`https://module-${number}.example.org/callback`],
      }),
    );
  return {
    clients: { machine: machine.client, modules: others.map(({ client }) => client) },
    modules: others.map(({ module }) => module),
  };
}

/** Opens accounts whose holders have read every notice; returns their identifiers. */
async function openAccounts(db: Db, persons: readonly string[], modules: readonly Module[]): Promise<string[]> {
  const at = Date.now();
  const identifiers: string[] = [];
  for (const [number, person] of persons.entries()) {
    const identifier = `mesure.${number}`;
    await openAccount(db, { person, identifier, password: PASSWORD, actor: 'system', at });
    for (const { id, noticeVersion } of modules)
      await acknowledgeNotice(db, { person, client: id, version: noticeVersion, at });
    identifiers.push(identifier);
  }
  return identifiers;
}

async function untilReady(origin: string, child: Child): Promise<void> {
  const deadline = performance.now() + 30_000;
  const connection = new Connection(origin);
  for (;;) {
    const answer = await connection.send('/health/ready').catch(() => undefined);
    if (answer?.status === 200) break;
    if (child.process.exitCode !== null) throw new Error(`the server ended with ${child.process.exitCode}`);
    if (performance.now() > deadline) throw new Error('the server was not ready in 30 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  connection.close();
}
