// Certificates for tests: an authority, what it signs, and what machines sign themselves; made by `openssl`, kept in a folder of their own.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as secureRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its key, as PEM and as files. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly x509: X509Certificate;
}

export interface Wanted {
  /** As `openssl` takes it: `/C=FR/O=Éditeur/CN=machine`. */
  readonly subject: string;
  readonly from?: Date;
  readonly until?: Date;
  /** `for clients` unless said; none at all for an empty list. */
  readonly extensions?: readonly string[];
  readonly key?: 'ec' | 'rsa-1024';
}

export interface WantedList {
  readonly from: Date;
  readonly until: Date;
  /** More of what the list says, as `openssl` takes it: `crlNumber=7`. */
  readonly extensions: readonly string[];
  readonly digest: 'sha1' | 'sha256' | 'sha384';
}

export interface Certificates {
  readonly folder: string;
  /** An authority, by itself or under another. */
  authority(wanted?: Partial<Wanted>, by?: Pair): Pair;
  /** What an authority signs; a machine signs its own certificate without one. */
  issue(wanted: Wanted, by?: Pair): Pair;
  /** Notes that a certificate counts for nothing any more; lists that are made after it say so. */
  revoke(pair: Pair, by: Pair): void;
  /** An authority's list of what was revoked, as the text of PEM. */
  list(by: Pair, wanted?: Partial<WantedList>): string;
  close(): void;
}

const FOR_CLIENTS = ['extendedKeyUsage=clientAuth', 'basicConstraints=CA:FALSE'];
export const FOR_LOCALHOST = [
  'extendedKeyUsage=serverAuth',
  'basicConstraints=CA:FALSE',
  'subjectAltName=DNS:localhost,IP:127.0.0.1',
];
const FOR_AUTHORITIES = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

const DAY = 24 * 3600_000;

export function openCertificateMaker(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'preau-certificates-'));
  const at = (name: string) => join(folder, name);
  writeFileSync(at('index'), '');
  writeFileSync(at('serial'), '1000\n');
  writeFileSync(at('ca.cnf'), settingsIn(folder));
  let made = 0;
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

  const issue: Certificates['issue'] = ({ subject, from, until, extensions = FOR_CLIENTS, key = 'ec' }, by) => {
    made += 1;
    const [certFile, keyFile, asked, more] = ['crt', 'key', 'csr', 'ext'].map((end) => at(`${made}.${end}`)) as [
      string,
      string,
      string,
      string,
    ];
    const { privateKey } =
      key === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 1024 });
    const keyText = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    writeFileSync(keyFile, keyText);
    writeFileSync(more, [...extensions, 'subjectKeyIdentifier=hash', ''].join('\n'));
    openssl('req', '-new', '-utf8', '-key', keyFile, '-subj', subject, '-out', asked);
    const signer = by ? ['-cert', by.certFile, '-keyfile', by.keyFile] : ['-selfsign', '-keyfile', keyFile];
    const dates = ['-startdate', stamp(from ?? new Date(Date.now() - DAY)), '-enddate', stamp(until ?? soon(90))];
    openssl(
      ...['ca', '-batch', '-notext', '-config', at('ca.cnf'), '-preserveDN', '-utf8', '-in', asked],
      ...signer,
      ...dates,
      '-extfile',
      more,
      '-out',
      certFile,
    );
    const cert = readFileSync(certFile, 'utf8');
    return { cert, key: keyText, certFile, keyFile, x509: new X509Certificate(cert) };
  };

  const by = ({ certFile, keyFile }: Pair) => ['-config', at('ca.cnf'), '-cert', certFile, '-keyfile', keyFile];

  const list: Certificates['list'] = (authority, wanted = {}) => {
    const { from = new Date(Date.now() - DAY), until = soon(7), extensions = [], digest = 'sha256' } = wanted;
    made += 1;
    const [file, more] = [at(`${made}.crl`), at(`${made}.ext`)];
    writeFileSync(more, ['[more]', ...extensions, ''].join('\n'));
    const dates = ['-crl_lastupdate', stamp(from), '-crl_nextupdate', stamp(until), '-md', digest];
    if (extensions.length > 0) writeFileSync(at('ca.cnf'), `${settingsIn(folder)}.include ${more}\n`);
    const said = extensions.length > 0 ? ['-crlexts', 'more'] : [];
    openssl('ca', '-gencrl', ...by(authority), ...dates, ...said, '-out', file);
    writeFileSync(at('ca.cnf'), settingsIn(folder));
    return readFileSync(file, 'utf8');
  };

  return {
    folder,
    issue,
    list,
    revoke: (pair, authority) => void openssl('ca', '-revoke', pair.certFile, ...by(authority)),
    authority: (wanted = {}, by) =>
      issue({ subject: '/C=FR/O=Préau/CN=Autorité d’essai', extensions: FOR_AUTHORITIES, ...wanted }, by),
    close: () => rmSync(folder, { recursive: true }),
  };
}

/** So many days from now. */
export function soon(days: number): Date {
  return new Date(Date.now() + days * DAY);
}

/** What is asked of a fetch here: less than of the real one. */
export type Fetching = (
  input: string | URL,
  init?: { method?: string | undefined; headers?: Record<string, string> | undefined; body?: unknown },
) => Promise<Response>;

/** A fetch that shows a certificate, or none, to a server whose certificate one authority signed. */
export function fetchAs(shown: Pair | undefined, authority: Pair, localAddress?: string): Fetching {
  return (input, init = {}) => {
    const { method = 'GET', headers, body } = init;
    const sent = body === undefined || body === null ? undefined : String(body);
    return new Promise((resolve, reject) => {
      const request = secureRequest(
        new URL(String(input)),
        {
          method,
          agent: false, // each request is a connection of its own
          ca: authority.cert,
          ...(shown && { cert: shown.cert, key: shown.key }),
          ...(localAddress && { localAddress }),
          headers: {
            ...Object.fromEntries(new Headers(headers)),
            ...(sent !== undefined && { 'content-length': String(Buffer.byteLength(sent)) }),
          },
        },
        async (response) => {
          const pieces: Buffer[] = [];
          for await (const piece of response) pieces.push(piece as Buffer);
          const status = response.statusCode ?? 0;
          const content = status === 204 || status === 304 ? null : Buffer.concat(pieces);
          resolve(new Response(content, { status, headers: pairsOf(response.rawHeaders) }));
        },
      );
      request.on('error', reject);
      request.end(sent);
    });
  };
}

function pairsOf(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, place) => (place % 2 === 0 ? [[name, raw[place + 1] ?? ''] as [string, string]] : []));
}

/** `20261122073900Z` */
function stamp(day: Date): string {
  return `${day.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}

function settingsIn(folder: string): string {
  return [
    '[ca]',
    'default_ca=own',
    '[own]',
    `database=${folder}/index`,
    `serial=${folder}/serial`,
    `new_certs_dir=${folder}`,
    'default_md=sha256',
    'unique_subject=no',
    'policy=any',
    'string_mask=utf8only',
    '[any]',
    ...['countryName', 'organizationName', 'organizationalUnitName', 'commonName'].map((name) => `${name}=optional`),
    '',
  ].join('\n');
}
