// What a command of the command line receives, whichever room it belongs to.
import type { Config } from './config.ts';
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
