// What is shown of absences: to each reader what their rule lets them see, and of nothing but it.
import { type Absence, listAbsences, type Slot } from '../directory/absences.ts';
import { findSchool, type School } from '../directory/schools.ts';
import { dayOf } from '../facts/calendar.ts';
import { factsAbout } from '../facts/facts.ts';
import { list } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';

export interface AbsenceSeen {
  readonly id: string;
  readonly school: string;
  /** The absent person. */
  readonly person: string;
  /** UTC milliseconds; none for somebody who only takes lessons over. */
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly slots: readonly Slot[];
}

/** The absences that a person may read now: whoever takes a lesson over sees that lesson and whose it is, no more (C10). */
export async function absencesSeenBy(
  db: Db,
  { person, at, schools }: { person: string; at: number; schools?: readonly string[] },
): Promise<AbsenceSeen[]> {
  const reached = await list(db, { person, action: 'read', type: 'absence', when: { at }, schools });
  const whole = new Set(
    reached.filter(({ reasons }) => reasons.some(({ rule }) => rule !== 'replacement')).map(({ id }) => id),
  );
  const absences = await listAbsences(
    db,
    reached.map(({ id }) => id),
  );
  return absences.map((absence) => (whole.has(absence.id) ? wholeOf(absence) : takenOver(absence, person)));
}

/** A lesson that nobody gives today: not whose it was, nor for how long. */
export interface Uncovered {
  readonly school: string;
  /** The key of a class or a group. */
  readonly audience: string;
  readonly subject: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Today's lessons that are not covered, of the classes that somebody of school life follows (C11). */
export async function uncoveredToday(db: Db, { person, at }: { person: string; at: number }): Promise<Uncovered[]> {
  const reached = await list(db, { person, action: 'read_today', type: 'absence', when: { at } });
  const follows = new Set((await factsAbout(db, 'subject', person, at, ['inCharge'])).map((fact) => fact.object));
  const found = new Map<string, Uncovered>();
  for (const absence of await listAbsences(
    db,
    reached.map(({ id }) => id),
  )) {
    const school = await findSchool(db, absence.school);
    for (const { lesson, coveredBy, movedTo } of absence.slots)
      if (!coveredBy && !movedTo && follows.has(lesson.audience) && isSameDay(lesson.startsAt, at, school)) {
        const { id, audience, subject, startsAt, endsAt } = lesson;
        found.set(id, { school: school.uai, audience, subject, startsAt, endsAt });
      }
  }
  return [...found.values()].sort((a, b) => a.startsAt - b.startsAt);
}

function isSameDay(one: number, other: number, { zone }: School): boolean {
  return dayOf(one, zone) === dayOf(other, zone);
}

function wholeOf({ id, school, person, startsAt, endsAt, slots }: Absence): AbsenceSeen {
  return { id, school, person, startsAt, endsAt, slots };
}

function takenOver({ id, school, person, slots }: Absence, by: string): AbsenceSeen {
  return { id, school, person, slots: slots.filter(({ coveredBy }) => coveredBy === by) };
}
