// Lists of revoked certificates (RFC 5280 section 5), as authorities publish them: read, held against who signed them.
import { verify, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Refusal } from '../errors.ts';
import { contentOf, type Element, elementIn, partsOf, tags } from './der.ts';

export interface RevocationList {
  /** UTC milliseconds between which it says what is so. */
  readonly from: number;
  readonly until: number;
  /** Serial numbers, as `serialOf` writes them. */
  readonly serials: ReadonlySet<string>;
}

/** A list as it is written, with what its signature is over. */
interface Written extends RevocationList {
  readonly issuer: Buffer;
  readonly signed: Buffer;
  readonly algorithm: string;
  readonly signature: Buffer;
}

/**
 * The list of each authority, in the order of the authorities; of several, the newest. The file is PEM with as many as
 * there are, or one in DER; those of other authorities are passed over. `bad_setting` when it cannot be read, when a
 * list is not what its authority signed, says what we do not understand, or when an authority has none.
 */
export function readRevocationLists(file: string, authorities: readonly X509Certificate[]): RevocationList[] {
  const lists = writtenIn(file);
  return authorities.map((authority) => {
    const name = subjectIn(authority);
    const own = lists.filter(({ issuer }) => issuer.equals(name));
    const unsigned = own.find((list) => !isSigned(list, authority));
    // two authorities may have had one name, each with a key and a list of its own
    const signed = own.filter((list) => isSigned(list, authority));
    const [newest] = signed.sort((one, other) => other.from - one.from);
    if (newest) return newest;
    throw amiss(unsigned ? 'signed by the authority that it names' : 'a list of each authority of PREAU_CLIENT_CA');
  });
}

/** The serial number of a certificate, as lists are asked for it. */
export function serialOf({ serialNumber }: X509Certificate): string {
  return serialNumber.toUpperCase().replace(/^0+(?=.)/, '');
}

function writtenIn(file: string): Written[] {
  const bytes = bytesOf(file);
  const text = bytes.toString('latin1');
  const blocks = [...text.matchAll(/-----BEGIN X509 CRL-----([^-]+)-----END X509 CRL-----/g)];
  const ders = blocks.length > 0 ? blocks.map(([, block = '']) => Buffer.from(block, 'base64')) : [bytes];
  try {
    return ders.map(writtenAs);
  } catch (error) {
    throw error instanceof Refusal ? error : amiss('lists of revoked certificates, PEM or DER');
  }
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw amiss('a file that can be read');
  }
}

/** CertificateList, RFC 5280 section 5.1. */
function writtenAs(der: Buffer): Written {
  const [list, algorithm, signature] = partsOf(elementIn(der));
  const parts = partsOf(list);
  if (parts[0]?.tag === tags.integer) parts.shift(); // the version, which the first one does not say
  const [inside, issuer, from, until] = parts.splice(0, 4);
  if (!list || !algorithm || !inside?.whole.equals(algorithm.whole)) throw amiss('one algorithm in each list');
  const revoked = parts[0]?.tag === tags.sequence ? partsOf(parts.shift()) : [];
  const [extensions, ...more] = parts;
  if (extensions) refuseCritical(partsOf(partsOf(extensions, tags.explicit0)[0]));
  if (more.length > 0) throw amiss('nothing behind a list');
  return {
    from: instantOf(from),
    until: instantOf(until), // a list that does not say when it ends would be believed for ever
    serials: new Set(revoked.map(serialIn)),
    issuer: contentOf(issuer, tags.sequence),
    signed: list.whole,
    algorithm: contentOf(partsOf(algorithm)[0], tags.name).toString('hex'),
    signature: wholeBytes(contentOf(signature, tags.bits)),
  };
}

function serialIn(entry: Element): string {
  const [serial, , extensions] = partsOf(entry);
  if (extensions) refuseCritical(partsOf(extensions));
  return contentOf(serial, tags.integer)
    .toString('hex')
    .toUpperCase()
    .replace(/^0+(?=.)/, '');
}

/** The first byte of bits says how many of the last are not used. */
function wholeBytes(bits: Buffer): Buffer {
  if (bits[0] !== 0) throw amiss('signatures of whole bytes');
  return bits.subarray(1);
}

/** What must be understood, and is not: a list of changes only, of a part of the certificates, or of another's. */
function refuseCritical(extensions: readonly Element[]): void {
  for (const extension of extensions) {
    const [, critical] = partsOf(extension);
    if (critical?.tag === tags.boolean && critical.content[0] !== 0)
      throw amiss('whole lists of an authority’s own certificates, without critical extensions');
  }
}

/** `YYMMDDhhmmssZ` to 2049, `YYYYMMDDhhmmssZ` after. */
function instantOf(element: Element | undefined): number {
  const short = element?.tag === tags.utcTime;
  const text = contentOf(element, short ? tags.utcTime : tags.time).toString('latin1');
  const full = short ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(instant)) throw amiss('lists that say from when and until when they are good');
  return instant;
}

/** By the name of the algorithm, in hexadecimal; nothing weaker is taken. */
const digests: Readonly<Record<string, string | null>> = {
  '2a864886f70d01010b': 'sha256', // RSA
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256', // ECDSA
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  '2b6570': null, // Ed25519
};

function isSigned({ algorithm, signed, signature }: Written, { publicKey }: X509Certificate): boolean {
  const digest = digests[algorithm];
  if (digest === undefined) throw amiss('lists signed with SHA-256 or better');
  try {
    return verify(digest, signed, publicKey, signature);
  } catch {
    return false; // a key of another kind
  }
}

/** The name of an authority as it stands in its certificate, to be held against the issuer of a list. */
function subjectIn({ raw }: X509Certificate): Buffer {
  const [certificate] = partsOf(elementIn(raw));
  const parts = partsOf(certificate);
  if (parts[0]?.tag === tags.explicit0) parts.shift(); // the version
  const [_serial, _algorithm, _issuer, _dates, subject] = parts;
  return contentOf(subject, tags.sequence);
}

function amiss(expected: string): Refusal {
  return new Refusal('bad_setting', `PREAU_CLIENT_CRL is not valid: expected ${expected}`);
}
