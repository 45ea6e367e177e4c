// GET /report: what the register said, the notice in force and who could read, for one object and one moment (S2.11).

import type Koa from 'koa';
import { type ReadersShown, type ReportData, type ReportShown, reportPage } from '../../../views/requests/report.tsx';
import { dateForms } from '../../../views/text/dates.ts';
import { listLogbooks } from '../../directory/logbooks.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE, dayOf, isDay, localInstant } from '../../facts/calendar.ts';
import { factsAbout } from '../../facts/facts.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { minorsOf } from '../../privacy/reach.ts';
import { type ReadersBy, type ReadersOf, type Report, reportedOf, reportOn } from '../../privacy/register/report.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { nameOf } from '../data/telling.ts';
import { dayText } from '../days.ts';
import { titleOf } from '../logbooks/openings.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';
import { entryShown } from './registers.ts';

export function report(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const objects = await objectsOf(ctx, db, moment);
    const today = dayOf(moment.at);
    const text = (name: string) => (typeof ctx.query[name] === 'string' ? (ctx.query[name] as string) : '');
    const typed = {
      object: text('object'),
      key: text('key'),
      day: text('day') || today,
      time: text('time') || (text('day') ? '12:00' : timeOf(moment.at)),
    };
    const asked = text('object') !== '' || text('key') !== '';
    const answer = asked ? await answerTo(ctx, db, moment, typed) : {};
    const data: ReportData = { objects, typed, today, ...answer };
    render(ctx, reportPage, data, { status: answer.fault ? 422 : 200, repeatable: true });
  };
}

/** The hour of an instant, as a form takes it: `07:21`. */
function timeOf(at: number): string {
  return new Intl.DateTimeFormat('fr-FR', { hour: '2-digit', minute: '2-digit', timeZone: DEFAULT_ZONE }).format(at);
}

/** What one may choose: oneself, one's children, the logbooks whose readers one sees, one's absences. */
async function objectsOf(ctx: Koa.Context, db: Db, { person, at }: Moment): Promise<ReportData['objects']> {
  const locale = localeOf(ctx);
  const { report: words } = wordsOf(locale).pages.register;
  const children = await minorsOf(db, person, at);
  const seen = await list(db, { person, action: 'see_readers', type: 'logbook', when: { at } });
  const logbooks = await listLogbooks(
    db,
    seen.map(({ id }) => id),
  );
  const absences = await factsAbout(db, 'object', person, at, ['absenceOf']);
  return [
    { value: `person:${person}`, label: words.chooseSelf },
    ...(await Promise.all(
      children.map(async (child) => ({ value: `person:${child}`, label: words.chooseChild(await nameOf(db, child)) })),
    )),
    ...logbooks.map((logbook) => ({ value: `logbook:${logbook.id}`, label: words.logbook(titleOf(logbook)) })),
    ...absences.map(({ subject, validFrom }) => ({
      value: `absence:${subject}`,
      label: words.absence(dayText(validFrom, { zone: DEFAULT_ZONE, locale })),
    })),
  ];
}

async function answerTo(
  ctx: Koa.Context,
  db: Db,
  { person: by, at: now }: Moment,
  { object, key, day, time }: ReportData['typed'],
): Promise<Pick<ReportData, 'fault' | 'report'>> {
  const reported = reportedOf((key || object).trim());
  if (!reported) return { fault: 'unknown' };
  const at = isDay(day) ? localInstant(day, time) : Number.NaN;
  if (Number.isNaN(at) || at > now) return { fault: 'wrongDay' };
  try {
    return { report: await reportShown(ctx, db, await reportOn(db, { object: reported, by, at, now })) };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return { fault: 'unknown' };
    throw error;
  }
}

async function reportShown(ctx: Koa.Context, db: Db, given: Report): Promise<ReportShown> {
  const locale = localeOf(ctx);
  const schools = new Map((await listSchools(db, given.schools)).map((school) => [school.uai, school]));
  const zone = schools.get(given.schools[0] ?? '')?.zone ?? DEFAULT_ZONE;
  const moment = new Intl.DateTimeFormat(dateForms[locale], { dateStyle: 'full', timeStyle: 'short', timeZone: zone });
  const shown = (of: readonly ReadersOf[]) => of.map((one) => readersShown(one, locale, schools));
  const [enforced, known] = [shown(given.enforced), shown(given.known)];
  return {
    when: moment.format(given.at),
    object: await titleOfObject(db, given, locale),
    entries: given.entries.map((entry) => entryShown(entry, locale)),
    notices: given.notices.map(({ school, notice }) => ({
      school: schools.get(school)?.name ?? school,
      ...(notice && {
        version: notice.version,
        since: dayText(notice.from, { zone, locale }),
        href: `/notices/${notice.version}?school=${school}`,
      }),
    })),
    enforced,
    ...(JSON.stringify(enforced) !== JSON.stringify(known) && { known }),
  };
}

async function titleOfObject(db: Db, { object, schools }: Report, locale: Locale): Promise<string> {
  const { report: words } = wordsOf(locale).pages.register;
  if (object.type === 'person') return words.chooseChild(await nameOf(db, object.id));
  if (object.type === 'absence') return `absence ${object.id}, ${schools.join(', ')}`;
  const [logbook] = await listLogbooks(db, [object.id]);
  return words.logbook(logbook ? titleOf(logbook) : object.id);
}

function readersShown(
  { about, readers }: ReadersOf,
  locale: Locale,
  schools: ReadonlyMap<string, { readonly name: string }>,
): ReadersShown {
  const text = wordsOf(locale);
  const { report: words } = text.pages.register;
  const type = about?.type ?? 'logbook';
  const archived = about?.action === 'read_archive';
  const reads: Readonly<Record<string, string>> = {
    ...text.rules.lesson.read,
    ...text.rules.absence.read,
    ...text.rules.absence.read_today,
    ...text.rules.logbook.read_archive,
    ...text.rules.logbook.read,
    ...(type === 'lesson' && text.rules.lesson.read),
    ...(type === 'absence' && text.rules.absence.read),
    ...(archived && text.rules.logbook.read_archive),
  };
  const why = (category: ReadersBy['category']) =>
    category === 'pupil' || category === 'guardian' ? words.families[category] : (reads[category] ?? category);
  const count = ({ count, few }: ReadersBy) =>
    few ? words.fewerThanTen : count === undefined ? words.categoryOnly : words.count(String(count));
  return {
    ...(about && {
      about: [schools.get(about.school)?.name ?? '', words.as[about.as], ...(archived ? [words.archived] : [])].join(
        ', ',
      ),
    }),
    readers: readers.map((one) => ({ why: why(one.category), count: count(one) })),
  };
}
