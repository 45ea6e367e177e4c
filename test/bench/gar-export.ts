// The export to the national GAR: how many elements a second leave, and what memory a whole academy takes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, startChild } from './children.ts';
import type { Done, Task } from './gar-export-child.ts';
import type { Pace } from './metered.ts';
import { fixed, mebibytes, say, table, title, whole } from './print.ts';

const SIZES = [10_000, 100_000] as const;

export async function benchGarExport(_pace: Pace): Promise<void> {
  title('The nightly export to the national GAR: drawn, judged, staged, written, packed');
  say('Schools of 1,000 pupils and 80 teachers; each line is a process of its own, on SQLite.');
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  try {
    const rows: string[][] = [];
    for (const pupils of SIZES) {
      await run({ phase: 'build', pupils, folder });
      const { seconds, cpu, nodes, files, before, peak, archive, xml } = (await run({
        phase: 'export',
        pupils,
        folder,
      })) as Done;
      rows.push([
        whole(pupils),
        whole(nodes),
        `${fixed(seconds, 1)} s (${fixed(cpu, 1)} s CPU)`,
        `${whole(nodes / seconds)}/s`,
        mebibytes(peak - before),
        mebibytes(peak),
        `${files}, ${mebibytes(xml)}`,
        mebibytes(archive),
      ]);
    }
    say();
    table(['pupils', 'elements', 'time', 'rate', 'memory more', 'memory at most', 'files', 'archive'], rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(task: Task): Promise<unknown> {
  const child = startChild(join(import.meta.dirname, 'gar-export-child.js'), { args: [JSON.stringify(task)] });
  const done = await messageOf(child.process);
  await child.stop();
  return done;
}
