// A distributor writes its subscriptions, in JSON and in XML, and nobody else's; what is refused is refused by name, whole.
import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/audit/audit.ts';
import { offersOf } from '../../src/directory/offers.ts';
import { COLLEGE, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { good } from '../resources/good.ts';
import { openApi, type Served } from './harness.ts';

const [MINE, OTHER] = ['461730832_0000000000000000', '552081317_0000000121032683'] as const;
const PATH = '/api/v1/abonnements';
const ID = good.idAbonnement;

type Body = Record<string, unknown>;

describe.each(engines)('subscriptions on $name', ({ open }) => {
  let api: Served;
  let mine: string;
  let other: string;
  let stranger: string;

  beforeAll(async () => {
    api = await openApi(open);
    const machine = { redirectUris: [], scopes: ['subscriptions'] };
    mine = await (await api.module({ ...machine, distributor: MINE })).token('subscriptions');
    other = await (await api.module({ ...machine, distributor: OTHER })).token('subscriptions');
    stranger = await (await api.module()).token('rights');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    for (const table of ['offer', 'subscription_school']) await api.db(table).delete();
    await api.db('subscription').delete();
  });

  const send = (method: string, body?: Body | string, { id = ID as string, token = mine, headers = {} } = {}) =>
    api.ask(`${PATH}/${encodeURIComponent(id)}`, { method, token, body, headers });
  const list = async (query = '', token = mine) =>
    ((await api.ask(`${PATH}${query}`, { token })).body.abonnements as Body[]).map((one) => one.idAbonnement);
  const rulesIn = (body: Body) =>
    ((body.details as Body).violations as { regle: string; message: string }[]).map(({ regle }) => regle);
  const { uaiEtab, ...withoutSchools } = good;

  it('PUT creates, POST changes all but the schools, PATCH some, DELETE removes and it is listed as removed', async () => {
    const created = await send('PUT', good);
    expect([created.status, created.body.idAbonnement, created.body.uaiEtab]).toEqual([201, ID, uaiEtab]);
    expect((await send('GET')).body).toEqual(created.body);
    const changed = await send('POST', { ...withoutSchools, finValidite: '2028-08-15T00:00:00' });
    expect([changed.status, changed.body.finValidite, changed.body.uaiEtab]).toEqual([
      200,
      '2028-08-15T00:00:00',
      uaiEtab,
    ]);
    expect((await send('POST', { ...good, uaiEtab: [COLLEGE] })).status).toBe(200);
    const amended = await send('PATCH', { nbLicenceEleve: '12' });
    expect(amended.body).toMatchObject({
      nbLicenceEleve: '12',
      nbLicenceEnseignant: '11',
      libelleRessource: good.libelleRessource,
    });
    expect(await list()).toEqual([ID]);
    expect((await send('DELETE')).status).toBe(204);
    expect([await list(), await list('?aboSuppr=true')]).toEqual([[], [ID]]);
    for (const method of ['GET', 'DELETE']) expect((await send(method)).status).toBe(404);
    expect((await send('POST', good)).body.code).toBe('unknown_subscription');
    expect((await send('PUT', good)).body.code).toBe('subscription_exists');
    expect(await verifyAudit(api.db)).not.toHaveProperty('firstBad');
    const events = await api
      .db('audit')
      .where('event', 'like', 'subscription.%')
      .orderBy(['day', 'seq'])
      .pluck('event');
    expect(events).toEqual(['created', 'changed', 'changed', 'changed', 'removed'].map((one) => `subscription.${one}`));
  });

  it('an id that stands in the address alone is held to the same: 46 characters, a control', async () => {
    const { idAbonnement: _id, ...unnamed } = good;
    for (const id of ['A'.repeat(46), 'ABO\u0001']) {
      const { status, body } = await send('PUT', unnamed, { id });
      expect([id, status, rulesIn(body)]).toEqual([id, 400, ['FIELD']]);
      expect((await send('PUT', { ...good, idAbonnement: ' ' }, { id })).status).toBe(400);
      for (const method of ['GET', 'DELETE'])
        expect([id, (await send(method, undefined, { id })).status]).toEqual([id, 404]);
    }
    expect(await list()).toEqual([]);
    expect((await send('PUT', unnamed)).status).toBe(201);
    expect((await send('POST', { ...unnamed, idAbonnement: '' })).status).toBe(200);
  });

  it('every rule that is broken is named, with what to do, and nothing is stored', async () => {
    const wrong = {
      ...good,
      idDistributeurCom: '46173_832020065',
      nbLicenceGlobale: 3,
      nbLicenceProfDoc: 1,
      nbToto: 1,
    };
    const refused = await send('PUT', wrong);
    expect([refused.status, refused.body.code, rulesIn(refused.body)]).toEqual([
      400,
      'subscription_refused',
      ['FIELD', 'RG1', 'RG3', 'RG5'],
    ]);
    expect(JSON.stringify(refused.body)).toContain('Un nombre de licences n’est donné que pour un public');
    expect(await api.db('subscription')).toEqual([]);
    await send('PUT', good);
    const moved = await send('POST', { ...good, uaiEtab: [LYCEE], idAbonnement: 'another' });
    expect(rulesIn(moved.body)).toEqual(['UNCHANGED']);
    expect(rulesIn((await send('PATCH', { codeNatureUAI: '340' })).body)).toEqual(['RG2', 'UNCHANGED']);
    expect((await send('GET')).body).toMatchObject({ uaiEtab: [COLLEGE], nbLicenceEleve: '320' });
  });

  const everybody = ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'];
  const none = undefined;
  const whole = {
    typeAffectation: 'ETABL',
    nbLicenceGlobale: 'ILLIMITE',
    nbLicenceEleve: none,
    nbLicenceEnseignant: none,
    publicCible: everybody,
  };
  const until = (anneeFinValidite: string) => ({ finValidite: none, anneeFinValidite });

  it.each<[string, Body]>([
    ['for 320 pupils and 11 teachers of one collège, until a 15th of August', {}],
    ['for a school as a whole, until the end of a school year', { ...whole, ...until('2026-2027') }],
    ['for two schools', { uaiEtab: [COLLEGE, LYCEE] }],
    ['for ten years to the day', { finValidite: '2036-09-01T00:00:00' }],
    ['for the schools of a nature', { ...whole, uaiEtab: none, codeNatureUAI: '340' }],
    ['for a first-degree school', { uaiEtab: [ECOLE] }],
  ])('one %s is created, and each of its schools sees it', async (_, more) => {
    const body: Body = { ...good, ...more };
    expect((await send('PUT', body)).status).toBe(201);
    const { uaiEtab: named = [COLLEGE] } = body as { uaiEtab?: string[] };
    const seen = await offersOf(api.db, { subscription: ID });
    expect(seen.map(({ school }) => school)).toEqual([...named].sort());
  });

  it.each<[string[], string, Body]>([
    [['RG1'], 'global licences and by public', { nbLicenceGlobale: 3 }],
    [['RG1'], 'no number of licences', { nbLicenceEleve: none, nbLicenceEnseignant: none }],
    [['RG2'], 'schools and a nature', { codeNatureUAI: '340' }],
    [['RG2'], 'neither schools nor a nature', { uaiEtab: none }],
    [['RG3'], 'a distributor as it was once written', { idDistributeurCom: '46173_832020065' }],
    [['RG4'], 'not transferable', { categorieAffectation: 'non transferable' }],
    [['RG5'], 'librarians who are not of the public', { nbLicenceProfDoc: 1 }],
    [['RG1', 'RG6'], 'a whole school and a number of pupils', { ...whole, nbLicenceEleve: 3 }],
    [['RG7'], 'years too far apart', until('2025-2036')],
    [['RG7', 'RG8'], 'years the wrong way round', until('2026-2025')],
    [['RG8'], 'more than ten years', { finValidite: '2036-09-01T00:00:01' }],
    [['RG9'], 'both ends', { anneeFinValidite: '2026-2027' }],
    [['RG9'], 'no end', { finValidite: none }],
    [['RG10'], 'one year', until('2027')],
    [['RG11'], 'librarians of a first-degree school', { uaiEtab: [ECOLE], publicCible: [...everybody] }],
    [['FIELD'], 'a text that no XML can hold', { commentaireAbonnement: 'un\uffff deux' }],
    [['SCHOOL'], 'a school that only begins like one', { uaiEtab: [COLLEGE.slice(0, -1)] }],
  ])('%o: %s is refused by name, and neither stored nor opened anywhere', async (rules, _, more) => {
    const { status, body } = await send('PUT', { ...good, ...more });
    expect([status, body.code, rulesIn(body)]).toEqual([400, 'subscription_refused', rules]);
    expect([await api.db('subscription'), await api.db('offer')]).toEqual([[], []]);
  });

  it('an id is itself, whole: not another that begins like it, nor in other letters', async () => {
    await send('PUT', good);
    for (const id of [ID.slice(0, -1), `${ID}1`, ID.toLowerCase(), `${ID} `, '%', `${ID}%00`])
      expect([id, (await send('GET', undefined, { id })).status]).toEqual([id, 404]);
    expect(await list(`?idAbonnement=${ID.slice(0, -1)}`)).toEqual([]);
  });

  it('a body that is far too large is refused before it is read', async () => {
    const { status } = await send('PUT', { ...good, uaiEtab: Array.from({ length: 50_000 }, () => COLLEGE) });
    expect(status).toBe(413);
  });

  it('neither schools nor resource ever change: it is another subscription', async () => {
    await send('PUT', good);
    const other = { ...withoutSchools, idRessource: 'ark:/49591/AutreManuel' };
    for (const method of ['POST', 'PATCH'])
      expect(rulesIn((await send(method, other)).body as Body)).toEqual(['UNCHANGED']);
    expect((await send('GET')).body.idRessource).toBe(good.idRessource);
  });

  it.each([
    ['abonnements', ['RG12']],
    ['categorie', ['RG12']],
    ['_gone', ['RG13']],
    ['an id', ['RG12']],
    ['A'.repeat(46), ['FIELD']],
  ])('the id `%s` is refused by name', async (id, rules) => {
    const { status, body } = await send('PUT', { ...good, idAbonnement: id }, { id });
    expect([status, rulesIn(body)]).toEqual([400, rules]);
  });

  it('one’s own alone: another’s is unknown, cannot be taken, and its distributor cannot be named', async () => {
    await send('PUT', good);
    const theirs = { token: other };
    for (const method of ['GET', 'DELETE']) expect((await send(method, undefined, theirs)).status).toBe(404);
    for (const method of ['POST', 'PATCH']) {
      const body = { ...good, idDistributeurCom: OTHER };
      expect((await send(method, body, theirs)).body.code).toBe('unknown_subscription');
    }
    expect((await send('PUT', { ...good, idDistributeurCom: OTHER }, theirs)).body.code).toBe('subscription_exists');
    expect((await send('PUT', { ...good, idAbonnement: 'new' }, { id: 'new', token: other })).body.code).toBe(
      'distributor_other',
    );
    expect(await list('', other)).toEqual([]);
    expect((await send('GET')).status).toBe(200);
  });

  it('nobody else writes: without a token, without the scope, on behalf of a person', async () => {
    expect((await api.ask(`${PATH}/${ID}`, { method: 'PUT', body: good })).status).toBe(401);
    expect((await send('PUT', good, { token: stranger })).status).toBe(403);
    expect((await api.ask(PATH, { token: stranger })).status).toBe(403);
    await expect(api.module({ redirectUris: [], scopes: ['subscriptions'] })).rejects.toMatchObject({
      code: 'client_invalid',
    });
    await expect(api.module({ distributor: MINE })).rejects.toMatchObject({ code: 'client_invalid' });
    expect(await api.db('subscription')).toEqual([]);
  });

  it('of fifty that create one id at once, one does', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => send('PUT', good)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'subscription_exists')).toHaveLength(49);
    expect(await api.db('subscription_school')).toHaveLength(1);
  });

  it('the list is filtered, ordered and cut as it is asked', async () => {
    const put = (id: string, more: Body) => send('PUT', { ...good, idAbonnement: id, ...more }, { id });
    await put('a', { uaiEtab: [COLLEGE, LYCEE], debutValidite: '2026-09-03T00:00:00' });
    await put('b', { uaiEtab: [LYCEE], debutValidite: '2026-09-01T00:00:00' });
    await put('c', { uaiEtab: [COLLEGE], debutValidite: '2026-09-02T00:00:00', codeProjetRessource: 'P1' });
    expect(await list()).toEqual(['a', 'b', 'c']);
    expect(await list(`?uaiEtab=${COLLEGE}`)).toEqual(['a', 'c']);
    expect(await list(`?uaiEtab=${COLLEGE}&codeProjetRessource=P1`)).toEqual(['c']);
    expect(await list('?triPar=debutValidite&tri=DSC')).toEqual(['a', 'c', 'b']);
    expect(await list('?debutValidite.apres=2026-09-02T00:00:00')).toEqual(['a', 'c']);
    expect(await list('?debut=1&fin=2')).toEqual(['b']);
    const body = { filtre: [{ filtreNom: 'uaiEtab', filtreValeur: LYCEE }], triPar: 'finValidite', tri: 'ASC' };
    const posted = await api.ask(PATH, { token: mine, body });
    expect((posted.body.abonnements as Body[]).map((one) => one.idAbonnement)).toEqual(['a', 'b']);
    for (const query of [
      '?toto=1',
      '?tri=UP',
      '?tri=constructor',
      '?triPar=toto',
      '?debut=-1',
      '?debutValidite.avant=demain',
      '?aboSuppr=peut-être',
      '?debutValidite.avnt=2026-09-02T00:00:00',
      '?debutValidite.=2026-09-02T00:00:00',
      '?toto.avant=2026-09-02T00:00:00',
      '?uaiEtab.avant=2026-09-02T00:00:00',
      `?uaiEtab=${COLLEGE}&uaiEtab=${LYCEE}`,
      '?tri=ASC&tri=DSC',
      '?debutValidite.avant=2026-09-02T00:00:00&debutValidite.avant=2026-09-03T00:00:00',
      '?filtre=a',
    ])
      expect([query, (await api.ask(`${PATH}${query}`, { token: mine })).status]).toEqual([query, 400]);
  });

  describe('filters in a body', () => {
    /** As the connectors of the service ask, which `fetch` does not. */
    const ask = (method: 'GET' | 'POST', query: string, body: string, type: string | undefined) =>
      new Promise<{ status: number; ids: string[] }>((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${mine}`,
          accept: 'application/json',
          connection: 'close',
          'content-length': Buffer.byteLength(body),
          ...(type !== undefined && { 'content-type': type }),
        };
        const asked = request(new URL(`${PATH}${query}`, api.origin), { method, headers }, async (answer) => {
          const { abonnements = [] } = JSON.parse(await textOf(answer)) as { abonnements?: Body[] };
          resolve({ status: answer.statusCode!, ids: abonnements.map((one) => String(one.idAbonnement)) });
        });
        asked.on('error', reject);
        asked.end(body);
      });
    const filtre = { filtreNom: 'uaiEtab', filtreValeur: LYCEE };
    const inXml = (inside: string) =>
      `<filtres xmlns="http://www.atosworldline.com/wsabonnement/v1.0/">${inside}</filtres>`;
    const oneFiltre = `<filtre><filtreNom>uaiEtab</filtreNom><filtreValeur>${LYCEE}</filtreValeur></filtre>`;
    const after =
      '<filtreParDate><dateName>debutValidite</dateName><dateApres>2026-09-02T00:00:00</dateApres></filtreParDate>';
    beforeEach(async () => {
      for (const [id, uaiEtab, day] of [
        ['a', COLLEGE, '01'],
        ['b', LYCEE, '01'],
        ['c', LYCEE, '03'],
      ] as const)
        await send(
          'PUT',
          { ...good, idAbonnement: id, uaiEtab: [uaiEtab], debutValidite: `2026-09-${day}T00:00:00` },
          { id },
        );
    });

    const filters: readonly (readonly [what: string, body: string, type: string, ids: readonly string[]])[] = [
      ['XML', inXml(oneFiltre), 'application/xml;charset=utf-8', ['b', 'c']],
      ['XML with a date', inXml(`${oneFiltre}${after}`), 'application/xml', ['c']],
      ['XML with an order', inXml('<triPar>debutValidite</triPar><tri>DSC</tri>'), 'text/xml', ['c', 'a', 'b']],
      ['no filter in XML', inXml(''), 'application/xml', ['a', 'b', 'c']],
      ['JSON', JSON.stringify({ filtre: [filtre] }), 'application/json', ['b', 'c']],
    ];
    it('filter alike with GET and with POST; without one, a request is what its address says', async () => {
      for (const [what, body, type, ids] of filters) {
        for (const method of ['GET', 'POST'] as const)
          expect([what, method, await ask(method, '', body, type)]).toEqual([what, method, { status: 200, ids }]);
        expect((await ask('GET', '?debut=0&fin=1', body, type)).ids).toEqual(ids.slice(0, 1));
      }
      expect(await ask('GET', `?uaiEtab=${LYCEE}`, '', 'application/xml')).toEqual({ status: 200, ids: ['b', 'c'] });
    });

    const refused: readonly (readonly [what: string, body: string, type: string | undefined, query: string])[] = [
      ['a member that is unknown', JSON.stringify({ filtres: [filtre] }), 'application/json', ''],
      [
        'a member of a filter that is unknown',
        JSON.stringify({ filtre: [{ ...filtre, egal: 'x' }] }),
        'application/json',
        '',
      ],
      ['an element that is unknown', inXml('<trie>DSC</trie>'), 'application/xml', ''],
      [
        'an unknown element with others in it',
        inXml(oneFiltre.replaceAll('filtre>', 'filter>')),
        'application/xml',
        '',
      ],
      ['an element twice', inXml('<tri>ASC</tri><tri>DSC</tri>'), 'application/xml', ''],
      [
        'a name twice in a filter',
        inXml(oneFiltre.replace('</filtre>', '<filtreNom>a</filtreNom></filtre>')),
        'application/xml',
        '',
      ],
      ['text without elements', inXml(`uaiEtab=${LYCEE}`), 'application/xml', ''],
      [
        'a date of nothing',
        inXml('<filtreParDate><dateName>finValidite</dateName></filtreParDate>'),
        'application/xml',
        '',
      ],
      ['another root', oneFiltre, 'application/xml', ''],
      ['no type', JSON.stringify({ filtre: [filtre] }), undefined, ''],
      ['a form', `uaiEtab=${LYCEE}`, 'application/x-www-form-urlencoded', ''],
      ['filters in the address too', inXml(oneFiltre), 'application/xml', '?codeProjetRessource=P1'],
      ['the part in both', JSON.stringify({ debut: 1 }), 'application/json', '?debut=0'],
    ];
    it('what is not understood, or comes twice, is refused, and nothing is listed', async () => {
      for (const [what, body, type, query] of refused)
        for (const method of ['GET', 'POST'] as const)
          expect([what, method, await ask(method, query, body, type)]).toEqual([
            what,
            method,
            { status: 400, ids: [] },
          ]);
    });
  });

  describe('in XML', () => {
    const ask = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
      const response = await fetch(new URL(`${PATH}${path}`, api.origin), {
        method,
        headers: {
          authorization: `Bearer ${mine}`,
          ...(body !== undefined && { 'content-type': 'application/xml' }),
          ...headers,
        },
        ...(body !== undefined && { body }),
      });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    };
    const xmlOf = (fields: Body) =>
      `<abonnement xmlns="http://www.atosworldline.com/wsabonnement/v1.0/">${Object.entries(fields)
        .flatMap(([name, value]) => [value].flat().map((one) => `<${name}>${one}</${name}>`))
        .join('')}</abonnement>`;

    it('is taken and given, its fields in their order, what must be escaped escaped', async () => {
      const title = 'Maths &amp; &lt;sciences&gt;';
      const created = await ask('PUT', `/${ID}`, xmlOf({ ...good, libelleRessource: title }));
      expect([created.status, created.type]).toEqual([201, 'application/xml']);
      expect(created.text).toContain(`<libelleRessource>${title}</libelleRessource><debutValidite>`);
      expect((await send('GET')).body.libelleRessource).toBe('Maths & <sciences>');
      const listed = await ask(
        'POST',
        '?debut=0&fin=5000',
        `<filtres><filtre><filtreNom>uaiEtab</filtreNom><filtreValeur>${COLLEGE}</filtreValeur></filtre><aboSuppr>false</aboSuppr></filtres>`,
      );
      expect(listed.text).toMatch(/^<\?xml.*\n<abonnements xmlns="[^"]+"><abonnement><idAbonnement>ABO-2026-1</);
      const changed = await ask('POST', `/${ID}`, xmlOf({ ...withoutSchools, publicCible: ['ELEVE', 'ENSEIGNANT'] }));
      expect([changed.status, changed.text.includes(`<uaiEtab>${COLLEGE}</uaiEtab>`)]).toEqual([200, true]);
      expect((await ask('GET', `/${ID}`, undefined, { accept: 'application/json' })).type).toContain('json');
    });

    it.each([
      ['text/xml', 'text/xml; charset=utf-8', 'application/json'],
      ['text/xml, application/json;q=0.5', 'text/xml; charset=utf-8', 'application/json'],
      ['application/xml;q=0.4, application/json', 'application/json; charset=utf-8', 'application/xml'],
      ['text/html, application/xml;q=0.9, */*;q=0.8', 'application/xml', 'application/json'],
      ['application/xml, */*', 'application/xml', 'application/json'],
      // what Java says unless told otherwise
      ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'application/xml', 'application/xml'],
      ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'application/json; charset=utf-8', 'application/json'],
      ['application/*', 'application/xml', 'application/xml'],
      ['image/png', 'application/xml', 'application/xml'],
      ['*/*', 'application/json; charset=utf-8', 'application/json'],
    ])('who accepts `%s` is answered as %s to %s, refusals too', async (accept, answered, type) => {
      const written = type === 'application/xml' ? xmlOf(good) : JSON.stringify(good);
      const created = await ask('PUT', `/${ID}`, written, { accept, 'content-type': type });
      const again = await ask('PUT', `/${ID}`, written, { accept, 'content-type': type });
      expect([created.status, created.type, again.status]).toEqual([201, answered, 409]);
      expect(again.text.startsWith('<?xml')).toBe(answered.includes('xml'));
    });

    it('an id that is taken is told in the words that connectors of the service look for, and what is wrong in XML too', async () => {
      await ask('PUT', `/${ID}`, xmlOf(good));
      const again = await ask('PUT', `/${ID}`, xmlOf(good));
      expect([again.status, again.text.includes('existe deja')]).toEqual([409, true]);
      const broken = await ask('PUT', '/B', '<abonnement><idAbonnement>');
      expect(broken.text).toContain('<detail>expected well-formed XML</detail>');
      const listed = await ask('POST', '', '<filtres><tri>UP</tri></filtres>');
      expect(listed.text).toContain('<detail>expected `tri` to be ASC or DSC</detail>');
      const named = await ask('GET', '?%01=a&%01=b', undefined, { accept: 'application/xml' });
      expect(named.text).toContain('<detail>expected `` once</detail>');
    });

    it('a connector that knows one address finds its list and the schools there, and no subscription in their place', async () => {
      const xml = { accept: 'application/xml' };
      await ask('PUT', `/${ID}`, xmlOf(good));
      for (const listed of [
        await ask('GET', '/abonnements', undefined, xml),
        await ask('POST', '/abonnements?debut=0', '<filtres/>'),
      ])
        expect([listed.status, listed.text.includes(`<idAbonnement>${ID}<`)]).toEqual([200, true]);
      const schools = await ask('GET', '/etablissements/etablissements.xml');
      expect([schools.status, schools.text.includes(`<uai>${COLLEGE}</uai>`)]).toEqual([200, true]);
      const refused = await ask('PUT', '/abonnements', xmlOf({ ...good, idAbonnement: 'abonnements' }));
      expect([refused.status, refused.text.includes('<regle>RG12</regle>')]).toEqual([400, true]);
    });

    it('refusals name each rule, in XML', async () => {
      const { status, text } = await ask('PUT', `/${ID}`, xmlOf({ ...good, categorieAffectation: 'non transferable' }));
      expect(status).toBe(400);
      expect(text).toContain('<code>subscription_refused</code>');
      expect(text).toContain('<violation><regle>RG4</regle><champ>categorieAffectation</champ><message>');
    });

    it.each([
      ['not well formed', '<abonnement><idAbonnement>'],
      [
        'an entity of its own',
        '<!DOCTYPE a [<!ENTITY x "y">]><abonnement><idAbonnement>&x;</idAbonnement></abonnement>',
      ],
      ['a file of this machine', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><abonnement/>'],
      ['another root', '<abonnements/>'],
      ['too deep', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`],
      ['nothing', ''],
    ])('%s is refused', async (_, body) => {
      const { status, text } = await ask('PUT', `/${ID}`, body);
      expect([status, text.includes('<code>bad_request</code>')]).toEqual([400, true]);
      expect(await api.db('subscription')).toEqual([]);
    });
  });
});
