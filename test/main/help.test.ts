// What the command line tells of itself: every option that a command reads, and no other.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type * as Util from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Config, demoConfig } from '../../src/config.ts';
import { commands, run } from '../../src/main.ts';
import { engines, type TestDatabase } from '../databases.ts';

const util = createRequire(import.meta.url)('node:util') as { parseArgs: typeof Util.parseArgs };

/** These start a server, and are handed no arguments. */
const SERVERS = ['serve', 'demo'];

describe('a command tells the options that it reads, and no other', () => {
  let database: TestDatabase;
  let config: Config;
  /** The names of options that were read since the last look. */
  const read = new Set<string>();
  const { parseArgs } = util;
  const readWith = (reader: unknown): void => {
    util.parseArgs = reader as typeof parseArgs;
    syncBuiltinESMExports();
  };
  beforeAll(async () => {
    // every command reads its options by Node's own reader, before it does anything: none goes further here
    readWith(({ options = {} }: { options?: object }) => {
      for (const name of Object.keys(options)) read.add(name);
      throw new Error('options are read');
    });
    database = await engines[0]!.open();
    config = demoConfig({ secret: 'c2VjcmV0', database: database.url }, {});
  });
  afterAll(async () => {
    readWith(parseArgs); // other files of the same worker read theirs
    await database.close();
  });

  it.each(Object.keys(commands).filter((name) => !SERVERS.includes(name)))('%s', async (name) => {
    const { usage, run: command } = commands[name]!;
    read.clear();
    for (const args of usage.length === 0 ? [[]] : usage.flatMap(actsOf))
      await command({ db: database.db, config, args, print: () => undefined }).catch(() => undefined);
    const told = new Set(usage.flatMap((way) => [...way.matchAll(/--([a-z][a-z-]*)/g)].map((found) => found[1]!)));
    expect([...told].sort()).toEqual([...read].sort());
  });
});

describe('preau COMMAND --help', () => {
  it('tells every way to ask for a command', async () => {
    expect(await told('keys', '--help')).toEqual([
      'preau keys : montre ou renouvelle les clés de signature, sans redémarrage',
      '  preau keys list',
      '  preau keys rotate [--now | --compromised]',
    ]);
  });

  it('tells of an act its own ways, and all of them when there is no such act', async () => {
    expect(await told('keys', 'rotate', '--help')).toEqual([
      expect.any(String),
      '  preau keys rotate [--now | --compromised]',
    ]);
    expect((await told('client', 'key', 'add', '--help')).slice(1)).toEqual([
      '  preau client key add ID --name USAGE [--scope rights] [--days N]',
    ]);
    const [, add, ...others] = await told('client', 'add', 'logbook', '--help');
    expect(add).toContain('--redirect URI... --scope');
    expect(others).toEqual([]);
    expect((await told('account', 'close', '--help')).at(-1)).toContain('suspend|reopen|close PERSONNE --reason');
    expect(await told('keys', 'florp', '--help')).toHaveLength(3);
  });

  it('is named where a command is asked for in a way that is none', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      expect(await run(['sample-feed'])).toBe(1);
      expect(said.mock.calls.at(-1)?.[0]).toBe('  preau sample-feed --help\n');
    } finally {
      said.mockRestore();
    }
  });

  it('needs neither settings nor a database', async () => {
    for (const name of Object.keys(commands)) expect((await told(name, '--help'))[0]).toContain(`preau ${name} : `);
  });
});

async function told(...argv: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  expect(await run(argv, (line) => lines.push(line))).toBe(0);
  return lines;
}

/** The words that choose what is done, out of a way to ask: `key add`, or each of `suspend|reopen|close`. */
function actsOf(way: string): string[][] {
  const words = /^(?:[a-z][a-z|]*(?: |$))*/.exec(way)?.[0].trim().split(' ').filter(Boolean) ?? [];
  return words.reduce<string[][]>(
    (all, word) => all.flatMap((before) => word.split('|').map((one) => [...before, one])),
    [[]],
  );
}
