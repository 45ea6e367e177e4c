// The ground: migrations, transactions, prepared statements, on both engines.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { migrationList } from '../../migrations/list.ts';
import { openStatements, withStatements } from '../../src/storage/statements.ts';
import {
  inOneState,
  inTransaction,
  isUniqueViolation,
  migrate,
  onPostgres,
  openDatabase,
  requireCurrentSchema,
} from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';

describe.each(engines)('the ground on $name', ({ open }) => {
  it('migrates once, and says so', async () => {
    const { db, close } = await open({ migrated: false });
    await expect(requireCurrentSchema(db)).rejects.toMatchObject({ code: 'schema_behind' });
    expect(await migrate(db)).toEqual(migrationList.map(({ name }) => name));
    expect(await migrate(db)).toEqual([]);
    await requireCurrentSchema(db);
    await close();
  });

  it('refuses to serve on a schema that a newer version wrote', async () => {
    const { db, close } = await open();
    await db('knex_migrations').insert({ name: '9999_future', batch: 9, migration_time: new Date() });
    await expect(requireCurrentSchema(db)).rejects.toMatchObject({ code: 'schema_unknown' });
    await close();
  });

  it('statements lent to a transaction see what it has written, and leave nothing of it open', async () => {
    const { db, close } = await open();
    const count = (on: typeof db) =>
      withStatements(on, async (lent) => {
        const sql = "select count(*) as schools from fact_head where school like 'lent%'";
        const rows = typeof lent === 'function' ? await lent.raw(sql) : await lent.all<{ schools: number }>(sql);
        return Number((rows.rows ?? rows)[0].schools);
      });
    const undo = new Error('undo');
    await expect(
      inTransaction(db, async (tx) => {
        await tx('fact_head').insert({ school: 'lent1', revision: 0 });
        expect(await count(tx)).toBe(1);
        await tx('fact_head').insert({ school: 'lent2', revision: 0 });
        expect(await count(tx)).toBe(2);
        throw undo;
      }),
    ).rejects.toBe(undo);
    expect(await count(db)).toBe(0);
    await close();
  });

  it('two connections that read then write do not lose each other’s work', async () => {
    const { db, url, close } = await open();
    const other = openDatabase(url);
    await db('fact_head').insert({ school: 's', revision: 0 });
    const add = (on: typeof db) =>
      inTransaction(on, async (tx) => {
        await tx('fact_head').where({ school: 's' }).forUpdate().first();
        await tx('fact_head').where({ school: 's' }).increment('revision', 1);
      });
    await Promise.all(Array.from({ length: 50 }, (_, n) => add(n % 2 ? db : other)));
    expect(await db('fact_head').first('revision')).toEqual({ revision: 50 });
    await other.destroy();
    await close();
  });

  it('several questions of one state see nothing of what comes meanwhile, and keep nobody from writing', async () => {
    const { db, url, close } = await open();
    const other = openDatabase(url);
    await db('fact_head').insert({ school: 's', revision: 1 });
    const seen = await inOneState(db, async (tx) => {
      const before = await tx('fact_head').first('revision');
      await inTransaction(other, (inside) => inside('fact_head').increment('revision', 1));
      return [before, await tx('fact_head').first('revision')];
    });
    expect(seen).toEqual([{ revision: 1 }, { revision: 1 }]);
    expect(await db('fact_head').first('revision')).toEqual({ revision: 2 });
    await inTransaction(db, (tx) => tx('fact_head').increment('revision', 1));
    expect(await other('fact_head').first('revision')).toEqual({ revision: 3 });
    await other.destroy();
    await close();
  });

  it('keys differ by case and by Unicode form, and order byte by byte', async () => {
    const { db, close } = await open();
    const keys = ['a', 'A', 'é', 'e\u0301', 'z', 'Z'];
    for (const school of keys) await db('fact_head').insert({ school, revision: 0 });
    const stored = (await db('fact_head').orderBy('school')).map((row) => row.school);
    expect(stored).toEqual(['A', 'Z', 'a', 'e\u0301', 'z', 'é']);
    await close();
  });

  it('tells a key that exists from any other fault', async () => {
    const { db, close } = await open();
    await db('fact_head').insert({ school: 's', revision: 0 });
    const twice = await db('fact_head')
      .insert({ school: 's', revision: 0 })
      .catch((error: unknown) => error);
    const hole = await db('fact_head')
      .insert({ school: 't', revision: null })
      .catch((error: unknown) => error);
    expect([isUniqueViolation(twice), isUniqueViolation(hole)]).toEqual([true, false]);
    await close();
  });
});

describe.each(engines)('a statement that is asked again on $name', ({ open }) => {
  it('sees a column that came meanwhile, works after one that failed, and tells how many rows changed', async () => {
    const { db, close } = await open();
    const add = (school: string | null) => db('fact_head').insert({ school, revision: 0 });
    await add('a');
    expect(await db('fact_head').select('*')).toEqual([{ school: 'a', revision: 0 }]);
    await db.schema.alterTable('fact_head', (table) => table.text('later'));
    expect(await db('fact_head').select('*')).toEqual([{ school: 'a', revision: 0, later: null }]);
    await expect(add('a')).rejects.toThrow();
    await add('b');
    const changed = await inTransaction(db, async (tx) => {
      const change = (school: string) => tx('fact_head').where({ school }).update({ revision: 1 });
      // at once where they share one statement; a connection to PostgreSQL is asked one thing at a time
      if (!onPostgres(tx)) return Promise.all([change('a'), change('b'), change('c')]);
      return [await change('a'), await change('b'), await change('c')];
    });
    expect(changed).toEqual([1, 1, 0]);
    await close();
  });

  it('that could not be prepared works once it can, and more texts than are kept work too', async () => {
    const { db, close } = await open();
    const ask = () => db('soon').select('n');
    await expect(ask()).rejects.toThrow(/soon/);
    await db.schema.createTable('soon', (table) => table.integer('n'));
    expect(await ask()).toEqual([]);
    const texts = Array.from({ length: 250 }, (_, n) =>
      db('fact_head')
        .select(db.raw(`${n} as n`))
        .where('revision', n),
    );
    expect(await Promise.all(texts)).toEqual(texts.map(() => []));
    // as long as questions about rights are, and longer than any that is kept
    for (const size of [5_000, 50_000])
      for (let turn = 0; turn < 2; turn += 1)
        for (let n = 0; n < 60; n += 1) {
          const sql = `with given as (select ${n} as n) select n from given /* ${'x'.repeat(size)} */`;
          const answer = await db.raw(sql);
          expect(answer.rows ?? answer).toEqual([{ n }]);
        }
    expect(await ask()).toEqual([]);
    await close();
  });
});

describe.each(engines)('an error on $name', ({ open }) => {
  it('tells the statement, and no value', async () => {
    const { db, close } = await open();
    const fault = await db('person')
      .insert({ id: 'k', given_name: 'Élodie', family_name: 'Durand' })
      .catch((error: unknown) => error);
    expect(String(fault)).toMatch(/insert into .person./);
    expect(inspect(fault)).not.toMatch(/Élodie|Durand/);
    const inside = await inTransaction(db, (tx) => tx('person').insert({ id: 'k', given_name: 'Élodie' })).catch(
      (error: unknown) => error,
    );
    expect(inspect(inside)).toContain('insert into');
    expect(inspect(inside)).not.toMatch(/Élodie/);
    await close();
  });
});

describe.each(engines)('prepared statements on $name', ({ open }) => {
  it('of 200 tries at once to take the same row, one succeeds', async () => {
    const { db, close } = await open();
    const statements = await openStatements(db);
    await statements.run('insert into fact_head (school, revision) values (?, ?)', ['s', 0]);
    const tries = Array.from({ length: 200 }, () =>
      statements.run('update fact_head set revision = 1 where school = ? and revision = 0', ['s']),
    );
    expect((await Promise.all(tries)).reduce((sum, changed) => sum + changed, 0)).toBe(1);
    await statements.close();
    await close();
  });

  it('one that cannot be prepared is an error, and may be tried again once it can', async () => {
    const { db, close } = await open();
    const statements = await openStatements(db);
    const asking = 'select count(*) as n from later';
    await expect(statements.get(asking)).rejects.toThrow(/later/);
    await statements.run('create table later (n integer)');
    expect(await statements.get(asking)).toMatchObject({ n: 0 });
    await statements.close();
    await close();
  });

  it('a transaction that fails leaves nothing, whatever runs beside it', async () => {
    const { db, close } = await open();
    const statements = await openStatements(db);
    const insert = 'insert into fact_head (school, revision) values (?, ?)';
    const failing = statements.transaction(async (inside) => {
      await inside.run(insert, ['inside', 0]);
      throw new Error('stop');
    });
    const beside = Promise.all(Array.from({ length: 20 }, (_, n) => statements.run(insert, [`beside-${n}`, 0])));
    await expect(failing).rejects.toThrow('stop');
    await beside;
    expect(await statements.get('select count(*) as n from fact_head')).toMatchObject({ n: 20 });
    expect(await statements.get('select * from fact_head where school = ?', ['inside'])).toBeUndefined();
    await statements.close();
    await close();
  });
});
