// The databases every suite runs on: an SQLite file and a PostgreSQL database of its own, fresh and migrated.

import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Db, openDatabase } from '../src/storage/storage.ts';
import { scratch } from './scratch.ts';
import { databaseOn, onServer } from './template.ts';

export interface TestDatabase {
  readonly db: Db;
  /** What PREAU_DATABASE would say. */
  readonly url: string;
  /** Closes and removes it. */
  readonly close: () => Promise<void>;
}

export interface Engine {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** A database of its own: migrated, unless said otherwise. */
  readonly open: (options?: { migrated?: boolean }) => Promise<TestDatabase>;
}

/** Use as `describe.each(engines)('$name', ({ open }) => ...)`. */
export const engines: readonly Engine[] = [
  { name: 'SQLite', open: openSqlite },
  { name: 'PostgreSQL', open: openPostgres },
];

async function openSqlite({ migrated = true } = {}): Promise<TestDatabase> {
  const folder = mkdtempSync(join(scratch(), 'preau-'));
  const url = join(folder, 'preau.sqlite');
  if (migrated) copyFileSync(inject('template').file, url);
  const db = openDatabase(url);
  const close = async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  };
  return { db, url, close };
}

async function openPostgres({ migrated = true } = {}): Promise<TestDatabase> {
  const server = inject('postgres');
  const name = `preau_${randomBytes(8).toString('hex')}`;
  // files are copied as they are: through the log it takes five times as long
  const like = migrated ? ` template ${inject('template').database} strategy file_copy` : '';
  await onServer(server, `create database ${name}${like}`);
  const url = databaseOn(server, name);
  const db = openDatabase(url);
  const close = async () => {
    await db.destroy();
    await onServer(server, `drop database if exists ${name} with (force)`);
  };
  return { db, url, close };
}
