// What an absence and its lessons say as facts, so that the rules decide who reads them, and until when.
import type { Absence, Slot } from '../directory/absences.ts';
import type { School } from '../directory/schools.ts';
import { dayOf, endOfDay, schoolYear, schoolYearAt, startOfDay } from '../facts/calendar.ts';
import type { Relation } from '../facts/catalogue.ts';
import { changeFacts, factsNaming, type NewFact } from '../facts/facts.ts';
import type { Db } from '../storage/storage.ts';
import type { Act } from './acts.ts';

const ofAbsence = ['absenceOf', 'absenceAt', 'watched', 'covers'] as const satisfies readonly Relation[];
const ofLesson = ['lessonAt', 'lessonFor'] as const satisfies readonly Relation[];

interface Stood {
  readonly absence: Absence;
  readonly school: School;
  /** The slots of before: their lessons are told of to the end of their day, also when they are held after all. */
  readonly before: readonly Slot[];
}

/**
 * Makes the facts of an absence and of its lessons be what was last said. The absence is kept for the school year; whoever
 * takes a lesson over reads it to the end of that day; a class is without its lesson on that day alone; a lesson is told
 * of to the end of its day.
 */
export async function recordAbsenceFacts(tx: Db, { by, at }: Act, stood: Stood): Promise<void> {
  const { absence, school, before } = stood;
  const wanted = [...factsOfAbsence(stood, at), ...factsOfLessons(stood, at)].filter(({ validTo }) => validTo! > at);
  const lessons = [...absence.slots, ...before].map(({ lesson }) => lesson.id);
  const present = [
    ...(await factsNaming(tx, 'subject', [absence.id], { relations: ofAbsence, endingAfter: at })),
    ...(await factsNaming(tx, 'object', [absence.id], { relations: ofAbsence, endingAfter: at })),
    ...(await factsNaming(tx, 'subject', lessons, { relations: ofLesson, endingAfter: at })),
  ];
  const meant = new Set(wanted.map((fact) => meaning(fact, at)));
  const known = new Set(present.map((fact) => meaning(fact, at)));
  await changeFacts(tx, {
    school: school.uai,
    at,
    source: 'local',
    actor: by,
    begin: [...new Map(wanted.map((fact) => [meaning(fact, at), fact])).values()].filter(
      (fact) => !known.has(meaning(fact, at)),
    ),
    end: present.filter((fact) => !meant.has(meaning(fact, at))),
  });
}

function factsOfAbsence({ absence, school }: Stood, at: number): NewFact[] {
  const { id, person, slots } = absence;
  const kept = { validFrom: at, validTo: endOfYear(school, at) };
  const open = slots.filter(({ coveredBy, movedTo }) => !coveredBy && !movedTo);
  return [
    { relation: 'absenceOf', subject: id, object: person, ...kept },
    { relation: 'absenceAt', subject: id, object: school.uai, ...kept },
    ...open.map(({ lesson }): NewFact => {
      const { from, to } = dayAround(lesson.startsAt, school);
      const during = { validFrom: Math.max(from, at), validTo: to };
      return { relation: 'watched', subject: id, object: lesson.audience, ...during };
    }),
    ...slots.flatMap(({ lesson, coveredBy }): NewFact[] => {
      if (!coveredBy) return [];
      const until = { validFrom: at, validTo: dayAround(lesson.startsAt, school).to };
      return [{ relation: 'covers', subject: coveredBy, object: id, properties: { lesson: lesson.id }, ...until }];
    }),
  ];
}

function factsOfLessons({ absence, school, before }: Stood, at: number): NewFact[] {
  const slots = new Map([...before, ...absence.slots].map((slot) => [slot.lesson.id, slot]));
  return [...slots.values()].flatMap(({ lesson, movedTo }): NewFact[] => {
    const last = Math.max(lesson.startsAt, movedTo?.from ?? 0);
    const until = { validFrom: at, validTo: dayAround(last, school).to };
    return [
      { relation: 'lessonAt', subject: lesson.id, object: school.uai, ...until },
      { relation: 'lessonFor', subject: lesson.id, object: lesson.audience, ...until },
    ];
  });
}

/** What began before goes on. */
function meaning({ relation, subject, object, properties = {}, validFrom = 0, validTo }: NewFact, at: number): string {
  return JSON.stringify([relation, subject, object, properties, Math.max(validFrom, at), validTo]);
}

function dayAround(instant: number, { zone }: School): { from: number; to: number } {
  const day = dayOf(instant, zone);
  return { from: startOfDay(day, zone), to: endOfDay(day, zone) };
}

function endOfYear({ yearStart, zone }: School, at: number): number {
  return schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone).to;
}
