// The log of decisions: who was told yes or no, by which rule, on what was known. Kept for months, then let go of.
import { randomBytes } from 'node:crypto';
import { Refusal } from '../errors.ts';
import { openStatements, type Statements } from '../storage/statements.ts';
import { type Db, onPostgres } from '../storage/storage.ts';
import { audit, type Term } from './audit.ts';
import {
  type Content,
  chainOver,
  firstDayKept,
  type Gone,
  type Kept,
  placeWith,
  plain,
  utcDay,
  type Verdict,
} from './chain.ts';
import { openGathering } from './gathering.ts';

/** What was asked: one decision, or a search for subjects, resources or actions. */
export type DecisionKind = 'evaluation' | 'subjects' | 'resources' | 'actions';

/**
 * Why a question came to a no before the rules, or whatever they said: something in it is unknown here, the person's
 * account is suspended or closed (or, where one is due, there is none), the module does not serve the school, its token speaks for another person, it named no motive where one is due, or it knows of a
 * change that was not known here.
 */
export type Gate = 'unknown' | 'withdrawn' | 'not_served' | 'not_its_person' | 'motive_missing' | 'revision_unknown';

export interface DecisionEntry {
  readonly kind: DecisionKind;
  /** The instant that was decided on, UTC milliseconds: a replay asks about the same. */
  readonly at: number;
  readonly request?: string | undefined;
  /** The key of the module that asked. */
  readonly client?: string | undefined;
  /** The key of the person asked about; none when no person is known by what was sent. */
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
  readonly type?: string | undefined;
  /** The key of the resource. */
  readonly resource?: string | undefined;
  /** What a publisher asked, where the rules were asked about offers of it: its own ARK, and the school if it named one. */
  readonly asked?: { readonly resource: string; readonly school?: string } | undefined;
  /** The answer to an evaluation. */
  readonly allowed?: boolean | undefined;
  /** How many a search has found. */
  readonly results?: number | undefined;
  /** The rule that allowed, even where a gate made it a no. */
  readonly rule?: string | undefined;
  readonly gate?: Gate | undefined;
  /** `school:revision`, what was known to decide. */
  readonly revision?: string | undefined;
  readonly latencyUs?: number | undefined;
  /** What the person said it was for. */
  readonly motive?: string | undefined;
  /** Whether what allows was given for a time only: it is then always logged. */
  readonly limited?: boolean | undefined;
  /** Whether its key is told: it is then always logged, so that whoever was told finds it. */
  readonly told?: boolean | undefined;
}

export interface DecisionLog {
  /** Logs a decision and gives its key; nothing of an ordinary yes outside the sample that nobody is told the key of. */
  record(entry: DecisionEntry): string | undefined;
  /** The same for what must be in the log before the answer leaves: rejects when it cannot be written. */
  write(entry: DecisionEntry): Promise<string>;
  /** Writes what waits; what cannot be written stays in line. */
  flush(): Promise<void>;
  /** Writes what waits and stops. */
  close(): Promise<void>;
  /** Decisions to be written. */
  readonly waiting: number;
  /** Decisions that found no room since the log was opened. */
  readonly dropped: number;
}

export interface DecisionLogOptions {
  /** The version of the rules that decide, in this process. */
  readonly policy: string;
  /** The share of ordinary yeses that is logged, 0 to 1. */
  readonly sample: number;
  readonly everyMs?: number | undefined;
  /** How many decisions may wait; those that come then are dropped, counted, and told in a row of their own. */
  readonly capacity?: number | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Told how many were dropped, once the row that says so is written, or when the log closes without it. */
  readonly onDropped?: ((count: number) => void) | undefined;
}

const TABLE = 'decision';
const HEADS_TABLE = 'decision_day';

const columns = { id: 'text', entry: 'json' } as const;

type Row = Content<typeof columns>;

const chain = chainOver({ table: TABLE, heads: HEADS_TABLE, columns, leastDays: 180 });

const MOTIVE_LENGTH = 1_000;
const ID_WIDTH = 9;

/** How much later than it was made a decision may be written. */
const LATE_MS = 3_600_000;

/** How many decisions one row holds. */
const MOST_TOGETHER = 100;

/** Opens the log. Recording is a push: hashing and writing are done in batches, outside the request. */
export function openDecisionLog(db: Db, options: DecisionLogOptions): DecisionLog {
  const { policy, sample, onError, onDropped } = options;
  const postgres = onPostgres(db);
  const prefix = randomBytes(9).toString('hex');
  let count = 0;
  let statements: Statements | undefined;
  let dropped = 0;
  const untold = { count: 0, since: 0 };

  const gathering = openGathering<Waiting>(
    async (batch) => {
      const lost = { ...untold };
      const rows = byRequest(batch).map((group) => toRow(group, policy));
      if (lost.count > 0) rows.push(droppedRow(nextId(), lost, policy));
      statements ??= await openStatements(db);
      await statements.transaction((tx) => chain.append(placeWith(tx, postgres), rows));
      if (lost.count === 0) return;
      untold.count -= lost.count;
      untold.since = Date.now();
      onDropped?.(lost.count);
    },
    { everyMs: options.everyMs ?? 200, capacity: options.capacity ?? 50_000, onError },
  );
  const nextId = (): string => {
    count += 1;
    return `${prefix}.${count.toString(36).padStart(ID_WIDTH, '0')}`; // in the order of the text
  };
  const drop = (how: number): void => {
    if (untold.count === 0) untold.since = Date.now();
    dropped += how;
    untold.count += how;
  };
  const add = (entry: DecisionEntry, id: string): boolean => {
    const added = gathering.add({ id, entry });
    if (!added) drop(1);
    return added;
  };
  return {
    record: (entry) => {
      if (!isWorthARow(entry) && Math.random() >= sample) return undefined;
      const id = nextId();
      add(entry, id);
      return id;
    },
    write: async (entry) => {
      const id = nextId();
      if (!add(entry, id)) throw new Error('the log of decisions has no room left');
      await gathering.settle();
      return id;
    },
    flush: gathering.flush,
    close: async () => {
      await gathering.close();
      if (gathering.waiting > 0) drop(gathering.waiting);
      if (untold.count > 0) onDropped?.(untold.count);
      await statements?.close();
    },
    get waiting() {
      return gathering.waiting;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** Everything but an ordinary yes of which no more is said. */
function isWorthARow({ kind, allowed, limited, told, motive }: DecisionEntry): boolean {
  return kind !== 'evaluation' || !allowed || limited === true || told === true || motive !== undefined;
}

/** What a row says: the decisions of one request that were logged together. The key of the first is the row's. */
interface Entry extends Pick<DecisionEntry, 'request' | 'client'> {
  /** The version of the rules that decided. */
  readonly policy: string;
  readonly decisions: Together;
}

/**
 * Decisions side by side: of each member the value of all of them, or one for each. Most of what the decisions of a
 * request say, they say alike. Keys are without the part that those of a log begin with.
 */
type Together = { readonly [Member in keyof One]?: One[Member] | readonly (One[Member] | null)[] };

interface One extends Omit<DecisionEntry, 'kind' | 'limited' | 'told' | 'request' | 'client'> {
  /** The key of the evaluation. */
  readonly id: string;
  /** `dropped`: counts, in `results`, the decisions that found no room from `at` on. */
  readonly kind: DecisionKind | 'dropped';
}

/** A decision that was logged. */
export interface LoggedDecision extends One, Omit<Entry, 'decisions'> {
  /** The day of the chain and the place in it, as the verifier names a row. */
  readonly day: string;
  readonly seq: number;
  /** Whether the row says what was written. */
  readonly intact: boolean;
}

/** The decision of an evaluation, if it was logged; `trail_broken` when the row that would hold it is not as it was written. */
export async function findDecision(db: Db, id: string): Promise<LoggedDecision | undefined> {
  const row = (await db(TABLE).where('id', '<=', id).orderBy('id', 'desc').first()) as Kept<typeof columns> | undefined;
  if (!row?.id?.startsWith(beginningOf(id))) return undefined;
  const { day, seq } = row;
  const intact = await chain.holds(db, row);
  const entry = JSON.parse(row.entry ?? '{}') as Partial<Entry>;
  const one = apart(row.id, entry.decisions).find((decision) => decision.id === id);
  if (!one && !intact) throw new Refusal('trail_broken', `row ${seq} of ${day} is not as it was written`, { day, seq });
  const { request, client, policy = '' } = entry;
  return one && { ...(request && { request }), ...(client && { client }), policy, ...one, day, seq, intact };
}

/**
 * What was decided about one person between two instants, the oldest first, at most `most`: for an incident file, and
 * for nothing else. The log is read whole for those days: it has no index by person, so that nobody can look for one.
 */
export async function decisionsAbout(
  db: Db,
  { person, from, to, most }: { person: string; from: number; to: number; most: number },
): Promise<readonly (One & { readonly client?: string | undefined })[]> {
  if (!KEY.test(person)) return [];
  const found: (One & { readonly client?: string | undefined })[] = [];
  let after: { readonly day: string; readonly seq: number } = { day: '', seq: 0 };
  for (;;) {
    // a row may name the person otherwise, or be of another hour: only what is found counts
    const rows = (await db(TABLE)
      .whereBetween('day', [utcDay(from), utcDay(to + LATE_MS)])
      .whereRaw('(day, seq) > (?, ?)', [after.day, after.seq])
      .where('entry', 'like', `%"${person}"%`)
      .orderBy(['day', 'seq'])
      .limit(most)) as Kept<typeof columns>[];
    for (const { id, entry } of rows) {
      const { client, decisions } = JSON.parse(entry ?? '{}') as Partial<Entry>;
      const all = apart(id ?? '', decisions).map((one) => ({ ...one, client }));
      found.push(...all.filter(({ subject, at }) => subject === person && from <= at && at < to));
    }
    const last = rows.at(-1);
    if (!last || rows.length < most || found.length >= most) return found.slice(0, most);
    after = last;
  }
}

/** Walks the log from its first row that is kept, and names the first bad one. */
export function verifyDecisions(db: Db): Promise<Verdict> {
  return chain.verify(db);
}

/** Lets go of the days that are past their time, by whole days; the trail says so. Gives how much was removed. */
export async function purgeDecisions(db: Db, { months, at, actor, stop }: Term): Promise<Gone> {
  const before = firstDayKept(at, months);
  return chain.purge(db, {
    before,
    said: (tx, gone) => audit(tx, { at, event: 'decisions.purged', actor, details: { ...gone, before } }),
    stop,
  });
}

interface Waiting {
  readonly id: string;
  readonly entry: DecisionEntry;
}

/** What follows each other and is of one request stands in one row: hashing and writing rows is most of what a batch costs. */
function byRequest(batch: readonly Waiting[]): Waiting[][] {
  const groups: Waiting[][] = [];
  for (const waiting of batch) {
    const last = groups.at(-1);
    const before = last?.[0]?.entry;
    const { request, client, kind } = waiting.entry;
    const joins =
      request !== undefined && before?.request === request && before.client === client && before.kind === kind;
    if (last && joins && last.length < MOST_TOGETHER) last.push(waiting);
    else groups.push([waiting]);
  }
  return groups;
}

function toRow(group: readonly Waiting[], policy: string): Row {
  const [{ id, entry }] = group as readonly [Waiting];
  const said: Entry = { request: entry.request, client: entry.client, policy, decisions: together(group.map(toOne)) };
  return { id, entry: said };
}

function together(decisions: readonly One[]): Together {
  const columns: Record<string, unknown> = {};
  const [first] = decisions as readonly [One];
  for (const member of members) {
    const value = first[member];
    if (decisions.every((one) => one[member] === value)) columns[member] = value;
    else columns[member] = decisions.map((one) => one[member] ?? null);
  }
  columns.id = decisions.map(({ id }) => id.slice(beginningOf(id).length));
  return columns;
}

/** The decisions of the row of a key, each by itself again. */
function apart(row: string, decisions: Together | undefined): One[] {
  const { id: ids, ...columns } = decisions ?? {};
  const valueAt = (value: unknown, place: number): unknown => (Array.isArray(value) ? value[place] : value);
  return [ids ?? []].flat().map((id, place) => {
    const said = Object.entries(columns).map(([member, value]) => [member, valueAt(value, place)]);
    const one = Object.fromEntries(said.filter(([, value]) => value !== null && value !== undefined));
    return { ...one, id: beginningOf(row) + id };
  });
}

/** What the keys of one log begin with. */
function beginningOf(id: string): string {
  return id.slice(0, id.indexOf('.') + 1);
}

function toOne({ id, entry }: Waiting): One {
  const { action, type, resource, revision, motive } = entry;
  return {
    id,
    kind: entry.kind,
    at: entry.at,
    subject: entry.subject,
    action: action && WORD.test(action) ? action : undefined,
    type: type && WORD.test(type) ? type : undefined,
    resource: resource && (revision || KEY.test(resource)) ? resource : undefined,
    asked: entry.asked,
    allowed: entry.allowed,
    results: entry.results,
    rule: entry.rule,
    gate: entry.gate,
    revision: revision || undefined,
    latencyUs: entry.latencyUs,
    motive: motive && String(plain(motive.slice(0, MOTIVE_LENGTH))),
  };
}

/** The members of a decision that are told beside its key. */
const members = [
  'kind',
  'at',
  'subject',
  'action',
  'type',
  'resource',
  'asked',
  'allowed',
  'results',
  'rule',
  'gate',
  'revision',
  'latencyUs',
  'motive',
] as const satisfies readonly (keyof One)[];

function droppedRow(id: string, { count, since }: { count: number; since: number }, policy: string): Row {
  const entry: Entry = { policy, decisions: together([{ id, kind: 'dropped', at: since, results: count }]) };
  return { id, entry };
}

// what a caller sends and nobody here knows may be anything, even a name: only what looks like ours is kept

/** A key that this house may have given. */
const KEY = /^[0-9a-f]{32}$/;

/** An action or a type that the rules may know. */
const WORD = /^[a-z][a-z_]{0,40}$/;
