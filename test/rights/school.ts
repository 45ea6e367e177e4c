// The cast at work, with those whom the table of rights needs beside: delivered and assigned through the real doors.
import {
  applyDelivery,
  type DeliveredFact,
  type DeliveredPerson,
  type End,
  type SchoolDelivery,
} from '../../src/directory/directory.ts';
import { assignTeaching } from '../../src/directory/teaching.ts';
import { schoolYear, startOfDay } from '../../src/facts/calendar.ts';
import type { Db } from '../../src/storage/storage.ts';
import { ACADEMY, type CastName, cast, college, DELIVERED, ECOLE, ecole, lycee, personOf } from '../cast.ts';

/** When a school year of the cast ends. */
export const YEAR_END = schoolYear(2026).to;

/** When the pupil who leaves has left. */
export const LEFT = startOfDay('2026-10-15');

export const extras = {
  coline: '4001',
  hana: '4002',
  ivan: '4003',
  aed: '4004',
  agent: '4005',
  dual: '4006',
  fleur: '4007',
  fanny: '4008',
} as const;

export type Name = CastName | keyof typeof extras;

/**
 * Delivers the three schools, with: Coline, who teaches 6A mathematics beside Tom; Hana, whose group 6GRE holds Inès of
 * 6A; Ivan, inspector; an assistant and an agent of the collectivity; a pupil of both 6A and 5C; Fleur, who left 6A in
 * October, and Fanny, her mother. In first degree Denise has CM2 and Marc CE1.
 */
export async function openSchool(db: Db, at = DELIVERED): Promise<void> {
  await applyDelivery(db, collegeAtWork(at));
  await applyDelivery(db, lycee(at));
  await applyDelivery(db, ecole(at));
  for (const [name, code] of [
    ['denise', 'CM2'],
    ['marc', 'CE1'],
  ] as const)
    await assignTeaching(db, {
      school: ECOLE,
      teacher: await personOf(db, name),
      audience: { kind: 'class', code },
      by: await personOf(db, 'denise'),
      at,
    });
}

/** What the collège delivers: the cast, and those beside. */
export function collegeAtWork(at = DELIVERED): SchoolDelivery {
  const base = college(at);
  return {
    ...base,
    subjects: [...base.subjects, { code: 'GREC', label: 'Grec' }],
    audiences: [...base.audiences, { kind: 'group', code: '6GRE', label: '6e grec' }],
    persons: [...base.persons, ...Object.entries(extras).map(([name, id]) => person(name, id))],
    facts: [
      ...base.facts,
      post('coline', 'teacher'),
      post('hana', 'teacher'),
      post('ivan', 'inspector'),
      post('aed', 'assistant'),
      post('agent', 'collectivity'),
      fact('teaches', 'coline', { class: '6A' }, { subject: 'MATHS' }),
      fact('teaches', 'hana', { group: '6GRE' }, { subject: 'GREC' }),
      { relation: 'enrolled', subject: { person: cast.ines.id }, object: { group: '6GRE' } },
      fact('enrolled', 'dual', { class: '6A' }),
      fact('enrolled', 'dual', { class: '5C' }),
      { ...fact('enrolled', 'fleur', { class: '6A' }), validTo: LEFT },
      fact('guards', 'fanny', { person: extras.fleur }),
    ],
  };
}

/** The key of a person of the cast or of those beside; any other name is a key that no fact holds. */
export async function keyOf(db: Db, name: Name | string): Promise<string> {
  const id = name in extras ? extras[name as keyof typeof extras] : cast[name as CastName]?.id;
  if (!id) return name;
  const row = await db('external_identity').where({ academy: ACADEMY, external_id: id }).first('person');
  return row.person;
}

function person(name: string, externalId: string): DeliveredPerson {
  return { academy: ACADEMY, externalId, givenName: name, familyName: 'Essai' };
}

function fact(
  relation: DeliveredFact['relation'],
  name: keyof typeof extras,
  object: End,
  properties: Record<string, string> = {},
): DeliveredFact {
  return { relation, subject: { person: extras[name] }, object, properties };
}

function post(name: keyof typeof extras, held: string): DeliveredFact {
  return fact('post', name, { school: true }, { function: held });
}
