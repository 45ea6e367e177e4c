// Who signed in through a provider as whom: what is chosen once, among several accounts, is not asked again.
import { createHmac } from 'node:crypto';
import type { Knex } from 'knex';
import type { Db } from '../storage/storage.ts';

const TABLE = 'upstream_link';

/** What one provider calls somebody. */
export interface Named {
  readonly provider: string;
  readonly subject: string;
}

export interface Link {
  readonly provider: string;
  readonly person: string;
  /** Other accounts that the last assertion named as theirs. */
  readonly others: readonly string[];
  /** UTC milliseconds. */
  readonly linkedAt: number;
}

interface Row {
  provider: string;
  subject: string;
  person: string;
  others: string;
  linked_at: number;
}

/** `key`: what names are hashed under; the provider's own name for somebody is not kept. */
export async function linkOf(db: Db, key: Buffer, named: Named): Promise<Link | undefined> {
  const row = (await db(TABLE).where(rowOf(key, named)).first()) as Row | undefined;
  return row && toLink(row);
}

/** Keeps as whom somebody signed in, in place of what was kept before. Written again only when it says something else. */
export async function keepLink(
  tx: Db,
  key: Buffer,
  link: Named & { person: string; others: readonly string[]; at: number },
): Promise<void> {
  const { person, at } = link;
  const others = JSON.stringify([...link.others].sort());
  const row = { ...rowOf(key, link), person, others, linked_at: at };
  const before = (await tx(TABLE).where(rowOf(key, link)).first()) as Row | undefined;
  if (before?.person === person && before.others === others) return;
  await tx(TABLE).insert(row).onConflict(['provider', 'subject']).merge();
}

/** Through which providers a person signed in, the newest first. */
export async function linksTo(db: Db, person: string): Promise<Link[]> {
  return ((await db(TABLE).where({ person }).orderBy('linked_at', 'desc')) as Row[]).map(toLink);
}

/** Forgets through whom persons signed in, whose keys `persons` selects: their accounts end. */
export async function forgetLinksOf(tx: Db, persons: Knex.QueryBuilder): Promise<void> {
  await tx(TABLE).whereIn('person', persons.clone()).delete();
}

/** Forgets whom a provider knew. */
export async function forgetLinks(tx: Db, provider: string): Promise<void> {
  await tx(TABLE).where({ provider }).delete();
}

function rowOf(key: Buffer, { provider, subject }: Named): { provider: string; subject: string } {
  const text = JSON.stringify(['subject', provider, subject]);
  return { provider, subject: createHmac('sha256', key).update(text).digest('base64url') };
}

function toLink({ provider, person, others, linked_at }: Row): Link {
  return { provider, person, others: JSON.parse(others), linkedAt: Number(linked_at) };
}
