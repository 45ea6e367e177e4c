// `preau what-if`: a proposal read from a file, and who would gain or lose what; nothing is changed.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command.ts';
import { listLogbooks } from '../directory/logbooks.ts';
import { fullName } from '../directory/naming.ts';
import { offersOf } from '../directory/offers.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool, listSchools, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { readProposal } from './proposal.ts';
import type { Resource } from './rights.ts';
import { clock, instantNamed, wordOf } from './telling.ts';
import { type Proposal, type Shift, whatIf } from './what-if.ts';

const USAGE = '`preau what-if FILE [--school UAI] [--at INSTANT] [--json]`';

/** `preau what-if`: for facts, in their school; for rules, in every school, or in one. */
export async function whatIfCommand({ db, args, print }: CommandContext): Promise<void> {
  const { file, uai, at: wanted, json } = read(args);
  const proposal = await readProposal(db, await contentOf(file));
  const schools = await schoolsOf(db, proposal, uai);
  const all: { gains: object[]; losses: object[] } = { gains: [], losses: [] };
  for (const school of schools)
    for (const at of wanted === undefined ? instantsOf(proposal) : [instantNamed(wanted, school)]) {
      const { gains, losses } = await whatIf(db, { proposal, school: school.uai, at });
      all.gains.push(...gains.map((shift) => plain(shift, at)));
      all.losses.push(...losses.map((shift) => plain(shift, at)));
      if (json) continue;
      print(`${school.name} (${school.uai}), ${clock(at, school)}, si ceci était en vigueur :`);
      for (const line of await told(db, gains, 'gagne')) print(line);
      for (const line of await told(db, losses, 'perd')) print(line);
      if (gains.length + losses.length === 0) print('  personne ne gagne ni ne perd rien');
      print('');
    }
  if (json) print(JSON.stringify(all, null, 2));
  else print('Rien n’a été changé.');
}

async function schoolsOf(db: Db, proposal: Proposal, uai: string | undefined): Promise<School[]> {
  if ('rules' in proposal) return uai === undefined ? listSchools(db) : [await findSchool(db, uai)];
  const { school } = proposal.facts;
  if (uai !== undefined && uai !== school)
    throw new Refusal('bad_argument', `expected the school of the proposal, \`${school}\`, not \`${uai}\``);
  return [await findSchool(db, school)];
}

/** Whenever something that is proposed begins; now, for what begins at once, for what ends and for rules. */
function instantsOf(proposal: Proposal): number[] {
  const now = Date.now();
  if ('rules' in proposal) return [now];
  const { begin, end } = proposal.facts;
  const instants = [...begin.map(({ validFrom = now }) => Math.max(validFrom, now)), ...end.map(() => now)];
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** One line for each person and action, with how many resources of a few names. */
async function told(db: Db, shifts: readonly Shift[], verb: string): Promise<string[]> {
  const persons = new Map(
    (
      await listPersons(
        db,
        unique(shifts, (one) => one.person),
      )
    ).map((one) => [one.id, one]),
  );
  const logbooks = await listLogbooks(
    db,
    unique(shifts, ({ resource }) => resource.id),
  );
  const titles = new Map(
    logbooks.map(({ id, audienceLabel, subjectLabel }) => [
      id,
      subjectLabel ? `${audienceLabel}, ${subjectLabel}` : audienceLabel,
    ]),
  );
  const offers = await offersOf(db, {
    ids: unique(shifts, ({ resource }) => resource.id),
  });
  for (const { id, resource, subscription } of offers)
    titles.set(id, `${resource} (${subscription === null ? 'gratuite' : `abonnement ${subscription}`})`);
  const lines = new Map<string, Set<string>>();
  for (const { person, resource, action, rules } of shifts) {
    const one = persons.get(person);
    const line = `  ${one ? fullName(one) : person} (${person}) ${verb} : ${wordOf(resource, action)} par ${rules.join(', ')}`;
    lines.set(line, (lines.get(line) ?? new Set()).add(titleOf(resource, titles)));
  }
  return [...lines]
    .sort(([a], [b]) => a.localeCompare(b, 'fr'))
    .map(([line, about]) => `${line} : ${[...about].sort((a, b) => a.localeCompare(b, 'fr')).join(' ; ')}`);
}

function titleOf({ type, id }: Resource, titles: ReadonlyMap<string, string>): string {
  return titles.get(id) ?? (type === 'logbook' ? 'un nouveau cahier' : `${type} ${id}`);
}

function unique<Item>(items: readonly Item[], of: (item: Item) => string): string[] {
  return [...new Set(items.map(of))];
}

function plain({ school, resource, action, person, rules }: Shift, at: number) {
  return { school, at: new Date(at).toISOString(), type: resource.type, id: resource.id, action, person, rules };
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new Refusal('bad_argument', `expected a file that can be read, not \`${file}\``);
  }
}

function read(args: readonly string[]): {
  file: string;
  uai: string | undefined;
  at: string | undefined;
  json: boolean;
} {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { school: { type: 'string' }, at: { type: 'string' }, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [file] = positionals;
    if (file && positionals.length === 1) return { file, uai: values.school, at: values.at, json: values.json };
  } catch {
    // told below, as for a wrong count
  }
  throw new Refusal('bad_argument', `expected ${USAGE}`);
}
