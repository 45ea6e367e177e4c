// Two imports at once: both degrees of an academy, the same export twice, an older one beside a newer one.
import { describe, expect, it } from 'vitest';
import { beginBatch, inCharge } from '../../src/feed/batches.ts';
import type { Batch } from '../../src/feed/delivery.ts';
import { importFeed } from '../../src/feed/feed.ts';
import { uaiOf } from '../../src/feed/uai.ts';
import { type Db, openDatabase } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, type Export, pupil, relative, school, small, staff, write } from './exports.ts';
import { measure, on, sentences } from './world.ts';

const COUNT = 12;
const uaiIn = (degree: 1 | 2, order: number) => uaiOf(String(991_000 + degree * 100 + order).padStart(7, '0'));

/** Schools of one degree whose parents all have a child in a school of the other one too, in the opposite order. */
function families(degree: 1 | 2, name = 'Nom'): Export {
  const given: Export = { ...small(), degree, EtabEducNat: [], Eleve: [], PersRelEleve: [], PersEducNat: [] };
  for (let order = 0; order < COUNT; order += 1) {
    const id = String(order + 1);
    given.EtabEducNat.push(school(id, uaiIn(degree, order)));
    given.PersEducNat.push(staff(`${degree}9${order}`, ['ENTPersonFonctions', `${id}$ENS$E$$`]));
    for (let child = 0; child < 20; child += 1) {
      const place = degree === 1 ? order : COUNT - 1 - order;
      const parent = `5${String(place * 20 + (degree === 1 ? child : 19 - child)).padStart(4, '0')}`;
      const key = `${degree}${String(order * 20 + child).padStart(4, '0')}`;
      given.Eleve.push(
        pupil(key, [`${parent}$10$1$1$1$0`], ['ENTPersonStructRattach', id], ['ENTEleveClasses', `${id}$C`]),
      );
      given.PersRelEleve.push(relative(parent, ['sn', name]));
    }
  }
  return given;
}

/** Runs imports at once, each over a connection of its own; tells how each ended. */
async function together(url: string, paths: readonly string[]): Promise<string[]> {
  const connections = paths.map(() => openDatabase(url));
  const ends = await Promise.allSettled(paths.map((path, index) => importFeed(connections[index]!, { path, at: AT })));
  await Promise.all(connections.map((one) => one.destroy()));
  return ends.map((end) =>
    end.status === 'fulfilled' ? 'applied' : ((end.reason as { code?: string }).code ?? String(end.reason)),
  );
}

async function stateOf(db: Db, degree: 1 | 2): Promise<string[][]> {
  const states: string[][] = [];
  for (let order = 0; order < COUNT; order += 1) states.push(await sentences(db, uaiIn(degree, order)));
  return states;
}

describe.each(engines)('two imports at once on $name', (engine) => {
  it('of both degrees are both applied, and a parent of both is one person', async () => {
    await on(engine, async (db, url) => {
      const first = write(families(1));
      const second = write(families(2));
      try {
        expect(await together(url, [first.path, second.path])).toEqual(['applied', 'applied']);
        const parents = await db('external_identity').where('external_id', 'like', '5%');
        expect(parents).toHaveLength(COUNT * 20);
        const before = await measure(db);
        for (const { path } of [first, second]) await importFeed(db, { path, at: AT });
        expect(await measure(db)).toEqual(before);
      } finally {
        first.remove();
        second.remove();
      }
    });
  });

  it('of the same export are one import', async () => {
    await on(engine, async (db, url) => {
      const folder = write(families(2));
      try {
        expect(await together(url, [folder.path, folder.path])).toEqual(['applied', 'applied']);
        const before = await measure(db);
        expect(before).toMatchObject({ feed_batch: 1, person: COUNT * 41 });
        await importFeed(db, { path: folder.path, at: AT });
        expect(await measure(db)).toEqual(before);
      } finally {
        folder.remove();
      }
    });
  });

  it('of an older and a newer export leave the newer one, in every school', async () => {
    await on(engine, async (db, url) => {
      const older = write(families(2, 'Vieux'), { date: '20260901' });
      const newer = write(families(2, 'Neuf'), { date: '20260902' });
      try {
        const [old, fresh] = await together(url, [older.path, newer.path]);
        expect(fresh).toBe('applied');
        expect(['applied', 'feed_stale']).toContain(old);
        expect(await db('person').where({ family_name: 'Vieux' })).toEqual([]);
        expect((await stateOf(db, 2)).map((said) => said.length)).toEqual(Array.from({ length: COUNT }, () => 61));
      } finally {
        older.remove();
        newer.remove();
      }
    });
  });
});

describe.each(engines)('one batch in charge on $name', (engine) => {
  const batch = (id: string, source: 'aaf1d' | 'aaf2d' = 'aaf2d'): Batch => ({
    id,
    source,
    degree: 2,
    academy: '099',
    at: AT,
    schools: new Map(),
    subjects: new Map(),
    levels: new Map(),
    silentSubjects: new Set(),
  });

  it('stops the one before it at its next school, and never the other degree', async () => {
    await on(engine, async (db) => {
      await beginBatch(db, batch('old'), '20260901', 'system');
      await beginBatch(db, batch('first', 'aaf1d'), '20260830', 'system');
      expect(await inCharge(db, batch('old'), async () => 'done')).toBe('done');
      await beginBatch(db, batch('new'), '20260902', 'system');
      await expect(inCharge(db, batch('old'), async () => 'done')).rejects.toMatchObject({ code: 'feed_stale' });
      expect(await inCharge(db, batch('new'), async () => 'done')).toBe('done');
      expect(await inCharge(db, batch('first', 'aaf1d'), async () => 'done')).toBe('done');
    });
  });

  it('is not pushed aside by an older one, even when it was cut short', async () => {
    await on(engine, async (db) => {
      await beginBatch(db, batch('new'), '20260902', 'system');
      await expect(beginBatch(db, batch('old'), '20260901', 'system')).rejects.toMatchObject({ code: 'feed_stale' });
      expect(await inCharge(db, batch('new'), async () => 'done')).toBe('done');
    });
  });
});
