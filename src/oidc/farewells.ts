// Sessions that have ended, and the modules that are still to hear of it: kept until each was told, by whichever node.
import type { Knex } from 'knex';
import type { Statements } from '../storage/statements.ts';
import { type Db, inPieces, inTransaction, onPostgres } from '../storage/storage.ts';
import { BATCH } from './batches.ts';
import { lifetimes } from './lifetimes.ts';
import { rowId, type Seal } from './seal.ts';
import { entriesIn, entriesOf, removeEntries, removeSessionsOf, takeEntries } from './session-rows.ts';
import { openEntry, sealEntry } from './sessions.ts';
import { removeGrants, removeGrantsOf } from './token-rows.ts';
import { noteGivenUp } from './unheard.ts';

/** How long a module is told again that does not take it, milliseconds: no session of its own could last longer. */
const LONGEST = lifetimes.sessionAbsolute * 1000;

/** A node that has taken news and says nothing more of it has lost it after this, milliseconds: another tells it. */
const TAKEN_FOR = 60_000;

/** A module that answers has heard of an end by then, milliseconds. */
const LATE = 60_000;

/** A module that has yet to hear of the end of a session. */
export interface Farewell {
  readonly account: string;
  readonly client: string;
  readonly sid: string;
}

/** News that one node has taken to tell, and nobody else before an instant. */
export interface Taken {
  readonly uid: string;
  readonly client: string;
  readonly account: string;
  readonly payload: Buffer;
  /** Since when it is to be told, UTC milliseconds. */
  readonly said_at: number;
  readonly until: number;
}

/** News that was told, or is to be told again not before `dueAt`. */
export interface Outcome {
  readonly news: Taken;
  readonly dueAt?: number;
}

/** Ends the sessions and the grants of many persons, whose keys `persons` selects, in the caller's transaction. */
export async function endManySessions(tx: Db, persons: Knex.QueryBuilder): Promise<number> {
  // a session that changes its identifier may be there twice
  const { sql, bindings } = entriesOf(tx, persons).distinct().toSQL();
  await tx.raw(
    `insert into oidc_farewell (uid, client, account, payload, said_at)
     select entered.*, cast(? as bigint) from (${sql}) entered where true
     on conflict (uid, client) do update set account = excluded.account, payload = excluded.payload,
       said_at = excluded.said_at, due_at = 0`,
    [Date.now(), ...bindings],
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
    await keepNews(
      tx,
      entries.map((entry) => ({ ...entry, account: accounts.get(entry.uid)! })),
    );
    await removeGrants(
      tx,
      entries.flatMap(({ grant_id }) => grant_id ?? []),
    );
  }
  return ended.length;
}

/**
 * Ends, in some sessions, what each has at a module, which is told later; the sessions and their other modules go on.
 * Whoever enters the module again has another name there: the news, told ever so late, ends nothing of that.
 */
export async function tellOfEnds(
  tx: Db,
  seal: Seal,
  ends: readonly { uid: string; client: string; account: string }[],
): Promise<void> {
  const accounts = new Map(ends.map(({ uid, client, account }) => [`${uid} ${client}`, account]));
  const left = await takeEntries(tx, ends);
  await keepLeft(
    tx,
    seal,
    left.map((entry) => ({ ...entry, account: accounts.get(`${entry.uid} ${entry.client}`)! })),
  );
}

/** Ends, in the sessions of persons, what each has at a module; the module is told later, and the session goes on. How many. */
export async function leaveModules(
  tx: Db,
  seal: Seal,
  pairs: readonly { person: string; client: string }[],
): Promise<number> {
  const left = await removeEntries(tx, pairs);
  await keepLeft(tx, seal, left);
  return left.length;
}

/** Keeps that one session is over for one module. */
export async function keepFarewell(statements: Pick<Statements, 'run'>, seal: Seal, farewell: Farewell): Promise<void> {
  const { uid, client, account, payload } = newsOf(seal, farewell);
  await statements.run(
    `insert into oidc_farewell (uid, client, account, payload, said_at) values (?, ?, ?, ?, ?)
     on conflict (uid, client) do update set said_at = excluded.said_at, due_at = 0`,
    [uid, client, account, payload, Date.now()],
  );
}

/** The modules that are to be told something now, and since when the oldest of it. */
export async function modulesToTell(db: Db, at: number): Promise<{ client: string; oldest: number }[]> {
  return db('oidc_farewell')
    .where('due_at', '<=', at)
    .groupBy('client')
    .orderBy('client')
    .select('client')
    .min({ oldest: 'said_at' });
}

/** Takes news for a module, so much at most, what was told to nobody yet first; nobody else takes it meanwhile. */
export async function takeFarewells(
  db: Db,
  { client, most, at }: { client: string; most: number; at: number },
): Promise<Taken[]> {
  const until = at + TAKEN_FOR;
  return inTransaction(db, async (tx) => {
    const due = tx('oidc_farewell').where({ client }).where('due_at', '<=', at).orderBy(['due_at', 'uid']).limit(most);
    const rows = (await (onPostgres(tx) ? due.forUpdate().skipLocked() : due)) as Omit<Taken, 'until'>[];
    await tx('oidc_farewell')
      .where({ client })
      .whereIn(
        'uid',
        rows.map(({ uid }) => uid),
      )
      .update({ due_at: until });
    return rows.map((row) => ({ ...row, until }));
  });
}

/** Lets go of what was told, and says when the rest is to be told again. What was said anew meanwhile stays as it is. */
export async function settleFarewells(db: Db, outcomes: readonly Outcome[]): Promise<void> {
  const byTime = new Map<number | undefined, Taken[]>();
  for (const { news, dueAt } of outcomes) byTime.set(dueAt, [...(byTime.get(dueAt) ?? []), news]);
  for (const [dueAt, all] of byTime)
    for (const piece of inPieces(all, 200)) {
      const taken = db('oidc_farewell').whereIn(
        ['uid', 'client', 'due_at'],
        piece.map(({ uid, client, until }) => [uid, client, until]),
      );
      await (dueAt === undefined ? taken.delete() : taken.update({ due_at: dueAt }));
    }
}

/** What is still to be told to a module that should have heard of it by now: how much, and since when; nothing otherwise. */
export async function lateFor(
  db: Db,
  { client, at }: { client: string; at: number },
): Promise<{ waiting: number; since: number } | undefined> {
  const rows = db('oidc_farewell')
    .where({ client })
    .where('said_at', '<=', at - LATE);
  const [found] = (await rows.count({ waiting: '*' }).min({ since: 'said_at' })) as {
    waiting: number | string;
    since: number | null;
  }[];
  return found && found.since !== null ? { waiting: Number(found.waiting), since: found.since } : undefined;
}

/** What was given up of a module: how many ends, the oldest said at `since`. */
export interface GivenUp {
  readonly client: string;
  readonly count: number;
  readonly since: number;
}

/** Gives up, some at a time, what no module can have a use for any more; how much of each. */
export async function giveUpFarewells(db: Db, at: number): Promise<GivenUp[]> {
  return inTransaction(db, async (tx) => {
    const old = tx('oidc_farewell')
      .where('said_at', '<=', at - LONGEST)
      .limit(BATCH)
      .select('uid', 'client', 'said_at');
    const rows = (await (onPostgres(tx) ? old.forUpdate().skipLocked() : old)) as Old[];
    for (const piece of inPieces(rows, 200))
      await tx('oidc_farewell')
        .whereIn(
          ['uid', 'client'],
          piece.map(({ uid, client }) => [uid, client]),
        )
        .delete();
    const given = givenUpIn(rows);
    for (const one of given) await noteGivenUp(tx, { ...one, at });
    return given;
  });
}

type Old = Pick<Taken, 'uid' | 'client' | 'said_at'>;

/** By module, in the order of their ids: nodes that note them at once wait for each other, and no more. */
function givenUpIn(rows: readonly Old[]): GivenUp[] {
  const clients = [...new Set(rows.map(({ client }) => client))].sort();
  return clients.map((client) => {
    const said = rows.filter((row) => row.client === client).map(({ said_at }) => said_at);
    return { client, count: said.length, since: Math.min(...said) };
  });
}

/** Whether news said at an instant is too old to be told. */
export function isTooOld(saidAt: number, at: number): boolean {
  return saidAt <= at - LONGEST;
}

/** What news says to its module: nothing when the session had no name there; unreadable from before a new secret. */
export function farewellIn(seal: Seal, { uid, client, account, payload }: News): Farewell | 'nothing' | 'unreadable' {
  try {
    const { sid } = openEntry(seal, { uid, client, payload });
    return sid === undefined ? 'nothing' : { account, client, sid };
  } catch {
    return 'unreadable';
  }
}

/** News as it is kept. */
type News = Pick<Taken, 'uid' | 'client' | 'account' | 'payload'>;

/** News by the name that the module knows the session by. */
function newsOf(seal: Seal, { account, client, sid }: Farewell): News {
  const uid = rowId('Farewell', sid);
  return { uid, client, account, payload: sealEntry(seal, { uid, client, authorization: { sid } }) };
}

/** Keeps what is over for modules in sessions that go on. What is said of the next entry does not take its place. */
async function keepLeft(tx: Db, seal: Seal, left: readonly (News & { grant_id: string | null })[]): Promise<void> {
  const news = left.map((entry) => {
    const farewell = farewellIn(seal, entry);
    return typeof farewell === 'string' ? entry : newsOf(seal, farewell);
  });
  await keepNews(tx, news);
  await removeGrants(
    tx,
    left.flatMap(({ grant_id }) => grant_id ?? []),
  );
}

/** News of what is being told at this moment is told once more: something may have been opened since. */
async function keepNews(tx: Db, news: readonly News[]): Promise<void> {
  const said_at = Date.now();
  for (const piece of inPieces(news, 200))
    await tx('oidc_farewell')
      .insert(piece.map(({ uid, client, account, payload }) => ({ uid, client, account, payload, said_at, due_at: 0 })))
      .onConflict(['uid', 'client'])
      .merge(['account', 'payload', 'said_at', 'due_at']);
}
