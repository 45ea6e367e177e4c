// The register of processing and the report of one object, on the command line.

import { readArguments } from '../../acts/arguments.ts';
import { OPERATOR } from '../../acts/offices.ts';
import type { CommandContext } from '../../command.ts';
import { Refusal } from '../../errors.ts';
import { dayOf, endOfDay, isDay } from '../../facts/calendar.ts';
import { registerAt, versionsOf } from './entries.ts';
import type { EntryText } from './processing.ts';
import { type ReadersOf, reportedOf, reportOn } from './report.ts';

const REGISTER = '`preau register [ENTRY] [--at DAY] [--versions] [--json]`';
const REPORT = '`preau report logbook:KEY|absence:KEY|person:KEY [--at INSTANT] [--json]`';

/** `preau register`: what is done with data, today or on a past day. */
export async function registerCommand({ db, args, print }: CommandContext): Promise<void> {
  const [first = '', ...rest] = args;
  const name = first.startsWith('--') || first === '' ? undefined : first;
  const given = readArguments(REGISTER, name === undefined ? args : rest, 0, ['at', 'versions!', 'json!']);
  const day = given.text('at');
  if (day !== undefined && !isDay(day)) throw given.wrong();
  if (given.has('versions')) {
    if (name === undefined) throw given.wrong();
    for (const { version, since, until, hash } of await versionsOf(db, name))
      print(`${name} version ${version}, du ${dayOf(since)}${until === null ? '' : ` au ${dayOf(until)}`}  ${hash}`);
    return;
  }
  const register = await registerAt(db, day === undefined ? Date.now() : endOfDay(day) - 1);
  const entries = name === undefined ? register : register.filter(({ entry }) => entry === name);
  if (name !== undefined && entries.length === 0)
    throw new Refusal('unknown_entry', `no entry \`${name}\` was in force that day`);
  if (given.has('json')) return print(JSON.stringify(entries, null, 2));
  for (const { entry, version, since, hash, content } of entries) {
    print(`${entry} : ${content.fr.title}, version ${version} du ${dayOf(since)}, ${hash.slice(0, 16)}`);
    if (name !== undefined) for (const line of linesOf(content.fr)) print(line);
  }
  print(`${entries.length} fiche(s).`);
}

/** `preau report`: the register, the notice and the readers of one object on one day (S2.11). */
export async function reportCommand({ db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(REPORT, args, 1, ['at', 'json!']);
  const object = reportedOf(given.words[0]!);
  const text = given.text('at');
  const at = text === undefined ? Date.now() : Date.parse(text);
  if (!object || Number.isNaN(at)) throw given.wrong();
  const report = await reportOn(db, { object, by: OPERATOR, at, now: Date.now() });
  if (given.has('json')) return print(JSON.stringify(report, null, 2));
  print(`${given.words[0]} le ${new Date(at).toISOString()}, ${report.schools.join(', ')}`);
  for (const { entry, version, since, hash } of report.entries)
    print(`  registre : ${entry} version ${version} du ${dayOf(since)}, ${hash.slice(0, 16)}`);
  for (const { school, notice } of report.notices)
    print(
      `  notice : ${school} ${notice ? `version ${notice.version} du ${dayOf(notice.from)}` : 'aucune en vigueur'}`,
    );
  for (const [title, readers] of [
    ['appliqué alors', report.enforced],
    ['connu aujourd’hui', report.known],
  ] as const)
    for (const line of readersLines(readers)) print(`  ${title} : ${line}`);
}

function readersLines(of: readonly ReadersOf[]): string[] {
  const lines = of.flatMap(({ about, readers }) =>
    readers.map(({ category, count, few }) => {
      const archive = about?.action === 'read_archive' ? ' read_archive' : '';
      const what = about ? `${about.school} ${about.as} ${about.type}${archive}, ` : '';
      return `${what}${category}${few ? ', moins de 10' : count === undefined ? '' : `, ${count}`}`;
    }),
  );
  return lines.length > 0 ? lines : ['personne'];
}

function linesOf(text: EntryText): string[] {
  return Object.entries(text)
    .filter(([part]) => part !== 'title')
    .flatMap(([part, said]: [string, string | readonly string[]]) => [
      `  ${part}`,
      ...(typeof said === 'string' ? [said] : said).map((line) => `    ${line}`),
    ]);
}
