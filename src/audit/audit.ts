// The trace: append-only, one hash chain per day. Who did what; never a name, a password, a token or a code.
import { createHash } from 'node:crypto';
import { openStatements, type Statements, type Value } from '../storage/statements.ts';
import { type Db, inTransaction, onPostgres } from '../storage/storage.ts';

export interface AuditEvent {
  /** When, UTC milliseconds. */
  readonly at: number;
  /** What happened, dotted: `account.activated`, `feed.applied`, `client.added`. */
  readonly event: string;
  /** The key of who did it: a person, a module, or `system`. */
  readonly actor?: string | undefined;
  /** The key of what it was done to. */
  readonly subject?: string | undefined;
  readonly school?: string | undefined;
  readonly client?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined;
}

interface Entry {
  day: string;
  seq: number;
  at: number;
  event: string;
  actor: string | null;
  subject: string | null;
  school: string | null;
  client: string | null;
  details: string;
  hash: string;
}

/** Appends events to the chain of the last day, which is today's. Inside a transaction they stand or fall with it. */
export async function audit(db: Db, ...events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  await inTransaction(db, (tx) => append(askOf(tx), events));
}

/** Runs one statement in the transaction at hand and gives its rows. */
type Ask = <T>(sql: string, values: readonly Value[]) => Promise<T[]>;

function askOf(tx: Db): Ask {
  return async (sql, values) => {
    const answer = await tx.raw(sql, [...values]);
    return onPostgres(tx) ? answer.rows : answer;
  };
}

async function append(ask: Ask, events: readonly AuditEvent[]): Promise<void> {
  const head = await openDay(ask, utcDay(Date.now()));
  const { day } = head;
  let { rows, hash } = head;
  const entries = events.map((event): Entry => {
    rows += 1;
    const entry = toEntry(day, rows, event);
    hash = link(hash, entry);
    return { ...entry, hash };
  });
  for (let start = 0; start < entries.length; ) {
    const size = SIZES.find((one) => one <= entries.length - start) ?? 1;
    const piece = entries.slice(start, start + size);
    await ask(
      insertOf(size),
      piece.flatMap((entry) => COLUMNS.map((column) => entry[column])),
    );
    start += size;
  }
  await ask('update audit_day set rows = ?, hash = ? where day = ?', [rows, hash, day]);
}

const COLUMNS = ['day', 'seq', 'at', 'event', 'actor', 'subject', 'school', 'client', 'details', 'hash'] as const;

/** How many rows one statement writes: few sizes, so that each is prepared once and used again. */
const SIZES = [128, 32, 8, 2, 1] as const;

function insertOf(size: number): string {
  const row = `(${COLUMNS.map(() => '?').join(', ')})`;
  return `insert into audit (${COLUMNS.join(', ')}) values ${Array(size).fill(row).join(', ')}`;
}

export interface Verdict {
  /** How many rows were read. */
  readonly rows: number;
  /** The first row that does not follow from the one before it, or is missing. */
  readonly firstBad?: { readonly day: string; readonly seq: number; readonly problem: 'changed' | 'missing' | 'added' };
}

/**
 * Walks every chain from its first row and names the first row that was changed, removed, added or moved.
 * Rows written meanwhile are no fault: each day is read as far as it went at the start.
 */
export async function verifyAudit(db: Db): Promise<Verdict> {
  let read = 0;
  let previous = '';
  for (const head of (await db('audit_day').orderBy('day')) as Head[]) {
    const { day } = head;
    if (head.previous !== previous) return { rows: read, firstBad: { day, seq: 0, problem: 'changed' } };
    let hash = seed(day, previous);
    let expected = 1;
    for (let from = 0; from < head.rows; from += 1000) {
      const until = Math.min(from + 1000, head.rows);
      const page = await db<Entry>('audit')
        .where({ day })
        .whereBetween('seq', [from + 1, until])
        .orderBy('seq');
      for (const entry of page as Entry[]) {
        read += 1;
        if (entry.seq !== expected) return { rows: read, firstBad: { day, seq: expected, problem: 'missing' } };
        hash = link(hash, entry);
        if (hash !== entry.hash) return { rows: read, firstBad: { day, seq: entry.seq, problem: 'changed' } };
        expected += 1;
      }
    }
    if (expected <= head.rows) return { rows: read, firstBad: { day, seq: expected, problem: 'missing' } };
    if (hash !== head.hash) return { rows: read, firstBad: { day, seq: head.rows, problem: 'changed' } };
    const added = await firstBeyond(db, day);
    if (added) return { rows: read, firstBad: { day, seq: added.seq, problem: 'added' } };
    previous = hash;
  }
  const stray = (await db('audit').whereNotIn('day', db('audit_day').select('day')).orderBy(['day', 'seq']).first()) as
    | Entry
    | undefined;
  return stray ? { rows: read, firstBad: { day: stray.day, seq: stray.seq, problem: 'added' } } : { rows: read };
}

/** The first row of a day that its head does not know of: rows and head are read at one instant. */
async function firstBeyond(db: Db, day: string): Promise<{ seq: number } | undefined> {
  return db('audit')
    .join('audit_day', 'audit_day.day', 'audit.day')
    .where('audit.day', day)
    .where((row) => row.where('audit.seq', '>', db.ref('audit_day.rows')).orWhere('audit.seq', '<', 1))
    .orderBy('audit.seq')
    .first('audit.seq');
}

/** A trail that gathers events and writes them in batches, outside the request that caused them. */
export interface Trail {
  record(event: AuditEvent): void;
  /** Writes what waits; resolves once it is in the database. */
  flush(): Promise<void>;
  /** Writes what waits and stops. */
  close(): Promise<void>;
  /** Events gathered and not yet written. */
  readonly waiting: number;
}

/** Opens a batched trail on a database. What cannot be written stays in line and is tried again. */
export function openTrail(db: Db, options: { everyMs?: number; onError?: (error: unknown) => void } = {}): Trail {
  let statements: Statements | undefined;
  let waiting: AuditEvent[] = [];
  let writing: Promise<void> = Promise.resolve();
  let writingCount = 0;
  const write = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    writingCount = batch.length;
    try {
      statements ??= await openStatements(db);
      await statements.transaction((tx) => append((sql, values) => tx.all(sql, values), batch));
    } catch (error) {
      waiting = [...batch, ...waiting];
      options.onError?.(error);
    } finally {
      writingCount = 0;
    }
  };
  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(flush, options.everyMs ?? 100);
  timer.unref();
  return {
    record: (event) => {
      waiting.push(event);
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
      await statements?.close();
    },
    get waiting() {
      return waiting.length + writingCount;
    },
  };
}

interface Head {
  day: string;
  rows: number;
  hash: string;
  previous: string;
}

/**
 * Locks the head of the last day, and begins today after it when it is past. A day that has a day after it is closed:
 * whoever comes late, by a clock set back or by waiting past midnight, goes on with the last one.
 */
async function openDay(ask: Ask, today: string): Promise<Head> {
  for (;;) {
    const [last] = await ask<Head>(LOCK_LAST, []);
    // who waited for the lock may hold a day that is no longer the last
    const [later] = last ? await ask('select day from audit_day where day > ?', [last.day]) : [];
    if (later) continue;
    if (last && last.day >= today) return last;
    const previous = last?.hash ?? '';
    await ask('insert into audit_day (day, rows, hash, previous) values (?, 0, ?, ?) on conflict (day) do nothing', [
      today,
      seed(today, previous),
      previous,
    ]);
  }
}

const LOCK_LAST = `update audit_day set day = day where day = (select max(day) from audit_day)
  returning day, rows, hash, previous`;

function seed(day: string, previous: string): string {
  return sha256(JSON.stringify([day, previous]));
}

function link(
  previous: string,
  { day, seq, at, event, actor, subject, school, client, details }: Omit<Entry, 'hash'>,
): string {
  return sha256(JSON.stringify([previous, day, seq, at, event, actor, subject, school, client, details]));
}

function toEntry(day: string, seq: number, event: AuditEvent): Omit<Entry, 'hash'> {
  return {
    day,
    seq,
    at: event.at,
    event: event.event,
    actor: event.actor ?? null,
    subject: event.subject ?? null,
    school: event.school ?? null,
    client: event.client ?? null,
    details: JSON.stringify(event.details ?? {}),
  };
}

function utcDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
