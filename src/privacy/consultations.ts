// Who consulted one's data, as C28 has it told: on which days, for what, by a category of readers; never by whom, never how often.
import type { DecisionEntry } from '../audit/decisions.ts';
import { openGathering } from '../audit/gathering.ts';
import { dayOf, startOfDay } from '../facts/calendar.ts';
import { type Fact, factsNaming } from '../facts/facts.ts';
import type { RuleName } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import { SMALL } from './cells.ts';

/** Staff and families as wholes: a finer category of a small school would be a name. An inspector is announced by name. */
export type ReaderCategory = 'staff' | 'inspection' | 'families';

/** The category of those whom a rule lets read; none for whoever reads what they keep themselves. */
const categories: Partial<Record<RuleName, ReaderCategory>> = {
  team: 'staff',
  colleague: 'staff',
  substitute: 'staff',
  head: 'staff',
  deputy: 'staff',
  direction: 'staff',
  school_life: 'staff',
  inspector: 'inspection',
  pupil: 'families',
  guardian: 'families',
  admitted: 'families',
};

const actions = ['read', 'read_archive'] as const;

/** On a day, a module was told yes for somebody of a category who wanted to read something. */
export interface Consultation {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** The key of a logbook, and its school. */
  readonly logbook: string;
  readonly school: string;
  readonly category: ReaderCategory;
  readonly client: string;
  readonly action: (typeof actions)[number];
}

/** Takes decisions as they are made, and writes what a person may be told of them later, outside the request. */
export interface Consultations {
  note(entry: DecisionEntry): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Cell {
  readonly resource: string;
  readonly month: string;
  readonly category: string;
  readonly client: string;
  readonly action: string;
  readonly days: number;
}

/** How many resources of today are remembered as written: forgetting one writes it again, and changes nothing. */
const REMEMBERED = 200_000;

const DAY = 86_400_000;

export function openConsultations(
  db: Db,
  { everyMs = 2_000, onError }: { everyMs?: number; onError?: (error: unknown) => void } = {},
): Consultations {
  const gathering = openGathering<Cell>((batch) => writeCells(db, batch), { everyMs, capacity: 50_000, onError });
  const today = openToday();
  return {
    note: (entry) => {
      const told = tellingOf(entry);
      if (!told || !today.see(entry.at, told)) return;
      if (!gathering.add(cellOf(entry.at, told))) today.forget(told);
    },
    flush: gathering.flush,
    close: gathering.close,
  };
}

/** What a decision tells those concerned. */
interface Telling {
  readonly resource: string;
  readonly client: string;
  readonly category: ReaderCategory;
  readonly action: (typeof actions)[number];
}

function tellingOf({ kind, allowed, gate, type, action, rule, resource, client }: DecisionEntry): Telling | undefined {
  if (kind !== 'evaluation' || !allowed || gate || type !== 'logbook') return undefined;
  const category = categories[rule as RuleName];
  if (!category || !resource || !client || !actions.includes(action as Telling['action'])) return undefined;
  return { resource, client, category, action: action as Telling['action'] };
}

/** What was noted today, by module and resource: asked at every decision, so without a text made for each. */
function openToday(): { see(at: number, told: Telling): boolean; forget(told: Telling): void } {
  const modules = new Map<string, Map<string, number>>();
  let day = -1;
  let count = 0;
  return {
    see: (at, told) => {
      const today = Math.floor(at / DAY);
      if (today !== day || count >= REMEMBERED) {
        modules.clear();
        count = 0;
        day = today;
      }
      let seen = modules.get(told.client);
      if (!seen) {
        seen = new Map();
        modules.set(told.client, seen);
      }
      const before = seen.get(told.resource);
      const bit = bitOf(told);
      if (before !== undefined && (before & bit) !== 0) return false;
      if (before === undefined) count += 1;
      seen.set(told.resource, (before ?? 0) | bit);
      return true;
    },
    forget: (told) => {
      modules.get(told.client)?.delete(told.resource);
    },
  };
}

const bits: Readonly<Record<ReaderCategory, number>> = { staff: 1, inspection: 4, families: 16 };

function bitOf({ category, action }: Telling): number {
  return action === 'read' ? bits[category] : bits[category] * 2;
}

function cellOf(at: number, told: Telling): Cell {
  const day = new Date(at).toISOString().slice(0, 10);
  return { ...told, month: day.slice(0, 7), days: 2 ** (Number(day.slice(8)) - 1) };
}

async function writeCells(db: Db, batch: readonly Cell[]): Promise<void> {
  const joined = new Map<string, Cell>();
  for (const cell of batch) {
    const { days, ...rest } = cell;
    const name = JSON.stringify(rest);
    joined.set(name, { ...rest, days: (joined.get(name)?.days ?? 0) | days });
  }
  // in one order, so that two nodes never wait for each other
  const rows = [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  for (let start = 0; start < rows.length; start += PIECE)
    await db('consultation')
      .insert(rows.slice(start, start + PIECE))
      .onConflict(['resource', 'month', 'category', 'client', 'action'])
      .merge({ days: db.raw('consultation.days | excluded.days') });
}

const PIECE = 400;

/**
 * The consultations of what a person keeps or kept, the newest first. Families are told of only where at least ten pupils
 * share the logbook; and whoever runs the school is not told of staff so few that the category would be a name (I10).
 */
export async function consultationsOf(
  db: Db,
  { person, from, to }: { person: string; from: number; to: number },
): Promise<Consultation[]> {
  const kept = await factsNaming(db, 'subject', [person], {
    relations: ['owns', 'authored', 'substitutes'],
    endingAfter: from,
  });
  const logbooks = [...new Set(kept.map(({ object }) => object))];
  const rows = (await db('consultation')
    .whereIn('resource', logbooks)
    .whereBetween('month', [dayOf(from, 'UTC').slice(0, 7), dayOf(to, 'UTC').slice(0, 7)])) as Cell[];
  const found: Consultation[] = [];
  for (const row of rows)
    for (const day of daysIn(row)) {
      const noon = startOfDay(day, 'UTC') + HALF_DAY;
      const holds = kept.find((fact) => fact.object === row.resource && isOver(fact, startOfDay(day, 'UTC')));
      if (!holds || noon + HALF_DAY <= from || noon - HALF_DAY >= to) continue;
      const { category, action } = row as Cell & Pick<Consultation, 'category' | 'action'>;
      found.push({ day, logbook: row.resource, school: holds.school, category, client: row.client, action });
    }
  const told = await tellable(db, person, found);
  return told.sort((a, b) => (order(a) < order(b) ? 1 : -1));
}

const HALF_DAY = 43_200_000;

function isOver({ validFrom, validTo }: Fact, midnight: number): boolean {
  return validFrom < midnight + 2 * HALF_DAY && midnight < validTo;
}

function daysIn({ month, days }: Cell): string[] {
  const found: string[] = [];
  for (let day = 1; day <= 31; day += 1)
    if (Math.floor(Number(days) / 2 ** (day - 1)) % 2 === 1) found.push(`${month}-${String(day).padStart(2, '0')}`);
  return found;
}

function order({ day, logbook, category, client, action }: Consultation): string {
  return [day, logbook, category, client, action].join(' ');
}

async function tellable(db: Db, person: string, found: readonly Consultation[]): Promise<Consultation[]> {
  const readers = new Map<string, Promise<boolean>>();
  const enough = ({ category, logbook, school, day }: Consultation): Promise<boolean> => {
    if (category === 'inspection') return Promise.resolve(true);
    const name = `${category} ${category === 'families' ? logbook : school} ${day}`;
    const before = readers.get(name);
    if (before) return before;
    const at = startOfDay(day, 'UTC') + HALF_DAY;
    const made = category === 'families' ? manyPupils(db, logbook, at) : mayKnowOfStaff(db, { person, school, at });
    readers.set(name, made);
    return made;
  };
  const kept = await Promise.all(found.map(enough));
  return found.filter((_one, index) => kept[index]);
}

async function manyPupils(db: Db, logbook: string, at: number): Promise<boolean> {
  const audiences = await factsNaming(db, 'subject', [logbook], { relations: ['audience'], endingAfter: 0 });
  return (
    (await personsIn(
      db,
      audiences.map(({ object }) => object),
      'enrolled',
      at,
    )) >= SMALL
  );
}

/** Whoever has no say over the staff of a school, or where there are many (I10). */
export async function mayKnowOfStaff(
  db: Db,
  { person, school, at }: { person: string; school: string; at: number },
): Promise<boolean> {
  const relations = ['heads', 'deputises', 'directs', 'post'] as const;
  const held = (await factsNaming(db, 'subject', [person], { relations, endingAfter: at })).filter(
    ({ object, validFrom, relation, properties }) =>
      object === school && validFrom <= at && (relation !== 'post' || properties.function === 'direction'),
  );
  return held.length === 0 || (await personsIn(db, [school], 'post', at)) > SMALL;
}

async function personsIn(db: Db, keys: readonly string[], relation: 'enrolled' | 'post', at: number): Promise<number> {
  const facts = await factsNaming(db, 'object', keys, { relations: [relation], endingAfter: at });
  return new Set(facts.filter(({ validFrom }) => validFrom <= at).map(({ subject }) => subject)).size;
}

/** Lets go of the months that are wholly past their time. Gives how many rows. */
export async function purgeConsultations(db: Db, { firstDay }: { firstDay: string }): Promise<number> {
  return db('consultation').where('month', '<', firstDay.slice(0, 7)).delete();
}
