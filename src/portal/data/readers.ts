// GET /me/readers and /me/children/:id/readers: which categories of users may see data about a person, today or on a past day (C26).
import type Koa from 'koa';
import { type AboutShown, dataReadersPage } from '../../../views/data/readers.tsx';
import { ruleSentence } from '../../../views/text/rules.ts';
import { listSchools } from '../../directory/schools.ts';
import { DEFAULT_ZONE, isDay, localInstant } from '../../facts/calendar.ts';
import { localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { type CategoriesAbout, categoriesAbout } from '../../rights/about.ts';
import type { When } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import type { Portal } from '../pages.ts';
import { type Whose, whoseData } from './held.ts';
import { clockIn, nameOf } from './telling.ts';

export function dataReaders(portal: Portal, whose: Whose): (ctx: Koa.Context) => Promise<void> {
  const { db } = portal;
  return async (ctx) => {
    const { person, at, path } = await whoseData(ctx, portal, whose);
    const about = async (when: When) => shownIn(ctx, db, await categoriesAbout(db, { person, when }));
    const day = String(ctx.query.day ?? '').slice(0, 20);
    const then = isDay(day) ? localInstant(day, '12:00', DEFAULT_ZONE) : Number.NaN;
    const isPast = then < at;
    const [enforced, known] = isPast
      ? [await about({ enforcedOn: then }), await about({ knownTodayOf: then })]
      : [undefined, undefined];
    const data = {
      name: await nameOf(db, person),
      action: `${path}/readers`,
      today: await about({ at }),
      past: {
        day,
        ...(enforced &&
          known && {
            when: clockIn(DEFAULT_ZONE, localeOf(ctx)).day(then),
            enforced,
            known,
            same: JSON.stringify(enforced) === JSON.stringify(known),
          }),
      },
    };
    render(ctx, dataReadersPage, data, { status: day !== '' && !isPast ? 422 : 200, repeatable: true });
  };
}

async function shownIn(ctx: Koa.Context, db: Db, found: readonly CategoriesAbout[]): Promise<AboutShown[]> {
  const { rules: words } = wordsOf(localeOf(ctx));
  const schools = new Map(
    (await listSchools(db, [...new Set(found.map(({ school }) => school))])).map(({ uai, name }) => [uai, name]),
  );
  return found.map(({ as, type, school, action, categories }) => ({
    as,
    what: action === 'read_archive' ? 'archive' : type,
    school: schools.get(school) ?? school,
    rules: categories.map((rule) => ruleSentence(words, { type, action, rule })),
  }));
}
