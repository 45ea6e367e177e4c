// GET and POST /circles: invitations to answer, one's circles, one's children's, and creating one.
import type Koa from 'koa';
import {
  type CircleDone,
  type CircleLine,
  type CirclesData,
  type CreateTyped,
  circlesPage,
} from '../../../views/circles/circles.tsx';
import type { Way } from '../../../views/home.tsx';
import { type Circle, circlesOf, createCircle, latestEnd } from '../../circles/circles.ts';
import { acceptInvitation, answerForChild, refuseInvitation, takeBackAgreement } from '../../circles/invitations.ts';
import { agreementsAskedOf, agreementsAwaited, circlesOfChildren, invitationsOf } from '../../circles/waiting.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { listSchools, type School } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { DEFAULT_ZONE, dayOf, endOfDay, isDay } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { type Locale, localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { lastDayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

const done = [
  'accepted',
  'agreeing',
  'refused',
  'agreed',
  'disagreed',
  'takenBack',
  'left',
  'ended',
] as const satisfies readonly CircleDone[];

const faults = [
  'circle_incomplete',
  'circle_school_missing',
  'dates_refused',
  'invitation_closed',
  'not_allowed',
  'unknown_circle',
] as const satisfies readonly RefusalCode[];

export function circlesHome(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, given: Given = {}): Promise<void> => {
    const token = formToken(ctx, purposeOf(moment));
    const said = done.find((word) => ctx.query.done === word);
    const data = {
      token,
      ...(await dataOf(db, moment, localeOf(ctx))),
      done: given.fault ? undefined : said,
      ...given,
    };
    render(ctx, circlesPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      try {
        goTo(ctx, await doAct(ctx, db, moment));
      } catch (error) {
        const typed = field(ctx, 'act') === 'create' ? typedIn(ctx) : undefined;
        await show(ctx, moment, { fault: expected(error, ...faults), typed });
      }
    },
  };
}

interface Given {
  readonly fault?: RefusalCode | undefined;
  readonly typed?: CreateTyped | undefined;
}

/** A form is for the person it was shown to, whoever else signs in in the same browser. */
function purposeOf({ person }: Moment): string {
  return `circles ${person}`;
}

/** Does what the form says; where to go on. */
async function doAct(ctx: Koa.Context, db: Db, { person: by, at }: Moment): Promise<string> {
  const answer = { invitation: field(ctx, 'invitation'), by, at };
  const on = (word: (typeof done)[number]) => `/circles?done=${word}`;
  switch (field(ctx, 'act')) {
    case 'accept':
      return on((await acceptInvitation(db, answer)) === 'member' ? 'accepted' : 'agreeing');
    case 'refuse':
      await refuseInvitation(db, { ...answer, never: field(ctx, 'never') === 'yes' });
      return on('refused');
    case 'agree':
      await answerForChild(db, { ...answer, agrees: true });
      return on('agreed');
    case 'disagree':
      await answerForChild(db, { ...answer, agrees: false });
      return on('disagreed');
    case 'take-back':
      await takeBackAgreement(db, { circle: field(ctx, 'circle'), child: field(ctx, 'child'), by, at });
      return on('takenBack');
    case 'create':
      return `/circles/${await create(ctx, db, by, at)}?done=created`;
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

async function create(ctx: Koa.Context, db: Db, by: string, at: number): Promise<string> {
  const { name, purpose, until, beyond, schools } = typedIn(ctx);
  const [first] = await listSchools(db, schools.slice(0, 1));
  if (!isDay(until)) throw new Refusal('dates_refused', 'expected a day');
  const end = endOfDay(until, first?.zone ?? DEFAULT_ZONE);
  return createCircle(db, { by, schools, name, purpose, beyondSchooling: beyond, until: end, at });
}

function typedIn(ctx: Koa.Context): CreateTyped {
  const { body = {} } = ctx.request as { body?: Record<string, unknown> };
  return {
    name: field(ctx, 'name'),
    purpose: field(ctx, 'purpose', 1000),
    until: field(ctx, 'until'),
    beyond: field(ctx, 'beyond') === 'yes',
    schools: Object.keys(body).flatMap((name) => /^school-(\w{1,20})$/.exec(name)?.[1] ?? []),
  };
}

async function dataOf(
  db: Db,
  { person, at }: Moment,
  locale: Locale,
): Promise<Omit<CirclesData, 'token' | 'done' | 'fault' | 'typed'>> {
  const [waiting, agreeing, own] = [
    await invitationsOf(db, person, at),
    await agreementsAwaited(db, person, at),
    await circlesOf(db, person, at),
  ];
  const [asks, children] = [await agreementsAskedOf(db, person, at), await circlesOfChildren(db, person, at)];
  const people = [
    ...[...waiting, ...asks].flatMap(({ inviter, invitee }) => [inviter, invitee]),
    ...children.map(({ child }) => child),
  ];
  const names = new Map((await listPersons(db, people)).map((one) => [one.id, fullName(one)]));
  const nameOf = (key: string) => names.get(key) ?? '';
  const schools = await conveningSchools(db, { person, at });
  const lineOf = (circle: Circle) => circleLine(circle, locale);
  return {
    waiting: waiting.map(({ id, inviter, members, to }) => ({
      ...lineOf(to),
      invitation: id,
      inviter: nameOf(inviter),
      members,
    })),
    agreeing: agreeing.map(({ id, to }) => ({ ...lineOf(to), invitation: id })),
    own: own.map(lineOf),
    asks: asks.map(({ id, invitee, inviter, to }) => ({
      ...lineOf(to),
      invitation: id,
      child: nameOf(invitee),
      inviter: nameOf(inviter),
    })),
    children: children.map(({ child, circle, agreed }) => ({
      ...lineOf(circle),
      child: nameOf(child),
      key: child,
      agreed,
    })),
    schools: schools.map(({ uai, name }) => ({ uai, name })),
    days: await daysIn(db, schools, at),
  };
}

export function circleLine(circle: Circle, locale: Locale): CircleLine {
  const { id, name, purpose, beyondSchooling: beyond, endsAt } = circle;
  return { id, name, purpose, beyond, until: lastDayText(endsAt, { zone: DEFAULT_ZONE, locale }) };
}

/** Where a person may create a circle. */
async function conveningSchools(db: Db, { person, at }: Moment): Promise<School[]> {
  const reached = await list(db, { person, action: 'convene', type: 'school', when: { at } });
  return listSchools(
    db,
    reached.map(({ id }) => id),
  );
}

async function daysIn(db: Db, schools: readonly School[], at: number): Promise<CirclesData['days']> {
  const zone = schools[0]?.zone ?? DEFAULT_ZONE;
  if (schools.length === 0) return { first: '', last: '' };
  const uais = schools.map(({ uai }) => uai);
  return { first: dayOf(at, zone), last: dayOf((await latestEnd(db, uais, at)) - 1, zone) };
}

/** The way on from the front page: for whoever has something there, or may create one. */
export async function aboutCircles(db: Db, moment: Moment): Promise<Way[]> {
  const { person, at } = moment;
  const waiting = [...(await invitationsOf(db, person, at)), ...(await agreementsAskedOf(db, person, at))];
  const present =
    waiting.length > 0 ||
    (await circlesOf(db, person, at)).length > 0 ||
    (await circlesOfChildren(db, person, at)).length > 0 ||
    (await list(db, { person, action: 'convene', type: 'school', when: { at } })).length > 0;
  return present ? [{ to: 'circles', count: waiting.length }] : [];
}
