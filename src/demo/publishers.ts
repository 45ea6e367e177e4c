// Invented publishers with different needs, and what schools have of them: registry, agreements, subscriptions, and what is free.
import { sampleSchools } from '../feed/sample/cast.ts';
import { addModule } from '../oidc/modules.ts';
import { recordAgreement } from '../resources/agreements.ts';
import { type NewResource, recordResource, validateResource } from '../resources/registry.ts';
import { createSubscription } from '../resources/subscriptions.ts';
import type { Db } from '../storage/storage.ts';
import type { Identity } from './publisher/pages.tsx';
import { openPublisher, type Publisher, publisherAddresses } from './publisher/publisher.ts';

const ACTOR = 'operator';
const DAY = 86_400_000;

const { college, lycee, ecole } = sampleSchools;

/** The schools under an agreement: the lycée waits for its own. */
const connected = [college.uai, ecole.uai];

const DISTRIBUTOR = '900000003_0000000000000000';

interface House extends Omit<Identity, 'publisher' | 'declared'> {
  readonly id: string;
  readonly publisher: NewResource['publisher'];
  readonly presentation: NewResource['presentation'];
  readonly declared: NewResource['declared'];
  readonly validated: NewResource['declared'];
  /** None of what is free. */
  readonly subscription?: Readonly<Record<string, unknown>>;
  readonly free?: NewResource['free'];
}

/** ARKs under 99999, the number that is kept for examples. */
export const houses = [
  {
    id: 'atlas-vivant',
    resource: 'ark:/99999/atlas-vivant',
    name: 'Atlas vivant',
    publisher: { id: '900000001_0000000000000000', name: 'Éditions du Marronnier' },
    about: 'Cartes à manipuler, textes et exercices de géographie, du CM2 à la terminale.',
    presentation: 'MAN',
    declared: ['IDO', 'UAI', 'PRO'],
    validated: ['IDO', 'UAI', 'PRO'],
    look: 'atlas',
    subscription: {
      idAbonnement: 'DEMO-ATLAS',
      uaiEtab: [college.uai, lycee.uai, ecole.uai],
      typeAffectation: 'ETABL',
      nbLicenceGlobale: 'ILLIMITE',
      publicCible: ['ELEVE', 'ENSEIGNANT'],
    },
  },
  {
    id: 'lexilab',
    resource: 'ark:/99999/lexilab',
    name: 'Lexilab, les mots et leurs racines',
    publisher: { id: '900000002_0000000000000000', name: 'Le Compas numérique' },
    about: 'Un mot par jour, son histoire et ses cousins\u202f; la classe progresse ensemble.',
    presentation: 'MUL',
    declared: ['IDO', 'UAI', 'PRO', 'PRE', 'NOM', 'DIV'],
    // a family name is not needed to learn words: it was refused
    validated: ['IDO', 'UAI', 'PRO', 'PRE', 'DIV'],
    look: 'lexique',
    subscription: {
      idAbonnement: 'DEMO-LEXILAB',
      uaiEtab: [college.uai],
      typeAffectation: 'INDIV',
      nbLicenceEleve: 40,
      nbLicenceEnseignant: 3,
      publicCible: ['ELEVE', 'ENSEIGNANT'],
    },
  },
  {
    id: 'herbier',
    resource: 'ark:/99999/herbier',
    name: 'Herbier de la cour',
    publisher: { id: '900000004_0000000000000000', name: 'Les Feuilles libres' },
    about: 'Les plantes de tous les jours, reconnues à leurs feuilles.',
    presentation: 'MUL',
    declared: ['IDO', 'UAI', 'PRO'],
    validated: ['IDO', 'UAI', 'PRO'],
    look: 'herbier',
    free: ['pupil', 'teacher'],
  },
] as const satisfies readonly House[];

/** How many ports they take. */
export const PUBLISHERS = houses.length;

/** The addresses that Préau may call: to say that a session has ended. */
export function publisherHosts(firstPort: number): string[] {
  return houses.map((_house, place) => `localhost:${firstPort + place}`);
}

/** What a ministry, a collectivity and a distributor do before anything opens. */
export async function fillMarket(db: Db, { firstPort, at }: { firstPort: number; at: number }): Promise<void> {
  for (const [place, house] of houses.entries()) {
    await recordResource(db, { ...described(house, firstPort + place), by: ACTOR, at });
    await validateResource(db, { id: house.resource, attributes: house.validated, by: ACTOR, at });
  }
  await recordAgreement(db, {
    reference: 'CONV-DEMO-1',
    collectivity: 'Département inventé',
    siren: '900000009',
    academy: '099',
    state: 'signed',
    startsAt: at - 30 * DAY,
    endsAt: at + 700 * DAY,
    documentHash: '0'.repeat(64),
    schools: connected,
    by: ACTOR,
    at,
  });
  for (const house of houses) {
    if (!('subscription' in house)) continue;
    const fields = { ...common(house, at), ...house.subscription };
    await createSubscription(db, {
      id: house.subscription.idAbonnement,
      distributor: DISTRIBUTOR,
      actor: ACTOR,
      fields,
      at,
    });
  }
}

/** Registers them as modules bound to their resource, and opens their applications; they listen when asked to. */
export async function openPublishers(
  db: Db,
  { issuer, firstPort, at }: { issuer: string; firstPort: number; at: number },
): Promise<Publisher[]> {
  const opened: Publisher[] = [];
  for (const [place, house] of houses.entries()) {
    const port = firstPort + place;
    const { redirectUri, backchannelLogoutUri } = publisherAddresses(port);
    const { secret } = await addModule(
      db,
      {
        id: house.id,
        name: house.name,
        purpose: house.about,
        responsible: house.publisher.name,
        redirectUris: [redirectUri],
        backchannelLogoutUri,
        scopes: ['openid', 'rights'],
        schools: Object.values(sampleSchools).map(({ uai }) => uai),
        grants: ['authorization_code', 'client_credentials'],
        resources: [house.resource],
      },
      { actor: ACTOR, at },
    );
    if (!secret) throw new Error('expected a publisher to have a secret');
    const identity: Identity = { ...house, publisher: house.publisher.name };
    opened.push(openPublisher({ ...identity, issuer, port, clientId: house.id, clientSecret: secret }));
  }
  return opened;
}

function described(house: House, port: number): NewResource {
  const none = { typePedagogique: [], typologieDocument: [], niveauEducatif: [], domaineEnseignement: [] };
  return {
    id: house.resource,
    name: house.name,
    publisher: house.publisher,
    url: publisherAddresses(port).resourceUrl,
    presentation: house.presentation,
    declared: house.declared,
    sector: 'publisher',
    schools: 'click',
    free: house.free,
    details: {
      ...none,
      description: house.about,
      distributeurTech: house.publisher.id,
      validateurTech: house.publisher.id,
    },
  };
}

function common({ resource, name }: Pick<House, 'resource' | 'name'>, at: number): Record<string, unknown> {
  const written = (instant: number) => new Date(instant).toISOString();
  return {
    idDistributeurCom: DISTRIBUTOR,
    idRessource: resource,
    typeIdRessource: 'ark',
    libelleRessource: name,
    debutValidite: written(at - DAY),
    finValidite: written(at + 300 * DAY),
    categorieAffectation: 'transferable',
  };
}
