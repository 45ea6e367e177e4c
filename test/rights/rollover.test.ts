// The year turns by itself, at each school's own instant: what is over is closed, and opens in the archive to those of the table.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endReplacement, recordReplacement } from '../../src/acts/replacements.ts';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { assignTeaching } from '../../src/directory/teaching.ts';
import { schoolYear, startOfDay } from '../../src/facts/calendar.ts';
import { type Action, list, may, who } from '../../src/rights/rights.ts';
import type { Db } from '../../src/storage/storage.ts';
import { ACADEMY, type CastName, COLLEGE, cast, college, ECOLE, ecole, logbookOf, lycee, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;
const SEPTEMBER = startOfDay('2026-09-01');
const JANUARY = startOfDay('2027-01-10');
const NEXT = startOfDay('2027-09-01');
const TURN = schoolYear(2026).to;
/** Five years after its own. */
const FORGOTTEN = schoolYear(2031).to;

const NOUMEA = '9830002K';
const ZONE = 'Pacific/Noumea';
/** There, the year begins with the southern summer's end. */
const NOUMEA_TURN = schoolYear(2026, '02-15', ZONE).to;

/** A school of the southern hemisphere, with the people of the lycée. */
function noumea(at: number): SchoolDelivery {
  const there = lycee(at);
  return { ...there, school: { ...there.school, uai: NOUMEA, name: 'Lycée de la Baie', academy: ACADEMY } };
}

/** The collège from January on: Tania has left, and Olga has taken her class. */
function collegeWithoutTania(at: number): SchoolDelivery {
  const base = college(at);
  const of = (id: string) => (fact: SchoolDelivery['facts'][number]) =>
    'person' in fact.subject && fact.subject.person === id;
  const taught = base.facts.find((fact) => fact.relation === 'teaches' && of(cast.tania.id)(fact))!;
  return {
    ...base,
    facts: [...base.facts.filter((fact) => !of(cast.tania.id)(fact)), { ...taught, subject: { person: cast.olga.id } }],
  };
}

const countFacts = async (db: Db): Promise<number> => {
  const [row] = await db('fact').count({ facts: '*' });
  return Number(row?.facts);
};

describe.each(engines)('the year turns on $name', ({ open }) => {
  let base: TestDatabase;
  let maths: string;
  let french: string;
  let cm2: string;
  let philo: string;
  beforeAll(async () => {
    base = await open();
    const { db } = base;
    await db('school').insert({
      uai: NOUMEA,
      name: 'Lycée de la Baie',
      kind: 'lycée',
      degree: 2,
      academy: ACADEMY,
      year_start: '02-15',
      zone: ZONE,
    });
    await applyDelivery(db, noumea(startOfDay('2026-03-01', ZONE)));
    await applyDelivery(db, college(SEPTEMBER));
    await applyDelivery(db, ecole(SEPTEMBER));
    const denise = await personOf(db, 'denise');
    const audience = { kind: 'class', code: 'CM2' } as const;
    await assignTeaching(db, { school: ECOLE, teacher: denise, audience, by: denise, at: SEPTEMBER });
    maths = await logbookOf(db, COLLEGE, '6A', 'MATHS');
    french = await logbookOf(db, COLLEGE, '6A', 'FRANC');
    cm2 = await logbookOf(db, ECOLE, 'CM2', '');
    philo = await logbookOf(db, NOUMEA, 'T1', 'PHILO');
    // Olga takes over Tom's logbooks for a month of autumn, Diane would have in spring
    const [olga, diane, tom, by] = [
      await personOf(db, 'olga'),
      await personOf(db, 'diane'),
      await personOf(db, 'tom'),
      await personOf(db, 'helene'),
    ];
    const taken = { school: COLLEGE, replaced: tom, logbooks: [maths], by };
    const autumn = { from: startOfDay('2026-10-01'), until: startOfDay('2026-11-01'), at: SEPTEMBER + DAY };
    await recordReplacement(db, { ...taken, ...autumn, substitute: olga });
    const spring = { from: startOfDay('2027-04-01'), until: startOfDay('2027-05-01'), at: SEPTEMBER + DAY };
    await recordReplacement(db, { ...taken, ...spring, substitute: diane });
    await endReplacement(db, { ...taken, substitute: diane, at: SEPTEMBER + 2 * DAY });
    await applyDelivery(db, collegeWithoutTania(JANUARY));
    // the new year: the same people come back; nobody has touched what is over
    await applyDelivery(db, collegeWithoutTania(NEXT));
  });
  afterAll(() => base.close());

  const rule = async (name: CastName, action: Action, logbook: string, at: number): Promise<string> => {
    const asked = {
      person: await personOf(base.db, name),
      action,
      resource: { type: 'logbook', id: logbook },
    } as const;
    const decision = await may(base.db, { ...asked, when: { knownTodayOf: at } });
    // what ends with the year was said ahead: it was enforced as it is known
    const then = await may(base.db, { ...asked, when: { enforcedOn: at } });
    expect(then.allowed).toBe(decision.allowed);
    return decision.rule ?? 'no';
  };
  const anybody = async (action: Action, logbook: string, at: number) =>
    (await who(base.db, { action, resource: { type: 'logbook', id: logbook }, when: { knownTodayOf: at } })).length;

  const table: readonly (readonly [CastName, Action, last: string, first: string, after: string])[] = [
    // who, action, the last instant of the year, the first of the next one, once the new year is delivered
    ['tom', 'read', 'owner', 'no', 'no'],
    ['tom', 'write', 'owner', 'no', 'no'],
    ['tom', 'grant', 'owner', 'no', 'no'],
    ['tom', 'see_readers', 'owner', 'author', 'author'],
    ['tom', 'read_archive', 'no', 'author', 'author'],
    ['olga', 'read', 'team', 'no', 'no'],
    ['diane', 'read_archive', 'no', 'no', 'no'],
    ['theo', 'read', 'team', 'no', 'no'],
    ['theo', 'read_archive', 'no', 'no', 'no'],
    ['helene', 'read', 'head', 'no', 'no'],
    ['helene', 'visa', 'head', 'no', 'no'],
    ['helene', 'read_archive', 'no', 'no', 'head'],
    ['david', 'read', 'deputy', 'no', 'no'],
    ['david', 'read_archive', 'no', 'no', 'deputy'],
    ['berthe', 'read_archive', 'no', 'no', 'no'],
    ['carla', 'read_archive', 'no', 'no', 'no'],
    ['henri', 'read_archive', 'no', 'no', 'no'],
    ['paul', 'read', 'pupil', 'no', 'no'],
    ['paul', 'read_archive', 'no', 'no', 'no'],
    ['paula', 'read', 'guardian', 'no', 'no'],
    ['paula', 'read_archive', 'no', 'no', 'no'],
  ];
  it.each(table)('%s, %s of mathematics in 6A: %s, then %s, then %s', async (name, action, last, first, after) => {
    expect(await rule(name, action, maths, TURN - DAY)).toBe(last);
    expect(await rule(name, action, maths, TURN - 1)).toBe(last);
    expect(await rule(name, action, maths, TURN)).toBe(first);
    expect(await rule(name, action, maths, TURN + DAY)).toBe(first);
    expect(await rule(name, action, maths, NEXT + DAY)).toBe(after);
  });

  it('at the turn everything that the year opened is closed to everyone', async () => {
    for (const action of ['read', 'write', 'visa', 'grant', 'validate', 'revoke'] as const) {
      expect(await anybody(action, maths, TURN - 1)).toBeGreaterThan(0);
      for (const at of [TURN, NEXT + DAY]) expect(await anybody(action, maths, at), action).toBe(0);
    }
  });

  it('who leaves in the year keeps the archive of what they kept, and so does who takes over', async () => {
    expect(await rule('tania', 'write', french, JANUARY - 1)).toBe('owner');
    for (const action of ['read', 'write'] as const) expect(await rule('tania', action, french, JANUARY)).toBe('no');
    expect(await rule('olga', 'write', french, JANUARY)).toBe('owner');
    for (const name of ['tania', 'olga'] as const) {
      expect(await rule(name, 'read_archive', french, TURN - 1)).toBe('no');
      for (const at of [TURN, NEXT + DAY, FORGOTTEN - 1])
        expect(await rule(name, 'read_archive', french, at)).toBe('author');
    }
  });

  it('a substitute keeps the archive of what was taken over, and not of what never was', async () => {
    const inOctober = startOfDay('2026-10-15');
    expect(await rule('olga', 'write', maths, inOctober)).toBe('substitute');
    expect(await rule('olga', 'read_archive', maths, TURN - 1)).toBe('no');
    for (const at of [TURN, NEXT + DAY, FORGOTTEN - 1])
      expect(await rule('olga', 'read_archive', maths, at)).toBe('author');
    expect(await rule('diane', 'write', maths, startOfDay('2027-04-15'))).toBe('no');
    expect(await rule('diane', 'read_archive', maths, TURN)).toBe('no');
  });

  it('the archive closes five years later, to its author as to the head', async () => {
    expect(await rule('tom', 'read_archive', maths, FORGOTTEN - 1)).toBe('author');
    for (const name of ['tom', 'helene'] as const)
      expect(await rule(name, 'read_archive', maths, FORGOTTEN)).toBe('no');
    expect(await anybody('read_archive', maths, FORGOTTEN)).toBe(0);
  });

  it('a first-degree class goes to the archive of who kept it, and to no director without a decision', async () => {
    expect(await rule('denise', 'write', cm2, TURN - 1)).toBe('owner');
    expect(await rule('denise', 'read_archive', cm2, TURN)).toBe('author');
    expect(await rule('marc', 'read_archive', cm2, TURN)).toBe('no');
  });

  it('an overseas school turns at its own midnight, on its own day', async () => {
    expect(new Date(NOUMEA_TURN).toISOString()).toBe('2027-02-14T13:00:00.000Z');
    for (const at of [startOfDay('2026-08-15'), startOfDay('2026-08-16'), NOUMEA_TURN - 1]) {
      expect(await rule('lise', 'write', philo, at)).toBe('owner');
      expect(await rule('noe', 'read', philo, at)).toBe('pupil');
      expect(await rule('lise', 'read_archive', philo, at)).toBe('no');
    }
    for (const at of [NOUMEA_TURN, startOfDay('2027-02-15')]) {
      expect(await anybody('read', philo, at)).toBe(0);
      expect(await anybody('write', philo, at)).toBe(0);
      expect(await rule('lise', 'read_archive', philo, at)).toBe('author');
      // and nothing turns elsewhere
      expect(await rule('tom', 'write', maths, at)).toBe('owner');
    }
    const end = schoolYear(2031, '02-15', ZONE).to;
    expect(await rule('lise', 'read_archive', philo, end - 1)).toBe('author');
    expect(await rule('lise', 'read_archive', philo, end)).toBe('no');
  });

  it('the new year has logbooks of its own, beside the archive', async () => {
    const person = await personOf(base.db, 'tom');
    const when = { knownTodayOf: NEXT + DAY };
    const asked = { person, type: 'logbook', when } as const;
    const kept = await list(base.db, { ...asked, action: 'write' });
    const archived = await list(base.db, { ...asked, action: 'read_archive' });
    expect(kept.length).toBe(2);
    expect(archived.length).toBe(2);
    expect(archived.map(({ id }) => id)).toContain(maths);
    for (const { id } of kept) expect(archived.map((one) => one.id)).not.toContain(id);
  });

  it('what was delivered again writes nothing, for the old year as for the new one', async () => {
    const before = await countFacts(base.db);
    const applied = await applyDelivery(base.db, collegeWithoutTania(NEXT));
    expect(applied).toMatchObject({ begun: 0, ended: 0 });
    expect(await applyDelivery(base.db, collegeWithoutTania(NEXT + DAY))).toMatchObject({ begun: 0, ended: 0 });
    expect(await countFacts(base.db)).toBe(before);
    for (const at of [TURN, NEXT + DAY]) expect(await rule('tom', 'read_archive', maths, at)).toBe('author');
  });
});
