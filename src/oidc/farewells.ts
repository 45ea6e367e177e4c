// Many sessions ended at once, in one transaction; their modules are told afterwards, by whichever node comes first.
import type { Knex } from 'knex';
import { type Db, onPostgres } from '../storage/storage.ts';
import type { Seal } from './seal.ts';
import { entriesOf, openEntry, removeSessionsOf } from './sessions.ts';
import { removeGrantsOf } from './token-rows.ts';

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

/** Takes the next modules to tell; nobody else takes them. */
export async function takeFarewells(db: Db, seal: Seal): Promise<Farewell[]> {
  const next = db('oidc_farewell').orderBy(['uid', 'client']).limit(AT_ONCE).select('uid', 'client');
  if (!(await next.clone().first())) return []; // most turns: no write for nothing
  const rows = (await db('oidc_farewell')
    .whereIn(['uid', 'client'], onPostgres(db) ? next.forUpdate().skipLocked() : next)
    .delete()
    .returning(['uid', 'client', 'account', 'payload'])) as (Omit<Farewell, 'sid'> & {
    uid: string;
    payload: Buffer;
  })[];
  return rows.flatMap(({ uid, client, account, payload }) => {
    const { sid } = openEntry(seal, { uid, client, payload });
    return sid === undefined ? [] : [{ account, client, sid }];
  });
}
