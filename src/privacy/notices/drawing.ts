// Drawing up who is to be told at a school, from its facts, its year and its notice: again only when one of them has changed.
import { setTimeout } from 'node:timers/promises';
import { audit } from '../../audit/audit.ts';
import { joinedTo } from '../../directory/persons.ts';
import { findSchool, listSchools } from '../../directory/schools.ts';
import { dayOf, schoolYear, schoolYearAt } from '../../facts/calendar.ts';
import { revisionOf } from '../../facts/facts.ts';
import { revisionsAt } from '../../facts/history.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { dueDay } from '../requests/clock.ts';
import { addDue, type Due, endDue, isWaiting, knownBefore, type NewDue, rowsOfYear, waitingAt } from './queue.ts';
import { heldAt } from './reasons.ts';
import { currentVersions } from './texts.ts';

const LAST_DAY = '9999-12-31';

/**
 * Draws up who is to be told at a school from its facts: everybody with a reason there has been told this year what the
 * notice says, or has a row with its last day. Rows of those who left untold end. Whoever was told under a record that is
 * joined to theirs was told; what that record waited for is theirs, and no later. Does nothing when neither facts, year nor
 * notice have changed since; two at once draw each row once.
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
    const joined = await joinedRecords(
      tx,
      held.map(({ person }) => person),
    );
    const selves = (person: string) => [person, ...(joined.get(person) ?? [])];
    const owed = (row: Due) => row.year < year || joined.records.has(row.person);
    const overdue = new Map(waiting.filter(owed).map((row) => [row.person, row.dueDay]));
    const toldElsewhere: Due[] = [];
    const starts = schoolYear(year, yearStart, zone).from;
    const fresh: NewDue[] = [];
    for (const { person, category, since } of held) {
      const rows = before.get(person) ?? [];
      const others = (joined.get(person) ?? []).flatMap((record) => before.get(record) ?? []);
      if (others.some((row) => isTelling(row, scan.content))) {
        toldElsewhere.push(...rows.filter((row) => isWaiting(row) && row.mail === null));
        continue;
      }
      if (rows.some((row) => tells(row, scan.content))) continue;
      const told = [...rows, ...others].some((row) => row.toldAt !== null);
      const known = selves(person).some((one) => olds.has(one));
      const occasion = told ? 'change' : known ? 'year' : 'arrival';
      // whoever comes back is new again
      const firstKnown = rows.length > 0 ? since.present : since.first;
      const from = { change: notice?.from ?? at, year: Math.max(firstKnown, starts), arrival: firstKnown }[occasion];
      const received = dayOf(from, zone);
      // what was not said in time last year, or under another record, is no less late now
      const days = [dueDay({ received, extended: occasion === 'year' }), LAST_DAY];
      for (const one of selves(person)) days.push(overdue.get(one) ?? LAST_DAY);
      const key = { school, person, year, number: rows.length + 1 };
      fresh.push({ ...key, occasion, category, drawnAt: at, dueDay: days.sort()[0]! });
    }
    const present = new Set(held.map(({ person }) => person));
    const left = waiting.filter((row) => row.mail === null && (row.year < year || !present.has(row.person)));
    const [drawn, ended] = [await addDue(tx, fresh), await endDue(tx, [...left, ...toldElsewhere], at)];
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

/** Whether a row tells, or is to tell, what the notice says now: one that is under way with another text does not. */
function tells(row: Due, content: string): boolean {
  return row.endedAt === null && (row.content === content || (row.toldAt === null && row.content === null));
}

/** Whether it has told so, or a mail that does is under way. */
function isTelling(row: Due, content: string): boolean {
  return row.endedAt === null && row.content === content && (row.toldAt !== null || row.mail !== null);
}

/** The records that are joined to each of several persons. */
async function joinedRecords(tx: Db, persons: readonly string[]) {
  const holders = await joinedTo(tx, persons);
  const byHolder = new Map<string, string[]>();
  for (const [record, holder] of holders) byHolder.set(holder, [...(byHolder.get(holder) ?? []), record]);
  return { get: (holder: string) => byHolder.get(holder), records: new Set(holders.keys()) };
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
