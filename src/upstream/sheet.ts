// What is said of a provider of identities when it is recorded, and every fault of it.
import { X509Certificate } from 'node:crypto';

/** Whom a provider may sign in: families and pupils, or those who work at a school. */
export type Population = 'families' | 'staff';

/** What it signs. The assertion alone is what most sign; a response whose assertion is not signed is taken only if said so. */
export type Signs = 'assertion' | 'response' | 'both';

/** A provider, as its sheet says it. */
export interface Provider {
  readonly id: string;
  readonly protocol: 'saml';
  /** How it is called in a sentence: `ÉduConnect`. */
  readonly name: string;
  /** What stands on its button: `Se connecter avec ÉduConnect`. */
  readonly label: string;
  readonly entityId: string;
  /** Where requests go, by HTTP-Redirect. */
  readonly signIn: string;
  /** Where its own session is ended, by whoever goes there. */
  readonly signOut?: string | undefined;
  /** What it signs with, DER in base64; several, so that one can follow another. */
  readonly certificates: readonly string[];
  readonly signs: Signs;
  readonly population: Population;
  /** The attribute that tells the records of the directory, as `{AAF}<academy>|<x>|<id>`. */
  readonly references: string;
  /** What it calls a person for good: an attribute, or `NameID` when that is persistent. */
  readonly subject: string;
  /** What it calls academies otherwise than by their number: `{ "ORL": "018" }`. */
  readonly academies: Readonly<Record<string, string>>;
}

const ID = /^[a-z][a-z0-9-]{1,39}$/;
const MOST_CERTIFICATES = 5;

/** Names of addresses of ours, which no provider may take. */
const TAKEN = new Set(['acs', 'arrived', 'metadata']);

type Given = Readonly<Record<string, unknown>>;

/** One field of a sheet: what is taken, and what was expected of anything else. */
interface Member {
  readonly expects: string;
  /** What stands where nothing is said; a field without one must be there. */
  readonly otherwise?: unknown;
  readonly holds: (value: unknown) => boolean;
}

const members: Readonly<Record<keyof Provider, Member>> = {
  id: {
    expects: '2 to 40 small letters, digits and hyphens, a letter first, and none of `acs`, `arrived`, `metadata`',
    holds: (value) => typeof value === 'string' && ID.test(value) && !TAKEN.has(value),
  },
  protocol: { expects: '`saml`', holds: (value) => value === 'saml' },
  name: { expects: '1 to 60 characters on one line', holds: (value) => isLine(value, 60) },
  label: { expects: '1 to 80 characters on one line', holds: (value) => isLine(value, 80) },
  entityId: {
    expects: 'the entityID that it signs as: 1 to 1024 characters without blanks',
    holds: (value) => isLine(value, 1024) && !/\s/.test(value as string),
  },
  signIn: { expects: 'an https address', holds: isAddress },
  signOut: { expects: 'an https address', otherwise: undefined, holds: isAddress },
  certificates: {
    expects: `1 to ${MOST_CERTIFICATES} X.509 certificates, each once, in PEM or DER in base64, RSA of 2048 bits or more`,
    holds: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= MOST_CERTIFICATES &&
      value.every((one) => isStrong(certificateIn(one))) &&
      new Set(value.map(derOf)).size === value.length,
  },
  signs: {
    expects: '`assertion`, `response` or `both`',
    otherwise: 'assertion',
    holds: (value) => ['assertion', 'response', 'both'].includes(value as string),
  },
  population: {
    expects: '`families` or `staff`',
    holds: (value) => value === 'families' || value === 'staff',
  },
  references: { expects: 'the name of an attribute', holds: isAttribute },
  subject: { expects: '`NameID`, or the name of an attribute', holds: isAttribute },
  academies: {
    expects: 'codes of three digits by what the provider calls them',
    otherwise: {},
    holds: (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.entries(value).every(([name, code]) => isLine(name, 20) && /^\d{3}$/.test(String(code))),
  },
};

/** Reads a sheet: the provider, or every fault, as `field: what was expected`. `at` is UTC milliseconds. */
export function readSheet(given: unknown, at: number): { provider: Provider } | { faults: string[] } {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { faults: ['expected one JSON object'] };
  const faults = [...faultsOf(given as Given, at)];
  if (faults.length > 0) return { faults };
  const read = Object.entries(members).map(([name, { otherwise }]) => [name, (given as Given)[name] ?? otherwise]);
  const sheet = Object.fromEntries(read.filter(([, value]) => value !== undefined)) as unknown as Provider;
  return { provider: { ...sheet, certificates: sheet.certificates.map((one) => derOf(one) ?? '') } };
}

function* faultsOf(given: Given, at: number): Generator<string> {
  for (const name of Object.keys(given)) if (!Object.hasOwn(members, name)) yield `${name}: is not a field of a sheet`;
  for (const [name, member] of Object.entries(members)) {
    const value = given[name];
    if (value === undefined && !('otherwise' in member)) yield `${name}: is missing, expected ${member.expects}`;
    else if (value !== undefined && !member.holds(value)) yield `${name}: expected ${member.expects}`;
  }
  if (
    members.certificates.holds(given.certificates) &&
    !liveCertificates(given as { certificates: string[] }, at).length
  )
    yield 'certificates: expected one that is good today';
}

/** The certificates that are good at an instant, DER in base64: what ended, or has not begun, verifies nothing. */
export function liveCertificates({ certificates }: Pick<Provider, 'certificates'>, at: number): string[] {
  return certificates.filter((text) => {
    const certificate = certificateIn(text);
    if (!certificate) return false;
    return Date.parse(certificate.validFrom) <= at && at < Date.parse(certificate.validTo);
  });
}

/** A certificate in PEM, or DER in base64. */
export function certificateIn(text: unknown): X509Certificate | undefined {
  if (typeof text !== 'string' || text.length > 20_000) return undefined;
  const bare = text.replace(/^\s*-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----\s*$/, '$1');
  const base64 = bare.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    const der = Buffer.from(base64, 'base64');
    const certificate = new X509Certificate(der);
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function derOf(text: unknown): string | undefined {
  return certificateIn(text)?.raw.toString('base64');
}

function isStrong(certificate: X509Certificate | undefined): boolean {
  if (!certificate) return false;
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}

function isLine(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= longest && !/\p{Cc}/u.test(value);
}

function isAttribute(value: unknown): boolean {
  return isLine(value, 200) && !/\s/.test(value as string);
}

/** https, or http on this machine; nobody's password in it, and nothing after `#`. */
function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 1000 || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, hash } = new URL(value);
  if (username || password || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(hostname));
}
