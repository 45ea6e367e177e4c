// `preau letters`: nothing is issued for a file that cannot be written.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoConfig } from '../../src/config.ts';
import { lettersCommand } from '../../src/letters/commands.ts';
import { runsOf } from '../../src/letters/letters.ts';
import { refusalOf } from '../accounts/people.ts';
import { COLLEGE, deliverCast } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

describe('preau letters', () => {
  let opened: TestDatabase;
  let folder: string;
  const command = (...args: string[]): Promise<void> => {
    const config = demoConfig({ secret: 'c2VjcmV0', database: opened.url }, {});
    return lettersCommand({ db: opened.db, config, args, print: () => undefined });
  };
  const runs = async (): Promise<number> => (await runsOf(opened.db, COLLEGE)).length;
  beforeAll(async () => {
    opened = await engines[0]!.open();
    await deliverCast(opened.db, Date.now());
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'preau-letters-'));
    return () => rmSync(folder, { recursive: true, force: true });
  });
  afterAll(() => opened.close());

  it.each([
    ['a folder that is not there', 'none/letters.pdf'],
    ['the name of a folder', 'taken'],
  ])('refuses %s, says so, and issues no code', async (_, name) => {
    mkdirSync(join(folder, 'taken'));
    const refused = await refusalOf(command(COLLEGE, '--staff', '--out', join(folder, name)));
    expect(refused.code).toBe('bad_argument');
    expect(refused.message).toContain(name);
    expect(await runs()).toBe(0);
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it('says which setting is missing where no mail leaves', async () => {
    const out = join(folder, 'letters.pdf');
    expect((await refusalOf(command(COLLEGE, '--staff', '--mail', '--out', out))).message).toContain('PREAU_SMTP');
    expect(await runs()).toBe(0);
  });

  it('leaves nothing where there is nobody to write to, and a whole file for its owner alone otherwise', async () => {
    const out = join(folder, 'letters.pdf');
    await command(COLLEGE, '--staff', '--out', out);
    expect(await runs()).toBe(1);
    expect(readdirSync(folder)).toEqual(['letters.pdf']);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect((await refusalOf(command(COLLEGE, '--staff', '--out', join(folder, 'again.pdf')))).code).toBe(
      'nothing_to_issue',
    );
    expect(readdirSync(folder)).toEqual(['letters.pdf']);
  });
});
