// `preau notices`: the texts in force, what a school has on record, who is to be told, the letters.

import { readFile } from 'node:fs/promises';
import { actorNamed, type Given, readArguments } from '../../acts/arguments.ts';
import { type CommandContext, writeOut } from '../../command.ts';
import { findSchool } from '../../directory/schools.ts';
import { Refusal } from '../../errors.ts';
import { endOfDay, isDay } from '../../facts/calendar.ts';
import { recordCharter } from '../../privacy/notices/charter.ts';
import { type Level, levels } from '../../privacy/notices/document.ts';
import { handOut, lettersWaiting } from '../../privacy/notices/letters.ts';
import { openingOf, recordBoardDay, recordOpening } from '../../privacy/notices/school.ts';
import { type Portion, type Share, shareTold } from '../../privacy/notices/share.ts';
import { GENERAL, noticeInForce, writeOwnPart } from '../../privacy/notices/texts.ts';
import type { Db } from '../../storage/storage.ts';
import { dayText } from '../days.ts';
import { publishConfigured } from './content.ts';
import { noticeRound } from './job.ts';
import { groupName, lettersOf } from './letters.ts';

const USAGE =
  '`preau notices publish | run | show [UAI] [--at DAY] [--level LEVEL] [--english] | state UAI | board UAI --day DAY | opening UAI [--convention TEXT] [--signed DAY] [--informed DAY] [--officer TEXT] | own UAI --text FILE | charter UAI --text FILE [--voted DAY] | letters UAI --group GROUP --out FILE.pdf | handed UAI --group GROUP`, each with `--by PERSON`';

const options = [
  'at',
  'level',
  'english!',
  'day',
  'convention',
  'signed',
  'informed',
  'officer',
  'text',
  'voted',
  'group',
  'out',
  'by',
];

/** What each word of the command does; those of `schools` ask for a UAI. */
const alone: Readonly<Record<string, (context: CommandContext, given: Given) => Promise<void>>> = {
  publish: async ({ db, config, print }) => {
    const count = await publishConfigured(db, { config, actor: 'operator', at: Date.now() });
    print(count === 0 ? 'Les notices en vigueur disent déjà ce qui est configuré.' : `${count} notice(s) en vigueur.`);
  },
  run: async ({ db, config, print }) => {
    const { published, drawn, ended, queued, told, failed } = await noticeRound(config)(db, Date.now());
    print(
      `${published} texte(s) publiés, ${drawn} personne(s) à informer en plus, ${ended} en moins ; ${queued} courriel(s) en file, ${told} partis, ${failed} perdus.`,
    );
  },
  show: ({ db, print }, given) => show(db, GENERAL, given, print),
};

const schools: Readonly<Record<string, (context: CommandContext, uai: string, given: Given) => Promise<void>>> = {
  show: ({ db, print }, uai, given) => show(db, uai, given, print),
  state: async ({ db, print }, uai) => {
    const at = Date.now();
    for (const line of stateLines(await shareTold(db, { school: uai, at }))) print(line);
    for (const group of await lettersWaiting(db, { school: uai, at }))
      print(`Lettres, ${groupName(group)} (${group.id}) : ${group.letters.length}, dont ${group.printed} imprimée(s).`);
  },
  board: async ({ db, print }, uai, given) => {
    const day = requireText(given, 'day');
    await recordBoardDay(db, { school: uai, by: await actorNamed(db, given), at: Date.now(), day });
    print(`Réunion du conseil enregistrée : ${day}.`);
  },
  opening: async ({ db, print }, uai, given) => {
    const before = await openingOf(db, uai);
    const opening = {
      convention: given.text('convention') ?? before.convention,
      conventionDay: given.text('signed') ?? before.conventionDay,
      informedDay: given.text('informed') ?? before.informedDay,
      officer: given.text('officer') ?? before.officer,
    };
    await recordOpening(db, { school: uai, by: await actorNamed(db, given), at: Date.now(), opening });
    print('Enregistré, et visible de tout le personnel de l’établissement.');
  },
  own: async ({ db, print }, uai, given) => {
    const text = await fileNamed(given, 'text');
    const version = await writeOwnPart(db, { school: uai, text, actor: await actorNamed(db, given), at: Date.now() });
    print(version ? `En vigueur : version ${version}.` : 'Le texte était déjà celui-ci.');
  },
  charter: async ({ db, print }, uai, given) => {
    const text = await fileNamed(given, 'text');
    const votedDay = given.text('voted');
    await recordCharter(db, { school: uai, by: await actorNamed(db, given), at: Date.now(), text, votedDay });
    print(
      votedDay
        ? `Charte enregistrée, votée le ${votedDay}.`
        : 'Charte enregistrée : non votée, sans valeur obligatoire.',
    );
  },
  letters: async ({ db, config, print }, uai, given) => {
    const [group, out] = [await groupNamed(db, uai, given), requireText(given, 'out')];
    const by = await actorNamed(db, given);
    await writeOut(out, async (stream) => {
      const write = await lettersOf(db, { school: uai, group, by, at: Date.now(), issuer: config.issuer });
      await write(stream);
    });
    print(`Lettres écrites dans ${out}. Une fois remises : preau notices handed ${uai} --group ${group}`);
  },
  handed: async ({ db, print }, uai, given) => {
    const group = await groupNamed(db, uai, given);
    const asked = { school: uai, group, by: await actorNamed(db, given), at: Date.now() };
    print(`${await handOut(db, asked)} lettre(s) remises.`);
  },
};

/** `preau notices WORD [UAI] …` */
export async function noticesCommand(context: CommandContext): Promise<void> {
  const { db, args } = context;
  const word = args[0] ?? '';
  const count = args[1] === undefined || args[1].startsWith('--') ? 1 : 2;
  const given = readArguments(USAGE, args, count, options);
  const uai = given.words[1];
  if (uai === undefined) {
    if (!Object.hasOwn(alone, word)) throw given.wrong();
    return alone[word]?.(context, given);
  }
  if (!Object.hasOwn(schools, word)) throw given.wrong();
  await findSchool(db, uai);
  return schools[word]?.(context, uai, given);
}

async function show(db: Db, school: string, given: Given, print: (line: string) => void): Promise<void> {
  const day = given.text('at');
  if (day !== undefined && !isDay(day)) throw given.wrong();
  const level = given.text('level') ?? 'adult';
  if (!levels.includes(level as Level)) throw given.wrong();
  // the end of the day that is asked about, or now
  const at = day === undefined ? Date.now() : endOfDay(day) - 1;
  const notice = await noticeInForce(db, { school, at });
  if (!notice) throw new Refusal('not_found', 'no notice was in force then');
  print(
    `Version ${notice.version}, en vigueur depuis le ${dayText(notice.from, { zone: 'Europe/Paris', locale: 'fr' })}.`,
  );
  for (const { heading, paragraphs, lists } of notice.document[given.has('english') ? 'en' : 'fr'][level as Level]) {
    print(`\n${heading}`);
    for (const text of paragraphs) print(text);
    for (const list of lists) print([list.heading, ...list.items.map((item) => `- ${item}`)].join('\n'));
  }
  if (notice.own) print(`\n${notice.own}`);
}

function stateLines({ all, late, nextDay }: Share): string[] {
  const told = all
    ? `Informées cette année : ${portionText(all.told)}, sur ${all.people}.`
    : 'Trop peu de personnes pour un chiffre.';
  const waiting = late === 'none' ? 'Aucun retard.' : `En retard : ${late === 'few' ? 'moins de 10' : late}.`;
  return [told, `${waiting}${nextDay ? ` Prochain terme : ${nextDay}.` : ''}`];
}

function portionText(told: Portion): string {
  if (typeof told === 'object') return `${told.percent} %`;
  return { none: 'aucune', few: 'moins de 10', almost_all: 'toutes, sauf moins de 10', all: 'toutes' }[told];
}

function requireText(given: Given, name: string): string {
  const text = given.text(name);
  if (text === undefined) throw given.wrong();
  return text;
}

/** A group of letters by its key, or by the label of its class. */
async function groupNamed(db: Db, school: string, given: Given): Promise<string> {
  const name = requireText(given, 'group');
  const groups = await lettersWaiting(db, { school, at: Date.now() });
  return groups.find(({ id, label }) => id === name || label === name)?.id ?? name;
}

async function fileNamed(given: Given, name: string): Promise<string> {
  const path = requireText(given, name);
  return readFile(path, 'utf8').catch(() => {
    throw new Refusal('bad_argument', `cannot read the file \`${path}\``);
  });
}
