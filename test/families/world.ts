// Three schools, and parents whom the state's directory knows under several records: what the tests of families share.
import { issueActivation, openAccount } from '../../src/accounts/accounts.ts';
import { applyDelivery, type DeliveredFact, type SchoolDelivery } from '../../src/directory/directory.ts';
import { findByExternalId } from '../../src/directory/persons.ts';
import { factsAbout } from '../../src/facts/facts.ts';
import type { Db } from '../../src/storage/storage.ts';
import { ACADEMY, college, DELIVERED, ecole, lycee, NOW } from '../cast.ts';

export const PASSWORD = 'vitrail-moussaka-47-grelot';

/** External ids of relatives: the twins are one person's records, the homonym is somebody else. */
export const relatives = {
  paula: { id: '3001', given: 'Paula', family: 'Bernard' },
  paulaAtEcole: { id: '3101', given: 'Paula', family: 'BERNARD' },
  paulaAtLycee: { id: '3102', given: 'PAULA', family: 'Bernard' },
  pierre: { id: '3002', given: 'Pierre', family: 'Bernard' },
  pierreAtEcole: { id: '3103', given: 'Pierre', family: 'Bernard' },
  homonym: { id: '3104', given: 'Paula', family: 'Bernard' },
  other: { id: '3105', given: 'Ali', family: 'Amrani' },
} as const;

export type RelativeName = keyof typeof relatives;

/** Birth dates that the directory gives, by external id; most relatives have none. */
export type Births = Readonly<Partial<Record<RelativeName, string>>>;

/** Who is guardian of whom, by school: the pupils are those of the cast. */
export interface Guards {
  readonly college: readonly (readonly [RelativeName, string])[];
  readonly ecole: readonly (readonly [RelativeName, string])[];
  readonly lycee: readonly (readonly [RelativeName, string])[];
}

export const PAUL = '2001';
export const INES = '2002';
export const LUCAS = '2003';
export const ZOE = '2004';
export const LEA = '2101';
export const NOE = '2201';

/** A family in three schools, as it arrives: each school knows the same mother under another record. */
export const apart: Guards = {
  college: [
    ['paula', PAUL],
    ['pierre', PAUL],
    ['other', INES],
    ['homonym', ZOE],
  ],
  ecole: [
    ['paulaAtEcole', LEA],
    ['pierreAtEcole', LEA],
  ],
  lycee: [['paulaAtLycee', NOE]],
};

export const schoolNames = ['college', 'ecole', 'lycee'] as const;
export type SchoolName = (typeof schoolNames)[number];

const deliveries = { college, ecole, lycee } as const;

/** What is said of one school when these are the guardians. */
export function deliveryOf(school: SchoolName, guards: Guards, at: number, births: Births = {}): SchoolDelivery {
  const base = deliveries[school](at);
  const named = new Set(guards[school].map(([name]) => name));
  const facts: DeliveredFact[] = guards[school].map(([name, child]) => ({
    relation: 'guards',
    subject: { person: relatives[name].id },
    object: { person: child },
  }));
  return {
    ...base,
    persons: [
      ...base.persons.filter(({ externalId }) => !externalId.startsWith('3')),
      ...[...named].map((name) => ({
        academy: ACADEMY,
        externalId: relatives[name].id,
        givenName: relatives[name].given,
        familyName: relatives[name].family,
        birthDate: births[name],
      })),
    ],
    facts: [...base.facts.filter(({ relation }) => relation !== 'guards'), ...facts],
  };
}

export async function deliver(db: Db, guards: Guards = apart, at = DELIVERED, births: Births = {}): Promise<void> {
  for (const school of schoolNames) await applyDelivery(db, deliveryOf(school, guards, at, births));
}

/** Keys by external id, as they are before anything is joined. */
export async function keysOf(db: Db): Promise<Record<RelativeName, string>> {
  const keys: Partial<Record<RelativeName, string>> = {};
  for (const name of Object.keys(relatives) as RelativeName[]) {
    const key = await findByExternalId(db, ACADEMY, relatives[name].id);
    if (key) keys[name] = key;
  }
  return keys as Record<RelativeName, string>;
}

export async function pupil(db: Db, externalId: string): Promise<string> {
  return (await findByExternalId(db, ACADEMY, externalId)) ?? '';
}

/** The external ids of the pupils that a person represents at an instant. */
export async function represented(db: Db, person: string, at = NOW): Promise<string[]> {
  const facts = await factsAbout(db, 'subject', person, at, ['guards']);
  const ids: string[] = [];
  for (const { object } of facts) {
    const row = await db('external_identity').where({ person: object }).first('external_id');
    ids.push(row.external_id);
  }
  return ids.sort();
}

export async function open(db: Db, person: string, identifier: string): Promise<void> {
  await openAccount(db, { person, identifier, password: PASSWORD, actor: 'system', at: NOW - 1000 });
}

export async function codeFor(db: Db, person: string): Promise<string> {
  return (await issueActivation(db, { person, actor: 'system', at: NOW - 1000 })).code;
}

export const origin = { address: '192.0.2.7', key: Buffer.alloc(32, 7), at: NOW };
