// The certificate that a machine shows (RFC 8705): on our own connection, or told by a proxy that is believed.
import { hash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { canonicalName, subjectOf } from './certificate-names.ts';
import { openRevocation } from './revocation.ts';
import type { certificateAuths } from './sheet.ts';

/*
 * What is told in a header is the certificate and nothing else: whether one of our authorities signed it is judged here,
 * on both ways alike, whatever the proxy let pass. That the machine holds the key of it was proven in the handshake,
 * which is all that a proxy is believed for. What is not sure is as if nothing had been shown; so is what was revoked,
 * from the first request after its authority says so, on connections that are open too.
 */

/** A certificate that was shown, on a day that it is good for. */
export interface ShownCertificate {
  readonly certificate: X509Certificate;
  /** `x5t#S256`: SHA-256 of the DER, base64url. */
  readonly thumbprint: string;
  /** The whole subject, comparable. */
  readonly name: string | undefined;
  /** Whether an authority of ours signed it, for a client. */
  readonly vouched: boolean;
}

export interface Certificates {
  /** The ways in which a machine may prove who it is by a certificate here. */
  readonly auths: readonly (typeof certificateAuths)[number][];
  /** The certificate of whoever sent a request; none when there is none that counts. */
  shownIn(request: IncomingMessage): ShownCertificate | undefined;
}

/** What a certificate says, whenever it is shown. */
interface Known extends Omit<ShownCertificate, 'vouched'>, Span {
  /** The authorities that signed it, by their place, and how long each is good for. */
  readonly signers: readonly (Span & { readonly place: number })[];
  /** Whether the handshake found nothing against it. */
  readonly accepted: boolean;
}

/** UTC milliseconds. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** How many certificates a node remembers having read. */
const REMEMBERED = 1_000;

interface Heard {
  /** Somebody who is not believed set the header. */
  readonly onIgnored?: () => void;
  /** What is amiss with lists of revoked certificates. */
  readonly onError?: (error: unknown) => void;
}

/** Opens what the settings say. Lists of revoked certificates are looked at again every so often. `bad_setting` */
export function openCertificates(
  { clientCertificates }: Pick<Config, 'clientCertificates'>,
  { onIgnored = () => undefined, ...heard }: Heard & { everyMs?: number } = {},
): Certificates {
  const { from, header, proxies } = clientCertificates;
  const authorities = readAuthorities(clientCertificates.authorities);
  const revocation = openRevocation(clientCertificates.revoked, authorities, heard);
  const read = remembering((der: Buffer) => readCertificate(der, authorities));
  const believed = networksOf(proxies);
  const seen = { nowhere: () => undefined, connection: onConnection, header: inHeader }[from];
  return {
    auths: [
      ...(from !== 'nowhere' && authorities.length > 0 ? (['tls_client_auth'] as const) : []),
      ...(from !== 'nowhere' ? (['self_signed_tls_client_auth'] as const) : []),
    ],
    shownIn: (request) => {
      const known = seen(request);
      const now = Date.now();
      if (!known || !covers(known, now)) return undefined;
      const { certificate, thumbprint, name, accepted } = known;
      const signers = known.signers.filter((span) => covers(span, now)).map(({ place }) => place);
      const standing = revocation.standing(certificate, signers, now);
      if (standing === 'revoked') return undefined;
      return { certificate, thumbprint, name, vouched: accepted && standing === 'clear' && signers.length > 0 };
    },
  };

  function onConnection({ socket }: IncomingMessage): Known | undefined {
    const { authorized, getPeerX509Certificate } = socket as Partial<TLSSocket>;
    const known = read(getPeerX509Certificate?.call(socket)?.raw);
    return known && { ...known, accepted: authorized === true };
  }

  function inHeader(request: IncomingMessage): Known | undefined {
    if (!request.headers[header]) return undefined;
    if (!believed(request.socket.remoteAddress)) {
      onIgnored();
      return undefined;
    }
    const [text, ...more] = request.headersDistinct[header] ?? [];
    return more.length === 0 ? read(derIn(text)) : undefined;
  }
}

/** The authorities in a PEM file, none when no file is named. `bad_setting` for a file that holds anything else. */
export function readAuthorities(file: string): X509Certificate[] {
  if (file === '') return [];
  const authorities = readPem(file, 'PREAU_CLIENT_CA');
  if (authorities.length === 0 || authorities.some(({ ca }) => !ca))
    throw new Refusal('bad_setting', 'PREAU_CLIENT_CA is not valid: expected authorities, and at least one');
  return authorities;
}

/** The certificates in a PEM file. `bad_setting`, naming the setting, for a file that cannot be read. */
export function readPem(file: string, setting: string): X509Certificate[] {
  try {
    const blocks = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new Refusal('bad_setting', `${setting} is not valid: expected a PEM file that can be read`);
  }
}

/** `x5t#S256` of a certificate, RFC 8705 section 3.1. */
export function thumbprintOf(der: Buffer): string {
  return hash('sha256', der, 'base64url');
}

/** UTC milliseconds between which a certificate is good. */
export function datesOf({ validFrom, validTo }: X509Certificate): Span {
  return { from: Date.parse(validFrom), until: Date.parse(validTo) };
}

function covers({ from, until }: Span, at: number): boolean {
  return from <= at && at < until;
}

/** RFC 9440 (`:base64:`), the PEM escaped as in addresses or with its lines in one, or the base64 alone. */
function derIn(text = ''): Buffer | undefined {
  const bare = decoded(text)
    .replace(/^:(.*):$/s, '$1')
    .replace(/^\s*-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----\s*$/, '$1')
    .replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(bare) ? Buffer.from(bare, 'base64') : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function readCertificate(der: Buffer, authorities: readonly X509Certificate[]): Known | undefined {
  try {
    const certificate = new X509Certificate(der);
    if (!certificate.raw.equals(der)) return undefined; // something stands behind it
    return {
      certificate,
      thumbprint: thumbprintOf(der),
      name: canonicalName(subjectOf(certificate)),
      signers: forClients(certificate)
        ? authorities.flatMap((one, place) => (signed(certificate, one) ? [{ place, ...datesOf(one) }] : []))
        : [],
      accepted: true,
      ...datesOf(certificate),
    };
  } catch {
    return undefined;
  }
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** RFC 5280 section 4.2.1.12: what says its uses says this one; and no machine is an authority. */
function forClients({ keyUsage, ca }: X509Certificate): boolean {
  return !ca && (keyUsage === undefined || keyUsage.includes(CLIENT_AUTH));
}

function signed(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function remembering(read: (der: Buffer) => Known | undefined): (der: Buffer | undefined) => Known | undefined {
  const known = new Map<string, Known | undefined>();
  return (der) => {
    if (!der) return undefined;
    const id = thumbprintOf(der);
    if (known.has(id)) return known.get(id);
    if (known.size >= REMEMBERED) known.clear();
    const found = read(der);
    known.set(id, found);
    return found;
  };
}

function networksOf(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
