// Lessons for a module's agenda: held, moved, not held or covered. Whose absence it is, if any, is nowhere in it (C17).
import type Koa from 'koa';
import { type LessonTold, listLessons } from '../directory/absences.ts';
import { listAudiences } from '../directory/audiences.ts';
import { listSchools, type School } from '../directory/schools.ts';
import { subjectLabels } from '../directory/subjects.ts';
import { dayOf, isDay } from '../facts/calendar.ts';
import { frameOf } from '../http/requests.ts';
import { list } from '../rights/rights.ts';
import { badMember } from './body.ts';
import { type Api, answerJson, type Caller, callerOf } from './gate.ts';
import { logListing } from './log.ts';

/**
 * `GET /api/v1/lessons?subject=SUB&day=YYYY-MM-DD`: what became of lessons of that day, of those that the person may
 * know about, in the schools that the module serves; those that nothing was said of are held, and are not listed.
 */
export function lessons(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await callerOf(ctx, api, 'rights');
    const { subject, day } = ctx.query;
    if (typeof subject !== 'string') throw badMember('subject', 'expected `subject` once, in the query');
    if (typeof day !== 'string' || !isDay(day)) throw badMember('day', 'expected `day` once, such as 2026-11-23');
    const start = performance.now();
    const at = Date.now();
    const person = await caller.personAsked(subject);
    const found = person ? await lessonsOn(api, caller, { person, day, at }) : [];
    const { client } = caller;
    const listed = { request: frameOf(ctx).requestId, client, person, action: 'read', type: 'lesson' };
    logListing(api, listed, { results: found.length, at, start });
    answerJson(ctx, found);
  };
}

async function lessonsOn(
  api: Api,
  { schools }: Caller,
  { person, day, at }: { person: string; day: string; at: number },
): Promise<object[]> {
  const reached = await list(api.rights ?? api.db, { person, action: 'read', type: 'lesson', when: { at }, schools });
  const told = await listLessons(
    api.db,
    reached.map(({ id }) => id),
  );
  const places = new Map((await listSchools(api.db, unique(told, 'school'))).map((school) => [school.uai, school]));
  const audiences = new Map((await listAudiences(api.db, unique(told, 'audience'))).map((one) => [one.id, one]));
  const found: object[] = [];
  for (const lesson of told.filter((one) => isOn(one, day, places.get(one.school)!))) {
    const { academy } = places.get(lesson.school)!;
    const audience = audiences.get(lesson.audience)!;
    found.push({
      id: lesson.id,
      school: lesson.school,
      audience: audience.label,
      audience_kind: audience.kind,
      subject: (await subjectLabels(api.db, academy, [lesson.subject])).get(lesson.subject) ?? '',
      from: iso(lesson.startsAt),
      to: iso(lesson.endsAt),
      status: lesson.status,
      ...(lesson.movedTo && { moved_to: { from: iso(lesson.movedTo.from), to: iso(lesson.movedTo.to) } }),
    });
  }
  return found;
}

/** On its own day, and on the day it was moved to. */
function isOn({ startsAt, movedTo }: LessonTold, day: string, { zone }: School): boolean {
  return dayOf(startsAt, zone) === day || (movedTo !== null && dayOf(movedTo.from, zone) === day);
}

function unique<Key extends 'school' | 'audience'>(told: readonly LessonTold[], key: Key): string[] {
  return [...new Set(told.map((lesson) => lesson[key]))];
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
