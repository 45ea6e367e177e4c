// GET /notices and /notices/:version: what is held, in the words of the reader, at their school; past versions by name.
import type Koa from 'koa';
import { type Choice, type NoticePageData, noticeTextPage } from '../../../views/notices/notice.tsx';
import { acknowledgedBy } from '../../accounts/notices.ts';
import { findPerson } from '../../directory/persons.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { startOfDay } from '../../facts/calendar.ts';
import { factsAbout } from '../../facts/facts.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { listModules } from '../../oidc/modules.ts';
import { levelFor } from '../../privacy/notices/ages.ts';
import { type Level, levels } from '../../privacy/notices/document.ts';
import { dueTo, isWaiting } from '../../privacy/notices/queue.ts';
import { categoryAmong, reasons } from '../../privacy/notices/reasons.ts';
import { openingOf } from '../../privacy/notices/school.ts';
import {
  GENERAL,
  type NoticeVersion,
  noticeHistory,
  noticeInForce,
  noticeVersion,
} from '../../privacy/notices/texts.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import type { Portal } from '../pages.ts';
import { boardText, paragraphsOf } from './texts.ts';

/** Who reads, and of which schools they may choose; nobody for a visitor. */
interface Reader {
  readonly person?: string | undefined;
  readonly schools: readonly School[];
  readonly at: number;
  readonly locale: Locale;
}

/** GET /notices?school=UAI&level=LEVEL: open to everybody, signed in or not. */
export function notices(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { db } = portal;
    const reader = await readerOf(ctx, portal);
    const asked = textOf(ctx.query.school).toUpperCase();
    const school = await schoolAsked(db, reader, asked);
    const own = school && (await noticeInForce(db, { school: school.uai, at: reader.at }));
    const notice = own ?? (await noticeInForce(db, { school: GENERAL, at: reader.at }));
    if (!notice) throw new Refusal('unavailable', 'expected a notice in force');
    const unknown = asked !== '' && school === undefined;
    await show(ctx, portal, { reader, notice, school: own ? school : undefined, unknown });
  };
}

/** GET /notices/:version: a text by its name, in force or not. */
export function noticePast(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { db } = portal;
    const reader = await readerOf(ctx, portal);
    const asked = textOf(ctx.query.school).toUpperCase();
    const notice = await noticeVersion(db, String(ctx.params.version), asked || undefined);
    if (!notice?.document.fr?.adult) throw new Refusal('not_found', 'expected a version of a notice');
    const [school] = await listSchools(db, [notice.school]);
    // the same words may stand at many schools: the name of one is said only to whoever asked for it
    await show(ctx, portal, { reader, notice, school: asked ? school : undefined, unknown: false });
  };
}

interface Shown {
  readonly reader: Reader;
  readonly notice: NoticeVersion;
  readonly school: School | undefined;
  readonly unknown: boolean;
}

async function show(ctx: Koa.Context, { db }: Portal, { reader, notice, school, unknown }: Shown): Promise<void> {
  const { locale, at, person } = reader;
  const level = await levelAsked(ctx, db, reader, school);
  const where = { zone: school?.zone ?? 'Europe/Paris', locale };
  const query = { ...(school && { school: school.uai }), level };
  const link = (more: Record<string, string>): string => `${ctx.path}?${new URLSearchParams({ ...query, ...more })}`;
  const words = wordsOf(locale).pages.notices;
  const data: NoticePageData = {
    level,
    levels: levels.map((one) => ({ label: words.levels[one], href: link({ level: one }), current: one === level })),
    schools: ctx.params.version === undefined ? choicesOf(reader, school, level) : [],
    school: school && { uai: school.uai, name: school.name, degree: school.degree },
    sections: notice.document[locale][level],
    own: paragraphsOf(notice.own ?? ''),
    officer: school ? (await openingOf(db, school.uai)).officer : '',
    board: school && (await boardText(db, school, at, locale)),
    version: notice.version,
    from: dayText(notice.from, where),
    until: notice.until === undefined ? undefined : dayText(notice.until, where),
    present: `/notices?${new URLSearchParams(query)}`,
    history: await historyOf(db, notice, where, level),
    told: person ? await toldLines(db, person, school, where) : [],
    read: person ? await readLines(db, person, where) : [],
    asksSchool: person === undefined && ctx.params.version === undefined,
    unknown,
  };
  render(ctx, noticeTextPage, data, { query });
}

async function readerOf(ctx: Koa.Context, { db, provider }: Portal): Promise<Reader> {
  const session = await provider.session(ctx);
  const at = Date.now();
  const locale = localeOf(ctx);
  if (!session) return { schools: [], at, locale };
  const uais = (await factsAbout(db, 'subject', session.person, at, reasons)).map(({ school }) => school);
  return { person: session.person, schools: await listSchools(db, [...new Set(uais)]), at, locale };
}

/** The school that is asked for, or the reader's first. */
async function schoolAsked(db: Db, reader: Reader, asked: string): Promise<School | undefined> {
  if (asked === '') return reader.schools[0];
  return (await listSchools(db, [asked]))[0];
}

/** The level that is asked for, or that of the reader's age; an adult's for a visitor. */
async function levelAsked(ctx: Koa.Context, db: Db, reader: Reader, school: School | undefined): Promise<Level> {
  const asked = levels.find((level) => level === ctx.query.level);
  if (asked) return asked;
  const { person, at } = reader;
  const place = school ?? reader.schools[0];
  if (!person || !place) return 'adult';
  const facts = await factsAbout(db, 'subject', person, at, reasons);
  const category = categoryAmong(facts.map(({ relation }) => relation));
  const { birthDate } = await findPerson(db, person);
  return levelFor({ birthDate, category, degree: place.degree }, { at, zone: place.zone });
}

function choicesOf({ schools }: Reader, school: School | undefined, level: Level): Choice[] {
  return schools.map(({ uai, name }) => ({
    label: name,
    href: `/notices?${new URLSearchParams({ school: uai, level })}`,
    current: uai === school?.uai,
  }));
}

async function historyOf(
  db: Db,
  { school, version }: NoticeVersion,
  where: { zone: string; locale: Locale },
  level: Level,
): Promise<NoticePageData['history']> {
  const past = (await noticeHistory(db, school)).filter((one) => one.until !== undefined && one.version !== version);
  const query = new URLSearchParams({ ...(school !== GENERAL && { school }), level });
  return past.map((one) => ({
    version: one.version,
    from: dayText(one.from, where),
    until: dayText(one.until ?? one.from, where),
    href: `/notices/${one.version}?${query}`,
  }));
}

/** When the reader was told at a school, and by when they will be. */
async function toldLines(
  db: Db,
  person: string,
  school: School | undefined,
  where: { zone: string; locale: Locale },
): Promise<string[]> {
  const { notice: words } = wordsOf(where.locale).pages.notices;
  const rows = (await dueTo(db, person)).filter((row) => row.school === school?.uai && row.endedAt === null);
  return rows.map((row) => {
    if (isWaiting(row)) return words.toldDue([dayText(startOfDay(row.dueDay, where.zone), where)]);
    const sentence = row.toldAs === 'mail' ? words.toldMail : words.toldLetter;
    return sentence([dayText(row.toldAt ?? row.drawnAt, where), row.version ?? '']);
  });
}

/** The services whose notice the reader has seen at sign-in. */
async function readLines(db: Db, person: string, where: { zone: string; locale: Locale }): Promise<string[]> {
  const { notice: words } = wordsOf(where.locale).pages.notices;
  const names = new Map((await listModules(db)).map(({ id, name }) => [id, name]));
  const seen = await acknowledgedBy(db, person);
  const newest = seen.filter((one, index) => seen.findIndex(({ client }) => client === one.client) === index);
  return newest.map(({ client, at }) => words.readOn([names.get(client) ?? client, dayText(at, where)]));
}

/** A NUL, which no database keeps, becomes a sign that no code holds. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().replaceAll('\0', '\uFFFD') : '';
}
