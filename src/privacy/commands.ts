// One's data and incident files on the command line: what is held about somebody, written out for them; and the files, never a log.
import { fr } from '../../views/text/fr.ts';
import { readArguments } from '../acts/arguments.ts';
import { audit } from '../audit/audit.ts';
import type { CommandContext } from '../command.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { DEFAULT_ZONE, dayOf, isDay, startOfDay } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { type HeldAsked, type HeldLine, type Holder, heldAbout } from './held.ts';
import { type IncidentFile, listIncidents } from './incident-files.ts';
import { askIncident, endIncident, refuseIncident, signIncident } from './incidents.ts';

const HELD = '`preau held PERSON [--json]`';
const verbs = {
  ask: '`preau incident ask UAI PERSON --by PERSON --from DAY --to DAY --motive TEXT`',
  sign: '`preau incident sign ID --by PERSON`',
  refuse: '`preau incident refuse ID --by PERSON --reason TEXT`',
  end: '`preau incident end ID --by PERSON`',
  list: '`preau incident list UAI`',
} as const;

/**
 * `preau held`: what is held about a person, for whoever asks on paper and has no account (C30). Neither their sign-ins nor
 * their sessions: these are on their own page, and nowhere else. Each time is traced.
 */
export async function heldCommand({ db, args, print }: CommandContext, holders?: readonly Holder[]): Promise<void> {
  const given = readArguments(HELD, args, 1, ['json!']);
  const person = await personNamed(db, given.words[0]!);
  const at = Date.now();
  const words = fr.pages.data;
  const asked: HeldAsked = { person: person.id, reader: person.id, at, locale: 'fr', words };
  const lines = await heldAbout(db, asked, holders);
  await audit(db, { at, event: 'held.written_out', actor: 'operator', subject: person.id });
  if (given.has('json')) {
    const held = lines.map((line) => ({ ...line, kept: words.categories[line.category].kept }));
    return print(JSON.stringify({ about: fullName(person), held }, null, 2));
  }
  print(words.held.heading(fullName(person)));
  for (const line of lines) print(`  ${lineText(line, words)}`);
  print(`${lines.length} ligne(s).`);
}

function lineText({ category, what, source, since, until }: HeldLine, words: HeldAsked['words']): string {
  const dates = [since, until].map((at) => (at === undefined ? '' : dayOf(at, DEFAULT_ZONE)));
  const when = dates.some(Boolean) ? ` [${dates.join(' → ')}]` : '';
  return `${words.categories[category].title} : ${what} (${words.sources[source]})${when}`;
}

/** `preau incident`: asks, signs, refuses, ends and lists, as persons have decided on paper. It shows nobody's log. */
export async function incidentCommand(context: CommandContext): Promise<void> {
  const [verb = '', ...args] = context.args;
  if (!Object.hasOwn(acts, verb)) throw new Refusal('bad_argument', `expected ${Object.values(verbs).join(', ')}`);
  await acts[verb as keyof typeof verbs]({ ...context, args });
}

const acts: Record<keyof typeof verbs, (context: CommandContext) => Promise<void>> = {
  ask: async ({ db, args, print }) => {
    const given = readArguments(verbs.ask, args, 2, ['by', 'from', 'to', 'motive']);
    const [uai = '', named = ''] = given.words;
    const { zone } = await findSchool(db, uai);
    const [from, to] = [given.text('from') ?? '', given.text('to') ?? ''];
    if (!isDay(from) || !isDay(to)) throw given.wrong();
    const { id } = await askIncident(db, {
      school: uai,
      named: await keyOf(db, named),
      motive: given.text('motive') ?? '',
      startsAt: startOfDay(from, zone),
      endsAt: startOfDay(dayOf(startOfDay(to, zone) + 36 * 3_600_000, zone), zone),
      ...(await actorIn(db, given)),
    });
    print(`Dossier ${id} enregistré : rien n’est lisible avant la contre-signature.`);
  },
  sign: async ({ db, args, print }) => {
    const given = readArguments(verbs.sign, args, 1, ['by']);
    const { id, openUntil } = await signIncident(db, { id: given.words[0]!, ...(await actorIn(db, given)) });
    print(`Dossier ${id} contresigné, lisible sur sa page jusqu’au ${dayOf(openUntil ?? 0)}.`);
  },
  refuse: async ({ db, args, print }) => {
    const given = readArguments(verbs.refuse, args, 1, ['by', 'reason']);
    const reason = given.text('reason') ?? '';
    const { id } = await refuseIncident(db, { id: given.words[0]!, reason, ...(await actorIn(db, given)) });
    print(`Dossier ${id} refusé.`);
  },
  end: async ({ db, args, print }) => {
    const given = readArguments(verbs.end, args, 1, ['by']);
    const { id, toldAt } = await endIncident(db, { id: given.words[0]!, ...(await actorIn(db, given)) });
    print(`Dossier ${id} clos.${toldAt === null ? '' : ' La personne en est informée.'}`);
  },
  list: async ({ db, args, print }) => {
    const given = readArguments(verbs.list, args, 1, []);
    const { uai, zone } = await findSchool(db, given.words[0]!);
    const files = await listIncidents(db, { schools: [uai] });
    const persons = await listPersons(
      db,
      files.map(({ person }) => person),
    );
    const names = new Map(persons.map((one) => [one.id, fullName(one)]));
    for (const file of files) print(fileLine(file, names.get(file.person) ?? '', zone));
    print(`${files.length} dossier(s) d’incident à ${uai}.`);
  },
};

function fileLine({ id, state, startsAt, endsAt, motive }: IncidentFile, name: string, zone: string): string {
  const days = `${dayOf(startsAt, zone)} → ${dayOf(endsAt - 1, zone)}`;
  return `${id}  ${name}, ${days}, ${fr.pages.data.incidents.states[state]} : ${motive}`;
}

/** A key, or `ACADEMY:EXTERNAL_ID`, as a key; a name as it is. */
async function keyOf(db: Db, named: string): Promise<string> {
  return /^[\w]+:[\w]+$/.test(named) ? (await personNamed(db, named)).id : named;
}

async function actorIn(db: Db, given: ReturnType<typeof readArguments>): Promise<{ by: string; at: number }> {
  const by = given.text('by');
  if (by === undefined) throw given.wrong();
  return { by: (await personNamed(db, by)).id, at: Date.now() };
}
