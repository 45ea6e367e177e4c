// The store under oidc-provider: where single use, revocation and concurrent sessions are decided.
import { type AdapterPayload, errors, type Adapter as LibraryAdapter, Provider } from 'oidc-provider';
import { openStatements, type Statements } from '../storage/statements.ts';
import { type Db, isUniqueViolation, onPostgres } from '../storage/storage.ts';
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
  /** Whether a grant, by its row, was neither revoked nor ended. */
  grantLives(row: string): Promise<boolean>;
  /** Does what an answer that is about to leave says: see `TokenRows`. */
  readonly settle: TokenRows['settle'];
  readonly statements: Statements;
  close(): Promise<void>;
}

/**
 * Opens the store on connections of its own. `findModule` answers for the model `Client`; `goesOn` says whether a session
 * of an epoch of a person's account is not over.
 */
export async function openStore(
  db: Db,
  seal: Seal,
  {
    findModule,
    goesOn,
  }: {
    findModule: (id: string) => Promise<AdapterPayload | undefined>;
    goesOn: (person: string, epoch: number) => Promise<boolean>;
  },
): Promise<Store> {
  const statements = await openStatements(db);
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
    grantLives: tokens.grantLives,
    statements,
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
    close: () => statements.close(),
  };
}

/** Removes interactions, pushed requests and assertions that ended before `at`. */
export async function purgePassing(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  return purgeTable(db, 'oidc_passing', at, stop);
}

/** What lives minutes: interactions and pushed requests. */
function passing({ statements, seal }: Ground, model: string): LibraryAdapter {
  return {
    ...unused(model),
    upsert: async (value, payload, expiresIn) => {
      const id = rowId(model, value);
      await statements.run(
        `insert into oidc_passing (id, payload, expires_at) values (?, ?, ?)
         on conflict (id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
        [id, seal.close(id, without(payload)), expiry(expiresIn)],
      );
    },
    find: async (value) => {
      const id = rowId(model, value);
      const row = await statements.get<Row>('select payload, consumed_at from oidc_passing where id = ?', [id]);
      if (!row) return undefined;
      const consumed = row.consumed_at === null ? {} : { consumed: toSeconds(row.consumed_at) };
      return { ...seal.open<AdapterPayload>(id, row.payload), jti: value, ...consumed };
    },
    consume: async (value) => {
      const sql = 'update oidc_passing set consumed_at = ? where id = ? and consumed_at is null';
      if ((await statements.run(sql, [Date.now(), rowId(model, value)])) !== 1)
        throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
    },
    destroy: async (value) => {
      await statements.run('delete from oidc_passing where id = ?', [rowId(model, value)]);
    },
  };
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
