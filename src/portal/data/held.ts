// GET /me/held and /me/children/:id: what is held about oneself, or about one's child under age; and the copy to take away.
import type Koa from 'koa';
import { type HeldData, type HeldShown, heldPage } from '../../../views/data/held.tsx';
import { listSchools } from '../../directory/schools.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { consultationsOf } from '../../privacy/consultations.ts';
import { openingsOf } from '../../privacy/file-openings.ts';
import { type HeldAsked, type HeldLine, heldAbout } from '../../privacy/held.ts';
import { launchChecksOf } from '../../privacy/launch-checks.ts';
import { requireOwnOrChild } from '../../privacy/reach.ts';
import { visitsOf } from '../../privacy/visits.ts';
import { sentTo } from '../../resources/releases.ts';
import type { Db } from '../../storage/storage.ts';
import { type Portal, signedIn } from '../pages.ts';
import { askedIn, clockIn, nameOf } from './telling.ts';

/** Whose page: one's own, or that of the child in the address. */
export type Whose = 'own' | 'child';

/** Who asks about whom; `not_allowed` for anybody but oneself and the legal representatives of a minor. */
export async function whoseData(ctx: Koa.Context, portal: Portal, whose: Whose) {
  const { person: reader, at } = await signedIn(ctx, portal);
  const person = whose === 'own' ? reader : String((ctx as Koa.Context & { params: { id: string } }).params.id);
  await requireOwnOrChild(portal.db, { reader, person, at });
  return { reader, person, at, path: whose === 'own' ? '/me' : `/me/children/${person}` };
}

export function held(portal: Portal, whose: Whose): (ctx: Koa.Context) => Promise<void> {
  const { db, holders } = portal;
  return async (ctx) => {
    const { path, ...asked } = await whoseData(ctx, portal, whose);
    const lines = await heldAbout(db, askedIn(ctx, asked), holders);
    render(ctx, heldPage, {
      name: await nameOf(db, asked.person),
      copy: `${path}/copy`,
      readers: `${path}/readers`,
      publishers: `${path}/publishers`,
      forChild: whose === 'child',
      categories: await categoriesShown(ctx, db, askedIn(ctx, asked), lines),
    });
  };
}

/** `GET .../copy`: the same as JSON; one's own with sign-ins, consultations, and on which days one's file was opened. */
export function copyOfHeld(portal: Portal, whose: Whose): (ctx: Koa.Context) => Promise<void> {
  const { db, holders } = portal;
  return async (ctx) => {
    const asked = askedIn(ctx, await whoseData(ctx, portal, whose));
    const lines = await heldAbout(db, asked, holders);
    const body = {
      about: await nameOf(db, asked.person),
      made_at: iso(asked.at),
      held: lines.map((line) => lineTold(line, asked)),
      ...(whose === 'own' && (await logTold(portal, asked))),
    };
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Content-Disposition', 'attachment; filename="preau.json"');
    ctx.type = 'application/json';
    ctx.body = `${JSON.stringify(body, null, 2)}\n`;
  };
}

/** One line as JSON: instants with their zone, and the purpose and term in words. */
export function lineTold({ category, what, source, since, until, school }: HeldLine, { words }: HeldAsked): object {
  const { title, purpose, kept } = words.categories[category];
  return {
    category: title,
    what,
    from: words.sources[source],
    ...(since !== undefined && { since: iso(since) }),
    ...(until !== undefined && { until: iso(until) }),
    ...(school !== undefined && { school }),
    purpose,
    kept,
  };
}

async function logTold({ db, config }: Portal, { person, at }: HeldAsked): Promise<object> {
  const { months } = config.decisions;
  const visits = await visitsOf(db, { person, at, months });
  const consultations = await consultationsOf(db, { person, from: at - months * MONTH, to: at });
  const openings = await openingsOf(db, { person, from: at - months * MONTH, to: at + 1 });
  const checks = await launchChecksOf(db, { person, from: at - months * MONTH, to: at + 1 });
  return {
    sign_ins: visits.map(({ at: when, what, client }) => ({ at: iso(when), what, ...(client && { module: client }) })),
    consultations: consultations.map(({ day, category, action, client, logbook }) => ({
      day,
      category,
      purpose: action,
      module: client,
      logbook,
    })),
    openings: openings.map(({ day, category, purpose, school }) => ({
      day,
      category,
      purpose,
      ...(school !== undefined && { school }),
    })),
    publishers: {
      // of each value that was sent, a print: with the value, one can check that it is the one
      sent: (await sentTo(db, { person })).map(({ day, client, resource, school, times, hashes }) => ({
        day,
        module: client,
        resource,
        school,
        times,
        prints: hashes,
      })),
      asked: checks.map(({ day, client, resource }) => ({ day, module: client, resource })),
    },
  };
}

/** Long enough for what is kept by months. */
export const MONTH = 31 * 86_400_000;

function iso(at: number): string {
  return new Date(at).toISOString();
}

async function categoriesShown(
  ctx: Koa.Context,
  db: Db,
  { person, reader, at, words }: HeldAsked,
  lines: readonly HeldLine[],
): Promise<HeldData['categories']> {
  const zones = new Map((await listSchools(db, schoolsIn(lines))).map(({ uai, zone }) => [uai, zone]));
  const shown = (line: HeldLine): HeldShown => {
    const clock = clockIn(zones.get(line.school ?? '') ?? DEFAULT_ZONE, localeOf(ctx));
    const from = line.source === 'self' && reader !== person ? words.held.childSelf : words.sources[line.source];
    return { what: line.what, from, when: whenText(line, clock, words) };
  };
  return [...new Set(lines.map(({ category }) => category))].map((category) => {
    const those = lines.filter((line) => line.category === category);
    const isPast = ({ until }: HeldLine) => until !== undefined && until <= at;
    return {
      category,
      present: those.filter((line) => !isPast(line)).map(shown),
      past: those.filter(isPast).map(shown),
    };
  });
}

function whenText({ since, until }: HeldLine, clock: ReturnType<typeof clockIn>, words: HeldAsked['words']): string {
  const { held: text } = words;
  if (since !== undefined && until !== undefined) return text.dates(clock.day(since), clock.day(until - 1));
  if (since !== undefined) return text.sinceDay(clock.day(since));
  return until === undefined ? '' : text.until(clock.day(until - 1));
}

function schoolsIn(lines: readonly HeldLine[]): string[] {
  return [...new Set(lines.flatMap(({ school }) => school ?? []))];
}
