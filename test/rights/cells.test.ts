// Tables 1 and 2 of rights.md, cell by cell: who somebody is, in facts, and the rules by which they may; each cell is there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Action, may, type ResourceType } from '../../src/rights/rights.ts';
import { type Executor, executorNames, openNamed } from './executors.ts';
import { type Line, lineOf } from './ways.ts';
import { type Drawn, day, plainCast, worldUnder } from './worlds.ts';

/** The columns, in the order of the cells: what is asked, and in which of the two worlds of a row. */
const columns = [
  ['logbook read', 'year'],
  ['logbook write', 'year'],
  ['logbook visa', 'year'],
  ['logbook read_archive', 'after'],
  ['logbook grant', 'year'],
  ['logbook request', 'year'],
  ['logbook validate', 'year'],
  ['logbook revoke', 'year'],
  ['logbook see_readers', 'year'],
  ['logbook see_readers', 'after'],
  // of somebody else, and one's own
  ['absence read', 'year'],
  ['absence read', 'after'],
  ['absence read_today', 'year'],
  ['absence write', 'year'],
  ['absence write', 'after'],
  // what families see instead (C17)
  ['lesson read', 'year'],
] as const satisfies readonly (readonly [string, 'year' | 'after'])[];

/** What there is in both worlds. */
const scene =
  'logbook audience class, absence absenceAt school, absence watched class, lesson lessonAt school, '.concat(
    'lesson lessonFor class, child enrolled class',
  );
/** The year under way, and somebody else's absence; and after it, when the logbook is archived, with one's own. */
const scenes = {
  year: `${scene}, logbook ofSchool school, absence absenceOf other`,
  after: `${scene}, logbook archivedAt school, absence absenceOf me`,
} as const;

/**
 * The row and the condition that is met | who they are; `was`: until lately | for each column the rules that allow,
 * `-` where none does, `.` where there is no such thing as their own absence.
 *
 * read | write | visa | archive | grant | ask | validate | revoke | readers, after | absence, own, today, write, own | lesson
 */
const table = `
r1      | me owns logbook, me teaches class, me post school function=teacher                  | owner+team owner      -        author    owner staff -         owner       owner     author    - self - - self team
r2      | me owns logbook, other owns logbook, me teaches class, me post school function=teacher | owner+team owner   -        author    owner staff -         owner       owner     author    - self - - self team
r3      | me teaches class, me post school function=teacher                                   | team       -          -        -         -     staff -         -           -         -         - self - - self team
r3 C5   | child enrolled group, me teaches group, me post school function=teacher             | team       -          -        -         -     staff -         -           -         -         - self - - self -
r4      | me substitutes logbook, me post school function=teacher                             | substitute substitute -        author    -     staff -         -           -         author    - self - - self -
r4 over | was me substitutes logbook, me post school function=teacher                         | -          -          -        -         -     staff -         -           -         -         - self - - self -
r5      | me post school function=teacher                                                     | -          -          -        -         -     staff -         -           -         -         - self - - self -
r5 C6   | me granted logbook, me post school function=teacher                                 | colleague  -          -        -         -     staff -         beneficiary -         -         - self - - self -
r5 C10  | me covers absence, me post school function=teacher                                  | -          -          -        -         -     staff -         -           -         -         replacement . - - . -
r6      | me post school function=librarian                                                   | -          -          -        -         -     staff -         -           -         -         - self - - self -
r6 C6   | me granted logbook, me post school function=librarian                               | colleague  -          -        -         -     staff -         beneficiary -         -         - self - - self -
r7      | me post school function=school_life                                                 | -          -          -        -         -     staff -         -           -         -         - self - - self -
r7 C6   | me granted logbook, me post school function=school_life                             | colleague  -          -        -         -     staff -         beneficiary -         -         - self - - self -
r7 C7   | me opened class, me post school function=school_life                                | school_life -         -        -         -     staff -         -           -         -         - self - - self -
r7 C11  | me inCharge class, me post school function=school_life                              | -          -          -        -         -     staff -         -           -         -         - self school_life - self school_life
r8      | me post school function=assistant                                                   | -          -          -        -         -     -     -         -           -         -         - self - - self -
r8 C7   | me opened class, me post school function=assistant                                   | school_life -         -        -         -     -     -         -           -         -         - self - - self -
r8 C11  | me inCharge class, me post school function=assistant                                | -          -          -        -         -     -     -         -           -         -         - self school_life - self school_life
r9      | me secretary school, me post school function=administrative                         | -          -          -        -         -     -     -         -           -         -         secretariat self+secretariat - - self secretariat
r9 C13  | me secretary school, me delegated school act=absences                               | -          -          -        -         -     -     -         -           -         -         secretariat self+secretariat - scribe self+scribe secretariat
r9b     | me post school function=administrative                                              | -          -          -        -         -     -     -         -           -         -         - self - - self -
r10     | me heads school, me post school function=head                                       | head       -          head     head      -     -     head      head        head      head      head self+head - head self+head head
r10 far | me heads school2, me post school2 function=head                                     | -          -          -        -         -     -     -         -           -         -         - . - - . -
r11     | me deputises school, me post school function=deputy                                 | deputy     -          -        deputy    -     -     -         -           deputy    deputy    deputy self+deputy - deputy self+deputy deputy
r11 visa     | me deputises school, me delegated school act=visa                              | deputy     -          delegate deputy    -     -     -         -           deputy    deputy    deputy self+deputy - deputy self+deputy deputy
r11 validate | me deputises school, me delegated school act=validate                          | deputy     -          -        deputy    -     -     delegate  -           deputy    deputy    deputy self+deputy - deputy self+deputy deputy
r11 revoke   | me deputises school, me delegated school act=revoke                            | deputy     -          -        deputy    -     -     -         delegate    deputy    deputy    deputy self+deputy - deputy self+deputy deputy
r12     | me post school function=direction, me post school function=teacher                  | -          -          -        -         -     staff -         -           -         -         - self - - self -
r12 C1  | me owns logbook, me teaches class, me post school function=direction, me post school function=teacher | owner+team owner - author owner staff -         owner       owner     author    - self - - self team
r12 C9  | me directs school, me post school function=direction, me post school function=teacher | direction -        -        direction -     staff direction direction   direction direction direction self+direction - direction self+direction direction
r12 gone | me directs school, was me post school function=direction, me post school function=teacher | -     -          -        -         -     staff -         -           -         -         - self - - self -
r13     | me territory school, me post school2 function=inspector                             | -          -          -        -         -     territory -     -           -         -         - . - - . -
r13 C14 | me inquires absence, me territory school                                            | -          -          -        -         -     territory -     -           -         -         inquiry . - - . -
r14     | me inspects logbook, me territory school                                            | inspector  -          -        inspector -     territory -     beneficiary -         -         - . - - . -
r14 over | was me inspects logbook, me territory school                                       | -          -          -        -         -     territory -     -           -         -         - . - - . -
r15     | me attends school, me enrolled class                                                | pupil      -          -        -         -     -     -         -           -         -         - . - - . pupil
r16     | me attends school, me enrolled group, logbook audience group, lesson lessonFor group | pupil     -          -        -         -     -     -         -           -         -         - . - - . pupil
r17     | me attends school, me enrolled class, me emancipated school, me objected other      | pupil      -          -        -         -     -     -         -           -         -         - . - - . pupil
r18     | was me attends school, was me enrolled class                                        | -          -          -        -         -     -     -         -           -         -         - . - - . -
r19     | me guards child                                                                     | guardian   -          -        -         -     -     -         -           -         -         - . - - . guardian
r19 C16 | me guards child, child objected me                                                  | -          -          -        -         -     -     -         -           -         -         - . - - . -
r19 I1  | me guards child, me barred child                                                    | -          -          -        -         -     -     -         -           -         -         - . - - . -
r20     | child attends school                                                                | -          -          -        -         -     -     -         -           -         -         - . - - . -
r20 C16b | me admitted child                                                                  | admitted   -          -        -         -     -     -         -           -         -         - . - - . -
r21     | child attends school                                                                | -          -          -        -         -     -     -         -           -         -         - . - - . -
r22     | was other enrolled class, me guards other                                           | -          -          -        -         -     -     -         -           -         -         - . - - . -
r23     | me administers school                                                               | -          -          -        -         -     -     -         -           -         -         - . - - . -
r23 C27 | me ticketed logbook, me administers school                                          | -          -          -        -         -     -     -         -           ticket    ticket    - . - - . -
r24     | me post school function=collectivity                                                | -          -          -        -         -     -     -         -           -         -         - . - - . -
r25     | me authority school                                                                 | -          -          -        -         -     -     -         -           -         -         - . - - . -
r25 C14 | me inquires absence, me authority school                                            | -          -          -        -         -     -     -         -           -         -         inquiry . - - . -
r25 C27 | me ticketed logbook, me authority school                                            | -          -          -        -         -     -     -         -           ticket    ticket    - . - - . -
r26     | school connected school                                                             | -          -          -        -         -     -     -         -           -         -         - . - - . -
r27     | child attends school                                                                | -          -          -        -         -     -     -         -           -         -         - . - - . -
r28     | me protects school                                                                  | -          -          -        -         -     -     -         -           -         -         - . - - . -
r28 C27 | me ticketed logbook, me protects school                                             | -          -          -        -         -     -     -         -           ticket    ticket    - . - - . -`;

/** Lately ends before what is asked about; everything else lasts throughout. */
const NOW = day(15);
const ALWAYS = { from: 0, to: 30 };
const LATELY = { from: 0, to: 15 };

const rows = table
  .trim()
  .split('\n')
  .map((text, place) => {
    const [row = '', facts = '', cells = ''] = text.split('|').map((cell) => cell.trim());
    return { row, facts, place, cells: cells.split(/ +/) };
  });

/** What was kept is archived with its year, and an opening ends with it. */
function afterwards(facts: string): string {
  const kept = facts.replace(/^me (owns|substitutes) logbook/, 'me authored logbook');
  return kept.replace(/^me granted logbook, /, '');
}

function worldOf(prefix: string, facts: string) {
  const begin = facts.split(', ').map((text): Drawn => {
    const { subject, object, ...rest }: Line = lineOf(text.replace(/^was /, ''));
    const dates = text.startsWith('was ') ? LATELY : ALWAYS;
    return { ...rest, subject: plainCast[subject], object: plainCast[object], ...dates };
  });
  return worldUnder(prefix, [{ school: 0, at: 0, begin, end: [] }]);
}

const prefixOf = (place: number, world: 'year' | 'after') => `${world}${place}-`;

describe.each(executorNames)('the cells of tables 1 and 2 in %s', (name) => {
  let executor: Executor;
  beforeAll(async () => {
    executor = await openNamed(name);
    const worlds = rows.flatMap(({ facts, place }) => [
      worldOf(prefixOf(place, 'year'), `${scenes.year}, ${facts}`),
      worldOf(prefixOf(place, 'after'), `${scenes.after}, ${afterwards(facts)}`),
    ]);
    await executor.write(worlds);
    for (const world of worlds) await executor.readyFor(world, { at: NOW });
  });
  afterAll(() => executor.close());

  it.each(rows)('$row | $facts', async ({ place, cells }) => {
    const found: string[] = [];
    for (const [column, [asked, world]] of columns.entries()) {
      const [type, action] = asked.split(' ') as [ResourceType, Action];
      const prefix = prefixOf(place, world);
      const { reasons } = await may(executor.source, {
        person: prefix + plainCast.me,
        action,
        resource: { type, id: prefix + plainCast[type] },
        when: { at: NOW },
      });
      const rules = reasons.map(({ rule }) => rule).join('+') || '-';
      found.push(cells[column] === '.' ? '.' : rules);
    }
    expect(found).toEqual(cells);
  });
});

describe('the cells of tables 1 and 2', () => {
  it('are all there: each row of the tables, and in each row each column', () => {
    const named = new Set(rows.map(({ row }) => row.split(' ')[0]));
    const expected = Array.from({ length: 28 }, (_, place) => `r${place + 1}`).toSpliced(9, 0, 'r9b');
    expect([...named]).toEqual(expected);
    for (const { row, cells } of rows) expect([row, cells.length]).toEqual([row, columns.length]);
  });
});
