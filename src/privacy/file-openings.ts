// Who opened one's file in our own pages (RGPD 15, C28): on which days, for what, by a category; never by whom, never how often.
import { type TracedEvent, tracedOf } from '../audit/audit.ts';
import { dayOf, startOfDay } from '../facts/calendar.ts';
import { factsAbout, factsNaming } from '../facts/facts.ts';
import { type Db, inPieces } from '../storage/storage.ts';
import { mayKnowOfStaff } from './consultations.ts';
import { incidentsTold } from './incidents.ts';

/** Whoever acts for a school as one whole, since a finer category of a small school would be a name; the DPO; the operator. */
export type OpeningCategory = 'staff' | 'dpo' | 'operator';

/** What a page is opened for, where it leaves no trace of its own. */
export type PagePurpose = 'request' | 'register' | 'dispute';

/** What acts of the trail say that a file was opened for. */
const traced = {
  'request.copied': 'copy',
  'request.mandate_read': 'mandate',
  'incident.read': 'incident',
  'family.settled': 'dispute',
  'account.activation_issued': 'activation',
  'card.issued': 'activation',
  'account.reset_started': 'reset',
  'factor.code_asked': 'reset',
  'factor.code_issued': 'reset',
  'factor.code_signed': 'reset',
  'held.written_out': 'copy',
} as const;

export type OpeningPurpose = PagePurpose | (typeof traced)[keyof typeof traced];

/** On a day, somebody of a category opened the file of a person. */
export interface Opening {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** The UAI of the school for which it was; none where the act is of no school. */
  readonly school?: string | undefined;
  readonly category: OpeningCategory;
  readonly purpose: OpeningPurpose;
}

interface Cell {
  readonly person: string;
  readonly school: string;
  readonly month: string;
  readonly category: string;
  readonly purpose: string;
  /** A bit for each day of the month. */
  readonly days: number;
}

const TABLE = 'file_opening';
const HALF_DAY = 43_200_000;
const MOST = 500;

/** Keeps that somebody opened the files of persons at a school; of one's own file, nothing. */
export async function noteOpenings(
  db: Db,
  given: { by: string; school: string; persons: readonly (string | null)[]; purpose: PagePurpose; at: number },
): Promise<void> {
  const { by, school, purpose, at } = given;
  const persons = [...new Set(given.persons)].filter((one): one is string => one !== null && one !== by).sort();
  if (persons.length === 0) return;
  const day = dayOf(at, 'UTC');
  const category = await categoryOf(db, by, at);
  const cell = { school, month: day.slice(0, 7), category, purpose, days: 2 ** (Number(day.slice(8)) - 1) };
  for (const piece of inPieces(persons.map((person): Cell => ({ person, ...cell }))))
    await db(TABLE)
      .insert(piece)
      .onConflict(['person', 'school', 'month', 'category', 'purpose'])
      .merge({ days: db.raw('file_opening.days | excluded.days') });
}

/**
 * When one's file was opened, the newest first, each day once for a purpose. Whoever runs a school is not told of staff so
 * few that the category would be a name (I10); an incident file is told of once it is over, and not before.
 */
export async function openingsOf(
  db: Db,
  { person, from, to }: { person: string; from: number; to: number },
): Promise<Opening[]> {
  const found = [...(await pagesOpened(db, { person, from, to })), ...(await actsOn(db, { person, from, to }))];
  const once = new Map(found.map((one) => [orderOf(one), one]));
  const told: Opening[] = [];
  for (const one of [...once.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? 1 : -1)))
    if (await isTellable(db, person, one)) told.push(one);
  return told;
}

async function pagesOpened(db: Db, { person, from, to }: { person: string; from: number; to: number }) {
  const months = [dayOf(from, 'UTC').slice(0, 7), dayOf(to, 'UTC').slice(0, 7)] as const;
  const rows = (await db(TABLE).where({ person }).whereBetween('month', months)) as Cell[];
  return rows.flatMap((row) =>
    daysIn(row)
      .filter((day) => startOfDay(day, 'UTC') + 2 * HALF_DAY > from && startOfDay(day, 'UTC') < to)
      .map((day) => {
        const { school, category, purpose } = row as Cell & Pick<Opening, 'category' | 'purpose'>;
        return { day, school, category, purpose };
      }),
  );
}

/** What the trail says already: who did it is read for its category, and goes no further. */
async function actsOn(db: Db, { person, from, to }: { person: string; from: number; to: number }): Promise<Opening[]> {
  const events = await tracedOf(db, { end: 'subject', person, from, to, events: Object.keys(traced), most: MOST });
  const files = new Set((await incidentsTold(db, person)).map(({ id }) => id));
  const found: Opening[] = [];
  for (const event of events) {
    const { actor, at, school } = event;
    if (!isOfSomebodyElse(event, person) || (event.event === 'incident.read' && !files.has(fileIn(event)))) continue;
    found.push({
      day: dayOf(at, 'UTC'),
      ...(school !== null && { school }),
      category: await categoryOf(db, actor ?? 'system', at),
      purpose: traced[event.event as keyof typeof traced],
    });
  }
  return found;
}

/** By somebody: neither the person, nor what is done by itself. */
function isOfSomebodyElse({ actor }: TracedEvent, person: string): boolean {
  return actor !== null && actor !== person && actor !== 'system';
}

function fileIn({ details }: TracedEvent): string {
  return String((details as { file?: unknown }).file ?? '');
}

async function categoryOf(db: Db, by: string, at: number): Promise<OpeningCategory> {
  if (by === 'operator') return 'operator';
  const protects = await factsAbout(db, 'subject', by, at, ['protects']);
  return protects.length > 0 ? 'dpo' : 'staff';
}

async function isTellable(db: Db, person: string, { category, school, day }: Opening): Promise<boolean> {
  if (category !== 'staff') return true;
  const at = startOfDay(day, 'UTC') + HALF_DAY;
  const schools = school === undefined ? await schoolsRunBy(db, person, at) : [school];
  for (const one of schools) if (!(await mayKnowOfStaff(db, { person, school: one, at }))) return false;
  return true;
}

async function schoolsRunBy(db: Db, person: string, at: number): Promise<string[]> {
  const relations = ['heads', 'deputises', 'directs', 'post'] as const;
  const facts = await factsNaming(db, 'subject', [person], { relations, endingAfter: at });
  return [...new Set(facts.map(({ school }) => school))];
}

function daysIn({ month, days }: Cell): string[] {
  const found: string[] = [];
  for (let day = 1; day <= 31; day += 1)
    if (Math.floor(Number(days) / 2 ** (day - 1)) % 2 === 1) found.push(`${month}-${String(day).padStart(2, '0')}`);
  return found;
}

function orderOf({ day, school, category, purpose }: Opening): string {
  return [day, school ?? '', category, purpose].join(' ');
}

/** Lets go of the months that are wholly past their time. Gives how many rows. */
export async function purgeOpenings(db: Db, { firstDay }: { firstDay: string }): Promise<number> {
  return db(TABLE).where('month', '<', firstDay.slice(0, 7)).delete();
}
