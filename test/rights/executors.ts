// Where the same questions are asked of the same worlds. To add one, add a line.
import type { Source } from '../../src/rights/rights.ts';
import { openStatements, type Statements, type Value } from '../../src/storage/statements.ts';
import { onPostgres } from '../../src/storage/storage.ts';
import { type Engine, engines } from '../databases.ts';
import { writeWorlds } from './worlds.ts';

export interface Executor {
  readonly name: string;
  readonly source: Source;
  readonly write: (worlds: readonly WrittenWorld[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

type WrittenWorld = Parameters<typeof writeWorlds>[1][number];

export async function openExecutors(): Promise<Executor[]> {
  return Promise.all(engines.map(openExecutor));
}

/** Prepared statements on a database of their own. */
export async function openExecutor({ name, open }: Engine): Promise<Executor> {
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
    source: fewAtOnce(statements),
    write: async (worlds) => {
      await writeWorlds(base.db, worlds);
      // plans are made with the first worlds there, and kept
      if (!measured) await base.db.raw('analyze');
      measured = true;
    },
    close: async () => {
      await statements.close();
      await base.close();
    },
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
