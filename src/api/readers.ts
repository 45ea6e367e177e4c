// Who may read, for a signed-in person through a module: the readers of one's own logbooks, and who may see data about oneself.
import type Koa from 'koa';
import { ruleSentence } from '../../views/text/rules.ts';
import { findLogbook } from '../directory/logbooks.ts';
import { Refusal } from '../errors.ts';
import type { Fact } from '../facts/facts.ts';
import { localeOf } from '../http/locale.ts';
import { wordsOf } from '../http/pages.ts';
import { frameOf } from '../http/requests.ts';
import { categoriesAbout } from '../rights/about.ts';
import { type Readers, type ReadersBetween, seeReaders, seeReadersAt, seeReadersBetween } from '../rights/readers.ts';
import type { When } from '../rights/rights.ts';
import { FOREVER } from '../storage/storage.ts';
import { badMember } from './body.ts';
import { type Api, answerJson, type Caller, callerOf, isAskable, isPlain } from './gate.ts';
import { logReaders } from './log.ts';

/** One request of a person, in the words that they read. */
interface Request {
  readonly api: Api;
  readonly caller: Caller;
  readonly person: string;
  readonly sentence: (told: { readonly action: string; readonly rule: string; readonly type?: string }) => string;
}

/**
 * `GET /api/v1/logbooks/:id/readers`: who may read it, for its owner or who directs its school (C25). With `at`, who
 * could at that instant, as enforced then and as known today; with `from` and `to`, over that period.
 */
export function readers(api: Api): Koa.Middleware {
  return async (ctx) => {
    const request = await requestOf(ctx, api);
    const { caller, person: asker } = request;
    const start = performance.now();
    const logbook = String(ctx.params.id);
    await requireServed(request, logbook);
    const [at, from, to] = ['at', 'from', 'to'].map((name) => instantIn(ctx, name));
    if ((from === undefined) !== (to === undefined)) throw badMember('to', 'expected both `from` and `to`, or neither');
    if (at !== undefined && from !== undefined) throw badMember('at', 'expected either `at`, or `from` and `to`');
    const asked = { asker, logbook, rights: api.rights };
    let told: object;
    if (from !== undefined && to !== undefined) told = await between(request, { ...asked, from, to });
    else if (at !== undefined) told = await onDay(request, { ...asked, at });
    else told = await readersTold(request, await seeReaders(api.db, asked));
    logReaders(api, { request: frameOf(ctx).requestId, client: caller.client, person: asker, logbook }, start);
    answerJson(ctx, told);
  };
}

/**
 * `GET /api/v1/categories`: which categories of users may see data about the person, and by which rule, in the schools
 * that the module serves (C26); with `at`, could at that instant, as enforced then and as known today. Nothing of an
 * absence is ever told to a module.
 */
export function categories(api: Api): Koa.Middleware {
  return async (ctx) => {
    const request = await requestOf(ctx, api);
    const at = instantIn(ctx, 'at');
    const told = (when: When) => categoriesTold(request, when);
    answerJson(
      ctx,
      at === undefined
        ? await told({ at: Date.now() })
        : { at: iso(at), enforced: await told({ enforcedOn: at }), known: await told({ knownTodayOf: at }) },
    );
  };
}

async function categoriesTold({ api, caller, person, sentence }: Request, when: When): Promise<object[]> {
  const found = await categoriesAbout(api.db, { person, when });
  return found
    .filter(({ type, school }) => isAskable(type) && caller.serves(school))
    .map(({ type, school, as, action, categories: rules }) => ({
      type,
      school,
      as,
      action,
      categories: rules.map((rule) => ({ rule, reason: sentence({ type, action, rule }) })),
    }));
}

async function requestOf(ctx: Koa.Context, api: Api): Promise<Request> {
  const caller = await callerOf(ctx, api, 'rights');
  if (caller.person === undefined)
    throw new Refusal('not_allowed', 'expected the token of a signed-in person: it is told to nobody else');
  const words = wordsOf(localeOf(ctx)).rules;
  const sentence: Request['sentence'] = (told) => ruleSentence(words, { type: 'logbook', ...told });
  return { api, caller, person: caller.person, sentence };
}

/** A logbook elsewhere, or none at all, is refused as one that is not the person's to see. */
async function requireServed({ api, caller }: Request, id: string): Promise<void> {
  const logbook = isPlain(id) ? await findLogbook(api.db, id).catch(() => undefined) : undefined;
  if (!logbook || !caller.serves(logbook.school))
    throw new Refusal('not_allowed', 'expected the owner of the logbook, or who directs its school');
}

async function onDay(request: Request, asked: Parameters<typeof seeReadersAt>[1]): Promise<object> {
  const { enforced, known, difference } = await seeReadersAt(request.api.db, asked);
  return {
    at: iso(asked.at),
    enforced: await readersTold(request, enforced),
    known: await readersTold(request, known),
    difference: {
      added: await readersTold(request, difference.added),
      removed: await readersTold(request, difference.removed),
    },
  };
}

async function between(request: Request, asked: Omit<Parameters<typeof seeReadersBetween>[1], 'as'>): Promise<object> {
  if (asked.from >= asked.to) throw badMember('to', 'expected `to` to come after `from`');
  const read = async (as: 'enforced' | 'known') =>
    periodTold(request, await seeReadersBetween(request.api.db, { ...asked, as }));
  return { from: iso(asked.from), to: iso(asked.to), enforced: await read('enforced'), known: await read('known') };
}

async function readersTold({ api, caller, sentence }: Request, { staff, families }: Readers): Promise<object> {
  return {
    staff: await Promise.all(
      staff.map(async ({ person, name, reasons }) => ({
        sub: await api.provider.subjectFor(caller.client, person),
        name,
        reasons: reasons.map(({ action, rule, until }) => ({
          action,
          rule,
          reason: sentence({ action, rule }),
          ...(until !== undefined && { until: iso(until) }),
        })),
      })),
    ),
    families,
  };
}

async function periodTold({ api, caller, sentence }: Request, { staff, families }: ReadersBetween): Promise<object> {
  return {
    staff: await Promise.all(
      staff.map(async ({ person, name, held }) => ({
        sub: await api.provider.subjectFor(caller.client, person),
        name,
        held: held.map(({ action, rule, from, to, ways }) => ({
          action,
          rule,
          reason: sentence({ action, rule }),
          from: iso(from),
          to: iso(to),
          ways: ways.map((way) => ({ from: iso(way.from), to: iso(way.to), facts: way.facts.map(factTold) })),
        })),
      })),
    ),
    families,
  };
}

/** What a fact says, without its ends: a way of the team leads through pupils, and a module knows nobody by our keys. */
function factTold({ relation, validFrom, validTo, source }: Fact): object {
  return { relation, from: iso(validFrom), ...(validTo < FOREVER && { until: iso(validTo) }), source };
}

/** An instant of the query, with its zone; given once, or not at all. */
function instantIn(ctx: Koa.Context, name: string): number | undefined {
  const text = ctx.query[name];
  if (text === undefined) return undefined;
  const instant =
    typeof text === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(instant))
    throw badMember(name, `expected \`${name}\` once, as an instant with its zone, such as 2026-11-12T08:00:00Z`);
  return instant;
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
