// The trail: whatever is done to one row, the verifier names it.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit, openTrail, verifyAudit } from '../../src/audit/audit.ts';
import { inTransaction, openDatabase } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';

const event = (n: number) => ({ at: n, event: 'test.done', actor: `actor-${n}`, details: { n } });

describe.each(engines)('the trail on $name', ({ open }) => {
  it('is whole after events in parallel and in batches', async () => {
    const { db, close } = await open();
    await Promise.all(Array.from({ length: 30 }, (_, n) => audit(db, event(n), event(n + 100))));
    expect(await verifyAudit(db)).toEqual({ rows: 60 });
    await close();
  });

  it('stands or falls with the transaction it is in', async () => {
    const { db, close } = await open();
    await audit(db, event(1));
    await expect(
      inTransaction(db, async (tx) => {
        await audit(tx, event(2));
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    await audit(db, event(3));
    expect(await verifyAudit(db)).toEqual({ rows: 2 });
    await close();
  });

  it('names the first row that was changed, removed, moved or added, 100 times of 100', async () => {
    const { db, close } = await open();
    await audit(db, ...Array.from({ length: 20 }, (_, n) => event(n)));
    const [head] = await db('audit_day');
    const rows = await db('audit').orderBy('seq');
    const restore = async () => {
      await db('audit').del();
      await db('audit').insert(rows);
    };
    const tampering = fc.record({
      seq: fc.integer({ min: 1, max: 20 }),
      kind: fc.constantFrom('edit', 'delete', 'swap', 'add', 'truncate'),
    });
    await fc.assert(
      fc.asyncProperty(tampering, async ({ seq, kind }) => {
        let expected = seq;
        if (kind === 'edit') await db('audit').where({ seq }).update({ actor: 'somebody-else' });
        if (kind === 'delete') await db('audit').where({ seq }).del();
        if (kind === 'truncate') await db('audit').where('seq', '>=', seq).del();
        if (kind === 'add') {
          expected = 21;
          await db('audit').insert({ ...rows[0], seq: 21 });
        }
        if (kind === 'swap') {
          const other = seq === 20 ? 19 : seq + 1;
          expected = Math.min(seq, other);
          await db('audit').where({ seq }).update({ seq: 99 });
          await db('audit').where({ seq: other }).update({ seq });
          await db('audit').where({ seq: 99 }).update({ seq: other });
        }
        const verdict = await verifyAudit(db);
        await restore();
        expect(verdict.firstBad).toMatchObject({ day: head.day, seq: expected });
      }),
      { numRuns: 100 },
    );
    expect(await verifyAudit(db)).toEqual({ rows: 20 });
    await close();
  });

  it('a whole day that is removed or forged is found', async () => {
    const { db, close } = await open();
    await audit(db, event(1));
    await db('audit_day').del();
    expect((await verifyAudit(db)).firstBad).toMatchObject({ seq: 1, problem: 'added' });
    await close();
  });

  it('is found whole while others write, and what is added to it is still found', async () => {
    const { db, url, close } = await open();
    await audit(db, ...Array.from({ length: 2_500 }, (_, n) => event(n)));
    const other = openDatabase(url);
    let reading = true;
    const writing = (async () => {
      while (reading) await audit(other, event(0));
    })();
    for (let n = 0; n < 5; n += 1) expect((await verifyAudit(db)).firstBad).toBeUndefined();
    reading = false;
    await writing;
    await other.destroy();
    const last = await db('audit').orderBy('seq', 'desc').first();
    await db('audit').insert({ ...last, seq: last.seq + 1 });
    expect((await verifyAudit(db)).firstBad).toMatchObject({ seq: last.seq + 1, problem: 'added' });
    await close();
  });

  it('goes on with the last day when a clock is set back past midnight', async () => {
    const { db, close } = await open();
    await audit(db, event(1));
    const today = await db('audit_day').first();
    const tomorrow = { day: '9999-12-31', rows: 0, previous: today.hash };
    const hash = createHash('sha256')
      .update(JSON.stringify([tomorrow.day, today.hash]))
      .digest('base64url');
    await db('audit_day').insert({ ...tomorrow, hash });
    await Promise.all(Array.from({ length: 10 }, (_, n) => audit(db, event(n))));
    expect(await verifyAudit(db)).toEqual({ rows: 11 });
    expect(await db('audit_day').orderBy('day').select('rows')).toEqual([{ rows: 1 }, { rows: 10 }]);
    await close();
  });

  it('goes on with the day that another node began while it waited', async () => {
    const { db, url, close } = await open();
    const other = openDatabase(url);
    await audit(db, event(1));
    let late: Promise<void> | undefined;
    await inTransaction(db, async (tx) => {
      const today = await tx('audit_day').first();
      await tx('audit_day').update({ day: today.day });
      late = audit(other, event(2));
      await new Promise((done) => setTimeout(done, 300)); // until it waits for the lock
      const tomorrow = { day: '9999-12-31', rows: 0, previous: today.hash };
      const hash = createHash('sha256')
        .update(JSON.stringify([tomorrow.day, today.hash]))
        .digest('base64url');
      await tx('audit_day').insert({ ...tomorrow, hash });
    });
    await late;
    expect(await verifyAudit(db)).toEqual({ rows: 2 });
    expect(await db('audit_day').orderBy('day').select('rows')).toEqual([{ rows: 1 }, { rows: 1 }]);
    await other.destroy();
    await close();
  });

  it('a batched trail writes everything by the time it closes', async () => {
    const { db, close } = await open();
    const trail = openTrail(db, { everyMs: 5 });
    for (let n = 0; n < 500; n += 1) trail.record(event(n));
    await trail.close();
    expect(trail.waiting).toBe(0);
    expect(await verifyAudit(db)).toEqual({ rows: 500 });
    await close();
  });
});
