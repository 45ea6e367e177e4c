// Two nodes on PostgreSQL: how long what one takes away is still allowed by the other, and whether it ever is again.
import { setTimeout as sleep } from 'node:timers/promises';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { type Graphs, openGraphs } from '../../src/rights/graph/graphs.ts';
import { may } from '../../src/rights/rights.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { type Db, inTransaction, migrate, openDatabase } from '../../src/storage/storage.ts';
import { findPostgres } from '../postgres.ts';
import { fixed, quantile, say, whole } from './print.ts';
import { Workload } from './workload.ts';

const REMOVALS = 300;
const ASKED_AGAIN = 20;

export async function benchNodes(): Promise<void> {
  const server = await findPostgres().catch(() => undefined);
  if (!server) return say('\nNo PostgreSQL on this machine: two nodes are not measured.');
  const name = `preau_bench_nodes_${process.pid}`;
  const maker = openDatabase(server.url);
  await maker.raw(`create database ${name}`);
  const address = new URL(server.url);
  address.pathname = `/${name}`;
  const [one, other] = [openDatabase(address.href), openDatabase(address.href)];
  const statements = await openStatements(other);
  const graphs = openGraphs(other, { statements, memory: 2 ** 27, onError: () => undefined });
  try {
    await migrate(one);
    const workload = new Workload(3);
    await workload.deliver(one, Date.now() - 1000);
    const { times, again, fromMemory } = await removals(one, graphs, workload);
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => fixed(quantile(times, share), 1));
    say(
      `\nTwo nodes on PostgreSQL: ${whole(times.length)} rights removed on one, denied on the other after ${p50} ms (p95 ${p95}, p99 ${p99}, slowest ${fixed(Math.max(...times), 1)}); allowed again afterwards: ${again}. Its first no came from memory ${fromMemory} times.`,
    );
  } finally {
    await graphs.close();
    await statements.close();
    for (const db of [one, other]) await db.destroy();
    await maker.raw(`drop database if exists ${name} with (force)`);
    await maker.destroy();
    await server.stop();
  }
}

async function removals(db: Db, graphs: Graphs, workload: Workload) {
  const told = { times: [] as number[], again: 0, fromMemory: 0 };
  for (let turn = 0; turn < REMOVALS; turn += 1) {
    const { school, person, logbook } = workload.closed(turn % 3);
    const change = { school, source: 'local', actor: 'bench' } as const;
    const asked = { person, action: 'read', resource: { type: 'logbook', id: logbook } } as const;
    const grant = { relation: 'granted', subject: person, object: logbook } as const;
    await inTransaction(db, (tx) => changeFacts(tx, { ...change, at: Date.now() - 1, begin: [grant] }));
    for (let before = -1; before !== graphs.answered.memory - 1; await sleep(1)) {
      before = graphs.answered.memory;
      if (!(await may(graphs, asked)).allowed) before = -1;
    }
    await inTransaction(db, async (tx) => {
      const end = await currentFacts(tx, { school, relations: ['granted'], subject: person, object: logbook });
      await changeFacts(tx, { ...change, at: Date.now() - 1, end });
    });
    const start = performance.now();
    let { memory } = graphs.answered;
    while ((await may(graphs, asked)).allowed) {
      memory = graphs.answered.memory;
      await sleep(1);
    }
    told.times.push(performance.now() - start);
    if (graphs.answered.memory > memory) told.fromMemory += 1;
    for (let count = 0; count < ASKED_AGAIN; count += 1) {
      if ((await may(graphs, asked)).allowed) told.again += 1;
      if (count % 5 === 0) await sleep(1);
    }
  }
  return told;
}
