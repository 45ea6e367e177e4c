// Who must be told that a school holds data about them, by when, and who was: one row for each time.
import { schoolYearAt } from '../../facts/calendar.ts';
import { type Db, inPieces } from '../../storage/storage.ts';
import type { Category } from './reasons.ts';

/** New at the school; there last year already; told this year of less than what the notice says now. */
export type Occasion = 'arrival' | 'year' | 'change';

/** Once for each time that somebody is to be told. */
export interface Due {
  readonly school: string;
  readonly person: string;
  readonly year: number;
  readonly number: number;
  readonly occasion: Occasion;
  readonly category: Category;
  /** UTC milliseconds. */
  readonly drawnAt: number;
  /** The last day in time, YYYY-MM-DD, in the school's zone. */
  readonly dueDay: string;
  readonly printedAt: number | null;
  /** When the mail had left, or the letter was handed out; never whether anybody opened it. */
  readonly toldAt: number | null;
  readonly toldAs: 'mail' | 'letter' | null;
  readonly version: string | null;
  readonly content: string | null;
  readonly mail: string | null;
  readonly mailFailedAt: number | null;
  readonly endedAt: number | null;
}

interface Row {
  school: string;
  person: string;
  year: number;
  number: number;
  occasion: Occasion;
  category: Category;
  drawn_at: number;
  due_day: string;
  printed_at: number | null;
  told_at: number | null;
  told_as: 'mail' | 'letter' | null;
  told_by: string | null;
  version: string | null;
  content: string | null;
  mail: string | null;
  mail_failed_at: number | null;
  ended_at: number | null;
}

/** What names one row. */
export type Key = Pick<Due, 'school' | 'person' | 'year' | 'number'>;

/** What is said of a row when it is drawn up. */
export type NewDue = Key & Pick<Due, 'occasion' | 'category' | 'drawnAt' | 'dueDay'>;

/** Whether somebody has yet to be told, and still is to be. */
export function isWaiting({ toldAt, endedAt }: Due): boolean {
  return toldAt === null && endedAt === null;
}

/** Whether its last day has passed. */
export function isLate(due: Due, today: string): boolean {
  return isWaiting(due) && today > due.dueDay;
}

/** The rows of a school that still wait, of this year and of those before. */
export async function waitingAt(db: Db, school: string): Promise<Due[]> {
  const rows = (await db('notice_due')
    .where({ school, told_at: null, ended_at: null })
    .orderBy(['due_day', 'person'])) as Row[];
  return rows.map(toDue);
}

/** The schools with a row that waits, and no mail under way for it. */
export async function schoolsWaiting(db: Db): Promise<string[]> {
  const rows = (await db('notice_due')
    .where({ told_at: null, ended_at: null, mail: null })
    .distinct('school')
    .orderBy('school')) as { school: string }[];
  return rows.map(({ school }) => school);
}

/** The rows whose mail is under way. */
export async function underWay(db: Db): Promise<Due[]> {
  const rows = (await db('notice_due').where({ told_at: null }).whereNotNull('mail')) as Row[];
  return rows.map(toDue);
}

/** What somebody was told, or is to be, the newest first. */
export async function dueTo(db: Db, person: string): Promise<Due[]> {
  const rows = (await db('notice_due')
    .where({ person })
    .orderBy([{ column: 'drawn_at', order: 'desc' }, 'school'])) as Row[];
  return rows.map(toDue);
}

/** The rows of a school's year, by person. */
export async function rowsOfYear(db: Db, school: string, year: number): Promise<Map<string, Due[]>> {
  const rows = (await db('notice_due').where({ school, year }).orderBy('number')) as Row[];
  const found = new Map<string, Due[]>();
  for (const row of rows) found.set(row.person, [...(found.get(row.person) ?? []), toDue(row)]);
  return found;
}

/**
 * Takes rows that wait, with no mail and no letter printed, for a mail each, in the caller's transaction: `queue` gives the
 * key of the mail. Whoever comes second finds them taken. Returns how many.
 */
export async function takeForMail(
  tx: Db,
  keys: readonly Key[],
  as: { readonly version: string; readonly content: string; readonly queue: (row: Due) => Promise<string> },
): Promise<number> {
  let taken = 0;
  for (const key of keys) {
    const free = { told_at: null, ended_at: null, mail: null, printed_at: null, mail_failed_at: null };
    const row = (await tx('notice_due')
      .where({ ...pick(key), ...free })
      .forUpdate()
      .first()) as Row | undefined;
    if (!row) continue;
    const { version, content } = as;
    await tx('notice_due')
      .where(pick(key))
      .update({ mail: await as.queue(toDue(row)), version, content });
    taken += 1;
  }
  return taken;
}

/** Says that letters were printed, and with which text: only those are handed out. What is under way by mail is left alone. */
export async function markPrinted(
  tx: Db,
  keys: readonly Key[],
  printed: { readonly at: number; readonly version: string; readonly content: string },
): Promise<void> {
  const { at, version, content } = printed;
  for (const key of keys)
    await tx('notice_due')
      .where({ ...pick(key), told_at: null, mail: null })
      .update({ printed_at: at, version, content });
}

/** Says that rows were told; each once. Returns how many. */
export async function markTold(
  tx: Db,
  keys: readonly (Key & { readonly toldAt: number })[],
  { as, by }: { as: 'mail' | 'letter'; by: string },
): Promise<number> {
  let count = 0;
  for (const key of keys)
    count += await tx('notice_due')
      .where({ ...pick(key), told_at: null, ended_at: null })
      .update({ told_at: key.toldAt, told_as: as, told_by: by });
  return count;
}

/** Says that the mail of rows never left: only a letter can tell now. Returns how many. */
export async function markMailFailed(tx: Db, keys: readonly Key[], at: number): Promise<number> {
  let count = 0;
  for (const key of keys)
    count += await tx('notice_due')
      .where({ ...pick(key), told_at: null })
      .whereNotNull('mail')
      .update({ mail: null, mail_failed_at: at, version: null, content: null });
  return count;
}

/** Writes rows that wait; one that is there already is left alone. Returns how many were written. */
export async function addDue(tx: Db, fresh: readonly NewDue[]): Promise<number> {
  let written = 0;
  for (const piece of inPieces(fresh.map(rowOf)))
    written += (
      await tx('notice_due')
        .insert(piece)
        .onConflict(['school', 'person', 'year', 'number'])
        .ignore()
        .returning('person')
    ).length;
  return written;
}

/** Ends rows of those who left untold. Returns how many. */
export async function endDue(tx: Db, rows: readonly Due[], at: number): Promise<number> {
  let ended = 0;
  for (const row of rows)
    ended += await tx('notice_due')
      .where({ ...pick(row), told_at: null, ended_at: null })
      .update({ ended_at: at });
  return ended;
}

/** Who was told at the school in a year before: the school is not new to them. */
export async function knownBefore(tx: Db, school: string, year: number): Promise<Set<string>> {
  const rows = await tx('notice_due')
    .where({ school })
    .where('year', '<', year)
    .whereNotNull('told_at')
    .distinct('person');
  return new Set(rows.map(({ person }: { person: string }) => person));
}

/** Removes the rows of years that ended a year ago or more. Returns how many. */
export async function purgeDue(db: Db, at: number): Promise<number> {
  return db('notice_due')
    .where('year', '<', schoolYearAt(at) - 1)
    .delete();
}

/** What names a row, and nothing else of it. */
export function pick({ school, person, year, number }: Key): Key {
  return { school, person, year, number };
}

function rowOf({ drawnAt, dueDay: due_day, ...row }: NewDue): Row {
  return {
    ...row,
    drawn_at: drawnAt,
    due_day,
    printed_at: null,
    told_at: null,
    told_as: null,
    told_by: null,
    version: null,
    content: null,
    mail: null,
    mail_failed_at: null,
    ended_at: null,
  };
}

function toDue(row: Row): Due {
  const { school, person, year, number, occasion, category, version, content, mail } = row;
  return {
    school,
    person,
    year,
    number,
    occasion,
    category,
    drawnAt: row.drawn_at,
    dueDay: row.due_day,
    printedAt: row.printed_at,
    toldAt: row.told_at,
    toldAs: row.told_as,
    version,
    content,
    mail,
    mailFailedAt: row.mail_failed_at,
    endedAt: row.ended_at,
  };
}
