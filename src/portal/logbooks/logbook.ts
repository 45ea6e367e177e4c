// GET and POST /logbooks/:id: who may read a logbook, today or on a past day; and its openings to colleagues.

import type Koa from 'koa';
import { type LogbookData, logbookPage } from '../../../views/logbooks/logbook.tsx';
import type { PastShown, ReadersShown } from '../../../views/logbooks/readers.tsx';
import { dateForms } from '../../../views/text/dates.ts';
import { endOfYear, keeps } from '../../acts/acts.ts';
import { endGrant, findGrant, type Grant, listGrants, offerGrant, refuseGrant, standingOf } from '../../acts/grants.ts';
import { openingDays } from '../../acts/openings.ts';
import { traceLook } from '../../acts/tickets.ts';
import { listLogbooks, type NamedLogbook } from '../../directory/logbooks.ts';
import { findSchool, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { dayOf, isDay, localInstant } from '../../facts/calendar.ts';
import { currentFacts } from '../../facts/facts.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { type Readers, seeReaders, seeReadersAt } from '../../rights/readers.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText, lastDayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { doneIn, isRecent, linesOf, namesOf, openingFaults, titleOf } from './openings.ts';

type Typed = NonNullable<LogbookData['keeping']>['typed'];

interface Where {
  readonly zone: string;
  readonly locale: Locale;
  /** When the school year ends. */
  readonly end: number;
}

interface Given {
  readonly fault?: RefusalCode;
  readonly typed?: Typed;
}

const done = ['offered', 'declined', 'ended'] as const;

export function logbook(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, given: Given = {}): Promise<void> => {
    const { person, at } = moment;
    const shown = await logbookShown(ctx, db);
    const today = await seeReaders(db, { asker: person, logbook: shown.id, at });
    await traceLook(db, { logbook: shown.id, by: person, at });
    const where = { zone: shown.zone, locale: localeOf(ctx), end: await endOfYear(db, shown, at) };
    const past = await pastIn(ctx, db, { ...moment, ...shown });
    const grants = (await listGrants(db, { logbooks: [shown.id] })).filter((grant) => isRecent(grant, at));
    const keeping = await keepingOf(db, shown, moment, where);
    const data: LogbookData = {
      id: shown.id,
      title: titleOf(shown),
      school: shown.schoolName,
      token: formToken(ctx, purposeOf(moment, shown.id)),
      today: readersShown(today, where),
      past,
      openings: await linesOf(ctx, db, keeping ? grants : grants.filter(({ offeredAt }) => offeredAt), at),
      keeping: keeping && { ...keeping, typed: given.typed },
      done: doneIn(ctx, done),
      fault: given.fault,
    };
    const wrong = given.fault || (past.day !== '' && !past.when);
    render(ctx, logbookPage, data, { status: wrong ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const { id } = await logbookShown(ctx, db);
      requireFormToken(ctx, purposeOf(moment, id));
      const typed = { colleague: field(ctx, 'colleague'), from: field(ctx, 'from'), until: field(ctx, 'until') };
      const act = field(ctx, 'act');
      try {
        goTo(ctx, `/logbooks/${id}?done=${await doAct(ctx, db, { ...moment, id, act, typed })}`);
      } catch (error) {
        await show(ctx, moment, { fault: expected(error, ...openingFaults), ...(act === 'offer' && { typed }) });
      }
    },
  };
}

function purposeOf({ person }: Moment, id: string): string {
  return `logbook ${id} ${person}`;
}

type Shown = NamedLogbook & Pick<School, 'zone'>;

/** The logbook of the address; `unknown_logbook` when there is none. */
async function logbookShown(ctx: Koa.Context, db: Db): Promise<Shown> {
  const [found] = await listLogbooks(db, [String(ctx.params.id)]);
  if (!found) throw new Refusal('unknown_logbook', 'expected the address of a logbook');
  return { ...found, zone: (await findSchool(db, found.school)).zone };
}

/** Does what the form says; the word of what was done. */
async function doAct(
  ctx: Koa.Context,
  db: Db,
  { person: by, at, id, act, typed }: Moment & { id: string; act: string; typed: NonNullable<Typed> },
): Promise<(typeof done)[number]> {
  const { zone } = await logbookShown(ctx, db);
  const days = openingDays(typed, { zone, at });
  if (act === 'offer') {
    await offerOnce(db, { logbook: id, beneficiary: typed.colleague, ...days, by, at });
    return 'offered';
  }
  const grant = await findGrant(db, field(ctx, 'grant'));
  if (grant.logbook !== id) throw new Refusal('unknown_grant', 'expected an opening of this logbook');
  if (act === 'accept') {
    const standing = standingOf(grant, at);
    // given up, or declined, in another window: an old page does not bring it back
    if (!['asked', 'offered', 'granted'].includes(standing))
      throw new Refusal('grant_closed', `expected an ask that waits: this one is ${standing}`, { state: standing });
    await offerOnce(db, { logbook: id, beneficiary: grant.beneficiary, until: days.until, by, at });
    return 'offered';
  }
  const [verb, word] = act === 'decline' ? ([refuseGrant, 'declined'] as const) : ([endGrant, 'ended'] as const);
  await verb(db, { grant: grant.id, by, at }).catch(async (error) => doneBefore(error, await isDone(db, grant.id, by)));
  return word;
}

/** Whether the same person has closed it already. */
async function isDone(db: Db, id: string, by: string): Promise<boolean> {
  const { endedBy, decidedBy, state } = await findGrant(db, id);
  return state === 'refused' ? decidedBy === by : endedBy === by;
}

/** A form sent twice, as a double click does, offers once. */
async function offerOnce(db: Db, offer: Parameters<typeof offerGrant>[1]): Promise<void> {
  const { logbook, beneficiary, until, by, at } = offer;
  const same = (one: Grant) => one.offeredBy === by && one.endsAt === until && standingOf(one, at) === 'offered';
  await offerGrant(db, offer).catch(async (error) =>
    doneBefore(error, (await listGrants(db, { logbooks: [logbook], beneficiary })).some(same)),
  );
}

/** Lets a refusal go by when what was asked is so already. */
function doneBefore(error: unknown, isSo: boolean): void {
  if (!isSo || !(error instanceof Refusal)) throw error;
}

/** What is shown of a past instant: nothing, unless the address names one. */
async function pastIn(ctx: Koa.Context, db: Db, { person, at, id, zone, school }: Moment & Shown): Promise<PastShown> {
  const { day = '', time = '' } = ctx.query;
  if (typeof day !== 'string' || typeof time !== 'string' || day === '') return { day: '', time: '09:00' };
  const typed = { day: day.slice(0, 10), time: time.slice(0, 5) };
  const instant =
    isDay(typed.day) && /^\d{2}:\d{2}$/.test(typed.time) ? localInstant(typed.day, typed.time, zone) : Number.NaN;
  if (!(instant <= at)) return typed;
  const found = await seeReadersAt(db, { asker: person, logbook: id, at: instant });
  const where = { zone, locale: localeOf(ctx), end: await endOfYear(db, { school }, instant) };
  const { enforced, known, difference } = found;
  const when = new Intl.DateTimeFormat(dateForms[where.locale], {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: zone,
  });
  return {
    ...typed,
    when: when.format(instant),
    enforced: readersShown(enforced, where),
    known: readersShown(known, where),
    added: readersShown(difference.added, where),
    removed: readersShown(difference.removed, where),
  };
}

/** Readers by reason, in the order of the rules, then those of the archive; the end is said where it is not the year's. */
function readersShown({ staff, families }: Readers, where: Where): ReadersShown {
  const words = wordsOf(where.locale).rules.logbook;
  const by = <Rule extends string>(
    action: Readers['staff'][number]['reasons'][number]['action'],
    sentences: Readonly<Record<Rule, string>>,
  ) =>
    (Object.keys(sentences) as Rule[])
      .map((rule) => ({ rule, why: sentences[rule], people: peopleBy(staff, { action, rule }, where) }))
      .filter(({ people }) => people.length > 0);
  return {
    staff: by('read', words.read),
    archive: by('read_archive', words.read_archive),
    families,
    until: lastDayText(where.end, where),
  };
}

/** Those who read by a rule, each with the end that is not the year's: an archive outlives its year. */
function peopleBy(
  staff: Readers['staff'],
  { action, rule }: { action: string; rule: string },
  where: Where,
): { name: string; until?: string }[] {
  return staff.flatMap(({ name, reasons }) =>
    reasons
      .filter((one) => one.action === action && one.rule === rule)
      .map(({ until = where.end }) => (until === where.end ? { name } : { name, until: lastDayText(until, where) })),
  );
}

/** To whom it may be opened, and until when; nothing for whoever does not keep it. */
async function keepingOf(
  db: Db,
  shown: Shown,
  { person, at }: Moment,
  where: Where,
): Promise<Omit<NonNullable<LogbookData['keeping']>, 'typed'> | undefined> {
  if (!(await keeps(db, person, shown.id, at))) return undefined;
  const { school } = shown;
  const facts = await currentFacts(db, { school, relations: ['post', 'owns'], endingAfter: at });
  const keepers = new Set(
    facts.filter(({ relation, object }) => relation === 'owns' && object === shown.id).map(({ subject }) => subject),
  );
  const posts = facts.filter(
    ({ relation, validFrom, subject }) => relation === 'post' && validFrom <= at && !keepers.has(subject),
  );
  const held = new Map<string, (typeof openTo)[number]>();
  for (const { subject, properties } of posts) {
    const found = openTo.find((one) => one === properties.function);
    if (found) held.set(subject, held.get(subject) ?? found);
  }
  const names = await namesOf(db, [...held.keys()]);
  const { end } = where;
  return {
    colleagues: [...held]
      .map(([id, post]) => ({ id, name: names.get(id) ?? '', function: post }))
      .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
    days: { first: dayOf(at, where.zone), last: dayOf(end - 1, where.zone), lastText: dayText(end - 1, where) },
  };
}

/** Whose posts a logbook may be opened to: see the rule `staff`, which decides. */
const openTo = ['teacher', 'librarian', 'school_life'] as const;
