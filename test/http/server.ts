// A server on a free port, with the real frame around the routes a test gives it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Router from '@koa/router';
import Koa from 'koa';
import type { Config } from '../../src/config.ts';
import { demoConfig, loadConfig } from '../../src/config.ts';
import { frame, openLog } from '../../src/http/http.ts';

export const SECRET = 'b3V0LW9mLXRoZS1ibHVlLWEtc2VjcmV0LW9mLXRoaXMtdGVzdC1vbmx5LTAxMjM0NTY3ODk';

export interface Served {
  readonly origin: string;
  readonly config: Config;
  /** The lines of the log, parsed. */
  readonly log: Record<string, unknown>[];
  readonly close: () => Promise<void>;
}

/** Serves `routes(config)` on a free port of this machine, as the demo does. */
export async function serve(
  routes: (config: Config, app: Koa) => Router | Promise<Router | undefined>,
): Promise<Served> {
  return listen((port) => demoConfig({ secret: SECRET, database: 'unused', port, logLevel: 'debug' }, {}), routes);
}

/** The same as in production, behind a proxy that ends TLS for https://ent.example. */
export async function serveBehindProxy(routes: (config: Config, app: Koa) => Router): Promise<Served> {
  const environment = { PREAU_ISSUER: 'https://ent.example', PREAU_SECRET: SECRET, PREAU_TRUST_PROXY: 'yes' };
  return listen(() => loadConfig(environment), routes);
}

async function listen(
  configFor: (port: number) => Config,
  routes: (config: Config, app: Koa) => Router | Promise<Router | undefined>,
): Promise<Served> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = configFor(port);
  const app = new Koa();
  const log: Record<string, unknown>[] = [];
  frame(app, { config, log: openLog(config, { write: (line) => log.push(JSON.parse(line)) }) });
  const router = await routes(config, app);
  if (router) app.use(router.routes()).use(router.allowedMethods());
  server.on('request', app.callback());
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://localhost:${port}`, config, log, close };
}
