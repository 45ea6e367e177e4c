// Rows in one hash chain per day: append-only, verified row by row, let go of by whole days.
import { hash as digest } from 'node:crypto';
import type { AnyDb, Statements } from '../storage/statements.ts';
import { type Db, inTransaction, onPostgres } from '../storage/storage.ts';

const DAY_MS = 86_400_000;

/** The own columns of a chain's rows, in the order in which they are hashed; every row also has `day`, `seq`, `hash`. */
export type Columns = Readonly<Record<string, 'text' | 'whole' | 'json'>>;

/** What a row says, by column: what is left out is null. */
export type Content<C extends Columns> = {
  readonly [Name in keyof C]?: { text: string; whole: number; json: object }[C[Name]] | null | undefined;
};

/** A row as it is kept. */
export type Kept<C extends Columns> = {
  readonly [Name in keyof C]: (C[Name] extends 'whole' ? number : string) | null;
} & {
  readonly day: string;
  readonly seq: number;
  readonly hash: string;
};

export interface Verdict {
  /** How many rows were read. */
  readonly rows: number;
  /** How many days were let go of at their term; left out when none was. */
  readonly purged?: number;
  /** The first row that does not follow from the one before it, or is missing. */
  readonly firstBad?: { readonly day: string; readonly seq: number; readonly problem: 'changed' | 'missing' | 'added' };
}

/** Where rows are appended: inside a transaction, which they stand or fall with. */
export interface Place {
  readonly postgres: boolean;
  /** Runs one statement and gives its rows. */
  ask<T>(sql: string, values: readonly (string | number | Buffer)[]): Promise<T[]>;
}

export function placeIn(tx: AnyDb): Place {
  if (typeof tx !== 'function') return placeWith(tx, tx.postgres);
  const postgres = onPostgres(tx);
  return {
    postgres,
    ask: async (sql, values) => {
      const answer = await tx.raw(sql, [...values]);
      return postgres ? answer.rows : answer;
    },
  };
}

export function placeWith(tx: Pick<Statements, 'all'>, postgres: boolean): Place {
  return { postgres, ask: (sql, values) => tx.all(sql, values) };
}

export interface Chain<C extends Columns> {
  /** Appends rows to the last day, which is today's. */
  append(place: Place, rows: readonly Content<C>[]): Promise<void>;
  /**
   * Walks every day from its first row and names the first row that was changed, removed, added or moved.
   * Rows written meanwhile are no fault: each day is read as far as it went at the start.
   */
  verify(db: Db): Promise<Verdict>;
  /** Whether a row still says what was hashed, after the one that comes before it. */
  holds(db: Db, row: Kept<C>): Promise<boolean>;
  /**
   * Lets go of the rows of all days before one, and keeps what the next day follows from. A day that is younger than
   * `leastDays` stays. Stopped halfway, it goes on at the next call. Gives what it let go of, and removed.
   */
  purge(db: Db, purging: Purging): Promise<Gone>;
}

/** How many days were let go of, and how many rows. */
export interface Gone {
  readonly days: number;
  readonly rows: number;
}

export interface Purging {
  /** The first day that is kept, `YYYY-MM-DD`, UTC. */
  readonly before: string;
  /** Writes down what is let go of, in the transaction that does: days, and the rows they hold. Not when there is nothing. */
  readonly said: (tx: Db, gone: Gone) => Promise<void>;
  readonly stop?: AbortSignal | undefined;
}

interface Head {
  day: string;
  rows: number;
  hash: string;
  previous: string;
  /** When the rows were let go of; chains that keep everything have no such column. */
  purged_at?: number | null;
}

/** Where a chain is kept. */
interface Layout {
  readonly table: string;
  readonly heads: string;
  readonly columns: Columns;
  /** The names of the own columns. */
  readonly own: readonly string[];
  readonly insert: Readonly<Record<'sqlite' | 'postgres', string>>;
  readonly leastDays: number;
}

/** A row as it comes from the database, whatever its columns. */
type AnyRow = Kept<Columns>;

/**
 * A chain over two tables: its rows, and a head per day. `leastDays` is how long a day is kept at least: a younger one
 * that says it was let go of has been removed by somebody else.
 */
export function chainOver<C extends Columns>(names: {
  table: string;
  heads: string;
  columns: C;
  leastDays?: number;
}): Chain<C> {
  const { table, columns, leastDays = Number.POSITIVE_INFINITY } = names;
  const layout: Layout = { ...names, own: Object.keys(columns), insert: insertsInto(table, columns), leastDays };
  return {
    append: (place, rows) => append(layout, place, rows),
    verify: (db) => verify(layout, db),
    holds: (db, row) => holds(layout, db, row as AnyRow),
    purge: (db, purging) => purge(layout, db, purging),
  };
}

async function append(layout: Layout, place: Place, rows: readonly Content<Columns>[]): Promise<void> {
  if (rows.length === 0) return;
  const { heads, own, insert } = layout;
  const head = await openDay(layout, place, utcDay(Date.now()));
  let { rows: seq, hash } = head;
  for (let start = 0; start < rows.length; start += PIECE) {
    const written = rows.slice(start, start + PIECE).map((row) => {
      seq += 1;
      const values = own.map((name) => JSON.stringify(plain(row[name]))).join(',');
      hash = link(hash, body(head.day, seq, values));
      return `[${values},"${hash}"]`;
    });
    const text = `[${written.join(',')}]`;
    const before = seq - written.length;
    if (place.postgres) await place.ask(insert.postgres, [head.day, before, text]);
    else await place.ask(insert.sqlite, [head.day, before, Buffer.from(text)]);
  }
  await place.ask(`update ${heads} set rows = ?, hash = ? where day = ?`, [seq, hash, head.day]);
}

/**
 * Locks the head of the last day, and begins today after it when it is past. A day that has a day after it is closed:
 * whoever comes late, by a clock set back or by waiting past midnight, goes on with the last one.
 */
async function openDay({ heads }: Layout, { ask, postgres }: Place, today: string): Promise<Head> {
  for (;;) {
    const [last] = await ask<Head>(
      `update ${heads} set day = day where day = (select max(day) from ${heads}) returning day, rows, hash, previous`,
      [],
    );
    // who waited for the lock of a row may hold a day that is no longer the last; SQLite's is that of all
    const [later] = last && postgres ? await ask(`select day from ${heads} where day > ?`, [last.day]) : [];
    if (later) continue;
    if (last && last.day >= today) return last;
    const previous = last?.hash ?? '';
    await ask(`insert into ${heads} (day, rows, hash, previous) values (?, 0, ?, ?) on conflict (day) do nothing`, [
      today,
      seed(today, previous),
      previous,
    ]);
  }
}

async function verify(layout: Layout, db: Db): Promise<Verdict> {
  const read = { rows: 0, purged: 0 };
  const told = (firstBad?: Verdict['firstBad']): Verdict => ({
    rows: read.rows,
    ...(read.purged > 0 && { purged: read.purged }),
    ...(firstBad && { firstBad }),
  });
  let previous = '';
  for (const head of (await db(layout.heads).orderBy('day')) as Head[]) {
    const { day } = head;
    if (head.previous !== previous) return told({ day, seq: 0, problem: 'changed' });
    const walked = head.purged_at ? undefined : await walk(layout, db, head);
    read.rows += walked?.rows ?? 0;
    // what is missing may have been let go of while it was read
    const gone = !walked || (walked.firstBad?.problem === 'missing' && (await wasPurged(layout, db, day)));
    if (gone) {
      // days go from the first on, and none before its time
      if (read.rows > (walked?.rows ?? 0) || !mayBeGone(layout, day)) return told({ day, seq: 1, problem: 'missing' });
      read.rows = 0;
      read.purged += 1;
    } else if (walked.firstBad) return told(walked.firstBad);
    const added = await firstBeyond(layout, db, day);
    if (added) return told({ day, seq: added.seq, problem: 'added' });
    previous = head.hash;
  }
  const stray = await firstStray(layout, db);
  return told(stray && { ...stray, problem: 'added' });
}

/** Walks the rows of a day; gives how many it read, and the first that is bad. */
async function walk(layout: Layout, db: Db, head: Head): Promise<Verdict> {
  const { day } = head;
  let hash = seed(day, head.previous);
  let read = 0;
  const bad = (seq: number, problem: 'changed' | 'missing'): Verdict => ({
    rows: read,
    firstBad: { day, seq, problem },
  });
  for (let from = 0; from < head.rows; from += 1000) {
    const until = Math.min(from + 1000, head.rows);
    const page = (await db(layout.table)
      .where({ day })
      .whereBetween('seq', [from + 1, until])
      .orderBy('seq')) as AnyRow[];
    for (const row of page) {
      if (row.seq !== read + 1) return bad(read + 1, 'missing');
      read += 1;
      hash = link(hash, bodyOf(layout, row));
      if (hash !== row.hash) return bad(row.seq, 'changed');
    }
    if (read < until) return bad(read + 1, 'missing');
  }
  return hash === head.hash ? { rows: read } : bad(head.rows, 'changed');
}

/** The first row of a day that its head does not know of: rows and head are read at one instant. */
async function firstBeyond({ table, heads }: Layout, db: Db, day: string): Promise<{ seq: number } | undefined> {
  return db(table)
    .join(heads, `${heads}.day`, `${table}.day`)
    .where(`${table}.day`, day)
    .where((row) => row.where(`${table}.seq`, '>', db.ref(`${heads}.rows`)).orWhere(`${table}.seq`, '<', 1))
    .orderBy(`${table}.seq`)
    .first(`${table}.seq`);
}

/** The first row of a day that has no head. */
async function firstStray({ table, heads }: Layout, db: Db): Promise<{ day: string; seq: number } | undefined> {
  return db(table).whereNotIn('day', db(heads).select('day')).orderBy(['day', 'seq']).first('day', 'seq');
}

async function holds(layout: Layout, db: Db, row: AnyRow): Promise<boolean> {
  const { table, heads } = layout;
  const { day, seq } = row;
  const head = await db(heads).where({ day }).first('previous');
  const before = await db(table)
    .where({ day, seq: seq - 1 })
    .first('hash');
  if (!head || (seq > 1 && !before)) return false;
  return link(seq > 1 ? before.hash : seed(day, head.previous), bodyOf(layout, row)) === row.hash;
}

async function purge(layout: Layout, db: Db, { before, said, stop }: Purging): Promise<Gone> {
  const { table, heads } = layout;
  // said first: a purge that stops halfway leaves days that are let go of, not some that were tampered with
  const { days } = await inTransaction(db, async (tx) => {
    const gone = await letGo(layout, tx, before);
    if (gone.days > 0) await said(tx, gone);
    return gone;
  });
  const released = db(heads).whereNotNull('purged_at').select('day');
  let rows = 0;
  while (!stop?.aborted) {
    const next = await db(table).whereIn('day', released.clone()).orderBy(['day', 'seq']).first('day', 'seq');
    if (!next) break;
    const end = Number(next.seq) + PURGED_AT_ONCE;
    rows += await db(table).where({ day: next.day }).where('seq', '<', end).del();
  }
  return { days, rows };
}

/** Says of the days before one that they are let go of. */
async function letGo(layout: Layout, tx: Db, before: string): Promise<Gone> {
  const gone = { days: 0, rows: 0 };
  const heads = tx(layout.heads).whereNull('purged_at');
  for (const { day, rows } of (await heads.clone().where('day', '<', before).orderBy('day')) as Head[]) {
    if (!mayBeGone(layout, day)) break;
    if ((await heads.clone().where({ day }).update({ purged_at: Date.now() })) === 0) continue; // another node did
    gone.days += 1;
    gone.rows += rows;
  }
  return gone;
}

async function wasPurged(layout: Layout, db: Db, day: string): Promise<boolean> {
  if (!mayBeGone(layout, day)) return false;
  return Boolean(await db(layout.heads).where({ day }).whereNotNull('purged_at').first('day'));
}

function mayBeGone({ leastDays }: Layout, day: string): boolean {
  return Date.parse(`${day}T00:00:00Z`) + leastDays * DAY_MS <= Date.now();
}

/** What is hashed of a row, but for the row before it. */
function body(day: string, seq: number, values: string): string {
  return `["${day}",${seq},${values}]`;
}

function bodyOf({ own, columns }: Layout, row: AnyRow): string {
  const values = own.map((name) => (columns[name] === 'json' ? row[name] : JSON.stringify(row[name])));
  return body(row.day, row.seq, values.join(','));
}

/** How many rows one statement writes, which is how long a batch holds the process at a time. */
const PIECE = 256;

/** How many rows one statement removes: others write in between. */
const PURGED_AT_ONCE = 5_000;

/**
 * The rows travel as one value, which the database takes apart: one statement, whatever their number. They are bytes to
 * SQLite, whose driver is slow with long texts.
 */
function insertsInto(table: string, columns: Columns): { sqlite: string; postgres: string } {
  const own = Object.entries({ ...columns, hash: 'text' });
  const into = `insert into ${table} (day, seq, ${own.map(([name]) => name).join(', ')})`;
  const sqlite = own.map(([, type], place) => `value${type === 'json' ? '->' : '->>'}${place}`);
  const postgres = own.map(
    ([, type], place) => ({ text: `e->>${place}`, whole: `(e->>${place})::bigint`, json: `(e->${place})::text` })[type],
  );
  return {
    sqlite: `${into} select ?, ? + 1 + key, ${sqlite.join(', ')} from json_each(cast(? as text))`,
    postgres: `${into} select ?, ?::bigint + at, ${postgres.join(', ')}
  from json_array_elements(?::json) with ordinality as given(e, at)`,
  };
}

/** A value as both databases give it back: what no text of theirs can hold is replaced, since it would stop the chain. */
export function plain<T extends string | number | object | null | undefined>(value: T) {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return Math.round(value);
  if (typeof value === 'object') return value;
  return UNUSUAL.test(value) ? Buffer.from(value).toString().replaceAll('\0', '\ufffd') : value;
}

const UNUSUAL = /[\0\ud800-\udfff]/;

function seed(day: string, previous: string): string {
  return sha256(JSON.stringify([day, previous]));
}

/** The hash of a row: of the one before it, then of what it says. */
function link(previous: string, body: string): string {
  return sha256(`["${previous}",${body.slice(1)}`);
}

/** The first day, UTC, of what is not past its time yet: kept for some months, by whole days. */
export function firstDayKept(at: number, months: number): string {
  const now = new Date(at);
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + 1, 0)); // where there is no such day
  return utcDay(last.setUTCDate(Math.min(now.getUTCDate(), last.getUTCDate())) + DAY_MS);
}

/** The day of an instant, UTC, `YYYY-MM-DD`. */
export function utcDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function sha256(text: string): string {
  return digest('sha256', text, 'base64url');
}
