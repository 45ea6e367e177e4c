// GET /school/opening: what the schools of a member of staff have on record to open, and what is missing.
import type Koa from 'koa';
import { openingPage, type SchoolOpening } from '../../../views/notices/opening.tsx';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { schoolYearAt, startOfDay } from '../../facts/calendar.ts';
import { factsAbout } from '../../facts/facts.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { charterOf } from '../../privacy/notices/charter.ts';
import { boardDayOf, openingOf } from '../../privacy/notices/school.ts';
import { currentVersions, noticeInForce } from '../../privacy/notices/texts.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';

export function schoolOpening(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const schools = await schoolsOfStaff(db, moment);
    if (schools.length === 0) throw new Refusal('not_allowed', 'expected a member of the staff of a school');
    const locale = localeOf(ctx);
    const informed = await list(db, {
      person: moment.person,
      action: 'inform',
      type: 'school',
      when: { at: moment.at },
    });
    const data = {
      schools: await Promise.all(
        schools.map(async (school) => ({
          ...(await ofSchool(db, school, { at: moment.at, locale })),
          records: informed.some(({ id }) => id === school.uai),
        })),
      ),
    };
    render(ctx, openingPage, data);
  };
}

/** Where somebody holds a post, or runs the school. */
export async function schoolsOfStaff(db: Db, { person, at }: Moment): Promise<School[]> {
  const posts = await factsAbout(db, 'subject', person, at, ['post', 'heads', 'deputises', 'secretary']);
  const uais = [...new Set(posts.map(({ school }) => school))];
  return uais.length > 0 ? listSchools(db, uais) : [];
}

/** How much a school lacks to open: of the convention, the board told, the officer, the notice, and this year's meeting. */
export async function lackingAt(db: Db, school: School, at: number): Promise<number> {
  const { convention, conventionDay, informedDay, officer } = await openingOf(db, school.uai);
  const notice = (await currentVersions(db, [school.uai])).size > 0;
  const there = [convention && conventionDay, informedDay, officer, notice, await hasBoardDay(db, school, at)];
  return there.filter((one) => !one).length;
}

/** Whether this school year's meeting of the board is on record: asked for again at each new year. */
export async function hasBoardDay(db: Db, { uai, yearStart, zone }: School, at: number): Promise<boolean> {
  return (await boardDayOf(db, uai, schoolYearAt(at, yearStart, zone))) !== undefined;
}

async function ofSchool(
  db: Db,
  { uai, name, degree, zone, yearStart }: School,
  { at, locale }: { at: number; locale: Locale },
): Promise<Omit<SchoolOpening, 'records'>> {
  const read = (day: string) => dayText(startOfDay(day, zone), { zone, locale });
  const opening = await openingOf(db, uai);
  const board = await boardDayOf(db, uai, schoolYearAt(at, yearStart, zone));
  const notice = await noticeInForce(db, { school: uai, at });
  const charter = await charterOf(db, { school: uai, at });
  const { convention, conventionDay, informedDay, officer } = opening;
  return {
    uai,
    name,
    degree,
    convention: convention && conventionDay ? { reference: convention, day: read(conventionDay) } : undefined,
    informed: informedDay ? read(informedDay) : undefined,
    board: board === undefined ? undefined : read(board),
    notice: notice && { version: notice.version, from: dayText(notice.from, { zone, locale }) },
    officer: officer || undefined,
    charter: charter && { votedOn: charter.votedDay === undefined ? undefined : read(charter.votedDay) },
  };
}
