// Licences: given whole or not at all, one seat for one person, to those who are there, in the order of arrival.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { findAudience } from '../../src/directory/audiences.ts';
import { applyDelivery, type SchoolDelivery } from '../../src/directory/directory.ts';
import { levelsAt } from '../../src/directory/levels.ts';
import { offersOf } from '../../src/directory/offers.ts';
import { currentFacts, factsAbout, revisionOf } from '../../src/facts/facts.ts';
import { deriveDue, deriveNatures } from '../../src/resources/deriving.ts';
import {
  type Assignment,
  assignLicences,
  licencesAt,
  purgeLicences,
  seatsOf,
  settleDue,
  type Target,
  takeBack,
} from '../../src/resources/licences.ts';
import { changeSubscription, createSubscription, removeSubscription } from '../../src/resources/subscriptions.ts';
import { type CastName, COLLEGE, cast, college, deliverCast, ECOLE, LYCEE, lycee, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { good } from './good.ts';

const DAY = 86_400_000;
const distributor = good.idDistributeurCom;
const ends = Date.parse('2027-08-15T21:59:59Z');
const one = { ...good, nbLicenceEleve: '1', nbLicenceEnseignant: undefined, publicCible: ['ELEVE'] };

describe.each(engines)('licences on $name', ({ open }) => {
  let base: TestDatabase;
  let number = 0;
  let at = NOW;
  /** Whether the schools are as the cast has them: a test that delivered something else leaves them otherwise. */
  let asCast = true;
  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db);
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    // each test at an hour of its own: what another delivered is history
    at += 3_600_000;
    if (!asCast) for (const delivery of [college(at), lycee(at)]) await deliver(delivery);
    asCast = true;
    await settleDue(base.db, at);
  });

  const deliver = (delivery: SchoolDelivery) => {
    asCast = false;
    return applyDelivery(base.db, delivery);
  };
  const key = (name: CastName) => personOf(base.db, name);
  const subscribe = async (fields: Record<string, unknown> = {}): Promise<string> => {
    number += 1;
    const id = `ABO-${number}`;
    await createSubscription(base.db, {
      id,
      fields: { ...good, ...fields, idAbonnement: id },
      distributor,
      actor: 'maison',
      at,
    });
    return id;
  };
  const rewrite = (id: string, fields: Record<string, unknown>) => {
    at += 1;
    return changeSubscription(base.db, { id, fields, partly: true, distributor, actor: 'maison', at });
  };
  const remove = (id: string) => {
    at += 1;
    return removeSubscription(base.db, { id, distributor, actor: 'maison', at });
  };
  const classOf = async (code: string, kind: 'class' | 'group' = 'class') =>
    (await findAudience(base.db, { school: code === 'T1' ? LYCEE : COLLEGE, year: 2026, kind, code })).id;
  const person = async (name: CastName): Promise<Target> => ({ kind: 'person', key: await key(name) });
  const give = (subscription: string, target: Target, school: string = COLLEGE): Promise<Assignment> =>
    assignLicences(base.db, { subscription, school, target, by: 'op', at });
  const settle = () => settleDue(base.db, at);
  const back = ({ id }: Assignment) => takeBack(base.db, { id, by: 'op', at });
  const seats = async (subscription: string, audience: 'pupil' | 'teacher' | 'staff' | 'librarian' = 'pupil') =>
    (await seatsOf(base.db, { subscription })).get(audience);
  const factsOf = async (subscription: string, school: string = COLLEGE) => {
    const [offer] = await offersOf(base.db, { subscription, school });
    return currentFacts(base.db, { school, relations: ['assigned'], object: offer!.id, endingAfter: at });
  };
  /** The members of the cast who have a licence, as a set of first names. */
  const holders = async (subscription: string, school: string = COLLEGE) => {
    const found: string[] = [];
    for (const { subject } of await factsOf(subscription, school))
      found.push(
        ((await base.db('person').where({ id: subject }).first('given_name')) as { given_name: string }).given_name,
      );
    return found.sort();
  };
  const standing = async (subscription: string, school: string = COLLEGE) =>
    (await licencesAt(base.db, { school, at })).find((each) => each.subscription.id === subscription)!;
  const stored = async () => ({
    given: await base.db('licence_assignment').select('id', 'taken_at').orderBy('id'),
    seats: await base.db('licence_seat').orderBy(['subscription', 'school', 'person']),
    revision: await revisionOf(base.db, COLLEGE),
  });
  const without = (delivery: SchoolDelivery, id: string): SchoolDelivery => ({
    ...delivery,
    facts: delivery.facts.filter(
      ({ subject, object }) =>
        !('person' in subject && subject.person === id) && !('person' in object && object.person === id),
    ),
    persons: delivery.persons.filter(({ externalId }) => externalId !== id),
  });
  /** The collège with pupils added to 6A, each with a number of their own. */
  const crowded = (ids: readonly string[], more: { validFrom?: number; validTo?: number } = {}): SchoolDelivery => {
    const delivery = college(at);
    return {
      ...delivery,
      persons: [
        ...delivery.persons,
        ...ids.map((externalId) => ({
          academy: delivery.school.academy,
          externalId,
          givenName: `N${externalId}`,
          familyName: 'Nouveau',
        })),
      ],
      facts: [
        ...delivery.facts,
        ...ids.flatMap((id) => [
          { relation: 'attends', subject: { person: id }, object: { school: true }, ...more } as const,
          { relation: 'enrolled', subject: { person: id }, object: { class: '6A' }, ...more } as const,
        ]),
      ],
    };
  };

  it('a licence for one pupil is one seat, one fact, and ends with the subscription at the latest', async () => {
    const id = await subscribe({ finValidite: '2027-03-01T00:00:00' });
    await give(id, await person('paul'));
    expect(await seats(id)).toEqual({ total: 320, taken: 1, left: 319 });
    const [fact] = await factsOf(id);
    expect(fact).toMatchObject({
      relation: 'assigned',
      source: 'derived',
      properties: { audience: 'pupil' },
      validFrom: at,
    });
    expect(fact!.validTo).toBe(Date.parse('2027-02-28T23:00:00Z'));
    await expect(verifyAudit(base.db)).resolves.toBeDefined();
  });

  it('and with the membership, where that ends before', async () => {
    const id = await subscribe({ finValidite: undefined, anneeFinValidite: '2027-2029' });
    await give(id, await person('paul'));
    const [attends] = await factsAbout(base.db, 'subject', await key('paul'), at, ['attends']);
    expect((await factsOf(id))[0]!.validTo).toBe(attends!.validTo);
  });

  it('the eleventh of ten is refused, and nothing is stored', async () => {
    await deliver(crowded(Array.from({ length: 10 }, (_, place) => String(9000 + place))));
    const id = await subscribe({ ...one, nbLicenceEleve: '10' });
    const rows = await base.db('external_identity').where('external_id', 'like', '90__').orderBy('external_id');
    for (const row of rows) await give(id, { kind: 'person', key: row.person });
    expect(await seats(id)).toEqual({ total: 10, taken: 10, left: 0 });
    const before = await stored();
    await expect(give(id, await person('paul'))).rejects.toMatchObject({
      code: 'licences_missing',
      details: { missing: 1, wanted: 1 },
    });
    expect(await stored()).toEqual(before);
  });

  it('a class is given whole, or not at all', async () => {
    const ids = Array.from({ length: 28 }, (_, place) => String(9100 + place));
    await deliver(crowded(ids));
    const id = await subscribe({ ...one, nbLicenceEleve: '25' });
    const before = await stored();
    const target = { kind: 'class', key: await classOf('6A') } as const;
    await expect(give(id, target)).rejects.toMatchObject({
      code: 'licences_missing',
      details: { missing: 5, wanted: 30 },
    });
    expect(await stored()).toEqual(before);
    await rewrite(id, { nbLicenceEleve: '30' });
    await give(id, target);
    expect(await seats(id)).toEqual({ total: 30, taken: 30, left: 0 });
    expect(await factsOf(id)).toHaveLength(30);
  });

  it('of five hundred who take the last licence at once, one gets it', async () => {
    const id = await subscribe(one);
    const targets = [await person('paul'), await person('ines'), await person('lucas'), await person('zoe')];
    const tried = await Promise.allSettled(
      Array.from({ length: 500 }, (_, place) =>
        assignLicences(base.db, {
          subscription: id,
          school: COLLEGE,
          target: targets[place % 4]!,
          by: `p${place}`,
          at,
        }),
      ),
    );
    const given = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value.id] : []));
    const refused = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason.code ?? each.reason.name] : []));
    // saying again what was given is no second licence
    expect(new Set(given).size).toBe(1);
    // on a machine that has other work, those whose turn does not come in ten seconds get none either
    expect(refused.filter((code) => !['licences_missing', 'KnexTimeoutError'].includes(code))).toEqual([]);
    expect(refused).toContain('licences_missing');
    expect(await seats(id)).toEqual({ total: 1, taken: 1, left: 0 });
    expect(await holders(id)).toHaveLength(1);
  }, 60_000);

  it('of two schools that take the last licence at once, one gets it', async () => {
    const [paul, noe, ines] = [await person('paul'), await person('noe'), await person('ines')];
    for (let turn = 0; turn < 10; turn += 1) {
      const id = await subscribe({ ...one, uaiEtab: [COLLEGE, LYCEE] });
      const tried = await Promise.allSettled([give(id, paul), give(id, noe, LYCEE), give(id, ines)]);
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await seats(id)).toEqual({ total: 1, taken: 1, left: 0 });
    }
  });

  it('what is taken back is free at once', async () => {
    const id = await subscribe(one);
    const given = await give(id, await person('paul'));
    await expect(give(id, await person('ines'))).rejects.toMatchObject({ code: 'licences_missing' });
    at += 1_000;
    await back(given);
    expect(await holders(id)).toEqual([]);
    await give(id, await person('ines'));
    expect(await holders(id)).toEqual(['Inès']);
    await expect(back(given)).rejects.toMatchObject({ code: 'nothing_to_end' });
  });

  it('giving the same again, or taking it back twice at once, is done once', async () => {
    const id = await subscribe(one);
    const target = await person('paul');
    const [first, second] = await Promise.all([give(id, target), give(id, target)]);
    expect(second.id).toBe(first.id);
    const ended = await Promise.allSettled([back(first), back(first)]);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('giving a class again is refused while somebody of it waits, and says for how many', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '2' });
    const target = { kind: 'class', key: await classOf('6A') } as const;
    const first = await give(id, target);
    expect((await give(id, target)).id).toBe(first.id);
    at += DAY;
    await deliver(crowded(['9201']));
    for (const settled of [false, true]) {
      if (settled) await settle();
      await expect(give(id, target)).rejects.toMatchObject({
        code: 'licences_missing',
        details: { missing: 1, wanted: 3 },
      });
    }
    expect(await holders(id)).toEqual(['Inès', 'Paul']);
    await rewrite(id, { nbLicenceEleve: '3' });
    expect((await give(id, target)).id).toBe(first.id);
    expect(await holders(id)).toEqual(['Inès', 'N9201', 'Paul']);
  });

  const strangers: readonly (readonly [what: string, name: CastName])[] = [
    ['a parent', 'paula'],
    ['a pupil of another school', 'noe'],
    ['a teacher of another school', 'lise'],
    ['the secretariat', 'sylvie'],
    ['the bursar', 'berthe'],
    ['somebody whom the subscription is not for', 'diane'],
  ];
  it.each(strangers)('%s is refused, as anybody unknown is', async (_, name) => {
    const id = await subscribe();
    const before = await stored();
    await expect(give(id, await person(name))).rejects.toMatchObject({ code: 'licence_target_refused', details: {} });
    await expect(give(id, { kind: 'person', key: 'nobody' })).rejects.toMatchObject({
      code: 'licence_target_refused',
      details: {},
    });
    expect(await stored()).toEqual(before);
  });

  const targetsRefused: readonly (readonly [what: string, target: () => Promise<Target>])[] = [
    ['a class of another school', async () => ({ kind: 'class', key: await classOf('T1') })],
    ['a group named as a class', async () => ({ kind: 'class', key: await classOf('6LAT', 'group') })],
    ['a class named as a group', async () => ({ kind: 'group', key: await classOf('6A') })],
    ['a class that is not there', async () => ({ kind: 'class', key: 'nowhere' })],
    ['a level that nobody has', async () => ({ kind: 'level', key: '99999999999' })],
    ['an audience that it is not for', async () => ({ kind: 'audience', key: 'librarian' })],
    ['an audience that there is not', async () => ({ kind: 'audience', key: 'parent' })],
  ];
  it.each(targetsRefused)('%s is refused', async (_, target) => {
    const id = await subscribe();
    const before = await stored();
    await expect(give(id, await target())).rejects.toMatchObject({ code: 'licence_target_refused' });
    expect(await stored()).toEqual(before);
  });

  it('a class stands for its pupils, a group for its own, an audience for all of it', async () => {
    const id = await subscribe({
      publicCible: ['ELEVE', 'ENSEIGNANT', 'AUTRE PERSONNEL'],
      nbLicenceAutrePersonnel: '9',
    });
    const given = await give(id, { kind: 'class', key: await classOf('6A') });
    expect(await holders(id)).toEqual(['Inès', 'Paul']);
    await back(given);
    const group = await give(id, { kind: 'group', key: await classOf('6LAT', 'group') });
    expect(await holders(id)).toEqual(['Lucas', 'Paul']);
    await back(group);
    const teachers = await give(id, { kind: 'audience', key: 'teacher' });
    expect(await holders(id)).toEqual(['Olga', 'Tania', 'Théo', 'Tom']);
    await back(teachers);
    await give(id, { kind: 'audience', key: 'staff' });
    expect(await holders(id)).toEqual(['Carla', 'David', 'Hélène']);
  });

  it('a level stands for its pupils, whatever their class, as the state says it', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '3' });
    const sixth = { code: '10010012110', label: '6EME' };
    const levels = [
      { person: '2001', ...sixth },
      { person: '2003', ...sixth },
      { person: '2004', code: '10110012110', label: '5EME' },
    ];
    await deliver({ ...college(at), levels });
    expect(await levelsAt(base.db, COLLEGE)).toEqual([{ code: '10110012110', label: '5EME' }, sixth]);
    await give(id, { kind: 'level', key: sixth.code });
    expect(await holders(id)).toEqual(['Lucas', 'Paul']);
    at += DAY;
    await deliver({ ...college(at), levels: levels.map((each) => ({ ...each, ...sixth })) });
    await settle();
    expect(await holders(id)).toEqual(['Lucas', 'Paul', 'Zoé']);
    at += DAY;
    await deliver({ ...college(at), levels: levels.slice(1) });
    await settle();
    expect(await holders(id)).toEqual(['Lucas']);
  });

  it('somebody whom two assignments cover takes one seat, and keeps it until both are gone', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '2' });
    const whole = await give(id, { kind: 'class', key: await classOf('6A') });
    const alone = await give(id, await person('paul'));
    expect(await seats(id)).toEqual({ total: 2, taken: 2, left: 0 });
    await back(whole);
    expect(await holders(id)).toEqual(['Paul']);
    expect(await seats(id)).toEqual({ total: 2, taken: 1, left: 1 });
    await back(alone);
    expect(await seats(id)).toEqual({ total: 2, taken: 0, left: 2 });
    expect(await holders(id)).toEqual([]);
  });

  it('newcomers of a class get what is left in the order of arrival, and the others wait', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '3' });
    await give(id, { kind: 'class', key: await classOf('6A') });
    at += DAY;
    await deliver(crowded(['9301']));
    at += DAY;
    await deliver(crowded(['9301', '9302', '9303']));
    await settle();
    expect(await holders(id)).toEqual(['Inès', 'N9301', 'Paul']);
    expect(await standing(id)).toMatchObject({ seated: 3, waiting: 2 });
    // who waits gets what others give back, the first first
    at += DAY;
    await deliver(without(crowded(['9301', '9302', '9303']), '2002'));
    await settle();
    const now = await holders(id);
    expect(now).toHaveLength(3);
    expect(now).toContain('N9301');
    expect(now).not.toContain('Inès');
    expect(await standing(id)).toMatchObject({ seated: 3, waiting: 1 });
  });

  it('what waits is served before what is asked later', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '2' });
    await give(id, { kind: 'class', key: await classOf('6A') });
    at += DAY;
    await deliver(crowded(['9401']));
    await settle();
    at += 1;
    // for whoever waits before them too, or what the distributor adds would not be enough
    const missing = (count: number) => ({ code: 'licences_missing', details: { missing: count, wanted: 1 } });
    await expect(give(id, await person('zoe'))).rejects.toMatchObject(missing(2));
    await rewrite(id, { nbLicenceEleve: '3' });
    at += 1;
    await expect(give(id, await person('zoe'))).rejects.toMatchObject(missing(1));
    await settle();
    expect(await holders(id)).toEqual(['Inès', 'N9401', 'Paul']);
  });

  it('whoever leaves the school has no licence from that instant on, and the seat is free once it is settled', async () => {
    const id = await subscribe(one);
    await give(id, await person('paul'));
    at += DAY;
    await deliver(without(college(at), '2001'));
    expect(await holders(id)).toEqual([]);
    await settle();
    expect(await seats(id)).toEqual({ total: 1, taken: 0, left: 1 });
    // who comes back has again what was never taken back
    at += DAY;
    await deliver(college(at));
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
  });

  it('whoever changes class loses what the class was given, and gets what the other was', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '2' });
    await give(id, { kind: 'class', key: await classOf('6B') });
    expect(await holders(id)).toEqual(['Lucas']);
    at += DAY;
    const delivery = college(at);
    const moved = delivery.facts.map((fact) =>
      fact.relation === 'enrolled' && 'person' in fact.subject && 'class' in fact.object
        ? { ...fact, object: { class: { 2001: '6B', 2003: '6A' }[fact.subject.person] ?? fact.object.class } }
        : fact,
    );
    await deliver({ ...delivery, facts: moved });
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
  });

  it('a membership that begins or ends on its date is followed on that date', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '9' });
    await give(id, { kind: 'class', key: await classOf('6A') });
    await deliver(crowded(['9501'], { validFrom: at + 5 * DAY, validTo: at + 9 * DAY }));
    await settle();
    expect(await holders(id)).toEqual(['Inès', 'Paul']);
    at += 5 * DAY - 1;
    await settle();
    expect(await holders(id)).toEqual(['Inès', 'Paul']);
    at += 1;
    await settle();
    expect(await holders(id)).toEqual(['Inès', 'N9501', 'Paul']);
    at += 4 * DAY - 1;
    expect(await holders(id)).toEqual(['Inès', 'N9501', 'Paul']);
    at += 1;
    expect(await holders(id)).toEqual(['Inès', 'Paul']);
    await settle();
    expect(await seats(id)).toEqual({ total: 9, taken: 2, left: 7 });
  });

  it('lowering the number under what is taken takes nothing back, and gives nothing more', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: '3' });
    const pair = await give(id, { kind: 'class', key: await classOf('6A') });
    await give(id, await person('zoe'));
    await rewrite(id, { nbLicenceEleve: '1' });
    await settle();
    expect(await seats(id)).toEqual({ total: 1, taken: 3, left: 0 });
    expect(await holders(id)).toEqual(['Inès', 'Paul', 'Zoé']);
    // as many as it takes: the two that are over, and one more
    const missing = (count: number) => ({ code: 'licences_missing', details: { missing: count, wanted: 1 } });
    await expect(give(id, await person('lucas'))).rejects.toMatchObject(missing(3));
    // one is still over: nobody new gets in until what is taken is under what there is
    await back(pair);
    await expect(give(id, await person('lucas'))).rejects.toMatchObject(missing(1));
    await rewrite(id, { nbLicenceEleve: '2' });
    await give(id, await person('lucas'));
    expect(await holders(id)).toEqual(['Lucas', 'Zoé']);
  });

  it('licences counted together are shared by audiences, and by all the schools of the subscription', async () => {
    const shared = { ...good, uaiEtab: [COLLEGE, LYCEE], nbLicenceEleve: undefined, nbLicenceEnseignant: undefined };
    const id = await subscribe({ ...shared, nbLicenceGlobale: '3' });
    await give(id, await person('paul'));
    await give(id, await person('tom'));
    await give(id, await person('noe'), LYCEE);
    expect(await seats(id, 'pupil')).toEqual({ total: 3, taken: 3, left: 0 });
    expect(await seats(id, 'teacher')).toEqual({ total: 3, taken: 3, left: 0 });
    await expect(give(id, await person('lise'), LYCEE)).rejects.toMatchObject({ code: 'licences_missing' });
  });

  it('what one school gives back reaches who waits at another', async () => {
    const id = await subscribe({ ...one, uaiEtab: [COLLEGE, LYCEE], nbLicenceEleve: '2' });
    await give(id, { kind: 'class', key: await classOf('T1') }, LYCEE);
    const paul = await give(id, await person('paul'));
    at += DAY;
    const more = lycee(at);
    await deliver({
      ...more,
      persons: [
        ...more.persons,
        { academy: more.school.academy, externalId: '9601', givenName: 'N9601', familyName: 'Nouveau' },
      ],
      facts: [
        ...more.facts,
        { relation: 'attends', subject: { person: '9601' }, object: { school: true } },
        { relation: 'enrolled', subject: { person: '9601' }, object: { class: 'T1' } },
      ],
    });
    await settle();
    expect(await holders(id, LYCEE)).toEqual(['Noé']);
    expect(await standing(id, LYCEE)).toMatchObject({ waiting: 1 });
    await back(paul);
    expect(await holders(id, LYCEE)).toEqual(['N9601', 'Noé']);
    expect(await standing(id, LYCEE)).toMatchObject({ waiting: 0 });
  });

  it('a person of two schools of a subscription takes one licence, and has it at both', async () => {
    const id = await subscribe({ ...one, uaiEtab: [COLLEGE, LYCEE] });
    const more = lycee(at);
    await deliver({
      ...more,
      persons: [...more.persons, college(at).persons.find(({ externalId }) => externalId === '2001')!],
      facts: [...more.facts, { relation: 'attends', subject: { person: '2001' }, object: { school: true } }],
    });
    const here = await give(id, await person('paul'));
    await give(id, await person('paul'), LYCEE);
    expect(await seats(id)).toEqual({ total: 1, taken: 1, left: 0 });
    expect([await holders(id), await holders(id, LYCEE)]).toEqual([['Paul'], ['Paul']]);
    await back(here);
    expect(await seats(id)).toEqual({ total: 1, taken: 1, left: 0 });
    expect([await holders(id), await holders(id, LYCEE)]).toEqual([[], ['Paul']]);
  });

  it('as many as are wanted are given where the number is ILLIMITE', async () => {
    const id = await subscribe({ ...one, nbLicenceEleve: 'ILLIMITE' });
    await give(id, { kind: 'audience', key: 'pupil' });
    expect(await seats(id)).toEqual({ total: 'all', taken: 4, left: 'all' });
  });

  it('a public without a number has no licence, where others are counted', async () => {
    const id = await subscribe({ ...good, nbLicenceEnseignant: undefined });
    await expect(give(id, await person('tom'))).rejects.toMatchObject({ code: 'licences_missing' });
  });

  it('nothing is given of what the whole school has, of what is over, removed, or of other schools', async () => {
    const etabl = {
      ...good,
      typeAffectation: 'ETABL',
      nbLicenceGlobale: 'ILLIMITE',
      nbLicenceEleve: undefined,
      nbLicenceEnseignant: undefined,
    };
    const target = await person('paul');
    await expect(give(await subscribe(etabl), target)).rejects.toMatchObject({ code: 'licences_not_given' });
    expect(await seatsOf(base.db, { subscription: `ABO-${number}` })).toEqual(new Map());
    const unknown = { code: 'unknown_subscription', details: {} };
    await expect(give('ABO-0', target)).rejects.toMatchObject(unknown);
    await expect(give(await subscribe({ uaiEtab: [LYCEE] }), target)).rejects.toMatchObject(unknown);
    await expect(give(await subscribe({ uaiEtab: undefined, codeNatureUAI: '320' }), target)).rejects.toMatchObject(
      unknown,
    );
    const removed = await subscribe();
    await remove(removed);
    await expect(give(removed, target)).rejects.toMatchObject(unknown);
    const over = await subscribe();
    const late = (when: number) =>
      assignLicences(base.db, { subscription: over, school: COLLEGE, target, by: 'op', at: when });
    await expect(late(ends)).rejects.toMatchObject(unknown);
    await expect(late(ends + DAY)).rejects.toMatchObject(unknown);
  });

  it('a subscription for a nature of school is given at each school of it', async () => {
    const id = await subscribe({ ...one, uaiEtab: undefined, codeNatureUAI: '340' });
    await give(id, await person('paul'));
    expect(await holders(id)).toEqual(['Paul']);
    await expect(give(id, await person('noe'), LYCEE)).rejects.toMatchObject({ code: 'unknown_subscription' });
  });

  it('what is given follows the dates of the subscription, when these change', async () => {
    const id = await subscribe({ finValidite: '2027-02-01T00:00:00' });
    await give(id, await person('paul'));
    await rewrite(id, { finValidite: '2027-05-01T00:00:00' });
    await settle();
    expect((await factsOf(id)).map(({ validTo }) => validTo)).toEqual([Date.parse('2027-04-30T22:00:00Z')]);
  });

  it('what was over and is prolonged is given again to those who had it', async () => {
    const end = at + 5 * DAY;
    const id = await subscribe({ ...one, finValidite: new Date(end).toISOString() });
    await give(id, await person('paul'));
    at = end - 1;
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
    at = end;
    expect(await holders(id)).toEqual([]);
    await settle();
    expect(await seats(id)).toEqual({ total: 1, taken: 0, left: 1 });
    await rewrite(id, { finValidite: '2027-05-01T00:00:00' });
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
  });

  it('what becomes the whole school’s is in nobody’s hands: no seat is counted, and those given come back with it', async () => {
    const id = await subscribe(one);
    await give(id, await person('paul'));
    await rewrite(id, { typeAffectation: 'ETABL', nbLicenceEleve: '', nbLicenceGlobale: 'ILLIMITE' });
    await settle();
    expect(await base.db('licence_seat').where({ subscription: id })).toEqual([]);
    expect(await holders(id)).toEqual([]);
    await rewrite(id, { typeAffectation: 'INDIV', nbLicenceEleve: '1', nbLicenceGlobale: '' });
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
  });

  it('a school that is of the nature no more keeps no licence from the others', async () => {
    const id = await subscribe({ ...one, uaiEtab: undefined, codeNatureUAI: '340' });
    await give(id, await person('paul'));
    await base.db('school').where({ uai: COLLEGE }).update({ kind: 'lycée' });
    try {
      await deriveNatures(base.db, at);
      await deriveDue(base.db, at);
      await settle();
      expect(await seats(id)).toEqual({ total: 1, taken: 0, left: 1 });
    } finally {
      await base.db('school').where({ uai: COLLEGE }).update({ kind: 'collège' });
    }
    at += 1;
    await deriveNatures(base.db, at);
    await deriveDue(base.db, at);
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
  });

  it('what is removed is given to nobody any more', async () => {
    const id = await subscribe();
    await give(id, await person('paul'));
    await remove(id);
    await settle();
    expect(await holders(id)).toEqual([]);
    expect(await base.db('licence_assignment').where({ subscription: id, taken_at: null })).toEqual([]);
    expect(await base.db('licence_seat').where({ subscription: id })).toEqual([]);
  });

  it('a public that the subscription is for no more loses its licences', async () => {
    const id = await subscribe();
    await give(id, await person('paul'));
    await give(id, await person('tom'));
    await rewrite(id, { publicCible: ['ELEVE'], nbLicenceEnseignant: '' });
    await settle();
    expect(await holders(id)).toEqual(['Paul']);
  });

  it('and for somebody who is something else now: the seat is free at once, and theirs again with the function', async () => {
    const id = await subscribe({
      finValidite: undefined,
      anneeFinValidite: '2026-2030',
      nbLicenceEnseignant: '1',
      nbLicenceAutrePersonnel: '9',
      publicCible: ['ELEVE', 'ENSEIGNANT', 'AUTRE PERSONNEL'],
    });
    const given = await give(id, await person('tom'));
    const whole = await give(id, { kind: 'audience', key: 'pupil' });
    const promoted = (): SchoolDelivery => {
      const delivery = college(at);
      const facts = delivery.facts.map((fact) =>
        fact.relation === 'post' && 'person' in fact.subject && fact.subject.person === cast.tom.id
          ? { ...fact, properties: { function: 'deputy' } }
          : fact,
      );
      return { ...delivery, facts: facts.filter(({ relation }) => relation !== 'teaches') };
    };
    const teachers = async () => (await seatsOf(base.db, { subscription: id })).get('teacher')?.taken;
    const stands = async () =>
      (await base
        .db('licence_assignment')
        .where({ subscription: id, taken_at: null })
        .orderBy('id')
        .pluck('id')) as string[];
    expect(await teachers()).toBe(1);
    const since = at + DAY;
    at = since;
    await deliver(promoted());
    await settle();
    expect(await teachers()).toBe(0);
    await purgeLicences(base.db, since + 90 * DAY - 1);
    expect(await stands()).toEqual([given.id, whole.id].sort());
    at = since + DAY;
    await deliver(college(at));
    await settle();
    expect(await teachers()).toBe(1);
    await purgeLicences(base.db, at + 90 * DAY);
    expect(await stands()).toEqual([given.id, whole.id].sort());
    // as what they are now they have a seat of another kind: that keeps nothing of the old one
    const staff = await give(id, { kind: 'audience', key: 'staff' });
    const again = at + DAY;
    at = again;
    await deliver(promoted());
    await settle();
    await purgeLicences(base.db, again + 90 * DAY);
    expect(await stands()).toEqual([whole.id, staff.id].sort());
  });

  it('what was given by name waits three months for somebody who left, and a class for nobody', async () => {
    const id = await subscribe({ finValidite: undefined, anneeFinValidite: '2026-2030' });
    const given = await give(id, await person('paul'));
    const stays = await give(id, await person('ines'));
    const six = await give(id, { kind: 'class', key: await classOf('6B') });
    const left = at + DAY;
    at = left;
    await deliver(without(college(at), '2001'));
    await settle();
    const standingNow = async () =>
      (await base.db('licence_assignment').where({ subscription: id, taken_at: null }).select('id')).map(
        (row) => row.id,
      );
    await purgeLicences(base.db, left + 90 * DAY - 1);
    expect(await standingNow()).toContain(given.id);
    await purgeLicences(base.db, left + 90 * DAY);
    expect((await standingNow()).sort()).toEqual([stays.id, six.id].sort());
    const day = await base.db('licence_assignment').where({ id: given.id }).first('taken_at');
    await purgeLicences(base.db, day.taken_at + 365 * DAY - 1);
    expect(await base.db('licence_assignment').where({ id: given.id })).toHaveLength(1);
    await purgeLicences(base.db, day.taken_at + 365 * DAY);
    expect(await base.db('licence_assignment').where({ id: given.id })).toEqual([]);
  });

  it('what a subscription gave is forgotten a year after it was over', async () => {
    const id = await subscribe();
    await give(id, { kind: 'class', key: await classOf('6B') });
    await purgeLicences(base.db, ends + 365 * DAY - 1);
    expect(await base.db('licence_assignment').where({ subscription: id })).toHaveLength(1);
    await purgeLicences(base.db, ends + 365 * DAY);
    expect(await base.db('licence_assignment').where({ subscription: id })).toEqual([]);
  });

  it('settling again writes nothing', async () => {
    const id = await subscribe();
    await give(id, { kind: 'class', key: await classOf('6A') });
    at += 1_000;
    await settle();
    const before = [await stored(), await base.db('audit').count({ count: '*' })];
    at += 1_000;
    await settle();
    expect([await stored(), await base.db('audit').count({ count: '*' })]).toEqual(before);
  });

  it('all who write at once follow each other, and the counts hold', async () => {
    const both = { ...one, uaiEtab: [COLLEGE, LYCEE] };
    const first = await subscribe({ ...both, nbLicenceEleve: '2' });
    const second = await subscribe({ ...both, nbLicenceEleve: '3' });
    const [six, tee] = [await classOf('6A'), await classOf('T1')];
    const names = ['paul', 'ines', 'lucas', 'zoe'] as const;
    const people = await Promise.all(names.map(person));
    const codes = new Set<string>();
    const quietly = (work: Promise<unknown>) =>
      work.catch((error: { code?: string; name?: string }) => {
        if (error.name !== 'Refusal') throw error;
        codes.add(String(error.code));
      });
    const round = (subscription: string): Promise<unknown>[] => [
      ...people.map((target) => quietly(give(subscription, target).then(back))),
      ...people.map((target) => quietly(give(subscription, target))),
      quietly(give(subscription, { kind: 'class', key: tee }, LYCEE)),
      quietly(give(subscription, { kind: 'class', key: six })),
      quietly(
        changeSubscription(base.db, {
          id: subscription,
          fields: { commentaireAbonnement: 'relu' },
          partly: true,
          distributor,
          actor: 'maison',
          at: at + 1,
        }),
      ),
      quietly(settleDue(base.db, at + 2)),
      quietly(deliver(lycee(at))),
      quietly(deliver(crowded(['9701']))),
    ];
    for (let turn = 0; turn < 3; turn += 1) {
      await Promise.all([...round(first), ...round(second)]);
      at += 10;
    }
    await settle();
    expect([...codes].filter((code) => !['licences_missing', 'nothing_to_end'].includes(code))).toEqual([]);
    for (const subscription of [first, second]) {
      const { total, taken } = (await seats(subscription))!;
      expect(taken).toBeLessThanOrEqual(Number(total));
      const facts = [...(await factsOf(subscription)), ...(await factsOf(subscription, LYCEE))];
      expect(facts).toHaveLength(taken);
    }
  }, 60_000);

  it('the école gives licences to a class as others do', async () => {
    const id = await subscribe({ ...one, uaiEtab: [ECOLE] });
    const cm2 = await findAudience(base.db, { school: ECOLE, year: 2026, kind: 'class', code: 'CM2' });
    await give(id, { kind: 'class', key: cm2.id }, ECOLE);
    expect(await holders(id, ECOLE)).toEqual(['Léa']);
  });
});
