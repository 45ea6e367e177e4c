// Sessions of browsers, and the modules each has entered: kept apart, so that five modules opened at once all succeed.
import type { Knex } from 'knex';
import { type AdapterPayload, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import type { Statements } from '../storage/statements.ts';
import { type Db, inPieces } from '../storage/storage.ts';
import { aheadOfRequest, readAhead, type SessionRow } from './ahead.ts';
import { BATCH, inBatches, TOLERANCE } from './batches.ts';
import { workstationOf } from './marked.ts';
import { rowId, type Seal } from './seal.ts';
import { together } from './together.ts';
import { MOST, marks, padded, sql } from './token-rows.ts';

/** What a session keeps of a module it has entered. */
export interface Authorization {
  readonly sid?: string;
  readonly grantId?: string;
  readonly persistsLogout?: boolean;
}

export interface EndedSession {
  readonly uid: string;
  /** The modules it had entered. */
  readonly entered: Record<string, Authorization>;
}

/** A session as its holder sees it. */
export interface OpenSession {
  /** What it is named by: of no use to anybody as a session. */
  readonly key: string;
  /** When its holder signed in; UTC milliseconds. */
  readonly since: number;
  /** By which kinds of proof: the `amr` of OpenID Connect. */
  readonly proofs: readonly string[];
  readonly endsAt: number;
  /** The modules entered, in the order of their entry. */
  readonly modules: readonly { readonly client: string; readonly since: number }[];
}

export interface Sessions {
  /**
   * Enters a module: the first of concurrent entries decides, the others receive its grant. `replaces` is the grant
   * that the session named so far and that no longer lives; `authorizations` the session's own, as read.
   */
  enter(entry: {
    uid: string;
    client: string;
    sid: string;
    grantId: string;
    replaces: string | undefined;
    authorizations: object;
  }): Promise<Authorization>;
  /** Ends the sessions of a person; says which modules each had entered. */
  endSessionsOf(person: string): Promise<EndedSession[]>;
  /** The sessions of a person that have not ended at an instant, the newest first. */
  sessionsOf(person: string, at: number): Promise<OpenSession[]>;
  /** Ends one session of a person; nothing when it is not theirs, or has ended. */
  endSessionOf(person: string, key: string): Promise<EndedSession | undefined>;
  readonly adapter: Pick<LibraryAdapter, 'upsert' | 'find' | 'findByUid' | 'destroy'>;
}

/** A session's end moves with its use; it is written again only when it has moved by this much, or a tenth of what is left. */
const WORTH_WRITING = 300;

/** A session as it is sealed: `epoch` is that of the account when its holder signed in. */
type Kept = AdapterPayload & { readonly epoch?: number };

/** What was read of a session, to write no more than what has changed. */
interface Loaded {
  readonly id: string;
  readonly epoch: number;
  readonly exp: number;
  readonly rest: string;
}

const COLUMNS = 's.id, s.payload, c.client, c.payload as entry';
const JOIN = 'from oidc_session s left join oidc_session_client c on c.uid = s.uid';

/** `goesOn` says whether a session of an epoch of a person's account is not over. */
export function openSessions(
  statements: Statements,
  seal: Seal,
  goesOn: (person: string, epoch: number) => Promise<boolean>,
): Sessions {
  // oidc-provider hands back the very object of authorizations that it was given: it tells which session was read
  const loaded = new WeakMap<object, Loaded>();
  const written = new WeakMap<object, Map<string, string>>();
  const writtenOf = (authorizations: object): Map<string, string> => {
    const known = written.get(authorizations) ?? new Map<string, string>();
    written.set(authorizations, known);
    return known;
  };

  const read = (rows: SessionRow[]): AdapterPayload | undefined => {
    const [first] = rows;
    if (!first) return undefined;
    const { epoch = NO_EPOCH, ...payload } = seal.open<Kept>(first.id, first.payload);
    const authorizations: Record<string, Authorization> = {};
    const known = writtenOf(authorizations);
    for (const { id, client, entry } of rows) {
      if (id !== first.id || client === null || entry === null) continue;
      const authorization = seal.open<Authorization>(entryRow(uidRow(payload), client), entry);
      authorizations[client] = authorization;
      known.set(client, textOf(authorization));
    }
    loaded.set(authorizations, { id: first.id, epoch, exp: payload.exp ?? 0, rest: restOf(payload) });
    return { ...payload, authorizations } as AdapterPayload;
  };
  const readLive = async (rows: SessionRow[]): Promise<AdapterPayload | undefined> => {
    const session = read(rows);
    const { accountId, authorizations } = session ?? {};
    const { epoch = NO_EPOCH } = (authorizations && loaded.get(authorizations)) ?? {};
    return accountId !== undefined && !(await goesOn(accountId, epoch)) ? undefined : session;
  };

  const find = together<Asked, FoundRow[]>(MOST, async (asked) => {
    const ids = padded(asked.map(({ id }) => id));
    const clients = padded([...new Set(asked.map(({ client }) => client))]);
    const rows = await statements.all<FoundRow>(
      `select ${COLUMNS}, g.id as grant_id, g.payload as grant_payload ${JOIN}
       ${sql.joinGrant} and c.client in (${marks(clients)}) where s.id in (${marks(ids)})`,
      [...clients, ...ids],
    );
    return asked.map(({ id }) => rows.filter((row) => row.id === id));
  });

  const writeEntries = async (uid: string, authorizations: Record<string, Authorization>) => {
    const known = writtenOf(authorizations);
    for (const [client, authorization] of Object.entries(authorizations)) {
      const text = textOf(authorization);
      if (known.get(client) === text) continue;
      known.set(client, text);
      await statements.run(
        `insert into oidc_session_client (uid, client, grant_id, payload, created_at) values (?, ?, ?, ?, ?)
         on conflict (uid, client) do update set grant_id = excluded.grant_id, payload = excluded.payload`,
        [uid, client, grantRow(authorization.grantId), seal.close(entryRow(uid, client), authorization), Date.now()],
      );
    }
    for (const client of known.keys())
      if (!authorizations[client]) {
        known.delete(client);
        await statements.run('delete from oidc_session_client where uid = ? and client = ?', [uid, client]);
      }
  };

  const upsert: LibraryAdapter['upsert'] = async (value, payload, expiresIn) => {
    if (payload.accountId === undefined) return; // nobody has signed in: anybody could fill the table with such
    const { authorizations = {}, ...session } = payload as AdapterPayload & {
      authorizations?: Record<string, Authorization>;
    };
    const id = rowId('Session', value);
    const uid = uidRow(payload);
    const before = loaded.get(authorizations);
    const epoch = justSignedIn()?.epoch ?? before?.epoch ?? NO_EPOCH;
    const now: Loaded = { id, epoch, exp: payload.exp ?? 0, rest: restOf(payload) };
    await writeEntries(uid, authorizations);
    const same = before && before.id === id && before.epoch === epoch && before.rest === now.rest;
    if (same && Math.abs(now.exp - before.exp) < Math.min(WORTH_WRITING, (expiresIn ?? 0) / 10)) return;
    loaded.set(authorizations, now);
    const values = [
      uid,
      payload.accountId ?? null,
      seal.close(id, { ...session, epoch }),
      Date.now() + (expiresIn ?? 0) * 1000,
    ];
    const workstation = placeOfRequest();
    if (before) {
      const moved = await statements.run(
        `update oidc_session set id = ?, uid = ?, account = ?, payload = ?, expires_at = ?,
         workstation = coalesce(cast(? as text), workstation) where id = ?`,
        [id, ...values, workstation ?? null, before.id],
      );
      // ended meanwhile, by signing out elsewhere: only signing in again may bring it back
      if (moved > 0 || !justSignedIn()) return;
    }
    await statements.run(
      `insert into oidc_session (id, uid, account, payload, expires_at, workstation) values (?, ?, ?, ?, ?, ?)
       on conflict (id) do update set account = excluded.account, payload = excluded.payload,
       expires_at = excluded.expires_at, workstation = excluded.workstation`,
      [id, ...values, workstation ?? null],
    );
  };

  return {
    adapter: {
      upsert,
      find: async (value) => {
        const client = clientOfRequest();
        const rows = await find({ id: rowId('Session', value), client });
        keepAhead(rows, client);
        return readLive(rows);
      },
      findByUid: async (uid) => {
        const ahead = aheadOfRequest();
        if (ahead?.sessionUid === rowId('SessionUid', uid)) return readLive(ahead.session ? [ahead.session] : []);
        return readLive(
          await statements.all<SessionRow>(
            `select ${COLUMNS} ${JOIN} where s.uid = ? order by s.expires_at desc, s.id`,
            [rowId('SessionUid', uid)],
          ),
        );
      },
      destroy: async (value) => {
        // a session that changes its identifier is moved by the save that follows, in one statement
        if (oldIdentifier() === value) return;
        await statements.run('delete from oidc_session where id = ?', [rowId('Session', value)]);
      },
    },
    enter: async ({ uid: plain, client, sid, grantId, replaces, authorizations }) => {
      const uid = rowId('SessionUid', plain);
      const [written] = await statements.all<{ payload: Buffer }>(
        `insert into oidc_session_client (uid, client, grant_id, payload, created_at) values (?, ?, ?, ?, ?)
         on conflict (uid, client) do update set grant_id = excluded.grant_id, payload = excluded.payload
         where oidc_session_client.grant_id is null or oidc_session_client.grant_id = ? returning payload`,
        [
          uid,
          client,
          grantRow(grantId),
          seal.close(entryRow(uid, client), { sid, grantId }),
          Date.now(),
          grantRow(replaces) ?? '',
        ],
      );
      const row =
        written ??
        (await statements.get<{ payload: Buffer }>(
          'select payload from oidc_session_client where uid = ? and client = ?',
          [uid, client],
        ));
      const entered = row ? seal.open<Authorization>(entryRow(uid, client), row.payload) : { sid, grantId };
      writtenOf(authorizations).set(client, textOf(entered));
      return entered;
    },
    sessionsOf: async (person, at) => {
      const rows = await statements.all<SessionRow & { uid: string; expires_at: number; entered_at: number }>(
        `select ${COLUMNS}, s.uid, s.expires_at, c.created_at as entered_at ${JOIN}
         where s.account = ? and s.expires_at > ? order by c.created_at, c.client`,
        [person, at],
      );
      const found: OpenSession[] = [];
      for (const first of new Map(rows.map((row) => [row.id, row])).values()) {
        const { epoch = NO_EPOCH, loginTs = 0, amr = [] } = seal.open<Kept>(first.id, first.payload);
        if (!(await goesOn(person, epoch))) continue;
        const modules = rows.flatMap(({ id, client, entered_at }) =>
          id === first.id && client !== null ? [{ client, since: Number(entered_at) }] : [],
        );
        const proofs = amr as string[];
        found.push({ key: first.uid, since: loginTs * 1000, proofs, endsAt: Number(first.expires_at), modules });
      }
      return found.sort((a, b) => b.since - a.since || (a.key < b.key ? -1 : 1));
    },
    endSessionOf: async (person, key) => {
      const rows = await statements.all<SessionRow>(`select ${COLUMNS} ${JOIN} where s.account = ? and s.uid = ?`, [
        person,
        key,
      ]);
      const gone = await statements.run('delete from oidc_session where account = ? and uid = ?', [person, key]);
      const session = gone > 0 ? read(rows) : undefined;
      return session && { uid: String(session.uid), entered: (session.authorizations ?? {}) as never };
    },
    endSessionsOf: async (person) => {
      const rows = await statements.all<SessionRow>(`select ${COLUMNS} ${JOIN} where s.account = ? order by s.id`, [
        person,
      ]);
      await statements.run('delete from oidc_session where account = ?', [person]);
      const ids = [...new Set(rows.map((row) => row.id))];
      return ids.flatMap((id) => {
        const session = read(rows.filter((row) => row.id === id));
        return session ? [{ uid: String(session.uid), entered: (session.authorizations ?? {}) as never }] : [];
      });
    },
  };
}

interface Asked {
  readonly id: string;
  /** The module that is entered, whose grant is read along. */
  readonly client: string;
}

interface FoundRow extends SessionRow {
  readonly grant_id: string | null;
  readonly grant_payload: Buffer | null;
}

/** Leaves the grant that the session has for the module to those who ask for it next. */
function keepAhead(rows: readonly FoundRow[], client: string): void {
  const row = rows.find((one) => one.client === client);
  if (row && row.grant_id !== null && row.grant_payload !== null)
    readAhead({ grant: { id: row.grant_id, payload: row.grant_payload }, sessionUid: null, session: undefined });
}

function clientOfRequest(): string {
  // the session is asked for before the parameters are read
  const asked = Provider.ctx?.query.client_id;
  return typeof asked === 'string' ? asked : '';
}

function textOf({ sid, grantId, persistsLogout }: Authorization): string {
  return JSON.stringify([sid, grantId, persistsLogout]);
}

/** The shared workstation that the request comes from, by key. */
function placeOfRequest(): string | undefined {
  return workstationOf(Provider.ctx?.req)?.id;
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

/** What a session is named by to its holder. */
export function sessionKey(uid: string): string {
  return rowId('SessionUid', uid);
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

/** What a session says besides its end and the modules it has entered. */
function restOf({ accountId, uid, loginTs, acr, amr, transient, state }: AdapterPayload): string {
  return JSON.stringify([accountId, uid, loginTs, acr, amr, transient, state]);
}

function uidRow(payload: AdapterPayload): string {
  return rowId('SessionUid', String(payload.uid));
}

function entryRow(uid: string, client: string): string {
  return `${uid} ${client}`;
}

function grantRow(grantId: string | undefined): string | null {
  return grantId === undefined ? null : rowId('Grant', grantId);
}

interface Passing {
  readonly oidc: {
    readonly session?: { readonly oldId?: string };
    readonly result?: { readonly login?: { readonly epoch?: number } };
  };
}

/** Of a session that does not say: it is over. */
const NO_EPOCH = -1;

function oldIdentifier(): string | undefined {
  return (Provider.ctx as Passing | undefined)?.oidc.session?.oldId;
}

/** The sign-in that the request brings, if it does. */
function justSignedIn(): { readonly epoch?: number } | undefined {
  return (Provider.ctx as Passing | undefined)?.oidc.result?.login;
}

/** Carries one session over to an epoch of its account that begins, in the caller's transaction. */
export async function carryOver(tx: Db, seal: Seal, { sid, epoch }: { sid: string; epoch: number }): Promise<void> {
  const rows = (await tx('oidc_session')
    .where({ uid: sessionKey(sid) })
    .select('id', 'payload')) as SessionRow[];
  for (const { id, payload } of rows)
    await tx('oidc_session')
      .where({ id })
      .update({ payload: seal.close(id, { ...seal.open<Kept>(id, payload), epoch }) });
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

/** Removes the sessions of many persons. */
export async function removeSessionsOf(tx: Db, persons: Knex.QueryBuilder): Promise<number> {
  return tx('oidc_session').whereIn('account', persons.clone()).delete();
}

/** What an entry that was sealed says. */
export function openEntry(seal: Seal, entry: { uid: string; client: string; payload: Buffer }): Authorization {
  return seal.open<Authorization>(entryRow(entry.uid, entry.client), entry.payload);
}
