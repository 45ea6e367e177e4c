// Absences of staff: declared, corrected, covered and ended; told to those of the table and to nobody else (I6, C10 to C13).
import {
  type Absence,
  absencesOf,
  addAbsence,
  addWord,
  ensureLesson,
  findAbsence,
  type Lesson,
  type Slot,
} from '../directory/absences.ts';
import { findAudience } from '../directory/audiences.ts';
import { findPerson } from '../directory/persons.ts';
import { findSchool, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf, type Interval, schoolYear, schoolYearAt } from '../facts/calendar.ts';
import { type Fact, factsAbout, lockSchool } from '../facts/facts.ts';
import { may } from '../rights/rights.ts';
import { type Db, inTransaction } from '../storage/storage.ts';
import { recordAbsenceFacts } from './absence-facts.ts';
import { type Act, auditAct } from './acts.ts';
import { OPERATOR, requireNoFamily, requireOffice } from './offices.ts';

/** A lesson that somebody misses. */
export interface SlotNamed {
  readonly audience: { readonly kind: 'class' | 'group'; readonly code: string };
  /** The code of a subject; empty when the class is taught as a whole. */
  readonly subject: string;
  /** UTC milliseconds, on one day. */
  readonly from: number;
  readonly to: number;
}

export interface AbsenceDeclared extends Act {
  readonly school: string;
  readonly person: string;
  /** UTC milliseconds, within the school year. */
  readonly from: number;
  readonly to: number;
  readonly slots: readonly SlotNamed[];
}

/**
 * Declares one's own absence, or that of another as head or deputy, or as secretary by a delegation that names it.
 * There is no reason to give, nor anywhere to write one. Refuses `not_allowed`, `not_staff`, `dates_refused`,
 * `slot_refused` for a lesson that the person does not give then, `absence_exists`.
 */
export async function declareAbsence(db: Db, asked: AbsenceDeclared): Promise<Absence> {
  return inTransaction(db, async (tx) => {
    const { person, by, at, from, to } = asked;
    const school = await findSchool(tx, asked.school);
    await lockSchool(tx, school.uai);
    if (by !== person) await requireScribe(tx, asked, school.uai);
    const posts = await factsAbout(tx, 'subject', person, at, ['post']);
    if (!posts.some((post) => post.school === school.uai))
      throw new Refusal('not_staff', `expected somebody who works at school \`${school.uai}\``);
    requireDates(school, asked);
    await requireAlone(tx, { school: school.uai, person }, { from, to });
    const slots = await slotsNamed(tx, school, asked);
    const absence = await addAbsence(tx, { school: school.uai, person }, { startsAt: from, endsAt: to, slots, by, at });
    return written(tx, asked, { event: 'absence.declared', absence, school });
  });
}

/** Says it again: what is given replaces, lessons that stay keep who covers them. Refuses as `declareAbsence` does. */
export async function correctAbsence(
  db: Db,
  asked: Act & { readonly absence: string } & Partial<Pick<AbsenceDeclared, 'from' | 'to' | 'slots'>>,
): Promise<Absence> {
  return changeAbsence(db, asked, 'absence.corrected', async (tx, { absence, school }) => {
    const { by, at } = asked;
    const { person } = absence;
    const [from, to] = [asked.from ?? absence.startsAt, asked.to ?? absence.endsAt];
    requireDates(school, { from, to, at });
    await requireAlone(tx, absence, { from, to });
    const named = asked.slots && (await slotsNamed(tx, school, { person, from, to, at, slots: asked.slots }));
    const kept = new Map(absence.slots.map((slot) => [slot.lesson.id, slot]));
    const slots = named ? named.map((slot) => kept.get(slot.lesson.id) ?? slot) : within(absence.slots, from, to);
    return { startsAt: from, endsAt: to, slots, by, at };
  });
}

/** The person is back: lessons that have not begun are held. Refuses `absence_over`. */
export async function endAbsence(db: Db, asked: Act & { readonly absence: string }): Promise<Absence> {
  return changeAbsence(db, asked, 'absence.ended', async (_tx, { absence }) => {
    const { by, at } = asked;
    if (absence.endsAt <= at) throw new Refusal('absence_over', 'expected an absence that is not over');
    const slots = absence.slots.filter(({ lesson }) => lesson.startsAt < at);
    return { startsAt: Math.min(absence.startsAt, at), endsAt: at, slots, by, at };
  });
}

/** Which lesson of an absence is meant. */
interface SlotAct extends Act {
  readonly absence: string;
  /** The key of the lesson. */
  readonly lesson: string;
}

/**
 * Somebody takes a lesson over, or (`null`) nobody does any more. Those who organise the day decide, not the absent
 * person. Refuses `slot_refused`, `slot_covered`, `replaces_self`, `not_staff`, `dates_refused` for a lesson that is over.
 */
export async function coverSlot(db: Db, asked: SlotAct & { readonly substitute: string | null }): Promise<Absence> {
  return changeSlot(db, asked, 'absence.covered', async (tx, slot, absence) => {
    const { substitute } = asked;
    if (substitute !== null) {
      if (substitute === absence.person)
        throw new Refusal('replaces_self', 'expected somebody else than the absent one');
      if (slot.coveredBy !== null || slot.movedTo)
        throw new Refusal('slot_covered', 'expected a lesson without a solution');
      await findPerson(tx, substitute);
      await requireNoFamily(tx, substitute, asked.at);
    }
    return { ...slot, coveredBy: substitute, movedTo: null };
  });
}

/** A lesson is held at other hours of the year. Refuses as `coverSlot` does. */
export async function moveSlot(db: Db, asked: SlotAct & { readonly to: Interval }): Promise<Absence> {
  return changeSlot(db, asked, 'absence.moved', async (tx, slot, { school: uai }) => {
    const { at, to } = asked;
    if (slot.coveredBy !== null) throw new Refusal('slot_covered', 'expected a lesson that nobody takes over');
    requireDates(await findSchool(tx, uai), { ...to, at });
    if (to.from < at) throw new Refusal('dates_refused', 'expected hours that are still to come');
    return { ...slot, movedTo: to };
  });
}

function changeSlot(
  db: Db,
  asked: SlotAct,
  event: string,
  change: (tx: Db, slot: Slot, absence: Absence) => Promise<Slot>,
): Promise<Absence> {
  return changeAbsence(db, asked, event, async (tx, { absence }) => {
    const { by, at } = asked;
    await requireScribe(tx, asked, absence.school);
    const slot = absence.slots.find(({ lesson }) => lesson.id === asked.lesson);
    if (!slot) throw new Refusal('slot_refused', 'expected a lesson of this absence', { lesson: asked.lesson });
    if (slot.lesson.endsAt <= at) throw new Refusal('dates_refused', 'expected a lesson that is not over');
    const changed = await change(tx, slot, absence);
    const slots = absence.slots.map((one) => (one === slot ? changed : one));
    return { startsAt: absence.startsAt, endsAt: absence.endsAt, slots, by, at };
  });
}

async function changeAbsence(
  db: Db,
  asked: Act & { readonly absence: string },
  event: string,
  say: (tx: Db, found: { absence: Absence; school: School }) => Promise<Parameters<typeof addWord>[2]>,
): Promise<Absence> {
  return inTransaction(db, async (tx) => {
    const school = await findSchool(tx, (await findAbsence(tx, asked.absence)).school);
    await lockSchool(tx, school.uai);
    const absence = await findAbsence(tx, asked.absence);
    await requireWriter(tx, asked);
    const said = await addWord(tx, absence, await say(tx, { absence, school }));
    return written(tx, asked, { event, absence: said, school, before: absence.slots });
  });
}

/** Puts the facts right, and tells the trail. */
async function written(
  tx: Db,
  act: Act,
  {
    event,
    absence,
    school,
    before = [],
  }: { event: string; absence: Absence; school: School; before?: readonly Slot[] },
): Promise<Absence> {
  await recordAbsenceFacts(tx, act, { absence, school, before });
  await auditAct(tx, act, { event, subject: absence.id, school: school.uai });
  return absence;
}

/** Who may write an absence that is there already: the rules say. */
async function requireWriter(tx: Db, { by, at, absence }: Act & { readonly absence: string }): Promise<void> {
  const resource = { type: 'absence', id: absence } as const;
  const { allowed } = await may(tx, { person: by, action: 'write', resource, when: { at } });
  // the same as for an absence that does not exist: whether there is one is not told
  if (!allowed) throw new Refusal('unknown_absence', `no absence has the key \`${absence}\``);
}

/** Who may write another's absence; an operator writes only what one of them says. */
async function requireScribe(tx: Db, { by, at }: Act, school: string): Promise<void> {
  if (by === OPERATOR) throw new Refusal('not_allowed', 'expected the one who declares it, by name');
  await requireOffice(tx, { school, by, at }, ['head', 'deputy', 'direction'], {
    office: 'secretary',
    act: 'absences',
  });
}

function requireDates({ yearStart, zone }: School, { from, to, at }: { from: number; to: number; at: number }): void {
  const year = schoolYear(schoolYearAt(at, yearStart, zone), yearStart, zone);
  if (![from, to].every(Number.isSafeInteger) || from >= to || from < year.from || to > year.to)
    throw new Refusal('dates_refused', 'expected a beginning before the end, both in the school year');
}

/** One absence at a time is told of a person; one that was over before it began counts for nothing. */
async function requireAlone(
  tx: Db,
  { id, school, person }: Pick<Absence, 'school' | 'person'> & { readonly id?: string },
  { from, to }: Interval,
): Promise<void> {
  const others = (await absencesOf(tx, school, person)).filter((one) => one.id !== id && one.startsAt < one.endsAt);
  const other = others.find((one) => one.startsAt < to && from < one.endsAt);
  if (other) throw new Refusal('absence_exists', 'expected dates of which nothing is said yet', { absence: other.id });
}

async function slotsNamed(
  tx: Db,
  school: School,
  { person, from, to, at, slots }: Pick<AbsenceDeclared, 'person' | 'from' | 'to' | 'at' | 'slots'>,
): Promise<Slot[]> {
  const teaching = (await factsAbout(tx, 'subject', person, at, ['teaches'])).filter(
    (fact) => fact.school === school.uai,
  );
  const year = schoolYearAt(at, school.yearStart, school.zone);
  const lessons = new Map<string, Lesson>();
  for (const slot of slots) {
    const audience = await findAudience(tx, { school: school.uai, year, ...slot.audience });
    const hours = Number.isSafeInteger(slot.from) && Number.isSafeInteger(slot.to) && slot.from < slot.to;
    const oneDay = hours && dayOf(slot.from, school.zone) === dayOf(slot.to - 1, school.zone);
    const inside = oneDay && from <= slot.from && slot.to <= to;
    if (!inside || !teaching.some((fact) => fact.object === audience.id && isOf(fact, slot.subject)))
      throw new Refusal('slot_refused', 'expected a lesson that the person gives, on one day of the absence', {
        audience: slot.audience.code,
      });
    const wanted = { school: school.uai, audience: audience.id, subject: slot.subject };
    const lesson = await ensureLesson(tx, { ...wanted, startsAt: slot.from, endsAt: slot.to }, at);
    lessons.set(lesson.id, lesson);
  }
  return [...lessons.values()].map((lesson) => ({ lesson, coveredBy: null, movedTo: null }));
}

function isOf({ properties }: Fact, subject: string): boolean {
  return String(properties.subject ?? '') === subject;
}

function within(slots: readonly Slot[], from: number, to: number): Slot[] {
  return slots.filter(({ lesson }) => from <= lesson.startsAt && lesson.endsAt <= to);
}
