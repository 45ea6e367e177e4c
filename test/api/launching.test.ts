// What publishers ask by AuthZEN: their own resources and their own pseudonyms, live; and nothing of anybody else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../../src/accounts/accounts.ts';
import { moveAccount } from '../../src/accounts/states.ts';
import { acceptPublisher, declinePublisher } from '../../src/acts/declining.ts';
import { closeFreeAt, openFreeAt } from '../../src/acts/free.ts';
import { launchable } from '../../src/acts/launching.ts';
import { openOffers } from '../../src/api/offers.ts';
import { findDecision, openDecisionLog } from '../../src/audit/decisions.ts';
import { endAgreement } from '../../src/resources/agreements.ts';
import { assignLicences, takeBack } from '../../src/resources/licences.ts';
import { suspendResource, validateResource } from '../../src/resources/registry.ts';
import { presentVersion } from '../../src/rights/document.ts';
import { openGraphs } from '../../src/rights/graph/graphs.ts';
import { replay } from '../../src/rights/replay.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { COLLEGE, ECOLE, LYCEE } from '../cast.ts';
import { engines } from '../databases.ts';
import { keyOf } from '../rights/school.ts';
import { openApi, type Served, type ServedModule } from './harness.ts';
import { decisionsSince, keysLogged } from './logged.ts';
import { ark, type Market, openMarket, PUBLISHER } from './publishers.ts';

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';

const unexpected = (error: unknown): never => {
  throw error;
};

const pupils = ['paul', 'ines', 'zoe', 'noe', 'fleur'];
const adults = ['tom', 'diane', 'carla', 'helene', 'david', 'paula', 'gina', 'sylvie', 'berthe', 'agent', 'ivan'];
const holders = [...pupils, ...adults];

describe.each(engines)('publishers ask on $name', ({ open }) => {
  let api: Served;
  let market: Market;
  let publisher: ServedModule;
  let other: ServedModule;
  let token: string;
  const decisions = { flush: async () => {} };

  beforeAll(async () => {
    api = await openApi(open, {
      decisions: (db) => {
        const log = openDecisionLog(db, { policy: presentVersion, sample: 1, everyMs: 20 });
        decisions.flush = log.flush;
        return log;
      },
    });
    market = await openMarket(api.db);
    publisher = await registered([ark.manuel, ark.cahier, ark.atlas]);
    other = await registered([ark.autre]);
    token = await publisher.token('rights');
    for (const name of holders) await openAccountOf(name);
    await market.subscribe(ark.manuel, [COLLEGE], { publicCible: ['ELEVE'] });
    await market.subscribe(ark.cahier, [COLLEGE], {
      publicCible: ['ELEVE', 'ENSEIGNANT', 'DOCUMENTALISTE', 'AUTRE PERSONNEL'],
    });
  });
  afterAll(() => api.close());

  const openAccountOf = async (name: string) =>
    openAccount(api.db, {
      person: await keyOf(api.db, name),
      identifier: `compte.${name}`,
      password: 'vitrail-moussaka-47-grelot',
      actor: 'test',
      at: Date.now(),
    });

  const choiceOf = async (name: string) => {
    const person = await keyOf(api.db, name);
    return { person, publisher: PUBLISHER, by: person };
  };

  const registered = (resources: readonly string[], more = {}) =>
    api.module({ scopes: ['openid', 'rights'], resources, ...more });

  const question = (id: string, resource: string, uai?: string) => ({
    subject: { type: 'user', id },
    action: { name: 'launch' },
    resource: { type: 'resource', id: resource, ...(uai && { properties: { uai } }) },
  });
  const ask = async (body: unknown, by = token) => (await api.ask(EVALUATION, { token: by, body })).body;
  const may = async (id: string, resource: string, uai?: string) => (await ask(question(id, resource, uai))).decision;

  it('a resource is open to the audience that it is subscribed for, where it is subscribed', async () => {
    const paul = await publisher.sub('paul');
    expect(await may(paul, ark.atlas)).toBe(false);
    expect([await may(paul, ark.manuel), await may(paul, ark.manuel, COLLEGE)]).toEqual([true, true]);
    expect(await may(paul, ark.manuel, LYCEE)).toBe(false);
    expect(await may(await publisher.sub('noe'), ark.manuel)).toBe(false);
    expect(await may(await publisher.sub('tom'), ark.manuel)).toBe(false);
    // the same ARK, with the address of whoever resolves it
    expect(await may(paul, `http://n2t.net/${ark.manuel}`)).toBe(true);
  });

  it('parents, the office and who comes from elsewhere launch nothing', async () => {
    const told = async (name: string) => may(await publisher.sub(name), ark.cahier, COLLEGE);
    for (const name of ['paul', 'tom', 'diane', 'carla', 'helene', 'david'])
      expect([name, await told(name)]).toEqual([name, true]);
    for (const name of ['paula', 'gina', 'sylvie', 'berthe', 'agent', 'ivan', 'noe', 'fleur'])
      expect([name, await told(name)]).toEqual([name, false]);
  });

  describe('whatever is not its own is the no of a stranger', () => {
    const NO = { decision: false };

    it('foreign, unknown and forged names are told alike, even when it asks why', async () => {
      const paul = await publisher.sub('paul');
      const forged = 'a'.repeat(128);
      for (const body of [
        question(await other.sub('paul'), ark.manuel),
        question(paul, ark.autre),
        question(paul, 'ark:/49591/Nobody.p'),
        question(paul, ark.manuel.slice(0, -1)),
        question(paul, `${ark.manuel} `),
        question(paul, `x${ark.manuel}`),
        question(paul, `${ark.manuel}\u0000`),
        question(paul, ''),
        question(forged, ark.manuel),
        question(forged.slice(0, 64), ark.manuel),
        question(paul.slice(0, 16), ark.manuel),
        question(`${paul} `, ark.manuel),
        question(paul.toUpperCase(), ark.manuel),
        question('', ark.manuel),
        question('x'.repeat(5000), ark.manuel),
        question(await keyOf(api.db, 'paul'), ark.manuel),
        question(paul, ark.manuel, ECOLE),
        question(paul, ark.manuel, 'nowhere'),
        question(paul, ark.manuel, '0000000Z'),
        question(paul, ark.manuel, COLLEGE.slice(0, 7)),
        { ...question(paul, ark.manuel), resource: { type: 'resource', id: ark.manuel, properties: { uai: 5 } } },
        { ...question(paul, ark.manuel), resource: { type: 'offer', id: ark.manuel } },
        { ...question(paul, ark.manuel), action: { name: 'assign' } },
        { ...question(paul, ark.manuel), action: { name: 'read' } },
        { ...question(paul, ark.manuel), subject: { type: 'person', id: paul } },
      ])
        for (const context of [{}, { explain: true }, { explain: true, motive: 'x' }])
          expect([body, await ask({ ...body, context })]).toEqual([body, NO]);
      expect(await ask({ ...question(paul, ark.manuel), context: { explain: true } })).toEqual({ decision: true });
    });

    it('a resource with pseudonyms of its own is asked about by these alone', async () => {
      await market.subscribe(ark.seul, [COLLEGE]);
      const alone = await registered([ark.seul]);
      const by = await alone.token('rights');
      const [own, shared] = [await alone.sub('paul'), await publisher.sub('paul')];
      expect(own).not.toBe(shared);
      expect([await ask(question(own, ark.seul), by), await ask(question(shared, ark.seul), by)]).toEqual([
        { decision: true },
        NO,
      ]);
      expect([await ask(question(own, ark.manuel)), await ask(question(shared, ark.seul))]).toEqual([NO, NO]);
    });

    it('it knows its offers by no key of ours', async () => {
      const offer = await market.offer(await market.subscribe(ark.manuel, [COLLEGE]), COLLEGE);
      const paul = await publisher.sub('paul');
      expect(await ask({ ...question(paul, offer), resource: { type: 'offer', id: offer } })).toEqual(NO);
      expect(await ask(question(paul, offer))).toEqual(NO);
    });

    it('it asks nothing about logbooks, lessons, readers and families', async () => {
      const maths = await api.logbook(COLLEGE, '6A', 'MATHS');
      const tom = await publisher.sub('tom');
      const resource = { type: 'logbook', id: maths };
      expect(await ask({ subject: { type: 'user', id: tom }, action: { name: 'read' }, resource })).toEqual(NO);
      for (const path of [
        `/api/v1/logbooks?subject=${tom}`,
        `/api/v1/readers?logbook=${maths}`,
        `/api/v1/logbooks/${maths}/readers`,
        `/api/v1/family?subject=${tom}`,
        `/api/v1/lessons?subject=${tom}`,
      ])
        expect([path, (await api.ask(path, { token })).status]).toEqual([path, expect.toBeOneOf([403, 404, 405])]);
      expect((await api.ask(`/api/v1/logbooks?subject=${tom}`, { token })).body.code).toBe('not_allowed');
    });

    it('another module is no publisher of anything', async () => {
      const module = await api.module();
      const by = await module.token('rights');
      expect(await ask(question(await module.sub('paul'), ark.manuel), by)).toEqual(NO);
      const found = await api.ask('/access/v1/search/resource', {
        token: by,
        body: { ...question(await module.sub('paul'), ark.manuel), resource: { type: 'resource' } },
      });
      expect(found.body.results).toEqual([]);
    });

    it('a revision that nobody knows says nothing of where somebody stands', async () => {
      // Paula has a child at the collège, Tom teaches there, and nobody knows the last name
      const named = [await publisher.sub('paula'), await publisher.sub('tom'), 'c'.repeat(128)];
      for (const school of [COLLEGE, LYCEE, ECOLE]) {
        const context = { min_revision: `${school}:999999999` };
        const told = named.map(async (id) => {
          const { status, body } = await api.ask('/access/v1/search/action', {
            token,
            body: { ...question(id, ark.atlas), context },
          });
          return [status, body.code, await ask({ ...question(id, ark.atlas), context })];
        });
        const [first, ...others] = await Promise.all(told);
        expect(first).toEqual([503, 'unavailable', NO]);
        expect(others).toEqual([first, first]);
      }
    });

    it('a publisher that does not serve a school is told nothing of it', async () => {
      const elsewhere = await registered([ark.manuel], { schools: [LYCEE] });
      const by = await elsewhere.token('rights');
      const paul = await elsewhere.sub('paul');
      expect(await ask(question(paul, ark.manuel), by)).toEqual(NO);
      expect(await ask(question(paul, ark.manuel, COLLEGE), by)).toEqual(NO);
    });
  });

  describe('searches', () => {
    const search = (what: string, body: object) => api.ask(`/access/v1/search/${what}`, { token, body });

    it('never for persons: that would be a directory', async () => {
      const answer = await search('subject', { ...question('x', ark.manuel), subject: { type: 'user' } });
      expect([answer.status, answer.body.code]).toEqual([403, 'not_allowed']);
    });

    it('for its own resources that somebody may launch, and for the action', async () => {
      const paul = await publisher.sub('paul');
      const found = async (properties?: object) =>
        (await search('resource', { ...question(paul, ''), resource: { type: 'resource', properties } })).body.results;
      const both = [ark.cahier, ark.manuel].map((id) => ({ type: 'resource', id }));
      expect(await found()).toEqual(both);
      expect(await found({ uai: COLLEGE })).toEqual(both);
      expect(await found({ uai: LYCEE })).toEqual([]);
      const actions = async (resource: string) => (await search('action', question(paul, resource))).body.results;
      expect([await actions(ark.manuel), await actions(ark.atlas), await actions(ark.autre)]).toEqual([
        [{ name: 'launch' }],
        [],
        [],
      ]);
      const nobody = { ...question('x'.repeat(128), ''), resource: { type: 'resource' } };
      expect((await search('resource', nobody)).body.results).toEqual([]);
    });
  });

  describe('what changes is known at once', () => {
    it('a new offer opens, and one that is taken back closes, question by question', async () => {
      const noe = await publisher.sub('noe');
      for (let turn = 0; turn < 5; turn += 1) {
        expect(await may(noe, ark.cahier, LYCEE)).toBe(false);
        const id = await market.subscribe(ark.cahier, [LYCEE]);
        expect([await may(noe, ark.cahier, LYCEE), await may(noe, ark.cahier)]).toEqual([true, true]);
        await market.remove(id);
        expect([await may(noe, ark.cahier, LYCEE), await may(noe, ark.cahier)]).toEqual([false, false]);
      }
    });

    it('what is free opens where the school opens it, to that audience alone, and closes, question by question', async () => {
      const noe = await publisher.sub('noe');
      const act = { school: LYCEE, resource: ark.cahier, by: 'operator' } as const;
      await market.resource(ark.cahier, { free: ['pupil', 'teacher'] });
      for (let turn = 0; turn < 3; turn += 1) {
        expect(await may(noe, ark.cahier, LYCEE)).toBe(false);
        await openFreeAt(api.db, { ...act, audiences: ['teacher'], at: Date.now() });
        expect(await may(noe, ark.cahier, LYCEE)).toBe(false);
        await openFreeAt(api.db, { ...act, audiences: ['pupil'], at: Date.now() });
        expect([await may(noe, ark.cahier, LYCEE), await may(noe, ark.cahier)]).toEqual([true, true]);
        await closeFreeAt(api.db, { ...act, at: Date.now() });
      }
      expect(await may(noe, ark.cahier)).toBe(false);
    });

    it('a licence opens to whom it is given, the next one asked is told so, and taken back it is closed', async () => {
      const id = await market.subscribe(ark.atlas, [COLLEGE], {
        typeAffectation: 'INDIV',
        nbLicenceGlobale: undefined,
        nbLicenceEleve: 1,
        publicCible: ['ELEVE'],
      });
      const [paul, zoe] = [await publisher.sub('paul'), await publisher.sub('zoe')];
      const act = { subscription: id, school: COLLEGE, by: 'operator' } as const;
      const give = async (name: string) =>
        assignLicences(api.db, { ...act, target: { kind: 'person', key: await keyOf(api.db, name) }, at: Date.now() });
      const both = async () => [await may(paul, ark.atlas), await may(zoe, ark.atlas, COLLEGE)];
      expect(await both()).toEqual([false, false]);
      const given = await give('paul');
      expect(await both()).toEqual([true, false]);
      await expect(give('zoe')).rejects.toMatchObject({ code: 'licences_missing' });
      expect(await both()).toEqual([true, false]);
      await takeBack(api.db, { id: given.id, by: 'operator', at: Date.now() });
      await give('zoe');
      expect(await both()).toEqual([false, true]);
      await market.remove(id);
      expect(await both()).toEqual([false, false]);
    });

    it('another node knows of it, too: what is new opens, and what is taken back is closed', async () => {
      const db = openDatabase(api.house.config.database);
      const statements = await openStatements(db);
      const rights = openGraphs(db, { statements, memory: 64 * 1024 * 1024, onError: unexpected });
      const offers = openOffers(db, rights);
      const noe = await keyOf(api.db, 'noe');
      const there = async () => {
        const keys = await offers.at(LYCEE, ark.atlas);
        const asked = (id: string) => ({ person: noe, action: 'launch', resource: { type: 'offer', id } }) as const;
        return (await Promise.all(keys.map(async (id) => (await rights.may(asked(id))).allowed))).includes(true);
      };
      const inMemory = async () => {
        await rights.list({ person: noe, action: 'read', type: 'logbook' });
        return rights.revisionOf(LYCEE);
      };
      for (let turn = 0; turn < 3; turn += 1) {
        await expect.poll(there, { timeout: 5000 }).toBe(false);
        // in memory, before anything changes
        await expect.poll(inMemory, { timeout: 5000 }).toBeTypeOf('number');
        await there();
        const id = await market.subscribe(ark.atlas, [LYCEE]);
        await expect.poll(there, { timeout: 5000 }).toBe(true);
        await market.remove(id);
        await expect.poll(there, { timeout: 5000 }).toBe(false);
      }
      await rights.close();
      await statements.close();
      await db.destroy();
    });

    it('of two subscriptions, each opens by itself', async () => {
      const noe = await publisher.sub('noe');
      const first = await market.subscribe(ark.atlas, [LYCEE]);
      const second = await market.subscribe(ark.atlas, [LYCEE], { publicCible: ['ENSEIGNANT'] });
      const third = await market.subscribe(ark.atlas, [LYCEE]);
      await market.remove(first);
      expect(await may(noe, ark.atlas, LYCEE)).toBe(true);
      await market.remove(third);
      expect(await may(noe, ark.atlas, LYCEE)).toBe(false);
      await market.remove(second);
    });

    it('a suspended resource is closed, and open again once validated', async () => {
      const paul = await publisher.sub('paul');
      await suspendResource(api.db, { id: ark.manuel, by: 'operator', at: Date.now() });
      expect(await may(paul, ark.manuel)).toBe(false);
      await validateResource(api.db, { id: ark.manuel, attributes: [], by: 'operator', at: Date.now() });
      expect(await may(paul, ark.manuel)).toBe(true);
    });

    it('without an agreement nothing is open, and with a new one it is again', async () => {
      const paul = await publisher.sub('paul');
      await endAgreement(api.db, { reference: 'CONV-1', by: 'operator', at: Date.now() });
      expect([await may(paul, ark.manuel), await may(paul, ark.manuel, COLLEGE)]).toEqual([false, false]);
      await market.agree([COLLEGE, LYCEE], 'CONV-2');
      expect(await may(paul, ark.manuel)).toBe(true);
    });

    it('who declines a publisher is known to it no more', async () => {
      const sub = await publisher.sub('zoe');
      expect(await may(sub, ark.manuel)).toBe(true);
      await declinePublisher(api.db, { ...(await choiceOf('zoe')), at: Date.now() });
      expect([await may(sub, ark.manuel), await may(sub, ark.cahier, COLLEGE)]).toEqual([false, false]);
      await acceptPublisher(api.db, { ...(await choiceOf('zoe')), at: Date.now() });
      expect(await may(sub, ark.manuel)).toBe(true);
    });

    it('an account that is suspended opens nothing', async () => {
      const ines = await keyOf(api.db, 'ines');
      const sub = await publisher.sub('ines');
      expect(await may(sub, ark.manuel)).toBe(true);
      const move = { person: ines, actor: 'operator', why: 'test', from: 'operator' } as const;
      await moveAccount(api.db, { ...move, to: 'suspended', at: Date.now() });
      await expect.poll(() => may(sub, ark.manuel), { timeout: 5000 }).toBe(false);
      await moveAccount(api.db, { ...move, to: 'active', at: Date.now() });
      await expect.poll(() => may(sub, ark.manuel), { timeout: 5000 }).toBe(true);
    });

    it('who has no account yet opens nothing, and does once there is one', async () => {
      const sub = await publisher.sub('lucas');
      expect(await may(sub, ark.manuel)).toBe(false);
      await openAccountOf('lucas');
      expect(await may(sub, ark.manuel)).toBe(true);
    });
  });

  it('whatever is done, in whatever order, memory answers as the media centre does by SQL', async () => {
    const names = ['paul', 'zoe', 'noe', 'tom', 'paula'];
    const arks = [ark.manuel, ark.cahier, ark.atlas];
    const subs = await Promise.all(names.map((name) => publisher.sub(name)));
    const keys = await Promise.all(names.map((name) => keyOf(api.db, name)));
    const asked = names.flatMap((_, who) =>
      arks.flatMap((resource) => [undefined, COLLEGE, LYCEE].map((school) => ({ who, resource, school }))),
    );
    const live: string[] = [];
    const pick = <T>(some: readonly T[]): T => some[Math.floor(Math.random() * some.length)]!;
    const choice = () => ({ person: keys[pick([0, 1, 2, 3])]!, publisher: PUBLISHER, at: Date.now() });
    const by = { by: 'operator', at: 0 };
    const acts: (() => Promise<unknown>)[] = [
      async () => live.push(await market.subscribe(pick(arks), pick([[COLLEGE], [LYCEE], [COLLEGE, LYCEE]]))),
      async () => live.push(await market.subscribe(pick(arks), [COLLEGE], { publicCible: ['ENSEIGNANT'] })),
      async () => live.length > 0 && market.remove(live.splice(Math.floor(Math.random() * live.length), 1)[0]!),
      async () => suspendResource(api.db, { ...by, id: pick(arks), at: Date.now() }).catch(() => undefined),
      async () =>
        validateResource(api.db, { ...by, id: pick(arks), attributes: [], at: Date.now() }).catch(() => undefined),
      async () => {
        const one = choice();
        await declinePublisher(api.db, { ...one, by: one.person });
      },
      async () => {
        const one = choice();
        await acceptPublisher(api.db, { ...one, by: one.person });
      },
    ];
    let yes = 0;
    for (let turn = 0; turn < 25; turn += 1) {
      await pick(acts)();
      const evaluations = asked.map(({ who, resource, school }) => question(subs[who]!, resource, school));
      const { body } = await api.ask(EVALUATIONS, { token, body: { evaluations } });
      const told = (body.evaluations as { decision: boolean }[]).map(({ decision }) => decision);
      const open = await Promise.all(keys.map((person) => launchable(api.db, { db: api.db, person, at: Date.now() })));
      const expected = asked.map(({ who, resource, school }) =>
        open[who]!.some((one) => one.resource.id === resource && (school ?? one.school) === one.school),
      );
      expect(told).toEqual(expected);
      yes += told.filter(Boolean).length;
    }
    expect(yes).toBeGreaterThan(0);
    for (const id of arks) await validateResource(api.db, { ...by, id, attributes: [], at: Date.now() });
    for (const person of keys)
      await acceptPublisher(api.db, { person, publisher: PUBLISHER, by: person, at: Date.now() });
    for (const id of live) await market.remove(id);
  }, 60_000);

  describe('batches', () => {
    it('10,000 items are too many, 500 are not; each is answered as if it were asked alone', async () => {
      const subs = await Promise.all(['paul', 'noe', 'tom', 'paula', 'lucas'].map((name) => publisher.sub(name)));
      const uais = [undefined, COLLEGE, LYCEE, ECOLE];
      const items = Array.from({ length: 500 }, (_, place) =>
        question(
          place % 11 === 0 ? 'f'.repeat(128) : subs[(place >> 2) % subs.length]!,
          Object.values(ark)[place % 5]!,
          uais[place % 3],
        ),
      );
      const many = await api.ask(EVALUATIONS, { token, body: { evaluations: items } });
      const answers = many.body.evaluations as { decision: boolean }[];
      const alone = await Promise.all(items.slice(0, 60).map((item) => ask(item)));
      expect([answers.length, answers.slice(0, 60)]).toEqual([500, alone]);
      expect(answers.filter(({ decision }) => decision).length).toBeGreaterThan(20);
      const short = { subject: { type: 'user', id: 'x' } };
      const body = { ...items[0], evaluations: Array.from({ length: 10_000 }, () => short) };
      const refused = await api.ask(EVALUATIONS, { token, body });
      expect([refused.status, refused.body.code]).toEqual([expect.toBeOneOf([400, 413]), expect.any(String)]);
    });

    it('the school that is named at the top is that of every item without a resource', async () => {
      const [paul, noe] = [await publisher.sub('paul'), await publisher.sub('noe')];
      const evaluations = [paul, noe].map((id) => ({ subject: { type: 'user', id } }));
      const { action, resource } = question('', ark.manuel, COLLEGE);
      const { body } = await api.ask(EVALUATIONS, { token, body: { action, resource, evaluations } });
      expect(body.evaluations).toEqual([{ decision: true }, { decision: false }]);
    });

    it('a school of which memory knows nothing is read twice at the most, however many items name it', async () => {
      const paul = await publisher.sub('paul');
      await ask(question(paul, ark.manuel));
      const evaluations = Array.from({ length: 500 }, () => question(paul, ark.manuel, ECOLE));
      const heard: string[] = [];
      const hear = ({ sql }: { sql: string }) => heard.push(sql);
      api.db.on('query', hear);
      const { body } = await api.ask(EVALUATIONS, { token, body: { evaluations } });
      api.db.removeListener('query', hear);
      expect(body.evaluations).toEqual(evaluations.map(() => ({ decision: false })));
      expect(heard.filter((sql) => /from [`"]offer[`"]/.test(sql)).length).toBeLessThanOrEqual(2);
    });

    it('once they are in memory, no item asks the database anything', async () => {
      const [paul, lucas] = [await publisher.sub('paul'), await publisher.sub('lucas')];
      const items = [
        question(paul, ark.manuel),
        question(lucas, ark.manuel, COLLEGE),
        question(paul, ark.atlas, COLLEGE),
      ];
      const evaluations = Array.from({ length: 300 }, (_, place) => items[place % 3]!);
      const send = () => api.ask(EVALUATIONS, { token, body: { evaluations } });
      const heard: string[] = [];
      const hear = ({ sql }: { sql: string }) => heard.push(sql);
      await send();
      await expect
        .poll(
          async () => {
            heard.length = 0;
            api.db.on('query', hear);
            api.statements.watch((sql) => heard.push(sql));
            await send();
            api.db.removeListener('query', hear);
            api.statements.watch(undefined);
            return heard.filter((sql) => /offer|from fact |pseudonym|oidc_subject/.test(sql)).length;
          },
          { timeout: 5000 },
        )
        .toBe(0);
    });
  });

  describe('the log', () => {
    const logged = async (id: string, resource: string, uai?: string) => {
      await decisions.flush();
      const before = await keysLogged(api.db);
      await ask(question(id, resource, uai));
      await decisions.flush();
      const found = await decisionsSince(api.db, before);
      expect(found).toHaveLength(1);
      return found[0]!;
    };

    it('says what was asked and on which offer it was decided, and a replay gives the same', async () => {
      const [paul, noe] = [await publisher.sub('paul'), await publisher.sub('noe')];
      const yes = await logged(paul, ark.manuel, COLLEGE);
      expect(yes).toMatchObject({
        subject: await keyOf(api.db, 'paul'),
        action: 'launch',
        type: 'offer',
        asked: { resource: ark.manuel, school: COLLEGE },
        allowed: true,
        rule: 'site',
        revision: expect.stringMatching(`^${COLLEGE}:`),
      });
      const anywhere = await logged(paul, ark.manuel);
      expect(anywhere.asked).toEqual({ resource: ark.manuel });
      const no = await logged(noe, ark.manuel, COLLEGE);
      expect(no).toMatchObject({ type: 'offer', allowed: false, asked: { resource: ark.manuel, school: COLLEGE } });
      for (const { id } of [yes, anywhere, no] as { id: string }[]) expect((await replay(api.db, id)).same).toBe(true);
      expect(await findDecision(api.db, String(yes.id))).toMatchObject({ asked: yes.asked, client: publisher.id });
    });

    it('keeps nothing that the publisher made up', async () => {
      const paul = await publisher.sub('paul');
      const foreign = await logged(paul, ark.autre);
      expect(foreign).toEqual({
        id: expect.any(String),
        kind: 'evaluation',
        at: expect.any(Number),
        action: 'launch',
        type: 'resource',
        allowed: false,
        gate: 'unknown',
        latencyUs: expect.any(Number),
      });
      const forged = await logged('e'.repeat(128), ark.manuel);
      expect(forged).toMatchObject({ gate: 'unknown', asked: { resource: ark.manuel } });
      expect(forged).not.toHaveProperty('subject');
    });
  });
});
