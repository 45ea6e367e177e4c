// Brothers and sisters in two academies: ids mean nothing outside their own, and a parent of both is one person once it is proven.
import { describe, expect, it } from 'vitest';
import { joinRecord } from '../../src/directory/joined.ts';
import { personsByExternalId } from '../../src/directory/persons.ts';
import { factsNaming } from '../../src/facts/facts.ts';
import { inTransaction } from '../../src/storage/storage.ts';
import { engines } from '../databases.ts';
import { AT, type Export, SCHOOL_A, SCHOOL_B, school, small } from './exports.ts';
import { deliver, on, sentences } from './world.ts';

/** The same ids and names, in a school of another academy. */
function elsewhere(): Export {
  const { id, attributes } = school('1', SCHOOL_B);
  const others = attributes.filter(([name]) => name !== 'ENTServAcCodeAcademie');
  return { ...small(), EtabEducNat: [{ id, attributes: [...others, ['ENTServAcCodeAcademie', '098']] }] };
}

const spoiling = { comment: 'codeAcademieExport="98" degre="2D"' };

describe.each(engines)('two academies on $name', (engine) => {
  it('give a parent of both a record each, and the children of both once the two are joined', async () => {
    await on(engine, async (db) => {
      await deliver(db, small());
      const report = await deliver(db, elsewhere(), { spoiling });
      expect(report).toMatchObject({ academy: '098', persons: { created: 22, changed: 0 } });
      const here = await personsByExternalId(db, '099', ['100', '200']);
      const there = await personsByExternalId(db, '098', ['100', '200']);
      const childrenOf = async (person: string) =>
        (await factsNaming(db, 'subject', [person], { relations: ['guards'], endingAfter: AT + 2 }))
          .map(({ school: where, object }) => [where, object])
          .sort();
      const [survivor, record] = [here.get('200')!, there.get('200')!];
      expect(await childrenOf(survivor)).toEqual([[SCHOOL_A, here.get('100')]]);
      expect(await childrenOf(record)).toEqual([[SCHOOL_B, there.get('100')]]);
      expect(await sentences(db, SCHOOL_B)).toContain('200 guards 100');

      await inTransaction(db, (tx) => joinRecord(tx, { survivor, record, at: AT + 1, actor: 'test' }));
      const both = [
        [SCHOOL_A, here.get('100')],
        [SCHOOL_B, there.get('100')],
      ];
      expect(await childrenOf(survivor)).toEqual(both);
      // neither academy knows of the other: what it delivers next takes nothing away
      await deliver(db, small(), { at: AT + 2, spoiling: { date: '20260902' } });
      await deliver(db, elsewhere(), { at: AT + 2, spoiling: { ...spoiling, date: '20260902' } });
      expect(await childrenOf(survivor)).toEqual(both);
    });
  });
});
