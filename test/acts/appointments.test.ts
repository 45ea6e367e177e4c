// Who issues codes, informs, files, decides, oversees and protects at a school; and who is named for it by a decision.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administratorCommand, dpoCommand } from '../../src/acts/appointment-commands.ts';
import { appoint, dismiss } from '../../src/acts/appointments.ts';
import type { CommandContext } from '../../src/command.ts';
import type { RefusalCode } from '../../src/errors.ts';
import { type ActionOn, actionsOf, may } from '../../src/rights/rights.ts';
import { COLLEGE, ECOLE, LYCEE, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool, YEAR_END } from '../rights/school.ts';

const DAY = 86_400_000;
const ALL = 'activate inform file decide oversee protect convene assign';

/** Row of rights.md, who, where, what they may do, by which rule. */
const table: readonly (readonly [row: string, who: string, school: string, actions: string, rule: string])[] = [
  ['r1', 'tom', COLLEGE, 'convene', 'staff'],
  ['r6', 'diane', COLLEGE, 'convene', 'staff'],
  ['r7', 'carla', COLLEGE, 'convene', 'staff'],
  ['r8', 'aed', COLLEGE, '', ''],
  ['r9 before being named', 'sylvie', COLLEGE, '', ''],
  ['r9b', 'berthe', COLLEGE, '', ''],
  ['r10', 'helene', COLLEGE, 'activate inform file decide protect convene assign', 'head'],
  ['r10 of another school', 'helene', LYCEE, '', ''],
  ['r11', 'david', COLLEGE, 'activate inform file convene', 'deputy'],
  ['r12 by the function alone', 'denise', ECOLE, 'activate inform file decide protect convene', 'director staff'],
  ['r12 beside', 'marc', ECOLE, 'convene', 'staff'],
  ['r13', 'ivan', COLLEGE, '', ''],
  ['r15', 'ines', COLLEGE, '', ''],
  ['r19', 'paula', COLLEGE, '', ''],
  ['r24', 'agent', COLLEGE, '', ''],
  ['r26', 'a publisher', COLLEGE, '', ''],
  ['r27', '', COLLEGE, '', ''],
];

describe.each(engines)('what is done at a school on $name', ({ open }) => {
  let base: TestDatabase;
  let last = NOW;
  const later = () => {
    last += 1000;
    return last;
  };
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db);
  });
  afterAll(() => base.close());

  const allowed = async (who: string, school: string, at = later()) => {
    const found: string[] = [];
    const rules = new Set<string>();
    const person = await keyOf(base.db, who);
    for (const action of actionsOf('school')) {
      const { reasons } = await may(base.db, {
        person,
        action: action as ActionOn<'school'>,
        resource: { type: 'school', id: school },
        when: { at },
      });
      if (reasons.length > 0) found.push(action);
      for (const { rule } of reasons) rules.add(rule);
    }
    return [found.join(' '), [...rules].join(' ')];
  };
  const named = async (who: string, school: string) => ({ school, person: await keyOf(base.db, who), by: 'operator' });
  const refused = (code: RefusalCode, work: Promise<unknown>) => expect(work).rejects.toMatchObject({ code });

  it('is these eight, in the order in which they are told', () => {
    expect(actionsOf('school').join(' ')).toBe(ALL);
  });

  it.each(table)('%s: %s at %s: %s', async (_, who, school, actions, rule) => {
    expect(await allowed(who, school, NOW)).toEqual([actions, rule]);
  });

  it('nobody does anything at a school that does not exist', async () => {
    expect(await allowed('helene', '0000000X')).toEqual(['', '']);
  });

  it('the head holds it until the year ends, and not the day before it began', async () => {
    expect((await allowed('helene', COLLEGE, YEAR_END - 1))[1]).toBe('head');
    expect((await allowed('helene', COLLEGE, YEAR_END))[1]).toBe('');
    expect((await allowed('helene', COLLEGE, Date.parse('2026-01-01')))[1]).toBe('');
  });

  it('r23: an administrator issues codes and protects from the day of the decision, until it ends, the year at most', async () => {
    const { db } = base;
    const asked = { ...(await named('agent', COLLEGE)), decision: 'Convention 2026-3' };
    const [from, until] = [last + 2 * DAY, last + 9 * DAY];
    expect(await appoint(db, 'administers', { ...asked, from, until, at: later() })).toEqual({ changed: true });
    expect(await allowed('agent', COLLEGE, from - 1)).toEqual(['', '']);
    expect(await allowed('agent', COLLEGE, from)).toEqual(['activate protect convene', 'administrator']);
    expect(await allowed('agent', COLLEGE, until - 1)).toEqual(['activate protect convene', 'administrator']);
    expect(await allowed('agent', COLLEGE, until)).toEqual(['', '']);
    expect(await allowed('agent', LYCEE, from)).toEqual(['', '']);
    await refused('dates_refused', appoint(db, 'administers', { ...asked, until: YEAR_END + 1, at: later() }));
    expect(await appoint(db, 'administers', { ...asked, at: later() })).toEqual({ changed: true });
    expect(await allowed('agent', COLLEGE, YEAR_END - 1)).toEqual(['activate protect convene', 'administrator']);
    expect(await allowed('agent', COLLEGE, YEAR_END)).toEqual(['', '']);
    expect(await appoint(db, 'administers', { ...asked, at: later() })).toEqual({ changed: false });
    await dismiss(db, 'administers', { ...asked, at: later() });
    expect(await allowed('agent', COLLEGE)).toEqual(['', '']);
    await refused('nothing_to_end', dismiss(db, 'administers', { ...asked, at: later() }));
  });

  it('r28: a data protection officer oversees and files until the designation ends, past the year', async () => {
    const { db } = base;
    const asked = { ...(await named('agent', COLLEGE)), decision: 'Désignation 2026-12' };
    await appoint(db, 'protects', { ...asked, at: later() });
    expect(await allowed('agent', COLLEGE)).toEqual(['file oversee', 'dpo']);
    expect(await allowed('agent', COLLEGE, YEAR_END + 300 * DAY)).toEqual(['file oversee', 'dpo']);
    await dismiss(db, 'protects', { ...asked, at: later() });
    expect(await allowed('agent', COLLEGE)).toEqual(['', '']);
  });

  it('nobody watches over what they run or administer themselves', async () => {
    const { db } = base;
    const decision = 'D 1';
    for (const [who, school] of [
      ['helene', COLLEGE],
      ['david', COLLEGE],
      ['denise', ECOLE],
    ] as const)
      await refused(
        'office_conflict',
        appoint(db, 'protects', { ...(await named(who, school)), decision, at: later() }),
      );
    const agent = { ...(await named('agent', COLLEGE)), decision };
    await appoint(db, 'administers', { ...agent, at: later() });
    await refused('office_conflict', appoint(db, 'protects', { ...agent, at: later() }));
    await dismiss(db, 'administers', { ...agent, at: later() });
    await appoint(db, 'protects', { ...agent, at: later() });
    await refused('office_conflict', appoint(db, 'administers', { ...agent, at: later() }));
    await dismiss(db, 'protects', { ...agent, at: later() });
    // of another school they may
    await appoint(db, 'protects', { ...(await named('david', LYCEE)), decision, at: later() });
  });

  it('neither a pupil nor who is known as family alone is named, nor anybody without a decision', async () => {
    const { db } = base;
    for (const what of ['administers', 'protects'] as const) {
      for (const who of ['ines', 'paula'])
        await refused('not_staff', appoint(db, what, { ...(await named(who, COLLEGE)), decision: 'D 2', at: later() }));
      for (const decision of ['', '  ', 'x'.repeat(201)])
        await refused(
          'decision_missing',
          appoint(db, what, { ...(await named('agent', COLLEGE)), decision, at: later() }),
        );
      await refused(
        'unknown_school',
        appoint(db, what, { ...(await named('agent', 'none')), decision: 'D 2', at: later() }),
      );
      await refused(
        'unknown_person',
        appoint(db, what, { ...(await named('nobody', COLLEGE)), decision: 'D 2', at: later() }),
      );
    }
  });

  it('each appointment and its end is on the trail, by keys alone', async () => {
    const rows = await base.db('audit').whereIn('event', ['administers.recorded', 'protects.ended']);
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(rows)).not.toContain('Convention');
  });

  it('is recorded and ended on the command line', async () => {
    const tom = await keyOf(base.db, 'hana');
    const run = async (command: (context: CommandContext) => Promise<void>, ...args: string[]) => {
      const lines: string[] = [];
      await command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    expect(await run(administratorCommand, COLLEGE, tom, '--decision', 'D 3')).toMatch(/administre .* Enregistré/);
    expect(await run(administratorCommand, COLLEGE, tom, '--end')).toMatch(/n’administre plus/);
    expect(await run(dpoCommand, COLLEGE, tom, '--decision', 'D 3')).toMatch(/veille sur les données/);
    expect(await run(dpoCommand, COLLEGE, tom, '--decision', 'D 3')).toMatch(/Rien à changer/);
    expect(await run(dpoCommand, COLLEGE, tom, '--end')).toMatch(/ne veille plus/);
    for (const args of [[COLLEGE, tom], [COLLEGE], [COLLEGE, tom, '--decision', 'x', '--end'], [COLLEGE, tom, '--x']])
      await refused('bad_argument', run(dpoCommand, ...args));
  });
});
