// Publishers on the pages: which ones know me and what they were sent, the choice not to be known, and what those in charge see.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptPublisher, declinePublisher } from '../../src/acts/declining.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { openLaunchChecks } from '../../src/privacy/launch-checks.ts';
import { declinesOf, settleDeclines } from '../../src/resources/declines.ts';
import { findResource, type NewResource, recordResource, validateResource } from '../../src/resources/registry.ts';
import { recordRelease } from '../../src/resources/releases.ts';
import { may } from '../../src/rights/rights.ts';
import { openStatements, type Statements } from '../../src/storage/statements.ts';
import { inTransaction } from '../../src/storage/storage.ts';
import { ark, type Market, OTHER_PUBLISHER, openMarket, PUBLISHER } from '../api/publishers.ts';
import { type CastName, COLLEGE, ECOLE, LYCEE, personOf } from '../cast.ts';
import { engines } from '../databases.ts';
import { openWalker } from '../ways/walker.ts';
import { browsersOf, type Opened, openPortal } from './portal.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const who = ['paul', 'zoe', 'paula', 'pierre', 'ali', 'tom', 'helene', 'henri', 'carla', 'noe', 'denise'] as const;

describe.each(engines)('publishers on the pages, on $name', ({ open }) => {
  let portal: Opened;
  let market: Market;
  let statements: Statements;
  let offer: string;
  const key = {} as Record<CastName, string>;

  beforeAll(async () => {
    portal = await openPortal(open, { accounts: who, delivered: Date.now() - HOUR });
    for (const name of who) key[name] = await personOf(portal.db, name);
    await portal.db('person').where({ id: key.paul }).update({ birth_date: '2015-03-08' });
    market = await openMarket(portal.db);
    await market.subscribe(ark.cahier, [COLLEGE, LYCEE], { publicCible: ['ELEVE', 'ENSEIGNANT'] });
    offer = await market.offer(await market.subscribe(ark.manuel, [COLLEGE]), COLLEGE);
    await market.subscribe(ark.autre, [COLLEGE]);
    statements = await openStatements(portal.db);
    await changeFacts(portal.db, {
      school: COLLEGE,
      at: Date.now() - HOUR,
      source: 'local',
      actor: 'operator',
      begin: [{ relation: 'protects', subject: key.carla, object: COLLEGE }],
    });
  });
  afterAll(async () => {
    await statements?.close();
    await portal?.close();
  });

  const { as, see } = browsersOf(() => portal);
  const send = (person: CastName, at = Date.now()) =>
    recordRelease(statements, Buffer.alloc(32, 7), {
      person: key[person],
      client: 'logbook',
      resource: ark.manuel,
      school: COLLEGE,
      claims: { IDO: key[person], UAI: [COLLEGE], PRO: 'National_elv', PRE: 'Paul' },
      at,
    });
  const mayLaunch = async (person: CastName) =>
    (await may(portal.db, { person: key[person], action: 'launch', resource: { type: 'offer', id: offer } })).allowed;
  const act = async (name: CastName, path: string, fields: Record<string, string>, from?: CastName) => {
    const page = await see(from ?? name, path);
    const token = /name="token" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    return (await as(name)).post(`${portal.origin}${path}`, { token, ...fields }, page.url);
  };

  describe('which publishers know me', () => {
    it('before anything was opened, what would be sent; nobody is known', async () => {
      const page = await (await as('paul')).follow(await see('paul', '/me'), 'Les éditeurs qui me connaissent');
      expect(page.text).toContain('Éditions du Préau');
      expect(page.text).toContain('Cartes et Plans');
      expect(page.text).toContain('Rien ne lui a encore été envoyé');
      expect(page.text).toContain('Ce qu’il recevrait à l’ouverture');
      expect(page.text).toContain('votre prénom');
      expect(page.text).not.toContain('votre nom de famille');
    });

    it('then what was sent, since when, and on which days it asked', async () => {
      const noon = new Date().setUTCHours(12, 0, 0, 0);
      await send('paul', noon - 3 * DAY);
      await send('paul', noon - DAY);
      const checks = openLaunchChecks(portal.db);
      for (const resource of [ark.manuel, ark.manuel, ark.cahier])
        checks.note({
          kind: 'evaluation',
          at: noon - DAY,
          client: 'logbook',
          subject: key.paul,
          asked: { resource },
          allowed: true,
        });
      await checks.close();
      const { text } = await see('paul', '/me/publishers');
      expect(text).toContain('Le premier envoi gardé date du');
      expect(text).toContain('Ce qui lui a été envoyé');
      expect(text).toContain('Jour par jour (4)');
      expect(text).toContain(`« ${ark.manuel} » ouverte : un envoi`);
      expect(text).toContain(`A demandé si vous pouvez ouvrir « ${ark.cahier} »`);
      expect((await see('paul', '/me/held')).text).toContain(
        `Envoyé à « ${ark.manuel}, Éditions du Préau » : IDO, UAI, PRO, PRE`,
      );
      expect((await see('zoe', '/me/publishers')).text).not.toContain('un envoi');
    });

    it('a legal representative reads it for a minor, without the days; nobody else does', async () => {
      const path = `/me/children/${key.paul}/publishers`;
      const { text, status } = await see('paula', path);
      expect([status, text.includes('Ce qui lui a été envoyé')]).toEqual([200, true]);
      expect(text).toContain('Des envois sont gardés');
      expect(text).not.toContain('Le premier envoi gardé');
      expect(text).toContain('comme responsable légal');
      expect(text).not.toContain('Jour par jour');
      for (const name of ['ali', 'tom', 'helene', 'zoe'] as const)
        expect([name, (await see(name, path)).status]).toEqual([name, 403]);
      expect((await openWalker().visit(`${portal.origin}/me/publishers`)).status).toBe(401);
    });

    it('parents and staff for whom nothing is open are known to nobody', async () => {
      expect((await see('paula', '/me/publishers')).text).toContain('Aucun éditeur');
    });
  });

  describe('not to be known', () => {
    const path = '/me/publishers';

    it('closes all of the publisher at once, and nothing of another; twice is once; and back', async () => {
      expect(await mayLaunch('zoe')).toBe(true);
      const page = await see('zoe', path);
      const token = /name="token" value="([^"]+)"/.exec(page.html)![1]!;
      const walker = await as('zoe');
      const post = () =>
        walker.post(`${portal.origin}${path}`, { token, publisher: PUBLISHER, act: 'decline' }, page.url);
      const [first, second] = await Promise.all([post(), post()]);
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(first.text).toContain('C’est fait : les ressources de cet éditeur ne s’ouvrent plus');
      expect(await mayLaunch('zoe')).toBe(false);
      expect(await mayLaunch('paul')).toBe(true);
      const declines = await currentFacts(portal.db, { school: COLLEGE, relations: ['declines'], subject: key.zoe });
      expect(declines).toHaveLength(2);
      const traced = await portal.db('audit').where({ event: 'publisher.declined', subject: key.zoe });
      expect(traced).toHaveLength(1);
      expect(first.text).toContain('Choix fait le');
      await act('zoe', path, { publisher: PUBLISHER, act: 'accept' });
      expect(await mayLaunch('zoe')).toBe(true);
    });

    it('holds for what is offered later, and where one arrives later', async () => {
      await act('zoe', path, { publisher: PUBLISHER, act: 'decline' });
      const later = await market.offer(await market.subscribe(ark.atlas, [COLLEGE]), COLLEGE);
      await inTransaction(portal.db, (tx) => settleDeclines(tx, { school: COLLEGE, at: Date.now(), by: 'system' }));
      const asked = { person: key.zoe, action: 'launch', resource: { type: 'offer', id: later } } as const;
      const decision = await may(portal.db, asked);
      expect([decision.allowed, decision.forbidden]).toEqual([false, 'declined']);
      const again = await inTransaction(portal.db, (tx) =>
        settleDeclines(tx, { school: COLLEGE, at: Date.now(), by: 'system' }),
      );
      expect([again.begun, again.ended]).toEqual([0, 0]);
      await act('zoe', path, { publisher: PUBLISHER, act: 'accept' });
      expect((await may(portal.db, asked)).allowed).toBe(true);
    });

    it('what a legal representative chose for a minor is not the minor’s to take back', async () => {
      const child = `/me/children/${key.paul}/publishers`;
      await act('paula', child, { publisher: PUBLISHER, act: 'decline' });
      expect(await mayLaunch('paul')).toBe(false);
      const own = await see('paul', path);
      expect(own.text).toContain('Choix fait par un responsable légal');
      expect(own.html).not.toContain('value="accept"');
      const refused = await act('paul', path, { publisher: PUBLISHER, act: 'accept' });
      expect([refused.status, refused.text.includes('Seul celui qui l’a fait peut y revenir')]).toEqual([403, true]);
      expect(await declinesOf(portal.db, key.paul)).toHaveLength(1);
      await act('pierre', child, { publisher: PUBLISHER, act: 'accept' });
      expect(await mayLaunch('paul')).toBe(true);
    });

    it('what the minor chose is not the parent’s to take back; where both did, each takes back their own', async () => {
      const child = `/me/children/${key.paul}/publishers`;
      await act('paul', path, { publisher: PUBLISHER, act: 'decline' });
      const read = await see('pierre', child);
      expect(read.text).toContain('Choix fait par l’élève');
      expect(read.html).not.toContain('value="accept"');
      expect((await act('pierre', child, { publisher: PUBLISHER, act: 'accept' })).status).toBe(403);
      expect(await mayLaunch('paul')).toBe(false);
      await act('pierre', child, { publisher: PUBLISHER, act: 'decline' });
      expect((await see('paul', path)).text).toContain('chacun de leur côté');
      const half = await act('paul', path, { publisher: PUBLISHER, act: 'accept' });
      expect(half.text).toContain('L’autre choix reste');
      expect(await mayLaunch('paul')).toBe(false);
      const whole = await act('pierre', child, { publisher: PUBLISHER, act: 'accept' });
      expect(whole.text).toContain('s’ouvrent de nouveau');
      expect(await mayLaunch('paul')).toBe(true);
      expect(await declinesOf(portal.db, key.paul)).toEqual([]);
    });

    it('of age, one takes back what a legal representative chose', async () => {
      await act('paula', `/me/children/${key.paul}/publishers`, { publisher: PUBLISHER, act: 'decline' });
      await portal.db('person').where({ id: key.paul }).update({ birth_date: '2005-03-08' });
      const own = await see('paul', path);
      expect(own.html).toContain('value="accept"');
      expect(own.text).not.toContain('responsable légal seul');
      const { status } = await act('paul', path, { publisher: PUBLISHER, act: 'accept' });
      expect([status, await declinesOf(portal.db, key.paul)]).toEqual([200, []]);
      await portal.db('person').where({ id: key.paul }).update({ birth_date: '2015-03-08' });
    });

    it('nobody chooses for somebody else, from another page, or of a publisher that is none', async () => {
      const child = `/me/children/${key.paul}/publishers`;
      const forms: [CastName, string, Record<string, string>, number][] = [
        ['ali', child, { publisher: PUBLISHER, act: 'decline' }, 403],
        ['paula', `/me/children/${key.noe}/publishers`, { publisher: PUBLISHER, act: 'decline' }, 403],
        ['paul', path, { publisher: 'x', act: 'decline' }, 404],
        ['paul', path, { publisher: PUBLISHER, act: 'erase' }, 400],
        ['paul', path, { token: 'x', publisher: PUBLISHER, act: 'decline' }, 403],
      ];
      for (const [name, where, fields, status] of forms)
        expect([fields, (await act(name, where, fields)).status]).toEqual([fields, status]);
      expect(await declinesOf(portal.db, key.paul)).toEqual([]);
    });
  });

  describe('for those in charge', () => {
    it('the head and the data protection officer see what was declared, validated and sent', async () => {
      for (const name of ['helene', 'carla'] as const) {
        const page = await (await as(name)).follow(await see(name, '/'), 'Les éditeurs de ressources');
        expect(page.text).toContain('Éditions du Préau');
        expect(page.text).toContain('Aucun service n’est inscrit');
        expect(page.html).not.toContain(key.paul);
        expect(page.text).not.toContain('Paul');
      }
      for (const name of ['tom', 'paul', 'paula'] as const)
        expect([name, (await see(name, '/school/publishers')).status]).toEqual([name, 403]);
    });

    it('another address and more schools that a publisher declares are told while they wait, to both', async () => {
      const path = '/school/publishers';
      const { validated: _, state: __, asked: ___, ...before } = await findResource(portal.db, ark.cahier);
      const record = (change: Partial<NewResource>) =>
        recordResource(portal.db, { ...before, ...change, by: 'operator', at: Date.now() });
      expect((await see('carla', path)).text).not.toContain('Attend sa validation');
      await record({ url: 'https://ailleurs.example/cahier', schools: 'all' });
      for (const name of ['helene', 'carla'] as const) {
        const { text } = await see(name, path);
        const moved = `https://ailleurs.example/cahier ; celle qui est validée reste ${before.url}`;
        expect(text).toContain(`Attend sa validation : une autre adresse, ${moved}`);
        expect(text).toContain('Attend sa validation : l’envoi de tous les établissements');
      }
      await record({});
      expect((await see('carla', path)).text).not.toContain('Attend sa validation');
    });

    it('a resource that is told all schools says so wherever it is told what it receives', async () => {
      const all = 'tous vos établissements depuis lesquels vous pouvez l’ouvrir';
      const told = async () => {
        const pages = [];
        for (const [name, path] of [
          ['zoe', '/resources'],
          ['zoe', '/me/publishers'],
          ['carla', '/school/publishers'],
        ] as const)
          pages.push((await see(name, path)).text.split(all).length - 1);
        return pages;
      };
      const { validated, state: _, asked: __, ...before } = await findResource(portal.db, ark.cahier);
      const by = { by: 'operator', at: Date.now() };
      expect(await told()).toEqual([0, 0, 0]);
      await recordResource(portal.db, { ...before, schools: 'all', ...by });
      // declared, and not validated
      expect(await told()).toEqual([0, 0, 1]);
      await validateResource(portal.db, { id: ark.cahier, attributes: validated, schools: 'all', ...by });
      expect(await told()).toEqual([1, 1, 2]);
      await recordResource(portal.db, { ...before, ...by });
      expect(await told()).toEqual([0, 0, 0]);
    });

    it('what was sent about a few is told without a day, and not at all to who knows the names', async () => {
      // of the teachers, Tom alone opened it: his set of attributes is his alone
      const claims = { IDO: key.tom, UAI: [COLLEGE], PRO: 'National_ens', P_MAT: ['MATHS##Mathématiques'] };
      const mark = { person: key.tom, resource: ark.cahier, school: COLLEGE, claims };
      for (const client of ['logbook', 'atlas'])
        await recordRelease(statements, Buffer.alloc(32, 7), { ...mark, client, at: Date.now() });
      const resource = `/school/publishers/${COLLEGE}?${new URLSearchParams({ resource: ark.cahier })}`;
      for (const path of ['/school/publishers', resource]) {
        const [head, dpo] = [await see('helene', path), await see('carla', path)];
        expect(dpo.text).toMatch(/IDO UAI PRO P_MAT à propos de moins de dix personnes(?! du|, du)/);
        expect(head.text).not.toContain('P_MAT à propos');
        expect(head.text).toContain('rien, ou à propos de moins de dix personnes');
        expect(head.html).not.toContain('id="prints"');
      }
    });

    it('one person is one person, whatever many services they were sent to', async () => {
      const persons: { id: string }[] = await portal.db('person').limit(6).select('id');
      for (const { id } of persons)
        for (const client of ['logbook', 'atlas'])
          await recordRelease(statements, Buffer.alloc(32, 7), {
            person: id,
            client,
            resource: ark.autre,
            school: COLLEGE,
            claims: { IDO: id, UAI: [COLLEGE], PRO: 'National_elv' },
            at: Date.now(),
          });
      const { text } = await see('carla', '/school/publishers');
      expect(text).toContain('IDO UAI PRO à propos de moins de dix personnes');
      expect(text).not.toContain('à propos de 12 personnes');
    });

    it('who could open it, today and on a past day: pupils in number, staff by name to the head alone', async () => {
      const path = `/school/publishers/${COLLEGE}?${new URLSearchParams({ resource: ark.cahier })}`;
      const [head, dpo] = [await see('helene', path), await see('carla', path)];
      for (const { text } of [head, dpo]) {
        expect(text).toContain('Élèves : moins de dix');
        expect(text).toContain('Enseignants : 4');
        expect(text).not.toContain('Paul Bernard');
      }
      expect([head.text.includes('Tom Garnier'), dpo.text.includes('Tom Garnier')]).toEqual([true, false]);
      const past = await see('helene', `${path}&day=2020-01-15`);
      expect(past.text).toContain('Ce qui était appliqué ce jour-là Personne.');
      expect((await see('helene', `${path}&day=2999-01-01`)).status).toBe(422);
      expect((await see('helene', `${path}&day=2026-02-31`)).status).toBe(422);
    });

    it('the head does not learn who chose not to be known', async () => {
      const path = `/school/publishers/${COLLEGE}?${new URLSearchParams({ resource: ark.cahier })}`;
      await act('tom', '/me/publishers', { publisher: PUBLISHER, act: 'decline' });
      const [head, dpo] = [await see('helene', path), await see('carla', path)];
      expect(head.text).toContain('Enseignants : 4');
      expect(head.text).toContain('Tom Garnier');
      expect(dpo.text).toContain('Enseignants : 3');
      await act('tom', '/me/publishers', { publisher: PUBLISHER, act: 'accept' });
      expect((await see('carla', path)).text).toContain('Enseignants : 4');
    });

    it('a director of two teachers learns neither who declined nor who opened a resource', async () => {
      await market.agree([ECOLE], 'CONV-2');
      await market.subscribe(ark.atlas, [ECOLE], { publicCible: ['ENSEIGNANT'] });
      const marc = await personOf(portal.db, 'marc');
      const by = { person: marc, publisher: PUBLISHER, by: marc, at: Date.now() };
      const resource = `/school/publishers/${ECOLE}?${new URLSearchParams({ resource: ark.atlas })}`;
      const before = [await see('denise', '/school/publishers'), await see('denise', resource)];
      expect(before[1]!.text).toContain('Enseignants : 2');
      await declinePublisher(portal.db, by);
      await recordRelease(statements, Buffer.alloc(32, 7), {
        person: marc,
        client: 'logbook',
        resource: ark.atlas,
        school: ECOLE,
        claims: { IDO: marc, UAI: [ECOLE], PRO: 'National_ens', DIV: ['CE1##CE1'] },
        at: Date.now(),
      });
      expect(
        [await see('denise', '/school/publishers'), await see('denise', resource)].map(({ text }) => text),
      ).toEqual(before.map(({ text }) => text));
      expect(before[1]!.text).toContain('Qui ne veut pas être connu de l’éditeur y figure comme les autres');
      expect(before[1]!.html).not.toContain('id="prints"');
      for (const { text } of before) {
        expect(text).toContain('rien, ou à propos de moins de dix personnes');
        expect(text).not.toContain('Marc Leroy');
      }
      await acceptPublisher(portal.db, by);
    });

    it('another school’s, and a resource that is not offered there, are not found', async () => {
      const of = (uai: string, resource: string) => `/school/publishers/${uai}?${new URLSearchParams({ resource })}`;
      for (const [name, path] of [
        ['helene', of(LYCEE, ark.cahier)],
        ['henri', of(COLLEGE, ark.cahier)],
        ['henri', of(LYCEE, ark.manuel)],
        ['henri', of(LYCEE, '')],
        ['tom', of(COLLEGE, ark.cahier)],
        ['henri', of('0000000Z', ark.cahier)],
      ] as const)
        expect([path, (await see(name, path)).status]).toEqual([path, 404]);
    });

    it('prints are shown where ten persons are behind them, and never whose', async () => {
      const path = `/school/publishers/${COLLEGE}?${new URLSearchParams({ resource: ark.manuel })}`;
      expect((await see('carla', path)).text).toContain('Moins de dix personnes : les empreintes');
      const persons: { id: string }[] = await portal.db('person').limit(12).select('id');
      for (const { id } of persons) {
        const claims = { IDO: id, UAI: [COLLEGE], PRO: 'National_elv' };
        const release = {
          person: id,
          client: 'logbook',
          resource: ark.manuel,
          school: COLLEGE,
          claims,
          at: Date.now(),
        };
        await recordRelease(statements, Buffer.alloc(32, 7), release);
      }
      const { text, html } = await see('carla', path);
      expect(text).toMatch(/IDO [0-9a-f]{32} · UAI [0-9a-f]{32}/);
      expect(text).toMatch(/à propos de 1\d personnes/);
      for (const { id } of persons) expect(html).not.toContain(id);
      const head = await see('helene', path);
      expect(head.text).toMatch(/à propos de 1\d personnes/);
      expect(head.html).not.toMatch(/[0-9a-f]{32}/);
      expect(OTHER_PUBLISHER).not.toBe(PUBLISHER);
    });
  });
});
