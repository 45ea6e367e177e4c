// Reads an export into a staging, record by record, and says what it is once it is whole.
import { createHash } from 'node:crypto';
import type { SchoolBody } from './aaf/bodies.ts';
import { type Header, readRecords } from './aaf/reader.ts';
import { readRecord } from './aaf/records.ts';
import { openArchive } from './archive.ts';
import { byCategory, Coherence, dashed, isWanted, parseName } from './coherence.ts';
import type { Staging } from './staging.ts';

export interface Intake {
  /** Three digits. */
  readonly academy: string;
  readonly degree: 1 | 2;
  /** YYYYMMDD */
  readonly date: string;
  readonly files: number;
  /** Follows from the files' names and bytes alone. */
  readonly fingerprint: string;
  readonly unknownAttributes: Readonly<Record<string, number>>;
}

const MOST_NAMES = 200;

/** Stages every record of the export at a path. Refuses the export whole when it is hostile, broken or not whole. */
export async function takeIn(staging: Staging, path: string): Promise<Intake> {
  const archive = await openArchive(path, { wanted: isWanted, order: byCategory });
  const coherence = new Coherence();
  if (archive.names) precheck(archive.names);
  const unknown = new Map<string, number>();
  const hashes: string[] = [];
  for await (const { name, bytes } of archive.files()) {
    const file = parseName(name);
    coherence.file(file);
    const hash = createHash('sha256');
    const reading = {
      file: name,
      category: file.category,
      header: (header: Header) => coherence.header(header, { file: name }),
      unknown: (attribute: string) => {
        const known = unknown.size < MOST_NAMES || unknown.has(attribute);
        const key = known ? attribute.slice(0, 80) : '…';
        unknown.set(key, (unknown.get(key) ?? 0) + 1);
      },
    };
    const day = dashed(file.date);
    for await (const records of readRecords(hashed(bytes, hash), reading)) {
      for (const raw of records) {
        const record = readRecord(raw, day);
        const { academy } = record.body as Partial<SchoolBody>;
        if (academy !== undefined) coherence.academyIs(academy, { file: name, line: raw.line });
        staging.add(record, { category: file.category, file: name, line: raw.line });
      }
      await staging.relieve();
    }
    hashes.push(`${name} ${hash.digest('base64url')}`);
  }
  const whole = coherence.whole();
  const fingerprint = createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
  return { ...whole, files: hashes.length, fingerprint, unknownAttributes: Object.fromEntries(unknown) };
}

/** What names alone tell is refused before anything is read. */
function precheck(names: readonly string[]): void {
  const coherence = new Coherence();
  for (const name of names) coherence.file(parseName(name));
  coherence.categories();
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: { update(piece: Buffer): unknown }): AsyncGenerator<Buffer> {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}
