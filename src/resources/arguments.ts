// What stands behind a command: so many words, and options that each take a text.
import { parseArgs } from 'node:util';
import { Refusal } from '../errors.ts';

export interface Read<Name extends string> {
  readonly words: string[];
  readonly values: Partial<Record<Name, string>>;
}

/** Reads exactly `count` words and options of these names. Refuses `bad_argument`, with how the command is used. */
export function readArguments<Name extends string>(
  args: readonly string[],
  { count, names, usage }: { count: number; names: Readonly<Record<Name, 'string'>>; usage: string },
): Read<Name> {
  const options = Object.fromEntries(Object.keys(names).map((name) => [name, { type: 'string' as const }]));
  try {
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.length === count) return { words: positionals, values: values as Partial<Record<Name, string>> };
  } catch {
    // told below, as all that is not understood
  }
  throw new Refusal('bad_argument', `expected ${usage}`);
}
