// What a school has on record to open its digital workspace, and when its board speaks of it each year.
import { audit } from '../../audit/audit.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { isDay, schoolYearAt } from '../../facts/calendar.ts';
import { lockSchool } from '../../facts/facts.ts';
import { type Db, inPieces, inTransaction } from '../../storage/storage.ts';

/** Days are YYYY-MM-DD; what is empty is missing. */
export interface Opening {
  /** The reference of the convention, and the day it was signed. */
  readonly convention: string;
  readonly conventionDay: string;
  /** The day on which the board was told of the opening. */
  readonly informedDay: string;
  /** How to reach the data protection officer. */
  readonly officer: string;
}

const nothing: Opening = { convention: '', conventionDay: '', informedDay: '', officer: '' };

const LONGEST = 500;

/** Who records something for a school, and when. */
export interface Recording {
  /** The UAI. */
  readonly school: string;
  /** The key of a person, or `operator`. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/** What is on record at a school. */
export async function openingOf(db: Db, school: string): Promise<Opening> {
  return (await openingsOf(db, [school])).get(school) ?? nothing;
}

/** What is on record at several schools; those with nothing are left out. */
export async function openingsOf(db: Db, schools: readonly string[]): Promise<Map<string, Opening>> {
  const found = new Map<string, Opening>();
  for (const piece of inPieces([...new Set(schools)]))
    for (const row of await db('school_opening').whereIn('school', piece).orderBy(['school', 'number']))
      found.set(row.school, {
        convention: row.convention ?? '',
        conventionDay: row.convention_day ?? '',
        informedDay: row.informed_day ?? '',
        officer: row.officer ?? '',
      });
  return found;
}

/** What a school lacks. */
export function missingOf(opening: Opening): (keyof Opening)[] {
  return (Object.keys(nothing) as (keyof Opening)[]).filter((name) => opening[name] === '');
}

/** Records what a school has, in place of what it had; what was stays known. `dates_refused` for what is no day. */
export async function recordOpening(db: Db, { opening, ...who }: Recording & { opening: Opening }): Promise<void> {
  const { school, by, at } = who;
  const { convention, conventionDay, informedDay, officer } = trimmed(opening);
  for (const day of [conventionDay, informedDay]) if (day !== '') requireDay(day);
  await inTransaction(db, async (tx) => {
    await findSchool(tx, school);
    await lockSchool(tx, school);
    const next = { convention, conventionDay, informedDay, officer };
    if (JSON.stringify(await openingOf(tx, school)) === JSON.stringify(next)) return;
    const number = await nextNumber(tx, 'opening', { school });
    await tx('school_opening').insert({
      school,
      number,
      convention: convention || null,
      convention_day: conventionDay || null,
      informed_day: informedDay || null,
      officer: officer || null,
      actor: by,
      at,
    });
    const missing = missingOf(next).length;
    await audit(tx, { at, event: 'school.opening_recorded', actor: by, school, details: { missing } });
  });
}

/** The day of the board's meeting of a school year; none when it is not on record. */
export async function boardDayOf(db: Db, school: string, year: number): Promise<string | undefined> {
  const row = await db('notice_board').where({ school, year }).orderBy('number', 'desc').first('day');
  return row?.day;
}

/** Records the day of the board's meeting of the school year that an instant is in. `dates_refused` for a day outside it. */
export async function recordBoardDay(db: Db, { day, school, by, at }: Recording & { day: string }): Promise<void> {
  requireDay(day);
  await inTransaction(db, async (tx) => {
    const { yearStart, zone } = await findSchool(tx, school);
    const year = schoolYearAt(at, yearStart, zone);
    const from = `${year}-${yearStart}`;
    if (day < from || day >= `${year + 1}-${yearStart}`)
      throw new Refusal('dates_refused', `expected a day of the school year that began on \`${from}\``);
    await lockSchool(tx, school);
    if ((await boardDayOf(tx, school, year)) === day) return;
    const number = await nextNumber(tx, 'board', { school, year });
    await tx('notice_board').insert({ school, year, number, day, actor: by, at });
    await audit(tx, { at, event: 'notice.board_recorded', actor: by, school, details: { year, day } });
  });
}

async function nextNumber(tx: Db, of: 'opening' | 'board', where: Record<string, string | number>): Promise<number> {
  const query = of === 'opening' ? tx('school_opening') : tx('notice_board');
  const row = await query.where(where).max({ number: 'number' }).first();
  return Number(row?.number ?? 0) + 1;
}

function trimmed(opening: Opening): Opening {
  const entries = Object.entries(opening).map(([name, text]) => [name, String(text).trim().slice(0, LONGEST)]);
  return { ...nothing, ...Object.fromEntries(entries) } as Opening;
}

function requireDay(day: string): void {
  if (!isDay(day)) throw new Refusal('dates_refused', `expected a day such as 2026-11-12, not \`${day}\``);
}
