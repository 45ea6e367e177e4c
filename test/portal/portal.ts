// Préau whole, on a database with the cast, and beside it a module that only keeps what it is told.
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAccount } from '../../src/accounts/accounts.ts';
import { addressHash, reserve, scopeOf } from '../../src/accounts/throttle.ts';
import { openApp } from '../../src/app.ts';
import { type Config, demoConfig } from '../../src/config.ts';
import { openLog } from '../../src/http/http.ts';
import { addModule } from '../../src/oidc/modules.ts';
import type { Db } from '../../src/storage/storage.ts';
import { type CastName, cast, deliverCast, personOf } from '../cast.ts';
import type { Engine } from '../databases.ts';
import { freePort } from '../postgres.ts';
import { answerFactorsAt } from '../second-factor.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';

export const PASSWORD = 'vitrail-moussaka-47-grelot';

export interface Opened {
  readonly db: Db;
  readonly config: Config;
  readonly origin: string;
  /** Where the module is called back. */
  readonly module: string;
  /** The address that a module sends a browser to, asking who is there. */
  readonly authorize: (more?: Record<string, string>) => string;
  /** Everything that was logged, as one text. */
  readonly logged: () => string;
  readonly close: () => Promise<void>;
}

/** Opens it, with accounts for these members of the cast: `prenom.nom` and `PASSWORD`. */
export async function openPortal(
  open: Engine['open'],
  {
    accounts,
    delivered,
    outgoingHosts = [],
  }: { accounts: readonly CastName[]; delivered?: number; outgoingHosts?: readonly string[] },
): Promise<Opened> {
  const { db, url, close } = await open();
  await deliverCast(db, delivered);
  for (const name of accounts) {
    const request = { person: await personOf(db, name), identifier: identifierOf(name), password: PASSWORD };
    await openAccount(db, { ...request, actor: 'system', at: Date.now() });
  }
  const called = createServer((_request, response) => response.end('<title>module</title><p>the module</p>'));
  await new Promise<void>((resolve) => called.listen(0, '127.0.0.1', resolve));
  const module = `http://localhost:${(called.address() as AddressInfo).port}`;
  await addModule(db, sheet(module), { actor: 'system', at: Date.now() });

  const port = await freePort();
  const config = demoConfig(
    { secret: randomBytes(40).toString('base64url'), database: url, port, logLevel: 'info', outgoingHosts },
    {},
  );
  const lines: string[] = [];
  const app = await openApp({ config, db, log: openLog(config, { write: (line) => lines.push(line) }) });
  await app.listen();
  answerFactorsAt(config.issuer, db);
  return {
    db,
    config,
    origin: config.issuer,
    module,
    authorize: (more = {}) => authorizeUrl(config.issuer, module, more),
    logged: () => lines.join(''),
    close: async () => {
      await app.close();
      called.closeAllConnections();
      await new Promise((resolve) => called.close(resolve));
      await close();
    },
  };
}

export function identifierOf(name: CastName): string {
  const plain = cast[name].name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(' ', '.');
}

/** A browser in which a member of the cast has signed in on the way to the module, and read the notice if there was one. */
export async function enterAs({ authorize, module }: Opened, name: CastName, walker = openWalker()): Promise<Walker> {
  const login = await walker.visit(authorize());
  const next = await walker.submit(login, 'password', { login: identifierOf(name), password: PASSWORD });
  if (!next.url.startsWith(module)) await walker.submit(next, 'submit');
  return walker;
}

/** Browsers of members of the cast: each signs in when first asked for, and stays. */
export function browsersOf(opened: () => Opened): {
  as(name: CastName): Promise<Walker>;
  see(name: CastName, path: string): Promise<Visited>;
} {
  const walkers = new Map<CastName, Promise<Walker>>();
  const as = (name: CastName): Promise<Walker> => {
    const walker = walkers.get(name) ?? enterAs(opened(), name);
    walkers.set(name, walker);
    return walker;
  };
  return { as, see: async (name, path) => (await as(name)).visit(`${opened().origin}${path}`) };
}

/** Somebody at the address of all walkers has tried a member of the cast for a minute, at the end of each wait: a minute is left. */
export async function keepTrying({ db, config }: Opened, name: CastName): Promise<void> {
  const key = config.keyFor('throttle');
  const pairs = ['127.0.0.1', '::1'].map((one) => scopeOf(key, 'pair', identifierOf(name), addressHash(key, one)));
  const since = Date.now() - 64_000;
  for (const seconds of [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63]) await reserve(db, pairs, since + seconds * 1_000);
}

/** What is registered of the module at an address. */
export function sheet(module: string): Parameters<typeof addModule>[1] {
  return {
    id: 'logbook',
    name: 'Cahier de textes',
    purpose: 'Tenir le cahier de textes et le lire à la maison.',
    responsible: 'Le collège Les Tilleuls',
    redirectUris: [`${module}/callback`],
    postLogoutRedirectUris: [`${module}/bye`],
    scopes: ['openid', 'profile', 'roles', 'children'],
    schools: 'all',
    auth: 'none',
  };
}

function authorizeUrl(issuer: string, module: string, more: Record<string, string>): string {
  const url = new URL('/auth', issuer);
  const asked = {
    client_id: 'logbook',
    response_type: 'code',
    redirect_uri: `${module}/callback`,
    scope: 'openid profile',
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update('a'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}
