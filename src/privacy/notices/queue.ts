// Who must be told that a school holds data about them, by when, and who was: one row for each time.
import { setTimeout } from 'node:timers/promises';
import { audit } from '../../audit/audit.ts';
import { findSchool, listSchools } from '../../directory/schools.ts';
import { dayOf, schoolYear, schoolYearAt } from '../../facts/calendar.ts';
import { revisionOf } from '../../facts/facts.ts';
import { revisionsAt } from '../../facts/history.ts';
import { type Db, inPieces, inTransaction } from '../../storage/storage.ts';
import { dueDay } from '../requests/clock.ts';
import { type Category, heldAt } from './reasons.ts';
import { currentVersions } from './texts.ts';

const LAST_DAY = '9999-12-31';

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

/**
 * Draws up who is to be told at a school from its facts: everybody with a reason there has been told this year what the
 * notice says, or has a row with its last day. Rows of those who left untold end. Does nothing when neither facts, year
 * nor notice have changed since; two at once draw each row once.
 */
export async function drawUp(
  db: Db,
  { school, at }: { school: string; at: number },
): Promise<{ drawn: number; ended: number }> {
  const { yearStart, zone } = await findSchool(db, school);
  const year = schoolYearAt(at, yearStart, zone);
  return inTransaction(db, async (tx) => {
    const notice = (await currentVersions(tx, [school])).get(school);
    const scan = { revision: await revisionOf(tx, school), year, content: notice?.content ?? '' };
    if (await isDrawn(tx, school, scan)) return { drawn: 0, ended: 0 };
    const held = await heldAt(tx, school, at);
    const [before, olds] = [await rowsOfYear(tx, school, year), await knownBefore(tx, school, year)];
    const waiting = await waitingAt(tx, school);
    const overdue = new Map(waiting.filter((row) => row.year < year).map((row) => [row.person, row]));
    const starts = schoolYear(year, yearStart, zone).from;
    const fresh: Row[] = [];
    for (const { person, category, since } of held) {
      const rows = before.get(person) ?? [];
      if (rows.some((row) => tells(row, scan.content))) continue;
      const told = rows.some((row) => row.toldAt !== null);
      const occasion = told ? 'change' : olds.has(person) ? 'year' : 'arrival';
      // whoever comes back is new again
      const known = rows.length > 0 ? since.present : since.first;
      const from = { change: notice?.from ?? at, year: Math.max(known, starts), arrival: known }[occasion];
      const received = dayOf(from, zone);
      // what was not said in time last year is no less late this year
      const days = [dueDay({ received, extended: occasion === 'year' }), overdue.get(person)?.dueDay ?? LAST_DAY];
      const key = { school, person, year, number: rows.length + 1 };
      fresh.push(rowOf({ ...key, occasion, category, drawnAt: at, dueDay: days.sort()[0]! }));
    }
    const present = new Set(held.map(({ person }) => person));
    const left = waiting.filter((row) => row.mail === null && (row.year < year || !present.has(row.person)));
    const [drawn, ended] = [await insert(tx, fresh), await endRows(tx, left, at)];
    await tx('notice_scan')
      .insert({ school, ...scan })
      .onConflict('school')
      .merge();
    if (drawn + ended > 0)
      await audit(tx, { at, event: 'notice.drawn', actor: 'system', school, details: { year, drawn, ended } });
    return { drawn, ended };
  });
}

/** Draws up every school where facts, year or notice have changed since it was. */
export async function drawUpAll(db: Db, at: number, stop?: AbortSignal): Promise<{ drawn: number; ended: number }> {
  const schools = await listSchools(db);
  const revisions = await revisionsAt(
    db,
    schools.map(({ uai }) => uai),
    at,
  );
  const notices = await currentVersions(db);
  const scans = new Map(((await db('notice_scan')) as (Scan & { school: string })[]).map((row) => [row.school, row]));
  const all = { drawn: 0, ended: 0 };
  for (const { uai: school, yearStart, zone } of schools) {
    if (stop?.aborted) break;
    const year = schoolYearAt(at, yearStart, zone);
    const now = { revision: revisions.get(school) ?? 0, year, content: notices.get(school)?.content ?? '' };
    if (isSame(scans.get(school), now)) continue;
    const began = performance.now();
    const { drawn, ended } = await drawUp(db, { school, at });
    all.drawn += drawn;
    all.ended += ended;
    // a first round over many schools takes its time: there is a month, and people wait for their pages
    const took = performance.now() - began;
    if (took > BRIEF_MS && !stop?.aborted)
      await setTimeout(took * REST, undefined, { ...(stop && { signal: stop }) }).catch(() => undefined);
  }
  return all;
}

/** A school that takes less is followed by the next at once; others by a rest, that many times as long. */
const BRIEF_MS = 100;
const REST = 4;

/** Whether somebody has yet to be told, and still is to be. */
export function isWaiting({ toldAt, endedAt }: Due): boolean {
  return toldAt === null && endedAt === null;
}

/** Whether a row tells, or is to tell, what the notice says now: one that is under way with another text does not. */
function tells(row: Due, content: string): boolean {
  return row.endedAt === null && (row.content === content || (row.toldAt === null && row.content === null));
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

/** What a school was drawn up from. */
interface Scan {
  readonly revision: number;
  readonly year: number;
  readonly content: string;
}

async function isDrawn(tx: Db, school: string, scan: Scan): Promise<boolean> {
  return isSame((await tx('notice_scan').where({ school }).first()) as Scan | undefined, scan);
}

function isSame(before: Scan | undefined, now: Scan): boolean {
  return before?.revision === now.revision && before.year === now.year && before.content === now.content;
}

/** Who was told at the school in a year before: the school is not new to them. */
async function knownBefore(tx: Db, school: string, year: number): Promise<Set<string>> {
  const rows = await tx('notice_due')
    .where({ school })
    .where('year', '<', year)
    .whereNotNull('told_at')
    .distinct('person');
  return new Set(rows.map(({ person }: { person: string }) => person));
}

async function insert(tx: Db, rows: readonly Row[]): Promise<number> {
  let written = 0;
  for (const piece of inPieces(rows))
    written += (
      await tx('notice_due')
        .insert(piece)
        .onConflict(['school', 'person', 'year', 'number'])
        .ignore()
        .returning('person')
    ).length;
  return written;
}

async function endRows(tx: Db, rows: readonly Due[], at: number): Promise<number> {
  let ended = 0;
  for (const row of rows)
    ended += await tx('notice_due')
      .where({ ...pick(row), told_at: null, ended_at: null })
      .update({ ended_at: at });
  return ended;
}

function rowOf({
  drawnAt,
  dueDay: due_day,
  ...row
}: Key & Pick<Due, 'occasion' | 'category' | 'drawnAt' | 'dueDay'>): Row {
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
