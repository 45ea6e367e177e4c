// GET /account: one's own account, and what there is to do with it.
import type Koa from 'koa';
import { accountHomePage } from '../../../views/account/account.tsx';
import { contactOf, pendingEmail } from '../../accounts/contact.ts';
import { accountOf } from '../../accounts/records.ts';
import { fullName } from '../../directory/naming.ts';
import { findPerson } from '../../directory/persons.ts';
import { render } from '../../http/pages.ts';
import { type Portal, signedIn } from '../pages.ts';
import { namesOfProviders } from './proof.ts';

const done = ['password', 'email', 'removed'] as const;

export function accountHome(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person, at } = await signedIn(ctx, portal);
    const contact = await contactOf(db, person);
    const account = await accountOf(db, person);
    const waits = await pendingEmail(db, person, at);
    const address = contact?.email ?? waits;
    render(ctx, accountHomePage, {
      name: fullName(await findPerson(db, person)),
      identifier: account?.identifier ?? '',
      providers: await namesOfProviders(db, person),
      hasPassword: account?.secret != null,
      email: address === undefined ? undefined : { address, confirmed: contact !== undefined },
      done: done.find((word) => ctx.query.done === word),
    });
  };
}
