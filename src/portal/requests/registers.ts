// GET /school/register and its exports, for the data protection officer; GET /processing, for everybody signed in.
import type Koa from 'koa';
import { type EntryShown, processingPage, requestRegisterPage } from '../../../views/requests/registers.tsx';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { DEFAULT_ZONE, dayOf, endOfDay, isDay } from '../../facts/calendar.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { noteOpenings } from '../../privacy/file-openings.ts';
import { heldAbout } from '../../privacy/held.ts';
import { type RegisterEntry, registerAt } from '../../privacy/register/entries.ts';
import { findHandled, requireNotOwn, traceCopy } from '../../privacy/requests/deciding.ts';
import { asCsv, closeIn, requestRegister } from '../../privacy/requests/export.ts';
import { mayRead } from '../../privacy/requests/mandates.ts';
import { findRequests, type PersonRequest } from '../../privacy/requests/records.ts';
import { requireOffice, schoolsWhere } from '../../privacy/requests/standing.ts';
import { lineTold } from '../data/held.ts';
import { askedIn, nameOf } from '../data/telling.ts';
import { dayText } from '../days.ts';
import { type Portal, signedIn } from '../pages.ts';
import { closedTo, handledLineOf, writingOf } from './lines.ts';

export function requestRegisterOf(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person, at } = await signedIn(ctx, portal);
    const overseen = await schoolsWhere(db, person, 'oversee', at);
    const uais = overseen.filter((uai) => ctx.query.school === undefined || ctx.query.school === uai);
    if (uais.length === 0) throw new Refusal('not_allowed', 'expected the data protection officer of a school');
    const schools = await Promise.all(
      uais.map(async (uai) => {
        const requests = await findRequests(db, { school: uai });
        await noteOpenings(db, { by: person, school: uai, persons: personsIn(requests), purpose: 'register', at });
        const writing = await writingOf(ctx, db, requests, at);
        const close = closeIn(requests);
        const documents = await readableIn(db, requests, { by: person, at });
        const closed = await closedTo(db, requests, { by: person, at });
        const lines = requests.map((request) => ({
          ...handledLineOf(request, writing),
          ...(request.reason !== null && !closed.has(request.id) && { reason: request.reason }),
          close: close.get(request.id) ?? 0,
          ...(documents.has(request.id) && { document: `/school/requests/${request.id}/mandate` }),
        }));
        return { uai, name: (await findSchool(db, uai)).name, lines };
      }),
    );
    render(ctx, requestRegisterPage, { schools }, { repeatable: true });
  };
}

/** Whose requests they are. */
function personsIn(requests: readonly PersonRequest[]): (string | null)[] {
  return requests.flatMap(({ about, asker }) => [about, asker]);
}

/** The requests of which somebody may read the document of the mandate. */
async function readableIn(
  db: Portal['db'],
  requests: readonly PersonRequest[],
  act: { by: string; at: number },
): Promise<ReadonlySet<string>> {
  const readable = new Set<string>();
  for (const request of requests)
    if (request.document !== null && (await mayRead(db, request, act))) readable.add(request.id);
  return readable;
}

/** `/school/register/UAI.csv` and `.json`: the same lines, to take away. */
export function requestRegisterFile(portal: Portal, format: 'csv' | 'json'): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person: by, at } = await signedIn(ctx, portal);
    const { uai } = (ctx as Koa.Context & { params: { uai: string } }).params;
    await requireOffice(db, { school: uai, by, at }, 'oversee');
    const persons = personsIn(await findRequests(db, { school: uai }));
    await noteOpenings(db, { by, school: uai, persons, purpose: 'register', at });
    const lines = await requestRegister(db, uai, at);
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Content-Disposition', `attachment; filename="registre-${uai}.${format}"`);
    ctx.type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json';
    ctx.body = format === 'csv' ? asCsv(lines) : `${JSON.stringify(lines, null, 2)}\n`;
  };
}

/**
 * `/school/requests/:id/copy`: what the school holds about whoever asked on paper, for who decided it, to hand over; each
 * time is traced. The life of an account, its factors, mails and circles are on their holder's own page alone (I8, I10).
 */
export function copyToHandOver(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, holders } = portal;
  return async (ctx) => {
    const { person: by, at } = await signedIn(ctx, portal);
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    const request = await findHandled(db, { id, by, at });
    const { school, kind, state, about } = request;
    await requireOffice(db, { school, by, at }, 'decide');
    await requireNotOwn(db, request, { by, at });
    if (kind !== 'access' || state !== 'accepted' || about === null)
      throw new Refusal('unknown_request', 'expected an access that was accepted');
    const asked = askedIn(ctx, { person: about, reader: about, at });
    const lines = await heldAbout(db, asked, holders);
    await traceCopy(db, { id, by, at });
    const held = lines.filter((line) => line.school === school || line.category === 'identity');
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Content-Disposition', 'attachment; filename="copie.json"');
    ctx.type = 'application/json';
    ctx.body = `${JSON.stringify({ about: await nameOf(db, about), made_at: new Date(at).toISOString(), held: held.map((line) => lineTold(line, asked)) }, null, 2)}\n`;
  };
}

export function processing(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { at } = await signedIn(ctx, portal);
    const today = dayOf(at);
    const day = typeof ctx.query.day === 'string' ? ctx.query.day : today;
    const wrongDay = !isDay(day) || day > today;
    // the whole of a past day: as it stood when the day ended
    const then = wrongDay || day === today ? at : endOfDay(day) - 1;
    const locale = localeOf(ctx);
    const entries = (await registerAt(db, then)).map((entry) => entryShown(entry, locale));
    render(
      ctx,
      processingPage,
      { day: wrongDay ? today : day, today, wrongDay, entries },
      { status: wrongDay ? 422 : 200, repeatable: true },
    );
  };
}

/** An entry in the language of the page. */
export function entryShown({ entry, version, hash, content, since, until }: RegisterEntry, locale: Locale): EntryShown {
  const where = { zone: DEFAULT_ZONE, locale };
  const { title, ...parts } = content[locale];
  const lines = (part: string | readonly string[]) => (typeof part === 'string' ? [part] : part);
  return {
    entry,
    version,
    hash,
    title,
    since: dayText(since, where),
    ...(until !== null && { until: dayText(until, where) }),
    parts: order.map((part) => ({ part, lines: lines(parts[part]) })),
  };
}

/** As art. 30(1) lists them. */
const order = [
  'controller',
  'purposes',
  'basis',
  'persons',
  'data',
  'sources',
  'recipients',
  'retention',
  'transfers',
  'security',
] as const;
