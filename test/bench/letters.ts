// Letters: how many a second are issued and printed, and what memory a long run takes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, startChild } from './children.ts';
import type { Done, Spent, Task } from './letters-child.ts';
import type { Pace } from './metered.ts';
import { fixed, mebibytes, say, table, title, whole } from './print.ts';

const SIZES = [250, 1_000, 4_000] as const;

export async function benchLetters(_pace: Pace): Promise<void> {
  title('Letters of activation: issued in pieces of forty, printed as a tagged PDF');
  say('Each line is a process of its own; memory beside what it held before the first letter.');
  const folder = mkdtempSync(join(tmpdir(), 'preau-bench-'));
  try {
    const rows: string[][] = [];
    for (const letters of SIZES) {
      const { issuing, printing, before, peak, size } = await run({ letters, folder });
      const a = (spent: Spent) => `${whole(letters / spent.seconds)}/s (${fixed((spent.cpu * 1000) / letters)} ms CPU)`;
      rows.push([whole(letters), a(issuing), a(printing), mebibytes(peak - before), mebibytes(peak), mebibytes(size)]);
    }
    say();
    table(['letters', 'issued', 'printed', 'memory more', 'memory at most', 'PDF'], rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(task: Task): Promise<Done> {
  const child = startChild(join(import.meta.dirname, 'letters-child.js'), { args: [JSON.stringify(task)] });
  const done = (await messageOf(child.process)) as Done;
  await child.stop();
  return done;
}
