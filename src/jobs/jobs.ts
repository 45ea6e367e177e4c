// Work that comes back: any node may run it, one node at a time, and nothing of it is lost with a node.
import { type Db, newKey } from '../storage/storage.ts';

/** One kind of work. */
export interface Job {
  /** Its name in the table: never change it. */
  readonly name: string;
  /** How long after a run has begun the next one is due, in milliseconds. */
  readonly everyMs: number;
  /**
   * Does what is due at `at` (UTC milliseconds), in short transactions of its own. It may be run again for the same moment,
   * as after the death of a node. Told to stop, it ends with what is under way.
   */
  readonly run: (db: Db, at: number, stop: AbortSignal) => Promise<unknown>;
}

export interface Running {
  /** Now, UTC milliseconds. */
  readonly at: number;
  readonly onError: (error: unknown) => void;
  readonly stop?: AbortSignal;
  /** Told once it is settled which jobs run here. */
  readonly onBegun?: () => void;
  /** How long a node that says nothing keeps a job to itself, in milliseconds. */
  readonly leaseMs?: number;
}

/** A node that died is replaced after this. */
const LEASE_MS = 90_000;

/** The longest wait after failures, which double it each time. */
const LONGEST_WAIT_MS = 10 * 60_000;

interface Row {
  readonly name: string;
  readonly due_at: number;
  readonly leased_by: string;
  readonly leased_until: number;
  readonly failures: number;
}

/**
 * Runs the jobs of a list that are due and that no other node is running, all at once; resolves to the names of those run.
 * A job that fails is told to `onError` and waits longer each time; it never keeps another from running.
 */
export async function runJobs(db: Db, list: readonly Job[], running: Running): Promise<string[]> {
  const known = await readJobs(db, list);
  const due = list.filter(({ name }) => {
    const row = known.get(name);
    return !row || (row.due_at <= running.at && row.leased_until <= running.at);
  });
  const leases: Promise<unknown>[] = [];
  const ran = due.map((job) => {
    const lease = takeLease(db, job, running).catch(running.onError);
    leases.push(lease);
    return lease.then((taken) => (taken ? runOne(db, job, { ...running, lease: taken }) : false));
  });
  await Promise.all(leases);
  running.onBegun?.();
  const done = await Promise.all(ran);
  return due.filter((_job, index) => done[index]).map(({ name }) => name);
}

/** Makes a job due at once, whatever it waits for. */
export async function hurryJob(db: Db, name: string): Promise<void> {
  await db('job').where({ name }).update({ due_at: 0 });
}

async function readJobs(db: Db, list: readonly Job[]): Promise<Map<string, Row>> {
  const rows = (await db('job').whereIn(
    'name',
    list.map(({ name }) => name),
  )) as Row[];
  return new Map(rows.map((row) => [row.name, row]));
}

async function runOne(db: Db, job: Job, { at, onError, lease }: Running & { lease: Lease }): Promise<true> {
  let failed = false;
  try {
    await job.run(db, at, lease.signal);
  } catch (error) {
    failed = true;
    onError(error);
  }
  await lease.end(failed).catch(onError);
  return true;
}

interface Lease {
  /** Aborts when all is to stop, or when another node has taken the job over. */
  readonly signal: AbortSignal;
  readonly end: (failed: boolean) => Promise<void>;
}

async function takeLease(db: Db, job: Job, running: Running): Promise<Lease | undefined> {
  const { at, onError, leaseMs = LEASE_MS, stop } = running;
  const { name } = job;
  const holder = newKey();
  const none = { leased_by: '', leased_until: 0, started_at: 0, ended_at: 0, failures: 0 };
  await db('job')
    .insert({ name, due_at: 0, ...none })
    .onConflict('name')
    .ignore();
  const taken = await db('job')
    .where({ name })
    .where('due_at', '<=', at)
    .where('leased_until', '<=', at)
    .update({ leased_by: holder, leased_until: at + leaseMs, started_at: at });
  if (taken !== 1) return undefined;
  const begun = performance.now();
  const now = () => at + Math.round(performance.now() - begun);
  const mine = () => db('job').where({ name, leased_by: holder });
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    if ((await mine().update({ leased_until: now() + leaseMs })) === 0) lost.abort();
  };
  const beat = setInterval(() => renew().catch(onError), leaseMs / 3);
  beat.unref();
  return {
    signal: stop ? AbortSignal.any([stop, lost.signal]) : lost.signal,
    end: async (failed) => {
      clearInterval(beat);
      const before = (await mine().first('failures')) as { failures: number } | undefined;
      if (!before) return;
      const failures = failed ? before.failures + 1 : 0;
      await mine().update({
        leased_by: '',
        leased_until: 0,
        ended_at: now(),
        failures,
        due_at: at + wait(job, failures),
      });
    },
  };
}

/** Twice as long after each failure in a row, to ten minutes; never shorter than the job's own step. */
function wait({ everyMs }: Job, failures: number): number {
  return Math.max(everyMs, Math.min(everyMs * 2 ** Math.min(failures, 30), LONGEST_WAIT_MS));
}
