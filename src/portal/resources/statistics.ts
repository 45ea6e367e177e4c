// GET /school/statistics: how much Préau and its resources are used, for whoever decides at a school or protects its data.

import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import { type StatisticsData, statisticsPage } from '../../../views/resources/statistics.tsx';
import { dateForms } from '../../../views/text/dates.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { schoolsWhere } from '../../privacy/requests/standing.ts';
import { type MonthTold, statisticsOf } from '../../privacy/statistics.ts';
import { listResources } from '../../resources/registry.ts';
import type { Db } from '../../storage/storage.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';

/** How many months a page shows. */
const SHOWN = 13;

export function schoolStatistics(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const moment = await signedIn(ctx, portal);
    const uais = await schoolsOf(db, moment);
    if (uais.length === 0) throw new Refusal('not_allowed', 'expected who decides at a school, or protects its data');
    const to = dayOf(moment.at).slice(0, 7);
    const told = await statisticsOf(db, { schools: uais, from: monthBefore(to, SHOWN - 1), to, at: moment.at });
    const names = await namesOf(db, told);
    const schools = (await listSchools(db, uais)).map((school) => ({
      uai: school.uai,
      name: school.name,
      months: told
        .filter((month) => month.school === school.uai)
        .map((month) => monthShown(month, { names, locale: localeOf(ctx) })),
    }));
    render(ctx, statisticsPage, { schools });
  };
}

/** Statistics, for whoever may read them. */
export async function aboutStatistics(db: Db, moment: Moment): Promise<Way[]> {
  return (await schoolsOf(db, moment)).length > 0 ? [{ to: 'statistics' }] : [];
}

async function schoolsOf(db: Db, { person, at }: Moment): Promise<string[]> {
  const [decided, overseen] = [
    await schoolsWhere(db, person, 'decide', at),
    await schoolsWhere(db, person, 'oversee', at),
  ];
  return [...new Set([...decided, ...overseen])].sort();
}

function monthShown(
  { month, over, accounts, connections, openings, resources }: MonthTold,
  told: { names: ReadonlyMap<string, string>; locale: 'fr' | 'en' },
): StatisticsData['schools'][number]['months'][number] {
  const { names, locale } = told;
  const format = new Intl.DateTimeFormat(dateForms[locale], { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return {
    month,
    title: format.format(Date.parse(`${month}-15T12:00:00Z`)),
    now: !over,
    accounts,
    connections,
    openings,
    resources: resources.map(({ by, cells }) => ({
      by,
      cells: cells.map((cell) => ({ ...cell, names: cell.names.map((id) => names.get(id) ?? id) })),
    })),
  };
}

async function namesOf(db: Db, told: readonly MonthTold[]): Promise<Map<string, string>> {
  const ids = told.flatMap(({ resources }) => resources.flatMap(({ cells }) => cells.flatMap(({ names }) => names)));
  return new Map((await listResources(db, { ids })).map(({ id, name }) => [id, name]));
}

/** `2026-02` and three before is `2025-11`. */
export function monthBefore(month: string, count: number): string {
  const day = new Date(`${month}-01T00:00:00Z`);
  day.setUTCMonth(day.getUTCMonth() - count);
  return day.toISOString().slice(0, 7);
}
