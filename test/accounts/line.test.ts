// The line in front of slow hashes: bounded in width, in length and in time.
import { describe, expect, it } from 'vitest';
import { newSheet } from '../../src/accounts/factors/recovery.ts';
import { hashPassword, openLine, verifyPassword } from '../../src/accounts/hashing.ts';
import { outcomes } from './people.ts';

describe('the line', () => {
  it('runs as many at once as it is wide, and refuses those it has no place for', async () => {
    const line = openLine({ width: 2, places: 3, patienceMs: 60_000 });
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((end) => ends.push(end));
      running -= 1;
    };
    const asked = Array.from({ length: 9 }, () => line.run(work));
    const counted = outcomes(asked);
    await new Promise(setImmediate);
    expect(line.waiting).toBe(3);
    while (running > 0) {
      ends.shift()?.();
      await new Promise(setImmediate);
    }
    expect(await counted).toEqual({ ok: 5, unavailable: 4 });
    expect(most).toBe(2);
    expect(line.waiting).toBe(0);
    expect(await line.run(async () => 'again')).toBe('again');
  });

  it('refuses whoever waited too long, and serves the next', async () => {
    const line = openLine({ width: 1, places: 10, patienceMs: 5 });
    let end: () => void = () => undefined;
    const first = line.run(
      () =>
        new Promise<void>((done) => {
          end = done;
        }),
    );
    expect(await outcomes([line.run(async () => 'late'), line.run(async () => 'late')])).toEqual({ unavailable: 2 });
    end();
    await first;
    expect(await line.run(async () => 'served')).toBe('served');
  });

  it('goes round those who wait: who has one there is not held up by who has many', async () => {
    const line = openLine({ width: 1, places: 100, patienceMs: 60_000 });
    const served: string[] = [];
    const work = (name: string) => async () => void served.push(name);
    const asked = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((name) => line.run(work(name), name[0]));
    await Promise.all(asked);
    expect(served).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('makes room, where it is full, for whoever has fewer there than somebody else', async () => {
    const line = openLine({ width: 1, places: 4, patienceMs: 60_000 });
    const served: string[] = [];
    const refused: string[] = [];
    const names = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'b1', 'b2', 'b3'];
    await Promise.all(
      names.map((name) =>
        line
          .run(async () => void served.push(name), name[0])
          .catch((error) => {
            expect(error).toMatchObject({ code: 'unavailable' });
            refused.push(name);
          }),
      ),
    );
    expect(served).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
    expect(refused.sort()).toEqual(['a4', 'a5', 'a6', 'b3']);
    expect(line.waiting).toBe(0);
  });

  it('goes on after work that fails', async () => {
    const line = openLine({ width: 1, places: 1, patienceMs: 60_000 });
    await expect(
      line.run(async () => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
    expect(await line.run(async () => 'served')).toBe('served');
  });
});

describe('a hash', () => {
  it('is argon2id at the agreed cost, salted, and true to its password alone', async () => {
    const [one, other] = [await hashPassword('vitrail-moussaka'), await hashPassword('vitrail-moussaka')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword(one, 'vitrail-moussaka')).toBe(true);
    expect(await verifyPassword(one, 'vitrail-moussakA')).toBe(false);
  });

  it('is not held up by somebody who has many sheets of recovery codes made', async () => {
    const known = await hashPassword('vitrail-moussaka');
    let made = 0;
    const sheets = Array.from({ length: 3 }, () =>
      newSheet('somebody').finally(() => {
        made += 1;
      }),
    );
    expect(await verifyPassword(known, 'vitrail-moussaka')).toBe(true);
    expect(made).toBeLessThan(2);
    await Promise.all(sheets);
  });

  it('is never right when there is none', async () => {
    for (const password of ['', 'vitrail-moussaka']) expect(await verifyPassword(undefined, password)).toBe(false);
  });
});
