// Prepared statements for hot paths: the same SQL on both engines, with `?` for values, at a third of a builder's cost.
import pg from 'pg';
import type sqlite3 from 'sqlite3';
import { isBusy, mayAskAgain, openConnection } from './sqlite.ts';
import { addressOf, type Db, inTransaction, isPostgres, onPostgres } from './storage.ts';

export type Value = string | number | null | Buffer;
export type Row = Record<string, Value>;

export interface Statements {
  readonly postgres: boolean;
  /** The first row, or nothing. */
  get<T = Row>(sql: string, values?: readonly Value[]): Promise<T | undefined>;
  all<T = Row>(sql: string, values?: readonly Value[]): Promise<T[]>;
  /** How many rows changed. */
  run(sql: string, values?: readonly Value[]): Promise<number>;
  /** Runs `work` in one transaction; on SQLite the others wait their turn. Inside, use only what `work` receives. */
  transaction<T>(work: (statements: Statements) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Prepared statements on connections of their own, to the database that `db` is open on. */
export async function openStatements(db: Db): Promise<Statements> {
  const address = addressOf(db);
  if (isPostgres(address)) return openPostgresStatements(address);
  return openSqliteStatements(() => openConnection(address));
}

/**
 * Transactions have a connection to themselves and follow each other; nothing else can slip into one. Statements that write
 * have another: while they wait for a lock, as for that of an import, what is read waits for nobody.
 */
async function openSqliteStatements(connect: () => Promise<sqlite3.Database>): Promise<Statements> {
  const reading = prepareOn(await connect());
  const writing = prepareOn(await connect());
  const direct = prepareOn(await connect());
  const connections = new Map<string, typeof reading>();
  const on = (sql: string): typeof reading => {
    const known = connections.get(sql);
    if (known) return known;
    const found = writes(sql) ? writing : reading;
    connections.set(sql, found);
    return found;
  };
  const inside: Statements = {
    ...direct,
    postgres: false,
    transaction: (again) => again(inside),
    close: async () => undefined,
  };
  let turn: Promise<unknown> = Promise.resolve();
  const runAlone = async <T>(work: (statements: Statements) => Promise<T>): Promise<T> => {
    await direct.run('BEGIN IMMEDIATE');
    try {
      const result = await work(inside);
      await direct.run('COMMIT');
      return result;
    } catch (error) {
      await direct.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };
  return {
    postgres: false,
    get: (sql, values) => on(sql).get(sql, values),
    all: (sql, values) => on(sql).all(sql, values),
    run: (sql, values) => on(sql).run(sql, values),
    transaction: (work) => {
      const mine = turn.then(() => runAlone(work));
      turn = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await turn;
      await reading.close();
      await writing.close();
      await direct.close();
    },
  };
}

/** Whether a statement changes anything: by its verb, or by what follows the tables that it names first. */
function writes(sql: string): boolean {
  return !/^\s*(select|with|pragma)\b/i.test(sql) || /\b(insert into|update|delete from)\b/i.test(sql);
}

type Read<T> = (result: sqlite3.RunResult, rows: unknown[]) => T;

/**
 * Answers are given together while others follow at once, so many and for so long (in milliseconds) at most: whoever
 * goes on with them does so in step with others, at half the cost.
 */
const MOST = 64;
const LONGEST = 2;

/** Statements on a connection; `close` closes it with them, `finalize` leaves it open. */
function prepareOn(
  connection: sqlite3.Database,
): Omit<Statements, 'transaction' | 'postgres'> & { readonly finalize: () => Promise<void> } {
  const prepared = new Map<string, sqlite3.Statement>();
  // a statement that cannot be prepared never answers, and says so to nobody but this callback
  const prepare = (sql: string, done: (error: Error | null, statement: sqlite3.Statement) => void): void => {
    const before = prepared.get(sql);
    if (before) {
      done(null, before);
      return;
    }
    const statement: sqlite3.Statement = connection.prepare(sql, (error) => {
      if (!error) prepared.set(sql, statement);
      done(error, statement);
    });
  };
  // serialize() does not order prepared statements: left to themselves, several wait for a write lock held elsewhere,
  // each on one of the few worker threads, and whoever holds the lock finds none to go on with
  const waiting: (() => void)[] = [];
  let running = false;
  const answers: (() => void)[] = [];
  let since = 0;
  const giveAll = (): void => {
    for (const give of answers.splice(0)) give();
  };
  const end = (answer: () => void): void => {
    if (answers.push(answer) === 1) since = performance.now();
    const next = waiting.shift();
    if (next) next();
    else running = false;
    if (!next || answers.length >= MOST || performance.now() - since >= LONGEST) giveAll();
  };
  type Done = (this: sqlite3.RunResult, error: Error | null, rows: unknown[]) => void;
  const inTurn = <T>(sql: string, start: (statement: sqlite3.Statement, done: Done) => void, read: Read<T>) =>
    new Promise<T>((resolve, reject) => {
      const begin = (): void => {
        running = true;
        const fail = (error: Error): void => end(() => reject(error));
        const began = performance.now();
        const askAgain = (error: Error): void => {
          if (!isBusy(error)) {
            fail(error);
            return;
          }
          giveAll(); // what was answered already waits for no lock
          mayAskAgain(began).then((may) => (may ? attempt() : fail(error)));
        };
        const attempt = (): void =>
          prepare(sql, (fault, statement) => {
            if (fault) {
              askAgain(fault);
              return;
            }
            start(statement, function (error, rows) {
              // a statement that failed still holds what it had read: left so, the next write would be refused
              if (error) {
                statement.reset(() => askAgain(error));
                return;
              }
              // read at once: the next run of the same statement overwrites how many rows this one changed
              const result = read(this, rows);
              end(() => resolve(result));
            });
          });
        attempt();
      };
      if (running) waiting.push(begin);
      else begin();
    });
  const finalize = async (): Promise<void> => {
    await Promise.all([...prepared.values()].map((one) => new Promise<void>((done) => one.finalize(() => done()))));
    prepared.clear();
  };
  const all = <T>(sql: string, values: readonly Value[] = []) =>
    inTurn(
      sql,
      (statement, done) => statement.all(values, done),
      (_result, rows) => rows as T[],
    );
  return {
    all,
    get: async <T>(sql: string, values?: readonly Value[]) => (await all<T>(sql, values))[0],
    run: (sql, values = []) =>
      inTurn(
        sql,
        (statement, done) => statement.run(values, done as (this: sqlite3.RunResult, error: Error | null) => void),
        (result) => result.changes,
      ),
    finalize,
    close: async () => {
      await finalize();
      await new Promise<void>((resolve, reject) => connection.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

function openPostgresStatements(address: string): Statements {
  const pool = new pg.Pool({
    connectionString: address,
    application_name: 'preau',
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced at the next query
  const names = new Map<string, { name: string; text: string }>();
  const named = (sql: string) => {
    let entry = names.get(sql);
    if (!entry) {
      let count = 0;
      entry = { name: `s${names.size}`, text: sql.replaceAll('?', () => `$${++count}`) };
      names.set(sql, entry);
    }
    return entry;
  };
  const on = (client: pg.Pool | pg.PoolClient): Omit<Statements, 'transaction' | 'close'> => ({
    postgres: true,
    get: async <T>(sql: string, values: readonly Value[] = []) =>
      (await client.query({ ...named(sql), values: [...values] })).rows[0] as T | undefined,
    all: async <T>(sql: string, values: readonly Value[] = []) =>
      (await client.query({ ...named(sql), values: [...values] })).rows as T[],
    run: async (sql, values = []) => (await client.query({ ...named(sql), values: [...values] })).rowCount ?? 0,
  });
  return {
    ...on(pool),
    transaction: async (work) => {
      const client = await pool.connect();
      const inside: Statements = { ...on(client), transaction: (again) => again(inside), close: async () => undefined };
      try {
        await client.query('BEGIN');
        const result = await work(inside);
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        await client.query('ROLLBACK').then(
          () => client.release(),
          () => client.release(true),
        );
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

/**
 * Lends prepared statements for work that asks the same few things many times over. In a transaction they see what it has
 * written, and `work` must be over before it is. PostgreSQL keeps named statements by itself: `db` is lent as it is.
 */
export async function withStatements<T>(
  db: Db,
  work: (statements: Db | Pick<Statements, 'all'>) => Promise<T>,
): Promise<T> {
  if (onPostgres(db)) return work(db);
  if (!db.isTransaction) {
    const statements = prepareOn(await openConnection(addressOf(db)));
    return work(statements).finally(() => statements.close());
  }
  const statements = prepareOn(await db.client.acquireConnection());
  return work(statements).finally(() => statements.finalize());
}

/** Where a statement is asked: a database or a transaction, or prepared statements for those who ask all day long. */
export type Source = Db | Pick<Statements, 'all'>;

/** Where it may be written in one transaction too. */
export type AnyDb = Db | Statements;

/** `inTransaction`, on whatever is given. */
export async function inOneTransaction<T>(db: AnyDb, work: (tx: AnyDb) => Promise<T>): Promise<T> {
  return typeof db === 'function' ? inTransaction(db, work) : db.transaction(work);
}

/** The rows of a statement. There are few statements: each is kept by name. */
export async function rowsOf<Row>(source: Source, sql: string, values: readonly Value[]): Promise<Row[]> {
  if (typeof source !== 'function') return source.all<Row>(sql, values);
  if (!onPostgres(source)) return (await source.raw(sql, [...values])) as Row[];
  // a named statement is planned once per connection
  return (await source.raw(sql, [...values]).options({ name: nameOf(sql) })).rows;
}

const names = new Map<string, string>();

function nameOf(sql: string): string {
  const name = names.get(sql) ?? `own${names.size}`;
  names.set(sql, name);
  return name;
}

/**
 * A private database on disk that nobody else can open and that is gone with the connection or the process,
 * however it ends: for work that does not fit in memory. Keep its tables out of the house's own.
 */
export async function openScratch(): Promise<Omit<Statements, 'transaction' | 'postgres'>> {
  return prepareOn(await openConnection(''));
}
