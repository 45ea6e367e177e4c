// The databases every suite runs on: a fresh, migrated SQLite file and a fresh, migrated PostgreSQL database.

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { type Db, migrate, openDatabase } from '../src/storage/storage.ts';

export interface TestDatabase {
  readonly db: Db;
  /** What PREAU_DATABASE would say. */
  readonly url: string;
  /** Closes and removes it. */
  readonly close: () => Promise<void>;
}

export interface Engine {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** A database of its own, migrated unless said otherwise. */
  readonly open: (options?: { migrated?: boolean }) => Promise<TestDatabase>;
}

/** Use as `describe.each(engines)('$name', ({ open }) => ...)`. */
export const engines: readonly Engine[] = [
  { name: 'SQLite', open: openSqlite },
  { name: 'PostgreSQL', open: openPostgres },
];

async function openSqlite({ migrated = true } = {}): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-'));
  const url = join(folder, 'preau.sqlite');
  const db = openDatabase(url);
  if (migrated) await migrate(db);
  const close = async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
  return { db, url, close };
}

async function openPostgres({ migrated = true } = {}): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `preau_${randomBytes(8).toString('hex')}`;
  await onServer(server, `create database ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const db = openDatabase(address.href);
  if (migrated) await migrate(db);
  const close = async () => {
    await db.destroy();
    await onServer(server, `drop database if exists ${name} with (force)`);
  };
  return { db, url: address.href, close };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
