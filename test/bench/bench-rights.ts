// `npm run bench:rights [-- --schools N --seconds N --rounds N]`: rights at full size, beside casbin and cedar.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBaselines } from './baselines.ts';
import { cores, messageOf, startChild } from './children.ts';
import { benchNodes } from './nodes.ts';
import { openPreau } from './preau.ts';
import { fixed, machine, mebibytes, say, table, title, whole } from './print.ts';
import type { Measured, Stream, Times } from './rights-child.ts';
import { overHttp } from './rights-http.ts';
import type { Workload } from './workload.ts';

const CHECKS = 200_000;
const SEARCHES = 4_000;
const DAY = 86_400_000;

const { values } = parseArgs({
  options: {
    schools: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});
const schools = Number(values.schools);
const pace = { seconds: Number(values.seconds), rounds: Number(values.rounds) };

say(`Préau, measured on ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC: ${machine()}`);
title(`Rights: ${whole(schools)} schools, every answer compared with the expected one`);
const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
const start = performance.now();
const preau = await openPreau({ schools, modules: 0, accounts: 0, deliveredAt: Date.now() - 2 * DAY });
try {
  say(`Delivered in ${fixed((performance.now() - start) / 1000, 0)} s, through the directory's own door.`);
  const measured = await inProcess();
  printMeasured(measured);
  await overHttp(preau, { ...pace, seconds: Math.min(5, pace.seconds) }, [1, 8, 32]);
  await benchBaselines(preau, Math.min(5, pace.seconds));
  await benchNodes();
} finally {
  preau.close();
  rmSync(folder, { recursive: true, force: true });
}

/** In a process of its own, on a core of its own: what it holds is what it needs. */
async function inProcess(): Promise<Measured> {
  const { workload } = preau;
  const schoolsFile = join(folder, 'schools.json');
  const streamFile = join(folder, 'stream.json');
  writeFileSync(schoolsFile, JSON.stringify(workload.oneOfEach()));
  writeFileSync(streamFile, JSON.stringify(streamOf(workload)));
  const child = startChild(join(import.meta.dirname, 'rights-child.js'), {
    args: [preau.database, schoolsFile, streamFile, String(pace.seconds)],
    core: cores?.server,
  });
  return (await messageOf(child.process)) as Measured;
}

function streamOf(workload: Workload): Stream {
  const many = <T>(count: number, make: (place: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
  return {
    checks: {
      uniform: many(CHECKS, () => workload.check()),
      zipf: many(CHECKS, () => workload.check('zipf')),
    },
    lists: many(SEARCHES, () => {
      const { person, logbooks } = workload.parentAndLogbooks();
      return { person, logbooks: workload.bySchool([...logbooks]) };
    }),
    whos: many(SEARCHES, () => {
      const { logbook, readers } = workload.logbookAndReaders();
      return { logbook, readers: [...readers].sort() };
    }),
    closed: many(500, (place) => workload.closed(place % schools)),
    asOf: Date.now() - DAY,
  };
}

function printMeasured({ load, cold, runs, writes }: Measured): void {
  say(
    `\nIn process, on one core. ${whole(schools)} schools read in ${fixed(load.seconds, 1)} s; resident ${mebibytes(load.before)} before, ${mebibytes(load.resident)} after.`,
  );
  say(
    `A cold school: first answer in ${fixed(cold.first)} ms (slowest ${fixed(cold.slowest)} ms), from memory after ${fixed(cold.inMemory)} ms (p95).\n`,
  );
  table(
    ['', 'per second', 'per CPU second', 'p50 us', 'p95 us', 'p99 us', 'measured', 'by SQL', 'wrong'],
    Object.entries(runs).map(([name, run]) => [name, ...figures(run)]),
  );
  say(
    `\nWith 1 % of writes: ${whole(writes.perSecond)} checks/s, ${whole(writes.revocations)} revocations each followed at once by its check, stale allows: ${writes.stale}, wrong: ${writes.wrong}.`,
  );
}

function figures({ perSecond, perCpuSecond, p50, p95, p99, count, bySql, wrong }: Times): string[] {
  const times = [p50, p95, p99].map((time) => fixed(time, 1));
  return [whole(perSecond), whole(perCpuSecond), ...times, whole(count), whole(bySql), String(wrong)];
}
