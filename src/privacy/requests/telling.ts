// What the person is told: by mail where they have confirmed an address, else by a letter that an agent sends.
import { contactOf } from '../../accounts/contact.ts';
import { queueMail } from '../../mail/mail.ts';
import type { Db } from '../../storage/storage.ts';
import { changeRequest, type PersonRequest } from './records.ts';

/** Tells that a request has come, and the last day of its answer. */
export async function tellReceived(tx: Db, request: PersonRequest, at: number): Promise<void> {
  const { asker, id, due } = request;
  if (asker !== null && (await contactOf(tx, asker)))
    await queueMail(tx, { person: asker, template: 'request-received', data: { request: id, due }, at });
}

/** Tells that somebody else has written down that the request is taken back. */
export async function tellWithdrawn(tx: Db, { asker, id }: PersonRequest, at: number): Promise<void> {
  if (asker !== null && (await contactOf(tx, asker)))
    await queueMail(tx, { person: asker, template: 'request-withdrawn', data: { request: id }, at });
}

/** Tells that more time is needed, or leaves it for an agent to send by letter. The reasons stand on the request's page. */
export async function tellExtended(tx: Db, request: PersonRequest, at: number): Promise<void> {
  const { asker, id, due } = request;
  if (asker === null || !(await contactOf(tx, asker))) return changeRequest(tx, id, { extensionTold: 'letter' });
  await queueMail(tx, { person: asker, template: 'request-extended', data: { request: id, due }, at });
  await changeRequest(tx, id, { extensionTold: 'mail', extensionToldAt: at });
}

/** Where an answer goes, read before the act that may end the account, and the address with it. */
export async function addressFor(db: Db, { asker }: PersonRequest): Promise<string | undefined> {
  return asker === null ? undefined : (await contactOf(db, asker))?.email;
}

/**
 * Tells the answer by mail, or leaves it for an agent to send by letter. `to` is the address of before: where the decision
 * has ended it, it is sealed under `key` for this one mail, and without a key the answer goes by letter.
 */
export async function tellDecided(
  tx: Db,
  request: PersonRequest,
  { to, key, at }: { to: string | undefined; key: Buffer | undefined; at: number },
): Promise<void> {
  const { asker, id } = request;
  const stands = asker !== null && (await contactOf(tx, asker)) !== undefined;
  if (asker === null || to === undefined || !(stands || key)) return changeRequest(tx, id, { answer: 'letter' });
  const mail = { person: asker, template: 'request-decided', data: { request: id }, at } as const;
  await queueMail(tx, stands || !key ? mail : { ...mail, secret: { key, values: {}, to } });
  await changeRequest(tx, id, { answer: 'mail', answeredAt: at });
}
