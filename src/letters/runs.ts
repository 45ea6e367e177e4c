// What is to be printed: runs of letters or cards, and their sheets, sealed until printing is over.
import type { Person } from '../directory/persons.ts';
import { type Seal, sealWith } from '../storage/seal.ts';
import { type Db, inPieces, inTransaction } from '../storage/storage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long the sheets of a run can be printed again: a jam of the printer, not a drawer of codes. */
export const PRINTABLE_FOR = 24 * HOUR;

/** How long it is kept that a run was made: by whom, when, how many. */
const KEPT_FOR = 365 * DAY;

/** `activation`: letters that open accounts. `reset`: letters that replace a lost password. `cards`: class cards. */
export type RunKind = 'activation' | 'reset' | 'cards';

export interface Run {
  readonly id: string;
  readonly school: string;
  readonly kind: RunKind;
  /** Whom it is for, as `audienceText` says. */
  readonly audience: string;
  /** The key of who issued it. */
  readonly actor: string;
  /** UTC milliseconds. */
  readonly issuedAt: number;
  readonly printableUntil: number;
  /** How many sheets. */
  readonly size: number;
  /** How many went by mail instead. */
  readonly mailed: number;
  /** None while it is under way, and for ever when it stopped on the way: its sheets are good all the same. */
  readonly readyAt: number | null;
}

/** What a sheet says beside the name, sealed. */
export interface Content {
  /** The code of a letter, or the words of a card. */
  readonly code: string;
  /** The identifier of a card. */
  readonly identifier?: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
  readonly className: string;
  readonly children: readonly string[];
}

export interface Sheet extends Content {
  readonly seq: number;
  readonly person: string;
}

/** A sheet whose person is known. */
export interface Held extends Content {
  readonly person: Person;
}

interface RunRow {
  id: string;
  school: string;
  kind: RunKind;
  audience: string;
  actor: string;
  issued_at: number;
  printable_until: number;
  size: number;
  mailed: number;
  ready_at: number | null;
}

/** Begins a run; false when one of this key has begun, as when a form came twice. */
export async function beginRun(
  tx: Db,
  run: Pick<Run, 'id' | 'school' | 'kind' | 'audience' | 'actor' | 'issuedAt'>,
): Promise<boolean> {
  const { id, school, kind, audience, actor, issuedAt: at } = run;
  const before = await tx('print_run').where({ id }).first('id');
  if (before) return false;
  const times = { issued_at: at, printable_until: at + PRINTABLE_FOR, ready_at: null };
  const inserted = await tx('print_run')
    .insert({ id, school, kind, audience, actor, size: 0, mailed: 0, ...times })
    .onConflict('id')
    .ignore()
    .returning('id');
  return inserted.length === 1;
}

/** Adds sheets to a run, sealed under `key`, and counts those that went by mail. */
export async function addSheets(
  tx: Db,
  { run, key, sheets, mailed }: { run: string; key: Buffer; sheets: readonly Sheet[]; mailed: number },
): Promise<void> {
  const seal = sealWith(key);
  const rows = sheets.map(({ seq, person, ...content }) => ({
    run,
    seq,
    person,
    sealed: seal.close(rowOf(run, seq), content),
  }));
  for (const piece of inPieces(rows)) await tx('print_sheet').insert(piece);
  await tx('print_run')
    .where({ id: run })
    .update({ size: tx.raw('size + ?', [rows.length]), mailed: tx.raw('mailed + ?', [mailed]) });
}

export async function endRun(tx: Db, id: string, at: number): Promise<void> {
  await tx('print_run').where({ id }).update({ ready_at: at });
}

export async function findRun(db: Db, id: string): Promise<Run | undefined> {
  const row = (await db('print_run').where({ id }).first()) as RunRow | undefined;
  return row && toRun(row);
}

/** The runs of a school, newest first. */
export async function runsOf(db: Db, school: string, most = 20): Promise<Run[]> {
  const rows = await db('print_run').where({ school }).orderBy('issued_at', 'desc').orderBy('id').limit(most);
  return (rows as RunRow[]).map(toRun);
}

/** The sheets of a run after a number, in their order; a sheet whose person is gone is not there. */
export async function sheetsAfter(
  db: Db,
  { run, key, after, most }: { run: string; key: Buffer; after: number; most: number },
): Promise<Sheet[]> {
  const rows = (await db('print_sheet').where({ run }).where('seq', '>', after).orderBy('seq').limit(most)) as {
    seq: number;
    person: string;
    sealed: Buffer;
  }[];
  const seal: Seal = sealWith(key);
  return rows.map(({ seq, person, sealed }) => ({
    seq,
    person,
    ...seal.openOnce<Content>(rowOf(run, seq), sealed),
  }));
}

/** Ends the time to print a run, and wipes its sheets. */
export async function endPrinting(db: Db, id: string, at: number): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx('print_sheet').where({ run: id }).delete();
    await tx('print_run').where({ id }).update({ printable_until: at });
  });
}

/** Wipes the sheets whose time to be printed is over, and forgets runs after a year; returns how many runs were wiped. */
export async function wipeRuns(db: Db, at: number): Promise<number> {
  return inTransaction(db, async (tx) => {
    const over = (await tx('print_run').where('printable_until', '<=', at).select('id', 'issued_at')) as RunRow[];
    for (const piece of inPieces(over.map(({ id }) => id))) await tx('print_sheet').whereIn('run', piece).delete();
    await tx('print_run')
      .where('issued_at', '<=', at - KEPT_FOR)
      .delete();
    return over.length;
  });
}

function rowOf(run: string, seq: number): string {
  return `${run} ${seq}`;
}

function toRun(row: RunRow): Run {
  const { id, school, kind, audience, actor, size, mailed } = row;
  return {
    id,
    school,
    kind,
    audience,
    actor,
    issuedAt: row.issued_at,
    printableUntil: row.printable_until,
    size,
    mailed,
    readyAt: row.ready_at,
  };
}
