// Where the same questions are asked of the same worlds. To add one, add a line.
import { openGraphs } from '../../src/rights/graph/graphs.ts';
import { actionsOf, may, type ResourceType, type Source, who } from '../../src/rights/rights.ts';
import { openStatements, type Statements, type Value } from '../../src/storage/statements.ts';
import { type Db, onPostgres } from '../../src/storage/storage.ts';
import { type Engine, engines } from '../databases.ts';
import type { Moment } from './oracle.ts';
import { day, writeWorlds } from './worlds.ts';

export interface Executor {
  readonly name: string;
  readonly source: Source;
  readonly write: (worlds: readonly WrittenWorld[]) => Promise<void>;
  /** Whether it answers itself about a world and an instant; waits until it can. */
  readonly readyFor: (world: WrittenWorld, when: Moment) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

type WrittenWorld = Parameters<typeof writeWorlds>[1][number];

/** Each engine, and memory over the first one's database. */
export interface Executors {
  readonly engines: readonly Executor[];
  readonly memory: Memory;
  readonly write: (worlds: readonly WrittenWorld[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Memory extends Executor {
  /** How many questions it has turned to SQL. */
  readonly turnedAway: () => number;
}

export async function openExecutors(): Promise<Executors> {
  const opened = await Promise.all(engines.map(openExecutor));
  const each = opened.map((one) => (onPostgres(one.db) ? { ...one, source: allTogether(one.statements) } : one));
  const memory = await openMemory(opened[0]!);
  return {
    engines: each,
    memory,
    write: async (worlds) => {
      await Promise.all(each.map((one) => one.write(worlds)));
      // few enough for all their schools to be waited for
      for (let first = 0; first < worlds.length; first += 25)
        await Promise.all(worlds.slice(first, first + 25).map((one) => memory.readyFor(one, { at: day(0) })));
    },
    close: async () => {
      await memory.close();
      for (const one of each) await one.close();
    },
  };
}

export const executorNames = ['memory', 'SQLite', 'PostgreSQL'] as const;

/** One of them by name, with a database of its own. */
export async function openNamed(name: (typeof executorNames)[number]): Promise<Executor> {
  const below = await openExecutor(engines.find((engine) => engine.name === name) ?? engines[0]!);
  if (name !== 'memory') return below;
  const memory = await openMemory(below);
  const close = async () => {
    await memory.close();
    await below.close();
  };
  return { ...memory, write: below.write, close };
}

interface OnDatabase extends Executor {
  readonly db: Db;
  readonly statements: Statements;
}

/** Prepared statements on a database of their own. */
export async function openExecutor({ name, open }: Engine): Promise<OnDatabase> {
  const base = await open();
  // thousands of small worlds: to plan each question anew takes longer than to answer it
  if (onPostgres(base.db)) {
    const [database] = (await base.db.raw('select current_database() as name')).rows;
    for (const setting of ['plan_cache_mode to force_generic_plan', 'jit to off'])
      await base.db.raw(`alter database ?? set ${setting}`, [database.name]);
  }
  const statements = await openStatements(base.db);
  let measured = false;
  return {
    name,
    db: base.db,
    statements,
    source: onPostgres(base.db) ? fewAtOnce(statements) : statements,
    write: async (worlds) => {
      await writeWorlds(base.db, worlds);
      // plans are made with the first worlds there, and kept
      if (!measured) await base.db.raw('analyze');
      measured = true;
    },
    readyFor: async () => true,
    close: async () => {
      await statements.close();
      await base.close();
    },
  };
}

/** Graphs in memory, over a database that another executor writes. They know the present only. */
async function openMemory({ db }: OnDatabase): Promise<Memory> {
  // its own, so that what it reads of schools does not queue behind the questions that the engine is asked
  const statements = await openStatements(db);
  const graphs = openGraphs(db, {
    statements,
    memory: 2 ** 26,
    onError: (error) => {
      throw error;
    },
    clock: () => day(-10),
  });
  /** Asks about every school until it is there; then learns where each resource is, and each person. */
  const readyFor = async ({ world, names }: WrittenWorld, when: Moment): Promise<boolean> => {
    if ('enforcedOn' in when) return false;
    const logbooks = new Map([...world.resources.logbook].map(([id, school]) => [school, id]));
    for (let tries = 0; tries < 1000; tries += 1) {
      const missing = [...logbooks].filter(([school]) => graphs.revisionOf(school) === undefined);
      if (tries % 16 === 0)
        for (const [, id] of missing)
          await may(graphs, { person: '', action: 'grant', resource: { type: 'logbook', id }, when });
      if (missing.length === 0) {
        for (const type of Object.keys(world.resources) as ResourceType[])
          for (const id of world.resources[type].keys())
            await who(graphs, { action: actionsOf(type)[0]!, resource: { type, id }, when });
        await Promise.all(names.persons.map((person) => graphs.homesOf(person)));
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error('memory does not answer');
  };
  return {
    name: 'memory',
    source: graphs,
    write: async () => undefined,
    readyFor,
    turnedAway: () => graphs.answered.sql,
    close: async () => {
      await graphs.close();
      await statements.close();
    },
  };
}

/**
 * What is asked at once, in one statement for each question, whose values are a list: to begin a long statement takes
 * longer than to answer it. The question itself is as the house wrote it, asked of each line of the list in turn.
 */
function allTogether({ all }: Statements): Pick<Statements, 'all'> {
  let waiting = new Map<string, Waiting[]>();
  let turn = Promise.resolve();
  const askOne = async (sql: string, asked: readonly Waiting[]): Promise<void> => {
    try {
      const rows = await all<{ place: number }>(manyTimes(sql), [JSON.stringify(asked.map(({ values }) => values))]);
      const found = asked.map((): object[] => []);
      for (const { place, ...row } of rows) found[place - 1]!.push(row);
      for (const [place, { give }] of asked.entries()) give(found[place]!);
    } catch (error) {
      for (const { refuse } of asked) refuse(error);
    }
  };
  const askAll = async (): Promise<void> => {
    const now = waiting;
    waiting = new Map();
    for (const [sql, asked] of now) await askOne(sql, asked);
  };
  return {
    all: <T>(sql: string, values: readonly Value[] = []) =>
      new Promise<T[]>((resolve, reject) => {
        if (waiting.size === 0)
          setImmediate(() => {
            turn = turn.then(askAll);
          });
        const one = { values, give: (rows: object[]) => resolve(rows as T[]), refuse: reject };
        const before = waiting.get(sql);
        if (before) before.push(one);
        else waiting.set(sql, [one]);
      }),
  };
}

interface Waiting {
  readonly values: readonly Value[];
  readonly give: (rows: object[]) => void;
  readonly refuse: (error: unknown) => void;
}

/** A statement asked of each line of a list. */
function manyTimes(sql: string): string {
  let count = 0;
  return `select cast(line.place as int) as place, answer.* from json_array_elements(cast(? as json))
with ordinality as line(given, place) cross join lateral (
${sql.replaceAll('?', () => `(line.given ->> ${count++})`)}
) answer`;
}

/** Keeps few connections busy: each plans every question for itself. */
function fewAtOnce({ all }: Statements): Pick<Statements, 'all'> {
  const waiting: (() => void)[] = [];
  let free = 3;
  return {
    all: async <T>(sql: string, values?: readonly Value[]) => {
      if (free === 0) await new Promise<void>((begin) => waiting.push(begin));
      else free -= 1;
      try {
        return await all<T>(sql, values);
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      }
    },
  };
}
