// A ticket: on a written ask of who keeps a logbook or directs its school, an administrator, the DPO or the academy sees for a few days who may read it (C27).
import { findLogbook } from '../directory/logbooks.ts';
import { findPerson } from '../directory/persons.ts';
import { Refusal } from '../errors.ts';
import { changeFacts, currentFacts, factsAbout, lockSchool } from '../facts/facts.ts';
import { may } from '../rights/rights.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { type Act, auditAct } from './acts.ts';
import { datesWithinDays, type Wished } from './dates.ts';

/** How many days a ticket lasts at the most. */
export const TICKET_DAYS = 7;

interface Ticket extends Act {
  /** The key of a logbook. */
  readonly logbook: string;
  /** The key of who is to see its readers. */
  readonly person: string;
}

/**
 * Opens it: `by` keeps the logbook, or directs its school. It says who may read, opens nothing of what is written, and
 * ends with the office for which it is given.
 * Refuses `not_allowed` to others, `ticket_refused` for whoever holds none of the three offices there,
 * `decision_missing` without a reference, `dates_refused`.
 */
export async function openTicket(
  db: Db,
  asked: Ticket & Wished & { readonly reference: string },
): Promise<{ readonly endsAt: number }> {
  return inTransaction(db, async (tx) => {
    const { logbook, person, by, at } = asked;
    const { school } = await findLogbook(tx, logbook);
    await lockSchool(tx, school);
    await requireAsker(tx, asked);
    await findPerson(tx, person);
    const reference = asked.reference.trim();
    if (reference === '' || reference.length > 200)
      throw new Refusal('decision_missing', 'expected the reference of the ask, 1 to 200 characters');
    const offices = await factsAbout(tx, 'subject', person, at, ['administers', 'protects', 'authority']);
    if (!offices.some(({ object }) => object === school))
      throw new Refusal('ticket_refused', `expected somebody who administers school \`${school}\`, or oversees it`);
    const { validFrom, validTo } = await datesWithinDays(tx, school, asked, { at, most: TICKET_DAYS });
    const properties = { decision: reference };
    const begin = [{ relation: 'ticketed', subject: person, object: logbook, properties, validFrom, validTo } as const];
    const end = await ticketsOf(tx, school, asked);
    await changeFacts(tx, { school, at, source: 'local', actor: by, begin, end });
    await auditAct(tx, asked, { event: 'ticket.opened', subject: person, school, details: { logbook } });
    // no later than the office, on which it stands
    const [ticket] = await ticketsOf(tx, school, asked);
    return { endsAt: ticket?.validTo ?? validTo };
  });
}

/** Ends it sooner, by the same persons or by its holder. Refuses `nothing_to_end`, `not_allowed`. */
export async function endTicket(db: Db, asked: Ticket): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { logbook, person, by, at } = asked;
    const { school } = await findLogbook(tx, logbook);
    await lockSchool(tx, school);
    if (by !== person) await requireAsker(tx, asked);
    const end = await ticketsOf(tx, school, asked);
    if (end.length === 0) throw new Refusal('nothing_to_end', 'expected a ticket that lasts');
    await changeFacts(tx, { school, at, source: 'local', actor: by, end });
    await auditAct(tx, asked, { event: 'ticket.ended', subject: person, school, details: { logbook } });
  });
}

/** Traces that somebody looked at the readers of a logbook, when a ticket alone lets them. */
export async function traceLook(db: Db, { logbook, by, at }: Omit<Ticket, 'person'>): Promise<void> {
  const resource = { type: 'logbook', id: logbook } as const;
  const { reasons, school } = await may(db, { person: by, action: 'see_readers', resource, when: { at } });
  if (reasons.length === 0 || reasons.some(({ rule }) => rule !== 'ticket')) return;
  await auditAct(db, { by, at }, { event: 'ticket.used', subject: by, school, details: { logbook } });
}

/** Who keeps it or directs its school: whoever sees its readers, but not by a ticket. */
async function requireAsker(tx: Db, { logbook, by, at }: Ticket): Promise<void> {
  const resource = { type: 'logbook', id: logbook } as const;
  const { reasons } = await may(tx, { person: by, action: 'see_readers', resource, when: { at } });
  if (!reasons.some(({ rule }) => rule !== 'ticket'))
    throw new Refusal('not_allowed', 'expected who keeps the logbook, or who directs its school');
}

async function ticketsOf(tx: Db, school: string, { person, logbook, at }: Ticket) {
  const where = { school, relations: ['ticketed'], subject: person, object: logbook, endingAfter: at } as const;
  return currentFacts(tx, where);
}
