// `preau demo` as a newcomer runs it: what it prints, when it refuses, and that it leaves nothing behind.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { refuseProductionSettings } from '../../src/config.ts';
import { openDemo } from '../../src/demo/demo.ts';
import { freePorts } from '../../src/demo/ports.ts';
import { preau } from '../command.ts';
import { openWalker } from './walker.ts';

describe('preau demo', () => {
  let folder: string;

  beforeAll(() => {
    preau(); // compiled here, not in the time of the first test that starts it
    folder = mkdtempSync(join(tmpdir(), 'ways-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the command line with its own folder for temporary files; `until` resolves at a text on standard output. */
  function run(environment: Record<string, string>) {
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, preau('demo'), {
      env: { PATH, HOME, TMPDIR: folder, ...environment },
      cwd: resolve(import.meta.dirname, '../..'),
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        told += chunk;
      });
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    const until = (text: string) =>
      new Promise<string>((done, fail) => {
        child.stdout.on('data', () => told.includes(text) && done(told));
        ended.then(() => (told.includes(text) ? done(told) : fail(new Error(`ended early: ${told}`))));
      });
    return { child, ended, until, told: () => told };
  }

  it('prints the addresses and who can sign in, answers at once, and leaves nothing behind on Ctrl-C', async () => {
    const port = await freePorts(0, 5);
    const demo = run({ PREAU_PORT: String(port) });
    const told = await demo.until('Ctrl-C');
    expect(told).toContain(`http://localhost:${port + 1}`);
    expect(told).toMatch(/tom\.garnier +ardoise-mappemonde +Tom Garnier, professeur de mathématiques/);
    expect((await openWalker().visit(`http://localhost:${port + 1}`)).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/health/ready`)).status).toBe(200);
    expect(readdirSync(folder)).toHaveLength(1);
    demo.child.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    await expect(fetch(`http://localhost:${port + 1}`)).rejects.toThrow();
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('leaves nothing behind when %s stops it while it starts', async (signal) => {
    const demo = run({ PREAU_PORT: String(await freePorts(0, 5)) });
    await appears(folder, 'preau-demo-');
    demo.child.kill(signal);
    expect(await demo.ended).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a port that is taken, names PREAU_PORT, and leaves nothing behind', async () => {
    const port = await freePorts(0, 5);
    const other = createServer();
    await new Promise<void>((done) => other.listen(port + 1, '127.0.0.1', done));
    try {
      const demo = run({ PREAU_PORT: String(port) });
      expect(await demo.ended).toBe(1);
      expect(demo.told()).toContain(`port \`${port + 1}\` is already taken on this machine`);
      expect(demo.told()).toContain('PREAU_PORT');
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      other.close();
    }
  });

  it('does not start beside the settings of a real service, and names them', async () => {
    const demo = run({ PREAU_ISSUER: 'https://ent.example.fr', PREAU_DATABASE: 'data/preau.sqlite' });
    expect(await demo.ended).toBe(1);
    expect(demo.told()).toContain('PREAU_ISSUER');
    expect(demo.told()).toContain('PREAU_DATABASE');
    expect(demo.told()).not.toContain('PREAU_SECRET');
  });
});

describe('the settings of a real service', () => {
  it.each(['PREAU_ISSUER', 'PREAU_SECRET', 'PREAU_DATABASE'])('%s keeps the demo from starting', (name) => {
    expect(() => refuseProductionSettings({ [name]: 'x' })).toThrow(name);
  });

  it('PREAU_PORT does not', () => {
    expect(() => refuseProductionSettings({ PREAU_PORT: '4000' })).not.toThrow();
  });
});

describe('a demo that cannot start', () => {
  it('undoes what it had done', async () => {
    // other demos may come and go beside this one
    vi.stubEnv('TMPDIR', mkdtempSync(join(tmpdir(), 'ways-')));
    const folder = tmpdir();
    try {
      await expect(openDemo({ port: 65535 })).rejects.toThrow('PREAU_PORT');
      await expect(openDemo({ port: 0, signal: AbortSignal.abort() })).rejects.toThrow();
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});

async function appears(folder: string, start: string): Promise<void> {
  while (!readdirSync(folder).some((name) => name.startsWith(start))) await new Promise((done) => setTimeout(done, 20));
}
