// Opening a resource: the click, the gates it passes once more, the notice of the publisher, and pages that say what to do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeFreeAt, openFreeAt } from '../../src/acts/free.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { type LaunchAddress, launchPath } from '../../src/resources/addresses.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { recordResource, suspendResource, validateResource } from '../../src/resources/registry.ts';
import { sentTo } from '../../src/resources/releases.ts';
import { changeSubscription, createSubscription, removeSubscription } from '../../src/resources/subscriptions.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { ATLAS, assign, CARNET, LEXIQUE, openBroker } from '../oidc/broker.ts';
import { good } from '../resources/good.ts';
import { goodResource } from '../resources/good-resource.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { identifierOf, type Opened, openPortal, PASSWORD, sheet } from './portal.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HERBIER = 'ark:/99999/herbier';
/** Where the resources are; nobody goes there here. */
const PLACE = 'https://editions.example';
const who = ['paul', 'ines', 'tom', 'paula', 'noe'] as const;

describe.each(engines)('opening a resource, on $name', ({ open }) => {
  let portal: Opened;
  const key = {} as Record<CastName, string>;

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - HOUR });
    for (const name of who) key[name] = await personOf(portal.db, name);
    await openBroker(portal.db, Date.now() - HOUR / 2);
    const own = { ...sheet(portal.module), scopes: ['openid'], postLogoutRedirectUris: [] };
    const by = { actor: 'system', at: Date.now() };
    await addModule(portal.db, { ...own, id: 'marronnier', name: 'Le Marronnier', resources: [ATLAS, LEXIQUE] }, by);
    await addModule(portal.db, { ...own, id: 'compas', name: 'Le Compas', resources: [CARNET] }, by);
    await assign(portal.db, 'paul', Date.now() - HOUR / 3);
    const herbier = { ...goodResource, id: HERBIER, name: 'herbier', free: ['pupil'] } as const;
    await recordResource(portal.db, { ...herbier, by: 'operator', at: Date.now() });
    await validateResource(portal.db, { id: HERBIER, attributes: [], by: 'operator', at: Date.now() });
    await addModule(portal.db, { ...own, id: 'herbier', name: 'Le Préau', resources: [HERBIER] }, by);
  });
  afterAll(() => portal?.close());

  const click = (walker: Walker, asked: Partial<LaunchAddress> = {}) =>
    walker.visit(`${portal.origin}${launchPath({ ent: 'PREAU', school: COLLEGE, resource: ATLAS, ...asked })}`);
  /** What the publisher's page does next. */
  const authorize = (walker: Walker, resource: string, client_id = resource === CARNET ? 'compas' : 'marronnier') =>
    walker.visit(portal.authorize({ client_id, resource, scope: 'openid' }));
  const login = (walker: Walker, page: Visited, name: CastName) =>
    walker.submit(page, 'password', { login: identifierOf(name), password: PASSWORD });
  async function signedIn(name: CastName): Promise<Walker> {
    const walker = openWalker({ stopBefore: PLACE });
    const next = await login(walker, await walker.visit(portal.authorize()), name);
    if (!next.url.startsWith(portal.module)) await walker.submit(next, 'submit');
    return walker;
  }
  const codeIn = (page: Visited) => new URL(page.url).searchParams.get('code');
  const visitsOf = async (name: CastName) =>
    (await portal.db('publisher_visit').where({ person: key[name] })).map(({ resource, school }) => [resource, school]);

  it('goes to the resource at once, and the notice says exactly what its publisher gets', async () => {
    const walker = await signedIn('paul');
    expect((await click(walker, { resource: LEXIQUE })).url).toBe(`${PLACE}/manuel`);
    const notice = await authorize(walker, LEXIQUE);
    expect(notice.text).toContain('Ce que l’éditeur de « lexique » va recevoir');
    const told = [...notice.html.matchAll(/<ul class="received">([\s\S]*?)<\/ul>/g)][0]![1]!;
    expect([...told.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, text = '']) => text.replace(/\s/g, ' '))).toEqual([
      'un identifiant qui ne dit pas qui vous êtes, et que cet éditeur est seul à recevoir',
      'l’établissement depuis lequel vous ouvrez la ressource',
      'votre profil : élève, enseignant, professeur documentaliste ou autre personnel',
      'votre prénom',
      'vos classes dans cet établissement, ou celles où vous enseignez',
    ]);
    expect(await sentTo(portal.db, { person: key.paul })).toEqual([]);
    expect(codeIn(await walker.submit(notice, 'submit'))).toBeTruthy();
    expect(await visitsOf('paul')).toEqual([[LEXIQUE, COLLEGE]]);
    // read once: the next time nothing is asked, for that resource
    expect(codeIn(await authorize(walker, LEXIQUE))).toBeTruthy();
    expect((await authorize(walker, ATLAS)).text).toContain('Ce que l’éditeur de « atlas » va recevoir');
  });

  it('when the resource is validated for something else, the notice is due again', async () => {
    const walker = await signedIn('ines');
    const first = await walker.submit(await authorize(walker, CARNET), 'submit');
    expect(codeIn(first)).toBeTruthy();
    await validateResource(portal.db, { id: CARNET, attributes: ['PRE'], by: 'operator', at: Date.now() });
    const again = await authorize(walker, CARNET);
    expect(again.text).toContain('va recevoir');
    expect(again.text).not.toContain('votre nom de famille');
  });

  it('whoever is not signed in signs in on the way, and opens it from the school of the click', async () => {
    const walker = openWalker({ stopBefore: PLACE });
    expect((await click(walker)).url).toBe(`${PLACE}/manuel`);
    const notice = await login(walker, await authorize(walker, ATLAS), 'noe');
    // the click was at the collège, and it is the lycée that has Noé: no other school is taken instead
    expect(notice.status).toBe(403);
    expect(notice.text).toContain('Cette ressource ne s’ouvre pas pour vous');
    await click(walker, { school: LYCEE });
    const page = await authorize(walker, ATLAS);
    expect(codeIn(await walker.submit(page, 'submit'))).toBeTruthy();
    expect(await visitsOf('noe')).toEqual([[ATLAS, LYCEE]]);
  });

  it('from two schools without a click, it is asked from which', async () => {
    await changeFacts(portal.db, {
      school: LYCEE,
      at: Date.now(),
      source: 'aaf2d',
      actor: 'test',
      begin: [{ relation: 'post', subject: key.tom, object: LYCEE, properties: { function: 'teacher' } }],
    });
    const walker = await signedIn('tom');
    const page = await authorize(walker, ATLAS);
    expect(page.text).toContain('Depuis quel établissement ouvrez-vous « atlas » ?');
    expect(page.text).toContain('Collège Les Tilleuls');
    const refused = await walker.submit(page, 'school', { school: ECOLE });
    expect(refused.status).toBe(400);
    const next = await walker.submit(page, 'school', { school: LYCEE });
    expect(codeIn(await walker.submit(next, 'submit'))).toBeTruthy();
    expect(await visitsOf('tom')).toEqual([[ATLAS, LYCEE]]);
    // a double click chooses once
    const again = await walker.submit(page, 'school', { school: COLLEGE });
    expect(again.status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '?idENT=UFJFQVU%3D&idEtab=MDkwMDAwMUE%3D'],
    ['another service', launchPath({ ent: 'B0', school: COLLEGE, resource: ATLAS }).slice(11)],
    ['a school that is not written in base64', '?idENT=UFJFQVU%3D&idEtab=%00&idRessource=ark%3A%2F99999%2Fatlas'],
    [
      'a part twice',
      `${launchPath({ ent: 'PREAU', school: COLLEGE, resource: ATLAS }).slice(11)}&idEtab=MDkwMDAwMUE%3D`,
    ],
  ])('an address that says %s opens nothing', async (_what, query) => {
    const page = await openWalker({ stopBefore: PLACE }).visit(`${portal.origin}/domaineGar${query}`);
    expect(page.status).toBe(400);
    expect(page.text).toContain('Cela n’a pas marché');
  });

  it('a resource that nobody knows leads nowhere, signed in or not', async () => {
    const nowhere = { resource: 'ark:/99999/nothing' };
    expect((await click(openWalker({ stopBefore: PLACE }), nowhere)).status).toBe(404);
    expect((await click(await signedIn('paul'), nowhere)).status).toBe(403);
  });

  it('a resource that was not given, of another school, or to a parent, is closed with what to do next', async () => {
    for (const [name, asked] of [
      ['ines', { resource: LEXIQUE }],
      ['paul', { school: LYCEE }],
      ['paul', { school: ECOLE }],
      ['paula', {}],
    ] as const) {
      const page = await click(await signedIn(name), asked);
      expect(page.status).toBe(403);
      expect(page.text).toContain('Que faire');
      expect(page.html).toContain('href="/resources"');
      expect(page.text).not.toContain('lexique');
    }
  });

  it('a parent who comes from the publisher is turned back, and the publisher learns of nobody', async () => {
    const walker = await signedIn('paula');
    const page = await authorize(walker, ATLAS);
    expect(page.status).toBe(403);
    expect(page.text).toContain('jamais avec celui d’un parent');
    const back = await walker.submit(page, 'cancel');
    expect(new URL(back.url).searchParams.get('error')).toBe('access_denied');
    expect(await sentTo(portal.db, { person: key.paula })).toEqual([]);
    expect(await visitsOf('paula')).toEqual([]);
  });

  it('between the list and the click a resource under review closes, and says so', async () => {
    const walker = await signedIn('paul');
    const list = await walker.visit(`${portal.origin}/resources`);
    expect(list.text).toContain('atlas');
    await suspendResource(portal.db, { id: ATLAS, by: 'operator', at: Date.now() });
    const page = await click(walker);
    expect(page.status).toBe(403);
    expect(page.text).toContain('« atlas » ne s’ouvre pas pour vous');
    const onTheWay = await authorize(walker, ATLAS);
    expect(onTheWay.status).toBe(403);
    expect(onTheWay.text).toContain('« atlas » ne s’ouvre pas pour vous');
    expect((await click(openWalker({ stopBefore: PLACE }))).status).toBe(404);
    await validateResource(portal.db, { id: ATLAS, attributes: [], by: 'operator', at: Date.now() });
    expect((await click(walker)).url).toBe(`${PLACE}/manuel`);
  });

  it('a subscription that ended yesterday opens nothing at the click, and does as soon as it is prolonged', async () => {
    const fields = {
      ...good,
      ...{ idAbonnement: 'HERBIER', idRessource: HERBIER, typeAffectation: 'ETABL', nbLicenceGlobale: 'ILLIMITE' },
      ...{ nbLicenceEleve: undefined, nbLicenceEnseignant: undefined },
      debutValidite: new Date(Date.now() - 10 * DAY).toISOString(),
      finValidite: new Date(Date.now() - DAY).toISOString(),
    };
    const act = { id: 'HERBIER', distributor: good.idDistributeurCom, actor: 'maison' };
    await createSubscription(portal.db, { ...act, fields, at: Date.now() - 5 * DAY });
    const walker = await signedIn('paul');
    expect((await walker.visit(`${portal.origin}/resources`)).text).not.toContain('herbier');
    expect((await click(walker, { resource: HERBIER })).status).toBe(403);
    const finValidite = new Date(Date.now() + DAY).toISOString();
    await changeSubscription(portal.db, { ...act, fields: { finValidite }, partly: true, at: Date.now() });
    expect((await click(walker, { resource: HERBIER })).url).toBe(`${PLACE}/manuel`);
    await removeSubscription(portal.db, { ...act, at: Date.now() });
    expect((await click(walker, { resource: HERBIER })).status).toBe(403);
  });

  it('what is free opens once the school has opened it, by the same gates, and closes with the school', async () => {
    const act = { school: COLLEGE, resource: HERBIER, by: 'operator' } as const;
    const walker = await signedIn('ines');
    expect((await click(walker, { resource: HERBIER })).status).toBe(403);
    await openFreeAt(portal.db, { ...act, audiences: ['pupil'], at: Date.now() });
    expect((await walker.visit(`${portal.origin}/resources`)).text).toContain('Gratuite');
    expect((await click(walker, { resource: HERBIER })).url).toBe(`${PLACE}/manuel`);
    const notice = await authorize(walker, HERBIER, 'herbier');
    expect(notice.text).toContain('Ce que l’éditeur de « herbier » va recevoir');
    expect(codeIn(await walker.submit(notice, 'submit'))).toBeTruthy();
    expect(await visitsOf('ines')).toContainEqual([HERBIER, COLLEGE]);
    expect((await click(await signedIn('tom'), { resource: HERBIER })).status).toBe(403);
    expect((await click(await signedIn('paula'), { resource: HERBIER })).status).toBe(403);
    await closeFreeAt(portal.db, { ...act, at: Date.now() });
    expect((await click(walker, { resource: HERBIER })).status).toBe(403);
    expect((await authorize(walker, HERBIER, 'herbier')).status).toBe(403);
  });

  it('when the agreement ends every resource closes, and sign-in goes on', async () => {
    const walker = await signedIn('paul');
    await endAgreement(portal.db, { reference: '12345678', by: 'operator', at: Date.now() });
    expect((await click(walker)).status).toBe(403);
    expect((await authorize(walker, ATLAS)).status).toBe(403);
    expect(codeIn(await walker.visit(portal.authorize()))).toBeTruthy();
  });
});
