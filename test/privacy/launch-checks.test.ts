// On which days publishers asked about somebody: noted once a day, told to that person alone, gone in time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionEntry } from '../../src/audit/decisions.ts';
import { purgeLogs } from '../../src/privacy/keeping.ts';
import { launchChecksOf, openLaunchChecks } from '../../src/privacy/launch-checks.ts';
import { ark } from '../api/publishers.ts';
import { type CastName, deliverCast, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;
const NOON = Date.parse('2026-11-12T12:00:00Z');

describe.each(engines)('what publishers asked, on $name', ({ open }) => {
  let test: TestDatabase;
  const key = {} as Record<CastName, string>;
  beforeAll(async () => {
    test = await open();
    await deliverCast(test.db);
    for (const name of ['paul', 'zoe', 'tom'] as const) key[name] = await personOf(test.db, name);
  });
  afterAll(() => test?.close());

  const asked = (more: Partial<DecisionEntry> = {}): DecisionEntry => ({
    kind: 'evaluation',
    at: NOON,
    client: 'editeur',
    subject: key.paul,
    action: 'launch',
    type: 'offer',
    asked: { resource: ark.manuel },
    allowed: true,
    ...more,
  });
  const note = async (...entries: readonly DecisionEntry[]) => {
    const checks = openLaunchChecks(test.db);
    for (const entry of entries) checks.note(entry);
    await checks.close();
  };
  const told = async (name: CastName, from = NOON - 100 * DAY, to = NOON + 100 * DAY) =>
    (await launchChecksOf(test.db, { person: key[name], from, to })).map(({ day, client, resource }) =>
      [day, client, resource].join(' '),
    );

  it('each day once, whatever was answered, by publisher and resource; the newest first', async () => {
    await note(
      asked(),
      asked({ allowed: false }),
      asked({ at: NOON + 3_600_000 }),
      asked({ at: NOON - DAY }),
      asked({ asked: { resource: ark.cahier, school: '0900001A' } }),
      asked({ client: 'autre' }),
      asked({ at: Date.parse('2026-10-31T23:59:59Z') }),
    );
    await note(asked()); // another node, or the same after a restart
    expect(await told('paul')).toEqual([
      `2026-11-12 editeur ${ark.manuel}`,
      `2026-11-12 editeur ${ark.cahier}`,
      `2026-11-12 autre ${ark.manuel}`,
      `2026-11-11 editeur ${ark.manuel}`,
      `2026-10-31 editeur ${ark.manuel}`,
    ]);
    expect(await told('paul', NOON - DAY, NOON - DAY + 1)).toEqual([`2026-11-11 editeur ${ark.manuel}`]);
    expect(await told('zoe')).toEqual([]);
  });

  it('nothing of a logbook, of nobody, of a search, or of what is not the publisher’s own', async () => {
    await note(
      asked({ subject: undefined }),
      asked({ subject: key.zoe, asked: undefined }),
      asked({ subject: key.zoe, kind: 'resources' }),
      asked({ subject: key.zoe, client: undefined }),
      asked({ subject: 'f'.repeat(32) }), // erased a moment ago
    );
    expect(await told('zoe')).toEqual([]);
    expect(await test.db('launch_check').where({ person: 'f'.repeat(32) })).toEqual([]);
  });

  it('many nodes that note the same at once write it once', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, turn) => note(asked({ subject: key.tom, at: NOON + turn * DAY }))),
    );
    expect(await told('tom')).toHaveLength(10);
    expect(await test.db('launch_check').where({ person: key.tom })).toHaveLength(1);
  });

  it('goes with the logs, month by month', async () => {
    await note(asked({ subject: key.zoe, at: NOON - 200 * DAY }));
    expect(await told('zoe', NOON - 300 * DAY)).toHaveLength(1);
    await purgeLogs(test.db, { at: NOON, months: 6 });
    expect(await told('zoe', NOON - 300 * DAY)).toEqual([]);
    expect(await told('paul')).toHaveLength(5);
  });
});
