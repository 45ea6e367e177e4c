// Where the same questions are asked of the same worlds. To add one, add a line.
import { openGraphs } from '../../src/rights/graph/graphs.ts';
import { list, may, type Source } from '../../src/rights/rights.ts';
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
export async function openExecutors(): Promise<Executor[]> {
  const [first, ...others] = await Promise.all(engines.map(openExecutor));
  return [openMemory(first!), first!, ...others];
}

export const executorNames = ['memory', 'SQLite', 'PostgreSQL'] as const;

/** One of them by name, with a database of its own. */
export async function openNamed(name: (typeof executorNames)[number]): Promise<Executor> {
  const below = await openExecutor(engines.find((engine) => engine.name === name) ?? engines[0]!);
  if (name !== 'memory') return below;
  const memory = openMemory(below);
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
    await base.db.raw('alter database ?? set plan_cache_mode to force_generic_plan', [database.name]);
  }
  const statements = await openStatements(base.db);
  let measured = false;
  return {
    name,
    db: base.db,
    statements,
    source: fewAtOnce(statements),
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
function openMemory({ db, statements }: OnDatabase): Executor {
  const graphs = openGraphs(db, {
    statements,
    memory: 2 ** 26,
    onError: (error) => {
      throw error;
    },
    clock: () => day(-10),
  });
  return {
    name: 'memory',
    source: graphs,
    write: async () => undefined,
    readyFor: async ({ names, world }, when) => {
      if ('enforcedOn' in when) return false;
      for (let tries = 0; tries < 1000; tries += 1) {
        const { sql } = graphs.answered;
        for (const id of world.resources.logbook.keys())
          await may(graphs, { person: '', action: 'grant', resource: { type: 'logbook', id }, when });
        for (const person of names.persons) await list(graphs, { person, action: 'grant', type: 'logbook', when });
        if (graphs.answered.sql === sql) return true;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      throw new Error('memory does not answer');
    },
    close: () => graphs.close(),
  };
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
