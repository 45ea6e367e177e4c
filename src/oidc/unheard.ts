// Modules that did not take what they were told of ended sessions: since when, and how many ends they will never hear of.
import type { Db } from '../storage/storage.ts';

/** What a module was told in vain; instants in UTC milliseconds. */
export interface Unheard {
  /** Ends that were given up, in all, and when the last ones were. */
  readonly givenUp: number;
  readonly lastAt: number;
  /** Since when it has taken nothing; none when it has taken something after the last ones. */
  readonly since: number | undefined;
}

interface Row {
  since: number;
  given_up: number;
  last_at: number;
}

/** Nothing of a module that heard of all ends in time. */
export async function unheardBy(db: Db, client: string): Promise<Unheard | undefined> {
  const row = (await db('oidc_unheard').where({ client }).where('given_up', '>', 0).first()) as Row | undefined;
  if (!row) return undefined;
  return { givenUp: row.given_up, lastAt: row.last_at, since: row.since < row.last_at ? row.since : undefined };
}

/** Keeps that ends were given up, the oldest of them said at `since`; in the transaction that gives them up. */
export async function noteGivenUp(
  tx: Db,
  { client, count, since, at }: { client: string; count: number; since: number; at: number },
): Promise<void> {
  await tx.raw(
    `insert into oidc_unheard (client, since, given_up, last_at) values (?, ?, ?, ?)
     on conflict (client) do update set given_up = oidc_unheard.given_up + excluded.given_up, last_at = excluded.last_at`,
    [client, since, count, at],
  );
}

/** Keeps that modules have taken something at an instant. */
export async function noteHeard(db: Db, clients: readonly string[], at: number): Promise<void> {
  const rows = [...clients].sort().map((client) => ({ client, since: at, given_up: 0, last_at: 0 }));
  await db('oidc_unheard').insert(rows).onConflict('client').merge(['since']);
}

/** Whoever takes the id of a module that was removed begins anew. */
export async function forgetUnheard(tx: Db, client: string): Promise<void> {
  await tx('oidc_unheard').where({ client }).delete();
}
