// The trail: append-only, one hash chain per day. Who did what; never a name, a password, a token or a code.
import { type AnyDb, inOneTransaction, openStatements, type Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { type Content, chainOver, firstDayKept, type Gone, placeIn, type Verdict } from './chain.ts';
import { openGathering } from './gathering.ts';

export type { Verdict } from './chain.ts';

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

const TABLE = 'audit';
const HEADS_TABLE = 'audit_day';

const columns = {
  at: 'whole',
  event: 'text',
  actor: 'text',
  subject: 'text',
  school: 'text',
  client: 'text',
  details: 'text',
} as const;

const chain = chainOver({ table: TABLE, heads: HEADS_TABLE, columns, leastDays: 180 });

/** Appends events to the chain. Inside a transaction they stand or fall with it. */
export async function audit(db: AnyDb, ...events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  await inOneTransaction(db, (tx) => chain.append(placeIn(tx), events.map(toRow)));
}

/** Walks every chain from its first row and names the first row that was changed, removed, added or moved. */
export function verifyAudit(db: Db): Promise<Verdict> {
  return chain.verify(db);
}

/** An event as it is kept. */
export interface TracedEvent {
  readonly at: number;
  readonly event: string;
  readonly actor: string | null;
  readonly subject: string | null;
  readonly school: string | null;
  readonly client: string | null;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** Whose events: what a person did (`actor`), or what was done to them (`subject`), in `[from, to)`. */
export interface TracedOf {
  readonly end: 'actor' | 'subject';
  readonly person: string;
  readonly from: number;
  readonly to: number;
  /** Of these kinds only. */
  readonly events?: readonly string[];
  readonly most: number;
}

/** The events of a person, the newest first. For their own page, or for an incident file: never for a list of persons. */
export async function tracedOf(db: Db, { end, person, from, to, events, most }: TracedOf): Promise<TracedEvent[]> {
  const query = db(TABLE)
    .where(end, person)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'day', order: 'desc' },
      { column: 'seq', order: 'desc' },
    ])
    .limit(most)
    .select('at', 'event', 'actor', 'subject', 'school', 'client', 'details');
  if (events) query.whereIn('event', [...events]);
  const rows = (await query) as (Omit<TracedEvent, 'details'> & { details: string })[];
  return rows.map((row) => ({ ...row, details: JSON.parse(row.details) }));
}

/** What is past its time, and who lets go of it: the signal stops it between two pieces. */
export interface Term {
  readonly months: number;
  readonly at: number;
  readonly actor: string;
  readonly stop?: AbortSignal | undefined;
}

/** Lets go of the days that are past their time, by whole days; the trail itself says so. Gives how much was removed. */
export async function purgeTrail(db: Db, { months, at, actor, stop }: Term): Promise<Gone> {
  const before = firstDayKept(at, months);
  return chain.purge(db, {
    before,
    said: (tx, gone) => audit(tx, { at, event: 'trail.purged', actor, details: { ...gone, before } }),
    stop,
  });
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

/**
 * Opens a batched trail on a database. What cannot be written stays in line and is tried again. `statements`, on the same
 * database, stay the caller's; it opens its own when none are given.
 */
export function openTrail(
  db: Db,
  options: { everyMs?: number; onError?: (error: unknown) => void; statements?: Statements } = {},
): Trail {
  let own: Statements | undefined;
  const gathering = openGathering<AuditEvent>(
    async (batch) => {
      const statements = options.statements ?? own ?? (await openStatements(db));
      if (!options.statements) own = statements;
      await statements.transaction((tx) => chain.append(placeIn(tx), batch.map(toRow)));
    },
    { everyMs: options.everyMs ?? 100, onError: options.onError },
  );
  return {
    record: (event) => {
      gathering.add(event);
    },
    flush: gathering.flush,
    close: async () => {
      await gathering.close();
      await own?.close();
    },
    get waiting() {
      return gathering.waiting;
    },
  };
}

function toRow({ details = {}, ...event }: AuditEvent): Content<typeof columns> {
  return { ...event, details: JSON.stringify(details) };
}
