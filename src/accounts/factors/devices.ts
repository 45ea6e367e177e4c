// The browsers a person signs in from: one never seen before is told to them.
import { createHmac } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { queueMail } from '../../mail/mail.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';

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

/** Whether a person has signed in from this browser before. */
export async function isKnownDevice(db: Db, asked: Device): Promise<boolean> {
  const row = await db('known_device')
    .where({ person: asked.person, device: deviceHash(asked) })
    .where('expires_at', '>', asked.at)
    .first('person');
  return row !== undefined;
}

/** Remembers the browser of a sign-in, and tells its holder of one never seen, but of the very first. */
export async function noteDevice(db: Db, signed: Device & { device: string }): Promise<void> {
  const { person, at } = signed;
  const row = { person, device: deviceHash(signed), expires_at: at + DEVICE_KNOWN_FOR };
  await inTransaction(db, async (tx) => {
    const others = await tx('known_device').where({ person }).first('device');
    const isNew = await tx('known_device').insert(row).onConflict(['person', 'device']).ignore().returning('person');
    if (isNew.length === 0) {
      await tx('known_device').where({ person, device: row.device }).update({ expires_at: row.expires_at });
      return;
    }
    if (others === undefined) return;
    await audit(tx, { at, event: 'sign_in.new_device', actor: person, subject: person });
    await queueMail(tx, { person, template: 'newDevice', data: { at }, at });
  });
}

export async function purgeDevices(db: Db, at: number): Promise<number> {
  return db('known_device').where('expires_at', '<=', at).delete();
}

/** Another for each person: rows do not tell who shares a browser. */
export function deviceHash({ person, device, key }: Pick<Device, 'person' | 'device' | 'key'>): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['device', person, device ?? '']))
    .digest('base64url');
}
