// Préau whole, with a provider of identities beside it: a mother whom three schools know under three records.
import { recordProvider } from '../../src/upstream/providers.ts';
import { DELIVERED } from '../cast.ts';
import type { Engine } from '../databases.ts';
import { deliver, keysOf, type RelativeName } from '../families/world.ts';
import { type Opened, openPortal } from '../portal/portal.ts';
import type { Visited, Walker } from '../ways/walker.ts';
import { type Idp, openIdp } from './idp.ts';

export const LABEL = 'Se connecter avec ÉduConnect';

export interface World extends Opened {
  readonly idp: Idp;
  readonly keys: Record<RelativeName, string>;
}

/** Opens both, the provider recorded. */
export async function openWorld(open: Engine['open'], more: Record<string, unknown> = {}): Promise<World> {
  const idp = await openIdp();
  const portal = await openPortal(open, { accounts: ['paula', 'tom', 'ines'] });
  await deliver(portal.db, undefined, DELIVERED + 24 * 3_600_000);
  await recordProvider(portal.db, idp.sheet(more), { actor: 'operator', at: Date.now() });
  const keys = await keysOf(portal.db);
  return {
    ...portal,
    idp,
    keys,
    close: async () => {
      await portal.close();
      await idp.close();
    },
  };
}

/** From a module to the provider, and as far as its page. */
export async function toProvider(world: World, walker: Walker): Promise<Visited> {
  return walker.follow(await walker.visit(world.authorize()), LABEL);
}

/** From a module to the provider and back, as far as one is led. */
export async function through(world: World, walker: Walker): Promise<Visited> {
  return walker.submit(await toProvider(world, walker), 'SAMLResponse');
}
