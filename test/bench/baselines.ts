// The same stream of questions put to Préau, to cedar and to casbin, in one process on one core.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineTimes } from './baselines-child.ts';
import { cores, messageOf, startChild } from './children.ts';
import type { Preau } from './preau.ts';
import { fixed, say, table, whole } from './print.ts';
import { type Check, uai } from './workload.ts';

/** The others hold few schools: what they ask of memory, or of each question, does not allow more. */
const SCHOOLS = 5;
const CHECKS = 5_000;

export async function benchBaselines({ workload, database }: Preau, seconds: number): Promise<void> {
  const schools = Array.from({ length: Math.min(SCHOOLS, workload.schools) }, (_, school) => uai(school));
  const checks: Check[] = [];
  while (checks.length < CHECKS) {
    const one = workload.check();
    if (schools.includes(workload.schoolOf(one.logbook))) checks.push(one);
  }
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  try {
    const file = join(folder, 'baseline.json');
    writeFileSync(file, JSON.stringify({ schools, checks }));
    const child = startChild(join(import.meta.dirname, 'baselines-child.js'), {
      args: [database, file, String(seconds)],
      core: cores?.server,
    });
    print((await messageOf(child.process)) as EngineTimes[], schools.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(engines: readonly EngineTimes[], schools: number): void {
  const ours = engines[0]!.perCpuSecond;
  say(
    `\nThe same questions about ${schools} schools, in process on one core. What the others are given is ready made:`,
  );
  say('cedar each question’s two entities, casbin the policy of the one school that matters.\n');
  table(
    ['', 'checks/s', 'per CPU second', 'p50 us', 'p95 us', 'Préau is faster', 'wrong'],
    engines.map(({ name, perSecond, perCpuSecond, p50, p95, wrong }) => [
      name,
      whole(perSecond),
      whole(perCpuSecond),
      fixed(p50, 1),
      fixed(p95, 1),
      perCpuSecond === ours ? '' : `${whole(ours / perCpuSecond)} times`,
      String(wrong),
    ]),
  );
}
