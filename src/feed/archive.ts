// Opens an export: the files of a folder, or of a .tar.gz that is read as it comes and never unpacked on disk.
import { constants, createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { Refusal } from '../errors.ts';
import { limits } from './limits.ts';

export interface FeedFile {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

/** A folder is listed before it is read; an archive is known at its end only. */
export interface Archive {
  /** The names, in the order they will be read, when they can be known at once. */
  readonly names?: readonly string[];
  /** Every file, once; each must be read to its end before the next is asked for. */
  files(): AsyncGenerator<FeedFile>;
}

/** Opens a path. `wanted` says by its name whether a file is of interest; `order` sorts those of a folder. */
export async function openArchive(
  path: string,
  options: { wanted: (name: string) => boolean; order: (a: string, b: string) => number },
): Promise<Archive> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Refusal('feed_unreadable', `nothing is at \`${path}\``);
  if (found.isDirectory()) return openFolder(path, options);
  if (!/\.(tar\.gz|tgz)$/i.test(path)) throw new Refusal('feed_unreadable', 'expected a folder or a .tar.gz');
  return { files: () => unpack(path, options.wanted) };
}

async function openFolder(
  path: string,
  { wanted, order }: { wanted: (name: string) => boolean; order: (a: string, b: string) => number },
): Promise<Archive> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw refusalFor(error);
  });
  if (entries.length > limits.entries) throw new Refusal('feed_hostile', 'the folder holds far too many files');
  const files = entries.filter((entry) => wanted(entry.name));
  const link = files.find((entry) => !entry.isFile());
  if (link) throw notPlain(link.name);
  const names = files.map((entry) => entry.name).sort(order);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `\`${join(path, name)}\``);
  if (names.length === 0 && folders.length > 0)
    throw new Refusal(
      'feed_unreadable',
      `expected the folder of one export, not one of folders: ${folders.slice(0, 5).join(', ')}`,
    );
  return {
    names,
    files: async function* () {
      const size = new Size();
      for (const name of names) yield { name, bytes: size.measured(bytesOf(join(path, name)), name) };
    },
  };
}

/** The bytes of a plain file, even when something else has taken its place since the folder was listed. */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!(await handle.stat()).isFile()) {
      await handle.close();
      throw notPlain(basename(path));
    }
    yield* handle.createReadStream() as AsyncIterable<Buffer>;
  } catch (error) {
    throw (error as { code?: string }).code === 'ELOOP' ? notPlain(basename(path)) : refusalFor(error);
  }
}

function notPlain(file: string): Refusal {
  return new Refusal('feed_hostile', `\`${file}\` is not a plain file`, { file });
}

async function* unpack(path: string, wanted: (name: string) => boolean): AsyncGenerator<FeedFile> {
  const tar = extract();
  const growth = new Growth();
  let failure: unknown;
  pipeline(createReadStream(path), growth.before, createGunzip(), growth.after, tar, (error) => {
    failure = error ?? undefined;
  });
  const size = new Size();
  const seen = new Set<string>();
  let entries = 0;
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      const plain = basename(name);
      checkEntry(name, type ?? 'unknown', entries);
      entries += 1;
      if (type === 'directory' || !wanted(plain)) {
        entry.resume();
        continue;
      }
      if (seen.has(plain)) throw new Refusal('feed_hostile', `\`${plain}\` is in the archive twice`, { file: plain });
      seen.add(plain);
      yield { name: plain, bytes: size.measured(entry as AsyncIterable<Buffer>, plain) };
    }
  } catch (error) {
    throw refusalFor(failure ?? error);
  }
}

/** Counts what goes in and what comes out of the decompression, and stops what grows too much. */
class Growth {
  #compressed = 0;
  #plain = 0;

  readonly before = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      this.#compressed += chunk.length;
      done(null, chunk);
    },
  });

  readonly after = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      this.#plain += chunk.length;
      const bomb = this.#plain > limits.ratioFrom && this.#plain > this.#compressed * limits.ratio;
      if (bomb || this.#plain > limits.batchBytes)
        done(new Refusal('feed_hostile', 'the archive grows without end when it is decompressed'));
      else done(null, chunk);
    },
  });
}

/** Names leave the archive nowhere: they are compared, and never opened. Still, one that tries to is not honest. */
function checkEntry(name: string, type: string, before: number): void {
  if (before >= limits.entries) throw new Refusal('feed_hostile', 'the archive holds far too many entries');
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'directory')
    throw new Refusal('feed_hostile', `\`${name}\` is a link or a device, not a file`);
  if (name.startsWith('/') || /\\|\0|^[A-Za-z]:/.test(name) || name.split('/').includes('..'))
    throw new Refusal('feed_hostile', `\`${name}\` leads out of the archive`);
}

function refusalFor(error: unknown): unknown {
  if (error instanceof Refusal) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (code === 'Z_BUF_ERROR' || /unexpected end/i.test(message))
    return new Refusal('feed_incomplete', 'the archive stops before its end');
  if (code.startsWith('Z_') || /tar header|checksum|invalid header|header exceeds/i.test(message))
    return new Refusal('feed_unreadable', 'the archive is not a .tar.gz, or is damaged');
  if (/^E[A-Z]+$/.test(code)) return new Refusal('feed_unreadable', `a file cannot be read: \`${code}\``);
  return error;
}

/** How many bytes have been read, of a file and of all of them. */
class Size {
  #all = 0;

  async *measured(bytes: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
    let own = 0;
    for await (const piece of bytes) {
      own += piece.length;
      this.#all += piece.length;
      if (own > limits.fileBytes || this.#all > limits.batchBytes)
        throw new Refusal('feed_hostile', `\`${file}\` is far too long`, { file });
      yield piece;
    }
  }
}
