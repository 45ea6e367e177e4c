// Child processes of the benchmark: each pinned to a core where the machine allows it, metered, and ended with it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from './meter.ts';

/** The cores for the server and for the load, or none where they cannot be chosen. */
export const cores = chooseCores();

export interface Child {
  readonly process: ChildProcess;
  meter(): Promise<Reading>;
  stop(): Promise<void>;
}

export interface Start {
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs; anywhere when not given. */
  readonly core?: number | undefined;
}

/** Starts a compiled script under the meter. */
export function startChild(script: string, { args = [], nodeArgs = [], env = {}, core }: Start = {}): Child {
  const meter = join(import.meta.dirname, 'meter.js');
  const profile = process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];
  const node = [process.execPath, ...profile, ...nodeArgs, '--import', meter, script, ...args];
  const [command, ...rest] = core === undefined ? node : ['taskset', '-c', String(core), ...node];
  const started = spawn(command!, rest, {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    process: started,
    meter: async () => {
      started.send('meter');
      return (await messageOf(started)) as Reading;
    },
    stop: async () => {
      if (started.exitCode !== null || started.signalCode !== null) return;
      const gone = once(started, 'exit');
      started.kill('SIGTERM');
      const late = setTimeout(() => started.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(late);
    },
  };
}

/** The next message of a child; throws when it ends without one. */
export async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the process ${child.spawnargs.join(' ')} ended with ${code}`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: ended.signal }), exit])) as unknown[];
    return message;
  } finally {
    ended.abort();
    exit.catch(() => undefined);
  }
}

/** Moves this process, all its threads, to one core, or back to all of them. */
export function moveTo(core: number | undefined): void {
  if (!cores) return;
  const list = core === undefined ? cores.all : String(core);
  execFileSync('taskset', ['-a', '-c', '-p', list, String(process.pid)], { stdio: 'ignore' });
}

function chooseCores(): { server: number; load: number; all: string } | undefined {
  try {
    const all = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    const [server, load] = all.split(',').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, step) => from + step);
    });
    return server === undefined || load === undefined ? undefined : { server, load, all };
  } catch {
    return undefined;
  }
}
