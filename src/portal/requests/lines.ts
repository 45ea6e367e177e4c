// A request in the words of a page: its names, its days on the school's clock, what followed from it.
import type Koa from 'koa';
import type { EffectWord, RequestLine } from '../../../views/requests/parts.tsx';
import type { HandledLine } from '../../../views/requests/school.tsx';
import { listLogbooks } from '../../directory/logbooks.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { dayOf, startOfDay } from '../../facts/calendar.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { daysLeft, isLate } from '../../privacy/requests/clock.ts';
import { isCorrectedHere } from '../../privacy/requests/effects.ts';
import { targetOf } from '../../privacy/requests/kinds.ts';
import type { PersonRequest } from '../../privacy/requests/records.ts';
import { isOwn } from '../../privacy/requests/standing.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { titleOf } from '../logbooks/openings.ts';
import { moduleNames } from './modules.ts';

/** What the lines of several requests are written with. */
export interface Writing {
  readonly names: ReadonlyMap<string, string>;
  readonly schools: ReadonlyMap<string, School>;
  readonly logbooks: ReadonlyMap<string, string>;
  readonly modules: ReadonlyMap<string, string>;
  readonly locale: Locale;
  readonly at: number;
}

/** Reads once what the lines of these requests need. */
export async function writingOf(
  ctx: Koa.Context,
  db: Db,
  requests: readonly PersonRequest[],
  at: number,
): Promise<Writing> {
  const persons = requests.flatMap(({ asker, about, decidedBy }) => [asker ?? [], about ?? [], decidedBy ?? []].flat());
  const uais = [...new Set(requests.map(({ school }) => school))];
  const keys = requests.flatMap(({ target }) => targetOf(target).logbook ?? []);
  return {
    names: new Map((await listPersons(db, persons)).map((person) => [person.id, fullName(person)])),
    schools: new Map((await listSchools(db, uais)).map((school) => [school.uai, school])),
    modules: await moduleNames(
      db,
      requests.flatMap(({ target }) => targetOf(target).module ?? []),
    ),
    logbooks: new Map((await listLogbooks(db, keys)).map((logbook) => [logbook.id, titleOf(logbook)])),
    locale: localeOf(ctx),
    at,
  };
}

/** A request as its line. */
export function lineOf(request: PersonRequest, { schools, logbooks, modules, locale, at }: Writing): RequestLine {
  const { id, kind, state, received, due, signatories, wanted, extendedAt, decidedAt } = request;
  const { target, logbook, module } = targetOf(request.target);
  const { zone } = schools.get(request.school)!;
  const clock = { received, extended: extendedAt !== null };
  const today = dayOf(at, zone);
  const day = (instant: number) => dayText(instant, { zone, locale });
  const late = state === 'open' && isLate(clock, today);
  return {
    id,
    kind,
    target,
    state,
    late,
    signatories,
    received: day(startOfDay(received, zone)),
    due: day(startOfDay(due, zone)),
    ...(logbook !== undefined && { logbook: logbooks.get(logbook) ?? '' }),
    ...(module !== undefined && { module: modules.get(module) ?? module }),
    ...(wanted !== null && { wanted }),
    ...(state === 'open' && !late && { left: daysLeft(clock, today) }),
    ...(extendedAt !== null && { extended: day(extendedAt) }),
    ...(decidedAt !== null && state !== 'withdrawn' && { decided: day(decidedAt) }),
  };
}

/** The same for whoever handles it: with who asks. */
export function handledLineOf(request: PersonRequest, writing: Writing): HandledLine {
  const { asker, name, mandate, channel } = request;
  return {
    ...lineOf(request, writing),
    person: (asker !== null && writing.names.get(asker)) || name || '',
    attached: asker !== null,
    online: channel === 'online',
    ...(mandate && { mandate: [mandate.reference, mandate.holder] as const }),
  };
}

/** The requests whose words are not somebody's to read, whatever their office: what another writes of them or of their child. */
export async function closedTo(
  db: Db,
  requests: readonly PersonRequest[],
  act: { by: string; at: number },
): Promise<ReadonlySet<string>> {
  const closed = new Set<string>();
  for (const one of requests) if (one.asker !== act.by && (await isOwn(db, one, act))) closed.add(one.id);
  return closed;
}

/** The child of a request that a legal representative made. */
export function childOf({ asker, about }: PersonRequest, { names }: Writing): string | undefined {
  return about !== null && about !== asker ? names.get(about) : undefined;
}

/** What followed from a request that was accepted. */
export function effectOf({ kind, target, state }: PersonRequest): EffectWord | undefined {
  if (state !== 'accepted') return undefined;
  if (kind === 'rectification') return isCorrectedHere(target) ? 'names' : 'upstream';
  if (kind === 'erasure') return target === 'all' ? 'erasure' : 'account';
  if (kind === 'objection' && targetOf(target).module !== undefined) return 'module';
  if (kind === 'objection') return target === 'email' ? 'email' : 'objection';
  return kind;
}
