// The archive: cut, packed, whole beside its checksum, or not there.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '../../src/export/archive.ts';
import { exportedSchools } from '../../src/export/schools.ts';
import { COLLEGE, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { faultOf } from './schema.ts';
import { ENT, elementsIn, emptied, exported, freshFolder, KEY, openWorld, unpacked } from './world.ts';

const STEM = 'U3_GAR-ENT_Complet_20261112_090000';

describe.each(engines)('the archive on $name', ({ open }) => {
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

  describe('files and archive', () => {
    beforeEach(() => openWorld(base.db));

    it('a file is cut when it is full, each valid by itself, and nothing is lost or said twice', async () => {
      const whole = await readAll();
      const { written } = await exported(base.db, { most: 2 });
      const files = await unpacked(written!.archive);
      expect([...files.keys()].filter((name) => name.includes('_Eleve_'))).toEqual(
        [0, 1, 2].map((number) => `${STEM}_2D_Eleve_000${number}.xml`),
      );
      for (const xml of files.values()) expect(faultOf(2, xml)).toBeUndefined();
      expect([...elementsIn(files.values())]).toEqual([...whole]);
      expect(written!.files.every(({ nodes }) => nodes <= 2)).toBe(true);
    });

    it('ten thousand nodes fill a file; one more begins another', async () => {
      const { filesOf: cut } = await import('../../src/export/files.ts');
      const staged = (count: number) => ({
        nodesOf: async function* (kind: string) {
          if (kind === 'Groupe')
            for (let number = 0; number < count; number += 1) yield { element: 'GARPersonGroupe' as const, values: {} };
        },
      });
      const sizes = async (count: number) => {
        const found: number[] = [];
        for await (const { name, nodes } of cut(staged(count) as never, { stem: 'x', degree: 2 }))
          if (name.includes('Groupe')) found.push(nodes);
        return found;
      };
      expect(await sizes(10_000)).toEqual([10_000]);
      expect(await sizes(10_001)).toEqual([10_000, 1]);
    });

    it('the archive is whole beside its checksum, for its owner alone, and nothing else is left', async () => {
      const folder = freshFolder();
      const { written } = await exported(base.db, { folder });
      const { archive, checksum, md5 } = written!;
      expect([archive, checksum]).toEqual([
        join(folder, 'U3', `${STEM}_2D.tar.gz`),
        join(folder, 'U3', `${STEM}_2D.md5`),
      ]);
      expect(readFileSync(checksum, 'utf8')).toBe(md5);
      expect(createHash('md5').update(readFileSync(archive)).digest('hex')).toBe(md5);
      expect(md5).toMatch(/^[0-9a-f]{32}$/);
      for (const path of [archive, checksum]) expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readdirSync(dirname(archive)).sort()).toEqual([`${STEM}_2D.md5`, `${STEM}_2D.tar.gz`]);
    });

    it('the clock in the name is that of Paris, summer and winter', async () => {
      const { stemOf } = await import('../../src/export/files.ts');
      expect(stemOf('U3', 2, Date.parse('2027-07-01T22:30:05Z'))).toBe('U3_GAR-ENT_Complet_20270702_003005_2D');
      expect(stemOf('U3', 1, Date.parse('2027-01-01T22:30:05Z'))).toBe('U3_GAR-ENT_Complet_20270101_233005_1D');
    });

    it('twice in one second: one is written, the other refused, and the first stays whole', async () => {
      const folder = freshFolder();
      const both = await Promise.allSettled([exported(base.db, { folder }), exported(base.db, { folder })]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'export_exists' } });
      await expect(exported(base.db, { folder })).rejects.toMatchObject({ code: 'export_exists' });
      expect(await unpacked(join(folder, 'U3', `${STEM}_2D.tar.gz`))).toHaveLength(5);
      expect(readdirSync(join(folder, 'U3'))).toHaveLength(2);
    });

    it('what fails on the way leaves nothing behind, neither archive nor trail', async () => {
      const folder = freshFolder();
      await base.db.schema.renameTable('audit', 'audit_away');
      await expect(exported(base.db, { folder })).rejects.toThrow();
      await base.db.schema.renameTable('audit_away', 'audit');
      expect(readdirSync(join(folder, 'U3'))).toEqual([]);
      expect((await exportedSchools(base.db, { ent: ENT })).map(({ sentAt }) => sentAt)).toEqual([null, null, null]);
    });

    it.each([0, 1, 3])('what cannot be drawn after %i files leaves nothing, and nothing waits', async (count) => {
      const folder = freshFolder();
      let closed = false;
      async function* files() {
        try {
          for (let number = 0; number < count; number += 1)
            yield { name: `${number}.xml`, nodes: 1, bytes: Buffer.alloc(3_000_000, number) };
          throw new Error('the scratch is gone');
        } finally {
          closed = true;
        }
      }
      await expect(writeArchive(folder, 'U3', files())).rejects.toThrow('the scratch is gone');
      expect(readdirSync(folder)).toEqual([]);
      expect(closed).toBe(true);
    });

    it('a folder that is none is refused in words', async () => {
      const file = join(freshFolder(), 'file');
      writeFileSync(file, '');
      await expect(exported(base.db, { folder: file })).rejects.toMatchObject({ code: 'bad_argument' });
    });

    it('what an export that was cut off left goes after a day; of archives, those older than asked', async () => {
      const folder = freshFolder();
      const DAY = 86_400_000;
      await exported(base.db, { folder, at: NOW - 8 * DAY });
      await exported(base.db, { folder, at: NOW - 7 * DAY });
      const own = join(folder, 'U3');
      const names = [
        '.U3_GAR-ENT_Complet_20261110_230000_2D.tar.gz.part',
        '.U3_GAR-ENT_Complet_20261112_085959_2D.tar.gz.part',
        'notes.txt',
        'B0_GAR-ENT_Complet_20200101_000000_2D.tar.gz',
      ];
      for (const name of names) writeFileSync(join(own, name), '');
      await exported(base.db, { folder, keepDays: 7 });
      const left = readdirSync(own);
      expect(left).not.toContain(names[0]);
      for (const name of names.slice(1)) expect(left).toContain(name);
      expect(left.filter((name) => /^U3.*gz$/.test(name))).toHaveLength(2);
      expect(existsSync(join(own, 'U3_GAR-ENT_Complet_20261104_090000_2D.tar.gz'))).toBe(false);
    });

    it('the trail says which school left in which archive, with counts and nobody', async () => {
      await exported(base.db);
      const rows: { school: string; event: string; details: string }[] = await base
        .db('audit')
        .where('event', 'like', 'gar_export.sent')
        .orderBy('school');
      expect(rows.map(({ school }) => school)).toEqual([COLLEGE, LYCEE]);
      expect(JSON.parse(rows[0]!.details)).toEqual({
        ent: ENT,
        archive: `${STEM}_2D`,
        pupils: 4,
        staff: 10,
        groups: 4,
        assigners: 1,
      });
    });

    it('an identifier is the same in every export, and another for another idENT or secret', async () => {
      const { garIdentifiers } = await import('../../src/export/identifiers.ts');
      const paul = await personOf(base.db, 'paul');
      const names = [
        garIdentifiers(KEY, 'U3'),
        garIdentifiers(KEY, 'U3'),
        garIdentifiers(KEY, 'B0'),
        garIdentifiers(Buffer.alloc(32, 8), 'U3'),
      ].map((of) => of(paul));
      expect(new Set(names).size).toBe(3);
      expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(names[0]).toBe(names[1]);
    });
  });
});
