// Tables 1 and 2 of rights.md as one truth table: a named person for each row, and each cell by the rules that allow.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Relation } from '../../src/facts/catalogue.ts';
import { changeFacts, type Properties } from '../../src/facts/facts.ts';
import { type Action, list, may, type ResourceType, who } from '../../src/rights/rights.ts';
import type { Db } from '../../src/storage/storage.ts';
import { COLLEGE, DELIVERED, ECOLE, LYCEE, logbookOf, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool, YEAR_END } from './school.ts';

/**
 * Those who are not delivered with the school hold what is told here, and nothing else: sam replaces Tom; owen was let in;
 * cecile is a CPE to whom 6A was opened; carla and aed follow 6A; sylvie keeps the secretariat, solange too, who writes
 * for the head; dora is a deputy with delegations, and david without; irma's inspection was approved, ivan's was not;
 * gabin is a parent without authority whom the head admits, gaspard one whom nobody does; raoul of the rectorat has an
 * inquiry; diego directs the école, by a decision; adam, of age, objects to alma; bruno keeps the logbook and may read
 * nothing of Inès, and boris, her father, neither.
 */
const table = `
row                            | who      | where | read         | write      | visa     | archive   | absence     | absence w. | today       | lesson      | grant | request   | validate  | revoke      | readers        | archived
r1                             | tom      | 6A    | owner team   | owner      | no       | author    | self        | self       | no          | team        | owner | staff     | no        | owner       | owner          | author
r2                             | coline   | 6A    | owner team   | owner      | no       | author    | no          | no         | no          | team        | owner | staff     | no        | owner       | owner          | author
r3                             | tania    | 6A    | team         | no         | no       | no        | no          | no         | no          | team        | no    | staff     | no        | no          | no             | no
r4                             | sam      | 6A    | substitute   | substitute | no       | author    | replacement | no         | no          | no          | no    | staff     | no        | no          | no             | author
r5                             | olga     | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | staff     | no        | no          | no             | no
r5 let in (C6, C24b)           | owen     | 6A    | colleague    | no         | no       | no        | no          | no         | no          | no          | no    | staff     | no        | beneficiary | no             | no
r6                             | diane    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | staff     | no        | no          | no             | no
r7                             | carla    | 6A    | no           | no         | no       | no        | no          | no         | school_life | school_life | no    | staff     | no        | no          | no             | no
r7 opened (C7)                 | cecile   | 6A    | school_life  | no         | no       | no        | no          | no         | no          | no          | no    | staff     | no        | no          | no             | no
r8                             | aed      | 6A    | no           | no         | no       | no        | no          | no         | school_life | school_life | no    | no        | no        | no          | no             | no
r9                             | sylvie   | 6A    | no           | no         | no       | no        | secretariat | no         | no          | secretariat | no    | no        | no        | no          | no             | no
r9 by delegation (C13)         | solange  | 6A    | no           | no         | no       | no        | secretariat | scribe     | no          | secretariat | no    | no        | no        | no          | no             | no
r9b                            | berthe   | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r10                            | helene   | 6A    | head         | no         | head     | head      | head        | head       | no          | head        | no    | no        | head      | head        | head           | head
r10 of another school          | henri    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r11                            | david    | 6A    | deputy       | no         | no       | deputy    | deputy      | deputy     | no          | deputy      | no    | no        | no        | no          | deputy         | deputy
r11 by delegation (C8)         | dora     | 6A    | deputy       | no         | delegate | deputy    | deputy      | deputy     | no          | deputy      | no    | no        | delegate  | delegate    | deputy         | deputy
r12 of that class (C1)         | denise   | CM2   | owner team   | owner      | no       | no        | no          | no         | no          | team        | owner | staff     | no        | owner       | owner          | no
r12 of another class (C9)      | denise   | CE1   | no           | no         | no       | no        | no          | no         | no          | no          | no    | staff     | no        | no          | no             | no
r12 with a decision (C9)       | diego    | CE1   | direction    | no         | no       | direction | direction   | direction  | no          | direction   | no    | staff     | direction | direction   | direction      | direction
r13                            | ivan     | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | territory | no        | no          | no             | no
r14                            | irma     | 6A    | inspector    | no         | no       | inspector | no          | no         | no          | no          | no    | territory | no        | beneficiary | no             | no
r15                            | ines     | 6A    | pupil        | no         | no       | no        | no          | no         | no          | pupil       | no    | no        | no        | no          | no             | no
r16                            | lucas    | 6LAT  | pupil        | no         | no       | no        | no          | no         | no          | pupil       | no    | no        | no        | no          | no             | no
r17                            | noe      | T1    | pupil        | no         | no       | no        | no          | no         | no          | pupil       | no    | no        | no        | no          | no             | no
r18                            | fleur    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r19                            | paula    | 6A    | guardian     | no         | no       | no        | no          | no         | no          | guardian    | no    | no        | no        | no          | no             | no
r19 of an adult (C16)          | paula    | T1    | guardian     | no         | no       | no        | no          | no         | no          | guardian    | no    | no        | no        | no          | no             | no
r19 objected to (C16, C18)     | alma     | T1    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r20                            | gaspard  | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r20 admitted (C16b)            | gabin    | 6A    | admitted     | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r21                            | gina     | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r22                            | fanny    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r23                            | an admin | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r24                            | agent    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r25                            | rectorat | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r25 with an inquiry (C14)      | raoul    | 6A    | no           | no         | no       | no        | inquiry     | no         | no          | no          | no    | no        | no        | no          | no             | no
r26                            | press    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r27                            |          | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
r28                            | a DPO    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no
I1 an owner, barred to a child | bruno    | 6A    | no           | no         | no       | author    | no          | no         | no          | no          | no    | no        | no        | no          | no             | author
I1 a guardian, barred          | boris    | 6A    | no           | no         | no       | no        | no          | no         | no          | no          | no    | no        | no        | no          | no             | no`;

/** What is asked in each column, in their order. */
const columns: readonly (readonly [
  type: ResourceType,
  action: Action,
  which: 'logbook' | 'archive' | 'absence' | 'lesson',
])[] = [
  ['logbook', 'read', 'logbook'],
  ['logbook', 'write', 'logbook'],
  ['logbook', 'visa', 'logbook'],
  ['logbook', 'read_archive', 'archive'],
  ['absence', 'read', 'absence'],
  ['absence', 'write', 'absence'],
  ['absence', 'read_today', 'absence'],
  ['lesson', 'read', 'lesson'],
  ['logbook', 'grant', 'logbook'],
  ['logbook', 'request', 'logbook'],
  ['logbook', 'validate', 'logbook'],
  ['logbook', 'revoke', 'logbook'],
  ['logbook', 'see_readers', 'logbook'],
  ['logbook', 'see_readers', 'archive'],
];

const rows = table
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([row = '', name = '', place = '', ...cells]) => ({ row, name, place: place as Place, cells }));

const places = {
  '6A': [COLLEGE, '6A', 'MATHS'],
  '6LAT': [COLLEGE, '6LAT', 'LATIN'],
  T1: [LYCEE, 'T1', 'PHILO'],
  CM2: [ECOLE, 'CM2', ''],
  CE1: [ECOLE, 'CE1', ''],
} as const;

type Place = keyof typeof places;

describe.each(engines)('tables 1 and 2 on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db);
    await openRest(base.db);
  });
  afterAll(() => base.close());

  const resourceOf = async (place: Place, which: (typeof columns)[number][2]): Promise<string> => {
    const [school, audience, subject] = places[place];
    return which === 'logbook' ? logbookOf(base.db, school, audience, subject) : `${which} ${school} ${place}`;
  };

  const rulesFor = async (person: string, place: Place, column: (typeof columns)[number], at: number) => {
    const [type, action, which] = column;
    const resource = { type, id: await resourceOf(place, which) };
    const decision = await may(base.db, { person, action, resource, when: { at } });
    return decision.reasons.map(({ rule }) => rule).join(' ') || 'no';
  };

  it('has every row, and every column in each', () => {
    const named = new Set(rows.map(({ row }) => row.split(' ')[0]));
    const numbers = Array.from({ length: 28 }, (_, place) => `r${place + 1}`);
    expect([...named].sort()).toEqual([...numbers, 'r9b', 'I1'].sort());
    for (const { row, cells } of rows) expect(cells, row).toHaveLength(columns.length);
  });

  it.each(rows)('$row: $name, $place', async ({ name, place, cells }) => {
    const person = await keyOf(base.db, name);
    const found: string[] = [];
    for (const column of columns) found.push(await rulesFor(person, place, column, NOW));
    expect(found).toEqual(cells);
  });

  it('those who read, write, validate or end are those of the table, and nobody else of the cast', async () => {
    const { db } = base;
    const cast = new Map(await Promise.all(rows.map(async ({ name }) => [await keyOf(db, name), name] as const)));
    for (const [place, column] of columns.entries()) {
      const [type, action, which] = column;
      const resource = { type, id: await resourceOf('6A', which) };
      const readers = await who(db, { action, resource, when: { at: NOW } });
      const named = readers.flatMap(({ person }) => cast.get(person) ?? []).sort();
      const wanted = rows.filter((row) => row.place === '6A' && row.cells[place] !== 'no').map(({ name }) => name);
      expect(named, `${type} ${action}`).toEqual([...wanted].sort());
    }
  });

  it('nobody of whom nothing is known reaches anything anywhere', async () => {
    for (const name of ['', 'an admin', 'rectorat', 'press', 'a DPO', 'gaspard'])
      for (const [type, action] of columns)
        expect(await list(base.db, { person: name, action, type, when: { at: NOW } })).toEqual([]);
  });

  it('before it was all recorded, and after the year, nobody may do anything to what is of the year', async () => {
    for (const { name, place } of rows)
      for (const column of columns.filter(([, , which]) => which === 'logbook')) {
        const person = await keyOf(base.db, name);
        expect(await rulesFor(person, place, column, DELIVERED - 1), `${name} ${column[1]}`).toBe('no');
        // who could read it is still told to whoever kept it (I12)
        const later = column[1] === 'see_readers' ? ['no', 'author'] : ['no'];
        expect(later, `${name} ${column[1]}`).toContain(await rulesFor(person, place, column, YEAR_END));
      }
  });
});

/** What the other rooms record, written as facts: a line is who, what, to what; the rest of the keys are names. */
async function openRest(db: Db): Promise<void> {
  const [audience6A, audienceT1, audienceCM2, audienceCE1, audience6LAT] = await Promise.all(
    [
      [COLLEGE, '6A'],
      [LYCEE, 'T1'],
      [ECOLE, 'CM2'],
      [ECOLE, 'CE1'],
      [COLLEGE, '6LAT'],
    ].map(async ([school, code]) => (await db('audience').where({ school, code }).first('id')).id as string),
  );
  const audiences: Record<Place, string> = {
    '6A': audience6A!,
    '6LAT': audience6LAT!,
    T1: audienceT1!,
    CM2: audienceCM2!,
    CE1: audienceCE1!,
  };
  const absent = {
    [COLLEGE]: await personOf(db, 'tom'),
    [LYCEE]: await personOf(db, 'lise'),
    [ECOLE]: await personOf(db, 'marc'),
  };
  for (const [place, [school]] of Object.entries(places) as [Place, readonly [keyof typeof absent, string, string]][]) {
    const audience = audiences[place];
    const id = (what: string) => `${what} ${school} ${place}`;
    const dated = { created_at: DELIVERED };
    await db('logbook').insert({
      id: id('archive'),
      school,
      year: 2025,
      audience,
      subject: place,
      client: null,
      ...dated,
    });
    await db('absence').insert({ id: id('absence'), school, person: absent[school], ...dated });
    await db('lesson').insert({
      id: id('lesson'),
      school,
      audience,
      subject: '',
      starts_at: NOW,
      ends_at: NOW + 3_600_000,
      ...dated,
    });
    await record(db, school, [
      [id('archive'), 'archivedAt', school],
      [id('absence'), 'absenceAt', school],
      [id('absence'), 'absenceOf', absent[school]],
      [id('absence'), 'watched', audience],
      [id('lesson'), 'lessonAt', school],
      [id('lesson'), 'lessonFor', audience],
    ]);
  }
  const logbook = await logbookOf(db, COLLEGE, '6A', 'MATHS');
  const archive = `archive ${COLLEGE} 6A`;
  const absence = `absence ${COLLEGE} 6A`;
  const key = (name: string) => keyOf(db, name);
  const [tom, coline, carla, aed, sylvie, ivan, paul, ines] = await Promise.all(
    ['tom', 'coline', 'carla', 'aed', 'sylvie', 'ivan', 'paul', 'ines'].map(key),
  );
  await record(db, COLLEGE, [
    [tom!, 'authored', archive],
    [coline!, 'authored', archive],
    ['sam', 'authored', archive],
    ['bruno', 'authored', archive],
    ['sam', 'post', COLLEGE, { function: 'teacher' }],
    ['sam', 'substitutes', logbook, { replacing: tom! }],
    ['sam', 'covers', absence],
    ['owen', 'post', COLLEGE, { function: 'teacher' }],
    ['owen', 'granted', logbook],
    ['cecile', 'post', COLLEGE, { function: 'school_life' }],
    ['cecile', 'opened', audiences['6A']],
    [carla!, 'inCharge', audiences['6A']],
    [aed!, 'inCharge', audiences['6A']],
    [sylvie!, 'secretary', COLLEGE],
    ['solange', 'secretary', COLLEGE],
    ['solange', 'delegated', COLLEGE, { act: 'absences' }],
    ['dora', 'deputises', COLLEGE],
    ['dora', 'delegated', COLLEGE, { act: 'visa' }],
    ['dora', 'delegated', COLLEGE, { act: 'validate' }],
    ['dora', 'delegated', COLLEGE, { act: 'revoke' }],
    [ivan!, 'territory', COLLEGE, { specialty: '' }],
    ['irma', 'territory', COLLEGE, { specialty: '' }],
    ['irma', 'inspects', logbook],
    ['irma', 'inspects', archive],
    ['gabin', 'admitted', paul!],
    ['raoul', 'inquires', absence],
    ['bruno', 'owns', logbook],
    ['bruno', 'barred', ines!],
    ['boris', 'guards', ines!],
    ['boris', 'barred', ines!],
  ]);
  await record(db, ECOLE, [
    ['diego', 'post', ECOLE, { function: 'teacher' }],
    ['diego', 'post', ECOLE, { function: 'direction' }],
    ['diego', 'directs', ECOLE, { decision: 'DASEN 2026-41' }],
  ]);
  await record(db, LYCEE, [
    ['adam', 'enrolled', audiences.T1],
    ['alma', 'guards', 'adam'],
    ['adam', 'objected', 'alma'],
  ]);
}

type Line = readonly [subject: string, relation: Relation, object: string, properties?: Properties];

async function record(db: Db, school: string, lines: readonly Line[]): Promise<void> {
  await changeFacts(db, {
    school,
    at: DELIVERED,
    source: 'local',
    actor: 'test',
    begin: lines.map(([subject, relation, object, properties = {}]) => ({
      subject,
      relation,
      object,
      properties,
      validTo: YEAR_END,
    })),
  });
}
