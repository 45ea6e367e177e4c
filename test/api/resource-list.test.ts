// An ENT with a media centre of its own asks what a person may open: of its idENT, at its schools, and of nobody else's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { changeFacts } from '../../src/facts/facts.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { assignLicences } from '../../src/resources/licences.ts';
import { findResource, suspendResource, validateResource } from '../../src/resources/registry.ts';
import type { Db } from '../../src/storage/storage.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';
import { ark, type Market, openMarket } from './publishers.ts';

const DAY = 86_400_000;
const by = 'operator';

describe.each(engines)('the list of resources, on $name', ({ open }) => {
  let api: Served;
  let db: Db;
  let market: Market;
  let ent: ServedModule;
  let token: string;

  const ask = async (who: string, { school = COLLEGE, ident = 'B0', bearer = token } = {}) =>
    api.ask(`/api/v1/ressources/${ident}/${encodeURIComponent(school)}/${encodeURIComponent(who)}`, { token: bearer });
  const listOf = async (who: string, more: { school?: string } = {}) => {
    const { status, body } = await ask(await ent.sub(who), more);
    expect(status).toBe(200);
    return (body.listeRessources as unknown as { ressource: Record<string, unknown>[] }).ressource;
  };
  const names = async (who: string, more: { school?: string } = {}) =>
    (await listOf(who, more)).map(({ idRessource }) => idRessource);

  beforeAll(async () => {
    api = await openApi(open);
    ({ db } = api);
    for (const who of ['paul', 'theo', 'paula', 'ines', 'lea'] as const satisfies readonly CastName[])
      await openAccount(db, {
        person: await personOf(db, who),
        identifier: `${who}.media`,
        password: 'ardoise-mappemonde',
        actor: by,
        at: Date.now(),
      }).catch(() => undefined); // some have one already
    // he teaches at the lycée too
    await changeFacts(db, {
      school: LYCEE,
      at: Date.now(),
      source: 'local',
      actor: by,
      begin: [
        { relation: 'post', subject: await personOf(db, 'theo'), object: LYCEE, properties: { function: 'teacher' } },
      ],
    });
    market = await openMarket(db);
    const machine = { redirectUris: [], scopes: ['resource_list'], ent: 'B0', schools: [COLLEGE, LYCEE] };
    ent = await api.module(machine);
    token = await ent.token('resource_list');
    await market.subscribe(ark.atlas, [COLLEGE, LYCEE], { publicCible: ['ELEVE', 'ENSEIGNANT'] });
    await market.subscribe(ark.manuel, [COLLEGE], { publicCible: ['ENSEIGNANT'] });
  });
  afterAll(() => api.close());

  it('tells each resource with the names that callers of the GAR know, and where it opens', async () => {
    const [atlas, ...others] = await listOf('paul');
    expect(others).toEqual([]);
    const { details, publisher } = await findResource(db, ark.atlas);
    expect(atlas).toEqual({
      idRessource: ark.atlas,
      idType: 'ARK',
      nomRessource: ark.atlas,
      idEditeur: publisher.id,
      nomEditeur: publisher.name,
      description: details.description,
      typePresentation: { code: 'MAN', nom: 'manuels numériques' },
      typePedagogique: details.typePedagogique,
      typologieDocument: [],
      niveauEducatif: [],
      domaineEnseignement: [],
      urlAccesRessource: `${api.origin}/domaineGar?idENT=QjA%3D&idEtab=${encodeURIComponent(btoa(COLLEGE))}&idRessource=${encodeURIComponent(ark.atlas)}`,
      nomSourceEtiquetteGar: 'Accessible via Préau',
      distributeurTech: details.distributeurTech,
      validateurTech: details.validateurTech,
    });
  });

  it('takes the idENT plainly or in base64, and refuses every other one', async () => {
    const sub = await ent.sub('paul');
    expect((await ask(sub, { ident: 'QjA%3D' })).status).toBe(200);
    for (const ident of ['B1', 'QjE%3D', 'b0', 'B', '%00']) {
      const { status, body } = await ask(sub, { ident });
      expect([ident, status]).toEqual([ident, ident === '%00' ? 404 : 403]);
      if (status === 403) expect(body.Erreur).toMatchObject({ Code: 'Forbidden' });
    }
  });

  it('a person of two schools has two lists, each with its own addresses', async () => {
    expect(await names('theo')).toEqual([ark.atlas, ark.manuel].sort());
    expect(await names('theo', { school: LYCEE })).toEqual([ark.atlas]);
    const [here] = await listOf('theo');
    const [there] = await listOf('theo', { school: LYCEE });
    expect(here?.urlAccesRessource).not.toBe(there?.urlAccesRessource);
  });

  it('two subscriptions to one resource are one line', async () => {
    const again = await market.subscribe(ark.atlas, [COLLEGE], { publicCible: ['ELEVE'] });
    expect(await names('paul')).toEqual([ark.atlas]);
    await market.remove(again);
  });

  it('a school that is not known, is not served or is no school at all: the request is wrong, in one answer', async () => {
    for (const school of ['0750001Z', ECOLE, 'idEtablissementInvalide', COLLEGE.slice(0, 7), COLLEGE.toLowerCase()]) {
      const { status, body } = await ask('idUtilisateur', { school });
      expect([status, body]).toEqual([
        400,
        {
          Erreur: {
            Code: 'Bad Request',
            Message: 'Établissement non trouvé',
            Resource: `ressources/B0/${school}/idUtilisateur`,
          },
        },
      ]);
    }
  });

  it('a parent, somebody elsewhere, unknown, of another module, or by their key: an empty list, and one answer', async () => {
    const other = await api.module({ redirectUris: [], scopes: ['resource_list'], ent: 'B1', schools: 'all' });
    const asked = [
      await ent.sub('paula'),
      await ent.sub('lea'),
      await ent.sub('marc'),
      await other.sub('paul'),
      await personOf(db, 'paul'),
      'nobody',
      'x'.repeat(400),
      (await ent.sub('paul')).slice(0, -1),
    ];
    for (const who of asked) {
      const { status, body } = await ask(who);
      expect([status, body]).toEqual([200, { listeRessources: { ressource: [] } }]);
    }
  });

  it('a licence of one’s own is listed while it is held', async () => {
    const at = Date.now();
    const subscription = await market.subscribe(ark.cahier, [COLLEGE], {
      typeAffectation: 'INDIV',
      nbLicenceGlobale: undefined,
      nbLicenceEleve: '1',
      publicCible: ['ELEVE'],
    });
    const target = { kind: 'person', key: await personOf(db, 'paul') } as const;
    await assignLicences(db, { subscription, school: COLLEGE, target, by, at });
    expect([await names('paul'), await names('ines')]).toEqual([[ark.atlas, ark.cahier].sort(), [ark.atlas]]);
    await market.remove(subscription);
    expect(await names('paul')).toEqual([ark.atlas]);
  });

  it('what has ended or is under review is not listed any more, that minute', async () => {
    const at = Date.now();
    const brief = await market.subscribe(ark.autre, [COLLEGE], {
      publicCible: ['ELEVE'],
      debutValidite: new Date(at - 2 * DAY).toISOString(),
      finValidite: new Date(at - DAY).toISOString(),
    });
    expect(await names('paul')).toEqual([ark.atlas]);
    await market.remove(brief);
    await suspendResource(db, { id: ark.atlas, by, at: Date.now() });
    expect(await names('paul')).toEqual([]);
    await validateResource(db, { id: ark.atlas, attributes: [], by, at: Date.now() });
    expect(await names('paul')).toEqual([ark.atlas]);
  });

  it('an account that is suspended lists nothing', async () => {
    const person = await personOf(db, 'ines');
    expect(await names('ines')).toEqual([ark.atlas]);
    await moveAccount(db, { person, to: 'suspended', actor: by, why: 'x', from: 'operator', at: Date.now() });
    expect(await names('ines')).toEqual([]);
  });

  it('asks for the scope, and for a token', async () => {
    const stranger = await (await api.module()).token('rights');
    const refused = await ask('x', { bearer: stranger });
    expect([refused.status, refused.body.Erreur]).toMatchObject([403, { Code: 'Forbidden' }]);
    expect((await ask('x', { bearer: '' })).status).toBe(401);
    const { status, headers } = await api.ask(`/api/v1/ressources/B0/${COLLEGE}/x`, { method: 'POST', token });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('a module without an idENT cannot ask for the scope, nor keep an idENT without it', async () => {
    for (const wrong of [
      { scopes: ['resource_list'] },
      { scopes: ['rights'], ent: 'B0' },
      { scopes: ['resource_list'], ent: 'B 0' },
    ])
      await expect(api.module({ redirectUris: [], ...wrong })).rejects.toMatchObject({ code: 'client_invalid' });
  });

  it('nothing is listed where the agreement has ended, and everything else goes on', async () => {
    await endAgreement(db, { reference: 'CONV-1', by, at: Date.now() });
    expect([await names('paul'), await names('theo', { school: LYCEE })]).toEqual([[], []]);
  });
});
