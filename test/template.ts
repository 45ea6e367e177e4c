// One migrated database of each engine for the whole run: what the tests open are copies of it.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate, openDatabase } from '../src/storage/storage.ts';
import { scratch } from './scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    template: Template;
  }
}

/** What is copied, a file and a database of that name: nobody is connected to them. */
export interface Template {
  readonly file: string;
  readonly database: string;
  /** A folder for what else is made once, which goes when the run ends. */
  readonly folder: string;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = project.getProvidedContext().postgres;
  const folder = mkdtempSync(join(scratch(), 'preau-template-'));
  const file = join(folder, 'migrated.sqlite');
  const database = `preau_template_${randomBytes(8).toString('hex')}`;
  await onServer(server, `create database ${database}`);
  for (const url of [file, databaseOn(server, database)]) {
    const db = openDatabase(url);
    await migrate(db);
    await db.destroy();
  }
  project.provide('template', { file, database, folder });
  return async () => {
    await onServer(server, `drop database if exists ${database} with (force)`);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The address of a database of a server. */
export function databaseOn(server: string, name: string): string {
  const address = new URL(server);
  address.pathname = `/${name}`;
  return address.href;
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
