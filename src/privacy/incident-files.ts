// Incident files as they are kept: who asked to see whose log, why, for which days, who signed beside, and what became of it.
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';

/** `asked`: one signature, opens nothing. `open`: both, until its end. */
export type IncidentState = 'asked' | 'open' | 'refused' | 'ended';

export interface IncidentFile {
  readonly id: string;
  readonly school: string;
  /** Whose log. */
  readonly person: string;
  readonly motive: string;
  /** The events of `[startsAt, endsAt)` may be read; UTC milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly state: IncidentState;
  readonly askedBy: string;
  readonly askedAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** Until when it may be read. */
  readonly openUntil: number | null;
  readonly endedBy: string | null;
  readonly endedAt: number | null;
  readonly reason: string | null;
  /** When the person was told. */
  readonly toldAt: number | null;
}

interface Row {
  id: string;
  school: string;
  person: string;
  motive: string;
  starts_at: number;
  ends_at: number;
  state: IncidentState;
  asked_by: string;
  asked_at: number;
  decided_by: string | null;
  decided_at: number | null;
  open_until: number | null;
  ended_by: string | null;
  ended_at: number | null;
  reason: string | null;
  told_at: number | null;
}

type Asked = Pick<IncidentFile, 'id' | 'school' | 'person' | 'motive' | 'startsAt' | 'endsAt' | 'askedBy' | 'askedAt'>;

/**
 * Writes a file that waits for its second signature; the one of this key, whatever became of it, or the one that says the same
 * already and still waits. `unknown_incident` for the key of somebody else's.
 */
export async function addIncident(tx: Db, asked: Asked): Promise<{ file: IncidentFile; added: boolean }> {
  const { id, school, person, motive, startsAt, endsAt, askedBy } = asked;
  const known = (await tx('incident_file').where({ id }).first()) as Row | undefined;
  if (known && (known.asked_by !== askedBy || known.school !== school))
    throw new Refusal('unknown_incident', 'expected the key of a file that is theirs');
  if (known) return { file: toFile(known), added: false };
  const same = { school, person, motive, starts_at: startsAt, ends_at: endsAt, asked_by: askedBy };
  const before = (await tx('incident_file')
    .where({ ...same, state: 'asked' })
    .first()) as Row | undefined;
  if (before) return { file: toFile(before), added: false };
  const none = { decided_by: null, decided_at: null, open_until: null, ended_by: null, ended_at: null };
  const row: Row = {
    id,
    ...same,
    ...none,
    state: 'asked',
    asked_at: asked.askedAt,
    reason: null,
    told_at: null,
  };
  await tx('incident_file').insert(row);
  return { file: toFile(row), added: true };
}

/** One by key, held to the end of a transaction; `unknown_incident` when there is none. */
export async function findIncident(db: Db, id: string): Promise<IncidentFile> {
  const query = db('incident_file').where({ id });
  const row = (await (db.isTransaction ? query.forUpdate() : query).first()) as Row | undefined;
  if (!row) throw new Refusal('unknown_incident', `no incident file has the key \`${id}\``);
  return toFile(row);
}

/** Those of some schools, about a person, or due to end; the newest first. */
export async function listIncidents(
  db: Db,
  where: { readonly schools?: readonly string[]; readonly person?: string; readonly dueAt?: number },
): Promise<IncidentFile[]> {
  const query = db('incident_file').orderBy('id', 'desc');
  if (where.schools) query.whereIn('school', [...where.schools]);
  if (where.person !== undefined) query.where({ person: where.person });
  if (where.dueAt !== undefined) query.where({ state: 'open' }).where('open_until', '<=', where.dueAt);
  return ((await query) as Row[]).map(toFile);
}

/** Moves a file from one state to another; false when it was no longer in the first. */
export async function moveIncident(
  tx: Db,
  id: string,
  from: IncidentState,
  change: Partial<
    Pick<Row, 'decided_by' | 'decided_at' | 'open_until' | 'ended_by' | 'ended_at' | 'reason' | 'told_at'>
  > & {
    state: IncidentState;
  },
): Promise<boolean> {
  return (await tx('incident_file').where({ id, state: from }).update(change)) === 1;
}

/** Lets go of the files that were closed before an instant, or asked before it and never answered. Gives how many. */
export async function purgeIncidents(db: Db, before: number): Promise<number> {
  return db('incident_file')
    .where((closed) => closed.whereIn('state', ['refused', 'ended']).where('ended_at', '<', before))
    .orWhere((silent) => silent.where({ state: 'asked' }).where('asked_at', '<', before))
    .delete();
}

function toFile(row: Row): IncidentFile {
  const { id, school, person, motive, state, reason } = row;
  return {
    id,
    school,
    person,
    motive,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    state,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    openUntil: row.open_until,
    endedBy: row.ended_by,
    endedAt: row.ended_at,
    reason,
    toldAt: row.told_at,
  };
}
