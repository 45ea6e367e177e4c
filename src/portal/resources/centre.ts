// GET /resources: the media centre, asked anew each time; what is shown here is asked again at the click.
import type Koa from 'koa';
import type { Way } from '../../../views/home.tsx';
import { type CentreData, centrePage, type Tile } from '../../../views/resources/centre.tsx';
import type { Launchable } from '../../acts/launching.ts';
import { countOpenTo, isFree, type MediaCentre, mediaCentreOf } from '../../acts/media-centre.ts';
import { localeOf } from '../../http/locale.ts';
import { render } from '../../http/pages.ts';
import { launchPath, ownEnt } from '../../resources/addresses.ts';
import type { Source } from '../../rights/rights.ts';
import type { Db } from '../../storage/storage.ts';
import { type Moment, type Portal, signedIn } from '../pages.ts';
import { receivedBy } from '../received.ts';

export function mediaCentre({ db, config, ...portal }: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const moment = await signedIn(ctx, { db, config, ...portal });
    const locale = localeOf(ctx);
    const ent = ownEnt(config);
    const tileOf = ({ offer, resource, school, rule }: Launchable): Tile => ({
      name: resource.name,
      publisher: resource.publisher.name,
      kind: resource.presentation,
      description: resource.details.description,
      href: launchPath({ ent, school, resource: resource.id }),
      price: isFree({ offer }) ? 'free' : 'subscribed',
      as: rule === 'assigned' ? 'assigned' : 'site',
      received: receivedBy(resource, locale),
    });
    render(ctx, centrePage, toData(await mediaCentreOf(portal.rights ?? db, { db, ...moment }), tileOf));
  };
}

function toData({ shelves, represents }: MediaCentre, tileOf: (one: Launchable) => Tile): CentreData {
  return {
    schools: shelves.map(({ school, connected, open, closed }) => ({
      uai: school.uai,
      name: school.name,
      connected,
      tiles: open.map(tileOf),
      closed: closed.map(({ resource, why }) => ({ name: resource.name, publisher: resource.publisher.name, why })),
    })),
    represents,
  };
}

/** The media centre, for pupils and staff; a parent has none of their own. */
export async function aboutResources(db: Db, moment: Moment, rights: Source): Promise<Way[]> {
  const count = await countOpenTo(rights, { db, ...moment });
  return count === undefined ? [] : [{ to: 'resources', count }];
}
