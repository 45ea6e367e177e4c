// What is wrong with the certificates that a module is to be known by.
import { X509Certificate } from 'node:crypto';
import { canonicalName } from './certificate-names.ts';
import { datesOf, thumbprintOf } from './certificates.ts';
import type { Sheet } from './sheet.ts';

/** How many certificates of its own a module has at most: those of its machines, and those that follow. */
export const MOST_CERTIFICATES = 10;

const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

type Marked = Pick<Sheet, 'auth' | 'certificateSubject' | 'certificates'>;

/** The faults of what a sheet says of certificates, as `field: what was expected`. */
export function* certificateFaults({ auth, certificateSubject: subject, certificates }: Marked): Generator<string> {
  if ((auth === 'tls_client_auth') !== (subject !== undefined))
    yield 'certificate subject: goes with `tls_client_auth`, and only with it';
  if ((auth === 'self_signed_tls_client_auth') !== (certificates !== undefined))
    yield 'certificates: go with `self_signed_tls_client_auth`, and only with it';
  if (subject) yield* subjectFaults(subject);
  if (certificates) yield* ownFaults(certificates);
}

/** The faults of certificates that are not good at an instant, UTC milliseconds. */
export function* dateFaults({ certificates = [] }: Marked, at: number): Generator<string> {
  for (const certificate of certificates.flatMap((text) => readCertificate(text) ?? [])) {
    const { until } = datesOf(certificate);
    if (until <= at) yield `certificates: expected one that is good, got one that ended on ${dayOf(until)}`;
  }
}

/** A certificate as it is kept; none for what is not one. */
export function readCertificate(text: string): X509Certificate | undefined {
  try {
    const der = Buffer.from(text, 'base64');
    const certificate = new X509Certificate(der);
    return certificate.raw.equals(der) && der.toString('base64') === text ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function* subjectFaults(subject: NonNullable<Sheet['certificateSubject']>): Generator<string> {
  const given = subject as { dn?: unknown; dns?: unknown };
  if (Object.keys(given).length !== 1) yield 'certificate subject: expected either `dn` or `dns`';
  else if ('dns' in given) {
    if (typeof given.dns !== 'string' || !HOST.test(given.dns))
      yield 'certificate subject: expected a whole DNS name in lower case, without a wildcard';
  } else if (typeof given.dn !== 'string' || given.dn.length > 500 || canonicalName(given.dn) === undefined)
    yield 'certificate subject: expected a whole name as RFC 4514 writes it, such as `CN=machine,O=Éditeur,C=FR`';
}

function* ownFaults(certificates: readonly string[]): Generator<string> {
  if (certificates.length === 0 || certificates.length > MOST_CERTIFICATES)
    yield `certificates: expected 1 to ${MOST_CERTIFICATES}`;
  if (new Set(certificates).size < certificates.length) yield 'certificates: given twice';
  for (const text of certificates) {
    const certificate = readCertificate(text);
    if (!certificate) yield 'certificates: expected X.509 certificates, DER in base64';
    else if (!isStrong(certificate))
      yield `certificates: expected a key of RSA with 2048 bits or more, P-256, P-384, P-521 or Ed25519, got another in ${thumbprintOf(certificate.raw)}`;
  }
}

const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

function isStrong({ publicKey }: X509Certificate): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= 2048;
  return type === 'ed25519' || (type === 'ec' && CURVES.has(details?.namedCurve ?? ''));
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
