// What was accepted is honoured by the next real import of the same export: nobody is brought back, nothing is overwritten.
import { describe, expect, it } from 'vitest';
import { holdsOfRequests } from '../../src/directory/holds.ts';
import { findPerson, personsByExternalId } from '../../src/directory/persons.ts';
import { importFeed } from '../../src/feed/feed.ts';
import { decideRequest, withdrawRequest } from '../../src/privacy/requests/deciding.ts';
import { fileRequest } from '../../src/privacy/requests/filing.ts';
import type { RequestKind } from '../../src/privacy/requests/kinds.ts';
import type { Db } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, type Export, relative, SCHOOL_A, small, staff, write } from '../feed/exports.ts';
import { deliver, measure, on, sentences } from '../feed/world.ts';

const DAY = 86_400_000;
const REASON = 'Votre situation personnelle le justifie.';

/** The key of somebody of the export. */
async function keyOf(db: Db, id: string): Promise<string> {
  return (await personsByExternalId(db, '099', [id])).get(id)!;
}

/** The person asks, and the head accepts, two days after the export. */
async function accepted(
  db: Db,
  id: string,
  kind: RequestKind,
  more: { target: string; wanted?: string },
): Promise<string> {
  const [about, at] = [await keyOf(db, id), AT + 2 * DAY];
  const wish = { school: SCHOOL_A, about, by: about, kind, words: 'Mes raisons.', at, ...more };
  const { id: request } = await fileRequest(db, wish);
  const head = await keyOf(db, '301');
  await decideRequest(db, { id: request, by: head, at: at + 1_000, outcome: 'accepted', reason: REASON });
  return request;
}

const next = (days: number) => ({ at: AT + days * DAY });

describe.each(engines)('on $name', (engine) => {
  it.each([
    ['a pupil', '100', ['100 attends here', '100 enrolled class 6A', '200 guards 100']],
    ['a legal representative', '203', ['203 guards 103']],
    ['a teacher', '302', ['302 post here teacher', '302 teaches class 6A MAT']],
  ])('%s who objected is not brought back, and everybody else stays as they were', async (_who, id, gone) => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const before = await sentences(db, SCHOOL_A);
      expect(before).toEqual(expect.arrayContaining(gone));
      const request = await accepted(db, id, 'objection', { target: 'all' });
      const left = before.filter((sentence) => !gone.includes(sentence));
      expect(await sentences(db, SCHOOL_A, AT + 3 * DAY)).toEqual(left);

      const report = await deliver(db, small(), next(3));
      expect(report.facts).toEqual({ begun: 0, ended: 0 });
      expect(report.persons).toEqual({ created: 0, changed: 0 });
      expect(await sentences(db, SCHOOL_A, AT + 4 * DAY)).toEqual(left);
      const still = await measure(db);
      await deliver(db, small(), next(4));
      expect(await measure(db)).toEqual(still);

      await withdrawRequest(db, { id: request, by: await keyOf(db, id), at: AT + 5 * DAY });
      expect(await sentences(db, SCHOOL_A, AT + 5 * DAY)).toEqual(left);
      await deliver(db, small(), next(6));
      expect(await sentences(db, SCHOOL_A, AT + 7 * DAY)).toEqual(before);
    });
  });

  it('a dry run says the same, and a record set aside brings nobody back either', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      await accepted(db, '302', 'objection', { target: 'all' });
      const folder = write(small());
      const dry = await importFeed(db, { path: folder.path, at: AT + 3 * DAY, dryRun: true });
      folder.remove();
      expect(dry.facts).toEqual({ begun: 0, ended: 0 });
      const spoilt: Export = small();
      spoilt.PersEducNat[1] = { ...staff('302'), operational: 'Eleve' };
      await deliver(db, spoilt, { ...next(4), spoiling: { date: '20260902' } });
      expect((await sentences(db, SCHOOL_A, AT + 5 * DAY)).filter((one) => one.startsWith('302 '))).toEqual([]);
    });
  });

  it('a corrected name stays, through an export that says the old one, until one says the new', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const request = await accepted(db, '204', 'rectification', { target: 'familyName', wanted: 'Nguyễn' });
      const person = await keyOf(db, '204');
      const name = async () => (await findPerson(db, person)).familyName;
      expect((await deliver(db, small(), next(3))).persons.changed).toBe(0);
      expect(await name()).toBe('Nguyễn');
      const agreed = small();
      agreed.PersRelEleve[4] = relative('204', ['sn', 'NGUYỄN']);
      await deliver(db, agreed, { ...next(4), spoiling: { date: '20260902' } });
      expect(await name()).toBe('NGUYỄN');
      expect((await holdsOfRequests(db, [request])).get(request)).toMatchObject({ endedAs: 'agreed' });
      const later = small();
      later.PersRelEleve[4] = relative('204', ['sn', 'Dupont']);
      await deliver(db, later, { ...next(5), spoiling: { date: '20260903' } });
      expect(await name()).toBe('Dupont');
    });
  });

  it('an address objected to stays away, and the rest of the record is kept up', async () => {
    await on(engine, async (db) => {
      const withMail = small();
      withMail.PersRelEleve[5] = relative('205', ['mail', 'r205@example.fr']);
      await deliver(db, withMail);
      const person = await keyOf(db, '205');
      expect((await findPerson(db, person)).email).toBe('r205@example.fr');
      await accepted(db, '205', 'objection', { target: 'email' });
      expect((await deliver(db, withMail, next(3))).persons.changed).toBe(0);
      expect((await findPerson(db, person)).email).toBeNull();
      const renamed = small();
      renamed.PersRelEleve[5] = relative('205', ['mail', 'autre@example.fr'], ['sn', 'Nouveau']);
      await deliver(db, renamed, { ...next(4), spoiling: { date: '20260902' } });
      expect(await findPerson(db, person)).toMatchObject({ familyName: 'Nouveau', email: null });
    });
  });
});
