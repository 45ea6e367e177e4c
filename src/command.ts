// What a command of the command line receives, whichever room it belongs to.
import type { WriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Config } from './config.ts';
import { Refusal } from './errors.ts';
import type { Db } from './storage/storage.ts';

export interface CommandContext {
  readonly config: Config;
  readonly db: Db;
  /** What follows the command's name. */
  readonly args: readonly string[];
  /** Writes one line on standard output. */
  readonly print: (line: string) => void;
}

/** Runs to its end; throws a Refusal when asked something impossible. */
export type Command = (context: CommandContext) => Promise<void>;

/**
 * Writes the file that a command is told to write. Its place is taken before `write` is asked for anything, and refused
 * (`bad_argument`) where there is none: nothing is done for a file that cannot be. A file that is there is whole, and
 * readable by its owner alone.
 */
export async function writeOut<T>(path: string, write: (stream: WriteStream) => Promise<T>): Promise<T> {
  const draft = `${path}.${process.pid}.part`;
  const stream = (await placeFor(path, draft)).createWriteStream();
  // what goes wrong is told at the end, whoever writes then
  stream.on('error', () => undefined);
  try {
    const written = await write(stream);
    stream.end();
    await finished(stream);
    await rename(draft, path);
    return written;
  } catch (error) {
    stream.destroy();
    await rm(draft, { force: true });
    throw error;
  }
}

async function placeFor(path: string, draft: string) {
  try {
    const there = await stat(path).catch(() => undefined);
    if (!there?.isDirectory()) return await open(draft, 'wx', 0o600);
  } catch {
    // told below
  }
  throw new Refusal('bad_argument', `expected a file in a folder that exists and may be written, not \`${path}\``);
}
