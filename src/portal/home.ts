// GET /: what Préau is, or a greeting.
import type Koa from 'koa';
import { homePage } from '../../views/home.tsx';
import { findPerson } from '../directory/persons.ts';
import { render } from '../http/pages.ts';
import type { Portal } from './pages.ts';

export function home({ db, provider }: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const session = await provider.session(ctx);
    if (!session) return render(ctx, homePage, {});
    const { givenName, familyName } = await findPerson(db, session.person);
    render(ctx, homePage, { person: { name: `${givenName} ${familyName}`, since: session.since } });
  };
}
