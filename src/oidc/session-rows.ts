// The rows of sessions, and of the modules that each has entered: every statement on them.
import type { Knex } from 'knex';
import { inBatches } from '../storage/batches.ts';
import type { Statements } from '../storage/statements.ts';
import { type Db, inPieces } from '../storage/storage.ts';
import type { SessionRow } from './ahead.ts';
import { BATCH, TOLERANCE } from './batches.ts';
import { together } from './together.ts';
import { MOST, marks, padded, sql } from './token-rows.ts';

/** What a session is looked up by: its row, and the module that is entered, whose grant is read along. */
export interface Asked {
  readonly id: string;
  readonly client: string;
}

export interface FoundRow extends SessionRow {
  readonly grant_id: string | null;
  readonly grant_payload: Buffer | null;
}

export interface ListedRow extends SessionRow {
  readonly uid: string;
  readonly expires_at: number;
  readonly entered_at: number;
}

/** A session to keep; `expiresAt` is UTC milliseconds. */
export interface KeptRow {
  readonly id: string;
  readonly uid: string;
  readonly account: string;
  readonly payload: Buffer;
  readonly expiresAt: number;
  /** The shared workstation that it is used on, by key; the one it was opened on when not given. */
  readonly workstation: string | undefined;
}

/** That a session has entered a module, under a grant. */
export interface EntryRow {
  readonly uid: string;
  readonly client: string;
  readonly grant: string | null;
  readonly payload: Buffer;
}

/** A session is told in one row for each module that it has entered, and in one without a module where there is none. */
export interface SessionRows {
  /** The session of an identifier: those who ask at the same moment are answered together. */
  find(asked: Asked): Promise<FoundRow[]>;
  /** Of sessions of one name, the newest comes first. */
  findByUid(uid: string): Promise<SessionRow[]>;
  /** The sessions of a person, one after the other; one of them by its name. */
  of(person: string, uid?: string): Promise<SessionRow[]>;
  /** Those that have not ended at an instant, their modules in the order of their entry. */
  listed(person: string, at: number): Promise<ListedRow[]>;
  /** The session that has entered a module under a grant, if neither has ended at an instant. */
  under(grant: string, at: number): Promise<(Pick<SessionRow, 'id' | 'payload'> & { account: string }) | undefined>;
  keep(row: KeptRow): Promise<void>;
  /** Keeps a session in the place of the row before; whether that was still there. */
  move(before: string, row: KeptRow): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Removes the sessions of a person, or one of them by its name; how many there were. */
  removeOf(person: string, uid?: string): Promise<number>;
  keepEntry(entry: EntryRow): Promise<void>;
  /** Keeps an entry unless the session has one already, under another grant than `replaces`; gives what is kept. */
  enter(entry: EntryRow, replaces: string | null): Promise<Buffer | undefined>;
  removeEntry(uid: string, client: string): Promise<void>;
}

const COLUMNS = 's.id, s.payload, c.client, c.payload as entry';
const JOIN = 'from oidc_session s left join oidc_session_client c on c.uid = s.uid';
const KEEP_ENTRY = `insert into oidc_session_client (uid, client, grant_id, payload, created_at) values (?, ?, ?, ?, ?)
  on conflict (uid, client) do update set grant_id = excluded.grant_id, payload = excluded.payload`;

export function openSessionRows(statements: Statements): SessionRows {
  const valuesOf = ({ uid, client, grant, payload }: EntryRow) => [uid, client, grant, payload, Date.now()];
  return {
    find: finderOf(statements),
    findByUid: (uid) =>
      statements.all(`select ${COLUMNS} ${JOIN} where s.uid = ? order by s.expires_at desc, s.id`, [uid]),
    of: (person, uid) =>
      uid === undefined
        ? statements.all(`select ${COLUMNS} ${JOIN} where s.account = ? order by s.id`, [person])
        : statements.all(`select ${COLUMNS} ${JOIN} where s.account = ? and s.uid = ? order by s.id`, [person, uid]),
    listed: (person, at) =>
      statements.all(
        `select ${COLUMNS}, s.uid, s.expires_at, c.created_at as entered_at ${JOIN}
         where s.account = ? and s.expires_at > ? order by c.created_at, c.client`,
        [person, at],
      ),
    under: (grant, at) =>
      statements.get(
        `select s.id, s.payload, s.account ${sql.fromGrant} join oidc_session s on s.account = g.account
         join oidc_session_client c on c.uid = s.uid and c.client = g.client and c.grant_id = g.id
         where g.id = ? and g.expires_at > ? and s.expires_at > ?`,
        [grant, at, at],
      ),
    keep: async ({ id, uid, account, payload, expiresAt, workstation }) => {
      await statements.run(
        `insert into oidc_session (id, uid, account, payload, expires_at, workstation) values (?, ?, ?, ?, ?, ?)
         on conflict (id) do update set account = excluded.account, payload = excluded.payload,
         expires_at = excluded.expires_at, workstation = excluded.workstation`,
        [id, uid, account, payload, expiresAt, workstation ?? null],
      );
    },
    move: async (before, { id, uid, account, payload, expiresAt, workstation }) => {
      const moved = await statements.run(
        `update oidc_session set id = ?, uid = ?, account = ?, payload = ?, expires_at = ?,
         workstation = coalesce(cast(? as text), workstation) where id = ?`,
        [id, uid, account, payload, expiresAt, workstation ?? null, before],
      );
      return moved > 0;
    },
    remove: async (id) => {
      await statements.run('delete from oidc_session where id = ?', [id]);
    },
    removeOf: (person, uid) =>
      uid === undefined
        ? statements.run('delete from oidc_session where account = ?', [person])
        : statements.run('delete from oidc_session where account = ? and uid = ?', [person, uid]),
    keepEntry: async (entry) => {
      await statements.run(KEEP_ENTRY, valuesOf(entry));
    },
    enter: async (entry, replaces) => {
      const [written] = await statements.all<{ payload: Buffer }>(
        `${KEEP_ENTRY} where oidc_session_client.grant_id is null or oidc_session_client.grant_id = ? returning payload`,
        [...valuesOf(entry), replaces ?? ''],
      );
      if (written) return written.payload;
      const kept = await statements.get<{ payload: Buffer }>(
        'select payload from oidc_session_client where uid = ? and client = ?',
        [entry.uid, entry.client],
      );
      return kept?.payload;
    },
    removeEntry: async (uid, client) => {
      await statements.run('delete from oidc_session_client where uid = ? and client = ?', [uid, client]);
    },
  };
}

function finderOf(statements: Statements): SessionRows['find'] {
  return together<Asked, FoundRow[]>(MOST, async (asked) => {
    const ids = padded(asked.map(({ id }) => id));
    const clients = padded([...new Set(asked.map(({ client }) => client))]);
    const rows = await statements.all<FoundRow>(
      `select ${COLUMNS}, g.id as grant_id, g.payload as grant_payload ${JOIN}
       ${sql.joinGrant} and c.client in (${marks(clients)}) where s.id in (${marks(ids)})`,
      [...clients, ...ids],
    );
    return asked.map(({ id }) => rows.filter((row) => row.id === id));
  });
}

/** Removes sessions of shared workstations: those that ended by an instant, or all of one. Gives back whose they were. */
export async function removeSharedSessions(
  tx: Db,
  which: { readonly endedBy: number } | { readonly workstation: string },
): Promise<{ uid: string; account: string }[]> {
  const sessions = tx('oidc_session').whereNotNull('workstation').forUpdate().select('id', 'uid', 'account');
  if ('endedBy' in which) sessions.where('expires_at', '<=', which.endedBy);
  else sessions.where('workstation', which.workstation);
  const ended = (await sessions) as { id: string; uid: string; account: string }[];
  for (const piece of inPieces(ended))
    await tx('oidc_session')
      .whereIn(
        'id',
        piece.map(({ id }) => id),
      )
      .delete();
  return ended;
}

/** The modules that some sessions had entered, sealed as they are kept, and their grants. */
export async function entriesIn(
  tx: Db,
  uids: readonly string[],
): Promise<{ uid: string; client: string; payload: Buffer; grant_id: string | null }[]> {
  return tx('oidc_session_client')
    .whereIn('uid', [...uids])
    .select('uid', 'client', 'payload', 'grant_id');
}

/** The entries of the sessions of many persons, whose keys `persons` selects, with the account of each. */
export function entriesOf(tx: Db, persons: Knex.QueryBuilder): Knex.QueryBuilder {
  return tx('oidc_session_client')
    .join('oidc_session', 'oidc_session.uid', 'oidc_session_client.uid')
    .whereIn('oidc_session.account', persons.clone())
    .select(
      'oidc_session_client.uid',
      'oidc_session_client.client',
      'oidc_session.account',
      'oidc_session_client.payload',
    );
}

/** Of persons and modules, those that a session of the person has entered. */
export async function enteredAmong<Pair extends { person: string; client: string }>(
  db: Db,
  pairs: readonly Pair[],
): Promise<Pair[]> {
  const entered = new Set<string>();
  for (const piece of inPieces([...new Set(pairs.map(({ person }) => person))])) {
    const rows: { account: string; client: string }[] = await db('oidc_session_client')
      .join('oidc_session', 'oidc_session.uid', 'oidc_session_client.uid')
      .whereIn('oidc_session.account', piece)
      .select('oidc_session.account', 'oidc_session_client.client');
    for (const { account, client } of rows) entered.add(`${account} ${client}`);
  }
  return pairs.filter(({ person, client }) => entered.has(`${person} ${client}`));
}

/** Takes out of the sessions of persons the modules that each of them objected to, as they were kept. */
export async function removeEntries(
  tx: Db,
  pairs: readonly { person: string; client: string }[],
): Promise<{ uid: string; client: string; account: string; payload: Buffer; grant_id: string | null }[]> {
  const removed = [];
  for (const { person, client } of pairs) {
    const uids = tx('oidc_session').where({ account: person }).select('uid');
    const rows = (await tx('oidc_session_client')
      .where({ client })
      .whereIn('uid', uids)
      .forUpdate()
      .select('uid', 'client', 'payload', 'grant_id')) as Awaited<ReturnType<typeof entriesIn>>;
    const mine = rows.map(({ uid }) => uid);
    await tx('oidc_session_client').where({ client }).whereIn('uid', mine).delete();
    removed.push(...rows.map((row) => ({ ...row, account: person })));
  }
  return removed;
}

/** Takes modules out of the sessions that entered them, as they were kept; those that are there no longer are left out. */
export async function takeEntries(
  tx: Db,
  which: readonly { uid: string; client: string }[],
): Promise<Awaited<ReturnType<typeof entriesIn>>> {
  const pairs = which.map(({ uid, client }) => [uid, client]);
  const rows = await tx('oidc_session_client')
    .whereIn(['uid', 'client'], pairs)
    .orderBy(['uid', 'client'])
    .forUpdate()
    .select('uid', 'client', 'payload', 'grant_id');
  await tx('oidc_session_client').whereIn(['uid', 'client'], pairs).delete();
  return rows;
}

/** Removes the sessions of many persons. */
export async function removeSessionsOf(tx: Db, persons: Knex.QueryBuilder): Promise<number> {
  return tx('oidc_session').whereIn('account', persons.clone()).delete();
}

/** Writes what the rows of a session hold anew, in the caller's transaction. */
export async function rewriteSession(
  tx: Db,
  uid: string,
  rewrite: (row: Pick<SessionRow, 'id' | 'payload'>) => Buffer,
): Promise<void> {
  const rows = (await tx('oidc_session').where({ uid }).select('id', 'payload')) as SessionRow[];
  for (const row of rows)
    await tx('oidc_session')
      .where({ id: row.id })
      .update({ payload: rewrite(row) });
}

/** How long the entries of a session that was never kept are left alone. */
const UNKEPT = 3_600_000;

/** Removes sessions that ended before `at`, and the entries of sessions that are no longer there. */
export async function purgeSessions(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  const ended = db('oidc_session')
    .where('expires_at', '<', at - TOLERANCE)
    .limit(BATCH)
    .select('id');
  const left = db('oidc_session_client')
    .leftJoin('oidc_session', 'oidc_session.uid', 'oidc_session_client.uid')
    .whereNull('oidc_session.uid')
    .where('oidc_session_client.created_at', '<', at - UNKEPT)
    .limit(BATCH)
    .select('oidc_session_client.uid');
  const sessions = await inBatches(() => db('oidc_session').whereIn('id', ended.clone()).delete(), stop);
  return sessions + (await inBatches(() => db('oidc_session_client').whereIn('uid', left.clone()).delete(), stop));
}
