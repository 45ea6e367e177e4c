// Invitations as they are kept: what the inviter wrote, whom it reached if anybody, and what became of it.
import { type Db, newKey } from '../storage/storage.ts';

/**
 * - `undelivered`: it reached nobody, which the inviter is not told;
 * - `waiting`: it waits for the invitee;
 * - `agreeing`: the pupil has accepted, and a legal representative is still to agree;
 * - `accepted`, `refused`, `left`: the invitee's own act; `removed`: the owner's or a moderator's.
 */
export type InvitationState = 'undelivered' | 'waiting' | 'agreeing' | 'accepted' | 'refused' | 'left' | 'removed';

export interface Invitation {
  readonly id: string;
  readonly circle: string;
  readonly inviter: string;
  readonly invitee: string | null;
  /** What the inviter wrote; none once it is over. */
  readonly named: string | null;
  readonly state: InvitationState;
  /** UTC milliseconds. */
  readonly at: number;
  readonly expiresAt: number;
  readonly answeredAt: number | null;
}

interface Row {
  id: string;
  circle: string;
  inviter: string;
  invitee: string | null;
  named: string | null;
  state: InvitationState;
  at: number;
  expires_at: number;
  answered_at: number | null;
}

export async function insertInvitation(
  tx: Db,
  {
    expiresAt,
    ...row
  }: Pick<Invitation, 'circle' | 'inviter' | 'invitee' | 'named' | 'state' | 'at' | 'expiresAt'> & {
    readonly alike: string;
  },
): Promise<string> {
  const id = newKey();
  await tx('circle_invitation').insert({ id, ...row, expires_at: expiresAt, answered_at: null });
  return id;
}

/** An invitation by key. */
export async function invitationByKey(db: Db, id: string): Promise<Invitation | undefined> {
  const row = (await db('circle_invitation').where({ id }).first()) as Row | undefined;
  return row && toInvitation(row);
}

/** Moves an invitation on; says whether it was where it was thought to be. */
export async function answerInvitation(
  tx: Db,
  id: string,
  { from, to, at }: { from: InvitationState; to: InvitationState; at: number },
): Promise<boolean> {
  return (await tx('circle_invitation').where({ id, state: from }).update({ state: to, answered_at: at })) > 0;
}

/** Says of the invitation by which somebody came how they went. */
export async function recordDeparture(
  tx: Db,
  { circle, person, as, at }: { circle: string; person: string; as: 'left' | 'removed'; at: number },
): Promise<void> {
  await tx('circle_invitation')
    .where({ circle, invitee: person, state: 'accepted' })
    .update({ state: as, answered_at: at });
}

/** What was sent in a circle and is not over, whoever it reached, the newest first. */
export async function sentIn(db: Db, circle: string, at: number): Promise<Invitation[]> {
  const rows = (await db('circle_invitation')
    .where({ circle })
    .whereIn('state', ['undelivered', 'waiting', 'agreeing', 'refused'])
    .where('expires_at', '>', at)
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])) as Row[];
  return rows.map(toInvitation);
}

/** Whether the same was written in this circle and is not over. */
export async function isSent(db: Db, circle: string, alike: string, at: number): Promise<boolean> {
  const row = await db('circle_invitation')
    .where({ circle, alike })
    .whereIn('state', ['undelivered', 'waiting', 'agreeing', 'refused'])
    .where('expires_at', '>', at)
    .first('id');
  return row !== undefined;
}

/** What waits for an answer of persons, in a state, the oldest first. */
export async function pendingFor(
  db: Db,
  persons: readonly string[],
  { state, at }: { state: 'waiting' | 'agreeing'; at: number },
): Promise<(Invitation & { readonly invitee: string })[]> {
  const rows = (await db('circle_invitation')
    .whereIn('invitee', [...persons])
    .where({ state })
    .where('expires_at', '>', at)
    .orderBy(['at', 'id'])) as Row[];
  return rows.map((row) => ({ ...toInvitation(row), invitee: row.invitee! }));
}

/** When somebody said no to a circle, by refusing or by leaving; the last first. */
export async function refusalsOf(db: Db, circle: string, invitee: string): Promise<number[]> {
  const rows = (await db('circle_invitation')
    .where({ circle, invitee })
    .whereIn('state', ['refused', 'left'])
    .select('answered_at')) as { answered_at: number }[];
  return rows.map(({ answered_at }) => answered_at).sort((a, b) => b - a);
}

/** How many invitations somebody has sent since an instant. */
export async function sentSince(db: Db, inviter: string, since: number): Promise<number> {
  const [row] = await db('circle_invitation').where({ inviter }).where('at', '>', since).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** Somebody wants no invitation from another any more. */
export async function blockInviter(tx: Db, person: string, inviter: string, at: number): Promise<void> {
  await tx('circle_block').insert({ person, inviter, at }).onConflict(['person', 'inviter']).ignore();
}

export async function isBlocked(db: Db, person: string, inviter: string): Promise<boolean> {
  return (await db('circle_block').where({ person, inviter }).first('at')) !== undefined;
}

/** Lets the place of invitations that are over be taken by a new one, and forgets what was written in them. */
export async function expireInvitations(tx: Db, at: number, circle?: string): Promise<number> {
  const over = tx('circle_invitation').where('expires_at', '<=', at).whereNotNull('named');
  if (circle !== undefined) over.where({ circle });
  const unanswered = tx('circle_invitation').where('expires_at', '<=', at).whereIn('state', ['waiting', 'agreeing']);
  if (circle !== undefined) unanswered.where({ circle });
  await unanswered.update({ state: 'undelivered' });
  return over.update({ named: null, alike: '' });
}

function toInvitation({ expires_at, answered_at, ...row }: Row): Invitation {
  const { id, circle, inviter, invitee, named, state, at } = row;
  return { id, circle, inviter, invitee, named, state, at, expiresAt: expires_at, answeredAt: answered_at };
}
