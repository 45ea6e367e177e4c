// GET and POST /school/incidents, and GET /school/incidents/:id: incident files for those who ask, and for who signs beside (C29).
import type Koa from 'koa';
import {
  type IncidentLogData,
  type IncidentShown,
  type IncidentsData,
  incidentLogPage,
  incidentsPage,
} from '../../../views/data/incidents.tsx';
import { listLogbooks } from '../../directory/logbooks.ts';
import { findSchool, listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { dayOf, isDay, startOfDay } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { readIncident } from '../../privacy/incident-log.ts';
import {
  askIncident,
  endIncident,
  findIncident,
  findSeen,
  type IncidentFile,
  type IncidentsSeen,
  incidentsFor,
  refuseIncident,
  signIncident,
} from '../../privacy/incidents.ts';
import { type Db, newKey } from '../../storage/storage.ts';
import { requireFactor } from '../account/proof.ts';
import { namesOf, titleOf } from '../logbooks/openings.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { clockIn, moduleNames } from './telling.ts';

/** What the page itself can say; the rest is a page of its own. */
const faults = [
  'motive_missing',
  'reason_missing',
  'dates_refused',
  'unknown_person',
  'person_ambiguous',
  'incident_own',
  'incident_decided',
] as const satisfies readonly RefusalCode[];

const done = ['asked', 'signed', 'refused', 'ended'] as const;

export function incidents(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (
    ctx: Koa.Context,
    moment: Moment,
    given: Pick<IncidentsData, 'fault' | 'typed'> = {},
  ): Promise<void> => {
    const data: IncidentsData = {
      token: formToken(ctx, purposeOf(moment)),
      schools: await schoolsShown(ctx, portal, moment),
      done: done.find((word) => word === ctx.query.done),
      ...given,
    };
    render(ctx, incidentsPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      const moment = await inCharge(ctx, portal);
      if (moment) await show(ctx, moment);
    },
    take: async (ctx) => {
      const moment = await inCharge(ctx, portal);
      if (!moment) return;
      const asks = field(ctx, 'act') === 'ask';
      requireFormToken(ctx, purposeOf(moment, asks ? field(ctx, 'file') : undefined));
      try {
        goTo(ctx, `/school/incidents?done=${asks ? await ask(ctx, moment) : await answer(ctx, portal, moment)}`);
      } catch (error) {
        const fault = expected(error, ...faults);
        await show(ctx, moment, { fault, ...(asks && { typed: typedIn(ctx) }) });
      }
    },
  };

  async function ask(ctx: Koa.Context, { person: by, at }: Moment): Promise<(typeof done)[number]> {
    const { school, person, motive, from, to } = typedIn(ctx);
    const { zone } = await findSchool(db, school);
    if (!isDay(from) || !isDay(to)) throw new Refusal('dates_refused', 'expected two days');
    await askIncident(db, {
      id: field(ctx, 'file'),
      school,
      named: person,
      motive,
      startsAt: startOfDay(from, zone),
      endsAt: endOfDay(to, zone),
      by,
      at,
    });
    return 'asked';
  }
}

/** Whoever asks or signs somewhere, who has proven their second factor lately; nothing when the browser is sent to do so. */
async function inCharge(ctx: Koa.Context, portal: Portal): Promise<Moment | undefined> {
  const { person: by, at } = await signedIn(ctx, portal);
  if ((await incidentsFor(portal.db, { by, at })).length === 0)
    throw new Refusal('not_allowed', 'expected somebody who asks for incident files, or signs them');
  return requireFactor(ctx, portal);
}

/** A form that asks is for one file, and asks for it once. */
function purposeOf({ person }: Moment, file?: string): string {
  return file === undefined ? `incidents ${person}` : `incidents ${person} ask ${file}`;
}

function typedIn(ctx: Koa.Context): NonNullable<IncidentsData['typed']> {
  return {
    school: field(ctx, 'school'),
    person: field(ctx, 'person'),
    motive: field(ctx, 'motive', 4_000),
    from: field(ctx, 'from'),
    to: field(ctx, 'to'),
  };
}

/** The first instant after a day. */
function endOfDay(day: string, zone: string): number {
  return startOfDay(dayOf(startOfDay(day, zone) + 36 * 3_600_000, zone), zone);
}

/** Signs, refuses or ends; what the same person has done already is done. */
async function answer(ctx: Koa.Context, { db }: Portal, { person: by, at }: Moment): Promise<(typeof done)[number]> {
  const [act, id] = [field(ctx, 'act'), field(ctx, 'file')];
  const acts = {
    sign: { run: () => signIncident(db, { id, by, at }), word: 'signed', state: 'open' },
    refuse: {
      run: () => refuseIncident(db, { id, by, at, reason: field(ctx, 'reason', 1_000) }),
      word: 'refused',
      state: 'refused',
    },
    end: { run: () => endIncident(db, { id, by, at }), word: 'ended', state: 'ended' },
  } as const;
  if (!Object.hasOwn(acts, act)) throw new Refusal('bad_request', 'expected `act` to be one of the page');
  const { run, word, state } = acts[act as keyof typeof acts];
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'incident_decided') throw error;
    const now = await findIncident(db, id);
    if (now.state !== state || by !== (state === 'ended' ? now.endedBy : now.decidedBy)) throw error;
  }
  return word;
}

async function schoolsShown(
  ctx: Koa.Context,
  { db }: Portal,
  { person: by, at }: Moment,
): Promise<IncidentsData['schools']> {
  const seen = await incidentsFor(db, { by, at });
  const schools = new Map(
    (
      await listSchools(
        db,
        seen.map(({ school }) => school),
      )
    ).map((one) => [one.uai, one]),
  );
  const files = seen.flatMap((one) => one.files);
  const names = await namesOf(
    db,
    files.flatMap(({ person, askedBy }) => [person, askedBy]),
  );
  return seen.map((one) => {
    const { name, zone } = schools.get(one.school)!;
    const shown = one.files.map((file) => fileShown(ctx, file, { seen: one, names, zone, by, at }));
    const file = newKey();
    const ask = one.asks ? { key: file, token: formToken(ctx, purposeOf({ person: by, at }, file)) } : undefined;
    return { uai: one.school, name, ask, files: shown };
  });
}

function fileShown(
  ctx: Koa.Context,
  file: IncidentFile,
  given: { seen: IncidentsSeen; names: ReadonlyMap<string, string>; zone: string; by: string; at: number },
): IncidentShown {
  const { seen, names, zone, by, at } = given;
  const clock = clockIn(zone, localeOf(ctx));
  const { id, person, startsAt, endsAt, motive, state, askedBy, askedAt, openUntil, reason } = file;
  const live = state === 'open' && openUntil !== null && openUntil > at;
  const signs = state === 'asked' && seen.signs && askedBy !== by;
  return {
    id,
    name: names.get(person) ?? '',
    from: clock.day(startsAt),
    to: clock.day(endsAt - 1),
    motive,
    state: state === 'open' && !live ? 'ended' : state,
    askedBy: names.get(askedBy) ?? '',
    askedOn: clock.day(askedAt),
    ...(live && { openUntil: clock.moment(openUntil) }),
    ...(reason && { reason }),
    acts: [
      ...(live ? (['read', 'end'] as const) : []),
      ...(signs ? (['sign', 'refuse'] as const) : []),
      ...(state === 'asked' && askedBy === by ? (['end'] as const) : []),
    ],
  };
}

export function incidentLog(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, provider } = portal;
  return async (ctx) => {
    const { person: by, at } = await signedIn(ctx, portal);
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    await findSeen(db, id, { by, at });
    if (!(await requireFactor(ctx, portal))) return;
    const serves = async (client: string, school: string) => {
      const schools = (await provider.module(client))?.schools ?? [];
      return schools === 'all' || schools.includes(school);
    };
    const log = await readIncident(db, { id, by, at, serves });
    const { zone } = await findSchool(db, log.file.school);
    const names = await moduleNames(
      ctx,
      portal,
      log.events.flatMap(({ client }) => client ?? []),
    );
    const titles = await titlesIn(db, log.events);
    const clock = clockIn(zone, localeOf(ctx));
    const data: IncidentLogData = {
      name: (await namesOf(db, [log.file.person])).get(log.file.person) ?? '',
      from: clock.day(log.file.startsAt),
      to: clock.day(log.file.endsAt - 1),
      motive: log.file.motive,
      cut: log.cut,
      events: log.events.map(({ at: when, event, client, about, allowed }) => ({
        when: clock.moment(when),
        event,
        ...(about !== undefined && { about: titles.get(about) ?? about }),
        ...(client !== undefined && { module: names.get(client) ?? '' }),
        ...(allowed !== undefined && { answer: allowed ? ('allowed' as const) : ('denied' as const) }),
      })),
    };
    render(ctx, incidentLogPage, data);
  };
}

/** What events were about, in words: the title of a logbook. */
async function titlesIn(db: Db, events: readonly { readonly about?: string }[]): Promise<Map<string, string>> {
  const logbooks = await listLogbooks(
    db,
    events.flatMap(({ about }) => (about?.startsWith('logbook ') ? [about.slice('logbook '.length)] : [])),
  );
  return new Map(logbooks.map((one) => [`logbook ${one.id}`, titleOf(one)]));
}
