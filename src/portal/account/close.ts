// GET and POST /account/close, and the goodbye: the holder closes their account, with their password and nobody's leave.
import type Koa from 'koa';
import { closedPage, closePage } from '../../../views/account/close.tsx';
import { closeAccount } from '../../accounts/holding.ts';
import { stateOf } from '../../accounts/states.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { seal, unseal } from '../../http/cookies.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { expected, type FormPage, goTo, originOf, type Portal, signedIn } from '../pages.ts';
import { passwordOrFresh } from './proof.ts';

const HOURS = 3_600_000;

export function accountClose(portal: Portal): FormPage {
  const { db, config, provider } = portal;
  const show = (
    ctx: Koa.Context,
    person: string,
    { shows, fault }: { shows: 'password' | 'fresh'; fault?: RefusalCode },
  ): void => {
    const whose = seal(config, { closes: person }, Date.now() + 4 * HOURS);
    const data = { token: formToken(ctx, purposeOf(person)), whose, withoutPassword: shows === 'fresh', fault };
    render(ctx, closePage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      const { person } = await signedIn(ctx, portal);
      const shows = await passwordOrFresh(ctx, portal);
      if (shows) show(ctx, person, { shows });
    },
    take: async (ctx) => {
      if (await isClosed(ctx, portal)) return goTo(ctx, '/account/closed');
      const { person } = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(person));
      const shows = await passwordOrFresh(ctx, portal);
      if (!shows) return;
      const shown = { password: field(ctx, 'password', 1000), fresh: shows === 'fresh' };
      try {
        await closeAccount(db, { ...originOf(ctx, portal), ...shown, person, keys: config.keyFor });
      } catch (error) {
        if (!(error instanceof Refusal) || !(await isClosed(ctx, portal)))
          return show(ctx, person, { shows, fault: expected(error, 'password_wrong') });
      }
      await provider.endSessions(person);
      goTo(ctx, '/account/closed');
    },
  };
}

/** GET /account/closed */
export function accountClosed(): (ctx: Koa.Context) => void {
  return (ctx) => render(ctx, closedPage, {});
}

/** A form sent twice, as a double click does: its account is closed already, and nobody is signed in any more. */
async function isClosed(ctx: Koa.Context, { db, config }: Portal): Promise<boolean> {
  const whose = unseal<{ closes: string }>(config, field(ctx, 'whose', 1000), Date.now())?.closes;
  if (whose === undefined) return false;
  requireFormToken(ctx, purposeOf(whose));
  const state = await stateOf(db, whose, Date.now());
  return state === 'closed' || state === 'record' || state === 'invited';
}

function purposeOf(person: string): string {
  return `account close ${person}`;
}
