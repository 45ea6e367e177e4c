// Families on the command line: what came on paper, written down.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../src/command.ts';
import { Refusal } from '../../src/errors.ts';
import { disputeCommand, familyCommand, joinCommand, separateCommand } from '../../src/families/commands.ts';
import { dispute } from '../../src/families/disputes.ts';
import { ACADEMY, COLLEGE } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { apart, deliver, keysOf, open as openAccount, PAUL, pupil, type RelativeName } from './world.ts';

describe.each(engines)('families on the command line on $name', ({ open }) => {
  let base: TestDatabase;
  let keys: Record<RelativeName, string>;
  beforeAll(async () => {
    base = await open();
    await deliver(base.db, apart, Date.now() - 3_600_000);
    keys = await keysOf(base.db);
    await openAccount(base.db, keys.paula, 'paula.bernard');
    await openAccount(base.db, keys.paulaAtEcole, 'paula.ecole');
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
  const named = (id: string) => `${ACADEMY}:${id}`;

  it('a request on paper joins two records, shows them, and separates them', async () => {
    expect(await run(familyCommand, named('3001'))).toBe(
      'Paula Bernard : 1 enfant(s)\n  Paul Bernard, 6e A, Collège Les Tilleuls (0900001A)',
    );
    const said = await run(joinCommand, named('3001'), named('3101'), '--request', 'Courrier du 12 novembre');
    expect(said).toContain('Le compte de cette fiche est en attente');
    const join = said.match(/Réunion (\w+)\./)?.[1] ?? '';
    const shown = await run(familyCommand, named('3001'));
    expect(shown).toContain('2 enfant(s)');
    expect(shown).toContain(`sur demande écrite) : réunion ${join}`);
    expect(await run(separateCommand, join, '--request', 'Courrier du 13 novembre')).toContain('est séparée');
    expect(await run(familyCommand, named('3001'))).toContain('1 enfant(s)');
  });

  it('refuses what is missing, and whom it must not join', async () => {
    const request = ['--request', 'Courrier'];
    expect(await run(joinCommand, named('3001'), named('3101'))).toBe('bad_argument');
    expect(await run(joinCommand, named('3001'), ...request)).toBe('bad_argument');
    expect(await run(joinCommand, named('3001'), named('3002'), ...request)).toBe('join_refused');
    expect(await run(joinCommand, named('3001'), named('9999'), ...request)).toBe('unknown_person');
    expect(await run(joinCommand, named(PAUL), named('3101'), ...request)).toBe('join_not_family');
    expect(await run(separateCommand, 'nothing', ...request)).toBe('unknown_join');
    expect(await run(separateCommand, 'nothing')).toBe('bad_argument');
    expect(await run(familyCommand)).toBe('bad_argument');
  });

  it('lists disputes, and writes down what a school decided', async () => {
    const { id } = await dispute(base.db, { person: keys.pierre, child: await pupil(base.db, PAUL), at: Date.now() });
    const listed = await run(disputeCommand, 'list', COLLEGE);
    expect(listed).toContain(`${id}  Pierre Bernard dit ne pas être responsable légal de Paul Bernard`);
    expect(listed).toContain('à vérifier');
    expect(await run(disputeCommand, 'uphold', id)).toBe('bad_argument');
    expect(await run(disputeCommand, 'uphold', id, '--decision', 'TJ 2026/114')).toBe('Signalement confirmé.');
    expect(await run(disputeCommand, 'list', COLLEGE)).toContain('confirmé');
    expect(await run(disputeCommand, 'withdraw', id, '--decision', 'Erreur')).toContain('Signalement levé');
    expect(await run(disputeCommand, 'list', COLLEGE)).toBe('Aucun signalement.');
    expect(await run(disputeCommand, 'uphold', 'nothing', '--decision', 'x')).toBe('unknown_dispute');
    expect(await run(disputeCommand, 'settle', id)).toBe('bad_argument');
  });
});
