// `preau factor`: what the operator sees, and gives to somebody whom nobody at school can help.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../../src/accounts/accounts.ts';
import { factorCommand } from '../../../src/accounts/factors/commands.ts';
import { takeSchoolCode } from '../../../src/accounts/factors/school-codes.ts';
import type { CommandContext } from '../../../src/command.ts';
import { demoConfig } from '../../../src/config.ts';
import { ACADEMY, cast, deliverCast, NOW, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { recoveryCodeOf } from '../../second-factor.ts';
import { PASSWORD, refusalOf } from '../people.ts';

describe.each(engines)('preau factor on $name', ({ open }) => {
  let opened: TestDatabase;
  let helene: string;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db);
    helene = await personOf(opened.db, 'helene');
    const account = { person: helene, identifier: 'helene', password: PASSWORD };
    await openAccount(opened.db, { ...account, actor: 'system', at: NOW });
  });
  afterAll(() => opened.close());

  const run = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    const config = demoConfig({ secret: 'a'.repeat(64), database: opened.url, port: 0 }, {});
    const context: CommandContext = { config, db: opened.db, args, print: (line) => lines.push(line) };
    await factorCommand(context);
    return lines.join('\n');
  };

  it('shows what a person holds, and whether they must', async () => {
    expect(await run('show', '--person', helene)).toContain(
      'n’a pas de second moyen de connexion (sa fonction l’exige)',
    );
    expect((await refusalOf(run('code', '--person', helene))).code).toBe('nothing_to_end');
    await recoveryCodeOf(opened.db, 'helene');
    const shown = await run('show', '--person', `${ACADEMY}:${cast.helene.id}`);
    expect(shown).toContain('clé d’accès, depuis le');
    expect(shown).toContain('codes de secours restants : 1');
  });

  it('gives a code that its holder can use, once', async () => {
    const code = /: ((?:[A-Z0-9]{4}-){6}[A-Z0-9]{4})/.exec(await run('code', '--person', helene))?.[1] ?? '';
    const take = () => takeSchoolCode(opened.db, { person: helene, code, at: Date.now() });
    expect([await take(), await take()]).toEqual([true, false]);
  });

  it.each([
    [[]],
    [['code']],
    [['show', '--all']],
    [['drop', '--person', 'x']],
    [['show', 'code', '--person', 'x']],
  ])('refuses %j', async (args) => {
    expect((await refusalOf(run(...args))).code).toBe('bad_argument');
  });
});
