// The directory's one door: what a delivery begins, ends and leaves alone.
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery, type DeliveredFact } from '../../src/directory/directory.ts';
import { registerLogbook } from '../../src/directory/registration.ts';
import { assignTeaching, recordDirection } from '../../src/directory/teaching.ts';
import { schoolYear } from '../../src/facts/calendar.ts';
import { currentFacts, revisionOf } from '../../src/facts/facts.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { COLLEGE, cast, college, DELIVERED, deliverCast, ECOLE, ecole, logbookOf, NOW, personOf } from '../cast.ts';
import { engines } from '../databases.ts';

const DAY = 86_400_000;

describe.each(engines)('a delivery on $name', ({ open }) => {
  it('makes logbooks out of teaching, kept by those who teach', async () => {
    const { db, close } = await open();
    try {
      await deliverCast(db);
      const logbook = await logbookOf(db, COLLEGE, '6A', 'MATHS');
      const owners = await currentFacts(db, { school: COLLEGE, relations: ['owns'], object: logbook });
      expect(owners.map((fact) => fact.subject)).toEqual([await personOf(db, 'tom')]);
      expect(await verifyAudit(db)).toEqual({ rows: 3 });
    } finally {
      await close();
    }
  });

  it('writes nothing when it says the same again', async () => {
    const { db, close } = await open();
    try {
      await deliverCast(db);
      const before = await revisionOf(db, COLLEGE);
      expect(await applyDelivery(db, college(NOW))).toMatchObject({
        begun: 0,
        ended: 0,
        created: [],
        changed: [],
      });
      expect(await revisionOf(db, COLLEGE)).toBe(before);
    } finally {
      await close();
    }
  });

  it('ends what it no longer names, and keeps what was true before', async () => {
    const { db, close } = await open();
    try {
      await deliverCast(db);
      const delivery = college(NOW);
      const facts = delivery.facts.filter(
        (fact) => !(fact.relation === 'teaches' && 'person' in fact.subject && fact.subject.person === '1004'),
      );
      expect(await applyDelivery(db, { ...delivery, facts })).toMatchObject({ begun: 0, ended: 4 });
      const tom = await personOf(db, 'tom');
      expect(
        await currentFacts(db, { school: COLLEGE, subject: tom, relations: ['teaches', 'owns'], endingAfter: NOW }),
      ).toEqual([]);
      expect(
        (await currentFacts(db, { school: COLLEGE, subject: tom, relations: ['teaches'] })).map((fact) => fact.validTo),
      ).toEqual([NOW, NOW]);
    } finally {
      await close();
    }
  });

  it('ends what was given here to a teacher who leaves, or who teaches no more', async () => {
    const { db, close } = await open();
    try {
      await deliverCast(db);
      const [olga, marc] = [await personOf(db, 'olga'), await personOf(db, 'marc')];
      const audience = { kind: 'class', code: '6B' } as const;
      const registration = { school: COLLEGE, audience, subject: 'MATHS', owners: [olga], client: 'module', at: NOW };
      await registerLogbook(db, registration);
      const given = { school: ECOLE, audience: { kind: 'class', code: 'CE1' }, by: 'operator', at: NOW } as const;
      await assignTeaching(db, { ...given, teacher: marc });
      const keptBy = async (school: string, subject: string) =>
        (await currentFacts(db, { school, relations: ['owns'], subject, endingAfter: NOW + 1 })).length;
      expect([await keptBy(COLLEGE, olga), await keptBy(ECOLE, marc)]).toEqual([2, 1]);

      const without = college(NOW + 1);
      const isOlga = (fact: DeliveredFact) => 'person' in fact.subject && fact.subject.person === cast.olga.id;
      await applyDelivery(db, { ...without, facts: without.facts.filter((fact) => !isOlga(fact)) });
      const moved = ecole(NOW + 1);
      const facts = moved.facts.map((fact) =>
        'person' in fact.subject && fact.subject.person === cast.marc.id
          ? { ...fact, properties: { function: 'administrative' } }
          : fact,
      );
      await applyDelivery(db, { ...moved, facts });
      expect([await keptBy(COLLEGE, olga), await keptBy(ECOLE, marc)]).toEqual([0, 0]);
    } finally {
      await close();
    }
  });

  it('lets a teacher keep a logbook for as long as the service that is said', async () => {
    const { db, close } = await open();
    try {
      const delivery = college(DELIVERED);
      const [from, to] = [DELIVERED + 10 * DAY, DELIVERED + 20 * DAY];
      const facts = delivery.facts.map((fact) =>
        fact.relation === 'teaches' && 'person' in fact.subject && fact.subject.person === cast.olga.id
          ? { ...fact, validFrom: from, validTo: to }
          : fact,
      );
      await applyDelivery(db, { ...delivery, facts });
      const owns = await currentFacts(db, {
        school: COLLEGE,
        relations: ['owns'],
        subject: await personOf(db, 'olga'),
      });
      expect(owns.map((fact) => [fact.validFrom, fact.validTo])).toEqual([[from, to]]);
      expect(await applyDelivery(db, { ...delivery, facts })).toMatchObject({ begun: 0, ended: 0 });
    } finally {
      await close();
    }
  });

  it('a decision for a director ends with the year at the latest, and gives way to the next one', async () => {
    const { db, close } = await open();
    try {
      await deliverCast(db);
      const person = await personOf(db, 'denise');
      const record = (decision: string, at: number, until?: number) =>
        recordDirection(db, { school: ECOLE, person, decision, until, by: 'operator', at });
      const { to: yearEnd } = schoolYear(2026);
      await record('one', NOW, yearEnd + DAY);
      expect(await record('one', NOW + 1)).toMatchObject({ begun: 0, ended: 0 });
      await record('two', NOW + DAY, NOW + 9 * DAY);
      const known = await currentFacts(db, { school: ECOLE, relations: ['directs'] });
      expect(known.map(({ properties, validFrom, validTo }) => [properties.decision, validFrom, validTo])).toEqual([
        ['one', NOW, NOW + DAY],
        ['two', NOW + DAY, NOW + 9 * DAY],
      ]);
    } finally {
      await close();
    }
  });

  it('a logbook registered at once by many is one, and so is its keeper', async () => {
    const { db, url, close } = await open();
    const other = openDatabase(url);
    try {
      await deliverCast(db);
      const register = async (keeper: 'olga' | 'theo') => {
        const wanted = { school: COLLEGE, audience: { kind: 'class', code: '6B' }, subject: 'MATHS' } as const;
        const owners = [await personOf(db, keeper)];
        const once = (n: number) =>
          registerLogbook(n % 2 ? db : other, { ...wanted, owners, client: 'module', at: NOW + 1 });
        return Promise.all(Array.from({ length: 16 }, (_, n) => once(n)));
      };
      const made = [...(await register('olga')), ...(await register('theo'))];
      expect(made.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(made.map(({ logbook }) => logbook.id)).size).toBe(1);
      const keepers = await currentFacts(db, { school: COLLEGE, relations: ['owns'], source: 'module' });
      expect(keepers.map((fact) => fact.subject)).toEqual([await personOf(db, 'theo')]);
    } finally {
      await other.destroy();
      await close();
    }
  });

  it('two who give the same class at once write one fact', async () => {
    const { db, url, close } = await open();
    const other = openDatabase(url);
    try {
      await deliverCast(db);
      const teacher = await personOf(db, 'denise');
      const give = (on: typeof db) =>
        assignTeaching(on, {
          school: ECOLE,
          teacher,
          audience: { kind: 'class', code: 'CM2' },
          by: 'operator',
          at: NOW,
        });
      await Promise.all(Array.from({ length: 20 }, (_, n) => give(n % 2 ? db : other)));
      const live = await currentFacts(db, { school: ECOLE, subject: teacher, endingAfter: NOW });
      expect(live.map((fact) => fact.relation)).toEqual(['post', 'post', 'teaches', 'owns', 'authored']);
    } finally {
      await other.destroy();
      await close();
    }
  });
});
