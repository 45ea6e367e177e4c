// Rights: how many decisions a second, in process on each engine and over HTTP, every one compared with the right answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { list, may, who } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { type Db, migrate, openDatabase } from '../../src/storage/storage.ts';
import { findPostgres } from '../postgres.ts';
import { cores, moveTo } from './children.ts';
import { Connection, drive, expectStatus, type Run } from './load.ts';
import { errorsOf, type Metered, metered, type Pace } from './metered.ts';
import { discover, machineToken } from './oidc-flows.ts';
import { openPreau, type Preau } from './preau.ts';
import { fixed, median, say, table, title, whole } from './print.ts';
import { Workload } from './workload.ts';

const SCHOOLS = 20;
const BATCH = 50;
const QUESTIONS = 5_000;
const CONNECTIONS = 16;

export async function benchRights(pace: Pace): Promise<void> {
  title(`Rights: ${SCHOOLS} schools, every answer compared with the expected one`);
  say(
    'In process, on prepared statements. Baseline: one fact read by its key, on the same connection, in the same run.',
  );
  const rows = [...(await onSqlite(pace)), ...(await onPostgres(pace))];
  say();
  table(['', 'at once', 'per second', 'p50 ms', 'p95 ms', 'p99 ms', 'lookups each', 'wrong'], rows);
  await overHttp(pace);
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

/** A question as it goes over the wire, and its answer. */
interface Asked {
  readonly item: object;
  readonly expected: boolean;
}

async function overHttp(pace: Pace): Promise<void> {
  const preau = await openPreau({ schools: SCHOOLS, modules: 0, accounts: 0 });
  const asked = await questionsOnTheWire(preau);
  const child = await preau.serve(cores?.server);
  moveTo(cores?.load);
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(preau.origin));
  try {
    const { machine } = preau.clients;
    const token = await machineToken(connections[0]!, await discover(connections[0]!), machine, 'rights');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const post = (worker: number, path: string, body: object) =>
      connections[worker]!.send(path, { method: 'POST', headers, body: JSON.stringify(body) });
    let turn = 0;
    const single = async (worker: number) => {
      const { item, expected } = asked[turn++ % asked.length]!;
      const answer = expectStatus(await post(worker, '/access/v1/evaluation', item), 200);
      if (JSON.parse(answer.text).decision !== expected) throw new Error(`a decision is not ${expected}`);
    };
    const batch = async (worker: number) => {
      const some = Array.from({ length: BATCH }, () => asked[turn++ % asked.length]!);
      const body = { evaluations: some.map(({ item }) => item) };
      const answer = expectStatus(await post(worker, '/access/v1/evaluations', body), 200);
      const decisions = (JSON.parse(answer.text).evaluations as { decision: boolean }[]).map(
        ({ decision }) => decision,
      );
      const wrong = some.filter(({ expected }, place) => decisions[place] !== expected).length;
      if (wrong > 0 || decisions.length !== BATCH) throw new Error(`${wrong} wrong of ${decisions.length} decisions`);
    };
    const idle = async (worker: number) => expectStatus(await connections[worker]!.send('/health/live'), 200);
    const rows = [];
    for (const [name, step, each] of [
      ['an empty answer (baseline)', idle, 1],
      ['evaluation', single, 1],
      [`evaluations, ${BATCH} each`, batch, BATCH],
    ] as const) {
      await drive(CONNECTIONS, Math.min(2, pace.seconds), step);
      const runs: Metered[] = [];
      for (let round = 0; round < pace.rounds; round += 1)
        runs.push(await metered(child, step, { seconds: pace.seconds, connections: CONNECTIONS }));
      const rate = median(runs.map((one) => one.rate));
      const { p50, p95, p99 } = runs[0]!.run;
      const times = [p50, p95, p99].map((time) => fixed(time, 1));
      rows.push([
        name,
        whole(rate),
        whole(rate * each),
        fixed(median(runs.map((one) => one.cpu)) / each, 3),
        ...times,
        errorsOf(runs),
      ]);
    }
    say(
      `\nOver HTTP (AuthZEN), SQLite, ${CONNECTIONS} connections, server on one core. Baseline: an empty answer of the same server.\n`,
    );
    table(['', 'requests/s', 'decisions/s', 'CPU ms each', 'p50 ms', 'p95 ms', 'p99 ms', 'wrong'], rows);
  } finally {
    moveTo(undefined);
    for (const connection of connections) connection.close();
    await child.stop();
    preau.close();
  }
}

/** Questions of the mix, their persons named as the module knows them. */
async function questionsOnTheWire(preau: Preau): Promise<Asked[]> {
  const checks = Array.from({ length: QUESTIONS }, () => preau.workload.check());
  const subjects = await preau.subjectsOf(checks.map(({ person }) => person));
  return checks.map(({ person, action, logbook, expected }) => ({
    expected,
    item: {
      subject: { type: 'user', id: subjects.get(person) },
      action: { name: action },
      resource: { type: 'logbook', id: logbook },
    },
  }));
}

function figures(run: Run): string[] {
  return [whole(run.done / run.seconds), fixed(run.p50), fixed(run.p95), fixed(run.p99)];
}

function wrongOf(run: Run): string {
  return run.firstError === undefined ? '0' : `${run.errors}: ${run.firstError}`;
}
