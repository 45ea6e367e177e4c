// GET and POST /school/notices: numbers, the board's day, letters handed out, what an opening asks, the school's own texts.
import type Koa from 'koa';
import { type DoneNotice, type SchoolNoticesData, schoolNoticesPage } from '../../../views/notices/school.tsx';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { schoolYearAt, startOfDay } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { charterOf, recordCharter } from '../../privacy/notices/charter.ts';
import { handOut, lettersWaiting } from '../../privacy/notices/letters.ts';
import { boardDayOf, openingOf, recordBoardDay, recordOpening } from '../../privacy/notices/school.ts';
import { type Share, shareTold } from '../../privacy/notices/share.ts';
import { noticeInForce, writeOwnPart } from '../../privacy/notices/texts.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const faults = ['dates_refused', 'text_missing', 'letters_not_printed', 'unavailable'] as const satisfies RefusalCode[];

export function schoolNotices(portal: Portal): FormPage {
  const { db } = portal;
  return {
    show: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const asked = typeof ctx.query.school === 'string' ? ctx.query.school : undefined;
      const { school, schools } = await requireInformed(db, moment, asked);
      const done = typeof ctx.query.done === 'string' && ctx.query.done in deeds ? ctx.query.done : undefined;
      await show(ctx, db, { moment, school, schools, done: done as DoneNotice | undefined });
    },
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment.person));
      const { school, schools } = await requireInformed(db, moment, field(ctx, 'school'));
      const act = field(ctx, 'act');
      if (!isDeed(act)) throw new Refusal('bad_request', 'expected `act` to be one of the page');
      try {
        await deeds[act](ctx, db, { school: school.uai, by: moment.person, at: moment.at });
      } catch (error) {
        const fault = expected(error, ...faults);
        return show(ctx, db, { moment, school, schools, fault, typed: typedIn(ctx, act) });
      }
      goTo(ctx, `/school/notices?school=${school.uai}&done=${act}`);
    },
  };
}

/** The schools where somebody tells people, and the one that is asked for, or the first. `not_allowed` for anybody else. */
export async function requireInformed(
  db: Db,
  { person, at }: Moment,
  asked: string | undefined,
): Promise<{ school: School; schools: readonly School[] }> {
  const found = await list(db, { person, action: 'inform', type: 'school', when: { at } });
  const schools =
    found.length === 0
      ? []
      : await listSchools(
          db,
          found.map(({ id }) => id),
        );
  const school = asked === undefined ? schools[0] : schools.find(({ uai }) => uai === asked);
  if (!school) throw new Refusal('not_allowed', 'expected somebody who tells the people of a school');
  return { school, schools };
}

/** The purpose of the page's forms, and of those that print. */
export function purposeOf(person: string): string {
  return `school notices ${person}`;
}

interface Act {
  readonly school: string;
  readonly by: string;
  readonly at: number;
}

const deeds: Record<DoneNotice, (ctx: Koa.Context, db: Db, act: Act) => Promise<unknown>> = {
  board: (ctx, db, act) => recordBoardDay(db, { ...act, day: field(ctx, 'day') }),
  handed: (ctx, db, act) => handOut(db, { ...act, group: field(ctx, 'group') }),
  opening: (ctx, db, act) => recordOpening(db, { ...act, opening: openingIn(ctx) }),
  own: (ctx, db, { by, ...act }) => writeOwnPart(db, { ...act, actor: by, text: field(ctx, 'text', 4_000) }),
  charter: (ctx, db, act) =>
    recordCharter(db, { ...act, text: field(ctx, 'text', 6_000), votedDay: field(ctx, 'day') || undefined }),
};

function isDeed(act: string): act is DoneNotice {
  return Object.hasOwn(deeds, act);
}

function openingIn(ctx: Koa.Context): SchoolNoticesData['opening'] {
  const [convention, conventionDay] = [field(ctx, 'convention'), field(ctx, 'conventionDay')];
  return { convention, conventionDay, informedDay: field(ctx, 'informedDay'), officer: field(ctx, 'officer') };
}

/** What was typed in the form that was refused, to be corrected. */
function typedIn(ctx: Koa.Context, act: DoneNotice): Partial<SchoolNoticesData> {
  if (act === 'board') return { boardDay: field(ctx, 'day') };
  if (act === 'opening') return { opening: openingIn(ctx) };
  if (act === 'own') return { own: field(ctx, 'text', 4_000) };
  return act === 'charter' ? { charter: { text: field(ctx, 'text', 6_000), votedDay: field(ctx, 'day') } } : {};
}

interface Shown {
  readonly moment: Moment;
  readonly school: School;
  readonly schools: readonly School[];
  readonly done?: DoneNotice | undefined;
  readonly fault?: RefusalCode | undefined;
  readonly typed?: Partial<SchoolNoticesData>;
}

async function show(ctx: Koa.Context, db: Db, { moment, school, schools, done, fault, typed }: Shown): Promise<void> {
  const { at } = moment;
  const { uai, zone, yearStart } = school;
  const where = { zone, locale: localeOf(ctx) };
  const board = await boardDayOf(db, uai, schoolYearAt(at, yearStart, zone));
  const charter = await charterOf(db, { school: uai, at });
  const data: SchoolNoticesData = {
    token: formToken(ctx, purposeOf(moment.person)),
    school: { uai, name: school.name },
    schools: schools.map((one) => ({
      label: one.name,
      href: `/school/notices?school=${one.uai}`,
      current: one.uai === uai,
    })),
    share: shareData(await shareTold(db, { school: uai, at }), where),
    boardDay: board ?? '',
    boardText: board && dayText(startOfDay(board, zone), where),
    groups: (await lettersWaiting(db, { school: uai, at })).map(({ id, label, letters, printed }) => ({
      id,
      label,
      count: letters.length,
      printed: printed > 0,
    })),
    opening: await openingOf(db, uai),
    own: (await noticeInForce(db, { school: uai, at }))?.own ?? '',
    charter: { text: charter?.text ?? '', votedDay: charter?.votedDay ?? '' },
    done,
    fault,
    ...typed,
  };
  render(ctx, schoolNoticesPage, data, { status: fault ? 422 : 200, query: { school: uai } });
}

function shareData({ nextDay, ...share }: Share, where: { zone: string; locale: Locale }): SchoolNoticesData['share'] {
  return { ...share, nextDay: nextDay && dayText(startOfDay(nextDay, where.zone), where) };
}
