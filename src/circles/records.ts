// Circles and their members as they are kept.
import { Refusal } from '../errors.ts';
import { type Db, newKey } from '../storage/storage.ts';

export type MemberRole = 'owner' | 'moderator' | 'member';

export interface Circle {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  /** Whether its purpose is not the pupils' schooling. */
  readonly beyondSchooling: boolean;
  readonly createdAt: number;
  /** The first instant at which it is over, UTC milliseconds. */
  readonly endsAt: number;
  /** UAIs, in order. */
  readonly schools: readonly string[];
}

/** Somebody who is in it. */
export interface Member {
  readonly person: string;
  readonly role: MemberRole;
  /** UTC milliseconds. */
  readonly since: number;
  /** The legal representative who agreed too. */
  readonly agreedBy: string | null;
}

interface CircleRow {
  id: string;
  name: string;
  purpose: string;
  beyond_schooling: number;
  created_at: number;
  ends_at: number;
}

interface MemberRow {
  circle: string;
  person: string;
  role: MemberRole;
  since: number;
  until: number | null;
  agreed_by: string | null;
}

/** A circle that is not over; `unknown_circle` otherwise. */
export async function findCircle(db: Db, id: string, at: number): Promise<Circle> {
  const [found] = await liveCircles(db, [id], at);
  if (!found) throw new Refusal('unknown_circle', 'expected a circle that is not over');
  return found;
}

/** The same, held to the end of the transaction: what happens in one circle happens one thing after another. */
export async function holdCircle(tx: Db, id: string, at: number): Promise<Circle> {
  await tx('circle').where({ id }).forUpdate().first('id');
  return findCircle(tx, id, at);
}

/** Circles by key that are not over, by name. */
export async function liveCircles(db: Db, ids: readonly string[], at: number): Promise<Circle[]> {
  const rows = (await db('circle')
    .whereIn('id', [...new Set(ids)])
    .whereNull('ended_at')
    .where('ends_at', '>', at)) as CircleRow[];
  const schools = (await db('circle_school')
    .whereIn(
      'circle',
      rows.map(({ id }) => id),
    )
    .orderBy('school')) as { circle: string; school: string }[];
  return rows
    .map((row) => ({
      id: row.id,
      name: row.name,
      purpose: row.purpose,
      beyondSchooling: row.beyond_schooling === 1,
      createdAt: row.created_at,
      endsAt: row.ends_at,
      schools: schools.filter(({ circle }) => circle === row.id).map(({ school }) => school),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, 'fr') || (a.id < b.id ? -1 : 1));
}

/** The circles of a school that are not over. */
export async function circlesAt(db: Db, school: string, at: number): Promise<Circle[]> {
  const rows = (await db('circle_school').where({ school }).select('circle')) as { circle: string }[];
  return liveCircles(
    db,
    rows.map(({ circle }) => circle),
    at,
  );
}

/** Writes a circle with nobody in it but the one who creates it. */
export async function insertCircle(
  tx: Db,
  { owner, schools, ...circle }: Omit<Circle, 'id'> & { owner: string },
): Promise<string> {
  const id = newKey();
  await tx('circle').insert({
    id,
    name: circle.name,
    purpose: circle.purpose,
    beyond_schooling: circle.beyondSchooling ? 1 : 0,
    created_at: circle.createdAt,
    ends_at: circle.endsAt,
    ended_by: null,
    ended_at: null,
  });
  await tx('circle_school').insert(schools.map((school) => ({ circle: id, school })));
  await insertMember(tx, { circle: id, person: owner, role: 'owner', since: circle.createdAt, agreedBy: null });
  return id;
}

/** Puts in a circle whoever has just accepted. */
export async function insertMember(tx: Db, member: Member & { readonly circle: string }): Promise<void> {
  const { circle, person, role, since, agreedBy } = member;
  const row = { role, since, until: null, agreed_by: agreedBy };
  await tx('circle_member')
    .insert({ circle, person, ...row })
    .onConflict(['circle', 'person'])
    .merge(row);
}

/** Ends a membership; says whether there was one. */
export async function endMembership(tx: Db, circle: string, person: string, at: number): Promise<boolean> {
  return (await tx('circle_member').where({ circle, person }).whereNull('until').update({ until: at })) > 0;
}

export async function changeRole(tx: Db, circle: string, person: string, role: MemberRole): Promise<void> {
  await tx('circle_member').where({ circle, person }).whereNull('until').update({ role });
}

/** Ends a circle for all. */
export async function closeCircle(tx: Db, id: string, { by, at }: { by: string; at: number }): Promise<void> {
  await tx('circle').where({ id }).whereNull('ended_at').update({ ended_at: at, ended_by: by });
}

/** Who has accepted and not left, the first to come first. */
export async function membersIn(db: Db, circle: string): Promise<Member[]> {
  const rows = (await db('circle_member').where({ circle }).whereNull('until')) as MemberRow[];
  return rows.map(toMember).sort((a, b) => a.since - b.since || (a.person < b.person ? -1 : 1));
}

/** The circles that persons are in, by person. */
export async function membershipsOf(
  db: Db,
  persons: readonly string[],
): Promise<(Member & { readonly circle: string })[]> {
  const rows = (await db('circle_member')
    .whereIn('person', [...persons])
    .whereNull('until')) as MemberRow[];
  return rows.map((row) => ({ ...toMember(row), circle: row.circle }));
}

/** Removes circles that were over before an instant, with all that hangs on them. */
export async function purgeCircles(tx: Db, before: number): Promise<number> {
  return tx('circle')
    .where((over) => over.where('ends_at', '<', before).orWhere('ended_at', '<', before))
    .delete();
}

/** The circles that somebody is in and that are not over, by key. */
export async function circlesWithMembers(db: Db, at: number): Promise<string[]> {
  const rows = (await db('circle').whereNull('ended_at').where('ends_at', '>', at).orderBy('id').select('id')) as {
    id: string;
  }[];
  return rows.map(({ id }) => id);
}

function toMember({ person, role, since, agreed_by }: MemberRow): Member {
  return { person, role, since, agreedBy: agreed_by };
}
