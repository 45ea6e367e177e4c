// The job that empties the queue: one mail after another, and away from a server that does not answer.
import type { House, MailData, MailName, MailWords } from '../../views/mails/mails.ts';
import { audit } from '../audit/audit.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Claimed, openQueue, type Queue } from './mail.ts';
import { isAddress, type Transport, Undelivered } from './transports.ts';

const MINUTE = 60_000;

/** How long a claim holds: well above what one mail may take. What is claimed by a node that died is free after this. */
const CLAIM = 5 * MINUTE;

/** How long one round may last: the next one begins where it ended. */
const ROUND = MINUTE;

/** After how many tries a mail is given up. The waits between them make two days. */
const MOST_TRIES = 20;
const LONGEST_WAIT = 180 * MINUTE;

/** How many mails in a row a server may drop before it is left alone. */
const MOST_DROPPED = 3;

export interface Sending {
  readonly transport: Transport;
  readonly render: (name: MailName, data: MailData, secret: MailData, house: House) => MailWords;
  /** The address of a person that this mail may go to; none when there is none. */
  readonly addressOf: (db: Db, mail: { person: string; template: MailName }) => Promise<string | undefined>;
  readonly house: House;
  /** `config.keyFor('mail')` */
  readonly key: Buffer;
  /** Now, UTC milliseconds. */
  readonly at: number;
  readonly stop?: AbortSignal;
}

export interface Sent {
  readonly sent: number;
  readonly givenUp: number;
  readonly later: number;
}

/**
 * Sends what is due, for a minute at most, the mail that is worth least longest first. No transaction is open while the server
 * is spoken to. A mail is claimed, handed over, then settled: a node that dies before the server has answered leaves a claim
 * that ends, and the mail goes out again with the same Message-ID; once the answer is written down it never does.
 * Throws `Undelivered` (`server`) when the server is not there: nothing is counted against the mails that wait for it.
 */
export async function sendMails(db: Db, sending: Sending): Promise<Sent> {
  const { key, at, stop, transport } = sending;
  const queue = openQueue(db, key);
  const begun = performance.now();
  const now = () => at + Math.round(performance.now() - begun);
  const told = { sent: 0, givenUp: 0, later: 0 };
  let dropped = 0;
  const leave = () => transport.close();
  stop?.addEventListener('abort', leave);
  try {
    while (!stop?.aborted && now() - at < ROUND) {
      const mail = await queue.claim(now(), CLAIM);
      if (!mail) break;
      const end = await sendOne(db, mail, { ...sending, queue, now });
      told[end.told] += 1;
      dropped = end.dropped ? dropped + 1 : 0;
      if (dropped >= MOST_DROPPED) throw new Undelivered('server', 'dropped');
    }
  } finally {
    stop?.removeEventListener('abort', leave);
    transport.close();
  }
  return told;
}

interface Moment extends Sending {
  readonly queue: Queue;
  readonly now: () => number;
}

async function sendOne(db: Db, mail: Claimed, moment: Moment): Promise<{ told: keyof Sent; dropped: boolean }> {
  const { queue, now, stop } = moment;
  const { id, tries } = mail;
  const giveUp = async (reason: string) => {
    await settle(db, mail, { ...moment, state: 'given_up', reason });
    return { told: 'givenUp', dropped: false } as const;
  };
  if (mail.expiresAt <= now()) return giveUp('expired');
  try {
    const refused = await handOver(db, mail, moment);
    if (refused) return giveUp(refused);
  } catch (error) {
    if (!(error instanceof Undelivered)) {
      await giveUp('fault'); // it would fail again, before all others
      throw error;
    }
    if (error.why === 'refused') return giveUp(error.answer);
    if (error.why === 'server' || stop?.aborted) {
      await queue.putBack(id, { dueAt: now(), counted: false });
      throw error;
    }
    if (tries + 1 >= MOST_TRIES) return giveUp(error.answer);
    await queue.putBack(id, { dueAt: now() + waitAfter(tries), counted: true });
    return { told: 'later', dropped: !/^4\d\d$/.test(error.answer) };
  }
  await settle(db, mail, { ...moment, state: 'sent', reason: '' });
  return { told: 'sent', dropped: false };
}

/** Why it cannot be handed over at all; nothing once the other side has answered for it. */
async function handOver(
  db: Db,
  { id, person, template, data, open, queuedAt }: Claimed,
  { transport, render, house, addressOf }: Moment,
): Promise<'no_address' | 'bad_address' | undefined> {
  const { to: given, values } = open();
  const to = given ?? (await addressOf(db, { person, template }));
  if (to === undefined) return 'no_address';
  if (!isAddress(to)) return 'bad_address';
  await transport.send({ id, to, ...render(template, data, values, house), date: queuedAt });
  return undefined;
}

/** One transaction: the end of the mail, and its trace, which names neither the address nor what was said. */
async function settle(
  db: Db,
  { id, person, template }: Claimed,
  { queue, now, state, reason }: Moment & { state: 'sent' | 'given_up'; reason: string },
): Promise<void> {
  const at = now();
  await inTransaction(db, async (tx) => {
    if (!(await queue.settle(tx, id, { state, at }))) return;
    const details = { template, ...(reason && { reason }) };
    await audit(tx, { at, event: `mail.${state}`, actor: 'system', subject: person, details });
  });
}

/** One minute, then twice as long each time, to three hours. */
function waitAfter(tries: number): number {
  return Math.min(MINUTE * 2 ** tries, LONGEST_WAIT);
}
