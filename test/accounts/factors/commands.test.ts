// `preau factor`: what the operator sees, and gives to somebody whom nobody at school can help.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../../src/accounts/accounts.ts';
import { factorCommand } from '../../../src/accounts/factors/commands.ts';
import { askFactorCode, takeSchoolCode } from '../../../src/accounts/factors/school-codes.ts';
import type { CommandContext } from '../../../src/command.ts';
import { demoConfig } from '../../../src/config.ts';
import { ACADEMY, cast, deliverCast, NOW, personOf } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';
import { recoveryCodeOf } from '../../second-factor.ts';
import { PASSWORD, refusalOf } from '../people.ts';

const codeIn = (printed: string) => /: ((?:[A-Z0-9]{4}-){6}[A-Z0-9]{4})/.exec(printed)?.[1] ?? '';

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

  it('asks, for who runs a school, and signs what somebody else has asked for', async () => {
    expect(await run('code', '--person', helene)).toContain('il faut deux personnes');
    expect(await run('show', '--person', helene)).toContain('à contresigner');
    expect((await refusalOf(run('sign', '--person', helene))).code).toBe('second_agent_needed');
    await opened.db('factor_code_ask').delete();
    await askFactorCode(opened.db, { person: helene, by: await personOf(opened.db, 'sylvie'), at: Date.now() });
    const code = codeIn(await run('sign', '--person', helene));
    const take = () => takeSchoolCode(opened.db, { person: helene, code, at: Date.now() });
    expect([await take(), await take()]).toEqual([true, false]);
    expect((await refusalOf(run('sign', '--person', helene))).code).toBe('factor_ask_over');
  });

  it('gives a code to anybody else, who can use it once', async () => {
    const tom = await personOf(opened.db, 'tom');
    await openAccount(opened.db, { person: tom, identifier: 'tom', password: PASSWORD, actor: 'system', at: NOW });
    await recoveryCodeOf(opened.db, 'tom');
    const code = codeIn(await run('code', '--person', tom));
    const take = () => takeSchoolCode(opened.db, { person: tom, code, at: Date.now() });
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
