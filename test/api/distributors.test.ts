// What a distributor reads: how many licences are in use, a report a day, and the schools; its own alone, and never a person.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import Koa from 'koa';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../src/api/api.ts';
import { dayOf, startOfDay } from '../../src/facts/calendar.ts';
import { launchPath, ownEnt } from '../../src/resources/addresses.ts';
import { recordAgreement } from '../../src/resources/agreements.ts';
import { countsCsv } from '../../src/resources/counts.ts';
import { deriveDue, deriveNatures } from '../../src/resources/deriving.ts';
import { assignLicences, takeBack } from '../../src/resources/licences.ts';
import { writeReports } from '../../src/resources/reports.ts';
import { ACADEMY, COLLEGE, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served } from './harness.ts';

const [MINE, OTHER] = ['461730832_0000000000000000', '552081317_0000000121032683'] as const;
const HEADER =
  'UAI;idAbonnement;codeProjetRessource;idRessource;cumulAffectationEleve;cumulAffectationEnseignant;cumulAffectationDocumentaliste;cumulAffectationAutrePersonnel\n';
const ARK = good.idRessource;
const DAY = 86_400_000;

describe.each(engines)('what distributors read on $name', ({ open }) => {
  let api: Served;
  let mine: string;
  let other: string;
  let writer: string;
  let writing: string;
  const people = {} as Record<'paul' | 'ines' | 'tom' | 'noe', string>;

  beforeAll(async () => {
    api = await openApi(open);
    const machine = { redirectUris: [], scopes: ['usage'] };
    const first = await api.module({ ...machine, scopes: ['usage', 'subscriptions'], distributor: MINE });
    mine = await first.token('usage');
    writing = await first.token('subscriptions');
    other = await (await api.module({ ...machine, distributor: OTHER })).token('usage');
    const only = await api.module({ ...machine, scopes: ['subscriptions'], distributor: MINE });
    writer = await only.token('subscriptions');
    for (const name of ['paul', 'ines', 'tom', 'noe'] as const) people[name] = await keyOf(api.db, name);
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    const tables = ['licence_settlement', 'licence_seat', 'licence_assignment', 'offer', 'assignment_report'];
    for (const table of [...tables, 'subscription_school', 'subscription', 'agreement_school', 'agreement'])
      await api.db(table).delete();
    await api.db('fact').whereIn('relation', ['assigned', 'subscribed', 'openTo', 'agreed', 'connected']).delete();
  });

  const dateTime = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
  const ends = startOfDay(dayOf(Date.now())) + 100 * DAY;
  const put = async (id: string, more: Record<string, unknown> = {}) => {
    const body = {
      ...good,
      idAbonnement: id,
      debutValidite: dateTime(Date.now() - 10 * DAY),
      finValidite: dateTime(ends),
      ...more,
    };
    const { status } = await api.ask(`/api/v1/abonnements/${id}`, { method: 'PUT', token: writing, body });
    expect(status).toBe(201);
  };
  const give = (subscription: string, who: keyof typeof people, school = COLLEGE) =>
    assignLicences(api.db, {
      subscription,
      school,
      target: { kind: 'person', key: people[who] },
      by: people.tom,
      at: Date.now(),
    });
  /** As bytes: neither CSV nor ZIP is JSON. */
  const fetched = async (path: string, token: string | undefined = mine, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, api.origin), {
      headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
    });
    const content = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, content, text: content.toString() };
  };

  describe('counts', () => {
    const counts = (query: string, token = mine) => fetched(`/api/v1/decompteaffectations${query}`, token);

    it('by school and public, of one subscription or of a project', async () => {
      await put('a', { uaiEtab: [COLLEGE, LYCEE], codeProjetRessource: 'P1' });
      await put('b', { codeProjetRessource: 'P1' });
      await put('c');
      for (const [id, who, school] of [
        ['a', 'paul', COLLEGE],
        ['a', 'ines', COLLEGE],
        ['a', 'tom', COLLEGE],
        ['a', 'noe', LYCEE],
        ['b', 'ines', COLLEGE],
      ] as const)
        await give(id, who, school);
      const given = await give('c', 'paul');
      const [college, lycee] = [`${COLLEGE};a;P1;${ARK};2;1;0;0\n`, `${LYCEE};a;P1;${ARK};1;0;0;0\n`];
      const answer = await counts('?idAbonnement=a');
      expect([answer.status, answer.text]).toEqual([200, `${HEADER}${college}${lycee}`]);
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect((await counts('?codeProjetRessource=P1')).text).toBe(
        `${HEADER}${college}${lycee}${COLLEGE};b;P1;${ARK};1;0;0;0\n`,
      );
      expect((await counts('?idAbonnement=c')).text).toBe(`${HEADER}${COLLEGE};c;null;${ARK};1;0;0;0\n`);
      await takeBack(api.db, { id: given.id, by: people.tom, at: Date.now() });
      expect((await counts('?idAbonnement=c')).text).toBe(HEADER);
    });

    it.each([
      ['neither', ''],
      ['both', '?idAbonnement=a&codeProjetRessource=P1'],
      ['an empty one', '?idAbonnement='],
      ['one twice', '?idAbonnement=a&idAbonnement=b'],
    ])('%s is refused', async (_, query) => {
      await put('a');
      const { status, text } = await counts(query);
      expect([status, JSON.parse(text).code]).toEqual([400, 'bad_request']);
    });

    it('another’s, a removed one and an unknown one are answered alike; another’s project has no line', async () => {
      await put('a', { codeProjetRessource: 'P1' });
      await give('a', 'paul');
      const foreign = await counts('?idAbonnement=a', other);
      const unknown = await counts('?idAbonnement=z', other);
      expect([foreign.status, JSON.parse(foreign.text).code]).toEqual([404, 'unknown_subscription']);
      expect({ ...JSON.parse(foreign.text), request: '' }).toEqual({ ...JSON.parse(unknown.text), request: '' });
      expect((await counts('?codeProjetRessource=P1', other)).text).toBe(HEADER);
      await api.ask('/api/v1/abonnements/a', { method: 'DELETE', token: writing });
      expect((await counts('?idAbonnement=a')).status).toBe(404);
      expect((await counts('?codeProjetRessource=P1')).text).toBe(HEADER);
    });

    it('needs a token, and its scope', async () => {
      expect((await fetched('/api/v1/decompteaffectations?idAbonnement=a', '')).status).toBe(401);
      expect((await counts('?idAbonnement=a', writer)).status).toBe(403);
    });

    it('what a distributor wrote cannot break a line, nor be a formula', () => {
      const subscription = { id: 'a', sheet: { codeProjetRessource: '=1+1;"x"\ny' } } as never;
      const counts_ = { ELEVE: 1, ENSEIGNANT: 0, DOCUMENTALISTE: 0, 'AUTRE PERSONNEL': 0 };
      expect(countsCsv([{ school: COLLEGE, subscription, counts: counts_ }])).toBe(
        `${HEADER}${COLLEGE};a;"'=1+1;""x""\ny";;1;0;0;0\n`,
      );
    });
  });

  describe('reports', () => {
    const list = async (state = 'TOUT', token = mine, distributor: string = MINE) =>
      api.ask(`/api/v1/rapportsAffectation/${distributor}/${state}`, { token });
    const named = async (state?: string) =>
      ((await list(state)).body.rapportsAffectation as { nomRapport: string; statut?: string }[]).map((one) => [
        one.nomRapport,
        one.statut,
      ]);
    const take = (name: string, token = mine, distributor: string = MINE) =>
      fetched(`/api/v1/GAR-Affectations/${distributor}/${name}`, token);
    const present = [`GAR-Affectations_${MINE}_Global.zip`, undefined];
    const reportOf = (day: string) => `GAR-Affectations_${MINE}_${day}.zip`;
    const at = startOfDay(dayOf(Date.now())) + 30 * DAY + 6 * 3_600_000;
    const dayAt = (instant: number) => dayOf(instant).replaceAll('-', '');

    it('one a day when something has changed; taken, it is taken into account; the present one is always there', async () => {
      expect(await named()).toEqual([present]);
      await writeReports(api.db, at);
      expect(await named()).toEqual([present]);
      await put('a');
      await give('a', 'paul');
      await writeReports(api.db, at);
      await writeReports(api.db, at + 3_600_000);
      await writeReports(api.db, at + DAY);
      await give('a', 'ines');
      await writeReports(api.db, at + 2 * DAY);
      const [first, second] = [reportOf(dayAt(at)), reportOf(dayAt(at + 2 * DAY))];
      const both = ['NON_PRIS_EN_COMPTE', 'NON_PRIS_EN_COMPTE'];
      expect(await named()).toEqual([[first, both[0]], [second, both[1]], present]);
      const looked = await fetch(new URL(`/api/v1/GAR-Affectations/${MINE}/${first}`, api.origin), {
        method: 'HEAD',
        headers: { authorization: `Bearer ${mine}` },
      });
      expect(looked.status).toBe(405);
      const [listed] = (await list()).body.rapportsAffectation as Record<string, unknown>[];
      const { status, content, headers } = await take(first);
      expect(listed).toEqual({
        nomRapport: first,
        dateCreation: dayOf(at).split('-').reverse().join('/'),
        taille: content.length,
        statut: 'NON_PRIS_EN_COMPTE',
      });
      expect([status, headers.get('content-type')]).toEqual([200, 'application/zip']);
      expect(headers.get('content-disposition')).toContain(first);
      expect(await named('PRIS_EN_COMPTE')).toEqual([[first, 'PRIS_EN_COMPTE'], present]);
      expect(await named('NON_PRIS_EN_COMPTE')).toEqual([[second, 'NON_PRIS_EN_COMPTE'], present]);
      await take(first);
      expect(await api.db('audit').where({ event: 'report.taken' })).toHaveLength(1);
      expect(content).toEqual((await take(first)).content);
      await writeReports(api.db, at + 92 * DAY);
      expect((await named()).map(([name]) => name)).not.toContain(first);
    });

    it('of a subscription for a nature, a school that has left it is told of no more', async () => {
      const nature = {
        uaiEtab: undefined,
        codeNatureUAI: '340',
        typeAffectation: 'ETABL',
        nbLicenceGlobale: 'ILLIMITE',
      };
      await put('nature', { ...nature, nbLicenceEleve: undefined, nbLicenceEnseignant: undefined });
      const told = async () => onlyFileIn((await take(present[0]!)).content).includes(`UAI="${COLLEGE}"`);
      expect(await told()).toBe(true);
      const kind = (await api.db('school').where({ uai: COLLEGE }).first('kind')).kind;
      await api.db('school').where({ uai: COLLEGE }).update({ kind: 'lycée professionnel' });
      await deriveNatures(api.db, Date.now());
      await deriveDue(api.db, Date.now());
      expect(await told()).toBe(false);
      await api.db('school').where({ uai: COLLEGE }).update({ kind });
      await deriveNatures(api.db, Date.now());
      await deriveDue(api.db, Date.now());
      expect(await told()).toBe(true);
    });

    it('says by resource, subscription and school how many of each public, and nothing of anybody', async () => {
      const title = 'Maths & <sciences> "6e"';
      await put('a', { uaiEtab: [COLLEGE, LYCEE], libelleRessource: title });
      const whole = {
        idRessource: 'ark:/49591/Autre',
        typeAffectation: 'ETABL',
        nbLicenceGlobale: 'ILLIMITE',
        nbLicenceEleve: undefined,
        nbLicenceEnseignant: undefined,
      };
      await put('b', whole);
      await put('later', { ...whole, debutValidite: dateTime(Date.now() + DAY) });
      await put('gone', whole);
      await api.ask('/api/v1/abonnements/gone', { method: 'DELETE', token: writing });
      for (const [who, school] of [
        ['paul', COLLEGE],
        ['ines', COLLEGE],
        ['tom', COLLEGE],
        ['noe', LYCEE],
      ] as const)
        await give('a', who, school);
      const { content } = await take(present[0]!);
      const finValidite = dayOf(ends - 1);
      const xml = onlyFileIn(content);
      expect(elementsOf(xml)).toEqual([
        ['GARAffectations', {}],
        ['GARRessource', { idRessource: 'ark:/49591/Autre', titreRessource: good.libelleRessource }],
        ['GARAbonnement', { idAbonnement: 'b', finValidite }],
        ['GAREtablissement', { UAI: COLLEGE }],
        ['Affectation', { publicCible: 'ELEVE', typeAffectation: 'ETABL' }],
        ['Affectation', { publicCible: 'ENSEIGNANT', typeAffectation: 'ETABL' }],
        ['GARRessource', { idRessource: ARK, titreRessource: title }],
        ['GARAbonnement', { idAbonnement: 'a', finValidite }],
        ['GAREtablissement', { UAI: COLLEGE }],
        ['Affectation', { publicCible: 'ELEVE', typeAffectation: 'INDIV', nombre: '2' }],
        ['Affectation', { publicCible: 'ENSEIGNANT', typeAffectation: 'INDIV', nombre: '1' }],
        ['GAREtablissement', { UAI: LYCEE }],
        ['Affectation', { publicCible: 'ELEVE', typeAffectation: 'INDIV', nombre: '1' }],
      ]);
      for (const key of Object.values(people)) expect(xml).not.toContain(key);
      for (const name of ['Bernard', 'Amrani', 'Garnier', 'Paul']) expect(xml).not.toContain(name);
    });

    it('of another distributor: refused, by its name or by mine, and nothing is taken', async () => {
      await put('a');
      await give('a', 'paul');
      await writeReports(api.db, at);
      const name = reportOf(dayAt(at));
      expect((await list('TOUT', other)).body.code).toBe('distributor_other');
      expect((await take(name, other)).status).toBe(403);
      const asOwn = await take(name, other, OTHER);
      expect([asOwn.status, JSON.parse(asOwn.text).code]).toEqual([404, 'not_found']);
      expect((await take(present[0]!, other, OTHER)).status).toBe(404);
      expect((await list('TOUT', other, OTHER)).body.rapportsAffectation).toHaveLength(1);
      expect((await take('../../etc/passwd')).status).toBe(404);
      expect((await list('TOUS')).status).toBe(404);
      expect((await list('TOUT', writer)).status).toBe(403);
      expect(await named('NON_PRIS_EN_COMPTE')).toEqual([[name, 'NON_PRIS_EN_COMPTE'], present]);
    });
  });

  describe('schools', () => {
    const agreement = {
      reference: 'A1',
      collectivity: 'Département',
      siren: '225500016',
      academy: ACADEMY,
      state: 'signed',
      documentHash: 'ab'.repeat(32),
      schools: [COLLEGE],
      by: 'operator',
    } as const;

    it('all, by UAI, with the ENT of those under an agreement; in JSON or XML, whole or in parts', async () => {
      const now = Date.now();
      await recordAgreement(api.db, { ...agreement, startsAt: now - DAY, endsAt: now + DAY, at: now });
      const { body, headers } = await api.ask('/api/v1/etablissements', { token: writing });
      const listed = body.etablissements as Record<string, string>[];
      expect(listed.map(({ uai }) => uai)).toEqual([...listed.map(({ uai }) => uai!)].sort());
      expect(headers.get('x-total-count')).toBe(String(listed.length));
      const of = (uai: string) => listed.find((one) => one.uai === uai)!;
      expect(of(COLLEGE)).toMatchObject({
        nature_uai: '340',
        nature_uai_libe: 'Collège',
        type_uai: 'CLG',
        academie: ACADEMY,
        departement_insee_3: '090',
        appellation_officielle: 'Collège Les Tilleuls',
        idENT: Buffer.from('PREAU').toString('base64'),
      });
      expect(of(ECOLE)).toMatchObject({ type_uai: '1ORD', idENT: '' });
      expect(of(LYCEE)).toMatchObject({ nature_uai: '', type_uai: 'LYC', idENT: '' });
      const part = await api.ask('/api/v1/etablissements?debut=1&fin=2', { token: writing });
      expect(part.body.etablissements).toEqual([listed[1]]);
      for (const wrong of ['debut=-1', 'fin=', 'fin=1e3', 'debut=0x1'])
        expect([wrong, (await api.ask(`/api/v1/etablissements?${wrong}`, { token: writing })).status]).toEqual([
          wrong,
          400,
        ]);
      const xml = await fetched('/api/v1/etablissements.xml', writing);
      expect(xml.headers.get('content-type')).toBe('application/xml');
      expect(xml.text).toMatch(/<listEtablissement xmlns="http:\/\/www.atosworldline.com\/listEtablissement\/v1.0\/">/);
      expect(xml.text.match(/<uai>/g)).toHaveLength(listed.length);
      expect((await fetched('/api/v1/etablissements', writing, { accept: 'application/xml' })).text).toBe(xml.text);
    });

    it('where the ministry gave no idENT, they have the one that our own media centre writes', async () => {
      const now = Date.now();
      await recordAgreement(api.db, { ...agreement, startsAt: now - DAY, endsAt: now + DAY, at: now });
      const { config, provider } = api.house;
      const app = new Koa().use(apiRoutes({ db: api.db, provider, config: { ...config, garEnt: '' } }).routes());
      const server = app.listen(0, 'localhost');
      await once(server, 'listening');
      const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
      const response = await fetch(`${origin}/api/v1/etablissements`, {
        headers: { authorization: `Bearer ${writing}` },
      });
      const { etablissements } = (await response.json()) as { etablissements: Record<string, string>[] };
      server.closeAllConnections();
      server.close();
      const path = launchPath({ ent: ownEnt({ garEnt: '' }), school: COLLEGE, resource: ARK });
      const written = new URL(path, origin).searchParams.get('idENT');
      expect(written).toBe(Buffer.from('PREAU').toString('base64'));
      const told = (uai: string) => etablissements.find((one) => one.uai === uai)!.idENT;
      expect([told(COLLEGE), told(LYCEE)]).toEqual([written, '']);
    });

    it('for those who write subscriptions alone', async () => {
      expect((await api.ask('/api/v1/etablissements', {})).status).toBe(401);
      expect((await api.ask('/api/v1/etablissements', { token: other })).status).toBe(403);
      expect((await api.ask('/api/v1/etablissements', { token: writing, method: 'POST', body: {} })).status).toBe(405);
    });
  });
});

/** The one file of a ZIP, by its local header (APPNOTE 4.3.7) and the central directory, whose sizes hold. */
function onlyFileIn(zip: Buffer): string {
  expect(zip.readUInt32LE(0)).toBe(0x04034b50);
  const central = zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  expect(zip.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]), central + 1)).toBe(-1);
  const size = zip.readUInt32LE(central + 20);
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  return inflateRawSync(zip.subarray(start, start + size)).toString();
}

function elementsOf(xml: string): [string, Record<string, string>][] {
  const found: [string, Record<string, string>][] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => void found.push([name, { ...attributes }]));
  parser.write(xml).close();
  return found;
}
