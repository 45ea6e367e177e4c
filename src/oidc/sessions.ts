// Sessions of browsers, and the modules each has entered: kept apart, so that five modules opened at once all succeed.
import { type AdapterPayload, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { aheadOfRequest, readAhead, type SessionRow } from './ahead.ts';
import { workstationOf } from './marked.ts';
import { rowId, type Seal } from './seal.ts';
import { type FoundRow, openSessionRows, rewriteSession } from './session-rows.ts';

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
  /** Whether the session that a grant was given in goes on, by the row of the grant. */
  goesOnUnder(grant: string): Promise<boolean>;
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

/** Of a session that does not say: it is over. */
const NO_EPOCH = -1;

/** What was read of a session, to write no more than what has changed. */
interface Loaded {
  readonly id: string;
  readonly epoch: number;
  readonly exp: number;
  readonly rest: string;
}

/** `goesOn` says whether a session of an epoch of a person's account is not over. */
export function openSessions(
  statements: Statements,
  seal: Seal,
  goesOn: (person: string, epoch: number) => Promise<boolean>,
): Sessions {
  const rows = openSessionRows(statements);
  // oidc-provider hands back the very object of authorizations that it was given: it tells which session was read
  const loaded = new WeakMap<object, Loaded>();
  const written = new WeakMap<object, Map<string, string>>();
  const writtenOf = (authorizations: object): Map<string, string> => {
    const known = written.get(authorizations) ?? new Map<string, string>();
    written.set(authorizations, known);
    return known;
  };

  const read = (found: readonly SessionRow[]): AdapterPayload | undefined => {
    const [first] = found;
    if (!first) return undefined;
    const { epoch = NO_EPOCH, ...payload } = seal.open<Kept>(first.id, first.payload);
    const authorizations: Record<string, Authorization> = {};
    const known = writtenOf(authorizations);
    for (const { id, client, entry } of found) {
      if (id !== first.id || client === null || entry === null) continue;
      const authorization = openEntry(seal, { uid: uidRow(payload), client, payload: entry });
      authorizations[client] = authorization;
      known.set(client, textOf(authorization));
    }
    loaded.set(authorizations, { id: first.id, epoch, exp: payload.exp ?? 0, rest: restOf(payload) });
    return { ...payload, authorizations } as AdapterPayload;
  };
  const readLive = async (found: readonly SessionRow[]): Promise<AdapterPayload | undefined> => {
    const session = read(found);
    const { accountId, authorizations } = session ?? {};
    const { epoch = NO_EPOCH } = (authorizations && loaded.get(authorizations)) ?? {};
    return accountId !== undefined && !(await goesOn(accountId, epoch)) ? undefined : session;
  };
  const readAll = (found: readonly SessionRow[]): EndedSession[] =>
    oneByOne(found).flatMap((one) => {
      const session = read(one);
      return session ? [{ uid: String(session.uid), entered: (session.authorizations ?? {}) as never }] : [];
    });

  const closeEntry = (uid: string, client: string, authorization: Authorization) => ({
    uid,
    client,
    grant: grantRow(authorization.grantId),
    payload: sealEntry(seal, { uid, client, authorization }),
  });
  const writeEntries = async (uid: string, authorizations: Record<string, Authorization>) => {
    const known = writtenOf(authorizations);
    for (const [client, authorization] of Object.entries(authorizations)) {
      const text = textOf(authorization);
      if (known.get(client) === text) continue;
      known.set(client, text);
      await rows.keepEntry(closeEntry(uid, client, authorization));
    }
    for (const client of known.keys())
      if (!authorizations[client]) {
        known.delete(client);
        await rows.removeEntry(uid, client);
      }
  };

  const upsert: LibraryAdapter['upsert'] = async (value, payload, expiresIn = 0) => {
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
    if (same && Math.abs(now.exp - before.exp) < Math.min(WORTH_WRITING, expiresIn / 10)) return;
    loaded.set(authorizations, now);
    const row = {
      id,
      uid,
      account: payload.accountId,
      payload: seal.close(id, { ...session, epoch }),
      expiresAt: Date.now() + expiresIn * 1000,
      workstation: placeOfRequest(),
    };
    // ended meanwhile, by signing out elsewhere: only signing in again may bring it back
    if (before && ((await rows.move(before.id, row)) || !justSignedIn())) return;
    await rows.keep(row);
  };

  return {
    adapter: {
      upsert,
      find: async (value) => {
        const client = clientOfRequest();
        const found = await rows.find({ id: rowId('Session', value), client });
        keepAhead(found, client);
        return readLive(found);
      },
      findByUid: async (plain) => {
        const uid = rowId('SessionUid', plain);
        const ahead = aheadOfRequest();
        if (ahead?.sessionUid === uid) return readLive(ahead.session ? [ahead.session] : []);
        return readLive(await rows.findByUid(uid));
      },
      destroy: async (value) => {
        // a session that changes its identifier is moved by the save that follows, in one statement
        if (oldIdentifier() !== value) await rows.remove(rowId('Session', value));
      },
    },
    enter: async ({ uid: plain, client, sid, grantId, replaces, authorizations }) => {
      const uid = rowId('SessionUid', plain);
      const payload = await rows.enter(closeEntry(uid, client, { sid, grantId }), grantRow(replaces));
      const entered = payload ? openEntry(seal, { uid, client, payload }) : { sid, grantId };
      writtenOf(authorizations).set(client, textOf(entered));
      return entered;
    },
    goesOnUnder: async (grant) => {
      const row = await rows.under(grant, Date.now());
      return row !== undefined && goesOn(row.account, seal.open<Kept>(row.id, row.payload).epoch ?? NO_EPOCH);
    },
    sessionsOf: async (person, at) => {
      const found: OpenSession[] = [];
      for (const all of oneByOne(await rows.listed(person, at))) {
        const [first] = all;
        const { epoch = NO_EPOCH, loginTs = 0, amr = [] } = seal.open<Kept>(first.id, first.payload);
        if (!(await goesOn(person, epoch))) continue;
        const modules = all.flatMap(({ client, entered_at }) =>
          client === null ? [] : [{ client, since: Number(entered_at) }],
        );
        const proofs = amr as string[];
        found.push({ key: first.uid, since: loginTs * 1000, proofs, endsAt: Number(first.expires_at), modules });
      }
      return found.sort((a, b) => b.since - a.since || (a.key < b.key ? -1 : 1));
    },
    endSessionOf: async (person, key) => {
      const found = await rows.of(person, key);
      return (await rows.removeOf(person, key)) > 0 ? readAll(found)[0] : undefined;
    },
    endSessionsOf: async (person) => {
      const found = await rows.of(person);
      await rows.removeOf(person);
      return readAll(found);
    },
  };
}

/** What a session is named by to its holder. */
export function sessionKey(uid: string): string {
  return rowId('SessionUid', uid);
}

/** Carries one session over to an epoch of its account that begins, in the caller's transaction. */
export async function carryOver(tx: Db, seal: Seal, { sid, epoch }: { sid: string; epoch: number }): Promise<void> {
  await rewriteSession(tx, sessionKey(sid), ({ id, payload }) =>
    seal.close(id, { ...seal.open<Kept>(id, payload), epoch }),
  );
}

/** An entry as it is kept. */
export function sealEntry(seal: Seal, entry: { uid: string; client: string; authorization: Authorization }): Buffer {
  return seal.close(entryRow(entry.uid, entry.client), entry.authorization);
}

/** What an entry that was sealed says. */
export function openEntry(seal: Seal, entry: { uid: string; client: string; payload: Buffer }): Authorization {
  return seal.open<Authorization>(entryRow(entry.uid, entry.client), entry.payload);
}

/** The rows of each session. */
function oneByOne<Row extends SessionRow>(rows: readonly Row[]): [Row, ...Row[]][] {
  const sessions = new Map<string, [Row, ...Row[]]>();
  for (const row of rows) {
    const before = sessions.get(row.id);
    if (before) before.push(row);
    else sessions.set(row.id, [row]);
  }
  return [...sessions.values()];
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

function oldIdentifier(): string | undefined {
  return (Provider.ctx as Passing | undefined)?.oidc.session?.oldId;
}

/** The sign-in that the request brings, if it does. */
function justSignedIn(): { readonly epoch?: number } | undefined {
  return (Provider.ctx as Passing | undefined)?.oidc.result?.login;
}
