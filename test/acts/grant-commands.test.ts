// Openings and delegations on the command line, from the ask to the end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delegateCommand, grantCommand } from '../../src/acts/grant-commands.ts';
import { listGrants } from '../../src/acts/grants.ts';
import type { Command } from '../../src/command.ts';
import { Refusal } from '../../src/errors.ts';
import { dayOf, schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { may } from '../../src/rights/rights.ts';
import { ACADEMY, COLLEGE, cast, logbookOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool } from '../rights/school.ts';

const TODAY = dayOf(Date.now());
const LAST = dayOf(schoolYear(schoolYearAt(Date.now())).to - 1);

describe.each(engines)('openings on the command line on $name', ({ open }) => {
  let base: TestDatabase;
  let maths: string;
  beforeAll(async () => {
    base = await open();
    await openSchool(base.db, Date.now() - 3_600_000);
    maths = await logbookOf(base.db, COLLEGE, '6A', 'MATHS');
  });
  afterAll(() => base.close());

  const run = async (command: Command, ...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await command({ config: {} as never, db: base.db, args, print: (line) => lines.push(line) }).catch((error) => {
      if (!(error instanceof Refusal)) throw error;
      lines.push(error.code);
    });
    return lines.join('\n');
  };
  const grant = (...args: string[]) => run(grantCommand, ...args);
  const named = (name: keyof typeof cast) => `${ACADEMY}:${cast[name].id}`;
  const olgaReads = async () => {
    const person = await keyOf(base.db, 'olga');
    return (await may(base.db, { person, action: 'read', resource: { type: 'logbook', id: maths } })).allowed;
  };

  it('is asked, offered, validated, listed and ended', async () => {
    const asked = await grant('ask', maths, '--by', named('olga'));
    expect(asked).toMatch(/6e A, Mathématiques, Collège Les Tilleuls .* à Olga Petit, .* : demandée, attend/);
    const id = asked.slice(0, asked.indexOf(' '));
    const days = ['--from', TODAY, '--until', LAST] as const;
    expect(await grant('offer', maths, named('olga'), ...days, '--by', named('tom'))).toMatch(
      new RegExp(`^${id} .* : proposée, attend la direction\\.$`),
    );
    expect(await olgaReads()).toBe(false);
    expect(await grant('validate', id, '--by', named('david'))).toBe('no_delegation');
    expect(await grant('validate', id, '--by', named('helene'))).toMatch(/validée, par la direction\.$/);
    expect(await olgaReads()).toBe(true);
    expect(await grant('list', '--school', COLLEGE)).toMatch(new RegExp(`^${id} .*validée`));
    expect(await grant('list', '--person', named('carla'))).toBe('Aucune ouverture de cahier.');
    expect(await grant('end', id, '--by', named('helene'))).toBe('reason_missing');
    expect(await grant('end', id, '--reason', 'compte détourné')).toMatch(/terminée, suspension technique\.$/);
    expect(await olgaReads()).toBe(false);
    expect(await grant('validate', id, '--by', named('helene'))).toBe('grant_closed');
    const told = await base.db('audit').where({ event: 'grant.validated' }).first();
    expect(JSON.parse(told.details)).toMatchObject({ grant: id, written_by: 'operator' });
  });

  it('nobody acts without a name, but to suspend', async () => {
    for (const args of [
      ['ask', maths],
      ['offer', maths, named('olga'), '--until', LAST],
      ['validate', 'x'],
      ['refuse', 'x'],
    ])
      expect(await grant(...args)).toBe('bad_argument');
    expect(await grant()).toBe('bad_argument');
    expect(await grant('open')).toBe('bad_argument');
    expect(await grant('offer', maths, named('olga'), '--until', 'demain', '--by', named('tom'))).toBe('bad_argument');
    expect(await grant('offer', maths, named('olga'), '--by', named('tom'))).toBe('grant_without_end');
    expect(await listGrants(base.db, { schools: [COLLEGE] })).toHaveLength(1);
  });

  it('a delegation is given, listed and ended', async () => {
    const given = ['--decision', 'arrêté n° 12', '--by', named('helene')];
    expect(await run(delegateCommand, COLLEGE, named('david'), 'validate', ...given)).toMatch(
      /1 délégation\(s\) de signature\.\n {2}David Roux : valider les ouvertures, par délégation \(arrêté n° 12\), jusqu’au 14\/08\//,
    );
    expect(await run(delegateCommand, 'list', COLLEGE)).toContain('David Roux : valider les ouvertures');
    const offered = await grant('offer', maths, named('diane'), '--until', LAST, '--by', named('tom'));
    const id = offered.slice(0, offered.indexOf(' '));
    expect(await grant('validate', id, '--by', named('david'))).toMatch(/validée, par délégation de signature\.$/);
    expect(await run(delegateCommand, COLLEGE, named('david'), 'all', '--end')).toMatch(/1 délégation\(s\) terminée/);
    expect(await run(delegateCommand, 'list', COLLEGE)).toContain(' : 0 délégation(s)');
    expect(await run(delegateCommand, COLLEGE, named('david'), 'all')).toBe('bad_argument');
    expect(await run(delegateCommand, COLLEGE, named('david'), 'sign', ...given)).toBe('bad_argument');
    expect(await run(delegateCommand, 'list', '0000000Z')).toBe('unknown_school');
  });
});
