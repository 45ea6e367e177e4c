// The providers of identities that the operator has recorded: none unless somebody did.
import type { X509Certificate } from 'node:crypto';
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, onPostgres } from '../storage/storage.ts';
import { forgetLinks, type Link, linksTo } from './links.ts';
import { certificateIn, type Provider, readSheet } from './sheet.ts';

const TABLE = 'upstream_provider';

/** A provider as it is kept. */
export interface Recorded {
  readonly provider: Provider;
  /** UTC milliseconds. */
  readonly addedAt: number;
  readonly endedAt?: number | undefined;
}

interface Row {
  id: string;
  sheet: string;
  added_at: number;
  ended_at: number | null;
}

/**
 * Records a provider, or a new sheet of one that is recorded: certificates follow each other so. Says whether it is new.
 * `upstream_invalid`, with every fault; `upstream_exists` when another provider signs under the same name, or this one
 * did under another: whom it vouched for would be somebody else.
 */
export async function recordProvider(
  db: Db,
  given: unknown,
  { actor, at }: { actor: string; at: number },
): Promise<{ provider: Provider; isNew: boolean }> {
  const read = readSheet(given, at);
  if ('faults' in read)
    throw new Refusal(
      'upstream_invalid',
      `the sheet has ${read.faults.length} fault(s):\n  - ${read.faults.join('\n  - ')}`,
      {
        faults: read.faults,
      },
    );
  const { provider } = read;
  return inTransaction(db, async (tx) => {
    const all = await recorded(tx);
    const before = all.find((one) => one.provider.id === provider.id);
    const other = all.find((one) => one.provider.entityId === provider.entityId && one !== before && !one.endedAt);
    const another = before && before.provider.entityId !== provider.entityId;
    if (other || another)
      throw new Refusal('upstream_exists', 'expected one provider under one entityID, and an id of its own for each');
    const row = { id: provider.id, sheet: JSON.stringify(provider), added_at: before?.addedAt ?? at, ended_at: null };
    await tx(TABLE).insert(row).onConflict('id').merge();
    const details = { provider: provider.id, certificates: provider.certificates.length };
    await audit(tx, { at, event: before ? 'upstream.changed' : 'upstream.added', actor, details });
    return { provider, isNew: before === undefined };
  });
}

/** Ends a provider: it signs nobody in any more, and whom it knew is forgotten. `unknown_upstream` */
export async function endProvider(db: Db, id: string, { actor, at }: { actor: string; at: number }): Promise<void> {
  await inTransaction(db, async (tx) => {
    const ended = await tx(TABLE).where({ id, ended_at: null }).update({ ended_at: at });
    if (ended === 0) throw new Refusal('unknown_upstream', 'expected the id of a provider that is recorded', { id });
    await forgetLinks(tx, id);
    await audit(tx, { at, event: 'upstream.ended', actor, details: { provider: id } });
  });
}

/** Whether a provider still stands: it is not ended before the caller's transaction is over. */
export async function holdProvider(tx: Db, id: string): Promise<boolean> {
  const row = tx(TABLE).where({ id, ended_at: null });
  return (await (onPostgres(tx) ? row.forShare() : row).first('id')) !== undefined;
}

/** Every provider that was ever recorded, in the order of their ids. */
export async function recorded(db: Db): Promise<Recorded[]> {
  const rows = (await db(TABLE).orderBy('id')) as Row[];
  return rows.map(({ sheet, added_at, ended_at }) => ({
    provider: JSON.parse(sheet) as Provider,
    addedAt: Number(added_at),
    ...(ended_at !== null && { endedAt: Number(ended_at) }),
  }));
}

/** What the providers that stand sign with. */
export async function certificatesLent(db: Db): Promise<{ provider: string; certificate: X509Certificate }[]> {
  const providers = await standing(db);
  return providers.flatMap(({ id, certificates }) =>
    certificates.flatMap((text) => {
      const certificate = certificateIn(text);
      return certificate ? [{ provider: id, certificate }] : [];
    }),
  );
}

/** Through which providers a person signs in, the newest first. */
export async function providersOf(db: Db, person: string): Promise<(Link & { readonly name: string })[]> {
  const links = await linksTo(db, person);
  if (links.length === 0) return [];
  const standing = new Map((await recorded(db)).map(({ provider: { id, name } }) => [id, name]));
  return links.map((link) => ({ ...link, name: standing.get(link.provider) ?? link.provider }));
}

/** How long a node goes on with what it has read. */
const READ_AGAIN = 1_000;

/** The providers that stand now, as they were a second ago at most: sign-in pages ask for them all day. */
export function openProviders(db: Db): () => Promise<readonly Provider[]> {
  let read: { at: number; providers: Promise<readonly Provider[]> } | undefined;
  return () => {
    const now = Date.now();
    if (read && Math.abs(now - read.at) < READ_AGAIN) return read.providers;
    const providers = standing(db);
    const mine = { at: now, providers };
    read = mine;
    providers.catch(() => {
      if (read === mine) read = undefined; // the next one asks again
    });
    return providers;
  };
}

async function standing(db: Db): Promise<Provider[]> {
  return (await recorded(db)).flatMap(({ provider, endedAt }) => (endedAt === undefined ? [provider] : []));
}
