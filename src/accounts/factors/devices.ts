// The browsers a person signs in from: one never seen before is told to them.
import { createHmac } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { queueMail } from '../../mail/mail.ts';
import { type AnyDb, inOneTransaction, rowsOf, type Source } from '../../storage/statements.ts';
import type { Db } from '../../storage/storage.ts';
import { contactOf } from '../contact.ts';

/** How long a browser counts as known after a sign-in, in milliseconds. */
export const DEVICE_KNOWN_FOR = 400 * 86_400_000;

/** A person, a browser by the random number it keeps, and the key under which that is hashed. */
export interface Device {
  readonly person: string;
  /** The number; undefined for a browser that keeps none. */
  readonly device: string | undefined;
  /** `config.keyFor('throttle')` */
  readonly key: Buffer;
  readonly at: number;
}

/** Whether a person has signed in from this browser before; `since` an instant, when one is given. */
export async function isKnownDevice(source: Source, asked: Device & { readonly since?: number }): Promise<boolean> {
  const { person, at, since = 0 } = asked;
  const sql = 'select person from known_device where person = ? and device = ? and expires_at > ? and expires_at >= ?';
  return (await rowsOf(source, sql, [person, deviceHash(asked), at, since + DEVICE_KNOWN_FOR])).length > 0;
}

/**
 * Remembers the browser of a sign-in, and tells its holder, where one can, of one never seen, but of the very first.
 * `isNew`: its number was made a moment ago.
 */
export async function noteDevice(
  db: AnyDb,
  signed: Device & { readonly device: string; readonly isNew?: boolean },
): Promise<void> {
  const { person, at } = signed;
  const row = [at + DEVICE_KNOWN_FOR, person, deviceHash(signed)];
  if (!signed.isNew && (await rowsOf(db, SEEN_AGAIN, row)).length > 0) return;
  await inOneTransaction(db, async (tx) => {
    const others = await rowsOf(tx, 'select person from known_device where person = ? limit 1', [person]);
    const first = (await rowsOf(tx, SEEN, row)).length > 0;
    if (!first || others.length === 0) return;
    await audit(tx, { at, event: 'sign_in.new_device', actor: person, subject: person });
    if (await contactOf(tx, person)) await queueMail(tx, { person, template: 'newDevice', data: { at }, at });
  });
}

const SEEN_AGAIN = 'update known_device set expires_at = ? where person = ? and device = ? returning person';
const SEEN = `insert into known_device (expires_at, person, device) values (?, ?, ?)
  on conflict (person, device) do nothing returning person`;

export async function purgeDevices(db: Db, at: number): Promise<number> {
  return db('known_device').where('expires_at', '<=', at).delete();
}

/** Another for each person: rows do not tell who shares a browser. */
export function deviceHash({ person, device, key }: Pick<Device, 'person' | 'device' | 'key'>): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['device', person, device ?? '']))
    .digest('base64url');
}
