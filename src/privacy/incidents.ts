// The incident file: the only way to another's log (C29). A motive, bounded dates, two persons who sign, and one who is told.
import { audit } from '../audit/audit.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { lockSchool } from '../facts/facts.ts';
import { queueMail } from '../mail/mail.ts';
import { type ActionOn, list, may } from '../rights/rights.ts';
import { type Db, inTransaction, newKey } from '../storage/storage.ts';
import { addIncident, findIncident, type IncidentFile, listIncidents, moveIncident } from './incident-files.ts';
import { personAtSchool } from './incident-persons.ts';

export type { IncidentFile } from './incident-files.ts';
export { findIncident } from './incident-files.ts';

const DAY = 86_400_000;

/** How many days of a log one file opens at the most. */
export const MOST_DAYS = 31;

/** How long it may be read once both have signed; it ends sooner when either says so. */
export const OPEN_FOR = 14 * DAY;

/** The clock goes back an hour once a year. */
const HOUR_OF_SUMMER = 3_600_000;

const LONGEST_MOTIVE = 1_000;

/** Who acts, and when. */
export interface Act {
  /** The key of a person. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

export interface IncidentAsked extends Act {
  /** The key of the file, such as a form carries it: the same form twice asks once. */
  readonly id?: string;
  readonly school: string;
  /** Whose log: a key, or the full name of one person of the school. */
  readonly named: string;
  readonly motive: string;
  /** The days of the log, `[startsAt, endsAt)`: begun, and at most 31. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * Somebody in charge asks to see the log of one person, which opens nothing. Refuses `not_allowed`, `motive_missing`,
 * `dates_refused`, `unknown_person` for whoever the school has nothing to do with, `person_ambiguous`, `incident_own`.
 */
export async function askIncident(db: Db, asked: IncidentAsked): Promise<IncidentFile> {
  const { id = newKey(), school, named, startsAt, endsAt, by, at } = asked;
  await findSchool(db, school);
  await requireAction(db, asked, { school, action: 'protect' });
  const motive = motiveOf(asked);
  if (!(startsAt < endsAt && startsAt <= at && endsAt - startsAt <= MOST_DAYS * DAY + HOUR_OF_SUMMER))
    throw new Refusal('dates_refused', `expected past days, ${MOST_DAYS} at the most`);
  const person = await personAtSchool(db, { school, named, since: startsAt });
  if (person === by) throw own();
  return inTransaction(db, async (tx) => {
    await lockSchool(tx, school); // two that say the same come one after the other
    const wanted = { id, school, person, motive, startsAt, endsAt, askedBy: by, askedAt: at };
    const { file, added } = await addIncident(tx, wanted);
    if (added) await trace(tx, asked, file, 'incident.asked');
    return file;
  });
}

/** The DPO signs beside, and the file opens. Refuses `not_allowed`, `incident_own`, `incident_decided`. */
export async function signIncident(db: Db, { id, ...act }: Act & { readonly id: string }): Promise<IncidentFile> {
  return inTransaction(db, async (tx) => {
    const file = await requireSigner(tx, id, act);
    const { by, at } = act;
    const opened = { state: 'open', decided_by: by, decided_at: at, open_until: at + OPEN_FOR } as const;
    if (!(await moveIncident(tx, id, 'asked', opened))) throw decided(file);
    await trace(tx, act, file, 'incident.opened');
    return findIncident(tx, id);
  });
}

/** The DPO does not, and says why. Refuses `reason_missing` besides. */
export async function refuseIncident(
  db: Db,
  { id, reason, ...act }: Act & { readonly id: string; readonly reason: string },
): Promise<IncidentFile> {
  return inTransaction(db, async (tx) => {
    const file = await requireSigner(tx, id, act);
    const said = reason.trim();
    if (said === '') throw new Refusal('reason_missing', 'expected `reason` to say why');
    if (said.length > LONGEST_MOTIVE) throw new Refusal('bad_request', 'expected a shorter `reason`');
    const { by, at } = act;
    const change = {
      state: 'refused',
      decided_by: by,
      decided_at: at,
      ended_by: by,
      ended_at: at,
      reason: said,
    } as const;
    if (!(await moveIncident(tx, id, 'asked', change))) throw decided(file);
    await trace(tx, act, file, 'incident.refused');
    return findIncident(tx, id);
  });
}

/** Who asked, or the DPO, ends it: nothing of it is read any more, and the person is told of what was. */
export async function endIncident(db: Db, { id, ...act }: Act & { readonly id: string }): Promise<IncidentFile> {
  return inTransaction(db, async (tx) => {
    const file = await findSeen(tx, id, act);
    if (file.state !== 'asked' && file.state !== 'open') throw decided(file);
    await close(tx, file, act);
    return findIncident(tx, id);
  });
}

/** Ends the files whose time is over, until it is told to stop. Gives how many. */
export async function endDueIncidents(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  let ended = 0;
  for (const { id } of await listIncidents(db, { dueAt: at })) {
    if (stop?.aborted) break;
    await inTransaction(db, async (tx) => {
      const file = await findIncident(tx, id);
      if (file.state !== 'open' || file.openUntil === null || file.openUntil > at) return;
      await close(tx, file, { by: 'system', at });
      ended += 1;
    });
  }
  return ended;
}

/** Writes the end, and tells the person when the log was open: on their page from now on, and by mail. */
async function close(tx: Db, file: IncidentFile, act: Act): Promise<void> {
  const { id, state, person, startsAt, endsAt } = file;
  const { by, at } = act;
  const told = state === 'open';
  const change = { state: 'ended', ended_by: by, ended_at: at, told_at: told ? at : null } as const;
  if (!(await moveIncident(tx, id, state, change))) throw decided(file);
  if (told) await queueMail(tx, { person, template: 'incident', data: { from: startsAt, to: endsAt - 1 }, at });
  await trace(tx, act, file, 'incident.ended');
}

/** What a person sees of the files of a school. */
export interface IncidentsSeen {
  readonly school: string;
  /** Whether they may ask, and whether they sign beside. */
  readonly asks: boolean;
  readonly signs: boolean;
  readonly files: readonly IncidentFile[];
}

/** The schools where a person may ask or sign, with the files that are theirs to see: their own, or those to be signed. */
export async function incidentsFor(db: Db, { by, at }: Act): Promise<IncidentsSeen[]> {
  const where = async (action: ActionOn<'school'>) =>
    (await list(db, { person: by, action, type: 'school', when: { at } })).map(({ id }) => id);
  const [asking, signing] = [await where('protect'), await where('oversee')];
  const schools = [...new Set([...asking, ...signing])].sort();
  const files = await listIncidents(db, { schools });
  return schools.map((school) => {
    const signs = signing.includes(school);
    const seen = (file: IncidentFile) => file.school === school && file.person !== by && (signs || file.askedBy === by);
    return { school, asks: asking.includes(school), signs, files: files.filter(seen) };
  });
}

/** One that is the person's to see; `unknown_incident` for any other. */
export async function findSeen(db: Db, id: string, { by, at }: Act): Promise<IncidentFile> {
  const file = await findIncident(db, id);
  const action = file.askedBy === by ? 'protect' : 'oversee';
  if (file.person === by || !(await allows(db, { by, at }, { school: file.school, action })))
    throw new Refusal('unknown_incident', 'expected an incident file that is yours to see');
  return file;
}

/** The files that a person was told of, the newest first: they are told afterwards, and never before. */
export async function incidentsTold(db: Db, person: string): Promise<IncidentFile[]> {
  return (await listIncidents(db, { person })).filter(({ toldAt }) => toldAt !== null);
}

async function requireSigner(tx: Db, id: string, act: Act): Promise<IncidentFile> {
  const file = await findIncident(tx, id);
  if (!(await allows(tx, act, { school: file.school, action: 'oversee' })))
    throw new Refusal('unknown_incident', 'expected an incident file that is yours to sign');
  if (file.askedBy === act.by || file.person === act.by) throw own();
  if (file.state !== 'asked') throw decided(file);
  return file;
}

function motiveOf({ motive }: IncidentAsked): string {
  const said = motive.trim();
  if (said === '') throw new Refusal('motive_missing', 'expected `motive` to say why');
  if (said.length > LONGEST_MOTIVE)
    throw new Refusal('bad_request', `expected \`motive\` under ${LONGEST_MOTIVE} characters`);
  return said;
}

async function allows(
  db: Db,
  { by, at }: Act,
  { school, action }: { school: string; action: ActionOn<'school'> },
): Promise<boolean> {
  return (await may(db, { person: by, action, resource: { type: 'school', id: school }, when: { at } })).allowed;
}

async function requireAction(db: Db, act: Act, asked: { school: string; action: ActionOn<'school'> }): Promise<void> {
  if (!(await allows(db, act, asked)))
    throw new Refusal('not_allowed', `expected somebody who may ${asked.action} at school \`${asked.school}\``);
}

function own(): Refusal {
  return new Refusal(
    'incident_own',
    'expected two other persons than the one it is about, and another than the one who asked',
  );
}

function decided({ state }: IncidentFile): Refusal {
  return new Refusal('incident_decided', 'expected an incident file that is not decided or over', { state });
}

/** The trail holds that it was asked, signed, read and ended: never the motive. */
async function trace(tx: Db, { by, at }: Act, { id, school, person }: IncidentFile, event: string): Promise<void> {
  await audit(tx, { at, event, actor: by, subject: person, school, details: { file: id } });
}
