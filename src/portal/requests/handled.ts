// GET and POST /school/requests/:id: one request before whoever handles it, and one act at a time.
import type Koa from 'koa';
import { type HandledData, handledPage } from '../../../views/requests/handled.tsx';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { noteOpenings } from '../../privacy/file-openings.ts';
import { extensionDay } from '../../privacy/requests/clock.ts';
import {
  attachRequest,
  closeReasons,
  decideRequest,
  extendRequest,
  findHandled,
  recordIdentity,
  withdrawRequest,
} from '../../privacy/requests/deciding.ts';
import { checksByAgent, type Ground, groundsFor, type IdentityCheck, targetOf } from '../../privacy/requests/kinds.ts';
import { mayRead } from '../../privacy/requests/mandates.ts';
import { giveMandate, lacksMandate } from '../../privacy/requests/mandating.ts';
import { candidatesFor, peopleOf } from '../../privacy/requests/matching.ts';
import type { PersonRequest } from '../../privacy/requests/records.ts';
import { holdsOffice, isOwn } from '../../privacy/requests/standing.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { choiceOf, documentIn, withKept } from './letters.ts';
import { childOf, handledLineOf, type Writing, writingOf } from './lines.ts';

/** What the page itself can say of an act that was not done. */
const faults = [
  'request_own',
  'request_over',
  'reason_thin',
  'reason_repeated',
  'ground_missing',
  'request_unattached',
  'identity_unchecked',
  'logbook_kept',
  'extension_late',
  'extension_done',
  'request_open',
  'mandate_incomplete',
  'mandate_unreadable',
  'mandate_other',
  'file_too_large',
] as const satisfies readonly RefusalCode[];

type Done = 'accepted' | 'refused' | 'extended' | 'withdrawn' | 'identified' | 'attached' | 'mandated';

export function handledRequest(portal: Portal): FormPage {
  const { db } = portal;
  const requestIn = async (ctx: Koa.Context, { person: by, at }: Moment): Promise<PersonRequest> => {
    const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
    return findHandled(db, { id, by, at });
  };
  const show = async (
    ctx: Koa.Context,
    moment: Moment,
    given: Pick<HandledData, 'fault'> & { typed?: HandledData['typed'] } = {},
  ): Promise<void> => {
    const request = await requestIn(ctx, moment);
    const { school, about, asker } = request;
    await noteOpenings(db, { by: moment.person, school, persons: [about, asker], purpose: 'request', at: moment.at });
    const writing = await writingOf(ctx, db, [request], moment.at);
    const { typed = nothing } = given;
    const data: HandledData = {
      token: formToken(ctx, purposeOf(request, moment)),
      ...(await shownOf(portal, request, { writing, moment, searched: String(ctx.query.name ?? '') })),
      ...(await withKept(db, moment, typed)),
      fault: given.fault,
    };
    render(ctx, handledPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const request = await requestIn(ctx, moment);
      requireFormToken(ctx, purposeOf(request, moment));
      let typed = typedIn(ctx);
      try {
        typed = { ...typed, document: await documentIn(ctx, db, moment, typed.document) };
        const word = await doAct(ctx, portal, { id: request.id, ...moment, ...typed });
        const stays = word === 'identified' || word === 'attached' || word === 'mandated';
        goTo(ctx, stays ? `/school/requests/${request.id}` : `/school/requests?done=${word}`);
      } catch (error) {
        await show(ctx, moment, { fault: expected(error, ...faults), typed });
      }
    },
  };
}

const nothing: HandledData['typed'] = { reason: '', ground: '', act: '', holder: '', reference: '', document: '' };

function typedIn(ctx: Koa.Context): HandledData['typed'] {
  return {
    act: field(ctx, 'act'),
    reason: field(ctx, 'reason', 6_000),
    ground: field(ctx, 'ground'),
    holder: field(ctx, 'holder'),
    reference: field(ctx, 'reference'),
    document: field(ctx, 'document'),
  };
}

function purposeOf({ id }: PersonRequest, { person }: Moment): string {
  return `handled ${id} ${person}`;
}

async function doAct(
  ctx: Koa.Context,
  { db, config }: Portal,
  given: Moment & HandledData['typed'] & { id: string },
): Promise<Done> {
  const { id, person: by, at, act: name, reason, ground } = given;
  const act = { id, by, at };
  const mailKey = config.keyFor('mail');
  const acts: Record<string, () => Promise<Done>> = {
    accept: async () => {
      await decideRequest(db, { ...act, outcome: 'accepted', reason, mailKey });
      return 'accepted';
    },
    refuse: async () => {
      await decideRequest(db, { ...act, outcome: 'refused', reason, ground: ground as Ground, mailKey });
      return 'refused';
    },
    extend: async () => {
      await extendRequest(db, { ...act, reason });
      return 'extended';
    },
    withdraw: async () => {
      await withdrawRequest(db, act);
      return 'withdrawn';
    },
    identity: async () => {
      await recordIdentity(db, { ...act, how: field(ctx, 'how') as IdentityCheck });
      return 'identified';
    },
    attach: async () => {
      await attachRequest(db, { ...act, about: field(ctx, 'person') });
      return 'attached';
    },
    mandate: async () => {
      const { holder, reference, document } = given;
      const to = field(ctx, 'to') === 'envelope' ? 'envelope' : 'one';
      await giveMandate(db, { ...act, to, mandate: { holder, reference, document } });
      return 'mandated';
    },
  };
  const run = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (!run) throw new Refusal('bad_request', 'expected `act` to be one of the page');
  return run();
}

async function shownOf(
  { db }: Portal,
  request: PersonRequest,
  { writing, moment, searched }: { writing: Writing; moment: Moment; searched: string },
): Promise<Omit<HandledData, 'token' | 'typed' | 'kept' | 'fault'>> {
  const { school, kind, about, words, mandate, extensionReason, reason, ground, decidedBy, decidedAt, name } = request;
  const { person: by, at } = moment;
  const where = { zone: writing.schools.get(school)!.zone, locale: writing.locale };
  const open = request.state === 'open';
  const unattached = open && about === null;
  const named = searched || (name ?? '');
  const { logbook } = targetOf(request.target);
  const answering = await answeringOf(db, request, moment);
  // what one parent writes of a child is not the other's to read, whatever their office
  const closed = answering === 'own' && request.asker !== by;
  const line = handledLineOf(request, writing);
  return {
    line: closed ? { ...line, wanted: undefined } : line,
    school: writing.schools.get(school)?.name ?? '',
    child: childOf(request, writing),
    identity: request.identity,
    checks: checksByAgent,
    grounds: groundsFor(kind),
    close: await closeReasons(db, request, at),
    answering,
    extends: open && request.extendedAt === null && dayOf(at, where.zone) <= extensionDay(request),
    acceptable: logbook === undefined,
    searched: named,
    ...(words !== null && !closed && { words }),
    ...(mandate && { hash: mandate.hash }),
    ...(request.document !== null &&
      (await mayRead(db, request, { by, at })) && { document: `/school/requests/${request.id}/mandate` }),
    lacksMandate: lacksMandate(request) && (await holdsOffice(db, { school, by, at }, 'file')),
    ...(extensionReason !== null && !closed && { extensionReason }),
    ...(reason !== null && !closed && { reason }),
    ...(ground !== null && { ground }),
    ...(decidedBy !== null &&
      decidedAt !== null && {
        decidedBy: [writing.names.get(decidedBy) ?? decidedBy, dayText(decidedAt, where)] as const,
      }),
    ...(unattached && {
      candidates: candidatesFor(named, await peopleOf(db, school)).map((one) => choiceOf(one, writing.locale)),
    }),
    ...(kind === 'exposure' && { report: '/report' }),
    ...(kind === 'access' &&
      request.state === 'accepted' &&
      about !== null &&
      !(await isOwn(db, request, { by, at })) &&
      (await holdsOffice(db, { school, by, at }, 'decide')) && { copy: `/school/requests/${request.id}/copy` }),
  };
}

async function answeringOf(
  db: Portal['db'],
  request: PersonRequest,
  { person: by, at }: Moment,
): Promise<HandledData['answering']> {
  if (await isOwn(db, request, { by, at })) return 'own';
  return (await holdsOffice(db, { school: request.school, by, at }, 'decide')) ? 'yes' : 'no';
}
