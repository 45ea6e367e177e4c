// Laws of the engine: what may never change a decision, what may only add to them, and what may only take away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../../src/rights/policy.ts';
import { type Action, actionsOf, type ResourceType, type When, who } from '../../src/rights/rights.ts';
import { engines } from '../databases.ts';
import { type Executor, openExecutor } from './executors.ts';
import { bars } from './ways.ts';
import {
  DAY,
  type Dice,
  type Drawn,
  day,
  dice,
  drawHistory,
  type History,
  type Names,
  namesOf,
  type Step,
  worldUnder,
} from './worlds.ts';

/** For each law, on SQLite; fewer where each question takes longer. */
const WORLDS = Math.ceil(Number(process.env.RIGHTS_WORLDS ?? 2000) / 40);
const SEED = Number(process.env.RIGHTS_SEED ?? 1);

const types = Object.keys(policy) as ResourceType[];
const questions = types.flatMap((type) => actionsOf(type).map((action: Action) => ({ type, action })));
const prohibitions = new Set(bars.map(({ lines }) => lines.at(-1)!.relation));

/** What a world allows: by person, action and resource, the rules with their ends, in words that do not hold its prefix. */
type Told = ReadonlyMap<string, readonly (readonly [rule: string, until: number])[]>;

interface Asked {
  readonly history: History;
  readonly when: When;
  /** All resources when not said, or those of one school. */
  readonly school?: 0 | 1;
}

type Written = ReturnType<typeof worldUnder>;

describe.each(engines)('laws on $name', (engine) => {
  const worlds = engine.name === 'SQLite' ? WORLDS : Math.ceil(WORLDS / 4);
  let executor: Executor;
  let count = 0;
  let writing: readonly Written[] = [];
  let written: Promise<void>;
  beforeAll(async () => {
    executor = await openExecutor(engine);
  });
  afterAll(() => executor.close());

  /** Who may do what in each of some worlds; which questions are asked is the same for all of them. */
  async function decisionsIn(asked: readonly Asked[], roll: Dice): Promise<Told[]> {
    const some = new Set(Array.from({ length: 5 }, () => roll.one(questions)));
    const built = asked.map((one) => ({ ...one, ...worldUnder(`z${(count++).toString(36)}-`, one.history) }));
    await write(built);
    return Promise.all(built.map((one) => decisionsOf(one, [...some])));
  }

  /** Writes what is to be written at the same time at once. */
  function write(built: readonly Written[]): Promise<void> {
    if (writing.length === 0)
      written = new Promise((resolve) => setImmediate(resolve)).then(() => {
        const all = writing;
        writing = [];
        return executor.write(all);
      });
    writing = [...writing, ...built];
    return written;
  }

  async function decisionsOf(
    { prefix, names, when, school }: Asked & { prefix: string; names: Names },
    asked: typeof questions,
  ) {
    const found = new Map<string, readonly (readonly [string, number])[]>();
    const each = asked.flatMap((about) => idsOf(names, about.type, school).map((id) => ({ ...about, id })));
    const answers = await Promise.all(
      each.map(({ type, action, id }) => who(executor.source, { action, resource: { type, id }, when })),
    );
    for (const [place, { type, action, id }] of each.entries())
      for (const { person, reasons } of answers[place]!) {
        const told = reasons.map(({ rule, validUntil }) => [rule, validUntil] as const);
        const sorted = told.sort(([a], [b]) => (a < b ? -1 : 1));
        found.set(`${person.slice(prefix.length)} ${type} ${action} ${id.slice(prefix.length)}`, sorted);
      }
    return found;
  }

  /** Checks a law in many worlds, each with facts that might be added to it. */
  async function hold(
    law: (world: { history: History; more: History; at: number; roll: Dice }) => Promise<void>,
    first: number,
  ) {
    const many = async (seeds: readonly number[]) => {
      const broken = await Promise.allSettled(
        seeds.map(async (seed) => {
          const roll = dice(seed);
          const drawn = { history: drawHistory(seed), more: drawHistory(seed + 50_000_000) };
          await law({ ...drawn, at: day(roll.below(7)), roll });
        }),
      );
      for (const [place, one] of broken.entries())
        if (one.status === 'rejected') {
          const seed = seeds[place]!;
          throw new Error(`the world ${seed} breaks the law (RIGHTS_SEED=${seed - first})`, { cause: one.reason });
        }
    };
    for (let next = SEED + first; next < SEED + first + worlds; next += 50)
      await many(Array.from({ length: Math.min(50, SEED + first + worlds - next) }, (_, place) => next + place));
  }

  const begun = (steps: History, change: Partial<Step> = {}): History =>
    steps.map((step) => ({ ...step, at: 6, end: [], ...change }));
  const only = (steps: History, keep: (fact: Drawn) => boolean): History =>
    steps.map((step) => ({ ...step, begin: step.begin.filter(keep) }));
  const moved = (steps: History, change: (fact: Drawn) => Partial<Drawn>): History =>
    steps.map((step) => ({ ...step, begin: step.begin.map((fact) => ({ ...fact, ...change(fact) })) }));

  it("another school's facts change no decision", async () => {
    await hold(async ({ history, more, at, roll }) => {
      const added = [...history, ...begun(more, { school: 1 })];
      const when = { at };
      const [before, after] = await decisionsIn(
        [
          { history, when, school: 0 },
          { history: added, when, school: 0 },
        ],
        roll,
      );
      expect(after).toEqual(before);
    }, 1_000_000);
  }, 600_000);

  it('a fact that has ended, or has not begun, is as if it were not, and so is a restriction', async () => {
    await hold(async ({ history, more, at, roll }) => {
      const when = { at };
      const past = [...history, ...moved(begun(more), () => ({ from: -15, to: -3 }))].map((step) =>
        // what ends at the very instant has ended
        ({ ...step, begin: step.begin.map((fact) => (fact.to === -3 ? { ...fact, to: (at - day(0)) / DAY } : fact)) }),
      );
      const future = [...history, ...moved(begun(more), () => ({ from: 7, to: 15 }))];
      const [before, ...after] = await decisionsIn(
        [history, past, future].map((one) => ({ history: one, when })),
        roll,
      );
      for (const one of after) expect(one).toEqual(before);
    }, 2_000_000);
  }, 600_000);

  it('another fact that is no restriction never takes a right away, nor ends it sooner', async () => {
    let gained = 0;
    await hold(async ({ history, more, at, roll }) => {
      // of a child who is barred or who objects, another enrolment reaches further: those ways are left alone
      const free = only(history, ({ relation }) => !prohibitions.has(relation));
      const added = only(begun(more), ({ relation }) => !prohibitions.has(relation));
      const [before, after] = await decisionsIn(
        [free, [...free, ...added]].map((one) => ({ history: one, when: { at } })),
        roll,
      );
      for (const [pair, reasons] of before!) {
        const ends = new Map(after!.get(pair));
        for (const [rule, until] of reasons) expect(ends.get(rule), pair).toBeGreaterThanOrEqual(until);
      }
      gained += after!.size - before!.size;
    }, 3_000_000);
    if (worlds >= 10) expect(gained).toBeGreaterThan(0);
  }, 600_000);

  it('a restriction never adds a right, nor makes one last longer, and takes a part of what goes through children alone', async () => {
    let lost = 0;
    await hold(async ({ history, more, at, roll }) => {
      const added = moved(
        only(begun([...more, ...history]), ({ relation }) => prohibitions.has(relation)),
        () => ({ from: -3, to: 9 }),
      );
      const [before, after] = await decisionsIn(
        [history, [...history, ...added]].map((one) => ({ history: one, when: { at } })),
        roll,
      );
      for (const [pair, reasons] of after!) {
        const ends = new Map(before!.get(pair));
        for (const [rule, until] of reasons)
          if (rule === 'guardian' || rule === 'admitted') expect(ends.get(rule), pair).toBeGreaterThanOrEqual(until);
          else expect(ends.get(rule), pair).toBe(until);
      }
      lost += before!.size - after!.size;
    }, 4_000_000);
    if (worlds >= 10) expect(lost).toBeGreaterThan(0);
  }, 600_000);

  it('with a restriction or without, another fact of the same kind as one that is there changes nothing', async () => {
    await hold(async ({ history, at, roll }) => {
      const twice = history.map((step) => ({ ...step, begin: [...step.begin, ...step.begin], end: [] }));
      const once = history.map((step) => ({ ...step, end: [] }));
      const [before, after] = await decisionsIn(
        [once, twice].map((one) => ({ history: one, when: { at } })),
        roll,
      );
      expect(after).toEqual(before);
    }, 5_000_000);
  }, 600_000);

  it('when all times are shifted, nothing changes but the times', async () => {
    await hold(async ({ history, at, roll }) => {
      const days = roll.one([1, 90, 400, -365]);
      const later = moved(history, ({ from, to }) => ({ from: from + days, to: to + days })).map((step) => ({
        ...step,
        at: step.at + days,
      }));
      const known = roll.chance(0.5);
      const when = (instant: number): When => (known ? { at: instant } : { enforcedOn: instant });
      const [before, after] = await decisionsIn(
        [
          { history, when: when(at) },
          { history: later, when: when(at + days * DAY) },
        ],
        roll,
      );
      const back = [...after!].map(([pair, reasons]) => [
        pair,
        reasons.map(([rule, until]) => [rule, until - days * DAY]),
      ]);
      expect(back).toEqual([...before!]);
    }, 6_000_000);
  }, 600_000);

  it('when everybody is called otherwise, nothing changes but the names', async () => {
    await hold(async ({ history, at, roll }) => {
      const { persons } = namesOf('');
      const turn = 1 + roll.below(persons.length - 1);
      const renamed = (name: string) => {
        const place = persons.indexOf(name);
        return place < 0 ? name : persons[(place + turn) % persons.length]!;
      };
      const [before, after] = await decisionsIn(
        [
          history,
          moved(history, ({ subject, object }) => ({ subject: renamed(subject), object: renamed(object) })),
        ].map((one) => ({ history: one, when: { at } })),
        roll,
      );
      const wanted = [...before!].map(([pair, reasons]) => {
        const person = persons.filter((one) => pair.startsWith(`${one} `)).sort((a, b) => b.length - a.length)[0]!;
        return [renamed(person) + pair.slice(person.length), reasons] as const;
      });
      expect(after).toEqual(new Map(wanted));
    }, 7_000_000);
  }, 600_000);

  it('the order in which facts came changes nothing', async () => {
    await hold(async ({ history, at, roll }) => {
      // what is ended is named by its place, which the order decides
      const once = history.map((step) => ({ ...step, end: [] }));
      const shuffled = once.map((step) => {
        const left = [...step.begin];
        const begin: Drawn[] = [];
        while (left.length > 0) begin.push(...left.splice(roll.below(left.length), 1));
        return { ...step, begin };
      });
      const [before, after] = await decisionsIn(
        [once, shuffled].map((one) => ({ history: one, when: { at } })),
        roll,
      );
      expect(after).toEqual(before);
    }, 8_000_000);
  }, 600_000);

  it('what was enforced on a day is not changed by anything said later', async () => {
    await hold(async ({ history, more, at, roll }) => {
      const early = history.map((step) => ({ ...step, at: 0 }));
      const late = more.map((step) => ({ ...step, at: 7 }));
      const [before, after] = await decisionsIn(
        [early, [...early, ...late]].map((one) => ({ history: one, when: { enforcedOn: at } })),
        roll,
      );
      expect(after).toEqual(before);
    }, 9_000_000);
  }, 600_000);

  it('as of now is now, as enforced and as known today', async () => {
    await hold(async ({ history, roll }) => {
      const at = day(6) + DAY;
      const [now, enforced, known] = await decisionsIn(
        [{ at }, { enforcedOn: at }, { knownTodayOf: at }].map((when) => ({ history, when })),
        roll,
      );
      expect(enforced).toEqual(now);
      expect(known).toEqual(now);
    }, 10_000_000);
  }, 600_000);
});

function idsOf(names: Names, type: ResourceType, school?: 0 | 1): readonly string[] {
  const ids = {
    logbook: names.logbooks,
    absence: names.absences,
    lesson: names.lessons,
    school: names.schools,
    offer: names.offers,
  }[type];
  return school === undefined ? ids : school === 0 ? ids.slice(0, -1) : ids.slice(-1);
}
