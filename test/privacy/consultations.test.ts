// Consultations as C28 has them told: days, purposes, categories; never a reader, never a number, and few people not at all.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DecisionEntry } from '../../src/audit/decisions.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { mergeSmall } from '../../src/privacy/cells.ts';
import { consultationsOf, openConsultations, purgeConsultations } from '../../src/privacy/consultations.ts';
import { COLLEGE, deliverCast, ECOLE, logbookOf, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;

describe.each(engines)('consultations, on $name', ({ open }) => {
  let test: TestDatabase;
  let tom: string;
  let maths: string;
  beforeAll(async () => {
    test = await open();
    await deliverCast(test.db);
    tom = await personOf(test.db, 'tom');
    maths = await logbookOf(test.db, COLLEGE, '6A', 'MATHS');
  });
  afterAll(() => test?.close());
  afterEach(() => test.db('consultation').delete());

  const read = (more: Partial<DecisionEntry> = {}): DecisionEntry => ({
    kind: 'evaluation',
    at: NOW,
    client: 'logbook',
    type: 'logbook',
    action: 'read',
    resource: maths,
    allowed: true,
    rule: 'team',
    ...more,
  });
  const note = async (...entries: DecisionEntry[]) => {
    const noted = openConsultations(test.db);
    for (const entry of entries) noted.note(entry);
    await noted.close();
  };
  const told = (person = tom, from = NOW - 30 * DAY, to = NOW + DAY) => consultationsOf(test.db, { person, from, to });

  it('tells the day, the category, the purpose and the module', async () => {
    await note(read());
    expect(await told()).toEqual([
      { day: '2026-11-12', logbook: maths, school: COLLEGE, category: 'staff', client: 'logbook', action: 'read' },
    ]);
  });

  it('keeps one row a month, whatever the readers, the times and the nodes, and loses no day', async () => {
    const days = [NOW, NOW - DAY, NOW - 2 * DAY, NOW - 11 * DAY];
    await Promise.all([
      note(...days.flatMap((at) => [read({ at }), read({ at, rule: 'head' }), read({ at })])),
      note(...days.map((at) => read({ at, rule: 'colleague', subject: 'f'.repeat(32) }))),
    ]);
    expect(await test.db('consultation').select('*')).toHaveLength(1);
    expect((await told()).map(({ day }) => day)).toEqual(['2026-11-12', '2026-11-11', '2026-11-10', '2026-11-01']);
    await note(read({ at: Date.parse('2026-10-31T10:00:00Z') }), read({ at: Date.parse('2026-11-30T10:00:00Z') }));
    expect((await told(tom, NOW - 30 * DAY, NOW + 20 * DAY)).map(({ day }) => day)).toContain('2026-11-30');
    expect((await told(tom, NOW - 30 * DAY, NOW + 20 * DAY)).map(({ day }) => day)).toContain('2026-10-31');
  });

  it.each<[string, Partial<DecisionEntry>]>([
    ['a no', { allowed: false }],
    ['a yes that a gate made a no', { gate: 'motive_missing' }],
    ['a search', { kind: 'resources' }],
    ['one’s own reading', { rule: 'owner' }],
    ['that of whoever kept it', { rule: 'author', action: 'read_archive' }],
    ['another action', { action: 'write' }],
    ['another type', { type: 'lesson' }],
    ['what has no resource', { resource: undefined }],
  ])('keeps nothing of %s', async (_what, more) => {
    await note(read(more));
    expect(await test.db('consultation')).toEqual([]);
  });

  it('keeps no key of a reader', async () => {
    const olga = await personOf(test.db, 'olga');
    await note(read({ subject: olga }), read({ subject: olga, rule: 'inspector', motive: 'Visite', limited: true }));
    const kept = JSON.stringify(await test.db('consultation'));
    expect(kept).not.toContain(olga);
    expect(kept).not.toContain('Visite');
  });

  it('is told to who keeps the logbook that day, and to nobody else', async () => {
    await note(read());
    for (const name of ['olga', 'tania', 'helene', 'paul', 'paula'] as const)
      expect(await told(await personOf(test.db, name))).toEqual([]);
    await note(read({ at: Date.parse('2026-08-20T10:00:00Z') })); // before the logbook was theirs
    expect((await told(tom, NOW - 200 * DAY)).map(({ day }) => day)).toEqual(['2026-11-12']);
  });

  it('tells of families only where ten pupils share the logbook', async () => {
    await note(read({ rule: 'guardian' }), read({ rule: 'pupil' }));
    expect(await told()).toEqual([]);
    const audience = (await test.db('audience').where({ school: COLLEGE, code: '6A' }).first('id')).id;
    const enrol = (count: number) =>
      changeFacts(test.db, {
        school: COLLEGE,
        at: NOW - DAY,
        source: 'aaf2d',
        actor: 'test',
        begin: Array.from({ length: count }, (_one, index) => ({
          relation: 'enrolled',
          subject: `pupil${count}.${index}`,
          object: audience,
        })),
      });
    await enrol(7); // nine with Paul and Inès
    expect(await told()).toEqual([]);
    await enrol(1);
    expect((await told()).map(({ category }) => category)).toEqual(['families']);
  });

  it('tells nothing of few staff to whoever runs the school: a category would be a name', async () => {
    const denise = await personOf(test.db, 'denise');
    const marc = await personOf(test.db, 'marc');
    const begin = [denise, marc].map((subject) => ({ relation: 'owns', subject, object: `of ${subject}` }) as const);
    await changeFacts(test.db, { school: ECOLE, at: NOW - 9 * DAY, source: 'module', actor: 'test', begin });
    await note(read({ resource: `of ${denise}` }), read({ resource: `of ${marc}` }));
    expect(await told(denise)).toEqual([]);
    expect(await told(marc)).toHaveLength(1);
    await note(read({ resource: `of ${denise}`, rule: 'inspector' }));
    expect((await told(denise)).map(({ category }) => category)).toEqual(['inspection']);
  });

  it('is let go of by months, once they are wholly past their time', async () => {
    await note(
      read(),
      read({ at: Date.parse('2025-11-12T10:00:00Z') }),
      read({ at: Date.parse('2025-10-31T10:00:00Z') }),
    );
    expect(await purgeConsultations(test.db, { firstDay: '2025-11-13' })).toBe(1);
    expect((await test.db('consultation').orderBy('month')).map(({ month }) => month)).toEqual(['2025-11', '2026-11']);
  });

  it('writes what waits when it closes, and says when it cannot', async () => {
    const faults: unknown[] = [];
    const noted = openConsultations(test.db, { everyMs: 60_000, onError: (error) => faults.push(error) });
    await test.db.schema.renameTable('consultation', 'consultation_away');
    noted.note(read());
    await noted.flush();
    expect(faults).toHaveLength(1);
    await test.db.schema.renameTable('consultation_away', 'consultation');
    await noted.close();
    expect(await told()).toHaveLength(1);
  });
});

describe('numbers about persons', () => {
  it.each([
    [
      { pupil: 40, guardian: 30, staff: 12 },
      [
        ['pupil', 40],
        ['guardian', 30],
        ['staff', 12],
      ],
    ],
    [
      { pupil: 40, guardian: 30, staff: 9 },
      [
        ['pupil', 40],
        ['staff guardian', 39],
      ],
    ],
    [
      { pupil: 40, guardian: 6, staff: 9 },
      [
        ['pupil', 40],
        ['guardian staff', 15],
      ],
    ],
    [{ pupil: 40, guardian: 0, staff: 4 }, [['guardian staff pupil', 44]]],
    [{ pupil: 10 }, [['pupil', 10]]],
    [{ pupil: 9 }, []],
    [{ pupil: 3, staff: 4 }, []],
    [{}, []],
  ] as const)('merge what is under ten: %j', (counts, cells) => {
    const told = mergeSmall(counts as Record<string, number>);
    expect(told.map(({ names, count }) => [names.join(' '), count])).toEqual(cells);
    for (const { count } of told) expect(count).toBeGreaterThanOrEqual(10);
  });
});
