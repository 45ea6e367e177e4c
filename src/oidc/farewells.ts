// Many sessions ended at once, in one transaction; their modules are told afterwards, by whichever node comes first.
import type { Knex } from 'knex';
import { type Db, inPieces, inTransaction, onPostgres } from '../storage/storage.ts';
import type { Seal } from './seal.ts';
import { entriesIn, entriesOf, removeEntries, removeSessionsOf } from './session-rows.ts';
import { openEntry } from './sessions.ts';
import { removeGrants, removeGrantsOf } from './token-rows.ts';

/** How many modules one turn tells. */
const AT_ONCE = 200;

/** A module that has yet to hear of the end of a session. */
export interface Farewell {
  readonly account: string;
  readonly client: string;
  readonly sid: string;
}

/** Ends the sessions and the grants of many persons, whose keys `persons` selects, in the caller's transaction. */
export async function endManySessions(tx: Db, persons: Knex.QueryBuilder): Promise<number> {
  const { sql, bindings } = entriesOf(tx, persons).toSQL();
  await tx.raw(
    `insert into oidc_farewell (uid, client, account, payload) ${sql} on conflict (uid, client) do nothing`,
    [...bindings],
  );
  const ended = await removeSessionsOf(tx, persons);
  await removeGrantsOf(tx, persons);
  return ended;
}

/** Tells, later, the modules that sessions had entered that these are over; their grants end at once. How many sessions. */
export async function sayFarewell(tx: Db, ended: readonly { uid: string; account: string }[]): Promise<number> {
  for (const piece of inPieces(ended, 200)) {
    const accounts = new Map(piece.map(({ uid, account }) => [uid, account]));
    const entries = await entriesIn(tx, [...accounts.keys()]);
    const rows = entries.map(({ uid, client, payload }) => ({ uid, client, payload, account: accounts.get(uid)! }));
    if (rows.length > 0) await tx('oidc_farewell').insert(rows).onConflict(['uid', 'client']).ignore();
    await removeGrants(
      tx,
      entries.flatMap(({ grant_id }) => grant_id ?? []),
    );
  }
  return ended.length;
}

/** Tells, later, one module that a session is over for it; the session and the other modules go on. */
export async function tellOfEnd(
  tx: Db,
  { uid, client, account }: { uid: string; client: string; account: string },
): Promise<void> {
  const rows = (await entriesIn(tx, [uid]))
    .filter((entry) => entry.client === client)
    .map(({ payload }) => ({ uid, client, payload, account }));
  if (rows.length > 0) await tx('oidc_farewell').insert(rows).onConflict(['uid', 'client']).ignore();
}

/** Ends, in the sessions of persons, what each has at a module; the module is told later, and the session goes on. How many. */
export async function leaveModules(tx: Db, pairs: readonly { person: string; client: string }[]): Promise<number> {
  const left = await removeEntries(tx, pairs);
  const rows = left.map(({ uid, client, account, payload }) => ({ uid, client, account, payload }));
  if (rows.length > 0) await tx('oidc_farewell').insert(rows).onConflict(['uid', 'client']).ignore();
  await removeGrants(
    tx,
    left.flatMap(({ grant_id }) => grant_id ?? []),
  );
  return left.length;
}

/** Takes the next modules to tell; nobody else takes them. */
export async function takeFarewells(db: Db, seal: Seal): Promise<Farewell[]> {
  if (!(await db('oidc_farewell').first('uid'))) return []; // most turns: no lock for nothing
  const rows = await inTransaction(db, async (tx) => {
    const next = tx('oidc_farewell').orderBy(['uid', 'client']).limit(AT_ONCE);
    const taken = (await (onPostgres(tx) ? next.forUpdate().skipLocked() : next)) as Row[];
    await tx('oidc_farewell')
      .whereIn(
        ['uid', 'client'],
        taken.map(({ uid, client }) => [uid, client]),
      )
      .delete();
    return taken;
  });
  return rows.flatMap(({ uid, client, account, payload }) => {
    const { sid } = openEntry(seal, { uid, client, payload });
    return sid === undefined ? [] : [{ account, client, sid }];
  });
}

interface Row {
  readonly uid: string;
  readonly client: string;
  readonly account: string;
  readonly payload: Buffer;
}
