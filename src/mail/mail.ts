// Mails: queued inside the act that they tell of, sent later by a job, each once, whatever dies meanwhile.
import type { DataOf, MailData, MailName, SecretOf } from '../../views/mails/mails.ts';
import { inBatches } from '../storage/batches.ts';
import { type Seal, sealWith } from '../storage/seal.ts';
import { rowsOf, type Source } from '../storage/statements.ts';
import { type Db, newKey } from '../storage/storage.ts';

const DAY = 86_400_000;

/** How long a mail waits for a server before it is given up, when nothing shorter is said. */
export const WAITS_FOR = 5 * DAY;

/** How long the trace of a mail is kept once it has left or was given up. */
const KEPT_FOR = 90 * DAY;

/** A mail to put in the queue. */
export interface NewMail<Name extends MailName> {
  readonly person: string;
  readonly template: Name;
  /** Keys, days and counts; no name, no address, no code. */
  readonly data: DataOf<Name>;
  /** Codes, and the `config.keyFor('mail')` that they are sealed under. */
  readonly secret?: { readonly key: Buffer; readonly values: SecretOf<Name>; readonly to?: string };
  /** Now, UTC milliseconds. */
  readonly at: number;
  /** The instant from which it is worth nothing any more, such as the end of its code; by default in five days. */
  readonly expiresAt?: number;
}

/**
 * Puts a mail in the queue, in the caller's transaction: it goes out if that one stands. Returns its key.
 * It goes to the address that the person gave and confirmed; `secret.to` names another, such as one to be confirmed.
 */
export async function queueMail<Name extends MailName>(tx: Source, mail: NewMail<Name>): Promise<string> {
  const { person, template, data, secret, at, expiresAt = at + WAITS_FOR } = mail;
  const id = newKey();
  const sealed = secret && sealWith(secret.key).close(id, { values: secret.values, to: secret.to });
  const sql = `insert into mail (id, person, template, data, sealed, state, queued_at, due_at, expires_at, tries, claimed_by)
    values (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, 0, '')`;
  await rowsOf(tx, sql, [id, person, template, JSON.stringify(data), sealed ?? null, at, at, expiresAt]);
  return id;
}

/** The mails of a person that wait, and those that have left of which a trace is kept; the newest first. */
export async function mailsTo(
  db: Db,
  person: string,
): Promise<{ template: MailName; state: MailState; queuedAt: number }[]> {
  const rows = (await db('mail').where({ person }).orderBy('id', 'desc').select('template', 'state', 'queued_at')) as {
    template: MailName;
    state: MailState;
    queued_at: number;
  }[];
  return rows.map(({ template, state, queued_at: queuedAt }) => ({ template, state, queuedAt }));
}

/** What has become of mails, by key: those that were purged are left out. `settledAt` is when it was sent or given up. */
export async function mailsByKey(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { state: MailState; settledAt: number | null }>> {
  const rows = (await db('mail')
    .whereIn('id', [...ids])
    .select('id', 'state', 'settled_at')) as {
    id: string;
    state: MailState;
    settled_at: number | null;
  }[];
  return new Map(rows.map((row) => [row.id, { state: row.state, settledAt: row.settled_at }]));
}

export type MailState = 'waiting' | 'sent' | 'given_up';

/** A mail as the sender takes it out of the queue. */
export interface Claimed {
  readonly id: string;
  readonly person: string;
  readonly template: MailName;
  readonly data: MailData;
  /** Opens what was sealed: codes, and the address that was given with the mail. */
  readonly open: () => { readonly values: MailData; readonly to?: string | undefined };
  readonly queuedAt: number;
  readonly expiresAt: number;
  readonly tries: number;
}

interface Row {
  readonly id: string;
  readonly person: string;
  readonly template: MailName;
  readonly data: string;
  readonly sealed: Buffer | null;
  readonly queued_at: number;
  readonly expires_at: number;
  readonly tries: number;
}

/** The queue as the sender sees it. */
export interface Queue {
  /** Takes a due mail for `forMs`, the one that is soonest worth nothing; nobody else takes it meanwhile. */
  claim(at: number, forMs: number): Promise<Claimed | undefined>;
  /** Puts a claimed mail back until `dueAt`; `counted` says whether that was a try. */
  putBack(id: string, back: { dueAt: number; counted: boolean }): Promise<void>;
  /** Ends a mail and wipes what was sealed; false when it was no longer ours. */
  settle(tx: Db, id: string, end: { state: Exclude<MailState, 'waiting'>; at: number }): Promise<boolean>;
}

/** The queue, for one sender: what it claims is its own until the claim ends. */
export function openQueue(db: Db, key: Buffer): Queue {
  const seal = sealWith(key);
  const holder = newKey();
  const mine = (tx: Db, id: string) => tx('mail').where({ id, claimed_by: holder, state: 'waiting' });
  return {
    claim: async (at, forMs) => {
      const next = db('mail')
        .where({ state: 'waiting' })
        .where('due_at', '<=', at)
        .orderBy(['expires_at', 'id'])
        .limit(1);
      // whoever comes second finds it no longer due, and looks again at the next
      for (;;) {
        const found = (await next.clone().first()) as Row | undefined;
        if (!found) return undefined;
        const taken = await db('mail')
          .where({ id: found.id, state: 'waiting' })
          .where('due_at', '<=', at)
          .update({ claimed_by: holder, due_at: at + forMs });
        if (taken === 1) return toClaimed(found, seal);
      }
    },
    putBack: async (id, { dueAt, counted }) => {
      await mine(db, id).update({
        claimed_by: '',
        due_at: dueAt,
        ...(counted && { tries: db.raw('tries + 1') }),
      });
    },
    settle: async (tx, id, { state, at }) =>
      (await mine(tx, id).update({ state, settled_at: at, sealed: null, claimed_by: '' })) === 1,
  };
}

/** Gives up, untold, what is worth nothing any more: for a house that has no server to send by. */
export async function giveUpMails(db: Db, at: number): Promise<number> {
  return db('mail')
    .where({ state: 'waiting' })
    .where('expires_at', '<=', at)
    .update({ state: 'given_up', settled_at: at, sealed: null });
}

const PURGED_AT_ONCE = 500;

/** Removes what was settled long ago, a few at a time, until it is told to stop. */
export async function purgeMails(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  const old = db('mail')
    .where('settled_at', '<=', at - KEPT_FOR)
    .limit(PURGED_AT_ONCE)
    .select('id');
  return inBatches(() => db('mail').whereIn('id', old.clone()).delete(), stop);
}

function toClaimed(row: Row, seal: Seal): Claimed {
  const { id, person, template, sealed } = row;
  return {
    id,
    person,
    template,
    data: JSON.parse(row.data),
    open: () => (sealed ? seal.openOnce(id, sealed) : { values: {} }),
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    tries: row.tries,
  };
}
