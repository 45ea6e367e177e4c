// Circles: created empty, for a purpose and a time; one is in them by one's own act, and leaves at any time. Nobody adds anybody.
import { activeAmong } from '../accounts/accounts.ts';
import { audit } from '../audit/audit.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { schoolYear, schoolYearAt } from '../facts/calendar.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { recordDeparture } from './invitation-records.ts';
import {
  type Circle,
  changeRole,
  closeCircle,
  endMembership,
  findCircle,
  holdCircle,
  insertCircle,
  liveCircles,
  type Member,
  type MemberRole,
  membershipsOf,
  membersIn,
} from './records.ts';
import { mayConvene, ofSchools } from './standing.ts';

export type { Circle, Member, MemberRole } from './records.ts';
export { findCircle } from './records.ts';

/** Who acts in which circle, and when. */
export interface InCircle {
  readonly circle: string;
  /** The key of whoever does it. */
  readonly by: string;
  /** Now, UTC milliseconds. */
  readonly at: number;
}

/**
 * Creates a circle with nobody in it but its owner (C33), until a day of the school year at the latest. Its purpose and
 * whether it is beyond schooling never change. Returns its key.
 * Refuses `circle_incomplete`, `circle_school_missing`, `not_allowed`, `dates_refused`.
 */
export async function createCircle(
  db: Db,
  asked: {
    readonly by: string;
    readonly schools: readonly string[];
    readonly name: string;
    readonly purpose: string;
    readonly beyondSchooling: boolean;
    /** The first instant at which it is over. */
    readonly until: number;
    readonly at: number;
  },
): Promise<string> {
  const { by, until, at, beyondSchooling } = asked;
  const [name, purpose] = [lineOf(asked.name, 80), lineOf(asked.purpose, 300)];
  const schools = [...new Set(asked.schools)].sort();
  if (schools.length === 0 || schools.length > 200)
    throw new Refusal('circle_school_missing', 'expected 1 to 200 schools');
  return inTransaction(db, async (tx) => {
    for (const school of schools)
      if (!(await mayConvene(tx, by, school, at)))
        throw new Refusal('not_allowed', `expected somebody who may convene at school \`${school}\``);
    if (!Number.isSafeInteger(until) || until <= at || until > (await latestEnd(tx, schools, at)))
      throw new Refusal('dates_refused', 'expected an end that is to come, within the school year');
    const id = await insertCircle(tx, {
      owner: by,
      name,
      purpose,
      beyondSchooling,
      createdAt: at,
      endsAt: until,
      schools,
    });
    await audit(tx, { at, event: 'circle.created', actor: by, school: schools[0], details: { circle: id } });
    return id;
  });
}

/** When a circle of some schools ends at the latest: with the first of their school years that ends. */
export async function latestEnd(db: Db, schools: readonly string[], at: number): Promise<number> {
  const ends: number[] = [];
  for (const uai of schools) {
    const { yearStart, zone } = await findSchool(db, uai);
    ends.push(schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone).to);
  }
  return Math.min(...ends);
}

/** A circle as one of its members sees it. */
export interface OwnCircle extends Circle {
  readonly role: MemberRole;
}

/** The circles that a person is in, by name. */
export async function circlesOf(db: Db, person: string, at: number): Promise<OwnCircle[]> {
  const memberships = await membershipsOf(db, [person]);
  const circles = await liveCircles(
    db,
    memberships.map(({ circle }) => circle),
    at,
  );
  return circles.map((circle) => ({ ...circle, role: memberships.find((one) => one.circle === circle.id)!.role }));
}

/** The circles of a school, for a module that serves it: by name. */
export { circlesAt as circlesOfSchool } from './records.ts';

/** A circle and those who are in it, for one of them: who accepted, and nobody else. `unknown_circle` for any other. */
export async function circleFor(
  db: Db,
  { circle, by, at }: InCircle,
): Promise<{ readonly circle: Circle; readonly members: readonly Member[]; readonly own: Member }> {
  const found = await findCircle(db, circle, at);
  const members = await presentMembers(db, found, at);
  const own = members.find(({ person }) => person === by);
  if (!own) throw unknown();
  return { circle: found, members, own };
}

/** Who is in a circle and may be reached through it: who accepted, is still of one of its schools, and signs in. */
export async function presentMembers(db: Db, circle: Circle, at: number): Promise<Member[]> {
  const members = await membersIn(db, circle.id);
  const persons = members.map(({ person }) => person);
  const there = await ofSchools(db, persons, { schools: circle.schools, at });
  const active = await activeAmong(db, persons);
  return members.filter(({ person }) => there.has(person) && active.has(person));
}

/** The circle held, and what whoever acts is in it; `unknown_circle` for who is not in it. */
export async function actIn(
  tx: Db,
  { circle, by, at }: InCircle,
  ...roles: readonly MemberRole[]
): Promise<{ circle: Circle; members: Member[]; own: Member }> {
  const held = await holdCircle(tx, circle, at);
  const members = await membersIn(tx, circle);
  const own = members.find(({ person }) => person === by);
  if (!own) throw unknown();
  if (!roles.includes(own.role)) throw new Refusal('not_allowed', `expected \`${roles.join('` or `')}\` of the circle`);
  return { circle: held, members, own };
}

/**
 * Leaves at once, without a reason. When the owner leaves, the moderator who came first takes over; without one the
 * circle ends, since nobody answers for it any more. Leaving twice is leaving once.
 */
export async function leaveCircle(db: Db, { circle, by, at }: InCircle): Promise<void> {
  await inTransaction(db, async (tx) => {
    await holdCircle(tx, circle, at);
    await depart(tx, { circle, person: by, as: 'left', by, at });
  });
}

/** The owner, or a moderator, ends the membership of another; the owner's own they do not. Counts as no refusal. */
export async function removeMember(db: Db, { person, ...act }: InCircle & { person: string }): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { members, own } = await actIn(tx, act, 'owner', 'moderator');
    const other = members.find((one) => one.person === person);
    if (!other || person === act.by) throw new Refusal('not_allowed', 'expected another member of the circle');
    if (other.role !== 'member' && own.role !== 'owner')
      throw new Refusal('not_allowed', 'expected the owner, to remove one who moderates');
    await depart(tx, { circle: act.circle, person, as: 'removed', by: act.by, at: act.at });
  });
}

/** The owner asks a member to invite beside them, or no more. Only of those who may convene at one of its schools (C34). */
export async function setModerator(
  db: Db,
  { person, moderates, ...act }: InCircle & { person: string; moderates: boolean },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { circle, members } = await actIn(tx, act, 'owner');
    const other = members.find((one) => one.person === person && one.role !== 'owner');
    if (!other) throw new Refusal('not_allowed', 'expected another member of the circle');
    if (moderates && !(await convenesIn(tx, person, circle, act.at)))
      throw new Refusal('not_allowed', 'expected one who may convene at a school of the circle');
    await changeRole(tx, circle.id, person, moderates ? 'moderator' : 'member');
    const event = moderates ? 'circle.moderator_named' : 'circle.moderator_ended';
    await audit(tx, { at: act.at, event, actor: act.by, subject: person, details: { circle: circle.id } });
  });
}

/** Whether somebody may convene at one of the schools of a circle today. */
export async function convenesIn(db: Db, person: string, { schools }: Circle, at: number): Promise<boolean> {
  for (const school of schools) if (await mayConvene(db, person, school, at)) return true;
  return false;
}

/** The owner ends the circle for all, before its day. */
export async function endCircle(db: Db, act: InCircle): Promise<void> {
  await inTransaction(db, async (tx) => {
    await actIn(tx, act, 'owner');
    await end(tx, act);
  });
}

/** An operator ends a circle, by a decision: the only thing that an operator does to one. Refuses `unknown_circle`. */
export async function endCircleByDecision(
  db: Db,
  { circle, at, decision }: Omit<InCircle, 'by'> & { readonly decision: string },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await holdCircle(tx, circle, at);
    await end(tx, { circle, by: 'operator', at }, { decision });
  });
}

async function end(tx: Db, { circle, by, at }: InCircle, more: { decision?: string } = {}): Promise<void> {
  await closeCircle(tx, circle, { by, at });
  await audit(tx, { at, event: 'circle.ended', actor: by, details: { circle, ...more } });
}

/** Ends a membership, and what hangs on it. */
export async function depart(
  tx: Db,
  { circle, person, as, by, at }: { circle: string; person: string; as: 'left' | 'removed'; by: string; at: number },
): Promise<void> {
  const own = (await membersIn(tx, circle)).find((one) => one.person === person);
  if (!own || !(await endMembership(tx, circle, person, at))) return;
  await recordDeparture(tx, { circle, person, as, at });
  await audit(tx, { at, event: `circle.${as}`, actor: by, subject: person, details: { circle } });
  if (own.role !== 'owner') return;
  const next = (await membersIn(tx, circle)).find(({ role }) => role === 'moderator');
  if (!next) return end(tx, { circle, by, at });
  await changeRole(tx, circle, next.person, 'owner');
  await audit(tx, { at, event: 'circle.owner_followed', actor: by, subject: next.person, details: { circle } });
}

function unknown(): Refusal {
  return new Refusal('unknown_circle', 'expected a circle that one is in');
}

/** One line of text, 1 to `most` characters; `circle_incomplete` otherwise. */
function lineOf(text: string, most: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '' || line.length > most)
    throw new Refusal('circle_incomplete', `expected a text of 1 to ${most} characters`);
  return line;
}
