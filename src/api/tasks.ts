// Access requests as tasks: what was asked goes pending -> approved, denied, expired or cancelled, and stays there.

import type { Act } from '../acts/acts.ts';
import { endGrant, findGrant, type Grant, standingOf } from '../acts/grants.ts';
import { findInspection, type Inspection } from '../acts/inspection-records.ts';
import { endInspection } from '../acts/inspections.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import type { Template } from './requestable.ts';

export type Status = 'pending' | 'approved' | 'denied' | 'expired' | 'cancelled';

/** A request as a task; instants are UTC milliseconds. */
export interface Task {
  readonly template: Template;
  /** The key of what was asked. */
  readonly key: string;
  readonly school: string;
  readonly person: string;
  readonly status: Status;
  /** Until when it waits for an answer, or lasts. */
  readonly endsAt: number;
  readonly decidedAt: number | null;
}

/** The letter before the key in the id of a task. */
const letters: Record<Template, string> = { colleague: 'c', inspection: 'i' };

export function taskId({ template, key }: Pick<Task, 'template' | 'key'>): string {
  return `${letters[template]}_${key}`;
}

/** A task by id; `unknown_request` when there is none. */
export async function findTask(db: Db, id: string, at: number): Promise<Task> {
  const [letter, key = ''] = [id.slice(0, 2), id.slice(2)];
  try {
    if (letter === 'c_') return taskOfGrant(await findGrant(db, key), at);
    if (letter === 'i_') return taskOfInspection(await findInspection(db, key), at);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  throw unknownTask(id);
}

export function unknownTask(id: string): Refusal {
  return new Refusal('unknown_request', `no request has the id \`${id}\``);
}

/** Gives up what waits; `request_over` when it was decided, or is over. */
export async function cancelTask(db: Db, { template, key, status }: Task, act: Act): Promise<void> {
  if (status !== 'pending') throw new Refusal('request_over', `expected a request that waits: this one is ${status}`);
  if (template === 'colleague') await endGrant(db, { grant: key, ...act });
  else await endInspection(db, { id: key, ...act });
}

/** A right that was given and has ended since was approved all the same: whether it holds is asked, not remembered. */
export function taskOfGrant(grant: Grant, at: number): Task {
  const { id: key, school, beneficiary: person, decidedAt, endedAt } = grant;
  const given = decidedAt !== null && (grant.state === 'granted' || grant.state === 'ended');
  const endsAt = Math.min(grant.endsAt, given && endedAt !== null ? endedAt : grant.endsAt);
  const task = { template: 'colleague', key, school, person, endsAt, decidedAt } as const;
  return { ...task, status: given ? 'approved' : grantStatus[standingOf(grant, at)] };
}

const grantStatus: Record<ReturnType<typeof standingOf>, Status> = {
  asked: 'pending',
  offered: 'pending',
  granted: 'approved',
  refused: 'denied',
  lifted: 'denied',
  ended: 'cancelled',
  expired: 'expired',
};

export function taskOfInspection(inspection: Inspection, at: number): Task {
  const { id: key, school, inspector: person, state, decidedAt, endedAt } = inspection;
  const given = state === 'approved' || (state === 'ended' && decidedAt !== null);
  const endsAt = Math.min(inspection.endsAt, endedAt ?? inspection.endsAt);
  const task = { template: 'inspection', key, school, person, endsAt, decidedAt } as const;
  if (given) return { ...task, status: 'approved' };
  if (state === 'refused') return { ...task, status: 'denied' };
  if (state === 'ended') return { ...task, status: 'cancelled' };
  return { ...task, status: inspection.endsAt > at ? 'pending' : 'expired' };
}
