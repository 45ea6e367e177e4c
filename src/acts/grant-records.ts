// What is kept of each opening of a logbook to a colleague: one row from the first word to the end.
import { currentFacts, type Fact } from '../facts/facts.ts';
import { type Db, inPieces } from '../storage/storage.ts';

/** What was written last; a refusal that was `lifted` no longer keeps the owner from offering. Whether it is past its end, or was ended by a departure, is told by `standingOf`. */
export type GrantState = 'asked' | 'offered' | 'granted' | 'refused' | 'lifted' | 'ended';

/** What it amounts to at an instant. */
export type Standing = GrantState | 'expired';

/** By what title somebody acted; `operator` is a technical suspension, `departure` the end of the beneficiary's last post. */
export type Title = 'owner' | 'head' | 'delegate' | 'direction' | 'beneficiary' | 'operator' | 'departure';

/** An opening; instants are UTC milliseconds, persons are keys. */
export interface Grant {
  readonly id: string;
  readonly school: string;
  readonly logbook: string;
  readonly beneficiary: string;
  readonly state: GrantState;
  /** When it begins at the earliest; none for an ask. */
  readonly startsAt: number | null;
  /** For an ask, until when the colleague wishes it. */
  readonly endsAt: number;
  readonly askedAt: number | null;
  readonly offeredBy: string | null;
  readonly offeredAt: number | null;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly decidedAs: Title | null;
  readonly endedBy: string | null;
  readonly endedAt: number | null;
  readonly endedAs: Title | null;
  readonly reason: string | null;
  readonly createdAt: number;
}

/** Of which openings; each member narrows. */
export interface Which {
  readonly schools?: readonly string[] | undefined;
  readonly logbooks?: readonly string[] | undefined;
  readonly beneficiary?: string | undefined;
}

interface Row {
  id: string;
  school: string;
  logbook: string;
  beneficiary: string;
  state: GrantState;
  starts_at: number | null;
  ends_at: number;
  asked_at: number | null;
  offered_by: string | null;
  offered_at: number | null;
  decided_by: string | null;
  decided_at: number | null;
  decided_as: Title | null;
  ended_by: string | null;
  ended_at: number | null;
  ended_as: Title | null;
  reason: string | null;
  created_at: number;
}

/** An opening by key, as it stands; none when there is no such key. */
export async function readGrant(db: Db, id: string): Promise<Grant | undefined> {
  const row = (await db('access_grant').where({ id }).first()) as Row | undefined;
  if (!row) return undefined;
  const [grant] = await withDepartures(db, [toGrant(row)]);
  return grant;
}

/** Openings as they stand, the oldest first. */
export async function readGrants(db: Db, { schools, logbooks, beneficiary }: Which): Promise<Grant[]> {
  const rows: Row[] = [];
  for (const piece of inPieces(logbooks ?? [undefined])) {
    const query = db('access_grant');
    if (logbooks) query.whereIn('logbook', piece as string[]);
    if (schools) query.whereIn('school', [...schools]);
    if (beneficiary !== undefined) query.where({ beneficiary });
    rows.push(...((await query) as Row[]));
  }
  const grants = rows.map(toGrant).sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  return withDepartures(db, grants);
}

export async function insertGrant(tx: Db, grant: Grant): Promise<void> {
  await tx('access_grant').insert(toRow(grant));
}

export async function updateGrant(tx: Db, { id, ...changed }: Grant): Promise<void> {
  const { id: _, ...row } = toRow({ id, ...changed });
  await tx('access_grant').where({ id }).update(row);
}

/** The dated fact that an opening has made, as known today; none when it never began. */
export async function factOf(db: Db, { id, school, logbook, beneficiary }: Grant): Promise<Fact | undefined> {
  const facts = await currentFacts(db, { school, relations: ['granted'], subject: beneficiary, object: logbook });
  return facts.find(({ properties }) => properties.grant === id);
}

/** What an opening amounts to at an instant: past its end, whatever was under way is over. */
export function standingOf({ state, endsAt }: Grant, at: number): Standing {
  const underWay = state === 'asked' || state === 'offered' || state === 'granted';
  return underWay && endsAt <= at ? 'expired' : state;
}

/** Whose fact was ended by something else than an act on the opening itself is ended, since that day. */
async function withDepartures(db: Db, grants: readonly Grant[]): Promise<Grant[]> {
  const facts = new Map<unknown, Fact>();
  for (const school of new Set(grants.filter(({ state }) => state === 'granted').map((one) => one.school)))
    for (const fact of await currentFacts(db, { school, relations: ['granted'] }))
      facts.set(fact.properties.grant, fact);
  return grants.map((grant) => {
    if (grant.state !== 'granted') return grant;
    const fact = facts.get(grant.id);
    if (fact?.validTo === grant.endsAt) return grant;
    const endedAt = fact?.validTo ?? grant.decidedAt;
    return { ...grant, state: 'ended', endedAs: 'departure', endedAt, endedBy: fact?.actor ?? null };
  });
}

function toGrant(row: Row): Grant {
  return {
    id: row.id,
    school: row.school,
    logbook: row.logbook,
    beneficiary: row.beneficiary,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    askedAt: row.asked_at,
    offeredBy: row.offered_by,
    offeredAt: row.offered_at,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    decidedAs: row.decided_as,
    endedBy: row.ended_by,
    endedAt: row.ended_at,
    endedAs: row.ended_as,
    reason: row.reason,
    createdAt: row.created_at,
  };
}

function toRow(grant: Grant): Row {
  return {
    id: grant.id,
    school: grant.school,
    logbook: grant.logbook,
    beneficiary: grant.beneficiary,
    state: grant.state,
    starts_at: grant.startsAt,
    ends_at: grant.endsAt,
    asked_at: grant.askedAt,
    offered_by: grant.offeredBy,
    offered_at: grant.offeredAt,
    decided_by: grant.decidedBy,
    decided_at: grant.decidedAt,
    decided_as: grant.decidedAs,
    ended_by: grant.endedBy,
    ended_at: grant.endedAt,
    ended_as: grant.endedAs,
    reason: grant.reason,
    created_at: grant.createdAt,
  };
}
