// What follows from a delivery, seen at once and without any job: leavers have no licence left, newcomers bring along what they chose.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declinePublisher } from '../../src/acts/declining.ts';
import { findAudience } from '../../src/directory/audiences.ts';
import { offersOf } from '../../src/directory/offers.ts';
import { findByExternalId } from '../../src/directory/persons.ts';
import { schoolYearAt } from '../../src/facts/calendar.ts';
import { revisionOf } from '../../src/facts/facts.ts';
import { commands } from '../../src/main.ts';
import { recordAgreement } from '../../src/resources/agreements.ts';
import { assignLicences, seatsOf, settleDue, type Target } from '../../src/resources/licences.ts';
import { recordResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { may } from '../../src/rights/rights.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { type Export, level, pupil, SCHOOL_A, SCHOOL_B, school, small, type Written, write } from '../feed/exports.ts';
import { good } from './good.ts';
import { goodResource } from './good-resource.ts';

const DAY = 86_400_000;
const MEF = '10010012110';

/** The ten pupils of the small export, some of them elsewhere by now. */
function delivery(moved: Readonly<Record<string, readonly Written[]>> = {}): Export {
  const given = small();
  given.EtabEducNat = [school('1', SCHOOL_A), school('2', SCHOOL_B)];
  given.MefEducNat = [level(MEF), level('10110012110')];
  given.Eleve = given.Eleve.map(({ id }, place) =>
    pupil(id, [`20${place}$10$1$1$1$0`], ['ENTEleveMEF', MEF], ...(moved[id] ?? [])),
  );
  // the other school has somebody of its own
  given.Eleve.push(pupil('110', [], ['ENTPersonStructRattach', '2'], ['ENTEleveClasses', '2$6Z']));
  return given;
}

describe.each(engines)('what follows from a delivery, on $name', ({ open }) => {
  let base: TestDatabase;
  const by = 'operator';

  beforeAll(async () => {
    base = await open();
    await deliver();
    const at = Date.now();
    await recordAgreement(base.db, {
      reference: 'CONV-1',
      collectivity: 'Département',
      siren: '225500016',
      academy: '099',
      state: 'signed',
      startsAt: at - DAY,
      endsAt: at + 100 * DAY,
      documentHash: 'ab'.repeat(32),
      schools: [SCHOOL_A, SCHOOL_B],
      by,
      at,
    });
    await recordResource(base.db, { ...goodResource, by, at });
    await validateResource(base.db, { id: goodResource.id, attributes: ['IDO'], by, at });
  });
  afterAll(() => base?.close());

  const deliver = async (moved?: Parameters<typeof delivery>[0]) => {
    const folder = write(delivery(moved));
    try {
      await commands.feed!.run({ db: base.db, args: [folder.path, '--accept'], print: () => undefined } as never);
    } finally {
      folder.remove();
    }
  };
  const personOf = async (id: string) => (await findByExternalId(base.db, '099', id))!;
  const subscribe = async (id: string, more: Record<string, unknown>) => {
    const at = Date.now();
    const [from, to] = [at - DAY, at + 90 * DAY].map((instant) => new Date(instant).toISOString());
    const fields = { ...good, ...more, idAbonnement: id, debutValidite: from, finValidite: to };
    await createSubscription(base.db, { id, fields, distributor: good.idDistributeurCom, actor: 'maison', at });
  };
  const launch = async (id: string, subscription: string, where = SCHOOL_A) => {
    const [offer] = await offersOf(base.db, { subscription, school: where });
    const resource = { type: 'offer', id: offer!.id } as const;
    const wish = { person: await personOf(id), action: 'launch', resource, when: { at: Date.now() } } as const;
    return (await may(base.db, wish)).allowed;
  };
  const classOf = async (code: string): Promise<Target> => {
    const year = schoolYearAt(Date.now());
    return { kind: 'class', key: (await findAudience(base.db, { school: SCHOOL_A, year, kind: 'class', code })).id };
  };
  const pupils = { nbLicenceEleve: '20', nbLicenceEnseignant: undefined, publicCible: ['ELEVE'] };

  it('whoever leaves a class, or a level, has no licence of it from then on, and the seat is free once it is settled', async () => {
    for (const [id, target] of [
      ['CLASSE', await classOf('6A')],
      ['NIVEAU', { kind: 'level', key: MEF }],
    ] as const) {
      await subscribe(id, { ...pupils, uaiEtab: [SCHOOL_A] });
      await assignLicences(base.db, { subscription: id, school: SCHOOL_A, target, by, at: Date.now() });
      expect([await launch('100', id), await launch('101', id)]).toEqual([true, true]);
    }
    const taken = async (id: string) => (await seatsOf(base.db, { subscription: id })).get('pupil')!.taken;
    const moved = {
      100: [
        ['ENTEleveClasses', '1$6B'],
        ['ENTEleveMEF', '10110012110'],
      ],
    } as const;
    await deliver(moved);
    for (const id of ['CLASSE', 'NIVEAU'])
      expect([id, await launch('100', id), await launch('101', id), await taken(id)]).toEqual([id, false, true, 10]);
    await settleDue(base.db, Date.now());
    expect([await taken('CLASSE'), await taken('NIVEAU')]).toEqual([9, 9]);
    const revision = await revisionOf(base.db, SCHOOL_A);
    await deliver(moved);
    expect(await revisionOf(base.db, SCHOOL_A)).toBe(revision);
  });

  it('whoever does not want to be known to a publisher is not at a new school either, from the first instant', async () => {
    const whole = { typeAffectation: 'ETABL', nbLicenceGlobale: 'ILLIMITE', publicCible: ['ELEVE'] };
    const none = { nbLicenceEleve: undefined, nbLicenceEnseignant: undefined };
    await subscribe('TOUS', { ...whole, ...none, uaiEtab: [SCHOOL_A, SCHOOL_B] });
    const person = await personOf('102');
    await declinePublisher(base.db, { person, publisher: goodResource.publisher.id, by: person, at: Date.now() });
    const gone = [
      ['ENTPersonStructRattach', '2'],
      ['ENTEleveClasses', '2$6Z'],
    ] as const;
    await deliver({ 102: gone, 103: gone });
    expect([await launch('102', 'TOUS', SCHOOL_B), await launch('103', 'TOUS', SCHOOL_B)]).toEqual([false, true]);
    expect(await launch('103', 'TOUS')).toBe(false);
  });
});
