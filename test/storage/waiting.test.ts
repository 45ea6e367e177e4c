// Waiting for SQLite's one write lock: it stops nobody else, and whoever writes much leaves room for others.
import { pbkdf2 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { type Db, openDatabase } from '../../src/storage/storage.ts';
import { takingTurns } from '../../src/storage/turns.ts';
import { engines, type TestDatabase } from '../databases.ts';

const [sqlite, postgres] = engines;

describe('on SQLite, while another connection writes', () => {
  let test: TestDatabase;
  let other: Db;
  beforeAll(async () => {
    test = await sqlite!.open({ migrated: false });
    await test.db.schema.createTable('line', (table) => table.text('what'));
    other = openDatabase(test.url);
  });
  afterAll(async () => {
    await other.destroy();
    await test.close();
  });
  const insert = "insert into line (what) values ('statement')";
  const count = async (what: string) =>
    Number((await test.db('line').where({ what }).count({ count: '*' }).first())?.count);

  it('more of those who wait than there are worker threads keep nobody from reading, hashing or opening files', async () => {
    const rooms: Statements[] = [];
    for (let room = 0; room < 6; room += 1) rooms.push(await openStatements(test.db));
    const held = await other.transaction();
    await held('line').insert({ what: 'held' });
    const writes = rooms.flatMap((room) => [room.run(insert), room.transaction((tx) => tx.run(insert))]);
    // each of these needs a worker thread, and is answered while the lock is held
    await promisify(pbkdf2)('x', 'y', 1, 8, 'sha256');
    await readFile(import.meta.filename);
    expect(await test.db('line').where({ what: 'held' })).toEqual([]);
    await held.commit();
    await Promise.all(writes);
    expect([await count('held'), await count('statement')]).toEqual([1, 12]);
    for (const room of rooms) await room.close();
  });

  it('what was read before somebody waits is answered at once', async () => {
    const room = await openStatements(test.db);
    const held = await other.transaction();
    await held('line').insert({ what: 'held too' });
    const [read, write] = [room.all('select 1 as one'), room.run("insert into line (what) values ('late')")];
    expect(await read).toEqual([{ one: 1 }]);
    await held.rollback();
    expect(await write).toBe(1);
    await room.close();
  });

  it('what is read while somebody waits is answered too, whoever reads and whatever waits', async () => {
    const room = await openStatements(test.db);
    const held = await other.transaction();
    await held('line').insert({ what: 'held as well' });
    let waiting = true;
    const writes = Promise.allSettled([
      room.run(insert),
      room.all(`${insert} returning what`),
      room.get('update line set what = ? where what = ? returning what', ['none', 'nobody']),
      room.transaction((tx) => tx.run(insert)),
    ]).finally(() => {
      waiting = false;
    });
    const reading = "select count(*) as count from line where what = 'held as well'";
    expect(await room.all(reading)).toEqual([{ count: 0 }]);
    expect(await room.get(reading)).toEqual({ count: 0 });
    expect(waiting).toBe(true);
    await held.commit();
    expect(await writes).toMatchObject([{ value: 1 }, { value: [{ what: 'statement' }] }, {}, { value: 1 }]);
    expect(await room.get(reading)).toEqual({ count: 1 });
    await room.close();
  });

  it('what it holds is waited for, by a transaction and by a statement alone', async () => {
    const held = await other.transaction();
    await held('line').insert({ what: 'before' });
    let over = false;
    const waiting = test
      .db('line')
      .insert({ what: 'alone' })
      .then(() => over);
    await new Promise((resolve) => setImmediate(resolve));
    over = true;
    await held.commit();
    expect(await waiting).toBe(true);
    const next = await other.transaction();
    const inside = test.db.transaction(async (tx) => {
      await tx('line').insert({ what: 'inside' });
      return over;
    });
    over = false;
    await next.rollback();
    expect(await inside).toBe(false);
  });

  it('somebody else is let in between the turns of whoever writes without end', async () => {
    const inTurn = takingTurns(other);
    const single = test.db('line').insert({ what: 'let in' });
    let done = false;
    single.then(() => {
      done = true;
    });
    for (let turn = 0; turn < 2_000 && !done; turn += 1)
      await inTurn(() =>
        other.transaction(async (tx) => {
          for (let row = 0; row < 20; row += 1) await tx('line').insert({ what: 'much' });
        }),
      );
    expect(done).toBe(true);
    expect(await count('let in')).toBe(1);
  });

  it('an error that is no waiting is told at once, and what a turn gives or throws is given on', async () => {
    await expect(test.db.raw('insert into nowhere values (1)')).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    const statements = await openStatements(test.db);
    await expect(statements.run('insert into nowhere values (1)')).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    await statements.close();
    const inTurn = takingTurns(other);
    expect(await inTurn(async () => 7)).toBe(7);
    await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});

describe('on PostgreSQL', () => {
  it('nobody is in the way, and nothing is waited for', async () => {
    const { db, close } = await postgres!.open({ migrated: false });
    expect(await takingTurns(db)(async () => 7)).toBe(7);
    await close();
  });
});
