// The states of an account and the moves between them: each allowed by one table, and kept with who made it and from where.
import { audit } from '../audit/audit.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction, newKey } from '../storage/storage.ts';
import { hasLiveActivation, voidActivation } from './activation.ts';
import { forgetContact } from './contact.ts';
import { forgetFactors } from './factors/factors.ts';
import { accountOf, changeState, removePassword, turnEpoch } from './records.ts';
import { voidResets } from './reset-codes.ts';
import { forgetAddresses } from './throttle.ts';

/**
 * - `record`: known to the directory, and that is all: cannot sign in, is not listed, mailed or counted.
 * - `invited`: the same, with a code to open an account that is still good.
 * - `active`: signs in.
 * - `suspended`: cannot sign in until somebody reopens it; everything is kept.
 * - `closed`: its credentials are gone; a new code may open it again under a new identifier and password.
 */
export type State = 'record' | 'invited' | 'active' | 'suspended' | 'closed';

/** From where a move was made: by the holder on our pages, by the school, by the operator's commands, by a job. */
export type MoveOrigin = 'here' | 'school' | 'operator' | 'system';

/** Where each state leads. `invited` to `active` is the holder's own act alone: see `activate`. */
export const moves: Readonly<Record<State, readonly State[]>> = {
  record: ['invited'],
  invited: ['active'],
  active: ['suspended', 'closed'],
  suspended: ['active', 'closed'],
  closed: ['invited'],
};

export interface Move {
  readonly id: string;
  readonly person: string;
  readonly before: State;
  readonly after: State;
  readonly why: string;
  /** The key of who made it. */
  readonly actor: string;
  readonly from: MoveOrigin;
  /** UTC milliseconds. */
  readonly at: number;
}

/** Where a person's account stands. */
export async function stateOf(db: Db, person: string, at: number): Promise<State> {
  const account = await accountOf(db, person);
  if (account && account.state !== 'closed') return account.state;
  if (await hasLiveActivation(db, person, at)) return 'invited';
  return account ? 'closed' : 'record';
}

/**
 * Suspends, reopens or closes an account, in the caller's transaction. `why` is kept with the move, and in no trail.
 * Its sessions end, on every node, within the second. A suspended account keeps its credentials; a closed one has none left.
 * `account_move_refused` (details: `before`, `after`) for every move that is not one of these.
 */
export async function moveAccount(
  tx: Db,
  move: {
    person: string;
    to: 'active' | 'suspended' | 'closed';
    actor: string;
    why: string;
    from: MoveOrigin;
    at: number;
  },
): Promise<void> {
  if (!tx.isTransaction) return inTransaction(tx, (inside) => moveAccount(inside, move));
  const { person, to, at } = move;
  const before = await stateOf(tx, person, at);
  const stands = before === 'active' || before === 'suspended';
  if (!stands || !moves[before].includes(to) || !(await changeState(tx, { person, from: [before], to, at })))
    throw new Refusal('account_move_refused', `an account that is ${before} does not become ${to}`, {
      before,
      after: to,
    });
  await turnEpoch(tx, person);
  await voidResets(tx, person);
  if (to === 'closed') {
    await removePassword(tx, person);
    await forgetFactors(tx, person);
    await forgetContact(tx, person);
    await forgetAddresses(tx, person);
    await voidActivation(tx, person);
  }
  await keepMove(tx, { ...move, before, after: to });
  await audit(tx, {
    at,
    event: `account.${to === 'active' ? 'reopened' : to}`,
    actor: move.actor,
    subject: person,
    details: { before, from: move.from },
  });
}

/** Keeps that a move was made. */
export async function keepMove(tx: Db, move: Omit<Move, 'id'>): Promise<void> {
  const { person, before, after, why, actor, from, at } = move;
  await tx('account_move').insert({ id: newKey(), person, before, after, why, actor, origin: from, at });
}

/** What happened to a person's account, oldest first. */
export async function movesOf(db: Db, person: string): Promise<Move[]> {
  const rows = (await db('account_move').where({ person }).orderBy(['at', 'id'])) as (Omit<Move, 'from'> & {
    origin: MoveOrigin;
  })[];
  return rows.map(({ origin, ...move }) => ({ ...move, from: origin }));
}

/** Forgets what happened to the accounts of several persons. */
export async function forgetMoves(tx: Db, persons: readonly string[]): Promise<void> {
  await tx('account_move')
    .whereIn('person', [...persons])
    .delete();
}
