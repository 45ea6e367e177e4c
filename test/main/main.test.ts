// The command line and the life of the process: help, refusals, start, health, stop.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StopTimes } from '../../src/app/stopping.ts';
import { commands } from '../../src/main.ts';
import { addModule } from '../../src/oidc/modules.ts';
import type { Db } from '../../src/storage/storage.ts';
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

  it('starts, is ready, answers for its own host alone; asked to stop, says so, ends what is under way, and leaves', async () => {
    const { db, url, close } = await open();
    const machine = await addMachine(db);
    const environment = { ...(await serverEnvironment(url)), PREAU_DRAIN: '1' };
    const server = spawn(process.execPath, preau('serve'), { env: { PATH: process.env.PATH!, ...environment } });
    const output = collect(server);
    const stopped = codeOf(server);
    const base = environment.PREAU_ISSUER;
    await untilReady(base);
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    const discovery = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
    expect(discovery.issuer).toBe(base);
    expect((await fetch(base.replace('localhost', '127.0.0.1'))).status).toBe(421);
    const agent = new Agent({ keepAlive: true });
    const finish = await beginPost(`${base}/token`, { ...machine, agent });
    server.kill('SIGTERM');
    // over a new connection each time
    await expect.poll(() => statusOf(`${base}/health/ready`), { interval: 5, timeout: 10_000 }).toBe(503);
    const { statusCode, headers } = await finish();
    expect([statusCode, headers.connection]).toEqual([200, 'close']);
    expect(await stopped).toBe(0);
    expect(output()).toContain('"msg":"stopped"');
    agent.destroy();
    await close();
  });

  it('ends in its time when another process keeps the lock, and says what it could not write', async () => {
    const { db, url, close } = await open();
    const environment = await serverEnvironment(url);
    const server = spawn(process.execPath, serving({ answersMs: 100, allMs: 300 }), {
      env: { PATH: process.env.PATH!, ...environment },
    });
    const output = collect(server);
    const stopped = codeOf(server);
    const base = environment.PREAU_ISSUER;
    await untilReady(base);
    const lock = await db.transaction();
    if (url.startsWith('postgres')) await lock.raw('lock table audit, audit_day');
    // of a refusal nothing is written but that there was one
    const nobody = { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'nothing' };
    const refused = await fetch(`${base}/token`, { method: 'POST', body: new URLSearchParams(nobody) });
    expect(refused.status).toBe(401);
    server.kill('SIGTERM');
    const patience = setTimeout(() => server.kill('SIGKILL'), 40_000);
    expect(await stopped).toBe(1); // by itself: whoever is killed leaves no code
    clearTimeout(patience);
    await lock.rollback();
    const said = output()
      .split('\n')
      .find((line) => line.includes('stopped with work undone'));
    expect(JSON.parse(said ?? '{}')).toMatchObject({ unended: expect.arrayContaining(['trail']), events: 1 });
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
    const stopped = codeOf(server);
    server.kill('SIGTERM');
    await stopped;
  });
});

/** What Node is given to serve as `preau serve` does, in less time. */
function serving(times: StopTimes): string[] {
  const app = pathToFileURL(join(dirname(preau()[0]!), 'app.js')).href;
  const program = `const { serve } = await import(${JSON.stringify(app)}); await serve(${JSON.stringify(times)});`;
  return ['--input-type=module', '--eval', program];
}

/** A module that asks for tokens of its own, and how. */
async function addMachine(db: Db): Promise<{ headers: Record<string, string>; body: string }> {
  const { module, secret } = await addModule(
    db,
    {
      id: 'machine',
      name: 'Machine',
      purpose: 'Éprouver.',
      responsible: 'Un établissement',
      schools: 'all',
      scopes: ['rights'],
    },
    { actor: 'test', at: Date.now() },
  );
  const shown = Buffer.from(`${module.id}:${secret}`).toString('base64');
  return { headers: { authorization: `Basic ${shown}` }, body: 'grant_type=client_credentials&scope=rights' };
}

/** Posts half of a form, once the server waits for it; gives how to send the rest, and have the answer. */
async function beginPost(
  address: string,
  { agent, headers, body }: { agent: Agent; headers: Record<string, string>; body: string },
): Promise<() => Promise<IncomingMessage>> {
  const type = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(body.length) };
  const post = request(address, { method: 'POST', agent, headers: { ...headers, ...type, expect: '100-continue' } });
  const answered = once(post, 'response');
  post.flushHeaders();
  await once(post, 'continue');
  post.write(body.slice(0, 9));
  return async () => {
    post.end(body.slice(9));
    const [answer] = await answered;
    return answer.resume();
  };
}

function statusOf(address: string): Promise<number | undefined> {
  return new Promise((done, failed) => {
    get(address, { agent: false }, (answer) => done(answer.resume().statusCode)).on('error', failed);
  });
}

/** The code that a process leaves; none when it was killed. */
function codeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => child.once('exit', (code) => done(code)));
}

async function serverEnvironment(database: string): Promise<Record<string, string> & { PREAU_ISSUER: string }> {
  const port = await freePort();
  return {
    PREAU_ISSUER: `http://localhost:${port}`,
    PREAU_PORT: String(port),
    PREAU_SECRET: randomBytes(48).toString('base64url'),
    PREAU_DATABASE: database,
    PREAU_DRAIN: '0',
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
