// Letters: to whom, in which order, once; sealed until printed, and gone after; and a PDF that can be read.
import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findActivation, issueActivation, openAccount } from '../../src/accounts/accounts.ts';
import { findReset } from '../../src/accounts/resets.ts';
import { stateOf } from '../../src/accounts/states.ts';
import { barFromChild, unbarFromChild } from '../../src/acts/restrictions.ts';
import { dispute, settleDispute } from '../../src/families/disputes.ts';
import { issueLetters, runsOf, wipeRuns } from '../../src/letters/letters.ts';
import { beginPrinting, printRun } from '../../src/letters/printing.ts';
import { type Addressees, recipientsOf } from '../../src/letters/recipients.ts';
import { findRun, type Run, sheetsAfter } from '../../src/letters/runs.ts';
import { type Db, newKey, openDatabase } from '../../src/storage/storage.ts';
import { from, outcomes, PASSWORD } from '../accounts/people.ts';
import { type CastName, COLLEGE, deliverCast, ECOLE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { openBook, poppler } from './pdf.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const secrets = { letters: randomBytes(32), mail: randomBytes(32) };
const keys = (use: 'letters' | 'mail') => secrets[use];
const key = secrets.letters;

describe.each(engines)('letters on $name', ({ open }) => {
  let database: TestDatabase;
  let db: Db;
  beforeAll(async () => {
    database = await open();
    db = database.db;
    await deliverCast(db);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['print_sheet', 'print_run', 'activation', 'mail', 'account_reset'])
      if (await db.schema.hasTable(table)) await db(table).delete();
  });

  const issue = (more: Partial<Parameters<typeof issueLetters>[2]> = {}): Promise<Run> =>
    issueLetters(db, keys, {
      school: COLLEGE,
      kind: 'activation',
      to: { who: 'families' },
      actor: 'operator',
      from: 'school',
      at: NOW,
      ...more,
    });
  const sheets = (run: Run) => sheetsAfter(db, { run: run.id, key, after: 0, most: 1_000 });
  const named = async (names: readonly CastName[]) => Promise.all(names.map((name) => personOf(db, name)));
  const who = async (to: Addressees, school = COLLEGE) =>
    (await recipientsOf(db, { school, to, at: NOW })).map(({ person }) => person);
  const printed = async (run: Run, at = NOW): Promise<Buffer> => {
    const printing = { run: run.id, school: run.school, key, issuer: 'https://ent.example.fr', actor: 'operator', at };
    const out = new PassThrough();
    const chunks: Buffer[] = [];
    out.on('data', (chunk: Buffer) => chunks.push(chunk));
    await printRun(db, await beginPrinting(db, printing), printing, out);
    return Buffer.concat(chunks);
  };

  describe('are for', () => {
    it('the pupils of a school, by class then name', async () => {
      expect(await who({ who: 'pupils' })).toEqual(await named(['zoe', 'ines', 'paul', 'lucas']));
    });

    it('the pupils of one class, and of no other', async () => {
      expect(await who({ who: 'pupils', class: '6A' })).toEqual(await named(['ines', 'paul']));
      await expect(who({ who: 'pupils', class: '9Z' })).rejects.toMatchObject({ code: 'unknown_class' });
    });

    it('each parent once, in the order of their children; a contact without authority never', async () => {
      expect(await who({ who: 'families' })).toEqual(await named(['ali', 'paula', 'pierre']));
      expect(await who({ who: 'families', class: '6A' })).toEqual(await named(['ali', 'paula', 'pierre']));
    });

    it('each school its own children: a parent of three has one letter at each, which names the child there', async () => {
      const paula = await personOf(db, 'paula');
      const inSchool = async (school: string) =>
        (await recipientsOf(db, { school, to: { who: 'families' }, at: NOW })).find(({ person }) => person === paula);
      expect((await inSchool(COLLEGE))?.children).toEqual(['Paul']);
      expect((await inSchool(ECOLE))?.children).toEqual(['Léa']);
    });

    it('no parent whom a decision keeps from the child, or who says that it is not theirs: a letter would tell the class', async () => {
      const [ali, pierre, paul] = await named(['ali', 'pierre', 'paul']);
      const said = await dispute(db, { person: ali!, child: await personOf(db, 'ines'), at: NOW });
      const bar = { school: COLLEGE, person: pierre!, child: paul!, by: 'operator', at: NOW };
      await barFromChild(db, { ...bar, decision: 'TJ 2026/114' });
      expect(await who({ who: 'families' })).toEqual(await named(['paula']));
      const alone = await recipientsOf(db, { school: COLLEGE, to: { who: 'person', person: pierre! }, at: NOW });
      expect(alone).toEqual([{ person: pierre, className: '', children: [] }]);
      const settled = { id: said.id, outcome: 'withdrawn', decision: 'Livret vu', by: 'operator', at: NOW } as const;
      await settleDispute(db, settled);
      await unbarFromChild(db, bar);
      expect(await who({ who: 'families' })).toEqual(await named(['ali', 'paula', 'pierre']));
    });

    it('the staff, and nobody else', async () => {
      const staff = await who({ who: 'staff' });
      expect(staff).toContain(await personOf(db, 'helene'));
      expect(staff).toContain(await personOf(db, 'tom'));
      for (const name of ['paula', 'paul', 'marc', 'henri'] as const)
        expect(staff).not.toContain(await personOf(db, name));
    });

    it('those of one family name, however it is typed', async () => {
      expect(await who({ who: 'families', familyName: ' BERNARD' })).toEqual(await named(['paula', 'pierre']));
      expect(await who({ who: 'families', familyName: 'personne' })).toEqual([]);
    });

    it('one person, if they are of this school', async () => {
      const person = await personOf(db, 'marc');
      expect(await who({ who: 'person', person }, ECOLE)).toEqual([person]);
      await expect(who({ who: 'person', person })).rejects.toMatchObject({ code: 'unknown_person' });
    });

    it('whoever has left no more: the day before the year ends, and the day it has', async () => {
      const end = Date.UTC(2027, 7, 14, 22);
      const pupils = (at: number) => recipientsOf(db, { school: COLLEGE, to: { who: 'pupils' }, at });
      expect((await pupils(end - DAY)).length).toBe(4);
      expect(await pupils(end)).toEqual([]);
    });
  });

  describe('are issued', () => {
    it('to each with a code that opens their account, and no other', async () => {
      const run = await issue();
      expect(run).toMatchObject({ size: 3, mailed: 0, kind: 'activation', audience: 'families' });
      const codes = await sheets(run);
      expect(codes.map(({ person }) => person)).toEqual(await named(['ali', 'paula', 'pierre']));
      for (const { person, code } of codes) {
        expect(await stateOf(db, person, NOW)).toBe('invited');
        const check = person === (await personOf(db, 'ali')) ? 'Amrani' : 'Bernard';
        expect((await findActivation(db, { ...from(), code, check })).person).toBe(person);
      }
    });

    it('not to those who have an account, nor again to those who hold a good code, unless asked', async () => {
      const person = await personOf(db, 'pierre');
      await openAccount(db, { person, identifier: 'pierre.b', password: PASSWORD, actor: 'system', at: NOW });
      const first = await issue();
      expect((await sheets(first)).map((sheet) => sheet.person)).toEqual(await named(['ali', 'paula']));
      await expect(issue()).rejects.toMatchObject({ code: 'nothing_to_issue' });
      const again = await issue({ again: true });
      const [old] = await sheets(first);
      const [fresh] = await sheets(again);
      await expect(findActivation(db, { ...from(), code: old!.code, check: 'Amrani' })).rejects.toMatchObject({
        code: 'activation_invalid',
      });
      expect((await findActivation(db, { ...from(), code: fresh!.code, check: 'Amrani' })).person).toBe(fresh!.person);
      await db('account').where({ person }).delete();
    });

    it('again to those whose code has ended, from that instant on', async () => {
      await issue();
      const [{ expires_at: end }] = await db('activation').select('expires_at');
      await expect(issue({ at: end - 1 })).rejects.toMatchObject({ code: 'nothing_to_issue' });
      expect((await issue({ at: end })).size).toBe(3);
    });

    it('once when the same form comes twice, or fifty times at once', async () => {
      const id = newKey();
      const other = openDatabase(database.url);
      const runs = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          issueLetters(index % 2 ? other : db, keys, {
            school: COLLEGE,
            kind: 'activation',
            to: { who: 'families' },
            actor: 'operator',
            from: 'school',
            at: NOW,
            id,
            again: true,
          }),
        ),
      );
      await other.destroy();
      expect(new Set(runs.map((run) => run.id)).size).toBe(1);
      const run = (await findRun(db, id))!;
      expect(run.size).toBe(3);
      const codes = await sheets(run);
      expect((await findActivation(db, { ...from(), code: codes[0]!.code, check: 'Amrani' })).person).toBe(
        codes[0]!.person,
      );
    });

    it('by two runs at once, without either ending the codes of the other', async () => {
      const runs = await Promise.allSettled(Array.from({ length: 10 }, () => issue()));
      const made = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
      const codes = (await Promise.all(made.map(sheets))).flat();
      expect(codes).toHaveLength(3);
      for (const { code, person } of codes) {
        const check = person === (await personOf(db, 'ali')) ? 'Amrani' : 'Bernard';
        expect((await findActivation(db, { ...from(), code, check })).person).toBe(person);
      }
    });

    it('by mail where the directory gives an address, on paper to the others', async () => {
      await db('person')
        .where({ id: await personOf(db, 'paula') })
        .update({ email: 'paula@famille.example' });
      const run = await issue({ by: 'mail' });
      expect(run).toMatchObject({ size: 2, mailed: 1 });
      const [mail, ...more] = await db('mail').where({ template: 'activation' });
      expect(more).toEqual([]);
      expect(mail).toMatchObject({ person: await personOf(db, 'paula'), state: 'waiting' });
      expect(JSON.stringify(await db('mail').select('data', 'template'))).not.toMatch(/[A-Z0-9]{4}-[A-Z0-9]{4}/);
      await db('person')
        .where({ id: await personOf(db, 'paula') })
        .update({ email: null });
    });

    it('for a lost password to those who have an account, and to no other', async () => {
      const person = await personOf(db, 'pierre');
      await openAccount(db, { person, identifier: 'pierre.b', password: PASSWORD, actor: 'system', at: NOW });
      const run = await issue({ kind: 'reset' });
      const [sheet, ...more] = await sheets(run);
      expect(more).toEqual([]);
      expect((await findReset(db, { ...from(), code: sheet!.code, check: 'Bernard' })).person).toBe(person);
      if (poppler) expect((await openBook(await printed(run))).text).toContain('Votre identifiant reste pierre.b');
      await db('account').where({ person }).delete();
    });

    it('for a lost password to nobody who issues them: an open session must not choose a password', async () => {
      const [tom, helene] = await named(['tom', 'helene']);
      for (const person of [tom!, helene!])
        if (!(await db('account').where({ person }).first()))
          await openAccount(db, {
            person,
            identifier: `self.${person.slice(-6)}`,
            password: PASSWORD,
            actor: 'x',
            at: NOW,
          });
      const run = await issue({ kind: 'reset', to: { who: 'staff' }, actor: helene! });
      const issued = (await sheets(run)).map(({ person }) => person);
      expect([issued.includes(tom!), issued.includes(helene!)]).toEqual([true, false]);
      await db('account').whereIn('person', [tom!, helene!]).delete();
    });

    it('with a trace: by whom, how many, and each person; never a name or a code', async () => {
      const actor = await personOf(db, 'helene');
      const run = await issue({ actor });
      await printed(run);
      const traced = await db('audit').whereIn('event', ['letters.issued', 'letters.printed']).orderBy('seq', 'desc');
      const [print, issued] = traced;
      expect(issued).toMatchObject({ actor, school: COLLEGE });
      expect(JSON.parse(issued.details)).toMatchObject({ run: run.id, letters: 3, audience: 'families' });
      expect(print).toMatchObject({ event: 'letters.printed', actor: 'operator', school: COLLEGE });
      const all = JSON.stringify(await db('audit').select('details', 'event'));
      for (const { code } of await sheets(run)) expect(all).not.toContain(code);
      expect(all).not.toContain('Bernard');
      expect((await db('audit').where({ event: 'account.activation_issued', actor })).length).toBe(3);
    });

    it('under the key of another school, to nobody', async () => {
      const { id } = await issue();
      await expect(issue({ id, school: ECOLE })).rejects.toMatchObject({ code: 'not_found' });
    });

    it('refuses alike when there is no such school', async () => {
      expect(await outcomes([issue({ school: '0000000Z' })])).toEqual({ unknown_school: 1 });
    });
  });

  describe('are printed', () => {
    it.skipIf(!poppler)('one page each, in order, tagged, in French, with every letter of every name', async () => {
      await db('person')
        .where({ id: await personOf(db, 'ali') })
        .update({ given_name: 'Łukasz Œdipe', family_name: 'Nguyễn-Ça' });
      const book = await openBook(await printed(await issue()));
      expect(book).toMatchObject({ pages: 3, tagged: true, language: 'fr-FR', fonts: 'embedded' });
      expect(book.title).toBe('Lettres d’activation, Collège Les Tilleuls');
      expect(book.page(1)).toContain('Łukasz Œdipe NGUYỄN-ÇA');
      expect(book.page(2)).toContain('Paula BERNARD');
      expect(book.page(2)).toContain('par Paul');
      expect(book.page(2)).toContain('n’existe');
      expect(book.page(3)).toContain('Pierre BERNARD');
      await db('person')
        .where({ id: await personOf(db, 'ali') })
        .update({ given_name: 'Ali', family_name: 'Amrani' });
    });

    it.skipIf(!poppler)(
      'again the same, as long as the time to print lasts: the last instant, and not the next',
      async () => {
        const run = await issue();
        const [first] = await sheets(run);
        const again = await openBook(await printed(run, run.printableUntil - 1));
        expect(again.page(1)).toContain(first!.code.slice(0, 4));
        await expect(printed(run, run.printableUntil)).rejects.toMatchObject({ code: 'print_over' });
      },
    );

    it('and are unreadable at rest, then wiped; what stays is who issued how many', async () => {
      const run = await issue();
      const [first] = await sheets(run);
      const { code } = first!;
      const rows = await db('print_sheet').select();
      expect(rows.map((row) => row.sealed.toString('latin1')).join('')).not.toContain(code);
      await expect(sheetsAfter(db, { run: run.id, key: randomBytes(32), after: 0, most: 9 })).rejects.toThrow();
      await wipeRuns(db, run.printableUntil - 1);
      expect(await sheets(run)).toHaveLength(3);
      await wipeRuns(db, run.printableUntil);
      expect(await db('print_sheet').select()).toEqual([]);
      expect((await runsOf(db, COLLEGE))[0]).toMatchObject({ size: 3, actor: 'operator' });
      await wipeRuns(db, NOW + 365 * DAY);
      expect(await runsOf(db, COLLEGE)).toEqual([]);
    });

    it('only for the school they were issued at', async () => {
      const run = await issue();
      const asked = { run: run.id, school: ECOLE, key, issuer: 'https://x', actor: 'a', at: NOW };
      await expect(beginPrinting(db, asked)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('stop when nobody reads any more', async () => {
      const run = await issue();
      const out = new PassThrough();
      const printing = { run: run.id, school: COLLEGE, key, issuer: 'https://x', actor: 'a', at: NOW };
      out.destroy();
      await expect(printRun(db, run, printing, out)).rejects.toThrow('nobody reads any more');
    });
  });

  it('a node that dies on the way leaves what it has issued, and the next run issues the rest', async () => {
    const person = await personOf(db, 'ali');
    await issueActivation(db, { person, actor: 'operator', at: NOW }); // as far as it came
    expect((await sheets(await issue())).map((sheet) => sheet.person)).toEqual(await named(['paula', 'pierre']));
  });
});
