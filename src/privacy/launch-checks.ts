// On which days a publisher asked whether somebody may open which of its resources: for that person, and nobody else.
import type { DecisionEntry } from '../audit/decisions.ts';
import { openGathering } from '../audit/gathering.ts';
import { listPersons } from '../directory/persons.ts';
import { dayOf, startOfDay } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';

/** A day on which a publisher asked about a person; neither how often nor what it was told. */
export interface LaunchCheck {
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  /** The module of the publisher. */
  readonly client: string;
  /** An ARK. */
  readonly resource: string;
}

/** Takes decisions as they are made, and writes outside the request. */
export interface LaunchChecks {
  note(entry: DecisionEntry): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Cell extends Omit<LaunchCheck, 'day'> {
  readonly person: string;
  readonly month: string;
  /** A bit for each day of the month. */
  readonly days: number;
}

/** How many persons of today are remembered as written: forgetting one writes it again, and changes nothing. */
const REMEMBERED = 200_000;

const DAY = 86_400_000;
const PIECE = 400;

export function openLaunchChecks(
  db: Db,
  { everyMs = 2_000, onError }: { everyMs?: number; onError?: (error: unknown) => void } = {},
): LaunchChecks {
  const gathering = openGathering<Cell>((batch) => writeCells(db, batch), { everyMs, capacity: 50_000, onError });
  const today = openToday();
  return {
    note: ({ kind, at, client, subject: person, asked }) => {
      if (kind !== 'evaluation' || !asked || !client || !person) return;
      const { resource } = asked;
      const seen = today.of(at, client, resource);
      if (seen.has(person)) return;
      const day = dayOf(at, 'UTC');
      const cell = { person, month: day.slice(0, 7), client, resource, days: 2 ** (Number(day.slice(8)) - 1) };
      if (gathering.add(cell)) today.add(seen, person);
    },
    flush: gathering.flush,
    close: gathering.close,
  };
}

/** Who was noted today, by publisher and resource: looked at with every decision, so without a text made for each. */
function openToday() {
  const clients = new Map<string, Map<string, Set<string>>>();
  let day = -1;
  let count = 0;
  return {
    of: (at: number, client: string, resource: string): Set<string> => {
      const today = Math.floor(at / DAY);
      if (today !== day || count >= REMEMBERED) {
        clients.clear();
        count = 0;
        day = today;
      }
      return insideOf(
        insideOf(clients, client, () => new Map()),
        resource,
        () => new Set(),
      );
    },
    add: (seen: Set<string>, person: string): void => {
      seen.add(person);
      count += 1;
    },
  };
}

function insideOf<T>(map: Map<string, T>, name: string, make: () => T): T {
  const before = map.get(name);
  if (before) return before;
  const made = make();
  map.set(name, made);
  return made;
}

async function writeCells(db: Db, batch: readonly Cell[]): Promise<void> {
  const joined = new Map<string, Cell>();
  for (const { days, ...rest } of batch) {
    const name = JSON.stringify(rest);
    joined.set(name, { ...rest, days: (joined.get(name)?.days ?? 0) | days });
  }
  // in one order, so that two nodes never wait for each other
  const rows = [...joined].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  for (let start = 0; start < rows.length; start += PIECE) await writePiece(db, rows.slice(start, start + PIECE));
}

/** Whoever was erased since is left out: nothing is kept about them. */
async function writePiece(db: Db, rows: readonly Cell[]): Promise<void> {
  const found = await listPersons(
    db,
    rows.map(({ person }) => person),
  );
  const there = new Set(found.map(({ id }) => id));
  const kept = rows.filter(({ person }) => there.has(person));
  if (kept.length === 0) return;
  await db('launch_check')
    .insert(kept)
    .onConflict(['person', 'month', 'client', 'resource'])
    .merge({ days: db.raw('launch_check.days | excluded.days') });
}

/** The days on which publishers asked about a person, between two instants, the newest first. */
export async function launchChecksOf(
  db: Db,
  { person, from, to }: { person: string; from: number; to: number },
): Promise<LaunchCheck[]> {
  const months = [from, to].map((at) => dayOf(at, 'UTC').slice(0, 7)) as [string, string];
  const rows = (await db('launch_check').where({ person }).whereBetween('month', months)) as Cell[];
  const inside = (day: string) => startOfDay(day, 'UTC') + DAY > from && startOfDay(day, 'UTC') < to;
  return rows
    .flatMap(({ client, resource, ...cell }) => daysIn(cell).map((day) => ({ day, client, resource })))
    .filter(({ day }) => inside(day))
    .sort((a, b) => (order(a) < order(b) ? 1 : -1));
}

function daysIn({ month, days }: Pick<Cell, 'month' | 'days'>): string[] {
  return Array.from({ length: 31 }, (_, place) => place)
    .filter((place) => Math.floor(Number(days) / 2 ** place) % 2 === 1)
    .map((place) => `${month}-${String(place + 1).padStart(2, '0')}`);
}

function order({ day, client, resource }: LaunchCheck): string {
  return [day, client, resource].join(' ');
}

/** Lets go of the months that are wholly past their time. Gives how many rows. */
export async function purgeLaunchChecks(db: Db, { firstDay }: { firstDay: string }): Promise<number> {
  return db('launch_check').where('month', '<', firstDay.slice(0, 7)).delete();
}
