// GET /me: the ways to all that concerns one's own data.
import type Koa from 'koa';
import { type MeData, mePage } from '../../../views/data/me.tsx';
import { fullName } from '../../directory/naming.ts';
import { listPersons } from '../../directory/persons.ts';
import { render } from '../../http/pages.ts';
import { minorsOf } from '../../privacy/reach.ts';
import { type Portal, signedIn } from '../pages.ts';
import { closedServices } from '../requests/modules.ts';
import { nameOf } from './telling.ts';

/** The other pages about one's account and rights. */
const links: MeData['links'] = [
  { to: 'requests', href: '/me/requests' },
  { to: 'factors', href: '/account/factors' },
  { to: 'password', href: '/account/password' },
  { to: 'contact', href: '/account/email' },
  { to: 'notices', href: '/notices' },
  { to: 'close', href: '/account/close' },
];

export function me(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person, at } = await signedIn(ctx, portal);
    const children = await listPersons(db, await minorsOf(db, person, at));
    const closed = await closedServices(ctx, db, { person, at }, children);
    render(ctx, mePage, {
      name: await nameOf(db, person),
      children: children.map((child) => ({ id: child.id, name: fullName(child) })),
      closed,
      links,
    });
  };
}
