// Which schools leave for the national GAR: those that were added, under an agreement, and without a fault.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { findSchool } from '../../src/directory/schools.ts';
import { judgeSchool } from '../../src/export/export.ts';
import { addSchools, exportedSchools, removeSchools } from '../../src/export/schools.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { COLLEGE, cast, ECOLE, LYCEE, lycee, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { faultOf } from './schema.ts';
import {
  agree,
  ENT,
  elementsIn,
  emptied,
  exported,
  freshFolder,
  idOf,
  KEY,
  openWorld,
  unpacked,
  withAddresses,
} from './world.ts';

describe.each(engines)('the schools exported on $name', ({ open }) => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await open();
  });
  beforeEach(() => emptied(base.db));
  afterAll(() => base.close());

  const readAll = async (change: Parameters<typeof exported>[1] = {}) => {
    const { written } = await exported(base.db, change);
    return elementsIn((await unpacked(written!.archive)).values());
  };

  describe('which schools', () => {
    beforeEach(() => openWorld(base.db));

    it('none that was not added, or was removed, or that another idENT answers for', async () => {
      expect((await exportedSchools(base.db, { ent: ENT })).map(({ school }) => school.uai)).toEqual([
        COLLEGE,
        LYCEE,
        ECOLE,
      ]);
      const act = { by: 'operator', at: NOW };
      await expect(addSchools(base.db, { ...act, ent: 'B0', schools: [LYCEE, COLLEGE] })).rejects.toMatchObject({
        code: 'export_other_ent',
      });
      await expect(addSchools(base.db, { ...act, ent: ENT, schools: ['0999999Z'] })).rejects.toMatchObject({
        code: 'unknown_school',
      });
      expect(await removeSchools(base.db, { ...act, ent: 'B0', schools: [LYCEE] })).toBe(0);
      expect(await removeSchools(base.db, { ...act, ent: ENT, schools: [LYCEE] })).toBe(1);
      expect(await removeSchools(base.db, { ...act, ent: ENT, schools: [LYCEE] })).toBe(0);
      expect(await addSchools(base.db, { ...act, ent: 'B0', schools: [LYCEE] })).toBe(1);
      expect(await addSchools(base.db, { ...act, ent: 'B0', schools: [LYCEE] })).toBe(0);
      expect((await readAll()).get('GAREtab')!.map((one) => one.GARStructureUAI?.[0])).toEqual([COLLEGE]);
      expect((await readAll({ ent: 'B0' })).get('GAREtab')!.map((one) => one.GARStructureUAI?.[0])).toEqual([LYCEE]);
    });

    it('two idENT that ask for one school at once: one has it', async () => {
      await removeSchools(base.db, { ent: ENT, schools: [LYCEE], by: 'operator', at: NOW });
      const asked = Array.from({ length: 20 }, (_, turn) =>
        addSchools(base.db, { ent: turn % 2 === 0 ? 'A1' : 'B0', schools: [LYCEE], by: 'operator', at: NOW }),
      );
      const done = await Promise.allSettled(asked);
      const added = done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(added).toHaveLength(10);
      expect(added.reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(await base.db('gar_school').where({ school: LYCEE })).toHaveLength(1);
    });

    it('none without an agreement in force: from its first instant, to its last', async () => {
      await endAgreement(base.db, { reference: 'file-1', by: 'operator', at: NOW - 1000 });
      await agree(base.db, { reference: 'file-2', schools: [LYCEE], startsAt: NOW, endsAt: NOW + 1000 });
      const judged = async (uai: string, at: number) =>
        (await judgeSchool(base.db, await findSchool(base.db, uai), { ent: ENT, key: KEY, at })).state;
      const states = (at: number) => Promise.all([judged(COLLEGE, at), judged(LYCEE, at)]);
      expect(await states(NOW - 1)).toEqual(['closed', 'closed']);
      expect(await states(NOW)).toEqual(['closed', 'sent']);
      expect(await states(NOW + 999)).toEqual(['closed', 'sent']);
      expect(await states(NOW + 1000)).toEqual(['closed', 'closed']);
    });

    it('none whose agreement ends while the files are written: nothing is there, and nothing is said to have left', async () => {
      await endAgreement(base.db, { reference: 'file-1', by: 'operator', at: NOW - 1000 });
      await agree(base.db, { reference: 'file-2', schools: [LYCEE], startsAt: NOW - 100, endsAt: NOW + 1 });
      const folder = freshFolder();
      await expect(exported(base.db, { folder })).rejects.toMatchObject({ code: 'export_overtaken' });
      expect(readdirSync(join(folder, 'U3'))).toEqual([]);
      expect((await exportedSchools(base.db, { ent: ENT })).map(({ sentAt }) => sentAt)).toEqual([null, null, null]);
    });

    it('without a school to send there is no archive, since an empty one would empty the GAR', async () => {
      await endAgreement(base.db, { reference: 'file-1', by: 'operator', at: NOW - 1000 });
      const folder = freshFolder();
      expect((await exported(base.db, { folder })).written).toBeUndefined();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  describe('a school with a fault', () => {
    const twice = (delivery: SchoolDelivery): SchoolDelivery => {
      if (delivery.school.uai !== LYCEE) return delivery;
      return {
        ...delivery,
        audiences: [...delivery.audiences, { kind: 'class', code: 'T1 ', label: 'Terminale 1' }],
        facts: [
          ...delivery.facts,
          { relation: 'enrolled', subject: { person: cast.noe.id }, object: { class: 'T1 ' } },
        ],
      };
    };

    it('is held back whole and reported; the others leave', async () => {
      await openWorld(base.db, twice);
      const { schools, written } = await exported(base.db);
      expect(schools.map(({ school, state }) => [school.uai, state])).toEqual([
        [COLLEGE, 'sent'],
        [LYCEE, 'held'],
      ]);
      expect(schools[1]!.faults).toContainEqual({ code: 'twice', element: 'GARGroupe', what: 'T1' });
      expect(schools[1]!.faults).toContainEqual({
        code: 'twice',
        element: 'GARPersonGroupe',
        what: await idOf(base.db, 'noe'),
        person: await personOf(base.db, 'noe'),
      });
      const files = await unpacked(written!.archive);
      expect([...files.values()].join('\n')).not.toContain(LYCEE);
      for (const xml of files.values()) expect(faultOf(2, xml)).toBeUndefined();
      const lately = await exportedSchools(base.db, { ent: ENT });
      expect(lately.map(({ school, sentAt, heldAt }) => [school.uai, sentAt, heldAt])).toEqual([
        [COLLEGE, NOW, null],
        [LYCEE, null, NOW],
        [ECOLE, null, null],
      ]);
    });

    it('leaves again once it is mended', async () => {
      await openWorld(base.db, twice);
      expect(
        (await judgeSchool(base.db, await findSchool(base.db, LYCEE), { ent: ENT, key: KEY, at: NOW })).state,
      ).toBe('held');
      await applyDelivery(base.db, { ...withAddresses(lycee()), at: NOW });
      expect((await exported(base.db)).schools.map(({ state }) => state)).toEqual(['sent', 'sent']);
    });

    it.each<[what: string, familyName: string]>([
      ['no name', '   '],
      ['a name too long', 'é'.repeat(501)],
      ['a name that XML cannot carry', 'Ber\u0001nard'],
    ])('%s', async (_what, familyName) => {
      await openWorld(base.db, (delivery) => ({
        ...delivery,
        persons: delivery.persons.map((one) => (one.externalId === cast.noe.id ? { ...one, familyName } : one)),
      }));
      const { schools } = await exported(base.db);
      expect(schools[1]!.faults).toMatchObject([
        { element: 'GAREleve', field: 'GARPersonNom', person: await personOf(base.db, 'noe') },
      ]);
      expect(schools[0]!.state).toBe('sent');
    });
  });
});
