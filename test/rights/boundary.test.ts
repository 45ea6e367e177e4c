// The boundary matrix: every fact of every way of every rule of every action, before, at its start, inside, at its end, after.
// (That of accounts, pending, active, suspended and closed, is asked over the API: test/api/withdrawn.test.ts.)
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Path } from '../../src/facts/paths.ts';
import { policy } from '../../src/rights/policy.ts';
import { type Action, list, may, type ResourceType, who } from '../../src/rights/rights.ts';
import { type Executor, executorNames, openNamed } from './executors.ts';
import { type Line, lineOf, misses } from './ways.ts';
import { DAY, type Drawn, day, plainCast, worldUnder } from './worlds.ts';

/** What is asked | the rule | a way of it: all its facts, and nothing else. */
const rules = `
logbook read         | owner         | me owns logbook
logbook read         | substitute    | me substitutes logbook
logbook read         | team          | logbook audience class, me teaches class
logbook read         | team          | logbook audience class, child enrolled class, child enrolled group, me teaches group
logbook read         | team          | logbook audience group, child enrolled group, child enrolled class, me teaches class
logbook read         | team          | logbook audience group, child enrolled group, child enrolled class, other enrolled class, other enrolled group2, me teaches group2
logbook read         | colleague     | me granted logbook
logbook read         | inspector     | me inspects logbook
logbook read         | head          | logbook ofSchool school, me heads school
logbook read         | deputy        | logbook ofSchool school, me deputises school
logbook read         | direction     | logbook ofSchool school, me directs school, me post school function=direction
logbook read         | school_life   | logbook audience class, me opened class
logbook read         | pupil         | logbook audience class, me enrolled class
logbook read         | pupil         | logbook audience group, me enrolled group
logbook read         | guardian      | logbook audience class, child enrolled class, me guards child
logbook read         | admitted      | logbook audience class, child enrolled class, me admitted child
logbook write        | owner         | me owns logbook
logbook write        | substitute    | me substitutes logbook
logbook visa         | head          | logbook ofSchool school, me heads school
logbook visa         | delegate      | logbook ofSchool school, me deputises school, me delegated school act=visa
logbook read_archive | author        | me authored logbook
logbook read_archive | inspector     | me inspects logbook
logbook read_archive | head          | logbook archivedAt school, me heads school
logbook read_archive | deputy        | logbook archivedAt school, me deputises school
logbook read_archive | direction     | logbook archivedAt school, me directs school, me post school function=direction
logbook grant        | owner         | me owns logbook
logbook request      | staff         | logbook ofSchool school, me post school function=teacher
logbook request      | staff         | logbook ofSchool school, me post school function=librarian
logbook request      | staff         | logbook ofSchool school, me post school function=school_life
logbook request      | territory     | logbook ofSchool school, me territory school
logbook validate     | head          | logbook ofSchool school, me heads school
logbook validate     | delegate      | logbook ofSchool school, me deputises school, me delegated school act=validate
logbook validate     | direction     | logbook ofSchool school, me directs school, me post school function=direction
logbook revoke       | owner         | me owns logbook
logbook revoke       | beneficiary   | me granted logbook
logbook revoke       | beneficiary   | me inspects logbook
logbook revoke       | head          | logbook ofSchool school, me heads school
logbook revoke       | delegate      | logbook ofSchool school, me deputises school, me delegated school act=revoke
logbook revoke       | direction     | logbook ofSchool school, me directs school, me post school function=direction
logbook see_readers  | owner         | me owns logbook
logbook see_readers  | head          | logbook ofSchool school, me heads school
logbook see_readers  | deputy        | logbook ofSchool school, me deputises school
logbook see_readers  | direction     | logbook ofSchool school, me directs school, me post school function=direction
logbook see_readers  | author        | me authored logbook
logbook see_readers  | ticket        | me ticketed logbook
logbook see_readers  | head          | logbook archivedAt school, me heads school
logbook see_readers  | deputy        | logbook archivedAt school, me deputises school
logbook see_readers  | direction     | logbook archivedAt school, me directs school, me post school function=direction
absence read         | self          | absence absenceOf me
absence read         | replacement   | me covers absence
absence read         | secretariat   | absence absenceAt school, me secretary school
absence read         | head          | absence absenceAt school, me heads school
absence read         | deputy        | absence absenceAt school, me deputises school
absence read         | direction     | absence absenceAt school, me directs school, me post school function=direction
absence read         | inquiry       | me inquires absence
absence write        | self          | absence absenceOf me
absence write        | scribe        | absence absenceAt school, me secretary school, me delegated school act=absences
absence write        | head          | absence absenceAt school, me heads school
absence write        | deputy        | absence absenceAt school, me deputises school
absence write        | direction     | absence absenceAt school, me directs school, me post school function=direction
absence read_today   | school_life   | absence watched class, me inCharge class
lesson read          | team          | lesson lessonFor class, me teaches class
lesson read          | head          | lesson lessonAt school, me heads school
lesson read          | deputy        | lesson lessonAt school, me deputises school
lesson read          | direction     | lesson lessonAt school, me directs school, me post school function=direction
lesson read          | school_life   | lesson lessonFor class, me inCharge class
lesson read          | secretariat   | lesson lessonAt school, me secretary school
lesson read          | pupil         | lesson lessonFor class, me enrolled class
lesson read          | pupil         | lesson lessonFor group, me enrolled group
lesson read          | guardian      | lesson lessonFor class, child enrolled class, me guards child
school activate      | head          | me heads school
school activate      | deputy        | me deputises school
school activate      | director      | me post school function=direction
school activate      | secretariat   | me secretary school
school activate      | administrator | me administers school
school inform        | head          | me heads school
school inform        | deputy        | me deputises school
school inform        | director      | me post school function=direction
school inform        | secretariat   | me secretary school
school file          | head          | me heads school
school file          | deputy        | me deputises school
school file          | director      | me post school function=direction
school file          | secretariat   | me secretary school
school file          | dpo           | me protects school
school decide        | head          | me heads school
school decide        | director      | me post school function=direction
school oversee       | dpo           | me protects school
school protect       | head          | me heads school
school protect       | director      | me post school function=direction
school protect       | administrator | me administers school
school convene       | staff         | me post school function=teacher
school convene       | staff         | me post school function=librarian
school convene       | staff         | me post school function=school_life
school convene       | head          | me heads school
school convene       | deputy        | me deputises school
school convene       | director      | me post school function=direction
school convene       | secretariat   | me secretary school
school convene       | administrator | me administers school
school convene       | territory     | me territory school
school convene       | authority     | me authority school
school assign        | head          | me heads school
school assign        | direction     | me directs school, me post school function=direction
school assign        | assigner      | me assigns school
offer launch         | assigned      | offer subscribed offer, offer agreed offer, offer cleared offer, me assigned offer
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=pupil, me attends school
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=teacher, me post school function=teacher
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=librarian, me post school function=librarian
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me heads school
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me deputises school
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=head
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=deputy
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=direction
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=school_life
offer launch         | site          | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=assistant`;

/** What is asked | the restriction | a way of it | what allows otherwise, throughout. */
const restrictions = `
logbook read         | barred    | me barred logbook | me owns logbook
logbook write        | barred    | me barred logbook | me owns logbook
logbook visa         | barred    | me barred logbook | logbook ofSchool school, me heads school
logbook read_archive | barred    | me barred logbook | me authored logbook
logbook grant        | barred    | me barred logbook | me owns logbook
logbook request      | barred    | me barred logbook | logbook ofSchool school, me post school function=teacher
logbook validate     | barred    | me barred logbook | logbook ofSchool school, me heads school
logbook revoke       | barred    | me barred logbook | me owns logbook
logbook see_readers  | barred    | me barred logbook | me owns logbook
logbook read         | barred    | logbook audience class, child enrolled class, me barred child | me owns logbook
logbook write        | barred    | logbook audience class, child enrolled class, me barred child | me owns logbook
logbook visa         | barred    | logbook audience class, child enrolled class, me barred child | logbook ofSchool school, me heads school
logbook read_archive | barred    | logbook audience class, child enrolled class, me barred child | me authored logbook
logbook grant        | barred    | logbook audience class, child enrolled class, me barred child | me owns logbook
logbook request      | barred    | logbook audience class, child enrolled class, me barred child | logbook ofSchool school, me post school function=teacher
logbook validate     | barred    | logbook audience class, child enrolled class, me barred child | logbook ofSchool school, me heads school
logbook revoke       | barred    | logbook audience class, child enrolled class, me barred child | me owns logbook
logbook see_readers  | barred    | logbook audience class, child enrolled class, me barred child | me owns logbook
lesson read          | barred    | lesson lessonFor class, child enrolled class, me barred child | lesson lessonAt school, me heads school
offer launch         | declined  | me declines offer | offer subscribed offer, offer agreed offer, offer cleared offer, me assigned offer
offer launch         | declined  | me declines offer | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=pupil, me attends school`;

/** What an objection is about. */
const objected = {
  'logbook read': 'logbook audience class, child enrolled class, child objected me',
  'lesson read': 'lesson lessonFor class, child enrolled class, child objected me',
} as const;

/**
 * An objection closes what goes through one child, and nothing else (C16, C18). What is asked | what there is beside it,
 * throughout | the rules that allow while it holds, and what is told to close others | those that allow without the
 * audience | without the enrolment of the child | without the objection.
 */
const objections = `
logbook read | me guards child                                                            | -        objection | - | -        | guardian
logbook read | me admitted child                                                          | -        objection | - | -        | admitted
logbook read | me guards child, other enrolled class, me guards other                     | guardian -         | - | guardian | guardian
logbook read | me admitted child, other enrolled class, me guards other                   | guardian objection | - | guardian | admitted+guardian
logbook read | me guards child, other enrolled class, me guards other, other objected me  | -        objection | - | - objection | guardian
logbook read | me guards child, other enrolled class, me guards other, other objected child | guardian -        | - | guardian | guardian
logbook read | me guards child, me enrolled class                                         | pupil    objection | - | pupil    | guardian+pupil
lesson read  | me guards child                                                            | -        objection | - | -        | guardian
lesson read  | me guards child, other enrolled class, me guards other                     | guardian -         | - | guardian | guardian`;

const FROM = 10;
const TO = 20;
const ALWAYS = { from: 0, to: 30 };

/** Each fact of a way in turn begins and ends, or is not there at all, while the others last: whether the way leads then. */
const moments = [
  { moment: 'before', at: day(FROM) - 1, there: true, leads: false },
  { moment: 'at its start', at: day(FROM), there: true, leads: true },
  { moment: 'inside', at: day(FROM) + 5 * DAY, there: true, leads: true },
  { moment: 'at its end', at: day(TO), there: true, leads: false },
  { moment: 'after', at: day(TO) + DAY, there: true, leads: false },
  { moment: 'without it', at: day(FROM) + DAY, there: false, leads: false },
] as const;

interface Row {
  readonly asked: string;
  readonly type: ResourceType;
  readonly action: Action;
  readonly name: string;
  /** The way in words, the fact that begins and ends in brackets. */
  readonly text: string;
  readonly lines: readonly Line[];
  /** The place of that fact. */
  readonly bounded: number;
  readonly beside: readonly Line[];
}

/** A row for each fact of each way. */
function rowsOf(table: string): Row[] {
  return table
    .trim()
    .split('\n')
    .flatMap((way) => {
      const [asked = '', name = '', text = '', beside = ''] = way.split('|').map((cell) => cell.trim());
      const [type, action] = asked.split(' ') as [ResourceType, Action];
      const facts = text.split(', ');
      return facts.map((_, bounded) => ({
        asked,
        type,
        action,
        name,
        text: facts.map((fact, place) => (place === bounded ? `[${fact}]` : fact)).join(', '),
        lines: facts.map(lineOf),
        bounded,
        beside: beside === '' ? [] : beside.split(', ').map(lineOf),
      }));
    });
}

/** A row for each fact of each objection, with what it comes to: while all hold, and without that fact. */
const closures = objections
  .trim()
  .split('\n')
  .flatMap((text) => {
    const [asked = '', beside = '', closed = '', ...without] = text.split('|').map((cell) => cell.trim());
    const [row] = rowsOf(`${asked} | objection | ${objected[asked as keyof typeof objected]} | ${beside}`);
    return without.map((open, bounded) => {
      const marked = (fact: string, place: number) => (place === bounded ? `[${fact}]` : fact);
      const facts = objected[asked as keyof typeof objected].split(', ').map(marked).join(', ');
      const [allowing = '', told = '-'] = open.split(' ');
      return { ...row!, text: `${facts} | ${beside}`, bounded, closed: closed.split(/ +/), open: [allowing, told] };
    });
  });

const allows = rowsOf(rules);
const forbids = rowsOf(restrictions);

/** What comes near, each fact lasting throughout. */
const nearRows = misses
  .flatMap(({ type, actions, lines }) => actions.map((action) => ({ type, action, lines })))
  .map((miss, place): Row & { place: number } => ({
    ...miss,
    place,
    asked: `${miss.type} ${miss.action}`,
    name: '',
    text: miss.lines
      .map(({ subject, relation, object, properties }) =>
        [subject, relation, object, ...Object.values(properties)].join(' '),
      )
      .join(', '),
    bounded: -1,
    beside: [],
  }));

/** A world that holds one row: its way whole, or without the fact in brackets. */
function worldFor(prefix: string, { lines, bounded, beside }: Row, whole: boolean) {
  const drawn = ({ subject, object, ...rest }: Line, dates: { from: number; to: number }): Drawn => ({
    ...rest,
    subject: plainCast[subject],
    object: plainCast[object],
    ...dates,
  });
  const begin = [
    ...lines.flatMap((line, place) =>
      place !== bounded ? [drawn(line, ALWAYS)] : whole ? [drawn(line, { from: FROM, to: TO })] : [],
    ),
    ...beside.map((line) => drawn(line, ALWAYS)),
  ];
  return worldUnder(prefix, [{ school: 0, at: 0, begin, end: [] }]);
}

describe.each(executorNames)('the boundary matrix in %s', (name) => {
  let executor: Executor;
  beforeAll(async () => {
    executor = await openNamed(name);
    const worlds = [...allows, ...forbids, ...closures].flatMap((row, place) => [
      worldFor(`y${place}-`, row, true),
      worldFor(`n${place}-`, row, false),
    ]);
    const near = nearRows.map((row) => worldFor(`z${row.place}-`, row, true));
    await executor.write([...worlds, ...near]);
    for (const world of [...worlds, ...near]) await executor.readyFor(world, { at: day(FROM) });
  });
  afterAll(() => executor.close());

  /** The rules that speak, as each of the three questions tells them. */
  async function answers(prefix: string, { type, action }: Row, at: number) {
    const person = prefix + plainCast.me;
    const resource = { type, id: prefix + plainCast[type] };
    const when = { at };
    const alone = await may(executor.source, { person, action, resource, when });
    const listed = (await list(executor.source, { person, action, type, when })).find((one) => one.id === resource.id);
    const reader = (await who(executor.source, { action, resource, when })).find((one) => one.person === person);
    const told = [alone, listed, reader].map((one) => one?.reasons.map(({ rule }) => rule) ?? []);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    return { reasons: told[0]!, forbidden: alone.forbidden };
  }

  const everyMoment = async (row: Row & { place: number }) => {
    const found = [];
    for (const { moment, at, there } of moments)
      found.push({ moment, ...(await answers(`${there ? 'y' : 'n'}${row.place}-`, row, at)) });
    return found;
  };

  it.each(allows.map((row, place) => ({ ...row, place })))('$asked | $name | $text', async (row) => {
    const wanted = moments.map(({ moment, leads }) => ({ moment, reasons: leads ? [row.name] : [] }));
    expect(await everyMoment(row)).toEqual(wanted);
  });

  it.each(
    forbids.map((row, place) => ({ ...row, place: allows.length + place })),
  )('$asked | not, $name | $text', async (row) => {
    const found = (await everyMoment(row)).map(({ reasons, ...rest }) => ({ ...rest, allowed: reasons.length > 0 }));
    expect(found).toEqual(
      moments.map(({ moment, leads }) => ({ moment, allowed: !leads, forbidden: leads ? row.name : undefined })),
    );
  });

  it.each(
    closures.map((row, place) => ({ ...row, place: allows.length + forbids.length + place })),
  )('$asked | objection | $text', async (row) => {
    const found = (await everyMoment(row)).map(({ moment, reasons, forbidden = '-' }) => [
      moment,
      reasons.sort().join('+') || '-',
      forbidden,
    ]);
    expect(found).toEqual(moments.map(({ moment, leads }) => [moment, ...(leads ? row.closed : row.open)]));
  });

  it.each(nearRows)('$asked | nobody | $text', async (row) => {
    expect(await answers(`z${row.place}-`, row, day(FROM))).toEqual({ reasons: [], forbidden: undefined });
  });
});

describe('the boundary matrix', () => {
  /** The facts of a way, in no order. */
  const factsOf = (path: Path): string =>
    path
      .flatMap(({ relation, property, alongside }) => [
        [relation, property?.join('=')],
        ...(alongside ? [[alongside.relation, alongside.property.join('=')]] : []),
      ])
      .map((fact) => fact.filter(Boolean).join(' '))
      .sort()
      .join(', ');
  const rowFacts = ({ lines }: Row): string =>
    lines
      .map(({ relation, properties }) =>
        [relation, ...Object.entries(properties).map((entry) => entry.join('='))].join(' '),
      )
      .sort()
      .join(', ');

  const paths = Object.entries(policy).flatMap(([type, actions]) =>
    Object.entries(actions).flatMap(([action, { allow, forbid }]) =>
      [...allow, ...forbid].flatMap((rule) =>
        rule.paths.map((path: Path) => ({
          asked: `${type} ${action}`,
          name: rule.name as string,
          facts: factsOf(path),
        })),
      ),
    ),
  );

  const rowsNamed = [...allows, ...forbids, ...closures].map((row) => `${row.asked} ${row.name} ${rowFacts(row)}`);

  it.each(paths)('has the way of $asked, $name: $facts', ({ asked, name, facts }) => {
    expect(rowsNamed).toContain(`${asked} ${name} ${facts}`);
  });

  it('has no row for a rule that is not there', () => {
    const known = new Set(paths.map(({ asked, name, facts }) => `${asked} ${name} ${facts}`));
    expect(rowsNamed.filter((row) => !known.has(row))).toEqual([]);
  });
});
