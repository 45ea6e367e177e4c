// The media centre and the statistics of a school, as persons find them: what is open, what is closed and why, who counts.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { moveAccount } from '../../src/accounts/states.ts';
import { declinePublisher } from '../../src/acts/declining.ts';
import { closeFreeAt, openFreeAt } from '../../src/acts/free.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { monthBefore } from '../../src/portal/resources/statistics.ts';
import { launchPath } from '../../src/resources/addresses.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { assignLicences, settleDue, takeBack } from '../../src/resources/licences.ts';
import { findResource, suspendResource, validateResource } from '../../src/resources/registry.ts';
import { addUsage, setUsage } from '../../src/resources/usage.ts';
import type { Db } from '../../src/storage/storage.ts';
import { ark, type Market, openMarket } from '../api/publishers.ts';
import { type CastName, COLLEGE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker, type Visited, type Walker } from '../ways/walker.ts';
import { enterAs, type Opened, openPortal, sheet } from './portal.ts';

const accounts = ['paul', 'ines', 'tom', 'paula', 'helene', 'henri', 'sylvie', 'noe', 'lea', 'diane', 'zoe'] as const;
const by = 'operator';
const ATLAS = 'ark:/49591/AtlasVivant';

describe.each(engines)('the media centre, on $name', ({ open }) => {
  let portal: Opened;
  let db: Db;
  let market: Market;

  beforeAll(async () => {
    portal = await openPortal(open, { accounts, delivered: Date.now() - 3_600_000 });
    ({ db } = portal);
    market = await openMarket(db);
    await market.resource(ATLAS, { name: 'Atlas vivant', declared: ['IDO', 'PRE', 'NOM'] });
    await validateResource(db, { id: ATLAS, attributes: ['PRE'], by, at: Date.now() });
    await market.subscribe(ATLAS, [COLLEGE, LYCEE], { publicCible: ['ELEVE', 'ENSEIGNANT'] });
  });
  afterAll(() => portal?.close());

  const as = async (name: CastName, walker = openWalker()): Promise<Walker> => {
    await db('throttle').delete();
    return enterAs(portal, name, walker);
  };
  const see = async (name: CastName, path = '/resources'): Promise<Visited> =>
    (await as(name)).visit(`${portal.origin}${path}`);
  const tiles = ({ html }: Visited) =>
    [...html.matchAll(/<li class="tile[^>]*>[\s\S]*?<h3><a href="([^"]+)">([^<]+)<\/a>/g)].map(([, , name]) => name);
  const individual = { typeAffectation: 'INDIV', nbLicenceGlobale: undefined, publicCible: ['ELEVE'] } as const;

  it('nobody sees it without signing in', async () => {
    expect((await openWalker().visit(`${portal.origin}/resources`)).status).toBe(401);
  });

  it('a tile says who publishes, what the publisher receives and no more, and leads to the click of that school', async () => {
    const page = await see('paul');
    expect(tiles(page)).toEqual(['Atlas vivant']);
    expect(page.text).toContain('votre prénom');
    expect(page.text).not.toContain('votre nom de famille');
    const href = /<h3><a href="([^"]+)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const asked = new URL(href, portal.origin);
    expect([
      asked.pathname,
      atob(asked.searchParams.get('idEtab') ?? ''),
      asked.searchParams.get('idRessource'),
    ]).toEqual(['/domaineGar', COLLEGE, ATLAS]);
  });

  it('a tile says in words whether it is free or by subscription; both at once are one tile, by subscription', async () => {
    const priceOf = (page: Visited, name: string) =>
      new RegExp(`>${name}</a>[\\s\\S]*?<strong class="tile-price">([^<]*)</strong> · ([^<]*)`)
        .exec(page.html)
        ?.slice(1);
    const free = { resource: ark.seul, school: COLLEGE, audiences: ['pupil'], by, at: Date.now() } as const;
    await market.resource(ark.seul, { name: 'Herbier', sector: 'resource', free: ['pupil'] });
    expect(tiles(await see('paul'))).toEqual(['Atlas vivant']);
    await openFreeAt(db, free);
    const page = await see('paul');
    expect(tiles(page)).toEqual(['Atlas vivant', 'Herbier']);
    expect(priceOf(page, 'Atlas vivant')).toEqual(['Abonnement', 'Ouverte dans tout l’établissement']);
    expect(priceOf(page, 'Herbier')).toEqual(['Gratuite', 'Ouverte dans tout l’établissement']);
    expect(tiles(await see('tom'))).toEqual(['Atlas vivant']);
    const id = await market.subscribe(ark.seul, [COLLEGE], { publicCible: ['ELEVE'] });
    const both = await see('paul');
    expect(tiles(both)).toEqual(['Atlas vivant', 'Herbier']);
    expect(priceOf(both, 'Herbier')).toEqual(['Abonnement', 'Ouverte dans tout l’établissement']);
    await market.remove(id);
    expect(priceOf(await see('paul'), 'Herbier')?.[0]).toBe('Gratuite');
    await closeFreeAt(db, { ...free, at: Date.now() });
    expect(tiles(await see('paul'))).toEqual(['Atlas vivant']);
  });

  it('the front page counts what there is to open, and leads nobody where they have nothing', async () => {
    const [pupil, parent] = [await see('paul', '/'), await see('paula', '/')];
    expect(pupil.html).toMatch(/id="to-resources"[\s\S]*?Une ressource à ouvrir/);
    expect(parent.html).not.toContain('id="to-resources"');
  });

  it('a parent is told that pupils open resources themselves; a secretary and another school find nothing', async () => {
    const [parent, secretary, cousin] = [await see('paula'), await see('sylvie'), await see('lea')];
    expect([tiles(parent), tiles(secretary), tiles(cousin)]).toEqual([[], [], []]);
    expect(parent.html).toContain('id="represents"');
    expect(cousin.html).toContain('class="not-yet"');
    expect(secretary.text).toContain('Aucune ressource ne vous est ouverte');
  });

  it('a licence opens for who has it, while the subscription lasts; over quota, nobody gets one', async () => {
    const subscription = await market.subscribe(ark.cahier, [COLLEGE], { ...individual, nbLicenceEleve: '1' });
    const act = { subscription, school: COLLEGE, by, at: Date.now() };
    const audience = await db('audience').where({ school: COLLEGE, code: '6A' }).orderBy('year', 'desc').first('id');
    const key = await personOf(db, 'paul');
    await assignLicences(db, { ...act, target: { kind: 'person', key } });
    await expect(assignLicences(db, { ...act, target: { kind: 'class', key: audience.id } })).rejects.toMatchObject({
      code: 'licences_missing',
    });
    expect([tiles(await see('paul')).length, tiles(await see('ines')).length]).toEqual([2, 1]);
    await market.remove(subscription);
    expect(tiles(await see('paul'))).toEqual(['Atlas vivant']);
  });

  it('whoever comes to a class whose licences are all taken waits, and is told', async () => {
    const subscription = await market.subscribe(ark.cahier, [COLLEGE], { ...individual, nbLicenceEleve: '2' });
    const act = { subscription, school: COLLEGE, by };
    const audience = await db('audience').where({ school: COLLEGE, code: '6A' }).orderBy('year', 'desc').first('id');
    const given = await assignLicences(db, { ...act, at: Date.now(), target: { kind: 'class', key: audience.id } });
    const zoe = await personOf(db, 'zoe');
    const third = await personOf(db, 'lucas');
    await changeFacts(db, {
      school: COLLEGE,
      at: Date.now(),
      source: 'aaf2d',
      actor: 'test',
      begin: [zoe, third].map((subject) => ({ relation: 'enrolled', subject, object: audience.id }) as const),
    });
    await settleDue(db, Date.now());
    expect((await see('paul')).text).not.toContain('il ne reste pas de licence');
    expect(tiles(await see('paul'))).toHaveLength(2);
    const page = await see('zoe');
    expect(tiles(page)).toEqual(['Atlas vivant']);
    expect(page.text).toContain('il ne reste pas de licence');
    await takeBack(db, { id: given.id, by, at: Date.now() });
    expect((await see('zoe')).text).not.toContain('il ne reste pas de licence');
    await market.remove(subscription);
  });

  it('a resource under review is closed and says so, and opens again by itself', async () => {
    await suspendResource(db, { id: ATLAS, by, at: Date.now() });
    const closed = await see('paul');
    expect(tiles(closed)).toEqual([]);
    expect(closed.text).toContain('Elle est en cours de vérification');
    await validateResource(db, { id: ATLAS, attributes: ['PRE'], by, at: Date.now() });
    expect(tiles(await see('paul'))).toEqual(['Atlas vivant']);
  });

  it('a publisher that one declined is closed, with the way to change one’s mind', async () => {
    const person = await personOf(db, 'ines');
    const { publisher } = await findResource(db, ATLAS);
    await declinePublisher(db, { person, publisher: publisher.id, by: person, at: Date.now() });
    const page = await see('ines');
    expect(tiles(page)).toEqual([]);
    expect(page.text).toContain('que cet éditeur ne vous connaisse pas');
    expect(page.html).toContain('href="/me/publishers"');
  });

  it('a click in the media centre of an ENT goes on as one in ours, at the schools it is registered for', async () => {
    const machine = { id: 'ent-b0', scopes: ['resource_list'], ent: 'B0', schools: [COLLEGE], auth: undefined };
    const given = { ...sheet(portal.module), ...machine, redirectUris: [], postLogoutRedirectUris: [] };
    await addModule(db, given, { actor: by, at: Date.now() });
    const { url } = await findResource(db, ATLAS);
    const walker = await as('paul', openWalker({ stopBefore: url }));
    const click = (asked: { ent: string; school: string }) =>
      walker.visit(portal.origin + launchPath({ ...asked, resource: ATLAS }));
    expect((await click({ ent: 'B0', school: COLLEGE })).url).toBe(url);
    expect((await click({ ent: 'B0', school: LYCEE })).status).toBe(400);
    expect((await click({ ent: 'B1', school: COLLEGE })).status).toBe(400);
  });

  it('an account that is suspended sees nothing any more', async () => {
    const walker = await as('diane');
    const person = await personOf(db, 'diane');
    await moveAccount(db, { person, to: 'suspended', actor: by, why: 'x', from: 'operator', at: Date.now() });
    expect((await walker.visit(`${portal.origin}/resources`)).text).not.toContain('Atlas vivant');
  });

  it('the agreement ends: the school says it, with what there is to do', async () => {
    await endAgreement(db, { reference: 'CONV-1', by, at: Date.now() });
    const page = await see('noe');
    expect(tiles(page)).toEqual([]);
    expect(page.text).toContain('Vous n’avez rien à faire');
  });

  describe('statistics', () => {
    it('a sign-in is counted for the month, and no one is named', async () => {
      await as('tom');
      await vi.waitFor(
        async () => {
          const found = await db('usage_count').where({ school: COLLEGE, measure: 'connections', profile: 'teacher' });
          expect(found).toHaveLength(1);
        },
        { timeout: 20_000, interval: 100 },
      );
    });

    it('the head reads those of her own school; no one else of it does', async () => {
      const month = monthBefore(new Date().toISOString().slice(0, 7), 1);
      const accountsOf = [
        { measure: 'accounts', profile: 'pupil', resource: '', count: 320 },
        { measure: 'accounts', profile: 'staff', resource: '', count: 3 },
        { measure: 'reach', profile: 'pupil', resource: '', count: 320 },
        { measure: 'reach', profile: 'pupil', resource: ATLAS, count: 320 },
      ] as const;
      await setUsage(db, { month, school: COLLEGE }, accountsOf);
      const opened = { month, school: COLLEGE, measure: 'openings', profile: 'pupil', resource: ATLAS } as const;
      await addUsage(db, [{ ...opened, count: 1234 }]);
      const page = await see('helene', '/school/statistics');
      expect(page.status).toBe(200);
      expect(page.text).toMatch(/1.234/);
      expect(page.text).toContain('une fois le mois terminé');
      expect(page.text).toContain('Atlas vivant');
      expect(page.text).not.toContain('Lycée');
      const others = await Promise.all(
        (['tom', 'sylvie', 'paul', 'paula'] as const).map(
          async (name) => (await see(name, '/school/statistics')).status,
        ),
      );
      expect(others).toEqual([403, 403, 403, 403]);
      expect((await see('henri', '/school/statistics')).text).not.toContain('Atlas vivant');
    });

    it('so does the data protection officer, from the day of the designation', async () => {
      const walker = await as('sylvie');
      const visit = () => walker.visit(`${portal.origin}/school/statistics`);
      expect((await visit()).status).toBe(403);
      const subject = await personOf(db, 'sylvie');
      const properties = { decision: 'D1' };
      const fact = { relation: 'protects', subject, object: COLLEGE, properties } as const;
      const change = { school: COLLEGE, at: Date.now(), source: 'local', actor: by } as const;
      await changeFacts(db, { ...change, begin: [fact] });
      expect((await visit()).status).toBe(200);
      expect((await walker.visit(portal.origin)).html).toContain('id="to-statistics"');
    });
  });
});
