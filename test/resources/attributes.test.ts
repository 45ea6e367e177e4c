// Attributes for publishers: exactly what each role has at one school, nothing of another, and what was sent kept as hashes.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDelivery } from '../../src/directory/directory.ts';
import { assignTeaching } from '../../src/directory/teaching.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import {
  type AttributeName,
  attributeClaims,
  attributeNames,
  attributes,
  buildAttributes,
  isAttribute,
} from '../../src/resources/attributes.ts';
import { recordRelease, sentInSum, sentTo } from '../../src/resources/releases.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { type CastName, COLLEGE, cast, college, deliverCast, ECOLE, ecole, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;

describe.each(engines)('attributes on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db);
    const audience = { kind: 'class', code: 'CM2' } as const;
    const teacher = await personOf(base.db, 'denise');
    await assignTeaching(base.db, { school: ECOLE, teacher, audience, by: teacher, at: NOW - DAY });
    for (const name of ['tom', 'diane', 'paula'] as const)
      await base
        .db('person')
        .where({ id: await personOf(base.db, name) })
        .update({ email: `${name}@exemple.fr`, civility: name === 'tom' ? 'M.' : 'Mme' });
    await applyDelivery(base.db, {
      ...college(NOW - DAY),
      levels: (['paul', 'zoe', 'ines'] as const).map((name) => ({
        person: cast[name].id,
        code: name === 'zoe' ? '10110012110' : '10010012110',
        label: name === 'zoe' ? '5EME' : '6EME',
      })),
      levelCodes: [{ code: '10010012110', stat: '21110010001' }],
    });
    await applyDelivery(base.db, {
      ...ecole(NOW - DAY),
      levels: [{ person: cast.lea.id, code: 'CM2', label: 'CM2' }],
    });
  });
  afterAll(() => base.close());

  const built = async (
    name: CastName,
    {
      school = COLLEGE,
      names = attributeNames,
      at = NOW,
    }: { school?: string; names?: AttributeName[]; at?: number } = {},
  ) => {
    const person = await personOf(base.db, name);
    return buildAttributes(base.db, { person, pseudonym: 'ff', school, schools: [school], at }, names);
  };
  const least = { IDO: 'ff', UAI: [COLLEGE] };
  const sixthA = { DIV: ['6A##6e A'], divisions: [{ code: '6A', label: '6e A' }] };
  const latin = { GRO: ['6LAT##6e latin'], teaching_groups: [{ code: '6LAT', label: '6e latin' }] };

  it.each([
    ['paul', COLLEGE, { PRO: 'National_elv', PRE: 'Paul', NOM: 'Bernard', P_MS4: ['2111'], ...sixthA, ...latin }],
    ['ines', COLLEGE, { PRO: 'National_elv', PRE: 'Inès', NOM: 'Amrani', P_MS4: ['2111'], ...sixthA }],
    [
      'zoe', // of whose level no export has said the national code
      COLLEGE,
      { PRO: 'National_elv', PRE: 'Zoé', NOM: 'Perrin', DIV: ['5C##5e C'], divisions: [{ code: '5C', label: '5e C' }] },
    ],
    [
      'lea',
      ECOLE,
      {
        PRO: 'National_elv',
        PRE: 'Léa',
        NOM: 'Bernard',
        UAI: [ECOLE],
        P_MS4: ['1125'],
        DIV: ['CM2##CM2'],
        divisions: [{ code: 'CM2', label: 'CM2' }],
      },
    ],
    [
      'tom',
      COLLEGE,
      {
        PRO: 'National_ens',
        PRE: 'Tom',
        NOM: 'Garnier',
        CIV: 'M.',
        P_MEL: 'tom@exemple.fr',
        P_MAT: ['MATHS##Mathématiques'],
        subjects: [{ code: 'MATHS', label: 'Mathématiques' }],
        ...sixthA,
        ...latin,
      },
    ],
    ['diane', COLLEGE, { PRO: 'National_doc', PRE: 'Diane', NOM: 'Faure', CIV: 'Mme', P_MEL: 'diane@exemple.fr' }],
    ['helene', COLLEGE, { PRO: 'National_dir', PRE: 'Hélène', NOM: 'Marchand' }],
    ['david', COLLEGE, { PRO: 'National_dir', PRE: 'David', NOM: 'Roux' }],
    ['carla', COLLEGE, { PRO: 'National_evs', PRE: 'Carla', NOM: 'Simon' }],
    [
      'denise', // the director of a primary school teaches: never another category
      ECOLE,
      {
        PRO: 'National_ens',
        PRE: 'Denise',
        NOM: 'Caron',
        UAI: [ECOLE],
        DIV: ['CM2##CM2'],
        divisions: [{ code: 'CM2', label: 'CM2' }],
      },
    ],
    ['paula', COLLEGE, { PRE: 'Paula', NOM: 'Bernard' }], // a parent has no profile and no address, wherever asked
  ] as const)('%s at %s is exactly this', async (name, school, more) => {
    expect(await built(name, { school })).toEqual({ ...least, ...more });
  });

  it('nothing is said of another school, and only what is named is built', async () => {
    expect(await built('tom', { school: LYCEE })).toEqual({ IDO: 'ff', UAI: [LYCEE], PRE: 'Tom', NOM: 'Garnier' });
    expect(await built('tom', { names: ['PRO'] })).toEqual({ PRO: 'National_ens' });
    expect(await built('tom', { names: [] })).toEqual({});
  });

  it('what is over is not said: the class of yesterday, the day after', async () => {
    const paul = await personOf(base.db, 'paul');
    const facts = await base.db('fact').where({ subject: paul, relation: 'enrolled' });
    expect(facts.length).toBe(2);
    expect(Object.keys(await built('paul', { at: NOW + 400 * DAY }))).not.toContain('DIV');
  });

  it('whoever teaches and keeps the library is a librarian', async () => {
    const subject = await personOf(base.db, 'olga');
    const post = { relation: 'post', subject, object: COLLEGE, properties: { function: 'librarian' } } as const;
    await changeFacts(base.db, { school: COLLEGE, at: NOW - 1, source: 'aaf2d', actor: 'test', begin: [post] });
    expect(await built('olga', { names: ['PRO'] })).toEqual({ PRO: 'National_doc' });
  });

  it('the names are ours alone', () => {
    for (const name of ['__proto__', 'constructor', 'ido', '', 'sub']) expect(isAttribute(name)).toBe(false);
    expect(new Set(attributeClaims).size).toBe(attributeClaims.length);
    expect(attributeNames.filter((name) => attributes[name].of !== 'all')).toEqual(['CIV', 'P_MEL', 'P_MS4']);
  });

  it('two hundred that are sent at once are counted, and another value is another line', async () => {
    const statements = await openStatements(base.db);
    const key = randomBytes(32);
    const [paul, ines] = [await personOf(base.db, 'paul'), await personOf(base.db, 'ines')];
    const release = { client: 'one', resource: 'ark:/1/a', school: COLLEGE, at: NOW };
    const claims = { sub: 'ff', IDO: 'ff', UAI: [COLLEGE], PRE: 'Paul', divisions: [] };
    await Promise.all(
      Array.from({ length: 200 }, () => recordRelease(statements, key, { ...release, person: paul, claims })),
    );
    const [one, ...more] = await sentTo(base.db, { person: paul });
    expect(one).toMatchObject({ times: 200, attributes: ['IDO', 'UAI', 'PRE'], day: '2026-11-12', firstAt: NOW });
    expect(more).toEqual([]);
    await recordRelease(statements, key, { ...release, person: paul, claims: { ...claims, PRE: 'Paulin' } });
    await recordRelease(statements, key, { ...release, person: ines, claims, at: NOW + DAY });
    const lines = await sentTo(base.db, { resources: ['ark:/1/a'] });
    expect(lines.map(({ day, person, times }) => [day, person, times])).toEqual(
      expect.arrayContaining([
        ['2026-11-13', ines, 1],
        ['2026-11-12', paul, 200],
        ['2026-11-12', paul, 1],
      ]),
    );
    expect(new Set(lines.map(({ hashes }) => hashes.PRE)).size).toBe(3);
    expect(JSON.stringify(await base.db('release'))).not.toMatch(/Paul/);
    expect(await sentInSum(base.db, { resources: ['ark:/1/a'] })).toMatchObject([
      {
        resource: 'ark:/1/a',
        attributes: ['IDO', 'UAI', 'PRE'],
        persons: 2,
        times: 202,
        firstDay: '2026-11-12',
        lastDay: '2026-11-13',
      },
    ]);
    await statements.close();
  });
});
