// GET and POST /me/sessions: the sessions of whoever is signed in; one ended, or all the others.
import type Koa from 'koa';
import { type SessionShown, sessionsPage } from '../../../views/data/sessions.tsx';
import { Refusal } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { type FormPage, goTo, type Portal, requireSession } from '../pages.ts';
import { clockOf, moduleNames } from './telling.ts';

export function sessions(portal: Portal): FormPage {
  const { provider } = portal;
  return {
    show: async (ctx) => {
      const session = await requireSession(ctx, portal);
      const done = (['ended', 'others'] as const).find((word) => word === ctx.query.done);
      const token = formToken(ctx, purposeOf(session.person));
      render(ctx, sessionsPage, { token, sessions: await sessionsShown(ctx, portal, session), done });
    },
    take: async (ctx) => {
      const { person, sid } = await requireSession(ctx, portal);
      requireFormToken(ctx, purposeOf(person));
      const act = field(ctx, 'act');
      if (act === 'others') {
        for (const { key, current } of await provider.sessionsOf(person, sid))
          if (!current) await provider.endSession(person, key);
        return goTo(ctx, '/me/sessions?done=others');
      }
      if (act !== 'end') throw new Refusal('bad_request', 'expected `act` to be one of the page');
      // one that has ended already, or is not theirs, is not there either way
      await provider.endSession(person, field(ctx, 'session'));
      goTo(ctx, '/me/sessions?done=ended');
    },
  };
}

function purposeOf(person: string): string {
  return `sessions ${person}`;
}

async function sessionsShown(
  ctx: Koa.Context,
  portal: Portal,
  { person, sid }: { person: string; sid: string },
): Promise<SessionShown[]> {
  const found = await portal.provider.sessionsOf(person, sid);
  const clock = await clockOf(ctx, portal.db, person, Date.now());
  const names = await moduleNames(
    ctx,
    portal,
    found.flatMap(({ modules }) => modules.map(({ client }) => client)),
  );
  const { proof } = wordsOf(localeOf(ctx)).pages.data.sessions;
  return found.map(({ key, current, since, proofs, modules }) => ({
    key,
    current,
    when: clock.moment(since),
    proofs: [...new Set(proofs.flatMap((one) => proof[one] ?? []))].join(', '),
    modules: modules.map(({ client, since: entered }) => ({
      name: names.get(client) ?? '',
      when: clock.moment(entered),
    })),
  }));
}
