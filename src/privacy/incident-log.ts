// What an open incident file shows: the log of one person, for its days, at its school; each look is traced.
import { audit, type TracedEvent, tracedOf } from '../audit/audit.ts';
import { decisionsAbout } from '../audit/decisions.ts';
import { Refusal } from '../errors.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import type { IncidentFile } from './incident-files.ts';
import { type Act, findSeen } from './incidents.ts';

/** One event of the log: keys only, as it is kept. */
export interface LoggedEvent {
  /** UTC milliseconds. */
  readonly at: number;
  /** An event of the trail, or `decision.<action>`. */
  readonly event: string;
  readonly client?: string;
  /** What it was about: the type and key of a resource. */
  readonly about?: string;
  /** The answer to a decision. */
  readonly allowed?: boolean;
}

export interface IncidentLog {
  readonly file: IncidentFile;
  /** The oldest first. */
  readonly events: readonly LoggedEvent[];
  /** Whether there was more than one answer holds. */
  readonly cut: boolean;
}

const MOST = 1_000;

/**
 * The log that a file opens, to who asked for it and to the DPO; `incident_closed` before both have signed and once it is
 * over. What happened at another school, or in a module that does not serve this one (`serves`), is left out.
 */
export async function readIncident(
  db: Db,
  {
    id,
    serves,
    ...act
  }: Act & { readonly id: string; readonly serves: (client: string, school: string) => Promise<boolean> },
): Promise<IncidentLog> {
  const file = await findSeen(db, id, act);
  const { state, openUntil, person, school, startsAt: from, endsAt: to } = file;
  if (state !== 'open' || openUntil === null || openUntil <= act.at)
    throw new Refusal('incident_closed', 'expected an incident file that both have signed, and that is not over');
  // traced first: what cannot be traced is not shown
  await inTransaction(db, (tx) =>
    audit(tx, { at: act.at, event: 'incident.read', actor: act.by, subject: person, school, details: { file: id } }),
  );
  const own = await tracedOf(db, { end: 'actor', person, from, to, most: MOST });
  const others = await tracedOf(db, { end: 'subject', person, from, to, most: MOST });
  const all = [...own, ...others.filter(({ actor }) => actor !== person)].filter(
    ({ event, school: where }) => !isKeptBack(event) && (!where || where === school),
  );
  const decided = await decisionsAbout(db, { person, from, to, most: MOST });
  const decisions = decided.filter(({ revision }) => revision?.startsWith(`${school}:`));
  const events = [...all.map(tracedEvent), ...decisions.map(decidedEvent)].sort((a, b) => a.at - b.at);
  const elsewhere = await clientsElsewhere(events, (client) => serves(client, school));
  const shown = events.filter(({ client }) => client === undefined || !elsewhere.has(client));
  return {
    file,
    events: shown.slice(0, MOST),
    cut: [own, others, decided, shown].some(({ length }) => length >= MOST),
  };
}

/** What no file opens: who looked, and what a person answered to a circle, a charter, a notice or a publisher, which is theirs alone (I8, I14). */
function isKeptBack(event: string): boolean {
  return ['incident.', 'circle.', 'charter.answered', 'notice.acknowledged', 'publisher.'].some((one) =>
    event.startsWith(one),
  );
}

async function clientsElsewhere(
  events: readonly LoggedEvent[],
  serves: (client: string) => Promise<boolean>,
): Promise<Set<string>> {
  const elsewhere = new Set<string>();
  for (const client of new Set(events.flatMap((one) => one.client ?? [])))
    if (!(await serves(client))) elsewhere.add(client);
  return elsewhere;
}

function tracedEvent({ at, event, client }: TracedEvent): LoggedEvent {
  return { at, event, ...(client !== null && { client }) };
}

function decidedEvent(one: Awaited<ReturnType<typeof decisionsAbout>>[number]): LoggedEvent {
  const { at, action, type, resource, allowed, client } = one;
  return {
    at,
    event: `decision.${action ?? ''}`,
    ...(client !== undefined && { client }),
    ...(resource !== undefined && { about: `${type} ${resource}` }),
    ...(allowed !== undefined && { allowed }),
  };
}
