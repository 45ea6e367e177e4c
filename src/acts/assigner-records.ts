// The rows behind designations: who was named to give a school's licences, and what they answered.
import { type Db, newKey } from '../storage/storage.ts';

/** A designation is `waiting` for an answer, then `accepted` or `refused`; `withdrawn` before the answer, or `ended` after it. */
export type DesignationState = 'waiting' | 'accepted' | 'refused' | 'withdrawn' | 'ended';

export interface Designation {
  readonly id: string;
  readonly school: string;
  readonly person: string;
  readonly state: DesignationState;
  readonly namedBy: string;
  /** UTC milliseconds, all of them. */
  readonly namedAt: number;
  /** No answer counts from here on. */
  readonly waitsUntil: number;
  readonly endsAt: number;
  readonly answeredAt: number | null;
  readonly endedBy: string | null;
  readonly endedAt: number | null;
}

interface Row {
  id: string;
  school: string;
  person: string;
  state: DesignationState;
  named_by: string;
  named_at: number;
  waits_until: number;
  ends_at: number;
  answered_at: number | null;
  ended_by: string | null;
  ended_at: number | null;
}

/** Designations, the newest first. */
export async function readDesignations(
  db: Db,
  where: { readonly id?: string; readonly school?: string; readonly person?: string },
): Promise<Designation[]> {
  const order = [
    { column: 'named_at', order: 'desc' },
    { column: 'id', order: 'desc' },
  ];
  return ((await db('assigner').where(where).orderBy(order)) as Row[]).map(toDesignation);
}

export async function insertDesignation(
  tx: Db,
  given: Pick<Designation, 'school' | 'person' | 'namedBy' | 'namedAt' | 'waitsUntil' | 'endsAt'>,
): Promise<Designation> {
  const row: Row = {
    id: newKey(),
    school: given.school,
    person: given.person,
    state: 'waiting',
    named_by: given.namedBy,
    named_at: given.namedAt,
    waits_until: given.waitsUntil,
    ends_at: given.endsAt,
    answered_at: null,
    ended_by: null,
    ended_at: null,
  };
  await tx('assigner').insert(row);
  return toDesignation(row);
}

export async function answerDesignation(
  tx: Db,
  id: string,
  { state, at }: { state: 'accepted' | 'refused'; at: number },
): Promise<void> {
  await tx('assigner').where({ id }).update({ state, answered_at: at });
}

export async function closeDesignation(
  tx: Db,
  id: string,
  { state, by, at }: { state: 'withdrawn' | 'ended'; by: string; at: number },
): Promise<void> {
  await tx('assigner').where({ id }).update({ state, ended_by: by, ended_at: at });
}

/** Forgets what was over before an instant; the trail and the facts stay. Returns how many. */
export async function forgetDesignations(tx: Db, before: number): Promise<number> {
  return tx('assigner').where('ends_at', '<=', before).delete();
}

function toDesignation(row: Row): Designation {
  return {
    id: row.id,
    school: row.school,
    person: row.person,
    state: row.state,
    namedBy: row.named_by,
    namedAt: row.named_at,
    waitsUntil: row.waits_until,
    endsAt: row.ends_at,
    answeredAt: row.answered_at,
    endedBy: row.ended_by,
    endedAt: row.ended_at,
  };
}
