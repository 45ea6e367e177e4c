// The log of decisions: what must be in it is in it, whatever is done to one row is found, and what is past its time goes.
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import {
  type DecisionEntry,
  type DecisionLogOptions,
  decisionsAbout,
  findDecision,
  openDecisionLog,
  purgeDecisions,
  verifyDecisions,
} from '../../src/audit/decisions.ts';
import { Refusal } from '../../src/errors.ts';
import { commands } from '../../src/main.ts';
import { type Db, inPieces, openDatabase } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';

const LOGBOOK = 'a'.repeat(32);

const decision = (n: number, more: Partial<DecisionEntry> = {}): DecisionEntry => ({
  kind: 'evaluation',
  at: n,
  request: `request-${n}`,
  client: 'logbook',
  subject: `person-${n}`,
  action: 'read',
  type: 'logbook',
  resource: LOGBOOK,
  allowed: false,
  revision: '0900001A:12',
  latencyUs: 17,
  ...more,
});

const options: DecisionLogOptions = { policy: 'policy-1', sample: 0, everyMs: 60_000 };

const fill = async (db: Db, count: number): Promise<void> => {
  const log = openDecisionLog(db, options);
  for (let n = 0; n < count; n += 1) log.record(decision(n));
  await log.close();
};

const command = async (db: Db, name: 'audit' | 'decisions', ...args: string[]): Promise<string> => {
  const lines: string[] = [];
  const config = { decisions: { sample: 1, months: 12 } };
  await commands[name]!.run({ db, args, config, print: (line: string) => lines.push(line) } as never);
  return lines.join('\n');
};

describe.each(engines)('the log of decisions on $name', ({ open }) => {
  it('keeps every no, every search, every yes for a time, with a motive or whose key is told; of the others a sample', async () => {
    const { db, close } = await open();
    for (const [sample, least, most] of [
      [0, 0, 0],
      [1, 1000, 1000],
      [0.5, 350, 650],
    ] as const) {
      const log = openDecisionLog(db, { ...options, sample });
      const before = Number((await db('decision').count({ n: '*' }))[0]?.n);
      const always = [
        log.record(decision(1)),
        log.record(decision(2, { kind: 'subjects', allowed: undefined, results: 80 })),
        log.record(decision(3, { kind: 'resources', allowed: undefined, results: 0 })),
        log.record(decision(4, { allowed: true, rule: 'inspector', limited: true })),
        log.record(decision(5, { allowed: true, rule: 'archive', motive: 'Recours d’une famille' })),
        log.record(decision(6, { allowed: true, rule: 'pupil', told: true })),
      ];
      for (let n = 0; n < 1000; n += 1) log.record(decision(n, { allowed: true, rule: 'pupil' }));
      await log.close();
      for (const id of always) expect(await findDecision(db, id!)).toMatchObject({ id, intact: true });
      const ordinary = Number((await db('decision').count({ n: '*' }))[0]?.n) - before - always.length;
      expect(ordinary).toBeGreaterThanOrEqual(least);
      expect(ordinary).toBeLessThanOrEqual(most);
    }
    expect((await verifyDecisions(db)).firstBad).toBeUndefined();
    await close();
  });

  it('gives back what was decided, whole', async () => {
    const { db, close } = await open();
    const log = openDecisionLog(db, options);
    const given = decision(1_234, { allowed: true, rule: 'archive', motive: 'Recours « 12 » d’une famille 🙂' });
    const id = await log.write(given);
    expect(await findDecision(db, id)).toMatchObject({ ...given, id, policy: 'policy-1', seq: 1, intact: true });
    expect(await findDecision(db, 'nothing.1')).toBeUndefined();
    await log.close();
    await close();
  });

  it('keeps nothing that a caller made up: it could be a name', async () => {
    const { db, close } = await open();
    const log = openDecisionLog(db, options);
    const stranger = { subject: undefined, revision: '', gate: 'unknown' } as const;
    const ids = [
      log.record(decision(1, { ...stranger, resource: 'jeanne.martin@example.fr', action: 'Jeanne', type: 'a b' })),
      log.record(decision(2, { ...stranger, resource: 'jeanne\0martin', motive: 'nul \0 et \ud800 seul' })),
    ];
    await log.close();
    for (const id of ids) {
      const found = await findDecision(db, id!);
      expect(found).toMatchObject({ gate: 'unknown', intact: true });
      expect(found).not.toHaveProperty('resource');
    }
    expect(await findDecision(db, ids[0]!)).not.toHaveProperty('action');
    expect(await findDecision(db, ids[0]!)).not.toHaveProperty('type');
    expect(JSON.stringify(await db('decision'))).not.toMatch(/jeanne/i);
    expect(await verifyDecisions(db)).toEqual({ rows: 2 });
    await close();
  });

  it('names the first row that was changed, removed, moved or added, 100 times of 100', async () => {
    const { db, close } = await open();
    await fill(db, 20);
    const rows = await db('decision').orderBy('seq');
    const restore = async () => {
      await db('decision').del();
      await db('decision').insert(rows);
    };
    const tampering = fc.record({
      seq: fc.integer({ min: 1, max: 20 }),
      kind: fc.constantFrom('allow', 'space', 'id', 'delete', 'swap', 'add', 'truncate'),
    });
    await fc.assert(
      fc.asyncProperty(tampering, async ({ seq, kind }) => {
        let expected = seq;
        const row = () => db('decision').where({ seq });
        if (kind === 'allow') await row().update({ entry: rows[seq - 1].entry.replace('false', 'true') });
        if (kind === 'space') await row().update({ entry: ` ${rows[seq - 1].entry}` });
        if (kind === 'id') await row().update({ id: 'another.1' });
        if (kind === 'delete') await row().del();
        if (kind === 'truncate') await db('decision').where('seq', '>=', seq).del();
        if (kind === 'add') {
          expected = 21;
          await db('decision').insert({ ...rows[0], seq: 21 });
        }
        if (kind === 'swap') {
          const other = seq === 20 ? 19 : seq + 1;
          expected = Math.min(seq, other);
          await row().update({ seq: 99 });
          await db('decision').where({ seq: other }).update({ seq });
          await db('decision').where({ seq: 99 }).update({ seq: other });
        }
        const { firstBad } = await verifyDecisions(db);
        await restore();
        expect(firstBad).toMatchObject({ day: rows[0].day, seq: expected });
      }),
      { numRuns: 100 },
    );
    expect(await verifyDecisions(db)).toEqual({ rows: 20 });
    await close();
  });

  it('one row alone tells whether it is as it was written', async () => {
    const { db, close } = await open();
    await fill(db, 3);
    const [first, second] = (await db('decision').orderBy('seq')) as { id: string }[];
    const { entry } = await db('decision').where({ seq: 2 }).first();
    await db('decision')
      .where({ seq: 2 })
      .update({ entry: entry.replace('"allowed":false', '"allowed":true') });
    expect(await findDecision(db, first!.id)).toMatchObject({ intact: true });
    expect(await findDecision(db, second!.id)).toMatchObject({ allowed: true, intact: false });
    await db('decision').where({ seq: 2 }).update({ entry: '{"kind":"evaluation","allowed":true}' });
    await expect(findDecision(db, second!.id)).rejects.toMatchObject({ code: 'trail_broken' });
    await close();
  });

  it('keeps the decisions of one request in one row, a hundred at most, and finds each', async () => {
    const { db, close } = await open();
    const log = openDecisionLog(db, options);
    const [batch, other] = [{ request: 'batch' }, { request: 'other' }];
    const yes = { allowed: true, rule: 'pupil' };
    const ids = Array.from({ length: 180 }, (_, n) => log.record(decision(n, n % 3 ? batch : { ...batch, ...yes })));
    const after = [log.record(decision(1, other)), log.record(decision(2, { ...other, client: 'another' }))];
    const search = log.record(decision(3, { ...other, client: 'another', kind: 'subjects', results: 2 }));
    await log.close();
    expect(await verifyDecisions(db)).toEqual({ rows: 5 });
    for (const [n, id] of ids.entries()) {
      // ordinary yeses are outside the sample
      if (n % 3 === 0) expect(id).toBeUndefined();
      else
        expect(await findDecision(db, id!)).toMatchObject({
          id,
          at: n,
          subject: `person-${n}`,
          request: 'batch',
          intact: true,
        });
    }
    expect((await findDecision(db, after[1]!))?.client).toBe('another');
    expect((await findDecision(db, search!))?.kind).toBe('subjects');
    await close();
  });

  it('tells what was decided about somebody in an hour, however much there is of them before it', async () => {
    const { db, close } = await open();
    const log = openDecisionLog(db, options);
    const [person, other] = ['b'.repeat(32), 'c'.repeat(32)];
    const at = Date.now();
    for (let n = 0; n < 7; n += 1) log.record(decision(at - 100 + n, { subject: person }));
    for (let n = 0; n < 5; n += 1) log.record(decision(at + n, { subject: other, resource: person }));
    for (let n = 0; n < 4; n += 1) log.record(decision(at + n, { subject: person }));
    await log.close();
    const about = async (most: number) =>
      (await decisionsAbout(db, { person, from: at, to: at + 50, most })).map((one) => one.at - at);
    expect(await about(3)).toEqual([0, 1, 2]);
    expect(await about(4)).toEqual([0, 1, 2, 3]);
    expect(await about(100)).toEqual([0, 1, 2, 3]);
    await close();
  });

  it('is one chain when two nodes write at once', async () => {
    const { db, url, close } = await open();
    const other = openDatabase(url);
    const logs = [db, other].map((node) => openDecisionLog(node, { ...options, everyMs: 2 }));
    const ids: string[] = [];
    for (let round = 0; round < 50; round += 1) {
      for (const log of logs) for (let n = 0; n < 20; n += 1) ids.push(log.record(decision(n))!);
      await Promise.all(logs.map((log) => log.flush()));
    }
    await Promise.all(logs.map((log) => log.close()));
    await other.destroy();
    expect(new Set(ids).size).toBe(2_000);
    expect(await verifyDecisions(db)).toEqual({ rows: 2_000 });
    expect(new Set((await db('decision').select('id')).map((row) => row.id))).toEqual(new Set(ids));
    await close();
  });

  it('is whole after a writer is killed at any moment', async () => {
    const { db, url, close } = await open();
    for (const more of [1, 5_000, 9_000, 20_000]) {
      const writer = startWriter(url);
      await untilRows(db, more);
      writer.kill('SIGKILL');
      await new Promise((done) => writer.once('exit', done));
      expect((await verifyDecisions(db)).firstBad).toBeUndefined();
    }
    await fill(db, 5);
    expect((await verifyDecisions(db)).firstBad).toBeUndefined();
    await close();
  });

  it('drops what finds no room, and says how much, in the log and in a row', async () => {
    const { db, close } = await open();
    const told: number[] = [];
    const log = openDecisionLog(db, { ...options, capacity: 10, onDropped: (count) => told.push(count) });
    for (let n = 0; n < 25; n += 1) log.record(decision(n));
    expect(log).toMatchObject({ waiting: 10, dropped: 15 });
    await expect(log.write(decision(99, { motive: 'Recours' }))).rejects.toThrow('no room');
    await log.flush();
    expect(log).toMatchObject({ waiting: 0, dropped: 16 });
    log.record(decision(100));
    await log.close();
    expect(told).toEqual([16]);
    const rows = (await db('decision').orderBy('seq')).flatMap(({ entry }) => JSON.parse(entry).decisions);
    expect(rows.map(({ kind }) => kind)).toEqual([...Array(10).fill('evaluation'), 'dropped', 'evaluation']);
    expect(rows[10]).toMatchObject({ results: 16 });
    expect(await verifyDecisions(db)).toEqual({ rows: 12 });
    await close();
  });

  it('keeps in line what cannot be written, and tells what is lost when it must stop', async () => {
    const { db, close } = await open();
    const errors: unknown[] = [];
    const told: number[] = [];
    const log = openDecisionLog(db, {
      ...options,
      onError: (error) => errors.push(error),
      onDropped: (count) => told.push(count),
    });
    await db.schema.renameTable('decision_day', 'elsewhere');
    log.record(decision(1));
    await log.flush();
    await expect(log.write(decision(2))).rejects.toThrow();
    expect(errors.length).toBe(2);
    expect(log.waiting).toBe(2);
    await db.schema.renameTable('elsewhere', 'decision_day');
    await log.flush();
    expect(await verifyDecisions(db)).toEqual({ rows: 2 });
    await db.schema.renameTable('decision_day', 'elsewhere');
    for (let n = 0; n < 3; n += 1) log.record(decision(n));
    await log.close();
    expect(told).toEqual([3]);
    await close();
  });

  it('lets go of whole days past their time, and the rest is still verified', async () => {
    const { db, close } = await open();
    const today = Date.now();
    const days = [-400, -380, -366, -200, 0];
    for (const [place, ago] of days.entries()) {
      await fill(db, 3 + place);
      if (ago < 0) await redate(db, new Date(today + ago * 86_400_000).toISOString().slice(0, 10));
    }
    expect(await verifyDecisions(db)).toEqual({ rows: 25 });
    expect(await purgeDecisions(db, { months: 12, at: today, actor: 'system' })).toEqual({ days: 3, rows: 12 });
    expect(await purgeDecisions(db, { months: 12, at: today, actor: 'system' })).toEqual({ days: 0, rows: 0 });
    expect(await verifyDecisions(db)).toEqual({ rows: 13, purged: 3 });
    expect(await db('audit').where({ event: 'decisions.purged' })).toHaveLength(1);
    expect((await verifyAudit(db)).firstBad).toBeUndefined();
    await fill(db, 2);
    expect(await verifyDecisions(db)).toEqual({ rows: 15, purged: 3 });
    const kept = await db('decision').orderBy('day').first();
    await db('decision').where({ day: kept.day, seq: 1 }).update({ entry: '{}' });
    expect((await verifyDecisions(db)).firstBad).toMatchObject({ day: kept.day, seq: 1, problem: 'changed' });
    await close();
  });

  it('the trail says which days were let go of, though the one who did died on the way', async () => {
    const { db, close } = await open();
    await fill(db, 3);
    await redate(db, '2020-01-01');
    const purge = (stop?: AbortSignal) => purgeDecisions(db, { months: 12, at: Date.now(), actor: 'system', stop });
    const said = async () => (await db('audit').where({ event: 'decisions.purged' })).map(({ details }) => details);
    await db.schema.renameTable('decision', 'elsewhere');
    await expect(purge()).rejects.toThrow();
    await db.schema.renameTable('elsewhere', 'decision');
    expect(await said()).toMatchObject([expect.stringContaining('"days":1,"rows":3')]);
    expect(await purge(AbortSignal.abort())).toEqual({ days: 0, rows: 0 });
    expect(await purge()).toEqual({ days: 0, rows: 3 });
    expect(await purge()).toEqual({ days: 0, rows: 0 });
    expect(await said()).toHaveLength(1);
    await close();
  });

  it('is found whole while days are let go of', async () => {
    const { db, close } = await open();
    await fill(db, 12_000);
    await redate(db, '2020-01-01');
    await fill(db, 10);
    const at = Date.now();
    const [first, gone, second] = await Promise.all([
      verifyDecisions(db),
      purgeDecisions(db, { months: 12, at, actor: 'system' }),
      verifyDecisions(db),
    ]);
    expect([first.firstBad, second.firstBad]).toEqual([undefined, undefined]);
    expect(gone).toEqual({ days: 1, rows: 12_000 });
    expect(await verifyDecisions(db)).toEqual({ rows: 10, purged: 1 });
    await close();
  });

  it('a day said to be let go of before its time has been removed by somebody', async () => {
    const { db, close } = await open();
    await fill(db, 3);
    const { day } = await db('decision_day').first();
    await db('decision').del();
    await db('decision_day').update({ purged_at: Date.now() });
    expect((await verifyDecisions(db)).firstBad).toEqual({ day, seq: 1, problem: 'missing' });
    await close();
  });

  it('the head of a day that was let go of still holds the rest to it', async () => {
    const { db, close } = await open();
    await fill(db, 3);
    await redate(db, '2020-01-01');
    await fill(db, 3);
    await purgeDecisions(db, { months: 6, at: Date.now(), actor: 'system' });
    expect(await verifyDecisions(db)).toEqual({ rows: 3, purged: 1 });
    const { day } = await db('decision').first();
    await db('decision_day').where({ day: '2020-01-01' }).update({ hash: 'another' });
    expect((await verifyDecisions(db)).firstBad).toEqual({ day, seq: 0, problem: 'changed' });
    await db('decision_day').where({ day: '2020-01-01' }).del();
    expect((await verifyDecisions(db)).firstBad).toEqual({ day, seq: 0, problem: 'changed' });
    await close();
  });

  it('`preau audit verify` walks both chains, and names the one that is broken', async () => {
    const { db, close } = await open();
    await fill(db, 4);
    expect(await command(db, 'audit', 'verify')).toMatch(/Journal intact : 0 lignes.*\n.*décisions intact : 4 lignes/);
    await db('decision').where({ seq: 3 }).update({ entry: '{}' });
    await expect(command(db, 'audit', 'verify')).rejects.toMatchObject({
      code: 'trail_broken',
      details: { chain: 'decisions', seq: 3, problem: 'changed' },
    });
    await close();
  });

  it('`preau decisions purge` says what it let go of', async () => {
    const { db, close } = await open();
    await fill(db, 4);
    await redate(db, '2020-01-01');
    await fill(db, 1);
    expect(await command(db, 'decisions', 'purge')).toContain('1 jour(s), 4 décision(s)');
    expect(await verifyDecisions(db)).toEqual({ rows: 1, purged: 1 });
    await expect(command(db, 'decisions', 'florp')).rejects.toThrow(Refusal);
    await close();
  });
});

/** Gives the last day another date, as if it had been written then: rows and heads are hashed anew. */
async function redate(db: Db, day: string): Promise<void> {
  const { createHash } = await import('node:crypto');
  const sha256 = (value: unknown[]) => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
  const head = await db('decision_day').orderBy('day', 'desc').first();
  const rows = await db('decision').where({ day: head.day }).orderBy('seq');
  await db('decision').where({ day: head.day }).del();
  let hash = sha256([day, head.previous]);
  const moved = rows.map((row) => {
    const { day: _day, seq, hash: _hash, ...rest } = row;
    hash = sha256([hash, day, seq, rest.id, JSON.parse(rest.entry)]);
    return { ...row, day, hash };
  });
  for (const piece of inPieces(moved)) await db('decision').insert(piece);
  await db('decision_day').where({ day: head.day }).update({ day, hash });
}

/** A process that logs decisions without end. */
function startWriter(url: string): ChildProcess {
  const program = `
    const { openDatabase } = await import('./src/storage/storage.ts');
    const { openDecisionLog } = await import('./src/audit/decisions.ts');
    const log = openDecisionLog(openDatabase(process.argv.at(-1)), { policy: 'p', sample: 1, everyMs: 1 });
    for (let n = 0; ; n += 1) {
      for (let one = 0; one < 3_000; one += 1) log.record({ kind: 'evaluation', at: n, allowed: false, action: 'read' });
      await log.flush();
    }`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program, '--', url];
  return spawn(process.execPath, args, { cwd: resolve(import.meta.dirname, '../..'), stdio: 'ignore' });
}

async function untilRows(db: Db, more: number): Promise<void> {
  const count = async () => Number((await db('decision').count({ n: '*' }))[0]?.n);
  const start = await count();
  while ((await count()) < start + more) await new Promise((done) => setTimeout(done, 3));
}
