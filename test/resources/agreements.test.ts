// Agreements: none in force, no exchange with the GAR; ended, none from that minute, and nothing else changes.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { factsAbout } from '../../src/facts/facts.ts';
import { commands } from '../../src/main.ts';
import {
  type Agreement,
  agreementStates,
  endAgreement,
  findAgreement,
  isConnected,
  listAgreements,
  recordAgreement,
} from '../../src/resources/agreements.ts';
import { importFilings } from '../../src/resources/filing.ts';
import { ACADEMY, COLLEGE, deliverCast, ECOLE, LYCEE, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';

const DAY = 86_400_000;
const HASH = 'ab'.repeat(32);

const agreement: Agreement = {
  reference: '12345678',
  collectivity: 'Département de la Meuse',
  siren: '225500016',
  academy: ACADEMY,
  state: 'signed',
  startsAt: NOW,
  endsAt: NOW + 10 * DAY,
  documentHash: HASH,
  schools: [COLLEGE, LYCEE],
};

const by = { by: 'operator', at: NOW };

describe.each(engines)('agreements on $name', ({ open }) => {
  let base: TestDatabase;
  let number = 0;
  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db);
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    for (const table of ['agreement_school', 'agreement']) await base.db(table).delete();
    await base.db('fact').where({ relation: 'connected' }).delete();
  });

  const fresh = (change: Partial<Agreement> = {}): Agreement & typeof by => {
    number += 1;
    return { ...agreement, reference: `file-${number}`, ...change, ...by };
  };
  const connected = (at: number) =>
    Promise.all([COLLEGE, LYCEE, ECOLE].map((school) => isConnected(base.db, school, at)));

  it('in force for its schools from its first instant to its last, and for no other', async () => {
    const asked = fresh({ startsAt: NOW + DAY, endsAt: NOW + 2 * DAY });
    expect(await recordAgreement(base.db, asked)).toEqual({ changed: true });
    for (const [at, both] of [
      [NOW + DAY - 1, false],
      [NOW + DAY, true],
      [NOW + 2 * DAY - 1, true],
      [NOW + 2 * DAY, false],
    ] as const)
      expect(await connected(at)).toEqual([both, both, false]);
    expect(await recordAgreement(base.db, asked)).toEqual({ changed: false });
    expect(
      (await factsAbout(base.db, 'subject', COLLEGE, NOW + DAY, ['connected'])).map(({ properties }) => properties),
    ).toEqual([{ agreement: asked.reference }]);
  });

  it.each(agreementStates.filter((state) => state !== 'signed'))('one that is %s opens nothing', async (state) => {
    await recordAgreement(base.db, fresh({ state }));
    expect(await connected(NOW + 1)).toEqual([false, false, false]);
  });

  it('ended, it closes its schools that minute; another that holds keeps its own open', async () => {
    const [first, second] = [fresh(), fresh({ schools: [LYCEE] })];
    for (const one of [first, second]) await recordAgreement(base.db, one);
    expect(await connected(NOW + DAY)).toEqual([true, true, false]);
    await endAgreement(base.db, { reference: first.reference, by: 'operator', at: NOW + DAY });
    expect(await connected(NOW + DAY)).toEqual([false, true, false]);
    expect(await connected(NOW + DAY - 1)).toEqual([true, true, false]);
    const again = { reference: first.reference, by: 'operator', at: NOW + DAY };
    await expect(endAgreement(base.db, again)).rejects.toMatchObject({ code: 'agreement_move_refused' });
    await expect(recordAgreement(base.db, { ...first, at: NOW + DAY })).rejects.toMatchObject({
      code: 'agreement_move_refused',
    });
  });

  it('a school that leaves the agreement is closed, one that comes is opened, in one act', async () => {
    const asked = fresh();
    await recordAgreement(base.db, asked);
    await recordAgreement(base.db, { ...asked, schools: [LYCEE, ECOLE], at: NOW + DAY });
    expect(await connected(NOW + DAY)).toEqual([false, true, true]);
    expect((await findAgreement(base.db, asked.reference)).schools).toEqual([LYCEE, ECOLE].sort());
  });

  it.each<[string, Partial<Agreement>]>([
    ['siren', { siren: '1234' }],
    ['collectivity', { collectivity: ' ' }],
    ['schools', { schools: [] }],
    ['schools', { schools: [COLLEGE, '0999999Z'] }],
    ['dates', { endsAt: NOW }],
    ['document', { documentHash: 'abc' }],
    ['document', { documentHash: undefined }],
    ['reference', { reference: '' }],
  ])('one whose %s is not whole is refused, and nothing is kept', async (member, change) => {
    const asked = fresh(change);
    await expect(recordAgreement(base.db, asked)).rejects.toMatchObject({
      code: 'agreement_refused',
      details: { member },
    });
    expect(await listAgreements(base.db, { reference: asked.reference })).toEqual([]);
    expect(await connected(NOW + 1)).toEqual([false, false, false]);
  });

  it('recorded ten times at once it is recorded once, and opens once', async () => {
    const asked = fresh();
    const done = await Promise.all(Array.from({ length: 10 }, () => recordAgreement(base.db, asked)));
    expect(done.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await factsAbout(base.db, 'subject', COLLEGE, NOW + 1, ['connected'])).toHaveLength(1);
  });

  it('the export of the platform is taken in line by line, again without a change, and never signs', async () => {
    const csv = [
      '\ufeffN° dossier;État du dossier;Collectivité;SIRET;Académie;UAI;Date de début;Date de fin',
      `991;Accepté;"Meuse; ""la"" Grande";22550001600017;${ACADEMY};${COLLEGE}, ${LYCEE};01/09/2026;31/08/2029`,
      `992;En instruction;Commune de Bar;215500293;${ACADEMY};${ECOLE};2026-09-01;2029-08-31`,
      `993;Perdu;Commune;215500293;${ACADEMY};${ECOLE};;31/08/2029`,
      `994;Accepté;Commune;215500293;${ACADEMY};0000000A;;31/08/2029`,
      '',
    ].join('\r\n');
    const report = await importFilings(base.db, csv, by);
    expect(report).toMatchObject({ read: 4, applied: 2, unchanged: 0 });
    expect(report.refused).toEqual([
      { line: 4, reference: '993', why: 'state' },
      { line: 5, reference: '994', why: 'schools' },
    ]);
    const first = await findAgreement(base.db, '991');
    expect(first).toMatchObject({ state: 'accepted', collectivity: 'Meuse; "la" Grande', siren: '225500016' });
    expect(await importFilings(base.db, csv, by)).toMatchObject({ applied: 0, unchanged: 2 });
    await recordAgreement(base.db, { ...first, state: 'signed', documentHash: HASH, ...by });
    expect(await importFilings(base.db, csv, by)).toMatchObject({ applied: 0, unchanged: 2 });
    expect((await findAgreement(base.db, '991')).state).toBe('signed');
    // nor does it open more than what was signed: a school, a day; less is followed
    for (const [more, why] of [
      [csv.replace(`${COLLEGE}, ${LYCEE}`, `${COLLEGE}, ${LYCEE}, ${ECOLE}`), 'schools'],
      [csv.replace('31/08/2029\r\n992', '01/09/2029\r\n992'), 'dates'],
      [csv.replace('01/09/2026;', '31/08/2026;'), 'dates'],
    ] as const) {
      expect((await importFilings(base.db, more, by)).refused[0]).toEqual({ line: 2, reference: '991', why });
      expect(await connected(NOW + 1)).toEqual([true, true, false]);
    }
    const fewer = csv.replace(`${COLLEGE}, ${LYCEE}`, COLLEGE);
    expect(await importFilings(base.db, fewer, by)).toMatchObject({ applied: 1 });
    expect(await connected(NOW + 1)).toEqual([true, false, false]);
    const refusedNow = csv.replace('991;Accepté', '991;Refusé');
    expect(await importFilings(base.db, refusedNow, by)).toMatchObject({ applied: 1 });
    expect(await connected(NOW + 1)).toEqual([false, false, false]);
    await expect(importFilings(base.db, 'a;b\n1;2', by)).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(importFilings(base.db, `${csv}"open`, by)).rejects.toMatchObject({ code: 'bad_argument' });
  });

  it('an export that a spreadsheet has written anew is read as it stands, and a line is told where it begins', async () => {
    const csv = [
      'Dossier;Statut;Collectivité;SIREN;Académie;UAI;Début;Fin',
      `995;Accepté;Département de l'Isère;225500016;${ACADEMY};"${COLLEGE}\n${LYCEE}";01/09/2026;31/08/2029`,
      `996;Perdu;Commune;215500293;${ACADEMY};${ECOLE};;31/08/2029`,
    ].join('\r\n');
    const file = join(await mkdtemp(join(tmpdir(), 'preau-')), 'export.csv');
    for (const encoding of ['latin1', 'utf8'] as const) {
      await writeFile(file, csv, encoding);
      const lines: string[] = [];
      const run = commands.agreement!.run({
        db: base.db,
        args: ['import', file],
        print: (line: string) => lines.push(line),
      } as never);
      await expect(run).rejects.toMatchObject({ code: 'agreement_refused' });
      expect(lines[1]).toBe('  ligne 4, dossier 996 : le statut du dossier n’est pas un de ceux de la plateforme');
      expect(await findAgreement(base.db, '995')).toMatchObject({
        collectivity: "Département de l'Isère",
        schools: [COLLEGE, LYCEE],
      });
    }
  });

  it.each([
    ['2026-10-25', '2026-10-25T23:00:00Z'],
    ['2027-03-28', '2027-03-28T22:00:00Z'],
    ['2027-04-01', '2027-04-01T22:00:00Z'],
  ])('signed until %s on the command line, it ends with that day, however many hours it has', async (day, end) => {
    const asked = fresh({ state: 'accepted', startsAt: Date.parse('2026-10-01T00:00:00Z') });
    await recordAgreement(base.db, asked);
    await commands.agreement!.run({
      db: base.db,
      args: ['sign', asked.reference, '--until', day],
      print: () => {},
    } as never);
    expect((await findAgreement(base.db, asked.reference)).endsAt).toBe(Date.parse(end));
  });

  it('on the command line: signed, listed, ended', async () => {
    const asked = fresh({
      state: 'accepted',
      documentHash: undefined,
      startsAt: Date.now() - DAY,
      endsAt: Date.now() + DAY,
    });
    await recordAgreement(base.db, { ...asked, at: Date.now() });
    const lines: string[] = [];
    const run = (...args: string[]) =>
      commands.agreement!.run({ db: base.db, args, print: (line: string) => lines.push(line) } as never);
    await expect(run('sign', asked.reference)).rejects.toMatchObject({ code: 'agreement_refused' });
    await run('sign', asked.reference, '--document', HASH.toUpperCase());
    expect(await isConnected(base.db, COLLEGE, Date.now() + 1)).toBe(true);
    await run('list', '--school', COLLEGE);
    expect(lines.at(-1)).toContain('signée');
    await run('end', asked.reference);
    expect(await isConnected(base.db, COLLEGE, Date.now() + 1)).toBe(false);
    for (const wrong of [
      [],
      ['sing', 'x'],
      ['sign'],
      ['end', 'a', 'b'],
      ['import', '/nowhere.csv'],
      ['list', '--toto'],
    ])
      await expect(run(...wrong)).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(run('end', 'unknown')).rejects.toMatchObject({ code: 'unknown_agreement' });
  });
});
