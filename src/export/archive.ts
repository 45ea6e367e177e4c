// Writes the archive of an export and its checksum: whole or not there, readable by their owner alone.
import { createHash } from 'node:crypto';
import { access, type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { Refusal } from '../errors.ts';
import type { Degree } from './elements.ts';
import { type ExportFile, stemOf } from './files.ts';

export interface WrittenArchive {
  readonly archive: string;
  readonly checksum: string;
  /** Lower-case hexadecimal MD5 of the archive, as the receiver expects it: against damage, not against forgery. */
  readonly md5: string;
  readonly files: readonly { readonly name: string; readonly nodes: number }[];
}

/**
 * Writes `<stem>.tar.gz` into a folder, then `<stem>.md5`: who sees the checksum sees a whole archive. `before` runs
 * when the archive is whole and not yet there: what it throws leaves nothing. `export_exists` when there is one already.
 */
export async function writeArchive(
  folder: string,
  stem: string,
  files: AsyncIterable<ExportFile>,
  before: (md5: string) => Promise<void> = async () => undefined,
): Promise<WrittenArchive> {
  const archive = join(folder, `${stem}.tar.gz`);
  const checksum = join(folder, `${stem}.md5`);
  const draft = join(folder, `.${stem}.tar.gz.part`);
  await prepare(folder, [archive, checksum]);
  // whoever opens it owns it: another that is being written in this second is not touched
  const handle = await open(draft, 'wx', 0o600).catch((error) => {
    throw isTaken(error) ? exists(stem) : unwritable(folder);
  });
  try {
    const { md5, named } = await pour(handle, files);
    await settle(draft);
    await before(md5);
    await writeFile(`${draft}.md5`, md5, { mode: 0o600, flag: 'wx' });
    await rename(draft, archive);
    await rename(`${draft}.md5`, checksum);
    await settle(folder);
    return { archive, checksum, md5, files: named };
  } catch (error) {
    await handle.close();
    for (const left of [draft, `${draft}.md5`]) await rm(left, { force: true });
    throw isUnwritable(error) ? unwritable(folder) : error;
  }
}

async function prepare(folder: string, wanted: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => {
    throw unwritable(folder);
  });
  for (const path of wanted)
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      throw exists(path);
}

/** Streams the files into a gzipped tar; the MD5 is that of what lies on the disk. */
async function pour(
  handle: FileHandle,
  files: AsyncIterable<ExportFile>,
): Promise<{ md5: string; named: { name: string; nodes: number }[] }> {
  const tar = pack();
  const hash = createHash('md5');
  const measure = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const target = handle.createWriteStream();
  const poured = pipeline(tar, createGzip(), measure, target);
  // told below, by whichever of the two waits for it
  poured.catch(() => undefined);
  const named: { name: string; nodes: number }[] = [];
  try {
    for await (const { name, nodes, bytes } of files) {
      const entered = new Promise<void>((resolve, reject) => {
        tar.entry({ name, size: bytes.length, mode: 0o600 }, bytes, (error) => (error ? reject(error) : resolve()));
      });
      // a disk that is full is known while an entry waits for room
      await Promise.race([entered, poured]);
      named.push({ name, nodes });
    }
    tar.finalize();
    await poured;
  } catch (error) {
    tar.destroy();
    await poured.catch(() => undefined);
    throw error;
  }
  return { md5: hash.digest('hex'), named };
}

/** What is written stays written, whatever happens to the machine. */
async function settle(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

/** No right to write there, no such place, or no room left. */
function isUnwritable(error: unknown): boolean {
  return /^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException).code ?? '');
}

function unwritable(folder: string): Refusal {
  return new Refusal('bad_argument', `expected a folder that can be written to, with room: \`${folder}\``);
}

function exists(what: string): Refusal {
  return new Refusal('export_exists', `an export of this very second is there, or being written: \`${what}\``);
}

interface Where {
  readonly ent: string;
  readonly degree: Degree;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** Erases what exports that were cut off left in a folder, more than a day ago. */
export async function forgetDrafts(folder: string, where: Where): Promise<void> {
  await forget(folder, { ...where, days: 1, begin: '\\.', end: '\\.tar\\.gz\\.part(\\.md5)?' });
}

/** Erases the archives of an idENT and degree, and their checksums, that were written more than so many days ago. */
export async function forgetOlder(folder: string, where: Where & { days: number }): Promise<void> {
  await forget(folder, { ...where, begin: '', end: '\\.(tar\\.gz|md5)' });
}

/** By their names: what else lies in the folder is not ours. */
async function forget(
  folder: string,
  { ent, degree, at, days, begin, end }: Where & { days: number; begin: string; end: string },
): Promise<void> {
  const ours = new RegExp(`^${begin}${ent}_GAR-ENT_Complet_(\\d{8})_(\\d{6})_${degree}D${end}$`);
  const limit = stemOf(ent, degree, at - days * 86_400_000)
    .split('_')
    .slice(3, 5)
    .join('');
  for (const name of await readdir(folder).catch(() => [])) {
    const [, day = '', time = ''] = ours.exec(name) ?? [];
    if (day !== '' && `${day}${time}` < limit) await rm(join(folder, name), { force: true });
  }
}
