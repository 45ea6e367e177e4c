// Statistics on the command line: the counts of a school by month, no cell under ten persons.
import { parseArgs } from 'node:util';
import { statistics as words } from '../../../views/text/fr/statistics.ts';
import type { CommandContext } from '../../command.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import type { Cell } from '../../privacy/cells.ts';
import { type MonthTold, statisticsOf } from '../../privacy/statistics.ts';
import { listResources } from '../../resources/registry.ts';
import { monthBefore } from './statistics.ts';

const USAGE = '`preau statistics UAI [--from YYYY-MM] [--to YYYY-MM] [--json]`';
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** `preau statistics`: sign-ins, active accounts and resources opened, by month; the last year when no month is named. */
export async function statisticsCommand({ db, args, print }: CommandContext): Promise<void> {
  const { uai, json, ...months } = read(args);
  const school = await findSchool(db, uai);
  const to = months.to ?? dayOf(Date.now(), school.zone).slice(0, 7);
  const told = await statisticsOf(db, { schools: [uai], from: months.from ?? monthBefore(to, 11), to, at: Date.now() });
  if (json) return print(JSON.stringify(told, null, 2));
  if (told.length === 0) print(words.none);
  const ids = told.flatMap(({ resources }) => resources.flatMap(({ cells }) => cells.flatMap(({ names }) => names)));
  const names = new Map((await listResources(db, { ids })).map(({ id, name }) => [id, name]));
  for (const month of told) for (const line of linesOf(month, names)) print(line);
}

function* linesOf(told: MonthTold, resources: ReadonlyMap<string, string>): Generator<string> {
  yield told.month;
  yield* block(words.accounts, told.accounts, (name) => words.profiles[name]);
  yield* block(words.connections, told.connections, (name) => words.profiles[name]);
  if (!told.over) {
    yield `  ${words.openings}`;
    yield `    ${words.whenOver}`;
    return;
  }
  yield* block(words.openings, told.openings, (name) => words.profiles[name]);
  const list = new Intl.ListFormat('fr');
  for (const { by, cells } of told.resources) {
    const whose = list.format(by.map((name) => words.profiles[name]));
    yield* block(`${words.resources} (${whose})`, cells, (id) => resources.get(id) ?? id);
  }
  if (told.resources.length === 0) yield* block(words.resources, [], String);
}

function* block<Name extends string>(
  title: string,
  cells: readonly Cell<Name>[],
  word: (name: Name) => string,
): Generator<string> {
  yield `  ${title}`;
  const format = new Intl.ListFormat('fr');
  for (const { names, count } of cells) yield `    ${format.format(names.map(word))} : ${count.toLocaleString('fr')}`;
  if (cells.length === 0) yield `    ${words.tooFew}`;
}

function read(args: readonly string[]): { uai: string; from?: string; to?: string; json: boolean } {
  try {
    const options = { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [uai, ...more] = positionals;
    const months = [values.from, values.to].filter((month) => month !== undefined);
    if (uai && more.length === 0 && months.every((month) => MONTH.test(month)))
      return { uai, json: values.json ?? false, ...values };
  } catch {
    // told below, as all that is not understood
  }
  throw new Refusal('bad_argument', `expected ${USAGE}`);
}
