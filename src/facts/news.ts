// News of changes: who keeps facts in memory hears of a school's change before it is committed, and once it is settled.
import type { Knex } from 'knex';
import { type Db, inPieces, onPostgres } from '../storage/storage.ts';

/** The channel on which PostgreSQL tells the other nodes; what it carries is the key of a school. */
export const CHANNEL = 'preau_facts';

/** A school whose facts are being changed by this process; settled once the change is committed or given up. */
export interface News {
  readonly school: string;
  readonly settled: Promise<void>;
}

type Listener = (news: News) => void;

const listeners = new WeakMap<object, Set<Listener>>();
const told = new WeakMap<object, Set<string>>();

/** Hears of every change that this process makes to a database; returns how to stop. */
export function onChange(db: Db, listener: Listener): () => void {
  const before = listeners.get(databaseOf(db)) ?? new Set();
  listeners.set(databaseOf(db), before.add(listener));
  return () => before.delete(listener);
}

/** Says that a transaction changes a school: once per school and transaction, to this process and to the other nodes. */
export async function announce(tx: Db, school: string): Promise<void> {
  await announceAll(tx, [school]);
}

/** The same of several schools. */
export async function announceAll(tx: Db, schools: readonly string[]): Promise<void> {
  const before = told.get(tx) ?? new Set();
  const fresh = schools.filter((school) => !before.has(school));
  if (fresh.length === 0) return;
  told.set(tx, before);
  const settled = settling(tx);
  for (const school of fresh) {
    before.add(school);
    for (const listener of listeners.get(databaseOf(tx)) ?? []) listener({ school, settled });
  }
  // delivered when the transaction is committed, and not at all when it is not
  if (onPostgres(tx))
    for (const piece of inPieces(fresh))
      await tx.raw(
        `select pg_notify(?, s.school) from (values ${piece.map(() => '(cast(? as text))').join(', ')}) as s(school)`,
        [CHANNEL, ...piece],
      );
}

/** The end of the outermost transaction, whatever it is. */
function settling(tx: Db): Promise<void> {
  let outermost = tx as Knex.Transaction;
  while (outermost.parentTransaction) outermost = outermost.parentTransaction;
  return outermost.executionPromise.then(
    () => undefined,
    () => undefined,
  );
}

/** What a database and its transactions share. */
function databaseOf(db: Db): object {
  return db.client.config;
}
