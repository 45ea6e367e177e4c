// Which certificates machines have shown, once a day each: so that somebody sees in time when one is about to end.
import type Provider from 'oidc-provider';
import type { Db } from '../storage/storage.ts';
import { subjectOf } from './certificate-names.ts';
import { type Certificates, datesOf, type ShownCertificate } from './certificates.ts';
import { certificateAuths } from './sheet.ts';

/** A certificate that a module has shown. */
export interface SeenCertificate {
  readonly client: string;
  readonly thumbprint: string;
  readonly subject: string;
  /** UTC milliseconds. */
  readonly endsAt: number;
  readonly seenAt: number;
}

export interface Sightings {
  /** Notes it beside the request, which waits for nothing. */
  note(client: string, shown: ShownCertificate): void;
  /** Notes who proves by a certificate at a provider. */
  watch(provider: Provider, certificates: Certificates): void;
  close(): Promise<void>;
}

const DAY = 24 * 3600_000;

/** What has not been shown for so long is forgotten. */
const FORGOTTEN_AFTER = 90 * DAY;

interface Row {
  client: string;
  thumbprint: string;
  subject: string;
  ends_at: number;
  seen_at: number;
}

export function openSightings(db: Db, { onError }: { onError: (error: unknown) => void }): Sightings {
  const noted = new Map<string, number>();
  let writing: Promise<unknown> = Promise.resolve();
  const note: Sightings['note'] = (client, { certificate, thumbprint }) => {
    const at = Date.now();
    const key = `${client} ${thumbprint}`;
    const today = Math.floor(at / DAY);
    if (noted.get(key) === today) return;
    noted.set(key, today);
    const { until } = datesOf(certificate);
    const row = { client, thumbprint, subject: subjectOf(certificate), ends_at: until, seen_at: at };
    writing = writing.then(() => write(db, row)).catch(onError);
  };
  return {
    note,
    watch: (provider, certificates) => {
      provider.on('grant.success', (ctx) => {
        const { client } = ctx.oidc;
        if (!client || !(certificateAuths as readonly unknown[]).includes(client.clientAuthMethod)) return;
        const shown = certificates.shownIn(ctx.req);
        if (shown) note(client.clientId, shown);
      });
    },
    close: async () => {
      await writing;
    },
  };
}

/** What machines have shown of late, the one that ends first in front. */
export async function seenCertificates(db: Db): Promise<SeenCertificate[]> {
  const rows = (await db('oidc_certificate_seen').orderBy('ends_at').orderBy('thumbprint')) as Row[];
  return rows.map(({ ends_at, seen_at, ...row }) => ({ ...row, endsAt: ends_at, seenAt: seen_at }));
}

async function write(db: Db, row: Row): Promise<void> {
  await db('oidc_certificate_seen').insert(row).onConflict(['client', 'thumbprint']).merge(['seen_at']);
  await db('oidc_certificate_seen')
    .where('seen_at', '<', row.seen_at - FORGOTTEN_AFTER)
    .delete();
}
