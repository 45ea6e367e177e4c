// What the commands of this room read: names of persons, days, and options, with a refusal that shows how to ask.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { personNamed } from '../directory/naming.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { dayOf, endOfDay, isDay, startOfDay } from '../facts/calendar.ts';
import { type Db, FOREVER } from '../storage/storage.ts';
import type { Act } from './acts.ts';
import type { Wished } from './dates.ts';
import { OPERATOR } from './offices.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Given {
  readonly words: readonly string[];
  /** The text of an option; none when it was not given. */
  text(name: string): string | undefined;
  /** The texts of an option that may be given several times. */
  texts(name: string): readonly string[];
  has(name: string): boolean;
  /** A `bad_argument` that shows how to ask. */
  wrong(): Refusal;
}

/** Reads arguments: as many words as said, and options; refuses `bad_argument`. Names that end in `!` take no value. */
export function readArguments(usage: string, args: readonly string[], count: number, names: readonly string[]): Given {
  const wrong = () => new Refusal('bad_argument', `expected ${usage}`);
  const options: Options = Object.fromEntries(
    names.map((name) =>
      name.endsWith('!')
        ? [name.slice(0, -1), { type: 'boolean' as const }]
        : [name, { type: 'string' as const, multiple: true }],
    ),
  );
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true }) as typeof parsed;
  } catch {
    throw wrong();
  }
  const { values, positionals } = parsed;
  if (positionals.length !== count || positionals.includes('')) throw wrong();
  return {
    words: positionals,
    text: (name) => {
      const given = values[name] as string[] | undefined;
      if (given !== undefined && (given.length !== 1 || given[0] === '')) throw wrong();
      return given?.[0];
    },
    texts: (name) => {
      const given = (values[name] ?? []) as string[];
      if (given.includes('')) throw wrong();
      return given;
    },
    has: (name) => values[name] === true,
    wrong,
  };
}

/** `--by PERSON`: who decides, when the operator only writes it down; the operator's own act otherwise. */
export async function actorNamed(db: Db, given: Given): Promise<string> {
  const by = given.text('by');
  return by === undefined ? OPERATOR : (await personNamed(db, by)).id;
}

/** The act of whom `--by` names, written down by the operator; or the operator's own. */
export async function actOf(db: Db, given: Given): Promise<Act> {
  const by = await actorNamed(db, given);
  return { by, at: Date.now(), ...(by !== OPERATOR && { writtenDown: true as const }) };
}

/** `--from DAY` and `--until DAY`, both inside, in the school's zone. */
export async function datesNamed(db: Db, given: Given, uai: string): Promise<Wished> {
  const { zone } = await findSchool(db, uai);
  const day = (name: string) => {
    const text = given.text(name);
    if (text === undefined || isDay(text)) return text;
    throw new Refusal('bad_argument', `expected a day such as 2027-06-30, not \`${text}\``);
  };
  const [from, until] = [day('from'), day('until')];
  return { from: from && startOfDay(from, zone), until: until && endOfDay(until, zone) } as Wished;
}

/** The last day of an interval, as it is written in French: none when it has no end. */
export function lastDay(validTo: number, zone: string): string {
  if (validTo >= FOREVER) return 'sans date de fin';
  const [year, month, day] = dayOf(validTo - 1, zone).split('-');
  return `jusqu’au ${day}/${month}/${year}`;
}
