// Jobs: each runs on one node at a time, comes back, waits after failures, and outlives a node that dies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hurryJob, type Job, runJobs } from '../../src/jobs/jobs.ts';
import { openSchedule } from '../../src/jobs/schedule.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { engines, type TestDatabase } from '../databases.ts';

const NOW = Date.UTC(2026, 10, 3, 8);
const MINUTE = 60_000;

describe.each(engines)('jobs on $name', ({ open }) => {
  let database: TestDatabase;
  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push(error);
  };
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  let names = 0;
  const job = (run: Job['run'], everyMs = MINUTE): Job => ({ name: `job ${names++}`, everyMs, run });
  const counted = () => {
    const runs: number[] = [];
    return { runs, job: job(async (_db, at) => runs.push(at)) };
  };

  it('a job runs once in each of its steps', async () => {
    const { runs, job } = counted();
    for (const at of [NOW, NOW + 1, NOW + MINUTE - 1, NOW + MINUTE, NOW + 3 * MINUTE])
      await runJobs(database.db, [job], { at, onError });
    expect(runs).toEqual([NOW, NOW + MINUTE, NOW + 3 * MINUTE]);
  });

  it('of fifty nodes that look at once, one runs it', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const slow = job(async () => {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
    });
    const other = openDatabase(database.url);
    const ran = await Promise.all(
      Array.from({ length: 50 }, (_, node) => runJobs(node % 2 ? other : database.db, [slow], { at: NOW, onError })),
    );
    await other.destroy();
    expect({ runs, most, told: ran.flat().length }).toEqual({ runs: 1, most: 1, told: 1 });
  });

  it('a job that fails is told, waits twice as long each time, ten minutes at most, and starts afresh once it works', async () => {
    let fails = true;
    const runs: number[] = [];
    const failing = job(async (_db, at) => {
      runs.push(at);
      if (fails) throw new Error('away');
    });
    errors.length = 0;
    for (let minute = 0; minute < 60; minute += 1)
      await runJobs(database.db, [failing], { at: NOW + minute * MINUTE, onError });
    const minutes = runs.map((at) => (at - NOW) / MINUTE);
    const waits = minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0));
    expect(errors).toHaveLength(runs.length);
    expect(waits.slice(0, 5)).toEqual([2, 4, 8, 10, 10]);
    fails = false;
    const later = NOW + 120 * MINUTE;
    for (const at of [later, later + MINUTE]) await runJobs(database.db, [failing], { at, onError });
    expect(runs.slice(-2)).toEqual([later, later + MINUTE]);
  });

  it('a job that fails keeps no other from running', async () => {
    const { runs, job: sound } = counted();
    const failing = job(async () => {
      throw new Error('broken');
    });
    expect(await runJobs(database.db, [failing, sound], { at: NOW, onError })).toEqual([failing.name, sound.name]);
    expect(runs).toEqual([NOW]);
  });

  it('what a node that died was running is free when its lease ends, and not before', async () => {
    const { runs, job } = counted();
    const died = { name: job.name, everyMs: MINUTE, run: () => new Promise(() => undefined) };
    // never ends, and never says another word: its beat is longer than this test
    runJobs(database.db, [died], { at: NOW, onError, leaseMs: 90_000 });
    await expect.poll(() => leased(job.name)).toBe(NOW + 90_000);
    await runJobs(database.db, [job], { at: NOW + 89_999, onError });
    expect(runs).toEqual([]);
    await runJobs(database.db, [job], { at: NOW + 90_000, onError });
    expect(runs).toEqual([NOW + 90_000]);
  });

  it('a long run keeps its lease by a sign of life', async () => {
    let end = (): void => undefined;
    const long = job(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const run = runJobs(database.db, [long], { at: NOW, onError, leaseMs: 90 });
    await expect.poll(() => leased(long.name)).toBeGreaterThan(NOW + 300);
    const { runs, job: rival } = counted();
    await runJobs(database.db, [{ ...rival, name: long.name }], { at: NOW + 300, onError });
    expect(runs).toEqual([]);
    end();
    expect(await run).toEqual([long.name]);
  });

  it('a node whose job was taken over is told to stop, and no longer speaks for it', async () => {
    let signal: AbortSignal | undefined;
    const slept = job(
      (_db, _at, stop) =>
        new Promise<void>((resolve) => {
          signal = stop;
          stop.addEventListener('abort', () => resolve());
        }),
    );
    const run = runJobs(database.db, [slept], { at: NOW, onError, leaseMs: 90 });
    await expect.poll(() => signal).toBeDefined();
    await database
      .db('job')
      .where({ name: slept.name })
      .update({ leased_by: 'another', leased_until: NOW * 2 });
    await run;
    expect(signal?.aborted).toBe(true);
    expect(await leased(slept.name)).toBe(NOW * 2);
  });

  it('a job that is hurried is due at once', async () => {
    const { runs, job } = counted();
    await runJobs(database.db, [job], { at: NOW, onError });
    await hurryJob(database.db, job.name);
    await runJobs(database.db, [job], { at: NOW + 1, onError });
    expect(runs).toEqual([NOW, NOW + 1]);
  });

  it('the clock of a node runs jobs by itself, one slow job holding up no other, and closes once they have ended', async () => {
    const { runs, job: quick } = counted();
    let ended = false;
    const slow = job(
      (_db, _at, stop) =>
        new Promise<void>((resolve) =>
          stop.addEventListener('abort', () => {
            ended = true;
            resolve();
          }),
        ),
    );
    const schedule = openSchedule(database.db, [slow, { ...quick, everyMs: 1 }], { onError, everyMs: 10 });
    await expect.poll(() => runs.length).toBeGreaterThan(3);
    expect(ended).toBe(false);
    await schedule.close();
    expect(ended).toBe(true);
    const before = runs.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runs).toHaveLength(before);
  });

  async function leased(name: string): Promise<number | undefined> {
    const row = await database.db('job').where({ name }).first('leased_until');
    return row?.leased_until;
  }
});
