// What is no longer needed of accounts goes: three months after the last reason to hold one, or after its closing.
import { audit } from '../audit/audit.ts';
import { type Relation, serving } from '../facts/catalogue.ts';
import { factsNaming } from '../facts/facts.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { voidActivation } from './activation.ts';
import type { AlsoEnded } from './bulk.ts';
import { purgeEmailAsks } from './contact.ts';
import { accountsAfter, lockIdle, removeAccounts, selectAccounts } from './records.ts';
import { purgeResets } from './reset-codes.ts';
import { forgetMoves } from './states.ts';

/** Why somebody holds an account: what they are at a school, or for a pupil of one. Rights that follow from these are none. */
export const reasons = ['attends', 'guards', 'admitted', ...serving] as const satisfies readonly Relation[];

/** Months after which the law wants the account gone (arrêté of 30 November 2006, art. 6), and how far ahead of it we are. */
const MONTHS = 3;
const AHEAD = 2 * 24 * 3_600_000;

const BATCH = 500;

/** An account whose last reason ended at or before this instant goes at `at`. */
export function retentionEdge(at: number): number {
  const edge = new Date(at + AHEAD);
  const day = edge.getUTCDate();
  edge.setUTCMonth(edge.getUTCMonth() - MONTHS);
  if (edge.getUTCDate() !== day) edge.setUTCDate(0);
  return edge.getTime();
}

/**
 * Removes the accounts whose holders have had no reason to hold one for three months, and those closed as long ago: their
 * credentials, address, codes, moves and acknowledged notices. The person stays a record of the directory; the trail, the
 * logbooks and the history of rights stay for their own time. `also` is what else ends with them. Returns how many went;
 * any node may run it.
 */
export async function retireAccounts(
  db: Db,
  at: number,
  stop?: AbortSignal,
  also: readonly AlsoEnded[] = [],
): Promise<number> {
  await purgeResets(db, at);
  await purgeEmailAsks(db, at);
  const edge = retentionEdge(at);
  let removed = 0;
  let after = '';
  for (;;) {
    const accounts = await accountsAfter(db, { after, changedBefore: edge, most: BATCH });
    const last = accounts.at(-1);
    if (!last || stop?.aborted) return removed;
    after = last.person;
    const keys = accounts.map(({ person }) => person);
    const held = new Set(
      (await factsNaming(db, 'subject', keys, { relations: reasons, endingAfter: edge })).map(({ subject }) => subject),
    );
    const over = accounts.filter(({ person, state }) => state === 'closed' || !held.has(person));
    removed += await erase(db, { persons: over.map(({ person }) => person), changedBefore: edge, at, also });
  }
}

async function erase(
  db: Db,
  {
    persons,
    changedBefore,
    at,
    also,
  }: { persons: readonly string[]; changedBefore: number; at: number; also: readonly AlsoEnded[] },
): Promise<number> {
  if (persons.length === 0) return 0;
  return inTransaction(db, async (tx) => {
    const gone = await lockIdle(tx, persons, changedBefore);
    for (const end of also) await end(tx, selectAccounts(tx, gone), at);
    await removeAccounts(tx, gone);
    for (const person of gone) await voidActivation(tx, person);
    await forgetMoves(tx, gone);
    await audit(tx, ...gone.map((subject) => ({ at, event: 'account.erased', actor: 'system', subject })));
    return gone.length;
  });
}
