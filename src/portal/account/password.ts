// GET and POST /account/password: the password of now, then the new one; the other sessions end.
import type Koa from 'koa';
import { passwordPage } from '../../../views/account/password.tsx';
import { chooseFirstPassword } from '../../accounts/first-password.ts';
import { changePassword, provePassword } from '../../accounts/holding.ts';
import { passwordPolicyFor } from '../../accounts/passwords.ts';
import { identifierOf } from '../../accounts/records.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import {
  expected,
  type FormPage,
  goTo,
  type Moment,
  originOf,
  type Portal,
  requireSession,
  signedIn,
} from '../pages.ts';
import { rememberOwnDevice } from './devices.ts';
import { passwordOrFresh } from './proof.ts';

export function accountPassword(portal: Portal): FormPage {
  const { db, provider, config } = portal;
  const show = async (
    ctx: Koa.Context,
    { person, at }: Moment,
    { first, fault }: { first: boolean; fault?: RefusalCode },
  ): Promise<void> => {
    const { minimumLength } = await passwordPolicyFor(db, person, at);
    const token = formToken(ctx, purposeOf(person));
    const data = { token, identifier: await identifierOf(db, person), minimumLength, first, fault };
    render(ctx, passwordPage, data, { status: fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      const shows = await passwordOrFresh(ctx, portal);
      if (shows) await show(ctx, moment, { first: shows === 'fresh' });
    },
    take: async (ctx) => {
      const session = await requireSession(ctx, portal);
      const { person } = session;
      requireFormToken(ctx, purposeOf(person));
      const [old, password] = [field(ctx, 'old', 1000), field(ctx, 'password', 1000)];
      const holder = { ...originOf(ctx, portal), person };
      const kept = provider.keepOnly(session);
      const chosen = { ...holder, keys: config.keyFor, password, keep: kept.carry };
      const shows = await passwordOrFresh(ctx, portal);
      if (!shows) return;
      const first = shows === 'fresh';
      try {
        if (first) await chooseFirstPassword(db, chosen);
        else await changePassword(db, { ...chosen, old });
        await rememberOwnDevice(ctx, portal, person);
      } catch (error) {
        const fault = expected(error, 'password_wrong', 'password_too_weak');
        if (fault !== 'password_wrong' || !(await isPassword(portal, { ...holder, password })))
          return show(ctx, { person, at: holder.at }, { first, fault });
      }
      await kept.end();
      goTo(ctx, '/account?done=password');
    },
  };
}

/** A form sent twice, as a double click does, finds the new password in place: whoever typed it has succeeded. */
async function isPassword({ db }: Portal, asked: Parameters<typeof provePassword>[1]): Promise<boolean> {
  return provePassword(db, asked).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Refusal && error.code === 'password_wrong') return false;
      throw error;
    },
  );
}

function purposeOf(person: string): string {
  return `account password ${person}`;
}
