// The directory's one door: what a delivery begins, ends and leaves alone.
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery, type DeliveredFact } from '../../src/directory/directory.ts';
import { registerLogbook } from '../../src/directory/registration.ts';
import { assignTeaching } from '../../src/directory/teaching.ts';
import { currentFacts, revisionOf } from '../../src/facts/facts.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { COLLEGE, cast, college, deliverCast, ECOLE, ecole, logbookOf, NOW, personOf } from '../cast.ts';
import { engines } from '../databases.ts';

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
      expect(live.map((fact) => fact.relation)).toEqual(['post', 'post', 'teaches', 'owns']);
    } finally {
      await other.destroy();
      await close();
    }
  });
});
