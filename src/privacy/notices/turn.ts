// When a school year begins, whoever leads a school is told by mail: what share was reached last year, and that the board's day is to be entered.
import { audit } from '../../audit/audit.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { schoolYear, schoolYearAt } from '../../facts/calendar.ts';
import { currentFacts, lockSchool } from '../../facts/facts.ts';
import { queueMail } from '../../mail/mail.ts';
import { type Db, inTransaction } from '../../storage/storage.ts';
import { boardDayOf } from './school.ts';
import { type Portion, shareTold } from './share.ts';

/** How long after the year's first day it is still told, in milliseconds: a house that opens in mid-year writes to nobody. */
const TOLD_WITHIN = 60 * 86_400_000;

/** Tells those who lead a school once for each year; a school that nobody leads yet is tried again. Returns how many mails. */
export async function tellTurn(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  let queued = 0;
  for (const school of await schoolsTurning(db, at)) {
    if (stop?.aborted) break;
    queued += await tellSchool(db, school, at);
  }
  return queued;
}

/** The schools whose year has begun lately, and whose heads were not told. */
async function schoolsTurning(db: Db, at: number): Promise<School[]> {
  const turning = (await listSchools(db)).filter((school) => at < yearOf(school, at).from + TOLD_WITHIN);
  if (turning.length === 0) return [];
  const rows: { school: string; year: number }[] = await db('notice_turn').select('school', 'year');
  const told = new Set(rows.map(({ school, year }) => `${school} ${year}`));
  return turning.filter((school) => !told.has(`${school.uai} ${yearOf(school, at).year}`));
}

async function tellSchool(db: Db, school: School, at: number): Promise<number> {
  const { uai, name } = school;
  const { year, from } = yearOf(school, at);
  const share = await shareTold(db, { school: uai, at: from - 1 });
  return inTransaction(db, async (tx) => {
    await lockSchool(tx, uai);
    if (await tx('notice_turn').where({ school: uai, year }).first('year')) return 0;
    const leading = await leadersOf(tx, uai, at);
    if (leading.length === 0) return 0;
    const board = (await boardDayOf(tx, uai, year)) ?? '';
    const data = { name, years: `${year - 1}-${year}`, reached: textOf(share.all?.told), board };
    for (const person of leading) await queueMail(tx, { person, template: 'yearTurn', data, at });
    await tx('notice_turn').insert({ school: uai, year, at });
    await audit(tx, { at, event: 'notice.turn_told', actor: 'system', school: uai, details: { year } });
    return leading.length;
  });
}

async function leadersOf(tx: Db, school: string, at: number): Promise<string[]> {
  const facts = await currentFacts(tx, { school, relations: ['heads', 'post'], endingAfter: at });
  const leads = facts.filter(
    ({ relation, properties, validFrom }) =>
      validFrom <= at && (relation === 'heads' || properties.function === 'direction'),
  );
  return [...new Set(leads.map(({ subject }) => subject))].sort();
}

function yearOf({ yearStart, zone }: School, at: number): { year: number; from: number } {
  const year = schoolYearAt(at, yearStart, zone);
  return { year, from: schoolYear(year, yearStart, zone).from };
}

/** `34` per cent, in words where the numbers are small, or nothing for a school too small for a figure. */
function textOf(told: Portion | undefined): string {
  if (told === undefined) return '';
  return typeof told === 'string' ? told : String(told.percent);
}
