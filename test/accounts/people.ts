// What the tests of the accounts share: where tries come from, good passwords, and how refusals are compared.
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Origin } from '../../src/accounts/accounts.ts';
import { Refusal } from '../../src/errors.ts';
import { type Claimed, openQueue } from '../../src/mail/mail.ts';
import type { Db } from '../../src/storage/storage.ts';
import { NOW } from '../cast.ts';

const KEY = randomBytes(32);

export const HOME = '192.0.2.10';
export const SCHOOL = '198.51.100.7';

/** A try from an address, at an instant. */
export function from(address = HOME, at = NOW): Pick<Origin, 'address' | 'key' | 'at'> {
  return { address, key: KEY, at };
}

/** What `config.keyFor` would say; tries are counted under the same key as those of `from`. */
export const KEYS = (use: string): Buffer => (use === 'throttle' ? KEY : createHash('sha256').update(use).digest());

/** A mail as its reader has it: to the address given with it, or to the confirmed one when there is none. */
export interface Taken extends Pick<Claimed, 'id' | 'person' | 'template' | 'data' | 'expiresAt'> {
  readonly to?: string | undefined;
  readonly secret: Readonly<Record<string, string | number>>;
}

/** Takes every mail out of the queue, as the sender would, oldest first. */
export async function takeMails(db: Db, at: number, key = KEYS('mail')): Promise<Taken[]> {
  const queue = openQueue(db, key);
  const taken: Taken[] = [];
  for (let next = await queue.claim(at, 60_000); next; next = await queue.claim(at, 60_000)) {
    const { id, person, template, data, expiresAt } = next;
    const { values, to } = next.open();
    taken.push({ id, person, template, data, expiresAt, to, secret: values });
    await queue.settle(db, id, { state: 'sent', at });
  }
  return taken.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The code that a mail carries. */
export function codeOf(mail: Taken | undefined): string {
  return String(mail?.secret.code ?? '');
}

/** The code of the only mail of its kind among those that wait. */
export async function codeSent(db: Db, template: Taken['template'], at: number, key?: Buffer): Promise<string> {
  const found = (await takeMails(db, at, key)).filter((mail) => mail.template === template);
  expect(found).toHaveLength(1);
  return codeOf(found[0]);
}

/** Long enough for staff, and near nobody of the cast. */
export const PASSWORD = 'vitrail-moussaka-47-grelot';
export const WRONG = 'vitrail-moussaka-48-grelot';

/** What a caller can see of a refusal. */
export interface Seen {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly details: unknown;
}

/** What a refused promise shows; fails when it is not refused. */
export async function refusalOf(promise: Promise<unknown>): Promise<Seen> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  const { code, status, message, details } = error as Refusal;
  return { code, status, message, details };
}

/** How many of each outcome: the code of a refusal, or `ok`. Anything that is not a refusal is thrown again. */
export async function outcomes(promises: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const settled of await Promise.allSettled(promises)) {
    if (settled.status === 'rejected' && !(settled.reason instanceof Refusal)) throw settled.reason;
    const outcome = settled.status === 'fulfilled' ? 'ok' : (settled.reason as Refusal).code;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Every table with every row, as text. */
export async function everything(db: Db): Promise<string> {
  const postgres = db.client.config.client === 'pg';
  const rows = (await db.raw(
    postgres
      ? "select tablename as name from pg_tables where schemaname = 'public'"
      : "select name from sqlite_master where type = 'table'",
  )) as { rows?: { name: string }[] } & { name: string }[];
  const tables = (rows.rows ?? rows).map(({ name }) => name);
  const contents = await Promise.all(tables.map(async (table) => `${table}: ${JSON.stringify(await db(table))}`));
  return contents.join('\n');
}

/** Gives a member of the cast the birth date that the cast leaves out. */
export async function bornOn(db: Db, person: string, day: string): Promise<void> {
  await db('person').where({ id: person }).update({ birth_date: day });
}

/** The events of the trail about a person, in order. */
export async function eventsOf(db: Db, person: string): Promise<string[]> {
  const rows = (await db('audit').where({ subject: person }).orderBy(['day', 'seq'])) as { event: string }[];
  return rows.map(({ event }) => event);
}
