// The first day of an operator: what a slip is answered, in words that say what to do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, demoConfig } from '../../src/config.ts';
import { Refusal } from '../../src/errors.ts';
import { commands } from '../../src/main.ts';
import { COLLEGE, deliverCast, personOf } from '../cast.ts';
import { preau } from '../command.ts';
import { engines, type TestDatabase } from '../databases.ts';

describe('an operator’s first day', () => {
  let opened: TestDatabase;
  let config: Config;
  let folder: string;
  beforeAll(async () => {
    opened = await engines[0]!.open();
    config = { ...demoConfig({ secret: 'c2VjcmV0', database: opened.url }, {}), garEnt: 'ENT' };
    await deliverCast(opened.db, Date.now());
    folder = mkdtempSync(join(tmpdir(), 'preau-first-day-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await opened.close();
  });

  /** What was printed, and the refusal at its end. */
  const asked = async (name: string, ...args: string[]): Promise<{ told: string; refused?: Refusal }> => {
    const lines: string[] = [];
    const context = { db: opened.db, config, args, print: (line: string) => void lines.push(line) };
    try {
      await commands[name]!.run(context);
      return { told: lines.join('\n') };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { told: lines.join('\n'), refused: error };
    }
  };

  it('the folder that holds both exports is refused, and each of them named', async () => {
    for (const degree of ['1d', '2d']) mkdirSync(join(folder, 'sample', degree), { recursive: true });
    const { refused } = await asked('feed', join(folder, 'sample'));
    expect(refused?.code).toBe('feed_unreadable');
    expect(refused?.message).toContain(join(folder, 'sample', '2d'));
    expect((await asked('feed', join(folder, 'sample', '1d'))).refused?.message).toBe('no file of an export is there');
  });

  it('a person goes by the id of their export, and who is nobody is told how persons are named', async () => {
    const key = await personOf(opened.db, 'helene');
    const { academy, external_id: id } = await opened.db('external_identity').where({ person: key }).first();
    expect((await asked('factor', 'show', '--person', `${academy}:${id}`)).told).toBe(
      (await asked('factor', 'show', '--person', key)).told,
    );
    for (const nobody of [`${academy}:none`, 'none'])
      expect((await asked('factor', 'show', '--person', nobody)).refused).toMatchObject({
        code: 'unknown_person',
        message: expect.stringContaining('`099:52006`'),
      });
  });

  it('a file of agreements without its academy is told so, line by line', async () => {
    const file = join(folder, 'agreements.csv');
    writeFileSync(
      file,
      `id;statut;collectivite;siren;uai;fin\n12;Accepté;Département;221800014;${COLLEGE};2028-08-31\n`,
    );
    const { told, refused } = await asked('agreement', 'import', file);
    expect(told).toContain('ligne 2, dossier 12 : l’académie manque (colonne `academie`)');
    expect(refused?.code).toBe('agreement_refused');
  });

  it('an empty list says that it is empty', async () => {
    expect((await asked('grant', 'list', '--school', COLLEGE)).told).toBe('Aucune ouverture de cahier.');
  });

  it('a version of the rules that never was is a slip, and no alarm', async () => {
    const { refused } = await asked('policy', '99');
    expect(refused?.code).toBe('bad_argument');
    const version = /expected `([0-9a-f]{64})`/.exec(refused!.message)?.[1];
    expect((await asked('policy', version!)).told).toContain(version);
  });

  it('a profile that is none is told which there are', async () => {
    const { refused } = await asked('gar-export', 'check', COLLEGE, '--profile', 'florist=ETA');
    expect(refused?.message).toMatch(/head, .* ENS, .*not `florist=ETA`/);
  });

  it('whoever stops reading what is printed stops nothing: no crash, and the work is done', async () => {
    const child = spawn(process.execPath, preau('help'), { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(said).toBe('');
    expect(code).toBe(0);
  });
});
