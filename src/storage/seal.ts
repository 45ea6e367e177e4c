// What must not be read where it lies: sealed under a key kept outside the database, and bound to its row.
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/** Seals and opens values bound to the row they stand in: moved to another row, a value no longer opens. */
export interface Seal {
  close(row: string, value: unknown): Buffer;
  open<T>(row: string, sealed: Buffer): T;
  /** The same for what is not opened again: it is not remembered. */
  openOnce<T>(row: string, sealed: Buffer): T;
}

const NONCE = 12;
const TAG = 16;

/** How many sealed values are remembered with what they hold: a session or a grant is opened again and again. */
const REMEMBERED = 5_000;

/** AES-256-GCM under a 32-byte key. */
export function sealWith(key: Buffer): Seal {
  const secret = createSecretKey(key);
  const memory = openMemory();
  const read = (row: string, sealed: Buffer): string => {
    const cipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, NONCE));
    cipher.setAAD(Buffer.from(row));
    cipher.setAuthTag(sealed.subarray(sealed.length - TAG));
    const body = sealed.subarray(NONCE, sealed.length - TAG);
    return cipher.update(body, undefined, 'utf8') + cipher.final('utf8');
  };
  return {
    close: (row, value) => {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', secret, nonce);
      cipher.setAAD(Buffer.from(row));
      const body = cipher.update(JSON.stringify(value), 'utf8');
      return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]);
    },
    open: (row, sealed) => {
      const known = memory.find(row, sealed);
      if (known !== undefined) return JSON.parse(known);
      const text = read(row, sealed);
      memory.keep({ row, sealed, text });
      return JSON.parse(text);
    },
    openOnce: (row, sealed) => JSON.parse(read(row, sealed)),
  };
}

interface Known {
  readonly row: string;
  readonly sealed: Buffer;
  readonly text: string;
}

/** What was opened lately. A value is known only if every byte of it is, in the same row. */
function openMemory() {
  const byTag = new Map<string, Known>();
  const tagOf = (sealed: Buffer) => sealed.toString('latin1', Math.max(0, sealed.length - TAG));
  return {
    find: (row: string, sealed: Buffer): string | undefined => {
      const known = byTag.get(tagOf(sealed));
      return known && known.row === row && known.sealed.equals(sealed) ? known.text : undefined;
    },
    keep: (known: Known): void => {
      if (byTag.size >= REMEMBERED) for (const oldest of byTag.keys()) if (byTag.delete(oldest)) break;
      byTag.set(tagOf(known.sealed), known);
    },
  };
}
