// Grants and what comes from them: codes and tokens, used once where they must be, and gone with their grant.
import { type AdapterPayload, errors, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import type { Statements, Value } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { aheadOfRequest, arrivalOfRequest, readAhead } from './ahead.ts';
import { expiry, type Ground, purgeTable, type Row, toSeconds, unused, without } from './rows.ts';
import { rowId } from './seal.ts';

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

export function openTokens(ground: Ground): Tokens {
  const { statements } = ground;
  const { write, settle } = openTokenWrites(statements);
  const context: Context = { ...ground, lookUp: openLookups(statements), write };
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
  readonly write: ReturnType<typeof openTokenWrites>['write'];
}

/** How many rows one statement asks for; fewer are asked with a name said twice, so that three statements do for all. */
const SIZES = [3, 12, 48] as const;

/**
 * Reads rows of tokens. Who looks at a token without knowing its kind asks for every kind in the same breath. Those who
 * come while a statement is under way are answered together by the next one: a reading never begins before it is asked.
 */
function openLookups(statements: Statements): (model: string, value: string) => Promise<TokenRow | undefined> {
  const asked = new Map<string, Promise<TokenRow | undefined>>();
  const waiting: { id: string; answer: (row: TokenRow | undefined) => void; fail: (error: unknown) => void }[] = [];
  let reading = false;
  const readOn = async (): Promise<void> => {
    for (let batch = waiting.splice(0, SIZES[2]); batch.length > 0; batch = waiting.splice(0, SIZES[2])) {
      for (const { id } of batch) asked.delete(id);
      try {
        const rows = new Map<string, TokenRow>();
        // of sessions with one uid, the newest counts: it comes last
        for (const row of await readRows(
          statements,
          batch.map(({ id }) => id),
        ))
          rows.set(row.id, row);
        for (const { id, answer } of batch) answer(rows.get(id));
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    reading = false;
  };
  const ask = (id: string): Promise<TokenRow | undefined> => {
    const before = asked.get(id);
    if (before) return before;
    const row = new Promise<TokenRow | undefined>((answer, fail) => waiting.push({ id, answer, fail }));
    asked.set(id, row);
    return row;
  };
  return (model, value) => {
    const id = rowId(model, value);
    const row = ask(id);
    const route = Provider.ctx?.oidc.route;
    // asked for by one who will not wait for the answer: its failure is told to whoever asks in earnest
    if (route === 'introspection' || route === 'revocation')
      for (const kind of lookedAt) if (kind !== model) ask(rowId(kind, value)).catch(() => undefined);
    // after those who ask in the same turn
    if (!reading) setImmediate(readOn);
    reading = true;
    return row;
  };
}

async function readRows(statements: Statements, ids: readonly string[]): Promise<TokenRow[]> {
  const size = SIZES.find((one) => one >= ids.length) ?? SIZES[2];
  const padded = Array.from({ length: size }, (_, place) => ids[place] ?? ids[0]!);
  return statements.all<TokenRow>(
    `select * from oidc_token_use where id in (${padded.map(() => '?').join(', ')}) order by session_ends`,
    padded,
  );
}

/**
 * Writes tokens. Those of one answer of the token endpoint are written together, by `settle`, before it leaves: the
 * access token, and the refresh token beside it.
 */
function openTokenWrites(statements: Statements): {
  write(row: Value[]): Promise<void>;
  settle(ctx: object): Promise<void>;
} {
  const waiting = new WeakMap<object, Value[][]>();
  const insert = async (rows: Value[][]): Promise<void> => {
    const sql = `insert into oidc_token (id, grant_id, client, session_uid, payload, expires_at)
      values ${rows.map(() => '(?, ?, ?, ?, ?, ?)').join(', ')}`;
    await statements.run(sql, rows.flat()).catch((error) => {
      // the grant, or the module, was revoked while these were being made: they must not live
      throw isForeignKeyViolation(error) ? new errors.InvalidGrant('grant revoked') : error;
    });
  };
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

function tokens({ statements, seal, lookUp, write }: Context, model: string): LibraryAdapter {
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
      const sql = 'update oidc_token set consumed_at = ? where id = ? and consumed_at is null';
      const now = Date.now();
      if ((await statements.run(sql, [now, id])) === 1) return;
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
