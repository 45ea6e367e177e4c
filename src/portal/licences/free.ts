// GET and POST /licences/free/:uai: what is free, opened to the people of a school and closed again by who gives its licences.
import type Koa from 'koa';
import { type FreeData, type FreeLine, freePage } from '../../../views/licences/free.tsx';
import { closeFreeAt, freeFor, openFreeAt } from '../../acts/free.ts';
import { type ResourceAudience, resourceAudiences } from '../../directory/offers.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { isConnected } from '../../resources/agreements.ts';
import type { FreeAt } from '../../resources/free.ts';
import { dayText } from '../days.ts';
import { expected, type FormPage, goTo, type Moment, type Portal, signedIn } from '../pages.ts';
import { receivedBy } from '../received.ts';

const done = ['opened', 'closed'] as const satisfies readonly FreeData['done'][];

interface Refused {
  readonly fault: RefusalCode;
  readonly resource: string;
  readonly typed: readonly ResourceAudience[];
}

export function freeResources(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (ctx: Koa.Context, moment: Moment, refused?: Refused): Promise<void> => {
    const { uai, at, by } = actIn(ctx, moment);
    const found = await freeFor(db, { school: uai, by, at });
    const school = await findSchool(db, uai);
    const [locale, { zone }] = [localeOf(ctx), school];
    const lineOf = ({ resource, open, since }: FreeAt): FreeLine => ({
      id: resource.id,
      name: resource.name,
      publisher: resource.publisher.name,
      description: resource.details.description,
      received: receivedBy(resource, locale),
      publics: resource.free,
      open,
      since: since === undefined ? undefined : dayText(since, { zone, locale }),
      typed: refused?.resource === resource.id ? refused.typed : undefined,
    });
    const data: FreeData = {
      token: formToken(ctx, purposeOf(moment, uai)),
      uai,
      school: school.name,
      connected: await isConnected(db, uai, at),
      resources: found.map(lineOf),
      done: refused ? undefined : done.find((word) => ctx.query.done === word),
      fault: refused?.fault,
    };
    render(ctx, freePage, data, { status: refused ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const { uai, by, at } = actIn(ctx, moment);
      await freeFor(db, { school: uai, by, at });
      requireFormToken(ctx, purposeOf(moment, uai));
      const resource = field(ctx, 'resource', 1024);
      const typed = resourceAudiences.filter((audience) => field(ctx, `to-${audience}`) !== '');
      try {
        goTo(ctx, `/licences/free/${uai}?done=${await doAct(portal, ctx, { school: uai, resource, typed, by, at })}`);
      } catch (error) {
        await show(ctx, moment, { fault: expected(error, 'free_refused'), resource, typed });
      }
    },
  };
}

function actIn(ctx: Koa.Context, { person: by, at }: Moment): { uai: string; by: string; at: number } {
  return { uai: String(ctx.params.uai), by, at };
}

function purposeOf({ person }: Moment, uai: string): string {
  return `free ${person} ${uai}`;
}

async function doAct(
  { db }: Portal,
  ctx: Koa.Context,
  { typed, ...act }: { school: string; resource: string; typed: readonly ResourceAudience[]; by: string; at: number },
): Promise<(typeof done)[number]> {
  switch (field(ctx, 'act')) {
    case 'open':
      await openFreeAt(db, { ...act, audiences: typed });
      return 'opened';
    case 'close':
      await closeFreeAt(db, act);
      return 'closed';
    default:
      throw new Refusal('bad_request', 'expected `act` to be one of the page');
  }
}
