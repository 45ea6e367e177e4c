// The sample academy through the real import: exact facts for the cast, on both engines.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { startOfDay } from '../../src/facts/calendar.ts';
import { currentFacts } from '../../src/facts/facts.ts';
import { importFeed } from '../../src/feed/feed.ts';
import { sampleCast, sampleSchools } from '../../src/feed/sample/cast.ts';
import { type SampleReport, writeSampleFeed } from '../../src/feed/sample/sample.ts';
import { engines } from '../databases.ts';
import { codes, measure, on, sentences } from './world.ts';

const AT = startOfDay('2026-09-01') + 6 * 3_600_000;
const { college, lycee, ecole } = sampleSchools;
const id = Object.fromEntries(Object.entries(sampleCast).map(([name, one]) => [name, one.id])) as Record<
  keyof typeof sampleCast,
  string
>;

let out: string;
let sample: SampleReport;

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'preau-sample-'));
  sample = await writeSampleFeed(out, { schools: 3, seed: 1 });
});

afterAll(() => rmSync(out, { recursive: true, force: true }));

describe('the sample academy', () => {
  it('is the same for the same seed, and another for another', async () => {
    const again = mkdtempSync(join(tmpdir(), 'preau-sample-'));
    try {
      const { folders } = await writeSampleFeed(join(again, 'same'), { schools: 6, seed: 7 });
      const twin = await writeSampleFeed(join(again, 'twin'), { schools: 6, seed: 7 });
      const other = await writeSampleFeed(join(again, 'other'), { schools: 6, seed: 8 });
      const content = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
      expect(content(twin.folders.secondDegree)).toEqual(content(folders.secondDegree));
      expect(content(twin.folders.firstDegree)).toEqual(content(folders.firstDegree));
      expect(content(other.folders.secondDegree)).not.toEqual(content(folders.secondDegree));
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  it('is not written beside an export, which would be read with it', async () => {
    const again = mkdtempSync(join(tmpdir(), 'preau-sample-'));
    try {
      mkdirSync(join(again, '1d'));
      writeFileSync(join(again, '1d', 'ficAlimMENESR.dtd'), 'x');
      await writeSampleFeed(again, { schools: 3, seed: 1, recordsPerFile: 10 });
      const written = readdirSync(again, { recursive: true });
      expect(written).toContain(join('2d', 'PREAU-ENT2D_Complet_20260901_Eleve_0001.xml'));
      await expect(writeSampleFeed(again, { schools: 3, seed: 2 })).rejects.toMatchObject({ code: 'sample_exists' });
      rmSync(join(again, '2d'), { recursive: true });
      await expect(writeSampleFeed(again, { schools: 3, seed: 2 })).rejects.toMatchObject({ code: 'sample_exists' });
      expect(readdirSync(join(again, '2d'))).toEqual([]);
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  it('refuses what no academy is', async () => {
    await expect(writeSampleFeed(out, { schools: 2, seed: 1 })).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(writeSampleFeed(out, { schools: 3, seed: 1, date: '20260231' })).rejects.toMatchObject({
      code: 'bad_argument',
    });
  });
});

describe.each(engines)('the cast on $name', (engine) => {
  it('is what the export says, fact by fact', async () => {
    await on(engine, async (db) => {
      const second = await importFeed(db, { path: sample.folders.secondDegree, at: AT });
      const first = await importFeed(db, { path: sample.folders.firstDegree, at: AT });
      const named = new Set<string>(Object.values(id));
      const about = async (school: string) =>
        (await sentences(db, school, AT)).filter((sentence) => named.has(sentence.split(' ')[0] ?? ''));
      expect(await about(college.uai)).toEqual(collegeFacts);
      expect(await about(lycee.uai)).toEqual(lyceeFacts);
      expect(await about(ecole.uai)).toEqual(ecoleFacts);
      expect(codes(second)).toEqual({ NO_LEGAL_REP: 1, ORPHAN_RELATIVE: 6, SELF_RELATIVE: 1 });
      expect(codes(first)).toEqual({});
      expect(second.unknownAttributes).toEqual({});
    });
  });

  it('is one person across degrees, with names as they are spelled, and no more than that', async () => {
    await on(engine, async (db) => {
      await importFeed(db, { path: sample.folders.secondDegree, at: AT });
      await importFeed(db, { path: sample.folders.firstDegree, at: AT });
      const person = (external: string) =>
        db('external_identity').join('person', 'person.id', 'person').where({ external_id: external });
      expect(await person(id.paula)).toHaveLength(1);
      const [paula] = await person(id.paula);
      const children = await currentFacts(db, { school: college.uai, subject: paula.id, relations: ['guards'] });
      expect(children).toHaveLength(1);
      expect(await db('fact').where({ subject: paula.id, relation: 'guards' })).toHaveLength(3);
      expect(await person(id.awa)).toMatchObject([
        { given_name: 'Awa', family_name: "N'Diaye", birth_date: '2015-05-05' },
      ]);
      expect(await person(id.elie)).toMatchObject([{ given_name: 'Élie', email: 'elie@famille.example' }]);
      for (const nobody of [id.gina, id.flora, id.marius, id.adamSelf, id.bruno, id.gabin])
        expect(await person(nobody)).toEqual([]);
      expect(await db('account')).toEqual([]);
      const everything = JSON.stringify([await db('person'), await db('fact'), await db('audit'), await db('school')]);
      expect(everything).not.toMatch(/rue du Secret|\+33|DEMI-PENSIONNAIRE|ZZ"/);
      expect(await db('school').where({ uai: college.uai })).toMatchObject([
        { name: 'Collège Les Tilleuls', kind: 'collège', degree: 2, academy: '099' },
      ]);
    });
  });

  it('writes nothing the second time, and its days are respected', async () => {
    await on(engine, async (db) => {
      await importFeed(db, { path: sample.folders.secondDegree, at: AT });
      await importFeed(db, { path: sample.folders.firstDegree, at: AT });
      const before = await measure(db);
      for (const path of [sample.folders.secondDegree, sample.folders.firstDegree]) {
        const report = await importFeed(db, { path, at: AT + 86_400_000 });
        expect(report).toMatchObject({ persons: { created: 0, changed: 0 }, facts: { begun: 0, ended: 0 } });
        for (const one of Object.values(report.categories)) {
          expect(one.applied).toBe(0);
          expect(one.read).toBe(one.unchanged + one.quarantined + one.ignored);
        }
      }
      expect(await measure(db)).toEqual(before);
      expect(await verifyAudit(db)).toMatchObject({ rows: 5 });
      const nora = await db('external_identity').where({ external_id: id.nora }).first('person');
      const facts = await currentFacts(db, { school: college.uai, subject: nora.person });
      expect(facts.map((fact) => fact.validFrom)).toEqual([startOfDay('2026-09-11'), startOfDay('2026-09-11')]);
    });
  });
});

const collegeFacts = [
  `${id.helene} heads here`,
  `${id.helene} post here head`,
  `${id.david} deputises here`,
  `${id.david} post here deputy`,
  `${id.berthe} post here administrative`,
  `${id.sylvie} post here administrative`,
  `${id.carla} post here school_life`,
  `${id.samir} post here assistant`,
  `${id.diane} post here librarian`,
  ...[id.tom, id.tania, id.theo, id.olga, id.remi].map((one) => `${one} post here teacher`),
  `${id.tom} teaches class 6A 061300`,
  `${id.tom} teaches group 6LAT 061300`,
  `${id.tania} teaches class 6A 020700`,
  `${id.tania} leads class 6A`,
  `${id.theo} teaches group 6LAT 020400`,
  `${id.olga} teaches class 5C 061300`,
  `${id.remi} teaches class 6B 020700`,
  ...pupil(id.paul, 'class 6A', 'group 6LAT'),
  ...pupil(id.ines, 'class 6A'),
  ...pupil(id.lucas, 'class 6B', 'group 6LAT'),
  ...pupil(id.zoe, 'class 5C'),
  ...pupil(id.awa, 'class 6B'),
  ...pupil(id.hugo, 'class 5C'),
  ...pupil(id.maya, 'class 5C'),
  ...pupil(id.nora, 'class 6B'),
  `${id.paula} guards ${id.paul}`,
  `${id.pierre} guards ${id.paul}`,
  `${id.ali} guards ${id.ines}`,
  `${id.guardianship} guards ${id.lucas}`,
  `${id.paulette} guards ${id.zoe}`,
  `${id.oumou} guards ${id.awa}`,
  `${id.elie} guards ${id.maya}`,
  `${id.ruth} guards ${id.maya}`,
  `${id.samia} guards ${id.nora}`,
].sort();

const lyceeFacts = [
  `${id.henri} heads here`,
  `${id.henri} post here head`,
  `${id.lise} post here teacher`,
  `${id.lise} teaches class T1 013000`,
  `${id.lise} leads class T1`,
  `${id.quentin} post here teacher`,
  `${id.quentin} teaches class 2GT1 030201`,
  `${id.theo} post here teacher`,
  `${id.theo} teaches class T1 020400`,
  ...pupil(id.noe, 'class T1'),
  ...pupil(id.adam, 'class T1'),
  `${id.paula} guards ${id.noe}`,
].sort();

const ecoleFacts = [
  `${id.denise} post here teacher`,
  `${id.denise} post here direction`,
  `${id.marc} post here teacher`,
  `${id.fatou} post here teacher`,
  ...pupil(id.lea, 'class 80001'),
  ...pupil(id.kenza, 'class 80002'),
  `${id.paula} guards ${id.lea}`,
  `${id.pierreAtEcole} guards ${id.lea}`,
  `${id.ali} guards ${id.kenza}`,
].sort();

function pupil(one: string, ...audiences: string[]): string[] {
  return [`${one} attends here`, ...audiences.map((audience) => `${one} enrolled ${audience}`)];
}
