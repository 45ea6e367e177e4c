// The export on the command line, over an invented academy that came in by the real import.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';
import { listSchools } from '../../src/directory/schools.ts';
import { importFeed } from '../../src/feed/feed.ts';
import { writeSampleFeed } from '../../src/feed/sample/sample.ts';
import { commands } from '../../src/main.ts';
import { recordAgreement } from '../../src/resources/agreements.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { faultOf } from './schema.ts';
import { elementsIn, freshFolder, type Read, unpacked } from './world.ts';

const SETTINGS = {
  PREAU_ISSUER: 'http://localhost:3000',
  PREAU_SECRET: 'Zm9yIHRlc3RzIG9ubHksIG5ldmVyIHVzZSBhbnl3aGVyZSBlbHNlIDEyMzQ1Njc4OTA',
  PREAU_GAR_ENT: 'B0',
};
const DAY = 86_400_000;

describe.each(engines)('preau gar-export on $name', ({ open }) => {
  let base: TestDatabase;
  let schools: { uai: string; degree: 1 | 2 }[];
  const folder = freshFolder();
  beforeAll(async () => {
    base = await open();
    const { folders } = await writeSampleFeed(join(folder, 'feed'), { schools: 10, seed: 3 });
    for (const path of [folders.secondDegree, folders.firstDegree])
      await importFeed(base.db, { path, at: Date.now(), accept: true, dryRun: false, actor: 'system' });
    schools = (await listSchools(base.db)).map(({ uai, degree }) => ({ uai, degree }));
    await recordAgreement(base.db, {
      reference: 'file-1',
      collectivity: 'Région inventée',
      siren: '225500016',
      academy: '099',
      state: 'signed',
      startsAt: Date.now() - DAY,
      endsAt: Date.now() + DAY,
      documentHash: 'ab'.repeat(32),
      schools: schools.map(({ uai }) => uai),
      by: 'operator',
      at: Date.now() - DAY,
    });
  });
  afterAll(async () => {
    await base.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (args: readonly string[], config: Config = loadConfig(SETTINGS)) => {
    const lines: string[] = [];
    let code = '';
    await commands['gar-export']!.run({ config, db: base.db, args, print: (line) => lines.push(line) }).catch(
      (error) => {
        if (error.code === undefined) throw error;
        code = error.code;
      },
    );
    return { text: lines.join('\n'), code };
  };

  it('exports no school until one is added, then those alone', async () => {
    expect(await run(['list'])).toEqual({ text: 'Aucun établissement n’est exporté.', code: '' });
    expect((await run(['write', join(folder, 'empty')])).text).toContain('Aucune archive');
    expect(await run(['add', schools.map(({ uai }) => uai).join(',')])).toMatchObject({ code: '' });
    expect((await run(['list'])).text.split('\n')).toHaveLength(schools.length);
    expect((await run(['add', '0999999Z'])).code).toBe('unknown_school');
    expect((await run(['add', ','])).code).toBe('bad_argument');
  });

  it('writes both degrees of a whole academy, every file valid, everybody once', async () => {
    const { text, code } = await run(['write', join(folder, 'out'), '--json']);
    expect(code).toBe('');
    const reports = text.split('\n').map((line) => JSON.parse(line));
    for (const { degree, written, schools: judged } of reports) {
      const files = await unpacked(written.archive);
      for (const [name, xml] of files) expect([name, faultOf(degree, xml)]).toEqual([name, undefined]);
      const read = elementsIn(files.values());
      const ids = [...(read.get('GAREleve') ?? []), ...(read.get('GAREnseignant') ?? [])].map(
        (one) => one.GARPersonIdentifiant![0],
      );
      expect(new Set(ids).size).toBe(ids.length);
      expect(read.get('GAREtab')).toHaveLength(schools.filter((school) => school.degree === degree).length);
      const pupils = (judged as { counts: { pupils: number } }[]).reduce((sum, { counts }) => sum + counts.pupils, 0);
      expect(pupils).toBeGreaterThanOrEqual(read.get('GAREleve')!.length);
      expect(read.get('GAREleve')!.length).toBeGreaterThan(200);
    }
    const second = elementsIn((await unpacked(reports.find(({ degree }) => degree === 2).written.archive)).values());
    // levels came with the pupils, and every level that is followed has its name
    const levels = new Set(second.get('GARMEF')!.map((one: Read) => `${one.GARStructureUAI} ${one.GARMEFCode}`));
    expect(second.get('GARPersonMEF')!.every((one) => levels.has(`${one.GARStructureUAI} ${one.GARMEFCode}`))).toBe(
      true,
    );
    expect(second.get('GARPersonMEF')!.length).toBeGreaterThan(200);
    expect(second.get('GARRespAff')!.length).toBeGreaterThan(0);
    // so did their national codes, but for the last level, of which the academy does not know it
    const codes = new Set(second.get('GARMEF')!.map((one) => one.GARMEFSTAT11?.[0]));
    expect([...codes]).toEqual(expect.arrayContaining(['21110010001', undefined]));
    const first = elementsIn((await unpacked(reports.find(({ degree }) => degree === 1).written.archive)).values());
    const short = first.get('GARPersonMEFSTAT4')!.map((one) => one.GARMEFSTAT4Code![0]);
    expect(short.length).toBe(first.get('GAREleve')!.length);
    expect(new Set(short)).toContain('1125');
    const civilities = new Set(second.get('GAREnseignant')!.map((one) => one.GARPersonCivilite?.[0]));
    expect(civilities).toEqual(new Set(['M.', 'Mme', undefined]));
  });

  it('says in plain French what leaves, and names persons by their key alone', async () => {
    const [first] = schools.filter(({ degree }) => degree === 2);
    const { text } = await run(['check', first!.uai]);
    expect(text).toMatch(new RegExp(`^${first!.uai} .+ : \\d+ élèves, \\d+ personnels`));
    const names: { family_name: string }[] = await base.db('person').select('family_name').limit(50);
    for (const { family_name } of names.filter(({ family_name }) => family_name.length > 4))
      expect(text).not.toContain(family_name);
  });

  it('one degree, one profile otherwise, and archives kept for so many days', async () => {
    const { text, code } = await run([
      'write',
      join(folder, 'one'),
      '--degree',
      '2',
      '--profile',
      'administrative=none',
      '--keep',
      '7',
      '--json',
    ]);
    expect(code).toBe('');
    const report = JSON.parse(text);
    const read = elementsIn((await unpacked(report.written.archive)).values());
    const profiles = new Set(
      read
        .get('GAREnseignant')!
        .flatMap((one) => (one.GARPersonProfils as Read[]).map((two) => two.GARPersonProfil![0])),
    );
    expect(profiles).not.toContain('National_ETA');
    expect(profiles).toContain('National_ENS');
  });

  it.each([
    [[]],
    [['florp']],
    [['write']],
    [['write', 'x', '--degree', '3']],
    [['write', 'x', '--profile', 'teacher']],
    [['write', 'x', '--profile', 'teacher=ELV']],
    [['write', 'x', '--profile', 'florp=ENS']],
    [['write', 'x', '--keep', '0']],
    [['write', 'x', '--keep', 'always']],
    [['list', 'x']],
  ])('%j is refused', async (args) => {
    expect((await run(args)).code).toBe('bad_argument');
  });

  it('asks for the idENT and for the secret by name', async () => {
    const { PREAU_GAR_ENT: _ent, ...without } = SETTINGS;
    expect((await run(['list'], loadConfig(without))).code).toBe('bad_setting');
  });

  it('a school that is held back makes the command end badly, and the others leave', async () => {
    const [one, other] = schools.filter(({ degree }) => degree === 2);
    const pupil = await base.db('fact').where({ school: one!.uai, relation: 'attends' }).first('subject');
    await base.db('person').where({ id: pupil.subject }).update({ family_name: ' ' });
    const { text, code } = await run(['write', join(folder, 'held'), '--degree', '2']);
    expect(code).toBe('export_held');
    expect(text).toContain('RETENU, rien n’est exporté');
    expect(text).toContain(`une valeur obligatoire manque (GAREleve, GARPersonNom) : 1 (personne ${pupil.subject})`);
    if (other) expect(text).toContain('.tar.gz');
    expect((await run(['list'])).text).toContain('RETENU le');
    expect((await run(['check', one!.uai])).code).toBe('export_held');
  });

  it('a school that is removed is forgotten at the next export', async () => {
    const [one] = schools.filter(({ degree }) => degree === 2);
    expect((await run(['remove', one!.uai])).text).toContain('1 établissement(s) ne seront plus exportés');
    expect((await run(['list'])).text).not.toContain(one!.uai);
  });
});
