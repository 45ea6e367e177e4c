// What lies in the database of this room: identifiers as hashes, everything else sealed.
import { hash } from 'node:crypto';

export { type Seal, sealWith } from '../storage/seal.ts';

/** The identifier of a row: a value of one model is never found under another. */
export function rowId(model: string, value: string): string {
  return hash('sha256', `${model}\n${value}`, 'base64url');
}

/** The hash a secret is kept as. Secrets are long and random: a slow hash would protect nothing more. */
export function secretHash(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
