// What an import keeps: the state before a bad record, before a bad batch, before a dry run, and before a kill.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { currentFacts, revisionOf } from '../../src/facts/facts.ts';
import { feedCommand } from '../../src/feed/commands.ts';
import { importFeed } from '../../src/feed/feed.ts';
import { uaiOf } from '../../src/feed/uai.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, type Export, pupil, relative, SCHOOL_A, SCHOOL_B, school, small, staff, write } from './exports.ts';
import { codes, deliver, measure, on, onSqlite, sentences } from './world.ts';

const DAY = 86_400_000;
const next = { at: AT + DAY, spoiling: { date: '20260902' } };

describe.each(engines)('on $name', (engine) => {
  it('the same export twice writes nothing at all', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await measure(db);
      const report = await deliver(db, small(), { at: AT + 3 * DAY });
      expect(await measure(db)).toEqual(before);
      expect(report.categories.Eleve).toEqual({ read: 10, applied: 0, unchanged: 10, quarantined: 0, ignored: 0 });
      expect(report.schools).toEqual({ applied: 0, unchanged: 1 });
    });
  });

  it('an import opens no account', async () => {
    await on(engine, async (db) => {
      const report = await deliver(db, small());
      expect(report).toMatchObject({ persons: { created: 22, changed: 0 } });
      expect(await measure(db)).toMatchObject({ person: 22, account: 0, credential: 0 });
    });
  });

  it('only what has changed is written, and told record by record', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const changed = small();
      changed.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['ENTEleveClasses', '1$6B']);
      changed.PersRelEleve[1] = relative('201', ['sn', 'Nouveau']);
      changed.MatiereEducNat = [{ id: 'MAT', attributes: [['ENTLibelleMatiere', 'MATHÉMATIQUES']] }];
      const report = await deliver(db, changed, next);
      expect(report.facts).toEqual({ begun: 1, ended: 1 });
      expect(report.persons).toEqual({ created: 0, changed: 1 });
      expect(report.categories).toMatchObject({
        EtabEducNat: { read: 1, applied: 1 },
        MatiereEducNat: { read: 1, applied: 1 },
        Eleve: { read: 10, applied: 1, unchanged: 9 },
        PersRelEleve: { read: 10, applied: 1, unchanged: 9 },
        PersEducNat: { read: 2, applied: 0, unchanged: 2 },
      });
      const after = await sentences(db, SCHOOL_A, next.at);
      expect(after).toContain('100 enrolled class 6B');
      expect(after).not.toContain('100 enrolled class 6A');
    });
  });

  it('a record set aside ends nothing of what was known of its person', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      const revision = await revisionOf(db, SCHOOL_A);
      const spoilt = small();
      spoilt.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['sn', '']); // its enrolment and its guardian stand
      spoilt.PersRelEleve[1] = relative('201', ['givenName', 'RenÃ©']); // its child's record still names it
      spoilt.PersEducNat[1] = { ...staff('302'), operational: 'Eleve' }; // the teaching stands
      const report = await deliver(db, spoilt, next);
      expect(await sentences(db, SCHOOL_A, next.at)).toEqual(before);
      expect(await revisionOf(db, SCHOOL_A)).toBe(revision);
      expect(codes(report)).toMatchObject({ NO_NAME: 1, ENCODING: 1, ID_MISMATCH: 1 });
      expect(report.categories.Eleve).toMatchObject({ read: 10, unchanged: 9, quarantined: 1 });
      expect(await db('feed_quarantine').orderBy('seq').select('category', 'external_id', 'code', 'attribute')).toEqual(
        expect.arrayContaining([
          { category: 'Eleve', external_id: '100', code: 'NO_NAME', attribute: 'sn' },
          { category: 'PersRelEleve', external_id: '201', code: 'ENCODING', attribute: 'givenName' },
        ]),
      );
      // the next export heals it: the quarantine is empty, and only what is new is written
      await deliver(db, small(), { at: AT + 2 * DAY, spoiling: { date: '20260903' } });
      expect(await db('feed_quarantine')).toEqual([]);
      expect(await sentences(db, SCHOOL_A, AT + 2 * DAY)).toEqual(before);
    });
  });

  it('a guardian set aside whom the child names no more is a guardian no more', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const spoilt = small();
      spoilt.PersRelEleve[0] = relative('200', ['sn', '']);
      spoilt.Eleve[0] = pupil('100', ['200$10$1$0$1$0']);
      await deliver(db, spoilt, next);
      expect(await sentences(db, SCHOOL_A, next.at)).not.toContain('200 guards 100');
    });
  });

  it('a guardian set aside whom nobody knew does not become a person', async () => {
    await on(engine, async (db) => {
      const spoilt = small();
      spoilt.PersRelEleve[0] = relative('200', ['sn', '']);
      await deliver(db, spoilt);
      expect(await db('external_identity').where({ external_id: '200' })).toEqual([]);
      expect(await sentences(db, SCHOOL_A)).toContain('100 attends here');
    });
  });

  it('a school set aside stays as it is', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      const spoilt = small();
      spoilt.EtabEducNat = [school('1', '0991001I'), school('2', SCHOOL_B)];
      await deliver(db, spoilt, next);
      expect(await sentences(db, SCHOOL_A, next.at)).toEqual(before);
    });
  });

  it('an export that empties a school by more than a fifth waits for a human, whole', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await measure(db);
      const thin = small();
      thin.Eleve.splice(0, 3);
      thin.PersRelEleve.splice(0, 3);
      thin.EtabEducNat.push(school('2', SCHOOL_B));
      await expect(deliver(db, thin, next)).rejects.toMatchObject({
        code: 'feed_held',
        details: { departures: [{ school: SCHOOL_A, present: 22, leaving: 6, vanishes: false }] },
      });
      expect(await measure(db)).toEqual(before);
      expect(await deliver(db, thin, { ...next, dryRun: true })).toMatchObject({
        departures: [{ school: SCHOOL_A, leaving: 6 }],
        facts: { ended: 9 },
      });
      expect(await measure(db)).toEqual(before);
      const report = await deliver(db, thin, { ...next, accept: true });
      expect(report.facts).toEqual({ begun: 0, ended: 9 });
      expect(await sentences(db, SCHOOL_A, next.at)).not.toContain('100 attends here');
    });
  });

  it('a fifth is not more than a fifth', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const thin = small();
      thin.Eleve.splice(0, 2);
      thin.PersRelEleve.splice(0, 2);
      expect(await deliver(db, thin, next)).toMatchObject({ departures: [], facts: { begun: 0, ended: 6 } });
    });
  });

  it('an export that names everyone and empties the classes waits for a human too', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await measure(db);
      const emptied = small();
      emptied.Eleve = emptied.Eleve.map(({ id, attributes }) => ({
        id,
        attributes: attributes.filter(([name]) => name !== 'ENTEleveClasses'),
      }));
      await expect(deliver(db, emptied, next)).rejects.toMatchObject({
        code: 'feed_held',
        details: { departures: [{ school: SCHOOL_A, present: 22, leaving: 10, vanishes: false }] },
      });
      expect(await measure(db)).toEqual(before);
    });
  });

  it('a school that vanishes waits for a human', async () => {
    await on(engine, async (db) => {
      const two = small();
      two.EtabEducNat.push(school('2', SCHOOL_B));
      two.PersEducNat.push(staff('309', ['ENTPersonFonctions', '2$DIR$D$D0010$']));
      await deliver(db, two);
      await expect(deliver(db, small(), next)).rejects.toMatchObject({
        code: 'feed_held',
        details: { departures: [{ school: SCHOOL_B, present: 1, leaving: 1, vanishes: true }] },
      });
      expect(await deliver(db, small(), { ...next, accept: true })).toMatchObject({ facts: { begun: 0, ended: 2 } });
      expect(await sentences(db, SCHOOL_B, next.at)).toEqual([]);
      await deliver(db, small(), { at: AT + 2 * DAY, spoiling: { date: '20260903' } });
    });
  });

  it('a dry run tells what would be done, and writes nothing', async () => {
    await on(engine, async (db) => {
      const before = await measure(db);
      const tried = await deliver(db, small(), { dryRun: true });
      expect(await measure(db)).toEqual(before);
      const done = await deliver(db, small());
      expect({ ...tried, dryRun: false }).toEqual(done);
    });
  });

  it('a process killed in the middle leaves each school wholly old or wholly new; the next run completes it', async () => {
    await on(engine, async (db, url) => {
      const folder = write(many());
      try {
        const undisturbed = await undisturbedRun(folder.path);
        let interrupted = 0;
        // before the first school, after it, half way, and after the last one but before the end is written
        for (const moment of [0, 1, 15, SCHOOLS.length]) {
          await importAndKill(db, url, folder.path, moment);
          const states = await statesOf(db);
          for (const [index, state] of states.entries()) expect([EMPTY, undisturbed[index]]).toContain(state);
          if (states.includes(EMPTY)) interrupted += 1;
        }
        expect(interrupted).toBeGreaterThan(0);
        await importFeed(db, { path: folder.path, at: AT });
        expect(await statesOf(db)).toEqual(undisturbed);
        expect(await db('feed_batch').select('finished_at')).toEqual([{ finished_at: AT }]);
        const before = await measure(db);
        await importFeed(db, { path: folder.path, at: AT });
        expect(await measure(db)).toEqual(before);
      } finally {
        folder.remove();
      }
    });
  }, 120_000);
});

describe('the command', () => {
  const run = async (db: Db, args: readonly string[]): Promise<string[]> => {
    const lines: string[] = [];
    await feedCommand({ db, args, print: (line) => lines.push(line), config: undefined as never });
    return lines;
  };

  it('reports in French, and in JSON whose totals add up', async () => {
    await onSqlite(async (db) => {
      const folder = write(small());
      try {
        const dry = (await run(db, [folder.path, '--dry-run'])).join('\n');
        expect(dry).toContain('Essai : rien n’a été écrit.');
        const said = (await run(db, [folder.path])).join('\n');
        expect(said).toContain('Export du 01/09/2026, académie 099, second degré, 5 fichiers.');
        expect(said).toMatch(/Élèves +10 +10 +0 +0 +0/);
        const [json = ''] = await run(db, [folder.path, '--json']);
        const report = JSON.parse(json);
        expect(report.categories.Eleve).toEqual({ read: 10, applied: 0, unchanged: 10, quarantined: 0, ignored: 0 });
      } finally {
        folder.remove();
      }
    });
  });

  it('says why an export is held', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small());
      const thin = small();
      thin.Eleve.splice(0, 5);
      const folder = write(thin, { date: '20260902' });
      const lines: string[] = [];
      try {
        const context = {
          db,
          args: [folder.path],
          print: (line: string) => lines.push(line),
          config: undefined as never,
        };
        await expect(feedCommand(context)).rejects.toMatchObject({ code: 'feed_held' });
        expect(lines.join('\n')).toContain(`${SCHOOL_A} : 10 personnes sur 22 n’y sont plus, ou plus dans une classe`);
      } finally {
        folder.remove();
      }
    });
  });

  it.each([[[]], [['a', 'b']], [['a', '--nonsense']]])('refuses the arguments %j', async (args) => {
    await onSqlite(async (db) => {
      await expect(run(db, args)).rejects.toMatchObject({ code: 'bad_argument' });
    });
  });
});

const SCHOOLS = Array.from({ length: 30 }, (_, index) => uaiOf(String(991_100 + index).padStart(7, '0')));

/** Thirty schools of twelve pupils, each with a class that is taught. */
function many(): Export {
  const given: Export = { ...small(), EtabEducNat: [], Eleve: [], PersRelEleve: [], PersEducNat: [] };
  for (const [index, uai] of SCHOOLS.entries()) {
    const id = String(index + 1);
    given.EtabEducNat.push(school(id, uai));
    for (let order = 0; order < 12; order += 1) {
      const key = `${id}0${String(order).padStart(3, '0')}`;
      given.Eleve.push(
        pupil(`1${key}`, [`2${key}$10$1$1$1$0`], ['ENTPersonStructRattach', id], ['ENTEleveClasses', `${id}$6A`]),
      );
      given.PersRelEleve.push(relative(`2${key}`));
    }
    given.PersEducNat.push(
      staff(`3${id}001`, ['ENTPersonFonctions', `${id}$ENS$E$$`], ['ENTAuxEnsClassesMatieres', `${id}$6A$MAT`]),
    );
  }
  return given;
}

/** What stands in each school: sentences, logbooks and persons, as one word. */
async function statesOf(db: Db): Promise<string[]> {
  const states: string[] = [];
  for (const uai of SCHOOLS) {
    const said = await sentences(db, uai);
    const derived = (await currentFacts(db, { school: uai, source: 'derived', endingAfter: AT })).map(
      (one) => one.relation,
    );
    const logbooks = await db('logbook').where({ school: uai });
    states.push(digest(JSON.stringify([said, derived.sort(), logbooks.length])));
  }
  return states;
}

const EMPTY = digest(JSON.stringify([[], [], 0]));

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

async function undisturbedRun(path: string): Promise<string[]> {
  let states: string[] = [];
  await onSqlite(async (db) => {
    await importFeed(db, { path, at: AT });
    states = await statesOf(db);
  });
  return states;
}

/** Starts an import in a process of its own and kills it once it has begun, and so many schools are there. */
async function importAndKill(db: Db, url: string, path: string, schools: number): Promise<void> {
  const script = join(import.meta.dirname, 'child.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, url, path, String(AT)], { stdio: 'inherit' });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const countOf = async (table: string) => Number((await db(table).count({ count: '*' }).first())?.count);
  while (child.exitCode === null && ((await countOf('feed_batch')) < 1 || (await countOf('school')) < schools))
    await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGKILL');
  await gone;
}
