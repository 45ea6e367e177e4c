// TLS that ends here: a certificate is taken up when it is renewed, files that are amiss open nothing, and what ends is said.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Door, fileFaults, openDoor } from '../../src/app/door.ts';
import { watchConnections } from '../../src/app/stopping.ts';
import { openApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { openLog } from '../../src/http/http.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { preau } from '../command.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { type Certificates, FOR_LOCALHOST, fetchAs, openCertificateMaker, type Pair, soon } from '../oidc/authority.ts';
import { freePort } from '../postgres.ts';

let maker: Certificates;
let authority: Pair;
const served = (days = 60) =>
  maker.issue({ subject: '/CN=localhost', extensions: FOR_LOCALHOST, until: soon(days) }, authority);
const nowhere = { from: 'nowhere', header: '', proxies: [], authorities: '', revoked: '' } as const;

beforeAll(() => {
  preau(); // compiled here, not in the time of the first test that starts it
  maker = openCertificateMaker();
  authority = maker.authority();
});
afterAll(() => maker.close());

describe('the door', () => {
  const opened: Door[] = [];
  const files = { certificate: '', key: '' };
  const place = (pair: Pair) => {
    copyFileSync(pair.keyFile, files.key);
    copyFileSync(pair.certFile, files.certificate);
  };
  const open = async (pair: Pair) => {
    files.certificate = join(maker.folder, 'served.pem');
    files.key = join(maker.folder, 'served-key.pem');
    place(pair);
    const [onRenewed, onError] = [vi.fn(), vi.fn()];
    const door = openDoor({ tls: files, clientCertificates: nowhere }, { onRenewed, onError, everyMs: 20 });
    opened.push(door);
    door.server.on('request', (_request, answer) => answer.end('here'));
    await new Promise<void>((done) => door.server.listen(0, 'localhost', done));
    return { port: (door.server.address() as AddressInfo).port, onRenewed, onError };
  };
  /** What the server shows, over this version of TLS. */
  const shownAt = (port: number, version?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
    new Promise((done, failed) => {
      const versions = version && { minVersion: version, maxVersion: version };
      const socket = connect({ port, host: 'localhost', ca: authority.cert, ...versions }, () => {
        done(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
        socket.destroy();
      });
      socket.on('error', failed);
    });

  afterAll(() => {
    for (const door of opened) {
      door.close();
      door.server.close();
    }
  });

  it('shows the certificate that is on the disk, and the next one when it is renewed, to those who come then', async () => {
    const [first, second] = [served(), served()];
    const { port, onRenewed, onError } = await open(first);
    expect(await shownAt(port)).toBe(first.x509.fingerprint256);
    place(second);
    await vi.waitFor(async () => expect(await shownAt(port)).toBe(second.x509.fingerprint256), 5_000);
    expect(onRenewed).toHaveBeenCalled();
    void onError; // between the two files, a look may find one of each: it says so, and looks again
  });

  it('goes on with the one it has when the next will not do', async () => {
    const first = served();
    const { port, onError } = await open(first);
    writeFileSync(files.certificate, served().cert); // not of this key
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce(), 5_000);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'bad_setting' });
    expect(await shownAt(port)).toBe(first.x509.fingerprint256);
    place(first);
  });

  it('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    const { port } = await open(served());
    await expect(shownAt(port, 'TLSv1.2')).resolves.toMatch(/:/);
    await expect(shownAt(port, 'TLSv1.3')).resolves.toMatch(/:/);
    await expect(shownAt(port, 'TLSv1.1')).rejects.toThrow();
  });

  it('a handshake that never ends holds nobody up longer than was said', async () => {
    const { certFile: certificate, keyFile: key } = served();
    const heard = { onRenewed: () => undefined, onError: () => undefined };
    const { server, close } = openDoor({ tls: { certificate, key }, clientCertificates: nowhere }, heard);
    const connections = watchConnections(server);
    await new Promise<void>((done) => server.listen(0, 'localhost', done));
    const socket = connectPlain((server.address() as AddressInfo).port, 'localhost');
    await once(server, 'connection');
    await new Promise((done) => socket.write(Buffer.of(0x16, 3, 1), done));
    await connections.end(1);
    close();
    socket.destroy();
  });

  it('names every file that cannot be read or does not belong, at once', () => {
    const { certFile, keyFile } = served();
    const other = served().keyFile;
    const trusting = { ...nowhere, from: 'header', authorities: authority.certFile } as const;
    const named = (tls: Config['tls'], clientCertificates: Config['clientCertificates'] = nowhere) =>
      fileFaults({ tls, clientCertificates }).map((fault) => fault.split(' ')[0]);
    expect(named({ certificate: certFile, key: keyFile }, trusting)).toEqual([]);
    expect(named(undefined)).toEqual([]);
    expect(named({ certificate: '/nowhere.pem', key: keyFile })).toEqual(['PREAU_TLS_CERTIFICATE']);
    expect(named({ certificate: certFile, key: maker.folder })).toEqual(['PREAU_TLS_KEY']);
    expect(named({ certificate: certFile, key: other })).toEqual(['PREAU_TLS_KEY']);
    expect(named({ certificate: keyFile, key: certFile })).toEqual(['PREAU_TLS_CERTIFICATE', 'PREAU_TLS_KEY']);
    expect(named(undefined, { ...trusting, revoked: 'package.json' })).toEqual(['PREAU_CLIENT_CRL']);
    const amiss = { ...trusting, authorities: 'package.json', revoked: '/nowhere.pem' };
    const all = ['PREAU_TLS_CERTIFICATE', 'PREAU_TLS_KEY', 'PREAU_CLIENT_CA', 'PREAU_CLIENT_CRL'];
    expect(named({ certificate: 'package.json', key: '/nowhere.pem' }, amiss)).toEqual(all);
  });

  it('does not open with any of them', () => {
    const { certFile: certificate } = served();
    const amiss = { tls: { certificate, key: '/nowhere.pem' }, clientCertificates: nowhere };
    const opened = () => openDoor(amiss, { onRenewed: () => undefined, onError: () => undefined });
    expect(opened).toThrow(/PREAU_TLS_KEY/);
  });
});

describe.each(engines)('a service with certificates on $name', ({ open }) => {
  let database: TestDatabase;
  const secret = randomBytes(48).toString('base64url');
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  const settings = async (pair: Pair, more: Record<string, string> = {}) => {
    const port = await freePort();
    return {
      PREAU_ISSUER: `https://localhost:${port}`,
      PREAU_PORT: String(port),
      PREAU_SECRET: secret,
      PREAU_LOG_LEVEL: 'silent',
      PREAU_DATABASE: database.url,
      PREAU_TLS_CERTIFICATE: pair.certFile,
      PREAU_TLS_KEY: pair.keyFile,
      ...more,
    };
  };

  it('says in the log, by the module, which certificates end, and counts them for who watches over it', async () => {
    const machine = maker.issue({ subject: '/CN=machine-du-distributeur', until: soon(10) });
    await addModule(
      database.db,
      {
        id: 'ends-soon',
        name: 'Machine',
        purpose: 'Éprouver.',
        responsible: 'Un distributeur',
        schools: 'all',
        scopes: ['rights'],
        auth: 'self_signed_tls_client_auth',
        certificates: [machine.x509.raw.toString('base64')],
      },
      { actor: 'test', at: Date.now() },
    );
    const config: Config = loadConfig(await settings(served(3), { PREAU_LOG_LEVEL: 'info' }));
    const lines: string[] = [];
    const app = await openApp({ config, db: database.db, log: openLog(config, { write: (line) => lines.push(line) }) });
    try {
      await app.listen();
      await vi.waitFor(() => {
        const said = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'certificate ends soon');
        expect(said).toMatchObject([
          { level: 40, kind: 'server', days: 2 },
          { level: 40, kind: 'registered', client: 'ends-soon', days: 9 },
        ]);
      }, 5_000);
      expect(lines.join('')).not.toContain('machine-du-distributeur');
      const health = await fetchAs(undefined, authority)(`${config.issuer}/health/certificates`);
      const body = await health.json();
      expect([health.status, body.soon, body.ended]).toEqual([200, 2, 0]);
      expect(Math.abs(Date.parse(body.next) - soon(3).getTime())).toBeLessThan(60_000);
      expect(JSON.stringify(body)).not.toContain('ends-soon');
    } finally {
      await app.close();
    }
  });

  it('no session is opened over plain http, nor a certificate asked for that nobody vouches for', async () => {
    const config = loadConfig(await settings(served()));
    const app = await openApp({ config, db: database.db });
    try {
      await app.listen();
      await expect(fetch(`http://localhost:${config.port}/health/live`)).rejects.toThrow();
      const page = await fetchAs(undefined, authority)(config.issuer, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(page.headers.get('strict-transport-security')).toContain('max-age=');
      const discovery = await (
        await fetchAs(undefined, authority)(`${config.issuer}/.well-known/openid-configuration`)
      ).json();
      expect(discovery).not.toHaveProperty('tls_client_certificate_bound_access_tokens');
      expect(discovery.token_endpoint_auth_methods_supported).not.toContain('self_signed_tls_client_auth');
    } finally {
      await app.close();
    }
  });

  const proxied = {
    PREAU_TRUST_PROXY: 'yes',
    PREAU_CERTIFICATE_HEADER: 'Client-Cert',
    PREAU_CERTIFICATE_PROXIES: '127.0.0.2',
  };
  it.each<Record<string, string>>([
    { PREAU_TLS_KEY: '/nowhere.pem', PREAU_CLIENT_CA: 'package.json', PREAU_LOG_LEVEL: 'loud' },
    { PREAU_CLIENT_CA: 'package.json', PREAU_CLIENT_CRL: '/nowhere.pem' },
  ])('does not start with %o: it says so of each, and ends', async (amiss) => {
    const behind = amiss.PREAU_CLIENT_CRL ? proxied : {};
    const environment = { ...(await settings(served())), ...behind, ...amiss };
    const { code, err } = await new Promise<{ code: unknown; err: string }>((done) => {
      execFile(
        process.execPath,
        preau('serve'),
        { env: { PATH: process.env.PATH!, ...environment } },
        (error, _out, text) => done({ code: error?.code ?? 0, err: text }),
      );
    });
    expect(code).toBe(1);
    expect(err).toContain('bad_setting');
    for (const name of Object.keys(amiss)) expect(err).toContain(`${name} is not valid`);
  });
});
