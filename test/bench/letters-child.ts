// Letters for all the families of one school, issued then printed, in a process of its own so that its peak memory is its own.
import { randomBytes } from 'node:crypto';
import { createWriteStream, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { issueLetters } from '../../src/letters/letters.ts';
import { beginPrinting, printRun } from '../../src/letters/printing.ts';
import { migrate, openDatabase } from '../../src/storage/storage.ts';

/** What the parent passes as the one argument, in JSON. */
export interface Task {
  readonly letters: number;
  readonly folder: string;
}

export interface Done {
  /** Seconds, and seconds of processor time, of issuing and of printing. */
  readonly issuing: Spent;
  readonly printing: Spent;
  /** Resident memory before, and the most of it, bytes. */
  readonly before: number;
  readonly peak: number;
  /** Bytes of PDF. */
  readonly size: number;
}

export interface Spent {
  readonly seconds: number;
  readonly cpu: number;
}

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
const UAI = '0990001A';
const keys = () => Buffer.alloc(32, 1);
const db = openDatabase(`${task.folder}/letters-${task.letters}.sqlite`);
await migrate(db);
const at = Date.now();
await applyDelivery(db, delivery(task.letters));

const before = process.memoryUsage.rss();
const begun = spent();
const issue = {
  school: UAI,
  kind: 'activation',
  to: { who: 'families' },
  actor: 'operator',
  from: 'operator',
  at,
} as const;
const { id } = await issueLetters(db, keys, issue);
const issued = spent();
const printing = { run: id, school: UAI, key: keys(), issuer: 'https://ent.example.fr', actor: 'operator', at };
const path = `${task.folder}/letters-${task.letters}.pdf`;
const out = createWriteStream(path);
await printRun(db, await beginPrinting(db, printing), printing, out);
out.end();
await finished(out);
const printed = spent();
const done: Done = {
  issuing: between(begun, issued),
  printing: between(issued, printed),
  before,
  peak: process.resourceUsage().maxRSS * 1024,
  size: statSync(path).size,
};
process.send?.(done);
await db.destroy();

function spent(): Spent {
  const { user, system } = process.cpuUsage();
  return { seconds: performance.now() / 1000, cpu: (user + system) / 1e6 };
}

function between(from: Spent, to: Spent): Spent {
  return { seconds: to.seconds - from.seconds, cpu: to.cpu - from.cpu };
}

/** One school, thirty pupils a class, one representative each. */
function delivery(pupils: number): SchoolDelivery {
  const numbers = Array.from({ length: pupils }, (_, index) => index);
  const classOf = (index: number) => `C${Math.floor(index / 30)}`;
  const person = (prefix: string, index: number) => ({
    academy: '099',
    externalId: `${prefix}${index}`,
    givenName: prefix === 'p' ? 'Élodie' : 'François',
    familyName: `Lefèvre-${randomBytes(3).toString('hex')}`,
  });
  return {
    source: 'aaf2d',
    batch: 'bench',
    at,
    school: { uai: UAI, name: 'Collège de la mesure', kind: 'collège', degree: 2, academy: '099' },
    subjects: [],
    audiences: [...new Set(numbers.map(classOf))].map((code) => ({ kind: 'class', code, label: code })),
    persons: numbers.flatMap((index) => [person('p', index), person('r', index)]),
    facts: numbers.flatMap((index) => [
      { relation: 'attends', subject: { person: `p${index}` }, object: { school: true } },
      { relation: 'enrolled', subject: { person: `p${index}` }, object: { class: classOf(index) } },
      { relation: 'guards', subject: { person: `r${index}` }, object: { person: `p${index}` } },
    ]),
  };
}
