// Absences of staff, never with a reason, and the lessons that families see instead. What is said again is added, nothing is rewritten.
import { Refusal } from '../errors.ts';
import type { Interval } from '../facts/calendar.ts';
import { type Db, inPieces, newKey } from '../storage/storage.ts';

/** A lesson of a class or a group, on one day. */
export interface Lesson {
  readonly id: string;
  readonly school: string;
  /** The key of a class or a group. */
  readonly audience: string;
  /** The code of a subject, or empty. */
  readonly subject: string;
  /** UTC milliseconds. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** A lesson that an absence touches, and what becomes of it. */
export interface Slot {
  readonly lesson: Lesson;
  /** The key of the person who takes it over. */
  readonly coveredBy: string | null;
  /** When it is held instead. */
  readonly movedTo: Interval | null;
}

export interface Absence {
  readonly id: string;
  readonly school: string;
  readonly person: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** How many times something was said of it before. */
  readonly seq: number;
  /** In the order of their hours. */
  readonly slots: readonly Slot[];
}

/** SQL that gives the `id` and `school` of the absence whose key an expression gives. */
export function selectAbsence(key: string): string {
  return `select absence.id as id, absence.school as school from absence where absence.id = ${key}`;
}

/** SQL that gives the `id` and `school` of the lesson whose key an expression gives. */
export function selectLesson(key: string): string {
  return `select lesson.id as id, lesson.school as school from lesson where lesson.id = ${key}`;
}

/** An absence as it was last said; `unknown_absence` when there is none. */
export async function findAbsence(db: Db, id: string): Promise<Absence> {
  const [found] = await listAbsences(db, [id]);
  if (!found) throw new Refusal('unknown_absence', `no absence has the key \`${id}\``);
  return found;
}

/** Absences by key, by their beginning; unknown keys are left out. */
export async function listAbsences(db: Db, ids: readonly string[]): Promise<Absence[]> {
  const found: Absence[] = [];
  for (const piece of inPieces([...new Set(ids)])) {
    const rows = (await db('absence')
      .join('absence_word as w', 'w.absence', 'absence.id')
      .whereIn('absence.id', piece)
      .whereRaw('w.seq = (select max(l.seq) from absence_word l where l.absence = absence.id)')
      .select('absence.id', 'absence.school', 'absence.person', 'w.seq', 'w.starts_at', 'w.ends_at')) as Row[];
    const slots = await slotsOf(db, piece);
    for (const { id, school, person, seq, starts_at, ends_at } of rows)
      found.push({ id, school, person, seq, startsAt: starts_at, endsAt: ends_at, slots: slots.get(id) ?? [] });
  }
  return found.sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
}

/** The absences of a person at a school, as last said. */
export async function absencesOf(db: Db, school: string, person: string): Promise<Absence[]> {
  const rows = (await db('absence').where({ school, person }).select('id')) as { id: string }[];
  return listAbsences(
    db,
    rows.map(({ id }) => id),
  );
}

/** What is said of an absence, whole. */
export interface Word {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly slots: readonly Slot[];
  /** Who says so, and when. */
  readonly by: string;
  readonly at: number;
}

/** Writes a new absence. */
export async function addAbsence(
  tx: Db,
  { school, person }: Pick<Absence, 'school' | 'person'>,
  word: Word,
): Promise<Absence> {
  const id = newKey();
  await tx('absence').insert({ id, school, person, created_at: word.at });
  return addWord(tx, { id, school, person, seq: 0 }, word);
}

/** Says something again of an absence: from now on, this holds. */
export async function addWord(
  tx: Db,
  { id, school, person, seq: before }: Pick<Absence, 'id' | 'school' | 'person' | 'seq'>,
  { startsAt, endsAt, slots, by, at }: Word,
): Promise<Absence> {
  const seq = before + 1;
  await tx('absence_word').insert({ absence: id, seq, starts_at: startsAt, ends_at: endsAt, said_by: by, said_at: at });
  const rows = slots.map(({ lesson, coveredBy, movedTo }) => ({
    absence: id,
    seq,
    lesson: lesson.id,
    covered_by: coveredBy,
    moved_start: movedTo?.from ?? null,
    moved_end: movedTo?.to ?? null,
  }));
  for (const piece of inPieces(rows)) await tx('absence_slot').insert(piece);
  return { id, school, person, seq, startsAt, endsAt, slots };
}

/** The one lesson of an audience and a subject at those hours, written when there is none yet. */
export async function ensureLesson(tx: Db, wanted: Omit<Lesson, 'id'>, at: number): Promise<Lesson> {
  const { school, audience, subject, startsAt, endsAt } = wanted;
  const hours = { audience, subject, starts_at: startsAt, ends_at: endsAt };
  await tx('lesson')
    .insert({ id: newKey(), school, ...hours, created_at: at })
    .onConflict(['audience', 'subject', 'starts_at', 'ends_at'])
    .ignore();
  return toLesson(await tx('lesson').where(hours).first());
}

/** What families are told of a lesson. */
export type LessonStatus = 'held' | 'moved' | 'not_held' | 'covered';

export interface LessonTold extends Lesson {
  readonly status: LessonStatus;
  /** Of one that is moved. */
  readonly movedTo: Interval | null;
}

/** Lessons by key, by their hours, each with what becomes of it: nobody's absence is in it. Unknown keys are left out. */
export async function listLessons(db: Db, ids: readonly string[]): Promise<LessonTold[]> {
  const told: LessonTold[] = [];
  for (const piece of inPieces([...new Set(ids)])) {
    const touching = (await standing(db).whereIn('s.lesson', piece)) as SlotRow[];
    for (const row of (await db('lesson').whereIn('id', piece)) as LessonRow[]) {
      const slots = touching.filter(({ lesson }) => lesson === row.id).map((slot) => toSlot(slot, toLesson(row)));
      const status = statusOf(slots);
      const moved = status === 'moved' ? slots.find(({ movedTo }) => movedTo) : undefined;
      told.push({ ...toLesson(row), status, movedTo: moved?.movedTo ?? null });
    }
  }
  return told.sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
}

/** A lesson that no absence touches any more is held; one that two touch is as the worse of the two. */
function statusOf(slots: readonly Slot[]): LessonStatus {
  if (slots.length === 0) return 'held';
  if (slots.some(({ coveredBy, movedTo }) => !coveredBy && !movedTo)) return 'not_held';
  return slots.some(({ movedTo }) => movedTo) ? 'moved' : 'covered';
}

async function slotsOf(db: Db, absences: readonly string[]): Promise<Map<string, Slot[]>> {
  const rows = (await standing(db)
    .whereIn('s.absence', absences)
    .join('lesson', 'lesson.id', 's.lesson')
    .select('lesson.*')) as (SlotRow & LessonRow)[];
  const found = new Map<string, Slot[]>();
  for (const row of rows)
    found.set(row.absence, [...(found.get(row.absence) ?? []), toSlot(row, toLesson({ ...row, id: row.lesson }))]);
  for (const slots of found.values())
    slots.sort((a, b) => a.lesson.startsAt - b.lesson.startsAt || (a.lesson.id < b.lesson.id ? -1 : 1));
  return found;
}

/** The slots as last said. */
function standing(db: Db) {
  return db('absence_slot as s')
    .whereRaw('s.seq = (select max(l.seq) from absence_word l where l.absence = s.absence)')
    .select('s.absence', 's.lesson', 's.covered_by', 's.moved_start', 's.moved_end');
}

interface Row {
  id: string;
  school: string;
  person: string;
  seq: number;
  starts_at: number;
  ends_at: number;
}

interface SlotRow {
  absence: string;
  lesson: string;
  covered_by: string | null;
  moved_start: number | null;
  moved_end: number | null;
}

interface LessonRow {
  id: string;
  school: string;
  audience: string;
  subject: string;
  starts_at: number;
  ends_at: number;
}

function toSlot({ covered_by, moved_start, moved_end }: SlotRow, lesson: Lesson): Slot {
  const moved = moved_start !== null && moved_end !== null;
  return { lesson, coveredBy: covered_by, movedTo: moved ? { from: moved_start, to: moved_end } : null };
}

function toLesson({ id, school, audience, subject, starts_at, ends_at }: LessonRow): Lesson {
  return { id, school, audience, subject, startsAt: starts_at, endsAt: ends_at };
}
