// GET and POST /me/requests: one's own requests, and a new one; GET and POST /me/requests/:id: one of them.
import type Koa from 'koa';
import { type MineData, type MineForm, minePage } from '../../../views/requests/mine.tsx';
import { onePage } from '../../../views/requests/one.tsx';
import { listLogbooks } from '../../directory/logbooks.ts';
import { listSchools } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { factsAbout } from '../../facts/facts.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { minorsOf } from '../../privacy/reach.ts';
import { withdrawRequest } from '../../privacy/requests/deciding.ts';
import { fileRequest } from '../../privacy/requests/filing.ts';
import { kinds, type RequestKind, targets } from '../../privacy/requests/kinds.ts';
import { findRequests, isItsAlone, type PersonRequest, readRequest } from '../../privacy/requests/records.ts';
import { isTheirs, mayTakeBack, schoolsOf } from '../../privacy/requests/standing.ts';
import { nameOf } from '../data/telling.ts';
import { doneIn, titleOf } from '../logbooks/openings.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { childOf, effectOf, lineOf, writingOf } from './lines.ts';
import { modulesServing, requireServed } from './modules.ts';

/** What the page itself can say of a request that was not filed. */
const faults = [
  'request_open',
  'request_words_missing',
  'correction_missing',
] as const satisfies readonly RefusalCode[];

const done = ['filed', 'withdrawn'] as const;

type Typed = MineForm['typed'];

export function myRequests(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (
    ctx: Koa.Context,
    moment: Moment,
    given: { fault?: RefusalCode; typed?: Typed } = {},
  ): Promise<void> => {
    const mine = await requestsOf(db, moment);
    const writing = await writingOf(ctx, db, mine, moment.at);
    const asks = await kindsFor(portal, moment);
    const kind = asks.find((one) => one === ctx.query.kind);
    const data: MineData = {
      token: formToken(ctx, purposeOf(moment)),
      requests: mine.map((request) => ({
        ...lineOf(request, writing),
        school: writing.schools.get(request.school)?.name ?? '',
        child: request.asker === moment.person ? childOf(request, writing) : undefined,
      })),
      kinds: asks,
      form: kind && (await formFor(ctx, portal, moment, { kind, typed: given.typed })),
      done: doneIn(ctx, done),
      fault: given.fault,
    };
    render(ctx, minePage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      const typed = typedIn(ctx);
      const kind = field(ctx, 'kind') as RequestKind;
      const { person: by, at } = moment;
      try {
        await requireServed(db, typed);
        await fileRequest(db, { ...typed, kind, signatories: Number(typed.signatories || '1'), by, at });
        goTo(ctx, '/me/requests?done=filed');
      } catch (error) {
        await show(ctx, moment, { fault: expected(error, ...faults), typed });
      }
    },
  };
}

/** What somebody asked, and what was asked for them that is theirs to take back. */
async function requestsOf(db: Portal['db'], { person, at }: Moment): Promise<PersonRequest[]> {
  const asked = await findRequests(db, { asker: person });
  const forThem: PersonRequest[] = [];
  for (const request of await findRequests(db, { about: person }))
    if (request.asker !== person && (await isTheirs(db, request, { by: person, at }))) forThem.push(request);
  return [...asked, ...forThem];
}

function purposeOf({ person }: Moment): string {
  return `requests ${person}`;
}

function typedIn(ctx: Koa.Context): Typed {
  return {
    school: field(ctx, 'school'),
    about: field(ctx, 'about'),
    target: field(ctx, 'target'),
    wanted: field(ctx, 'wanted'),
    words: field(ctx, 'words', 8_000),
    signatories: field(ctx, 'signatories', 6),
  };
}

/** What a person may ask: all of it, of a school that holds something; what could be read is asked by staff. */
async function kindsFor({ db }: Portal, { person, at }: Moment): Promise<RequestKind[]> {
  const own = await schoolsOf(db, person, 'all');
  const staff = await schoolsOf(db, person, 'staff');
  const asks = own.length > 0 || (await minorsOf(db, person, at)).length > 0;
  return kinds.filter((kind) => (kind === 'exposure' ? staff.length > 0 : asks));
}

async function formFor(
  ctx: Koa.Context,
  { db }: Portal,
  { person, at }: Moment,
  { kind, typed }: { kind: RequestKind; typed?: Typed | undefined },
): Promise<MineForm> {
  const children = kind === 'exposure' ? [] : await minorsOf(db, person, at);
  const { me } = wordsOf(localeOf(ctx)).pages.requests;
  const persons = [{ value: person, label: me.self }];
  for (const child of children) persons.push({ value: child, label: await nameOf(db, child) });
  const known = await Promise.all(
    persons.map(({ value }) => schoolsOf(db, value, kind === 'exposure' ? 'staff' : 'all')),
  );
  const schools = await listSchools(db, [...new Set(known.flat())]);
  const keeps = kind === 'erasure' ? await factsAbout(db, 'subject', person, at, ['owns', 'authored']) : [];
  const logbooks = await listLogbooks(db, [...new Set(keeps.map(({ object }) => object))]);
  return {
    kind,
    persons,
    schools: schools.map(({ uai, name }) => ({ value: uai, label: name })),
    targets: targets[kind].filter((target) => target !== 'logbook' && target !== 'module'),
    modules:
      kind !== 'objection'
        ? []
        : await modulesServing(
            db,
            schools.map(({ uai }) => uai),
          ),
    logbooks: logbooks.map((logbook) => ({ value: `logbook:${logbook.id}`, label: titleOf(logbook) })),
    typed: typed ?? {
      school: schools[0]?.uai ?? '',
      about: person,
      target: '',
      wanted: '',
      words: '',
      signatories: '1',
    },
  };
}

/** One's own request; `unknown_request` for anybody else's. */
async function ownRequest(ctx: Koa.Context, { db }: Portal, { person, at }: Moment): Promise<PersonRequest> {
  const { id } = (ctx as Koa.Context & { params: { id: string } }).params;
  const request = await readRequest(db, id);
  if (!request || !(await isTheirs(db, request, { by: person, at })))
    throw new Refusal('unknown_request', 'expected a request of the person signed in');
  return request;
}

export function myRequest(portal: Portal): FormPage {
  const { db } = portal;
  const purpose = ({ id }: PersonRequest, { person }: Moment) => `request ${id} ${person}`;
  return {
    show: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const request = await ownRequest(ctx, portal, moment);
      const writing = await writingOf(ctx, db, [request], moment.at);
      const { words, extensionReason, reason, ground, about, state, kind, mandate, document, id } = request;
      const data = {
        token: formToken(ctx, purpose(request, moment)),
        line: lineOf(request, writing),
        school: writing.schools.get(request.school)?.name ?? '',
        // what somebody else wrote for them stays between the school and who wrote it
        child: request.asker === moment.person ? childOf(request, writing) : undefined,
        ...(words !== null && request.asker === moment.person && { words }),
        ...(mandate && { mandate: [mandate.reference, mandate.holder] as const }),
        ...(document !== null && (await isItsAlone(db, request)) && { document: `/me/requests/${id}/mandate` }),
        ...(extensionReason !== null && { extensionReason }),
        ...(reason !== null && { reason }),
        ...(ground !== null && { ground }),
        effect: effectOf(request),
        ...(kind === 'access' && state === 'accepted' && { copy: copyAt(about, moment) }),
        withdrawal: (await mayTakeBack(db, request, { by: moment.person, at: moment.at }))
          ? withdrawalOf(request)
          : undefined,
      };
      render(ctx, onePage, data, { repeatable: true });
    },
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const request = await ownRequest(ctx, portal, moment);
      requireFormToken(ctx, purpose(request, moment));
      await withdrawRequest(db, { id: request.id, by: moment.person, at: moment.at });
      goTo(ctx, '/me/requests?done=withdrawn');
    },
  };
}

function copyAt(about: string | null, { person }: Moment): string {
  return about === person || about === null ? '/me/copy' : `/me/children/${about}/copy`;
}

function withdrawalOf({ kind, state }: PersonRequest): 'open' | 'honoured' | undefined {
  if (state === 'open') return 'open';
  return kind === 'objection' && state === 'accepted' ? 'honoured' : undefined;
}
