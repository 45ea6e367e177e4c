// What is open at a school: its subscriptions, its agreement and the registry, each on its dates, and nothing that none of them says.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { up } from '../../migrations/0023_registry.ts';
import { verifyAudit } from '../../src/audit/audit.ts';
import { offersOf } from '../../src/directory/offers.ts';
import { ensureSchool } from '../../src/directory/schools.ts';
import type { Relation } from '../../src/facts/catalogue.ts';
import { currentFacts, type Fact, revisionOf } from '../../src/facts/facts.ts';
import { type Agreement, endAgreement, recordAgreement } from '../../src/resources/agreements.ts';
import { deriveDue, deriveNatures } from '../../src/resources/deriving.ts';
import { assignLicences } from '../../src/resources/licences.ts';
import { deriveOffers, MOST_AT_ONCE } from '../../src/resources/offers.ts';
import { recordResource, suspendResource, validateResource, withdrawResource } from '../../src/resources/registry.ts';
import { changeSubscription, createSubscription, removeSubscription } from '../../src/resources/subscriptions.ts';
import { may } from '../../src/rights/rights.ts';
import { type Db, FOREVER, inTransaction, onPostgres } from '../../src/storage/storage.ts';
import { ACADEMY, COLLEGE, deliverCast, ECOLE, LYCEE, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { good } from './good.ts';
import { goodResource } from './good-resource.ts';

const DAY = 86_400_000;
const conditions = ['subscribed', 'agreed', 'cleared', 'openTo'] as const;
const starts = Date.parse('2026-08-31T22:00:00Z');
const ends = Date.parse('2027-08-15T21:59:59Z');
const distributor = good.idDistributeurCom;
const etabl = {
  ...good,
  typeAffectation: 'ETABL',
  nbLicenceGlobale: 'ILLIMITE',
  nbLicenceEleve: undefined,
  nbLicenceEnseignant: undefined,
};

const agreement: Agreement = {
  reference: '12345678',
  collectivity: 'Département de la Meuse',
  siren: '225500016',
  academy: ACADEMY,
  state: 'signed',
  startsAt: NOW,
  endsAt: NOW + 100 * DAY,
  documentHash: 'ab'.repeat(32),
  schools: [COLLEGE, LYCEE],
};

describe.each(engines)('offers on $name', ({ open }) => {
  let base: TestDatabase;
  let at = NOW;
  let number = 0;
  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db);
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    at = NOW;
    const seats = ['licence_settlement', 'licence_seat', 'licence_assignment'];
    const tables = [
      ...seats,
      'offer_due',
      'offer',
      'subscription_school',
      'subscription',
      'agreement_school',
      'agreement',
    ];
    for (const table of [...tables, 'resource']) await base.db(table).delete();
    await base
      .db('fact')
      .whereIn('relation', ['connected', 'assigned', ...conditions])
      .delete();
  });

  const subscribe = (change: Record<string, unknown> = {}) => {
    number += 1;
    const id = `ABO-${number}`;
    const fields = { ...good, ...change, idAbonnement: id };
    return createSubscription(base.db, { id, fields, distributor, actor: 'maison', at });
  };
  const change = (id: string, fields: Record<string, unknown>) =>
    changeSubscription(base.db, { id, fields, partly: true, distributor, actor: 'maison', at });
  const remove = (id: string) => removeSubscription(base.db, { id, distributor, actor: 'maison', at });
  const agree = (more: Partial<Agreement> = {}) => recordAgreement(base.db, { ...agreement, ...more, by: 'op', at });
  const clear = async (id = goodResource.id) => {
    await recordResource(base.db, { ...goodResource, id, by: 'op', at });
    await validateResource(base.db, { id, attributes: ['PRE'], by: 'op', at });
  };
  const facts = (school: string, relations: readonly Relation[] = conditions) =>
    currentFacts(base.db, { school, relations, source: 'derived' });
  const told = (list: readonly Fact[]) =>
    list.map(({ relation, validFrom, validTo }) => [relation, validFrom, validTo]);
  /** Which conditions hold at a school at an instant, in the order of the list. */
  const holding = async (school: string, when: number) => {
    const live = (await facts(school)).filter(({ validFrom, validTo }) => validFrom <= when && when < validTo);
    return conditions.filter((one) => live.some(({ relation }) => relation === one));
  };

  it('a subscription, an agreement and a validation each make one condition, on its own dates', async () => {
    const { id } = await subscribe({ debutValidite: '2026-12-01T00:00:00' });
    const [offer] = await offersOf(base.db, { school: COLLEGE });
    expect(offer).toMatchObject({ subscription: id, school: COLLEGE, resource: goodResource.id });
    const begins = Date.parse('2026-11-30T23:00:00Z');
    expect(told(await facts(COLLEGE))).toEqual([['subscribed', begins, ends]]);
    await agree({ startsAt: NOW + DAY, endsAt: NOW + 2 * DAY });
    await clear();
    expect(told(await facts(COLLEGE))).toEqual([
      ['subscribed', begins, ends],
      ['agreed', NOW + DAY, NOW + 2 * DAY],
      ['cleared', NOW, FOREVER],
    ]);
    for (const fact of await facts(COLLEGE)) expect([fact.subject, fact.object]).toEqual([offer!.id, offer!.id]);
    expect((await facts(COLLEGE, ['agreed']))[0]!.properties).toEqual({ agreement: agreement.reference });
    expect(await facts(LYCEE)).toEqual([]);
  });

  it('what began before it was known is said from that instant on, and no earlier', async () => {
    await agree({ startsAt: NOW - 10 * DAY });
    await subscribe();
    expect(starts).toBeLessThan(NOW);
    expect(told(await facts(COLLEGE))).toEqual([
      ['subscribed', NOW, ends],
      ['agreed', NOW, agreement.endsAt],
    ]);
  });

  it('a subscription for the school as a whole opens to every public that it names, one by one', async () => {
    await subscribe({ ...etabl, publicCible: ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'] });
    const opened = await facts(COLLEGE, ['openTo']);
    expect(opened.map(({ properties }) => properties.audience)).toEqual(['pupil', 'teacher', 'librarian', 'staff']);
    expect(new Set(opened.map(({ subject }) => subject))).toEqual(new Set([COLLEGE]));
    expect(new Set(opened.map(({ validFrom, validTo }) => [validFrom, validTo].join()))).toEqual(
      new Set([[NOW, ends].join()]),
    );
    await subscribe();
    expect(await facts(COLLEGE, ['openTo'])).toHaveLength(4);
  });

  it('nothing that has not changed is written again', async () => {
    await subscribe(etabl);
    await agree();
    await clear();
    const before = await revisionOf(base.db, COLLEGE);
    at = NOW + DAY;
    for (let time = 0; time < 3; time += 1)
      expect(await deriveOffers(base.db, { school: COLLEGE, at: NOW + time * DAY, by: 'system' })).toEqual({
        revision: before,
        begun: 0,
        ended: 0,
      });
    await clear();
    await agree();
    expect(await revisionOf(base.db, COLLEGE)).toBe(before);
    expect(await offersOf(base.db, { school: COLLEGE })).toHaveLength(1);
  });

  it('ending the agreement closes its schools that instant, and another agreement keeps its own open', async () => {
    await subscribe({ uaiEtab: [COLLEGE, LYCEE] });
    await agree();
    await agree({ reference: 'second', schools: [LYCEE] });
    at = NOW + DAY;
    await endAgreement(base.db, { reference: agreement.reference, by: 'op', at });
    expect([await holding(COLLEGE, at - 1), await holding(COLLEGE, at)]).toEqual([
      ['subscribed', 'agreed'],
      ['subscribed'],
    ]);
    expect(await holding(LYCEE, at)).toEqual(['subscribed', 'agreed']);
  });

  it('suspended, validated again, withdrawn: closed and open wherever it is subscribed to, that instant', async () => {
    await subscribe({ uaiEtab: [COLLEGE, LYCEE] });
    await clear();
    const both = async (when: number) => [await holding(COLLEGE, when), await holding(LYCEE, when)];
    const [opened, closed] = [['subscribed', 'cleared'], ['subscribed']];
    const act = { id: goodResource.id, by: 'op' };
    await suspendResource(base.db, { ...act, at: NOW + DAY });
    await validateResource(base.db, { ...act, attributes: [], at: NOW + 2 * DAY });
    await withdrawResource(base.db, { ...act, at: NOW + 3 * DAY });
    for (const [when, expected] of [
      [NOW + DAY - 1, opened],
      [NOW + DAY, closed],
      [NOW + 2 * DAY - 1, closed],
      [NOW + 2 * DAY, opened],
      [NOW + 3 * DAY - 1, opened],
      [NOW + 3 * DAY, closed],
    ] as const)
      expect(await both(when)).toEqual([expected, expected]);
  });

  it('removed, it opens nothing from that instant on; what it opened until then stays known', async () => {
    const { id } = await subscribe(etabl);
    at = NOW + DAY;
    await remove(id);
    expect(await holding(COLLEGE, at)).toEqual([]);
    expect(await holding(COLLEGE, at - 1)).toEqual(['subscribed', 'openTo']);
    expect(await offersOf(base.db, { subscription: id })).toHaveLength(1);
  });

  it('changed, its end and its public follow, and its offer stays the same one', async () => {
    const { id } = await subscribe(etabl);
    const [offer] = await offersOf(base.db, { subscription: id });
    at = NOW + DAY;
    await change(id, { finValidite: '2026-12-24T00:00:00', publicCible: ['ENSEIGNANT'] });
    const last = Date.parse('2026-12-23T23:00:00Z');
    const live = (await facts(COLLEGE)).filter(({ validTo }) => validTo > at);
    expect(live.map(({ relation, properties, validTo }) => [relation, properties.audience, validTo])).toEqual([
      ['subscribed', undefined, last],
      ['openTo', 'teacher', last],
    ]);
    await change(id, { typeAffectation: 'INDIV' });
    expect(await holding(COLLEGE, at)).toEqual(['subscribed']);
    expect(await offersOf(base.db, { subscription: id })).toEqual([offer]);
  });

  it('who is no longer of its public, or whom it no longer lasts for, loses the licence in the same act', async () => {
    const { id } = await subscribe();
    const [paul, tom] = [await personOf(base.db, 'paul'), await personOf(base.db, 'tom')];
    for (const key of [paul, tom])
      await assignLicences(base.db, {
        subscription: id,
        school: COLLEGE,
        target: { kind: 'person', key },
        by: 'op',
        at,
      });
    const seated = async (when: number) => {
      const assigned = await facts(COLLEGE, ['assigned']);
      const live = assigned.filter(({ validFrom, validTo }) => validFrom <= when && when < validTo);
      return live.map(({ subject }) => subject).sort();
    };
    expect(await seated(NOW)).toEqual([paul, tom].sort());
    at = NOW + DAY;
    await change(id, { publicCible: ['ELEVE'], nbLicenceEnseignant: '' });
    expect([await seated(at - 1), await seated(at)]).toEqual([[paul, tom].sort(), [paul]]);
    await change(id, { finValidite: '2026-11-20T00:00:00' });
    const last = Date.parse('2026-11-19T23:00:00Z');
    expect([await seated(last - 1), await seated(last)]).toEqual([[paul], []]);
    at = NOW + 2 * DAY;
    await remove(id);
    expect([await seated(at - 1), await seated(at)]).toEqual([[paul], []]);
  });

  it('its resource stays what it was, however its ARK is written', async () => {
    const { id } = await subscribe();
    await change(id, { idRessource: `https://n2t.net/${good.idRessource}` });
    await expect(change(id, { idRessource: 'ark:/49591/another' })).rejects.toMatchObject({
      details: { violations: [{ rule: 'UNCHANGED', field: 'idRessource' }] },
    });
    await clear();
    expect(await holding(COLLEGE, NOW)).toEqual(['subscribed', 'cleared']);
  });

  it('a resource that is not registered is not cleared; one that begins like it clears nothing', async () => {
    await subscribe();
    await clear(`${goodResource.id}p`);
    await recordResource(base.db, { ...goodResource, by: 'op', at });
    expect(await holding(COLLEGE, NOW)).toEqual(['subscribed']);
  });

  it('whom it opens to: the publics it names, at its school, while subscription, agreement and validation all hold', async () => {
    const names = ['paul', 'tom', 'diane', 'carla', 'helene', 'sylvie', 'paula', 'noe'] as const;
    const { id } = await subscribe({
      ...etabl,
      publicCible: ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'],
    });
    const [offer] = await offersOf(base.db, { subscription: id });
    const opened = async (when: number) => {
      const answers = await Promise.all(
        names.map(async (name) => {
          const person = await personOf(base.db, name);
          const asked = { person, action: 'launch', resource: { type: 'offer', id: offer!.id } } as const;
          return (await may(base.db, { ...asked, when: { at: when } })).allowed ? [name] : [];
        }),
      );
      return answers.flat().join(' ');
    };
    const all = 'paul tom diane carla helene';
    expect(await opened(NOW)).toBe('');
    await agree({ endsAt: NOW + 10 * DAY });
    expect(await opened(NOW)).toBe('');
    await clear();
    expect(await opened(NOW)).toBe(all);
    expect([await opened(NOW + 10 * DAY - 1), await opened(NOW + 10 * DAY)]).toEqual([all, '']);
    at = NOW + DAY;
    await change(id, { publicCible: ['ENSEIGNANT'] });
    expect([await opened(at - 1), await opened(at)]).toEqual([all, 'tom']);
    await suspendResource(base.db, { id: goodResource.id, by: 'op', at: at + DAY });
    expect([await opened(at + DAY - 1), await opened(at + DAY)]).toEqual(['tom', '']);
    await validateResource(base.db, { id: goodResource.id, attributes: [], by: 'op', at: at + 2 * DAY });
    expect(await opened(at + 2 * DAY)).toBe('tom');
    at += 3 * DAY;
    await remove(id);
    expect([await opened(at - 1), await opened(at)]).toEqual(['tom', '']);
  });

  it('ending an agreement changes nothing but what an agreement says', async () => {
    await subscribe(etabl);
    await agree();
    await clear();
    const rest = async () =>
      (await currentFacts(base.db, { school: COLLEGE }))
        .filter(({ relation }) => relation !== 'agreed' && relation !== 'connected')
        .map(({ id, validTo }) => [id, validTo]);
    const before = await rest();
    await endAgreement(base.db, { reference: agreement.reference, by: 'op', at: NOW + DAY });
    expect(await rest()).toEqual(before);
    expect(before.length).toBeGreaterThan(20);
  });

  it('what is refused derives nothing', async () => {
    await expect(subscribe({ uaiEtab: [COLLEGE, '0999999Z'] })).rejects.toMatchObject({ code: 'subscription_refused' });
    expect([await facts(COLLEGE), await offersOf(base.db, { school: COLLEGE })]).toEqual([[], []]);
    const { id } = await subscribe(etabl);
    const before = await facts(COLLEGE);
    await expect(change(id, { nbLicenceGlobale: '-1' })).rejects.toMatchObject({ code: 'subscription_refused' });
    await expect(
      removeSubscription(base.db, { id, distributor: '552081317_0000000121032683', actor: 'autre', at }),
    ).rejects.toMatchObject({ code: 'unknown_subscription' });
    expect(await facts(COLLEGE)).toEqual(before);
  });

  it('thirty acts at once on one school leave what the last ones say, once each, and the trail whole', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => subscribe(etabl)));
    await Promise.all([
      ...made.slice(0, 5).map(({ id }) => remove(id)),
      ...made.slice(5).map(({ id }) => change(id, { publicCible: ['ELEVE'] })),
      ...Array.from({ length: 10 }, () => agree()),
      clear(),
    ]);
    const live = (await facts(COLLEGE)).filter(({ validTo }) => validTo > NOW);
    const count = (relation: Relation) => live.filter((fact) => fact.relation === relation).length;
    expect(conditions.map(count)).toEqual([5, 5, 5, 5]);
    expect(await verifyAudit(base.db)).not.toHaveProperty('firstBad');
  });

  it('a resource that is suspended while it is being subscribed to is open nowhere afterwards', async () => {
    await clear();
    const act = { id: goodResource.id, by: 'op', at };
    const places = [COLLEGE, LYCEE, ECOLE];
    for (let time = 0; time < 8; time += 1) {
      const made = places.map((school) => subscribe({ uaiEtab: [school] }));
      await Promise.all([...made, suspendResource(base.db, act)]);
      for (const school of places) expect(await holding(school, NOW)).toEqual(['subscribed']);
      const more = places.map((school) => subscribe({ uaiEtab: [school] }));
      await Promise.all([...more, validateResource(base.db, { ...act, attributes: ['PRE'] })]);
      const offers = (await offersOf(base.db, { resource: goodResource.id })).map(({ id }) => id).sort();
      const cleared = await Promise.all(places.map((school) => facts(school, ['cleared'])));
      const live = cleared.flat().filter(({ validTo }) => validTo > NOW);
      expect(live.map(({ subject }) => subject).sort()).toEqual(offers);
    }
  });

  describe('a resource that is suspended while another act makes an offer of it', () => {
    const waiting = () =>
      base.db('pg_stat_activity').whereRaw(`datname = current_database() and wait_event_type = 'Lock'`);
    /** The resource is suspended as soon as the act is done, and before it is committed. */
    const suspendedDuring = async (act: (tx: Db) => Promise<unknown>) => {
      let suspended: Promise<void> | undefined;
      await inTransaction(base.db, async (tx) => {
        await act(tx);
        suspended = suspendResource(base.db, { id: goodResource.id, by: 'op', at: at + 1 });
        if (onPostgres(tx)) await vi.waitFor(async () => expect(await waiting()).toHaveLength(1), 5_000);
      });
      await suspended;
    };
    const ofNature = { ...etabl, uaiEtab: undefined, codeNatureUAI: '340' };
    const fresh = '0900088Z';
    beforeEach(() => clear());
    afterEach(() => base.db('school').where({ uai: fresh }).update({ kind: 'fermé' }));
    /** A collège that nobody has looked at since it came. */
    const arrive = () =>
      ensureSchool(base.db, { uai: fresh, name: 'Collège neuf', kind: 'collège', degree: 2, academy: ACADEMY });

    it('a subscription that changes', async () => {
      const { id } = await subscribe(ofNature);
      await arrive();
      const fields = { commentaireAbonnement: 'relu' };
      await suspendedDuring((tx) =>
        changeSubscription(tx, { id, fields, partly: true, distributor, actor: 'maison', at }),
      );
      expect([await holding(COLLEGE, at + 1), await holding(fresh, at + 1)]).toEqual([
        ['subscribed', 'openTo'],
        ['subscribed', 'openTo'],
      ]);
    });

    it('an agreement that comes', async () => {
      await subscribe(ofNature);
      await arrive();
      const schools = [COLLEGE, fresh];
      await suspendedDuring((tx) => recordAgreement(tx, { ...agreement, schools, by: 'op', at }));
      const left = ['subscribed', 'agreed', 'openTo'];
      expect([await holding(COLLEGE, at + 1), await holding(fresh, at + 1)]).toEqual([left, left]);
    });

    it('whatever else makes it: the job looks again wherever it is subscribed to and not offered yet', async () => {
      await subscribe(ofNature);
      await arrive();
      await suspendResource(base.db, { id: goodResource.id, by: 'op', at: at + 1 });
      expect(await base.db('offer_due').pluck('school')).toEqual([fresh]);
    });
  });

  it('subscriptions that were there before the registry was open what they open, by the job', async () => {
    await subscribe({ uaiEtab: [COLLEGE, LYCEE] });
    await base.db('offer').delete();
    await base
      .db('fact')
      .whereIn('relation', [...conditions])
      .delete();
    const later = ['free_opening'];
    for (const table of [...later, 'assignment_report', 'offer_due', 'resource']) await base.db.schema.dropTable(table);
    await up(base.db);
    // what a later migration adds
    await base.db.schema.alterTable('resource', (table) => {
      table.text('free').notNullable().defaultTo('[]');
      for (const name of ['asked_url', 'asked_schools']) table.text(name);
    });
    await base.db.schema.createTable('free_opening', (table) => {
      for (const name of ['school', 'resource', 'audience']) table.text(name).notNullable();
      table.bigInteger('opened_at').notNullable();
    });
    await deriveDue(base.db, NOW);
    expect([await holding(COLLEGE, NOW), await holding(LYCEE, NOW)]).toEqual([['subscribed'], ['subscribed']]);
  });

  describe('for all schools of a nature', () => {
    const ofNature = (codeNatureUAI: string) => ({ ...etabl, uaiEtab: undefined, codeNatureUAI });

    it('opens at those of the nature, and at no other', async () => {
      await subscribe(ofNature('340'));
      expect([await holding(COLLEGE, NOW), await holding(LYCEE, NOW), await holding(ECOLE, NOW)]).toEqual([
        ['subscribed', 'openTo'],
        [],
        [],
      ]);
    });

    it('opens at a school that comes later, and closes at one that becomes another', async () => {
      const { id } = await subscribe(ofNature('340'));
      const school = { uai: '0900077Z', name: 'Collège neuf', kind: 'collège', degree: 2, academy: ACADEMY } as const;
      await ensureSchool(base.db, school);
      for (const when of [NOW + 1, NOW + 2]) {
        await deriveNatures(base.db, when);
        await deriveDue(base.db, when);
      }
      expect(await holding(school.uai, NOW + 1)).toEqual(['subscribed', 'openTo']);
      await ensureSchool(base.db, { ...school, kind: 'lycée' });
      await deriveNatures(base.db, NOW + DAY);
      await deriveDue(base.db, NOW + DAY);
      expect(await holding(school.uai, NOW + DAY)).toEqual([]);
      expect(await offersOf(base.db, { subscription: id })).toHaveLength(2);
      await remove(id);
      await base.db('school').where({ uai: school.uai }).update({ kind: 'fermé' });
    });

    it('more schools than one act opens follow by the job, and close at once, whatever closes them', async () => {
      const uais = Array.from({ length: MOST_AT_ONCE + 20 }, (_, place) => `08${String(place).padStart(5, '0')}Z`);
      for (const uai of uais)
        await ensureSchool(base.db, { uai, name: uai, kind: 'EREA', degree: 2, academy: ACADEMY });
      const opened = async (when: number) => {
        const found = await Promise.all(uais.map((uai) => holding(uai, when)));
        return found.filter((each) => each.includes('subscribed')).length;
      };
      const { id } = await subscribe(ofNature('370'));
      expect(await opened(NOW)).toBe(MOST_AT_ONCE);
      await deriveDue(base.db, NOW);
      expect(await opened(NOW)).toBe(uais.length);
      at = NOW + DAY;
      await clear();
      await deriveDue(base.db, at);
      const cleared = async (when: number) =>
        (await Promise.all(uais.map((uai) => holding(uai, when)))).filter((each) => each.includes('cleared')).length;
      expect(await cleared(at)).toBe(uais.length);
      at = NOW + 2 * DAY;
      await suspendResource(base.db, { id: goodResource.id, by: 'op', at });
      expect([await cleared(at), await cleared(at - 1)]).toEqual([0, uais.length]);
      at = NOW + 3 * DAY;
      await remove(id);
      expect([await opened(at), await opened(at - 1)]).toEqual([0, uais.length]);
      await Promise.all([deriveDue(base.db, at), deriveDue(base.db, at)]);
      expect([await opened(at), await opened(at - 1)]).toEqual([0, uais.length]);
      expect(await base.db('offer_due')).toEqual([]);
    });
  });
});
