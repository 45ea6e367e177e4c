// The measured process of the rights benchmark: answers a stream of questions from memory, and sends what it measured.
import { readFileSync } from 'node:fs';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { type Graphs, openGraphs } from '../../src/rights/graph/graphs.ts';
import { list, may, who } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { type Db, inTransaction, openDatabase } from '../../src/storage/storage.ts';
import { median, quantile } from './print.ts';
import type { Check } from './workload.ts';

/** What the parent writes to a file for this process. */
export interface Stream {
  readonly checks: { readonly uniform: readonly Check[]; readonly zipf: readonly Check[] };
  readonly lists: readonly { readonly person: string; readonly logbooks: readonly string[] }[];
  readonly whos: readonly { readonly logbook: string; readonly readers: readonly string[] }[];
  readonly closed: readonly { readonly school: string; readonly person: string; readonly logbook: string }[];
  /** A past instant by which everything had been delivered. */
  readonly asOf: number;
}

export interface Times {
  readonly count: number;
  readonly perSecond: number;
  /** The same by this process's own time on the processor, which does not count its neighbours. */
  readonly perCpuSecond: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly wrong: number;
  /** How many were answered by SQL. */
  readonly bySql: number;
}

export interface Measured {
  readonly load: { readonly seconds: number; readonly before: number; readonly resident: number };
  /** Milliseconds to the first answer about a school, and until memory answers. */
  readonly cold: { readonly first: number; readonly slowest: number; readonly inMemory: number };
  readonly runs: Readonly<Record<string, Times>>;
  readonly writes: {
    readonly checks: number;
    readonly perSecond: number;
    readonly revocations: number;
    readonly stale: number;
    readonly wrong: number;
  };
}

const COLD = 60;

/** A packed question: two keys, its action, its answer. */
const RECORD = 66;

const [, , database = '', schoolsFile = '', streamFile = '', secondsText = '5'] = process.argv;
const seconds = Number(secondsText);
const db = openDatabase(database);
const statements = await openStatements(db);
const result = await measure();
await new Promise((sent) => process.send?.(result, sent));
await statements.close();
await db.destroy();
process.exit();

async function measure(): Promise<Measured> {
  const ofEach: string[] = JSON.parse(readFileSync(schoolsFile, 'utf8'));
  const before = process.memoryUsage.rss();
  const cold = await measureCold(ofEach);
  const graphs = open();
  const start = performance.now();
  await fill(graphs, ofEach);
  const load = { seconds: (performance.now() - start) / 1000, before, resident: process.memoryUsage.rss() };
  const stream: Stream = JSON.parse(readFileSync(streamFile, 'utf8'));
  const runs: Record<string, Times> = {};
  for (const spread of ['uniform', 'zipf'] as const) {
    const wire = packed(stream.checks[spread]);
    runs[`may, ${spread}`] = await timed(graphs, wire.places, (place) => checkOne(graphs, wire.read(place)));
  }
  runs['who, a logbook'] = await timed(graphs, stream.whos, (one) => whoOne(graphs, one));
  runs['list, a parent'] = await timed(graphs, stream.lists, (one) => listOne(graphs, one));
  const { asOf } = stream;
  runs['may, as enforced then, SQL'] = await timed(graphs, stream.checks.uniform, (one) =>
    checkOne(graphs, one, { enforcedOn: asOf }),
  );
  runs['may, as known today of then, SQL'] = await timed(graphs, stream.checks.uniform, (one) =>
    checkOne(graphs, one, { knownTodayOf: asOf }),
  );
  runs['may, SQL alone'] = await timed(graphs, stream.checks.uniform, (one) => checkOne(statements, one));
  const writes = await writing(db, graphs, stream);
  await graphs.close();
  return { load, cold, runs, writes };
}

function open(): Graphs {
  return openGraphs(db, {
    statements,
    memory: 2 ** 30,
    onError: (error) => {
      throw error;
    },
  });
}

/** Asks about each school until memory answers. */
async function fill(graphs: Graphs, ofEach: readonly string[]): Promise<void> {
  let missing = [...ofEach];
  while (missing.length > 0) {
    const still: string[] = [];
    for (const logbook of missing) if (!(await isInMemory(graphs, logbook))) still.push(logbook);
    missing = still;
  }
}

async function isInMemory(graphs: Graphs, logbook: string): Promise<boolean> {
  const { sql } = graphs.answered;
  await may(graphs, { person: 'nobody', action: 'read', resource: { type: 'logbook', id: logbook } });
  return graphs.answered.sql === sql;
}

async function measureCold(ofEach: readonly string[]): Promise<Measured['cold']> {
  const graphs = open();
  const firsts: number[] = [];
  const loads: number[] = [];
  for (const logbook of ofEach.slice(0, COLD)) {
    const start = performance.now();
    await isInMemory(graphs, logbook);
    firsts.push(performance.now() - start);
    while (!(await isInMemory(graphs, logbook))) await new Promise((resolve) => setImmediate(resolve));
    loads.push(performance.now() - start);
  }
  await graphs.close();
  return { first: median(firsts), slowest: Math.max(...firsts), inMemory: quantile(loads, 0.95) };
}

/** Questions one after the other in one buffer, each read when it is asked: as they come off a wire, not from a heap of objects. */
function packed(checks: readonly Check[]): { places: readonly number[]; read: (place: number) => Check } {
  const buffer = Buffer.alloc(checks.length * RECORD);
  for (const [place, { person, logbook, action, expected }] of checks.entries()) {
    buffer.write(person + logbook, place * RECORD, 'latin1');
    buffer[place * RECORD + 64] = action === 'write' ? 1 : 0;
    buffer[place * RECORD + 65] = expected ? 1 : 0;
  }
  const text = (from: number) => buffer.toString('latin1', from, from + 32);
  return {
    places: checks.map((_, place) => place * RECORD),
    read: (at) => ({
      kind: '',
      person: text(at),
      logbook: text(at + 32),
      action: buffer[at + 64] === 1 ? 'write' : 'read',
      expected: buffer[at + 65] === 1,
    }),
  };
}

/** Warms up, counts for a while, then times one question after the other. Throws nothing: a wrong answer is counted. */
async function timed<T>(graphs: Graphs, stream: readonly T[], step: (one: T) => Promise<boolean>): Promise<Times> {
  let turn = 0;
  let wrong = 0;
  const run = async (forSeconds: number, times?: number[]): Promise<{ count: number; took: number }> => {
    const start = performance.now();
    const deadline = start + forSeconds * 1000;
    let count = 0;
    for (let now = start; now < deadline; ) {
      for (let burst = 0; burst < 64; burst += 1) {
        const before = times ? performance.now() : 0;
        if (!(await step(stream[turn]!))) wrong += 1;
        times?.push(performance.now() - before);
        turn = (turn + 1) % stream.length;
        count += 1;
      }
      now = performance.now();
    }
    return { count, took: (performance.now() - start) / 1000 };
  };
  await run(Math.min(5, seconds));
  const { sql } = graphs.answered;
  const cpu = process.cpuUsage();
  const { count, took } = await run(seconds);
  const used = cpuSeconds(cpu);
  const times: number[] = [];
  await run(seconds / 2, times);
  const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((share) => quantile(times, share) * 1000);
  return {
    count,
    perSecond: count / took,
    perCpuSecond: count / used,
    p50,
    p95,
    p99,
    wrong,
    bySql: graphs.answered.sql - sql,
  };
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

async function checkOne(
  source: Graphs | Statements,
  { person, action, logbook, expected }: Check,
  when?: Parameters<typeof may>[1]['when'],
): Promise<boolean> {
  const { allowed } = await may(source, { person, action, resource: { type: 'logbook', id: logbook }, when });
  return allowed === expected;
}

async function listOne(graphs: Graphs, { person, logbooks }: Stream['lists'][number]): Promise<boolean> {
  const found = await list(graphs, { person, action: 'read', type: 'logbook' });
  return same(
    found.map(({ id }) => id),
    logbooks,
  );
}

async function whoOne(graphs: Graphs, { logbook, readers }: Stream['whos'][number]): Promise<boolean> {
  const found = await who(graphs, { action: 'read', resource: { type: 'logbook', id: logbook } });
  return same(
    found.map(({ person }) => person),
    readers,
  );
}

/** Answers come in the order of keys, and the stream holds what it expects in the same. */
function same(found: readonly string[], expected: readonly string[]): boolean {
  return found.length === expected.length && found.every((key, place) => key === expected[place]);
}

/** One check in a hundred is a grant, or the revocation of one, followed at once by the check that it decides. */
async function writing(db: Db, graphs: Graphs, { checks, closed }: Stream): Promise<Measured['writes']> {
  const told = { checks: 0, revocations: 0, stale: 0, wrong: 0 };
  const start = performance.now();
  for (let turn = 0; performance.now() - start < seconds * 1000; turn += 1) {
    const { school, person, logbook } = closed[turn % closed.length]!;
    const grant = { relation: 'granted', subject: person, object: logbook } as const;
    const asked = { person, action: 'read', resource: { type: 'logbook', id: logbook } } as const;
    const change = { school, at: Date.now() - 1, source: 'local', actor: 'bench' } as const;
    await inTransaction(db, (tx) => changeFacts(tx, { ...change, begin: [grant] }));
    if (!(await may(graphs, asked)).allowed) told.wrong += 1;
    for (let count = 0; count < 100; count += 1)
      if (!(await checkOne(graphs, checks.uniform[told.checks++ % checks.uniform.length]!))) told.wrong += 1;
    await inTransaction(db, async (tx) => {
      const end = await currentFacts(tx, { school, relations: ['granted'], subject: person, object: logbook });
      await changeFacts(tx, { ...change, at: Date.now() - 1, end });
    });
    told.revocations += 1;
    if ((await may(graphs, asked)).allowed) told.stale += 1;
    for (let count = 0; count < 98; count += 1)
      if (!(await checkOne(graphs, checks.uniform[told.checks++ % checks.uniform.length]!))) told.wrong += 1;
  }
  return { ...told, perSecond: told.checks / ((performance.now() - start) / 1000) };
}
