// GET /: what Préau is, or a greeting and the ways on.
import type Koa from 'koa';
import { type HomeData, homePage } from '../../views/home.tsx';
import { openingsOf } from '../acts/openings.ts';
import { findPerson } from '../directory/persons.ts';
import { render } from '../http/pages.ts';
import { list } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { decidingOf, waitingIn } from './logbooks/deciding.ts';
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
  const openings = await openingsOf(db, { person, at });
  const { keeps, received } = openings;
  const asked = { person, type: 'logbook', when: { at } } as const;
  const others =
    received.length > 0 ||
    (await list(db, { ...asked, action: 'see_readers' })).length > 0 ||
    (await list(db, { ...asked, action: 'request' })).some(({ reasons }) =>
      reasons.some(({ rule }) => rule === 'staff'),
    );
  const deciding = await decidingOf(db, { person, at }, openings);
  const logbooks = keeps.length > 0 ? 'own' : 'others';
  return {
    ...((keeps.length > 0 || others) && { logbooks }),
    ...(deciding.length > 0 && { waiting: await waitingIn(db, deciding, openings, at) }),
  };
}
