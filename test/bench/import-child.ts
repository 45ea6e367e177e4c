// One measured pass over an export, in a process of its own so that its peak memory is its own: bare parsing, or the import.
import { createReadStream, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { importFeed } from '../../src/feed/feed.ts';
import { migrate, openDatabase } from '../../src/storage/storage.ts';

/** What the parent passes as the one argument, in JSON. */
export interface Task {
  readonly kind: 'parse' | 'import';
  readonly folders: readonly string[];
  readonly database: string;
}

export interface Done {
  readonly records: number;
  readonly seconds: number;
  /** Seconds of processor time, all threads. */
  readonly cpu: number;
  /** The most resident memory, bytes. */
  readonly peak: number;
  /** What was done, in short. */
  readonly told: string;
}

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
const start = performance.now();
const outcome = await (task.kind === 'parse' ? parseAll(task) : importAll(task));
const { user, system } = process.cpuUsage();
const seconds = (performance.now() - start) / 1000;
process.send?.({ ...outcome, seconds, cpu: (user + system) / 1e6, peak: peakMemory() } satisfies Done);

/** Reads every file through the parser, hearing of every element and every text; keeps nothing but a count. */
async function parseAll({ folders }: Task): Promise<Pick<Done, 'records' | 'told'>> {
  let records = 0;
  let letters = 0;
  for (const folder of folders)
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.xml'))) {
      const parser = new SaxesParser();
      parser.on('opentag', ({ name }) => {
        if (name === 'addRequest') records += 1;
      });
      parser.on('text', (text) => {
        letters += text.length;
      });
      for await (const chunk of createReadStream(join(folder, file), { encoding: 'latin1' })) parser.write(chunk);
      parser.close();
    }
  return { records, told: `${Math.round(letters / 1e6)} M letters` };
}

async function importAll({ folders, database }: Task): Promise<Pick<Done, 'records' | 'told'>> {
  const db = openDatabase(database);
  await migrate(db);
  let records = 0;
  let facts = 0;
  for (const path of folders) {
    const report = await importFeed(db, { path, at: Date.now() });
    for (const { read } of Object.values(report.categories)) records += read;
    facts += report.facts.begun + report.facts.ended;
  }
  await db.destroy();
  return { records, told: `${facts} facts begun or ended` };
}

function peakMemory(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return Number(kibibytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
