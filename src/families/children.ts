// Whom a person is the legal representative of today, and where: what a family sees of itself, and of nobody else's.
import { listAudiences } from '../directory/audiences.ts';
import { listPersons } from '../directory/persons.ts';
import { childrenClosedTo } from '../directory/restrictions.ts';
import { listSchools } from '../directory/schools.ts';
import { factsAbout } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';

/** A child at a school. */
export interface ChildAt {
  readonly child: string;
  readonly givenName: string;
  readonly familyName: string;
  /** The UAI. */
  readonly school: string;
  readonly schoolName: string;
  /** The labels of the classes, not of the groups. */
  readonly classes: readonly string[];
}

/** The children of a person, one for each school attended, in the order of their names. What is closed to them is not there. */
export async function childrenOf(db: Db, { person, at }: { person: string; at: number }): Promise<ChildAt[]> {
  const closed = await childrenClosedTo(db, person, at);
  const guards = (await factsAbout(db, 'subject', person, at, ['guards', 'admitted'])).filter(
    ({ object }) => !closed.barred.has(object) && !closed.objecting.has(object),
  );
  const pairs = new Map(
    guards.map(({ object, school }) => [JSON.stringify([object, school]), { child: object, school }]),
  );
  const places = [...pairs.values()];
  const persons = new Map(
    (
      await listPersons(
        db,
        places.map(({ child }) => child),
      )
    ).map((one) => [one.id, one]),
  );
  const schools = new Map(
    (await listSchools(db, [...new Set(places.map(({ school }) => school))])).map((one) => [one.uai, one]),
  );
  const found: ChildAt[] = [];
  for (const { child, school } of places) {
    const named = persons.get(child);
    if (!named) continue;
    found.push({
      child,
      givenName: named.givenName,
      familyName: named.familyName,
      school,
      schoolName: schools.get(school)?.name ?? school,
      classes: await classesAt(db, { child, school, at }),
    });
  }
  const name = ({ givenName, familyName, schoolName }: ChildAt) => `${givenName} ${familyName} ${schoolName}`;
  return found.sort((a, b) => name(a).localeCompare(name(b), 'fr'));
}

/** The labels of a pupil's classes at a school; groups are left out. */
export async function classesAt(
  db: Db,
  { child, school, at }: { child: string; school: string; at: number },
): Promise<string[]> {
  const places = (await factsAbout(db, 'subject', child, at, ['enrolled'])).filter((fact) => fact.school === school);
  const audiences = await listAudiences(
    db,
    places.map(({ object }) => object),
  );
  return audiences.filter(({ kind }) => kind === 'class').map(({ label }) => label);
}
