// Requests for inspections as they are kept: who asked what, for when, and what became of it.
import { Refusal } from '../errors.ts';
import { type Db, newKey } from '../storage/storage.ts';

/** Whom or what a request names. */
export interface Target {
  /** `archives`: what a teacher kept in earlier years. */
  readonly kind: 'teacher' | 'archives' | 'class' | 'group';
  /** The key of a person or of an audience. */
  readonly key: string;
}

/** `ended` also says of a request that its inspector gave up before it was decided. */
export type InspectionState = 'asked' | 'approved' | 'refused' | 'ended';

export interface Inspection {
  readonly id: string;
  readonly school: string;
  readonly inspector: string;
  readonly targets: readonly Target[];
  readonly motive: string;
  readonly state: InspectionState;
  /** UTC milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly askedAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly endedBy: string | null;
  readonly endedAt: number | null;
  readonly reason: string | null;
}

interface Row {
  id: string;
  school: string;
  inspector: string;
  targets: string;
  motive: string;
  state: InspectionState;
  starts_at: number;
  ends_at: number;
  asked_at: number;
  decided_by: string | null;
  decided_at: number | null;
  ended_by: string | null;
  ended_at: number | null;
  reason: string | null;
}

/** Writes a request; `inspection_exists` when the same inspector already waits for the same. */
export async function addInspection(
  tx: Db,
  asked: Pick<Inspection, 'school' | 'inspector' | 'targets' | 'motive' | 'startsAt' | 'endsAt' | 'askedAt'>,
): Promise<Inspection> {
  const { school, inspector, motive } = asked;
  const targets = written(asked.targets);
  const same = tx('inspection').where({ school, inspector, targets, state: 'asked' });
  const waiting = await same.where('ends_at', '>', asked.askedAt).first('id');
  if (waiting)
    throw new Refusal('inspection_exists', 'expected a request that does not wait already', { id: waiting.id });
  const row: Row = {
    id: newKey(),
    school,
    inspector,
    targets,
    motive,
    state: 'asked',
    starts_at: asked.startsAt,
    ends_at: asked.endsAt,
    asked_at: asked.askedAt,
    decided_by: null,
    decided_at: null,
    ended_by: null,
    ended_at: null,
    reason: null,
  };
  await tx('inspection').insert(row);
  return toInspection(row);
}

/** One by key; `unknown_inspection` when there is none. */
export async function findInspection(db: Db, id: string): Promise<Inspection> {
  const row = (await db('inspection').where({ id }).first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_inspection', `no inspection has the key \`${id}\``);
  return toInspection(row);
}

/** Those of a school, of an inspector, or of both; the newest first. */
export async function listInspections(
  db: Db,
  where: { readonly school?: string; readonly inspector?: string; readonly state?: InspectionState },
): Promise<Inspection[]> {
  const rows = (await db('inspection').where(where).orderBy('id', 'desc')) as Row[];
  return rows.map(toInspection);
}

/** Writes what becomes of it. */
export async function changeInspection(
  tx: Db,
  id: string,
  change: Partial<
    Pick<Inspection, 'state' | 'startsAt' | 'decidedBy' | 'decidedAt' | 'endedBy' | 'endedAt' | 'reason'>
  >,
): Promise<void> {
  const { state, startsAt, decidedBy, decidedAt, endedBy, endedAt, reason } = change;
  const row = {
    state,
    starts_at: startsAt,
    decided_by: decidedBy,
    decided_at: decidedAt,
    ended_by: endedBy,
    ended_at: endedAt,
    reason,
  };
  await tx('inspection')
    .where({ id })
    .update(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)));
}

/** In one order, each once: two requests that name the same are written the same. */
function written(targets: readonly Target[]): string {
  const pairs = [...new Set(targets.map(({ kind, key }) => JSON.stringify([kind, key])))];
  return `[${pairs.sort().join(',')}]`;
}

function toInspection(row: Row): Inspection {
  const pairs: [Target['kind'], string][] = JSON.parse(row.targets);
  return {
    id: row.id,
    school: row.school,
    inspector: row.inspector,
    targets: pairs.map(([kind, key]) => ({ kind, key })),
    motive: row.motive,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    askedAt: row.asked_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    endedBy: row.ended_by,
    endedAt: row.ended_at,
    reason: row.reason,
  };
}
