// GET and POST /account/email: the holder's own address, given, confirmed by a code, replaced or erased.
import type Koa from 'koa';
import { emailPage } from '../../../views/account/email.tsx';
import { confirmEmail, contactOf, pendingEmail, removeEmail } from '../../accounts/contact.ts';
import { lacksPassword } from '../../accounts/first-password.ts';
import { giveOwnEmail } from '../../accounts/holding.ts';
import { Refusal, type RefusalCode } from '../../errors.ts';
import { field, formToken, requireFormToken } from '../../http/forms.ts';
import { render } from '../../http/pages.ts';
import { expected, type FormPage, goTo, type Moment, originOf, type Portal, signedIn } from '../pages.ts';
import { passwordOrFresh } from './proof.ts';

const faults = ['email_invalid', 'email_code_invalid', 'password_wrong', 'too_many_tries'] as const;

/** How long after a confirmation the same form may come again, as a double click does. */
const AGAIN = 60_000;

export function accountEmail(portal: Portal): FormPage {
  const { db } = portal;
  const show = async (
    ctx: Koa.Context,
    { person, at }: Moment,
    given: { typed?: string; fault?: RefusalCode } = {},
  ): Promise<void> => {
    const withoutPassword = await lacksPassword(db, person);
    const current = (await contactOf(db, person))?.email;
    const waits = await pendingEmail(db, person, at);
    const token = formToken(ctx, purposeOf(person));
    const data = { token, current, waits, withoutPassword, ...given };
    render(ctx, emailPage, data, { status: given.fault ? 422 : 200, repeatable: true });
  };
  return {
    show: async (ctx) => show(ctx, await signedIn(ctx, portal)),
    take: async (ctx) => {
      const moment = await signedIn(ctx, portal);
      requireFormToken(ctx, purposeOf(moment.person));
      const typed = field(ctx, 'email', 300);
      try {
        const to = await act(ctx, portal, moment);
        if (to !== undefined) goTo(ctx, to);
      } catch (error) {
        await show(ctx, moment, { typed, fault: expected(error, ...faults) });
      }
    },
  };
}

/** Does what the form says; where to go on, unless the browser is on its way already. */
async function act(ctx: Koa.Context, portal: Portal, moment: Moment): Promise<string | undefined> {
  const { db, config } = portal;
  const keys = config.keyFor;
  const verb = field(ctx, 'act');
  if (verb === 'give') {
    const [email, password] = [field(ctx, 'email', 300), field(ctx, 'password', 1000)];
    const shows = await passwordOrFresh(ctx, portal);
    if (!shows) return undefined;
    await giveOwnEmail(db, {
      ...originOf(ctx, portal),
      ...moment,
      email,
      password,
      fresh: shows === 'fresh',
      keys,
    });
    return '/account/email';
  }
  if (verb === 'remove') {
    await removeEmail(db, { ...moment, keys });
    return '/account?done=removed';
  }
  if (verb !== 'confirm') throw new Refusal('bad_request', 'expected `give`, `confirm` or `remove`');
  await confirmEmail(db, { ...moment, code: field(ctx, 'code'), keys }).catch(async (error: unknown) => {
    const verifiedAt = (await contactOf(db, moment.person))?.verifiedAt ?? 0;
    if ((await pendingEmail(db, moment.person, moment.at)) || verifiedAt < moment.at - AGAIN) throw error;
  });
  return '/account?done=email';
}

function purposeOf(person: string): string {
  return `account email ${person}`;
}
