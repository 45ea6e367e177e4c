// The delivery door: records per second and peak memory at two sizes, against reading the same files and nothing more.
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSampleFeed } from '../../src/feed/sample/sample.ts';
import { messageOf, startChild } from './children.ts';
import type { Done, Task } from './import-child.ts';
import type { Pace } from './metered.ts';
import { fixed, mebibytes, say, table, title, whole } from './print.ts';

const SIZES = [20_000, 200_000] as const;
/** Schools tried to learn how many pupils a school of the sample has. */
const TRIAL = 60;

export async function benchImport(_pace: Pace): Promise<void> {
  title('Import of an AAF export: Préau against bare parsing (saxes) of the same files');
  say('Each line is a process of its own, and its peak resident memory. `again` reads the same export a second time.');
  const wanted = process.env.BENCH_ONLY ? Number(process.env.BENCH_ONLY) : undefined;
  const rows: string[][] = [];
  for (const pupils of SIZES.filter((size) => wanted === undefined || size === wanted))
    rows.push(...(await at(pupils)));
  say();
  table(['', 'records', 'seconds', 'CPU s', 'records/s', 'of bare', 'peak memory', 'told'], rows);
}

async function at(pupils: number): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  try {
    const trial = await writeSampleFeed(join(folder, 'trial'), { schools: TRIAL, seed: 1 });
    rmSync(join(folder, 'trial'), { recursive: true });
    const schools = Math.min(9_000, Math.round((TRIAL * pupils) / trial.pupils));
    const sample = await writeSampleFeed(join(folder, 'sample'), { schools, seed: 1 });
    const folders = [sample.folders.secondDegree, sample.folders.firstDegree];
    say(
      `\n${whole(sample.pupils)} pupils in ${whole(sample.schools)} schools: ${mebibytes(await sizeOf(folders))} of XML.`,
    );
    const database = join(folder, 'preau.sqlite');
    const name = `${whole(pupils)} pupils`;
    const bare = await run({ kind: 'parse', folders, database });
    const first = await run({ kind: 'import', folders, database });
    const again = await run({ kind: 'import', folders, database });
    return [
      line(`${name}: bare parsing (baseline)`, bare, bare),
      line(`${name}: import`, first, bare),
      line(`${name}: again`, again, bare),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(task: Task): Promise<Done> {
  const child = startChild(join(import.meta.dirname, 'import-child.js'), { args: [JSON.stringify(task)] });
  const done = (await messageOf(child.process)) as Done;
  await child.stop();
  return done;
}

function line(name: string, done: Done, bare: Done): string[] {
  const rate = done.records / done.seconds;
  const share = rate / (bare.records / bare.seconds);
  return [
    name,
    whole(done.records),
    fixed(done.seconds, 1),
    fixed(done.cpu, 1),
    whole(rate),
    fixed(share),
    mebibytes(done.peak),
    done.told,
  ];
}

async function sizeOf(folders: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const folder of folders)
    for (const file of await readdir(folder)) bytes += (await stat(join(folder, file))).size;
  return bytes;
}
