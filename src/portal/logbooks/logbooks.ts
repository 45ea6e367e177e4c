// GET and POST /logbooks: those whose readers one may see, what colleagues open to one, and asking for one more.
import type Koa from 'koa';
import { type LogbookLink, type LogbooksData, logbooksPage } from '../../../views/logbooks/logbooks.tsx';
import { endOfYear } from '../../acts/acts.ts';
import { askGrant, endGrant, standingOf } from '../../acts/grants.ts';
import { openingDays, openingsOf } from '../../acts/openings.ts';
import { listLogbooks, type NamedLogbook } from '../../directory/logbooks.ts';
import { goesWith } from '../../directory/naming.ts';
import { findSchool, listSchools } from '../../directory/schools.ts';
import type { RefusalCode } from '../../errors.ts';
import { dayOf, schoolYearAt } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { type ActionOn, list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { newsOf } from './news.ts';
import { doneIn, isRecent, keepersIn, linesOf, openingFaults, schoolOfLogbook, titleOf } from './openings.ts';

/** How many logbooks of others are too many to read through. */
const MANY = 20;

interface Given {
  readonly fault?: RefusalCode;
  readonly typed?: LogbooksData['typed'];
}

export function logbooks(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, given: Given = {}): Promise<void> => {
    const token = formToken(ctx, purposeOf(moment));
    const data = { token, done: doneIn(ctx, ['asked', 'ended']), ...(await shelvesOf(ctx, portal, moment)), ...given };
    render(ctx, logbooksPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      const typed = { logbook: field(ctx, 'logbook'), until: field(ctx, 'until') };
      const act = { by: moment.person, at: moment.at };
      try {
        if (field(ctx, 'act') === 'renounce') {
          await endGrant(db, { grant: field(ctx, 'grant'), ...act });
          return goTo(ctx, '/logbooks?done=ended');
        }
        const { zone } = await findSchool(db, await schoolOfLogbook(db, typed.logbook));
        await askGrant(db, {
          logbook: typed.logbook,
          ...openingDays({ until: typed.until }, { zone, at: act.at }),
          ...act,
        });
        goTo(ctx, '/logbooks?done=asked');
      } catch (error) {
        await show(ctx, moment, { fault: expected(error, ...openingFaults), typed });
      }
    },
  };
}

/** A form is for the person it was shown to, whoever else signs in in the same browser. */
function purposeOf({ person }: Moment): string {
  return `logbooks ${person}`;
}

async function shelvesOf(
  ctx: Koa.Context,
  { db }: Portal,
  { person, at }: Moment,
): Promise<Omit<LogbooksData, 'token' | 'done' | 'fault' | 'typed'>> {
  const openings = await openingsOf(db, { person, at });
  const named = async (action: ActionOn<'logbook'>): Promise<NamedLogbook[]> => {
    const reached = await list(db, { person, action, type: 'logbook', when: { at } });
    const keys = reached.filter(({ reasons }) => reasons.some(({ rule }) => rule !== 'territory')).map(({ id }) => id);
    return listLogbooks(db, keys);
  };
  // those of earlier years stay at their address: a shelf holds what is of use today
  const seen = await ofThisYear(db, await named('see_readers'), at);
  const readable = new Set(
    (await list(db, { person, action: 'read', type: 'logbook', when: { at } })).map(({ id }) => id),
  );
  const asked = openings.received.filter((grant) => ['asked', 'offered'].includes(standingOf(grant, at)));
  const askable = (await named('request')).filter(
    ({ id }) => !readable.has(id) && !asked.some((grant) => grant.logbook === id),
  );
  const keepers = await keepersIn(
    db,
    [...seen, ...askable].map(({ school }) => school),
    at,
  );
  const waiting = openings.kept.filter((grant) => standingOf(grant, at) === 'asked');
  const link = (logbook: NamedLogbook): LogbookLink => ({
    id: logbook.id,
    title: titleOf(logbook),
    keepers: keepers.get(logbook.id) ?? [],
    waiting: waiting.filter((grant) => grant.logbook === logbook.id).length,
  });
  const all = seen.filter(({ id }) => !openings.keeps.includes(id));
  const typed = all.length > MANY && typeof ctx.query.find === 'string' ? ctx.query.find.trim() : '';
  const others = all.filter((logbook) => goesWith([titleOf(logbook), ...(keepers.get(logbook.id) ?? [])], typed));
  const schools = [...new Set(others.map(({ schoolName }) => schoolName))];
  const [first] = askable;
  return {
    news: await newsOf(ctx, db, { person, at }),
    kept: seen.filter(({ id }) => openings.keeps.includes(id)).map(link),
    schools: schools.map((name) => ({ name, logbooks: others.filter((one) => one.schoolName === name).map(link) })),
    search: all.length > MANY ? { typed, all: all.length } : undefined,
    received: await linesOf(
      ctx,
      db,
      openings.received.filter((grant) => isRecent(grant, at)),
      at,
    ),
    askable: askable.map((one) => ({
      id: one.id,
      label: [titleOf(one), ...(keepers.get(one.id) ?? [])].join(', '),
    })),
    days: first ? await daysOf(db, first, at) : { first: '', last: '' },
  };
}

/** From when and until when one may ask, on the clock of the school. */
async function daysOf(db: Db, logbook: NamedLogbook, at: number): Promise<LogbooksData['days']> {
  const { zone } = await findSchool(db, logbook.school);
  return { first: dayOf(at, zone), last: dayOf((await endOfYear(db, logbook, at)) - 1, zone) };
}

async function ofThisYear(db: Db, logbooks: readonly NamedLogbook[], at: number): Promise<NamedLogbook[]> {
  const schools = await listSchools(db, [...new Set(logbooks.map(({ school }) => school))]);
  const years = new Map(schools.map(({ uai, yearStart, zone }) => [uai, schoolYearAt(at, yearStart, zone)]));
  return logbooks.filter(({ school, year }) => year === years.get(school));
}
