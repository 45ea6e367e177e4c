// The door itself: http behind a proxy, or https where TLS ends here, with a certificate that is read again when it changes.
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { badSettings, type Config, type NamedFiles } from '../config.ts';
import { Refusal } from '../errors.ts';
import { readAuthorities } from '../oidc/certificates.ts';
import { readRevocationLists } from '../oidc/revocation-lists.ts';

export interface Door {
  readonly server: Server | SecureServer;
  close(): void;
}

interface Heard {
  /** A certificate was taken up, or one that is on the disk will not do: the one in use goes on. */
  readonly onRenewed: () => void;
  readonly onError: (error: unknown) => void;
}

const LIMITS = { requestTimeout: 30_000, headersTimeout: 15_000 };
const LOOK_EVERY = 60_000;

/** Opens a server that listens nowhere yet. `bad_setting`, which lists all that is amiss with the files that are named. */
export function openDoor(
  config: NamedFiles,
  { onRenewed, onError, everyMs = LOOK_EVERY }: Heard & { everyMs?: number },
): Door {
  const { tls, clientCertificates } = config;
  const faults = fileFaults(config);
  if (faults.length > 0) throw badSettings(faults);
  if (!tls) {
    const server = patient(createServer(LIMITS));
    return { server, close: () => undefined };
  }
  const contextNow = (): SecureContextOptions => contextOf(tls, clientCertificates);
  const server = patient(
    createSecureServer({
      ...LIMITS,
      ...contextNow(),
      handshakeTimeout: LIMITS.headersTimeout,
      // a machine without a certificate, or with one of its own, is answered: what it may is said by who it is
      requestCert: clientCertificates.from === 'connection',
      rejectUnauthorized: false,
    }),
  );
  const stop = whenMoved([tls.certificate, tls.key], everyMs, () => {
    try {
      server.setSecureContext(contextNow());
      onRenewed();
    } catch (error) {
      onError(error);
    }
  });
  return { server, close: stop };
}

/** What is amiss with files of TLS and of authorities: those that cannot be read, or do not belong together. */
export function fileFaults({ tls, clientCertificates: { authorities: file, revoked } }: NamedFiles): string[] {
  const faults: string[] = [];
  const tried = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(error.message);
      return undefined;
    }
  };
  const cert = tls && tried(() => certificateIn(tls.certificate));
  const key = tls?.key ? tried(() => keyIn(tls.key)) : undefined;
  if (cert && key) tried(() => pairOf(cert, key));
  const authorities = tried(() => readAuthorities(file));
  if (revoked) tried(() => readRevocationLists(revoked, authorities ?? []));
  return faults;
}

function contextOf(tls: NonNullable<Config['tls']>, { from, authorities }: Config['clientCertificates']) {
  return {
    ...pairOf(certificateIn(tls.certificate), keyIn(tls.key)),
    minVersion: 'TLSv1.2',
    // the authorities that are named are trusted as they are, whoever signed them
    ...(from === 'connection' && { ca: fileOf(authorities, 'PREAU_CLIENT_CA'), allowPartialTrustChain: true }),
  } satisfies SecureContextOptions;
}

function certificateIn(file: string): Buffer {
  const cert = fileOf(file, 'PREAU_TLS_CERTIFICATE');
  requireUsable(
    { cert },
    'PREAU_TLS_CERTIFICATE is not valid: expected a certificate, and those between it and its authority',
  );
  return cert;
}

function keyIn(file: string): Buffer {
  const key = fileOf(file, 'PREAU_TLS_KEY');
  requireUsable({ key }, 'PREAU_TLS_KEY is not valid: expected a private key, without a password');
  return key;
}

function pairOf(cert: Buffer, key: Buffer): { cert: Buffer; key: Buffer } {
  requireUsable({ cert, key }, 'PREAU_TLS_KEY is not valid: expected the key of PREAU_TLS_CERTIFICATE');
  return { cert, key };
}

function requireUsable(given: SecureContextOptions, fault: string): void {
  try {
    createSecureContext(given);
  } catch {
    throw new Refusal('bad_setting', fault);
  }
}

function fileOf(path: string, setting: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new Refusal('bad_setting', `${setting} is not valid: expected a PEM file that can be read`);
  }
}

function patient<S extends Server | SecureServer>(server: S): S {
  server.keepAliveTimeout = 65_000;
  return server;
}

/** Looks from time to time whether files were written again; a file that is away for a moment is looked at later. */
function whenMoved(files: readonly string[], everyMs: number, act: () => void): () => void {
  const momentOf = (): string => files.map((file) => statSync(file).mtimeMs).join(' ');
  let known = momentOf();
  const look = (): void => {
    let now: string;
    try {
      now = momentOf();
    } catch {
      return;
    }
    if (now === known) return;
    known = now;
    act();
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
