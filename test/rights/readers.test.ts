// Who may read a logbook, in its year and in the archive, for those who may see it: by name, by category, on any day in
// both readings, over a period.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDelivery } from '../../src/directory/directory.ts';
import { schoolYear, startOfDay } from '../../src/facts/calendar.ts';
import { changeFacts, currentFacts, type NewFact } from '../../src/facts/facts.ts';
import { categoriesAbout } from '../../src/rights/about.ts';
import { whoBetween } from '../../src/rights/history.ts';
import { type Readers, seeReaders, seeReadersAt, seeReadersBetween } from '../../src/rights/readers.ts';
import { who } from '../../src/rights/rights.ts';
import { COLLEGE, college, logbookOf, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, type Name, openSchool, YEAR_END } from './school.ts';

const HOUR = 3_600_000;
const EIGHT = startOfDay('2026-11-12') + 8 * HOUR;
const TEN = EIGHT + 2 * HOUR;
/** The year after: the same people come back. */
const NEXT = startOfDay('2027-09-01');
/** Until when the archive of the year is kept. */
const KEPT = schoolYear(2031).to;

describe.each(engines)('who may read on $name', ({ open }) => {
  let base: TestDatabase;
  let maths: string;
  const key = new Map<string, string>();
  const person = (name: Name) => key.get(name)!;
  const begin = (at: number, ...facts: NewFact[]) =>
    changeFacts(base.db, { school: COLLEGE, at, source: 'local', actor: 'test', begin: facts });
  const end = async (at: number, relation: NewFact['relation'], subject: string, object: string) => {
    const facts = await currentFacts(base.db, { school: COLLEGE, relations: [relation], subject, object });
    return changeFacts(base.db, { school: COLLEGE, at, source: 'local', actor: 'test', end: facts });
  };
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db);
    for (const name of [
      'tom',
      'coline',
      'olga',
      'diane',
      'helene',
      'tania',
      'paul',
      'pierre',
      'paula',
      'ali',
      'ines',
      'zoe',
    ] as const)
      key.set(name, await keyOf(base.db, name));
    maths = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
    // the morning of 12 November: Olga may read from half past eight to nine, Diane is let in at nine and out at ten
    await begin(EIGHT - HOUR, {
      relation: 'granted',
      subject: person('olga'),
      object: maths,
      validFrom: EIGHT + HOUR / 2,
      validTo: EIGHT + HOUR,
    });
    await begin(EIGHT + HOUR, { relation: 'granted', subject: person('diane'), object: maths, validTo: YEAR_END });
    await end(TEN, 'granted', person('diane'), maths);
    // told a week later: Pierre had lost his authority on 1 November
    const [guards] = await currentFacts(base.db, {
      school: COLLEGE,
      relations: ['guards'],
      subject: person('pierre'),
      object: person('paul'),
    });
    const lost = startOfDay('2026-11-01');
    await changeFacts(base.db, {
      school: COLLEGE,
      at: startOfDay('2026-11-19'),
      source: 'local',
      actor: 'test',
      end: [{ ...guards!, validTo: lost }],
    });
  });
  afterAll(() => base.close());

  const names = ({ staff }: Pick<Readers, 'staff'>) => staff.map(({ name }) => name);
  const count = ({ families }: Pick<Readers, 'families'>) =>
    Object.fromEntries(families.map(({ category, count: many }) => [category, many]));

  it('the owner sees staff by name with every reason and its end, and families as a count', async () => {
    const readers = await seeReaders(base.db, { asker: person('tom'), logbook: maths, at: NOW - HOUR / 4 });
    expect(names(readers)).toEqual([
      'coline Essai',
      'David Roux',
      'hana Essai',
      'Hélène Marchand',
      'Olga Petit',
      'Tania Lopez',
      'Théo Blanc',
      'Tom Garnier',
    ]);
    const tom = readers.staff.find(({ person: one }) => one === person('tom'));
    expect(tom?.reasons).toEqual([
      { action: 'read', rule: 'owner', until: YEAR_END },
      { action: 'read', rule: 'team', until: YEAR_END },
    ]);
    expect(readers.staff.find(({ person: one }) => one === person('olga'))?.reasons).toEqual([
      { action: 'read', rule: 'colleague', until: EIGHT + HOUR },
    ]);
    // Paul, Inès and the pupil of both classes; Paula, Ali, and Pierre no more
    expect(count(readers)).toEqual({ pupil: 3, guardian: 2 });
    expect(JSON.stringify(readers)).not.toContain(person('paula'));
  });

  it('the head and the deputy see it too; the team, a colleague let in, a pupil and a parent do not', async () => {
    for (const asker of ['helene', 'david', 'coline'] as const)
      expect((await seeReaders(base.db, { asker: await keyOf(base.db, asker), logbook: maths })).staff.length).toBe(7);
    for (const asker of ['tania', 'theo', 'diane', 'carla', 'paul', 'paula', 'henri', 'ivan', 'nobody'] as const) {
      const asked = { asker: await keyOf(base.db, asker), logbook: maths };
      await expect(seeReaders(base.db, asked)).rejects.toMatchObject({ code: 'not_allowed' });
      await expect(seeReadersAt(base.db, { ...asked, at: NOW })).rejects.toMatchObject({ code: 'not_allowed' });
      await expect(
        seeReadersBetween(base.db, { ...asked, from: EIGHT, to: TEN, as: 'enforced' }),
      ).rejects.toMatchObject({ code: 'not_allowed' });
    }
    await expect(seeReaders(base.db, { asker: person('tom'), logbook: 'none' })).rejects.toMatchObject({
      code: 'not_allowed',
    });
  });

  it('a past day is told as it was enforced and as it is known today, with who was let in wrongly', async () => {
    const day = await seeReadersAt(base.db, { asker: person('tom'), logbook: maths, at: EIGHT });
    expect(count(day.enforced)).toEqual({ pupil: 3, guardian: 3 });
    expect(count(day.known)).toEqual({ pupil: 3, guardian: 2 });
    expect(day.difference).toEqual({
      added: { staff: [], families: [] },
      removed: { staff: [], families: [{ category: 'guardian', count: 1 }] },
    });
  });

  it('who could have read this between 8 and 10 on 12 November, by which rule, on which facts', async () => {
    const told = await seeReadersBetween(base.db, {
      asker: person('helene'),
      logbook: maths,
      from: EIGHT,
      to: TEN,
      as: 'enforced',
    });
    const olga = told.staff.find(({ person: one }) => one === person('olga'))!;
    expect(olga.spans).toEqual([{ from: EIGHT + HOUR / 2, to: EIGHT + HOUR }]);
    expect(olga.held).toMatchObject([
      {
        rule: 'colleague',
        ways: [{ facts: [{ relation: 'granted', subject: person('olga'), object: maths, actor: 'test' }] }],
      },
    ]);
    expect(told.staff.find(({ person: one }) => one === person('diane'))?.spans).toEqual([
      { from: EIGHT + HOUR, to: TEN },
    ]);
    expect(told.staff.find(({ person: one }) => one === person('tom'))?.spans).toEqual([{ from: EIGHT, to: TEN }]);
    expect(count(told)).toEqual({ pupil: 3, guardian: 3 });
    const known = await seeReadersBetween(base.db, {
      asker: person('helene'),
      logbook: maths,
      from: EIGHT,
      to: TEN,
      as: 'known',
    });
    expect(count(known)).toEqual({ pupil: 3, guardian: 2 });
  });

  it('a correction changes what is enforced from the instant it is written, and a forbid cuts a period', async () => {
    const asked = { action: 'read', resource: { type: 'logbook', id: maths } } as const;
    const month = { from: startOfDay('2026-10-25'), to: startOfDay('2026-11-25') };
    const of = (readers: Awaited<ReturnType<typeof whoBetween>>, name: Name) =>
      readers.find((one) => one.person === person(name))?.spans;
    const enforced = await whoBetween(base.db, { ...asked, ...month, reading: 'enforced' });
    expect(of(enforced, 'pierre')).toEqual([{ from: month.from, to: startOfDay('2026-11-19') }]);
    const known = await whoBetween(base.db, { ...asked, ...month, reading: 'known' });
    expect(of(known, 'pierre')).toEqual([{ from: month.from, to: startOfDay('2026-11-01') }]);
    // barred for three days, as written on the spot
    const from = startOfDay('2026-11-20');
    const to = startOfDay('2026-11-23');
    await begin(from, { relation: 'barred', subject: person('ali'), object: person('ines'), validTo: to });
    for (const reading of ['enforced', 'known'] as const)
      expect(of(await whoBetween(base.db, { ...asked, ...month, reading }), 'ali')).toEqual([
        { from: month.from, to: from },
        { from: to, to: month.to },
      ]);
  });

  it('a period says at each of its instants what the instant itself says', async () => {
    const asked = { action: 'read', resource: { type: 'logbook', id: maths } } as const;
    const period = { from: startOfDay('2026-08-20'), to: startOfDay('2027-09-01') };
    for (const reading of ['enforced', 'known'] as const) {
      const readers = await whoBetween(base.db, { ...asked, ...period, reading });
      const edges = new Set(
        readers.flatMap(({ held }) => held.flatMap(({ from, to }) => [from - 1, from, to - 1, to])),
      );
      const inside = [...edges, EIGHT + 1, TEN - 1].filter((at) => period.from <= at && at < period.to);
      expect(inside.length).toBeGreaterThan(10);
      for (const at of inside) {
        const then = readers
          .map(({ person: one, held }) => ({
            one,
            rules: held.filter(({ from, to }) => from <= at && at < to).map(({ rule }) => rule),
          }))
          .filter(({ rules }) => rules.length > 0)
          .map(({ one, rules }) => `${one} ${[...rules].sort()}`);
        const when = reading === 'enforced' ? { enforcedOn: at } : { knownTodayOf: at };
        const now = (await who(base.db, { ...asked, when })).map(
          ({ person: one, reasons }) => `${one} ${reasons.map(({ rule }) => rule).sort()}`,
        );
        expect(then).toEqual(now);
      }
    }
  });

  it('a period that ends before it begins is refused, and nobody reads what is not there', async () => {
    const asked = { action: 'read', reading: 'known' } as const;
    const resource = { type: 'logbook', id: maths } as const;
    for (const [from, to] of [
      [TEN, EIGHT],
      [TEN, TEN],
      [Number.NaN, TEN],
    ] as const)
      await expect(whoBetween(base.db, { ...asked, resource, from, to })).rejects.toMatchObject({
        code: 'bad_argument',
      });
    expect(
      await whoBetween(base.db, { ...asked, resource: { type: 'logbook', id: 'none' }, from: EIGHT, to: TEN }),
    ).toEqual([]);
  });

  it('everyone is told which categories may see data about them, on any day, and never who', async () => {
    const at = EIGHT + HOUR / 2;
    const about = (name: Name, when: Parameters<typeof categoriesAbout>[1]['when'] = { at }) =>
      categoriesAbout(base.db, { person: person(name), when });
    expect(await about('paul')).toEqual([
      {
        type: 'logbook',
        school: COLLEGE,
        as: 'pupil',
        action: 'read',
        categories: ['colleague', 'deputy', 'guardian', 'head', 'owner', 'pupil', 'team'],
      },
    ]);
    expect(await about('zoe')).toMatchObject([{ categories: ['deputy', 'head', 'owner', 'pupil', 'team'] }]);
    expect(await about('olga')).toMatchObject([{ as: 'author', categories: ['deputy', 'head', 'pupil'] }]);
    // a parent let in by a judgment is told to others as a guardian
    await begin(EIGHT, { relation: 'admitted', subject: await personOf(base.db, 'gina'), object: person('zoe') });
    expect(await about('zoe')).toMatchObject([
      { categories: ['deputy', 'guardian', 'head', 'owner', 'pupil', 'team'] },
    ]);
    // written at nineteen November's revision: unknown at eight that day, known of it today
    expect(await about('zoe', { enforcedOn: EIGHT - 1 })).toMatchObject([
      { categories: ['deputy', 'head', 'owner', 'pupil', 'team'] },
    ]);
    expect(await about('zoe', { at: startOfDay('2026-08-31') })).toEqual([]);
    expect(await about('helene')).toEqual([]);
  });

  describe('once the year is over', () => {
    beforeAll(async () => {
      await applyDelivery(base.db, college(NEXT));
      const days = { validFrom: NEXT, validTo: NEXT + 10 * HOUR };
      await begin(NEXT, { relation: 'inspects', subject: await keyOf(base.db, 'ivan'), object: maths, ...days });
    });

    /** Who reads, and how, in the order of names. */
    const reading = async (at: number) => {
      const { staff } = await seeReaders(base.db, { asker: person('tom'), logbook: maths, at });
      return Object.fromEntries(
        staff.map(({ name, reasons }) => [name, reasons.map(({ action, rule }) => `${action} ${rule}`).join()]),
      );
    };

    it('the readers of the archive are told, as such: who kept it, and those who direct the school', async () => {
      expect(await reading(YEAR_END - 1)).toMatchObject({ 'Tom Garnier': 'read owner,read team' });
      // the year is over, and the next one is not delivered yet
      expect(await reading(YEAR_END)).toEqual({
        'coline Essai': 'read_archive author',
        'Tom Garnier': 'read_archive author',
      });
      const archived = {
        'coline Essai': 'read_archive author',
        'David Roux': 'read_archive deputy',
        'Hélène Marchand': 'read_archive head',
        'Tom Garnier': 'read_archive author',
      };
      // the inspector's approval opens the archive as it opens the year: it is one reason, told once
      expect(await reading(NEXT + HOUR)).toEqual({ ...archived, 'ivan Essai': 'read inspector' });
      expect(await reading(NEXT + 10 * HOUR)).toEqual(archived);
      expect(await reading(KEPT)).toEqual({});
      const { staff, families } = await seeReaders(base.db, {
        asker: person('tom'),
        logbook: maths,
        at: NEXT + 10 * HOUR,
      });
      expect(staff.find(({ person: one }) => one === person('tom'))?.reasons).toEqual([
        { action: 'read_archive', rule: 'author', until: KEPT },
      ]);
      expect(families).toEqual([]);
    });

    it('a past day and a period say so too', async () => {
      const asked = { asker: person('tom'), logbook: maths };
      const { enforced, known, difference } = await seeReadersAt(base.db, { ...asked, at: NEXT + 10 * HOUR });
      expect(names(enforced)).toEqual(['coline Essai', 'David Roux', 'Hélène Marchand', 'Tom Garnier']);
      expect([known, difference.added.staff, difference.removed.staff]).toEqual([enforced, [], []]);
      for (const as of ['enforced', 'known'] as const) {
        const period = { from: YEAR_END - HOUR, to: NEXT + 10 * HOUR };
        const told = await seeReadersBetween(base.db, { ...asked, ...period, as });
        const of = (name: Name) => told.staff.find((one) => one.person === person(name))!;
        expect(of('tom').spans).toEqual([period]);
        expect(of('tom').held).toMatchObject([
          { action: 'read', rule: 'owner', to: YEAR_END },
          { action: 'read', rule: 'team', to: YEAR_END },
          { action: 'read_archive', rule: 'author', from: YEAR_END, to: period.to },
        ]);
        expect(of('helene').held).toMatchObject([
          { action: 'read', rule: 'head', to: YEAR_END },
          { action: 'read_archive', rule: 'head', from: NEXT },
        ]);
        expect(told.staff.find(({ name }) => name === 'ivan Essai')?.held).toMatchObject([
          { action: 'read', rule: 'inspector', from: NEXT },
        ]);
      }
    });

    it('authors and pupils are told who may read the archive of their logbooks, and never who', async () => {
      const archive = async (name: Name, at: number) => {
        const found = await categoriesAbout(base.db, { person: await keyOf(base.db, name), when: { at } });
        return found
          .filter(({ action }) => action === 'read_archive')
          .map(({ type, as, categories }) => `${type} ${as} ${categories.join()}`);
      };
      for (const name of ['tom', 'paul', 'fleur'] as const) expect(await archive(name, YEAR_END - 1)).toEqual([]);
      // Coline kept it as well
      expect(await archive('tom', YEAR_END)).toEqual(['logbook author author']);
      expect(await archive('tom', NEXT + 10 * HOUR)).toEqual(['logbook author author,deputy,head']);
      expect(await archive('olga', NEXT + 10 * HOUR)).toEqual(['logbook author deputy,head']);
      expect(await archive('paul', NEXT + 10 * HOUR)).toEqual(['logbook pupil author,deputy,head']);
      // who left in October shared it until then; Lucas was never of that class, and has his own
      expect(await archive('fleur', NEXT + 10 * HOUR)).toEqual(['logbook pupil author,deputy,head']);
      expect(await archive('helene', NEXT + 10 * HOUR)).toEqual([]);
      // those of the next year are kept for one year more
      expect(await archive('tom', schoolYear(2032).to)).toEqual([]);
      const enforced = await categoriesAbout(base.db, { person: person('tom'), when: { enforcedOn: NEXT - 1 } });
      expect(enforced).toMatchObject([{ action: 'read_archive', categories: ['author'] }]);
    });
  });
});
