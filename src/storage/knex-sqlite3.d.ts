// knex ships no types for its dialects; these are the members that SqliteClient overrides.
declare module 'knex/lib/dialects/sqlite3/index.js' {
  import { Knex } from 'knex';
  export default class SqliteDialect extends Knex.Client {
    _driver(): unknown;
    _query(connection: unknown, query: { sql: string }): Promise<unknown>;
    destroyRawConnection(connection: unknown): Promise<void>;
  }
}
