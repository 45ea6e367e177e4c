// The joins: which record was joined to whom, by what proof, exactly what moved, and when it was undone.
import type { Handover } from '../directory/joined.ts';
import { type Db, newKey } from '../storage/storage.ts';

const TABLE = 'family_join';

/** The record's activation code; the credentials of both accounts; a request on paper; one upstream assertion of both. */
export type Proof = 'code' | 'credentials' | 'paper' | 'upstream';

export interface Join {
  readonly id: string;
  /** Whom the record was joined to. */
  readonly survivor: string;
  readonly record: string;
  readonly proof: Proof;
  /** Who did it: the person, or `operator`. */
  readonly actor: string;
  /** Whether the record had an account of its own, which waits. */
  readonly suspended: boolean;
  /** The UAI of the schools where something moved. */
  readonly schools: readonly string[];
  /** UTC milliseconds. */
  readonly joinedAt: number;
  readonly separatedAt?: number | undefined;
  readonly separatedBy?: string | undefined;
}

interface Row {
  id: string;
  survivor: string;
  record: string;
  moved: string;
  proof: Proof;
  actor: string;
  suspended: boolean | number;
  joined_at: number;
  separated_at: number | null;
  separated_by: string | null;
}

/** Writes a join down; a record that is joined already breaks a unique key. */
export async function insertJoin(
  tx: Db,
  join: Pick<Join, 'survivor' | 'record' | 'proof' | 'actor' | 'suspended'> & {
    readonly moved: Handover;
    readonly hash: string | undefined;
    readonly reference: string | undefined;
    readonly at: number;
  },
): Promise<Join> {
  const { survivor, record, proof, actor, suspended, moved, hash, reference, at } = join;
  const id = newKey();
  await tx(TABLE).insert({
    id,
    survivor,
    record,
    moved: JSON.stringify(moved),
    proof,
    actor,
    suspended,
    code_hash: hash ?? null,
    reference: reference ?? null,
    joined_at: at,
    separated_at: null,
    separated_by: null,
    separated_for: null,
  });
  return { id, survivor, record, proof, actor, suspended, schools: moved.schools, joinedAt: at };
}

export async function joinByKey(db: Db, id: string): Promise<Join | undefined> {
  const row = (await db(TABLE).where({ id }).first()) as Row | undefined;
  return row && toJoin(row);
}

/** The live join that a code has proven for a person. */
export async function holdCode(
  db: Db,
  { survivor, hash }: { survivor: string; hash: string },
): Promise<Join | undefined> {
  const row = (await db(TABLE).where({ survivor, code_hash: hash, separated_at: null }).first()) as Row | undefined;
  return row && toJoin(row);
}

/** The live joins to a person, and to the records joined to them, oldest first. */
export async function joinsWith(db: Db, person: string): Promise<Join[]> {
  const found: Join[] = [];
  let level = [person];
  while (level.length > 0) {
    const rows = (await db(TABLE).whereIn('survivor', level).where({ separated_at: null })) as Row[];
    found.push(...rows.map(toJoin));
    level = rows.map(({ record }) => record);
  }
  return found.sort((a, b) => a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1));
}

/** A record, and those that are joined to it and go where it goes. */
export async function joinedUnder(db: Db, record: string): Promise<string[]> {
  return [record, ...(await joinsWith(db, record)).map((join) => join.record)];
}

export async function markSeparated(
  tx: Db,
  id: string,
  { at, by, reference }: { at: number; by: string; reference: string | undefined },
): Promise<void> {
  await tx(TABLE)
    .where({ id })
    .update({ separated_at: at, separated_by: by, separated_for: reference ?? null });
}

/** How long what was undone is kept: as long as the trail tells of it. */
const KEPT_FOR = 365 * 86_400_000;

/** Forgets the joins that were undone a year ago; returns how many. Any node may call it. */
export async function purgeJoins(db: Db, at: number): Promise<number> {
  return db(TABLE)
    .where('separated_at', '<=', at - KEPT_FOR)
    .delete();
}

function toJoin(row: Row): Join {
  const { id, survivor, record, proof, actor, suspended, moved, joined_at, separated_at, separated_by } = row;
  return {
    id,
    survivor,
    record,
    proof,
    actor,
    suspended: Boolean(suspended),
    schools: (JSON.parse(moved) as Handover).schools,
    joinedAt: Number(joined_at),
    ...(separated_at !== null && { separatedAt: Number(separated_at), separatedBy: separated_by ?? '' }),
  };
}
