// GET /: what Préau is, or a greeting and the ways on.
import type Koa from 'koa';
import { type HomeData, homePage } from '../../views/home.tsx';
import { findPerson } from '../directory/persons.ts';
import { render } from '../http/pages.ts';
import { standingOf } from '../rights/grants.ts';
import { openingsOf } from '../rights/openings.ts';
import { list } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { Portal } from './pages.ts';

export function home({ db, provider }: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const session = await provider.session(ctx);
    if (!session) return render(ctx, homePage, {});
    const { person, since } = session;
    const { givenName, familyName } = await findPerson(db, person);
    render(ctx, homePage, { person: { name: `${givenName} ${familyName}`, since, ...(await waysOn(db, person)) } });
  };
}

/** The pages that have something for a person: those of staff. */
async function waysOn(db: Db, person: string): Promise<Omit<NonNullable<HomeData['person']>, 'name' | 'since'>> {
  const at = Date.now();
  const { decided, decides, keeps, received } = await openingsOf(db, { person, at });
  const asked = { person, type: 'logbook', when: { at } } as const;
  const others =
    received.length > 0 ||
    (await list(db, { ...asked, action: 'see_readers' })).length > 0 ||
    (await list(db, { ...asked, action: 'request' })).some(({ reasons }) =>
      reasons.some(({ rule }) => rule === 'staff'),
    );
  const waiting = decided.filter((grant) => standingOf(grant, at) === 'offered').length;
  const logbooks = keeps.length > 0 ? 'own' : 'others';
  return { ...((keeps.length > 0 || others) && { logbooks }), ...(decides.length > 0 && { waiting }) };
}
