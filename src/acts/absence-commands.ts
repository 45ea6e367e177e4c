// Absences on the command line: what somebody who may says of them, written down by the operator, and shown to that person.
import type { CommandContext } from '../command.ts';
import { type Absence, findAbsence } from '../directory/absences.ts';
import { listAudiences } from '../directory/audiences.ts';
import { fullName, personNamed } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool, type School } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { isDay, startOfDay } from '../facts/calendar.ts';
import type { Db } from '../storage/storage.ts';
import { type AbsenceSeen, absencesSeenBy, uncoveredToday } from './absence-views.ts';
import { correctAbsence, coverSlot, declareAbsence, endAbsence, moveSlot, type SlotNamed } from './absences.ts';
import { actOf, datesNamed, type Given, readArguments } from './arguments.ts';
import { approveInquiry, askInquiry, endInquiry, refuseInquiry } from './inquiries.ts';

const verbs = {
  declare:
    '`preau absence declare UAI PERSON --from DAY --until DAY [--slot SLOT]... --by PERSON`, a slot as `class/6A/MATHS/2026-11-23/08:00-09:00`',
  correct: '`preau absence correct ID [--from DAY] [--until DAY] [--slot SLOT]... --by PERSON`',
  cover: '`preau absence cover ID NUMBER SUBSTITUTE --by PERSON`, or `-` for nobody',
  move: '`preau absence move ID NUMBER 2026-11-24/10:00-11:00 --by PERSON`',
  end: '`preau absence end ID --by PERSON`',
  list: '`preau absence list UAI --for PERSON`',
  today: '`preau absence today UAI --for PERSON`',
} as const;
const inquiryVerbs = {
  ask: '`preau inquiry ask UAI ASKER PERSON DAY --motive TEXT [--until DAY]`',
  approve: '`preau inquiry approve ID --by PERSON`',
  refuse: '`preau inquiry refuse ID --reason TEXT --by PERSON`',
  end: '`preau inquiry end ID [--by PERSON]`',
} as const;

type Doing = (context: CommandContext) => Promise<void>;

/** `preau absence`: no reason is asked for, and there is nowhere to write one. */
export async function absenceCommand(context: CommandContext): Promise<void> {
  await run(context, verbs, acts);
}

/** `preau inquiry`: the hierarchy asks about one absence. */
export async function inquiryCommand(context: CommandContext): Promise<void> {
  await run(context, inquiryVerbs, inquiries);
}

async function run<Verb extends string>(
  context: CommandContext,
  usages: Readonly<Record<Verb, string>>,
  doings: Readonly<Record<Verb, Doing>>,
): Promise<void> {
  const [verb = '', ...args] = context.args;
  if (!Object.hasOwn(doings, verb)) throw new Refusal('bad_argument', `expected ${Object.values(usages).join(', ')}`);
  await doings[verb as Verb]({ ...context, args });
}

const acts: Record<keyof typeof verbs, Doing> = {
  declare: async ({ db, args, print }) => {
    const given = readArguments(verbs.declare, args, 2, ['from', 'until', 'slot', 'by']);
    const [uai = '', who = ''] = given.words;
    const school = await findSchool(db, uai);
    const { from, until } = await datesNamed(db, given, uai);
    if (from === undefined || until === undefined) throw given.wrong();
    const person = await personNamed(db, who);
    const slots = given.texts('slot').map((text) => slotNamed(text, school));
    const act = { ...(await actOf(db, given)), school: uai, person: person.id };
    await told(db, print, await declareAbsence(db, { ...act, from, to: until, slots }));
  },
  correct: async ({ db, args, print }) => {
    const given = readArguments(verbs.correct, args, 1, ['from', 'until', 'slot', 'by']);
    const absence = given.words[0]!;
    const school = await findSchool(db, (await findAbsence(db, absence)).school);
    const { from, until } = await datesNamed(db, given, school.uai);
    const slots = given.texts('slot').map((text) => slotNamed(text, school));
    const said = { ...(from !== undefined && { from }), ...(until !== undefined && { to: until }) };
    const act = { ...(await actOf(db, given)), absence };
    await told(db, print, await correctAbsence(db, { ...act, ...said, ...(slots.length > 0 && { slots }) }));
  },
  cover: async ({ db, args, print }) => {
    const given = readArguments(verbs.cover, args, 3, ['by']);
    const [absence = '', number = '', who = ''] = given.words;
    const lesson = await lessonNumbered(db, absence, number);
    const substitute = who === '-' ? null : (await personNamed(db, who)).id;
    await told(db, print, await coverSlot(db, { ...(await actOf(db, given)), absence, lesson, substitute }));
  },
  move: async ({ db, args, print }) => {
    const given = readArguments(verbs.move, args, 3, ['by']);
    const [absence = '', number = '', hours = ''] = given.words;
    const school = await findSchool(db, (await findAbsence(db, absence)).school);
    const lesson = await lessonNumbered(db, absence, number);
    const to = hoursNamed(hours, school);
    await told(db, print, await moveSlot(db, { ...(await actOf(db, given)), absence, lesson, to }));
  },
  end: async ({ db, args, print }) => {
    const given = readArguments(verbs.end, args, 1, ['by']);
    await told(db, print, await endAbsence(db, { ...(await actOf(db, given)), absence: given.words[0]! }));
  },
  list: async ({ db, args, print }) => {
    const given = readArguments(verbs.list, args, 1, ['for']);
    const { uai } = await findSchool(db, given.words[0]!);
    const reader = await readerNamed(db, given);
    const seen = await absencesSeenBy(db, { person: reader, at: Date.now(), schools: [uai] });
    for (const absence of seen) await told(db, print, absence);
    print(`${seen.length} absence(s) à ${uai}.`);
  },
  today: async ({ db, args, print }) => {
    const given = readArguments(verbs.today, args, 1, ['for']);
    const { uai, zone } = await findSchool(db, given.words[0]!);
    const all = await uncoveredToday(db, { person: await readerNamed(db, given), at: Date.now() });
    const here = all.filter(({ school }) => school === uai);
    const audiences = await listAudiences(
      db,
      here.map(({ audience }) => audience),
    );
    const labels = new Map(audiences.map(({ id, label }) => [id, label]));
    const clock = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, timeStyle: 'short' });
    for (const { audience, subject, startsAt } of here)
      print(`${clock.format(startsAt)} ${labels.get(audience)} ${subject}`.trim());
    print(`${here.length} cours non assuré(s) aujourd’hui à ${uai}.`);
  },
};

const inquiries: Record<keyof typeof inquiryVerbs, Doing> = {
  ask: async ({ db, config, args, print }) => {
    const given = readArguments(inquiryVerbs.ask, args, 4, ['motive', 'until']);
    const [school = '', asker = '', who = '', day = ''] = given.words;
    const { id } = await askInquiry(db, {
      school,
      by: (await personNamed(db, asker)).id,
      writtenDown: true,
      at: Date.now(),
      person: (await personNamed(db, who)).id,
      day,
      motive: given.text('motive') ?? '',
      until: (await datesNamed(db, given, school)).until,
      mostDays: config.inspectionDays,
    });
    print(`Demande ${id} enregistrée : elle n’ouvre rien avant d’être approuvée.`);
  },
  approve: async ({ db, args, print }) => {
    const given = readArguments(inquiryVerbs.approve, args, 1, ['by']);
    await approveInquiry(db, { ...(await actOf(db, given)), id: given.words[0]! });
    print('Demande approuvée.');
  },
  refuse: async ({ db, args, print }) => {
    const given = readArguments(inquiryVerbs.refuse, args, 1, ['by', 'reason']);
    await refuseInquiry(db, { ...(await actOf(db, given)), id: given.words[0]!, reason: given.text('reason') ?? '' });
    print('Demande refusée.');
  },
  end: async ({ db, args, print }) => {
    const given = readArguments(inquiryVerbs.end, args, 1, ['by']);
    await endInquiry(db, { ...(await actOf(db, given)), id: given.words[0]! });
    print('Demande terminée.');
  },
};

/** Who reads: an operator sees no absence, and shows those of a person to that person. */
async function readerNamed(db: Db, given: Given): Promise<string> {
  const reader = given.text('for');
  if (reader === undefined) throw given.wrong();
  return (await personNamed(db, reader)).id;
}

/** The lesson that has this number, from 1, in what was last said of an absence. */
async function lessonNumbered(db: Db, absence: string, number: string): Promise<string> {
  const { slots } = await findAbsence(db, absence);
  const slot = slots[Number(number) - 1];
  if (!slot) throw new Refusal('slot_refused', `expected the number of a lesson, 1 to ${slots.length}`);
  return slot.lesson.id;
}

/** `class/6A/MATHS/2026-11-23/08:00-09:00`; the subject may be left empty. */
function slotNamed(text: string, school: School): SlotNamed {
  const [kind, code = '', subject = '', ...hours] = text.split('/');
  if ((kind !== 'class' && kind !== 'group') || code === '')
    throw new Refusal(
      'bad_argument',
      `expected a lesson such as class/6A/MATHS/2026-11-23/08:00-09:00, not \`${text}\``,
    );
  return { audience: { kind, code }, subject, ...hoursNamed(hours.join('/'), school) };
}

/** `2026-11-24/10:00-11:00`, by the school's clock. */
function hoursNamed(text: string, { zone }: School): { from: number; to: number } {
  const [, day = '', from = '', to = ''] = /^([\d-]+)\/(\d{2}:\d{2})-(\d{2}:\d{2})$/.exec(text) ?? [];
  if (!isDay(day)) throw new Refusal('bad_argument', `expected hours such as 2026-11-24/10:00-11:00, not \`${text}\``);
  const instant = (hour: string) => {
    const [hours = 0, minutes = 0] = hour.split(':').map(Number);
    return startOfDay(day, zone) + (hours * 60 + minutes) * 60_000;
  };
  return { from: instant(from), to: instant(to) };
}

/** One absence, as far as its reader may know it. */
async function told(db: Db, print: (line: string) => void, absence: Absence | AbsenceSeen): Promise<void> {
  const { zone } = await findSchool(db, absence.school);
  const people = [absence.person, ...absence.slots.flatMap(({ coveredBy }) => coveredBy ?? [])];
  const names = new Map((await listPersons(db, people)).map((one) => [one.id, fullName(one)]));
  const audiences = await listAudiences(
    db,
    absence.slots.map(({ lesson }) => lesson.audience),
  );
  const labels = new Map(audiences.map(({ id, label }) => [id, label]));
  const clock = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const dates =
    absence.startsAt === undefined || absence.endsAt === undefined
      ? ''
      : ` du ${clock.format(absence.startsAt)} au ${clock.format(absence.endsAt)}`;
  print(`Absence ${absence.id} : ${names.get(absence.person)}${dates}`);
  for (const [index, { lesson, coveredBy, movedTo }] of absence.slots.entries()) {
    const solution = coveredBy
      ? `assuré par ${names.get(coveredBy)}`
      : movedTo
        ? `déplacé au ${clock.format(movedTo.from)}`
        : 'non assuré';
    const what = [labels.get(lesson.audience), lesson.subject].filter(Boolean).join(' ');
    print(`  ${index + 1}. ${what}, ${clock.format(lesson.startsAt)} : ${solution}`);
  }
}
