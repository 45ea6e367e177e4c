// What somebody was told lately of acts that touch them, as sentences.
import type Koa from 'koa';
import type { LogbooksData } from '../../../views/logbooks/logbooks.tsx';
import { findGrant } from '../../acts/grants.ts';
import { findInspection } from '../../acts/inspections.ts';
import { type Told, toldTo } from '../../acts/told.ts';
import { listAudiences } from '../../directory/audiences.ts';
import { listLogbooks } from '../../directory/logbooks.ts';
import { findSchool } from '../../directory/schools.ts';
import { localeOf } from '../../http/locale.ts';
import { wordsOf } from '../../http/pages.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText, lastDayText } from '../days.ts';
import type { Moment } from '../pages.ts';
import { namesOf, titleOf } from './openings.ts';

const LATELY = 60 * 86_400_000;
const MOST = 20;

/** The newest first, of the last two months. */
export async function newsOf(ctx: Koa.Context, db: Db, { person, at }: Moment): Promise<LogbooksData['news']> {
  const told = (await toldTo(db, person)).filter((one) => one.at > at - LATELY).slice(0, MOST);
  return Promise.all(told.map((one) => sentenceOf(ctx, db, one)));
}

async function sentenceOf(ctx: Koa.Context, db: Db, told: Told): Promise<LogbooksData['news'][number]> {
  const { openings } = wordsOf(localeOf(ctx)).pages;
  const where = { zone: (await findSchool(db, told.school)).zone, locale: localeOf(ctx) };
  const line = (who: string, what: string) => ({
    id: told.id,
    sentence: openings.news[told.what]([who, what]),
    day: dayText(told.at, where),
  });
  if (told.what.startsWith('inspection_')) {
    const { inspector, startsAt, endsAt, motive } = await findInspection(db, told.about);
    const who = (await namesOf(db, [inspector])).get(inspector) ?? '';
    return { ...line(who, openings.fromTo([dayText(startsAt, where), lastDayText(endsAt, where)])), motive };
  }
  if (told.what === 'grant_suspended') {
    const { beneficiary, logbook } = await findGrant(db, told.about);
    return line((await namesOf(db, [beneficiary])).get(beneficiary) ?? '', await nameOf(db, logbook));
  }
  return line('', await nameOf(db, told.about));
}

/** A logbook or a class, as it is called. */
async function nameOf(db: Db, key: string): Promise<string> {
  const [logbook] = await listLogbooks(db, [key]);
  if (logbook) return titleOf(logbook);
  const [audience] = await listAudiences(db, [key]);
  return audience?.label ?? '';
}
