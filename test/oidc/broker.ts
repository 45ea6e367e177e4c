// Two publishers, three resources, an agreement and subscriptions over the cast: what a broker of access needs to have.
import { recordAgreement } from '../../src/resources/agreements.ts';
import type { AttributeName } from '../../src/resources/attributes.ts';
import { assignLicences } from '../../src/resources/licences.ts';
import { type NewResource, recordResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import type { Db } from '../../src/storage/storage.ts';
import { ACADEMY, type CastName, COLLEGE, LYCEE, personOf } from '../cast.ts';
import { good } from '../resources/good.ts';
import { goodResource } from '../resources/good-resource.ts';

const DAY = 86_400_000;

export const DISTRIBUTOR = good.idDistributeurCom;

export const publishers = {
  marronnier: { id: '552081317_0000000121032683', name: 'Éditions du Marronnier' },
  compas: { id: '410034607_0000000000000000', name: 'Le Compas' },
} as const;

export const ATLAS = 'ark:/99999/atlas';
export const LEXIQUE = 'ark:/99999/lexique';
export const CARNET = 'ark:/99999/carnet';

const resources: readonly (Partial<NewResource> & { id: string; validated: readonly AttributeName[] })[] = [
  { id: ATLAS, publisher: publishers.marronnier, declared: ['IDO', 'UAI', 'PRO'], validated: ['IDO', 'UAI', 'PRO'] },
  {
    id: LEXIQUE,
    publisher: publishers.marronnier,
    declared: ['IDO', 'UAI', 'PRO', 'PRE', 'NOM', 'DIV'],
    validated: ['IDO', 'UAI', 'PRO', 'PRE', 'DIV'], // the family name was asked for, and not found to be needed
  },
  {
    id: CARNET,
    publisher: publishers.compas,
    declared: ['IDO', 'UAI', 'PRO', 'PRE', 'NOM', 'P_MEL', 'P_MAT', 'DIV', 'GRO', 'CIV', 'P_MS4'],
    validated: ['IDO', 'UAI', 'PRO', 'PRE', 'NOM', 'P_MEL', 'P_MAT', 'DIV', 'GRO', 'CIV', 'P_MS4'],
  },
];

/** All of it, live now. The atlas and the notebook are open to all pupils and teachers of the collège and the lycée. */
export async function openBroker(db: Db, at: number): Promise<void> {
  await recordAgreement(db, {
    reference: '12345678',
    collectivity: 'Département de la Meuse',
    siren: '225500016',
    academy: ACADEMY,
    state: 'signed',
    startsAt: at - DAY,
    endsAt: at + 200 * DAY,
    documentHash: 'ab'.repeat(32),
    schools: [COLLEGE, LYCEE],
    by: 'operator',
    at,
  });
  for (const { validated, ...resource } of resources) {
    await recordResource(db, { ...goodResource, ...resource, name: resource.id.slice(11), by: 'operator', at });
    await validateResource(db, { id: resource.id, attributes: validated, by: 'operator', at });
  }
  await subscribe(db, { id: 'ATLAS', resource: ATLAS, school: true, at });
  await subscribe(db, { id: 'CARNET', resource: CARNET, school: true, at });
  await subscribe(db, { id: 'LEXIQUE', resource: LEXIQUE, school: false, at });
}

/** A subscription of the collège and the lycée: of the whole school, or of ten licences for pupils. */
export async function subscribe(
  db: Db,
  {
    id,
    resource,
    school,
    at,
    schools = [COLLEGE, LYCEE],
  }: {
    id: string;
    resource: string;
    school: boolean;
    at: number;
    schools?: readonly string[];
  },
): Promise<void> {
  const { nbLicenceEleve: _pupils, nbLicenceEnseignant: _teachers, ...rest } = good;
  const licences = school
    ? { typeAffectation: 'ETABL', nbLicenceGlobale: 'ILLIMITE' }
    : { nbLicenceEleve: 10, publicCible: ['ELEVE'] };
  const fields = {
    ...rest,
    ...licences,
    idAbonnement: id,
    idRessource: resource,
    uaiEtab: schools,
    debutValidite: instant(at - DAY),
    finValidite: instant(at + 100 * DAY),
  };
  await createSubscription(db, { id, fields, distributor: DISTRIBUTOR, actor: 'test', at });
}

function instant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Gives a member of the cast, a pupil of the collège, a licence of the lexicon; its key, to take it back. */
export async function assign(db: Db, name: CastName, at: number): Promise<string> {
  const target = { kind: 'person', key: await personOf(db, name) } as const;
  const { id } = await assignLicences(db, { subscription: 'LEXIQUE', school: COLLEGE, target, by: 'test', at });
  return id;
}
