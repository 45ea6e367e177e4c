// Rights: how many decisions a second, in process on each engine and over HTTP, every one compared with the right answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list, may, who } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { type Db, migrate, openDatabase } from '../../src/storage/storage.ts';
import { findPostgres } from '../postgres.ts';
import { drive, type Run } from './load.ts';
import type { Pace } from './metered.ts';
import { openPreau } from './preau.ts';
import { fixed, say, table, title, whole } from './print.ts';
import { overHttp } from './rights-http.ts';
import { Workload } from './workload.ts';

const SCHOOLS = 20;
const CONNECTIONS = 16;

export async function benchRights(pace: Pace): Promise<void> {
  title(`Rights: ${SCHOOLS} schools, every answer compared with the expected one`);
  say(
    'In process, on prepared statements. Baseline: one fact read by its key, on the same connection, in the same run.',
  );
  const rows = [...(await onSqlite(pace)), ...(await onPostgres(pace))];
  say();
  table(['', 'at once', 'per second', 'p50 ms', 'p95 ms', 'p99 ms', 'lookups each', 'wrong'], rows);
  const preau = await openPreau({ schools: SCHOOLS, modules: 0, accounts: 0 });
  try {
    await overHttp(preau, pace, [CONNECTIONS]);
  } finally {
    preau.close();
  }
}

async function onSqlite(pace: Pace): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  try {
    return await inProcess('SQLite', openDatabase(join(folder, 'preau.sqlite')), pace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(pace: Pace): Promise<string[][]> {
  const server = await findPostgres().catch(() => undefined);
  if (!server) {
    say('No PostgreSQL on this machine: skipped.');
    return [];
  }
  const name = `preau_bench_${process.pid}`;
  const maker = openDatabase(server.url);
  try {
    await maker.raw(`create database ${name}`);
    const address = new URL(server.url);
    address.pathname = `/${name}`;
    return await inProcess('PostgreSQL', openDatabase(address.href), pace);
  } finally {
    await maker.raw(`drop database if exists ${name} with (force)`);
    await maker.destroy();
    await server.stop();
  }
}

async function inProcess(engine: string, db: Db, pace: Pace): Promise<string[][]> {
  const seconds = Math.max(4, pace.seconds);
  const workload = new Workload(SCHOOLS);
  await migrate(db);
  const start = performance.now();
  const facts = await workload.deliver(db, Date.now());
  const took = (performance.now() - start) / 1000;
  say(`${engine}: ${whole(facts)} facts delivered in ${fixed(took, 1)} s (${whole(facts / took)}/s).`);
  const statements = await openStatements(db);
  if (engine === 'PostgreSQL') await statements.run('analyze');
  const rows: string[][] = [];
  const lookup = () => statements.get('select * from fact where id = ?', [1 + Math.floor(Math.random() * facts)]);
  const tasks = [
    ['a fact by key (baseline)', lookup, 1],
    ['may', () => checkOne(statements, workload), 1],
    ['may', () => checkOne(statements, workload), 8],
    ['list, a parent', () => listOne(statements, workload), 1],
    ['who, a logbook', () => whoOne(statements, workload), 1],
  ] as const;
  let baseline = Number.NaN;
  for (const [name, step, atOnce] of tasks) {
    await drive(atOnce, 1, step);
    const run = await drive(atOnce, seconds, step);
    const rate = run.done / run.seconds;
    if (step === lookup) baseline = rate;
    rows.push([`${engine}: ${name}`, String(atOnce), ...figures(run), fixed(baseline / rate, 1), wrongOf(run)]);
  }
  await statements.close();
  await db.destroy();
  return rows;
}

async function checkOne(statements: Statements, workload: Workload): Promise<void> {
  const asked = workload.check();
  const { person, action, logbook } = asked;
  const { allowed } = await may(statements, { person, action, resource: { type: 'logbook', id: logbook } });
  if (allowed !== asked.expected) throw new Error(`${asked.kind}: expected ${asked.expected}`);
}

async function listOne(statements: Statements, workload: Workload): Promise<void> {
  const { person, logbooks } = workload.parentAndLogbooks();
  const found = await list(statements, { person, action: 'read', type: 'logbook' });
  if (found.length !== logbooks.size || !found.every(({ id }) => logbooks.has(id)))
    throw new Error(`a list holds ${found.length} logbooks, expected ${logbooks.size}`);
}

async function whoOne(statements: Statements, workload: Workload): Promise<void> {
  const { logbook, readers } = workload.logbookAndReaders();
  const found = await who(statements, { action: 'read', resource: { type: 'logbook', id: logbook } });
  if (found.length !== readers.size || !found.every(({ person }) => readers.has(person)))
    throw new Error(`${found.length} readers were named, expected ${readers.size}`);
}

function figures(run: Run): string[] {
  return [whole(run.done / run.seconds), fixed(run.p50), fixed(run.p95), fixed(run.p99)];
}

function wrongOf(run: Run): string {
  return run.firstError === undefined ? '0' : `${run.errors}: ${run.firstError}`;
}
