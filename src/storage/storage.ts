// The ground: opens SQLite or PostgreSQL, migrates, runs transactions. Knows no school word.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { migrationList } from '../../migrations/list.ts';
import { Refusal } from '../errors.ts';
import { SqliteClient } from './sqlite.ts';

/** A database, or a transaction on it: whoever receives one cannot tell and need not. */
export type Db = Knex;

/** The end of an interval that has no end: 10000-01-01T00:00:00Z, in milliseconds. */
export const FOREVER = 253402300800000;

const address = new WeakMap<object, string>();

/**
 * Opens a database from its address: `postgres://...`, or the path of an SQLite file (created when absent).
 * Nothing is migrated. Close it with `db.destroy()`.
 */
export function openDatabase(url: string): Db {
  const db = isPostgres(url) ? openPostgres(url) : openSqlite(url);
  address.set(db.client, url);
  return db;
}

/** The address a database was opened with. */
export function addressOf(db: Db): string {
  return address.get(db.client) ?? '';
}

export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

export function onPostgres(db: Db): boolean {
  return db.client.config.client === 'pg';
}

/** An error names its statement, and none of the values: they are persons' names, and errors end in logs. */
const discreet = { compileSqlOnError: false } as const;

function openPostgres(url: string): Db {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const db = knex({
    ...discreet,
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'preau',
      connectionTimeoutMillis: 5_000,
      statement_timeout: 60_000,
      idle_in_transaction_session_timeout: 60_000,
    },
    pool: { min: 0, max: 10, acquireTimeoutMillis: 10_000 },
  });
  // PostgreSQL adds the whole row that failed
  db.on('query-error', (error: { detail?: string }) => {
    delete error.detail;
  });
  return db;
}

function openSqlite(path: string): Db {
  mkdirSync(dirname(path), { recursive: true });
  return knex({
    ...discreet,
    client: SqliteClient,
    connection: { filename: path },
    useNullAsDefault: true,
    pool: { min: 1, max: 1, acquireTimeoutMillis: 30_000, afterCreate: SqliteClient.prepareConnection },
  });
}

/**
 * Runs `work` in one transaction; joins the one already open when `db` is a transaction.
 * On SQLite the write lock is taken at once, so that a read never has to be upgraded.
 * Inside `work`, use only the `tx` it receives: SQLite has one connection.
 */
export async function inTransaction<T>(db: Db, work: (tx: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction((tx) => work(tx));
}

/**
 * Asks several questions of one state: what others change meanwhile is not seen, and nobody waits for it. Nothing may be
 * written. Inside, use only the `tx` that `read` receives.
 */
export async function inOneState<T>(db: Db, read: (tx: Db) => Promise<T>): Promise<T> {
  return db.transaction((tx) => read(tx), {
    readOnly: true,
    ...(onPostgres(db) && { isolationLevel: 'repeatable read' }),
  });
}

const migrationSource: Knex.MigrationSource<(typeof migrationList)[number]> = {
  getMigrations: async () => [...migrationList],
  getMigrationName: (migration) => migration.name,
  getMigration: async (migration) => ({ up: migration.up, down: async () => undefined }),
};

/** Brings the schema to the newest version. Returns the names of the migrations applied. */
export async function migrate(db: Db): Promise<string[]> {
  const [, applied] = (await db.migrate.latest({ migrationSource })) as [number, string[]];
  return applied;
}

/** Refuses a schema that is behind (`schema_behind`) or that a newer version has written (`schema_unknown`). */
export async function requireCurrentSchema(db: Db): Promise<void> {
  const known: string[] = migrationList.map((migration) => migration.name);
  const present = (await db.schema.hasTable('knex_migrations'))
    ? ((await db('knex_migrations').select('name')) as { name: string }[]).map((row) => row.name)
    : [];
  const foreign = present.filter((name) => !known.includes(name));
  if (foreign.length > 0)
    throw new Refusal('schema_unknown', `the database was migrated by a newer version: \`${foreign.join('`, `')}\``);
  const missing = known.filter((name) => !present.includes(name));
  if (missing.length > 0)
    throw new Refusal('schema_behind', `run \`preau migrate\` first: missing \`${missing.join('`, `')}\``);
}

/** Whether an error says that a unique key already exists, on either engine. */
export function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === '23505' || (code === 'SQLITE_CONSTRAINT' && /UNIQUE|PRIMARY KEY/i.test((error as Error).message));
}

/** A new key: time first, so that rows inserted together lie together; 80 random bits after. */
export function newKey(): string {
  const time = Buffer.alloc(6);
  time.writeUIntBE(Date.now(), 0, 6);
  return Buffer.concat([time, randomBytes(10)]).toString('hex');
}

/** Splits a list into pieces that fit in one statement (SQLite allows 32,766 bound values). */
export function* inPieces<T>(rows: readonly T[], size = 400): Generator<T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}
