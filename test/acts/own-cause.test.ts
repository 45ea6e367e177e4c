// Own interest: nobody decides what touches themselves, a child of theirs, or somebody of their name; another who may, does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delegate } from '../../src/acts/delegations.ts';
import { couldBeOne, isOwnCause } from '../../src/acts/own-cause.ts';
import { recordReplacement } from '../../src/acts/replacements.ts';
import {
  admitParent,
  barFromChild,
  barFromLogbook,
  endAdmission,
  endEmancipation,
  recordEmancipation,
  unbarFromChild,
  unbarFromLogbook,
} from '../../src/acts/restrictions.ts';
import { nameSecretary } from '../../src/acts/school-life.ts';
import type { Person } from '../../src/directory/persons.ts';
import { changeFacts, type NewFact } from '../../src/facts/facts.ts';
import { COLLEGE, ECOLE, logbookOf, NOW } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWorld, refused, type World } from './acts.ts';

const DECISION = { decision: 'TJ 2026/114' };

describe.each(engines)('own interest, on $name', ({ open }) => {
  let world: World;
  const key = {} as Record<
    'helene' | 'david' | 'paul' | 'paula' | 'pierre' | 'ines' | 'denise' | 'marc' | 'sylvie' | 'tom',
    string
  >;
  let maths: string;
  const begin = (school: string, source: 'aaf2d' | 'local', ...facts: NewFact[]) =>
    changeFacts(world.db, { school, at: NOW, source, actor: 'test', begin: facts });
  beforeAll(async () => {
    world = await openWorld(open);
    for (const name of [
      'helene',
      'david',
      'paul',
      'paula',
      'pierre',
      'ines',
      'denise',
      'marc',
      'sylvie',
      'tom',
    ] as const)
      key[name] = await world.key(name);
    maths = await logbookOf(world.db, COLLEGE, '6A', 'MATHS');
    await begin(COLLEGE, 'aaf2d', { relation: 'guards', subject: key.helene, object: key.paul });
  });
  afterAll(() => world.close());

  /** Every decision about somebody and a pupil. */
  const decisions = (by: string, person = key.pierre, child = key.paul) => {
    const act = { school: COLLEGE, person, child, by, at: NOW };
    return {
      barFromChild: () => barFromChild(world.db, { ...act, ...DECISION }),
      unbarFromChild: () => unbarFromChild(world.db, act),
      admitParent: () => admitParent(world.db, { ...act, ...DECISION }),
      endAdmission: () => endAdmission(world.db, act),
      recordEmancipation: () => recordEmancipation(world.db, { ...act, ...DECISION }),
      endEmancipation: () => endEmancipation(world.db, act),
    };
  };

  it.each([
    'barFromChild',
    'unbarFromChild',
    'admitParent',
    'endAdmission',
    'recordEmancipation',
    'endEmancipation',
  ] as const)('%s: not by a head whose child it is; by a deputy who holds the delegation, or written down by the operator', async (name) => {
    await refused('own_cause', decisions(key.helene)[name]());
    await refused('not_allowed', decisions(key.david)[name]());
    const given = { school: COLLEGE, deputy: key.david, by: key.helene, decision: 'Arrêté 12', at: NOW };
    await delegate(world.db, { ...given, acts: ['families'] });
    await decisions(key.david)[name]();
    await world.db('fact').where({ relation: 'delegated' }).delete();
    if (name.startsWith('end') || name.startsWith('un')) return;
    expect((await decisions('operator')[name]()).schools).toEqual([]);
    // of a family that is not theirs, they decide
    await decisions(key.helene, key.paula, key.ines)[name]();
  });

  it('a head ends no restriction on themselves, on a child or on a logbook', async () => {
    const logbook = { school: COLLEGE, person: key.helene, logbook: maths, at: NOW };
    await refused('own_cause', barFromLogbook(world.db, { ...logbook, ...DECISION, by: key.helene }));
    await barFromLogbook(world.db, { ...logbook, ...DECISION, by: 'operator' });
    await refused('own_cause', unbarFromLogbook(world.db, { ...logbook, by: key.helene }));
    await decisions('operator', key.helene, key.ines).barFromChild();
    await refused('own_cause', decisions(key.helene, key.helene, key.ines).unbarFromChild());
    await decisions('operator', key.helene, key.ines).unbarFromChild();
  });

  it('whoever bears the name of a parent counts as that parent: their two records are joined nowhere', async () => {
    const about = { by: key.helene, about: [key.paula], pupils: [key.ines], at: NOW };
    expect(await isOwnCause(world.db, about)).toBe(false);
    const names = { given_name: 'HELENE', family_name: 'Marchand' };
    await world.db('person').where({ id: key.paula }).update(names);
    expect(await isOwnCause(world.db, about)).toBe(true);
    await refused('own_cause', decisions(key.helene, key.paula, key.ines).admitParent());
    await world.db('person').where({ id: key.paula }).update({ given_name: 'Paula', family_name: 'Bernard' });
  });

  it.each([
    ['accents and capitals aside', {}, {}, true],
    ['another given name', { givenName: 'Marc' }, {}, false],
    ['another family name', { familyName: 'Roux' }, {}, false],
    [
      'another family name, and one birth date',
      { familyName: 'Roux', birthDate: '1980-02-03' },
      { birthDate: '1980-02-03' },
      true,
    ],
    ['two birth dates', { birthDate: '1980-02-03' }, { birthDate: '1980-02-04' }, false],
  ])('%s', (_, one, other, same) => {
    const helene = {
      id: '1',
      givenName: 'Hélène',
      familyName: 'Marchand',
      birthDate: null,
      email: null,
    } as unknown as Person;
    expect(couldBeOne({ ...helene, ...one } as Person, { ...helene, givenName: 'HELENE', ...other } as Person)).toBe(
      same,
    );
  });

  it('nobody names themselves, nor opens a colleague’s logbook to themselves: the authority above does', async () => {
    await refused(
      'own_cause',
      nameSecretary(world.db, { school: COLLEGE, person: key.helene, by: key.helene, at: NOW }),
    );
    const directs = {
      relation: 'directs',
      subject: key.denise,
      object: ECOLE,
      properties: { decision: 'IA 3' },
    } as const;
    const authority = { relation: 'authority', subject: key.tom, object: ECOLE } as const;
    await begin(ECOLE, 'local', directs, authority);
    const replacement = { school: ECOLE, substitute: key.denise, replaced: key.marc, at: NOW };
    await refused('own_cause', recordReplacement(world.db, { ...replacement, by: key.denise }));
    const { logbooks } = await recordReplacement(world.db, { ...replacement, by: key.tom }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'not_kept' }); // no logbook there yet: the act itself was theirs
      return { logbooks: [] };
    });
    expect(Array.isArray(logbooks)).toBe(true);
  });
});
