// The statements on tokens and grants: tokens are looked up, used and written together by those who come together.
import type { Knex } from 'knex';
import { errors, Provider } from 'oidc-provider';
import type { Statements, Value } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { purgeTable, type Row } from './rows.ts';
import { together } from './together.ts';

export interface TokenRow extends Row {
  id: string;
  session_uid: string | null;
  grant_id: string | null;
  grant_payload: Buffer | null;
  session_id: string | null;
  session_payload: Buffer | null;
  client: string | null;
  entry: Buffer | null;
}

/** A token to use, by its row; `theft` says that a use that comes second ends all that its grant gave. */
export interface Use {
  readonly id: string;
  readonly theft: boolean;
}

export interface TokenRows {
  find(id: string): Promise<TokenRow | undefined>;
  /** Marks a token as used: of those who come for one token the first wins, the others get `InvalidGrant`. */
  use(use: Use): Promise<void>;
  /** A row in the order of `COLUMNS`; throws `InvalidGrant` when its grant no longer lives. */
  write(row: Value[]): Promise<void>;
  /**
   * Does what an answer of the token endpoint says, before it leaves: uses what was redeemed and writes what is given
   * for it, in one statement. An answer that gives nothing uses it up all the same. Throws `InvalidGrant`.
   */
  settle(ctx: object, given: boolean): Promise<void>;
}

/** Removes tokens and grants that ended before `at`. */
export async function purgeTokens(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  return (await purgeTable(db, 'oidc_token', at, stop)) + (await purgeTable(db, 'oidc_grant', at, stop));
}

/** Ends the grants of many persons, whose keys `persons` selects; their tokens fall with them. */
export async function removeGrantsOf(tx: Db, persons: Knex.QueryBuilder): Promise<number> {
  return tx('oidc_grant').whereIn('account', persons.clone()).delete();
}

/** Ends grants by their rows; their tokens fall with them. */
export async function removeGrants(tx: Db, ids: readonly string[]): Promise<void> {
  await tx('oidc_grant')
    .whereIn('id', [...ids])
    .delete();
}

/** What one asks alone. A token falls with its grant, in the database itself. */
export const sql = {
  removeToken: 'delete from oidc_token where id = ?',
  removeTokensOf: 'delete from oidc_token where grant_id = ?',
  writeGrant: `insert into oidc_grant (id, account, client, payload, expires_at) values (?, ?, ?, ?, ?)
         on conflict (id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
  findGrant: 'select payload from oidc_grant where id = ?',
  endGrant: 'delete from oidc_grant where id = ?',
  endGrantsOf: 'delete from oidc_grant where account = ?',
  /** Reads, as `g`, a grant. */
  fromGrant: 'from oidc_grant g',
  /** Joins, as `g`, the grant of an entry `c` that a session has for a module. */
  joinGrant: 'left join oidc_grant g on g.id = c.grant_id',
} as const;

/** What the answer of one request waits to do. */
interface Answer {
  use: Use | undefined;
  readonly rows: Value[][];
}

/** How many names a statement takes; fewer are made up by saying one twice, so that a few statements do for all. */
export const SIZES = [3, 12, 48] as const;
export const MOST = SIZES[2];

export function padded(ids: readonly string[]): string[] {
  const size = SIZES.find((one) => one >= ids.length) ?? MOST;
  return Array.from({ length: size }, (_, place) => ids[place] ?? ids[0]!);
}

export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

/** `alone` keeps each write to itself, where connections run beside each other: rows locked by two could wait in a ring. */
export async function openTokenRows(statements: Statements, alone: boolean): Promise<TokenRows> {
  const waiting = new WeakMap<object, Answer>();
  const answerOf = (): Answer | undefined => {
    const { ctx } = Provider;
    if (ctx?.oidc.route !== 'token') return undefined;
    const answer = waiting.get(ctx) ?? { use: undefined, rows: [] };
    waiting.set(ctx, answer);
    return answer;
  };
  const useNow = async ({ id, theft }: Use): Promise<void> => {
    const sql = 'update oidc_token set consumed_at = ? where id = ? and consumed_at is null';
    if ((await statements.run(sql, [Date.now(), id])) === 1) return;
    if (theft)
      await statements.run('delete from oidc_grant where id = (select grant_id from oidc_token where id = ?)', [id]);
    throw new errors.InvalidGrant('already used');
  };
  const give = alone ? giverOf(statements, useNow) : await groupedGiverOf(statements, useNow);
  return {
    find: finderOf(statements),
    use: async (use) => {
      const answer = answerOf();
      if (answer && !answer.use) answer.use = use;
      else await useNow(use);
    },
    write: async (row) => {
      const answer = answerOf();
      if (answer) answer.rows.push(row);
      else await give({ use: undefined, rows: [row] });
    },
    settle: async (ctx, given) => {
      const answer = waiting.get(ctx);
      waiting.delete(ctx);
      if (!answer) return;
      if (given && answer.rows.length > 0) await give(answer);
      else if (answer.use) await useNow(answer.use);
    },
  };
}

function finderOf(statements: Statements): TokenRows['find'] {
  return together<string, TokenRow | undefined>(MOST, async (ids) => {
    const names = padded(ids);
    // of sessions with one uid, the newest counts: it comes last
    const sql = `select * from oidc_token_use where id in (${marks(names)}) order by session_ends`;
    const rows = new Map((await statements.all<TokenRow>(sql, names)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id));
  });
}

const COLUMNS = 'id, grant_id, client, session_uid, payload, expires_at';

/** Uses, then writes. */
function giverOf(statements: Statements, use: (use: Use) => Promise<void>): (answer: Answer) => Promise<void> {
  return async ({ use: used, rows }) => {
    if (used) await use(used);
    const values = rows.map((row) => `(${marks(row)})`).join(', ');
    await statements.run(`insert into oidc_token (${COLUMNS}) values ${values}`, rows.flat()).catch((error) => {
      // the grant, or the module, was revoked while these were being made: they must not live
      throw isForeignKeyViolation(error) ? new errors.InvalidGrant('grant revoked') : error;
    });
  };
}

/** How many answers one statement gives. */
const GIVEN = 16;

/**
 * Uses and writes in one statement, for several answers: all of them or none. It is an insert into a view, known to this
 * connection alone, whose trigger uses the token first and fails where somebody else has used it.
 */
async function groupedGiverOf(
  statements: Statements,
  use: (use: Use) => Promise<void>,
): Promise<(answer: Answer) => Promise<void>> {
  for (const sql of GIVING) await statements.run(sql);
  const giveAlone = giverOf(statements, use);
  return together<Answer, void>(GIVEN, async (answers) => {
    const at = Date.now();
    const rows = answers.flatMap(({ use: used, rows }) =>
      rows.map((row, place) => [...row, place === 0 ? (used?.id ?? null) : null, at]),
    );
    const values = rows.map((row) => `(${marks(row)})`).join(', ');
    const done = await statements.run(`insert into oidc_given values ${values}`, rows.flat()).catch(() => undefined);
    if (done !== undefined) return answers.map(() => undefined);
    // one of them cannot be given: nothing was, and each finds out whether it is the one
    return Promise.all(answers.map((answer) => giveAlone(answer).catch((error: Error) => error)));
  });
}

const GIVING = [
  `create temp view oidc_given as select ${COLUMNS}, id as uses, expires_at as used_at from oidc_token`,
  `create temp trigger oidc_give instead of insert on oidc_given begin
     update oidc_token set consumed_at = new.used_at where id = new.uses and consumed_at is null;
     select raise(abort, 'used already') where new.uses is not null and changes() = 0;
     insert into oidc_token (${COLUMNS})
       values (new.id, new.grant_id, new.client, new.session_uid, new.payload, new.expires_at);
   end`,
];

function isForeignKeyViolation(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '23503' || (code === 'SQLITE_CONSTRAINT' && /FOREIGN KEY/.test(message ?? ''));
}
