// Préau whole over TLS, seen by machines: it ends TLS itself, or a proxy in front does and tells their certificates.
import { randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { openApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { openLog } from '../../src/http/http.ts';
import { addModule, type NewModule } from '../../src/oidc/modules.ts';
import type { IdentityProvider } from '../../src/oidc/oidc.ts';
import type { Db } from '../../src/storage/storage.ts';
import { deliverCast } from '../cast.ts';
import type { Engine } from '../databases.ts';
import {
  type Certificates,
  type Fetching,
  FOR_LOCALHOST,
  fetchAs,
  openCertificateMaker,
  type Pair,
} from '../oidc/authority.ts';
import { freePort } from '../postgres.ts';

export type Way = 'directly' | 'through a proxy';

export interface MachineHouse {
  readonly db: Db;
  readonly config: Config;
  readonly issuer: string;
  readonly provider: IdentityProvider;
  readonly maker: Certificates;
  /** Who vouches for machines. */
  readonly authority: Pair;
  /** Has the authority revoke a certificate, and puts its new list in its place. */
  revoke(pair: Pair): void;
  /** A fetch that shows a certificate, or none. */
  as(shown: Pair | undefined): Fetching;
  /** A request to the port that Préau listens on, from an address of this machine that is no proxy. */
  beside(path: string, headers: Record<string, string>, body?: string): Promise<{ status: number; text: string }>;
  module(asked: Partial<NewModule> & Pick<NewModule, 'id'>): Promise<void>;
  readonly logged: () => string;
  close(): Promise<void>;
}

const PROXY = '127.0.0.2';

export async function openMachineHouse(open: Engine['open'], way: Way): Promise<MachineHouse> {
  const { db, url, close } = await open();
  await deliverCast(db);
  const maker = openCertificateMaker();
  const authority = maker.authority();
  const server = maker.issue({ subject: '/CN=localhost', extensions: FOR_LOCALHOST }, authority);
  const lists = join(maker.folder, 'lists.pem');
  const publish = () => {
    writeFileSync(`${lists}.next`, maker.list(authority));
    renameSync(`${lists}.next`, lists);
  };
  publish();
  const [front, port] = [await freePort(), await freePort()];
  const issuer = `https://localhost:${way === 'directly' ? port : front}`;
  const config = loadConfig({
    PREAU_ISSUER: issuer,
    PREAU_SECRET: randomBytes(48).toString('base64url'),
    PREAU_DATABASE: url,
    PREAU_PORT: String(port),
    PREAU_CLIENT_CA: authority.certFile,
    PREAU_CLIENT_CRL: lists,
    ...(way === 'directly'
      ? { PREAU_TLS_CERTIFICATE: server.certFile, PREAU_TLS_KEY: server.keyFile }
      : { PREAU_TRUST_PROXY: 'yes', PREAU_CERTIFICATE_HEADER: 'Client-Cert', PREAU_CERTIFICATE_PROXIES: PROXY }),
  });
  const lines: string[] = [];
  const app = await openApp({ config, db, log: openLog(config, { write: (line) => lines.push(line) }) });
  await app.listen();
  const proxy = way === 'directly' ? undefined : await openProxy({ server, authority, port, front });
  return {
    db,
    config,
    issuer,
    provider: app.provider,
    maker,
    authority,
    revoke: (pair) => {
      maker.revoke(pair, authority);
      publish();
    },
    as: (shown) => fetchAs(shown, authority),
    beside: (path, headers, body) => {
      const secure = { 'x-forwarded-proto': 'https', host: new URL(issuer).host, ...headers };
      if (way !== 'directly') return sendPlain(port, path, secure, body);
      return fetchAs(undefined, authority)(`${issuer}${path}`, {
        headers,
        ...(body !== undefined && { method: 'POST', body }),
      }).then(async (answer) => ({ status: answer.status, text: await answer.text() }));
    },
    module: async (asked) => {
      const sheet = { name: asked.id, purpose: 'Éprouver les machines.', responsible: 'Un distributeur' };
      await addModule(
        db,
        { ...sheet, schools: 'all', scopes: ['subscriptions'], ...asked },
        { actor: 'test', at: Date.now() },
      );
      await app.provider.reloadModules();
    },
    logged: () => lines.join(''),
    close: async () => {
      proxy?.closeAllConnections();
      await new Promise<void>((done) => (proxy ? proxy.close(() => done()) : done()));
      await app.close();
      maker.close();
      await close();
    },
  };
}

/** A proxy as operators set them up: it asks for any certificate, and its header is what it saw, whatever was sent. */
async function openProxy({
  server,
  authority,
  port,
  front,
}: {
  server: Pair;
  authority: Pair;
  port: number;
  front: number;
}): Promise<Server> {
  const options = {
    cert: server.cert,
    key: server.key,
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const proxy = createServer(options, (came, answer) => {
    const { 'client-cert': _forged, ...headers } = came.headers;
    const shown = (came.socket as TLSSocket).getPeerX509Certificate();
    const onward = plainRequest(
      {
        host: '127.0.0.1',
        port,
        localAddress: PROXY,
        path: came.url,
        method: came.method,
        headers: {
          ...headers,
          'x-forwarded-proto': 'https',
          'x-forwarded-for': came.socket.remoteAddress,
          ...(shown && { 'client-cert': `:${shown.raw.toString('base64')}:` }),
        },
      },
      (back) => {
        answer.writeHead(back.statusCode ?? 502, back.headers);
        back.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    came.pipe(onward);
  });
  await new Promise<void>((done) => proxy.listen(front, 'localhost', done));
  return proxy;
}

function sendPlain(
  port: number,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const request = plainRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, async (answer) => {
      let text = '';
      for await (const piece of answer) text += piece;
      resolve({ status: answer.statusCode ?? 0, text });
    });
    request.on('error', reject);
    request.end(body);
  });
}
