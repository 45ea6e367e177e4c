// Who had a hand in the codes of an account lately: nobody gives one person both a new password and what removes their factors.
import { Refusal } from '../errors.ts';
import { type Db, inPieces } from '../storage/storage.ts';

/** A code that resets the password, or one that removes the second factors. */
export type HandedKind = 'reset' | 'factor';

/** How long after its use whoever gave a code still gives none of the other kind, in milliseconds. */
export const HAND_STAYS = 24 * 3_600_000;

/** One code that somebody gave, or signed. */
export interface Hand {
  readonly person: string;
  readonly kind: HandedKind;
  /** The key of who did, or `operator`. */
  readonly agent: string;
}

/** Keeps that somebody had a hand in a code; `until` is the end of the code, and only ever moves on. */
export async function noteHand(tx: Db, { until, ...hand }: Hand & { until: number }): Promise<void> {
  await tx('code_hand')
    .insert({ ...hand, until })
    .onConflict(['person', 'kind', 'agent'])
    .merge()
    .whereRaw('code_hand.until < excluded.until');
}

/** The codes of a kind were used, or have fallen: their hands stay a day longer. */
export async function settleHands(tx: Db, { person, kind, at }: Omit<Hand, 'agent'> & { at: number }): Promise<void> {
  await tx('code_hand')
    .where({ person, kind })
    .where('until', '>', at)
    .update({ until: at + HAND_STAYS });
}

/** Whether somebody has a hand in the codes of a person: of one kind, or of either. */
export async function hasHand(
  db: Db,
  { at, ...hand }: Omit<Hand, 'kind'> & { kind?: HandedKind; at: number },
): Promise<boolean> {
  const row = await db('code_hand').where(hand).where('until', '>', at).first('until');
  return row !== undefined;
}

/** Those of several persons in whose codes of a kind somebody has a hand. */
export async function handedAmong(
  db: Db,
  { persons, at, ...hand }: Omit<Hand, 'person'> & { persons: readonly string[]; at: number },
): Promise<string[]> {
  const found: string[] = [];
  for (const piece of inPieces(persons))
    found.push(
      ...((await db('code_hand')
        .where(hand)
        .where('until', '>', at)
        .whereIn('person', piece)
        .pluck('person')) as string[]),
    );
  return found;
}

export async function purgeHands(db: Db, at: number): Promise<number> {
  return db('code_hand').where('until', '<=', at).delete();
}

/** What is said to whoever would do alone what two persons do. */
export function secondAgentNeeded(): Refusal {
  return new Refusal('second_agent_needed', 'expected somebody else than who gave or asked for the other code');
}
