// GET /domaineGar: a click on a resource. Every gate is passed here once more, then the browser goes to the publisher.
import type Koa from 'koa';
import { closedPage } from '../../../views/resources/closed.tsx';
import { launchable } from '../../acts/launching.ts';
import { Refusal } from '../../errors.ts';
import { render } from '../../http/pages.ts';
import { listModules } from '../../oidc/modules.ts';
import { type LaunchAddress, ownEnt, readLaunchAddress } from '../../resources/addresses.ts';
import { listResources } from '../../resources/registry.ts';
import { goTo, type Portal } from '../pages.ts';
import { whyClosed } from './why-closed.ts';

/**
 * The publisher's page asks to sign in, and is told of the school that was clicked at. Whoever is not signed in yet goes
 * on all the same: the gates are passed on the way back. A class card opens resources as it opens services.
 */
export function launchResource(portal: Portal): (ctx: Koa.Context) => Promise<void> {
  const { db, config, provider, rights = db } = portal;
  return async (ctx) => {
    const asked = readLaunchAddress(ctx.query);
    if (!asked || !(await comesFromHere(asked)))
      throw new Refusal('bad_request', 'expected `idENT`, `idEtab` and `idRessource` as the media centre gives them');
    const { resource, school } = asked;
    const person = (await provider.session(ctx))?.person;
    const address = person === undefined ? await addressOf(resource) : await openTo(person, asked);
    if (person !== undefined && address === undefined)
      return render(ctx, closedPage, await whyClosed(portal, { person, resource, school }), { status: 403 });
    if (address === undefined) throw new Refusal('unknown_resource', 'expected a resource that is open to anybody');
    provider.noteClick(ctx, { resource, school, person });
    ctx.set('Cache-Control', 'no-store');
    goTo(ctx, address);
  };

  /** From our own media centre, or that of an ENT that is registered for the school. */
  async function comesFromHere({ ent, school }: LaunchAddress): Promise<boolean> {
    if (ent === ownEnt(config)) return true;
    const modules = await listModules(db);
    return modules.some((one) => one.ent === ent && (one.schools === 'all' || one.schools.includes(school)));
  }

  async function addressOf(resource: string): Promise<string | undefined> {
    const [found] = await listResources(db, { ids: [resource] });
    return found?.state === 'validated' ? found.url : undefined;
  }

  async function openTo(person: string, { resource, school }: LaunchAddress): Promise<string | undefined> {
    const [open] = await launchable(rights, { db, person, at: Date.now(), resource, school });
    return open?.resource.url;
  }
}
