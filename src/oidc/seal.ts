// What lies in the database of this room: identifiers as hashes, everything else sealed under a key kept outside it.
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';

/** Seals and opens values bound to the row they stand in: moved to another row, a value no longer opens. */
export interface Seal {
  close(row: string, value: unknown): Buffer;
  open<T>(row: string, sealed: Buffer): T;
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM under a 32-byte key. */
export function sealWith(key: Buffer): Seal {
  return {
    close: (row, value) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(Buffer.from(row));
      const body = cipher.update(JSON.stringify(value), 'utf8');
      return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
    },
    open: (row, sealed) => {
      const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
      cipher.setAAD(Buffer.from(row));
      cipher.setAuthTag(sealed.subarray(sealed.length - TAG));
      const body = sealed.subarray(NONCE, sealed.length - TAG);
      return JSON.parse(cipher.update(body, undefined, 'utf8') + cipher.final('utf8'));
    },
  };
}

/** The identifier of a row: a value of one model is never found under another. */
export function rowId(model: string, value: string): string {
  return hash('sha256', `${model}\n${value}`, 'base64url');
}

/** The hash a secret is kept as. Secrets are long and random: a slow hash would protect nothing more. */
export function secretHash(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
