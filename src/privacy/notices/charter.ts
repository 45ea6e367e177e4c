// The charter of a school: its own text, voted or not binding; and who accepted it, which only they can ask.
import { audit } from '../../audit/audit.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { dayOf, isDay } from '../../facts/calendar.ts';
import { lockSchool } from '../../facts/facts.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import type { Recording } from './school.ts';
import { keepText, textsOf } from './texts.ts';

export interface Charter {
  readonly school: string;
  /** What the text is called: its hash. */
  readonly hash: string;
  readonly text: string;
  /** The day of the board's vote, YYYY-MM-DD; none: not voted, not binding. */
  readonly votedDay: string | undefined;
  /** UTC milliseconds. */
  readonly recordedAt: number;
}

/** The charter of a school at an instant; none before the first. */
export async function charterOf(db: Db, { school, at }: { school: string; at: number }): Promise<Charter | undefined> {
  const row = await db('charter').where({ school }).where('at', '<=', at).orderBy('number', 'desc').first();
  if (!row) return undefined;
  const text = (await textsOf(db, [row.hash])).get(row.hash) ?? '';
  return { school, hash: row.hash, text, votedDay: row.voted_day ?? undefined, recordedAt: row.at };
}

/**
 * Records the charter of a school, and the day of its vote when it has one. `text_missing` for an empty text, `dates_refused`
 * for a vote that is no day, or is still to come.
 */
export async function recordCharter(
  db: Db,
  { school, by, at, text, votedDay }: Recording & { text: string; votedDay: string | undefined },
): Promise<void> {
  const body = text.replaceAll('\r\n', '\n').trim();
  if (body === '') throw new Refusal('text_missing', 'expected the text of the charter');
  await inTransaction(db, async (tx) => {
    const { zone } = await findSchool(tx, school);
    if (votedDay !== undefined && (!isDay(votedDay) || votedDay > dayOf(at, zone)))
      throw new Refusal('dates_refused', 'expected the day of a vote that has been held');
    await lockSchool(tx, school);
    const hash = await keepText(tx, body, at);
    const before = await tx('charter').where({ school }).orderBy('number', 'desc').first();
    if (before?.hash === hash && (before.voted_day ?? undefined) === votedDay) return;
    const number = (before?.number ?? 0) + 1;
    await tx('charter').insert({ school, number, hash, voted_day: votedDay ?? null, actor: by, at });
    await audit(tx, { at, event: 'charter.recorded', actor: by, school, details: { voted: votedDay !== undefined } });
  });
}

/** When somebody accepted a charter; none when they have not, or took it back. To be told to them alone. */
export async function acceptanceOf(
  db: Db,
  { person, school, hash }: { person: string; school: string; hash: string },
): Promise<number | undefined> {
  const row = await db('charter_acceptance').where({ person, school, hash, withdrawn_at: null }).first('at');
  return row?.at;
}

/** Keeps somebody's acceptance of the charter of a school as it stands, or takes it back; a second time changes nothing. */
export async function answerCharter(
  db: Db,
  { person, school, hash, answer, at }: Answer & { answer: 'accept' | 'withdraw'; at: number },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    if ((await charterOf(tx, { school, at }))?.hash !== hash)
      throw new Refusal('not_found', 'expected the charter as it stands');
    const key = { person, school, hash };
    const accepted = (await acceptanceOf(tx, key)) !== undefined;
    if (accepted === (answer === 'accept')) return;
    if (answer === 'accept')
      await tx('charter_acceptance')
        .insert({ ...key, at, withdrawn_at: null })
        .onConflict(['person', 'school', 'hash'])
        .merge();
    else await tx('charter_acceptance').where(key).update({ withdrawn_at: at });
    // what was answered is nobody else's business, not even the trail's
    await audit(tx, { at, event: 'charter.answered', actor: person, subject: person });
  });
}

interface Answer {
  readonly person: string;
  readonly school: string;
  readonly hash: string;
}
