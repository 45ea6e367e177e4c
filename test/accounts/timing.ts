// Measures, and tests nothing: how long a no takes for an identifier that nobody has, a wrong password, and whoever waits. `npx tsx test/accounts/timing.ts [N]`
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authenticate, openAccount } from '../../src/accounts/accounts.ts';
import { addressHash, reserve, scopeOf } from '../../src/accounts/throttle.ts';
import { openTrail } from '../../src/audit/audit.ts';
import { type Db, migrate, openDatabase } from '../../src/storage/storage.ts';
import { deliverCast, personOf } from '../cast.ts';

const key = randomBytes(32);
const cases = ['unknown', 'wrong', 'waiting'] as const;

async function measure(db: Db, rounds: number): Promise<void> {
  await deliverCast(db);
  const at = Date.now();
  const password = 'vitrail-moussaka-47-grelot';
  await openAccount(db, { person: await personOf(db, 'tom'), identifier: 'tom', password, actor: 'system', at });
  const trail = openTrail(db);
  const times: Record<(typeof cases)[number], number[]> = { unknown: [], wrong: [], waiting: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const one of [...cases].sort(() => Math.random() - 0.5)) {
      // an address of its own each time, and an hour apart: only `waiting` waits
      const address = `10.${round & 255}.${(round >> 8) & 255}.${cases.indexOf(one)}`;
      const now = at + round * 3_600_000;
      const pair = scopeOf(key, 'pair', 'tom', addressHash(key, address));
      if (one === 'waiting') for (let tries = 0; tries < 6; tries += 1) await reserve(db, [pair], now);
      const identifier = one === 'unknown' ? `nobody${round}` : 'tom';
      const start = performance.now();
      await authenticate(db, { identifier, password: 'wrong', address, key, at: now, trail }).catch(() => undefined);
      times[one].push(performance.now() - start);
    }
  await trail.close();
  for (const one of cases) {
    const sorted = times[one].toSorted((a, b) => a - b);
    const [median = 0, high = 0] = [sorted[rounds >> 1], sorted[Math.floor(rounds * 0.95)]];
    const gap = distance(times.unknown, times[one]);
    process.stdout.write(
      `${one.padEnd(8)} median ${median.toFixed(2)} ms, 95 % under ${high.toFixed(2)} ms, KS against unknown D=${gap.toFixed(3)} p=${chance(gap, rounds).toFixed(3)}\n`,
    );
  }
}

/** The largest gap between two distributions (Kolmogorov-Smirnov). */
function distance(one: readonly number[], other: readonly number[]): number {
  const below = (times: readonly number[], limit: number) =>
    times.filter((time) => time <= limit).length / times.length;
  return Math.max(...[...one, ...other].map((limit) => Math.abs(below(one, limit) - below(other, limit))));
}

/** How likely such a gap is between two samples of `size` of one distribution. */
function chance(gap: number, size: number): number {
  const scaled = (Math.sqrt(size / 2) + 0.12 + 0.11 / Math.sqrt(size / 2)) * gap;
  if (scaled < 0.2) return 1;
  let sum = 0;
  for (let term = 1; term <= 100; term += 1)
    sum += 2 * (-1) ** (term - 1) * Math.exp(-2 * term * term * scaled * scaled);
  return Math.min(1, Math.max(0, sum));
}

const folder = mkdtempSync(join(tmpdir(), 'preau-timing-'));
const db = openDatabase(join(folder, 'preau.sqlite'));
try {
  await migrate(db);
  await measure(db, Number(process.argv[2] ?? 2_000));
} finally {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
}
