// What stands on other facts: a licence, an assigner. It ends with the last of them, in the same change, and never outlasts them.
import { describe, expect, it } from 'vitest';
import { resourceAudiences } from '../../src/directory/offers.ts';
import { functions } from '../../src/facts/catalogue.ts';
import { changeFacts, currentFacts, type Fact, type NewFact, replaceFacts, revisionOf } from '../../src/facts/facts.ts';
import { type Db, FOREVER, inTransaction } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { dice } from '../rights/worlds.ts';

const school = '0900001A';
const base = { school, source: 'local', actor: 'test' } as const;
const attends = (subject: string, dates = {}): NewFact => ({ relation: 'attends', subject, object: school, ...dates });
const post = (subject: string, held: string, dates = {}): NewFact => ({
  relation: 'post',
  subject,
  object: school,
  properties: { function: held },
  ...dates,
});
const assigned = (subject: string, dates = {}, object = 'offer', audience = 'pupil'): NewFact => ({
  relation: 'assigned',
  subject,
  object,
  properties: { audience },
  ...dates,
});

async function datesOf(db: Db, relation: NewFact['relation'], subject = 'p', of = school) {
  const facts = await currentFacts(db, { school: of, relations: [relation], subject });
  return facts.map(({ validFrom, validTo }) => [validFrom, validTo]);
}

async function end(db: Db, at: number, where: Partial<Parameters<typeof currentFacts>[1]>): Promise<void> {
  await changeFacts(db, { ...base, at, end: await currentFacts(db, { school, ...where }) });
}

describe.each(engines)('what stands on other facts on $name', ({ open }) => {
  it('a licence ends in the very revision that ends the last membership', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [attends('p'), attends('q'), assigned('p'), assigned('q')] });
    await end(db, 200, { relations: ['attends'], subject: 'p' });
    expect(await revisionOf(db, school)).toBe(2);
    expect(await datesOf(db, 'assigned')).toEqual([[100, 200]]);
    expect(await datesOf(db, 'assigned', 'q')).toEqual([[100, FOREVER]]);
    const [row] = await db('fact').where({ relation: 'assigned', subject: 'p', valid_to: 200 });
    expect(row).toMatchObject({ known_from: 2, valid_from: 100 });
    await close();
  });

  it('one membership of two is enough, and the second to end takes the licence with it', async () => {
    const { db, close } = await open();
    await changeFacts(db, {
      ...base,
      at: 100,
      begin: [post('p', 'teacher'), post('p', 'direction'), { relation: 'heads', subject: 'p', object: school }],
    });
    const begin = ['one', 'two'].map((offer) => assigned('p', {}, offer, 'staff'));
    await changeFacts(db, { ...base, at: 100, begin });
    await end(db, 200, { relations: ['post'], subject: 'p' });
    expect(await datesOf(db, 'assigned')).toEqual([
      [100, FOREVER],
      [100, FOREVER],
    ]);
    await end(db, 300, { relations: ['heads'], subject: 'p' });
    expect(await datesOf(db, 'assigned')).toEqual([
      [100, 300],
      [100, 300],
    ]);
    await close();
  });

  it('a membership that is replaced by another one in the same change carries on what stands on it', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [post('p', 'deputy'), assigned('p', {}, 'offer', 'staff')] });
    const old = await currentFacts(db, { school, relations: ['post'] });
    await changeFacts(db, { ...base, at: 200, end: old, begin: [post('p', 'head')] });
    expect(await datesOf(db, 'assigned')).toEqual([[100, FOREVER]]);
    await close();
  });

  it('a licence is given as what somebody is there, and goes with it, whatever else they are', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [attends('p'), assigned('p')] });
    const old = await currentFacts(db, { school, relations: ['attends'] });
    await changeFacts(db, { ...base, at: 200, end: old, begin: [post('p', 'assistant'), post('p', 'teacher')] });
    expect(await datesOf(db, 'assigned')).toEqual([[100, 200]]);
    await close();
  });

  it('an audience is carried by those of table 3, and by nobody else', async () => {
    const { db, close } = await open();
    const relations = ['attends', 'heads', 'deputises', 'secretary', 'administers', 'protects', 'territory'] as const;
    const places: Record<string, (person: string) => NewFact> = {
      ...Object.fromEntries(
        relations.map((relation) => [relation, (subject: string) => ({ relation, subject, object: school })]),
      ),
      ...Object.fromEntries(functions.map((held) => [`post ${held}`, (subject: string) => post(subject, held)])),
    };
    const carried: string[] = [];
    for (const [name, place] of Object.entries(places))
      for (const audience of [...resourceAudiences, 'nobody']) {
        const person = `${name} as ${audience}`;
        const { begun } = await changeFacts(db, {
          ...base,
          at: 100,
          begin: [place(person), assigned(person, {}, 'offer', audience)],
        });
        if (begun === 2) carried.push(person);
      }
    expect(carried.sort()).toEqual(
      [
        'attends as pupil',
        'heads as staff',
        'deputises as staff',
        'post teacher as teacher',
        'post librarian as librarian',
        'post head as staff',
        'post deputy as staff',
        'post direction as staff',
        'post school_life as staff',
        'post assistant as staff',
      ].sort(),
    );
    await close();
  });

  it('a membership that will end sooner than said cuts what stands on it to its new end', async () => {
    const { db, close } = await open();
    const said = { ...base, source: 'aaf2d', relations: ['attends'] } as const;
    await replaceFacts(db, { ...said, at: 100, wanted: [attends('p', { validFrom: 100, validTo: 900 })] });
    await changeFacts(db, { ...base, at: 100, begin: [assigned('p', { validTo: 900 })] });
    await replaceFacts(db, { ...said, at: 200, wanted: [attends('p', { validFrom: 100, validTo: 500 })] });
    expect(await datesOf(db, 'assigned')).toEqual([[100, 500]]);
    expect(await revisionOf(db, school)).toBe(3);
    await close();
  });

  it('nothing stands on nothing: who has no place there gets no licence, and a parent never does', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [{ relation: 'guards', subject: 'mother', object: 'p' }] });
    const before = await revisionOf(db, school);
    const begin = [assigned('mother'), assigned('stranger')];
    expect(await changeFacts(db, { ...base, at: 200, begin })).toEqual({ revision: before, begun: 0, ended: 0 });
    expect(await datesOf(db, 'assigned', 'mother')).toEqual([]);
    await changeFacts(db, { ...base, at: 200, school: '0900002B', begin: [attends('p')] });
    await changeFacts(db, { ...base, at: 300, begin: [assigned('p')] });
    expect(await datesOf(db, 'assigned')).toEqual([]);
    await close();
  });

  it('a place that only comes later carries only what begins with it', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [attends('p', { validFrom: 500, validTo: 800 })] });
    await changeFacts(db, {
      ...base,
      at: 100,
      begin: [assigned('p', {}, 'now'), assigned('p', { validFrom: 500 }, 'then'), assigned('p', { validFrom: 800 })],
    });
    expect(await datesOf(db, 'assigned')).toEqual([[500, 800]]);
    await close();
  });

  it('is cut to the end of its place when it begins, over places that follow each other', async () => {
    const { db, close } = await open();
    await changeFacts(db, {
      ...base,
      at: 100,
      begin: [
        post('p', 'school_life', { validFrom: 300, validTo: 400 }),
        { relation: 'deputises', subject: 'p', object: school, validTo: 300 },
        post('p', 'assistant', { validFrom: 450 }),
        post('p', 'teacher'),
        attends('p'),
        assigned('p', {}, 'offer', 'staff'),
      ],
    });
    expect(await datesOf(db, 'assigned')).toEqual([[100, 400]]);
    await close();
  });

  it('saying again what was cut writes nothing', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [attends('p', { validTo: 500 })] });
    const said = {
      ...base,
      source: 'derived',
      relations: ['assigned'],
      wanted: [assigned('p', { validTo: 900 }), assigned('x')],
    } as const;
    expect(await replaceFacts(db, { ...said, at: 200 })).toEqual({ revision: 2, begun: 1, ended: 0 });
    expect(await replaceFacts(db, { ...said, at: 300 })).toEqual({ revision: 2, begun: 0, ended: 0 });
    await close();
  });

  it('an assigner is one as long as a post, an office or a charge lasts, and being a pupil is none', async () => {
    const { db, close } = await open();
    const assigns = (subject: string): NewFact => ({ relation: 'assigns', subject, object: school });
    await changeFacts(db, {
      ...base,
      at: 100,
      begin: [
        post('p', 'librarian'),
        { relation: 'secretary', subject: 's', object: school },
        { relation: 'administers', subject: 'a', object: school },
        attends('k'),
      ],
    });
    await changeFacts(db, { ...base, at: 100, begin: ['p', 's', 'a', 'k'].map(assigns) });
    expect(await datesOf(db, 'assigns', 'k')).toEqual([]);
    await end(db, 200, { relations: ['post', 'secretary', 'administers'] });
    for (const one of ['p', 's', 'a']) expect(await datesOf(db, 'assigns', one)).toEqual([[100, 200]]);
    await close();
  });

  it('a condition is of its own offer alone', async () => {
    const { db, close } = await open();
    const begin = [{ relation: 'subscribed', subject: 'one', object: 'two' }] as const;
    await expect(changeFacts(db, { ...base, at: 100, begin })).rejects.toThrow('itself');
    expect(await revisionOf(db, school)).toBe(0);
    await close();
  });

  it('a licence given while the membership ends never outlives it', async () => {
    const { db, close } = await open();
    await changeFacts(db, { ...base, at: 100, begin: [attends('p')] });
    const [place] = await currentFacts(db, { school, relations: ['attends'] });
    await Promise.all([
      changeFacts(db, { ...base, at: 200, end: [place!] }),
      ...Array.from({ length: 5 }, (_, one) =>
        inTransaction(db, (tx) => changeFacts(tx, { ...base, at: 200, begin: [assigned('p', {}, `offer${one}`)] })),
      ),
    ]);
    const ends = (await datesOf(db, 'assigned')).map(([, to]) => to);
    expect(ends.filter((to) => to !== 200)).toEqual([]);
    await close();
  });
});

describe('what stands on other facts, at random', () => {
  it('is carried by something at every instant', async () => {
    const { db, close } = await engines[0]!.open();
    let lasting = 0;
    let cut = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const roll = dice(seed);
      const uai = `s${seed}`;
      const change = { ...base, school: uai };
      const person = () => roll.one(['p', 'q']);
      const dates = (at: number) => {
        const validFrom = roll.chance(0.6) ? at : at + roll.below(3);
        return { validFrom, validTo: roll.chance(0.3) ? FOREVER : validFrom + 1 + roll.below(6) };
      };
      const place = (at: number): NewFact =>
        roll.one([
          attends(person(), dates(at)),
          attends(person(), dates(at)),
          post(person(), roll.one(['teacher', 'assistant', 'direction']), dates(at)),
        ]);
      for (let at = 1; at <= 8; at += 1) {
        const present = await currentFacts(db, { school: uai, endingAfter: at, relations: ['attends', 'post'] });
        await changeFacts(db, {
          ...change,
          at,
          end: roll.chance(0.5) ? [] : present.filter(() => roll.chance(0.4)),
          begin: [...Array(roll.below(4))].map(() =>
            roll.chance(0.5) ? place(at) : assigned(person(), dates(at), `o${at}`, roll.one(['pupil', 'staff'])),
          ),
        });
        const known = await currentFacts(db, { school: uai });
        const grounds = known.filter(({ relation }) => relation !== 'assigned');
        for (const fact of known.filter(({ relation }) => relation === 'assigned')) {
          const carries = ({ relation, properties }: Fact) =>
            fact.properties.audience === 'pupil'
              ? relation === 'attends'
              : ['assistant', 'direction'].includes(String(properties.function));
          const own = grounds.filter((one) => one.subject === fact.subject && carries(one));
          const holds = (instant: number) => own.some((one) => one.validFrom <= instant && instant < one.validTo);
          const last = Math.min(fact.validTo, 30);
          for (let instant = Math.max(at, fact.validFrom); instant < last; instant += 1)
            expect(holds(instant), `world ${seed}, ${fact.subject} at ${instant}, of day ${at}`).toBe(true);
          lasting += 1;
          if (fact.validTo <= at) cut += 1;
        }
      }
    }
    expect(lasting).toBeGreaterThan(100);
    expect(cut).toBeGreaterThan(20);
    await close();
  });
});
