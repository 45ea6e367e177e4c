// The catalogue of what may be distributed: what was validated and nothing else, for machines of distributors and of ENT.
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordResource, suspendResource, withdrawResource } from '../../src/resources/registry.ts';
import { engines } from '../databases.ts';
import { goodResource } from '../resources/good-resource.ts';
import { openApi, type Served } from './harness.ts';
import { ark, openMarket, PUBLISHER } from './publishers.ts';

const PATH = '/api/v1/ressourcesDiffusables';
const by = 'operator';
const seller = { id: '461730832_0000000000000000', name: 'Librairie <des> Écoles & Cie' };
const host = '493982411_0000000000000000';

describe.each(engines)('the catalogue, on $name', ({ open }) => {
  let api: Served;
  let sells: string;
  let shows: string;
  const others: Record<string, string> = {};

  beforeAll(async () => {
    api = await openApi(open);
    const machine = { redirectUris: [] };
    sells = await (await api.module({ ...machine, scopes: ['subscriptions'], distributor: seller.id })).token(
      'subscriptions',
    );
    shows = await (await api.module({ ...machine, scopes: ['resource_list'], ent: 'B0' })).token('resource_list');
    others.usage = await (await api.module({ ...machine, scopes: ['usage'], distributor: seller.id })).token('usage');
    others.rights = await (await api.module({ ...machine, scopes: ['rights'] })).token('rights');
    const market = await openMarket(api.db);
    await market.resource(ark.cahier, {
      details: {
        ...goodResource.details,
        mereFamille: `https://ark.example/${ark.manuel}`,
        distributeursCom: [seller, { ...goodResource.publisher }],
        distributeurTech: host,
        nomDistributeurTech: 'Hébergeur du Nord',
      },
    });
    await market.resource(ark.atlas, { details: { ...goodResource.details, mereFamille: ark.manuel } });
    await market.resource(ark.seul, {
      sector: 'resource',
      details: { ...goodResource.details, distributeurTech: host },
    });
    await suspendResource(api.db, { id: ark.atlas, by, at: Date.now() });
    await withdrawResource(api.db, { id: ark.autre, by, at: Date.now() });
    await recordResource(api.db, { ...goodResource, id: 'ark:/49591/EnAttente', by, at: Date.now() });
  });
  afterAll(() => api?.close());

  const listed = async (query = '', token = sells) => {
    const { status, body, headers } = await api.ask(`${PATH}${query}`, { token });
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Date.parse(String(body.dateGeneration))).toBeLessThanOrEqual(Date.now());
    return { total: headers.get('x-total-count'), found: body.ressourceDiffusable as Record<string, unknown>[] };
  };
  const xmlOf = async (token = shows) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/xml' };
    const response = await fetch(new URL(PATH, api.origin), { headers });
    return { type: response.headers.get('content-type'), text: await response.text() };
  };

  it('holds what is validated, by ARK, and what is suspended as not to be opened; nothing that waits or is withdrawn', async () => {
    const { total, found } = await listed();
    expect(found.map(({ idRessource, diffusable }) => [idRessource, diffusable])).toEqual([
      [ark.atlas, false],
      [ark.cahier, true],
      [ark.manuel, true],
      [ark.seul, true],
    ]);
    expect(total).toBe('4');
    expect(found.every(({ affichable }) => affichable === true)).toBe(true);
    expect(await listed('', shows)).toEqual({ total, found });
  });

  it('says who publishes, sells and hosts each, and its family, both ways', async () => {
    const { found } = await listed();
    const of = (id: string) => found.find(({ idRessource }) => idRessource === id);
    const publisher = goodResource.publisher;
    const itself = { distributeurCom: PUBLISHER, nomDistributeurCom: publisher.name };
    expect(of(ark.cahier)).toEqual({
      idRessource: ark.cahier,
      nomRessource: ark.cahier,
      idEditeur: PUBLISHER,
      nomEditeur: publisher.name,
      distributeursCom: [{ distributeurCom: seller.id, nomDistributeurCom: seller.name }, itself],
      distributeurTech: host,
      nomDistributeurTech: 'Hébergeur du Nord',
      affichable: true,
      diffusable: true,
      mereFamille: ark.manuel,
      membreFamille: [],
    });
    expect(of(ark.manuel)).toMatchObject({
      distributeursCom: [itself],
      nomDistributeurTech: publisher.name,
      membreFamille: [ark.atlas, ark.cahier],
    });
    expect(of(ark.manuel)).not.toHaveProperty('mereFamille');
    expect(of(ark.seul)).toMatchObject({ distributeurTech: host, nomDistributeurTech: host });
  });

  it('in XML: the same, in the namespace and the order of the service, well formed', async () => {
    const { type, text } = await xmlOf();
    expect(type).toBe('application/xml');
    expect(text).toContain('<ressourcesDiffusables xmlns="http://gar.education.fr/schemas/init/0/1/"><dateGeneration>');
    const names: string[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name }) => names.push(name));
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(text).close();
    const start = text.indexOf(`<idRessource>${ark.cahier}<`);
    const one = text.slice(start, text.indexOf('</ressourceDiffusable>', start));
    const fields = [...one.matchAll(/<(\w+)>/g)].map(([, name]) => name);
    expect(fields).toEqual([
      'idRessource',
      'nomRessource',
      'idEditeur',
      'nomEditeur',
      ...['distributeursCom', 'distributeurCom', 'nomDistributeurCom'],
      ...['distributeursCom', 'distributeurCom', 'nomDistributeurCom'],
      'distributeurTech',
      'nomDistributeurTech',
      'affichable',
      'diffusable',
      'mereFamille',
    ]);
    expect(one).toContain('Librairie &lt;des&gt; Écoles &amp; Cie');
    expect(text.match(/<membreFamille>/g)).toHaveLength(2);
    expect(names.filter((name) => name === 'ressourceDiffusable')).toHaveLength(4);
  });

  it('in parts, from a place to before another', async () => {
    const { found } = await listed();
    expect((await listed('?debut=1&fin=3')).found).toEqual(found.slice(1, 3));
    expect((await listed('?debut=4')).found).toEqual([]);
    for (const wrong of ['debut=-1', 'fin=x', 'debut='])
      expect([wrong, (await api.ask(`${PATH}?${wrong}`, { token: sells })).status]).toEqual([wrong, 400]);
  });

  it('for nobody else', async () => {
    expect((await api.ask(PATH, {})).status).toBe(401);
    for (const [name, token] of Object.entries(others))
      expect([name, (await api.ask(PATH, { token })).status]).toEqual([name, 403]);
    expect((await api.ask(PATH, { token: sells, method: 'POST', body: {} })).status).toBe(405);
  });
});
