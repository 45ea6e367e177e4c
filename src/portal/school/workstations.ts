// GET and POST /school/workstations: the browsers that are shared workstations; this one is made one, or one is made so no more.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import { type WorkstationsData, workstationsPage } from '../../../views/school/workstations.tsx';
import { listSchools } from '../../directory/schools.ts';
import { markWorkstation, workstationsAt } from '../../directory/shared-workstations.ts';
import { workstationsOf } from '../../directory/workstations.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { becomeWorkstation } from '../../http/workstation.ts';
import { closeWorkstation } from '../../oidc/workstations.ts';
import { list } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';

export function workstations(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, given: Given = {}): Promise<void> => {
    const schools = await schoolsOf(ctx, db, moment);
    const done = !given.fault && ctx.query.done === 'ended' ? ('ended' as const) : undefined;
    const data = { token: formToken(ctx, purposeOf(moment)), schools, done, ...given };
    render(ctx, workstationsPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment));
      const school = field(ctx, 'school');
      if (!(await lookedAfterBy(db, moment)).includes(school)) throw notAllowed();
      try {
        goTo(ctx, await doAct(ctx, portal, moment, school));
      } catch (error) {
        const typed = { place: field(ctx, 'place'), school };
        await show(ctx, moment, { fault: expected(error, 'place_missing', 'nothing_to_end'), typed });
      }
    },
  };
}

interface Given {
  readonly fault?: RefusalCode | undefined;
  readonly typed?: WorkstationsData['typed'];
}

function purposeOf({ person }: Moment): string {
  return `workstations ${person}`;
}

async function doAct(
  ctx: Koa.Context,
  { db, provider }: Portal,
  { person: by, at }: Moment,
  school: string,
): Promise<string> {
  switch (field(ctx, 'act')) {
    case 'mark': {
      const place = field(ctx, 'place');
      if (place.trim() === '') throw new Refusal('place_missing', 'expected where it is, and when it is open');
      becomeWorkstation(ctx, await markWorkstation(db, { school, place, by, at }));
      // whoever marks it does not leave their own session there
      const open = await provider.session(ctx);
      const [own] = (await provider.sessionsOf(by, open?.sid ?? '')).filter(({ current }) => current);
      if (own) await provider.endSession(by, own.key);
      return '/';
    }
    case 'end':
      await closeWorkstation(db, { id: field(ctx, 'id'), school, by, at });
      return '/school/workstations?done=ended';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}

async function schoolsOf(ctx: Koa.Context, db: Db, moment: Moment): Promise<WorkstationsData['schools']> {
  const uais = await lookedAfterBy(db, moment);
  if (uais.length === 0) throw notAllowed();
  const schools: WorkstationsData['schools'][number][] = [];
  for (const { uai, name, zone } of await listSchools(db, uais)) {
    const where = { zone, locale: localeOf(ctx) };
    const places = (await workstationsOf(db, uai, moment.at)).map(({ properties }) => String(properties.where));
    const marked = (await workstationsAt(db, uai)).map(({ id, place, markedAt }) => ({
      id,
      place,
      since: dayText(markedAt, where),
    }));
    schools.push({ uai, name, places, marked });
  }
  return schools;
}

/** The schools whose accounts a person looks after. */
async function lookedAfterBy(db: Db, { person, at }: Moment): Promise<string[]> {
  return (await list(db, { person, action: 'activate', type: 'school', when: { at } })).map(({ id }) => id);
}

/** The way on from the front page, for those who look after accounts. */
export async function aboutWorkstations(db: Db, moment: Moment): Promise<Way[]> {
  return (await lookedAfterBy(db, moment)).length > 0 ? [{ to: 'workstations' }] : [];
}

function notAllowed(): Refusal {
  return new Refusal('not_allowed', 'expected somebody who looks after the accounts of this school');
}
