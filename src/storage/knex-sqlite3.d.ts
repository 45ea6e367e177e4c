// knex ships no types for its dialects; these are the members that SqliteClient overrides.
declare module 'knex/lib/dialects/sqlite3/index.js' {
  import { Knex } from 'knex';
  export default class SqliteDialect extends Knex.Client {
    _driver(): unknown;
    _query(connection: unknown, query: { sql: string }): Promise<unknown>;
    destroyRawConnection(connection: unknown): Promise<void>;
    transaction(work: unknown, config?: { readOnly?: boolean }, outer?: unknown): Knex.Transaction;
  }
}
declare module 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js' {
  /** What it has of its own; as a promise, it is given out by `SqliteDialect.transaction`. */
  export default class SqliteTransaction {
    constructor(client: unknown, work: unknown, config?: { readOnly?: boolean }, outer?: unknown);
    begin(connection: unknown): unknown;
    query(connection: unknown, sql: string): unknown;
  }
}
