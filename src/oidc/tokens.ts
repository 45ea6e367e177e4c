// Grants and what comes from them: codes and tokens, used once where they must be, and gone with their grant.
import { type AdapterPayload, errors, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import type { Statements, Value } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { aheadOfRequest, arrivalOfRequest, readAhead } from './ahead.ts';
import { expiry, type Ground, purgeTable, type Row, toSeconds, unused, without } from './rows.ts';
import { rowId } from './seal.ts';
import { together } from './together.ts';

/** How long a second use counts as concurrent, not as theft, for whoever proved who it is. */
const CONCURRENT = 5_000;

export interface Tokens {
  readonly adapters: Readonly<Record<string, LibraryAdapter>>;
  /** Whether a grant, by its row, was neither revoked nor ended. */
  grantLives(row: string): Promise<boolean>;
  /** Ends the grants of a person, and their tokens with them. */
  endGrantsOf(person: string): Promise<void>;
  /** Writes the tokens of an answer that is about to leave; throws `InvalidGrant` when their grant no longer lives. */
  settle(ctx: object): Promise<void>;
}

/** `alone` keeps each write to itself, where connections run beside each other. */
export function openTokens(ground: Ground, alone: boolean): Tokens {
  const { statements } = ground;
  const { write, settle } = openTokenWrites(statements, alone);
  const context: Context = { ...ground, lookUp: openLookups(statements), use: openUses(statements, alone), write };
  const models = ['AccessToken', 'AuthorizationCode', 'RefreshToken', 'ClientCredentials'];
  return {
    adapters: { Grant: grants(ground), ...Object.fromEntries(models.map((model) => [model, tokens(context, model)])) },
    settle,
    grantLives: async (row) => {
      const sql = 'select id from oidc_grant where id = ? and expires_at > ?';
      return (await statements.get(sql, [row, Date.now()])) !== undefined;
    },
    endGrantsOf: async (person) => {
      await statements.run('delete from oidc_grant where account = ?', [person]);
    },
  };
}

/** Removes tokens and grants that ended before `at`. */
export async function purgeTokens(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  return (await purgeTable(db, 'oidc_token', at, stop)) + (await purgeTable(db, 'oidc_grant', at, stop));
}

interface Context extends Ground {
  readonly lookUp: ReturnType<typeof openLookups>;
  readonly use: ReturnType<typeof openUses>;
  readonly write: ReturnType<typeof openTokenWrites>['write'];
}

/** How many names a statement takes; fewer are made up by saying one twice, so that a few statements do for all. */
const SIZES = [3, 12, 48] as const;
const MOST = SIZES[2];

function padded(ids: readonly string[]): string[] {
  const size = SIZES.find((one) => one >= ids.length) ?? MOST;
  return Array.from({ length: size }, (_, place) => ids[place] ?? ids[0]!);
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** Reads rows of tokens. Who looks at a token without knowing its kind asks for every kind in the same breath. */
function openLookups(statements: Statements): (model: string, value: string) => Promise<TokenRow | undefined> {
  const asked = new Map<string, Promise<TokenRow | undefined>>();
  const read = together<string, TokenRow | undefined>(MOST, async (ids) => {
    for (const id of ids) asked.delete(id);
    const names = padded(ids);
    // of sessions with one uid, the newest counts: it comes last
    const sql = `select * from oidc_token_use where id in (${marks(names)}) order by session_ends`;
    const rows = new Map((await statements.all<TokenRow>(sql, names)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id));
  });
  const ask = (id: string): Promise<TokenRow | undefined> => {
    const row = asked.get(id) ?? read(id);
    asked.set(id, row);
    return row;
  };
  return (model, value) => {
    const row = ask(rowId(model, value));
    const route = Provider.ctx?.oidc.route;
    // asked for by one who will not wait for the answer: its failure is told to whoever asks in earnest
    if (route === 'introspection' || route === 'revocation')
      for (const kind of lookedAt) if (kind !== model) ask(rowId(kind, value)).catch(() => undefined);
    return row;
  };
}

/**
 * Marks tokens as used: compare and set, of those who come together for one token the first wins. On PostgreSQL each
 * goes alone: its connections run beside each other, and rows locked many at a time by two nodes could wait in a ring.
 */
function openUses(statements: Statements, alone: boolean): (id: string) => Promise<boolean> {
  const useAll = async (ids: readonly string[]): Promise<boolean[]> => {
    const names = alone ? ids : padded(ids);
    const sql = `update oidc_token set consumed_at = ? where id in (${marks(names)}) and consumed_at is null returning id`;
    const won = new Set((await statements.all<{ id: string }>(sql, [Date.now(), ...names])).map((row) => row.id));
    return ids.map((id) => won.delete(id));
  };
  return alone ? async (id) => (await useAll([id]))[0] === true : together(MOST, useAll);
}

/** How many answers' tokens one statement writes. */
const WRITTEN = 16;

/**
 * Writes tokens. Those of one answer of the token endpoint are written together, by `settle`, before it leaves: the
 * access token, and the refresh token beside it.
 */
function openTokenWrites(
  statements: Statements,
  alone: boolean,
): {
  write(row: Value[]): Promise<void>;
  settle(ctx: object): Promise<void>;
} {
  const waiting = new WeakMap<object, Value[][]>();
  const put = (rows: readonly Value[][]): Promise<number> =>
    statements.run(
      `insert into oidc_token (id, grant_id, client, session_uid, payload, expires_at)
       values ${rows.map((row) => `(${marks(row)})`).join(', ')}`,
      rows.flat(),
    );
  const putAlone = (rows: readonly Value[][]): Promise<void> =>
    put(rows).then(
      () => undefined,
      (error: unknown) => {
        // the grant, or the module, was revoked while these were being made: they must not live
        throw isForeignKeyViolation(error) ? new errors.InvalidGrant('grant revoked') : error;
      },
    );
  const putTogether = together<Value[][], void>(WRITTEN, async (answers) => {
    const all = await put(answers.flat()).catch(() => undefined);
    if (all !== undefined) return answers.map(() => undefined);
    // one of them cannot be written: nothing was, and each finds out whether it is the one
    return Promise.all(answers.map((rows) => putAlone(rows).catch((error: Error) => error)));
  });
  const insert = alone ? putAlone : putTogether;
  return {
    write: async (row) => {
      const { ctx } = Provider;
      if (ctx?.oidc.route !== 'token') return insert([row]);
      waiting.set(ctx, [...(waiting.get(ctx) ?? []), row]);
    },
    settle: async (ctx) => {
      const rows = waiting.get(ctx);
      waiting.delete(ctx);
      if (rows) await insert(rows);
    },
  };
}

const lookedAt = ['AccessToken', 'ClientCredentials', 'RefreshToken'];

interface TokenRow extends Row {
  id: string;
  session_uid: string | null;
  grant_id: string | null;
  grant_payload: Buffer | null;
  session_id: string | null;
  session_payload: Buffer | null;
  client: string | null;
  entry: Buffer | null;
}

/** Leaves the grant and the session of a token to those who ask for them next. */
function keepAhead(row: TokenRow): void {
  const { grant_id, grant_payload, session_uid, session_id, session_payload, client, entry } = row;
  readAhead({
    grant: grant_id !== null && grant_payload !== null ? { id: grant_id, payload: grant_payload } : undefined,
    sessionUid: session_uid,
    session:
      session_id !== null && session_payload !== null
        ? { id: session_id, payload: session_payload, client, entry }
        : undefined,
  });
}

function tokens({ statements, seal, lookUp, use, write }: Context, model: string): LibraryAdapter {
  return {
    ...unused(model),
    upsert: async (value, payload, expiresIn) => {
      const id = rowId(model, value);
      await write([
        id,
        payload.grantId ? rowId('Grant', payload.grantId) : null,
        payload.clientId ?? '',
        payload.sessionUid === undefined ? null : rowId('SessionUid', payload.sessionUid),
        seal.close(id, without(payload)),
        expiry(expiresIn),
      ]);
    },
    find: async (value) => {
      const id = rowId(model, value);
      const row = await lookUp(model, value);
      if (!row) return undefined;
      keepAhead(row);
      if (row.consumed_at === null) return { ...seal.open<AdapterPayload>(id, row.payload), jti: value };
      if (isRedemption(model) && !isTheft(model, row.consumed_at)) throw new errors.InvalidGrant('already used');
      return { ...seal.open<AdapterPayload>(id, row.payload), jti: value, consumed: toSeconds(row.consumed_at) };
    },
    consume: async (value) => {
      const id = rowId(model, value);
      const now = Date.now();
      if (await use(id)) return;
      if (isTheft(model, now))
        await statements.run(
          'delete from oidc_grant where id = (select grant_id from oidc_token where oidc_token.id = ?)',
          [id],
        );
      throw new errors.InvalidGrant('already used');
    },
    destroy: async (value) => {
      await statements.run('delete from oidc_token where id = ?', [rowId(model, value)]);
    },
    revokeByGrantId: async (grant) => {
      await statements.run('delete from oidc_token where grant_id = ?', [rowId('Grant', grant)]);
    },
  };
}

/** Whether the value is being redeemed at the token endpoint, and not merely looked at. */
function isRedemption(model: string): boolean {
  return (model === 'RefreshToken' || model === 'AuthorizationCode') && Provider.ctx?.oidc.route === 'token';
}

/**
 * A second use at the same moment by a module that proved who it is: two of its workers raced, the family stays.
 * Later, or by a public client that proved nothing but having the token: the family goes. A code is never kept by a
 * client for later and asks for the verifier, so that only the delay tells.
 */
function isTheft(model: string, consumedAt: number): boolean {
  if (arrivalOfRequest() - consumedAt >= CONCURRENT) return true;
  return model === 'RefreshToken' && Provider.ctx?.oidc.client?.clientAuthMethod === 'none';
}

/** Grants; their tokens fall with them, in the database itself. */
function grants({ statements, seal }: Ground): LibraryAdapter {
  return {
    ...unused('Grant'),
    upsert: async (value, payload, expiresIn) => {
      const id = rowId('Grant', value);
      await statements.run(
        `insert into oidc_grant (id, account, client, payload, expires_at) values (?, ?, ?, ?, ?)
         on conflict (id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
        [id, payload.accountId ?? '', payload.clientId ?? '', seal.close(id, without(payload)), expiry(expiresIn)],
      );
    },
    find: async (value) => {
      const id = rowId('Grant', value);
      const ahead = aheadOfRequest()?.grant;
      const row =
        ahead?.id === id ? ahead : await statements.get<Row>('select payload from oidc_grant where id = ?', [id]);
      return row && { ...seal.open<AdapterPayload>(id, row.payload), jti: value };
    },
    destroy: async (value) => {
      await statements.run('delete from oidc_grant where id = ?', [rowId('Grant', value)]);
    },
  };
}

function isForeignKeyViolation(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '23503' || (code === 'SQLITE_CONSTRAINT' && /FOREIGN KEY/.test(message ?? ''));
}
