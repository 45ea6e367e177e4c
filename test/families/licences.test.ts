// What a record held of resources, when it is joined to another and told apart: a licence by name, a charge, and never two seats.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerNaming, assignersAt, nameAssigner } from '../../src/acts/assigners.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { joinOnPaper, separate } from '../../src/families/families.ts';
import {
  assignLicences,
  assignmentsTo,
  licencesAt,
  purgeLicences,
  seatsOf,
  settleDue,
} from '../../src/resources/licences.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { COLLEGE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { good } from '../resources/good.ts';
import {
  deliver,
  deliveryOf,
  type Guards,
  keysOf,
  LEA,
  open as openAccount,
  PAUL,
  type RelativeName,
} from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** One mother under two records, both of the collège's families. */
const guards: Guards = { college: [['paula', PAUL]], ecole: [['paulaAtEcole', LEA]], lycee: [] };

describe.each(engines)('licences of records that are joined, on $name', ({ open }) => {
  let base: TestDatabase;
  let keys: Record<RelativeName, string>;
  let at: number;

  beforeEach(async () => {
    base = await open();
    at = NOW;
    await deliver(base.db, guards);
    keys = await keysOf(base.db);
    await openAccount(base.db, keys.paula, 'paula.bernard');
    const fields = { ...good, idAbonnement: 'ABO', nbLicenceEnseignant: '1', finValidite: '2028-08-15T00:00:00' };
    await createSubscription(base.db, { id: 'ABO', fields, distributor: good.idDistributeurCom, actor: 'maison', at });
  });
  afterEach(() => base.close());

  /** The collège says that one of the mother's records teaches there, or that nobody of the family does. */
  const hire = async (record?: 'paulaAtEcole') => {
    at += HOUR;
    const delivery = deliveryOf('college', guards, at);
    const persons = [
      ...delivery.persons,
      ...deliveryOf('ecole', guards, at).persons.filter(({ externalId }) => externalId === '3101'),
    ];
    const post = {
      relation: 'post',
      subject: { person: '3101' },
      object: { school: true },
      properties: { function: 'teacher' },
    } as const;
    await applyDelivery(base.db, record ? { ...delivery, persons, facts: [...delivery.facts, post] } : delivery);
    at += 1_000;
    await settleDue(base.db, at);
  };
  const give = (key: string) => {
    at += 1_000;
    const act = { subscription: 'ABO', school: COLLEGE, by: 'system', at };
    return assignLicences(base.db, { ...act, target: { kind: 'person', key } });
  };
  const seated = async () =>
    (await base.db('licence_seat').whereNotNull('seated_at').orderBy('person')).map(({ person }) => person);
  const taken = async () => (await seatsOf(base.db, { subscription: 'ABO' })).get('teacher')?.taken;
  const joinNow = async () => {
    at += HOUR;
    const { join } = await joinOnPaper(base.db, {
      survivor: keys.paula,
      record: keys.paulaAtEcole,
      reference: 'Courrier 12',
      at,
    });
    return join.id;
  };
  const apart = async (join: string) => {
    at += HOUR;
    await separate(base.db, { join, by: keys.paula, at });
  };

  it('a licence given to the record is its holder’s while they are joined, one seat, and the record’s again afterwards', async () => {
    await hire('paulaAtEcole');
    const given = await give(keys.paulaAtEcole);
    expect(await seated()).toEqual([keys.paulaAtEcole]);
    await hire();
    expect(await seated()).toEqual([]);
    const join = await joinNow();
    await hire('paulaAtEcole');
    expect(await seated()).toEqual([keys.paula]);
    expect(await taken()).toBe(1);
    expect((await assignmentsTo(base.db, keys.paula)).map(({ id }) => id)).toEqual([given.id]);
    const [here] = await licencesAt(base.db, { school: COLLEGE, at });
    expect(here!.given.map(({ target }) => target.key)).toEqual([keys.paula]);
    // the same again is the same: no second one is used up, and none is taken back as if they had left
    expect((await give(keys.paula)).id).toBe(given.id);
    await purgeLicences(base.db, at + 91 * DAY);
    expect(await seated()).toEqual([keys.paula]);
    await apart(join);
    await hire('paulaAtEcole');
    expect(await seated()).toEqual([keys.paulaAtEcole]);
    expect(await taken()).toBe(1);
    expect((await verifyAudit(base.db)).firstBad).toBeUndefined();
  });

  it('what was given while they were joined is whose post it was for, once they are told apart', async () => {
    const join = await joinNow();
    await hire('paulaAtEcole');
    await give(keys.paula);
    expect(await seated()).toEqual([keys.paula]);
    await apart(join);
    await hire('paulaAtEcole');
    expect(await seated()).toEqual([keys.paulaAtEcole]);
    expect(await taken()).toBe(1);
  });

  it('the one licence is never had twice: whoever waits for it waits until it is free', async () => {
    const join = await joinNow();
    await hire('paulaAtEcole');
    await give(keys.paula);
    await expect(give(await personOf(base.db, 'tom'))).rejects.toMatchObject({ code: 'licences_missing' });
    await apart(join);
    expect(await seated()).toEqual([keys.paula]);
    await expect(give(await personOf(base.db, 'tom'))).rejects.toMatchObject({ code: 'licences_missing' });
    await hire('paulaAtEcole');
    expect(await taken()).toBe(1);
  });

  it('nobody who serves at a school is joined, and so no charge is; one accepted meanwhile ends with the post', async () => {
    await hire('paulaAtEcole');
    await expect(joinNow()).rejects.toMatchObject({ code: 'join_refused' });
    await hire();
    const join = await joinNow();
    await hire('paulaAtEcole');
    const head = await personOf(base.db, 'helene');
    const named = await nameAssigner(base.db, { school: COLLEGE, person: keys.paula, by: head, at });
    await answerNaming(base.db, { designation: named.id, accepts: true, by: keys.paula, at });
    expect((await assignersAt(base.db, COLLEGE, at)).map(({ standing }) => standing)).toEqual(['live']);
    await apart(join);
    await hire('paulaAtEcole');
    expect((await assignersAt(base.db, COLLEGE, at)).map(({ standing }) => standing)).toEqual(['over']);
  });
});
