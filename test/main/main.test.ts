// The command line and the life of the process: help, refusals, start, health, stop.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/main.ts';
import { preau } from '../command.ts';
import { engines } from '../databases.ts';
import { freePort } from '../postgres.ts';

// through Node itself: a launcher in between may end the process before it heard the signal
function run(
  args: string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      preau(...args),
      { env: { PATH: process.env.PATH!, ...environment } },
      (error, out, err) => done({ code: (error?.code as number | undefined) ?? 0, out, err }),
    );
  });
}

// compiled here, not in the time of the first test that starts it
beforeAll(() => void preau());

describe('the command line', () => {
  it('help lists every command, one line each', async () => {
    const { code, out } = await run(['help']);
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[1]),
    ).toEqual(Object.keys(commands));
  });

  it('a word that is not a command is refused by name', async () => {
    const { code, err } = await run(['florp']);
    expect(code).toBe(1);
    expect(err).toContain('bad_argument: `florp` is not a command');
  });

  it('serve lists every missing setting at once and does not start', async () => {
    const { code, err } = await run(['serve'], { PREAU_PORT: 'x' });
    expect(code).toBe(1);
    for (const name of ['PREAU_ISSUER', 'PREAU_SECRET', 'PREAU_PORT']) expect(err).toContain(name);
  });
});

describe.each(engines)('the process on $name', ({ open }) => {
  it('refuses to serve before the database is migrated, then migrates once', async () => {
    const { url, close } = await open({ migrated: false });
    const environment = await serverEnvironment(url);
    expect((await run(['serve'], environment)).err).toContain('schema_behind');
    expect((await run(['migrate'], environment)).out).toContain('0001_spine');
    expect((await run(['migrate'], environment)).out).toContain('déjà à jour');
    await close();
  });

  it('starts, is ready, answers for its own host alone, and stops when asked', async () => {
    const { url, close } = await open();
    const environment = await serverEnvironment(url);
    const server = spawn(process.execPath, preau('serve'), { env: { PATH: process.env.PATH!, ...environment } });
    const output = collect(server);
    const base = environment.PREAU_ISSUER;
    await untilReady(base);
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    const discovery = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
    expect(discovery.issuer).toBe(base);
    expect((await fetch(base.replace('localhost', '127.0.0.1'))).status).toBe(421);
    const stopped = new Promise<number | null>((done) => server.once('exit', (code) => done(code)));
    server.kill('SIGTERM');
    expect(await stopped).toBe(0);
    expect(output()).toContain('"msg":"stopped"');
    await close();
  });

  it('a database that is away makes it unready, not dead', async () => {
    const { url, close } = await open();
    if (!url.startsWith('postgres')) return close();
    const environment = await serverEnvironment(url);
    const server = spawn(process.execPath, preau('serve'), { env: { PATH: process.env.PATH!, ...environment } });
    const base = environment.PREAU_ISSUER;
    await untilReady(base);
    await close(); // drops the database under it
    expect((await fetch(`${base}/health/ready`)).status).toBe(503);
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    const stopped = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await stopped;
  });
});

async function serverEnvironment(database: string): Promise<Record<string, string> & { PREAU_ISSUER: string }> {
  const port = await freePort();
  return {
    PREAU_ISSUER: `http://localhost:${port}`,
    PREAU_PORT: String(port),
    PREAU_SECRET: randomBytes(48).toString('base64url'),
    PREAU_DATABASE: database,
  };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

async function untilReady(base: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const ready = await fetch(`${base}/health/ready`).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (ready) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the server was not ready in 20 s');
}
