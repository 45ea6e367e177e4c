// The API behind its real frame and the real provider, listening; and modules that ask it with real tokens.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import Koa from 'koa';
import * as client from 'openid-client';
import { openWithdrawn } from '../../src/accounts/withdrawn.ts';
import { apiRoutes } from '../../src/api/api.ts';
import type { DecisionLog } from '../../src/audit/decisions.ts';
import { demoConfig } from '../../src/config.ts';
import { frame, openLog } from '../../src/http/http.ts';
import type { NewModule } from '../../src/oidc/modules.ts';
import { openGraphs } from '../../src/rights/graph/graphs.ts';
import { openStatements } from '../../src/storage/statements.ts';
import type { Db } from '../../src/storage/storage.ts';
import type { Engine } from '../databases.ts';
import { Browser, type House, openHouse, type Registered, request, SECRET } from '../oidc/harness.ts';
import { keyOf, openSchool } from '../rights/school.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & readonly Record<string, unknown>[];
}

export interface Asked {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly headers?: Record<string, string>;
  /** Sent as JSON, unless it is a text, which is sent as it is. */
  readonly body?: unknown;
}

export interface Served {
  readonly db: Db;
  readonly house: House;
  readonly origin: string;
  /** Hears of every statement with which rights are read. */
  readonly statements: { watch(hear: ((sql: string) => void) | undefined): void };
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** A module with a token of its own for the scopes of our interfaces that it holds. */
  module(asked?: Partial<NewModule>): Promise<ServedModule>;
  /** The same of one that was registered elsewhere. */
  moduleOf(registered: Registered): ServedModule;
  /** The key of the newest logbook of an audience and a subject. */
  logbook(school: string, audience: string, subject: string): Promise<string>;
  close(): Promise<void>;
}

export interface ServedModule {
  readonly id: string;
  token(scope: string): Promise<string>;
  /** The token of a person who signed in at the module. */
  tokenOf(person: string, scope: string): Promise<string>;
  sub(name: string): Promise<string>;
}

export async function openApi(
  open: Engine['open'],
  { decisions }: { decisions?: (db: Db) => DecisionLog } = {},
): Promise<Served> {
  const house = await openHouse(open);
  const { db, provider } = house;
  await openSchool(db, house.delivered);
  const server = createServer();
  server.keepAliveTimeout = 65_000; // as the real one: a slow machine is not to find its connection closed
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const config = demoConfig({ secret: SECRET, database: house.config.database, port });
  const statements = await openStatements(db);
  let watching: ((sql: string) => void) | undefined;
  const watched: typeof statements = {
    ...statements,
    all: (sql, values) => {
      watching?.(sql);
      return statements.all(sql, values);
    },
  };
  const rights = openGraphs(db, {
    statements: watched,
    memory: 64 * 1024 * 1024,
    onError: (error) => {
      throw error;
    },
  });
  const log = decisions?.(db);
  const withdrawn = await openWithdrawn(statements, { everyMs: 20 });
  const app = new Koa();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  frame(app, { config, log: openLog(config, nowhere) });
  app.use(apiRoutes({ db, provider, config, rights, decisions: log, withdrawn }).routes());
  server.on('request', app.callback());

  return {
    db,
    house,
    origin: config.issuer,
    statements: {
      watch: (hear) => {
        watching = hear;
      },
    },
    ask: async (path, { method, token, headers = {}, body } = {}) => {
      const response = await fetch(new URL(path, config.issuer), {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
    },
    module: async (asked) => {
      const registered = await house.module({
        scopes: ['openid', 'rights', 'logbooks', 'teaching', 'grants'],
        ...asked,
      });
      return servedModule(house, registered);
    },
    moduleOf: (registered) => servedModule(house, registered),
    logbook: async (school, audience, subject) => {
      const row = await db('logbook')
        .join('audience', 'audience.id', 'logbook.audience')
        .where({ 'logbook.school': school, 'audience.code': audience, 'logbook.subject': subject })
        .orderBy('logbook.year', 'desc')
        .first('logbook.id');
      return row.id;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      withdrawn.close();
      await log?.close();
      await rights.close();
      await statements.close();
      await house.close();
    },
  };
}

function servedModule(house: House, registered: Registered): ServedModule {
  const { id } = registered.module;
  const resource = `${house.issuer}/api`;
  return {
    id,
    token: async (scope) => (await client.clientCredentialsGrant(registered.rp, { scope, resource })).access_token,
    tokenOf: async (person, scope) => {
      const asked = await request(registered, { scope: `openid ${scope}`, resource });
      const back = await new Browser(house).enter(asked.url, person);
      const checks = { pkceCodeVerifier: asked.verifier, expectedState: asked.state, expectedNonce: asked.nonce };
      return (await client.authorizationCodeGrant(registered.rp, back, checks, { resource })).access_token;
    },
    sub: async (name) => house.provider.subjectFor(id, await keyOf(house.db, name)),
  };
}
