// SQLite: pragmas, transactions that take the write lock at once, and the one place that names the driver.
import SqliteDialect from 'knex/lib/dialects/sqlite3/index.js';
import sqlite3 from 'sqlite3';

const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 10000;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -65536;
`;

/** knex's SQLite client over the `sqlite3` driver, whose transactions begin by taking the write lock. */
export class SqliteClient extends SqliteDialect {
  static prepareConnection(
    connection: sqlite3.Database,
    done: (error: Error | null, connection: unknown) => void,
  ): void {
    connection.exec(PRAGMAS, (error) => done(error, connection));
  }

  override _driver(): typeof sqlite3 {
    return sqlite3;
  }

  override _query(connection: unknown, query: { sql: string }): Promise<unknown> {
    if (query.sql === 'BEGIN;') query.sql = 'BEGIN IMMEDIATE;';
    return super._query(connection, query);
  }
}

/**
 * A connection of its own, outside knex, with the same pragmas. Its statements run one at a time: waiting for another
 * connection's write lock then never holds more than one of the few worker threads that everyone shares.
 */
export async function openConnection(path: string): Promise<sqlite3.Database> {
  const connection = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, (error) => (error ? reject(error) : resolve(opened)));
  });
  connection.serialize();
  await new Promise<void>((resolve, reject) =>
    connection.exec(PRAGMAS, (error) => (error ? reject(error) : resolve())),
  );
  return connection;
}
