// The pages about licences: the head names, the person answers, licences are given and taken back, without JavaScript.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schoolYear, schoolYearAt } from '../../src/facts/calendar.ts';
import { settleDue } from '../../src/resources/licences.ts';
import { recordResource, validateResource } from '../../src/resources/registry.ts';
import { createSubscription } from '../../src/resources/subscriptions.ts';
import { type CastName, COLLEGE, cast, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { goodResource } from '../resources/good-resource.ts';
import type { Visited } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const who = ['helene', 'henri', 'david', 'diane', 'tom', 'paul', 'paula'] as const;
const year = schoolYear(schoolYearAt(Date.now()));
const day = (instant: number) => new Date(instant).toISOString().slice(0, 10);

describe.each(engines)('the pages about licences, on $name', ({ open }) => {
  let portal: Opened;

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - 3_600_000 });
    for (const [id, school] of [
      ['ABO-1', COLLEGE],
      ['ABO-2', LYCEE],
    ] as const) {
      const fields = {
        ...good,
        idAbonnement: id,
        libelleRessource: `Atlas ${id}`,
        uaiEtab: [school],
        debutValidite: `${day(year.from)}T00:00:00`,
        finValidite: `${day(year.to)}T00:00:00`,
        nbLicenceEleve: '2',
        nbLicenceEnseignant: '1',
      };
      await createSubscription(portal.db, {
        id,
        fields,
        distributor: good.idDistributeurCom,
        actor: 'maison',
        at: Date.now(),
      });
    }
  });
  afterAll(() => portal?.close());

  const { as, see } = browsersOf(() => portal);
  /** The hidden fields of a page’s form for an act, the one that holds a text when there are several. */
  const hiddenIn = (page: Visited, act: string, holding = ''): Record<string, string> => {
    const form = [...page.html.matchAll(/<form\b[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/g)]
      .map(([, inside = '']) => inside)
      .find((inside) => inside.includes(`name="act" value="${act}"`) && inside.includes(holding));
    if (!form) throw new Error(`no form \`${act}\` on ${page.url}: ${page.text}`);
    return Object.fromEntries(
      [...form.matchAll(/<input type="hidden" name="([\w-]+)" value="([^"]*)"/g)].map(([, field = '', value = '']) => [
        field,
        value,
      ]),
    );
  };
  const send = async (name: CastName, page: Visited, act: string, typed: Record<string, string> = {}, holding = '') =>
    (await as(name)).post(page.url.replace(/\?.*/, ''), { ...hiddenIn(page, act, holding), ...typed });
  const offerOf = async (subscription: string): Promise<string> =>
    (await portal.db('offer').where({ subscription }).first('id')).id;
  const classOf = async (code: string): Promise<string> =>
    (await portal.db('audience').where({ school: COLLEGE, code }).first('id')).id;
  const nameDiane = async (): Promise<Visited> => {
    const page = await see('helene', '/school/assigners');
    return send('helene', page, 'name', {
      person: await personOf(portal.db, 'diane'),
      until: day(year.to - 86_400_000),
    });
  };

  it('the head names the librarian, who finds it on the front page and accepts', async () => {
    expect((await see('helene', '/')).text).toContain('Qui donne les licences');
    expect((await see('diane', '/')).text).not.toContain('Licences des ressources');
    expect((await see('diane', '/licences')).text).toContain('Aucun établissement ne vous a désigné');
    const named = await nameDiane();
    expect(named.text).toContain('la personne est prévenue par courriel');
    expect(named.text).toContain('Diane Faure réponse attendue');
    expect((await see('diane', '/')).text).toContain('Une désignation attend votre réponse');
    const asked = await see('diane', '/licences');
    expect(asked.text).toContain('Hélène Marchand, Collège Les Tilleuls, vous propose');
    expect(asked.text).not.toContain('Atlas');
    expect((await see('diane', `/licences/${await offerOf('ABO-1')}`)).status).toBe(403);
    const accepted = await send('diane', asked, 'accept');
    expect(accepted.text).toContain('vous donnez maintenant les licences');
    expect(accepted.text).toContain('Atlas ABO-1');
    expect(accepted.text).not.toContain('Atlas ABO-2');
    expect((await see('helene', '/school/assigners')).text).toContain('Diane Faure a accepté');
  });

  it('the librarian gives to a class, sees what is left, and takes back', async () => {
    const list = await see('diane', '/licences');
    const page = await (await as('diane')).follow(list, 'Donner et reprendre');
    expect(page.text).toContain('Élèves 0 sur 2 2');
    const given = await send('diane', page, 'give-many', { target: `class:${await classOf('6A')}` });
    expect(given.text).toContain('les licences sont données');
    expect(given.text).toContain('Élèves 2 sur 2 0');
    expect(given.text).toContain('6e A 2 personnes');
    const refused = await send('diane', given, 'give-one', { name: 'Zoé Perrin', class: '5e C' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Il manque 1 licence pour 1 personne');
    expect(refused.html).toContain('value="Zoé Perrin"');
    expect(refused.html).toContain('value="5e C"');
    const taken = await send('diane', refused, 'take', {}, '6e A');
    expect(taken.text).toContain('libres aussitôt');
    expect(taken.text).toContain('Élèves 0 sur 2 2');
    const one = await send('diane', taken, 'give-one', { name: 'perrin  ZOE', class: '' });
    expect(one.text).toContain('Zoé Perrin 1 personne');
    expect((await send('diane', one, 'take', {}, 'Zoé Perrin')).text).toContain('Rien n’est donné');
  });

  it('who is not of the school, or not of the public, is told alike, and what was typed stays', async () => {
    const page = await see('diane', `/licences/${await offerOf('ABO-1')}`);
    const told = new Set<string>();
    for (const name of [cast.noe.name, cast.paula.name, cast.carla.name, 'Personne Dutout', '', 'Bernard', '%']) {
      const refused = await send('diane', page, 'give-one', { name, class: '' });
      expect(refused.status).toBe(422);
      told.add(/id="fault"[\s\S]*?<\/div>/.exec(refused.html)![0]);
    }
    expect(told.size).toBe(1);
    for (const target of [
      '',
      'class:',
      'class:nobody',
      `person:${await personOf(portal.db, 'paul')}`,
      'audience:staff',
      'x',
    ]) {
      const refused = await send('diane', page, 'give-many', { target });
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('Personne n’a été trouvé ici');
    }
    expect(await portal.db('licence_assignment').whereNull('taken_at')).toEqual([]);
  });

  it('a double click gives once', async () => {
    const page = await see('diane', `/licences/${await offerOf('ABO-1')}`);
    const twice = { name: cast.paul.name, class: '6e A' };
    const [first, second] = [
      await send('diane', page, 'give-one', twice),
      await send('diane', page, 'give-one', twice),
    ];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.text).toContain('Élèves 1 sur 2 1');
  });

  it('newcomers who wait are counted, and named nowhere', async () => {
    const page = await see('diane', `/licences/${await offerOf('ABO-1')}`);
    await send('diane', page, 'give-many', { target: `class:${await classOf('6B')}` });
    const lucas = await personOf(portal.db, 'lucas');
    await portal.db('licence_seat').where({ person: lucas }).update({ seated_at: null });
    await portal.db('licence_seat').insert({
      subscription: 'ABO-1',
      school: COLLEGE,
      person: await personOf(portal.db, 'ines'),
      audience: 'pupil',
      wanted_at: 1,
      seated_at: 1,
    });
    const seen = await see('diane', `/licences/${await offerOf('ABO-1')}`);
    expect(seen.text).toContain('1 personne de l’établissement attend');
    expect(seen.text).not.toContain('Lucas');
    // made out again, nobody has what nothing gave them, and who waited is served
    await portal.db('licence_settlement').update({ revision: 0 });
    await settleDue(portal.db, Date.now());
    expect((await see('diane', `/licences/${await offerOf('ABO-1')}`)).text).not.toContain('attend une licence');
  });

  it('the offers of another school are closed to them, as what there is not is', async () => {
    const theirs = await offerOf('ABO-2');
    const answers: (readonly [number, string])[] = [];
    for (const path of [`/licences/${theirs}`, '/licences/nothing', `/licences/${theirs.slice(0, 8)}`]) {
      const { status, html } = await see('diane', path);
      answers.push([
        status,
        /<main[\s\S]*<\/main>/
          .exec(html)![0]
          .replace(/<code[^>]*>[^<]*<\/code>/g, '')
          .replace(/\/licences\/\w+/g, ''),
      ]);
    }
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([403]));
    expect(new Set(answers.map(([, main]) => main)).size).toBe(1);
    // a form of theirs sent elsewhere is refused as well
    const own = await see('diane', `/licences/${await offerOf('ABO-1')}`);
    const form = hiddenIn(own, 'give-one');
    const forged = await (await as('diane')).post(`${portal.origin}/licences/${theirs}`, {
      ...form,
      name: cast.noe.name,
    });
    expect(forged.status).toBe(403);
  });

  it('those who name nobody see no page to name', async () => {
    for (const name of ['david', 'tom', 'diane', 'paula', 'paul'] as const)
      expect((await see(name, '/school/assigners')).status).toBe(403);
    expect((await see('paul', '/licences')).text).toContain('Aucun établissement');
  });

  it('a form without its token does nothing', async () => {
    const page = await see('helene', '/school/assigners');
    const { token: _token, ...form } = hiddenIn(page, 'name');
    const sent = await (await as('helene')).post(page.url, {
      ...form,
      person: await personOf(portal.db, 'tom'),
      until: day(year.to - 86_400_000),
    });
    expect(sent.status).toBe(403);
    expect(await portal.db('assigner').where({ person: await personOf(portal.db, 'tom') })).toEqual([]);
  });

  it('the head of one school names nobody at another, and a day that is none is refused with what was chosen', async () => {
    const page = await see('helene', '/school/assigners');
    const tom = await personOf(portal.db, 'tom');
    const elsewhere = await send('helene', page, 'name', { school: LYCEE, person: tom, until: day(year.to) });
    expect(elsewhere.status).toBe(403);
    for (const until of ['', '2020-01-01', '2099-01-01', 'demain']) {
      const refused = await send('helene', page, 'name', { person: tom, until });
      expect(refused.status).toBe(422);
      expect(refused.html).toMatch(new RegExp(`<option value="${tom}" selected`));
    }
    for (const person of [await personOf(portal.db, 'paul'), await personOf(portal.db, 'lise'), 'nobody', '']) {
      const refused = await send('helene', page, 'name', { person, until: day(year.to - 86_400_000) });
      expect([refused.status, refused.text.includes('assigner_unfit')]).toEqual([422, true]);
    }
  });

  it('the head ends it, and the next page is closed', async () => {
    const page = await see('diane', `/licences/${await offerOf('ABO-1')}`);
    const ended = await send('helene', await see('helene', '/school/assigners'), 'end', {}, 'Diane Faure');
    expect(ended.text).toContain('la désignation a pris fin');
    expect((await see('diane', `/licences/${await offerOf('ABO-1')}`)).status).toBe(403);
    expect((await send('diane', page, 'give-one', { name: cast.ines.name, class: '' })).status).toBe(403);
    expect((await see('diane', '/')).text).not.toContain('Licences des ressources');
  });

  it('who refuses is not asked why, and an answer that comes too late says what to do', async () => {
    await nameDiane();
    const asked = await see('diane', '/licences');
    expect((await send('diane', asked, 'refuse')).text).toContain('vous avez refusé');
    const late = await send('diane', asked, 'accept');
    expect([late.status, late.text.includes('Voyez avec la direction')]).toEqual([422, true]);
    expect((await see('helene', '/school/assigners')).text).toContain('a refusé');
  });

  describe('what is free', () => {
    const path = `/licences/free/${COLLEGE}`;
    const HERBIER = 'ark:/99999/herbier';

    beforeAll(async () => {
      const sheet = { ...goodResource, id: HERBIER, name: 'Herbier de la cour', free: ['pupil', 'teacher'] } as const;
      await recordResource(portal.db, { ...sheet, by: 'operator', at: Date.now() });
      await validateResource(portal.db, { id: HERBIER, attributes: ['PRE'], by: 'operator', at: Date.now() });
    });

    it('is found from the list, with what its publisher receives, and is open to nobody yet', async () => {
      const list = await see('helene', '/licences');
      expect(list.text).toContain('Ressources gratuites : 0 sur 1 ouvertes');
      const page = await (await as('helene')).follow(list, 'Ressources gratuites');
      expect(page.url).toContain(path);
      expect(page.text).toContain('Herbier de la cour Éditeur : Éditions du Préau');
      expect(page.text).toContain('Fermée dans votre établissement');
      expect(page.text).toContain('votre prénom');
      expect(page.text).toContain('Aucune convention n’est en cours');
      expect(page.html).not.toContain('checked');
      expect(page.html).not.toContain('name="to-librarian"');
    });

    it('is opened to whom is ticked, changed, and closed; a double click is once', async () => {
      const page = await see('helene', path);
      const none = await send('helene', page, 'open');
      expect(none.status).toBe(422);
      expect(none.text).toContain('Choisissez au moins un public');
      const opened = await send('helene', none, 'open', { 'to-pupil': 'yes' });
      expect(opened.text).toContain('ouverte au public choisi');
      expect(opened.text).toMatch(/Ouverte depuis le .* : Élèves\./);
      expect(opened.html).toMatch(/name="to-pupil" value="yes" checked/);
      expect((await send('helene', opened, 'open', { 'to-pupil': 'yes' })).text).toContain('ouverte au public choisi');
      expect(await portal.db('audit').where({ event: 'free.opened' })).toHaveLength(1);
      const both = await send('helene', opened, 'open', { 'to-pupil': 'yes', 'to-teacher': 'yes' });
      expect(both.text).toMatch(/Ouverte depuis le .* : Élèves, Personnel enseignant\./);
      expect((await see('helene', '/licences')).text).toContain('Ressources gratuites : 1 sur 1 ouvertes');
      const closed = await send('helene', both, 'close');
      expect(closed.text).toContain('la ressource est fermée');
      expect(closed.text).toContain('Fermée dans votre établissement');
    });

    it('what was ticked stays where it is refused: it is free for teachers no more', async () => {
      const page = await see('helene', path);
      const sheet = { ...goodResource, id: HERBIER, name: 'Herbier de la cour', by: 'operator' };
      await recordResource(portal.db, { ...sheet, free: ['pupil'], at: Date.now() });
      const refused = await send('helene', page, 'open', { 'to-pupil': 'yes', 'to-teacher': 'yes' });
      expect(refused.status).toBe(422);
      expect(refused.html).toMatch(/name="to-pupil" value="yes" checked/);
      expect(refused.html).not.toContain('to-teacher');
    });

    it('the page of another school, of who gives no licences there and of no school are closed alike', async () => {
      const page = await see('helene', path);
      const answers: (readonly [number, string])[] = [];
      for (const [name, uai] of [
        ['helene', LYCEE],
        ['tom', COLLEGE],
        ['paul', COLLEGE],
        ['helene', '9999999X'],
      ] as const) {
        const { status, html } = await see(name, `/licences/free/${uai}`);
        const main = /<main[\s\S]*<\/main>/.exec(html)![0].replace(/<code[^>]*>[^<]*<\/code>/g, '');
        answers.push([status, main.replace(/\/licences\/free\/\w+/g, '')]);
      }
      expect(new Set(answers.map(([status]) => status))).toEqual(new Set([403]));
      expect(new Set(answers.map(([, told]) => told)).size).toBe(1);
      const forged = await (await as('tom')).post(`${portal.origin}${path}`, {
        ...hiddenIn(page, 'open'),
        'to-pupil': 'yes',
      });
      expect(forged.status).toBe(403);
      expect(await portal.db('free_opening')).toEqual([]);
    });
  });
});
