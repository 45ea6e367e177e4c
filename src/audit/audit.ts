// The trace: append-only, one hash chain per day. Who did what; never a name, a password, a token or a code.
import { createHash } from 'node:crypto';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';

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

/** Appends events to the chain of the day they are written in. Inside a transaction they stand or fall with it. */
export async function audit(db: Db, ...events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  await inTransaction(db, async (tx) => {
    const day = utcDay(Date.now());
    const head = await openDay(tx, day);
    let { rows, hash } = head;
    const entries = events.map((event): Entry => {
      rows += 1;
      const entry = toEntry(day, rows, event);
      hash = link(hash, entry);
      return { ...entry, hash };
    });
    for (const piece of inPieces(entries)) await tx('audit').insert(piece);
    await tx('audit_day').where({ day }).update({ rows, hash });
  });
}

export interface Verdict {
  /** How many rows were read. */
  readonly rows: number;
  /** The first row that does not follow from the one before it, or is missing. */
  readonly firstBad?: { readonly day: string; readonly seq: number; readonly problem: 'changed' | 'missing' | 'added' };
}

/** Walks every chain from its first row and names the first row that was changed, removed, added or moved. */
export async function verifyAudit(db: Db): Promise<Verdict> {
  let read = 0;
  let previous = '';
  for (const head of (await db('audit_day').orderBy('day')) as (Head & { day: string })[]) {
    const { day } = head;
    if (head.previous !== previous) return { rows: read, firstBad: { day, seq: 0, problem: 'changed' } };
    let hash = seed(day, previous);
    let expected = 1;
    for (let from = 0; ; from += 1000) {
      const page = (await db('audit')
        .where({ day })
        .where('seq', '>', from)
        .where('seq', '<=', from + 1000)
        .orderBy('seq')) as Entry[];
      for (const entry of page) {
        read += 1;
        if (entry.seq !== expected) return { rows: read, firstBad: { day, seq: expected, problem: 'missing' } };
        if (entry.seq > head.rows) return { rows: read, firstBad: { day, seq: entry.seq, problem: 'added' } };
        hash = link(hash, entry);
        if (hash !== entry.hash) return { rows: read, firstBad: { day, seq: entry.seq, problem: 'changed' } };
        expected += 1;
      }
      if (page.length === 0 && from + 1000 >= head.rows) break;
    }
    if (expected <= head.rows) return { rows: read, firstBad: { day, seq: expected, problem: 'missing' } };
    if (hash !== head.hash) return { rows: read, firstBad: { day, seq: head.rows, problem: 'changed' } };
    previous = hash;
  }
  const stray = (await db('audit').whereNotIn('day', db('audit_day').select('day')).orderBy(['day', 'seq']).first()) as
    | Entry
    | undefined;
  return stray ? { rows: read, firstBad: { day: stray.day, seq: stray.seq, problem: 'added' } } : { rows: read };
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
  let waiting: AuditEvent[] = [];
  let writing: Promise<void> = Promise.resolve();
  let writingCount = 0;
  const write = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    writingCount = batch.length;
    try {
      await audit(db, ...batch);
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
    },
    get waiting() {
      return waiting.length + writingCount;
    },
  };
}

interface Head {
  rows: number;
  hash: string;
  previous: string;
}

/** Locks the day's head, beginning the day from the end of the last one when it is new. */
async function openDay(tx: Db, day: string): Promise<Head> {
  const lock = () => tx('audit_day').where({ day }).update({ day });
  if ((await lock()) === 0) {
    const last = (await tx('audit_day').orderBy('day', 'desc').first()) as Head | undefined;
    const previous = last?.hash ?? '';
    await tx('audit_day')
      .insert({ day, rows: 0, hash: seed(day, previous), previous })
      .onConflict('day')
      .ignore();
    await lock();
  }
  return (await tx('audit_day').where({ day }).first()) as Head;
}

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
