// What a school is, as the state's export names it: what a subscription may be for is told apart, all else goes by the short word.
import { describe, expect, it } from 'vitest';
import { listSchools } from '../../src/directory/schools.ts';
import { engines } from '../databases.ts';
import { SCHOOL_A, school, small } from './exports.ts';
import { deliver, on } from './world.ts';

describe.each(engines)('the kind of a school on $name', (engine) => {
  it.each([
    ['COLLEGE', 'collège', 'Collège Nom 1'],
    ['LYCEE PROFESSIONNEL', 'lycée professionnel', 'Lycée professionnel Nom 1'],
    ['LYCEE GENERAL ET TECHNOLOGIQUE', 'lycée', 'Lycée Nom 1'],
    ['ECOLE MATERNELLE', 'école maternelle', 'École maternelle Nom 1'],
    ['ECOLE ELEMENTAIRE', 'école', 'École Nom 1'],
  ])('%s is %s', async (type, kind, name) => {
    await on(engine, async (db) => {
      const given = small();
      const { id, attributes } = school('1', SCHOOL_A);
      const named = attributes.filter(([attribute]) => attribute !== 'ENTStructureTypeStruct');
      given.EtabEducNat.splice(0, 1, { id, attributes: [...named, ['ENTStructureTypeStruct', type]] });
      await deliver(db, given);
      expect(await listSchools(db, [SCHOOL_A])).toMatchObject([{ kind, name }]);
    });
  });
});
