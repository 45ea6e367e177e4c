// The cast: one small ENT of named people, delivered through the directory's own door.
import {
  applyDelivery,
  type DeliveredFact,
  type DeliveredPerson,
  type End,
  type SchoolDelivery,
} from '../src/directory/directory.ts';
import { startOfDay } from '../src/facts/calendar.ts';
import type { Db } from '../src/storage/storage.ts';

/** The instant at which the cast's world is asked: a Thursday of November. */
export const NOW = startOfDay('2026-11-12') + 9 * 3_600_000;

/** When the cast was delivered. */
export const DELIVERED = startOfDay('2026-09-01');

export const ACADEMY = '090';
export const COLLEGE = '0900001A';
export const LYCEE = '0900002B';
export const ECOLE = '0900003C';

/** External ids by first name; the key in the database is found with `personOf`. */
export const cast = {
  // collège Les Tilleuls
  helene: { id: '1001', name: 'Hélène Marchand', is: 'head of the collège' },
  david: { id: '1002', name: 'David Roux', is: 'deputy head of the collège' },
  berthe: { id: '1003', name: 'Berthe Colin', is: 'adjoint gestionnaire of the collège: a bursar, never the deputy' },
  tom: { id: '1004', name: 'Tom Garnier', is: 'teaches mathematics to 6A and to group 6LAT' },
  tania: { id: '1005', name: 'Tania Lopez', is: 'teaches French to 6A' },
  theo: { id: '1006', name: 'Théo Blanc', is: 'teaches Latin to the group 6LAT, which holds pupils of 6A and 6B' },
  olga: { id: '1007', name: 'Olga Petit', is: 'teaches mathematics to 5C only' },
  carla: { id: '1008', name: 'Carla Simon', is: 'CPE of the collège' },
  diane: { id: '1009', name: 'Diane Faure', is: 'librarian of the collège' },
  sylvie: { id: '1010', name: 'Sylvie Morel', is: 'secretariat of the collège' },
  paul: { id: '2001', name: 'Paul Bernard', is: 'pupil of 6A, in the group 6LAT' },
  ines: { id: '2002', name: 'Inès Amrani', is: 'pupil of 6A, in no group' },
  lucas: { id: '2003', name: 'Lucas Meyer', is: 'pupil of 6B, in the group 6LAT' },
  zoe: { id: '2004', name: 'Zoé Perrin', is: 'pupil of 5C' },
  // école Jules-Verne
  denise: { id: '1101', name: 'Denise Caron', is: 'director of the école, teaches CM2' },
  marc: { id: '1102', name: 'Marc Leroy', is: 'teaches CE1 at the école' },
  lea: { id: '2101', name: 'Léa Bernard', is: 'pupil of CM2, sister of Paul' },
  // lycée Camus
  henri: { id: '1201', name: 'Henri Vidal', is: 'head of the lycée' },
  lise: { id: '1202', name: 'Lise Noël', is: 'teaches philosophy to T1 at the lycée' },
  noe: { id: '2201', name: 'Noé Bernard', is: 'pupil of T1, adult, brother of Paul' },
  // families
  paula: { id: '3001', name: 'Paula Bernard', is: 'legal representative of Paul, Léa and Noé' },
  pierre: { id: '3002', name: 'Pierre Bernard', is: 'the other legal representative of Paul' },
  ali: { id: '3003', name: 'Ali Amrani', is: 'legal representative of Inès' },
  gina: { id: '3004', name: 'Gina Bernard', is: 'grandmother of Paul, contact only: no legal authority' },
} as const;

export type CastName = keyof typeof cast;

/** The key of a member of the cast. */
export async function personOf(db: Db, who: CastName): Promise<string> {
  const row = await db('external_identity').where({ academy: ACADEMY, external_id: cast[who].id }).first('person');
  return row.person;
}

/** The key of the logbook of an audience and a subject. */
export async function logbookOf(db: Db, school: string, audience: string, subject: string): Promise<string> {
  const row = await db('logbook')
    .join('audience', 'audience.id', 'logbook.audience')
    .where({ 'logbook.school': school, 'audience.code': audience, 'logbook.subject': subject })
    .first('logbook.id');
  return row.id;
}

/** Delivers the three schools. In first degree the teaching comes from a local act: see `assign` in the tests. */
export async function deliverCast(db: Db, at = DELIVERED): Promise<void> {
  for (const delivery of [college(at), lycee(at), ecole(at)]) await applyDelivery(db, delivery);
}

const subjects = [
  { code: 'MATHS', label: 'Mathématiques' },
  { code: 'FRANC', label: 'Français' },
  { code: 'LATIN', label: 'Latin' },
  { code: 'PHILO', label: 'Philosophie' },
];

export function college(at = DELIVERED): SchoolDelivery {
  return {
    source: 'aaf2d',
    batch: 'cast-2d',
    at,
    school: { uai: COLLEGE, name: 'Collège Les Tilleuls', kind: 'collège', degree: 2, academy: ACADEMY },
    subjects,
    audiences: [
      { kind: 'class', code: '6A', label: '6e A' },
      { kind: 'class', code: '6B', label: '6e B' },
      { kind: 'class', code: '5C', label: '5e C' },
      { kind: 'group', code: '6LAT', label: '6e latin' },
    ],
    persons: people([
      'helene',
      'david',
      'berthe',
      'tom',
      'tania',
      'theo',
      'olga',
      'carla',
      'diane',
      'sylvie',
      'paul',
      'ines',
      'lucas',
      'zoe',
      'paula',
      'pierre',
      'ali',
      'gina',
    ]),
    facts: [
      of('heads', who('helene'), school),
      post('helene', 'head'),
      of('deputises', who('david'), school),
      post('david', 'deputy'),
      post('berthe', 'administrative'),
      post('sylvie', 'administrative'),
      post('carla', 'school_life'),
      post('diane', 'librarian'),
      ...(['tom', 'tania', 'theo', 'olga'] as const).map((name) => post(name, 'teacher')),
      teaches('tom', { class: '6A' }, 'MATHS'),
      teaches('tom', { group: '6LAT' }, 'MATHS'),
      teaches('tania', { class: '6A' }, 'FRANC'),
      teaches('theo', { group: '6LAT' }, 'LATIN'),
      teaches('olga', { class: '5C' }, 'MATHS'),
      of('leads', who('tania'), { class: '6A' }),
      ...pupil('paul', { class: '6A' }, { group: '6LAT' }),
      ...pupil('ines', { class: '6A' }),
      ...pupil('lucas', { class: '6B' }, { group: '6LAT' }),
      ...pupil('zoe', { class: '5C' }),
      of('guards', who('paula'), who('paul')),
      of('guards', who('pierre'), who('paul')),
      of('guards', who('ali'), who('ines')),
    ],
  };
}

export function lycee(at = DELIVERED): SchoolDelivery {
  return {
    source: 'aaf2d',
    batch: 'cast-2d',
    at,
    school: { uai: LYCEE, name: 'Lycée Camus', kind: 'lycée', degree: 2, academy: ACADEMY },
    subjects,
    audiences: [{ kind: 'class', code: 'T1', label: 'Terminale 1' }],
    persons: people(['henri', 'lise', 'noe', 'paula']),
    facts: [
      of('heads', who('henri'), school),
      post('henri', 'head'),
      post('lise', 'teacher'),
      teaches('lise', { class: 'T1' }, 'PHILO'),
      ...pupil('noe', { class: 'T1' }),
      of('guards', who('paula'), who('noe')),
    ],
  };
}

export function ecole(at = DELIVERED): SchoolDelivery {
  return {
    source: 'aaf1d',
    batch: 'cast-1d',
    at,
    school: { uai: ECOLE, name: 'École Jules-Verne', kind: 'école', degree: 1, academy: ACADEMY },
    subjects: [],
    audiences: [
      { kind: 'class', code: 'CM2', label: 'CM2' },
      { kind: 'class', code: 'CE1', label: 'CE1' },
    ],
    persons: people(['denise', 'marc', 'lea', 'paula']),
    facts: [
      post('denise', 'teacher'),
      post('denise', 'direction'),
      post('marc', 'teacher'),
      ...pupil('lea', { class: 'CM2' }),
      of('guards', who('paula'), who('lea')),
    ],
  };
}

const school: End = { school: true };

function who(name: CastName): End {
  return { person: cast[name].id };
}

function of(relation: DeliveredFact['relation'], subject: End, object: End): DeliveredFact {
  return { relation, subject, object };
}

function post(name: CastName, held: string): DeliveredFact {
  return { relation: 'post', subject: who(name), object: school, properties: { function: held } };
}

function teaches(name: CastName, audience: End, subject: string): DeliveredFact {
  return { relation: 'teaches', subject: who(name), object: audience, properties: { subject } };
}

function pupil(name: CastName, ...audiences: End[]): DeliveredFact[] {
  return [of('attends', who(name), school), ...audiences.map((audience) => of('enrolled', who(name), audience))];
}

function people(names: readonly CastName[]): DeliveredPerson[] {
  return names.map((name) => {
    const [givenName = '', ...rest] = cast[name].name.split(' ');
    return { academy: ACADEMY, externalId: cast[name].id, givenName, familyName: rest.join(' ') };
  });
}
