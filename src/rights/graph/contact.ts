// Contact with what others write: hears of changes where the engine tells, compares revisions all the time, and says
// until when what is in memory may be believed.
import { setTimeout as sleep } from 'node:timers/promises';
import { CHANNEL, onChange } from '../../facts/news.ts';
import { openSnapshots, type Snapshots } from '../../facts/snapshots.ts';
import { openListening } from '../../storage/listening.ts';
import type { Statements } from '../../storage/statements.ts';
import { type Db, onPostgres } from '../../storage/storage.ts';
import type { Schools } from './schools.ts';

/** How often revisions are compared: how long a change that nobody told of can go unnoticed. */
const COMPARE_EVERY_MS = 250;

/** How long after the last comparison memory is still believed. */
const BELIEVED_FOR_MS = 2_000;

const RETRY_AFTER_MS = 200;

export interface Contact {
  /** Whether revisions were compared lately. */
  fresh(): boolean;
  close(): Promise<void>;
}

/** Keeps schools told of every change: by this process, by other nodes on PostgreSQL, by another process on SQLite. */
export function openContact(
  db: Db,
  statements: Pick<Statements, 'all'>,
  { schools, onError }: { schools: Schools; onError: (error: unknown) => void },
): Contact {
  const closing = new AbortController();
  const state = { believedUntil: 0, pulse: '', lost: false };
  const stopHearing = onChange(db, ({ school, settled }) => hearOwn(schools, school, settled));

  /** Compares revisions; what is believed from then on was true when the comparison began. */
  const compare = async (snapshots: Snapshots): Promise<void> => {
    const start = performance.now();
    const pulse = await snapshots.pulse();
    if (pulse !== state.pulse) {
      for (const [school, revision] of await snapshots.revisions()) schools.sees(school, revision);
      state.pulse = pulse;
    }
    state.believedUntil = start + BELIEVED_FOR_MS;
    state.lost = false;
  };
  const compareForever = async (reader: Pick<Statements, 'all'>): Promise<never> => {
    const snapshots = openSnapshots(db, reader);
    for (;;) {
      await compare(snapshots);
      await pause(COMPARE_EVERY_MS, closing.signal);
    }
  };
  const listen = async (): Promise<never> => {
    const listening = await openListening(db, CHANNEL, (school) => schools.doubt(school));
    try {
      return await Promise.race([listening.lost, compareForever(listening)]);
    } finally {
      // what it would have told from here on is found by the next comparison
      await listening.close();
    }
  };
  const keepOn = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await (onPostgres(db) ? listen() : compareForever(statements));
      } catch (error) {
        if (closing.signal.aborted) return;
        if (!state.lost) onError(error);
        state.lost = true;
        await pause(RETRY_AFTER_MS, closing.signal).catch(() => undefined);
      }
    }
  };
  const running = keepOn();
  return {
    fresh: () => performance.now() < state.believedUntil,
    close: async () => {
      stopHearing();
      closing.abort();
      await running;
    },
  };
}

/** A school that this process is changing is not answered from memory until the change is settled and read. */
function hearOwn(schools: Schools, name: string, settled: Promise<void>): void {
  const school = schools.named(name);
  school.changing += 1;
  schools.doubt(name);
  void settled.then(() => {
    school.changing -= 1;
    schools.doubt(name);
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return sleep(milliseconds, undefined, { signal, ref: false });
}
