// Resources on offer: a registry, agreements and subscriptions, through the doors that fill them every day.
import { offersOf } from '../../src/directory/offers.ts';
import { recordAgreement } from '../../src/resources/agreements.ts';
import { type NewResource, recordResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription, removeSubscription } from '../../src/resources/subscriptions.ts';
import type { Db } from '../../src/storage/storage.ts';
import { ACADEMY, COLLEGE, LYCEE } from '../cast.ts';
import { good } from '../resources/good.ts';
import { goodResource } from '../resources/good-resource.ts';

const DAY = 86_400_000;
const by = 'operator';

/** The ARKs of two publishers. Of the first, `seul` knows everybody by a pseudonym of its own. */
export const ark = {
  manuel: 'ark:/49591/Manuel.p',
  cahier: 'ark:/49591/Cahier.p',
  atlas: 'ark:/49591/Atlas.p',
  seul: 'ark:/49591/Seul.p',
  autre: 'ark:/70711/Autre.p',
} as const;

export const PUBLISHER = goodResource.publisher.id;
export const OTHER_PUBLISHER = '493982411_0000000000000000';

export interface Market {
  /** Registers and validates a resource. */
  resource(id: string, more?: Partial<NewResource>): Promise<void>;
  /** An agreement in force for schools. */
  agree(schools: readonly string[], reference?: string): Promise<void>;
  /** Subscribes schools to a resource: for whole audiences, unless said; the id of the subscription. */
  subscribe(resource: string, schools: readonly string[], more?: Record<string, unknown>): Promise<string>;
  /** Takes a subscription back. */
  remove(id: string): Promise<void>;
  /** The key of the offer of a subscription at a school. */
  offer(subscription: string, school: string): Promise<string>;
}

/** Opens a market: two publishers, five resources, an agreement for the collège and the lycée, no subscription yet. */
export async function openMarket(db: Db): Promise<Market> {
  let number = 0;
  const market: Market = {
    resource: async (id, more = {}) => {
      const at = Date.now();
      const resource = { ...goodResource, id, name: id, ...more };
      await recordResource(db, { ...resource, by, at });
      await validateResource(db, { id, attributes: resource.declared, by, at });
    },
    agree: async (schools, reference = 'CONV-1') => {
      const at = Date.now();
      await recordAgreement(db, {
        reference,
        collectivity: 'Département de la Meuse',
        siren: '225500016',
        academy: ACADEMY,
        state: 'signed',
        startsAt: at - DAY,
        endsAt: at + 100 * DAY,
        documentHash: 'ab'.repeat(32),
        schools: [...schools],
        by,
        at,
      });
    },
    subscribe: async (resource, schools, more = {}) => {
      number += 1;
      const at = Date.now();
      const id = `ABO-${number}`;
      const fields = {
        ...good,
        typeAffectation: 'ETABL',
        nbLicenceGlobale: 'ILLIMITE',
        nbLicenceEleve: undefined,
        nbLicenceEnseignant: undefined,
        debutValidite: new Date(at - 1000).toISOString(),
        finValidite: new Date(at + 100 * DAY).toISOString(),
        ...more,
        idAbonnement: id,
        idRessource: resource,
        uaiEtab: schools,
      };
      await createSubscription(db, { id, fields, distributor: good.idDistributeurCom, actor: 'maison', at });
      return id;
    },
    remove: (id) =>
      removeSubscription(db, { id, distributor: good.idDistributeurCom, actor: 'maison', at: Date.now() }),
    offer: async (subscription, school) => {
      const [offer] = await offersOf(db, { subscription, school });
      return offer!.id;
    },
  };
  const other = { publisher: { id: OTHER_PUBLISHER, name: 'Cartes et Plans' } };
  await market.resource(ark.manuel);
  await market.resource(ark.cahier);
  await market.resource(ark.atlas);
  await market.resource(ark.seul, { sector: 'resource' });
  await market.resource(ark.autre, other);
  await market.agree([COLLEGE, LYCEE]);
  return market;
}
