// The store under oidc-provider: where single use, revocation and concurrent sessions are decided.
import { type AdapterPayload, errors, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import type { Statements } from '../storage/statements.ts';
import { type Db, isUniqueViolation, onPostgres } from '../storage/storage.ts';
import { lifetimes } from './lifetimes.ts';
import { expiry, type Ground, purgeTable, type Row, toSeconds, unused, without } from './rows.ts';
import { rowId, type Seal } from './seal.ts';
import { type Authorization, type EndedSession, openSessions, type Sessions } from './sessions.ts';
import type { TokenRows } from './token-rows.ts';
import { openTokens } from './tokens.ts';

export interface Store extends Sessions {
  /** What oidc-provider reads and writes for one of its models. */
  adapterFor(model: string): LibraryAdapter;
  /** Ends the sessions and grants of a person; says which modules each session had entered. */
  endAccount(person: string): Promise<{ uid: string; entered: Record<string, Authorization> }[]>;
  /** Ends one session of a person, and what was granted in it. */
  endOne(person: string, key: string): Promise<EndedSession | undefined>;
  /** Does what an answer that is about to leave says: see `TokenRows`. */
  readonly settle: TokenRows['settle'];
}

/**
 * Opens the store. `statements` stay the caller's; `findModule` answers for the model `Client`; `goesOn` says whether a
 * session of an epoch of a person's account is not over.
 */
export async function openStore(
  db: Db,
  seal: Seal,
  {
    statements,
    findModule,
    goesOn,
  }: {
    statements: Statements;
    findModule: (id: string) => Promise<AdapterPayload | undefined>;
    goesOn: (person: string, epoch: number) => Promise<boolean>;
  },
): Promise<Store> {
  const sessions = openSessions(statements, seal, goesOn);
  const ground: Ground = { statements, seal };
  const tokens = await openTokens(ground, onPostgres(db));
  const adapters: Record<string, LibraryAdapter> = {
    Client: { ...unused('Client'), find: findModule },
    Session: { ...unused('Session'), ...sessions.adapter },
    Interaction: passing(ground, 'Interaction'),
    PushedAuthorizationRequest: passing(ground, 'PushedAuthorizationRequest'),
    ReplayDetection: seenOnce(ground),
    ...tokens.adapters,
  };
  return {
    ...sessions,
    settle: tokens.settle,
    adapterFor: (model) => adapters[model] ?? unused(model),
    endAccount: async (person) => {
      const ended = await sessions.endSessionsOf(person);
      await tokens.endGrantsOf(person);
      return ended;
    },
    endOne: async (person, key) => {
      const ended = await sessions.endSessionOf(person, key);
      for (const { grantId } of Object.values(ended?.entered ?? {}))
        if (grantId !== undefined) await tokens.endGrant(grantId);
      return ended;
    },
  };
}

/**
 * Removes interactions, pushed requests and assertions that ended before `at`. A pushed request is used up when its
 * sign-in comes to an end, maybe long after it could begin one: until then it must be there to be used once.
 */
export async function purgePassing(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  return purgeTable(db, 'oidc_passing', at - 2 * lifetimes.interaction * 1000, stop);
}

/** What lives minutes: interactions and pushed requests. */
function passing({ statements, seal }: Ground, model: string): LibraryAdapter {
  return {
    ...unused(model),
    upsert: async (value, payload, expiresIn) => {
      const id = rowId(model, value);
      // on our own pages a sign-in under way is answered, and never begun: one that has ended meanwhile stays so
      if (!Provider.ctx) {
        const sql = 'update oidc_passing set payload = ?, expires_at = ? where id = ?';
        const kept = await statements.run(sql, [seal.close(id, without(payload)), expiry(expiresIn), id]);
        if (kept === 0) throw new errors.SessionNotFound('interaction session not found');
        return;
      }
      await statements.run(
        `insert into oidc_passing (id, payload, expires_at) values (?, ?, ?)
         on conflict (id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
        [id, seal.close(id, without(payload)), expiry(expiresIn)],
      );
    },
    find: async (value) => {
      const id = rowId(model, value);
      const row = await statements.get<Row>('select payload, consumed_at from oidc_passing where id = ?', [id]);
      // one that is gone was used up, or can no longer be: whoever comes to the end of a sign-in with it is late
      if (!row && model === 'PushedAuthorizationRequest') throw spentRequest();
      if (!row) return undefined;
      const consumed = row.consumed_at === null ? {} : { consumed: toSeconds(row.consumed_at) };
      return { ...seal.open<AdapterPayload>(id, row.payload), jti: value, ...consumed };
    },
    consume: async (value) => {
      const sql = 'update oidc_passing set consumed_at = ? where id = ? and consumed_at is null';
      if ((await statements.run(sql, [Date.now(), rowId(model, value)])) !== 1) throw spentRequest();
    },
    destroy: async (value) => {
      await statements.run('delete from oidc_passing where id = ?', [rowId(model, value)]);
    },
  };
}

function spentRequest(): Error {
  return new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
}

/** Assertions and proofs: the first insert wins. oidc-provider looks before it writes; the look would prove nothing. */
function seenOnce({ statements, seal }: Ground): LibraryAdapter {
  return {
    ...unused('ReplayDetection'),
    find: async () => undefined,
    upsert: async (value, payload, expiresIn) => {
      const id = rowId('ReplayDetection', value);
      await statements
        .run('insert into oidc_passing (id, payload, expires_at) values (?, ?, ?)', [
          id,
          seal.close(id, without(payload)),
          expiry(expiresIn),
        ])
        .catch((error) => {
          if (!isUniqueViolation(error)) throw error;
          throw Provider.ctx?.oidc.params?.client_assertion
            ? new errors.InvalidClientAuth('client assertion tokens must only be used once')
            : new errors.InvalidDpopProof('DPoP proof JWT Replay detected');
        });
    },
  };
}
