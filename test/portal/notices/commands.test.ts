// `preau notices`: what is in force, what a school records, letters in a file; and what it does not understand.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoConfig } from '../../../src/config.ts';
import { dayOf } from '../../../src/facts/calendar.ts';
import { noticesCommand } from '../../../src/portal/notices/commands.ts';
import { refusalOf } from '../../accounts/people.ts';
import { COLLEGE, deliverCast } from '../../cast.ts';
import { engines, type TestDatabase } from '../../databases.ts';

describe.each(engines)('preau notices, on $name', ({ open }) => {
  let opened: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    opened = await open();
    await deliverCast(opened.db, Date.now());
    folder = mkdtempSync(join(tmpdir(), 'preau-notices-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await opened.close();
  });

  const command = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    const config = demoConfig({ secret: Buffer.alloc(40, 7).toString('base64url'), database: opened.url }, {});
    await noticesCommand({ config, db: opened.db, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const today = dayOf(Date.now());

  it('publishes once, and shows what is in force, by level, language and day', async () => {
    expect(await command('publish')).toBe('5 notice(s) en vigueur.');
    expect(await command('publish')).toContain('disent déjà');
    expect(await command('show')).toContain('À l’école publique');
    const shown = await command('show', COLLEGE, '--at', today, '--level', 'child', '--english');
    expect(shown).toContain('like the door of the school');
    expect((await refusalOf(command('show', COLLEGE, '--at', '2020-01-01'))).code).toBe('not_found');
  });

  it('records what an opening asks, the board’s day, what the school adds, and its charter', async () => {
    const officer = ['--officer', 'Claire Dumas, dpd@academie.example'];
    await command('opening', COLLEGE, '--convention', 'Convention 14', '--signed', '2026-06-30', '--informed', today);
    expect(await command('opening', COLLEGE, ...officer)).toContain('visible de tout le personnel');
    expect(await command('board', COLLEGE, '--day', today)).toContain(today);
    expect(await command('own', COLLEGE, '--text', file('own.txt', 'Un agenda papier.'))).toContain('En vigueur');
    expect(await command('show', COLLEGE)).toContain('Un agenda papier.');
    expect(await command('charter', COLLEGE, '--text', file('charter.txt', 'Restons polis.'))).toContain('non votée');
    expect(
      await command('charter', COLLEGE, '--text', file('charter.txt', 'Restons polis.'), '--voted', today),
    ).toContain('votée le');
  });

  it('draws up who is to be told, writes their letters for nobody else to read, and keeps that they were handed out', async () => {
    expect(await command('run')).toMatch(/\d+ personne\(s\) à informer en plus/);
    const state = await command('state', COLLEGE);
    expect(state).toContain('Informées cette année : aucune, sur 17.');
    const group = /Lettres, Classe.: 6e A \((\w+)\)/.exec(state)?.[1] ?? '';
    const out = join(folder, 'lettres.pdf');
    expect(await command('letters', COLLEGE, '--group', group, '--out', out)).toContain(out);
    expect(readFileSync(out).subarray(0, 5).toString()).toBe('%PDF-');
    expect(statSync(out).mode & 0o077).toBe(0);
    expect(await command('handed', COLLEGE, '--group', '6e A')).toBe('5 lettre(s) remises.');
    expect(await command('handed', COLLEGE, '--group', group)).toBe('0 lettre(s) remises.');
    expect(await command('state', COLLEGE)).toContain('moins de 10, sur 17');
  });

  it('refuses what it does not understand, and schools it does not know', async () => {
    for (const args of [
      [],
      ['show', COLLEGE, '--level', 'baby'],
      ['show', COLLEGE, '--at', 'hier'],
      ['erase', COLLEGE],
      ['board', COLLEGE],
      ['state'],
      ['publish', COLLEGE],
      ['own', COLLEGE, '--text', join(folder, 'absent.txt')],
      ['letters', COLLEGE, '--group', 'x'],
      ['constructor'],
      ['toString', COLLEGE],
    ])
      expect((await refusalOf(command(...args))).code, args.join(' ')).toBe('bad_argument');
    expect((await refusalOf(command('state', '9999999Z'))).code).toBe('unknown_school');
    expect((await refusalOf(command('board', COLLEGE, '--day', '1999-01-01'))).code).toBe('dates_refused');
    expect((await refusalOf(command('charter', COLLEGE, '--text', file('empty.txt', ' ')))).code).toBe('text_missing');
    expect(
      (await refusalOf(command('letters', COLLEGE, '--group', 'nobody', '--out', join(folder, 'x.pdf')))).code,
    ).toBe('not_found');
  });
});
