// Codes that reset a password: one at most by each way, hashed, single use. By mail they live half an hour at least, from the school a month.
import type { Knex } from 'knex';
import { type Db, newKey } from '../storage/storage.ts';
import { codeHash } from './activation.ts';

/** How a code reaches its holder: in a mail to the address they confirmed, or on paper from their school. */
export type ResetVia = 'mail' | 'school';

const DAY = 24 * 3_600_000;

/** How long a code is good for, in milliseconds; by mail, longer where the next one may only be sent later. */
export const RESET_LASTS: Readonly<Record<ResetVia, number>> = { mail: 30 * 60_000, school: 30 * DAY };

export interface ResetCode {
  readonly person: string;
  readonly via: ResetVia;
  readonly code_hash: string;
  /** Who gave it: a key, or `operator`; the person themself of what came by mail. */
  readonly actor: string;
  readonly issued_at: number;
}

/** Keeps a code in place of the one the person had by the same way; it is good for `lasts` milliseconds. */
export async function putReset(
  tx: Db,
  reset: { person: string; via: ResetVia; code: string; actor: string; at: number; lasts: number },
): Promise<void> {
  const { person, via, code, actor, at, lasts } = reset;
  await tx('account_reset')
    .insert({
      person,
      via,
      code_hash: codeHash(code),
      actor,
      issued_at: at,
      expires_at: at + lasts,
      used_at: null,
    })
    .onConflict(['person', 'via'])
    .merge();
}

/** The code of this hash, if it is still good. */
export async function liveReset(db: Db, hash: string, at: number): Promise<ResetCode | undefined> {
  return (await db('account_reset')
    .where({ code_hash: hash, used_at: null })
    .where('expires_at', '>', at)
    .first('person', 'via', 'code_hash', 'actor', 'issued_at')) as ResetCode | undefined;
}

/** Whether a link that was mailed to a person is still good. */
export async function hasLiveLink(db: Db, person: string, at: number): Promise<boolean> {
  const link = db('account_reset').where({ person, via: 'mail', used_at: null });
  return (await link.where('expires_at', '>', at).first('person')) !== undefined;
}

/** The links mailed within a day: when to a person, oldest first, and how many to a mailbox, whoever for. */
export async function linksMailed(
  db: Db,
  { person, mailbox, at }: { person: string; mailbox: string; at: number },
): Promise<{ toPerson: number[]; toMailbox: number }> {
  const rows = (await db('reset_mail')
    .where((mailed) => mailed.where({ person }).orWhere({ mailbox }))
    .where('at', '>', at - DAY)
    .orderBy('at')) as { person: string; mailbox: string; at: number }[];
  return {
    toPerson: rows.filter((row) => row.person === person).map((row) => row.at),
    toMailbox: rows.filter((row) => row.mailbox === mailbox).length,
  };
}

/** Keeps that a link was mailed. */
export async function noteLink(tx: Db, mailed: { person: string; mailbox: string; at: number }): Promise<void> {
  await tx('reset_mail').insert({ id: newKey(), ...mailed });
}

/** Uses a code up; false when another use came first, or it has ended. */
export async function useReset(tx: Db, hash: string, at: number): Promise<boolean> {
  const changed = await tx('account_reset')
    .where({ code_hash: hash, used_at: null })
    .where('expires_at', '>', at)
    .update({ used_at: at });
  return changed === 1;
}

/** Takes the codes of a person back: every one, or those that went one way. */
export async function voidResets(tx: Db, person: string, via?: ResetVia): Promise<void> {
  await tx('account_reset')
    .where(via === undefined ? { person } : { person, via })
    .delete();
  await tx('reset_mail').where({ person }).delete(); // what comes next is not kept waiting for what has fallen
}

/** Takes the codes of many persons back; `persons` selects their keys. */
export async function voidResetsOf(tx: Db, persons: Knex.QueryBuilder): Promise<void> {
  await tx('account_reset').whereIn('person', persons.clone()).delete();
  await tx('reset_mail').whereIn('person', persons.clone()).delete();
}

/** Removes codes that have ended. */
export async function purgeResets(db: Db, at: number): Promise<number> {
  await db('reset_mail')
    .where('at', '<=', at - DAY)
    .delete();
  return db('account_reset').where('expires_at', '<=', at).delete();
}

/** Notes that a reset was asked for under what was typed: the same statement whoever that is, if anybody. */
export async function noteAsk(tx: Db, ask: { id: string; identifier: string; at: number }): Promise<void> {
  await tx('account_reset_ask').insert(ask);
}

/** The next asks to answer. */
export async function waitingAsks(db: Db, most: number): Promise<{ id: string; identifier: string; at: number }[]> {
  return db('account_reset_ask').orderBy(['at', 'id']).limit(most);
}

/** Takes an ask to answer it; false when another node has. */
export async function takeAsk(tx: Db, id: string): Promise<boolean> {
  return (await tx('account_reset_ask').where({ id }).delete()) === 1;
}
