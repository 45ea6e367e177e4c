// Grants and what comes from them: codes and tokens, used once where they must be, and gone with their grant.
import { type AdapterPayload, errors, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import { aheadOfRequest, arrivalOfRequest, readAhead } from './ahead.ts';
import { expiry, type Ground, type Row, toSeconds, unused, without } from './rows.ts';
import { rowId } from './seal.ts';
import { openTokenRows, sql, type TokenRow, type TokenRows } from './token-rows.ts';

/** How long a second use counts as concurrent, not as theft, for whoever proved who it is. */
const CONCURRENT = 5_000;

export interface Tokens {
  readonly adapters: Readonly<Record<string, LibraryAdapter>>;
  /** Ends the grants of a person, and their tokens with them. */
  endGrantsOf(person: string): Promise<void>;
  /** Ends one grant, and its tokens with it. */
  endGrant(grant: string): Promise<void>;
  /** Does what an answer that is about to leave says: see `TokenRows`. */
  readonly settle: TokenRows['settle'];
}

/** `alone` keeps each write to itself, where connections run beside each other. */
export async function openTokens(ground: Ground, alone: boolean): Promise<Tokens> {
  const { statements } = ground;
  const rows = await openTokenRows(statements, alone);
  const models = ['AccessToken', 'AuthorizationCode', 'RefreshToken', 'ClientCredentials'];
  const adapters = models.map((model) => [model, tokens({ ...ground, rows }, model)] as const);
  return {
    adapters: { Grant: grants(ground), ...Object.fromEntries(adapters) },
    settle: rows.settle,
    endGrantsOf: async (person) => {
      await statements.run(sql.endGrantsOf, [person]);
    },
    endGrant: async (grant) => {
      await statements.run(sql.endGrant, [rowId('Grant', grant)]);
    },
  };
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

function tokens({ statements, seal, rows }: Ground & { rows: TokenRows }, model: string): LibraryAdapter {
  // what is used once is opened once
  const open = isRedeemed(model) ? seal.openOnce : seal.open;
  return {
    ...unused(model),
    upsert: async (value, payload, expiresIn) => {
      const id = rowId(model, value);
      await rows.write([
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
      const row = await rows.find(id);
      if (!row) return undefined;
      keepAhead(row);
      if (row.consumed_at === null) return { ...open<AdapterPayload>(id, row.payload), jti: value };
      if (isRedemption(model) && !isTheft(model, row.consumed_at)) throw new errors.InvalidGrant('already used');
      return { ...open<AdapterPayload>(id, row.payload), jti: value, consumed: toSeconds(row.consumed_at) };
    },
    consume: (value) => rows.use({ id: rowId(model, value), theft: isTheft(model, Date.now()) }),
    destroy: async (value) => {
      await statements.run(sql.removeToken, [rowId(model, value)]);
    },
    revokeByGrantId: async (grant) => {
      await statements.run(sql.removeTokensOf, [rowId('Grant', grant)]);
    },
  };
}

function isRedeemed(model: string): boolean {
  return model === 'RefreshToken' || model === 'AuthorizationCode';
}

/** Whether the value is being redeemed at the token endpoint, and not merely looked at. */
function isRedemption(model: string): boolean {
  return isRedeemed(model) && Provider.ctx?.oidc.route === 'token';
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
      await statements.run(sql.writeGrant, [
        id,
        payload.accountId ?? '',
        payload.clientId ?? '',
        seal.close(id, without(payload)),
        expiry(expiresIn),
      ]);
    },
    find: async (value) => {
      const id = rowId('Grant', value);
      const ahead = aheadOfRequest()?.grant;
      const row = ahead?.id === id ? ahead : await statements.get<Row>(sql.findGrant, [id]);
      return row && { ...seal.open<AdapterPayload>(id, row.payload), jti: value };
    },
    destroy: async (value) => {
      await statements.run(sql.endGrant, [rowId('Grant', value)]);
    },
  };
}
