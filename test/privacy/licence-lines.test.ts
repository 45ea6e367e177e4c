// What is held because of licences is told to whom it is about: a level, a licence by name, a wait, a designation.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerNaming, nameAssigner } from '../../src/acts/assigners.ts';
import { holders } from '../../src/app/held.ts';
import { findAudience } from '../../src/directory/audiences.ts';
import { applyDelivery } from '../../src/directory/directory.ts';
import { heldAbout } from '../../src/privacy/held.ts';
import { assignLicences, settleDue } from '../../src/resources/licences.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { en } from '../../views/text/en.ts';
import { fr } from '../../views/text/fr.ts';
import { type CastName, COLLEGE, college, deliverCast, NOW, personOf } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { good } from '../resources/good.ts';

describe.each(engines)('what is held because of licences, on $name', ({ open }) => {
  let base: TestDatabase;
  const key = (name: CastName) => personOf(base.db, name);
  const told = async (person: CastName, reader: CastName = person, locale: 'fr' | 'en' = 'fr') => {
    const words = (locale === 'fr' ? fr : en).pages.data;
    const asked = { person: await key(person), reader: await key(reader), at: NOW, locale, words };
    return (await heldAbout(base.db, asked, holders)).map(({ category, what }) => `${category}: ${what}`);
  };
  beforeAll(async () => {
    base = await open();
    await deliverCast(base.db);
    const levels = [{ person: '2001', code: '10010012110', label: '6EME' }];
    await applyDelivery(base.db, { ...college(NOW), levels });
    const fields = { ...good, nbLicenceEleve: '1', nbLicenceEnseignant: undefined, publicCible: ['ELEVE'] };
    await createSubscription(base.db, {
      id: good.idAbonnement,
      fields,
      distributor: good.idDistributeurCom,
      actor: 'maison',
      at: NOW,
    });
    const act = { subscription: good.idAbonnement, school: COLLEGE, by: 'operator', at: NOW };
    const six = await findAudience(base.db, { school: COLLEGE, year: 2026, kind: 'class', code: '6B' });
    await assignLicences(base.db, { ...act, target: { kind: 'person', key: await key('lucas') } });
    // Lucas has it twice over; whoever comes to his class waits
    await assignLicences(base.db, { ...act, target: { kind: 'class', key: six.id } });
    const delivery = college(NOW + 1);
    const moved = delivery.facts.map((fact) =>
      fact.relation === 'enrolled' && 'person' in fact.subject && fact.subject.person === '2001'
        ? { ...fact, object: { class: '6B' } }
        : fact,
    );
    await applyDelivery(base.db, { ...delivery, facts: moved, levels });
    await settleDue(base.db, NOW + 2);
    const by = await key('helene');
    const { id } = await nameAssigner(base.db, { school: COLLEGE, person: await key('diane'), by, at: NOW });
    await answerNaming(base.db, { designation: id, accepts: false, by: await key('diane'), at: NOW });
  });
  afterAll(() => base?.close());

  it('a level, and a licence that is waited for', async () => {
    const lines = await told('paul');
    expect(lines).toContain('schooling: Niveau\u00a0: 6EME');
    expect(lines.some((line) => line.startsWith('publishers: En attente d’une licence de'))).toBe(true);
    expect((await told('paul', 'paul', 'en')).some((line) => line.includes('Waiting for a licence for'))).toBe(true);
  });

  it('a licence that was given by name', async () => {
    expect((await told('lucas')).filter((line) => line.includes('vous a été donnée'))).toHaveLength(1);
  });

  it('a designation, to whom it was proposed alone', async () => {
    expect(await told('diane')).toContain('decisions: Désignation pour donner les licences, que vous avez refusée');
    expect((await told('paul', 'paula')).some((line) => line.includes('Niveau'))).toBe(true);
    expect((await told('tom')).some((line) => line.includes('Désignation'))).toBe(false);
  });
});
