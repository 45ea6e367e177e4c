// Telling people by mail: who may be, when it is time, and what has become of the mails that left.
import { activeAmong } from '../../accounts/accounts.ts';
import { contactsAmong } from '../../accounts/contact.ts';
import { audit } from '../../audit/audit.ts';
import { listPersons, type Person } from '../../directory/persons.ts';
import { findSchool, type School } from '../../directory/schools.ts';
import { dayOf } from '../../facts/calendar.ts';
import { mailsByKey, queueMail } from '../../mail/mail.ts';
import { type Db, inPieces, inTransaction } from '../../storage/storage.ts';
import { levelFor } from './ages.ts';
import {
  type Due,
  isWaiting,
  markMailFailed,
  markTold,
  schoolsWaiting,
  takeForMail,
  underWay,
  waitingAt,
} from './queue.ts';
import { closedTo, placesAt } from './reasons.ts';
import { boardDayOf, missingOf, openingOf } from './school.ts';
import { noticeInForce } from './texts.ts';

/** A notice that waits for the school leaves this many days before its last, whatever is missing. */
const DAYS_BEFORE = 7;

const PIECE = 100;

/** What is the same for everybody of a school at an instant. */
export interface SchoolMoment {
  readonly school: School;
  readonly at: number;
  /** YYYY-MM-DD */
  readonly today: string;
  /** The board's day, by school year. */
  readonly boards: ReadonlyMap<number, string>;
  /** Whether the school has on record all that an opening asks. */
  readonly opened: boolean;
}

/** What is the same for everybody of a school now. */
export async function momentOf(db: Db, uai: string, at: number, years: readonly number[]): Promise<SchoolMoment> {
  const school = await findSchool(db, uai);
  const boards = new Map<number, string>();
  for (const year of new Set(years)) {
    const day = await boardDayOf(db, uai, year);
    if (day !== undefined) boards.set(year, day);
  }
  const opened = missingOf(await openingOf(db, uai)).length === 0;
  return { school, at, today: dayOf(at, school.zone), boards, opened };
}

/**
 * Whether it is time to tell. Newcomers once the school has on record what an opening asks, the yearly notice once it has the
 * board's day, both a week before the last day in any case; a change at once.
 */
export function isRipe(row: Due, { today, boards, opened }: SchoolMoment): boolean {
  if (!isWaiting(row)) return false;
  if (row.occasion === 'change' || today >= daysBefore(row.dueDay, DAYS_BEFORE)) return true;
  return row.occasion === 'year' ? boards.has(row.year) : opened;
}

/**
 * Those of several persons whom a mail reaches: at the address they confirmed, or at the directory's for whoever has no
 * account. The same is asked again when it leaves.
 */
export async function mailable(db: Db, persons: readonly Person[]): Promise<Set<string>> {
  const ids = persons.map(({ id }) => id);
  const [confirmed, active] = [await contactsAmong(db, ids), await activeAmong(db, ids)];
  const reached = persons.filter(({ id, email }) => confirmed.has(id) || (email !== null && !active.has(id)));
  return new Set(reached.map(({ id }) => id));
}

/** Puts in the queue of mails what it is time to say, school by school; everybody once. Returns how many mails. */
export async function mailNotices(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  let queued = 0;
  for (const school of await schoolsWaiting(db)) {
    if (stop?.aborted) break;
    queued += await mailSchool(db, school, at);
  }
  return queued;
}

async function mailSchool(db: Db, uai: string, at: number): Promise<number> {
  const notice = await noticeInForce(db, { school: uai, at });
  if (!notice) return 0;
  const waiting = (await waitingAt(db, uai)).filter((row) => row.mail === null && row.printedAt === null);
  const moment = await momentOf(db, uai, at, years(waiting));
  const ripe = waiting.filter((row) => row.mailFailedAt === null && isRipe(row, moment));
  if (ripe.length === 0) return 0;
  const persons = await listPersons(
    db,
    ripe.map(({ person }) => person),
  );
  const [reached, closed] = [await mailable(db, persons), await closedTo(db, await placesAt(db, uai, at), at)];
  const byKey = new Map(persons.map((person) => [person.id, person]));
  const toMail = ripe.filter(({ person }) => reached.has(person) && !closed.has(person));
  let queued = 0;
  for (const piece of inPieces(toMail, PIECE))
    queued += await inTransaction(db, (tx) =>
      takeForMail(tx, piece, {
        version: notice.version,
        content: notice.content,
        queue: (row) => {
          const level = levelOf(byKey.get(row.person), row, moment);
          const { uai: school, name } = moment.school;
          const data = { school, name, level, version: notice.version, board: moment.boards.get(row.year) ?? '' };
          return queueMail(tx, { person: row.person, template: 'notice', data, at });
        },
      }),
    );
  return queued;
}

/** Writes down which mails have left, when, and which never will: those people are told by letter. */
export async function settleMails(db: Db, at: number, stop?: AbortSignal): Promise<{ told: number; failed: number }> {
  const rows = await underWay(db);
  const all = { told: 0, failed: 0 };
  for (const piece of inPieces(rows, PIECE)) {
    if (stop?.aborted) break;
    const mails = await mailsByKey(
      db,
      piece.flatMap(({ mail }) => mail ?? []),
    );
    const state = (row: Due) => mails.get(row.mail ?? '')?.state ?? 'given_up';
    const sent = piece.filter((row) => state(row) === 'sent');
    const lost = piece.filter((row) => state(row) === 'given_up');
    await inTransaction(db, async (tx) => {
      const keys = sent.map((row) => ({ ...row, toldAt: mails.get(row.mail ?? '')?.settledAt ?? at }));
      const told = await markTold(tx, keys, { as: 'mail', by: 'system' });
      const failed = await markMailFailed(tx, lost, at);
      all.told += told;
      all.failed += failed;
      if (told + failed > 0)
        await audit(tx, { at, event: 'notice.mailed', actor: 'system', details: { told, failed } });
    });
  }
  return all;
}

/** The reading level of somebody who is to be told. */
export function levelOf(
  person: Person | undefined,
  row: Due,
  { school, at }: SchoolMoment,
): ReturnType<typeof levelFor> {
  const { degree, zone } = school;
  return levelFor({ birthDate: person?.birthDate ?? null, category: row.category, degree }, { at, zone });
}

function years(rows: readonly Due[]): number[] {
  return rows.map(({ year }) => year);
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}
