// "I am not the legal representative of this pupil": closed at once, kept through deliveries, settled by the school.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delegate } from '../../src/acts/delegations.ts';
import { barFromChild, unbarFromChild } from '../../src/acts/restrictions.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { childrenOf } from '../../src/families/children.ts';
import { schoolsSettledBy } from '../../src/families/deciding.ts';
import { dispute, disputesAt, disputesBy, purgeDisputes, settleDispute } from '../../src/families/disputes.ts';
import { joinOnPaper, separate } from '../../src/families/families.ts';
import { list } from '../../src/rights/rights.ts';
import { eventsOf, refused, together } from '../acts/acts.ts';
import { COLLEGE, ECOLE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import {
  apart,
  deliver,
  deliveryOf,
  keysOf,
  LEA,
  open as openAccount,
  PAUL,
  pupil,
  type RelativeName,
} from './world.ts';

const HOUR = 3_600_000;

describe.each(engines)('$name', ({ open }) => {
  let base: TestDatabase;
  let keys: Record<RelativeName, string>;
  let paul: string;
  let helene: string;
  beforeEach(async () => {
    base = await open();
    await deliver(base.db);
    keys = await keysOf(base.db);
    paul = await pupil(base.db, PAUL);
    helene = await personOf(base.db, 'helene');
  });
  afterEach(() => base.close());

  const reads = async (person: string, at: number): Promise<number> =>
    (await list(base.db, { person, action: 'read', type: 'logbook', when: { at } })).length;
  const children = async (person: string, at: number) =>
    (await childrenOf(base.db, { person, at })).map(({ givenName }) => givenName);
  const factsOf = (person: string) =>
    currentFacts(base.db, { school: COLLEGE, relations: ['guards'], subject: person, endingAfter: NOW });
  const pierreSays = (at = NOW) => dispute(base.db, { person: keys.pierre, child: paul, at });
  const settled = (id: string, outcome: 'upheld' | 'withdrawn', by = helene, at = NOW + HOUR) =>
    settleDispute(base.db, { id, outcome, decision: 'Livret de famille vu', by, at });

  it('nothing more is read from that moment, and the other parent reads as before', async () => {
    const [before, other] = [await reads(keys.pierre, NOW), await reads(keys.paula, NOW)];
    expect(before).toBeGreaterThan(0);
    const { state } = await pierreSays();
    expect([state, await reads(keys.pierre, NOW), await children(keys.pierre, NOW)]).toEqual(['open', 0, []]);
    expect([await reads(keys.paula, NOW), await children(keys.paula, NOW)]).toEqual([other, ['Paul']]);
    expect(await reads(keys.pierre, NOW - HOUR)).toBe(before);
  });

  it('is told by mail and in the trail, once however often it is said', async () => {
    const [one, two] = await Promise.all([pierreSays(), pierreSays()]);
    expect((await pierreSays(NOW + 1)).id).toBe(one.id);
    expect(two.id).toBe(one.id);
    expect(await eventsOf(base.db, 'family.disputed')).toBe(1);
    expect(await base.db('mail').where({ template: 'dispute' }).pluck('person')).toEqual([keys.pierre]);
  });

  it('deliveries that go on saying so open nothing, in a school that the pupil comes to either', async () => {
    await pierreSays();
    await deliver(base.db, apart, NOW + HOUR);
    const moved = { ...apart, ecole: [...apart.ecole, ['pierre', PAUL] as const] };
    const ecole = deliveryOf('ecole', moved, NOW + 2 * HOUR);
    const arrives = { relation: 'attends', subject: { person: PAUL }, object: { school: true } } as const;
    const person = deliveryOf('college', apart, NOW).persons.find(({ externalId }) => externalId === PAUL)!;
    await applyDelivery(base.db, { ...ecole, persons: [...ecole.persons, person], facts: [...ecole.facts, arrives] });
    expect(await children(keys.pierre, NOW + 2 * HOUR)).toEqual([]);
    expect((await disputesAt(base.db, ECOLE, NOW + 2 * HOUR)).map(({ child }) => child)).toEqual([paul]);
  });

  it('is for the pupils one represents, and says nothing of others', async () => {
    const lea = await pupil(base.db, LEA);
    for (const child of [lea, 'nobody', keys.paula])
      await refused('not_guardian', dispute(base.db, { person: keys.pierre, child, at: NOW }));
    await barFromChild(base.db, {
      school: COLLEGE,
      person: keys.pierre,
      child: paul,
      decision: 'TJ',
      by: 'operator',
      at: NOW,
    });
    await refused('not_guardian', pierreSays());
  });

  it('the head of the pupil’s school lifts it, and the person reads again', async () => {
    const before = await reads(keys.pierre, NOW - 1);
    const { id } = await pierreSays();
    await settled(id, 'withdrawn');
    expect(await reads(keys.pierre, NOW + HOUR)).toBe(before);
    expect(await disputesAt(base.db, COLLEGE, NOW + HOUR)).toEqual([]);
    expect((await settled(id, 'withdrawn')).settledBy).toBe(helene);
    expect(await eventsOf(base.db, 'family.settled')).toBe(1);
    await refused('dispute_settled', settled(id, 'upheld'));
    expect((await pierreSays(NOW + 2 * HOUR)).id).not.toBe(id);
  });

  it('or confirms it, and may still go back on that', async () => {
    const { id } = await pierreSays();
    expect(await settled(id, 'upheld')).toMatchObject({ state: 'upheld', decision: 'Livret de famille vu' });
    expect(await reads(keys.pierre, NOW + HOUR)).toBe(0);
    expect((await disputesBy(base.db, [keys.pierre])).map(({ state }) => state)).toEqual(['upheld']);
    await settled(id, 'withdrawn', helene, NOW + 2 * HOUR);
    expect(await reads(keys.pierre, NOW + 2 * HOUR)).toBeGreaterThan(0);
  });

  it('nobody else settles it: not the person, the other parent, a teacher, nor the head of another school', async () => {
    const { id } = await pierreSays();
    const others = ['henri', 'tom', 'denise', 'carla', 'david', 'sylvie'] as const;
    for (const by of [keys.pierre, keys.paula, ...(await Promise.all(others.map((who) => personOf(base.db, who))))])
      await refused('unknown_dispute', settled(id, 'withdrawn', by));
    await refused('unknown_dispute', settled('nothing', 'withdrawn'));
    const bare = { id, outcome: 'upheld', by: helene, at: NOW + HOUR } as const;
    await refused('decision_missing', settleDispute(base.db, { ...bare, decision: ' ' }));
    const unbar = { school: COLLEGE, person: keys.pierre, child: paul, by: helene, at: NOW + HOUR };
    await refused('nothing_to_end', unbarFromChild(base.db, unbar));
    expect(await reads(keys.pierre, NOW + HOUR)).toBe(0);
  });

  it('a head does not settle what is about their own child, nor what they said themselves', async () => {
    const { id } = await pierreSays();
    const guards = { relation: 'guards', subject: helene, object: paul } as const;
    await changeFacts(base.db, { school: COLLEGE, at: NOW, source: 'aaf2d', actor: 'x', begin: [guards] });
    for (const outcome of ['upheld', 'withdrawn'] as const) await refused('own_cause', settled(id, outcome));
    const own = await dispute(base.db, { person: helene, child: paul, at: NOW });
    await refused('own_cause', settled(own.id, 'withdrawn'));
    const byOperator = settled(own.id, 'withdrawn', 'operator');
    expect(await byOperator).toMatchObject({ state: 'withdrawn' });
  });

  it('is settled, where the head is concerned, by a deputy who holds the delegation for it, and by no other', async () => {
    const { id } = await pierreSays();
    const david = await personOf(base.db, 'david');
    // the head's other record: who works in a school and has a child there is two of them, which nothing joins
    await base.db('person').where({ id: keys.pierre }).update({ given_name: 'Helene', family_name: 'MARCHAND' });
    await refused('own_cause', settled(id, 'withdrawn'));
    expect(await schoolsSettledBy(base.db, { person: david, at: NOW + HOUR })).toEqual([]);
    const asked = { school: COLLEGE, deputy: david, by: helene, decision: 'Arrêté 12' };
    await delegate(base.db, { ...asked, acts: ['validate', 'absences'], at: NOW });
    await refused('unknown_dispute', settled(id, 'withdrawn', david));
    await delegate(base.db, { ...asked, acts: ['families'], at: NOW });
    expect(await schoolsSettledBy(base.db, { person: david, at: NOW + HOUR })).toEqual([COLLEGE]);
    expect(await settled(id, 'withdrawn', david)).toMatchObject({ state: 'withdrawn', settledBy: david });
  });

  it('a join is undone on request by nobody who represents a child of the record', async () => {
    await openAccount(base.db, keys.paulaAtLycee, 'paula.lycee');
    const asked = { survivor: keys.paulaAtLycee, record: keys.paula, reference: 'Lettre 4', at: NOW };
    const { join } = await joinOnPaper(base.db, asked);
    const undo = { join: join.id, by: helene, reference: 'Lettre 5', at: NOW + HOUR };
    const guards = { relation: 'guards', subject: helene, object: paul } as const;
    await changeFacts(base.db, { school: COLLEGE, at: NOW, source: 'aaf2d', actor: 'x', begin: [guards] });
    await refused('own_cause', separate(base.db, undo));
    await changeFacts(base.db, {
      school: COLLEGE,
      at: NOW + 1,
      source: 'aaf2d',
      actor: 'x',
      end: await factsOf(helene),
    });
    expect((await separate(base.db, undo)).join.separatedBy).toBe(helene);
  });

  it('one that was an error is forgotten a year later; one that was upheld is not', async () => {
    const year = 365 * 86_400_000;
    const { id } = await pierreSays();
    await settled(id, 'upheld');
    expect(await purgeDisputes(base.db, NOW + 3 * year)).toBe(0);
    await settled(id, 'withdrawn', helene, NOW + 2 * HOUR);
    expect(await purgeDisputes(base.db, NOW + 2 * HOUR + year - 1)).toBe(0);
    expect(await purgeDisputes(base.db, NOW + 2 * HOUR + year)).toBe(1);
  });

  it('of answers that cross, one comes first and the other follows it', async () => {
    const { id } = await pierreSays();
    const { done } = await together([settled(id, 'upheld'), settled(id, 'withdrawn'), settled(id, 'withdrawn')]);
    expect(done).toBeGreaterThanOrEqual(2);
    expect(await reads(keys.pierre, NOW + HOUR)).toBeGreaterThan(0);
  });

  it('goes where the record goes, and is lifted everywhere at once', async () => {
    await openAccount(base.db, keys.pierreAtEcole, 'pierre.ecole');
    const { id } = await pierreSays();
    const asked = { survivor: keys.pierreAtEcole, record: keys.pierre, reference: 'Demande', at: NOW + HOUR };
    const { join } = await joinOnPaper(base.db, asked);
    expect(await children(keys.pierreAtEcole, NOW + HOUR)).toEqual(['Léa']);
    expect((await dispute(base.db, { person: keys.pierreAtEcole, child: paul, at: NOW + HOUR })).id).toBe(id);
    await settled(id, 'withdrawn', helene, NOW + 2 * HOUR);
    expect(await children(keys.pierreAtEcole, NOW + 2 * HOUR)).toEqual(['Léa', 'Paul']);
    await separate(base.db, { join: join.id, by: keys.pierreAtEcole, at: NOW + 3 * HOUR });
    expect(await children(keys.pierre, NOW + 3 * HOUR)).toEqual(['Paul']);
  });
});
