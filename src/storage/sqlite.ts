// SQLite: pragmas, transactions that take the write lock at once, and the one place that names the driver.
import type { Knex } from 'knex';
import SqliteTransaction from 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js';
import SqliteDialect from 'knex/lib/dialects/sqlite3/index.js';
import sqlite3 from 'sqlite3';

/**
 * `cache` is how many KiB of pages a connection keeps at most. Nobody waits for a lock inside SQLite: that would hold
 * one of the few worker threads that everyone shares, and ask again too seldom to be given one that is soon taken back.
 */
const pragmas = (cache: number): string => `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  PRAGMA cache_size = -${cache};
  PRAGMA busy_timeout = 0;
`;

/** knex's connection does what is rare or long, imports above all: their memory must not grow with what they import. */
const KNEX_CACHE = 8_192;
/** Hot paths come back to the same pages. */
const HOT_CACHE = 65_536;

/** knex's SQLite client over the `sqlite3` driver, whose transactions begin by taking the write lock. */
export class SqliteClient extends SqliteDialect {
  static prepareConnection(
    connection: sqlite3.Database,
    done: (error: Error | null, connection: unknown) => void,
  ): void {
    connection.exec(pragmas(KNEX_CACHE), (error) => done(error, connection));
  }

  override _driver(): typeof sqlite3 {
    return sqlite3;
  }

  override _query(connection: sqlite3.Database, query: Query): Promise<unknown> {
    if (query.sql === 'BEGIN;') query.sql = 'BEGIN IMMEDIATE;';
    return patiently(() => (isKept(query.sql) ? queryPrepared(connection, query) : super._query(connection, query)));
  }

  override transaction(work: unknown, config?: { readOnly?: boolean }, outer?: unknown): Knex.Transaction {
    if (!config?.readOnly) return super.transaction(work, config, outer);
    return new ReadTransaction(this, work, config, outer) as unknown as Knex.Transaction;
  }

  override async destroyRawConnection(connection: sqlite3.Database): Promise<void> {
    for (const some of kept.get(connection) ?? []) for (const statement of some.values()) statement.finalize();
    await super.destroyRawConnection(connection);
  }
}

/** Reads one state from its first question on, and holds up nobody. */
class ReadTransaction extends SqliteTransaction {
  override begin(connection: unknown): unknown {
    return this.query(connection, 'BEGIN DEFERRED;');
  }
}

/** How long a lock is waited for, and how long until it is asked for again, in milliseconds. */
const PATIENCE = 10_000;
const AGAIN = 4;

/** Whether a lock was held elsewhere: nothing was done then, and the same may be asked again. */
export function isBusy(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'SQLITE_BUSY';
}

/** A moment before a lock is asked for again; false once somebody has waited long enough, since `began`. */
export async function mayAskAgain(began: number): Promise<boolean> {
  if (performance.now() - began > PATIENCE) return false;
  await new Promise((resolve) => setTimeout(resolve, AGAIN * (1 + Math.random())));
  return true;
}

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || !(await mayAskAgain(began))) throw error;
    }
  }
}

/** What knex passes of a query, and takes back. */
interface Query {
  sql: string;
  readonly bindings?: readonly unknown[];
  readonly method?: string;
  readonly returning?: unknown;
  response?: unknown;
  context?: { readonly lastID: number; readonly changes: number };
}

type Prepared = Map<string, sqlite3.Statement>;

/**
 * Statements that a connection keeps prepared, by their text: the newest of the short ones, and of the long ones, which
 * are questions about rights. Those take milliseconds to prepare, and more than half a megabyte each.
 */
const kept = new WeakMap<sqlite3.Database, readonly [short: Prepared, long: Prepared]>();
const KEPT = 100;
const KEPT_LONG = 40;
const LONG = 4_000;
const LONGEST = 40_000;

function isKept(sql: string): boolean {
  return sql.length > LONG ? sql.length <= LONGEST && /^with\b/i.test(sql) : KEPT_VERBS.test(sql);
}

const KEPT_VERBS = /^(select|insert|update|delete|with)\b/i;

/** The statement of a text: the one that is kept, or one that is now. */
function prepare(connection: sqlite3.Database, sql: string): Promise<sqlite3.Statement> {
  const both = kept.get(connection) ?? [new Map(), new Map()];
  kept.set(connection, both);
  const [mine, most] = sql.length > LONG ? [both[1], KEPT_LONG] : [both[0], KEPT];
  const keep = (statement: sqlite3.Statement): sqlite3.Statement => {
    const [oldest] = mine;
    if (oldest && mine.size >= most) {
      mine.delete(oldest[0]);
      oldest[1].finalize();
    }
    mine.set(sql, statement);
    return statement;
  };
  const before = mine.get(sql);
  mine.delete(sql);
  if (before) return Promise.resolve(keep(before));
  return new Promise((resolve, reject) => {
    // one that cannot be prepared never answers, and says so to nobody but this callback
    const statement: sqlite3.Statement = connection.prepare(sql, (error) => {
      if (error) return reject(error);
      const meanwhile = mine.get(sql);
      if (meanwhile) statement.finalize();
      resolve(meanwhile ?? keep(statement));
    });
  });
}

/** What knex's own `_query` does, with a statement that stays prepared: preparing costs more than most of them. */
async function queryPrepared(connection: sqlite3.Database, query: Query): Promise<unknown> {
  const { sql, bindings = [], method = '', returning } = query;
  const runs = method === 'del' || method === 'counter' || (/^(insert|update)$/.test(method) && !returning);
  const statement = await prepare(connection, sql);
  return new Promise((resolve, reject) => {
    function done(this: sqlite3.RunResult, error: Error | null, rows?: unknown[]): void {
      // a statement that failed still holds what it had read
      if (error) {
        statement.reset(() => reject(error));
        return;
      }
      query.response = rows;
      query.context = { lastID: this.lastID, changes: this.changes };
      resolve(query);
    }
    if (runs) statement.run(bindings, done);
    else statement.all(bindings, done);
  });
}

/**
 * A connection of its own, outside knex, with the same pragmas. Its statements run one at a time.
 */
export async function openConnection(path: string): Promise<sqlite3.Database> {
  const connection = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(opened)));
  });
  connection.serialize();
  await patiently(
    () =>
      new Promise<void>((resolve, reject) =>
        connection.exec(pragmas(HOT_CACHE), (error) => (error ? reject(error) : resolve())),
      ),
  );
  return connection;
}
