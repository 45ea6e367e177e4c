// The trail: whatever is done to one row, the verifier names it.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { audit, openTrail, purgeTrail, tracedOf, verifyAudit } from '../../src/audit/audit.ts';
import { type Db, inTransaction, openDatabase } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';

const event = (n: number) => ({ at: n, event: 'test.done', actor: `actor-${n}`, details: { n } });

describe.each(engines)('the trail on $name', ({ open }) => {
  it('is whole after events in parallel and in batches', async () => {
    const { db, close } = await open();
    await Promise.all(Array.from({ length: 30 }, (_, n) => audit(db, event(n), event(n + 100))));
    expect(await verifyAudit(db)).toEqual({ rows: 60 });
    await close();
  });

  it('lets go of whole days past their time, and of no younger one', async () => {
    const { db, close } = await open();
    await audit(db, event(1), event(2));
    const purge = (days: number) => purgeTrail(db, { months: 12, at: Date.now() + days * 86_400_000, actor: 'system' });
    expect(await purge(364)).toEqual({ days: 0, rows: 0 });
    // today is let go of in a year's time, and not before: whoever says so now is not believed
    expect(await purge(367)).toEqual({ days: 0, rows: 0 });
    await redate(db, new Date(Date.now() - 370 * 86_400_000).toISOString().slice(0, 10));
    await audit(db, event(3));
    expect(await verifyAudit(db)).toEqual({ rows: 3 });
    expect(await purge(0)).toEqual({ days: 1, rows: 2 });
    expect(await purge(0)).toEqual({ days: 0, rows: 0 });
    expect(await verifyAudit(db)).toEqual({ rows: 2, purged: 1 });
    const [last] = await db('audit').orderBy('seq', 'desc').limit(1);
    expect(last).toMatchObject({ event: 'trail.purged', actor: 'system' });
    await db('audit').where({ seq: 1 }).update({ event: 'test.undone' });
    expect((await verifyAudit(db)).firstBad).toMatchObject({ seq: 1, problem: 'changed' });
    await close();
  });

  it('says which days it let go of, however often it is stopped on the way', async () => {
    const { db, close } = await open();
    await audit(db, event(1), event(2));
    await redate(db, new Date(Date.now() - 370 * 86_400_000).toISOString().slice(0, 10));
    await audit(db, event(3));
    const purge = (stop?: AbortSignal) => purgeTrail(db, { months: 12, at: Date.now(), actor: 'system', stop });
    // as after a death in the middle: what comes next cannot be read
    await db.schema.renameTable('audit', 'elsewhere');
    await expect(purge()).rejects.toThrow();
    await db.schema.renameTable('elsewhere', 'audit');
    expect(await purge(AbortSignal.abort())).toEqual({ days: 1, rows: 0 });
    expect(await verifyAudit(db)).toEqual({ rows: 2, purged: 1 });
    expect(await purge()).toEqual({ days: 0, rows: 2 });
    expect(await verifyAudit(db)).toEqual({ rows: 2, purged: 1 });
    const [said, ...more] = await db('audit').where({ event: 'trail.purged' });
    expect(more).toEqual([]);
    expect(JSON.parse(said.details)).toMatchObject({ days: 1, rows: 2 });
    await close();
  });

  it('tells of one person, from their side or from the other, within two instants', async () => {
    const { db, close } = await open();
    const one = { actor: 'a', subject: 'b', client: 'm' };
    await audit(db, ...[10, 20, 30].map((at) => ({ at, event: 'test.done', ...one })), { at: 15, event: 'test.other' });
    const at = async (end: 'actor' | 'subject', person: string, more = {}) =>
      (await tracedOf(db, { end, person, from: 10, to: 30, most: 9, ...more })).map((found) => found.at);
    expect(await at('actor', 'a')).toEqual([20, 10]);
    expect(await at('subject', 'b')).toEqual([20, 10]);
    expect(await at('actor', 'b')).toEqual([]);
    expect(await at('actor', 'a', { most: 1 })).toEqual([20]);
    expect(await at('actor', 'a', { events: ['test.other'] })).toEqual([]);
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

/** Gives the only day another date, as if it had been written then. */
async function redate(db: Db, day: string): Promise<void> {
  const sha256 = (value: unknown[]) => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
  const rows = await db('audit').orderBy('seq');
  let hash = sha256([day, '']);
  await db('audit').del();
  for (const { seq, at, event: name, actor, subject, school, client, details, ...rest } of rows) {
    hash = sha256([hash, day, seq, Number(at), name, actor, subject, school, client, details]);
    await db('audit').insert({ ...rest, seq, at, event: name, actor, subject, school, client, details, day, hash });
  }
  await db('audit_day').update({ day, hash });
}
