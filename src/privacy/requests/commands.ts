// Requests on the command line: letters recorded, one answer at a time, the register taken away.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { actorNamed, type Given, readArguments } from '../../acts/arguments.ts';
import { type CommandContext, writeOut } from '../../command.ts';
import { personNamed } from '../../directory/naming.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { dayOf } from '../../facts/calendar.ts';
import type { Db } from '../../storage/storage.ts';
import {
  attachRequest,
  decideRequest,
  extendRequest,
  markForwarded,
  markSent,
  recordIdentity,
  withdrawRequest,
} from './deciding.ts';
import { asCsv, type RegisterLine, requestRegister } from './export.ts';
import { fileLetters, type Letter, type MandateGiven } from './filing.ts';
import type { Ground, IdentityCheck, RequestKind } from './kinds.ts';
import { DOCUMENT_SIZE, keepDocument } from './mandates.ts';
import { giveMandate } from './mandating.ts';
import type { PersonRequest } from './records.ts';

const verbs = {
  list: '`preau requests list UAI`',
  file: '`preau requests file UAI --kind KIND --received DAY --identity CHECK [--person PERSON]... [--name NAME]... [--target TARGET] [--wanted TEXT] [--words TEXT] [--mandate FILE --holder NAME --reference TEXT] [--by AGENT]`',
  mandate: '`preau requests mandate ID FILE --holder NAME --reference TEXT [--to one|envelope] [--by AGENT]`',
  accept: '`preau requests accept ID --by PERSON --reason TEXT`',
  refuse: '`preau requests refuse ID --by PERSON --ground GROUND --reason TEXT`',
  extend: '`preau requests extend ID --by PERSON --reason TEXT`',
  attach: '`preau requests attach ID PERSON [--by AGENT]`',
  identity: '`preau requests identity ID CHECK [--by AGENT]`',
  withdraw: '`preau requests withdraw ID [--by PERSON]`',
  forwarded: '`preau requests forwarded ID [--by AGENT]`',
  sent: '`preau requests sent ID [--by AGENT]`',
  export: '`preau requests export UAI --format csv|json [--out FILE]`',
} as const;

/** Refuses what is asked about a module that does not serve the school: modules are known elsewhere. */
type RequireServed = (db: Db, asked: { target: string; school: string }) => Promise<void>;

type Context = CommandContext & { readonly requireServed: RequireServed };

/** `preau requests`: what the pages do, for an operator who writes down what persons decide. */
export async function requestsCommand(context: CommandContext, requireServed: RequireServed): Promise<void> {
  const [verb = '', ...args] = context.args;
  if (!Object.hasOwn(acts, verb)) throw readArguments(Object.values(verbs).join(', '), [], 0, []).wrong();
  await acts[verb as keyof typeof verbs]({ ...context, requireServed, args });
}

const acts: Record<keyof typeof verbs, (context: Context) => Promise<void>> = {
  list: async ({ db, args, print }) => {
    const given = readArguments(verbs.list, args, 1, []);
    const lines = await requestRegister(db, given.words[0]!, Date.now());
    for (const line of lines) print(told(line));
    print(`${lines.length} demande(s), dont ${lines.filter(({ state }) => state === 'open').length} à traiter.`);
  },
  file: fileCommand,
  mandate: async ({ db, args, print }) => {
    const { given, act } = await actIn(db, verbs.mandate, args, ['holder', 'reference', 'to', 'by'], 2);
    const to = given.text('to') ?? 'one';
    if (to !== 'one' && to !== 'envelope') throw given.wrong();
    const mandate = await mandateIn(db, given, given.words[1]!, act);
    print(`Mandat joint à ${await giveMandate(db, { ...act, to, mandate })} demande(s).`);
  },
  accept: async ({ db, args, print }) => {
    const { given, act } = await actIn(db, verbs.accept, args, ['by', 'reason']);
    const reason = given.text('reason') ?? '';
    done(print, await decideRequest(db, { ...act, outcome: 'accepted', reason }));
  },
  refuse: async ({ db, args, print }) => {
    const { given, act } = await actIn(db, verbs.refuse, args, ['by', 'ground', 'reason']);
    const ground = given.text('ground') as Ground | undefined;
    const reason = given.text('reason') ?? '';
    done(print, await decideRequest(db, { ...act, outcome: 'refused', ground, reason }));
  },
  extend: async ({ db, args, print }) => {
    const { given, act } = await actIn(db, verbs.extend, args, ['by', 'reason']);
    done(print, await extendRequest(db, { ...act, reason: given.text('reason') ?? '' }));
  },
  attach: async ({ db, args, print }) => {
    const { given, act } = await actIn(db, verbs.attach, args, ['by'], 2);
    done(print, await attachRequest(db, { ...act, about: (await personNamed(db, given.words[1]!)).id }));
  },
  identity: async ({ db, args, print }) => {
    const { given, act } = await actIn(db, verbs.identity, args, ['by'], 2);
    done(print, await recordIdentity(db, { ...act, how: given.words[1] as IdentityCheck }));
  },
  withdraw: async ({ db, args, print }) =>
    done(print, await withdrawRequest(db, (await actIn(db, verbs.withdraw, args, ['by'])).act)),
  forwarded: async ({ db, args, print }) =>
    done(print, await markForwarded(db, (await actIn(db, verbs.forwarded, args, ['by'])).act)),
  sent: async ({ db, args, print }) => done(print, await markSent(db, (await actIn(db, verbs.sent, args, ['by'])).act)),
  export: async ({ db, args, print }) => {
    const given = readArguments(verbs.export, args, 1, ['format', 'out']);
    const format = given.text('format') ?? 'csv';
    if (format !== 'csv' && format !== 'json') throw given.wrong();
    const school = await findSchool(db, given.words[0]!);
    const lines = await requestRegister(db, school.uai, Date.now());
    const body = format === 'csv' ? asCsv(lines) : `${JSON.stringify(lines, null, 2)}\n`;
    const out = given.text('out');
    if (out === undefined) return print(body.trimEnd());
    // names and reasons: for whoever exported it
    await writeOut(out, async (stream) => void stream.write(body));
    print(`${lines.length} demande(s) écrite(s) dans ${out}.`);
  },
};

async function fileCommand({ db, args, print, requireServed }: Context): Promise<void> {
  const options = [
    'kind',
    'target',
    'wanted',
    'words',
    'received',
    'identity',
    'person',
    'name',
    'mandate',
    'holder',
    'reference',
    'by',
  ];
  const given = readArguments(verbs.file, args, 1, options);
  const school = await findSchool(db, given.words[0]!);
  const at = Date.now();
  const letters: Letter[] = given.texts('name').map((name) => ({ name }));
  for (const text of given.texts('person')) {
    const { id, givenName, familyName } = await personNamed(db, text);
    letters.push({ name: `${givenName} ${familyName}`, about: id });
  }
  const target = given.text('target') ?? 'all';
  await requireServed(db, { target, school: school.uai });
  const by = await actorNamed(db, given);
  const file = given.text('mandate');
  const filed = await fileLetters(db, {
    school: school.uai,
    by,
    at,
    kind: given.text('kind') as RequestKind,
    target,
    wanted: given.text('wanted'),
    words: given.text('words'),
    received: given.text('received') ?? dayOf(at, school.zone),
    identity: (given.text('identity') ?? 'awaited') as IdentityCheck,
    mandate: file === undefined ? undefined : await mandateIn(db, given, file, { by, at }),
    batch: randomBytes(16).toString('hex'),
    letters,
  });
  for (const { id, name, due } of filed) print(`${id}  ${name}, réponse due le ${due}`);
  print(`${filed.length} demande(s) enregistrée(s).`);
}

/** The document of a mandate, read and kept; one that is too big is not read. */
async function mandateIn(
  db: Db,
  given: Given,
  file: string,
  { by, at }: { by: string; at: number },
): Promise<MandateGiven> {
  const content = contentOf(file);
  const { id: document } = await keepDocument(db, { content, by, at });
  return { reference: given.text('reference') ?? '', holder: given.text('holder') ?? '', document };
}

function contentOf(file: string): Buffer {
  try {
    if (statSync(file).size <= DOCUMENT_SIZE) return readFileSync(file);
  } catch {
    throw new Refusal('bad_argument', `expected a file that can be read: \`${file}\``);
  }
  throw new Refusal('file_too_large', `expected a file of at most ${DOCUMENT_SIZE} bytes: \`${file}\``);
}

async function actIn(db: Db, usage: string, args: readonly string[], options: readonly string[], count = 1) {
  const given = readArguments(usage, args, count, options);
  return { given, act: { id: given.words[0]!, by: await actorNamed(db, given), at: Date.now() } };
}

function done(print: CommandContext['print'], { id, state, due, answer }: PersonRequest): void {
  const how = answer === 'letter' ? ' La réponse est à envoyer par lettre.' : '';
  print(`Demande ${id} : ${STATES[state]}${state === 'open' ? `, réponse due le ${due}` : ''}.${how}`);
}

const STATES: Record<PersonRequest['state'], string> = {
  open: 'à traiter',
  accepted: 'acceptée',
  refused: 'refusée',
  withdrawn: 'retirée',
};

function told({ id, person, kind, target, state, due, late, close_reasons: close }: RegisterLine): string {
  const standing = STATES[state as PersonRequest['state']];
  const more = [late ? 'EN RETARD' : '', close > 0 ? `raisons proches de ${close} autre(s) refus` : ''].filter(Boolean);
  return `${id}  ${person} : ${kind} ${target}, ${standing}, due le ${due}${more.map((one) => `, ${one}`).join('')}`;
}
