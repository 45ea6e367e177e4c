// Names in certificates: compared by what they say, not by how they are written (RFC 4514).
import type { X509Certificate } from 'node:crypto';

/** The whole subject of a certificate as RFC 4514 writes it, the most particular part first. */
export function subjectOf({ subject }: X509Certificate): string {
  return (subject ?? '').split('\n').reverse().join(',');
}

/**
 * A name in the one way in which two that say the same are written; none for what is not a name. Case and blanks count
 * in values: who registers a name copies it from a certificate.
 */
export function canonicalName(text: string): string | undefined {
  const parts = splitAt(text, ',').map((part) => splitAt(part, '+').map(canonicalAttribute).sort());
  return parts.flat().includes(undefined) ? undefined : JSON.stringify(parts);
}

/** `CN = a\, b` is `CN=a, b`. */
function canonicalAttribute(text: string): string | undefined {
  const [, type, written = ''] = /^ *([a-z][a-z0-9-]*|\d+(?:\.\d+)+) *= *(.*)$/isu.exec(text) ?? [];
  const pieces = piecesOf(written);
  while (pieces.at(-1) === ' ') pieces.pop();
  if (type === undefined || pieces.length === 0 || pieces.some((piece) => SPECIAL.has(piece))) return undefined;
  return `${type.toUpperCase()}=${unescaped(pieces.join(''))}`;
}

/** What stands in a name only when it is escaped. */
const SPECIAL = new Set(['"', '<', '>', ';', '\\']);

/** Signs, each with the backslash before it. */
function piecesOf(text: string): string[] {
  return text.match(/\\.|./gsu) ?? [];
}

/** Splits where a sign stands that is not escaped. */
function splitAt(text: string, sign: string): string[] {
  const parts = [''];
  for (const piece of piecesOf(text))
    if (piece === sign) parts.push('');
    else parts.push(`${parts.pop()}${piece}`);
  return parts;
}

function unescaped(value: string): string {
  return value.replace(/((?:\\[0-9a-f]{2})+)|\\(.)/gisu, (_whole, bytes: string | undefined, sign: string) =>
    bytes === undefined ? sign : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString(),
  );
}
