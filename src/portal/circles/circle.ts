// GET and POST /circles/:id: one circle, for its members alone; whoever is not one finds nothing here.
import type Koa from 'koa';
import { type CircleData, circlePage, type MemberLine } from '../../../views/circles/circle.tsx';
import type { CircleDone } from '../../../views/circles/circles.tsx';
import {
  circleFor,
  convenesIn,
  endCircle,
  type InCircle,
  leaveCircle,
  type Member,
  removeMember,
  setModerator,
} from '../../circles/circles.ts';
import { invite } from '../../circles/invitations.ts';
import { sentFrom } from '../../circles/waiting.ts';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { DEFAULT_ZONE } from '../../facts/calendar.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { circleLine } from './circles.ts';

const done = ['created', 'invited', 'removed', 'moderates', 'unmoderated'] as const satisfies readonly CircleDone[];

export function oneCircle(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, act: InCircle, given: Given = {}): Promise<void> => {
    const token = formToken(ctx, purposeOf(act));
    const said = given.fault ? undefined : done.find((word) => ctx.query.done === word);
    const data = { token, ...(await dataOf(ctx, db, act)), done: said, ...given };
    render(ctx, circlePage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, actOf(ctx, await signedIn(ctx, portal))),
    take: async (ctx) => {
      const act = actOf(ctx, await signedIn(ctx, portal));
      requireFormToken(ctx, purposeOf(act));
      try {
        goTo(ctx, await doAct(ctx, db, act));
      } catch (error) {
        const fault = expected(error, 'invitee_missing', 'too_many_invitations', 'not_allowed');
        const typed = { person: field(ctx, 'person'), audience: field(ctx, 'audience') };
        await show(ctx, act, { fault, typed: field(ctx, 'act') === 'invite' ? typed : undefined });
      }
    },
  };
}

interface Given {
  readonly fault?: RefusalCode | undefined;
  readonly typed?: CircleData['typed'];
}

function actOf(ctx: Koa.Context, { person, at }: Moment): InCircle {
  return { circle: ctx.params.id, by: person, at };
}

function purposeOf({ circle, by }: InCircle): string {
  return `circle ${circle} ${by}`;
}

async function doAct(ctx: Koa.Context, db: Db, act: InCircle): Promise<string> {
  const on = (word: (typeof done)[number]) => `/circles/${act.circle}?done=${word}`;
  const person = field(ctx, 'person');
  switch (field(ctx, 'act')) {
    case 'invite':
      await invite(db, { ...act, name: person, audience: field(ctx, 'audience') });
      return on('invited');
    case 'remove':
      await removeMember(db, { ...act, person });
      return on('removed');
    case 'moderate':
      await setModerator(db, { ...act, person, moderates: true });
      return on('moderates');
    case 'unmoderate':
      await setModerator(db, { ...act, person, moderates: false });
      return on('unmoderated');
    case 'leave':
      await leaveCircle(db, act);
      return '/circles?done=left';
    case 'end':
      await endCircle(db, act);
      return '/circles?done=ended';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

async function dataOf(
  ctx: Koa.Context,
  db: Db,
  act: InCircle,
): Promise<Omit<CircleData, 'token' | 'done' | 'fault' | 'typed'>> {
  const { circle, members, own } = await circleFor(db, act);
  const where = { zone: DEFAULT_ZONE, locale: localeOf(ctx) };
  const persons = await listPersons(
    db,
    members.map(({ person }) => person),
  );
  const names = new Map(persons.map((one) => [one.id, fullName(one)]));
  const lines: MemberLine[] = [];
  for (const member of members) {
    const { person: key, role, since } = member;
    const convenes = own.role === 'owner' && role === 'member' && (await convenesIn(db, key, circle, act.at));
    const may = key === act.by ? [] : mayDo(own, member, convenes);
    lines.push({ key, name: names.get(key) ?? '', role, since: dayText(since, where), you: key === act.by, may });
  }
  const invites = own.role !== 'member' && (await convenesIn(db, act.by, circle, act.at));
  const sent = invites ? await sentFrom(db, circle.id, act.at) : undefined;
  return {
    ...circleLine(circle, where.locale),
    role: own.role,
    members: lines,
    sent: sent?.map(({ named, at }) => ({ named, day: dayText(at, where) })),
  };
}

/** What one member may do with another. */
function mayDo(own: Member, { role }: Member, convenes: boolean): MemberLine['may'] {
  if (own.role === 'member' || role === 'owner') return [];
  if (own.role === 'moderator') return role === 'member' ? ['remove'] : [];
  if (role === 'moderator') return ['unmoderate', 'remove'];
  return convenes ? ['moderate', 'remove'] : ['remove'];
}
