// GET /school/publishers and /school/publishers/:uai: what publishers receive from a school, and who could open what on any day.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import {
  type AttributeShown,
  type PublishersData,
  publishersPage,
  type ResourceShown,
  type SentShown,
} from '../../../views/publishers/all.tsx';
import { oneResourcePage } from '../../../views/publishers/one.tsx';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE, isDay, localInstant, startOfDay } from '../../facts/calendar.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { listModules } from '../../oidc/modules.ts';
import {
  type Openers,
  openersOf,
  printsOf,
  publishersReport,
  type ResourceReport,
  type SentAlike,
  type Sight,
  sentToMany,
} from '../../privacy/publishers/report.ts';
import { schoolsWhere } from '../../privacy/requests/standing.ts';
import type { AttributeName } from '../../resources/attributes.ts';
import type { Resource } from '../../resources/registry.ts';
import { may, type When } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { clockIn } from '../data/telling.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';
import { sentencesOf } from '../received.ts';

const MOST_PRINTS = 200;

/** Where somebody sees what publishers receive: as data protection officer, or as who directs the school. */
export async function publishersSeenBy(db: Db, { person, at }: Moment): Promise<string[]> {
  const seen = [...(await schoolsWhere(db, person, 'oversee', at)), ...(await schoolsWhere(db, person, 'decide', at))];
  return [...new Set(seen)].sort();
}

/** The way from the front page. */
export async function aboutPublishers(db: Db, moment: Moment): Promise<Way[]> {
  return (await publishersSeenBy(db, moment)).length > 0 ? [{ to: 'publishers' }] : [];
}

export function schoolPublishers(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person, at } = await signedIn(ctx, portal);
    const schools = await publishersSeenBy(db, { person, at });
    if (schools.length === 0) throw new Refusal('not_allowed', 'expected who directs a school, or protects its data');
    const shown = await Promise.all(schools.map((uai) => schoolShown(db, { uai, person, at }, localeOf(ctx))));
    render(ctx, publishersPage, { schools: shown }, { repeatable: true });
  };
}

/** `/school/publishers/UAI?resource=ARK&day=DAY`: of a past day, as it was enforced and as it is known today. */
export function schoolResource(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person, at } = await signedIn(ctx, portal);
    const { uai } = (ctx as Koa.Context & { params: { uai: string } }).params;
    const found = await resourceSeen(db, { uai, id: String(ctx.query.resource ?? '').slice(0, 1024), person, at });
    const { school, resource, sent, sight } = found;
    const openers = (when: When) => openersOf(db, { school: uai, resource: resource.id, when, sight });
    const day = String(ctx.query.day ?? '').slice(0, 20);
    const then = isDay(day) ? localInstant(day, '12:00', school.zone) : Number.NaN;
    const isPast = then < at;
    const past = isPast
      ? pastOf(clockIn(school.zone, localeOf(ctx)).day(then), [
          await openers({ enforcedOn: then }),
          await openers({ knownTodayOf: then }),
        ])
      : {};
    const data = {
      name: resource.name,
      school: school.name,
      action: `/school/publishers/${uai}`,
      resource: resource.id,
      back: '/school/publishers',
      today: await openers({ at }),
      past: { day, ...past },
      ...sentSeen(sent, { sight, locale: localeOf(ctx) }),
      ...(sight === 'afar' && { prints: await printsShown(db, { uai, id: resource.id, locale: localeOf(ctx) }) }),
    };
    render(ctx, oneResourcePage, data, { status: day !== '' && !isPast ? 422 : 200, repeatable: true });
  };
}

/** A resource that is or was on offer at a school which somebody sees; `not_found` for all others alike. */
async function resourceSeen(db: Db, { uai, id, person, at }: Moment & { uai: string; id: string }) {
  const seen = await publishersSeenBy(db, { person, at });
  const reports = seen.includes(uai) ? await publishersReport(db, { school: uai }) : [];
  const report = reports.flatMap(({ resources }) => resources).find(({ resource }) => resource.id === id);
  if (!report) throw new Refusal('not_found', 'expected a resource of a school that is the asker’s to look after');
  return { school: await findSchool(db, uai), ...report, sight: await sightOf(db, { uai, person, at }) };
}

/**
 * The head may know who may (table 2, r10); whoever protects data is told how many (C27), and so is a director (C9), who
 * knows as well who works there. Who is both sees no more for it.
 */
async function sightOf(db: Db, { uai, person, at }: Moment & { uai: string }): Promise<Sight> {
  const resource = { type: 'school', id: uai } as const;
  const { allowed, reasons } = await may(db, { person, action: 'decide', resource, when: { at } });
  if (!allowed) return 'afar';
  return reasons.some(({ rule }) => rule === 'head') ? 'name' : 'near';
}

/** What was sent, as far as it says nothing of somebody whom the reader knows. */
function sentSeen(sent: readonly SentAlike[], { sight, locale }: { sight: Sight; locale: Locale }) {
  const manyOnly = sight !== 'afar';
  const seen = manyOnly ? sentToMany(sent) : sent;
  return { sent: seen.map((one) => sentShown(one, locale)), manyOnly };
}

async function printsShown(db: Db, { uai, id, locale }: { uai: string; id: string; locale: Locale }) {
  const prints = await printsOf(db, { school: uai, resource: id, most: MOST_PRINTS });
  return prints.map(({ day, hashes }) => ({
    day: dayShown(day, locale),
    prints: Object.entries(hashes).map(([name, hash]) => `${name} ${hash}`),
  }));
}

function pastOf(when: string, [enforced, known]: [Openers, Openers]) {
  return { when, enforced, known, same: JSON.stringify(enforced) === JSON.stringify(known) };
}

async function schoolShown(
  db: Db,
  { uai, person, at }: Moment & { uai: string },
  locale: Locale,
): Promise<PublishersData['schools'][number]> {
  const sight = await sightOf(db, { uai, person, at });
  const modules = await listModules(db);
  const clientsOf = (ark: string) => modules.filter(({ resources }) => resources.includes(ark)).map(({ name }) => name);
  const publishers = await publishersReport(db, { school: uai });
  return {
    uai,
    name: (await findSchool(db, uai)).name,
    publishers: publishers.map(({ resources, declines, ...one }) => ({
      ...one,
      // few of the whole ENT may be one whom the reader knows
      declines: sight !== 'afar' && declines === 'few' ? 'none' : declines,
      resources: resources.map((each) =>
        resourceShown(each, { uai, locale, sight, clients: clientsOf(each.resource.id) }),
      ),
    })),
  };
}

function resourceShown(
  { resource, validated, sent }: ResourceReport,
  { uai, locale, sight, clients }: { uai: string; locale: Locale; sight: Sight; clients: readonly string[] },
): ResourceShown {
  const shown = (names: readonly AttributeName[], schools: Resource['schools']): AttributeShown[] =>
    sentencesOf(names, { schools, locale }).map((what, place) => ({ name: names[place]!, what }));
  return {
    id: resource.id,
    name: resource.name,
    state: resource.state,
    ...(resource.asked && {
      waits: { from: resource.url, url: resource.asked.url, schools: resource.asked.schools !== undefined },
    }),
    declared: shown(resource.declared, resource.asked?.schools ?? resource.schools),
    validated: shown(validated, resource.schools),
    ...sentSeen(sent, { sight, locale }),
    clients,
    href: `/school/publishers/${uai}?${new URLSearchParams({ resource: resource.id })}`,
  };
}

function sentShown({ attributes, many }: SentAlike, locale: Locale): SentShown {
  return {
    attributes: attributes.join(' '),
    many: many && {
      persons: many.persons,
      first: dayShown(many.first, locale),
      last: dayShown(many.last, locale),
    },
  };
}

function dayShown(day: string, locale: Locale): string {
  return clockIn(DEFAULT_ZONE, locale).day(startOfDay(day));
}
