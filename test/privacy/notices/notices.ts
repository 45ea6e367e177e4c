// What the tests of notices share: the school's year as a job would live it, and what the queue holds of whom.
import { demoConfig } from '../../../src/config.ts';
import { startOfDay } from '../../../src/facts/calendar.ts';
import { noticeRound, type Round } from '../../../src/portal/notices/job.ts';
import { type Due, rowsOfYear } from '../../../src/privacy/notices/queue.ts';
import { recordOpening } from '../../../src/privacy/notices/school.ts';
import type { Db } from '../../../src/storage/storage.ts';
import { type CastName, COLLEGE, personOf } from '../../cast.ts';

export const YEAR = 2026;

/** An instant of a day at nine in the morning, in Paris. */
export function on(day: string, hour = 9): number {
  return startOfDay(day) + hour * 3_600_000;
}

const config = demoConfig({ secret: 'unused', database: 'unused' }, {});

/** One round of the job. */
export function round(db: Db, at: number): Promise<Round> {
  return noticeRound(config)(db, at);
}

/** The rows of a member of the cast at a school. */
export async function rowsFor(db: Db, name: CastName, { school = COLLEGE, year = YEAR } = {}): Promise<Due[]> {
  return (await rowsOfYear(db, school, year)).get(await personOf(db, name)) ?? [];
}

/** Gives a member of the cast an address, as the directory would. */
export async function mailOf(db: Db, name: CastName, email: string | null): Promise<void> {
  await db('person')
    .where({ id: await personOf(db, name) })
    .update({ email });
}

/** All that an opening asks. */
export async function openSchool(db: Db, school = COLLEGE, at = on('2026-09-01')): Promise<void> {
  const opening = {
    convention: 'Convention 2026-14',
    conventionDay: '2026-06-30',
    informedDay: '2026-07-02',
    officer: 'Claire Dumas, dpd@academie.example',
  };
  await recordOpening(db, { school, by: 'operator', at, opening });
}

/** The mails in the queue for a person, with what they carry. */
export async function mailsTo(db: Db, person: string): Promise<{ id: string; data: Record<string, string> }[]> {
  const rows = await db('mail').where({ person, template: 'notice' }).orderBy('queued_at');
  return rows.map(({ id, data }: { id: string; data: string }) => ({ id, data: JSON.parse(data) }));
}

/** Says that a mail has left, or was given up, as the sender would. */
export async function settle(db: Db, id: string, state: 'sent' | 'given_up', at: number): Promise<void> {
  await db('mail').where({ id }).update({ state, settled_at: at });
}
