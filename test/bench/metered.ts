// One measured run against a server: its rate, and the processor time the server spent on each step.
import type { Child } from './children.ts';
import { drive, type Run } from './load.ts';

export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
}

export interface Metered {
  readonly run: Run;
  /** Steps per second. */
  readonly rate: number;
  /** Milliseconds of the server's processor time per step. */
  readonly cpu: number;
}

export async function metered(
  child: Child,
  step: (worker: number) => Promise<unknown>,
  { seconds, connections }: { seconds: number; connections: number },
): Promise<Metered> {
  const before = await child.meter();
  const run = await drive(connections, seconds, step);
  const after = await child.meter();
  return { run, rate: run.done / run.seconds, cpu: (after.cpu - before.cpu) / run.done };
}

/** How many steps failed in all runs, and what the first said. */
export function errorsOf(runs: readonly { readonly run: Run }[]): string {
  const count = runs.reduce((sum, { run }) => sum + run.errors, 0);
  const first = runs.find(({ run }) => run.firstError !== undefined)?.run.firstError;
  return first === undefined ? '0' : `${count}: ${first}`;
}
