// What the pages about one's own data share: names, days on the person's clock, and the names of modules.

import type Koa from 'koa';
import { dateForms } from '../../../views/text/dates.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson } from '../../directory/persons.ts';
import { listSchools } from '../../directory/schools.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { catalogue, type Relation } from '../../facts/catalogue.ts';
import { factsAbout } from '../../facts/facts.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { wordsOf } from '../../http/pages.ts';
import type { HeldAsked } from '../../privacy/held.ts';
import type { Db } from '../../storage/storage.ts';
import type { Portal } from '../pages.ts';

export async function nameOf(db: Db, person: string): Promise<string> {
  return fullName(await findPerson(db, person));
}

/** Days and hours as a person reads them. */
export interface Clock {
  day(at: number): string;
  time(at: number): string;
  moment(at: number): string;
}

/** The clock of the schools that a person has to do with today; of Paris when there is none. */
export async function clockOf(ctx: Koa.Context, db: Db, person: string, at: number): Promise<Clock> {
  const facts = await factsAbout(db, 'subject', person, at, Object.keys(catalogue) as Relation[]);
  const [school] = await listSchools(db, [...new Set(facts.map((fact) => fact.school))]);
  return clockIn(school?.zone ?? DEFAULT_ZONE, localeOf(ctx));
}

export function clockIn(timeZone: string, locale: Locale): Clock {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(dateForms[locale], { ...options, timeZone });
  const [day, time] = [format({ dateStyle: 'long' }), format({ timeStyle: 'short' })];
  const moment = format({ dateStyle: 'long', timeStyle: 'short' });
  return { day: (at) => day.format(at), time: (at) => time.format(at), moment: (at) => moment.format(at) };
}

/** Who asks about whom, in the language of the page. */
export function askedIn(
  ctx: Koa.Context,
  { person, reader, at }: { person: string; reader: string; at: number },
): HeldAsked {
  const locale = localeOf(ctx);
  return { person, reader, at, locale, words: wordsOf(locale).pages.data };
}

/** The names of modules by id, asked once each; one that is no longer registered has the words for it. */
export async function moduleNames(
  ctx: Koa.Context,
  { provider }: Portal,
  clients: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const { unknownModule } = wordsOf(localeOf(ctx)).pages.data.sessions;
  const names = new Map<string, string>();
  for (const client of new Set(clients)) names.set(client, (await provider.module(client))?.name ?? unknownModule);
  return names;
}

/** What happened, by day, in the order in which it comes. */
export function byDay<Line>(lines: readonly { readonly day: string; readonly line: Line }[]) {
  const days = new Map<string, Line[]>();
  for (const { day, line } of lines) days.set(day, [...(days.get(day) ?? []), line]);
  return [...days].map(([day, some]) => ({ day, lines: some }));
}
