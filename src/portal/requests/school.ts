// GET and POST /school/requests: for those who handle requests, school by school, what waits and since when.
import type Koa from 'koa';
import { type HandledLine, type SchoolRequests, schoolRequestsPage } from '../../../views/requests/school.tsx';
import { findSchool } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { markForwarded, markSent } from '../../privacy/requests/deciding.ts';
import { findRequests, type PersonRequest } from '../../privacy/requests/records.ts';
import { schoolsWhere } from '../../privacy/requests/standing.ts';
import type { Db } from '../../storage/storage.ts';
import { doneIn } from '../logbooks/openings.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { closedTo, handledLineOf, writingOf } from './lines.ts';

const done = [
  'filed',
  'accepted',
  'refused',
  'extended',
  'withdrawn',
  'identified',
  'attached',
  'forwarded',
  'sent',
] as const;

/** How long what is closed stays on the page. */
const RECENT = 31 * 86_400_000;

export function schoolRequests(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, fault?: RefusalCode): Promise<void> => {
    const handled = await handledSchools(db, moment);
    if (handled.size === 0) throw new Refusal('not_allowed', 'expected somebody who handles requests');
    const token = formToken(ctx, purposeOf(moment));
    const schools = await Promise.all([...handled].map((uai) => schoolShown(ctx, db, uai, moment)));
    render(
      ctx,
      schoolRequestsPage,
      { token, schools, done: doneIn(ctx, done), fault },
      { status: fault ? 422 : 200, repeatable: true },
    );
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      const act = { id: field(ctx, 'request'), by: moment.person, at: moment.at };
      const name = field(ctx, 'act');
      try {
        if (name === 'forward') await markForwarded(db, act);
        else if (name === 'sent') await markSent(db, act);
        else throw new Refusal('bad_request', 'expected `act` to be one of the page');
        goTo(ctx, `/school/requests?done=${name === 'forward' ? 'forwarded' : 'sent'}`);
      } catch (error) {
        await show(ctx, moment, expected(error, 'request_over'));
      }
    },
  };
}

function purposeOf({ person }: Moment): string {
  return `school requests ${person}`;
}

/** The schools where somebody records, handles or decides requests. */
export async function handledSchools(db: Db, { person, at }: Moment): Promise<ReadonlySet<string>> {
  const files = await schoolsWhere(db, person, 'file', at);
  const decides = await schoolsWhere(db, person, 'decide', at);
  return new Set([...files, ...decides].sort());
}

async function schoolShown(ctx: Koa.Context, db: Db, uai: string, { person, at }: Moment): Promise<SchoolRequests> {
  const { name } = await findSchool(db, uai);
  const requests = await findRequests(db, { school: uai });
  const isRecent = ({ decidedAt }: PersonRequest) => decidedAt !== null && decidedAt > at - RECENT;
  const shown = requests.filter((one) => one.state === 'open' || isRecent(one) || waitsForAgent(one));
  const writing = await writingOf(ctx, db, shown, at);
  const closed = await closedTo(db, shown, { by: person, at });
  const lineTo = (request: PersonRequest): HandledLine => {
    const line = handledLineOf(request, writing);
    return closed.has(request.id) ? { ...line, wanted: undefined } : line;
  };
  const lines = (which: (request: PersonRequest) => boolean) => shown.filter(which).map(lineTo);
  const open = shown
    .filter(({ state }) => state === 'open')
    .sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  return {
    uai,
    name,
    open: open.map(lineTo),
    upstream: lines(isUpstream),
    letters: lines(isLetter),
    closed: lines((one) => one.state !== 'open' && !waitsForAgent(one)),
    files: (await schoolsWhere(db, person, 'file', at)).includes(uai),
    oversees: (await schoolsWhere(db, person, 'oversee', at)).includes(uai),
  };
}

function isUpstream({ kind, state, forwardedAt }: PersonRequest): boolean {
  return kind === 'rectification' && state === 'accepted' && forwardedAt === null;
}

function isLetter({ answer, answeredAt, state, extensionTold, extensionToldAt }: PersonRequest): boolean {
  if (state === 'open') return extensionTold === 'letter' && extensionToldAt === null;
  return answer === 'letter' && answeredAt === null;
}

function waitsForAgent(request: PersonRequest): boolean {
  return isUpstream(request) || isLetter(request);
}
