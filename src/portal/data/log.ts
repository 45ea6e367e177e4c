// GET /me/log: where one signed in, the consultations of what one keeps (C28), and the incident files one is told of.
import type Koa from 'koa';
import { type LogData, logPage } from '../../../views/data/log.tsx';
import { listLogbooks } from '../../directory/logbooks.ts';
import { listSchools } from '../../directory/schools.ts';
import { startOfDay } from '../../facts/calendar.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { consultationsOf } from '../../privacy/consultations.ts';
import { openingsOf } from '../../privacy/file-openings.ts';
import { incidentsTold } from '../../privacy/incidents.ts';
import { visitsOf } from '../../privacy/visits.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';
import { MONTH } from './held.ts';
import { byDay, type Clock, clockIn, clockOf, moduleNames } from './telling.ts';

export function ownLog(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, config } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const clock = await clockOf(ctx, db, moment.person, moment.at);
    const told = await incidentsTold(db, moment.person);
    render(ctx, logPage, {
      months: config.decisions.months,
      visits: await visitsShown(ctx, portal, moment, clock),
      consultations: await consultationsShown(ctx, portal, moment),
      openings: await openingsShown(ctx, portal, moment),
      incidents: told.map(({ startsAt, endsAt, motive, endedAt }) => ({
        from: clock.day(startsAt),
        to: clock.day(endsAt - 1),
        motive,
        ended: clock.day(endedAt ?? moment.at),
      })),
      requests: '/me/requests',
    });
  };
}

async function visitsShown(
  ctx: Koa.Context,
  portal: Portal,
  { person, at }: Moment,
  clock: Clock,
): Promise<LogData['visits']> {
  const visits = await visitsOf(portal.db, { person, at, months: portal.config.decisions.months });
  const names = await moduleNames(
    ctx,
    portal,
    visits.flatMap(({ client }) => client ?? []),
  );
  return byDay(
    visits.map(({ at: when, what, client }) => ({
      day: clock.day(when),
      line: { time: clock.time(when), what, ...(client && { module: names.get(client) ?? '' }) },
    })),
  );
}

async function consultationsShown(
  ctx: Koa.Context,
  portal: Portal,
  { person, at }: Moment,
): Promise<LogData['consultations']> {
  const { db, config } = portal;
  const found = await consultationsOf(db, { person, from: at - config.decisions.months * MONTH, to: at + 1 });
  const logbooks = await listLogbooks(
    db,
    found.map(({ logbook }) => logbook),
  );
  const titles = new Map(
    logbooks.map(({ id, subjectLabel, audienceLabel }) => [
      id,
      [subjectLabel, audienceLabel].filter(Boolean).join(', '),
    ]),
  );
  const names = await moduleNames(
    ctx,
    portal,
    found.map(({ client }) => client),
  );
  const clock = clockIn('UTC', localeOf(ctx));
  return byDay(
    found.map(({ day, category, action, logbook, client }) => ({
      day: clock.day(startOfDay(day, 'UTC')),
      line: { category, purpose: action, title: titles.get(logbook) ?? '', module: names.get(client) ?? '' },
    })),
  );
}

async function openingsShown(
  ctx: Koa.Context,
  { db, config }: Portal,
  { person, at }: Moment,
): Promise<LogData['openings']> {
  const found = await openingsOf(db, { person, from: at - config.decisions.months * MONTH, to: at + 1 });
  const uais = [...new Set(found.flatMap(({ school }) => school ?? []))];
  const names = new Map((await listSchools(db, uais)).map(({ uai, name }) => [uai, name]));
  const clock = clockIn('UTC', localeOf(ctx));
  return byDay(
    found.map(({ day, category, purpose, school }) => ({
      day: clock.day(startOfDay(day, 'UTC')),
      line: { category, purpose, school: school === undefined ? undefined : names.get(school) },
    })),
  );
}
